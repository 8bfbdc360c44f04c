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

	"github.com/dateline-nlp/dateline/pipeline/article"
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
	assert.ErrorContains(t, Options{Include: []string{"["}, Encoding: "klingon", Fields: map[string]string{"x": "y"}, StdinFormat: "exe", MaxArticle: -1}.Validate(),
		"glob \"[\": syntax error in pattern\nfield \"x\": want one of text, html, title, published, url, id, byline, site, language\na limit is negative\nencoding \"klingon\" is not known\nformat \"exe\" of standard input is not known")
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
		{"no gzip", "a.txt.gz", "plain text, long enough", "a.txt.gz: gzip: gzip: invalid header"},
		{"zstd cut off", "a.txt.zst", zst("some text")[:9], "a.txt.zst: zstd: the file is cut off"},
		{"no text column", "a.csv", "id,name\n1,x\n", "a.csv: no text: no column is known to hold it (--field text=NAME); the columns are id, name"},
		{"no text field", "a.jsonl", `{"id":1,"name":"x"}`, "a.jsonl#1: no text: no field is known to hold it (--field text=NAME); the fields are id, name"},
		{"no object", "a.jsonl", `["x"]`, "a.jsonl#1: JSON, but not an object"},
		{"list without end", "a.json", `[{"text":"x"}, {"text":`, `a.json#1 = json "x"; a.json: after 1 records: a value has no end: the file is cut off or not JSON`},
		{"no JSON", "a.json", `}{`, "a.json: after 0 records: not JSON: '}' where a value should start"},
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
			`a.jsonl#1 = jsonl "1"; a.jsonl#2 = jsonl "2"; a.jsonl#3: invalid JSON at byte 2: invalid character 'b' looking for beginning of object key string; a.jsonl#4 = jsonl "4"; a.jsonl#6 = jsonl "6"`},
		{"long line", "a.jsonl", "{\"text\":\"1\"}\n{\"text\":\"" + strings.Repeat("x", 300000) + "\"}\n{\"text\":\"3\"}\n",
			`a.jsonl#1 = jsonl "1"; a.jsonl#2: too big: more than 1000 bytes (--max-article); a.jsonl#3 = jsonl "3"`},
		{"long value", "a.json", "[{\"text\":\"1\"},{\"text\":\"" + strings.Repeat("x", 300000) + "\"}, {\"text\":\"3\"}]",
			`a.json#1 = json "1"; a.json#2: too big: more than 1000 bytes (--max-article); a.json#3 = json "3"`},
		{"long row", "a.csv", "text\n1\n\"" + strings.Repeat("x\n", 150000) + "\"\n3\n",
			`a.csv#1 = csv "1"; a.csv#2: too big: more than 1000 bytes (--max-article); a.csv#3 = csv "3"`},
		{"ragged rows", "a.csv", "id,text,date\n1,one,2020\n2,two\n3,three,2020,,\n4,four,2020,more\n5,five,2020\n",
			`a.csv#1 = csv "one"; a.csv#2: the row has 2 fields, the header 3; a.csv#3 = csv "three"; a.csv#4: the row has 4 fields, the header 3; a.csv#5 = csv "five"`},
		{"quote not closed", "a.csv", "id,text\n1,\"one\n2,two\n3,\"th\"\"ree, \nmore\"\n4,\"four\n5,five\n",
			`a.csv#1: a quotation mark is not closed; a.csv#2 = csv "two"; a.csv#3 = csv "th\"ree, \nmore"; a.csv#4: a quotation mark is not closed; a.csv#5 = csv "five"`},
		{"stray quotes", "a.csv", "id,text\n1,a 5\" pipe\n2,\"the \"new\" one\"\n3,three\n", `a.csv#1 = csv "a 5\" pipe"; a.csv#2 = csv "the \"new\" one"; a.csv#3 = csv "three"`},
		{"JSON inside a list", "a.json", `[{"text":"1"},{"text":1 2},{"text":"3"}]`,
			`a.json#1 = json "1"; a.json#2: invalid JSON at byte 11: invalid character '2' after object key:value pair; a.json#3 = json "3"`},
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
			assert.EqualError(t, out[len(out)-1].err, fmt.Sprintf("after %d records: %s: the file is cut off", len(out)-1, pack.says))
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

func TestEncodings(t *testing.T) {
	utf16 := func(s string, le bool) string {
		var b []byte
		for _, r := range s {
			if le {
				b = append(b, byte(r), byte(r>>8))
			} else {
				b = append(b, byte(r>>8), byte(r))
			}
		}
		return string(b)
	}
	const text = "“Café” — naïve.\nЗима"
	for _, tc := range []struct{ name, in, encoding, want string }{
		{"UTF-8", text, "", text},
		{"UTF-8 with BOM", "\ufeff" + text, "", text},
		{"UTF-16 LE with BOM", "\xff\xfe" + utf16(text, true), "", text},
		{"UTF-16 BE with BOM", "\xfe\xff" + utf16(text, false), "", text},
		{"UTF-16 LE", utf16("Plain words here", true), "", "Plain words here"},
		{"UTF-16 BE", utf16("Plain words here", false), "", "Plain words here"},
		{"UTF-16 of another script", utf16("Зима пришла сегодня утром, и всё", true), "", "Зима пришла сегодня утром, и всё"},
		{"Windows-1252", "\x93Caf\xe9\x94 \x97 na\xefve", "", "“Café” — naïve"},
		{"a few stray bytes", "“Café” — naïve \xff and “more”", "", "“Café” — naïve \ufffd and “more”"},
		{"named", "\xc7\xe8\xec\xe0", "windows-1251", "Зима"},
		{"cut in a letter", "“Café” — na\xc3", "", "“Café” — na\ufffd"},
		{"CRLF stays", "a\r\nb\r\n", "", "a\r\nb\r\n"},
		{"one NUL", "A page of text\x00 with one stray mark in a hundred letters or more, as old systems leave it at a record's end.", "", "A page of text\x00 with one stray mark in a hundred letters or more, as old systems leave it at a record's end."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{Encoding: tc.encoding}, tree(t, map[string]string{"a.txt": tc.in}))
			require.NoError(t, out[0].err)
			assert.Equal(t, tc.want, out[0].Doc.Text)
		})
	}
	t.Run("page", func(t *testing.T) {
		for _, page := range []string{
			"<html><head><meta charset=windows-1251><title>\xc7\xe8\xec\xe0</title></head><body><p>" + strings.Repeat("\xc7\xe8\xec\xe0 ", 80) + "</p></body></html>",
			"<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1251'><title>\xc7\xe8\xec\xe0</title></head><body><p>" + strings.Repeat("\xc7\xe8\xec\xe0 ", 80) + "</p></body></html>",
			"<html><head><meta charset=iso-8859-1><title>Зима</title></head><body><p>" + strings.Repeat("Зима ", 80) + "</p></body></html>", // it lies
			"<html><head><meta charset=utf-8>" + strings.Repeat("<link href='x'>", 200) + "<meta charset='windows-1251'><title>\xc7\xe8\xec\xe0</title></head><body><p>" + strings.Repeat("\xc7\xe8\xec\xe0 ", 80) + "</p></body></html>",
		} {
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a.html": page}))
			require.NoError(t, out[0].err)
			assert.Equal(t, "Зима", out[0].Doc.Title)
			assert.Contains(t, out[0].Doc.Text, "Зима Зима")
		}
	})
}

func TestRecordFields(t *testing.T) {
	f := func(name, rec string, opts Options, want article.Document, stated string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, out := readAll(t, opts, tree(t, map[string]string{"a.jsonl": rec}))
			require.Len(t, out, 1)
			require.NoError(t, out[0].err)
			d := out[0].Doc
			if want.ID == "" {
				want.ID = "a.jsonl#1"
			}
			assert.Equal(t, want, article.Document{ID: d.ID, URL: d.URL, Site: d.Site, Title: d.Title, Byline: d.Byline, Language: d.Language, Text: d.Text})
			assert.Equal(t, stated, out[0].Stated)
		})
	}
	f("plain", `{"id":"x7","title":"T","text":"B","published":"2020-01-02","url":"https://www.example.org/a","author":"Ann Lee","language":"en-US"}`, Options{},
		article.Document{ID: "x7", Title: "T", Text: "B", URL: "https://www.example.org/a", Site: "example.org", Byline: "Ann Lee", Language: "en"}, "2020-01-02")
	f("other names", `{"_id":{"$oid":"5e0"},"headline":{"main":"T"},"maintext":"B","date_publish":"2020-01-02 10:00:00","link":"http://example.org/a","authors":["Ann Lee","Bo Ek"],"lang":"de"}`, Options{},
		article.Document{ID: "5e0", Title: "T", Text: "B", URL: "http://example.org/a", Site: "example.org", Byline: "Ann Lee, Bo Ek", Language: "de"}, "2020-01-02 10:00:00")
	f("camels and numbers", `{"articleId":17,"webTitle":"T","articleBody":["One.","Two."],"publishedAt":1577923200}`, Options{}, article.Document{ID: "17", Title: "T", Text: "One.\n\nTwo."}, "1577923200")
	f("nested", `{"_index":"n","_id":"9","_source":{"title":"T","body":"B","pubDate":"Thu, 02 Jan 2020 10:00:00 GMT"}}`, Options{}, article.Document{ID: "9", Title: "T", Text: "B"}, "Thu, 02 Jan 2020 10:00:00 GMT")
	f("by flag", `{"k":"7","a":{"b":"B"},"text":"no","when":"2020"}`, Options{Fields: map[string]string{"text": "a.b", "id": "k", "published": "when"}}, article.Document{ID: "7", Text: "B"}, "2020")
	f("nulls", `{"id":null,"title":null,"text":"B","date":null,"url":""}`, Options{}, article.Document{Text: "B"}, "")
	f("address first", `{"text":"https://www.example.org/2020/01/02/a\nProse."}`, Options{}, article.Document{Text: "https://www.example.org/2020/01/02/a\nProse.", URL: "https://www.example.org/2020/01/02/a", Site: "example.org"}, "")
	f("broken characters", `{"text":"a\ud800b"}`, Options{}, article.Document{Text: "a\ufffdb"}, "")
}

func TestManyFields(t *testing.T) {
	var b strings.Builder
	for i := range 200000 {
		fmt.Fprintf(&b, "\"f%d\":%d,", i%150000, i)
	}
	rec, err := jsonRecord([]byte("{" + b.String() + "\"text\":\"x\"}"))
	require.NoError(t, err)
	assert.Len(t, rec.names, 150001)
	assert.Equal(t, "150000", rec.values[0]) // of two with one name the last counts
}

func TestTwoRecordsWithOneID(t *testing.T) {
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.jsonl": "{\"id\":\"x\",\"text\":\"1\"}\n{\"id\":\"x\",\"text\":\"2\"}\n"}))
	assert.Equal(t, []string{"x", "x@a.jsonl#1", "x", "x@a.jsonl#2"}, []string{out[0].Doc.ID, out[0].Article.Qualified(), out[1].Doc.ID, out[1].Article.Qualified()})
}

func TestAddressLine(t *testing.T) {
	for _, tc := range []struct{ text, address, marked string }{
		{"https://www.example.org/a?b=c\nProse.", "https://www.example.org/a?b=c", "https://www.example.org/a?b=c"},
		{"\n  <http://example.org>  \nProse.", "http://example.org", "<http://example.org>"},
		{"URL: https://example.org/x\r\nProse.", "https://example.org/x", "URL: https://example.org/x"},
		{"www.example.org/x\nProse.", "www.example.org/x", "www.example.org/x"},
		{"https://example.org is down\nProse.", "", ""},
		{"Prose.\nhttps://example.org", "", ""},
		{"http://localhost\nProse.", "", ""},
		{"https://", "", ""},
		{"", "", ""},
	} {
		address, at := addressLine(tc.text)
		assert.Equal(t, tc.address, address, "%q", tc.text)
		assert.Equal(t, tc.marked, tc.text[at.Start:at.End], "%q", tc.text)
	}
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.txt": "https://www.Example.org/2020/a\n\nProse."}))
	d := out[0].Doc
	assert.Equal(t, "https://www.Example.org/2020/a\n\nProse.", d.Text)
	assert.Equal(t, "example.org", d.Site)
	assert.Equal(t, []article.Block{{Span: article.Span{Start: 0, End: 30}, Section: article.Byline}}, d.Blocks)
}

func TestMarkdown(t *testing.T) {
	f := func(name, src, title, stated string, blocks ...string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a.md": src}))
			require.NoError(t, out[0].err)
			d := out[0].Doc
			assert.Equal(t, src, d.Text)
			assert.Equal(t, title, d.Title)
			assert.Equal(t, stated, out[0].Stated)
			var got []string
			for _, b := range d.Blocks {
				got = append(got, b.Section.String()+" "+d.TextOf(b.Span))
			}
			assert.Equal(t, blocks, got)
		})
	}
	f("YAML", "---\ntitle: \"The: Title\"\ndate: 2020-01-02\nauthor: [Ann, Bo]\n---\n\nText.\n", "The: Title", "2020-01-02", "byline ---\ntitle: \"The: Title\"\ndate: 2020-01-02\nauthor: [Ann, Bo]\n---")
	f("TOML", "+++\ntitle = 'T'\ndate = 2020-01-02T10:00:00+02:00\n+++\nText.\n", "T", "2020-01-02T10:00:00+02:00", "byline +++\ntitle = 'T'\ndate = 2020-01-02T10:00:00+02:00\n+++")
	f("TOML local date", "+++\ndate = 2020-01-02\n+++\nText.\n", "", "2020-01-02", "byline +++\ndate = 2020-01-02\n+++")
	f("headings", "# Title\n\nText.\n\n## Part ##\nMore.\n\n> Quote\n> goes on\n\n```\n# no heading\n```\n#no heading\n", "Title", "", "title # Title", "heading ## Part ##", "quote > Quote\n> goes on")
	f("underlined", "Title\n=====\n\nText.\n\nPart\n----\n\nMore.\n\n---\n\nEnd.\n", "Title", "", "title Title\n=====", "heading Part\n----")
	f("a rule first", "---\n\nText.\n\n---\n\nMore.\n", "", "")
	f("address", "https://example.org/a\n\n# T\n\nText.\n", "T", "", "byline https://example.org/a", "title # T")
	f("CRLF", "---\r\ntitle: T\r\n---\r\n# H\r\n\r\nText.\r\n", "T", "", "byline ---\r\ntitle: T\r\n---", "title # H")
	f("anchors", "---\ntitle: &t T\nother: *t\n---\nText.", "T", "", "byline ---\ntitle: &t T\nother: *t\n---")
}

func TestPage(t *testing.T) {
	page := `<!DOCTYPE html><html lang="en-GB"><head><title>Siege ends | The Example</title><meta property="og:title" content="Siege ends">
<link rel="canonical" href="https://www.example.org/news/siege"><meta name="author" content="Ann Lee"></head><body><nav><a href="/">Home</a> <a href="/x">World</a></nav>
<article><h1>Siege ends</h1><p>The siege of the old fort ended on Wednesday, when the last of the men walked out with raised hands, officials said.</p>
<h2>What came before</h2><p>It had lasted for two weeks, and the town below had been without water for most of that time, its mayor told reporters.</p>
<blockquote><p>We are all very tired and want to sleep, said one of the men who had held out.</p></blockquote>
<ul><li>Two men were hurt in the siege.</li><li>Nobody was killed in it, to the relief of all.</li></ul><p>Talks will go on next week.<br>They will be held in the town hall of the small town.</p></article><footer>Copyright</footer></body></html>`
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.html": page}))
	require.NoError(t, out[0].err)
	d := out[0].Doc
	assert.Equal(t, "Siege ends", d.Title)
	assert.Equal(t, "https://www.example.org/news/siege", d.URL)
	assert.Equal(t, "example.org", d.Site)
	assert.Equal(t, "Ann Lee", d.Byline)
	assert.Equal(t, "en", d.Language)
	assert.Equal(t, page, string(out[0].HTML))
	assert.True(t, strings.HasPrefix(d.Text, "Siege ends\n\nThe siege of the old fort ended on Wednesday"), d.Text)
	assert.NotContains(t, d.Text, "Home")
	assert.NotContains(t, d.Text, "Copyright")
	var got []string
	for _, b := range d.Blocks {
		got = append(got, b.Section.String()+" "+d.TextOf(b.Span))
	}
	assert.Equal(t, []string{"title Siege ends", "heading What came before", "quote We are all very tired and want to sleep, said one of the men who had held out."}, got)
}

func TestDeeplyNestedPage(t *testing.T) {
	words := strings.Repeat("The siege of the old fort ended on Wednesday. ", 12)
	for _, open := range []string{"<div>", "<b><font size=2>", "<blockquote><ul><li>"} {
		_, out := readAll(t, Options{}, tree(t, map[string]string{"a.html": "<html><head><title>Siege ends</title></head><body><h1>Siege ends</h1>" + strings.Repeat(open, 3000) + "<p>" + words + "<p>More: " + words}))
		require.NoError(t, out[0].err, open)
		assert.Equal(t, "Siege ends", out[0].Doc.Title)
		assert.Contains(t, out[0].Doc.Text, "\n\nMore: The siege")
	}
}

func TestMetadata(t *testing.T) {
	in := tree(t, map[string]string{"a/x.txt": "X", "b/x.txt": "X", "y.txt": "Y", "z.txt": "Z", "r.jsonl": `{"id":"r1","text":"R","date":"2019"}`, "meta.csv": ""})
	meta := filepath.Join(in, "meta.csv") // inside the folder: it is no article
	csv := "path,published,title,url\n" +
		"a/x.txt,2020-01-01,T1,https://example.org/1\n" +
		"./y.txt,2020-01-02,,\n" +
		"y.txt,2020-01-03,,\n" + // a second row for one article
		"r1,2020-01-04,,\n" + // by id
		"nowhere.txt,2020-01-05,,\n" +
		"z.txt\n" + // torn
		"articles/z.txt,2020-01-06,,\n" // by the end of the path
	require.NoError(t, os.WriteFile(meta, []byte(csv), 0o644))
	w, out := readAll(t, Options{Metadata: meta}, in)
	got := map[string]string{}
	for _, o := range out {
		require.NoError(t, o.err)
		got[o.Doc.ID] = strings.TrimSpace(o.StatedFrom + " " + o.Stated + " " + o.OwnStated)
	}
	assert.Equal(t, map[string]string{"a/x.txt": "metadata 2020-01-01", "b/x.txt": "", "y.txt": "metadata 2020-01-02", "z.txt": "metadata 2020-01-06", "r1": "metadata 2020-01-04 2019"}, got)
	assert.Equal(t, "T1", out[0].Doc.Title)
	assert.Equal(t, "example.org", out[0].Doc.Site)
	assert.Equal(t, []Failure{
		{"meta.csv", "3", "metadata", `"y.txt" was named by row 2 already, which counts`, 0},
		{"meta.csv", "5", "metadata", "the row matches no article", 0},
		{"meta.csv", "6", "metadata", "the row has 1 fields, the header 4", 0},
	}, w.Leftovers())

	jl := filepath.Join(t.TempDir(), "m.jsonl")
	require.NoError(t, os.WriteFile(jl, []byte("{\"file\":\"x.txt\",\"published_at\":\"2020\"}\n{\"file\":\"z\",\"published_at\":\"2021\"}\n"), 0o644))
	w, out = readAll(t, Options{Metadata: jl}, in)
	assert.Equal(t, []Failure{{"m.jsonl", "1", "metadata", "the row matches several articles, all of which got it", 0}}, w.Leftovers())
	assert.Equal(t, "2021", out[len(out)-1].Stated)

	// A field named for the records need not be in the metadata.
	_, out = readAll(t, Options{Metadata: jl, Fields: map[string]string{"published": "when"}}, in)
	assert.Equal(t, "2021", out[len(out)-1].Stated)

	for name, content := range map[string]string{"m.txt": "x", "m.csv": "", "n.jsonl": "{", "k.csv": "path\n"} {
		p := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(p, []byte(content), 0o644))
		_, err := Open(t.Context(), Options{Metadata: p}, in)
		assert.Error(t, err, name)
	}
	_, err := Open(t.Context(), Options{Metadata: "nowhere.csv"}, in)
	assert.EqualError(t, err, "metadata nowhere.csv: no such file or directory")
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
