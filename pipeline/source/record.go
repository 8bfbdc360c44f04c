package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// record is one record of a container, or one row of metadata. Names are as
// written; values are decoded strings, or raw JSON where json is set.
type record struct {
	names  []string
	folded []string // names, folded
	values []string
	json   bool
	index  map[string]int // of names, once there are many
}

// manyFields is from how many fields on names are looked up in a map.
const manyFields = 64

// add takes up a field. Of a name that occurs twice the last one counts, as in
// most readers of JSON.
func (r *record) add(name, value string) {
	if r.json {
		i, ok := r.index[name]
		if r.index == nil {
			i = slices.Index(r.names, name)
			ok = i >= 0
		}
		if ok {
			r.values[i] = value
			return
		}
		if len(r.names) == manyFields {
			r.index = make(map[string]int)
			for i, n := range r.names {
				r.index[n] = i
			}
		}
		if r.index != nil {
			r.index[name] = len(r.names)
		}
	}
	r.names, r.folded, r.values = append(r.names, name), append(r.folded, fold(name)), append(r.values, value)
}

// fieldNames are the names that people give the fields of an article, folded,
// the most telling first.
var fieldNames = map[string][]string{
	"text": {"text", "body", "maintext", "fulltext", "articletext", "articlebody", "bodytext", "content", "contenttext", "textcontent",
		"plaintext", "rawtext", "story", "storytext", "articlecontent", "paragraphs", "article", "document", "contents"},
	"html":      {"html", "rawhtml", "bodyhtml", "contenthtml", "htmlcontent", "articlehtml", "page"},
	"title":     {"title", "headline", "articletitle", "webtitle", "head", "heading", "header", "subject"},
	"published": {"published", "publishedat", "datepublished", "publicationdate", "publisheddate", "publishdate", "datepublish", "pubdate", "publishedon", "publishedtime", "publishtime", "publicationtime", "webpublicationdate", "firstpublished", "articlepublishedtime", "date", "datetime", "dateline", "pubtime", "timestamp", "created", "createdat", "time", "dct", "documentcreationtime"},
	"url":       {"url", "link", "weburl", "canonicalurl", "articleurl", "canonical", "permalink", "sourceurl", "originalurl", "href", "uri"},
	"id":        {"id", "docid", "documentid", "articleid", "uuid", "guid", "uid", "recordid"},
	"byline":    {"byline", "author", "authors", "authorname", "creator", "writer", "journalist", "by"},
	"site":      {"site", "domain", "sourcedomain", "hostname", "host", "sitename"},
	"language":  {"language", "lang", "locale", "inlanguage"},
}

// nests are fields that hold the record itself: search engines, databases and
// news services wrap it so.
var nests = []string{"source", "fields", "attributes", "article", "document", "doc", "data"}

// fold drops case and everything but letters and digits from a field's name.
func fold(name string) string {
	name = strings.TrimPrefix(name, string(utf8BOM))
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '_', r == '-', r == ' ', r == ':', r == '.':
			return -1
		}
		return r
	}, name)
}

// fieldMap finds an article's fields in a record.
type fieldMap struct{ overrides map[string]string }

func newFieldMap(named map[string]string) fieldMap { return fieldMap{named} }

// find returns the raw value of an article's field.
func (m fieldMap) find(r record, field string) (value string, ok bool) {
	if name := m.overrides[field]; name != "" {
		if v, found, filled := r.path(name); found {
			return v, filled
		}
	}
	for _, want := range fieldNames[field] {
		best := -1
		for i, name := range r.names {
			if r.folded[i] == want && r.filled(i) && !(field == "text" && r.isObject(i)) && (best < 0 || name == want) {
				best = i
			}
		}
		if best >= 0 {
			return r.values[best], true
		}
	}
	if r.json {
		for i, name := range r.folded {
			if !slices.Contains(nests, name) || !r.isObject(i) {
				continue
			}
			if in, err := jsonRecord([]byte(r.values[i])); err == nil {
				if v, ok := m.find(in, field); ok {
					return v, true
				}
			}
		}
	}
	return "", false
}

// get returns an article's field as text, "" when the record has none.
func (m fieldMap) get(r record, field string) string {
	v, ok := m.find(r, field)
	if !ok {
		return ""
	}
	if !r.json {
		return v
	}
	sep := ", "
	if field == "text" {
		sep = "\n\n"
	}
	return flatten([]byte(v), sep)
}

// noText says why a record has no text: no field has a name for it, or what is
// there is empty or no text.
func (m fieldMap) noText(r record) error {
	for i, name := range r.names {
		if name != m.overrides["text"] && !slices.Contains(fieldNames["text"], r.folded[i]) {
			continue
		}
		if r.isObject(i) {
			return fmt.Errorf("%w: the field %q holds an object (--field text=%s.NAME)", ErrNoText, name, name)
		}
		return fmt.Errorf("%w: the field %q is empty", ErrNoText, name)
	}
	return fmt.Errorf("%w: no field is known to hold it (--field text=NAME); the fields are %s", ErrNoText, clipList(r.names))
}

func (m fieldMap) has(r record, field string) bool { _, ok := m.find(r, field); return ok }

// named reports whether a header has a column for the field.
func (m fieldMap) named(names []string, field string) bool {
	if name := m.overrides[field]; name != "" && slices.Contains(names, name) {
		return true
	}
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(fieldNames[field], fold(n)) })
}

// path follows a name given by the user, such as "text" or "fields.bodyText".
// found tells whether the record has it, filled whether it holds something.
func (r record) path(name string) (value string, found, filled bool) {
	if i := slices.Index(r.names, name); i >= 0 {
		return r.values[i], true, r.filled(i)
	}
	head, rest, more := strings.Cut(name, ".")
	if i := slices.Index(r.names, head); more && r.json && i >= 0 {
		if in, err := jsonRecord([]byte(r.values[i])); err == nil {
			return in.path(rest)
		}
	}
	return "", false, false
}

func (r record) filled(i int) bool {
	v := strings.TrimSpace(r.values[i])
	return v != "" && !(r.json && (v == "null" || v == `""` || v == "[]" || v == "{}"))
}

func (r record) isObject(i int) bool {
	return r.json && strings.HasPrefix(strings.TrimSpace(r.values[i]), "{")
}

// jsonRecord takes a JSON object apart.
func jsonRecord(raw []byte) (record, error) {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) {
		return record{}, jsonError(json.Unmarshal(raw, new(any)))
	}
	if raw[0] != '{' {
		return record{}, errors.New("JSON, but not an object")
	}
	r := record{json: true}
	rest := raw[1:]
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		if rest[0] == '}' {
			return r, nil
		}
		name, after := cutValue(rest)
		value, after := cutValue(bytes.TrimLeft(after, " \t\r\n:"))
		r.add(unquote(name), string(value))
		rest = after
	}
}

// cutValue splits off the value that valid JSON starts with.
func cutValue(b []byte) (value, rest []byte) {
	var s valueScanner
	n, done := s.scan(b)
	if !done { // a number or word that a bracket ends is done there
		n = len(b)
	}
	return b[:n], b[n:]
}

// unquote reads a valid JSON string. Halves of characters become U+FFFD.
func unquote(raw []byte) string {
	raw = raw[1 : len(raw)-1]
	i := bytes.IndexByte(raw, '\\')
	if i < 0 {
		return string(raw)
	}
	out := make([]byte, i, len(raw))
	copy(out, raw)
	for i < len(raw) {
		if raw[i] != '\\' {
			j := bytes.IndexByte(raw[i:], '\\')
			if j < 0 {
				j = len(raw) - i
			}
			out = append(out, raw[i:i+j]...)
			i += j
			continue
		}
		if raw[i+1] != 'u' {
			out = append(out, unescaped(raw[i+1]))
			i += 2
			continue
		}
		r := hex4(raw[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
				low = hex4(raw[i+2:])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune) {
	for _, c := range b[:4] {
		switch {
		case c <= '9':
			c -= '0'
		default:
			c = c&^0x20 - 'A' + 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

func jsonError(err error) error {
	var se *json.SyntaxError
	if errors.As(err, &se) {
		return fmt.Errorf("invalid JSON: at byte %d: %w", se.Offset, err)
	}
	return fmt.Errorf("invalid JSON: %w", err)
}

// flatten makes text of a JSON value: strings and numbers as they are, lists
// joined, of objects the field that says most.
func flatten(raw []byte, sep string) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	switch raw[0] {
	case '"':
		return unquote(raw)
	case '[':
		var list []json.RawMessage
		json.Unmarshal(raw, &list)
		var parts []string
		for _, v := range list {
			if s := flatten(v, sep); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, sep)
	case '{':
		var fields map[string]json.RawMessage
		json.Unmarshal(raw, &fields)
		for _, name := range []string{"text", "#text", "name", "main", "value", "rendered", "content", "title", "$date", "$oid", "$numberLong", "url"} {
			if s := flatten(fields[name], sep); s != "" {
				return s
			}
		}
		return ""
	}
	return string(raw)
}

// clipList shows a few names.
func clipList(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	shown := names[:min(len(names), 12)]
	s := strings.Join(shown, ", ")
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	if len(shown) < len(names) || len(s) == 200 {
		s += ", ..."
	}
	return s
}
