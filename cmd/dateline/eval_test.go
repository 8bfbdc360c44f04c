package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEvalRefuses: gold that gives no score is refused, with the file, the
// record and the reason.
func TestEvalRefuses(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "html"), 0o755))
	for _, tc := range []struct{ name, what, file, content, want string }{
		{"names without entities", "names", "g.jsonl", `{"id":"a","text":"Ann Lee left Paris."}`, "g.jsonl: line 1: document a: no entities; want "},
		{"names of unknown labels", "names", "g.jsonl", `{"id":"a","text":"Ann Lee","entities":[{"start":0,"end":7,"label":"PERSON"}]}`,
			"g.jsonl: no name that is PER, ORG, LOC in 1 documents: there is nothing to score (annotated are PERSON 1)"},
		{"names in an array", "names", "g.jsonl", `[]`, "g.jsonl: line 1: have JSON array; want "},
		{"names in columns, empty", "names", "g.conll", "\n", "g.conll: no tokens; want a token and its tag a line"},
		{"packed columns", "names", "g.conll.gz", gzipped(t, "Ann B-PERSON\n"), "g.conll.gz: no name that is PER, ORG, LOC in 1 documents"},
		{"dates without timexes", "dates", "g.jsonl", `{"id":"a","text":"It rained on Monday."}`, "g.jsonl: line 1: document a: no timexes; want "},
		{"no dates", "dates", "g.jsonl", `{"id":"a","text":"It rained.","timexes":[]}`, "g.jsonl: no time expression is annotated in 1 documents: there is nothing to score"},
		{"no places", "places", "g.jsonl", `{"id":"a","text":"It rained.","places":[]}`, "g.jsonl: no place is annotated in 1 documents: there is nothing to score"},
		{"a place without start", "places", "g.jsonl", `{"id":"a","text":"Paris is nice.","places":[{"end":5,"lat":48.85,"lon":2.35}]}`,
			"g.jsonl: line 1: document a: place 0: no start or no end; want both, in bytes of the text"},
		{"no pages", "published", "g.tsv", "file\tdate\n", "g.tsv: no pages, only a header"},
		{"a page that is not there", "published", "g.tsv", "file\tdate\nnowhere.html\t2020-01-02\n", "no page nowhere.html, which the gold names"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(dir, tc.file)
			require.NoError(t, os.WriteFile(path, []byte(tc.content), 0o644))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "html", "a.html"), []byte("<p>Words.</p>"), 0o644))
			code, stdout, stderr := dateline(t, "eval", tc.what, path)
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, tc.want)
		})
	}
}

// TestEvalFlags: numbers that mean nothing are wrong usage.
func TestEvalFlags(t *testing.T) {
	path := filepath.Join(files(t, map[string]string{"g.jsonl": `{"id":"a","text":"Paris is nice.","places":[{"start":0,"end":5,"lat":48.85,"lon":2.35}]}`}), "g.jsonl")
	for _, flag := range []string{"--km=-5", "--km=NaN", "--km=Inf", "--errors=-1"} {
		t.Run(flag, func(t *testing.T) {
			code, stdout, stderr := dateline(t, "eval", "places", flag, path)
			assert.Equal(t, exitUsage, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, flag[:4])
		})
	}
}

// TestEvalPacked: a packed gold file is scored as it is.
func TestEvalPacked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "gold.jsonl.gz")
	gold := `{"id":7,"text":"Barack Obama visited Paris on Monday.","entities":[{"start":0,"end":12,"label":"PER"},{"start":21,"end":26,"label":"LOC"}]}`
	require.NoError(t, os.WriteFile(path, []byte(gzipped(t, gold+"\n")), 0o644))
	code, stdout, stderr := dateline(t, "eval", "names", path)
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "ALL        2      2   100.00 100.00 100.00")
}

// TestEvalPublished: a page without text, or that cannot be read, has no date.
func TestEvalPublished(t *testing.T) {
	dir := files(t, map[string]string{
		"gold.tsv":    "file\tdate\na.html\t2020-01-02\nb.html\tnan\nc.html\t2020-01-02\n",
		"html/a.html": "<html><head><meta property='article:published_time' content='2020-01-02'></head><body><p>A siege has ended in Basra.</p></body></html>",
		"html/b.html": "", "html/c.html": "\x7fELF\x00\x00",
	})
	code, stdout, stderr := dateline(t, "eval", "published", filepath.Join(dir, "gold.tsv"))
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "    3     0.667      1.000      2      0       1         0")
}
