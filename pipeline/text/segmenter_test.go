package text

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

var shared = sync.OnceValues(New)

func newSegmenter(t testing.TB) *Segmenter {
	t.Helper()
	s, err := shared()
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

func BenchmarkSegment(b *testing.B) {
	files, err := filepath.Glob("../../testdata/articles/*.txt")
	require.NoError(b, err)
	var docs []*article.Document
	size := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		require.NoError(b, err)
		docs = append(docs, &article.Document{Text: string(src)})
		size += len(src)
	}
	s := newSegmenter(b)
	tokens := 0
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		tokens = 0
		for _, d := range docs {
			s.Segment(d)
			tokens += len(d.Tokens)
		}
	}
	b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := New()
		require.NoError(b, err)
	}
}
