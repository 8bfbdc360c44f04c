package dates

import (
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// rel is the action of "last", "this" and "next" with a unit, weekday, month,
// season, part of the day or holiday.
func (r *resolver) rel(m *match, f *frame, s *stamp) bool {
	s.typ = article.DATE
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	dir := f.or(slotRel, m.rule.args.dir)
	switch {
	case f.has(slotWeekday):
		r.relWeekday(f.n(slotWeekday), dir, s)
	case f.has(slotHoliday):
		r.relDay(dir, s, r.rs.holidays[f.n(slotHoliday)].on)
		if s.reason != "" {
			r.holidayUnknown(f.n(slotHoliday), s)
		}
	case f.has(slotMonth) && f.has(slotDay):
		s.month, s.day = f.n(slotMonth), f.n(slotDay)
		r.relDay(dir, s, yearly(s.month, s.day))
	case f.has(slotMonth):
		mon := f.n(slotMonth)
		s.month = mon
		r.relYearly(granMonth, dir, s, months(mon, 1), func(y int) { s.setMonth(y, mon) })
	case f.has(slotSeason):
		s.season = f.n(slotSeason)
		r.relYearly(granSeason, dir, s, months(s.season*3, 3), func(y int) { s.year, s.hasYear = y, true })
	case f.has(slotPart):
		r.relPart(dir, s)
	case m.rule.args.unit == weekend: // "the weekend": the last one, unless the sentence looks ahead
		s.gran = granWeekend
		if base, ok := r.base(granDay, s); ok {
			if d := isoWeekday(base); d <= 5 && !r.soon {
				dir = -1
			}
			r.weekendNear(base, dir, s)
		}
	default:
		ok := r.relUnit(unit(f.or(slotUnit, int(m.rule.args.unit))), dir, s)
		if m.rule.args.ref == "end" && s.hasYear { // "year-end": the last day of it
			_, last := s.days()
			s.setDay(last)
		}
		return ok
	}
	return r.timeOfDay(f, s)
}

// relDay resolves a day that comes once a year.
func (r *resolver) relDay(dir int, s *stamp, on func(y int) article.Day) {
	r.relYearly(granDay, dir, s, oneDay(on), func(y int) { s.setDay(on(y)) })
}

// relYearly resolves what comes once a year: the last one that is over, that
// of this year, the next one that has not begun.
func (r *resolver) relYearly(g gran, dir int, s *stamp, span func(int) (article.Day, article.Day), set func(int)) {
	s.gran = g
	base, ok := r.base(granMonth, s)
	if !ok {
		return
	}
	y, _, _ := base.Date()
	from, to := span(y)
	switch {
	case dir < 0 && to >= base:
		y--
	case dir > 0 && from <= base:
		y++
	}
	set(y)
}

// relWeekday resolves "last", "this" and "next Tuesday".
func (r *resolver) relWeekday(wd, dir int, s *stamp) {
	if dir != 0 {
		r.weekday(wd, dir, s)
		return
	}
	s.gran, s.weekday = granDay, wd
	base, ok := r.base(granDay, s)
	if !ok {
		return
	}
	d := monday(base) + article.Day(wd-1)
	if d < base && (r.future || r.planned) {
		d += 7
	}
	s.setDay(d)
}

// relPart resolves "this morning", "last night" and the like.
func (r *resolver) relPart(dir int, s *stamp) {
	s.gran = granDay
	if base, ok := r.base(granDay, s); ok {
		s.setDay(base + article.Day(dir))
	}
}

// relUnit resolves "last week", "this year", "next quarter".
func (r *resolver) relUnit(u unit, dir int, s *stamp) bool {
	if r.narrative && r.lastYear != 0 && (u == year || u == month && r.lastMonth.hasYear || u == week && r.lastDay != 0) {
		s.relative = true
		return r.anchoredUnit(u, dir, s)
	}
	switch u {
	case day:
		s.gran = granDay
		if base, ok := r.base(granDay, s); ok {
			s.setDay(base + article.Day(dir))
		}
	case week:
		s.gran = granWeek
		if base, ok := r.base(granDay, s); ok {
			s.setWeek(base + article.Day(7*dir))
		}
	case fortnight:
		s.typ, s.num, s.unit = article.DURATION, 2, week
		r.windowDays(s, dir)
	case weekend:
		s.gran = granWeekend
		if base, ok := r.base(granDay, s); ok {
			r.weekendNear(base, dir, s)
		}
	case month:
		s.gran = granMonth
		if base, ok := r.base(granMonth, s); ok {
			y, mon := yearMonth(base)
			s.setMonth(y, mon+dir)
		}
	case quarter:
		s.gran = granQuarter
		if base, ok := r.base(granMonth, s); ok {
			y, mon := yearMonth(base)
			s.setQuarter(y, (mon-1)/3+1+dir)
		}
	case year:
		s.gran = granYear
		if base, ok := r.base(granYear, s); ok {
			y, _ := yearMonth(base)
			s.setYear(y + dir)
		}
	case decade:
		s.gran = granDecade
		if base, ok := r.base(granYear, s); ok {
			y, _ := yearMonth(base)
			s.year, s.hasYear = y/10*10+dir*10, true
		}
	case century, millennium:
		s.gran = granCentury
		if base, ok := r.base(granYear, s); ok {
			y, _ := yearMonth(base)
			s.year, s.hasYear = y/100*100+dir*100, true
		}
	default:
		return false
	}
	return true
}

const wednesday = 3

// weekendNear resolves "last", "this" and "next weekend". "This weekend" is the
// one that was until Wednesday, unless the sentence looks ahead.
func (r *resolver) weekendNear(base article.Day, dir int, s *stamp) {
	mon := monday(base)
	switch {
	case dir < 0:
		mon -= 7
	case dir > 0:
		mon += 7
	case isoWeekday(base) <= wednesday && !r.future && !r.planned:
		mon -= 7
	}
	s.gran = granWeekend
	s.year, s.week = mon.ISOWeek()
	s.hasYear = true
}

// fixed is the action of "today" and its kin: dir days from publication.
func (r *resolver) fixed(m *match, f *frame, s *stamp) bool {
	s.typ, s.gran = article.DATE, granDay
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	if base, ok := r.base(granDay, s); ok {
		s.setDay(base + article.Day(m.rule.args.dir))
	}
	if p := m.rule.args.part; p != 0 {
		f.putN(slotPart, p)
	}
	return r.timeOfDay(f, s)
}

// reference is the action of words that point to the past, present or future
// and no further.
func (r *resolver) reference(m *match, _ *frame, s *stamp) bool {
	s.typ, s.ref, s.relative = article.DATE, m.rule.args.ref, true
	s.fail(vagueRef)
	return true
}

// offset is the action of "three weeks ago" and "two years from now".
func (r *resolver) offset(m *match, f *frame, s *stamp) bool {
	s.typ = article.DATE
	dir := f.or(slotRel, m.rule.args.dir)
	n, frac, u := f.or(slotNum, 1), f.or(slotFrac, 0), unit(f.n(slotUnit))
	if x := int(f.v[slotNum].x); x > 0 {
		frac = x
	}
	if f.has(slotFrac) && !f.has(slotNum) { // "half a century ago"
		n = 0
	}
	unresolved := "PAST_REF"
	if dir > 0 {
		unresolved = "FUTURE_REF"
	}
	s.relative = true
	if !f.has(slotNum) && !f.has(slotFrac) && m.rule.args.vague || f.has(slotNum) && n == 0 && frac == 0 {
		s.ref = unresolved
		s.fail(vagueRef)
		return true
	}
	if frac > 0 && u == year { // a year and a half: 18 months
		n, u, frac = n*12+frac*12/100, month, 0
	}
	if frac == 0 && r.yearAgo(u, n*dir, s) {
		return true
	}
	s.apart = true
	if u == century {
		n, u = n*100+frac, year
	}
	if u == decade {
		n, u = n*10+frac/10, year
	}
	if n > 3000 {
		return false
	}
	g := map[unit]gran{week: granWeek, fortnight: granWeek, month: granMonth, year: granYear}[u]
	if g == noGran {
		g = granDay
	}
	base, ok := r.base(min(g, granDay), s)
	if !ok {
		s.ref = unresolved
		r.offsetMod(f, s, 0, dir)
		return true
	}
	d := shiftDay(base, n*dir, u)
	if d <= 0 {
		return false
	}
	switch u {
	case week, fortnight:
		s.setWeek(d)
	case month:
		s.setMonth(yearMonth(d))
	case year:
		y, _ := yearMonth(d)
		s.setYear(y)
	default:
		s.setDay(d)
	}
	r.offsetMod(f, s, d, dir)
	return true
}

// offsetMod turns the "more than" of a length into a "before" of a date.
func (r *resolver) offsetMod(f *frame, s *stamp, d article.Day, dir int) {
	mod := timexMod(f.or(slotMod, 0))
	if dir > 0 {
		mod = map[timexMod]timexMod{modMore: modLess, modLess: modMore, modEqualOrMore: modEqualOrLess, modEqualOrLess: modEqualOrMore}[mod]
	}
	switch mod {
	case modMore, modEqualOrMore:
		s.mod = modBefore
		if mod == modEqualOrMore {
			s.mod = modOnOrBefore
		}
		s.open, s.to = true, d
	case modLess, modEqualOrLess:
		s.mod = modAfter
		if mod == modEqualOrLess {
			s.mod = modOnOrAfter
		}
	default:
		s.mod = timexMod(f.or(slotMod, 0))
	}
}

// shiftDay returns the day n units later. Months and years keep the day of
// the month where they can: a month after 31 January is the last of February.
func shiftDay(d article.Day, n int, u unit) article.Day {
	switch u {
	case day, night:
		return d + article.Day(n)
	case hour:
		return d + article.Day(n/24)
	case week:
		return d + article.Day(7*n)
	case fortnight:
		return d + article.Day(14*n)
	case month, quarter, year:
		months := n
		if u == quarter {
			months *= 3
		} else if u == year {
			months *= 12
		}
		y, m, dd := d.Date()
		first := article.NewDay(y, m+time.Month(months), 1)
		fy, fm, _ := first.Date()
		if fy < 1 {
			return 0
		}
		return first + article.Day(min(dd, article.DaysIn(fy, fm))-1)
	}
	return d
}
