package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const testdata = "../../testdata"

// dateline runs the command line in this process.
func dateline(t testing.TB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// TestGolden compares the tables of the sample articles, read back from
// Parquet, with testdata/golden. It says "same as before", not "right".
func TestGolden(t *testing.T) {
	runs := map[string][]string{
		"dated":   {"--metadata", filepath.Join(testdata, "published.csv")},
		"undated": nil,
	}
	for name, flags := range runs {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			code, _, stderr := dateline(t, append([]string{"extract", "--quiet", "--out", out, filepath.Join(testdata, "articles")}, flags...)...)
			require.Equal(t, exitOK, code, stderr)
			tables, err := output.Open(out)
			require.NoError(t, err)
			require.Empty(t, output.Verify(tables))
			folder := filepath.Join(testdata, "golden", name)
			articles, err := os.ReadDir(filepath.Join(testdata, "articles"))
			require.NoError(t, err)
			known := map[string]bool{}
			for _, a := range articles {
				golden := strings.TrimSuffix(a.Name(), filepath.Ext(a.Name())) + ".golden"
				known[golden] = true
				t.Run(a.Name(), func(t *testing.T) {
					got, err := output.Golden(tables, a.Name())
					require.NoError(t, err)
					compareGolden(t, filepath.Join(folder, golden), got)
				})
			}
			goldens, err := os.ReadDir(folder)
			require.NoError(t, err)
			for _, g := range goldens {
				assert.True(t, known[g.Name()], "%s has lost its article", filepath.Join(folder, g.Name()))
			}
		})
	}
}

func compareGolden(t *testing.T, path, got string) {
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "make golden writes it")
	assert.Equal(t, string(want), got, "make golden accepts the change")
}
