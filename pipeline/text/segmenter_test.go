package text

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func newSegmenter(t testing.TB) *Segmenter {
	t.Helper()
	s, err := New()
	require.NoError(t, err)
	return s
}

func segment(t testing.TB, src string) *article.Document {
	t.Helper()
	d := &article.Document{Text: src}
	newSegmenter(t).Segment(d)
	return d
}

func TestSegmentSmoke(t *testing.T) {
	d := segment(t, "Talks begin\nGen. Frank McKenzie met U.S. -led troops. He left.\n")
	require.Len(t, d.Sentences, 3)
	require.Equal(t, "Talks begin", d.Title)
}
