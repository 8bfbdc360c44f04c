package eval

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
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
				return nil, fmt.Errorf("line %d: %w", n, plain(perr, want))
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

// plain says in the words of the format what encoding/json says in Go's.
func plain(err error, want string) error {
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &typ) && typ.Field == "":
		return fmt.Errorf("have JSON %s; want %s", typ.Value, want)
	case errors.As(err, &typ):
		return fmt.Errorf("%s: have JSON %s; want %s", typ.Field, typ.Value, want)
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON (%w); want %s", err, want)
	}
	return err
}

// decode fills v with a line, and returns the line's id.
func decode(line []byte, v any) (id string, err error) {
	var head struct{ ID anyID }
	err = cmp.Or(json.Unmarshal(line, &head), json.Unmarshal(line, v))
	return string(head.ID), err
}

// anyID is a JSON string or number.
type anyID string

func (a *anyID) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var s string
	if b[0] != '"' {
		s = string(b)
	} else if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*a = anyID(s)
	return nil
}

// checkSpan reports a span that is empty or lies outside a text, as far as the
// text is known.
func checkSpan(start, end int, text string) error {
	if start < 0 || end <= start {
		return fmt.Errorf("span [%d,%d): want 0 <= start < end", start, end)
	}
	if text != "" && end > len(text) {
		return fmt.Errorf("span [%d,%d) lies outside the text", start, end)
	}
	return nil
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
