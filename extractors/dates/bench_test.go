package dates

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// sampleArticles are the articles of the repository, as one text each.
func sampleArticles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/articles/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		out = append(out, string(b))
	}
	return out
}

func BenchmarkExtract(b *testing.B) {
	x := newExtractor(b, Options{})
	var docs []*article.Document
	bytes, found := 0, 0
	for _, src := range sampleArticles(b) {
		docs = append(docs, newDoc(b, src, published))
		bytes += len(src)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		found = 0
		for _, d := range docs {
			if err := x.Extract(context.Background(), d); err != nil {
				b.Fatal(err)
			}
			found += len(d.Dates)
		}
	}
	b.ReportMetric(float64(found)/float64(len(docs)), "dates/doc")
}

// hostile texts are ones that a careless matcher reads again and again.
func hostile(size int) map[string]string {
	rep := func(s string) string { return strings.Repeat(s, size/len(s)+1)[:size] }
	return map[string]string{
		"digits":   rep("1234567890"),
		"numbers":  rep("12 34 56 "),
		"last":     rep("last last "),
		"slashes":  rep("1/1/"),
		"hyphens":  rep("1-1-"),
		"dots":     rep("1.1."),
		"the":      rep("the the "),
		"early":    rep("early late early mid "),
		"one":      rep("one hundred one thousand "),
		"half":     rep("one and a half "),
		"march":    rep("March 1, "),
		"weekdays": rep("Monday, Tuesday, "),
		"years":    rep("1998-1999-"),
		"words":    rep("aaaaaaaaaa"),
		"clock":    rep("10:10:"),
		"letters":  rep("1a1a"),
		"bytes":    rep("\xe2\x80\x93\xff\x80"),
	}
}

// oneSentence makes a document of one sentence and tokens at white space, the
// worst a segmenter could give.
func oneSentence(src string) *article.Document {
	d := &article.Document{Text: src}
	for i := 0; i < len(src); {
		for i < len(src) && src[i] <= ' ' {
			i++
		}
		start := i
		for i < len(src) && src[i] > ' ' {
			i++
		}
		if i > start {
			d.Tokens = append(d.Tokens, article.Token{Span: article.Span{Start: start, End: i}})
		}
	}
	if n := len(d.Tokens); n > 0 {
		d.Sentences = []article.Sentence{{Span: article.Span{Start: d.Tokens[0].Start, End: d.Tokens[n-1].End}, Last: n}}
	}
	return d
}

func BenchmarkHostile(b *testing.B) {
	x := newExtractor(b, Options{})
	for name, src := range hostile(1 << 20) {
		d := oneSentence(src)
		d.Published.Day, d.Published.Precision = article.NewDay(2020, 1, 2), article.DayPrecision
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if err := x.Extract(context.Background(), d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
