package names

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var markedName = regexp.MustCompile(`\[([A-Z/?]+):([^]]+)\]`)

// readName is a name that a reader finds.
type readName struct {
	article.Span
	kinds []string // any of them is right; "?" is none
}

// unmark takes the marks out of a sentence of testdata/sentences.tsv.
func unmark(s string) (plain string, answers []readName) {
	var b strings.Builder
	s = strings.ReplaceAll(s, `\n`, "\n")
	at := 0
	for _, m := range markedName.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(s[at:m[0]])
		start := b.Len()
		b.WriteString(s[m[4]:m[5]])
		answers = append(answers, readName{article.Span{Start: start, End: b.Len()}, strings.Split(s[m[2]:m[3]], "/")})
		at = m[1]
	}
	b.WriteString(s[at:])
	return b.String(), answers
}

// wrongOf compares an article's mentions with the answers: what was found, what
// should have been.
func wrongOf(d *article.Document, answers []readName) (right int, wrong, missed []string) {
	ms := slices.Clone(d.Mentions)
	for _, a := range answers {
		n := len(ms)
		ms = slices.DeleteFunc(ms, func(m article.Mention) bool {
			return m.Span == a.Span && slices.Contains(a.kinds, m.Kind.String()) || slices.Contains(a.kinds, "?") && m.Start < a.End && a.Start < m.End
		})
		switch {
		case len(ms) < n:
			right++
		case !slices.Contains(a.kinds, "?"):
			missed = append(missed, strings.Join(a.kinds, "/")+" "+d.TextOf(a.Span))
		}
	}
	for _, m := range ms {
		wrong = append(wrong, m.Kind.String()+" "+d.TextOf(m.Span))
	}
	return right, wrong, missed
}

// How many of our own sentences the model that is built in gets right; with -v
// those that it does not.
func TestSentences(t *testing.T) {
	raw, err := os.ReadFile("testdata/sentences.tsv")
	require.NoError(t, err)
	r, err := New(Options{})
	require.NoError(t, err)
	sentences, whole, right, wrong, missed := 0, 0, 0, 0, 0
	require.NoError(t, text.EachRow("testdata/sentences.tsv", string(raw), 2, func(f []string) error {
		plain, answers := unmark(f[1])
		d := segmented(plain)
		require.NoError(t, r.Extract(t.Context(), d))
		hit, extra, without := wrongOf(d, answers)
		sentences++
		right, wrong, missed = right+hit, wrong+len(extra), missed+len(without)
		if len(extra)+len(without) == 0 {
			whole++
		} else {
			t.Logf("%s: %q: found %v, missed %v", f[0], plain, extra, without)
		}
		return nil
	}))
	f1 := 200 * float64(right) / float64(2*right+wrong+missed)
	t.Logf("%d of %d sentences, names F1 %.1f", whole, sentences, f1)
	assert.Greater(t, f1, 90.0)
}
