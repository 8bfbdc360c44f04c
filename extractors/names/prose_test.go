package names

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// spaced makes a document whose tokens are the words between spaces and whose
// sentences are the lines.
func spaced(text string) *article.Document {
	d := &article.Document{Text: text}
	at := 0
	for _, line := range strings.SplitAfter(text, "\n") {
		first, start := len(d.Tokens), at
		body := strings.TrimRight(line, "\n")
		for word := range strings.SplitSeq(body, " ") {
			if word != "" {
				d.Tokens = append(d.Tokens, article.Token{Span: article.Span{Start: at, End: at + len(word)}})
			}
			at += len(word) + 1
		}
		at = start + len(line)
		if len(d.Tokens) > first {
			d.Sentences = append(d.Sentences, article.Sentence{
				Span:  article.Span{Start: d.Tokens[first].Start, End: d.Tokens[len(d.Tokens)-1].End},
				First: first, Last: len(d.Tokens),
			})
		}
	}
	return d
}

func TestAlignToken(t *testing.T) {
	f := func(text string, from int, token string, start, end int) {
		t.Helper()
		s, e, ok := alignToken(text, from, token)
		assert.True(t, ok)
		assert.Equal(t, []int{start, end}, []int{s, e})
	}
	f("He said “no”.", 3, "said", 3, 7)
	f("He said “no”.", 7, `"`, 8, 11)
	f("Shia’ al", 0, "Shia'", 0, 7)
	_, _, ok := alignToken("abc", 0, "d")
	assert.False(t, ok)
}

func TestProse(t *testing.T) {
	r, err := New(Options{Engine: Prose})
	require.NoError(t, err)
	d := spaced("John Smith visited Paris in “ spring ” .\nThen he met Mary Jones")
	require.NoError(t, r.Extract(t.Context(), d))
	var got []string
	for i, m := range d.Mentions {
		got = append(got, m.Kind.String()+" "+d.TextOf(m.Span))
		if i > 0 {
			assert.LessOrEqual(t, d.Mentions[i-1].End, m.Start)
		}
	}
	assert.Contains(t, got, "PER John Smith")
	assert.Contains(t, got, "LOC Paris")
	assert.Contains(t, got, "PER Mary Jones", "a name that ends the document")
}

func TestUnknownEngine(t *testing.T) {
	_, err := New(Options{Engine: "oracle"})
	assert.ErrorContains(t, err, `engine "oracle"`)
}
