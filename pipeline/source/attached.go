package source

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// attachment is a file, or another message, in a message.
type attachment struct {
	name    string
	content []byte
}

// attachments goes through the parts of a message that are files or messages
// of their own. body tells whether it has text besides.
type attachments struct {
	list  []attachment
	body  bool
	parts int
}

// attachmentsOf takes a message apart; a zero value is one that is no message,
// or has nothing attached.
func attachmentsOf(raw []byte) (a attachments) {
	low := bytes.ToLower(raw)
	if !bytes.Contains(low, []byte("attachment")) && !bytes.Contains(low, []byte("message/rfc822")) {
		return a
	}
	m, err := mail.ReadMessage(bytes.NewReader(bytes.TrimLeft(raw, "\r\n")))
	if err != nil {
		return a
	}
	a.walk(textproto.MIMEHeader(m.Header), m.Body, 0)
	return a
}

func (a *attachments) walk(h textproto.MIMEHeader, body io.Reader, depth int) {
	a.parts++
	kind, params, err := mime.ParseMediaType(cmp.Or(h.Get("Content-Type"), "text/plain"))
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxParts {
		parts := multipart.NewReader(decoded(h, body), params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return
			}
			a.walk(p.Header, p, depth+1)
		}
	}
	disposition, where, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := headerText(cmp.Or(where["filename"], params["name"]))
	switch {
	case kind == "message/rfc822":
		name = strings.TrimSuffix(cmp.Or(name, fmt.Sprintf("part-%d", a.parts)), ".eml") + ".eml"
	case disposition == "attachment" && name != "", name != "" && !strings.HasPrefix(kind, "text/"):
	case kind == "text/plain", kind == "text/html":
		a.body = true
		return
	default:
		return
	}
	content, _ := io.ReadAll(decoded(h, body)) // within the message; what is cut off is seen when it is read
	a.list = append(a.list, attachment{name, content})
}

// decoded undoes the transfer encoding of a part.
func decoded(h textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// mailEntries goes through the attachments of a message as through the files of
// an archive.
type mailEntries struct{ list []attachment }

func (m *mailEntries) next() (entry, error) {
	if len(m.list) == 0 {
		return entry{}, io.EOF
	}
	x := m.list[0]
	m.list = m.list[1:]
	return entry{name: x.name, size: int64(len(x.content)), open: func() (io.Reader, error) { return bytes.NewReader(x.content), nil }}, nil
}

// attached returns what is attached to a message, which is item it; nil for
// nothing. whole is false when the message has no text besides. Of a message
// that is too deep in others, it becomes the error.
func (w *Walker) attached(it *Item, raw []byte, b *budget) (parts *archive, whole bool) {
	a := attachmentsOf(raw)
	if len(a.list) == 0 {
		return nil, true
	}
	if it.depth >= maxNesting {
		it.fault = errNesting
		return nil, true
	}
	in := *it
	in.header, in.web, in.raw, in.utf8 = nil, nil, nil, false
	s := &stream{Reader: bytes.NewReader(nil), raw: &counter{n: int64(len(raw))}, budget: b}
	return newArchive(w, in, s, &mailEntries{a.list}), a.body
}

// mailbox gives messages, and behind each what is attached to it.
type mailbox struct {
	*container
	w     *Walker
	parts *archive // of the message given last
}

func (m *mailbox) next() (Item, bool) {
	for {
		if m.parts != nil {
			if it, ok := m.parts.next(); ok {
				return it, true
			}
			m.parts.close()
			m.parts = nil
		}
		it, ok := m.container.next()
		if !ok || it.fault != nil {
			return it, ok
		}
		whole := true
		if m.parts, whole = m.w.attached(&it, it.raw, m.stream.budget); whole {
			return it, true
		}
	}
}

func (m *mailbox) close() {
	if m.parts != nil {
		m.parts.close()
	}
	m.container.close()
}

// message gives what is attached to the message in a file. A file that cannot
// be read has nothing attached: the item of the message says why.
func (w *Walker) message(it Item) (Item, bool) {
	s, err := w.opts.openFile(it.file, it.pack, nil)
	if err != nil {
		return it, true
	}
	defer s.close()
	raw, err := readLimited(s, it.size, w.opts.MaxArticle)
	if err != nil {
		return it, true
	}
	parts, whole := w.attached(&it, raw, nil)
	if parts != nil {
		w.open = parts
	}
	return it, whole
}
