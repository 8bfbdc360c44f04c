package dates

import (
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// length reads the number and unit of a length of time into the stamp.
func (r *resolver) length(m *match, f *frame, s *stamp) bool {
	if m.rule.args.ref == "figures" {
		r.quarterly = false
	}
	s.unit = unit(f.or(slotUnit, int(m.rule.args.unit)))
	switch {
	case f.has(slotNum):
		s.num, s.frac = f.n(slotNum), int(f.v[slotNum].x)
		if f.has(slotFrac) {
			s.frac = r.fraction(f)
		}
		s.vague = s.num == 0 && s.frac == 0
	case f.has(slotFrac): // "half an hour"
		s.frac = r.fraction(f)
	case m.rule.args.vague:
		s.vague = true
	default:
		s.num = max(1, m.rule.args.num)
	}
	return s.num < 1_000_000_000
}

// fraction returns the hundredths of the fraction slot.
func (r *resolver) fraction(f *frame) int {
	if v := f.v[slotFrac]; v.x != 0 {
		return int(v.x)
	}
	return f.n(slotFrac)
}

// duration is the action of lengths of time.
func (r *resolver) duration(m *match, f *frame, s *stamp) bool {
	s.typ = article.DURATION
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	if s.mod == noMod {
		s.mod = timexMod(f.or(slotMod2, 0))
	}
	if !r.length(m, f, s) {
		return false
	}
	if f.has(slotNum2) && f.has(slotUnit2) && !s.vague {
		second := stamp{typ: article.DURATION, num: f.n(slotNum2), unit: unit(f.n(slotUnit2))}
		s.ref = joinLengths(s.value(), second.value())
	}
	return true
}

// joinLengths puts two periods together: P2Y and P6M are P2Y6M, PT1H and PT30M
// are PT1H30M, P1D and PT12H are P1DT12H.
func joinLengths(a, b string) string {
	rest := b[1:]
	if len(a) > 1 && a[1] == 'T' && rest[0] == 'T' {
		rest = rest[1:]
	}
	return a + rest
}

// window is the action of lengths that begin or end with the publication:
// "the past five years", "the next few days".
func (r *resolver) window(m *match, f *frame, s *stamp) bool {
	s.typ = article.DURATION
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	if !r.length(m, f, s) {
		return false
	}
	r.windowDays(s, f.or(slotRel, m.rule.args.dir))
	return true
}

// windowDays sets the days of a length that ends (dir -1) or begins (dir 1)
// with the publication day, which counts: the last three days are that day and
// the two before it. The length itself needs no anchor.
func (r *resolver) windowDays(s *stamp, dir int) {
	s.relative = true
	if dir == 0 || r.pub == 0 || r.precision != article.DayPrecision || s.unit < day || s.num > 2000 {
		return
	}
	s.anchor, s.anchorFrom = r.pub, "published"
	if s.vague { // one end is known
		if dir < 0 {
			s.to = r.pub
		} else {
			s.from = r.pub
		}
		return
	}
	u, n := s.unit, s.num
	switch u {
	case year:
		if s.frac > 0 { // two and a half years: 30 months
			u, n = month, 12*n+12*s.frac/100
		}
	case decade:
		u, n = year, 10*n
	case century, millennium:
		u, n = year, 100*n
	}
	d := shiftDay(r.pub, n*dir, u)
	if d <= 0 {
		return
	}
	if dir < 0 { // so many units with the publication day as the last of their days
		s.from, s.to = min(d+1, r.pub), r.pub
	} else {
		s.from, s.to = r.pub, max(d-1, r.pub)
	}
}

// setOf is the action of what comes again and again: "every Friday", "daily",
// "twice a week".
func (r *resolver) setOf(m *match, f *frame, s *stamp) bool {
	s.typ = article.SET
	switch {
	case m.rule.args.ref != "":
		s.ref = m.rule.args.ref
	case f.has(slotWeekday):
		s.ref = "XXXX-WXX-" + string(rune('0'+f.n(slotWeekday)))
		if f.has(slotPart) {
			s.ref += "T" + partNames[f.n(slotPart)]
		}
	case f.has(slotMonth):
		s.gran, s.month = granMonth, f.n(slotMonth)
		if f.has(slotDay) {
			s.gran, s.day = granDay, f.n(slotDay)
		}
	case f.has(slotSeason):
		s.gran, s.season = granSeason, f.n(slotSeason)
	case f.has(slotQuarter):
		s.gran, s.quarter = granQuarter, f.n(slotQuarter)
	case f.has(slotPart):
		s.ref = "XXXX-XX-XXT" + partNames[f.n(slotPart)]
	default:
		return r.length(m, f, s)
	}
	return true
}
