package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type member struct{ name, content, link string }

func zipOf(t testing.TB, members ...member) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: time.Unix(0, 0)}
		if m.link != "" {
			h.SetMode(os.ModeSymlink | 0o777)
			m.content = m.link
		}
		f, err := w.CreateHeader(h)
		require.NoError(t, err)
		io.WriteString(f, m.content)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func tarOf(t testing.TB, members ...member) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Size: int64(len(m.content)), Mode: 0o644}
		if m.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, m.link
		}
		require.NoError(t, w.WriteHeader(h))
		io.WriteString(w, m.content)
	}
	require.NoError(t, w.Close())
	return b.String()
}

var members = []member{
	{name: "a/"}, {name: "a/1.txt", content: "One"}, {name: "a/2.txt.gz", content: gz("Two")}, {name: "r.jsonl", content: "{\"id\":\"x\",\"text\":\"Three\"}\n{bad\n"}, {name: "r.csv.gz", content: gz("text\nFour\n")},
	{name: "../../etc/evil.txt", content: "Five"}, {name: "/abs.txt", content: "Six"}, {name: `C:\win\x.txt`, content: "Seven"}, {name: "a/1.txt", content: "Eight"}, {name: "link.txt", link: "/etc/passwd"},
	{name: ".hidden/x.txt", content: "no"}, {name: "__MACOSX/a/._1.txt", content: "no"}, {name: "p.jpg", content: "no"}, {name: "inner.zip", content: "PK"}, {name: "empty.txt"}, {name: "page.txt", content: "<html><head><title>T</title></head><body><p>" + strings.Repeat("Words of a page. ", 30)},
}

func TestArchives(t *testing.T) {
	want := func(f string) []string {
		return []string{
			f + `#a/1.txt = txt "One"`, f + `#a/2.txt.gz = txt "Two"`, f + `#r.jsonl#1 = jsonl "Three"`, f + "#r.jsonl#2: invalid JSON: at byte 2: invalid character 'b' looking for beginning of object key string", f + `#r.csv.gz#1 = csv "Four"`,
			f + `#etc/evil.txt = txt "Five"`, f + `#abs.txt = txt "Six"`, f + `#win/x.txt = txt "Seven"`, f + `#a/1.txt~2 = txt "Eight"`, f + "#inner.zip: zip: not a zip file", f + "#empty.txt: empty", f + `#page.txt = html "T\n\nWords of a page. Words of a page. Wor..."`,
		}
	}
	for name, content := range map[string]string{"x.zip": zipOf(t, members...), "x.tar": tarOf(t, members...), "x.tar.gz": gz(tarOf(t, members...)), "x.tgz": gz(tarOf(t, members...)), "x.tar.zst": zst(tarOf(t, members...))} {
		t.Run(name, func(t *testing.T) {
			w, out := readAll(t, Options{}, tree(t, map[string]string{name: content}))
			assert.Equal(t, want(name), lines(out))
			assert.Equal(t, map[string]int{"link": 1, "hidden": 2, ".jpg": 1}, w.Skipped())
			for _, o := range out {
				if o.err == nil && o.Doc.ID != "x" {
					assert.Equal(t, o.Item.String(), o.Doc.ID)
				}
			}
		})
	}
	t.Run("by content", func(t *testing.T) {
		_, out := readAll(t, Options{}, filepath.Join(tree(t, map[string]string{"download": zipOf(t, member{name: "1.txt", content: "One"})}), "download"))
		assert.Equal(t, []string{`download#1.txt = txt "One"`}, lines(out))
		_, out = readAll(t, Options{}, tree(t, map[string]string{"x.gz": gz(tarOf(t, member{name: "1.txt", content: "One"}))}))
		assert.Equal(t, []string{`x.gz#1.txt = txt "One"`}, lines(out))
	})
	t.Run("globs", func(t *testing.T) {
		dir := tree(t, map[string]string{"x.zip": zipOf(t, members...), "y.txt": "Y"})
		_, out := readAll(t, Options{Include: []string{"1.txt"}}, dir)
		assert.Equal(t, []string{`x.zip#a/1.txt = txt "One"`, `x.zip#a/1.txt~2 = txt "Eight"`, "x.zip#inner.zip: zip: not a zip file"}, lines(out))
		_, out = readAll(t, Options{ExcludeGlobs: []string{"*.zip"}}, dir)
		assert.Equal(t, []string{`y.txt = txt "Y"`}, lines(out))
	})
	t.Run("metadata", func(t *testing.T) {
		dir := tree(t, map[string]string{"x.zip": zipOf(t, members[:4]...)})
		meta := filepath.Join(t.TempDir(), "m.csv")
		require.NoError(t, os.WriteFile(meta, []byte("path,published\na/1.txt,2020\nx.zip#a/2.txt.gz,2021\nx.zip#r.jsonl#1,2022\n"), 0o644))
		w, out := readAll(t, Options{Metadata: meta}, dir)
		assert.Equal(t, []string{"2020", "2021", "2022", ""}, []string{out[0].Stated, out[1].Stated, out[2].Stated, out[3].Stated})
		assert.Empty(t, w.Leftovers())
	})
}

func TestBadArchives(t *testing.T) {
	many := []member{}
	for i := range 50 {
		many = append(many, member{name: fmt.Sprintf("%02d.txt", i), content: strings.Repeat(fmt.Sprint(i*7919, " "), 200)})
	}
	t.Run("zip cut in half", func(t *testing.T) {
		whole := zipOf(t, many...)
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.zip": whole[:len(whole)/2]}))
		assert.Equal(t, []string{"x.zip: zip: the file is cut off, or no zip file after all"}, lines(out))
	})
	t.Run("tar cut in half", func(t *testing.T) {
		whole := tarOf(t, many...)
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.tar": whole[:len(whole)/2]}))
		require.Greater(t, len(out), 20)
		for _, o := range out[:len(out)-2] {
			assert.NoError(t, o.err)
		}
		assert.EqualError(t, out[len(out)-1].err, fmt.Sprintf("tar: the file is cut off: after %d files", len(out)-1))
	})
	t.Run("no tar", func(t *testing.T) {
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.tar": strings.Repeat("no tar ", 200)}))
		assert.Equal(t, []string{"x.tar: tar: not a tar file: after 0 files"}, lines(out))
	})
	t.Run("empty", func(t *testing.T) {
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.tar": tarOf(t), "x.zip": zipOf(t)}))
		assert.Equal(t, []string{"x.tar: empty: no files", "x.zip: empty: no files"}, lines(out))
	})
	t.Run("too big, and a bomb", func(t *testing.T) {
		content := zipOf(t, member{name: "1.txt", content: strings.Repeat("x", 3000)}, member{name: "2.jsonl", content: strings.Repeat("\n", 30<<20)}, member{name: "3.txt", content: "Three"})
		_, out := readAll(t, Options{MaxArticle: 2000}, tree(t, map[string]string{"x.zip": content}))
		assert.Equal(t, []string{"x.zip#1.txt: too big: more than 2000 bytes (--max-article)", "x.zip#2.jsonl: too big: unpacks to more than 100 times its size (--max-expand): after 0 records", `x.zip#3.txt = txt "Three"`}, lines(out))
	})
	t.Run("one broken file", func(t *testing.T) {
		content := []byte(zipOf(t, many...))
		i := bytes.Index(content, []byte("07.txt")) + 30 // inside its content
		for j := range 5 {
			content[i+j] ^= 0xff
		}
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.zip": string(content)}))
		require.Len(t, out, 50)
		for i, o := range out {
			assert.Equal(t, i == 7, o.err != nil, i)
		}
	})
	t.Run("standard input", func(t *testing.T) {
		_, out := readAll(t, Options{Stdin: strings.NewReader(zipOf(t, many...))}, "-")
		assert.Len(t, out, 50)
		_, out = readAll(t, Options{Stdin: strings.NewReader(gz(tarOf(t, many...)))}, "-")
		assert.Len(t, out, 50)
	})
}

// warcRecord writes one record.
func warcRecord(kind, uri, contentType, body string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Record-ID: <urn:uuid:%s>\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, uri, uri[len(uri)-1:], contentType, len(body), body)
}

func response(uri, head, body string) string {
	return warcRecord("response", uri, "application/http; msgtype=response", "HTTP/1.1 "+head+"\r\n\r\n"+body)
}

const storyPage = "<html><head><title>T</title></head><body><p>The siege of the old fort ended on Wednesday, officials of the town said to all reporters. \xc7\xe8\xec\xe0</p></body></html>"

func TestWARC(t *testing.T) {
	html := "200 OK\r\nContent-Type: text/html; charset=windows-1251"
	records := []string{
		warcRecord("warcinfo", "x://0", "application/warc-fields", "software: x"),
		response("https://example.org/2020/01/02/a", html, storyPage),
		response("https://example.org/b", "404 Not Found\r\nContent-Type: text/html", "<p>Not found"),
		response("https://example.org/c", "200 OK\r\nContent-Type: image/png", "\x89PNG"),
		response("https://example.org/d", html+"\r\nTransfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(storyPage), storyPage)),
		response("https://example.org/e", html+"\r\nTransfer-Encoding: chunked", storyPage), // chunks undone, header left
		response("https://example.org/f", html+"\r\nContent-Encoding: gzip", gz(storyPage)),
		response("https://example.org/g", html+"\r\nContent-Encoding: gzip", storyPage), // decoded, header left
		warcRecord("conversion", "https://example.org/h", "text/plain", "Plain text of a page."),
		warcRecord("request", "https://example.org/i", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n"),
		response("https://example.org/j", html, ""),
	}
	page := `"T\n\nThe siege of the old fort ended on We..."`
	want := []string{"#2 = warc " + page, "#5 = warc " + page, "#6 = warc " + page, "#7 = warc " + page, "#8 = warc " + page, `#9 = warc "Plain text of a page."`, "#11: empty"}
	for i := range want {
		want[i] = "x" + want[i]
	}
	packed := ""
	for _, r := range records {
		packed += gz(r)
	}
	for name, content := range map[string]string{"x.warc": strings.Join(records, ""), "x.warc.gz": packed, "x.warc.zst": zst(strings.Join(records, ""))} {
		t.Run(name, func(t *testing.T) {
			_, out := readAll(t, Options{}, tree(t, map[string]string{name: content}))
			var got []string
			for _, l := range lines(out) {
				got = append(got, strings.Replace(l, name, "x", 1))
			}
			assert.Equal(t, want, got)
			assert.Equal(t, "https://example.org/2020/01/02/a", out[0].Doc.URL)
			assert.Equal(t, "urn:uuid:a", out[0].Doc.ID)
			assert.Equal(t, "example.org", out[0].Doc.Site)
			assert.Contains(t, out[0].Doc.Text, "Зима")
		})
	}
	t.Run("one bad part of gzip", func(t *testing.T) {
		bad := []byte(gz(strings.Repeat("x", 100) + records[1]))
		for i := 12; i < 40; i++ {
			bad[i] ^= 0x55
		}
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.warc.gz": gz(records[1]) + string(bad) + gz(records[4])}))
		require.Len(t, out, 3)
		assert.NoError(t, out[0].err)
		assert.ErrorContains(t, out[1].err, "gzip: ")
		assert.NoError(t, out[2].err)
	})
	t.Run("one bad record", func(t *testing.T) {
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.warc": records[1] + "WARC/1.0\r\nContent-Length: many\r\n\r\nxx\r\n\r\n" + records[4] + "garbage\r\nmore\r\n" + records[5]}))
		assert.Equal(t, []string{"x.warc#1 = warc " + page, `x.warc#2: WARC header: length "many"`, "x.warc#3 = warc " + page, `x.warc#4: not WARC: "garbage" where a record should start`, "x.warc#5 = warc " + page}, lines(out))
	})
	t.Run("cut in half", func(t *testing.T) {
		whole := records[1] + records[4]
		_, out := readAll(t, Options{}, tree(t, map[string]string{"x.warc": whole[:len(whole)-100], "y.warc.gz": gz(records[1]) + gz(records[4])[:100]}))
		assert.Equal(t, []string{"x.warc#1 = warc " + page, "x.warc: the record is cut off: after 1 records", "y.warc.gz#1 = warc " + page, "y.warc.gz: gzip: the file is cut off: after 1 records"}, lines(out))
	})
	t.Run("too big", func(t *testing.T) {
		_, out := readAll(t, Options{MaxArticle: 400}, tree(t, map[string]string{"x.warc": response("https://example.org/1", html, strings.Repeat("x", 500)) + records[1]}))
		assert.Equal(t, []string{"x.warc#1: too big: more than 400 bytes (--max-article)", "x.warc#2 = warc " + page}, lines(out))
	})
}
