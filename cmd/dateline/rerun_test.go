package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// corpus writes n articles made of the paragraphs of the sample articles, in
// folders of a hundred.
func corpus(t testing.TB, n int, seed uint64) string {
	t.Helper()
	samples, err := filepath.Glob(filepath.Join(testdata, "articles", "*.txt"))
	require.NoError(t, err)
	var paragraphs []string
	for _, s := range samples {
		raw, err := os.ReadFile(s)
		require.NoError(t, err)
		paragraphs = append(paragraphs, strings.Split(string(raw), "\n")...)
	}
	dir, rnd := t.TempDir(), rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, "Report %d\n\nMarch %d, 2020\n\n", i, i%28+1)
		for range 15 {
			b.WriteString(paragraphs[rnd.IntN(len(paragraphs))] + "\n")
		}
		path := filepath.Join(dir, fmt.Sprintf("%03d", i/100), fmt.Sprintf("%05d.txt", i))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	return dir
}

// BenchmarkRerun runs over a folder in which nothing has changed, and reports
// what that costs against the first run.
func BenchmarkRerun(b *testing.B) {
	in, out := corpus(b, 3000, 1), filepath.Join(b.TempDir(), "tables")
	args := []string{"extract", "--quiet", "--workers", "2", "--out", out, in}
	started := time.Now()
	code, _, stderr := dateline(b, args...)
	require.Equal(b, exitOK, code, stderr)
	first := time.Since(started)
	for b.Loop() {
		code, _, stderr := dateline(b, args...)
		require.Equal(b, exitOK, code, stderr)
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(first.Seconds(), "s/first")
	b.ReportMetric(100*each.Seconds()/first.Seconds(), "%ofFirst")
}
