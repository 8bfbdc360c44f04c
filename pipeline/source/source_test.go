package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes files below a new folder: name -> content.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(content), 0o644))
	}
	return dir
}

// outcome is what became of one item.
type outcome struct {
	Item
	Article
	err error
}

func readAll(t testing.TB, opts Options, inputs ...string) (*Walker, []outcome) {
	t.Helper()
	w, err := Open(t.Context(), opts, inputs...)
	require.NoError(t, err)
	defer w.Close()
	r, err := w.Reader()
	require.NoError(t, err)
	var out []outcome
	for {
		it, err := w.Next(t.Context())
		if err == io.EOF {
			return w, out
		}
		require.NoError(t, err)
		a, err := r.Read(t.Context(), it)
		out = append(out, outcome{it, a, err})
		if err != nil { // what stands before the colon is the reason, by which errors are counted
			reason, _, _ := strings.Cut(err.Error(), ":")
			require.False(t, strings.ContainsAny(reason, "0123456789\"'"), "%v", err)
		}
		fp, ferr := r.Fingerprint(t.Context(), it)
		if err == nil {
			require.NoError(t, ferr)
			require.NotEmpty(t, fp)
			require.Equal(t, it.Source(), a.Doc.Source)
		}
	}
}

// lines says in one line each what became of the items.
func lines(out []outcome) []string {
	var ls []string
	for _, o := range out {
		if o.err != nil {
			ls = append(ls, o.Item.String()+": "+o.err.Error())
		} else {
			ls = append(ls, fmt.Sprintf("%s = %s %q", o.Item, o.Doc.Format, clip(o.Doc.Text)))
		}
	}
	return ls
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func zst(s string) string {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b)
	io.WriteString(w, s)
	w.Close()
	return b.String()
}

func TestFolder(t *testing.T) {
	dir := tree(t, map[string]string{
		"b.txt": "B", "a/z.txt": "Z", "a-x.txt": "X", "a.txt": "A", "c.md": "# C\n\ntext", "d.txt.gz": gz("D"), "e.txt.zst": zst("E"),
		"photo.jpg": "\xff\xd8\xff", "notes": "n", ".hidden/x.txt": "no", ".x.txt": "no", "sub/old/_run.json": "{}", "sub/old/documents/part-0.jsonl": `{"text":"no"}`, "sub/f.txt": "F",
	})
	w, out := readAll(t, Options{}, dir)
	assert.Equal(t, []string{
		`a-x.txt = txt "X"`, `a.txt = txt "A"`, `a/z.txt = txt "Z"`, `b.txt = txt "B"`, `c.md = md "# C\n\ntext"`, `d.txt.gz = txt "D"`, `e.txt.zst = txt "E"`, `sub/f.txt = txt "F"`,
	}, lines(out))
	assert.Equal(t, map[string]int{".jpg": 1, "no extension": 1, "hidden": 2, "tables": 1}, w.Skipped())
	for _, o := range out {
		assert.Equal(t, o.Source(), o.Doc.ID)
		assert.Len(t, o.Doc.SHA256, 64)
		assert.Equal(t, o.Size(), o.Doc.Bytes)
	}
}

func TestInputs(t *testing.T) {
	dir := tree(t, map[string]string{"a/1.txt": "1", "a/2.md": "2", "b/1.txt": "3", "b/deep/4.txt": "4", "b/deep/5.log": "5"})
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	f := func(name string, want []string, inputs ...string) {
		t.Run(name, func(t *testing.T) {
			_, out := readAll(t, Options{}, inputs...)
			var got []string
			for _, o := range out {
				if o.err != nil {
					got = append(got, o.err.Error())
				} else {
					got = append(got, o.Article.Qualified())
				}
			}
			assert.Equal(t, want, got)
		})
	}
	f("one folder", []string{"1.txt", "2.md"}, a)
	f("two folders", []string{"a/1.txt", "a/2.md", "b/1.txt", "b/deep/4.txt"}, a, b)
	f("the same folder twice", []string{"a/1.txt", "a/2.md"}, a, a+"/")
	f("a file, and its folder", []string{"a/1.txt", "a/2.md"}, filepath.Join(a, "1.txt"), a)
	f("a folder, and a file in it", []string{"a/1.txt", "a/2.md"}, a, filepath.Join(a, "1.txt"))
	f("files of one name", []string{"a/1.txt", "b/1.txt"}, filepath.Join(a, "1.txt"), filepath.Join(b, "1.txt"))
	f("glob", []string{"a/1.txt", "b/1.txt"}, filepath.Join(dir, "*/1.txt"))
	f("deep glob", []string{"a/1.txt", "b/1.txt", "b/deep/4.txt"}, filepath.Join(dir, "**/*.txt"))
	f("named file of no known extension", []string{"5.log"}, filepath.Join(b, "deep/5.log"))
	f("nowhere", []string{"no such file or directory"}, filepath.Join(dir, "nowhere"))
	f("glob without files", nil, filepath.Join(dir, "*.txt"))
	f("folder without articles", nil, t.TempDir())
}

func TestGlobs(t *testing.T) {
	dir := tree(t, map[string]string{"a/1.txt": "1", "a/2.txt": "2", "b/3.txt": "3", "4.md": "4"})
	f := func(opts Options, want ...string) {
		t.Helper()
		_, out := readAll(t, opts, dir)
		var got []string
		for _, o := range out {
			got = append(got, o.Source())
		}
		assert.Equal(t, want, got)
	}
	f(Options{Include: []string{"*.md", "a/*"}}, "4.md", "a/1.txt", "a/2.txt")
	f(Options{ExcludeGlobs: []string{"a"}}, "4.md", "b/3.txt")
	f(Options{ExcludeGlobs: []string{"2.txt", "**/3.*"}}, "4.md", "a/1.txt")
	f(Options{Exclude: []string{filepath.Join(dir, "a")}}, "4.md", "b/3.txt") // the run's own OUT
	assert.ErrorContains(t, Options{Include: []string{"["}, Encoding: "klingon", Fields: map[string]string{"x": "y", "text": ""}, StdinFormat: "exe", MaxArticle: -1, MaxExpand: -2}.Validate(),
		"--include \"[\": syntax error in pattern\n--field \"text\": no name given, want text=NAME\n--field \"x\": want one of text, html, title, published, url, id, byline, site, language\n--max-article -1: want a positive number\n--max-expand -2: want a positive number\n--encoding \"klingon\": not known\nformat \"exe\" of standard input: not known")
	for name, want := range map[string]string{"nowhere.csv": "no such file or directory", ".": "is a folder", "a/1.txt": "want a .csv, .tsv, .jsonl, .json, .parquet or .arrow file"} {
		meta := filepath.Join(dir, name)
		assert.EqualError(t, Options{Metadata: meta}.Validate(), "--metadata "+meta+": "+want)
	}
	assert.NoError(t, Options{Metadata: filepath.Join(tree(t, map[string]string{"m.csv": "path\n"}), "m.csv"), Encoding: "utf-8", MaxArticle: 1}.Validate())
}

func TestLinks(t *testing.T) {
	other := tree(t, map[string]string{"out.txt": "outside"})
	dir := tree(t, map[string]string{"a/1.txt": "1", ".git/annex/obj": "annexed"})
	for link, to := range map[string]string{
		"loop": ".", "a/up": "..", "again": "a", "away": other, "file.txt": filepath.Join(other, "out.txt"), "same.txt": "a/1.txt", "annex.txt": ".git/annex/obj", "dead.txt": "nowhere", "dead": "nowhere",
	} {
		require.NoError(t, os.Symlink(to, filepath.Join(dir, link)))
	}
	w, out := readAll(t, Options{}, dir)
	assert.Equal(t, []string{`a/1.txt = txt "1"`, `annex.txt = txt "annexed"`, "dead.txt: no such file or directory"}, lines(out))
	assert.Equal(t, 6, w.Skipped()["link"])
	_, out = readAll(t, Options{FollowSymlinks: true}, dir)
	assert.Equal(t, []string{`a/1.txt = txt "1"`, `annex.txt = txt "annexed"`, `away/out.txt = txt "outside"`, "dead.txt: no such file or directory", `file.txt = txt "outside"`}, lines(out))
}

func TestNamesThatAreNotUTF8(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "caf\xe9\x80.txt"), []byte("x"), 0o644); err != nil {
		t.Skip(err) // not on this file system
	}
	_, out := readAll(t, Options{}, dir)
	assert.Equal(t, []string{`caf\xe9\x80.txt = txt "x"`}, lines(out))
}

// TestBadFiles holds files that are set aside, with the reason given.
func TestBadFiles(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, tc := range []struct{ name, file, content, want string }{
		{"empty file", "a.txt", "", "a.txt: empty"},
		{"empty container", "a.jsonl", "", "a.jsonl: empty"},
		{"empty CSV", "a.csv", "", "a.csv: empty"},
		{"blank file", "a.txt", " \n\t\n", "a.txt: no text"},
		{"front matter alone", "a.md", "---\ntitle: x\n---\n", "a.md: no text"},
		{"bad front matter", "a.md", "---\ntitle: [x\n---\ntext", "a.md: front matter: yaml: line 1: did not find expected ',' or ']'"},
		{"program named txt", "a.txt", "\x7fELF\x02\x01\x01\x00", "a.txt: not text: the content is ELF program"},
		{"picture named txt", "a.txt", "\x89PNG\r\n\x1a\n\x00\x00", "a.txt: not text: the content is PNG image"},
		{"noise named txt", "a.txt", strings.Repeat("\x00\x01\x02\x03\x04\xfe\x90\x11abc", 50), "a.txt: not text: too many control characters"},
		{"PDF named html", "a.html", "%PDF-1.7\n%\xe2\xe3", "a.html: not text: the content is PDF"},
		{"program named jsonl", "a.jsonl", "\x7fELF\x02\x01\x01\x00", "a.jsonl: not text: the content is ELF program"},
		{"too big", "a.txt", long, "a.txt: too big: more than 2000 bytes (--max-article)"},
		{"too big when unpacked", "a.txt.gz", gz(long), "a.txt.gz: too big: more than 2000 bytes (--max-article)"},
		{"gzip cut off", "a.txt.gz", gz("some text")[:20], "a.txt.gz: gzip: the file is cut off"},
		{"gzip by name alone", "a.txt.gz", "plain", "a.txt.gz: gzip: the file is cut off"},
		{"no gzip", "a.txt.gz", "plain text, long enough", "a.txt.gz: gzip: not a gzip file"},
		{"zstd cut off", "a.txt.zst", zst("some text")[:9], "a.txt.zst: zstd: the file is cut off"},
		{"no text column", "a.csv", "id,name\n1,x\n", "a.csv: no text: no column is known to hold it (--field text=NAME); the columns are id, name"},
		{"no text field", "a.jsonl", `{"id":1,"name":"x"}`, "a.jsonl#1: no text: no field is known to hold it (--field text=NAME); the fields are id, name"},
		{"no object", "a.jsonl", `["x"]`, "a.jsonl#1: JSON, but not an object"},
		{"list without end", "a.json", `[{"text":"x"}, {"text":`, `a.json#1 = json "x"; a.json: a value has no end: the file is cut off or not JSON: after 1 records`},
		{"no JSON", "a.json", `}{`, "a.json: not JSON: '}' where a value should start: after 0 records"},
		{"empty list", "a.json", `[]`, "a.json: empty: no records"},
		{"header alone", "a.csv", "id,text\n", "a.csv: empty: no records"},
		{"page without words", "a.html", "<html><body><img src=x></body></html>", "a.html: no text: no main text in the page"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{MaxArticle: 2000}, tree(t, map[string]string{tc.file: tc.content}))
			assert.Equal(t, tc.want, strings.Join(lines(out), "; "))
		})
	}
}

// TestBadRecords holds containers of which some records survive.
func TestBadRecords(t *testing.T) {
	var many strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&many, "{\"id\":%d,\"text\":\"article %d %x\"}\n", i, i, i*7919)
	}
	for _, tc := range []struct{ name, file, content, want string }{
		{"line 3 of 5", "a.jsonl", "{\"text\":\"1\"}\n{\"text\":\"2\"}\n{bad\n{\"text\":\"4\"}\n\n{\"text\":\"6\"}",
			`a.jsonl#1 = jsonl "1"; a.jsonl#2 = jsonl "2"; a.jsonl#3: invalid JSON: at byte 2: invalid character 'b' looking for beginning of object key string; a.jsonl#4 = jsonl "4"; a.jsonl#6 = jsonl "6"`},
		{"long line", "a.jsonl", "{\"text\":\"1\"}\n{\"text\":\"" + strings.Repeat("x", 300000) + "\"}\n{\"text\":\"3\"}\n",
			`a.jsonl#1 = jsonl "1"; a.jsonl#2: too big: more than 1000 bytes (--max-article); a.jsonl#3 = jsonl "3"`},
		{"long value", "a.json", "[{\"text\":\"1\"},{\"text\":\"" + strings.Repeat("x", 300000) + "\"}, {\"text\":\"3\"}]",
			`a.json#1 = json "1"; a.json#2: too big: more than 1000 bytes (--max-article); a.json#3 = json "3"`},
		{"long row", "a.csv", "text\n1\n\"" + strings.Repeat("x\n", 150000) + "\"\n3\n",
			`a.csv#1 = csv "1"; a.csv#2: too big: more than 1000 bytes (--max-article); a.csv#3 = csv "3"`},
		{"ragged rows", "a.csv", "id,text,date\n1,one,2020\n2,two\n3,three,2020,,\n4,four,2020,more\n5,five,2020\n",
			`a.csv#1 = csv "one"; a.csv#2: wrong number of fields: 2, the header has 3; a.csv#3 = csv "three"; a.csv#4: wrong number of fields: 4, the header has 3; a.csv#5 = csv "five"`},
		{"quote not closed", "a.csv", "id,text\n1,\"one\n2,two\n3,\"th\"\"ree, \nmore\"\n4,\"four\n5,five\n",
			`a.csv#1: a quotation mark is not closed; a.csv#2 = csv "two"; a.csv#3 = csv "th\"ree, \nmore"; a.csv#4: a quotation mark is not closed; a.csv#5 = csv "five"`},
		{"stray quotes", "a.csv", "id,text\n1,a 5\" pipe\n2,\"the \"new\" one\"\n3,three\n", `a.csv#1 = csv "a 5\" pipe"; a.csv#2 = csv "the \"new\" one"; a.csv#3 = csv "three"`},
		{"JSON inside a list", "a.json", `[{"text":"1"},{"text":1 2},{"text":"3"}]`,
			`a.json#1 = json "1"; a.json#2: invalid JSON: at byte 11: invalid character '2' after object key:value pair; a.json#3 = json "3"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{MaxArticle: 1000}, tree(t, map[string]string{tc.file: tc.content}))
			assert.Equal(t, tc.want, strings.Join(lines(out), "; "))
		})
	}
	for _, pack := range []struct {
		ext  string
		pack func(string) string
		says string
	}{{"gz", gz, "gzip"}, {"zst", zst, "zstd"}} {
		t.Run("cut in half: "+pack.ext, func(t *testing.T) {
			whole := pack.pack(many.String())
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a.jsonl." + pack.ext: whole[:len(whole)/2]}))
			require.Greater(t, len(out), 100)
			for i, o := range out[:len(out)-1] {
				require.NoError(t, o.err)
				require.Equal(t, fmt.Sprint(i), o.Doc.ID)
			}
			assert.EqualError(t, out[len(out)-1].err, fmt.Sprintf("%s: the file is cut off: after %d records", pack.says, len(out)-1))
		})
	}
}

func TestUnreadable(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "A", "locked.txt": "x", "locked/b.txt": "x", "z.txt": "Z"})
	if os.Getuid() == 0 {
		t.Log("the super-user may read everything: links to a file that cannot be read instead")
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "locked")))
		require.NoError(t, os.Remove(filepath.Join(dir, "locked.txt")))
		if os.Symlink("/proc/self/mem", filepath.Join(dir, "locked.txt")) != nil || runtime.GOOS != "linux" {
			t.Skip("no such file")
		}
		_, out := readAll(t, Options{FollowSymlinks: true}, dir)
		assert.Equal(t, []string{`a.txt = txt "A"`, "locked.txt: input/output error", `z.txt = txt "Z"`}, lines(out))
		return
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "locked.txt"), 0))
	require.NoError(t, os.Chmod(filepath.Join(dir, "locked"), 0))
	defer os.Chmod(filepath.Join(dir, "locked"), 0o755)
	_, out := readAll(t, Options{}, dir)
	assert.Equal(t, []string{`a.txt = txt "A"`, "locked.txt: permission denied", "locked/: permission denied", `z.txt = txt "Z"`}, lines(out))
}

func TestChangedWhileRead(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "before", "b.jsonl": "{\"text\":\"1\"}\n", "c.txt": "C"})
	touch := func(path string) {
		if strings.HasSuffix(path, "c.txt") {
			return
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(" ")
		require.NoError(t, errors.Join(err, f.Close()))
	}
	_, out := readAll(t, Options{opened: touch}, dir)
	assert.Equal(t, []string{"a.txt: changed while it was read", `b.jsonl#1 = jsonl "1"`, "b.jsonl: changed while it was read", `c.txt = txt "C"`}, lines(out))
}

func TestBombs(t *testing.T) {
	big := strings.Repeat("{\"text\":\""+strings.Repeat("x", 1<<20)+"\"}\n", 40)
	_, out := readAll(t, Options{MaxExpand: 50}, tree(t, map[string]string{"a.jsonl.gz": gz(big)}))
	assert.ErrorIs(t, out[len(out)-1].err, ErrTooBig)
	assert.ErrorContains(t, out[len(out)-1].err, "unpacks to more than 50 times its size (--max-expand)")
	_, out = readAll(t, Options{MaxExpand: 50}, tree(t, map[string]string{"a.txt.zst": zst(big)}))
	assert.ErrorContains(t, out[0].err, "unpacks to more than 50 times its size (--max-expand)")
}

// TestLongLineMemory reads a line of 200 MB with a limit of 1 MB.
func TestLongLineMemory(t *testing.T) {
	for _, format := range []string{"jsonl", "json", "csv", "txt"} {
		t.Run(format, func(t *testing.T) {
			in := io.MultiReader(strings.NewReader("{\"text\":\""), io.LimitReader(zeros{}, 200<<20), strings.NewReader("\"}\n"))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, out := readAll(t, Options{Stdin: in, StdinFormat: format, MaxArticle: 1 << 20}, "-")
			runtime.ReadMemStats(&after)
			require.NotEmpty(t, out)
			assert.Error(t, out[0].err)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestStdin(t *testing.T) {
	f := func(name, in, format string, want ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, out := readAll(t, Options{Stdin: strings.NewReader(in), StdinFormat: format}, "-")
			assert.Equal(t, want, lines(out))
		})
	}
	f("text", "Some text.", "", `stdin = txt "Some text."`)
	f("JSON lines", "{\"text\":\"1\"}\n{\"text\":\"2\"}\n", "", `stdin#1 = jsonl "1"`, `stdin#2 = jsonl "2"`)
	f("JSON list", "[\n {\"text\":\"1\"}]", "", `stdin#1 = json "1"`)
	f("packed", gz("{\"text\":\"1\"}\n{\"text\":\"2\"}\n"), "", `stdin#1 = jsonl "1"`, `stdin#2 = jsonl "2"`)
	f("CSV by name", "id,text\n1,x\n", "csv", `stdin#1 = csv "x"`)
	f("nothing", "", "", "stdin: empty")
	f("text that starts with a bracket", "[Update] It rained.", "", `stdin = txt "[Update] It rained."`)
}

func TestFormats(t *testing.T) {
	// The content has a second say.
	for _, tc := range []struct{ name, file, content, want string }{
		{"page named txt", "a.txt", "\ufeff<!DOCTYPE html><html><head><title>The Title</title></head><body><article><p>" + strings.Repeat("A long sentence of the article. ", 20) + "</p></article></body></html>", `html "The Title\n\nA long sentence of the articl..."`},
		{"gzip named txt", "a.txt", gz("inside"), `txt "inside"`},
		{"gzip of an unsaid format", "a.gz", gz("{\"text\":\"1\"}\n{\"text\":\"2\"}\n"), `jsonl "1"`},
		{"list named jsonl", "a.jsonl", "[{\"text\":\"1\"},\n{\"text\":\"2\"}]", `jsonl "1"`},
		{"spread over lines", "a.jsonl", "{\n \"text\": \"1\"\n}\n", `jsonl "1"`},
		{"lines named json", "a.json", "{\"text\":\"1\"}\n{bad\n{\"text\":\"2\"}\n", `json "1"`},
		{"envelope", "a.json", `{"status":"ok","articles":[{"content":"1"},{"content":"2"}]}`, `json "1"`},
		{"envelope in an envelope", "a.json", `{"response":{"docs":[{"_source":{"body":"1"}}]}}`, `json "1"`},
		{"one record", "a.json", `{"headline":"H","text":"1","items":[{"text":"no"}]}`, `json "1"`},
		{"semicolons", "a.csv", "id;text\n1;\"a, b\"\n", `csv "a, b"`},
		{"tabs", "a.tsv", "id\ttext\n1\ta, b\n", `csv "a, b"`},
		{"Excel's first line", "a.csv", "sep=;\nid;text\n1;x, y\n", `csv "x, y"`},
		{"UTF-16 CSV", "a.csv", "\xff\xfei\x00d\x00,\x00t\x00e\x00x\x00t\x00\n\x001\x00,\x00\xe9\x00\n\x00", `csv "é"`},
		{"BOM before a header", "a.csv", "\ufefftext,id\nx,1\n", `csv "x"`},
		{"markup in a field", "a.jsonl", `{"content":"<p>One &amp; two.</p><p>Three.</p>"}`, `jsonl "One & two.\n\nThree."`},
		{"JSON text sequence", "a.json", "\x1e{\"text\":\"1\"}\n\x1e{\"text\":\"2\"}\n", `json "1"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{}, tree(t, map[string]string{tc.file: tc.content}))
			require.NotEmpty(t, out)
			require.NoError(t, out[0].err)
			assert.Equal(t, tc.want, fmt.Sprintf("%s %q", out[0].Doc.Format, clip(out[0].Doc.Text)))
		})
	}
}

func TestFingerprint(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "A", "r.jsonl": `{"id":"r1","text":"R"}`, "m.md": "---\nid: m1\n---\nM"})
	meta := filepath.Join(t.TempDir(), "meta.csv")
	prints := func(rows string) (out []string) {
		require.NoError(t, os.WriteFile(meta, []byte("id,published\n"+rows), 0o644))
		w, err := Open(t.Context(), Options{Metadata: meta}, dir)
		require.NoError(t, err)
		r, _ := w.Reader()
		for {
			it, err := w.Next(t.Context())
			if err == io.EOF {
				assert.Len(t, w.Leftovers(), strings.Count(rows, "none")) // matched without reading
				return out
			}
			fp, err := r.Fingerprint(t.Context(), it)
			require.NoError(t, err)
			out = append(out, fp)
		}
	}
	base := prints("none,2020\n")
	assert.Equal(t, base, prints("none,2021\n"))
	for i, id := range []string{"a", "m1", "r1"} {
		got := prints("none,2020\n" + id + ",2020\n")
		for j := range got {
			assert.Equal(t, i != j, got[j] == base[j], "row %s, item %d", id, j)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.txt"), []byte("B"), 0o644))
	assert.NotEqual(t, base[0], prints("none,2020\n")[0])
}

func TestCancelled(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "A"})
	w, err := Open(t.Context(), Options{}, dir)
	require.NoError(t, err)
	it, err := w.Next(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, _ := w.Reader()
	_, err = r.Read(ctx, it)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = r.Fingerprint(ctx, it)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = w.Next(ctx)
	assert.ErrorIs(t, err, context.Canceled)
	require.NoError(t, w.Close())
	_, err = w.Next(t.Context())
	assert.Equal(t, io.EOF, err)
}

func TestManyFilesQuickly(t *testing.T) {
	dir := t.TempDir()
	for i := range 3000 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d.txt", i)), []byte("x"), 0o644))
	}
	start := time.Now()
	w, err := Open(t.Context(), Options{Exclude: []string{t.TempDir()}}, dir)
	require.NoError(t, err)
	n := 0
	for {
		if _, err := w.Next(t.Context()); err != nil {
			break
		}
		n++
	}
	assert.Equal(t, 3000, n)
	assert.Less(t, time.Since(start), 5*time.Second)
}

// TestFingerprintMetadata: a row counts for the articles that it is about, and
// for no other.
func TestFingerprintMetadata(t *testing.T) {
	in := t.TempDir()
	for name, text := range map[string]string{"a.txt": "Ann left.", "b.md": "---\nid: b7\n---\nBob came.", "c.jsonl": `{"id": "c1", "text": "Carl"}` + "\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(in, name), []byte(text), 0o644))
	}
	prints := func(rows string) map[string]string {
		meta := filepath.Join(t.TempDir(), "m.csv")
		require.NoError(t, os.WriteFile(meta, []byte(rows), 0o644))
		w, err := Open(t.Context(), Options{Metadata: meta}, in)
		require.NoError(t, err)
		defer w.Close()
		r, err := w.Reader()
		require.NoError(t, err)
		out := map[string]string{}
		for {
			it, err := w.Next(t.Context())
			if err == io.EOF {
				return out
			}
			require.NoError(t, err)
			out[it.Source()], err = r.Fingerprint(t.Context(), it)
			require.NoError(t, err)
		}
	}
	before := prints("id,published\na.txt,2020-01-01\nb7,2020-01-01\nc1,2020-01-01\n")
	require.Len(t, before, 3)
	for rows, want := range map[string]string{
		"id,published\na.txt,2020-01-02\nb7,2020-01-01\nc1,2020-01-01\n": "a.txt",
		"id,published\na.txt,2020-01-01\nb7,2020-01-02\nc1,2020-01-01\n": "b.md",
		"id,published\na.txt,2020-01-01\nb7,2020-01-01\nc1,2020-01-02\n": "c.jsonl",
	} {
		for name, sum := range prints(rows) {
			assert.Equal(t, name != want, sum == before[name], "%s when the row about %s changes", name, want)
		}
	}
}
