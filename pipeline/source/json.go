package source

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonLines gives the lines of a JSONL file; blank ones are passed over.
type jsonLines struct {
	r     *bufio.Reader
	limit int64
	line  int
}

// newJSONLines gives the lines of r, or its values where it is no JSONL after
// all: a list, or an object that is spread over lines.
func newJSONLines(r *bufio.Reader, opts Options) records {
	head, _ := r.Peek(4096)
	head = bytes.TrimLeft(head, " \t\r\n")
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if bytes.HasPrefix(head, []byte{'['}) || string(bytes.TrimSpace(line)) == "{" {
		return newJSONValues(r, opts)
	}
	return &jsonLines{r: r, limit: opts.MaxArticle}
}

func (j *jsonLines) next() ([]byte, int, error) {
	for {
		raw, size, err := readLine(j.r, j.limit)
		if err != nil {
			return nil, 0, err
		}
		j.line++
		if raw == nil {
			return nil, j.line, &recordError{tooBig(j.limit), size}
		}
		if raw = bytes.TrimSpace(raw); len(raw) > 0 {
			return raw, j.line, nil
		}
	}
}

// readLine reads one line without its end. A line longer than limit is read to
// its end and gives nil and its size. A last line that the input breaks off in
// (any error but io.EOF) is lost.
func readLine(r *bufio.Reader, limit int64) (line []byte, size int64, err error) {
	line = []byte{}
	for {
		part, err := r.ReadSlice('\n')
		size += int64(len(part))
		if size > limit+2 { // the line's end does not count
			line = nil
		}
		if line != nil {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			if err := endless(size, limit); err != nil {
				return nil, size, err
			}
			continue
		case err == io.EOF && size > 0, err == nil:
			return line, size, nil
		default:
			return nil, size, err
		}
	}
}

// jsonValues gives the records of a .json file: the elements of its list, the
// values of a sequence, or the elements of the list inside an envelope such as
// {"status": "ok", "articles": [...]}.
type jsonValues struct {
	r       *bufio.Reader
	limit   int64
	hasText func(json.RawMessage) bool
	n       int
	inList  bool
	lines   *jsonLines // set when the file is in fact JSONL
	queue   []json.RawMessage
}

func newJSONValues(r *bufio.Reader, opts Options) *jsonValues {
	m := newFieldMap(opts.Fields)
	return &jsonValues{r: r, limit: opts.MaxArticle, hasText: func(raw json.RawMessage) bool {
		rec, err := jsonRecord(raw)
		return err == nil && (m.has(rec, "text") || m.has(rec, "html"))
	}}
}

func (j *jsonValues) next() ([]byte, int, error) {
	if len(j.queue) > 0 {
		raw := j.queue[0]
		j.queue = j.queue[1:]
		j.n++
		return raw, j.n, nil
	}
	if j.lines != nil {
		return j.lines.next()
	}
	for {
		c, err := skipSpace(j.r)
		if err != nil {
			if err == io.EOF && j.inList {
				return nil, 0, errors.New("the list has no end: the file is cut off")
			}
			return nil, 0, err
		}
		switch {
		case c == '[' && !j.inList && j.n == 0:
			j.r.ReadByte()
			j.inList = true
			continue
		case c == ']' && j.inList:
			j.r.ReadByte()
			j.inList = false
			continue
		case c == ',' && j.inList:
			j.r.ReadByte()
			continue
		}
		return j.value()
	}
}

// value reads the value that comes next.
func (j *jsonValues) value() ([]byte, int, error) {
	raw, size, err := scanValue(j.r, j.limit)
	if err != nil {
		return nil, 0, err
	}
	j.n++
	if raw == nil {
		return nil, j.n, &recordError{tooBig(j.limit), size}
	}
	if j.inList || j.n > 1 {
		return raw, j.n, nil
	}
	if bytes.IndexByte(raw, '\n') < 0 && j.moreLines() {
		j.lines = &jsonLines{r: j.r, limit: j.limit, line: 1}
		readLine(j.r, j.limit) // the end of the first line
		return raw, 1, nil
	}
	if list := envelope(raw, j.hasText, 0); list != nil {
		j.n, j.queue = 0, list
		if len(list) == 0 {
			return nil, 0, io.EOF
		}
		return j.next()
	}
	return raw, j.n, nil
}

// moreLines reports whether the rest of the line is blank and another one
// follows.
func (j *jsonValues) moreLines() bool {
	head, _ := j.r.Peek(4096)
	rest, more, found := bytes.Cut(head, []byte{'\n'})
	return found && len(bytes.TrimSpace(rest)) == 0 && len(bytes.TrimSpace(more)) > 0
}

// wrappers are keys under which answers of news services, search engines and
// databases keep their list of records.
var wrappers = []string{"articles", "items", "results", "docs", "documents", "records", "stories", "news", "entries", "posts", "data", "hits", "response", "result", "feed", "rows", "value"}

// envelope returns the list of records inside an object that is no article
// itself, or nil.
func envelope(raw []byte, hasText func(json.RawMessage) bool, depth int) []json.RawMessage {
	if depth > 3 || hasText(raw) {
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	for _, w := range wrappers {
		v := bytes.TrimSpace(fields[w])
		if len(v) == 0 {
			continue
		}
		if v[0] == '{' {
			if list := envelope(v, hasText, depth+1); list != nil {
				return list
			}
		}
		var list []json.RawMessage
		if v[0] == '[' && json.Unmarshal(v, &list) == nil && (len(list) == 0 || bytes.HasPrefix(bytes.TrimSpace(list[0]), []byte{'{'})) {
			if list == nil {
				list = []json.RawMessage{}
			}
			return list
		}
	}
	return nil
}

// skipSpace returns the next byte that is no white space, without reading it.
func skipSpace(r *bufio.Reader) (byte, error) {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case ' ', '\t', '\n', '\r', 0x1e: // 0x1e separates the texts of a JSON sequence, RFC 7464
		default:
			return c, r.UnreadByte()
		}
	}
}

// scanValue reads one JSON value by its brackets and quotes alone. Whether the
// value is right inside is seen when it is decoded. A value longer than limit
// is read to its end and gives nil and its size.
func scanValue(r *bufio.Reader, limit int64) (raw []byte, size int64, err error) {
	raw = []byte{}
	var s valueScanner
	for {
		if _, err := r.Peek(1); err != nil {
			if err == io.EOF {
				if s.depth == 0 && !s.quoted && size > 0 {
					return raw, size, nil
				}
				err = errors.New("a value has no end: the file is cut off or not JSON")
			}
			return nil, size, err
		}
		part, _ := r.Peek(r.Buffered())
		n, done := s.scan(part)
		size += int64(n)
		if size > limit {
			raw = nil
		}
		if raw != nil {
			raw = append(raw, part[:n]...)
		}
		r.Discard(n)
		if err := endless(size, limit); err != nil {
			return nil, size, err
		}
		if done {
			if size == 0 {
				return nil, 0, fmt.Errorf("not JSON: %q where a value should start", part[0])
			}
			return raw, size, nil
		}
	}
}

// valueScanner finds the end of a JSON value in pieces of it.
type valueScanner struct {
	depth   int
	quoted  bool // inside a string
	escaped bool // behind a backslash
	begun   bool
}

// scan returns how many bytes of b belong to the value, and whether it ends there.
func (s *valueScanner) scan(b []byte) (n int, done bool) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if s.quoted {
			switch {
			case s.escaped:
				s.escaped = false
			case c == '\\':
				s.escaped = true
			case c == '"':
				s.quoted = false
				if s.depth == 0 {
					return i + 1, true
				}
			default: // run to the next byte that matters
				if j := bytes.IndexAny(b[i:], `"\`); j > 0 {
					i += j - 1
				} else if j < 0 {
					i = len(b) - 1
				}
			}
			continue
		}
		switch c {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
		case '}', ']':
			if s.depth == 0 {
				return i, true
			}
			if s.depth--; s.depth == 0 {
				return i + 1, true
			}
		case ',', ' ', '\t', '\n', '\r':
			if s.depth == 0 {
				return i, true
			}
		}
		s.begun = true
	}
	return len(b), false
}
