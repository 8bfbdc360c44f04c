package dates

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxWork is how many elements of patterns may be tried for one item of text,
// on average over a text: a bound far above what texts of people need (about
// 10), and far below what grows with the length.
const maxWork = 600

// extractCounted extracts and returns items read and elements tried.
func extractCounted(t testing.TB, x *Extractor, d *article.Document) (items, work int) {
	t.Helper()
	s := x.pool.Get().(*scratch)
	defer x.pool.Put(s)
	for i := range d.Sentences {
		s.lex.text = d.Text
		s.lex.sentence(d.Tokens[d.Sentences[i].First:d.Sentences[i].Last])
		items += len(s.lex.items)
	}
	d.Dates = nil
	require.NoError(t, s.document(context.Background(), x, d, nil))
	return items, s.match.work
}

// TestHostile shows that the work is linear in the length of texts made to be
// read again and again.
func TestHostile(t *testing.T) {
	x := newExtractor(t, Options{})
	for name, src := range hostile(1 << 16) {
		t.Run(name, func(t *testing.T) {
			d := oneSentence(src)
			d.Published.Day, d.Published.Precision = article.NewDay(2020, 1, 2), article.DayPrecision
			items, work := extractCounted(t, x, d)
			assert.LessOrEqual(t, work, maxWork*(items+1), "%d items", items)
			require.NoError(t, d.Check())
		})
	}
}

func FuzzExtract(f *testing.F) {
	for _, e := range readExamples(f) {
		f.Add(e.text, true)
	}
	for _, src := range hostile(300) {
		f.Add(src, false)
	}
	f.Add("He left in 1998\x80 on 5\xff January.", true)
	f.Add("July\u00a05,\u20091998 \u2013 7\u2011day 1991\u20131997 \u2019 98", true)
	x := newExtractor(f, Options{})
	f.Fuzz(func(t *testing.T, src string, segmented bool) {
		d := oneSentence(src)
		if segmented {
			d = newDoc(t, src, published)
		}
		items, work := extractCounted(t, x, d)
		require.LessOrEqual(t, work, maxWork*(items+1))
		require.NoError(t, d.Check())
		first := short(d)
		require.NoError(t, x.Extract(context.Background(), d))
		require.Equal(t, first, short(d), "the same document gave another answer")
		for _, dt := range d.Dates {
			require.NotEmpty(t, dt.Value)
			require.NotEmpty(t, dt.Rule)
			require.Equal(t, dt.Resolved, dt.UnresolvedReason == "")
		}
	})
}

func FuzzRules(f *testing.F) {
	f.Add("last|this <unit>", "rel dir=-1", "prev!=the next=<number>")
	f.Add("( a | b )? $mod {to} <day>", "date", "")
	f.Fuzz(func(t *testing.T, pattern, action, conds string) {
		if strings.ContainsAny(pattern+action+conds, "\t\n\r") || strings.TrimSpace(action) == "" {
			return
		}
		x := newLexicon()
		require.NoError(t, x.load("lexicon", "unit\tweek|month\t1\nordinal\tfirst\t1\n"))
		rs := &ruleset{lex: x, classes: newWordClasses(x)}
		p := &patternParser{lex: x, fragments: map[string]string{"mod": "early|late"}}
		_ = rs.row(p, &node{}, "fuzz:1", []string{"rule", pattern, action, conds}) // must not panic
	})
}

func FuzzWhen(f *testing.F) {
	for _, e := range readExamples(f) {
		f.Add(e.text)
	}
	f.Add("The rate A fell on A of March A, at 5:A pm.")
	x := newExtractor(f, Options{Engine: EngineWhen})
	f.Fuzz(func(t *testing.T, src string) {
		d := newDoc(t, src, published)
		require.NoError(t, x.Extract(context.Background(), d))
		require.NoError(t, d.Check())
	})
}
