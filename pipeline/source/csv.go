package source

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// csvHeader is the first row of a CSV file.
type csvHeader struct {
	names  []string
	folded []string
	comma  rune
}

// csvRows gives the rows below the header of a CSV file.
type csvRows struct {
	r      *bufio.Reader
	header *csvHeader
	limit  int64
	n      int
}

// columnCheck says whether a header has the columns that are needed.
type columnCheck func(names []string, opts Options) error

// textColumns asks for a column that holds the articles' text.
func textColumns(names []string, opts Options) error {
	m := newFieldMap(opts.Fields)
	if m.named(names, "text") || m.named(names, "html") {
		return nil
	}
	return fmt.Errorf("%w: no column is known to hold it (--field text=NAME); the columns are %s", ErrNoText, clipList(names))
}

func anyColumns([]string, Options) error { return nil }

// newCSVRows reads the header.
func newCSVRows(r *bufio.Reader, it Item, opts Options, columns columnCheck) (*csvRows, error) {
	c := &csvRows{r: r, limit: opts.MaxArticle}
	for {
		raw, _, err := readLine(r, min(c.limit, 1<<20))
		switch {
		case err == io.EOF:
			return nil, ErrEmpty
		case err != nil:
			return nil, err
		case raw == nil:
			return nil, errors.New("not CSV with column names: the first row is longer than 1 MiB")
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		if sep, ok := strings.CutPrefix(strings.TrimSpace(string(raw)), "sep="); ok && len(sep) == 1 { // Excel's own line
			c.header = &csvHeader{comma: rune(sep[0])}
			continue
		}
		h := csvHeader{comma: delimiter(raw, it.source)}
		if c.header != nil {
			h.comma = c.header.comma
		}
		text, _, err := it.decode(raw, opts.Encoding)
		if err != nil {
			return nil, err
		}
		if h.names, err = splitRow([]byte(text), h.comma); err != nil {
			return nil, fmt.Errorf("first row: %w", err)
		}
		for _, n := range h.names {
			h.folded = append(h.folded, fold(n))
		}
		c.header = &h
		return c, columns(h.names, opts)
	}
}

func (c *csvRows) next() ([]byte, int, error) {
	for {
		raw, size, whole, err := readRow(c.r, c.header.comma, c.limit)
		if err != nil {
			return nil, 0, err
		}
		if raw != nil && len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		c.n++
		if raw == nil {
			return nil, c.n, &recordError{tooBig(c.limit), size}
		}
		if first, rest, more := bytes.Cut(raw, []byte{'\n'}); more && !whole && len(rest) > 0 {
			// The quotes do not match up: give up the line that opens them and
			// start again behind it, so that one bad row does not swallow others.
			c.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(rest), c.r), 64<<10)
			return nil, c.n, &recordError{errors.New("a quotation mark is not closed"), int64(len(first))}
		}
		return raw, c.n, nil
	}
}

// readRow reads one row of a CSV file: to the first line end outside quotes.
// One that is longer than limit is read to its end and gives nil and its size.
// whole is false when the quotes of the row do not match up.
func readRow(r *bufio.Reader, comma rune, limit int64) (row []byte, size int64, whole bool, err error) {
	row = []byte{}
	s := rowScanner{comma: byte(comma), start: true, whole: true}
	for {
		if _, err := r.Peek(1); err != nil {
			if err == io.EOF && size > 0 {
				return row, size, s.whole && (!s.quoted || s.closing), nil
			}
			return nil, size, false, err
		}
		part, _ := r.Peek(r.Buffered())
		n, done := s.scan(part)
		if size += int64(n); size > limit+2 { // the row's end does not count
			row = nil
		}
		if row != nil {
			row = append(row, part[:n]...)
		}
		r.Discard(n)
		if err := endless(size, limit); err != nil {
			return nil, size, false, err
		}
		if done {
			return row, size, s.whole, nil
		}
	}
}

// rowScanner finds the end of a CSV row in pieces of it.
type rowScanner struct {
	comma   byte
	start   bool // at the start of a field
	quoted  bool // in a quoted field
	closing bool // behind a quotation mark in a quoted field
	whole   bool // no quotation mark stands where it should not
}

// scan returns how many bytes of b belong to the row, and whether it ends there.
func (s *rowScanner) scan(b []byte) (n int, done bool) {
	for i, c := range b {
		if s.closing {
			s.closing = false
			switch c {
			case '"':
				continue
			case s.comma, '\n', '\r':
				s.quoted = false
			default:
				s.whole = false
			}
		}
		switch {
		case s.quoted:
			s.closing = c == '"'
		case c == '\n':
			return i + 1, true
		case c == s.comma:
			s.start = true
		case c == '"' && s.start:
			s.quoted, s.start = true, false
		default:
			s.start = false
		}
	}
	return len(b), false
}

// delimiter guesses what separates the columns, by the first row.
func delimiter(head []byte, name string) rune {
	name = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".zst")
	if ext := path.Ext(name); ext == ".tsv" || ext == ".tab" {
		return '\t'
	}
	best, most := ',', bytes.Count(head, []byte{','})
	for _, c := range []byte{';', '\t', '|'} {
		if n := bytes.Count(head, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// splitRow splits one row into its fields.
func splitRow(raw []byte, comma rune) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.FieldsPerRecord = comma, -1
	fields, err := r.Read()
	if err != nil && comma != '"' {
		r = csv.NewReader(bytes.NewReader(raw))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
		fields, err = r.Read()
	}
	if err != nil {
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, err
	}
	if rest := r.InputOffset(); len(bytes.TrimSpace(raw[rest:])) > 0 {
		return nil, csv.ErrQuote
	}
	return fields, nil
}

// row maps a row to its columns. A row with fewer fields than the header, or
// with more that are not empty, is torn (a comma or line end without quotes):
// which field is the text is no longer sure.
func (h *csvHeader) row(raw []byte) (record, error) {
	fields, err := splitRow(raw, h.comma)
	if err != nil {
		return record{}, err
	}
	for len(fields) > len(h.names) && strings.TrimSpace(fields[len(fields)-1]) == "" {
		fields = fields[:len(fields)-1]
	}
	if len(fields) != len(h.names) {
		return record{}, fmt.Errorf("wrong number of fields: %d, the header has %d", len(fields), len(h.names))
	}
	return record{names: h.names, folded: h.folded, values: fields}, nil
}
