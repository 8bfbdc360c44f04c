package source

import (
	"bytes"
	"path"
	"strings"
)

// format is what a file's name says about it.
type format struct {
	name      string // txt, md, html, json, jsonl, csv; "" when not known
	pack      string // "", gz, zst
	container bool
}

// formatOf tells a format by the file's name.
func formatOf(name string) format {
	var f format
	ext := strings.ToLower(path.Ext(name))
	switch ext {
	case ".gz", ".gzip":
		f.pack = "gz"
	case ".zst", ".zstd":
		f.pack = "zst"
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
	case ".json":
		f.name, f.container = "json", true
	case ".jsonl", ".ndjson", ".jsonlines":
		f.name, f.container = "jsonl", true
	case ".csv", ".tsv", ".tab":
		f.name, f.container = "csv", true
	}
	return f
}

// sniff tells a format by the first bytes of a content without a name.
func sniff(head []byte) format {
	switch magic(head) {
	case "gzip":
		return format{pack: "gz"}
	case "Zstandard":
		return format{pack: "zst"}
	}
	b := bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n")
	switch {
	case len(b) == 0:
		return format{name: "txt"}
	case b[0] == '[' && len(bytes.TrimLeft(b[1:], " \t\r\n")) > 0 && bytes.IndexByte([]byte(`{]`), bytes.TrimLeft(b[1:], " \t\r\n")[0]) >= 0:
		return format{name: "json", container: true}
	case b[0] == '{' && len(bytes.TrimLeft(b[1:], " \t\r\n")) > 0 && bytes.TrimLeft(b[1:], " \t\r\n")[0] == '"':
		if line, _, more := bytes.Cut(b, []byte{'\n'}); more && bytes.HasSuffix(bytes.TrimSpace(line), []byte{'}'}) {
			return format{name: "jsonl", container: true}
		}
		return format{name: "json", container: true}
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
