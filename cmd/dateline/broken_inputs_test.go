package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/source/pdf/pdftest"
)

// brokenInput is a file that is broken on purpose.
type brokenInput struct {
	name    string
	content string
	errors  []string // "member stage: reason", member "" for the whole file; of a reason ending in "..." only the start counts
	keeps   []string // members that are read all the same, "" for the whole file
}

const story = "The siege of the old fort in Basra ended on Wednesday, officials said. Nobody was hurt in it.\n"

// noise is text that does not pack well.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(7); b.Len() < n; {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "%08x ", x)
	}
	return b.String()
}

func half(s string) string { return s[:len(s)/2] }

func zstandard(t testing.TB, text string) string {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(text), nil))
}

// inArchive is a file in an archive.
type inArchive struct{ name, content, link string }

func zipped(t testing.TB, flags uint16, files ...inArchive) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.link != "" {
			h.SetMode(os.ModeSymlink | 0o777)
			f.content = f.link
		}
		e, err := w.CreateHeader(h)
		require.NoError(t, err)
		io.WriteString(e, f.content)
	}
	require.NoError(t, w.Close())
	raw := b.Bytes()
	for _, sig := range []struct {
		head string
		at   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		for i := 0; flags != 0 && i+12 < len(raw); i++ {
			if string(raw[i:i+4]) == sig.head {
				binary.LittleEndian.PutUint16(raw[i+sig.at:], binary.LittleEndian.Uint16(raw[i+sig.at:])|flags)
			}
		}
	}
	return string(raw)
}

func tarred(t testing.TB, files ...inArchive) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Size: int64(len(f.content)), Mode: 0o644}
		if f.link != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, f.link
		}
		require.NoError(t, w.WriteHeader(h))
		io.WriteString(w, f.content)
	}
	require.NoError(t, w.Close())
	return b.String()
}

// table writes articles as a Parquet or Arrow file or an Arrow stream.
func table(t testing.TB, kind, column string) string {
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.BinaryTypes.String}, {Name: column, Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range 3 {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprint(kind, i))
		b.Field(1).(*array.StringBuilder).Append(story + noise(500))
	}
	rec := b.NewRecord()
	defer rec.Release()
	f, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer f.Close()
	switch kind {
	case "parquet":
		w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
		require.NoError(t, err)
		require.NoError(t, w.Write(rec))
		require.NoError(t, w.Close())
	case "arrow":
		w, err := ipc.NewFileWriter(f, ipc.WithSchema(schema))
		require.NoError(t, err)
		require.NoError(t, w.Write(rec))
		require.NoError(t, w.Close())
	case "stream":
		w := ipc.NewWriter(f, ipc.WithSchema(schema))
		require.NoError(t, w.Write(rec))
		require.NoError(t, w.Close())
	}
	raw, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	return string(raw)
}

// portablePage writes a PDF file of one page that draws the content.
func portablePage(trailer, content string, more ...string) string {
	return pdftest.File(trailer, append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>/Contents 4 0 R>>",
		pdftest.Stream("", content), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}, more...)...)
}

func webRecord(kind, body string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: https://example.org/a\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, len(body), body)
}

func page(text string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>" + strings.Repeat(text, 3) + "</p></body></html>"
}

// brokenInputs are files of every format, each broken in its own way, and some
// that look broken and are not.
func brokenInputs(t testing.TB) []brokenInput {
	lines := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "{\"text\":\"%s%s\"}\n", strings.TrimSpace(story), noise(300+i))
		}
		return b.String()
	}
	one := inArchive{name: "a.txt", content: story}
	three := []inArchive{{name: "a.txt", content: noise(4000)}, {name: "b.txt", content: noise(4000)}, {name: "c.txt", content: noise(4000)}}
	word := func(body string) string {
		return zipped(t, 0, inArchive{name: "word/document.xml", content: `<w:document xmlns:w="w"><w:body>` + body})
	}
	flipped := []byte(zipped(t, 0, one, inArchive{name: "b.txt", content: noise(2000)}))
	flipped[len(flipped)/2] ^= 0xff
	deep := story
	for i := range 6 {
		deep = zipped(t, 0, inArchive{name: map[bool]string{true: "a.txt", false: "in.zip"}[i == 0], content: deep})
	}
	const old = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	return []brokenInput{
		// Cut off.
		{"cut/text.txt.gz", half(gzipped(t, noise(4000))), []string{"read: gzip: the file is cut off"}, nil},
		{"cut/lines.jsonl.gz", half(gzipped(t, lines(400))), []string{"read: gzip: the file is cut off: after ..."}, []string{"1", "2"}},
		{"cut/text.txt.zst", half(zstandard(t, noise(4000))), []string{"read: zstd: the file is cut off"}, nil},
		{"cut/archive.zip", half(zipped(t, 0, three...)), []string{"read: zip: the file is cut off, or no zip file after all"}, nil},
		{"cut/archive.tar", half(tarred(t, three...)), []string{"b.txt read: tar: the file is cut off", "read: tar: the file is cut off: after 2 files"}, []string{"a.txt"}},
		{"cut/archive.tar.gz", half(gzipped(t, tarred(t, three...))), []string{"a.txt read: gzip: the file is cut off", "read: gzip: the file is cut off: after 1 files"}, nil},
		{"cut/table.parquet", half(table(t, "parquet", "text")), []string{"read: parquet: the file is cut off"}, nil},
		{"cut/table.arrow", half(table(t, "arrow", "text")), []string{"read: arrow: the file is cut off"}, nil},
		{"cut/stream.arrows", half(table(t, "stream", "text")), []string{"read: arrow: the file is cut off: after 0 records"}, nil},
		{"cut/letter.docx", half(word("<w:p><w:r><w:t>" + noise(3000))), []string{"read: DOCX: the file is cut off"}, nil},
		{"cut/paper.pdf", portablePage("", "BT /F1 10 Tf 50 700 Td (Words.) Tj ET")[:150], []string{"read: PDF: the file is cut off"}, nil},
		{"cut/crawl.warc", webRecord("response", page(story)) + webRecord("response", page(story))[:200], []string{"read: the record is cut off: after 1 records"}, []string{"1"}},
		{"cut/crawl.warc.gz", gzipped(t, webRecord("response", page(story))) + gzipped(t, webRecord("response", page(noise(400))))[:150], []string{"read: gzip: the file is cut off: after 1 records"}, []string{"1"}},
		{"cut/list.json", `[{"text":"` + strings.TrimSpace(story) + `"},{"text":"cut`, []string{"read: a value has no end: the file is cut off or not JSON: after 1 records"}, []string{"1"}},
		{"cut/lines.jsonl", "{\"text\":\"First.\"}\n{\"text\":\"cut", []string{"2 read: invalid JSON: ..."}, []string{"1"}},
		{"cut/letter.rtf", `{\rtf1{\fonttbl{\f0 Times`, []string{"read: RTF: the file is cut off"}, nil},
		// Not what the name says.
		{"wrong/picture.txt", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", []string{"read: not text: the content is PNG image"}, nil},
		{"wrong/paper.html", "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []string{"read: not text: the content is PDF"}, nil},
		{"wrong/letter.docx", old + strings.Repeat("\x00", 500), []string{"read: not text: the content is old Office document"}, nil},
		{"wrong/archive.zip", "Rar!\x1a\x07\x01\x00", []string{"read: not text: the content is RAR"}, nil},
		{"wrong/text.txt.gz", story, []string{"read: gzip: not a gzip file"}, nil},
		{"wrong/table.parquet", "text\nOne\nTwo\n", []string{"read: parquet: not a Parquet file"}, nil},
		{"wrong/table.arrow", "text\nOne\nTwo\n", []string{"read: arrow: not an Arrow file or stream, or cut off in its schema"}, nil},
		{"wrong/page.pdf", "<html><body>Not found</body></html>", []string{"read: PDF: not a PDF file"}, nil},
		{"wrong/sheet.csv", zipped(t, 0, inArchive{name: "xl/workbook.xml", content: "x"}), []string{"read: not text: the content is ZIP"}, nil},
		{"wrong/mail.mbox", story, []string{`read: not an mbox file: it does not start with "From ": after 0 records`}, nil},
		{"wrong/crawl.warc", "<html>" + story, []string{"read: not WARC: ..."}, nil},
		{"wrong/archive.tar", strings.Repeat(story, 20), []string{"read: tar: not a tar file: after 0 files"}, nil},
		{"wrong/lines.jsonl", "SQLite format 3\x00", []string{"read: not text: the content is SQLite"}, nil},
		{"wrong/lines.json", "id,text\n1,One\n", []string{"1 read: invalid JSON: at byte 1: invalid character 'i' looking for beginning of value", "read: not JSON: ',' where a value should start: after 1 records"}, nil},
		// Characters.
		{"characters/odd.txt", "W\x00o\x00r\x00d\x00s\x00 \x00o\x00f\x00 \x00t\x00e\x00x\x00t\x00!", []string{"read: not text: too many control characters"}, nil},
		{"characters/zeros.txt", strings.Repeat("\x00", 1000), []string{"read: not text: too many control characters"}, nil},
		{"characters/stray.txt", "Caf\xe9 in Basra \xe2\x82 “here” and there.", nil, []string{""}},
		{"characters/line.jsonl", "{\"text\":\"caf\xe9 in Basra\"}\n{\"text\":\"\\ud800 in Basra\"}\n", nil, []string{"1", "2"}},
		{"characters/caf\xe9.json", "{", []string{"read: a value has no end: the file is cut off or not JSON: after 0 records"}, nil},
		// Nothing there.
		{"empty/text.txt", "", []string{"read: empty"}, nil},
		{"empty/blank.txt", " \r\n\t\n", []string{"read: no text"}, nil},
		{"empty/lines.jsonl", "", []string{"read: empty"}, nil},
		{"empty/list.json", "[]", []string{"read: empty: no records"}, nil},
		{"empty/table.csv", "", []string{"read: empty"}, nil},
		{"empty/header.csv", "id,text\n", []string{"read: empty: no records"}, nil},
		{"empty/table.parquet", "", []string{"read: empty"}, nil},
		{"empty/table.arrow", "", []string{"read: empty"}, nil},
		{"empty/archive.zip", zipped(t, 0), []string{"read: empty: no files"}, nil},
		{"empty/mail.mbox", "", []string{"read: empty"}, nil},
		{"empty/packed.txt.gz", gzipped(t, ""), []string{"read: empty"}, nil},
		// Records.
		{"records/line.jsonl", "{\"text\":\"One.\"}\n{\"text\":\"Two.\"}\n{\"text\": broken}\n\n{\"text\":\"Five.\"}\n", []string{"3 read: invalid JSON: ..."}, []string{"1", "2", "5"}},
		{"records/types.jsonl", "{\"title\":\"no text\"}\n{\"text\":{\"words\":1}}\n{\"text\":null}\n[1]\n\"text\"\n{\"text\":[\"One.\",\"Two.\"]}\n{\"text\":7}\n", []string{"1 read: no text: ...", `2 read: no text: the field "text" holds an object (--field text=text.NAME)`, `3 read: no text: the field "text" is empty`, "4 read: JSON, but not an object", "5 read: JSON, but not an object"}, []string{"6", "7"}},
		{"records/deep.jsonl", "{\"text\":" + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}\n{\"text\":\"One.\"}\n", []string{"1 read: invalid JSON: ..."}, []string{"2"}},
		{"records/large.jsonl", "{\"text\":\"" + strings.Repeat("x", 300000) + "\"}\n{\"text\":\"One.\"}\n", []string{"1 read: too big: more than 200000 bytes (--max-article)"}, []string{"2"}},
		{"records/ids.jsonl", "{\"id\":\"x\",\"text\":\"One.\"}\n{\"id\":\"x\",\"text\":\"Two.\"}\n", nil, []string{"1", "2"}},
		{"records/date.jsonl", "{\"date\":\"31 February 2020\",\"text\":\"One.\"}\n", []string{"1 published: ..."}, []string{"1"}},
		{"records/quote.csv", "id,text\n1,One.\n2,\"never closed\n3,Three.\n", []string{"2 read: a quotation mark is not closed"}, []string{"1", "3"}},
		{"records/fields.csv", "id,text\n1,One.\n2,Two, three.\n3,Three.\n", []string{"2 read: wrong number of fields: 3, the header has 2"}, []string{"1", "3"}},
		{"records/columns.csv", "a,b\n1,2\n", []string{"read: no text: no column is known to hold it (--field text=NAME); the columns are a, b"}, nil},
		{"records/columns.parquet", table(t, "parquet", "words"), []string{"read: no text: no column is known to hold it (--field text=NAME); the columns are id, words"}, nil},
		{"records/header.csv", strings.Repeat("column,", 200000) + "\n1\n", []string{"read: not CSV with column names: ..."}, nil},
		{"records/large.txt", strings.Repeat(story, 3000), []string{"read: too big: more than 200000 bytes (--max-article)"}, nil},
		// Messages.
		{"mail/nothing.eml", "Subject: Siege\n\n", []string{"read: no text: no text part in the message"}, nil},
		{"mail/header.eml", "no header at all, just words\n", []string{"read: message: ..."}, nil},
		{"mail/base64.eml", "Subject: Siege\nContent-Transfer-Encoding: base64\n\n!!! not base64 !!!\n", []string{"read: message: ..."}, nil},
		{"mail/picture.eml", "Subject: Siege\nContent-Type: image/png\n\nx\n", []string{"read: no text: no text part in the message"}, nil},
		{"mail/charset.eml", "Subject: Siege\nContent-Type: text/plain; charset=x-unknown\n\n" + story, nil, []string{""}},
		{"mail/box.mbox", "From a\nSubject: One\n\nOne.\n\nFrom b\nbroken\n\nFrom c\nSubject: Three\n\nThree.\n", []string{"2 read: message: ..."}, []string{"1", "3"}},
		// Pages and crawls.
		{"web/script.html", "<!doctype html><html><head><title>App</title></head><body><script>var text = 'words';</script><noscript></noscript></body></html>", []string{"read: no text: no main text in the page"}, nil},
		{"web/frames.html", "<html><frameset cols='1,2'><frame src='a.html'><frame src='b.html'></frameset></html>", []string{"read: no text: no main text in the page"}, nil},
		{"web/crawl.warc", webRecord("response", page(story)) + "WARC/1.0\r\nContent-Length: many\r\n\r\nxx\r\n\r\n" + webRecord("response", page(story)), []string{`2 read: WARC header: length "many"`}, []string{"1", "3"}},
		{"web/lies.warc", webRecord("response", page(story)) + strings.Replace(webRecord("response", page(story)), "Content-Length: ", "Content-Length: 9", 1), []string{"read: the record is cut off: after 1 records"}, []string{"1"}},
		// Documents.
		{"documents/locked.docx", old + strings.Repeat("\x00", 500) + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", []string{"read: DOCX: encrypted: a password is needed"}, nil},
		{"documents/other.docx", zipped(t, 0, inArchive{name: "xl/workbook.xml", content: "x"}), []string{"read: DOCX: no document in it"}, nil},
		{"documents/xml.docx", word("<w:p><w:r><w:t>Words</w:t></w:r></w:p><w:p a='"), []string{"read: DOCX: ..."}, nil},
		{"documents/locked.pdf", portablePage("/ID[<31><31>]/Encrypt 6 0 R", "BT ET", "<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"+strings.Repeat("61", 32)+">/U<"+strings.Repeat("62", 32)+">>>"), []string{"read: PDF: encrypted: a password is needed"}, nil},
		{"documents/scan.pdf", portablePage("", "/X1 Do", pdftest.Stream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", "x")), []string{"read: no text: PDF: nothing but pictures on its pages (scanned?)"}, nil},
		{"documents/groups.rtf", `{\rtf1 ` + strings.Repeat("{", 20000), []string{"read: RTF: groups are nested too deep"}, nil},
		// Archives.
		{"archives/outside.zip", zipped(t, 0, inArchive{name: "../../outside.txt", content: story}, inArchive{name: "/root.txt", content: story}, inArchive{name: "link.txt", link: "/etc/passwd"}, inArchive{name: "empty.txt"}), []string{"empty.txt read: empty"}, []string{"outside.txt", "root.txt"}},
		{"archives/locked.zip", zipped(t, 1, one), []string{"a.txt read: zip: the file is encrypted"}, nil},
		{"archives/flipped.zip", string(flipped), []string{"b.txt read: ..."}, []string{"a.txt"}},
		{"archives/deep.zip", deep, []string{"in.zip#in.zip#in.zip#in.zip read: nested too deep: an archive inside 4 others is not opened"}, nil},
		{"archives/inner.zip", zipped(t, 0, inArchive{name: "in.zip", content: half(zipped(t, 0, three...))}, one), []string{"in.zip read: zip: the file is cut off, or no zip file after all"}, []string{"a.txt"}},
		{"archives/bomb.zip", zipped(t, 0, inArchive{name: "b.jsonl", content: strings.Repeat("{}", 16<<20)}, one), []string{"b.jsonl read: too big: ..."}, []string{"a.txt"}},
		{"archives/bomb.jsonl.gz", gzipped(t, strings.Repeat("{}", 16<<20)), []string{"read: too big: ..."}, nil},
		{"archives/bomb.docx", word(strings.Repeat("<w:p/>", 1<<20)), []string{"read: DOCX: too big: when unpacked (--max-article)"}, nil},
	}
}
