package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// record is one record of a container, or one row of metadata. Names are as
// written; values are decoded strings, or raw JSON where json is set.
type record struct {
	names  []string
	values []string
	json   bool
}

// fieldNames are the names that people give the fields of an article, folded,
// the most telling first.
var fieldNames = map[string][]string{
	"text": {"text", "body", "maintext", "fulltext", "articletext", "articlebody", "bodytext", "content", "contenttext", "textcontent",
		"plaintext", "rawtext", "story", "storytext", "articlecontent", "paragraphs", "article", "document", "contents"},
	"html":      {"html", "rawhtml", "bodyhtml", "contenthtml", "htmlcontent", "articlehtml", "page"},
	"title":     {"title", "headline", "articletitle", "webtitle", "head", "heading", "header", "subject"},
	"published": {"published", "publishedat", "datepublished", "publicationdate", "publisheddate", "publishdate", "datepublish", "pubdate", "publishedon", "publishedtime", "publishtime", "publicationtime", "webpublicationdate", "firstpublished", "articlepublishedtime", "date", "datetime", "dateline", "pubtime", "timestamp", "created", "createdat", "time"},
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
		return r.path(name)
	}
	for _, want := range fieldNames[field] {
		best := -1
		for i, name := range r.names {
			if fold(name) == want && r.filled(i) && !(field == "text" && r.isObject(i)) && (best < 0 || name == want) {
				best = i
			}
		}
		if best >= 0 {
			return r.values[best], true
		}
	}
	if r.json {
		for i, name := range r.names {
			if !slices.Contains(nests, fold(name)) || !r.isObject(i) {
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

func (m fieldMap) has(r record, field string) bool { _, ok := m.find(r, field); return ok }

// named reports whether a header has a column for the field.
func (m fieldMap) named(names []string, field string) bool {
	if name := m.overrides[field]; name != "" {
		return slices.Contains(names, name)
	}
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(fieldNames[field], fold(n)) })
}

// path follows a name given by the user, such as "text" or "fields.bodyText".
func (r record) path(name string) (string, bool) {
	if i := slices.Index(r.names, name); i >= 0 {
		return r.values[i], r.filled(i)
	}
	head, rest, more := strings.Cut(name, ".")
	if i := slices.Index(r.names, head); more && r.json && i >= 0 {
		if in, err := jsonRecord([]byte(r.values[i])); err == nil {
			return in.path(rest)
		}
	}
	return "", false
}

func (r record) filled(i int) bool {
	v := strings.TrimSpace(r.values[i])
	return v != "" && !(r.json && (v == "null" || v == `""` || v == "[]" || v == "{}"))
}

func (r record) isObject(i int) bool {
	return r.json && strings.HasPrefix(strings.TrimSpace(r.values[i]), "{")
}

// jsonRecord takes a JSON object apart. Of a name that occurs twice the last
// one counts, as in most readers.
func jsonRecord(raw []byte) (record, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] != '{' {
		if !json.Valid(raw) {
			return record{}, jsonError(json.Unmarshal(raw, new(any)))
		}
		return record{}, errors.New("JSON, but not an object")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return record{}, jsonError(err)
	}
	r := record{json: true}
	for name := range fields {
		r.names = append(r.names, name)
	}
	slices.Sort(r.names)
	for _, name := range r.names {
		r.values = append(r.values, string(fields[name]))
	}
	return r, nil
}

func jsonError(err error) error {
	var se *json.SyntaxError
	if errors.As(err, &se) {
		return fmt.Errorf("invalid JSON at byte %d: %w", se.Offset, err)
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
		var s string
		json.Unmarshal(raw, &s)
		return s
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
