package eval

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// NamesDoc is the names of one document, by gold or by a system.
type NamesDoc struct {
	ID       string
	Text     string
	Entities []NameRecord

	// Tokens and Sentences are set when the document was read from columns:
	// the tokens that a system must take as given.
	Tokens    []article.Token
	Sentences []article.Sentence
}

// NameRecord is one name. Offsets are bytes of the text.
type NameRecord struct {
	Start, End int
	Label      string
	Nested     bool // lies inside another; left out of every score
	Named      bool // re3d: holds a capital letter
	Leaf       bool
}

const namesLine = `{"id", "text", "entities": [{"start", "end", "label"}]}`

// ReadNames reads JSON Lines: {"id", "text", "entities": [{"start", "end",
// "label", "nested"?, "named"?, "leaf"?}]}. An article without names has an
// empty list.
func ReadNames(r io.Reader) ([]NamesDoc, error) {
	return readLines(r, namesLine, func(line []byte) (NamesDoc, string, error) {
		d, err := parseNamesDoc(line)
		return d, d.ID, err
	})
}

func parseNamesDoc(line []byte) (d NamesDoc, err error) {
	var raw struct {
		Text     string            `json:"text"`
		Entities []json.RawMessage `json:"entities"`
	}
	if d.ID, err = decode(line, namesLine, &raw); err != nil {
		return d, err
	}
	d.Text = raw.Text
	if raw.Entities == nil {
		return d, fmt.Errorf("document %s: no entities; want %s, with an empty list where it has no names", d.ID, namesLine)
	}
	type record struct {
		spanFields
		Label  string `json:"label"`
		Nested bool   `json:"nested"`
		Named  bool   `json:"named"`
		Leaf   bool   `json:"leaf"`
	}
	d.Entities, err = decodeList(d.ID, "entity", raw.Entities, func(e record) (NameRecord, error) {
		s, err := e.in(d.Text)
		if err == nil && e.Label == "" {
			err = errors.New("no label")
		}
		return NameRecord{s.Start, s.End, e.Label, e.Nested, e.Named, e.Leaf}, err
	})
	return d, err
}

// ReadNameColumns reads CoNLL columns with tabs or spaces between: a token and,
// last on the line, its IOB tag; an empty line ends a sentence, -DOCSTART- a document. The text of a
// document is its tokens with a space between them, a sentence a line; its
// number is its id. A file without -DOCSTART- is one document a sentence.
func ReadNameColumns(r io.Reader) ([]NamesDoc, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	c := columnReader{}
	for n := 1; lines.Scan(); n++ {
		if err := c.line(lines.Text()); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	c.endDocument()
	if err := lines.Err(); err != nil || len(c.docs) > 0 {
		return c.docs, err
	}
	return nil, errors.New("no tokens; want a token and its tag a line")
}

type columnReader struct {
	docs   []NamesDoc
	doc    NamesDoc
	text   strings.Builder
	first  int    // token of the current sentence
	before string // tag of the token before in the sentence
	marked bool   // the file says where documents begin
}

func (c *columnReader) line(s string) error {
	between := ' '
	if strings.Contains(s, "\t") {
		between = '\t'
	}
	fields := strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return r == between })
	switch {
	case len(fields) == 0:
		c.endSentence()
		if !c.marked {
			c.endDocument()
		}
		return nil
	case fields[0] == "-DOCSTART-":
		c.marked = true
		c.endDocument()
		return nil
	case len(fields) < 2 || strings.Contains(fields[0], " "):
		return fmt.Errorf("want a token and its tag, have %q", s)
	}
	word, tag := fields[0], fields[len(fields)-1]
	mark, label, ok := strings.Cut(tag, "-")
	if tag != "O" && (!ok || label == "" || mark != "B" && mark != "I") {
		return fmt.Errorf("tag %q: want O, B-LABEL or I-LABEL", tag)
	}
	if len(c.doc.Tokens) > c.first {
		c.text.WriteByte(' ')
	}
	start := c.text.Len()
	c.text.WriteString(word)
	c.doc.Tokens = append(c.doc.Tokens, article.Token{Span: article.Span{Start: start, End: c.text.Len()}})
	es := c.doc.Entities
	switch {
	case tag == "O":
	case mark == "I" && len(c.doc.Tokens)-1 > c.first && strings.HasSuffix(c.before, "-"+label):
		es[len(es)-1].End = c.text.Len()
	default:
		c.doc.Entities = append(es, NameRecord{Start: start, End: c.text.Len(), Label: label})
	}
	c.before = tag
	return nil
}

func (c *columnReader) endSentence() {
	if n := len(c.doc.Tokens); n > c.first {
		c.doc.Sentences = append(c.doc.Sentences, article.Sentence{
			Span:  article.Span{Start: c.doc.Tokens[c.first].Start, End: c.doc.Tokens[n-1].End},
			First: c.first, Last: n,
		})
		c.text.WriteByte('\n')
		c.first = n
	}
	c.before = "O"
}

func (c *columnReader) endDocument() {
	c.endSentence()
	if len(c.doc.Tokens) > 0 {
		c.doc.ID, c.doc.Text = strconv.Itoa(len(c.docs)+1), c.text.String()
		c.docs = append(c.docs, c.doc)
	}
	c.doc, c.first = NamesDoc{}, 0
	c.text.Reset()
}

// Document returns what a recogniser is given: the text, and the tokens where
// they are given too.
func (d *NamesDoc) Document() *article.Document {
	return &article.Document{ID: d.ID, Text: d.Text, Tokens: slices.Clone(d.Tokens), Sentences: slices.Clone(d.Sentences)}
}

// NamesOf returns a document's names as they are scored.
func NamesOf(d *article.Document) NamesDoc {
	out := NamesDoc{ID: d.ID, Text: d.Text}
	for _, m := range d.Mentions {
		out.Entities = append(out.Entities, NameRecord{Start: m.Start, End: m.End, Label: m.Kind.String()})
	}
	return out
}

// NamesOptions say what to count.
type NamesOptions struct {
	Labels []string // labels to score; empty is PER, ORG, LOC
	Only   string   // "named" or "leaf": gold with that flag alone; predictions that only touch other gold are ignored
	Fold   bool     // read NORP as MISC on both sides (four classes, as CoNLL has them)
}

func (o NamesOptions) withDefaults() NamesOptions {
	if len(o.Labels) == 0 {
		o.Labels = []string{"PER", "ORG", "LOC"}
	}
	return o
}

func (o NamesOptions) validate() error {
	var errs []error
	for _, l := range o.Labels {
		if _, ok := article.ParseKind(l); !ok {
			errs = append(errs, fmt.Errorf("label %q: want PER, ORG, LOC, NORP or MISC", l))
		}
	}
	if o.Only != "" && o.Only != "named" && o.Only != "leaf" {
		errs = append(errs, fmt.Errorf("only %q: want named or leaf", o.Only))
	}
	return errors.Join(errs...)
}

// Check reports wrong options, and gold without a name that they count: it
// gives no score.
func (o NamesOptions) Check(gold []NamesDoc) error {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return err
	}
	labels := map[string]int{}
	for i := range gold {
		if names, _ := o.sets(&gold[i], &NamesDoc{}); len(names) > 0 {
			return nil
		}
		for _, e := range gold[i].Entities {
			labels[e.Label]++
		}
	}
	what := strings.Join(o.Labels, ", ")
	if o.Only != "" {
		what += " and " + o.Only
	}
	has := "none is annotated"
	if len(labels) > 0 {
		var list []string
		for _, l := range slices.Sorted(maps.Keys(labels)) {
			list = append(list, fmt.Sprintf("%s %d", l, labels[l]))
		}
		has = "annotated are " + strings.Join(list, ", ")
	}
	return fmt.Errorf("no name that is %s in %d documents: there is nothing to score (%s)", what, len(gold), has)
}

// NamesScore is how the names of a system compare with gold: exact (same span
// and label) and relaxed (same label, overlapping, one to one).
type NamesScore struct {
	Rows   []NamesRow  // ALL, then each label
	Errors []NameError // the most frequent first
}

// NamesRow is the score of one label, or of all.
type NamesRow struct {
	Label          string
	Gold, Pred     int
	Exact, Relaxed PRF
}

// NameError is a name that was missed or that is spurious, and how often.
type NameError struct {
	Kind  string // "missed" or "spurious"
	Label string
	Text  string
	Count int
}

type namesCounts struct{ gold, pred, exact, relaxed int }

func (c *namesCounts) add(o namesCounts) {
	c.gold, c.pred, c.exact, c.relaxed = c.gold+o.gold, c.pred+o.pred, c.exact+o.exact, c.relaxed+o.relaxed
}

// ScoreNames compares predictions with gold. Documents are joined by id; one
// without a prediction counts as one without names. It is an error when a
// prediction has no gold document or another text.
func ScoreNames(gold, pred []NamesDoc, o NamesOptions) (NamesScore, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return NamesScore{}, err
	}
	of := map[string]*NamesDoc{}
	for i := range pred {
		of[pred[i].ID] = &pred[i]
	}
	counts := map[string]*namesCounts{}
	for _, l := range o.Labels {
		counts[l] = &namesCounts{}
	}
	wrong := map[NameError]int{}
	matched := 0
	for i := range gold {
		g := &gold[i]
		p := of[g.ID]
		if p == nil {
			p = &NamesDoc{}
		} else {
			matched++
		}
		if p.Text != "" && g.Text != "" && p.Text != g.Text {
			return NamesScore{}, fmt.Errorf("document %s: the text differs from the gold text, offsets cannot be compared", g.ID)
		}
		o.count(g, p, counts, wrong)
	}
	if matched < len(of) {
		return NamesScore{}, fmt.Errorf("predictions for %d unknown documents", len(of)-matched)
	}
	return o.sum(counts, wrong), nil
}

func (o *NamesOptions) label(l string) string {
	if o.Fold && l == "NORP" {
		return "MISC"
	}
	return l
}

type nameKey struct {
	start, end int
	label      string
}

func (a nameKey) meets(b nameKey) bool { return a.start < b.end && b.start < a.end }

func compareNames(a, b nameKey) int {
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), strings.Compare(a.label, b.label))
}

// sets returns the sorted, distinct names of a pair of documents that count.
func (o *NamesOptions) sets(g, p *NamesDoc) (gold, pred []nameKey) {
	var skipped []nameKey
	for _, e := range g.Entities {
		k := nameKey{e.Start, e.End, o.label(e.Label)}
		flagged := o.Only == "" || o.Only == "named" && e.Named || o.Only == "leaf" && e.Leaf
		if !e.Nested && slices.Contains(o.Labels, k.label) && flagged {
			gold = append(gold, k)
		} else {
			skipped = append(skipped, k)
		}
	}
	gold = distinct(gold)
	for _, e := range p.Entities {
		k := nameKey{e.Start, e.End, o.label(e.Label)}
		if !slices.Contains(o.Labels, k.label) {
			continue
		}
		if o.Only != "" && slices.ContainsFunc(skipped, k.meets) && !slices.ContainsFunc(gold, k.meets) {
			continue
		}
		pred = append(pred, k)
	}
	return gold, distinct(pred)
}

func distinct(ks []nameKey) []nameKey {
	slices.SortFunc(ks, compareNames)
	return slices.Compact(ks)
}

func (o *NamesOptions) count(g, p *NamesDoc, counts map[string]*namesCounts, wrong map[NameError]int) {
	gold, pred := o.sets(g, p)
	for _, x := range gold {
		counts[x.label].gold++
		if slices.Contains(pred, x) {
			counts[x.label].exact++
		} else {
			wrong[NameError{Kind: "missed", Label: x.label, Text: textAt(g.Text, x.start, x.end)}]++
		}
	}
	for _, x := range pred {
		counts[x.label].pred++
		if !slices.Contains(gold, x) {
			wrong[NameError{Kind: "spurious", Label: x.label, Text: textAt(g.Text, x.start, x.end)}]++
		}
	}
	free := slices.Clone(pred)
	for _, x := range gold {
		if i := bestOverlap(x, free); i >= 0 {
			counts[x.label].relaxed++
			free = slices.Delete(free, i, i+1)
		}
	}
}

// bestOverlap returns the index of the name with x's label that is x, or
// shares most bytes with it; -1 when none does.
func bestOverlap(x nameKey, free []nameKey) int {
	best, most := -1, 0
	for i, y := range free {
		if y.label != x.label || !x.meets(y) {
			continue
		}
		n := min(x.end, y.end) - max(x.start, y.start)
		if y == x {
			return i
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

func (o *NamesOptions) sum(counts map[string]*namesCounts, wrong map[NameError]int) NamesScore {
	var s NamesScore
	all := namesCounts{}
	for _, l := range o.Labels {
		all.add(*counts[l])
	}
	row := func(label string, c namesCounts) {
		s.Rows = append(s.Rows, NamesRow{label, c.gold, c.pred, newPRF(c.exact, c.pred, c.gold), newPRF(c.relaxed, c.pred, c.gold)})
	}
	row("ALL", all)
	for _, l := range o.Labels {
		row(l, *counts[l])
	}
	for e, n := range wrong {
		e.Count = n
		s.Errors = append(s.Errors, e)
	}
	slices.SortFunc(s.Errors, func(a, b NameError) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Label, b.Label), strings.Compare(a.Text, b.Text))
	})
	return s
}

// Write prints the score as a table in hundredths, and the most frequent
// errors, at most as many as said.
func (s *NamesScore) Write(w io.Writer, most int) error {
	fmt.Fprintf(w, "%5s %6s %6s   exact P / R / F1         relaxed P / R / F1\n", "", "gold", "pred")
	for _, r := range s.Rows {
		e, l := r.Exact, r.Relaxed
		fmt.Fprintf(w, "%-5s %6d %6d   %6.2f %6.2f %6.2f     %6.2f %6.2f %6.2f\n", r.Label, r.Gold, r.Pred,
			100*e.P, 100*e.R, 100*e.F1, 100*l.P, 100*l.R, 100*l.F1)
	}
	for _, e := range s.Errors[:min(most, len(s.Errors))] {
		if _, err := fmt.Fprintf(w, "%4d %-8s %s %s\n", e.Count, e.Kind, e.Label, e.Text); err != nil {
			return err
		}
	}
	return nil
}

// CalibrateNames bins the confidences of documents' names against gold: right
// is a name with the same span and label. Names of other labels than those
// scored are left out.
func CalibrateNames(gold []NamesDoc, docs []*article.Document, o NamesOptions) Calibration {
	o = o.withDefaults()
	of := map[string]*NamesDoc{}
	for i := range gold {
		of[gold[i].ID] = &gold[i]
	}
	var right []bool
	var confidence []float64
	for _, d := range docs {
		g := of[d.ID]
		if g == nil {
			continue
		}
		p := NamesOf(d)
		want, have := o.sets(g, &p)
		for i, m := range d.Mentions {
			k := nameKey{m.Start, m.End, o.label(p.Entities[i].Label)}
			if slices.Contains(have, k) {
				right = append(right, slices.Contains(want, k))
				confidence = append(confidence, float64(m.Confidence))
			}
		}
	}
	return calibrate(right, confidence)
}
