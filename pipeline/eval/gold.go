package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// readLines reads a gold file of JSON Lines. parse makes a document and its id
// of a line; a document may stand there once. want says what a line must hold.
func readLines[T any](r io.Reader, want string, parse func(line []byte) (T, string, error)) ([]T, error) {
	in := bufio.NewReader(r)
	var out []T
	seen := map[string]bool{}
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			d, id, perr := parse(line)
			switch {
			case perr != nil:
				return nil, fmt.Errorf("line %d: %w", n, perr)
			case id == "":
				return nil, fmt.Errorf("line %d: no id; want %s", n, want)
			case seen[id]:
				return nil, fmt.Errorf("line %d: document %s twice", n, id)
			}
			seen[id] = true
			out = append(out, d)
		}
		if err == io.EOF {
			break
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no documents; want %s a line", want)
	}
	return out, nil
}

// plain says in the words of the format what encoding/json says in Go's. want
// is what the value as a whole must be.
func plain(err error, want string) error {
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &typ) && typ.Field == "":
		return fmt.Errorf("have JSON %s; want %s", typ.Value, want)
	case errors.As(err, &typ):
		field := typ.Field[strings.LastIndexByte(typ.Field, '.')+1:]
		return fmt.Errorf("%s: have JSON %s; want %s", field, typ.Value, jsonKind(typ.Type.Kind()))
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON (%w); want %s", err, want)
	}
	return err
}

// jsonKind says what a Go value is read from.
func jsonKind(k reflect.Kind) string {
	switch k {
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	}
	return "a string"
}

// decode fills v with a line, and returns the line's id. want says what a line
// must hold.
func decode(line []byte, want string, v any) (id string, err error) {
	var head struct {
		ID anyID `json:"id"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return "", plain(err, want)
	}
	id = string(head.ID)
	if err = json.Unmarshal(line, v); err != nil {
		err = plain(err, want)
		if id != "" {
			err = fmt.Errorf("document %s: %w", id, err)
		}
	}
	return id, err
}

// decodeList reads the records of a document, each by itself, so that what is
// wrong with one is told with its number. make turns a record as it is written
// into one as it is scored.
func decodeList[R, T any](doc, what string, list []json.RawMessage, make func(R) (T, error)) ([]T, error) {
	var out []T
	for i, raw := range list {
		var r R
		var t T
		err := json.Unmarshal(raw, &r)
		if err != nil {
			err = plain(err, "an object")
		} else {
			t, err = make(r)
		}
		if err != nil {
			return nil, fmt.Errorf("document %s: %s %d: %w", doc, what, i, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// anyID is a JSON string or number.
type anyID string

func (a *anyID) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	s := string(b)
	if b[0] != '-' && (b[0] < '0' || b[0] > '9') {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	*a = anyID(s)
	return nil
}

// spanFields are the offsets of a record, in bytes of the text.
type spanFields struct {
	Start *int `json:"start"`
	End   *int `json:"end"`
}

// in returns the span. It reports one that is not there, is empty, lies outside
// the text or cuts a character of it; an empty text is one that is not known.
func (f spanFields) in(text string) (s article.Span, err error) {
	if f.Start == nil || f.End == nil {
		return s, errors.New("no start or no end; want both, in bytes of the text")
	}
	s = article.Span{Start: *f.Start, End: *f.End}
	cuts := func(at int) bool { return at < len(text) && !utf8.RuneStart(text[at]) }
	switch {
	case s.Start < 0 || s.End <= s.Start:
		err = fmt.Errorf("span [%d,%d): want 0 <= start < end", s.Start, s.End)
	case text != "" && s.End > len(text):
		err = fmt.Errorf("span [%d,%d) lies outside the text", s.Start, s.End)
	case cuts(s.Start) || cuts(s.End):
		err = fmt.Errorf("span [%d,%d) cuts a character; want offsets in bytes of UTF-8", s.Start, s.End)
	}
	return s, err
}

// textAt returns the bytes from start to end for a list of errors, on one
// line, as far as the text has them.
func textAt(text string, start, end int) string {
	start, end = max(start, 0), min(end, len(text))
	if start >= end {
		return ""
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text[start:end], "\uFFFD"), "\n", " ")
}
