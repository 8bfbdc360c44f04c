package output

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// sampleArticles are the project's five articles, n times over.
func sampleArticles(tb testing.TB, n int) (docs []*article.Document, size int64) {
	tb.Helper()
	files, err := filepath.Glob("../testdata/articles/*.txt")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	for i := range n {
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(tb, err)
			docs = append(docs, sampleDocument(strings.Repeat("x", i%7)+filepath.Base(f), string(text)))
			size += int64(len(text))
		}
	}
	return docs, size
}

func rowsOf(b *Batch) (n int) {
	for _, t := range b.ordered {
		n += t.rows
	}
	return n
}

func BenchmarkAdd(b *testing.B) {
	docs, size := sampleArticles(b, 1)
	batch := NewBatch(Options{})
	b.SetBytes(size)
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		batch.Reset()
		for _, d := range docs {
			require.NoError(b, batch.Add(d))
		}
		rows += rowsOf(batch)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWrite(b *testing.B) {
	docs, size := sampleArticles(b, 200)
	for _, f := range formats {
		b.Run(string(f), func(b *testing.B) {
			dir := b.TempDir()
			batch := NewBatch(Options{Formats: []Format{f}})
			b.SetBytes(size)
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				for _, d := range docs {
					require.NoError(b, batch.Add(d))
				}
				rows += rowsOf(batch)
				require.NoError(b, batch.Write(dir, "part-0"))
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			written := int64(0)
			require.NoError(b, filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
				if err == nil && !info.IsDir() {
					written += info.Size()
				}
				return err
			}))
			b.ReportMetric(float64(written)/float64(size), "bytes/byte")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	docs, size := sampleArticles(b, 200)
	for _, f := range formats {
		b.Run(string(f), func(b *testing.B) {
			dir := b.TempDir()
			opts := Options{Formats: []Format{f}}
			batch := NewBatch(opts)
			for _, d := range docs {
				require.NoError(b, batch.Add(d))
			}
			require.NoError(b, batch.Write(dir, "part-0"))
			require.NoError(b, WriteEntities(dir, "part-0", nil, opts))
			b.SetBytes(size)
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				tables, err := Open(dir)
				require.NoError(b, err)
				for _, s := range schemas {
					for _, err := range tables.Rows(s.Table) {
						require.NoError(b, err)
						rows++
					}
				}
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
