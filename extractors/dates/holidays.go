package dates

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// holidaySpec is how the day of a holiday is found in a year.
type holidaySpec struct {
	kind  string // fixed, nth, easter, orthodox, islamic, tishri, nisan, kislev
	month int
	day   int // day of the month; for nth which one (-1 the last); for the feasts days after them
	wd    int
	plus  int // days to add in the end
}

// parseHoliday reads the second column of holidays.tsv, whose head says what
// can stand there.
func parseHoliday(s string) (holidaySpec, error) {
	f := strings.Fields(s)
	n := make([]int, 4)
	for i, w := range f[1:] {
		v, err := strconv.Atoi(w)
		if err != nil || i > 3 {
			return holidaySpec{}, fmt.Errorf("holiday %q: %q is no number", s, w)
		}
		n[i] = v
	}
	switch {
	case (f[0] == "fixed" || f[0] == "islamic") && len(f) == 3:
		return holidaySpec{kind: f[0], month: n[0], day: n[1]}, nil
	case f[0] == "nth" && (len(f) == 4 || len(f) == 5):
		return holidaySpec{kind: f[0], month: n[0], wd: n[1], day: n[2], plus: n[3]}, nil
	case len(f) == 2:
		switch f[0] {
		case "easter", "orthodox", "tishri", "nisan", "kislev":
			return holidaySpec{kind: f[0], day: n[0]}, nil
		}
	}
	return holidaySpec{}, fmt.Errorf("holiday %q: want a kind of day that holidays.tsv names, with its numbers", s)
}

// on returns the day of the holiday in a year.
func (h *holidaySpec) on(year int) article.Day {
	switch h.kind {
	case "fixed":
		return article.NewDay(year, time.Month(h.month), h.day)
	case "nth":
		return nthWeekday(year, h.month, h.wd, h.day) + article.Day(h.plus)
	case "easter":
		return easter(year) + article.Day(h.day)
	case "orthodox":
		return orthodoxEaster(year) + article.Day(h.day)
	case "islamic":
		return islamic(year, h.month, h.day)
	case "tishri":
		return tishri(year+jewishYears) + article.Day(h.day)
	case "nisan": // Passover is 163 days before the New Year that follows
		return tishri(year+jewishYears) - 163 + article.Day(h.day)
	}
	// kislev: the month before it has 30 days in years of 355 and 385 days
	start, next := tishri(year+jewishYears), tishri(year+jewishYears+1)
	day := start + 30 + 29 + 24
	if (next-start)%10 == 5 {
		day++
	}
	return day + article.Day(h.day)
}

// nthWeekday returns the nth such weekday of a month, the last for n < 0. The
// fifth may lie in the month behind.
func nthWeekday(year, month, wd, n int) article.Day {
	if n < 0 {
		last := article.NewDay(year, time.Month(month+1), 1) - 1
		return last - article.Day((isoWeekday(last)-wd+7)%7)
	}
	first := article.NewDay(year, time.Month(month), 1)
	return first + article.Day((wd-isoWeekday(first)+7)%7+7*(n-1))
}

// jewishYears is what turns a year into the Jewish one that begins in it.
const jewishYears = 3761

// tishri returns the New Year of a Jewish year (Dershowitz and Reingold,
// Calendrical Calculations, chapter 8).
func tishri(year int) article.Day {
	before, this, after := tishriMean(year-1), tishriMean(year), tishriMean(year+1)
	switch {
	case after-this == 356:
		this += 2
	case this-before == 382:
		this++
	}
	return article.Day(this - 1373427)
}

func tishriMean(year int) int {
	months := (235*year - 234) / 19
	days := 29*months + (12084+13753*months)/25920
	if 3*(days+1)%7 < 3 {
		days++
	}
	return days
}

// islamic returns the first day of a year that is the given day of the Islamic
// calendar, by its tables: the moon may be seen a day earlier or later.
func islamic(year, month, day int) article.Day {
	y := (year - 622) * 33 / 32
	for ; ; y++ {
		julian := (11*y+3)/30 + 354*y + 30*month - (month-1)/2 + day + 1948440 - 385
		if d := article.Day(julian - 1721425); d >= article.NewDay(year, 1, 1) {
			return d
		}
	}
}

// easter returns Easter Sunday in the Gregorian calendar (Meeus, Astronomical
// Algorithms, chapter 8).
func easter(y int) article.Day {
	a, b, c := y%19, y/100, y%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return article.NewDay(y, time.Month(n/31), n%31+1)
}

// orthodoxEaster returns Easter Sunday by the Julian reckoning, as a Gregorian day.
func orthodoxEaster(y int) article.Day {
	d := (19*(y%19) + 15) % 30
	e := (2*(y%4) + 4*(y%7) - d + 34) % 7
	n := d + e + 114
	return article.NewDay(y, time.Month(n/31), n%31+1) + article.Day(y/100-y/400-2)
}

// holiday resolves a holiday by name.
func (r *resolver) holiday(i int, stated bool, s *stamp) bool {
	h := &r.rs.holidays[i]
	if stated {
		if s.year < 1 || s.year > lastYear {
			return false
		}
		s.setDay(h.on(s.year))
		h.doubt(s)
		return true
	}
	s.gran = granDay
	if s.reason == "" {
		if year, ok := r.occurrence(granDay, s, oneDay(h.on)); ok {
			s.setDay(h.on(year))
			h.doubt(s)
			return true
		}
	}
	r.holidayUnknown(i, s)
	return true
}

// doubt lowers the confidence in a day that hangs on the sight of the moon. The
// factor is a guess: no annotated text at hand has enough of such days.
func (h *holidaySpec) doubt(s *stamp) {
	if h.kind == "islamic" {
		s.lower(0.6)
	}
}

// holidayUnknown gives a holiday whose year is not known the value that can be
// said all the same.
func (r *resolver) holidayUnknown(i int, s *stamp) {
	h := &r.rs.holidays[i]
	s.gran = granDay
	if h.kind == "fixed" {
		s.month, s.day = h.month, h.day
	} else if h.kind == "nth" {
		s.month = h.month
	}
}
