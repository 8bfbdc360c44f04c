package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

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
		{"a NUL in a few words", "a\x00b Paris\n", "", "a\x00b Paris\n"},
		{"a NUL in words of odd length", "a\x00b in Paris\n", "", "a\x00b in Paris\n"},
		{"words with a NUL each", strings.Repeat("Paris\x00", 2), "", "Paris\x00Paris\x00"},
		{"UTF-16 of few letters", utf16("Hi", true), "", "Hi"},
		{"UTF-16 of a script without spaces", utf16(strings.Repeat("東京で会議があった。\n", 9), false), "", strings.Repeat("東京で会議があった。\n", 9)},
		{"UTF-16 of Latin letters beyond ASCII", utf16("Đại hội đồng bỏ phiếu về nghị quyết", true), "", "Đại hội đồng bỏ phiếu về nghị quyết"},
		{"bad bytes after a BOM", "\ufeffcaf\xe9 na\xefve \x93x\x94", "", "caf\ufffd na\ufffdve \ufffdx\ufffd"},
		{"a BOM against a name", "\ufeffЗима", "windows-1251", "Зима"},
		{"bad bytes of UTF-8 by name", "caf\xe9", "utf-8", "caf\ufffd"},
		{"one NUL", "A page of text\x00 with one stray mark in a hundred letters or more, as old systems leave it at a record's end.", "", "A page of text\x00 with one stray mark in a hundred letters or more, as old systems leave it at a record's end."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{Encoding: tc.encoding}, tree(t, map[string]string{"a.txt": tc.in}))
			require.NoError(t, out[0].err)
			assert.Equal(t, tc.want, out[0].Doc.Text)
		})
	}
	t.Run("records of a file with a BOM", func(t *testing.T) {
		in := tree(t, map[string]string{
			"a.jsonl": "\ufeff{\"text\":\"caf\xe9\"}\n{\"text\":\"Зима\"}\n", "b.csv": "\ufeffid,text\n1,caf\xe9\n2,Зима\n",
			"c.jsonl": "\xff\xfe" + utf16("{\"text\":\"caf\ufffd\"}\n{\"text\":\"Зима\"}\n", true),
		})
		_, out := readAll(t, Options{Encoding: "windows-1251"}, in)
		require.Len(t, out, 6)
		for i, o := range out {
			require.NoError(t, o.err)
			assert.Equal(t, []string{"caf\ufffd", "Зима"}[i%2], o.Doc.Text, o.Item)
		}
	})
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
	f("by a flag for other records", `{"text":"B","title":"T"}`, Options{Fields: map[string]string{"text": "story", "title": "fields.head"}}, article.Document{Title: "T", Text: "B"}, "")
	f("by flag, but nothing there", `{"text":"B","when":null,"date":"2020"}`, Options{Fields: map[string]string{"published": "when"}}, article.Document{Text: "B"}, "")
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
		{"\u00a0\vhttps://example.org/x\u00a0\nProse.", "https://example.org/x", "https://example.org/x"},
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
	assert.Equal(t, []article.Block{{Span: article.Span{Start: 0, End: 30}, Section: article.Meta}}, d.Blocks)
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
	f("YAML", "---\ntitle: \"The: Title\"\ndate: 2020-01-02\nauthor: [Ann, Bo]\n---\n\nText.\n", "The: Title", "2020-01-02", "meta ---\ntitle: \"The: Title\"\ndate: 2020-01-02\nauthor: [Ann, Bo]\n---")
	f("TOML", "+++\ntitle = 'T'\ndate = 2020-01-02T10:00:00+02:00\n+++\nText.\n", "T", "2020-01-02T10:00:00+02:00", "meta +++\ntitle = 'T'\ndate = 2020-01-02T10:00:00+02:00\n+++")
	f("TOML local date", "+++\ndate = 2020-01-02\n+++\nText.\n", "", "2020-01-02", "meta +++\ndate = 2020-01-02\n+++")
	f("headings", "# Title\n\nText.\n\n## Part ##\nMore.\n\n> Quote\n> goes on\n\n```\n# no heading\n```\n#no heading\n", "Title", "", "title # Title", "heading ## Part ##", "quote > Quote\n> goes on")
	f("underlined", "Title\n=====\n\nText.\n\nPart\n----\n\nMore.\n\n---\n\nEnd.\n", "Title", "", "title Title\n=====", "heading Part\n----")
	f("a rule first", "---\n\nText.\n\n---\n\nMore.\n", "", "")
	f("address", "https://example.org/a\n\n# T\n\nText.\n", "T", "", "meta https://example.org/a", "title # T")
	f("CRLF", "---\r\ntitle: T\r\n---\r\n# H\r\n\r\nText.\r\n", "T", "", "meta ---\r\ntitle: T\r\n---", "title # H")
	f("anchors", "---\ntitle: &t T\nother: *t\n---\nText.", "T", "", "meta ---\ntitle: &t T\nother: *t\n---")
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
		{"meta.csv", "3", "metadata", `named twice: "y.txt" was named by row 2 already, which counts`, 0},
		{"meta.csv", "5", "metadata", "the row matches no article", 0},
		{"meta.csv", "6", "metadata", "wrong number of fields: 1, the header has 4", 0},
	}, w.Leftovers())

	jl := filepath.Join(t.TempDir(), "m.jsonl")
	require.NoError(t, os.WriteFile(jl, []byte("{\"file\":\"x.txt\",\"published_at\":\"2020\"}\n{\"file\":\"z\",\"published_at\":\"2021\"}\n"), 0o644))
	w, out = readAll(t, Options{Metadata: jl}, in)
	assert.Equal(t, []Failure{{"m.jsonl", "1", "metadata", "the row matches several articles, all of which got it", 0}}, w.Leftovers())
	assert.Equal(t, "2021", out[len(out)-1].Stated)

	// A field named for the records need not be in the metadata.
	_, out = readAll(t, Options{Metadata: jl, Fields: map[string]string{"published": "when"}}, in)
	assert.Equal(t, "2021", out[len(out)-1].Stated)

	for _, tc := range []struct{ name, content, want string }{
		{"m.txt", "x", "want a .csv, .tsv, .jsonl, .json, .parquet or .arrow file"},
		{"m.csv", "", "empty"},
		{"n.jsonl", "{", "a value has no end: the file is cut off or not JSON: after 0 records"},
		{"k.csv", "path\n", "empty: no records"},
		{"o.csv", "published,title\n2020,T\n", "no row can be used; row 1: the row names no article: no path, file or id among published, title"},
	} {
		p := filepath.Join(t.TempDir(), tc.name)
		require.NoError(t, os.WriteFile(p, []byte(tc.content), 0o644))
		_, err := Open(t.Context(), Options{Metadata: p}, in)
		assert.EqualError(t, err, "--metadata "+p+": "+tc.want)
	}
	_, err := Open(t.Context(), Options{Metadata: "nowhere.csv"}, in)
	assert.EqualError(t, err, "--metadata nowhere.csv: no such file or directory")
}

// TestConcurrent reads the same items from several goroutines.
func TestConcurrent(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "A", "b.md": "---\ntitle: T\n---\nB", "c.html": "<title>T</title><p>" + strings.Repeat("Some words. ", 40), "d.jsonl": "{\"text\":\"1\"}\n{\"text\":\"2\"}\n"})
	meta := filepath.Join(t.TempDir(), "m.csv")
	require.NoError(t, os.WriteFile(meta, []byte("path,published\na.txt,2020\nd.jsonl#2,2021\n"), 0o644))
	w, err := Open(t.Context(), Options{Metadata: meta}, dir)
	require.NoError(t, err)
	r, _ := w.Reader()
	var items []Item
	for {
		it, err := w.Next(t.Context())
		if err != nil {
			break
		}
		items = append(items, it)
	}
	require.Len(t, items, 5)
	var all [4][]Article
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			for _, it := range items {
				a, err := r.Read(t.Context(), it)
				assert.NoError(t, err)
				all[i] = append(all[i], a)
			}
		})
	}
	wg.Wait()
	for i := range all {
		assert.Equal(t, all[0], all[i])
	}
}

// TestInstallable: "go install ...@version" refuses a module with these lines,
// so the stand-in for a library under dateparser is put in its place by .go.work.
func TestInstallable(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	assert.NotRegexp(t, `(?m)^\s*(replace|exclude)\b`, string(raw))
}
