// Package output is the tables: their schema, the writers of every format, the
// reader, and what is made from tables (differences, golden texts, checks, the
// report). It is the only package that knows Arrow and Parquet.
package output

import (
	"fmt"
	"io"
	"strings"
)

// SchemaVersion is the semantic version of the tables: a new column is a minor
// version, a changed or removed one a major.
const SchemaVersion = "1.0.0"

// Names of the tables, which are also the names of their folders.
const (
	Documents = "documents"
	Sentences = "sentences"
	Mentions  = "mentions"
	Entities  = "entities"
	Places    = "places"
	Dates     = "dates"
	Errors    = "errors"
)

// Type is the type of a column.
type Type uint8

const (
	String     Type = iota // UTF-8
	Int32                  // offsets and counts within a document
	Int64                  // counts over documents, sizes, gazetteer numbers
	Float32                // confidences
	Float64                // degrees
	Bool                   //
	Date                   // a calendar day, Arrow date32
	StringList             // list of UTF-8 strings
)

var typeNames = [...]string{"string", "int32", "int64", "float32", "float64", "bool", "date32", "list<string>"}

// String returns the name used in documentation and file metadata, such as "date32".
func (t Type) String() string { return typeNames[t] }

// MarshalText makes the name the type's form in JSON.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// Column declares one column of a table.
type Column struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Nullable bool   `json:"nullable"` // null means "not known", unless Comment says otherwise
	Comment  string `json:"comment"`  // what it holds, its unit, and what null means
}

// Schema declares one table. Rows are in the order of the documents of the
// run, within a document by byte_start.
type Schema struct {
	Table   string   `json:"table"`
	Comment string   `json:"comment"`
	Columns []Column `json:"columns"`
}

// Index returns the position of a column, or -1.
func (s *Schema) Index(column string) int {
	for i := range s.Columns {
		if s.Columns[i].Name == column {
			return i
		}
	}
	return -1
}

// offsets are the four columns of every table whose rows are stretches of text.
var offsets = []Column{
	{"byte_start", Int32, false, "First byte of the text in documents.text, counted from 0 in UTF-8."},
	{"byte_end", Int32, false, "Byte after the last one."},
	{"char_start", Int32, false, "First Unicode code point of the text in documents.text, counted from 0: what Python, R, polars and DuckDB count."},
	{"char_end", Int32, false, "Code point after the last one."},
}

func columns(parts ...[]Column) []Column {
	var all []Column
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// schemas declares the tables, in the order in which they are written.
var schemas = []*Schema{
	{Documents, "One row an article.", []Column{
		{"doc_id", String, false, "Id of the article: the record's own id, else the path below the input folder; unique in the run."},
		{"source", String, false, "Path of the file below the input folder, with slashes."},
		{"member", String, true, "Record in a container, such as the line of a .jsonl file. Null: the file is one article."},
		{"format", String, false, "Format that was read: txt, md, html, json, jsonl, csv, ..."},
		{"sha256", String, false, "SHA-256 of the input's bytes (the file, or the record in its container), hexadecimal."},
		{"url", String, true, "The article's own web address."},
		{"site", String, true, "Host name of the address, without www."},
		{"title", String, true, "Headline."},
		{"byline", String, true, "Author or agency, as written."},
		{"language", String, true, "Language, BCP 47."},
		{"published", Date, true, "Publication day; the first day of the month or year where only that is known."},
		{"published_precision", String, true, "How much of the day is stated: day, month, year."},
		{"published_from", String, false, "Where the day was found: metadata, flag, record, front_matter, html, url, filename, heading, dateline, none."},
		{"published_text", String, true, "The evidence for the day, as written."},
		{"text", String, false, "The article. All offsets count in this text; for a plain UTF-8 text file it is the file."},
		{"bytes", Int32, false, "Length of the input (the file, or the record in its container) in bytes."},
		{"tokens", Int32, false, "Number of words, numbers and marks."},
		{"sentences", Int32, false, "Number of sentences, headings included: the rows in the table sentences."},
		{"duplicate_of", String, true, "doc_id of the article that this one repeats. Null: it repeats none."},
		{"focus_country", String, true, "Country that the article is mostly about, ISO 3166-1 alpha-2."},
		{"focus_place", String, true, "Place id that the article is mostly about."},
	}},
	{Sentences, "One row a sentence, heading or line.", columns([]Column{
		{"doc_id", String, false, "Article."},
		{"sentence", Int32, false, "Number of the sentence in its article, from 0."},
	}, offsets, []Column{
		{"section", String, false, "Part of the article: title, heading, byline, body, quote, caption."},
		{"text", String, false, "The sentence."},
	})},
	{Mentions, "One row an occurrence of a name.", columns([]Column{
		{"mention_id", String, false, "doc_id#byte_start-byte_end."},
		{"doc_id", String, false, "Article."},
		{"sentence", Int32, false, "Sentence it starts in."},
		{"kind", String, false, "PER person, ORG organisation, LOC place, NORP national, religious or political group."},
		{"text", String, false, "The name as written."},
	}, offsets, []Column{
		{"entity_id", String, false, "Who or what is meant: a row in entities."},
		{"canonical", String, false, "Fullest form of the name in the article; entities.canonical is that of the run."},
		{"title", String, true, "Title or office as last stated before it, such as Prime Minister. Null: none stated."},
		{"confidence", Float32, true, "Calibrated probability that kind and extent are right, 0 to 1."},
		{"rule", String, false, "Rule or model that found it."},
	})},
	{Entities, "One row a person, organisation, place or group named in the articles.", []Column{
		{"entity_id", String, false, "Id made from kind and canonical name, or from the place."},
		{"kind", String, false, "PER, ORG, LOC, NORP."},
		{"canonical", String, false, "Display name in the run. Group by entity_id, not by a name."},
		{"aliases", StringList, false, "Other names it goes by in the articles, sorted; empty when there are none."},
		{"documents", Int64, false, "Number of articles that name it."},
		{"mentions", Int64, false, "Number of mentions."},
		{"first_published", Date, true, "Publication day of the earliest article that names it. Null: none of them is dated."},
		{"last_published", Date, true, "Publication day of the latest article that names it. Null: none of them is dated."},
		{"place_id", String, true, "Its place, for places and nationalities. Null: not a place, or in no gazetteer."},
		{"country", String, true, "Country of the place, ISO 3166-1 alpha-2."},
		{"entity_links", String, true, "Why mentions in different articles are taken for one entity. Null: they have the same canonical name or place."},
	}},
	{Places, "One row a place name, resolved in the gazetteer or not.", columns([]Column{
		{"mention_id", String, false, "Mention that the name is, or is part of (role in_name)."},
		{"doc_id", String, false, "Article."},
		{"sentence", Int32, false, "Sentence it starts in."},
		{"text", String, false, "The place name as written."},
	}, offsets, []Column{
		{"place_id", String, true, "Gazetteer entry, such as gn:98182. Null: in no gazetteer, or not to be told apart."},
		{"geonames_id", Int64, true, "GeoNames number. Null: unresolved, or the entry is not GeoNames'."},
		{"name", String, true, "Name in the gazetteer. Null: unresolved."},
		{"lat", Float64, true, "Latitude in degrees, WGS 84. Null: unresolved."},
		{"lon", Float64, true, "Longitude in degrees, WGS 84. Null: unresolved."},
		{"feature_class", String, true, "GeoNames feature class: A division, P populated place, H water, T mountain, ... Null: unresolved."},
		{"feature_code", String, true, "GeoNames feature code, such as PPLC."},
		{"country", String, true, "Country, ISO 3166-1 alpha-2. Null: unresolved, or in no country."},
		{"admin1", String, true, "Name of the first-level division."},
		{"admin2", String, true, "Name of the second-level division."},
		{"population", Int64, true, "Inhabitants."},
		{"precision", String, true, "What the point stands for: country, admin1, admin2, city, point, region. Null: unresolved."},
		{"role", String, false, "How the name is used: literal, demonym (Iraqi), metonym (a capital for its government), in_name (inside another name)."},
		{"actor_country", String, true, "Country whose state a metonym stands for, ISO 3166-1 alpha-2. Null: not a metonym."},
		{"candidates", Int32, false, "Number of gazetteer entries that bear the name."},
		{"second_place_id", String, true, "The runner-up. Null: there is none."},
		{"confidence", Float32, true, "Calibrated probability that place_id is right, 0 to 1."},
		{"rule", String, false, "Rule that resolved it."},
	})},
	{Dates, "One row a time expression.", columns([]Column{
		{"mention_id", String, false, "doc_id#dbyte_start-byte_end."},
		{"doc_id", String, false, "Article."},
		{"sentence", Int32, false, "Sentence it starts in."},
		{"text", String, false, "The expression as written."},
	}, offsets, []Column{
		{"type", String, false, "TIMEX3 type: DATE, TIME, DURATION, SET."},
		{"value", String, false, "TIMEX3 value: 2020-01-01, 2020-W05, XXXX-WXX-3, P2Y, PAST_REF, ..."},
		{"mod", String, true, "TIMEX3 mod: START, MID, END, APPROX, MORE_THAN, ... Null: none."},
		{"date_from", Date, true, "First day meant. Null: open, or not known."},
		{"date_to", Date, true, "Last day meant, inclusive. Null: open, or not known."},
		{"granularity", String, true, "What value is counted in: century, decade, year, half, quarter, season, month, week, weekend, day, time."},
		{"relative", Bool, false, "Whether it needs the publication day or another expression to be understood."},
		{"resolved", Bool, false, "Whether value is complete: a day, a range, a length."},
		{"unresolved_reason", String, true, "Why value is not complete. Null: it is."},
		{"anchor", Date, true, "Day that it was resolved against. Null: against none."},
		{"anchor_from", String, true, "What the anchor is: published, mention. Null: there is none."},
		{"confidence", Float32, true, "Calibrated probability that value is right, 0 to 1."},
		{"rule", String, false, "Rule that found it."},
		{"ambiguous", Bool, false, "Whether it is a numeric date that can be read in another order, such as 3/4/2020."},
	})},
	{Errors, "One row an input, or part of one, that was set aside.", []Column{
		{"source", String, false, "Path of the file below the input folder, or the address."},
		{"member", String, true, "Record in a container. Null: the whole file."},
		{"stage", String, false, "Stage that set it aside: read, text, names, ..."},
		{"error", String, false, "Why."},
		{"bytes", Int64, true, "Length of the input in bytes."},
	}},
}

// Schemas returns the declarations of the tables, in the order in which they
// are written. They are not to be changed.
func Schemas() []*Schema { return schemas }

// SchemaOf returns the declaration of a table, or nil.
func SchemaOf(table string) *Schema {
	for _, s := range schemas {
		if s.Table == table {
			return s
		}
	}
	return nil
}

// WriteMarkdown writes the tables' declarations as Markdown: a heading and a
// table of columns for each.
func WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	for _, s := range schemas {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n| column | type | null | |\n| --- | --- | --- | --- |\n", s.Table, s.Comment)
		for _, c := range s.Columns {
			null := ""
			if c.Nullable {
				null = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, c.Type, null, c.Comment)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
