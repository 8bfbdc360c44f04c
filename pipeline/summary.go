package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

// runName is the file beside the tables that describes the run.
const runName = "_run.json"

// Summary is what a run did. It is also the content of _run.json.
type Summary struct {
	Schema      string           `json:"schema"`
	Facts       map[string]any   `json:"facts,omitempty"` // versions, options, model and gazetteer identity
	Identity    string           `json:"identity"`        // Options.Identity
	Inputs      []string         `json:"inputs"`
	Out         string           `json:"-"`
	Rows        map[string]int64 `json:"rows"` // per table
	Bytes       int64            `json:"input_bytes"`
	TextBytes   int64            `json:"text_bytes"`
	Tokens      int64            `json:"tokens"`
	Batches     int              `json:"batches"`
	Reused      int64            `json:"batches_reused"`
	Failures    map[string]int64 `json:"errors,omitempty"`      // by stage and reason
	Skipped     map[string]int   `json:"skipped,omitempty"`     // files left out, by reason
	Foreign     map[string]int64 `json:"not_english,omitempty"` // documents that were not extracted, by language
	Publication Range            `json:"published"`
	Mentioned   Range            `json:"days_named"`
	Resolved    resolved         `json:"resolution"`
	Top         map[string][]Top `json:"-"` // most frequent entities, by kind
	Failed      []output.Failure `json:"-"` // the first of them
	Overrides   []OverrideCount  `json:"overrides,omitempty"`
	Seconds     float64          `json:"seconds"`

	unwritten bool // the tables in Out are those of an earlier run
}

// Range is a range of days as YYYY-MM-DD; empty when no day is known.
type Range struct {
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
}

// Top is one line of a list of the most frequent entities.
type Top struct {
	Name                string
	Mentions, Documents int64
}

const (
	topEntities   = 10 // in the summary, by kind
	shownFailures = 10
)

// SetAside returns how many inputs have a row in the errors table.
func (s *Summary) SetAside() int64 { return s.Rows["errors"] }

// publish settles what the run as a whole decides, writes what belongs to no
// batch, and puts the tables in place.
func (r *run) publish(ctx context.Context, records []*batchRecord, c *census) (*Summary, error) {
	s := r.summary(records)
	if s.Rows["documents"] == 0 && s.Rows["errors"] == 0 {
		return nil, fmt.Errorf("%w: nothing to read in %s%s", ErrNothing, strings.Join(r.names(), ", "), skippedNote(r.skipped))
	}
	if s.unwritten = s.Rows["documents"] == 0 && r.store.hasDocuments(); s.unwritten {
		return s, fmt.Errorf("%w; the earlier tables in %s stay", ErrNothing, r.Out)
	}
	all, err := r.settle(ctx, records, c)
	if err != nil {
		return nil, err
	}
	for _, o := range r.Overrides {
		s.Overrides = append(s.Overrides, OverrideCount{o.File, o.Line, o.Action, o.Name, all.overrides[o.Line]})
	}
	err = r.store.publish(tableNames(), all.batches, func(dir string) (err error) {
		if s.Rows[output.Entities], s.Top, err = r.writeEntities(dir, all); err != nil {
			return err
		}
		s.Seconds = time.Since(r.started).Seconds()
		return r.store.writeJSON(filepath.Join(dir, runName), s)
	})
	if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}
	if s.Rows["documents"] == 0 {
		return s, ErrNothing
	}
	return s, nil
}

func (r *run) summary(records []*batchRecord) *Summary {
	s := &Summary{Schema: output.SchemaVersion, Facts: r.Facts, Identity: r.Identity, Inputs: r.names(), Out: r.Out, Rows: map[string]int64{},
		Batches: len(records), Reused: r.progress.Reused, Failures: map[string]int64{}, Foreign: map[string]int64{}, Skipped: r.skipped}
	var published, mentioned days
	for _, b := range records {
		addCounts(s.Rows, b.Rows)
		s.Bytes += b.Bytes
		s.TextBytes += b.TextBytes
		s.Tokens += b.Tokens
		s.Resolved.add(b.Resolved)
		published.add(b.Publication.First, b.Publication.Last)
		mentioned.add(b.Mentioned.First, b.Mentioned.Last)
		addCounts(s.Failures, b.Errors)
		addCounts(s.Foreign, b.Foreign)
		s.Failed = append(s.Failed, b.Failures[:min(len(b.Failures), shownFailures-len(s.Failed))]...)
	}
	s.Publication = Range{published.First.String(), published.Last.String()}
	s.Mentioned = Range{mentioned.First.String(), mentioned.Last.String()}
	return s
}

func (r *resolved) add(o resolved) {
	r.Places += o.Places
	r.PlacesNIL += o.PlacesNIL
	r.Dates += o.Dates
	r.DatesOpen += o.DatesOpen
	r.Undated += o.Undated
}

// reason is an error without what differs from input to input.
func reason(err string) string {
	head, _, _ := strings.Cut(err, ":")
	return head
}

// leading returns the most frequent entities of a list, in their order, once
// it is longer than limit.
func leading(list []Top, limit int) []Top {
	if len(list) <= limit {
		return list
	}
	slices.SortFunc(list, func(a, b Top) int {
		return cmp.Or(cmp.Compare(b.Mentions, a.Mentions), cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Name, b.Name))
	})
	return list[:min(len(list), topEntities)]
}

func addCounts(to, from map[string]int64) {
	for k, n := range from {
		to[k] += n
	}
}

// leftovers turns what the reader noticed only at the end (metadata rows that
// match no article) into rows of a last batch.
func (r *run) leftovers(records []*batchRecord, in *source.Walker) ([]*batchRecord, error) {
	late := in.Leftovers()
	if len(late) == 0 || r.Shard != 0 {
		return records, nil
	}
	w, rec := newWorker(r, nil), newRecord()
	rec.seq = -1 // no documents
	for _, f := range late {
		if err := w.setAside(rec, output.Failure(f)); err != nil {
			return nil, err
		}
	}
	rec.Fingerprint = fmt.Sprintf("%032x", hash64(fmt.Sprint(late), r.Identity))
	if err := w.save(rec, new(facts)); err != nil {
		return nil, err
	}
	return append(records, rec), nil
}

// Write prints the summary for a person.
func (s *Summary) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s articles, %s of text, %s tokens in %.1f s", count(s.Rows["documents"]), size(s.TextBytes), count(s.Tokens), s.Seconds)
	if s.Reused > 0 {
		fmt.Fprintf(&b, " (%d of %d batches were there already)", s.Reused, s.Batches)
	}
	b.WriteString("\n")
	if s.Rows["documents"] > 0 {
		b.WriteString("\n")
		tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, t := range tableNames() {
			fmt.Fprintf(tw, "  %s\t%*s rows\t%s\n", t, 9, count(s.Rows[t]), s.remark(t))
		}
		tw.Flush()
		s.writeTop(&b)
	}
	s.writeSetAside(&b)
	if !s.unwritten {
		fmt.Fprintf(&b, "\ntables are in %s\n", s.Out)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func (s *Summary) remark(table string) string {
	between := func(r Range) string {
		if r.First == r.Last {
			return r.First
		}
		return r.First + " to " + r.Last
	}
	switch {
	case table == "documents" && s.Publication.First != "":
		return fmt.Sprintf("published %s; %s without a date", between(s.Publication), count(s.Resolved.Undated))
	case table == "documents":
		return "no publication date known"
	case table == "places":
		return fmt.Sprintf("%s resolved, %s not", count(s.Resolved.Places), count(s.Resolved.PlacesNIL))
	case table == "dates" && s.Mentioned.First != "":
		return fmt.Sprintf("%s resolved, %s not; days named: %s", count(s.Resolved.Dates), count(s.Resolved.DatesOpen), between(s.Mentioned))
	}
	return ""
}

func (s *Summary) writeTop(b *strings.Builder) {
	lists := []struct{ title, kind string }{{"people", "PER"}, {"organisations", "ORG"}, {"places", "LOC"}}
	const width = 26
	column := func(text string) {
		b.WriteString(text + strings.Repeat(" ", max(1, width-utf8.RuneCountInString(text))))
	}
	b.WriteString("\nmost frequent (mentions)\n")
	for _, l := range lists {
		b.WriteString("  ")
		column(l.title)
	}
	b.WriteString("\n")
	for i := range topEntities {
		line := false
		for _, l := range lists {
			line = line || i < len(s.Top[l.kind])
		}
		if !line {
			break
		}
		for _, l := range lists {
			b.WriteString("  ")
			if list := s.Top[l.kind]; i < len(list) {
				column(fmt.Sprintf("%s %d", shorten(list[i].Name, width-6), list[i].Mentions))
			} else {
				column("")
			}
		}
		b.WriteString("\n")
	}
}

func (s *Summary) writeSetAside(b *strings.Builder) {
	if len(s.Foreign) > 0 {
		fmt.Fprintf(b, "\n%s\n", foreignNote(s.Foreign))
	}
	if n := s.SetAside(); n > 0 {
		fmt.Fprintf(b, "\n%s\n", s.aside())
		for _, f := range s.Failed {
			fmt.Fprintf(b, "  %s\n", printable((&SetAside{f}).Error()))
		}
		if more := n - int64(len(s.Failed)); more > 0 {
			fmt.Fprintf(b, "  ... and %s more\n", count(more))
		}
	}
	for _, warning := range s.unmet() {
		fmt.Fprintf(b, "\n%s\n", warning)
	}
	if len(s.Skipped) > 0 {
		fmt.Fprintf(b, "\nfiles left out%s\n", skippedNote(s.Skipped))
	}
}

// Warnings says, a line each, what somebody should look at who does not see
// the summary.
func (s *Summary) Warnings() []string {
	list := s.unmet()
	if s.SetAside() > 0 {
		list = append(list, s.aside())
	}
	return list
}

func (s *Summary) aside() string {
	n := "set aside or in doubt: " + count(s.SetAside())
	if s.unwritten {
		return n
	}
	return n + " (all of them are in the errors table)"
}

// unmet names the overrides that met nothing.
func (s *Summary) unmet() (list []string) {
	for _, o := range s.Overrides {
		if o.Rows == 0 {
			list = append(list, fmt.Sprintf("%s:%d: override %s %q met nothing", cmp.Or(o.File, "overrides"), o.Line, o.Action, o.Name))
		}
	}
	return list
}

// foreignNote says how many articles were left alone, and in which languages.
func foreignNote(foreign map[string]int64) string {
	tags := slices.SortedFunc(maps.Keys(foreign), func(a, b string) int {
		return cmp.Or(cmp.Compare(foreign[b], foreign[a]), cmp.Compare(a, b))
	})
	var n int64
	list := make([]string, len(tags))
	for i, t := range tags {
		n += foreign[t]
		list[i] = t + " " + count(foreign[t])
	}
	what := "articles"
	if n == 1 {
		what = "article"
	}
	return fmt.Sprintf("%s %s not in English: %s; not extracted (--all-languages does)", count(n), what, strings.Join(list, ", "))
}

func skippedNote(skipped map[string]int) string {
	if len(skipped) == 0 {
		return ""
	}
	var notes []string
	for _, k := range slices.Sorted(maps.Keys(skipped)) {
		notes = append(notes, fmt.Sprintf("%s %d", k, skipped[k]))
	}
	return ": " + strings.Join(notes, ", ")
}

// ReadSummary reads the _run.json of a folder of tables.
func ReadSummary(dir string) (*Summary, error) {
	s := &Summary{Out: dir}
	return s, readJSON(filepath.Join(dir, runName), s)
}

// count prints a number with thousands separated.
func count(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func size(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	default:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
}

func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)
	return string(r[:most-1]) + "…"
}

// printable keeps control characters from reaching a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
