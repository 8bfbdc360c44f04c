package dates

import (
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// date is the action of calendar dates, whole or in part: what the text does
// not say is looked for around the publication date.
func (r *resolver) date(m *match, f *frame, s *stamp) bool {
	s.typ = article.DATE
	s.mod = timexMod(f.or(slotMod, int(m.rule.args.mod)))
	if f.has(slotNumDate) && !r.numericDate(f, s) {
		return false
	}
	year, stated := r.yearOf(f, s)
	s.year, s.hasYear = year, stated
	if p := m.rule.args.part; p != 0 {
		f.putN(slotPart, p)
		f.putN(slotDayOf, m.rule.args.dir)
	}
	ok := true
	switch {
	case f.has(slotHoliday):
		ok = r.holiday(f.n(slotHoliday), stated, s)
	case f.has(slotCentury):
		ok = r.century(f, s)
	case f.has(slotDecade):
		r.decade(f, s)
	case f.has(slotMonth) && f.has(slotDay):
		ok = r.monthDay(f, s, stated)
		if ok && m.rule.args.unit == week {
			s.wholeWeek()
		}
	case f.has(slotMonth) && f.has(slotWeekday):
		ok = r.nthWeekday(f, m.rule.args.last, s, stated)
	case f.has(slotMonth):
		r.month(f.n(slotMonth), s, stated)
	case f.has(slotSeason):
		r.season(f.n(slotSeason), s, stated)
	case f.has(slotQuarter):
		ok = r.quarterOf(f.n(slotQuarter), s, stated)
	case f.has(slotHalf):
		r.halfOf(f.n(slotHalf), s, stated)
	case f.has(slotYear):
		s.gran = granYear
	case f.has(slotDayOf):
		s.gran = granDay
		if base, ok := r.base(granDay, s); ok {
			s.setDay(base + article.Day(f.n(slotDayOf)))
		}
	case f.has(slotWeekday):
		r.weekday(f.n(slotWeekday), 0, s)
	case f.has(slotPart) || f.has(slotClock) || f.has(slotPoint):
		r.contextDay(s)
	default:
		return false
	}
	return ok && r.timeOfDay(f, s)
}

// numericDate reads 2020-01-05, 5.1.2020 or 1/5/2020 into year, month and day.
func (r *resolver) numericDate(f *frame, s *stamp) bool {
	a, b, c := unpackDate(f.n(slotNumDate))
	y, m, d := a, b, c
	if x := f.v[slotNumDate].x; x != orderYMD {
		y = c
		if y < 100 {
			y = r.pivot(y)
		}
		m, d = a, b
		if x == orderDotted || r.order == DMY {
			m, d = b, a
		}
		s.ambiguous = x == orderGiven && a <= 12 && b <= 12 && a != b
		if m > 12 { // this one can only be read so, and the text will not change its mind
			m, d = d, m
			r.order = DMY - r.order
		}
	}
	if !article.ValidDate(y, time.Month(m), d) {
		return false
	}
	f.putN(slotYear, y)
	f.putN(slotMonth, m)
	f.putN(slotDay, d)
	return true
}

// monthDay resolves a month and a day, with or without a year or a weekday.
func (r *resolver) monthDay(f *frame, s *stamp, stated bool) bool {
	mon, day := f.n(slotMonth), f.n(slotDay)
	if day < 1 || day > article.DaysIn(2020, time.Month(mon)) {
		return false
	}
	s.gran, s.month, s.day = granDay, mon, day
	if stated {
		if s.year < 1 {
			return true
		}
		if wd := f.or(slotWeekday, 0); wd != 0 && isoWeekday(article.NewDay(s.year, time.Month(mon), day)) != wd {
			s.lower(0.7) // one of the two is wrong
		}
		return article.ValidDate(s.year, time.Month(mon), day)
	}
	if f.has(slotRelYear) || f.has(slotThat) {
		return true // "last year", but of which the year is not known
	}
	year, ok := r.occurrence(granDay, s, oneDay(yearly(mon, day)))
	if !ok {
		return true
	}
	year = leapYear(year, mon, day)
	if wd := f.or(slotWeekday, 0); wd != 0 { // the weekday tells the year
		for _, y := range [...]int{year, year - 1, year + 1, year - 2, year + 2} {
			if article.ValidDate(y, time.Month(mon), day) && isoWeekday(article.NewDay(y, time.Month(mon), day)) == wd {
				year = y
				break
			}
		}
	}
	s.year, s.hasYear = year, true
	return true
}

// wholeWeek makes a day the week that it lies in.
func (s *stamp) wholeWeek() {
	if s.year > 0 && s.hasYear {
		s.setWeek(article.NewDay(s.year, time.Month(s.month), s.day))
		s.month, s.day = 0, 0
		return
	}
	s.gran, s.month, s.day = granWeek, 0, 0
}

// nthWeekday resolves "the first Monday of September".
func (r *resolver) nthWeekday(f *frame, last bool, s *stamp, stated bool) bool {
	mon, wd, nth := f.n(slotMonth), f.n(slotWeekday), f.n(slotOrd)
	if last {
		nth = -1
	} else if nth < 1 || nth > 5 {
		return false
	}
	on := func(year int) article.Day { return nthWeekday(year, mon, wd, nth) }
	s.gran, s.month = granDay, mon
	year, ok := s.year, stated
	if !stated && s.reason == "" {
		year, ok = r.occurrence(granDay, s, oneDay(on))
	}
	if !ok || year < 1 {
		return true
	}
	_, got, _ := on(year).Date()
	s.setDay(on(year))
	return int(got) == mon // not every month has a fifth Monday
}

// september11 is the action of "the September 11 attacks", which need no year.
func (r *resolver) september11(m *match, f *frame, s *stamp) bool {
	if f.n(slotDay) == 11 {
		f.putN(slotYear, 2001)
	}
	return r.date(m, f, s)
}

// leapYear returns the year, or the one before it that has a 29 February.
func leapYear(year, mon, day int) int {
	for day == 29 && mon == 2 && year > 4 && !article.ValidDate(year, 2, 29) {
		year--
	}
	return year
}

// month resolves a month.
func (r *resolver) month(mon int, s *stamp, stated bool) {
	s.gran, s.month = granMonth, mon
	if stated || s.reason != "" {
		return
	}
	r.inYear(granMonth, s, months(mon, 1))
}

// season resolves a season.
func (r *resolver) season(season int, s *stamp, stated bool) {
	s.gran, s.season = granSeason, season
	if stated || s.reason != "" {
		return
	}
	r.inYear(granSeason, s, months(season*3, 3))
}

// months returns the days of n months from the first in a year. Seasons are
// those of the weather, winter beginning in December.
func months(first, n int) func(y int) (from, to article.Day) {
	return func(y int) (article.Day, article.Day) {
		return article.NewDay(y, time.Month(first), 1), article.NewDay(y, time.Month(first+n), 1) - 1
	}
}

// yearly returns the day of a month in a year, the last of the month where it
// has no such day.
func yearly(mon, day int) func(y int) article.Day {
	return func(y int) article.Day {
		return article.NewDay(y, time.Month(mon), min(day, article.DaysIn(y, time.Month(mon))))
	}
}

// oneDay makes a span of the day of a year.
func oneDay(on func(y int) article.Day) func(y int) (from, to article.Day) {
	return func(y int) (article.Day, article.Day) { d := on(y); return d, d }
}

// inYear sets the year of what comes once a year.
func (r *resolver) inYear(g gran, s *stamp, span func(y int) (from, to article.Day)) {
	if year, ok := r.occurrence(g, s, span); ok {
		s.year, s.hasYear = year, true
	}
}

// quarterOf resolves a quarter of the year.
func (r *resolver) quarterOf(q int, s *stamp, stated bool) bool {
	if q < 1 || q > 4 {
		return false
	}
	s.gran, s.quarter = granQuarter, q
	if stated || s.reason != "" {
		return true
	}
	r.inYear(granQuarter, s, months(q*3-2, 3))
	return true
}

// halfOf resolves a half of the year.
func (r *resolver) halfOf(h int, s *stamp, stated bool) {
	s.gran, s.half = granHalf, h
	if stated || s.reason != "" {
		return
	}
	r.inYear(granHalf, s, months(h*6-5, 6))
}

// century resolves "20th century": the years 19xx.
func (r *resolver) century(f *frame, s *stamp) bool {
	n := f.n(slotCentury)
	if n < 1 || n > 22 {
		return false
	}
	s.gran, s.hasYear, s.year = granCentury, true, (n-1)*100
	if s.year == 0 {
		s.year = 1
	}
	if f.has(slotEra) && f.n(slotEra) < 0 {
		s.year = -(n - 1) * 100
	}
	return true
}

// decade resolves 1990s, '90s and "the nineties".
func (r *resolver) decade(f *frame, s *stamp) {
	y := f.n(slotDecade)
	if y < 100 {
		limit := 2020
		if r.pub != 0 {
			limit, _, _ = r.pub.Date()
		}
		for y += limit / 100 * 100; y > limit; y -= 100 {
		}
	}
	s.gran, s.year, s.hasYear = granDecade, y, true
}

// weekday resolves a weekday: dir -1 before the publication day, 0 up to and
// including it, 1 after it.
func (r *resolver) weekday(wd, dir int, s *stamp) {
	s.gran, s.weekday = granDay, wd
	from := r.rangeFrom
	if from == 0 && r.narrative { // the next such day in the story
		from = r.lastDay
	}
	if from != 0 {
		s.relative = true
		r.from(s, from)
		s.setDay(from + article.Day((wd-isoWeekday(from)+7)%7))
		return
	}
	base, ok := r.base(granDay, s)
	if !ok {
		return
	}
	back := (isoWeekday(base) - wd + 7) % 7
	if dir == 0 && r.rangeTo != 0 && !r.soon && r.tellsPast() { // "ran from Monday to Friday": Friday is over too
		back = (isoWeekday(base)-r.rangeTo+7)%7 + (r.rangeTo-wd+7)%7
	}
	d := base - article.Day(back)
	switch {
	case dir < 0 && back == 0:
		d -= 7
	case dir > 0:
		d += 7
	case dir == 0 && r.soon && back != 0:
		d += 7
		s.lower(aheadFactor)
	}
	if dir == 0 {
		r.doubt(s, d, base)
	}
	s.setDay(d)
}

// contextDay takes the day of a time of day that names none: the day told last,
// unless it was long ago, else that of publication. A day that follows in the
// sentence takes its place: see scratch.settle.
func (r *resolver) contextDay(s *stamp) {
	s.gran = granDay
	s.dayless = !r.toldHere
	d := r.lastDay
	switch {
	case r.toldHere || r.told() && !(r.toldDay > r.pub && r.tellsPast()):
		d = r.toldDay
	case !r.narrative:
		d = 0
	}
	if d != 0 {
		s.relative = true
		r.from(s, d)
		s.setDay(d)
		return
	}
	if base, ok := r.base(granDay, s); ok {
		s.setDay(base)
	}
}

// timeOfDay makes a TIME of a date with a part of the day or a clock time.
func (r *resolver) timeOfDay(f *frame, s *stamp) bool {
	if !f.has(slotPart) && !f.has(slotClock) && !f.has(slotPoint) {
		return true
	}
	if s.gran != granDay {
		return s.gran != noGran
	}
	s.typ, s.gran = article.TIME, granTime
	switch {
	case f.has(slotClock):
		s.clock, s.clocks = f.n(slotClock), int(f.v[slotClock].x)
		if f.has(slotAmPm) {
			h := s.clock / 3600
			if h > 12 || h == 0 {
				return h > 12 && h < 24 // "13:30 p.m." means what it says
			}
			s.clock = s.clock%3600 + (h%12+f.n(slotAmPm))*3600
		} else if f.has(slotFrac) { // "quarter to five"
			s.clock += f.n(slotFrac) * 60
			s.clocks = 2
		} else if f.has(slotPart) {
			if h := s.clock / 3600; f.n(slotPart) != partMorning && h < 12 {
				s.clock += 12 * 3600
			}
		}
		if f.has(slotZone) && f.n(slotZone) == 1 {
			s.zone = "Z"
		}
	case f.has(slotPoint):
		s.clock, s.clocks = f.n(slotPoint)*3600, 2
	default:
		s.part = f.n(slotPart)
	}
	return true
}
