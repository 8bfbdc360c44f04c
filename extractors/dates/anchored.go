package dates

import (
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// anchored is the action of "that year", "the same day", "the following month"
// and "two days earlier": they count from what the text spoke of before.
func (r *resolver) anchored(m *match, f *frame, s *stamp) bool {
	s.typ, s.relative = article.DATE, true
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	dir := f.or(slotRel, m.rule.args.dir)
	if f.has(slotThat) {
		dir = 0
	}
	n := dir
	if f.has(slotNum) {
		if n = f.n(slotNum) * dir; n == 0 {
			s.ref = map[bool]string{true: "PAST_REF", false: "FUTURE_REF"}[dir < 0]
			s.fail(vagueRef)
			return true
		}
	}
	if n > 3000 || n < -3000 {
		return false
	}
	u := unit(f.or(slotUnit, int(m.rule.args.unit)))
	if f.has(slotNum) && r.yearAgo(u, n, s) {
		return true
	}
	s.apart = f.has(slotNum)
	switch {
	case f.has(slotWeekday):
		return r.anchoredWeekday(f, dir, s) && r.timeOfDay(f, s)
	case f.has(slotMonth):
		return r.anchoredMonth(f, dir, s)
	case f.has(slotSeason):
		return r.anchoredSeason(f, dir, s)
	case f.has(slotPart):
		u = day
	}
	if !r.anchoredUnit(u, n, s) {
		return false
	}
	return r.timeOfDay(f, s)
}

// from notes that the stamp was resolved against the text.
func (r *resolver) from(s *stamp, d article.Day) {
	s.anchor, s.anchorFrom = d, "mention"
}

func (r *resolver) anchoredUnit(u unit, n int, s *stamp) bool {
	switch u {
	case day, night:
		s.gran = granDay
		if d := r.lastDay; d != 0 {
			r.from(s, d)
			s.setDay(shiftDay(d, n, day))
			return true
		}
	case week, fortnight:
		s.gran = granWeek
		if d := r.lastDay; d != 0 {
			r.from(s, d)
			s.setWeek(shiftDay(d, n, u))
			return true
		}
	case weekend:
		s.gran = granWeekend
		if d := r.lastDay; d != 0 {
			r.from(s, d)
			s.year, s.week = (d + article.Day(7*n)).ISOWeek()
			s.hasYear = true
			return true
		}
	case month:
		s.gran = granMonth
		if r.lastMonth.hasYear {
			from, _ := r.lastMonth.days()
			r.from(s, from)
			s.setMonth(r.lastMonth.year, r.lastMonth.month+n)
			return true
		}
	case quarter:
		s.gran = granQuarter
		if r.period.gran == granQuarter {
			from, _ := r.period.days()
			r.from(s, from)
			s.setQuarter(r.period.year, r.period.quarter+n)
			return true
		}
	case year, decade, century:
		s.gran = granYear
		if y := r.lastYear; y != 0 {
			from, _ := r.lastSpan.days()
			r.from(s, from)
			switch u {
			case year:
				s.setYear(y + n)
			case decade:
				s.gran, s.year, s.hasYear = granDecade, y/10*10+10*n, true
			case century:
				s.gran, s.year, s.hasYear = granCentury, y/100*100+100*n, true
			}
			return s.year > 0 && s.year <= lastYear
		}
	default:
		return false
	}
	if r.relUnit(u, n, s) && s.reason == "" {
		s.lower(0.6)
		return true
	}
	s.fail(noAntecedent)
	return true
}

func (r *resolver) anchoredWeekday(f *frame, dir int, s *stamp) bool {
	wd := f.n(slotWeekday)
	d := r.lastDay
	if d == 0 {
		r.weekday(wd, dir, s)
		return true
	}
	r.from(s, d)
	ahead := article.Day((wd - isoWeekday(d) + 7) % 7)
	switch {
	case dir > 0 && ahead == 0:
		ahead = 7
	case dir < 0:
		ahead -= 7
	}
	s.weekday = wd
	s.setDay(d + ahead)
	return true
}

func (r *resolver) anchoredMonth(f *frame, dir int, s *stamp) bool {
	mon := f.n(slotMonth)
	s.gran, s.month = granMonth, mon
	if r.lastYear == 0 {
		r.month(mon, s, false)
		return true
	}
	y := r.lastYear
	if r.lastMonth.hasYear && r.lastMonth.year == y {
		if dir > 0 && r.lastMonth.month >= mon {
			y++
		} else if dir < 0 && r.lastMonth.month <= mon {
			y--
		}
	} else {
		y += dir
	}
	from, _ := r.lastSpan.days()
	r.from(s, from)
	s.setMonth(y, mon)
	return true
}

func (r *resolver) anchoredSeason(f *frame, dir int, s *stamp) bool {
	s.gran, s.season = granSeason, f.n(slotSeason)
	if r.lastYear == 0 {
		r.season(s.season, s, false)
		return true
	}
	from, _ := r.lastSpan.days()
	r.from(s, from)
	s.year, s.hasYear = r.lastYear+dir, true
	return true
}

// partOfDay is the action of "the morning" and "overnight": of the day spoken
// of last, else that of publication. A night is the one before it.
func (r *resolver) partOfDay(m *match, f *frame, s *stamp) bool {
	s.typ, s.gran = article.TIME, granTime
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	s.part = f.or(slotPart, m.rule.args.part)
	d := r.lastDay
	if d != 0 {
		s.relative = true
		r.from(s, d)
	} else {
		base, ok := r.base(granDay, s)
		if !ok {
			return true
		}
		d = base
	}
	if s.part == partNight {
		d--
		s.from, s.to = d, d+1
	}
	y, mon, n := d.Date()
	s.year, s.hasYear, s.month, s.day = y, true, int(mon), n
	return true
}

// relWeek is the action of "Friday of last week".
func (r *resolver) relWeek(_ *match, f *frame, s *stamp) bool {
	s.typ, s.gran, s.weekday = article.DATE, granDay, f.n(slotWeekday)
	if base, ok := r.base(granDay, s); ok {
		s.setDay(monday(base) + article.Day(7*f.n(slotRel)+s.weekday-1))
	}
	return true
}

// weekdaysAgo is the action of "two Sundays ago".
func (r *resolver) weekdaysAgo(_ *match, f *frame, s *stamp) bool {
	s.typ, s.gran, s.weekday = article.DATE, granDay, f.n(slotWeekday)
	n := f.n(slotNum)
	if n < 1 || n > 500 {
		return false
	}
	if base, ok := r.base(granDay, s); ok {
		back := (isoWeekday(base) - s.weekday + 6) % 7
		s.setDay(base - article.Day(back+1+7*(n-1)))
	}
	return true
}

// weekFrom is the action of "a week from Tuesday", "two weeks from today" and
// "Saturday week".
func (r *resolver) weekFrom(m *match, f *frame, s *stamp) bool {
	s.typ, s.gran, s.weekday = article.DATE, granDay, f.or(slotWeekday, 0)
	n := f.or(slotNum, 1)
	if n < 1 || n > 500 {
		return false
	}
	if base, ok := r.base(granDay, s); ok {
		from := base + article.Day(f.or(slotDayOf, 0))
		if f.has(slotWeekday) {
			from = base + article.Day((s.weekday-isoWeekday(base)+7)%7)
		}
		s.setDay(shiftDay(from, n, unit(f.or(slotUnit, int(m.rule.args.unit)))))
	}
	return true
}

// reporting is the action of "the quarter" and "the year-earlier period": they
// count from the quarter or half that the text spoke of, else from the last
// quarter that is over.
func (r *resolver) reporting(m *match, f *frame, s *stamp) bool {
	s.typ, s.relative, s.apart = article.DATE, true, true
	p := r.period
	if p.gran == noGran {
		base, ok := r.base(granMonth, s)
		if !ok {
			s.gran = granQuarter
			return true
		}
		y, mon := yearMonth(base)
		p.setQuarter(y, (mon-1)/3)
	} else {
		from, _ := p.days()
		r.from(s, from)
	}
	s.gran, s.year, s.hasYear, s.quarter, s.half = p.gran, p.year, true, p.quarter, p.half
	if f.has(slotQuarter) {
		s.gran, s.quarter = granQuarter, f.n(slotQuarter)
	}
	switch {
	case f.has(slotYear):
		s.year = f.n(slotYear)
	case f.has(slotRelYear):
		if base, ok := r.base(granYear, s); ok {
			y, _ := yearMonth(base)
			s.year = y + f.n(slotRelYear)
		}
	default:
		s.year += m.rule.args.dir
	}
	return true
}

// lastQuarter is the action of "the latest quarter": the one that is over.
func (r *resolver) lastQuarter(_ *match, _ *frame, s *stamp) bool {
	s.typ, s.gran = article.DATE, granQuarter
	if base, ok := r.base(granMonth, s); ok {
		y, mon := yearMonth(base)
		s.setQuarter(y, (mon-1)/3)
	}
	return true
}

// yearAgo resolves "a year ago" and "a year earlier" in a text about a quarter
// of the year: the same quarter of the year before.
func (r *resolver) yearAgo(u unit, n int, s *stamp) bool {
	if u != year || n != -1 || !r.quarterly {
		return false
	}
	from, _ := r.period.days()
	s.relative, s.apart = true, true
	r.from(s, from)
	s.setQuarter(r.period.year-1, r.period.quarter)
	return true
}

// dayOfMonth is the action of "on the 12th": of the month that the text named
// last, else the last such day up to publication, or the next one when the
// sentence looks ahead.
func (r *resolver) dayOfMonth(_ *match, f *frame, s *stamp) bool {
	s.typ, s.gran, s.day, s.relative = article.DATE, granDay, f.n(slotDay), true
	if f.has(slotWeekday) {
		return r.weekdayOfMonth(f.n(slotWeekday), s)
	}
	if m := r.lastMonth; r.monthNamed {
		if !article.ValidDate(m.year, time.Month(m.month), s.day) {
			return false
		}
		from, _ := m.days()
		r.from(s, from)
		s.year, s.hasYear, s.month = m.year, true, m.month
		return true
	}
	base, ok := r.base(granDay, s)
	if !ok {
		return true
	}
	step := -1
	if r.soon {
		step = 1
	}
	y, mon := yearMonth(base)
	for range 12 { // not every month has a 31st
		first := article.NewDay(y, time.Month(mon), 1)
		if d := first + article.Day(s.day-1); (d == base || d > base == (step > 0)) && s.day <= daysInMonth(first) {
			s.setDay(d)
			break
		}
		mon += step
	}
	return true
}

func daysInMonth(d article.Day) int {
	y, m, _ := d.Date()
	return article.DaysIn(y, m)
}

// weekdayOfMonth resolves "Friday the 13th": the last such day.
func (r *resolver) weekdayOfMonth(wd int, s *stamp) bool {
	base, ok := r.base(granDay, s)
	if !ok {
		return true
	}
	y, mon := yearMonth(base)
	for back := range 120 { // such a day comes within ten years
		first := article.NewDay(y, time.Month(mon-back), 1)
		d := first + article.Day(s.day-1)
		if d <= base && s.day <= daysInMonth(first) && isoWeekday(d) == wd {
			s.setDay(d)
			return true
		}
	}
	return false
}
