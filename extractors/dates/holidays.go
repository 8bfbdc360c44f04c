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
	kind  string // fixed, nth, easter, orthodox
	month int
	day   int // day of the month; for nth which one (-1 the last); for easter days after it
	wd    int
	plus  int // days to add in the end
}

// parseHoliday reads "fixed 12 25", "nth 11 4 4" (month, weekday, which, and
// perhaps days to add), "easter -2", "orthodox 0".
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
	case f[0] == "fixed" && len(f) == 3:
		return holidaySpec{kind: f[0], month: n[0], day: n[1]}, nil
	case f[0] == "nth" && (len(f) == 4 || len(f) == 5):
		return holidaySpec{kind: f[0], month: n[0], wd: n[1], day: n[2], plus: n[3]}, nil
	case (f[0] == "easter" || f[0] == "orthodox") && len(f) == 2:
		return holidaySpec{kind: f[0], day: n[0]}, nil
	}
	return holidaySpec{}, fmt.Errorf("holiday %q: want fixed, nth, easter or orthodox with its numbers", s)
}

// on returns the day of the holiday in a year.
func (h *holidaySpec) on(year int) article.Day {
	switch h.kind {
	case "fixed":
		return article.NewDay(year, time.Month(h.month), h.day)
	case "nth":
		if h.day < 0 {
			last := article.NewDay(year, time.Month(h.month+1), 1) - 1
			return last - article.Day((isoWeekday(last)-h.wd+7)%7) + article.Day(h.plus)
		}
		first := article.NewDay(year, time.Month(h.month), 1)
		return first + article.Day((h.wd-isoWeekday(first)+7)%7+(h.day-1)*7+h.plus)
	case "easter":
		return easter(year) + article.Day(h.day)
	}
	return orthodoxEaster(year) + article.Day(h.day)
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
		return true
	}
	s.gran = granDay
	if s.reason == "" {
		if year, ok := r.occurrence(granDay, s, func(y int) (article.Day, article.Day) { d := h.on(y); return d, d }); ok {
			s.setDay(h.on(year))
			return true
		}
	}
	r.holidayUnknown(i, s)
	return true
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
