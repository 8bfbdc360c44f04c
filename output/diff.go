package output

import (
	"bufio"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// DiffOptions say what Diff leaves out.
type DiffOptions struct {
	Ignore []string // columns whose changes do not count, such as "confidence"
	Limit  int      // articles, and rows of each, to show; the rest is only counted; 0 is all
}

// HasColumn reports whether a table has the column.
func HasColumn(name string) bool {
	return slices.ContainsFunc(schemas, func(s *Schema) bool { return s.Index(name) >= 0 })
}

// Diff writes what changed between two sets of tables, for people: by article,
// rows that went (-), came (+) or changed (~, old -> new), then entities and
// errors, then counts. Rows are matched by where they are in the article, and
// by their words where the article's text itself has changed. It reports
// whether anything changed.
func Diff(old, new *Tables, w io.Writer, opts DiffOptions) (changed bool, err error) {
	d := &differ{old: old, new: new, w: bufio.NewWriter(w), opts: opts, counts: map[string]*diffCount{}, seed: maphash.MakeSeed()}
	for _, s := range schemas {
		d.counts[s.Table] = &diffCount{}
	}
	if err := d.documents(); err != nil {
		return false, err
	}
	for _, table := range []string{Entities, Errors} {
		if err := d.table(table); err != nil {
			return false, err
		}
	}
	d.summary()
	return d.changed, d.w.Flush()
}

type diffCount struct{ same, added, removed, changed int }

type differ struct {
	old, new *Tables
	w        *bufio.Writer
	opts     DiffOptions
	counts   map[string]*diffCount
	changed  bool
	shown    int
	seed     maphash.Seed
}

// chunk is the number of differing articles that are held at a time.
const chunk = 5000

// documents compares articles: first by a hash of their rows, then, those that
// differ, row by row.
func (d *differ) documents() error {
	old := map[string]uint64{}
	var ids []string // that differ, in the order of new, those that went at the end
	same := map[string]bool{}
	for doc, err := range d.old.Documents() {
		if err != nil {
			return err
		}
		old[doc.Str("doc_id")] = d.hashDoc(doc)
	}
	for doc, err := range d.new.Documents() {
		if err != nil {
			return err
		}
		id := doc.Str("doc_id")
		if h, ok := old[id]; ok && h == d.hashDoc(doc) {
			same[id] = true
			d.countSame(doc)
		} else {
			ids = append(ids, id)
		}
	}
	seen := map[string]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	var gone []string
	for id := range old {
		if !same[id] && !seen[id] {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	for part := range slices.Chunk(append(ids, gone...), chunk) {
		if err := d.documentChunk(part); err != nil {
			return err
		}
	}
	return nil
}

func (d *differ) documentChunk(ids []string) error {
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	load := func(t *Tables) (map[string]*Doc, error) {
		docs := map[string]*Doc{}
		for doc, err := range t.Documents() {
			if err != nil {
				return nil, err
			}
			if id := doc.Str("doc_id"); wanted[id] {
				docs[id] = doc
			}
		}
		return docs, nil
	}
	old, err := load(d.old)
	if err != nil {
		return err
	}
	new, err := load(d.new)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d.document(id, old[id], new[id])
	}
	return nil
}

// document compares one article; old or new is nil where it is not there.
func (d *differ) document(id string, old, new *Doc) {
	var lines []string
	one := func(doc *Doc) []Row {
		if doc == nil {
			return nil
		}
		return []Row{doc.Row}
	}
	lines = append(lines, d.rows(one(old), one(new), nth1, nil)...)
	moved := old != nil && new != nil && old.Str("text") != new.Str("text")
	key, skip := placeKey, []string(nil)
	if moved {
		key, skip = wordsKey, []string{"mention_id", "sentence", "byte_start", "byte_end", "char_start", "char_end"}
	}
	if old == nil || new == nil {
		d.countOnly(old, new)
	} else {
		for _, table := range ofDocuments {
			lines = append(lines, d.rows(*old.rows(table), *new.rows(table), key, skip)...)
		}
	}
	d.show(plain(id), lines)
}

// countOnly counts the rows of an article that came or went as a whole.
func (d *differ) countOnly(old, new *Doc) {
	for _, table := range ofDocuments {
		if old != nil {
			d.counts[table].removed += len(*old.rows(table))
		}
		if new != nil {
			d.counts[table].added += len(*new.rows(table))
		}
	}
}

func (d *differ) countSame(doc *Doc) {
	d.counts[Documents].same++
	for _, table := range ofDocuments {
		d.counts[table].same += len(*doc.rows(table))
	}
}

func (d *differ) show(head string, lines []string) {
	if len(lines) == 0 {
		return
	}
	d.changed = true
	if d.shown++; d.opts.Limit > 0 && d.shown > d.opts.Limit {
		return
	}
	fmt.Fprintf(d.w, "%s\n", head)
	for i, l := range lines {
		if d.opts.Limit > 0 && i == d.opts.Limit {
			fmt.Fprintf(d.w, "  ... and %d more\n", len(lines)-i)
			break
		}
		fmt.Fprintf(d.w, "  %s\n", l)
	}
}

// placeKey matches rows by where they are.
func placeKey(r Row, n map[string]int) string {
	return nth(fmt.Sprintf("%d-%d", r.Int("byte_start"), r.Int("byte_end")), n)
}

// wordsKey matches rows by what they say and how often it was said before.
func wordsKey(r Row, n map[string]int) string { return nth(r.Str("text"), n) }

func nth(key string, n map[string]int) string {
	n[key]++
	return key + "\x00" + strconv.Itoa(n[key])
}

// rows compares rows of one table that belong together and returns a line for
// each that went, came or changed.
func (d *differ) rows(old, new []Row, key func(Row, map[string]int) string, skip []string) (lines []string) {
	before, n := map[string]Row{}, map[string]int{}
	for _, r := range old {
		before[key(r, n)] = r
	}
	after := map[string]Row{}
	clear(n)
	for _, r := range new {
		after[key(r, n)] = r
	}
	clear(n)
	for _, r := range old {
		if _, ok := after[key(r, n)]; !ok {
			d.counts[r.Schema.Table].removed++
			lines = append(lines, "- "+rowLine(r))
		}
	}
	clear(n)
	for _, r := range new {
		count := d.counts[r.Schema.Table]
		o, ok := before[key(r, n)]
		if !ok {
			count.added++
			lines = append(lines, "+ "+rowLine(r))
			continue
		}
		if changes := d.cells(o, r, skip); len(changes) > 0 {
			count.changed++
			lines = append(lines, "~ "+rowHead(r)+"  "+strings.Join(changes, ", "))
		} else {
			count.same++
		}
	}
	return lines
}

// cells lists the columns that differ, old -> new.
func (d *differ) cells(old, new Row, skip []string) (changes []string) {
	for i, c := range new.Schema.Columns {
		if slices.Contains(skip, c.Name) || slices.Contains(d.opts.Ignore, c.Name) {
			continue
		}
		if a, b := old.cells[i], new.cells[i]; cellText(a) != cellText(b) || (a == nil) != (b == nil) {
			changes = append(changes, fmt.Sprintf("%s: %s", c.Name, fromTo(a, b)))
		}
	}
	return changes
}

// rowHead says which row it is.
func rowHead(r Row) string {
	switch r.Schema.Table {
	case Documents:
		return "document"
	case Entities:
		return r.Str("kind") + " " + brief(r.Str("canonical"))
	case Errors:
		return "error " + brief(r.Str("source"))
	}
	kind := strings.TrimSuffix(r.Schema.Table, "s")
	if r.Schema.Table == Mentions {
		kind = r.Str("kind")
	}
	return fmt.Sprintf("%d-%d %s %s", r.Int("byte_start"), r.Int("byte_end"), kind, brief(r.Str("text")))
}

// rowLine says what matters of a row that came or went.
func rowLine(r Row) string {
	columns := map[string][]string{
		Documents: {"source", "published", "title", "tokens", "sentences"},
		Sentences: {"section"},
		Mentions:  {"canonical", "rule"},
		Entities:  {"entity_id", "documents", "mentions"},
		Places:    {"place_id", "name", "country", "role", "rule"},
		Dates:     {"type", "value", "date_from", "date_to", "rule"},
		Errors:    {"member", "stage", "error"},
	}[r.Schema.Table]
	parts := []string{rowHead(r)}
	for _, c := range columns {
		if !r.Null(c) {
			parts = append(parts, c+"="+brief(r.Value(c)))
		}
	}
	return strings.Join(parts, " ")
}

// briefRunes is how much of a string a line shows.
const briefRunes = 60

// brief is a cell on one line; strings are quoted, long ones cut.
func brief(v any) string {
	s, ok := v.(string)
	if !ok {
		return cellText(v)
	}
	if r := []rune(s); len(r) > briefRunes {
		s = string(r[:briefRunes-1]) + "…"
	}
	return strconv.Quote(s)
}

// fromTo is old -> new; of long strings that begin alike it shows where they part.
func fromTo(old, new any) string {
	a, ok1 := old.(string)
	b, ok2 := new.(string)
	if !ok1 || !ok2 {
		return brief(old) + " -> " + brief(new)
	}
	x, y := []rune(a), []rune(b)
	alike := 0
	for alike < min(len(x), len(y)) && x[alike] == y[alike] {
		alike++
	}
	const context = 20
	if alike <= context || max(len(x), len(y)) <= briefRunes {
		return brief(old) + " -> " + brief(new)
	}
	cut := alike - context
	return fmt.Sprintf("from character %d: %s -> %s", alike, brief("…"+string(x[cut:])), brief("…"+string(y[cut:])))
}

// table compares entities or errors as a whole.
func (d *differ) table(table string) error {
	key := func(r Row, n map[string]int) string {
		if table == Entities {
			return r.Str("entity_id")
		}
		return nth(r.Str("source")+"\x00"+r.Str("member")+"\x00"+r.Str("stage"), n)
	}
	old, err := d.hashes(d.old, table, key)
	if err != nil {
		return err
	}
	new, err := d.hashes(d.new, table, key)
	if err != nil {
		return err
	}
	load := func(t *Tables, other map[string]uint64) (rows map[string][]Row, err error) {
		rows = map[string][]Row{}
		n := map[string]int{}
		for r, err := range t.Rows(table) {
			if err != nil {
				return nil, err
			}
			k := key(r, n)
			if h, ok := other[k]; !ok || h != d.hash(r) {
				rows[k] = append(rows[k], r)
			}
		}
		return rows, nil
	}
	was, err := load(d.old, new)
	if err != nil {
		return err
	}
	is, err := load(d.new, old)
	if err != nil {
		return err
	}
	d.counts[table].same += len(new) - len(is)
	keys := map[string]bool{}
	for k := range was {
		keys[k] = true
	}
	for k := range is {
		keys[k] = true
	}
	sorted := make([]string, 0, len(keys))
	for k := range keys {
		sorted = append(sorted, k)
	}
	slices.Sort(sorted)
	var lines []string
	for _, k := range sorted {
		lines = append(lines, d.rows(was[k], is[k], nth1, nil)...)
	}
	d.show(table, lines)
	return nil
}

// nth1 is the key where there is one row on each side, or few.
func nth1(_ Row, n map[string]int) string { return nth("", n) }

func (d *differ) hashes(t *Tables, table string, key func(Row, map[string]int) string) (map[string]uint64, error) {
	out, n := map[string]uint64{}, map[string]int{}
	for r, err := range t.Rows(table) {
		if err != nil {
			return nil, err
		}
		out[key(r, n)] = d.hash(r)
	}
	return out, nil
}

// hash is of the cells that count.
func (d *differ) hash(r Row) uint64 {
	var h maphash.Hash
	h.SetSeed(d.seed)
	for i, c := range r.Schema.Columns {
		if slices.Contains(d.opts.Ignore, c.Name) {
			continue
		}
		if r.cells[i] == nil {
			h.WriteByte(0)
		}
		h.WriteString(cellText(r.cells[i]))
		h.WriteByte(0xFF) // in no valid UTF-8
	}
	return h.Sum64()
}

func (d *differ) hashDoc(doc *Doc) uint64 {
	h := d.hash(doc.Row)
	for _, table := range ofDocuments {
		for _, r := range *doc.rows(table) {
			h = h*0x100000001b3 ^ d.hash(r)
		}
		h = h*0x100000001b3 ^ 1
	}
	return h
}

func (d *differ) summary() {
	if d.opts.Limit > 0 && d.shown > d.opts.Limit {
		fmt.Fprintf(d.w, "... and %d more\n", d.shown-d.opts.Limit)
	}
	if d.changed {
		fmt.Fprintln(d.w)
	}
	w := tabwriter.NewWriter(d.w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "table\tsame\tadded\tremoved\tchanged\t")
	for _, s := range schemas {
		c := d.counts[s.Table]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", s.Table, c.same, c.added, c.removed, c.changed)
	}
	w.Flush()
}
