package source

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMail(t *testing.T) {
	head := "From: =?utf-8?q?Ann_L=C3=A9e?= <ann@example.org>\r\nSubject: =?iso-8859-1?q?Caf=E9?= closed\r\nDate: Thu, 02 Jan 2020 10:00:00 +0100\r\nMessage-ID: <m1@example.org>\r\n"
	f := func(name, message, want string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a.eml": message}))
			require.Len(t, out, 1+strings.Count(message, "attachment"))
			require.NoError(t, out[0].err)
			d := out[0].Doc
			assert.Equal(t, want, d.Text)
			assert.Equal(t, "Café closed", d.Title)
			assert.Equal(t, "Ann Lée", d.Byline)
			assert.Equal(t, "m1@example.org", d.ID)
			assert.Equal(t, "eml", d.Format)
			assert.Equal(t, "record Thu, 02 Jan 2020 10:00:00 +0100", out[0].StatedFrom+" "+out[0].Stated)
		})
	}
	f("plain", head+"\r\nFirst line.\r\n\r\nSecond.\r\n", "First line.\n\nSecond.\n")
	f("quoted-printable", head+"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 =\r\nclosed", "Café closed")
	f("base64", head+"Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString([]byte("\xc7\xe8\xec\xe0")), "Зима")
	f("HTML", head+"Content-Type: text/html\r\n\r\n<p>One</p><p>Two</p>", "One\n\nTwo")
	f("two kinds", head+"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>H\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain\r\n--b--\r\n", "Plain")
	f("with an attachment", head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nInner\r\n--c--\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=x.txt\r\n\r\nNo\r\n--b--\r\n", "Inner")
	f("without an end", head+"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nInner\r\n", "Inner")
	f("a charset that nobody knows", head+"Content-Type: text/plain; charset=x-klingon\r\n\r\nWords", "Words")

	for message, want := range map[string]string{
		"no header at all, just words\n":          "a.eml: message: malformed header line: no header at all, just words",
		head + "Content-Type: image/png\r\n\r\nx": "a.eml: no text: no text part in the message",
	} {
		_, out := readAll(t, Options{}, tree(t, map[string]string{"a.eml": message}))
		assert.Equal(t, want, lines(out)[0])
	}

	mbox := "From ann@example.org Thu Jan  2 10:00:00 2020\nSubject: One\nMessage-ID: <1>\n\nText one.\n>From here on.\nFrom there: no blank line before.\n\nFrom bo@example.org Fri Jan  3 10:00:00 2020\nSubject: Two\n\nText two.\n\nFrom x\nbroken\n\nFrom y\nSubject: " + strings.Repeat("x", 2000) + "\n\nbig\n\nFrom z\nSubject: Last\n\nLast.\n"
	_, out := readAll(t, Options{MaxArticle: 1000}, tree(t, map[string]string{"a.mbox": mbox, "b.mbox": "no mbox\n", "c.mbox.gz": gz("From x\nSubject: T\n\nText.\n")}))
	assert.Equal(t, []string{
		`a.mbox#1 = mbox "Text one.\nFrom here on.\nFrom there: no b..."`, `a.mbox#2 = mbox "Text two.\n\n"`, "a.mbox#3: message: malformed header line: broken", "a.mbox#4: too big: more than 1000 bytes (--max-article)", `a.mbox#5 = mbox "Last.\n"`,
		`b.mbox: not an mbox file: it does not start with "From ": after 0 records`, `c.mbox.gz#1 = mbox "Text.\n"`,
	}, lines(out))
}

func docx(t testing.TB, body string) string {
	return zipOf(t, member{name: "[Content_Types].xml", content: "<Types/>"},
		member{name: "docProps/core.xml", content: `<cp:coreProperties xmlns:cp="x" xmlns:dc="y" xmlns:dcterms="z"><dc:title>Siege ends</dc:title><dc:creator>Ann Lee</dc:creator><dcterms:created>2020-01-02T10:00:00Z</dcterms:created></cp:coreProperties>`},
		member{name: "word/document.xml", content: `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`})
}

func TestDocx(t *testing.T) {
	p := func(style, text string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
	}
	body := p("Title", "Siege ends") + p("", "The siege ended on ") + `<w:p><w:r><w:t>Two</w:t></w:r><w:r><w:tab/><w:t> words &amp;</w:t><w:br/><w:t>lines</w:t></w:r><w:r><w:instrText>HYPERLINK</w:instrText></w:r></w:p>` + p("Heading2", "What came before") + p("Quote", "We are tired.") + p("Caption", "The fort")
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.docx": docx(t, body)}))
	require.NoError(t, out[0].err)
	d := out[0].Doc
	assert.Equal(t, "Siege ends\n\nThe siege ended on\n\nTwo\t words &\nlines\n\nWhat came before\n\nWe are tired.\n\nThe fort", d.Text)
	assert.Equal(t, []string{"Siege ends", "Ann Lee", "docx", ""}, []string{d.Title, d.Byline, d.Format, out[0].Stated})
	var got []string
	for _, b := range d.Blocks {
		got = append(got, b.Section.String()+" "+d.TextOf(b.Span))
	}
	assert.Equal(t, []string{"title Siege ends", "heading What came before", "quote We are tired.", "caption The fort"}, got)

	_, out = readAll(t, Options{MaxArticle: 10000}, tree(t, map[string]string{"a.docx": "no zip", "b.docx": zipOf(t, member{name: "x", content: "y"}), "c.docx": docx(t, "<w:p><w:t>x"), "d.docx": docx(t, strings.Repeat("<w:p/>", 3000)), "e.docx": docx(t, "")}))
	assert.Equal(t, []string{"a.docx: DOCX: not a Word document", "b.docx: DOCX: no document in it", "c.docx: no text", "d.docx: DOCX: too big: when unpacked (--max-article)", "e.docx: no text"}, lines(out))
}

func TestRTF(t *testing.T) {
	f := func(name, src, want string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a.rtf": src}))
			require.NoError(t, out[0].err)
			assert.Equal(t, want, out[0].Doc.Text)
		})
	}
	f("paragraphs", `{\rtf1\ansi\deff0{\fonttbl{\f0 Times New Roman;}}{\colortbl;\red0\green0\blue0;}\pard First line.\par `+"\n"+`\b Bold\b0  word.\line Next line.\par}`, "First line.\n\nBold word.\nNext line.")
	f("characters", `{\rtf1\ansi\ansicpg1252 \ldblquote Caf\'e9\rdblquote  \emdash  na\u239?ve \{x\} \u-10179?\u-8704?~\~.}`, "“Café” — naïve {x} \U0001f600~\u00a0.")
	f("code page", `{\rtf1\ansi\ansicpg1251 \'c7\'e8\'ec\'e0}`, "Зима")
	f("two bytes a letter", `{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b}`, "日本")
	f("no text of pictures and fields", `{\rtf1{\pict\bin5 {{{{{}A{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}{\*\unknown no}B{\footnote no}}`, "AlinkB")
	f("Unicode with stand-ins of several letters", `{\rtf1\uc2 A\u8212--B{\uc0\u8212 C}}`, "A—B—C")
	f("address", `{\rtf1 https://example.org/a\par Text.}`, "https://example.org/a\n\nText.")
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.rtf": `{\rtf1{\info{\title Siege ends}{\author Ann Lee}}Text.}`, "b.rtf": "plain", "c.rtf": `{\rtf1{\fonttbl`, "d.rtf": `{\rtf1 ` + strings.Repeat("{", 20000), "e.rtf": `{\rtf1 {\fonttbl x}}`}))
	assert.Equal(t, []string{"Siege ends", "Ann Lee"}, []string{out[0].Doc.Title, out[0].Doc.Byline})
	assert.Equal(t, []string{`a.rtf = rtf "Text."`, `b.rtf = rtf "plain"`, "c.rtf: RTF: the file is cut off", "d.rtf: RTF: groups are nested too deep", "e.rtf: no text"}, lines(out))
}

// columns writes a table of articles as Parquet, Arrow file and Arrow stream.
func columns(t testing.TB) map[string]string {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "doc_id", Type: arrow.BinaryTypes.String}, {Name: "body", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "published", Type: arrow.FixedWidthTypes.Date32},
		{Name: "embedding", Type: arrow.ListOf(arrow.PrimitiveTypes.Float32)}, {Name: "authors", Type: arrow.ListOf(arrow.BinaryTypes.String)},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range 150 {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprint("d", i))
		if i == 2 {
			b.Field(1).AppendNull()
		} else {
			b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("Article %d.\n“Text”", i))
		}
		b.Field(2).(*array.Date32Builder).Append(18263)
		b.Field(3).(*array.ListBuilder).Append(true)
		b.Field(3).(*array.ListBuilder).ValueBuilder().(*array.Float32Builder).Append(1)
		l := b.Field(4).(*array.ListBuilder)
		l.Append(true)
		l.ValueBuilder().(*array.StringBuilder).AppendValues([]string{"Ann", "Bo"}, nil)
	}
	rec := b.NewRecord()
	defer rec.Release()
	out := make(map[string]string)
	var buf bytes.Buffer
	pw, err := pqarrow.NewFileWriter(schema, &buf, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	require.NoError(t, err)
	require.NoError(t, pw.Write(rec))
	require.NoError(t, pw.Close())
	out["a.parquet"] = buf.String()
	buf.Reset()
	sw := ipc.NewWriter(&buf, ipc.WithSchema(schema))
	require.NoError(t, sw.Write(rec))
	require.NoError(t, sw.Close())
	out["a.arrows"] = buf.String()
	name := filepath.Join(t.TempDir(), "x")
	f, err := os.Create(name)
	require.NoError(t, err)
	fw, err := ipc.NewFileWriter(f, ipc.WithSchema(schema))
	require.NoError(t, err)
	require.NoError(t, fw.Write(rec))
	require.NoError(t, fw.Close())
	f.Close()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	out["a.feather"] = string(raw)
	return out
}

func TestColumnar(t *testing.T) {
	files := columns(t)
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			_, out := readAll(t, Options{}, tree(t, map[string]string{name: content}))
			require.Len(t, out, 150)
			assert.Equal(t, "d0", out[0].Doc.ID)
			assert.Equal(t, "Article 0.\n“Text”", out[0].Doc.Text)
			assert.Equal(t, "2020-01-02", out[0].Stated)
			assert.Equal(t, "Ann, Bo", out[0].Doc.Byline)
			assert.NotContains(t, string(out[0].raw), "embedding")
			assert.ErrorIs(t, out[2].err, ErrNoText)
			assert.Equal(t, name+"#150", out[149].Item.String())
			assert.Equal(t, "Article 149.\n“Text”", out[149].Doc.Text)

			_, out = readAll(t, Options{Fields: map[string]string{"text": "authors", "published": "no"}}, tree(t, map[string]string{name: content}))
			assert.Equal(t, "Ann\n\nBo", out[0].Doc.Text)

			_, out = readAll(t, Options{}, tree(t, map[string]string{name: content[:len(content)/2]}))
			require.NotEmpty(t, out)
			assert.Error(t, out[len(out)-1].err)
		})
	}
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.parquet": "PAR1PAR1", "b.arrow": "ARROW1\x00\x00", "c.parquet": "", "d.parquet.gz": gz("x")}))
	for _, o := range out {
		assert.Error(t, o.err)
	}
	assert.Len(t, out, 4)
	meta := filepath.Join(tree(t, files), "a.parquet")
	_, out = readAll(t, Options{Metadata: meta}, tree(t, map[string]string{"d7.txt": "Seven"}))
	assert.Equal(t, "2020-01-02", out[0].Stated)
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(`{\rtf1\uc2 A\u8212--B{\uc0\u8212 C}\'e9\bin3 abc{\pict x}}`))
	f.Add([]byte("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n--b--\r\n"))
	f.Add([]byte(docx(f, "<w:p><w:t>x</w:t></w:p>")))
	f.Add([]byte(pdfOf("Words.")))
	r := &Reader{opts: Options{}.withDefaults(), fields: newFieldMap(nil)}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, format := range []string{"rtf", "eml", "docx", "pdf"} {
			var a Article
			if r.parse(t.Context(), format, raw, &a) == nil {
				checkBlocks(t, &a.Doc)
			}
		}
	})
}

// FuzzArchives reads broken archives: an end is reached, and nothing panics.
func FuzzArchives(f *testing.F) {
	for name, seed := range columns(f) {
		f.Add([]byte(seed), strings.TrimPrefix(filepath.Ext(name), "."))
	}
	f.Add([]byte(zipOf(f, members...)), "zip")
	f.Add([]byte(tarOf(f, members...)), "tar")
	f.Add([]byte(gz(tarOf(f, members...))), "tgz")
	f.Add([]byte(response("https://example.org/a", "200 OK\r\nContent-Type: text/html", "<p>x")+"junk\n"), "warc")
	f.Add([]byte(gz(response("https://example.org/a", "200 OK\r\nContent-Type: text/html", "<p>x"))), "warc.gz")
	f.Add([]byte("From x\nSubject: T\n\nText.\n\nFrom y\n"), "mbox")
	f.Add([]byte(zipOf(f, member{name: "in.zip", content: zipOf(f, members[:3]...)}, member{name: "t.tgz", content: gz(tarOf(f, members[1]))}, member{name: "m.eml", content: mailWith("S", "Body", members[1])})), "zip")
	f.Add([]byte(mailWith("S", "", member{name: "in.zip", content: zipOf(f, members[1])}, member{name: "m.eml", content: mailWith("T", "Deeper")})), "eml")
	f.Add([]byte("From x\n"+mailWith("S", "Body", members[1])+"\nFrom y\n"), "mbox")
	f.Add([]byte(pdfOf("Words.")), "pdf")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte, ext string) {
		if formatOf("x."+ext).name == "" || strings.Contains(ext, "/") || len(ext) > 20 {
			t.Skip()
		}
		p := filepath.Join(dir, fmt.Sprintf("%d.%s", os.Getpid(), ext))
		require.NoError(t, os.WriteFile(p, raw, 0o644))
		_, out := readAll(t, Options{MaxArticle: 10000, MaxExpand: 20}, p)
		require.Less(t, len(out), 10000)
	})
}
