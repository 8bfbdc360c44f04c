package eval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// The figures are those that the reference scorer prints for the same files.
func TestScoreNames(t *testing.T) {
	gold := readFile(t, "testdata/names/gold.jsonl", ReadNames)
	pred := readFile(t, "testdata/names/pred.jsonl", ReadNames)
	for _, tc := range []struct {
		name    string
		options NamesOptions
		want    string
	}{
		{"three kinds", NamesOptions{}, `
        gold   pred   exact P / R / F1         relaxed P / R / F1
ALL       10      9    33.33  30.00  31.58      55.56  50.00  52.63
PER        2      4    25.00  50.00  33.33      50.00 100.00  66.67
ORG        3      2    50.00  33.33  40.00      50.00  33.33  40.00
LOC        5      3    33.33  20.00  25.00      66.67  40.00  50.00
`},
		{"named only", NamesOptions{Only: "named"}, `
        gold   pred   exact P / R / F1         relaxed P / R / F1
ALL        8      7    42.86  37.50  40.00      71.43  62.50  66.67
PER        2      4    25.00  50.00  33.33      50.00 100.00  66.67
ORG        2      1   100.00  50.00  66.67     100.00  50.00  66.67
LOC        4      2    50.00  25.00  33.33     100.00  50.00  66.67
`},
		{"all kinds", NamesOptions{Labels: []string{"PER", "ORG", "LOC", "NORP", "MISC"}}, `
        gold   pred   exact P / R / F1         relaxed P / R / F1
ALL       11     11    36.36  36.36  36.36      54.55  54.55  54.55
PER        2      4    25.00  50.00  33.33      50.00 100.00  66.67
ORG        3      2    50.00  33.33  40.00      50.00  33.33  40.00
LOC        5      3    33.33  20.00  25.00      66.67  40.00  50.00
NORP       1      1   100.00 100.00 100.00     100.00 100.00 100.00
MISC       0      1     0.00   0.00   0.00       0.00   0.00   0.00
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := ScoreNames(gold, pred, tc.options)
			require.NoError(t, err)
			var b strings.Builder
			require.NoError(t, s.Write(&b, 0))
			assert.Equal(t, strings.TrimLeft(tc.want, "\n"), strings.TrimLeft(b.String(), "\n"))
		})
	}
	s, err := ScoreNames(gold, pred, NamesOptions{})
	require.NoError(t, err)
	assert.Len(t, s.Errors, 13)
	assert.Contains(t, s.Errors, NameError{"missed", "PER", "Kofi Brandt", 1})
	s, err = ScoreNames(gold, pred, NamesOptions{Labels: []string{"MISC"}, Fold: true})
	require.NoError(t, err)
	assert.Equal(t, PRF{P: 0.5, R: 1, F1: 2.0 / 3, Right: 1, Pred: 2, Gold: 1}, s.Rows[0].Exact)
}

func TestScoreNamesRefuses(t *testing.T) {
	gold := []NamesDoc{{ID: "a", Text: "x"}}
	_, err := ScoreNames(gold, []NamesDoc{{ID: "b"}}, NamesOptions{})
	assert.ErrorContains(t, err, "unknown documents")
	_, err = ScoreNames(gold, []NamesDoc{{ID: "a", Text: "y"}}, NamesOptions{})
	assert.ErrorContains(t, err, "the text differs")
	_, err = ScoreNames(gold, nil, NamesOptions{Only: "best"})
	assert.ErrorContains(t, err, "want named or leaf")
	_, err = ScoreNames(gold, nil, NamesOptions{Labels: []string{"PER", "PERSON"}})
	assert.EqualError(t, err, `label "PERSON": want PER, ORG, LOC, NORP or MISC`)
}

func TestReadNameColumns(t *testing.T) {
	docs, err := ReadNameColumns(strings.NewReader("-DOCSTART-\tO\n\nAda\tB-PER\nLovelace\tI-PER\nand\tO\nBo\tI-PER\n\nMary\tB-PER\nJohn\tB-PER\n\n-DOCSTART- O\n\nOslo NNP B-LOC\n"))
	require.NoError(t, err)
	require.Len(t, docs, 2)
	d := docs[0]
	assert.Equal(t, "Ada Lovelace and Bo\nMary John\n", d.Text)
	assert.Len(t, d.Sentences, 2)
	var got []string
	for _, e := range d.Entities {
		got = append(got, e.Label+" "+d.Text[e.Start:e.End])
	}
	assert.Equal(t, []string{"PER Ada Lovelace", "PER Bo", "PER Mary", "PER John"}, got)
	doc := d.Document()
	assert.Equal(t, "John", doc.TextOf(doc.Tokens[doc.Sentences[1].Last-1].Span))
	assert.Equal(t, []NameRecord{{Start: 0, End: 4, Label: "LOC"}}, docs[1].Entities)

	docs, err = ReadNameColumns(strings.NewReader("Oslo\tB-LOC\n\nBergen\tB-LOC\n"))
	require.NoError(t, err)
	assert.Len(t, docs, 2, "without -DOCSTART- every sentence is a document")
	_, err = ReadNameColumns(strings.NewReader("a O\nOslo\n"))
	assert.ErrorContains(t, err, "line 2: want a token and its tag")
	_, err = ReadNameColumns(strings.NewReader("Oslo LOC\n"))
	assert.ErrorContains(t, err, `tag "LOC"`)
}

func TestCalibrateNames(t *testing.T) {
	gold := []NamesDoc{{ID: "a", Text: "Ada Bo", Entities: []NameRecord{{Start: 0, End: 3, Label: "PER"}}}}
	d := &article.Document{ID: "a", Text: "Ada Bo", Mentions: []article.Mention{
		{Span: article.Span{Start: 0, End: 3}, Kind: article.PER, Confidence: 0.8},
		{Span: article.Span{Start: 4, End: 6}, Kind: article.PER, Confidence: 0.85},
	}}
	c := CalibrateNames(gold, []*article.Document{d}, NamesOptions{})
	assert.Equal(t, 2, c.Total)
	assert.Equal(t, 2, c.Bins[8].N)
	assert.InDelta(t, 0.325, c.ECE, 1e-6)
}

func FuzzReadNameColumns(f *testing.F) {
	f.Add("a O\nb B-PER\n\nc I-PER\n")
	f.Add("-DOCSTART- O\n\nx\tB-LOC\n")
	f.Fuzz(func(t *testing.T, s string) {
		docs, err := ReadNameColumns(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, d := range docs {
			for _, e := range d.Entities {
				require.True(t, 0 <= e.Start && e.Start < e.End && e.End <= len(d.Text))
			}
			_, err := ScoreNames([]NamesDoc{d}, []NamesDoc{d}, NamesOptions{})
			require.NoError(t, err)
		}
	})
}
