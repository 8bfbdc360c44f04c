package source

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// webHeader is what a WARC record says about itself.
type webHeader struct {
	url, id     string
	contentType string // of a record that is not an HTTP response
	response    bool   // the record is an HTTP response, header and all
}

// fields gives the record's own id in the manner of other records.
func (h *webHeader) fields() record {
	var r record
	r.add("id", h.id)
	return r
}

// warcRecords gives the pages of a WARC file: responses with status 200 that
// hold HTML or plain text, resources and conversions likewise.
type warcRecords struct {
	r      *bufio.Reader
	parts  *gzipParts // when the file is packed with gzip
	limit  int64
	n      int
	header *webHeader // of the record given last
}

func newWARC(r *bufio.Reader, pack string, opts Options) (*warcRecords, error) {
	w := &warcRecords{r: r, limit: opts.MaxArticle}
	switch head, _ := r.Peek(4); {
	case pack == "gz" || magic(head) == "gzip":
		w.parts = &gzipParts{r: r, max: opts.MaxExpand}
		w.r = bufio.NewReaderSize(w.parts, 64<<10)
	case pack == "zst" || magic(head) == "Zstandard":
		s, err := unpack(r, "zst", nil, opts.MaxExpand)
		if err != nil {
			return nil, err
		}
		w.r = bufio.NewReaderSize(s, 64<<10)
	}
	return w, nil
}

func (w *warcRecords) next() ([]byte, int, error) {
	for {
		w.n++
		raw, err := w.record()
		var bad *recordError
		switch {
		case err == io.EOF:
			return nil, 0, err
		case errors.As(err, &bad):
			return nil, w.n, err
		case err != nil && w.parts != nil && w.parts.skip():
			w.r.Reset(w.parts) // the next part starts afresh
			return nil, w.n, &recordError{err, 0}
		case err != nil:
			return nil, 0, err
		case raw != nil:
			return raw, w.n, nil
		}
	}
}

// maxRecord bounds what a record may say of its length: a day of television.
const maxRecord = 1 << 40

// maxHead bounds the header of a record, and of a response.
const maxHead = 64 << 10

// record reads one record; nil when it is not a page.
func (w *warcRecords) record() ([]byte, error) {
	version := ""
	for version == "" {
		line, size, err := readLine(w.r, 1024)
		if err != nil {
			return nil, err
		}
		if version = strings.TrimSpace(string(line)); line == nil {
			return nil, fmt.Errorf("not WARC: a line of %d bytes where a record should start", size)
		}
	}
	if !strings.HasPrefix(version, "WARC/") {
		return nil, w.resync(fmt.Errorf("not WARC: %.40q where a record should start", version))
	}
	h, err := textproto.NewReader(bufio.NewReaderSize(&headReader{r: w.r}, maxHead)).ReadMIMEHeader()
	if err != nil && w.parts != nil && w.parts.err != nil && w.parts.err != io.EOF {
		return nil, w.parts.err
	}
	if err != nil {
		return nil, w.resync(fmt.Errorf("WARC header: %w", noEOF(err)))
	}
	size, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || size < 0 || size > maxRecord {
		return nil, w.resync(fmt.Errorf("WARC header: length %q", h.Get("Content-Length")))
	}
	body := io.LimitReader(w.r, size)
	w.header = pageHeader(h)
	if w.header == nil || w.header.response && !w.isPage(size) {
		return nil, discard(body, size)
	}
	if size > w.limit {
		if err := discard(body, size); err != nil {
			return nil, err
		}
		return nil, &recordError{tooBig(w.limit), size}
	}
	raw, err := io.ReadAll(body)
	if err == nil && int64(len(raw)) < size {
		err = errors.New("the record is cut off")
	}
	return raw, err
}

func discard(r io.Reader, size int64) error {
	n, err := io.Copy(io.Discard, r)
	if err == nil && n < size {
		err = errors.New("the record is cut off")
	}
	return err
}

// pageHeader returns what is known of a record that may be a page, else nil.
func pageHeader(h textproto.MIMEHeader) *webHeader {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	w := &webHeader{url: strings.Trim(h.Get("WARC-Target-URI"), "<>"), id: strings.Trim(h.Get("WARC-Record-ID"), "<>"), contentType: h.Get("Content-Type")}
	switch strings.ToLower(h.Get("WARC-Type")) {
	case "response":
		w.response = kind == "application/http"
		if !w.response {
			return nil // of DNS and the like
		}
		return w
	case "resource", "conversion":
		if isPageType(kind) {
			return w
		}
	}
	return nil
}

func isPageType(mediaType string) bool {
	return mediaType == "text/html" || mediaType == "application/xhtml+xml" || mediaType == "text/plain"
}

// isPage looks at the head of a response, without reading it.
func (w *warcRecords) isPage(size int64) bool {
	head, _ := w.r.Peek(int(min(size, 8<<10)))
	status, rest, _ := bytes.Cut(head, []byte{'\n'})
	fields := bytes.Fields(status)
	if len(fields) < 2 || string(fields[1]) != "200" {
		return false
	}
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		name, value, ok := bytes.Cut(line, []byte{':'})
		if !ok {
			break
		}
		if strings.EqualFold(string(bytes.TrimSpace(name)), "content-type") {
			kind, _, _ := strings.Cut(strings.ToLower(string(value)), ";")
			return isPageType(strings.TrimSpace(kind))
		}
	}
	return false
}

// resync goes on to where the next record starts. It returns what was wrong
// before as an error of the record alone, or as it is when there is no next one.
func (w *warcRecords) resync(reason error) error {
	var skipped int64
	for {
		head, err := w.r.Peek(6)
		if err != nil || endless(skipped, w.limit) != nil {
			return reason
		}
		if string(head[:5]) == "WARC/" && head[5] >= '0' && head[5] <= '9' {
			return &recordError{reason, skipped}
		}
		for { // to the end of the line, however long
			part, err := w.r.ReadSlice('\n')
			skipped += int64(len(part))
			if err == nil {
				break
			}
			if err != bufio.ErrBufferFull || endless(skipped, w.limit) != nil {
				return reason
			}
		}
	}
}

// headReader gives a header, up to and with the blank line that ends it, and
// not a byte more.
type headReader struct {
	r    *bufio.Reader
	n    int
	done bool
}

func (h *headReader) Read(p []byte) (int, error) {
	if h.done {
		return 0, io.EOF
	}
	part, err := h.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull || h.n > maxHead || len(part) > len(p) {
		return 0, errors.New("the header is too long")
	}
	h.n += len(part)
	h.done = len(bytes.TrimSpace(part)) == 0
	return copy(p, part), err
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// gzipParts unpacks a file of gzip parts one after the other, and can go on
// behind a part that is broken.
type gzipParts struct {
	r    *bufio.Reader
	z    *gzip.Reader
	max  int64
	part *counter
	n    int64
	err  error
}

func (g *gzipParts) Read(p []byte) (int, error) {
	for g.err == nil {
		if g.z == nil {
			if _, err := g.r.Peek(1); err != nil {
				g.err = err
				break
			}
			g.part, g.n = &counter{r: g.r}, 0
			z, err := gzip.NewReader(&byteCounter{g.part, g.r})
			if err != nil {
				g.err = packError("gzip", err)
				break
			}
			z.Multistream(false)
			g.z = z
		}
		n, err := g.z.Read(p)
		g.n += int64(n)
		switch {
		case g.n > expandSlack && g.n/g.max > g.part.n:
			g.err = fmt.Errorf("%w: unpacks to more than %d times its size (--max-expand)", ErrTooBig, g.max)
			return 0, g.err
		case err == io.EOF:
			g.z = nil
			if n == 0 {
				continue
			}
		case err != nil:
			g.err = packError("gzip", err)
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, g.err
}

// byteCounter keeps a gzip reader from reading ahead: it has ReadByte.
type byteCounter struct {
	*counter
	b *bufio.Reader
}

func (c *byteCounter) ReadByte() (byte, error) {
	v, err := c.b.ReadByte()
	if err == nil {
		c.n++
	}
	return v, err
}

// skip goes on to the next part; false when there is none.
func (g *gzipParts) skip() bool {
	if g.err == nil || errors.Is(g.err, ErrTooBig) {
		return false
	}
	g.z = nil
	for n := int64(0); ; n++ {
		head, err := g.r.Peek(3)
		if err != nil || endless(n, 0) != nil {
			return false
		}
		if string(head) == "\x1f\x8b\x08" {
			g.err = nil
			return true
		}
		g.r.Discard(1)
	}
}

// readResponse reads a WARC record: the page in an HTTP response, or a page or
// text as such.
func (r *Reader) readResponse(it Item, a *Article) error {
	d := &a.Doc
	d.ID, d.URL = it.web.id, it.web.url
	a.ownID = d.ID != ""
	body, contentType := it.raw, it.web.contentType
	if it.web.response {
		res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(it.raw)), nil)
		if err != nil {
			return fmt.Errorf("HTTP: %w", noEOF(err))
		}
		contentType = res.Header.Get("Content-Type")
		body, err = io.ReadAll(res.Body)
		if err != nil { // chunks that are none: crawlers undo them and leave the header
			_, body, _ = bytes.Cut(it.raw, []byte("\r\n\r\n"))
		}
		if body, err = contentDecoded(body, res.Header.Get("Content-Encoding"), r.opts.MaxArticle); err != nil {
			return err
		}
	}
	if len(body) == 0 {
		return ErrEmpty
	}
	text, err := decodePage(body, contentType, r.opts.Encoding)
	if err != nil {
		return err
	}
	if kind, _, _ := mime.ParseMediaType(contentType); kind == "text/plain" && !looksLikePage(trimSpaceLeft(body)) {
		d.Text = text
		return nil
	}
	return r.readPage(text, a)
}

// contentDecoded undoes the encoding of an HTTP body, where it is still there.
func contentDecoded(body []byte, encoding string, limit int64) ([]byte, error) {
	var in io.Reader = bytes.NewReader(body)
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "gzip", "x-gzip":
		if magic(body) != "gzip" {
			return body, nil
		}
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, packError("gzip", err)
		}
		in = z
	case "deflate":
		in = flate.NewReader(in)
		if len(body) > 2 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0 { // in zlib's clothes
			in = flate.NewReader(bytes.NewReader(body[2:]))
		}
	case "br":
		in = brotli.NewReader(in)
	case "zstd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, packError("zstd", err)
		}
		defer z.Close()
		in = z
	default:
		return body, nil
	}
	out, err := readLimited(in, int64(len(body)), limit)
	if err != nil && !errors.Is(err, ErrTooBig) && bytes.Contains(body[:min(len(body), 1024)], []byte("<")) {
		return body, nil // decoded already
	}
	return out, cmp.Or(err, nil)
}
