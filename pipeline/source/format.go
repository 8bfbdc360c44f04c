package source

import (
	"bytes"
	"path"
	"strings"
)

// format is what a file's name says about it.
type format struct {
	name string // txt, md, html, eml, docx, rtf, pdf, json, jsonl, csv, mbox, warc, parquet, arrow, zip, tar; "" when not known
	pack string // "", gz, zst
	kind formatKind
}

// formatKind tells how a format is cut.
type formatKind uint8

const (
	single   formatKind = iota // the file is one article
	recorded                   // it holds records
	archived                   // it holds files
)

// formatOf tells a format by the file's name.
func formatOf(name string) format {
	var f format
	ext := strings.ToLower(path.Ext(name))
	switch ext {
	case ".gz", ".gzip":
		f.pack = "gz"
	case ".zst", ".zstd":
		f.pack = "zst"
	case ".tgz":
		return format{"tar", "gz", archived}
	case ".tzst":
		return format{"tar", "zst", archived}
	}
	if f.pack != "" {
		ext = strings.ToLower(path.Ext(strings.TrimSuffix(name, path.Ext(name))))
	}
	switch ext {
	case ".txt", ".text":
		f.name = "txt"
	case ".md", ".markdown", ".mdown", ".mkd":
		f.name = "md"
	case ".html", ".htm", ".xhtml", ".shtml":
		f.name = "html"
	case ".eml":
		f.name = "eml"
	case ".docx":
		f.name = "docx"
	case ".rtf":
		f.name = "rtf"
	case ".pdf":
		f.name = "pdf"
	case ".json":
		f.name, f.kind = "json", recorded
	case ".jsonl", ".ndjson", ".jsonlines":
		f.name, f.kind = "jsonl", recorded
	case ".csv", ".tsv", ".tab":
		f.name, f.kind = "csv", recorded
	case ".mbox":
		f.name, f.kind = "mbox", recorded
	case ".warc":
		f.name, f.kind = "warc", recorded
	case ".parquet":
		f.name, f.kind = "parquet", recorded
	case ".arrow", ".arrows", ".feather":
		f.name, f.kind = "arrow", recorded
	case ".zip":
		f.name, f.kind = "zip", archived
	case ".tar":
		f.name, f.kind = "tar", archived
	}
	return f
}

// formatKindOf tells how a format is cut, by its name.
func formatKindOf(name string) formatKind { return formatOf("x." + name).kind }

// sniff tells a format by the first bytes of a content without a name.
func sniff(head []byte) format {
	switch magic(head) {
	case "gzip":
		return format{pack: "gz"}
	case "Zstandard":
		return format{pack: "zst"}
	case "ZIP":
		return format{name: "zip", kind: archived}
	case "Parquet":
		return format{name: "parquet", kind: recorded}
	case "Arrow":
		return format{name: "arrow", kind: recorded}
	case "RTF":
		return format{name: "rtf"}
	case "PDF":
		return format{name: "pdf"}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return format{name: "tar", kind: archived}
	}
	if bytes.HasPrefix(head, []byte("WARC/")) {
		return format{name: "warc", kind: recorded}
	}
	b := bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n")
	switch {
	case len(b) == 0:
		return format{name: "txt"}
	case b[0] == '[' && len(bytes.TrimLeft(b[1:], " \t\r\n")) > 0 && bytes.IndexByte([]byte(`{]`), bytes.TrimLeft(b[1:], " \t\r\n")[0]) >= 0:
		return format{name: "json", kind: recorded}
	case b[0] == '{' && len(bytes.TrimLeft(b[1:], " \t\r\n")) > 0 && bytes.TrimLeft(b[1:], " \t\r\n")[0] == '"':
		if line, _, more := bytes.Cut(b, []byte{'\n'}); more && bytes.HasSuffix(bytes.TrimSpace(line), []byte{'}'}) {
			return format{name: "jsonl", kind: recorded}
		}
		return format{name: "json", kind: recorded}
	case looksLikePage(b):
		return format{name: "html"}
	}
	return format{name: "txt"}
}

// looksLikePage reports whether a content starts as a web page does.
func looksLikePage(b []byte) bool {
	low := bytes.ToLower(b[:min(len(b), 512)])
	for _, p := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.HasPrefix(low, []byte(p)) {
			return true
		}
	}
	if bytes.HasPrefix(low, []byte("<!--")) || bytes.HasPrefix(low, []byte("<?xml")) {
		return bytes.Contains(low, []byte("<html")) || bytes.Contains(low, []byte("<!doctype html"))
	}
	return false
}

// magics are first bytes that name a kind of file which is not text.
var magics = []struct{ head, name string }{
	{"\x1f\x8b", "gzip"},
	{"\x28\xb5\x2f\xfd", "Zstandard"},
	{"%PDF-", "PDF"},
	{"PK\x03\x04", "ZIP"},
	{"PK\x05\x06", "ZIP"},
	{"\x89PNG\r\n\x1a\n", "PNG image"},
	{"\xff\xd8\xff", "JPEG image"},
	{"GIF87a", "GIF image"},
	{"GIF89a", "GIF image"},
	{"RIFF", "RIFF media"},
	{"\x7fELF", "ELF program"},
	{"MZ\x90", "Windows program"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"},
	{"BZh", "bzip2"},
	{"\xfd7zXZ\x00", "xz"},
	{"7z\xbc\xaf\x27\x1c", "7-Zip"},
	{"Rar!\x1a\x07", "RAR"},
	{"PAR1", "Parquet"},
	{"ARROW1\x00\x00", "Arrow"},
	{"SQLite format 3\x00", "SQLite"},
	{"OggS", "Ogg media"},
	{"ID3", "MP3 audio"},
	{"{\\rtf", "RTF"},
}

// magic names the kind of file that starts with head, or returns "".
func magic(head []byte) string {
	for _, m := range magics {
		if len(head) >= len(m.head) && string(head[:len(m.head)]) == m.head {
			return m.name
		}
	}
	return ""
}
