package article

import (
	"fmt"
	"time"
)

// Day is a calendar day: the number of days since 31 December of the year 0 in
// the proleptic Gregorian calendar, so that 1 is 0001-01-01. Zero means "not
// known". Days compare and subtract as numbers.
type Day int32

// unixEpoch is 1970-01-01 as a Day.
const unixEpoch Day = 719163

// NewDay returns the day of a date. Months and days outside their range roll
// over as in time.Date (month 13 is January of the next year).
func NewDay(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400) + unixEpoch
}

// ValidDate reports whether the date exists in the calendar, in years 1 to 9999.
func ValidDate(year int, month time.Month, day int) bool {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= DaysIn(year, month)
}

// DaysIn returns the number of days of a month.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// DayOf returns the calendar day of t in t's own location.
func DayOf(t time.Time) Day { y, m, d := t.Date(); return NewDay(y, m, d) }

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("day %q: want YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Time returns 00:00 UTC of the day; the zero Time for the zero Day.
func (d Day) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d-unixEpoch)*86400, 0).UTC()
}

// Date returns year, month and day of the month.
func (d Day) Date() (year int, month time.Month, day int) { return d.Time().Date() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d) % 7) + 7) % 7) }

// ISOWeek returns the ISO 8601 year and week; weeks start on Monday.
func (d Day) ISOWeek() (year, week int) { return d.Time().ISOWeek() }

// Unix returns the days since 1970-01-01, as Arrow's date32 counts.
func (d Day) Unix() int32 { return int32(d - unixEpoch) }

// String returns YYYY-MM-DD, or "" for the zero Day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}
