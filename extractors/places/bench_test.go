package places_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// local is news of small towns, the kind that is hardest to resolve: many
// names that many places bear. {} are places, <> other names.
var local = []string{
	"Council votes on bridge\n\nThe council of {Springfield} voted on Monday to close the bridge to {Chatham} for repairs. Trucks will go by way of {Rochester} and {Auburn}, said " +
		"<Dana Miller>, who runs the works for {Sangamon County}. The state of {Illinois} pays half. A similar bridge near {Decatur} was shut in May.",
	"Fire destroys barn\n\n{PARIS}, {Texas} - A barn north of {Paris} burned down on Friday. Crews from {Reno}, {Blossom} and {Powderly} came to help, and one from {Hugo}, {Oklahoma}. " +
		"Nobody was hurt, said <Chief Lee Adams> of the <Paris Fire Department>. {Lamar County} has seen four such fires this year.",
	"Team goes to finals\n\n{Columbus} beat {Jackson} on Saturday and will meet {Florence} in {Birmingham}. The <Columbus High School> team had lost to {Troy} and {Athens} in March. " +
		"Fans came from {Phenix City} and {Opelika}, and from as far as {Atlanta}, {Georgia}.",
	"Talks resume\n\n{GENEVA} (Reuters) - Envoys of {Iran}, {Russia} and the {United States} met in {Geneva} on Tuesday. {Washington} said that it would lift some sanctions; " +
		"{Tehran} wants more. Ministers from {Germany}, {France} and {Britain} flew in from {Berlin}, {Paris} and {London}. The next round is to be held in {Vienna}.",
	"Flood on the river\n\nThe river rose above its banks at {Marietta} and {Newport} on Sunday. Roads between {Belpre} and {Parkersburg}, {West Virginia}, were under water. " +
		"The {Ohio} national guard sent boats. Schools in {Washington County} stay closed, those of {Athens County} too.",
}

// localDocs are the articles, with a recogniser's mentions.
func localDocs(tb testing.TB) []*article.Document {
	seg, err := text.New()
	require.NoError(tb, err)
	var docs []*article.Document
	for i, s := range local {
		d := &article.Document{ID: fmt.Sprint(i)}
		var plain strings.Builder
		for _, r := range s {
			switch r {
			case '{', '<':
				d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: plain.Len()}, Kind: map[rune]article.Kind{'{': article.LOC, '<': article.PER}[r]})
			case '}', '>':
				d.Mentions[len(d.Mentions)-1].End = plain.Len()
			default:
				plain.WriteRune(r)
			}
		}
		d.Text = plain.String()
		seg.Segment(d)
		for k := range d.Mentions {
			d.Mentions[k].Sentence = d.SentenceAt(d.Mentions[k].Start)
		}
		docs = append(docs, d)
	}
	return docs
}

func BenchmarkLocalNews(b *testing.B) {
	benchmarkResolve(b, localDocs(b), false)
}

// BenchmarkCorpus resolves the articles of DATELINE_GEO, a corpus of resolved
// toponyms, with the annotated toponyms as mentions ("given") and with none.
func BenchmarkCorpus(b *testing.B) {
	path := os.Getenv("DATELINE_GEO")
	if path == "" {
		b.Skip("DATELINE_GEO is not set")
	}
	seg, err := text.New()
	require.NoError(b, err)
	data, err := places.ReadData(b.Context(), []places.Corpus{{Path: path}}, 2, places.Readers{
		Segment: func(d *article.Document) { seg.Segment(d) },
		Names:   func(context.Context, *article.Document) error { return nil },
	})
	require.NoError(b, err)
	given, bare := data.Documents()
	name := strings.TrimSuffix(filepath.Base(path), ".jsonl")
	b.Run(name+"/given", func(b *testing.B) { benchmarkResolve(b, given, false) })
	b.Run(name+"/surveyed", func(b *testing.B) { benchmarkResolve(b, given, true) })
	b.Run(name+"/found", func(b *testing.B) { benchmarkResolve(b, bare, false) })
}

// benchmarkResolve tells how many places are resolved a second.
func benchmarkResolve(b *testing.B, docs []*article.Document, survey bool) {
	x, err := gazetteer.Embedded()
	require.NoError(b, err)
	r, err := places.New(places.Options{Index: x})
	require.NoError(b, err)
	mentions := make([][]article.Mention, len(docs))
	bytes := int64(0)
	for i, d := range docs {
		mentions[i] = slices.Clone(d.Mentions)
		bytes += int64(len(d.Text))
	}
	n, cpu := 0, cpuSeconds()
	b.SetBytes(bytes)
	b.ReportAllocs()
	for b.Loop() {
		look, extract := r.Survey()
		for i, d := range docs {
			d.Mentions = append(d.Mentions[:0], mentions[i]...)
			if survey {
				require.NoError(b, look(b.Context(), d))
			}
		}
		for _, d := range docs {
			require.NoError(b, extract(b.Context(), d))
			n += len(d.Places)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "places/s")
	if cpu = cpuSeconds() - cpu; cpu > 0 {
		b.ReportMetric(float64(n)/cpu, "places/cpu-s")
	}
}
