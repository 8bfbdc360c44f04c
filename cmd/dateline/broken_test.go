package main

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
)

var brokenDir = flag.String("broken", "", "folder to write the broken inputs to; a temporary one by default")

// TestBrokenInputs extracts from a folder of deliberately broken files: each
// has its row in the errors table, with file, record and reason, and what is
// sound in it is read. With -v it prints the errors table.
func TestBrokenInputs(t *testing.T) {
	dir := *brokenDir
	if dir == "" {
		dir = filepath.Join(t.TempDir(), "in")
	}
	want, kept := map[string]string{}, map[string]bool{}
	expect := func(b brokenInput) {
		source := strings.ReplaceAll(b.name, "\xe9", `\xe9`)
		for _, e := range b.errors {
			where, reason, _ := strings.Cut(e, ": ")
			member, stage := "", where
			if i := strings.LastIndexByte(where, ' '); i >= 0 {
				member, stage = where[:i], where[i+1:]
			}
			want[strings.TrimSuffix(source+"#"+member, "#")+" "+stage] = reason
		}
		for _, m := range b.keeps {
			kept[strings.TrimSuffix(source+"#"+m, "#")] = true
		}
	}
	inputs := brokenInputs(t)
	for _, b := range inputs {
		path := filepath.Join(dir, b.name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(b.content), 0o644))
		expect(b)
	}
	for _, b := range brokenFiles(t, dir) {
		inputs = append(inputs, b)
		expect(b)
	}
	meta := filepath.Join(t.TempDir(), "meta.csv")
	require.NoError(t, os.WriteFile(meta, []byte("path,published\ncharacters/stray.txt,sometime\nnowhere.txt,2020-01-02\n,2020\ntorn\n"), 0o644))
	expect(brokenInput{name: "meta.csv", errors: []string{"2 metadata: the row matches no article", "3 metadata: the row names no article: ...", "4 metadata: wrong number of fields: 1, the header has 2"}})
	expect(brokenInput{name: "characters/stray.txt", errors: []string{"published: ..."}})

	out := filepath.Join(t.TempDir(), "tables")
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), []string{"extract", "--quiet", "--workers", "2", "--max-article", "200000", "--all-languages", "--metadata", meta, "--out", out, dir}, nil, &stdout, &stderr)
	require.Equal(t, exitSetAside, code, stderr.String())

	tables, err := output.Open(out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
	var rows strings.Builder
	got := map[string]string{}
	for r, err := range tables.Rows(output.Errors) {
		require.NoError(t, err)
		key := strings.TrimSuffix(r.Str("source")+"#"+r.Str("member"), "#") + " " + r.Str("stage")
		assert.NotContains(t, got, key, "one row for each failure")
		got[key] = r.Str("error")
		fmt.Fprintf(&rows, "| %s | %s | %s | %s |\n", r.Str("source"), r.Str("member"), r.Str("stage"), strings.ReplaceAll(r.Str("error"), "|", `\|`))
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		reason, start := strings.CutSuffix(want[key], "...")
		if start {
			assert.True(t, strings.HasPrefix(got[key], reason), "%s: want %q, got %q", key, want[key], got[key])
		} else {
			assert.Equal(t, reason, got[key], key)
		}
		delete(got, key)
	}
	for key, reason := range got {
		t.Errorf("not expected: %s: %s", key, reason)
	}
	read := map[string]bool{}
	for r, err := range tables.Rows(output.Documents) {
		require.NoError(t, err)
		read[strings.TrimSuffix(r.Str("source")+"#"+r.Str("member"), "#")] = true
	}
	for key := range kept {
		assert.True(t, read[key], "%s is to be read", key)
	}
	t.Logf("%d files, of which %d rows of the errors table and %d articles came\n\n| file | record | stage | error |\n| --- | --- | --- | --- |\n%s", len(inputs), len(want), len(read), rows.String())
}

// brokenFiles are inputs that are broken by what kind of file they are.
func brokenFiles(t *testing.T, dir string) []brokenInput {
	dir = filepath.Join(dir, "files")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "loop"), 0o755))
	link := func(to, name string) { require.NoError(t, os.Symlink(to, filepath.Join(dir, name))) }
	link("nowhere.txt", "dangling.txt")
	link("self.txt", "self.txt")
	link("..", "loop/round")
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o644))
	list := []brokenInput{
		{name: "files/dangling.txt", errors: []string{"read: no such file or directory"}},
		{name: "files/self.txt", errors: []string{"read: too many levels of symbolic links"}},
		{name: "files/pipe.txt", errors: []string{"read: is not a regular file: a named pipe"}},
	}
	if os.Geteuid() != 0 { // who may read everything
		require.NoError(t, os.WriteFile(filepath.Join(dir, "locked.txt"), []byte(story), 0))
		list = append(list, brokenInput{name: "files/locked.txt", errors: []string{"read: permission denied"}})
	}
	return list
}
