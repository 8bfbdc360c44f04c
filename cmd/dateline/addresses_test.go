package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/remote/s3test"
)

// TestAddresses extracts from a store and from the web, and to a store.
func TestAddresses(t *testing.T) {
	s3, query := s3test.New(t, map[string]string{
		"news/2020/a.txt": story, "news/2020/b/c.jsonl": "{\"text\":\"Ann Lee went to Basra.\"}\n{bad\n", "news/2020/p.jpg": "picture", "news/2020/denied.txt": story, "news/x.zip": zipped(t, 0, inArchive{name: "in.txt", content: story}),
	})
	s3.Deny("news/2020/denied.txt", http.StatusForbidden)
	fetched := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched++
		if r.URL.Path != "/story" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write([]byte("<html><head><title>Siege ends</title></head><body><p>" + strings.Repeat(story, 4) + "<a href='/other.html'>Other</a><img src='/p.jpg'></body></html>"))
	}))
	defer web.Close()
	run := func(args ...string) (code int, stderr string) {
		var out, err bytes.Buffer
		code = Main(t.Context(), append([]string{"extract", "--quiet"}, args...), nil, &out, &err)
		return code, err.String()
	}
	t.Run("in", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "tables")
		for range 2 {
			code, stderr := run("--out", out, "s3://news/2020"+query, "s3://news/x.zip"+query, web.URL+"/story", web.URL+"/gone.html")
			require.Equal(t, exitSetAside, code, stderr)
			got := strings.Join(documents(t, out), "\n")
			for _, id := range []string{"a.txt", "b/c.jsonl#1", "x.zip#in.txt", "story.html"} {
				assert.Contains(t, got, id)
			}
			errs := setAside(t, out)
			require.Len(t, errs, 3)
			assert.Contains(t, errs[0], "denied.txt read: fetch: ")
			assert.Contains(t, errs[1], "b/c.jsonl#2 read: invalid JSON")
			assert.Equal(t, "gone.html read: fetch: the server says 404 Not Found", errs[2])
		}
		assert.Equal(t, 4, fetched, "nothing but what was named")
		raw, err := os.ReadFile(filepath.Join(out, "_run.json"))
		require.NoError(t, err)
		assert.Contains(t, string(raw), `"s3://news/2020?`)
		assert.Contains(t, string(raw), `".jpg": 1`)
		gets := 0
		for _, r := range s3.Requests("GET") {
			if !strings.HasSuffix(r, "denied.txt") {
				gets++
			}
		}
		assert.Equal(t, 3, gets, "each object once in two runs")
	})
	t.Run("out", func(t *testing.T) {
		work := t.TempDir()
		in := files(t, map[string]string{"a.txt": story})
		code, stderr := run("--work", work, "--format", "jsonl", "--out", "s3://out/tables"+query, in)
		require.Equal(t, exitOK, code, stderr)
		assert.Contains(t, s3.Get("out/tables/documents/part-000000.jsonl"), "siege of the old fort")
		sent := s3.Requests("PUT")
		assert.Equal(t, "PUT out/tables/_run.json", sent[len(sent)-1])
		assert.NotContains(t, s3.Get("out/tables/_run.json"), work)

		code, _ = run("--work", work, "--format", "jsonl", "--out", "s3://out/tables"+query, in)
		require.Equal(t, exitOK, code)
		assert.Equal(t, []string{"PUT out/tables/.dateline-lock", "PUT out/tables/_run.json", "DELETE out/tables/.dateline-lock"}, s3.Requests("PUT", "DELETE"), "nothing changed")

		s3.Deny("out/tables/_run.json", http.StatusForbidden)
		code, stderr = run("--work", work, "--format", "jsonl", "--out", "s3://out/tables"+query, in)
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "--out s3://out/tables?")
		assert.Contains(t, stderr, "the tables are whole in "+work)
	})
	t.Run("a folder around what was fetched", func(t *testing.T) {
		dir := files(t, map[string]string{"own.txt": story})
		out := filepath.Join(t.TempDir(), "tables")
		code, stderr := run("--work", filepath.Join(dir, "work"), "--out", out, "s3://news/x.zip"+query, dir)
		require.Equal(t, exitOK, code, stderr)
		assert.Len(t, documents(t, out), 2)
	})
	t.Run("no such place", func(t *testing.T) {
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		out := filepath.Join(t.TempDir(), "tables")
		code, stderr := run("--out", out, "s3://news/2020"+query)
		require.Equal(t, exitSetAside, code, stderr)
		before := documents(t, out)
		code, stderr = run("--out", out, "s3://news/2020?region=us-east-1&use_path_style=true&endpoint=http://127.0.0.1:1")
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "s3://news/2020?")
		assert.Equal(t, before, documents(t, out), "the earlier tables stay")
		code, stderr = run("--out", "https://example.org/tables", ".")
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, "--out https://example.org/tables: want a folder, or an address that begins with s3://, gs:// or azblob://")
	})
}
