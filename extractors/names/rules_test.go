package names

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestTrimLetters(t *testing.T) {
	letters, err := readList("postnominals.tsv")
	require.NoError(t, err)
	x := &decoder{model: &model{letters: letters}}
	for _, tc := range []struct{ name, want string }{
		{"Anna Bright QC", "Anna Bright"},
		{"Anna Bright , MP", "Anna Bright"},
		{"Anna Bright OBE QC", "Anna Bright"},
		{"Anna Bright", "Anna Bright"},
		{"Anna , MP", "Anna"},
		{"JOHN MP", "JOHN MP"}, // may well be a name
		{"MC", "MC"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := spaced(tc.name)
			d.Mentions = []article.Mention{{Span: article.Span{End: len(tc.name)}, Kind: article.PER}}
			x.trimLetters(d)
			assert.Equal(t, tc.want, d.TextOf(d.Mentions[0].Span))
			d.Mentions = []article.Mention{{Span: article.Span{End: len(tc.name)}, Kind: article.ORG}}
			x.trimLetters(d)
			assert.Equal(t, tc.name, d.TextOf(d.Mentions[0].Span), "an organisation keeps them")
		})
	}
}

func TestAcronymOf(t *testing.T) {
	for name, want := range map[string]string{
		"Islamic State": "IS", "Food and Drug Administration": "FDA", "Reuters": "", "Éire Bank": "", "Coca-Cola Amatil": "CCA",
	} {
		a, ok := acronymOf(name)
		assert.Equal(t, want != "", ok, name)
		if ok {
			assert.Equal(t, want, string(a.letters[:a.n]))
		}
	}
}

func TestMarkSites(t *testing.T) {
	sites, err := readList("sites.tsv")
	require.NoError(t, err)
	x := &decoder{model: &model{sites: sites}}
	for _, tc := range []struct {
		text string
		sure float32
		want article.Kind
	}{
		{"Al-Rashad base was hit . Rockets fell on Al-Rashad .", 0.5, article.LOC},
		{"Al-Rashad air base was hit . Rockets fell on Al-Rashad .", 0.5, article.LOC},
		{"Al-Rashad base was hit . Rockets fell on Al-Rashad .", 0.9, article.ORG},
		{"Al-Rashad was hit near the base . Rockets fell on Al-Rashad .", 0.5, article.ORG},
	} {
		d := spaced(tc.text)
		for _, at := range []int{0, strings.LastIndex(tc.text, "Al-Rashad")} {
			d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: at, End: at + 9}, Kind: article.ORG, Confidence: tc.sure})
		}
		x.markSites(d)
		assert.Equal(t, []article.Kind{tc.want, tc.want}, []article.Kind{d.Mentions[0].Kind, d.Mentions[1].Kind}, "%s %g", tc.text, tc.sure)
	}
}

func TestMarkTitled(t *testing.T) {
	titles, err := readList("titles.tsv")
	require.NoError(t, err)
	x := &decoder{model: &model{titles: titles}}
	for text, want := range map[string]article.Kind{
		"Mayor Paris Brook spoke": article.PER, "Vice President Paris Brook spoke": article.PER, "Gen. Paris Brook spoke": article.PER,
		"The Paris Brook flooded": article.LOC,
	} {
		d := spaced(text)
		at := strings.Index(text, "Paris")
		d.Mentions = []article.Mention{{Span: article.Span{Start: at, End: at + 11}, Kind: article.LOC, Confidence: 0.5}}
		x.markTitled(d)
		assert.Equal(t, want, d.Mentions[0].Kind, text)
	}
}
