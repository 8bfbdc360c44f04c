package dates

import (
	"strconv"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// gran is the granularity of a stamp, coarse to fine.
type gran uint8

const (
	noGran gran = iota
	granCentury
	granDecade
	granYear
	granHalf
	granQuarter
	granSeason
	granMonth
	granWeek
	granWeekend
	granDay
	granTime
)

var granNames = [...]string{"", "century", "decade", "year", "half", "quarter", "season", "month", "week", "weekend", "day", "time"}

// stamp is what a time expression says, on its way to a TIMEX3 value. Parts
// that are not known are 0; a year is known when hasYear is set.
type stamp struct {
	typ     article.TimexType
	gran    gran
	year    int // astronomical for BC: 0 is 1 BC
	hasYear bool
	month   int
	day     int
	week    int // ISO week of year
	weekday int // 1 Monday to 7, where the date is not known
	quarter int
	half    int
	season  int
	part    int
	clock   int // seconds of the day
	clocks  int // how many parts of the clock are known: 1 hour, 2 minute, 3 second
	zone    string

	num   int // length of a DURATION or period of a SET
	frac  int // hundredths
	unit  unit
	vague bool // PX

	ref string // PAST_REF, or any other fixed value
	mod timexMod

	from, to article.Day // days, where they are not those of the calendar value
	dayless  bool        // a time of day whose day the text has not said
	apart    bool        // others do not count from it
	open     bool        // no days, although the value would have some

	relative   bool
	reason     string // why not resolved
	ambiguous  bool
	anchor     article.Day
	anchorFrom string
	factor     float32 // multiplies the confidence of the rule; 0 is 1
}

// lower multiplies the confidence by f.
func (s *stamp) lower(f float32) {
	if s.factor != 0 {
		f *= s.factor
	}
	s.factor = f
}

// resolved reports whether the value has no gap.
func (s *stamp) resolved() bool { return s.reason == "" }

// setDay makes s the calendar day d.
func (s *stamp) setDay(d article.Day) {
	y, m, n := d.Date()
	s.gran, s.year, s.hasYear, s.month, s.day = granDay, y, true, int(m), n
}

// setWeek makes s the ISO week of the day.
func (s *stamp) setWeek(d article.Day) {
	s.gran = granWeek
	s.year, s.week = d.ISOWeek()
	s.hasYear = true
}

// setMonth makes s a month; months beyond 1 to 12 roll over.
func (s *stamp) setMonth(year, month int) {
	y, m, _ := article.NewDay(year, time.Month(month), 1).Date()
	s.gran, s.year, s.hasYear, s.month, s.day = granMonth, y, true, int(m), 0
}

// setYear makes s a year.
func (s *stamp) setYear(year int) { s.gran, s.year, s.hasYear = granYear, year, true }

// setQuarter makes s a quarter; quarters beyond 1 to 4 roll over.
func (s *stamp) setQuarter(year, q int) {
	for q < 1 {
		year, q = year-1, q+4
	}
	for q > 4 {
		year, q = year+1, q-4
	}
	s.gran, s.year, s.hasYear, s.quarter = granQuarter, year, true, q
}

// digits appends n with at least width digits.
func digits(b []byte, n, width int) []byte {
	for w, limit := 1, 10; w < width; w, limit = w+1, limit*10 {
		if n < limit {
			b = append(b, '0')
		}
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func (s *stamp) appendYear(b []byte) []byte {
	switch {
	case !s.hasYear:
		return append(b, "XXXX"...)
	case s.year <= 0:
		return digits(append(b, "BC"...), 1-s.year, 4)
	}
	return digits(b, s.year, 4)
}

// value returns the TIMEX3 value.
func (s *stamp) value() string {
	if s.ref != "" {
		return s.ref
	}
	var buf [32]byte
	b := buf[:0]
	if s.typ == article.DURATION || s.typ == article.SET && s.unit != noUnit {
		return string(s.appendLength(b))
	}
	switch s.gran {
	case granCentury:
		if !s.hasYear {
			return "XX"
		}
		if s.year <= 0 {
			return string(digits(append(b, "BC"...), (-s.year)/100, 2))
		}
		return string(digits(b, s.year/100, 2))
	case granDecade:
		if !s.hasYear {
			return "XXX"
		}
		return string(digits(b, s.year/10, 3))
	}
	b = s.appendYear(b)
	switch s.gran {
	case granHalf:
		b = number(append(b, "-H"...), s.half)
	case granQuarter:
		b = number(append(b, "-Q"...), s.quarter)
	case granSeason:
		b = append(append(b, '-'), seasonNames[s.season]...)
	case granMonth:
		b = twoDigits(append(b, '-'), s.month)
	case granWeek, granWeekend:
		b = twoDigits(append(b, "-W"...), s.week)
		if s.gran == granWeekend {
			b = append(b, "-WE"...)
		}
	case granDay, granTime:
		if s.month == 0 && s.weekday != 0 {
			b = number(append(b, "-WXX-"...), s.weekday)
			break
		}
		b = twoDigits(append(b, '-'), s.month)
		b = twoDigits(append(b, '-'), s.day)
	}
	if s.gran == granTime {
		b = append(b, 'T')
		switch {
		case s.part != 0:
			b = append(b, partNames[s.part]...)
		case s.clocks > 0:
			b = digits(b, s.clock/3600, 2)
			b = digits(append(b, ':'), s.clock/60%60, 2)
			if s.clocks > 2 {
				b = digits(append(b, ':'), s.clock%60, 2)
			}
			b = append(b, s.zone...)
		}
	}
	return string(b)
}

func number(b []byte, n int) []byte {
	if n == 0 {
		return append(b, 'X')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func twoDigits(b []byte, n int) []byte {
	if n == 0 {
		return append(b, "XX"...)
	}
	return digits(b, n, 2)
}

var unitLetters = map[unit]string{
	second: "S", minute: "M", hour: "H", night: "NI", day: "D", weekend: "WE", week: "W", month: "M", quarter: "Q", year: "Y",
	decade: "DE", century: "CE", millennium: "ML",
}

// appendLength writes a period such as P2Y, PT24H, PXM, P2Y6M.
func (s *stamp) appendLength(b []byte) []byte {
	b = append(b, 'P')
	n, u, frac := s.num, s.unit, s.frac
	switch {
	case u == decade && !s.vague:
		n, u = n*10+frac/10, year
		frac = 0
	case u == century && !s.vague:
		n, u = n*100+frac, year
		frac = 0
	case u == fortnight:
		n, u = n*2+frac/50, week
	}
	if u <= hour && u > noUnit {
		b = append(b, 'T')
	}
	sub, of := noUnit, 0
	switch u { // a half of what counts in twelves or sixties is so many of the next unit
	case year:
		sub, of = month, 12
	case hour:
		sub, of = minute, 60
	case minute:
		sub, of = second, 60
	}
	switch {
	case s.vague:
		b = append(b, 'X')
	case frac == 50 && sub != noUnit || frac == 25 && sub != noUnit || frac == 75 && sub != noUnit:
		if n > 0 {
			b = append(strconv.AppendInt(b, int64(n), 10), unitLetters[u]...)
		}
		b = strconv.AppendInt(b, int64(of*frac/100), 10)
		return append(b, unitLetters[sub]...)
	case frac > 0:
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(b, '.')
		if frac%10 == 0 {
			b = strconv.AppendInt(b, int64(frac/10), 10)
		} else {
			b = digits(b, frac, 2)
		}
	default:
		b = strconv.AppendInt(b, int64(n), 10)
	}
	if u == noUnit {
		if s.vague {
			return append(b, 'X') // PXX: "a while"
		}
		return b
	}
	return append(b, unitLetters[u]...)
}

// lastYear is the latest whose days the tables can hold; text may write any.
const lastYear = 9999

// days returns the first and last day, inclusive; zero where they are open,
// not known, or before the year 1.
func (s *stamp) days() (from, to article.Day) {
	if s.open || s.from != 0 || s.to != 0 {
		return s.from, s.to
	}
	if s.typ != article.DATE && s.typ != article.TIME || s.ref != "" || !s.hasYear || s.year < 1 || s.year > lastYear {
		return 0, 0
	}
	first := func(y, m int) article.Day { return article.NewDay(y, time.Month(m), 1) }
	months := func(m, n int) (article.Day, article.Day) { return first(s.year, m), first(s.year, m+n) - 1 }
	switch s.gran {
	case granCentury: // "the 20th century" is 19xx, as the value 19 says
		return max(1, first(s.year/100*100, 1)), first(s.year/100*100+100, 1) - 1
	case granDecade:
		return max(1, first(s.year/10*10, 1)), first(s.year/10*10+10, 1) - 1
	case granYear:
		return months(1, 12)
	case granHalf:
		if s.half > 0 {
			return months(s.half*6-5, 6)
		}
	case granQuarter:
		if s.quarter > 0 {
			return months(s.quarter*3-2, 3)
		}
	case granSeason: // meteorological; winter goes on into the next year
		return months(s.season*3, 3)
	case granMonth:
		if s.month > 0 {
			return months(s.month, 1)
		}
		return months(1, 12)
	case granWeek, granWeekend:
		if s.week > 0 {
			mon := isoWeek(s.year, s.week)
			if s.gran == granWeekend {
				return mon + 5, mon + 6
			}
			return mon, mon + 6
		}
	case granDay, granTime:
		if s.month > 0 && s.day > 0 {
			d := article.NewDay(s.year, time.Month(s.month), s.day)
			return d, d
		}
	}
	return 0, 0
}

// isoWeek returns the Monday of an ISO week.
func isoWeek(year, week int) article.Day {
	jan4 := article.NewDay(year, 1, 4)
	return monday(jan4) + article.Day(week-1)*7
}

// monday returns the Monday of the day's week.
func monday(d article.Day) article.Day { return d - article.Day(isoWeekday(d)-1) }

// isoWeekday returns 1 for Monday to 7 for Sunday.
func isoWeekday(d article.Day) int { return (int(d.Weekday())+6)%7 + 1 }
