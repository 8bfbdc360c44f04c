package source

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repeated is a stream without an end: head once, then body for ever.
type repeated struct{ rest, body string }

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		r.rest = r.body
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestEndlessStreams reads standard inputs that never end: each stops at a
// limit, with an error that names the flag.
func TestEndlessStreams(t *testing.T) {
	many := strings.Repeat("x", 1<<16)
	for _, tc := range []struct{ name, head, body, format, want string }{
		{"text", "Words ", many, "", "stdin: too big: more than 1000 bytes (--max-article)"},
		{"a page", "<html>", many, "", "stdin: too big: more than 1000 bytes (--max-article)"},
		{"a line of JSON", "{\"text\":\"One.\"}\n{\"text\":\"", many, "", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"a value of JSON", "[{\"text\":\"", many, "", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"a row of CSV", "text\n\"", many, "csv", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"the first row of CSV", "text", many, "csv", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"a message", "From x\nSubject: y\n\n", many, "mbox", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"no message", "x", many, "mbox", ": too big: a record of more than 33554432 bytes, of which no end is in sight (--max-article)"},
		{"a record of a crawl", "WARC/1.0\r\n", many, "warc", "the header is too long"},
		{"a crawl that lies", "WARC/1.0\r\nContent-Length: 9000000000000000000\r\n\r\n", many, "warc", "WARC header: length"},
		{"a crawl in gzip that breaks off in zeros", gz(warcRecord("metadata", "x://0", "text/plain", "x")) + gz("WARC/1.0\r\n")[:15], "\x00", "warc", "gzip: "},
		{"zeros in gzip", gz(strings.Repeat("\x00", 30<<20)), many, "", "(--max-article)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := io.Reader(&repeated{tc.head, tc.body})
			_, out := readAll(t, Options{MaxArticle: 1000, Stdin: in, StdinFormat: tc.format}, "-")
			require.NotEmpty(t, out)
			require.LessOrEqual(t, len(out), 2)
			assert.Contains(t, lines(out)[len(out)-1], tc.want)
		})
	}
}

// broken panics, as a library may over what a file holds.
type broken struct{}

func (broken) next() (Item, bool) { panic("index out of range") }
func (broken) close()             {}

func TestPanicOfACutter(t *testing.T) {
	w, err := Open(t.Context(), Options{}, tree(t, map[string]string{"a.txt": "One", "b.jsonl": `{"text":"Two"}`, "c.txt": "Three"}))
	require.NoError(t, err)
	var got []string
	for {
		it, err := w.Next(t.Context())
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		got = append(got, it.String())
		if it.Source() == "a.txt" {
			w.at, w.open = "x.zip", broken{}
		}
		if it.Err() != nil {
			assert.EqualError(t, it.Err(), "panic: index out of range")
		}
	}
	assert.Equal(t, []string{"a.txt", "x.zip", "b.jsonl#1", "c.txt"}, got)
}

func TestFilesOfAByte(t *testing.T) {
	for _, ext := range []string{"txt", "md", "html", "eml", "docx", "rtf", "pdf", "json", "jsonl", "csv", "mbox", "warc", "parquet", "arrow", "zip", "tar", "tgz", "txt.gz", "csv.zst"} {
		for _, content := range []string{"\xff", "\xfe", "{", "\"", "\x1f", "P", "%"} {
			_, out := readAll(t, Options{}, tree(t, map[string]string{"a." + ext: content}))
			for _, o := range out {
				if o.err != nil {
					assert.NotContains(t, o.err.Error(), "panic", "%s %q", ext, content)
				}
			}
		}
	}
}
