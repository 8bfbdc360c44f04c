package remote

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/remote/s3test"
)

// files returns the content of all files below a folder.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		raw, err := os.ReadFile(p)
		out[filepath.ToSlash(rel)] = string(raw)
		return err
	}))
	return out
}

func TestIs(t *testing.T) {
	for name, want := range map[string][2]bool{"s3://b/k": {true, true}, "gs://b": {true, true}, "azblob://b": {true, true}, "https://example.org/a": {true, false}, "http://x": {true, false},
		"file:///etc/passwd": {}, "articles": {}, "mem://x": {}, "s3:/x": {}, "-": {}, "ftp://x": {}} {
		assert.Equal(t, want, [2]bool{Is(name), IsStore(name)}, name)
	}
	assert.Equal(t, "s3://b/k?region=x", Clean("s3://b/k?region=x&awssdk=v2&profile=mine"))
	assert.Equal(t, "https://ann@example.org/a?access_token=...&page=2", Clean("https://ann:secret@example.org/a?page=2&access_token=abc"))
}

func TestFetch(t *testing.T) {
	s3, query := s3test.New(t, map[string]string{"news/2020/a.txt": "One", "news/2020/b/c.jsonl": "{}", "news/2020/": "", "news/2020/p.jpg": "picture", "news/2021/z.txt": "Z", "news/2020x.txt": "no"})
	dir := t.TempDir()
	fetch := func(address string, o Options) (string, map[string]error) {
		t.Helper()
		local, failed, err := Fetch(t.Context(), address+query, dir, o)
		require.NoError(t, err)
		return local, failed
	}
	want := func(rel string) bool { return !strings.HasSuffix(rel, ".jpg") }
	var last Progress
	local, failed := fetch("s3://news/2020", Options{Want: want, Progress: func(p Progress) { last = p }})
	assert.Empty(t, failed)
	assert.Equal(t, map[string]string{"a.txt": "One", "b/c.jsonl": "{}", "p.jpg": ""}, files(t, local))
	assert.Equal(t, "2020", filepath.Base(local))
	assert.Equal(t, 3, last.Done)
	assert.ElementsMatch(t, []string{"GET news/2020/a.txt", "GET news/2020/b/c.jsonl"}, s3.Requests("GET"))

	t.Run("again", func(t *testing.T) {
		s3.Put("news/2020/a.txt", "Changed")
		s3.Put("news/2020/new.txt", "New")
		s3.Delete("news/2020/b/c.jsonl")
		again, failed := fetch("s3://news/2020", Options{Want: want})
		assert.Equal(t, local, again)
		assert.Empty(t, failed)
		assert.Equal(t, map[string]string{"a.txt": "Changed", "new.txt": "New", "p.jpg": ""}, files(t, local))
		assert.ElementsMatch(t, []string{"GET news/2020/a.txt", "GET news/2020/new.txt"}, s3.Requests("GET"))
		fetch("s3://news/2020/", Options{})
		assert.Contains(t, s3.Requests("GET"), "GET news/2020/p.jpg", "wanted now")
	})
	t.Run("one file", func(t *testing.T) {
		local, _ := fetch("s3://news/2021/z.txt", Options{})
		assert.Equal(t, "z.txt", filepath.Base(local))
		raw, err := os.ReadFile(local)
		require.NoError(t, err)
		assert.Equal(t, "Z", string(raw))
	})
	t.Run("names that are no paths", func(t *testing.T) {
		s3.Put("odd/../../../x.txt", "up")
		s3.Put("odd//y.txt", "twice")
		s3.Put("odd/a", "file")
		s3.Put("odd/a/b.txt", "below a file")
		local, failed := fetch("s3://odd", Options{})
		got := files(t, local)
		assert.Equal(t, "twice", got["%/y.txt"])
		assert.Len(t, failed, 2, "of a and a/b.txt one; and the library reads no name with ../ in it")
		for p := range failed {
			assert.True(t, strings.HasPrefix(p, local), p)
		}
	})
	t.Run("some that cannot be fetched", func(t *testing.T) {
		s3.Put("mixed/a.txt", "One")
		s3.Put("mixed/b.txt", "Two")
		s3.Put("mixed/c.txt", strings.Repeat("x", 100))
		s3.Deny("mixed/b.txt", http.StatusForbidden)
		local, failed := fetch("s3://mixed", Options{MaxObject: 50})
		assert.Equal(t, map[string]string{"a.txt": "One"}, files(t, local))
		require.Len(t, failed, 2)
		assert.ErrorContains(t, failed[filepath.Join(local, "b.txt")], "fetch: ")
		assert.EqualError(t, failed[filepath.Join(local, "c.txt")], "too big: more than 50 bytes (--max-fetch)")
	})
	t.Run("nothing there", func(t *testing.T) {
		_, _, err := Fetch(t.Context(), "s3://news/1999"+query, dir, Options{})
		assert.ErrorContains(t, err, "s3://news/1999?")
		assert.ErrorContains(t, err, ": nothing there")
		_, _, err = Fetch(t.Context(), "s3:///x", dir, Options{})
		assert.EqualError(t, err, "s3:///x: no bucket: want s3://BUCKET/PATH")
	})
	t.Run("no server: what is here stays", func(t *testing.T) {
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		_, _, err := Fetch(t.Context(), "s3://news/2020?region=us-east-1&use_path_style=true&endpoint=http://127.0.0.1:1", t.TempDir(), Options{})
		assert.Error(t, err)
		assert.NotEmpty(t, files(t, local))
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := Fetch(ctx, "s3://news/2020"+query, t.TempDir(), Options{})
		assert.ErrorIs(t, err, context.Canceled)
	})
	t.Run("cut short, and again", func(t *testing.T) {
		for i := range 40 {
			s3.Put(fmt.Sprintf("long/%02d.txt", i), fmt.Sprint("Story ", i))
		}
		s3.Requests("GET")
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, _, err := Fetch(ctx, "s3://long"+query, dir, Options{Progress: func(p Progress) {
			if p.Done == 15 {
				cancel()
			}
		}})
		require.ErrorIs(t, err, context.Canceled)
		assert.Less(t, len(s3.Requests("GET")), 40)
		local, failed, err := Fetch(t.Context(), "s3://long"+query, dir, Options{})
		require.NoError(t, err)
		assert.Empty(t, failed)
		assert.Len(t, files(t, local), 40)
		assert.LessOrEqual(t, len(s3.Requests("GET")), 26, "what had come does not come again")
	})
}

func TestFetchWeb(t *testing.T) {
	served := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/story", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		served++
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<p>Words")
	})
	mux.HandleFunc("/endless.txt", func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/stalls.txt", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Words")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/torn.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "Words")
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	dir := t.TempDir()
	for range 2 {
		local, failed, err := Fetch(t.Context(), server.URL+"/story", dir, Options{})
		require.NoError(t, err)
		assert.Empty(t, failed)
		assert.Equal(t, "story.html", filepath.Base(local))
		raw, err := os.ReadFile(local)
		require.NoError(t, err)
		assert.Equal(t, "<p>Words", string(raw))
	}
	assert.Equal(t, 1, served)
	for name, want := range map[string]string{"/gone": "fetch: the server says 404 Not Found", "/endless.txt": "fetch: too big: more than 100000 bytes (--max-fetch)", "/stalls.txt": "fetch: nothing came for 200ms", "/torn.txt": "fetch: unexpected EOF"} {
		local, failed, err := Fetch(t.Context(), server.URL+name, dir, Options{MaxObject: 100000, Stall: 200 * time.Millisecond})
		require.NoError(t, err, name)
		assert.EqualError(t, failed[local], want, name)
		assert.NoFileExists(t, local)
	}
	_, _, err := Fetch(t.Context(), "http://127.0.0.1:1/x", dir, Options{})
	assert.ErrorContains(t, err, "http://127.0.0.1:1/x: ")
}

func TestPublish(t *testing.T) {
	s3, query := s3test.New(t, map[string]string{"out/other/x.txt": "not ours"})
	dir := t.TempDir()
	write := func(rel, content string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, rel)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, rel), []byte(content), 0o644))
	}
	write("documents/part-000000.parquet", "One")
	write("documents/part-000001.parquet", "Two")
	write("mentions/part-000000.parquet", "Three")
	write("_run.json", "{}")
	write(".dateline/batches/x/part.parquet", "no")
	publish := func() error { return Publish(t.Context(), dir, "s3://out/tables"+query, Options{}) }
	require.NoError(t, publish())
	assert.Equal(t, []string{"out/other/x.txt", "out/tables/_run.json", "out/tables/documents/part-000000.parquet", "out/tables/documents/part-000001.parquet", "out/tables/mentions/part-000000.parquet"}, s3.Keys())
	sent := s3.Requests("PUT")
	assert.Equal(t, "PUT out/tables/_run.json", sent[len(sent)-1], "comes last")

	write("documents/part-000000.parquet", "One, changed")
	require.NoError(t, os.Remove(filepath.Join(dir, "documents/part-000001.parquet")))
	require.NoError(t, publish())
	assert.Equal(t, []string{"PUT out/tables/.dateline-lock", "DELETE out/tables/_run.json", "PUT out/tables/documents/part-000000.parquet", "DELETE out/tables/documents/part-000001.parquet", "PUT out/tables/_run.json", "DELETE out/tables/.dateline-lock"}, s3.Requests("PUT", "DELETE"))
	assert.Equal(t, "One, changed", s3.Get("out/tables/documents/part-000000.parquet"))

	require.NoError(t, publish())
	assert.Equal(t, []string{"PUT out/tables/.dateline-lock", "PUT out/tables/_run.json", "DELETE out/tables/.dateline-lock"}, s3.Requests("PUT", "DELETE"))

	t.Run("cut short", func(t *testing.T) {
		write("mentions/part-000000.parquet", "Three, changed")
		s3.Deny("out/tables/mentions/part-000000.parquet", http.StatusForbidden)
		assert.Error(t, publish())
		assert.NotContains(t, s3.Keys(), "out/tables/_run.json")
		s3.Deny("out/tables/mentions/part-000000.parquet", 0)
		require.NoError(t, publish())
		assert.Contains(t, s3.Keys(), "out/tables/_run.json")
	})
	t.Run("something else in the place of a table", func(t *testing.T) {
		s3.Put("out/tables/documents/mine.csv", "x")
		assert.ErrorContains(t, publish(), "tables/documents/mine.csv is not a part of a table; choose another --out or move it away")
		assert.Contains(t, s3.Keys(), "out/tables/_run.json")
	})
	assert.ErrorContains(t, Publish(t.Context(), t.TempDir(), "s3://out/empty"+query, Options{}), "no tables to publish")
}

// tablesIn writes tables of one part.
func tablesIn(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "documents"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "documents", "part-000000.csv"), []byte("x\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, lastFile), []byte("{}"), 0o644))
	return dir
}

const (
	foreignLock    = `{"ID":"other","Host":"press\u001b","PID":7,"Since":"2020-01-02T03:04:05Z"}`
	foreignMessage = `in use: a run on "press\x1b" (process 7) is publishing there since 2020-01-02T03:04:05Z; when it is dead, remove the object tables/.dateline-lock`
)

func TestPublishLock(t *testing.T) {
	const lock = "out/tables/.dateline-lock"
	s3, query := s3test.New(t, nil)
	address := "s3://out/tables" + query
	dir := tablesIn(t)
	publish := func(dir string) error { return Publish(t.Context(), dir, address, Options{}) }

	t.Run("another machine", func(t *testing.T) {
		s3.Put(lock, foreignLock)
		err := publish(dir)
		require.ErrorIs(t, err, ErrInUse)
		assert.ErrorContains(t, err, foreignMessage)
		assert.Equal(t, []string{lock}, s3.Keys(), "nothing was written, and the other's lock stays")
		s3.Delete(lock)
		require.NoError(t, publish(dir))
		assert.NotContains(t, s3.Keys(), lock)
	})
	t.Run("at the same time", func(t *testing.T) {
		var same, other error
		require.NoError(t, Publish(t.Context(), dir, address, Options{Progress: func(Progress) { same, other = publish(dir), publish(tablesIn(t)) }}))
		assert.ErrorContains(t, same, "in use: by another run on this machine")
		assert.ErrorContains(t, other, "is publishing there since")
		assert.NotContains(t, s3.Keys(), lock)
	})
	t.Run("left over from a run that was killed", func(t *testing.T) {
		var left string
		require.NoError(t, Publish(t.Context(), dir, address, Options{Progress: func(Progress) { left = s3.Get(lock) }}))
		s3.Put(lock, left)
		assert.ErrorIs(t, publish(tablesIn(t)), ErrInUse, "another folder's")
		require.NoError(t, publish(dir))
		assert.NotContains(t, s3.Keys(), lock)
	})
	t.Run("taken for dead", func(t *testing.T) {
		require.NoError(t, Publish(t.Context(), dir, address, Options{Progress: func(Progress) { s3.Put(lock, foreignLock) }}))
		assert.Equal(t, foreignLock, s3.Get(lock), "the other's lock stays")
		s3.Delete(lock)
	})
	t.Run("given up", func(t *testing.T) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "documents", "part-000000.csv"), []byte("y\n"), 0o644))
		ctx, cancel := context.WithCancel(t.Context())
		assert.ErrorIs(t, Publish(ctx, dir, address, Options{Progress: func(Progress) { cancel() }}), context.Canceled)
		assert.NotContains(t, s3.Keys(), lock)
	})
	t.Run("a store that knows no conditions", func(t *testing.T) {
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		s3.Deny(lock, http.StatusNotImplemented)
		assert.NoError(t, publish(dir))
		s3.Deny(lock, http.StatusForbidden)
		assert.ErrorContains(t, publish(dir), "StatusCode: 403")
		s3.Deny(lock, 0)
	})
}

// FuzzLocalPath checks that no name of an object leads out of the folder.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"a/b.txt", "../../etc/passwd", "/a", "a//b/", "./.", "a\x00b", `a\..\b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		local := localPath(key)
		require.NotEmpty(t, local)
		require.True(t, filepath.IsLocal(local), "%q", local)
		require.NotContains(t, local, "\x00")
	})
}
