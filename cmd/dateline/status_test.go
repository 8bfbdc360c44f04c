package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatus(t *testing.T) {
	in, out := files(t, map[string]string{"a.txt": "Ann left.", "b.txt": "Bob came."}), filepath.Join(t.TempDir(), "tables")
	meta := filepath.Join(t.TempDir(), "m.csv")
	require.NoError(t, os.WriteFile(meta, []byte("path,published\na.txt,2020-01-05\nb.txt,2020-01-06\n"), 0o644))
	code, _, stderr := dateline(t, "extract", "--quiet", "--metadata", meta, "--include", "*.txt,*.md", "--field", "text=a,url=b", "--out", out, in)
	require.Equal(t, exitOK, code, stderr)
	read := func() (s status) {
		t.Helper()
		code, stdout, stderr := dateline(t, "status", "--json", out)
		require.Equal(t, exitOK, code, stderr)
		require.NoError(t, json.Unmarshal([]byte(stdout), &s))
		return s
	}
	s := read()
	assert.Empty(t, s.Stale)
	assert.EqualValues(t, 1, s.Reused)
	assert.EqualValues(t, 2, s.Tables.Rows["documents"])
	assert.Equal(t, meta, s.Flags["metadata"])
	assert.False(t, s.Writing)
	code, stdout, _ := dateline(t, "status", out)
	assert.Equal(t, exitOK, code)
	assert.Contains(t, stdout, "nothing: program and options are those of the tables")
	assert.Contains(t, stdout, "--include=*.txt,*.md")

	t.Run("a table is gone", func(t *testing.T) {
		require.NoError(t, os.RemoveAll(filepath.Join(out, "dates")))
		assert.Equal(t, []string{"the table dates is gone; a run puts it back"}, read().Stale)
	})
	t.Run("the metadata changed", func(t *testing.T) {
		require.NoError(t, os.WriteFile(meta, []byte("path,published\na.txt,2020-01-07\n"), 0o644))
		assert.EqualValues(t, 1, read().Reused, "only batches with articles whose rows are others are made anew")
		code, _, stderr := dateline(t, "extract", "--quiet", "--metadata", meta, "--include", "*.txt,*.md", "--field", "text=a,url=b", "--out", out, in)
		require.Equal(t, exitOK, code, stderr)
		s := read()
		assert.EqualValues(t, 1, s.Tables.Resolved.Undated, "b.txt has no row any more")
		assert.Zero(t, s.Tables.Reused)
	})
	t.Run("another program", func(t *testing.T) {
		run := filepath.Join(out, "_run.json")
		raw, err := os.ReadFile(run)
		require.NoError(t, err)
		var m map[string]any
		require.NoError(t, json.Unmarshal(raw, &m))
		m["facts"].(map[string]any)["program"] = "older"
		m["identity"] = "older"
		raw, err = json.Marshal(m)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(run, raw, 0o644))
		assert.Contains(t, read().Stale[0], "another build")
	})
	code, _, stderr = dateline(t, "status", filepath.Join(out, "nowhere"))
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "nowhere")
	code, stdout, _ = dateline(t, "status", t.TempDir())
	assert.Equal(t, exitOK, code)
	assert.Contains(t, stdout, "none")
}
