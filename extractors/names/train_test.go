package names

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// invented writes a corpus of articles about made-up people and places, whose
// names are told apart by what stands around them.
func invented(t *testing.T, articles int, seed uint64) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	syllables := []string{"ka", "lo", "mi", "ren", "tus", "vor", "ba", "del", "gri", "su", "pan", "ot"}
	name := func() string {
		w := ""
		for range 2 + r.IntN(2) {
			w += syllables[r.IntN(len(syllables))]
		}
		return strings.ToUpper(w[:1]) + w[1:]
	}
	type entity struct {
		Start int    `json:"start"`
		End   int    `json:"end"`
		Label string `json:"label"`
	}
	path := filepath.Join(t.TempDir(), fmt.Sprintf("invented%d.jsonl", seed))
	var out strings.Builder
	for i := range articles {
		var b strings.Builder
		var es []entity
		put := func(label, s string) {
			es = append(es, entity{b.Len(), b.Len() + len(s), label})
			b.WriteString(s)
		}
		for range 6 {
			switch r.IntN(3) {
			case 0:
				b.WriteString("President ")
				put("PER", name()+" "+name())
				b.WriteString(" arrived in ")
				put("LOC", name())
				b.WriteString(" on Monday. ")
			case 1:
				b.WriteString("Shares of ")
				put("ORG", name()+" Corp")
				b.WriteString(" fell by half. ")
			default:
				b.WriteString("The road to ")
				put("LOC", name())
				b.WriteString(" is closed, said ")
				put("PER", name())
				b.WriteString(". ")
			}
		}
		line, err := json.Marshal(map[string]any{"id": fmt.Sprint(i), "text": b.String(), "entities": es})
		require.NoError(t, err)
		out.Write(append(line, '\n'))
	}
	require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o600))
	return path
}

func smallTraining(t *testing.T) TrainOptions {
	return TrainOptions{
		Corpora: []Corpus{{Path: invented(t, 60, 1)}},
		Passes:  3, Folds: 2, Embed: 16, Width: 16, Layers: 2, NetworkPasses: 3, NetworkFloor: 2,
	}
}

func TestTrain(t *testing.T) {
	o := smallTraining(t)
	data, err := Train(t.Context(), o)
	require.NoError(t, err)
	again, err := Train(t.Context(), o)
	require.NoError(t, err)
	assert.True(t, string(data) == string(again), "the same training gives the same bytes")

	path := filepath.Join(t.TempDir(), "small.bin")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	for _, engine := range []string{Cascade, CRF} {
		t.Run(engine, func(t *testing.T) { assertLearned(t, Options{Engine: engine, ModelPath: path}) })
	}

	o.From, o.Continue, o.Corpora = path, true, []Corpus{{Path: invented(t, 20, 2)}}
	data, err = Train(t.Context(), o)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	t.Run("continued", func(t *testing.T) { assertLearned(t, Options{ModelPath: path}) })
}

// assertLearned scores a model on invented articles that it has not seen.
func assertLearned(t *testing.T, o Options) {
	r, err := New(o)
	require.NoError(t, err)
	seg, err := text.New()
	require.NoError(t, err)
	test, err := readCorpus(Corpus{Path: invented(t, 20, 9)}, seg)
	require.NoError(t, err)
	gold, right := 0, 0
	for _, e := range test {
		d := *e.doc
		require.NoError(t, r.Extract(t.Context(), &d))
		require.NoError(t, d.Check())
		found := map[string]bool{}
		for _, m := range d.Mentions {
			found[fmt.Sprint(m.Start, m.End, m.Kind)] = true
		}
		for _, g := range e.gold {
			gold++
			if found[fmt.Sprint(g.Start, g.End, g.Kind)] {
				right++
			}
		}
	}
	assert.Greater(t, float64(right)/float64(gold), 0.9, "recall")
}

func TestTrainRefuses(t *testing.T) {
	_, err := Train(t.Context(), TrainOptions{Width: 20, Step: 3, Without: []string{"vowels"}})
	for _, want := range []string{"no corpus", "width 20", "step 3", `"vowels"`} {
		assert.ErrorContains(t, err, want)
	}
	_, err = Train(t.Context(), TrainOptions{Corpora: []Corpus{{Path: "nowhere.jsonl"}}})
	assert.ErrorContains(t, err, "nowhere.jsonl")
}

func TestParseCorpus(t *testing.T) {
	c, err := ParseCorpus("a/b.jsonl,weight=0.5,unmarked=NORP+MISC,misc=NORP+MISC")
	require.NoError(t, err)
	both := []article.Kind{article.NORP, article.MISC}
	assert.Equal(t, Corpus{Path: "a/b.jsonl", Weight: 0.5, Unmarked: both, Misc: both}, c)
	for _, bad := range []string{"a,weight=0", "a,weight=x", "a,misc=NAME", "a,colour=red"} {
		_, err := ParseCorpus(bad)
		assert.Error(t, err, bad)
	}
}

// What annotators left open stays open.
func TestConstrain(t *testing.T) {
	d := spaced("Iran - backed men in Basra")
	d.Text = "Iran-backed men in Basra"
	d.Tokens = []article.Token{{Span: article.Span{Start: 0, End: 4}}, {Span: article.Span{Start: 4, End: 5}}, {Span: article.Span{Start: 5, End: 11}},
		{Span: article.Span{Start: 12, End: 15}}, {Span: article.Span{Start: 16, End: 18}}, {Span: article.Span{Start: 19, End: 24}}}
	d.Sentences = []article.Sentence{{Span: article.Span{Start: 0, End: 24}, Last: 6}}
	mention := func(start, end int, k article.Kind) article.Mention {
		return article.Mention{Span: article.Span{Start: start, End: end}, Kind: k}
	}
	allowed := constrain(d, []article.Mention{mention(0, 11, article.MISC), mention(20, 24, article.LOC)}, 1, kindsOf(article.MISC))
	assert.Equal(t, positionSet(kindsOf(article.LOC, article.NORP, article.ORG), single), allowed[0], "a compound annotated whole")
	assert.Equal(t, labelSet(1), allowed[2])
	assert.Equal(t, allLabels, allowed[5], "an annotation that begins within a token")
	allowed = constrain(d, []article.Mention{mention(0, 4, article.MISC)}, outside(kindsOf(article.NORP)), kindsOf(article.NORP, article.MISC))
	assert.Equal(t, positionSet(kindsOf(article.NORP, article.MISC), single), allowed[0])
	assert.Equal(t, 1|positionSet(kindsOf(article.NORP), single), allowed[3]&(1|positionSet(kindsOf(article.PER, article.NORP), single)))
}

// An article that is held out is not trained on in another form.
func TestWithoutCopies(t *testing.T) {
	doc := func(s string) example { return example{doc: &article.Document{Text: s}} }
	left := withoutCopies([]example{doc("Ada , who left ."), doc("Kofi stayed.")}, []example{doc("Ada, who left.")})
	require.Len(t, left, 1)
	assert.Equal(t, "Kofi stayed.", left[0].doc.Text)
}

func TestReadColumns(t *testing.T) {
	docs, err := readColumns(strings.NewReader("-DOCSTART-\tO\n\nAda\tB-PER\nKing\tI-PER\n.\tO\n\nOslo\tB-LOC\n\n-DOCSTART-\tO\n\nX\tB-DATE\n"))
	require.NoError(t, err)
	require.Len(t, docs, 2)
	assert.Equal(t, "Ada King .\nOslo\n", docs[0].Text)
	assert.Equal(t, []article.Mention{
		{Span: article.Span{Start: 0, End: 8}, Kind: article.PER}, {Span: article.Span{Start: 11, End: 15}, Kind: article.LOC},
	}, docs[0].Mentions)
	assert.Empty(t, docs[1].Mentions)
	_, err = readColumns(strings.NewReader("Ada X-PER\n"))
	assert.ErrorContains(t, err, `tag "X-PER"`)
	_, err = readColumns(strings.NewReader("New York\tB-LOC\n"))
	assert.ErrorContains(t, err, `1: want a token and its tag, have "New York\tB-LOC"`)

	// as CoNLL-2003 is written: four columns, spaces, IOB1
	docs, err = readColumns(strings.NewReader("-DOCSTART- -X- -X- O\n\nAda NNP I-NP I-PER\nKing NNP I-NP I-PER\nof IN I-PP O\nOslo NNP I-NP I-LOC\nBergen NNP I-NP B-LOC\n"))
	require.NoError(t, err)
	require.Len(t, docs, 1)
	var got []string
	for _, m := range docs[0].Mentions {
		got = append(got, m.Kind.String()+" "+docs[0].TextOf(m.Span))
	}
	assert.Equal(t, []string{"PER Ada King", "LOC Oslo", "LOC Bergen"}, got)
}

func TestReadCorpusErrors(t *testing.T) {
	seg, err := text.New()
	require.NoError(t, err)
	const want = `want {"id", "text", "entities": [{"start", "end", "label"}]} a line`
	for _, tc := range []struct{ file, content, want string }{
		{"a.jsonl", "[]", "1: have a JSON array; " + want},
		{"a.json", `{"text":5}`, "1: have a JSON number text; " + want},
		{"a.jsonl", "\n{", "2: unexpected end of JSON input; " + want},
		{"a.ndjson", `{"text":"Ada King left."}`, "1: no entities; " + want + ", with an empty list where an article has no names"},
		{"a.jsonl", `{"text":"Ada","entities":[{"start":0,"end":4,"label":"PER"}]}`, "1: entity 0-4 lies outside the text (3 bytes)"},
		{"a.conll", "Ada\n", `1: want a token and its tag, have "Ada"`},
		{"eng.train", "Ada NNP I-NP PER\n", `1: tag "PER": want O, B-KIND or I-KIND`},
	} {
		t.Run(tc.file+" "+tc.content, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tc.file)
			require.NoError(t, os.WriteFile(path, []byte(tc.content), 0o600))
			_, err := readCorpus(Corpus{Path: path}, seg)
			assert.EqualError(t, err, path+":"+tc.want)
		})
	}
}

func TestRecased(t *testing.T) {
	d := spaced("the mayor of Oslo met Ada King\nmore words to say here now")
	e := example{doc: d, allowed: make([]labelSet, len(d.Tokens)), weight: 1}
	e.allowed[3] = 8
	up, ok := recased(e, 1, allCapitals)
	require.True(t, ok)
	assert.Equal(t, "THE MAYOR OF OSLO MET ADA KING\nMORE WORDS TO SAY HERE NOW\n", up.doc.Text)
	title, ok := recased(e, 1, titleCase)
	require.True(t, ok)
	assert.Equal(t, "The Mayor of Oslo Met Ada King\nMore Words to Say Here Now\n", title.doc.Text)
	assert.Equal(t, labelSet(8), title.allowed[3])
	low, ok := recased(e, 1, lowered)
	require.True(t, ok)
	assert.Contains(t, low.doc.Text, "the mayor of oslo met ada king")
}

func FuzzReadCorpus(f *testing.F) {
	f.Add("-DOCSTART- O\n\nAda B-PER\n", `{"id":"1","text":"Ada.","entities":[{"start":0,"end":3,"label":"PER"}]}`)
	f.Add("a I-LOC\n\nb O", `{"id":"1","text":"","entities":[]}`)
	seg, err := text.New()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, columns, lines string) {
		docs, err := readColumns(strings.NewReader(columns))
		if err == nil {
			for _, d := range docs {
				constrain(d, d.Mentions, 1, kindsOf(article.MISC))
			}
		}
		docs, err = readJSONL(strings.NewReader(lines), seg)
		if err == nil {
			for _, d := range docs {
				assert.Len(t, constrain(d, d.Mentions, 1, kindsOf(article.MISC)), len(d.Tokens))
			}
		}
	})
}

// Copies with other names keep the words around them, and the kinds.
func TestSwapped(t *testing.T) {
	read := func(s string, gold ...article.Mention) example {
		d := spaced(s)
		return example{doc: d, gold: gold, weight: 1, allowed: constrain(d, gold, 1, kindsOf(article.MISC))}
	}
	mention := func(start, end int, k article.Kind) article.Mention {
		return article.Mention{Span: article.Span{Start: start, End: end}, Kind: k}
	}
	es := []example{read("Ada King left Oslo .", mention(0, 8, article.PER), mention(14, 18, article.LOC))}
	out := swapped(append(es, read("Nobody saw Kofi .", mention(11, 15, article.PER))), 1, 1)
	require.Len(t, out, 2)
	for _, e := range out {
		require.Len(t, e.allowed, len(e.doc.Tokens))
		require.NoError(t, e.doc.Check())
		for i, tok := range e.doc.Tokens {
			switch w := e.doc.TextOf(tok.Span); w {
			case "Ada":
				assert.Equal(t, positionSet(kindsOf(article.PER), begin), e.allowed[i])
			case "Kofi":
				assert.Equal(t, positionSet(kindsOf(article.PER), single), e.allowed[i])
			case "Oslo":
				assert.Equal(t, positionSet(kindsOf(article.LOC), single), e.allowed[i])
			case "left", ".", "Nobody", "saw":
				assert.Equal(t, labelSet(1), e.allowed[i], w)
			}
		}
	}
}

// TestNothingToLearn: a corpus without a known name is an error that names it.
func TestNothingToLearn(t *testing.T) {
	seg, err := text.New()
	require.NoError(t, err)
	for name, content := range map[string]string{"empty.jsonl": "", "kinds.conll": "Ann\tB-FOO\nleft\tO\n", "none.jsonl": `{"id":"1","text":"Ann left.","entities":[]}` + "\n"} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		_, err := readCorpus(Corpus{Path: path}, seg)
		require.ErrorContains(t, err, name)
	}
}
