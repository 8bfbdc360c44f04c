package dates

import (
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Reasons why a value is not resolved.
const (
	noPublished  = "no publication date"
	coarse       = "publication date not known to the day"
	vagueRef     = "vague"
	noAntecedent = "nothing before it to count from"
)

// resolver gives the matches of one document their values, in the order of the
// text.
type resolver struct {
	rs        *ruleset
	order     Order
	lex       *lexer
	pub       article.Day
	precision article.Precision

	// what the text spoke of last
	lastDay    article.Day
	lastMonth  stamp // month, or finer
	monthNamed bool  // in so many words, and not as the month of a weekday or "today"
	lastYear   int   // 0 none
	lastSpan   stamp // whatever it was, if it has days
	period     stamp // the last quarter, for texts about earnings
	quarterly  bool  // the figures are those of the quarter, and not of nine months or a year

	// the day that a time of day belongs to
	toldDay  article.Day
	toldAt   int  // the sentence of the document that told it, or gave a time of it
	toldHere bool // the sentence at hand told it
	toldOnly bool // it is no more than the day on which somebody said something

	narrative bool        // tells of years long before its publication
	future    bool        // the sentence looks ahead
	planned   bool        // a planning word stands before the match in its sentence
	soon      bool        // one stands so near that a weekday is still to come
	firm      bool        // its own clause puts the match into the days to come, however far
	mixed     bool        // the sentence looks ahead, but nothing ties the match to it
	looked    bool        // future is known
	list      int         // how surely a verb looked ahead that governs a match before, up to item listEnd
	listEnd   int         // 0 for none in the sentence
	ranges    bool        // the match ends a range that the one before it begins: "from 8 to 10 a.m. Friday"
	rangeFrom article.Day // the weekday that begins the range which the match ends, 0 for none
	rangeTo   int         // the weekday that ends the range which the match begins, 0 for none
	said      bool        // a verb of saying stands right before the match
	sentence  int         // of the document
	historic  bool        // a headline or a caption, which tell of the past in the present
	seen      int         // items of the sentence that planned knows of
}

// actions by the name that a rule row uses. "skip" takes the text and makes
// nothing of it.
var actions = map[string]action{
	"skip":        nil,
	"september11": (*resolver).september11,
	"weekdaysago": (*resolver).weekdaysAgo,
	"date":        (*resolver).date,
	"rel":         (*resolver).rel,
	"offset":      (*resolver).offset,
	"anchored":    (*resolver).anchored,
	"duration":    (*resolver).duration,
	"window":      (*resolver).window,
	"set":         (*resolver).setOf,
	"ref":         (*resolver).reference,
	"fixed":       (*resolver).fixed,
	"part":        (*resolver).partOfDay,
	"monthday":    (*resolver).dayOfMonth,
	"relweek":     (*resolver).relWeek,
	"weekfrom":    (*resolver).weekFrom,
	"period":      (*resolver).reporting,
	"lastquarter": (*resolver).lastQuarter,
}

// fail marks the stamp as not resolved.
func (s *stamp) fail(reason string) { s.reason = reason }

// base returns the publication date when it is known at least as exactly as g
// asks, and notes in s that it was used.
func (r *resolver) base(g gran, s *stamp) (article.Day, bool) {
	s.relative = true
	if r.pub == 0 {
		s.fail(noPublished)
		return 0, false
	}
	if r.precision == article.YearPrecision && g > granYear || r.precision == article.MonthPrecision && g > granMonth {
		s.fail(coarse)
		return 0, false
	}
	s.anchor, s.anchorFrom = r.pub, "published"
	return r.pub, true
}

// pivot turns two digits into the year nearest to the publication date that
// is at most ten years after it.
func (r *resolver) pivot(yy int) int {
	limit := 2029
	if r.pub != 0 {
		y, _, _ := r.pub.Date()
		limit = y + 10
	}
	y := limit/100*100 + yy
	for y > limit {
		y -= 100
	}
	return y
}

// yearOf returns the year that the frame states, by itself or as "last year".
func (r *resolver) yearOf(f *frame, s *stamp) (year int, stated bool) {
	if f.has(slotYear) {
		y := f.n(slotYear)
		if f.v[slotYear].x == 2 {
			y = r.pivot(y)
		}
		if f.has(slotEra) && f.n(slotEra) < 0 {
			y = 1 - y
		}
		return y, true
	}
	if f.has(slotRelYear) {
		if base, ok := r.base(granYear, s); ok {
			y, _, _ := base.Date()
			return y + f.n(slotRelYear), true
		}
		return 0, false
	}
	if f.has(slotThat) && r.lastYear != 0 {
		s.relative, s.anchorFrom = true, "mention"
		return r.lastYear, true
	}
	return 0, false
}

// Horizons within which an undated month, day or season is read as the one to
// come, in days: measured on TimeBank and AQUAINT, see docs/experiments/dates.md.
const (
	nearHorizon = 45
	planHorizon = 182
	soonHorizon = 220 // a planning word stands right before it
	firmHorizon = 366 // a verb of its own clause looks ahead
)

// occurrence picks the year of something that comes once a year: the one to
// come when it is near, or less near and the sentence looks ahead; else the
// one that was last. span returns its days in a year.
func (r *resolver) occurrence(g gran, s *stamp, span func(year int) (from, to article.Day)) (year int, ok bool) {
	s.relative = true
	if r.narrative && r.lastYear > 0 {
		return r.storyYear(s, span), true
	}
	need := granMonth
	if g <= granYear {
		need = g
	}
	base, ok := r.base(need, s)
	if !ok {
		return 0, false
	}
	y, _, _ := base.Date()
	horizon := article.Day(nearHorizon)
	switch {
	case r.firm:
		horizon = firmHorizon
	case r.soon:
		horizon = soonHorizon
	case r.future || r.planned:
		horizon = planHorizon
	}
	for _, c := range [...]int{y, y + 1} {
		from, to := span(c)
		if from <= base && base <= to || from > base && from-base <= horizon {
			return c, true
		}
	}
	if from, _ := span(y); from > base {
		y--
	}
	_, to := span(y)
	r.doubt(s, to, base)
	return y, true
}

// storyYear picks the year of something that comes once a year in a text that
// tells of the past: that of the expression before, or the next one when the
// year would else turn back by nearly all of its length.
func (r *resolver) storyYear(s *stamp, span func(year int) (from, to article.Day)) int {
	at, _ := r.lastSpan.days()
	if r.lastMonth.hasYear && r.lastMonth.year == r.lastYear {
		at, _ = r.lastMonth.days()
	}
	r.from(s, at)
	const turn = 250 // days: December to April and before
	if from, _ := span(r.lastYear); r.lastMonth.year == r.lastYear && at-from > turn {
		return r.lastYear + 1
	}
	return r.lastYear
}

// note keeps what later expressions are counted from. f is what s was made of.
func (r *resolver) note(s *stamp, f *frame) {
	if s.apart || s.typ != article.DATE && s.typ != article.TIME || !s.hasYear || s.ref != "" || s.year < 1 {
		return
	}
	from, _ := s.days()
	r.lastYear = s.year
	r.lastSpan = *s
	if s.gran >= granDay && s.month > 0 && s.day > 0 {
		r.lastDay = from
		r.tell(s, from)
	}
	if s.gran >= granMonth && s.month > 0 {
		r.lastMonth = *s
		r.monthNamed = r.monthNamed && r.lastMonth.anchorFrom == "mention" || f.has(slotMonth) || f.has(slotHoliday)
	}
	if s.gran == granWeek || s.gran == granWeekend {
		r.lastMonth = stamp{}
		r.lastMonth.setMonth(yearMonth(from))
	}
	if s.gran == granQuarter && s.quarter > 0 && (r.pub == 0 || from <= r.pub) { // figures are of the past
		r.period = *s
		r.quarterly = true
	}
}

// maxTold is for how many sentences a day stays the one that times of day
// belong to.
const maxTold = 3

// tell notes the day of s for times of day that name none. A day on which
// somebody said something does not take the place of one on which something
// happened.
func (r *resolver) tell(s *stamp, d article.Day) {
	if s.dayless && s.anchorFrom != "mention" || r.said && r.told() && !r.toldOnly {
		return
	}
	r.toldDay, r.toldAt = d, r.sentence
	if !s.dayless {
		r.toldHere, r.toldOnly = true, r.said
	}
}

// told reports whether a day was told not long ago.
func (r *resolver) told() bool { return r.toldDay != 0 && r.sentence-r.toldAt <= maxTold }

func yearMonth(d article.Day) (int, int) {
	y, m, _ := d.Date()
	return y, int(m)
}

// confidence returns the calibrated probability that the value is right; 0
// when it is not known.
func (r *resolver) confidence(ru *rule, s *stamp) float32 {
	known := r.rs.confidence[ru.name]
	c := known.right
	if !s.resolved() && s.reason != vagueRef { // nothing was guessed
		c = known.found
	}
	if s.factor != 0 {
		c *= s.factor
	}
	return c
}
