package published

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// found is a date expression in a short text.
type found struct {
	article.Span
	year       int // 0 when not written
	month      time.Month
	day        int // 0 when not written
	weekday    time.Weekday
	weekdayed  bool // a weekday stands beside the date
	numeric    bool // day, month and year are numbers, with slashes or hyphens
	monthFirst bool // and the month is the first of them
	unsure     bool // they can be read in another order
}

// swapped returns a numeric date read in the other order.
func (f found) swapped() found {
	f.month, f.day = time.Month(f.day), int(f.month)
	f.monthFirst = !f.monthFirst
	return f
}

// precision returns how much of the date is written; none without a year.
func (f found) precision() article.Precision {
	switch {
	case f.year == 0:
		return article.NoPrecision
	case f.month == 0:
		return article.YearPrecision
	case f.day == 0:
		return article.MonthPrecision
	}
	return article.DayPrecision
}

// date returns the first day of what is written.
func (f found) date() article.Day {
	return article.NewDay(f.year, max(f.month, 1), max(f.day, 1))
}

// consistent reports whether the weekday that stands beside the date is its own.
func (f found) consistent() bool {
	return !f.weekdayed || f.precision() != article.DayPrecision || f.date().Weekday() == f.weekday
}

// lexeme is a number, a word or a mark of a short text.
type lexeme struct {
	article.Span
	kind  byte // 'n' number, 'w' word, 'p' one mark
	n     int  // value of a number of up to 9 digits
	width int  // digits
	month time.Month
	wday  int // weekday + 1
	mark  byte
	glued bool // no space before it
	text  string
}

// scanner finds dates in short texts.
type scanner struct {
	lex   *lexicon
	order string // "dmy", "mdy" or "": how 3/4/2020 is read
}

// maxScan bounds what is scanned of a text: dates stand in short lines.
const maxScan = 2000

func (s scanner) lexemes(text string) []lexeme {
	text = text[:min(len(text), maxScan)]
	var out []lexeme
	space := true
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case digit(r) >= 0:
			l := lexeme{kind: 'n', glued: !space}
			j := i
			for v := digit(r); v >= 0 && j < len(text); {
				if l.width < 9 {
					l.n = l.n*10 + v
				}
				l.width++
				j += size
				r, size = utf8.DecodeRuneInString(text[j:])
				v = digit(r)
			}
			l.Span, l.text = article.Span{Start: i, End: j}, text[i:j]
			out, i, space = append(out, l), j, false
		case unicode.IsLetter(r):
			j := i
			for j < len(text) {
				r, size := utf8.DecodeRuneInString(text[j:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) {
					break
				}
				j += size
			}
			l := lexeme{kind: 'w', glued: !space, Span: article.Span{Start: i, End: j}, text: text[i:j]}
			low := strings.ToLower(l.text)
			l.month = s.lex.months[low]
			if d, ok := s.lex.weekdays[low]; ok {
				l.wday = int(d) + 1
			}
			out, i, space = append(out, l), j, false
		case unicode.IsSpace(r):
			i, space = i+size, true
		default:
			l := lexeme{kind: 'p', glued: !space, Span: article.Span{Start: i, End: i + size}, text: text[i : i+size]}
			if r < utf8.RuneSelf {
				l.mark = byte(r)
			}
			out, i, space = append(out, l), i+size, false
		}
	}
	return out
}

// digit returns the value of a decimal digit of the scripts that news pages
// write dates in (Latin, Arabic, Persian, Devanagari, Bengali), else -1.
func digit(r rune) int {
	if r < utf8.RuneSelf {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, zero := range [...]rune{0x660, 0x6f0, 0x966, 0x9e6} {
		if r >= zero && r < zero+10 {
			return int(r - zero)
		}
	}
	return -1
}

// dates finds all date expressions of a short text.
func (s scanner) dates(text string) []found {
	ls := s.lexemes(text)
	var out []found
	for i := 0; i < len(ls); {
		f, n := s.at(ls, i)
		if n == 0 {
			i++
			continue
		}
		f.Span = article.Span{Start: ls[i].Start, End: ls[i+n-1].End}
		s.addWeekday(ls, i, n, &f)
		out = append(out, f)
		i += n
	}
	return out
}

// addWeekday looks for a weekday right before the date, or right behind it.
func (s scanner) addWeekday(ls []lexeme, i, n int, f *found) {
	j := i - 1
	for j >= 0 && i-j <= 4 && (ls[j].kind == 'p' && strings.IndexByte(",.-|", ls[j].mark) >= 0 || isFiller(ls[j].text)) {
		j--
	}
	if j >= 0 && ls[j].wday > 0 && ls[j].month == 0 {
		f.weekday, f.weekdayed = time.Weekday(ls[j].wday-1), true
		f.Start = ls[j].Start
		return
	}
	j = i + n
	for j < len(ls) && j-i-n < 2 && ls[j].kind == 'p' && strings.IndexByte(",(", ls[j].mark) >= 0 {
		j++
	}
	if j < len(ls) && ls[j].wday > 0 && len(ls[j].text) > 3 {
		f.weekday, f.weekdayed = time.Weekday(ls[j].wday-1), true
	}
}

// isFiller reports whether a word may stand between a weekday and its date.
func isFiller(w string) bool {
	switch strings.ToLower(w) {
	case "the", "den", "der", "on", "of", "le", "el", "il", "de", "am", "dem", "vom":
		return true
	}
	return false
}

// at reads the date that starts at lexeme i, and says how many lexemes it takes.
func (s scanner) at(ls []lexeme, i int) (found, int) {
	switch l := ls[i]; {
	case l.kind == 'w' && l.month > 0:
		return monthFirst(ls, i)
	case l.kind != 'n':
		return found{}, 0
	case i > 0 && ls[i].glued && partOfMore(ls[:i]):
		return found{}, 0 // part of a code, a clock time or an amount
	case l.width == 8:
		f := found{year: l.n / 10000, month: time.Month(l.n / 100 % 100), day: l.n % 100}
		if isYear(f.year) && f.day > 0 && valid(f) {
			return f, 1
		}
	case l.width == 4 && isYear(l.n):
		return s.yearFirst(ls, i)
	case l.width <= 2 && l.n >= 1 && l.n <= 31:
		if f, n := dayFirst(ls, i); n > 0 {
			return f, n
		}
		return s.numeric(ls, i)
	}
	return found{}, 0
}

// partOfMore reports whether what stands right before a number belongs to it.
func partOfMore(before []lexeme) bool {
	l := before[len(before)-1]
	behindNumber := len(before) > 1 && l.glued && before[len(before)-2].kind == 'n'
	if l.mark == '-' { // the second half of a range or score
		return len(before) > 1 && before[len(before)-2].kind == 'n'
	}
	return l.kind == 'w' && l.text != "T" || l.mark == '$' || (l.mark == '.' || l.mark == ':') && behindNumber
}

func isYear(n int) bool { return n >= 1900 && n <= 2199 }

// take is a cursor over lexemes.
type take struct {
	ls []lexeme
	i  int
}

func (t *take) peek() lexeme {
	if t.i < len(t.ls) {
		return t.ls[t.i]
	}
	return lexeme{}
}

// marks skips up to n of the marks given.
func (t *take) marks(set string, n int) {
	for ; n > 0 && t.peek().kind == 'p' && t.peek().mark != 0 && strings.IndexByte(set, t.peek().mark) >= 0; n-- {
		t.i++
	}
}

// words skips one of the words given.
func (t *take) words(list ...string) {
	if l := t.peek(); l.kind == 'w' {
		for _, w := range list {
			if strings.EqualFold(l.text, w) {
				t.i++
				return
			}
		}
	}
}

// year takes a year of four digits, or of two behind an apostrophe.
func (t *take) year() int {
	j := *t
	j.marks(",.-/", 1)
	j.words("de", "del", "of", "г")
	if l := j.peek(); l.kind == 'n' && l.width == 4 && isYear(l.n) {
		next := take{t.ls, j.i + 1}
		n := next.peek()
		if n.glued && (n.kind == 'w' && n.text != "T" || n.kind == 'n') {
			return 0
		}
		next.i++
		if m := next.peek(); n.glued && (n.mark == '-' || n.mark == '/') && m.glued && m.kind == 'n' {
			return 0 // "Rio de Janeiro 2020-01-02"
		}
		t.i = j.i + 1
		return l.n
	}
	return 0
}

// monthFirst reads "January 2, 2020", "Jan. 2", "January 2020", "Jan-02-2020".
func monthFirst(ls []lexeme, i int) (found, int) {
	f := found{month: ls[i].month}
	t := take{ls, i + 1}
	t.marks(".,-/", 2)
	if l := t.peek(); l.kind == 'n' && l.width <= 2 && l.n >= 1 && l.n <= 31 {
		f.day = l.n
		t.i++
		t.words("st", "nd", "rd", "th")
		if n := t.peek(); n.glued && n.mark == ':' { // "January 12:30"
			return found{}, 0
		}
		end := t.i
		if f.year = t.year(); f.year == 0 {
			t.i = end
			// "Jan 02 15:04:05 2020", "Jan 02 15:04:05 +0000 2020"
			f.year = t.yearBehindClock()
		}
		if !valid(f) {
			return found{}, 0
		}
		return f, t.i - i
	}
	t.i = i + 1
	t.marks(".", 1)
	if f.year = t.year(); f.year > 0 {
		return f, t.i - i
	}
	return found{}, 0
}

// yearBehindClock takes "15:04:05 2020" and "15:04:05 +0000 2020", and leaves
// the cursor where it is when that is not what comes.
func (t *take) yearBehindClock() int {
	j := *t
	for n := 0; n < 3; n++ {
		l := j.peek()
		if l.kind != 'n' || l.width > 2 {
			return 0
		}
		j.i++
		if n < 2 {
			if j.peek().mark != ':' {
				return 0
			}
			j.i++
		}
	}
	if m := j.peek().mark; m == '+' || m == '-' {
		j.i++
		if j.peek().kind != 'n' {
			return 0
		}
		j.i++
	} else if l := j.peek(); l.kind == 'w' && len(l.text) <= 5 {
		j.i++
	}
	if y := j.year(); y > 0 {
		t.i = j.i
		return y
	}
	return 0
}

// dayFirst reads "2 January 2020", "2. Januar", "2nd of January, 2020",
// "02-Jan-2020", "02 Jan 20" (of RFC 822).
func dayFirst(ls []lexeme, i int) (found, int) {
	f := found{day: ls[i].n}
	t := take{ls, i + 1}
	t.words("st", "nd", "rd", "th", "er", "º")
	t.marks(".-/", 1)
	t.words("of", "de", "di")
	l := t.peek()
	if l.kind != 'w' || l.month == 0 {
		return found{}, 0
	}
	f.month = l.month
	t.i++
	end := t.i
	t.marks(".", 1)
	t.marks(",-/'", 1)
	if f.year = t.year(); f.year == 0 {
		t.i = end
		j := take{ls, end}
		j.marks("-/'", 1)
		if y := j.peek(); y.kind == 'n' && y.width == 2 {
			colon := take{ls, j.i + 1}
			if m := colon.peek(); m.mark != ':' && m.mark != '.' && m.mark != ',' {
				f.year, t.i = shortYear(y.n), j.i+1
			}
		}
	}
	if !valid(f) {
		return found{}, 0
	}
	return f, t.i - i
}

// shortYear reads a year of two digits as RFC 2822 does.
func shortYear(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// yearFirst reads "2020-01-02", "2020/01/02", "2020.1.2", "2020 January 2",
// "2020-01", "2020".
func (s scanner) yearFirst(ls []lexeme, i int) (found, int) {
	f := found{year: ls[i].n}
	t := take{ls, i + 1}
	if n := t.peek(); n.glued && n.kind == 'w' && n.text != "T" {
		return cjk(ls, i)
	}
	if m := t.peek(); m.kind == 'p' && (m.mark == '-' || m.mark == '/' || m.mark == '.') {
		t.i++
		l := t.peek()
		if l.kind == 'n' && l.width <= 2 && l.n >= 1 && l.n <= 12 {
			f.month = time.Month(l.n)
			t.i++
			end := t.i
			if t.peek().mark == m.mark {
				t.i++
				if l := t.peek(); l.kind == 'n' && l.width <= 2 && l.n >= 1 && l.n <= 31 {
					f.day = l.n
					t.i++
					if valid(f) {
						return f, t.i - i
					}
					return found{}, 0
				}
			}
			if m.mark == '-' && l.width == 2 || m.mark == '/' && l.width == 2 {
				return f, end - i
			}
			return found{year: f.year}, 1
		}
		if l.kind == 'w' && l.month > 0 {
			f.month = l.month
			t.i++
			t.marks("-/.", 1)
			if d := t.peek(); d.kind == 'n' && d.width <= 2 && d.n >= 1 {
				f.day = d.n
				if valid(f) {
					return f, t.i + 1 - i
				}
			}
		}
		return found{year: f.year}, 1
	}
	t.marks(".,", 1) // Hungarian "2020. január 2."
	if l := t.peek(); l.kind == 'w' && l.month > 0 {
		f.month = l.month
		t.i++
		t.marks(".", 1)
		if d := t.peek(); d.kind == 'n' && d.width <= 2 && d.n >= 1 && d.n <= 31 {
			f.day = d.n
			if valid(f) {
				return f, t.i + 1 - i
			}
		}
		return found{year: ls[i].n}, 1
	}
	return found{year: f.year}, 1
}

// cjk reads "2020年1月2日".
func cjk(ls []lexeme, i int) (found, int) {
	units := []string{"年", "月", "日"}
	if ls[i+1].text == "년" {
		units = []string{"년", "월", "일"}
	}
	var v [3]int
	t := take{ls, i}
	for k, u := range units {
		if t.peek().kind != 'n' {
			break
		}
		v[k] = t.peek().n
		t.i++
		if !strings.HasPrefix(t.peek().text, u) {
			return found{}, 0
		}
		t.i++
	}
	f := found{year: v[0], month: time.Month(v[1]), day: v[2]}
	if !isYear(f.year) || f.month > 12 || !valid(f) {
		return found{}, 0
	}
	return f, t.i - i
}

// numeric reads "02/01/2020", "2.1.2020", "2-1-20".
func (s scanner) numeric(ls []lexeme, i int) (found, int) {
	t := take{ls, i + 1}
	sep := t.peek().mark
	if t.peek().kind != 'p' || !strings.ContainsRune("/.-", rune(sep)) {
		return found{}, 0
	}
	t.i++
	b := t.peek()
	if b.kind != 'n' || b.width > 2 || b.n < 1 {
		return found{}, 0
	}
	t.i++
	if t.peek().mark != sep {
		return found{}, 0
	}
	t.i++
	y := t.peek()
	t.i++
	year := 0
	switch next := t.peek(); {
	case y.kind != 'n', next.glued && next.kind != 'p':
		return found{}, 0
	case next.glued && next.mark == sep && t.i+1 < len(ls) && ls[t.i+1].kind == 'n' && ls[t.i+1].glued:
		return found{}, 0 // a longer chain of numbers
	case y.width == 4 && isYear(y.n):
		year = y.n
	case y.width == 2 && sep != '-':
		year = shortYear(y.n)
	default:
		return found{}, 0
	}
	dmy := found{year: year, month: time.Month(b.n), day: ls[i].n}
	mdy := found{year: year, month: time.Month(ls[i].n), day: b.n}
	switch {
	case sep == '.': // the point is European
		mdy = found{}
	case s.order == "dmy" && valid(dmy):
		return dmy, t.i - i
	case s.order == "mdy" && valid(mdy):
		return mdy, t.i - i
	}
	dmy.numeric, mdy.numeric, mdy.monthFirst = sep != '.', sep != '.', true
	switch {
	case valid(dmy) && valid(mdy) && dmy.day != mdy.day:
		dmy.unsure = true
		return dmy, t.i - i
	case valid(dmy):
		return dmy, t.i - i
	case valid(mdy):
		return mdy, t.i - i
	}
	return found{}, 0
}

// valid reports whether month and day are possible, in any year when there is none.
func valid(f found) bool {
	year := f.year
	if year == 0 {
		year = 2000
	}
	return article.ValidDate(year, f.month, max(f.day, 1)) && f.month >= 1
}
