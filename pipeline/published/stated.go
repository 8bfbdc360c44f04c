package published

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Errors of dates that a field states.
var (
	ErrNoDate    = errors.New("no date")
	ErrAmbiguous = errors.New("day and month cannot be told apart (--date-order)")
	ErrWeekday   = errors.New("the weekday is another")
)

// statesNothing lists what people write for an unknown date.
var statesNothing = map[string]bool{"": true, "null": true, "none": true, "nil": true, "nan": true, "nat": true, "n/a": true, "na": true,
	"unknown": true, "undefined": true, "-": true, "--": true, "?": true, "undated": true, "n.d.": true, "no date": true,
	"0000-00-00": true, "0000-00-00 00:00:00": true}

// stated reads a date as fields state them: ISO 8601 and RFC 822 with or
// without time and zone, dates in words, digits ("20200102"), Unix seconds or
// milliseconds. The day is the one written, whatever the zone. Text that states
// nothing ("", "null", "n/a") is the zero value without an error.
func (s scanner) stated(text string) (found, error) {
	text = strings.TrimSpace(strings.Trim(strings.TrimSpace(text), `"'`))
	if statesNothing[strings.ToLower(text)] {
		return found{}, nil
	}
	if len(text) > 200 {
		return found{}, fmt.Errorf("%q...: %w", strings.ToValidUTF8(text[:50], ""), ErrNoDate)
	}
	fail := func(err error) (found, error) { return found{}, fmt.Errorf("%q: %w", text, err) }
	if f, ok := digits(text); ok {
		if !valid(f) {
			return fail(ErrNoDate)
		}
		return f, nil
	}
	clean := text
	if i := strings.IndexByte(clean, '('); i > 0 { // "(Central European Time)"
		clean = clean[:i]
	}
	all := s.dates(clean)
	var best found
	for _, f := range all {
		switch {
		case f.precision() == 0:
		case best.year == 0, f.precision() < best.precision():
			best = f
		case f.precision() == best.precision() && f.date() != best.date():
			return fail(fmt.Errorf("%w: states two", ErrNoDate))
		}
	}
	switch {
	case best.year == 0:
		return fail(ErrNoDate)
	case best.unsure:
		return fail(ErrAmbiguous)
	case !best.consistent():
		return fail(fmt.Errorf("%w: %s is a %s", ErrWeekday, best.date(), best.date().Weekday()))
	case !s.onlyClock(clean[:best.Start]) || !s.onlyClock(clean[best.End:]):
		return fail(ErrNoDate)
	case best.precision() != article.DayPrecision && strings.ContainsAny(clean[:best.Start]+clean[best.End:], "0123456789"):
		return fail(ErrNoDate) // 2020-13-01
	}
	return best, nil
}

// digits reads a field of digits alone: 20200102, 20200102150405, and seconds,
// milli-, micro- or nanoseconds since 1970.
func digits(text string) (found, bool) {
	whole, frac, _ := strings.Cut(text, ".")
	if whole == "" || strings.Trim(whole, "0123456789") != "" || strings.Trim(frac, "0123456789") != "" {
		return found{}, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return found{}, false
	}
	compact := func() found {
		y, _ := strconv.Atoi(whole[:4])
		m, _ := strconv.Atoi(whole[4:6])
		d, _ := strconv.Atoi(whole[6:8])
		return found{year: y, month: time.Month(m), day: d}
	}
	unix := func(t time.Time) (found, bool) {
		y, m, d := t.UTC().Date()
		return found{year: y, month: m, day: d}, true
	}
	switch len(whole) {
	case 4, 6:
		return found{}, false
	case 8, 12, 14:
		if f := compact(); frac == "" && f.year >= 1000 && f.year <= 2199 && valid(f) {
			return f, true
		}
	}
	switch len(whole) {
	case 9, 10:
		return unix(time.Unix(n, 0))
	case 12, 13:
		return unix(time.UnixMilli(n))
	case 15, 16:
		return unix(time.UnixMicro(n))
	case 18, 19:
		return unix(time.Unix(0, n))
	}
	return found{}, false
}

// onlyClock reports whether text beside a date adds nothing but a time, a zone,
// a weekday, or a word such as "Published".
func (s scanner) onlyClock(text string) bool {
	for _, l := range s.lexemes(text) {
		switch {
		case l.kind == 'n' && l.width <= 9, l.kind == 'p', l.wday > 0:
		case l.kind == 'w' && (isLabel(l.text) || isFiller(l.text) || isZone(l.text)):
		default:
			return false
		}
	}
	return true
}

// isZone reports whether a word may belong to a clock time.
func isZone(w string) bool {
	switch strings.ToLower(w) {
	case "t", "z", "am", "pm", "a", "p", "m", "h", "hrs", "hr", "uhr", "at", "um", "kl", "noon", "midnight", "o", "clock", "time":
		return true
	}
	return len(w) >= 2 && len(w) <= 5 && strings.ToUpper(w) == w
}

// isLabel reports whether a word introduces a publication date.
func isLabel(w string) bool {
	switch strings.ToLower(w) {
	case "published", "posted", "updated", "date", "dated", "on", "first", "last", "modified", "created", "issued", "release", "released", "filed",
		"publication", "veröffentlicht", "erschienen", "stand", "datum", "publié", "publicado", "pubblicato", "publish", "pub", "article", "story", "original", "originally", "print", "edition":
		return true
	}
	return false
}
