package people

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var (
	sharedResolver  = sync.OnceValues(func() (*Resolver, error) { return New(Options{}) })
	sharedSegmenter = sync.OnceValues(text.New)
)

func resolver(t testing.TB) *Resolver {
	t.Helper()
	r, err := sharedResolver()
	require.NoError(t, err)
	return r
}

// marked makes a document of a text in which mentions stand in braces: "{Frank McKenzie} left"; "{ORG:Ford}" gives a kind.
func marked(t testing.TB, src string) *article.Document {
	t.Helper()
	var b strings.Builder
	d := &article.Document{}
	for src != "" {
		before, rest, ok := strings.Cut(src, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "}")
		require.True(t, ok, "a brace is open in %q", rest)
		kind := article.PER
		if label, bare, ok := strings.Cut(name, ":"); ok {
			if k, known := article.ParseKind(label); known {
				kind, name = k, bare
			}
		}
		d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: b.Len(), End: b.Len() + len(name)}, Kind: kind})
		b.WriteString(name)
		src = after
	}
	d.Text = b.String()
	s, err := sharedSegmenter()
	require.NoError(t, err)
	s.Segment(d)
	for i := range d.Mentions {
		d.Mentions[i].Sentence = d.SentenceAt(d.Mentions[i].Start)
	}
	return d
}

// show writes the mentions one a line: span text, canonical name, title.
func show(d *article.Document) string {
	var b strings.Builder
	for _, m := range d.Mentions {
		fmt.Fprintf(&b, "%s > %s", d.TextOf(m.Span), m.Canonical)
		if m.Title != "" {
			fmt.Fprintf(&b, " (%s)", m.Title)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestPairs(t *testing.T) {
	raw, err := os.ReadFile("testdata/pairs.tsv")
	require.NoError(t, err)
	n := 0
	require.NoError(t, text.EachRow("testdata/pairs.tsv", string(raw), 3, func(f []string) error {
		n++
		t.Run(f[1]+" "+f[2], func(t *testing.T) {
			for _, pair := range [][2]string{{f[1], f[2]}, {f[2], f[1]}} {
				d := marked(t, "On Monday {"+pair[0]+"} came. Later {"+pair[1]+"} left.")
				if pair[0] == "Bidens" || pair[0] == "Clintons" {
					d = marked(t, "On Monday the {"+pair[0]+"} came. Later {"+pair[1]+"} left.")
				}
				require.NoError(t, resolver(t).Extract(t.Context(), d))
				require.Len(t, d.Mentions, 2)
				same := d.Mentions[0].EntityID == d.Mentions[1].EntityID
				assert.Equal(t, f[0], map[bool]string{true: "same", false: "different"}[same], "%s, then %s: %s", pair[0], pair[1], show(d))
			}
		})
		return nil
	}))
	assert.GreaterOrEqual(t, n, 200)
}
