package source

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// cutAll cuts a content into records, and says how it ended.
func cutAll(t *testing.T, format string, r io.Reader) (out []string) {
	t.Helper()
	s := &stream{Reader: r, raw: &counter{}}
	c, err := newContainer(Item{source: "a." + format, format: format}, s, Options{MaxArticle: 200, MaxExpand: 10}, anyColumns)
	if err != nil {
		return []string{"! " + err.Error()}
	}
	for {
		it, ok := c.next()
		if !ok {
			return out
		}
		if it.fault != nil {
			out = append(out, it.member+"! "+it.fault.Error())
		} else {
			require.LessOrEqual(t, len(it.raw), 202)
			out = append(out, it.member+"="+string(it.raw))
		}
		require.Less(t, len(out), 100000)
	}
}

// FuzzContainers checks that what a container is cut into does not depend on
// how its bytes arrive, and holds no more than it.
func FuzzContainers(f *testing.F) {
	for _, seed := range []string{
		"{\"text\":\"1\"}\n{\"text\":\"2\"}\n{bad\n{\"text\":\"4\"}", "[{\"text\":\"1\"},{\"te\\\"xt\":[1,2,{}]}, 3]", "{\"articles\":[{\"body\":\"x\"}]}",
		"id,text\n1,\"a\nb\"\n2,\"c\n3,\"\"\n", "a;text\r\n1;\"x\"\"y\"\r\n", "sep=;\na;text\n1;2\n", "\ufeff{\"text\":\"x\"}", "[", "{", "\"", "[1 2 3", "\x1e{}\n\x1e{}\n", "\xff\xfe{\x00}\x00",
		"text\n" + strings.Repeat("x", 500) + "\n1\n", "{\"a\":\"" + strings.Repeat("x", 500) + "\"}\n{\"b\":1}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, format := range []string{"jsonl", "json", "csv"} {
			whole := cutAll(t, format, bytes.NewReader(b))
			require.Equal(t, whole, cutAll(t, format, iotest.OneByteReader(bytes.NewReader(b))), format)
			broken := cutAll(t, format, iotest.TimeoutReader(iotest.HalfReader(bytes.NewReader(b))))
			require.LessOrEqual(t, len(broken), len(whole)+1)
		}
	})
}

// FuzzRows checks that our rows are those of encoding/csv, where that reads
// the file.
func FuzzRows(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\",\"b\"\"c\"\n\"d\ne\",f\n", "a\r\nb\r\n", "a,\"b\r\nc\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		r := csv.NewReader(strings.NewReader(src))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil || strings.Contains(strings.ReplaceAll(src, "\r\n", ""), "\r") {
			t.Skip()
		}
		var got [][]string
		for in := bufio.NewReader(strings.NewReader(src)); ; {
			raw, _, whole, err := readRow(in, ',', 1<<20)
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			if len(bytes.TrimRight(raw, "\r\n")) == 0 {
				continue
			}
			require.True(t, whole, "%q", raw)
			fields, err := splitRow(raw, ',')
			require.NoError(t, err)
			got = append(got, fields)
		}
		require.Equal(t, want, got)
	})
}

// FuzzRecord checks that a record's fields are what encoding/json reads.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{`{"text":"x","date":1}`, `{"a":{"text":["x",{"name":"y"}]}}`, `[1]`, `{"text":null}`, `{"text":"\ud800"}`, `{"TEXT":"a","text":"b"}`} {
		f.Add([]byte(seed))
	}
	m := newFieldMap(nil)
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.ToValidUTF8(b, []byte("\ufffd")) // as Item.decode gives it
		rec, err := jsonRecord(b)
		var want map[string]any
		if json.Unmarshal(bytes.TrimSpace(b), &want) != nil || want == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Len(t, rec.names, len(want))
		if s, ok := want["text"].(string); ok && strings.TrimSpace(s) != "" {
			require.Equal(t, s, m.get(rec, "text"))
		}
		for field := range fieldNames {
			m.get(rec, field)
		}
	})
}

// FuzzDecode checks that text comes out as valid UTF-8, and plain UTF-8 as it is.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"plain", "caf\xe9", "“x”\xff", "\xff\xfea\x00", "\xfe\xff\x00a", "a\x00b\x00", "\xef\xbb\xbfx", "\x00\x01\x02"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, name, err := decode(b, "")
		if err != nil {
			require.ErrorIs(t, err, ErrBinary)
			return
		}
		require.True(t, utf8.ValidString(text))
		if name == "utf-8" && utf8.Valid(b) {
			require.Equal(t, string(bytes.TrimPrefix(b, utf8BOM)), text)
		}
	})
}

// checkBlocks checks what the segmenter relies on.
func checkBlocks(t *testing.T, d *article.Document) {
	t.Helper()
	end := 0
	for _, b := range d.Blocks {
		require.LessOrEqual(t, end, b.Start)
		require.Less(t, b.Start, b.End)
		require.LessOrEqual(t, b.End, len(d.Text))
		require.True(t, utf8.ValidString(d.TextOf(b.Span)))
		end = b.End
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"---\ntitle: x\n---\n# H\n> q\n> r\n\nT\n===\n", "+++\na = 1\n+++\nx", "---\na: &a [*a]\n---\nx", "```\n# x\n```\n# y", "---\n...\n", "https://example.org/\n# x\n---\n", "#\n# \n>\n> \n"} {
		f.Add(seed)
	}
	r := &Reader{fields: newFieldMap(nil)}
	f.Fuzz(func(t *testing.T, src string) {
		src = strings.ToValidUTF8(src, "\ufffd")
		var a Article
		if r.readMarkdown(src, &a) != nil {
			return
		}
		require.Equal(t, src, a.Doc.Text)
		checkBlocks(t, &a.Doc)
	})
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		"<html><title>T</title><body><h1>T</h1><p>One <b>two</b>.<p>Three<br>four<blockquote>five</blockquote><table><tr><td>a<td>b</table>",
		"<p>" + strings.Repeat("<div>", 600) + "deep", "<script type=application/ld+json>{\"datePublished\":\"2020\"}</script>x", "<!doctype html><meta charset=utf-16><p>x", "plain",
	} {
		f.Add(seed)
	}
	r := &Reader{fields: newFieldMap(nil)}
	f.Fuzz(func(t *testing.T, src string) {
		src = strings.ToValidUTF8(src, "\ufffd")
		for _, read := range []func(string, *Article) error{r.readPage, r.readFragment} {
			var a Article
			if read(src, &a) == nil {
				require.True(t, utf8.ValidString(a.Doc.Text))
				checkBlocks(t, &a.Doc)
			}
		}
	})
}

func FuzzAddressLine(f *testing.F) {
	for _, seed := range []string{"https://example.org/a\nx", "URL: <http://a.b>\r\nx", " www.a.b ", "http://[::1]/", "https://%zz.org/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		address, at := addressLine(text)
		if address == "" {
			return
		}
		require.Contains(t, text[at.Start:at.End], address)
		require.NotContains(t, address, "\n")
		require.NotEmpty(t, siteOf(address))
	})
}

func FuzzGlob(f *testing.F) {
	f.Add("**/a*.txt", "b/c/ab.txt")
	f.Fuzz(func(t *testing.T, glob, name string) {
		if len(glob) > 40 || len(name) > 40 {
			t.Skip()
		}
		if matchGlob(glob, name) && !strings.ContainsAny(glob, `*?[\`) {
			require.Equal(t, glob, name)
		}
	})
}

// FuzzMetadata reads arbitrary metadata files, and asks them for an article.
func FuzzMetadata(f *testing.F) {
	for _, seed := range []string{"path,published\na.txt,2020\n./b/a.txt,2021\n", "id;title\n\"x", "{\"file\":\"a\",\"date\":1}\n{\"path\":[\"a.txt\"]}\n[1]\n", "path\tname\n\t\n", "\xff\xfep\x00"} {
		f.Add([]byte(seed))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, ext := range []string{"csv", "jsonl"} {
			p := filepath.Join(dir, fmt.Sprintf("%d.%s", os.Getpid(), ext))
			require.NoError(t, os.WriteFile(p, raw, 0o644))
			m, err := loadMetadata(t.Context(), Options{Metadata: p}.withDefaults())
			if err != nil {
				continue
			}
			m.find(Item{source: "b/a.txt"}, "x")
			m.find(Item{source: "x.zip", member: "in.zip#a.txt", entry: true}, "")
			require.NotEmpty(t, m.rows)
		}
	})
}
