package eval

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// DatesDoc is the time expressions of one document, by gold or by a system.
type DatesDoc struct {
	ID        string
	Published string // day to resolve against, YYYY-MM-DD; "" unknown
	Text      string
	Timexes   []TimexRecord
}

// TimexRecord is one time expression. Offsets are bytes of the text.
type TimexRecord struct {
	Start, End       int
	Type, Value, Mod string
}

const datesLine = `{"id", "dct", "text", "timexes": [{"start", "end", "type", "value"}]}`

// ReadDates reads JSON Lines: {"id", "dct"?, "text", "timexes": [{"start",
// "end", "type", "value"?, "mod"?}]}. An article without time expressions has
// an empty list.
func ReadDates(r io.Reader) ([]DatesDoc, error) {
	return readLines(r, datesLine, func(line []byte) (DatesDoc, string, error) {
		d, err := parseDatesDoc(line)
		return d, d.ID, err
	})
}

func parseDatesDoc(line []byte) (d DatesDoc, err error) {
	var raw struct {
		Published string            `json:"dct"`
		Text      string            `json:"text"`
		Timexes   []json.RawMessage `json:"timexes"`
	}
	if d.ID, err = decode(line, datesLine, &raw); err != nil {
		return d, err
	}
	d.Published, d.Text = raw.Published, raw.Text
	if raw.Timexes == nil {
		return d, fmt.Errorf("document %s: no timexes; want %s, with an empty list where it has none", d.ID, datesLine)
	}
	type record struct {
		spanFields
		Type  string `json:"type"`
		Value string `json:"value"`
		Mod   string `json:"mod"`
	}
	d.Timexes, err = decodeList(d.ID, "timex", raw.Timexes, func(t record) (TimexRecord, error) {
		s, err := t.in(d.Text)
		if err == nil && t.Type == "" {
			err = errors.New("no type")
		}
		return TimexRecord{s.Start, s.End, t.Type, t.Value, t.Mod}, err
	})
	return d, err
}

// DatesOf returns a document's dates as they are scored.
func DatesOf(d *article.Document) DatesDoc {
	out := DatesDoc{ID: d.ID, Text: d.Text, Published: d.Published.Day.String(), Timexes: make([]TimexRecord, 0, len(d.Dates))}
	for _, t := range d.Dates {
		out.Timexes = append(out.Timexes, TimexRecord{Start: t.Start, End: t.End, Type: t.Type.String(), Value: t.Value, Mod: t.Mod})
	}
	return out
}

// DatesScore is how the time expressions of a system compare with gold, as
// TempEval-3 task A counts. Shares are between 0 and 1.
//
// A gold and a predicted expression are paired, one to one, when they share a
// byte; of several the exact one, else the one that shares most. Relaxed
// counts the pairs, strict those with the same span. The accuracies are over
// the pairs, by equal strings; type F1 and value F1 are relaxed F1 times
// accuracy. The day figures are about values that name a full day, those of
// the intervals about gold values that name a stretch of whole days.
type DatesScore struct {
	Gold, Pred, Paired            int
	StrictP, StrictR, StrictF1    float64
	RelaxedP, RelaxedR, RelaxedF1 float64
	TypeF1, TypeAccuracy          float64
	ValueF1, ValueAccuracy        float64
	StrictValueF1                 float64
	DayR, DayP                    float64
	DayGold                       int
	IntervalR                     float64
	IntervalGold                  int
	ByType                        []DatesTypeScore // DATE, TIME, DURATION, SET
	Errors                        []DateError      // sorted by kind, document, text
}

// DatesTypeScore is the recall side for the gold of one type.
type DatesTypeScore struct {
	Type                                           string
	Gold                                           int
	RelaxedR, StrictR, TypeAccuracy, ValueAccuracy float64
}

// DateError is one difference from gold.
type DateError struct {
	Kind    string // MISS, SPUR, SPAN, TYPE, VALUE
	ID      string // of the document
	Text    string // of the gold expression; of the predicted one for SPUR
	Type    string
	Value   string
	Got     string // what was found instead: text, type and value, or value
	Context string
}

// dateCounts is what DatesScore is made of.
type dateCounts struct {
	gold, pred, paired, strict, typ, value, strictValue int
	goldDay, goldDayOK, predDay, predDayOK              int
	goldSpan, goldSpanOK                                int
}

func (c *dateCounts) add(o dateCounts) {
	c.gold += o.gold
	c.pred += o.pred
	c.paired += o.paired
	c.strict += o.strict
	c.typ += o.typ
	c.value += o.value
	c.strictValue += o.strictValue
	c.goldDay += o.goldDay
	c.goldDayOK += o.goldDayOK
	c.predDay += o.predDay
	c.predDayOK += o.predDayOK
	c.goldSpan += o.goldSpan
	c.goldSpanOK += o.goldSpanOK
}

// CheckDates reports gold without any time expression: it gives no score.
func CheckDates(gold []DatesDoc) error {
	if !slices.ContainsFunc(gold, func(d DatesDoc) bool { return len(d.Timexes) > 0 }) {
		return fmt.Errorf("no time expression is annotated in %d documents: there is nothing to score", len(gold))
	}
	return nil
}

// ScoreDates compares predictions with gold. Documents are joined by id; one
// without a prediction counts as one with no time expressions, predictions
// for other documents are left out. Where a prediction has a text it must be
// the gold's.
func ScoreDates(gold, pred []DatesDoc) (DatesScore, error) {
	byID := map[string]*DatesDoc{}
	for i := range pred {
		byID[pred[i].ID] = &pred[i]
	}
	var all dateCounts
	byType := make([]dateCounts, len(timexTypes))
	s := DatesScore{}
	for i := range gold {
		g := &gold[i]
		var p []TimexRecord
		if d := byID[g.ID]; d != nil {
			if d.Text != "" && d.Text != g.Text {
				return DatesScore{}, fmt.Errorf("text of %s differs from the gold text", g.ID)
			}
			p = slices.Clone(d.Timexes)
		}
		slices.SortStableFunc(p, func(a, b TimexRecord) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
		})
		pairs := pairTimexes(g.Timexes, p)
		all.add(countTimexes(g.Timexes, p, pairs, ""))
		for k, typ := range timexTypes {
			byType[k].add(countTimexes(g.Timexes, p, pairs, typ))
		}
		s.Errors = append(s.Errors, timexErrors(g, p, pairs)...)
	}
	s.fill(all)
	for k, typ := range timexTypes {
		c := byType[k]
		s.ByType = append(s.ByType, DatesTypeScore{
			Type: typ, Gold: c.gold, RelaxedR: ratio(c.paired, c.gold), StrictR: ratio(c.strict, c.gold),
			TypeAccuracy: ratio(c.typ, c.paired), ValueAccuracy: ratio(c.value, c.paired),
		})
	}
	slices.SortFunc(s.Errors, func(a, b DateError) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Value, b.Value), cmp.Compare(a.Got, b.Got), cmp.Compare(a.Context, b.Context))
	})
	return s, nil
}

var timexTypes = []string{"DATE", "TIME", "DURATION", "SET"}

func (s *DatesScore) fill(c dateCounts) {
	s.Gold, s.Pred, s.Paired = c.gold, c.pred, c.paired
	s.StrictP, s.StrictR = ratio(c.strict, c.pred), ratio(c.strict, c.gold)
	s.StrictF1 = harmonic(s.StrictP, s.StrictR)
	s.RelaxedP, s.RelaxedR = ratio(c.paired, c.pred), ratio(c.paired, c.gold)
	s.RelaxedF1 = harmonic(s.RelaxedP, s.RelaxedR)
	s.TypeAccuracy, s.ValueAccuracy = ratio(c.typ, c.paired), ratio(c.value, c.paired)
	s.TypeF1, s.ValueF1 = s.TypeAccuracy*s.RelaxedF1, s.ValueAccuracy*s.RelaxedF1
	s.StrictValueF1 = harmonic(ratio(c.strictValue, c.pred), ratio(c.strictValue, c.gold))
	s.DayR, s.DayP, s.DayGold = ratio(c.goldDayOK, c.goldDay), ratio(c.predDayOK, c.predDay), c.goldDay
	s.IntervalR, s.IntervalGold = ratio(c.goldSpanOK, c.goldSpan), c.goldSpan
}

// timexPair joins a gold and a predicted expression by index.
type timexPair struct {
	gold, pred int
	exact      bool
}

// pairTimexes pairs one to one what overlaps: exact spans first, then by the
// bytes shared, then by the order in the text.
func pairTimexes(gold, pred []TimexRecord) []timexPair {
	type candidate struct {
		timexPair
		shared int
	}
	var cands []candidate
	for i, g := range gold {
		for j, p := range pred {
			if shared := min(g.End, p.End) - max(g.Start, p.Start); shared > 0 {
				cands = append(cands, candidate{timexPair{i, j, g.Start == p.Start && g.End == p.End}, shared})
			}
		}
	}
	slices.SortFunc(cands, func(a, b candidate) int {
		if a.exact != b.exact {
			if a.exact {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(a.gold, b.gold), cmp.Compare(a.pred, b.pred))
	})
	goldUsed, predUsed := make([]bool, len(gold)), make([]bool, len(pred))
	var out []timexPair
	for _, c := range cands {
		if !goldUsed[c.gold] && !predUsed[c.pred] {
			goldUsed[c.gold], predUsed[c.pred] = true, true
			out = append(out, c.timexPair)
		}
	}
	return out
}

// countTimexes counts one document; with only set, the gold of that type.
func countTimexes(gold, pred []TimexRecord, pairs []timexPair, only string) dateCounts {
	var c dateCounts
	of := make([]*timexPair, len(gold))
	goldOf := make([]*TimexRecord, len(pred))
	for k := range pairs {
		of[pairs[k].gold] = &pairs[k]
		goldOf[pairs[k].pred] = &gold[pairs[k].gold]
	}
	for i := range gold {
		if g := &gold[i]; only == "" || g.Type == only {
			c.countGold(g, pred, of[i])
		}
	}
	for j := range pred {
		c.pred++
		if d := dayOf(pred[j].Value); d != "" {
			c.predDay++
			c.predDayOK += one(goldOf[j] != nil && dayOf(goldOf[j].Value) == d)
		}
	}
	return c
}

func (c *dateCounts) countGold(g *TimexRecord, pred []TimexRecord, p *timexPair) {
	goldDay := g.Type == "DATE" && len(g.Value) == len(time.DateOnly) && dayOf(g.Value) != ""
	span, hasSpan := timexInterval(g.Value)
	hasSpan = hasSpan && (g.Type == "DATE" || g.Type == "TIME")
	c.gold++
	c.goldDay += one(goldDay)
	c.goldSpan += one(hasSpan)
	if p == nil {
		return
	}
	q := &pred[p.pred]
	c.paired++
	c.strict += one(p.exact)
	c.typ += one(q.Type == g.Type)
	c.value += one(q.Value == g.Value)
	c.strictValue += one(q.Value == g.Value && p.exact)
	c.goldDayOK += one(goldDay && dayOf(q.Value) == g.Value)
	got, ok := timexInterval(q.Value)
	c.goldSpanOK += one(hasSpan && ok && got == span)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// dayOf returns the YYYY-MM-DD of a value that names a day, perhaps with a time
// behind it; "" for another.
func dayOf(v string) string {
	if len(v) < 10 || len(v) > 10 && v[10] != 'T' || !shaped(v[:10], "0000-00-00") {
		return ""
	}
	return v[:10]
}

// shaped reports whether s has digits where the shape has 0, and the same
// bytes elsewhere.
func shaped(s, shape string) bool {
	if len(s) != len(shape) {
		return false
	}
	for i := range len(s) {
		if shape[i] == '0' {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		} else if s[i] != shape[i] {
			return false
		}
	}
	return true
}

// timexInterval returns the days [from, to) of a value that names a day, week,
// weekend, month, quarter, half, year, decade or century.
func timexInterval(v string) (span [2]article.Day, ok bool) {
	v, _, _ = strings.Cut(v, "T")
	at := func(from, to int) int {
		n := 0
		for _, c := range v[from:to] {
			n = n*10 + int(c-'0')
		}
		return n
	}
	months := func(y, m, n int) ([2]article.Day, bool) {
		if y < 1 || m < 1 || m > 12 || y+(m+n-1)/12 > 9999 {
			return [2]article.Day{}, false
		}
		return [2]article.Day{article.NewDay(y, time.Month(m), 1), article.NewDay(y, time.Month(m+n), 1)}, true
	}
	switch {
	case shaped(v, "0000-00-00"):
		y, m, d := at(0, 4), time.Month(at(5, 7)), at(8, 10)
		if !article.ValidDate(y, m, d) {
			return span, false
		}
		day := article.NewDay(y, m, d)
		return [2]article.Day{day, day + 1}, true
	case shaped(v, "0000-W00"), shaped(v, "0000-W00-WE"):
		return weekInterval(at(0, 4), at(6, 8), len(v) > 8)
	case shaped(v, "0000-00"):
		return months(at(0, 4), at(5, 7), 1)
	case shaped(v, "0000-Q0") && v[6] >= '1' && v[6] <= '4':
		return months(at(0, 4), 3*at(6, 7)-2, 3)
	case shaped(v, "0000-H0") && v[6] >= '1' && v[6] <= '2':
		return months(at(0, 4), 6*at(6, 7)-5, 6)
	case shaped(v, "0000"):
		return months(at(0, 4), 1, 12)
	case shaped(v, "000"):
		return months(at(0, 3)*10, 1, 120)
	case shaped(v, "00"):
		return months(at(0, 2)*100, 1, 1200)
	}
	return span, false
}

func weekInterval(y, w int, weekend bool) (span [2]article.Day, ok bool) {
	if y < 1 || w < 1 || w > 53 {
		return span, false
	}
	jan4 := article.NewDay(y, 1, 4)
	mon := jan4 - article.Day((int(jan4.Weekday())+6)%7) + article.Day(7*(w-1))
	if got, _ := mon.ISOWeek(); got != y {
		return span, false
	}
	if weekend {
		return [2]article.Day{mon + 5, mon + 7}, true
	}
	return [2]article.Day{mon, mon + 7}, true
}

// timexErrors lists the differences in one document.
func timexErrors(g *DatesDoc, pred []TimexRecord, pairs []timexPair) []DateError {
	var out []DateError
	of := make([]*timexPair, len(g.Timexes))
	used := make([]bool, len(pred))
	for k := range pairs {
		of[pairs[k].gold] = &pairs[k]
		used[pairs[k].pred] = true
	}
	text := func(from, to int) string { return textAt(g.Text, from, to) }
	add := func(kind string, t TimexRecord, got string) {
		out = append(out, DateError{kind, g.ID, text(t.Start, t.End), t.Type, t.Value, got, text(t.Start-40, t.End+30)})
	}
	for i, t := range g.Timexes {
		if of[i] == nil {
			add("MISS", t, "")
			continue
		}
		q := pred[of[i].pred]
		if !of[i].exact {
			add("SPAN", t, text(q.Start, q.End))
		}
		if q.Type != t.Type {
			add("TYPE", t, q.Type+" "+q.Value)
		} else if q.Value != t.Value {
			add("VALUE", t, q.Value)
		}
	}
	for j, q := range pred {
		if !used[j] {
			add("SPUR", q, "")
		}
	}
	return out
}

// Write prints the score as a table, with byType also by gold type, and the
// first so many errors.
func (s *DatesScore) Write(w io.Writer, byType bool, most int) error {
	var errs []error
	printf := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format, args...)
		errs = append(errs, err)
	}
	pc := func(x float64) string { return fmt.Sprintf("%6.2f", 100*x) }
	printf("gold %d  predicted %d  paired %d\n", s.Gold, s.Pred, s.Paired)
	printf("strict   F1 %s  P %s  R %s\n", pc(s.StrictF1), pc(s.StrictP), pc(s.StrictR))
	printf("relaxed  F1 %s  P %s  R %s\n", pc(s.RelaxedF1), pc(s.RelaxedP), pc(s.RelaxedR))
	printf("type     F1 %s  accuracy %s\n", pc(s.TypeF1), pc(s.TypeAccuracy))
	printf("value    F1 %s  accuracy %s   strict+value F1 %s\n", pc(s.ValueF1), pc(s.ValueAccuracy), pc(s.StrictValueF1))
	printf("day      R  %s  P %s   (gold full-day DATEs: %d)\n", pc(s.DayR), pc(s.DayP), s.DayGold)
	printf("interval R  %s   (gold values with an interval: %d)\n", pc(s.IntervalR), s.IntervalGold)
	if byType {
		for _, t := range s.ByType {
			printf("%-9s gold %4d  relaxed R %s  strict R %s  type acc %s  value acc %s\n",
				t.Type, t.Gold, pc(t.RelaxedR), pc(t.StrictR), pc(t.TypeAccuracy), pc(t.ValueAccuracy))
		}
	}
	for _, e := range s.Errors[:min(most, len(s.Errors))] {
		printf("%s\n", strings.Join([]string{e.Kind, e.ID, e.Text, e.Type, e.Value, e.Got, e.Context}, "\t"))
	}
	return errors.Join(errs...)
}

// CalibrateDates bins the confidences of documents' dates against gold: right
// is a date that is paired with a gold expression of the same value.
func CalibrateDates(gold []DatesDoc, docs []*article.Document) Calibration {
	byID := map[string]*DatesDoc{}
	for i := range gold {
		byID[gold[i].ID] = &gold[i]
	}
	var all []bool
	var confidence []float64
	for _, d := range docs {
		g := byID[d.ID]
		if g == nil {
			continue
		}
		pred := DatesOf(d).Timexes
		right := make([]bool, len(pred))
		for _, p := range pairTimexes(g.Timexes, pred) {
			right[p.pred] = pred[p.pred].Value == g.Timexes[p.gold].Value
		}
		for j := range pred {
			all, confidence = append(all, right[j]), append(confidence, float64(d.Dates[j].Confidence))
		}
	}
	return calibrate(all, confidence)
}
