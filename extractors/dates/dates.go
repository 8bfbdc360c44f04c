// Package dates finds time expressions and gives them TIMEX3 values and days.
//
// Patterns over words and numbers are read from rules/*.tsv; each row names an
// action, which resolves what the text says against the publication date or
// against what the text spoke of before. Words that no row can start with cost
// one look-up, so that the time does not grow with the number of rows.
package dates

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Order is how a numeric date such as 3/4/2020 is read when both ways are
// possible. Dates with the year first and dates with points have one order.
type Order uint8

const (
	MDY Order = iota // 3/4/2020 is 4 March; the zero value
	DMY              // 3/4/2020 is 3 April
)

// Engines that Options.Engine can name.
const (
	EngineRules = "rules" // the project's own; the default
	EngineWhen  = "when"  // github.com/olebedev/when, as a baseline
)

// Options of an extractor. The zero value is useful.
type Options struct {
	Engine string // EngineRules or EngineWhen; "" is EngineRules
	Order  Order  // of ambiguous numeric dates
}

func (o Options) withDefaults() Options {
	if o.Engine == "" {
		o.Engine = EngineRules
	}
	return o
}

// Validate lists every problem of the options.
func (o Options) Validate() error {
	var errs []error
	if o.Engine != "" && o.Engine != EngineRules && o.Engine != EngineWhen {
		errs = append(errs, fmt.Errorf("dates engine %q: want %s or %s", o.Engine, EngineRules, EngineWhen))
	}
	if o.Order > DMY {
		errs = append(errs, fmt.Errorf("date order %d: want MDY or DMY", o.Order))
	}
	return errors.Join(errs...)
}

// Extractor finds time expressions. It is safe for concurrent use.
type Extractor struct {
	opt   Options
	rules *ruleset
	when  *whenEngine
	pool  sync.Pool // *scratch
}

// New reads the rules. An error names the file and line of a bad row.
func New(o Options) (*Extractor, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	x := &Extractor{opt: o.withDefaults()}
	if x.opt.Engine == EngineWhen {
		x.when = newWhenEngine()
		return x, nil
	}
	rs, err := loadRules(data)
	if err != nil {
		return nil, fmt.Errorf("dates: %w", err)
	}
	x.rules = rs
	x.pool.New = func() any { return &scratch{lex: lexer{lex: rs.lex}} }
	return x, nil
}

// Name returns "dates".
func (x *Extractor) Name() string { return "dates" }

// Rules returns the names of all rules, sorted; of traps too, which no date
// can have.
func (x *Extractor) Rules() []string {
	if x.when != nil {
		return []string{whenRule}
	}
	return x.rules.names()
}

// scratch is what one document needs while it is worked on.
type scratch struct {
	lex   lexer
	match matcher
	res   resolver
	parts [maxParts]part

	dayless []waiting // of the sentence
}

// maxKeptItems bounds the memory that a scratch keeps for the next document.
const maxKeptItems = 1 << 16

// Extract sets d.Dates from d.Text, d.Sentences, d.Tokens, d.Mentions and
// d.Published.
func (x *Extractor) Extract(ctx context.Context, d *article.Document) error {
	d.Dates = d.Dates[:0]
	if x.when != nil {
		return x.when.extract(ctx, d)
	}
	s := x.pool.Get().(*scratch)
	defer func() {
		if cap(s.lex.items) > maxKeptItems {
			s.lex.items = nil
		}
		s.lex.text = ""
		x.pool.Put(s)
	}()
	return s.document(ctx, x, d, nil)
}

// document extracts the dates of a document. met, if not nil, hears of every
// rule that met the text, with a reason when it lost.
func (s *scratch) document(ctx context.Context, x *Extractor, d *article.Document, met func(sentence int, r *rule, from, to int, why string)) error {
	s.lex.text = d.Text
	s.res = resolver{rs: x.rules, order: x.opt.Order, lex: &s.lex, pub: d.Published.Day, precision: d.Published.Precision}
	if s.res.pub != 0 && s.res.precision == article.NoPrecision {
		s.res.precision = article.DayPrecision
	}
	s.res.narrative = narrates(d)
	names := nameGuard{mentions: d.Mentions}
	s.match.rs, s.match.lex, s.match.met, s.match.work = x.rules, &s.lex, nil, 0
	for i := range d.Sentences {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		sent := &d.Sentences[i]
		s.lex.sentence(d.Tokens[sent.First:sent.Last])
		if s.lex.dates == 0 {
			continue
		}
		s.match.after = -1
		if met != nil {
			s.match.met = func(r *rule, first, last int, why string) {
				met(i, r, int(s.lex.items[first].start), int(s.lex.items[last-1].end), why)
			}
		}
		s.sentence(d, i, &names)
	}
	return nil
}

// narrates reports whether the text tells of years long before its
// publication, as an encyclopedia does: then an undated month belongs to the
// year spoken of last. It counts years of the past on one side, on the other
// recent years and words that count from the publication.
func narrates(d *article.Document) bool {
	limit := 2000
	if d.Published.Day != 0 {
		limit, _, _ = d.Published.Day.Date()
	}
	past, present := 0, 0
	for _, t := range d.Tokens {
		if t.Kind == article.Number && t.Len() == 4 {
			switch y, err := strconv.Atoi(d.TextOf(t.Span)); {
			case err != nil || y < 1000 || y > limit:
			case y < limit-2:
				past++
			default:
				present++
			}
		} else if t.Kind == article.Word && t.Len() >= 4 && t.Len() <= 9 {
			switch d.TextOf(t.Span) {
			case "said", "says", "told", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "today", "yesterday", "tomorrow", "tonight":
				present++
			}
		}
	}
	return past >= minPast && past >= 3*present
}

// minPast is how many years of the past make a story.
const minPast = 5

// sentence finds the dates of the sentence that the lexer holds.
func (s *scratch) sentence(d *article.Document, index int, names *nameGuard) {
	s.res.beginSentence(index, d.Sentences[index].Section)
	s.dayless = s.dayless[:0]
	for i := 0; i < len(s.lex.items); {
		if !s.match.at(i) {
			i++
			continue
		}
		b := &s.match.best
		if b.rule.do != nil {
			s.res.before(s.match.after, i, b.take)
			for k := range b.parts(&s.parts) {
				s.add(d, index, b, &s.parts[k], names)
			}
		}
		s.match.after = b.take
		i = max(b.take, i+1)
	}
}

// add resolves one time expression and appends it to the document.
func (s *scratch) add(d *article.Document, index int, b *match, p *part, names *nameGuard) {
	span := article.Span{Start: int(s.lex.items[p.first].start), End: int(s.lex.items[p.last-1].end)}
	if names.inside(span) {
		return
	}
	var st stamp
	if !b.rule.do(&s.res, b, &p.frame, &st) {
		return
	}
	s.res.note(&st, &p.frame)
	from, to := st.days()
	dt := article.Date{
		Span: span, Sentence: index, Type: st.typ, Value: st.value(), Mod: modNames[st.mod], From: from, To: to,
		Granularity: granNames[st.gran], Relative: st.relative, Resolved: st.resolved(), UnresolvedReason: st.reason,
		Ambiguous: st.ambiguous, Anchor: st.anchor, AnchorFrom: st.anchorFrom, Rule: b.rule.name,
	}
	if dt.Type == article.DURATION {
		dt.Granularity = ""
	}
	dt.Confidence = s.res.confidence(b.rule, &st)
	d.Dates = append(d.Dates, dt)
	if st.dayless {
		s.dayless = append(s.dayless, waiting{len(d.Dates) - 1, st})
	} else if st.gran >= granDay && st.resolved() && from == to && !s.res.said {
		s.settle(d, from)
	}
}

// waiting is a time of day whose day the sentence may yet say.
type waiting struct {
	date int // index into Document.Dates
	stamp
}

// settle gives the times of day before it in the sentence their day: "at 10:35
// a.m. (0735 GMT) Friday".
func (s *scratch) settle(d *article.Document, day article.Day) {
	for i := range s.dayless {
		w := &s.dayless[i]
		w.setDay(day)
		w.gran = granTime
		dt := &d.Dates[w.date]
		dt.Value, dt.From, dt.To = w.value(), day, day
		dt.Resolved, dt.UnresolvedReason = true, ""
		dt.Anchor, dt.AnchorFrom = day, "mention"
	}
	s.dayless = s.dayless[:0]
}

// nameGuard tells which time expressions lie inside names. It is asked in the
// order of the text.
type nameGuard struct {
	mentions []article.Mention
	next     int
}

// inside reports whether the span lies in a longer name: "Sunday Times",
// "Black September". A name that is nothing but a date is taken for one,
// except a person: May, April.
func (g *nameGuard) inside(s article.Span) bool {
	for g.next < len(g.mentions) && g.mentions[g.next].End <= s.Start {
		g.next++
	}
	for k := g.next; k < len(g.mentions) && g.mentions[k].Start < s.End; k++ {
		m := &g.mentions[k]
		if !m.Overlaps(s) {
			continue
		}
		if m.Contains(s) && (m.Span != s || m.Kind == article.PER) {
			return true
		}
	}
	return false
}
