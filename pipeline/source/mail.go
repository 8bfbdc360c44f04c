package source

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// messages gives the messages of an mbox file: what stands between lines that
// begin with "From " behind a blank line.
type messages struct {
	r     *bufio.Reader
	limit int64
	n     int
	begun bool // the "From " line of the next message was read
}

func (m *messages) next() ([]byte, int, error) {
	var out []byte
	var size int64
	blank, big := true, false
	for {
		line, err := m.r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			err = nil
		}
		if blank && bytes.HasPrefix(line, []byte("From ")) {
			begun := m.begun
			m.begun = true
			m.restOfLine(line)
			if begun {
				return m.give(out, size, big)
			}
			blank = false
			continue
		}
		size += int64(len(line))
		if m.begun && !big {
			if out = append(out, unquoteFrom(line)...); size > m.limit {
				out, big = nil, true
			}
		}
		blank = len(bytes.TrimRight(line, "\r\n")) == 0
		if err == nil {
			err = endless(size, m.limit)
		}
		switch {
		case err == nil:
		case err != io.EOF:
			return nil, 0, err
		case m.begun:
			m.begun = false
			return m.give(out, size, big)
		case size > 0 && m.n == 0:
			return nil, 0, fmt.Errorf("not an mbox file: it does not start with \"From \"")
		default:
			return nil, 0, io.EOF
		}
	}
}

// restOfLine reads on to the end of a line of which part was read.
func (m *messages) restOfLine(part []byte) {
	for n := 0; !bytes.HasSuffix(part, []byte{'\n'}) && n < 1<<16; n++ { // that many buffers
		var err error
		if part, err = m.r.ReadSlice('\n'); err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

func (m *messages) give(out []byte, size int64, big bool) ([]byte, int, error) {
	m.n++
	if big {
		return nil, m.n, &recordError{tooBig(m.limit), size}
	}
	return out, m.n, nil
}

// unquoteFrom undoes ">From ", which mbox writes for "From ".
func unquoteFrom(line []byte) []byte {
	if t := bytes.TrimLeft(line, ">"); len(t) < len(line) && bytes.HasPrefix(t, []byte("From ")) {
		return line[1:]
	}
	return line
}

// messageFields gives a message's own id.
func messageFields(raw []byte) record {
	var r record
	if m, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		r.add("id", messageID(m.Header))
	}
	return r
}

func messageID(h mail.Header) string {
	return strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>")
}

var words = mime.WordDecoder{CharsetReader: func(name string, in io.Reader) (io.Reader, error) {
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(in), nil
}}

func headerText(s string) string {
	if decoded, err := words.DecodeHeader(s); err == nil {
		s = decoded
	}
	if !utf8.ValidString(s) {
		s, _, _ = decode([]byte(s), "")
	}
	return oneLine(s)
}

// readMessage reads an e-mail: subject, sender, date, and the text that it
// gives as plain text, or else as HTML.
func (r *Reader) readMessage(raw []byte, a *Article) error {
	m, err := mail.ReadMessage(bytes.NewReader(bytes.TrimLeft(raw, "\r\n")))
	if err != nil {
		return fmt.Errorf("message: %w", noEOF(err))
	}
	d := &a.Doc
	d.Title = headerText(m.Header.Get("Subject"))
	d.Byline = headerText(m.Header.Get("From"))
	if from, err := (&mail.AddressParser{WordDecoder: &words}).Parse(m.Header.Get("From")); err == nil {
		d.Byline = oneLine(cmp.Or(from.Name, from.Address))
	}
	d.Language = languageTag(m.Header.Get("Content-Language"))
	if id := oneLine(messageID(m.Header)); id != "" {
		d.ID, a.ownID = id, true
	}
	a.stated(m.Header.Get("Date"), "record")
	var b messageBody
	if err := b.read(textproto.MIMEHeader(m.Header), m.Body, r.opts, 0); err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(b.plain) != "":
		d.Text = b.plain
		markAddress(d)
		return nil
	case b.html != "" && looksLikePage([]byte(strings.TrimSpace(b.html))):
		return r.readPage(b.html, a)
	case b.html != "":
		return r.readFragment(b.html, a)
	}
	return fmt.Errorf("%w: no text part in the message", ErrNoText)
}

// messageBody is the first text part of each kind.
type messageBody struct{ plain, html string }

// maxParts bounds the nesting of parts.
const maxParts = 10

func (b *messageBody) read(h textproto.MIMEHeader, body io.Reader, opts Options, depth int) error {
	kind, params, err := mime.ParseMediaType(cmp.Or(h.Get("Content-Type"), "text/plain"))
	if err != nil {
		kind = "text/plain"
	}
	if disposition, _, _ := mime.ParseMediaType(h.Get("Content-Disposition")); disposition == "attachment" {
		return nil
	}
	body = decoded(h, body)
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth < maxParts:
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil { // the end, or a message that breaks off: what was read stays
				return nil
			}
			if err := b.read(p.Header, p, opts, depth+1); err != nil {
				return err
			}
		}
	case kind == "text/plain" && b.plain == "", kind == "text/html" && b.html == "":
	default:
		return nil
	}
	raw, err := io.ReadAll(body) // within the message, whose size is bounded
	if err != nil && len(raw) == 0 {
		return fmt.Errorf("message: %w", noEOF(err))
	}
	name := cmp.Or(opts.Encoding, params["charset"])
	if e, err := encodingNamed(name); err != nil || e == nil || strings.EqualFold(name, "us-ascii") {
		name = opts.Encoding // one nobody knows, one too small for what people write in it, or UTF-8, which is seen
	}
	if len(raw) > 0 && utf8.Valid(raw) && !bytes.Contains(raw, []byte{0x1b}) { // of ISO-2022 the bytes are ASCII
		name = ""
	}
	text, _, err := decode(raw, name)
	if err != nil {
		return err
	}
	if kind == "text/html" {
		b.html = text
	} else {
		b.plain = strings.ReplaceAll(text, "\r\n", "\n")
	}
	return nil
}
