package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"golang.org/x/text/encoding/unicode"
)

// container is a file that is being cut into records.
type container struct {
	item    Item // what all records share
	stream  *stream
	records records
	n       int // records given
	done    bool
}

// records cuts a container.
type records interface {
	// next returns the bytes of the next record, which the caller may keep,
	// and its number. A *recordError is about this record alone; io.EOF is the
	// end; any other error ends the container.
	next() (raw []byte, member int, err error)
}

// recordError is what is wrong with one record of a container.
type recordError struct {
	err  error
	size int64
}

func (e *recordError) Error() string { return e.err.Error() }
func (e *recordError) Unwrap() error { return e.err }

// newContainer starts cutting a stream into records.
func newContainer(it Item, s *stream, opts Options, columns columnCheck) (*container, error) {
	r := bufio.NewReaderSize(s, 64<<10)
	head, err := r.Peek(16)
	if len(head) == 0 {
		if err == io.EOF {
			err = ErrEmpty
		}
		return nil, err
	}
	if m := magic(head); m != "" && it.format != "warc" {
		return nil, fmt.Errorf("%w: the content is %s", ErrBinary, m)
	}
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		r.Discard(3)
		it.utf8 = true
	case bytes.HasPrefix(head, utf16LEBOM), bytes.HasPrefix(head, utf16BEBOM):
		r = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r), 64<<10)
		it.utf8 = true
	}
	c := &container{item: it, stream: s}
	switch it.format {
	case "jsonl":
		c.records = newJSONLines(r, opts)
	case "json":
		c.records = newJSONValues(r, opts)
	case "csv":
		rows, err := newCSVRows(r, it, opts, columns)
		if err != nil {
			return nil, err
		}
		c.records, c.item.header = rows, rows.header
	case "mbox":
		c.records = &messages{r: r, limit: opts.MaxArticle}
	case "warc":
		c.records, err = newWARC(r, it.pack, opts)
		if err != nil {
			return nil, err
		}
	}
	c.item.file, c.item.pack = "", ""
	return c, nil
}

// next returns the next record, or ok false at the end.
func (c *container) next() (it Item, ok bool) {
	it = c.item
	it.size = 0
	if c.done {
		return it, false
	}
	raw, member, err := c.records.next()
	var bad *recordError
	switch {
	case err == nil:
		it.raw, it.size, it.member = raw, int64(len(raw)), it.in(strconv.Itoa(member))
		if w, ok := c.records.(*warcRecords); ok {
			it.web = w.header
		}
	case errors.As(err, &bad):
		it.fault, it.size, it.member = bad.err, bad.size, it.in(strconv.Itoa(member))
	default:
		c.done = true
		it.fault = c.stream.ended(err, c.n, "records")
		return it, it.fault != nil
	}
	c.n++
	return it, true
}

func (c *container) close() { c.stream.close() }
