package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/published"
)

// sampleTexts are the sample articles, some of them more than once, about
// 200 kB in all.
func sampleTexts(b *testing.B) (texts []string, bytes int64) {
	paths, err := filepath.Glob(filepath.Join(testdata, "articles", "*.txt"))
	require.NoError(b, err)
	for range 8 {
		for _, p := range paths {
			raw, err := os.ReadFile(p)
			require.NoError(b, err)
			texts = append(texts, string(raw))
			bytes += int64(len(raw))
		}
	}
	return texts, bytes
}

// rates adds documents and tokens a second to MB/s.
func rates(b *testing.B, docs, tokens int, spent time.Duration) {
	b.ReportMetric(float64(docs)/spent.Seconds(), "docs/s")
	b.ReportMetric(float64(tokens)/spent.Seconds(), "tokens/s")
}

// BenchmarkStage measures each stage alone, on one core, with all that comes
// before it done already.
func BenchmarkStage(b *testing.B) {
	st, err := defaultStages()
	require.NoError(b, err)
	texts, size := sampleTexts(b)
	docs := make([]*article.Document, len(texts))
	for i, text := range texts {
		docs[i] = &article.Document{ID: "x", Source: "x.txt", Text: text}
	}
	stage := func(name string, run func(d *article.Document) error) {
		tokens := 0
		once := func() {
			tokens = 0
			for _, d := range docs {
				require.NoError(b, run(d))
				tokens += len(d.Tokens)
			}
		}
		once() // later stages need it, whatever -bench selects
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			n, start := 0, time.Now()
			for b.Loop() {
				once()
				n++
			}
			rates(b, n*len(docs), n*tokens, time.Since(start))
		})
	}
	stage("text", func(d *article.Document) error { st.Segmenter.Segment(d); return nil })
	stage("published", func(d *article.Document) error {
		d.Published, err = st.Published.Find(d, published.Evidence{})
		return err
	})
	for _, x := range st.Extractors {
		stage(x.Name(), func(d *article.Document) error {
			if x.Name() == "names" {
				d.Mentions = d.Mentions[:0]
			}
			return x.Extract(b.Context(), d)
		})
	}
	tables := output.NewBatch(output.Options{})
	stage("output", func(d *article.Document) error {
		if d == docs[0] {
			tables.Reset()
		}
		return tables.Add(d)
	})
}

// BenchmarkRun measures whole runs over a JSONL file of 600 articles, with one
// worker and with one for each processor, tables written.
func BenchmarkRun(b *testing.B) {
	st, err := defaultStages()
	require.NoError(b, err)
	texts, size := sampleTexts(b)
	dir := b.TempDir()
	const copies = 15
	in := filepath.Join(dir, "news.jsonl")
	require.NoError(b, os.WriteFile(in, jsonLines(b, texts, copies), 0o644))
	workers := []int{1, runtime.GOMAXPROCS(0)}
	for i, n := range workers {
		name := []string{"one-worker", "all-workers"}[i]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size * copies)
			tokens, runs, start := int64(0), 0, time.Now()
			for b.Loop() {
				out := filepath.Join(dir, "tables")
				require.NoError(b, os.RemoveAll(out))
				s, err := pipeline.Run(b.Context(), pipeline.Options{Inputs: []string{in}, Out: out, Stages: st.Stages,
					Tables: output.Options{Formats: []output.Format{output.Parquet}}, Workers: n, BatchSize: 512 << 10})
				require.NoError(b, err)
				tokens += s.Tokens
				runs++
			}
			rates(b, runs*copies*len(texts), int(tokens), time.Since(start))
		})
	}
}

func jsonLines(b *testing.B, texts []string, copies int) []byte {
	var lines bytes.Buffer
	for range copies {
		for _, t := range texts {
			line, err := json.Marshal(map[string]string{"text": t})
			require.NoError(b, err)
			lines.Write(append(line, '\n'))
		}
	}
	return lines.Bytes()
}
