package pipeline

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// An Override is the user's word on an entity. It is applied last.
//
//	merge   the entity Name is the entity To
//	split   mentions written Name leave their entity and are the entity To
//	rename  the entity Name is called To
//	kind    the entity Name, and mentions written Name, are of kind To (PER, ORG, LOC, NORP)
//	ignore  mentions of the entity Name are left out
//	place   the place written Name is the gazetteer entry To ("gn:4717560"); Kind is LOC or NoKind
//
// An entity goes by its id or its canonical name, what is written by the text
// of a mention, all letter for letter. Mentions that have become another kind
// for what is written keep that as their name. Kind restricts an override to
// what was of it, Doc to one article.
type Override struct {
	File   string `json:"-"` // it stands in, for messages
	Line   int    // of the file, from 1
	Action string
	Kind   article.Kind // of what Name names; NoKind for any
	Name   string
	To     string
	Doc    string `json:",omitempty"`
}

var overrideActions = []string{"merge", "split", "rename", "kind", "ignore", "place"}

// ReadOverrides reads a CSV file with the columns action, kind, name, to and,
// if wanted, doc. All bad rows are reported together, each as "path:line: reason".
func ReadOverrides(path string) ([]Override, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("overrides: %w", err)
	}
	defer f.Close()
	return parseOverrides(path, f)
}

// at puts before an error where the override stands.
func (o *Override) at(err error) error {
	return fmt.Errorf("%s:%d: %w", cmp.Or(o.File, "overrides"), o.Line, err)
}

func parseOverrides(path string, r io.Reader) ([]Override, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.TrimLeadingSpace, in.Comment = -1, true, '#'
	head, err := in.Read()
	if err != nil {
		return nil, csvError(path, err)
	}
	column := map[string]int{}
	for i, name := range head {
		column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, need := range []string{"action", "kind", "name", "to"} {
		if _, ok := column[need]; !ok {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: no column %q; want action, kind, name, to and perhaps doc", path, line, need)
		}
	}
	var list []Override
	var errs []error
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, errors.Join(errs...)
		}
		if err != nil {
			return nil, errors.Join(append(errs, csvError(path, err))...)
		}
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		line, _ := in.FieldPos(0)
		o := Override{File: path, Line: line, Action: strings.ToLower(cell("action")), Name: cell("name"), To: cell("to"), Doc: cell("doc")}
		if err := o.check(cell("kind")); err != nil {
			errs = append(errs, o.at(err))
			continue
		}
		list = append(list, o)
	}
}

// csvError says where a file is no CSV, in the form of the other messages.
func csvError(path string, err error) error {
	var bad *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s:1: empty; want a header with action, kind, name, to and perhaps doc", path)
	case errors.As(err, &bad):
		return fmt.Errorf("%s:%d: %w", path, bad.Line, bad.Err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func (o *Override) check(kind string) error {
	if !slices.Contains(overrideActions, o.Action) {
		return fmt.Errorf("action %q: want one of %s", o.Action, strings.Join(overrideActions, ", "))
	}
	if o.Name == "" {
		return errors.New("no name")
	}
	if o.To == "" && o.Action != "ignore" {
		return fmt.Errorf("%s needs something in the column to", o.Action)
	}
	var ok bool
	if kind != "" {
		if o.Kind, ok = article.ParseKind(strings.ToUpper(kind)); !ok {
			return fmt.Errorf("kind %q: want PER, ORG, LOC, NORP or nothing", kind)
		}
	}
	if o.Action == "place" && o.Kind != article.NoKind && o.Kind != article.LOC {
		return fmt.Errorf("place: what is of kind %s has no place; want LOC or no kind, after a row that makes it one (kind,%[1]s,%s,LOC)", o.Kind, o.Name)
	}
	if o.Action == "kind" {
		o.To = strings.ToUpper(o.To)
		if _, ok := article.ParseKind(o.To); !ok {
			return fmt.Errorf("kind %q: want PER, ORG, LOC or NORP", o.To)
		}
	}
	return nil
}

// concerns reports whether an entity of a batch may be meant, by what it was
// before any override. It may say yes too often, never no.
func (o *Override) concerns(e *entityFacts, renamed string) bool {
	if o.Kind != article.NoKind && o.Kind != e.Kind {
		return false
	}
	return o.Name == e.ID || o.Name == renamed || e.Canonical.count(o.Name) > 0 || e.Forms.count(o.Name) > 0
}

// meets reports whether an override means a row of the table mentions.
func (o *Override) meets(e output.Edit) bool {
	if o.Kind != article.NoKind && o.Kind.String() != e.Str("kind") || o.Doc != "" && o.Doc != e.Str("doc_id") {
		return false
	}
	switch o.Action {
	case "split", "place":
		return o.Name == e.Str("text")
	case "kind":
		return o.names(e) || o.Name == e.Str("text")
	}
	return o.names(e)
}

// names reports whether an override names the entity of a mention.
func (o *Override) names(e output.Edit) bool {
	return o.Name == e.Str("entity_id") || o.Name == e.Str("canonical")
}

// overrider applies overrides to the rows of one batch. Mentions go first:
// places follow what became of theirs.
type overrider struct {
	list   []Override
	place  func(placeID string) (article.Place, bool)
	count  map[int]int64            // rows changed, by line
	gone   map[string]bool          // mention ids that are no toponyms any more
	placed map[string]article.Place // by mention id
	// fresh are the mentions that have become toponyms: they need a row in
	// places. In the order of the documents, and in these of the text.
	fresh []output.Row
}

// mention applies the overrides to a row of mentions, in the order of the
// file. It reports whether the row stays.
func (x *overrider) mention(e output.Edit) bool {
	was := isToponym(e)
	id := e.Str("mention_id")
	for i := range x.list {
		o := &x.list[i]
		if !o.meets(e) {
			continue
		}
		x.count[o.Line]++
		switch o.Action {
		case "ignore":
			x.gone[id] = true
			return false
		case "rename":
			e.Set("canonical", o.To)
		case "kind":
			to, _ := article.ParseKind(o.To)
			if !o.names(e) {
				e.Set("canonical", o.Name)
			}
			e.Set("kind", o.To)
			e.Set("entity_id", text.EntityID(to, e.Str("canonical")))
		case "merge", "split":
			x.become(e, o.To)
		case "place":
			p, _ := x.place(o.To) // checked before the run
			x.placed[id] = p
			e.Set("kind", article.LOC.String())
			e.Set("entity_id", "LOC:"+p.PlaceID)
			e.Set("canonical", p.Name)
		}
	}
	switch is := isToponym(e); {
	case was && !is:
		x.gone[id] = true
	case is && !was:
		x.fresh = append(x.fresh, e.Copy())
	}
	return true
}

// isToponym reports whether a mention has a row of its own in places.
func isToponym(e output.Edit) bool { return e.Str("kind") == article.LOC.String() }

// become makes a row one of the entity named to: an id, or a name.
func (x *overrider) become(e output.Edit, to string) {
	if isEntityID(to) {
		_, name, _ := strings.Cut(to, ":")
		e.Set("entity_id", to)
		e.Set("canonical", cmp.Or(name, to))
		return
	}
	kind, _ := article.ParseKind(e.Str("kind"))
	e.Set("entity_id", text.EntityID(kind, to))
	e.Set("canonical", to)
}

// isEntityID reports whether a name is that of a row in entities, such as
// "PER:ann lee".
func isEntityID(name string) bool {
	head, _, ok := strings.Cut(name, ":")
	_, known := article.ParseKind(head)
	return ok && known
}

// toponym applies what became of a mention to its row in places.
func (x *overrider) toponym(e output.Edit) bool {
	id := e.Str("mention_id")
	inName := e.Str("role") == article.InName.String()
	if x.gone[id] {
		return false
	}
	if p, ok := x.placed[id]; ok && !inName {
		for column, v := range placeCells(&p) {
			e.Set(column, v)
		}
	}
	return true
}

// toponyms returns the rows of mentions that have become toponyms and stand
// before next in the table; all that are left when next is nil. number gives
// a document's place in the batch.
func (x *overrider) toponyms(next *output.Row, number func(doc string) int) []map[string]any {
	var rows []map[string]any
	for len(x.fresh) > 0 {
		m := x.fresh[0]
		if next != nil && cmp.Or(cmp.Compare(number(m.Str("doc_id")), number(next.Str("doc_id"))),
			cmp.Compare(m.Int("byte_start"), next.Int("byte_start"))) > 0 {
			break
		}
		x.fresh = x.fresh[1:]
		row := map[string]any{"role": article.Literal.String(), "rule": "override"}
		for _, column := range []string{"mention_id", "doc_id", "sentence", "text", "byte_start", "byte_end", "char_start", "char_end"} {
			row[column] = m.Value(column)
		}
		if p, ok := x.placed[m.Str("mention_id")]; ok {
			maps.Copy(row, placeCells(&p))
		}
		rows = append(rows, row)
	}
	return rows
}

// placeCells are the columns of places that a gazetteer entry fills.
func placeCells(p *article.Place) map[string]any {
	known := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	number := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	return map[string]any{
		"place_id": p.PlaceID, "geonames_id": number(p.GeoNamesID), "name": p.Name, "lat": p.Lat, "lon": p.Lon,
		"feature_class": known(p.FeatureClass), "feature_code": known(p.FeatureCode), "country": known(p.Country),
		"admin1": known(p.Admin1), "admin2": known(p.Admin2), "population": number(p.Population), "precision": known(p.Precision),
		"second_place_id": nil, "confidence": nil, "rule": "override",
	}
}

// OverrideCount says how often an override was used.
type OverrideCount struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Action string `json:"action"`
	Name   string `json:"name"`
	Rows   int64  `json:"rows"` // 0: it met nothing
}
