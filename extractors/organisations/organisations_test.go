package organisations

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

// marked makes a document of a text in which mentions of organisations stand in braces: "{Ford} paid".
func marked(t testing.TB, src string) *article.Document {
	t.Helper()
	var b strings.Builder
	d := &article.Document{}
	for i, piece := range strings.Split(src, "{") {
		name, after, ok := strings.Cut(piece, "}")
		if i == 0 || !ok {
			b.WriteString(piece)
			continue
		}
		d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: b.Len(), End: b.Len() + len(name)}, Kind: article.ORG})
		b.WriteString(name + after)
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

// show writes the mentions one a line: span text, canonical name, id.
func show(d *article.Document) string {
	var b strings.Builder
	for _, m := range d.Mentions {
		fmt.Fprintf(&b, "%s > %s > %s\n", d.TextOf(m.Span), m.Canonical, m.EntityID)
	}
	return b.String()
}

func TestPairs(t *testing.T) {
	raw, err := os.ReadFile("testdata/pairs.tsv")
	require.NoError(t, err)
	mention := func(name string) string {
		if bare, ok := strings.CutPrefix(name, "the "); ok {
			return "the {" + bare + "}"
		}
		return "{" + name + "}"
	}
	require.NoError(t, text.EachRow("testdata/pairs.tsv", string(raw), 3, func(f []string) error {
		t.Run(f[1]+" "+f[2], func(t *testing.T) {
			d := marked(t, "On Monday "+mention(f[1])+" said so. Later "+mention(f[2])+" denied it.")
			require.NoError(t, resolver(t).Extract(t.Context(), d))
			require.Len(t, d.Mentions, 2)
			same := d.Mentions[0].EntityID == d.Mentions[1].EntityID
			assert.Equal(t, f[0], map[bool]string{true: "same", false: "different"}[same], show(d))
		})
		return nil
	}))
}
