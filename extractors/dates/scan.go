package dates

// A scanner is a class that is told by the shape of the items and not by a
// list of words: numbers, years, clock times, numeric dates.
//
// scan reads at item i and returns the item after, or 0 when nothing is there.
type scanner struct {
	name   string
	words  []string // classes of words that can start it, beside numbers and marks
	number bool     // a number can start it
	mark   bool     // an apostrophe can start it
	scan   func(l *lexer, w *wordClasses, i int) (value, int)
}

// scanners are the first classes of every lexicon, in this order from id 1.
var scanners = []scanner{
	{name: "num", words: []string{"cardinal", "scale", "one"}, number: true, scan: scanNum},
	{name: "integer", number: true, scan: scanInteger},
	{name: "integerth", number: true, scan: scanIntegerth},
	{name: "day", number: true, scan: scanDay},
	{name: "dayth", words: []string{"ordinal", "cardinal"}, number: true, scan: scanDayth},
	{name: "ord", words: []string{"ordinal", "cardinal"}, number: true, scan: scanOrd},
	{name: "year", words: []string{"cardinal"}, number: true, scan: scanYear},
	{name: "oldyear", number: true, scan: scanOldYear},
	{name: "bcyear", number: true, scan: scanBCYear},
	{name: "shortyear", number: true, mark: true, scan: scanShortYear},
	{name: "yy", number: true, scan: scanYY},
	{name: "decade", number: true, mark: true, scan: scanDecade},
	{name: "numdate", number: true, scan: scanNumDate},
	{name: "time", number: true, scan: scanTime},
	{name: "dottime", number: true, scan: scanDotTime},
	{name: "hhmm", number: true, scan: scanHHMM},
	{name: "hhmm0", number: true, scan: scanHHMM0},
	{name: "hour", words: []string{"cardinal"}, number: true, scan: scanHour},
	{name: "fraction", number: true, scan: scanFraction},
	{name: "quarterno", number: true, words: []string{"qname"}, scan: scanQuarter},
	{name: "halfno", number: true, words: []string{"hname"}, scan: scanHalf},
}

// wordClasses are the classes that code, and not a rule, looks words up in.
type wordClasses struct {
	cardinal, scale, one, ordinal, half, qname, hname classID // parts of numbers

	gone, unit, units classID // "two years later"

	lead classID // what a time expression may hang on with a hyphen: "post-1945"

	// words around an expression that tell whether it lies ahead
	future, plan, ahead, aheadAfter, report, been classID
}

func newWordClasses(x *lexicon) *wordClasses {
	return &wordClasses{
		cardinal: x.class("cardinal"), scale: x.class("scale"), one: x.class("one"),
		ordinal: x.class("ordinal"), half: x.class("half"), qname: x.class("qname"), hname: x.class("hname"), lead: x.class("lead"), gone: x.class("gone"), unit: x.class("unit"), units: x.class("units"),
		future: x.class("future"), plan: x.class("plan"), ahead: x.class("ahead"), aheadAfter: x.class("aheadafter"),
		report: x.class("report"), been: x.class("been"),
	}
}

// at returns item i, or an empty mark beyond the end.
func (l *lexer) at(i int) *item {
	if i < 0 || i >= len(l.items) {
		return &noItem
	}
	return &l.items[i]
}

var noItem = item{kind: markItem, gap: gapSpace}

// val returns the value of the word of item i in a class.
func (l *lexer) val(i int, c classID) (int, bool) {
	it := l.at(i)
	if it.word == 0 {
		return 0, false
	}
	w := &l.lex.words[it.word]
	if !w.in.has(c) {
		return 0, false
	}
	for k := range w.senses {
		if s := &w.senses[k]; s.class == c && !(s.caps && it.letters == lower) {
			return int(s.val), true
		}
	}
	return 0, false
}

// touches reports whether item i touches the item before it.
func (l *lexer) touches(i int) bool { return i < len(l.items) && l.items[i].gap == gapNone }

// joined reports whether item i hangs on the one before it by nothing or by a
// hyphen, and is a word or number.
func (l *lexer) joined(i int) bool {
	return i < len(l.items) && l.items[i].gap != gapSpace && l.items[i].kind != markItem
}

// maxNumberWords bounds a spelled-out number, so that a scan costs a fixed time.
const maxNumberWords = 8

// scanNum reads a cardinal number: 5, 1,500, 3.5, "twenty-five", "two
// thousand", "a hundred", "2 1/2", "three and a half".
func scanNum(l *lexer, w *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind == numberItem {
		if it.num < 0 || l.ordinalSuffix(i+1) || l.glued(i) || l.slashed(i) {
			return value{}, 0
		}
		v := value{it.num, it.frac}
		next := i + 1
		if m, ok := l.val(next, w.scale); ok && m >= 1000 && l.at(next).gap != gapNone {
			if int64(v.n)*int64(m) > 2_000_000_000 {
				return value{}, 0
			}
			v.n = v.n*int32(m) + int32(v.x)*int32(m)/100
			v.x = 0
			return v, next + 1
		}
		if f, n := scanFraction(l, w, next); n > 0 && v.x == 0 && l.at(next).gap&gapLoose != 0 {
			v.x, next = f.x, n
		}
		return v, next
	}
	return l.words(w, i)
}

// words reads a number in words.
func (l *lexer) words(w *wordClasses, i int) (value, int) {
	total, group, j := 0, 0, i
	const none, small, tens, hundreds = 0, 1, 2, 3
	last := none
	for j < i+maxNumberWords {
		if j > i && l.at(j).gap&gapLoose == 0 {
			break
		}
		if n, ok := l.val(j, w.cardinal); ok {
			switch {
			case last == none || last == hundreds && n < 100 || last == tens && n > 0 && n < 10:
			default:
				return l.number(total, group, i, j)
			}
			group += n
			last = small
			if n >= 20 {
				last = tens
			}
			j++
			continue
		}
		if m, ok := l.val(j, w.scale); ok && j > i {
			if m == 100 {
				group *= 100
				last = hundreds
			} else {
				total += group * m
				group, last = 0, hundreds
			}
			if total > 1_000_000_000 || group > 1_000_000_000 {
				return value{}, 0
			}
			j++
			continue
		}
		if j == i {
			if _, ok := l.val(j, w.one); ok { // "a hundred"
				if _, ok := l.val(j+1, w.scale); ok {
					group, last = 1, small
					j++
					continue
				}
			}
			return value{}, 0
		}
		// "one hundred and ten"
		if last == hundreds && l.at(j).word != 0 && l.lex.words[l.at(j).word].text == "and" {
			if n, ok := l.val(j+1, w.cardinal); ok && n < 100 {
				j++
				continue
			}
		}
		break
	}
	return l.number(total, group, i, j)
}

func (l *lexer) number(total, group, i, j int) (value, int) {
	if j == i {
		return value{}, 0
	}
	return value{n: int32(total + group)}, j
}

// ordinalSuffix reports whether item i is the "th" of "5th".
func (l *lexer) ordinalSuffix(i int) bool {
	it := l.at(i)
	if it.gap != gapNone || it.kind != wordItem || it.end-it.start != 2 {
		return false
	}
	switch l.text[it.start:it.end] {
	case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		return true
	}
	return false
}

// glued reports whether number i is part of something longer: a sum of money,
// a fraction, a score, a code.
func (l *lexer) glued(i int) bool {
	it := &l.items[i]
	if it.gap == gapNone && i > 0 {
		switch l.items[i-1].mark {
		case '(', '"', '\'', '[', '_', ',', ';', '`', '*':
		case '-':
			return i > 1 && l.items[i-1].gap == gapNone
		case '.': // ".5", "v.2"; but "...1998"
			return i < 2 || l.items[i-2].mark != '.'
		case '/': // but "1998/99"
			return i < 2 || l.items[i-2].digits != 4
		default: // but "2020-01-05T10:30"
			before := &l.items[i-1]
			switch l.text[before.start:before.end] {
			case "T":
				return i < 2 || l.items[i-2].kind != numberItem
			case "FY":
				return false
			}
			return true
		}
	}
	next := l.at(i + 1)
	return next.gap == gapNone && next.mark == '%'
}

// slashed reports whether number i is the upper part of a fraction or the
// first of a numeric date.
func (l *lexer) slashed(i int) bool {
	return l.at(i+1).mark == '/' && l.touches(i+1) && l.at(i+2).kind == numberItem && l.touches(i+2)
}

// plain reports whether item i is a bare run of digits that touches no letter,
// digit, currency sign or other mark that would make it part of a code.
func (l *lexer) plain(i int) bool {
	it := l.at(i)
	if it.kind != numberItem || it.digits == 0 || it.num < 0 || l.glued(i) {
		return false
	}
	return !(i+1 < len(l.items) && l.items[i+1].gap == gapNone && l.items[i+1].kind != markItem)
}

// scanInteger reads digits only.
func scanInteger(l *lexer, _ *wordClasses, i int) (value, int) {
	if !l.plain(i) || l.slashed(i) {
		return value{}, 0
	}
	return value{n: l.items[i].num}, i + 1
}

// scanIntegerth reads 12th, and no words.
func scanIntegerth(l *lexer, _ *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind != numberItem || it.digits == 0 || it.digits > 2 || it.num < 1 || it.num > 31 || !l.ordinalSuffix(i+1) || l.glued(i) {
		return value{}, 0
	}
	return value{n: it.num}, i + 2
}

// scanDay reads the day of a month: 1 to 31, perhaps with "th".
func scanDay(l *lexer, _ *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind != numberItem || it.digits == 0 || it.digits > 2 || it.num < 1 || it.num > 31 || l.glued(i) && !l.secondOf(i) {
		return value{}, 0
	}
	if l.ordinalSuffix(i + 1) {
		return value{n: it.num}, i + 2
	}
	if l.touches(i+1) && l.at(i+1).kind != markItem {
		return value{}, 0
	}
	return value{n: it.num}, i + 1
}

// secondOf reports whether number i is the 24 of "23/24 March".
func (l *lexer) secondOf(i int) bool {
	return i > 1 && l.items[i-1].mark == '/' && l.items[i-2].digits <= 2 && l.items[i-2].kind == numberItem && (i == 2 || l.items[i-2].gap == gapSpace) &&
		l.at(i+1).mark != '%' && l.at(i+1).mark != '/'
}

// scanDayth reads the day of a month as an ordinal: 5th, "twenty-first".
func scanDayth(l *lexer, w *wordClasses, i int) (value, int) {
	v, next := scanOrd(l, w, i)
	if next == 0 || v.n < 1 || v.n > 31 {
		return value{}, 0
	}
	return v, next
}

// scanOrd reads an ordinal number: 20th, "third", "twenty-first".
func scanOrd(l *lexer, w *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind == numberItem {
		if it.digits == 0 || it.num < 0 || !l.ordinalSuffix(i+1) || l.glued(i) {
			return value{}, 0
		}
		return value{n: it.num}, i + 2
	}
	if n, ok := l.val(i, w.ordinal); ok {
		return value{n: int32(n)}, i + 1
	}
	if tens, ok := l.val(i, w.cardinal); ok && tens >= 20 && l.at(i+1).gap&gapLoose != 0 {
		if n, ok := l.val(i+1, w.ordinal); ok && n < 10 {
			return value{n: int32(tens + n)}, i + 2
		}
	}
	return value{}, 0
}

// Years that a bare number can name. Two in three four-digit numbers from 1900
// to 2099 in news are years whatever stands around them; older ones need a
// word before them (see anyyear in the rules).
const minYear, maxYear = 1900, 2099

// scanYear reads a year that needs no help: 1998, "nineteen ninety-eight",
// "two thousand and five".
func scanYear(l *lexer, w *wordClasses, i int) (value, int) {
	if l.at(i).kind == numberItem {
		if !l.plain(i) || l.items[i].digits != 4 || l.items[i].num < minYear || l.items[i].num > maxYear {
			return value{}, 0
		}
		return value{n: l.items[i].num}, i + 1
	}
	return l.spelledYear(w, i)
}

func (l *lexer) spelledYear(w *wordClasses, i int) (value, int) {
	hi, ok := l.val(i, w.cardinal)
	if !ok || l.at(i+1).gap&gapLoose == 0 {
		return value{}, 0
	}
	if hi == 2 { // "two thousand", "two thousand and five"
		v, next := l.words(w, i)
		if v.n >= 2000 && v.n <= maxYear && next-i >= 2 {
			return v, next
		}
		return value{}, 0
	}
	if hi < 15 || hi > 20 {
		return value{}, 0
	}
	lo, ok := l.val(i+1, w.cardinal)
	if !ok || lo < 10 || lo > 90 {
		if m, ok := l.val(i+1, w.scale); ok && m == 100 {
			return value{n: int32(hi * 100)}, i + 2 // "nineteen hundred"
		}
		return value{}, 0
	}
	next := i + 2
	if lo >= 20 && l.at(next).gap&gapLoose != 0 {
		if one, ok := l.val(next, w.cardinal); ok && one > 0 && one < 10 {
			lo, next = lo+one, next+1
		}
	}
	return value{n: int32(hi*100 + lo)}, next
}

// scanOldYear reads a year from 1000 to 2199 in digits that scanYear does not
// take: one that needs a word before it.
func scanOldYear(l *lexer, _ *wordClasses, i int) (value, int) {
	if !l.plain(i) || l.items[i].digits != 4 || l.items[i].num < 1000 || l.items[i].num > 2199 || l.items[i].num >= minYear && l.items[i].num <= maxYear {
		return value{}, 0
	}
	return value{n: l.items[i].num}, i + 1
}

// scanBCYear reads a year of one to four digits, for use beside BC or AD.
func scanBCYear(l *lexer, _ *wordClasses, i int) (value, int) {
	if !l.plain(i) || l.items[i].digits > 4 || l.items[i].num < 1 {
		return value{}, 0
	}
	return value{n: l.items[i].num}, i + 1
}

// scanShortYear reads '98.
func scanShortYear(l *lexer, _ *wordClasses, i int) (value, int) {
	it, num := l.at(i), l.at(i+1)
	if it.mark != '\'' || num.kind != numberItem || num.gap != gapNone || num.digits != 2 || l.joined(i+2) {
		return value{}, 0
	}
	return value{n: num.num, x: 2}, i + 2
}

// scanYY reads the two digits that end a range of years: 10 in 2009-10.
func scanYY(l *lexer, _ *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind != numberItem || it.digits != 2 || l.joined(i+1) {
		return value{}, 0
	}
	return value{n: it.num, x: 2}, i + 1
}

// scanDecade reads 1990s, 1990's, '90s, 90s; x says how many digits.
func scanDecade(l *lexer, _ *wordClasses, i int) (value, int) {
	apostrophe := l.at(i).mark == '\''
	if apostrophe {
		i++
		if !l.touches(i) {
			return value{}, 0
		}
	}
	it := l.at(i)
	if it.kind != numberItem || it.digits != 4 && it.digits != 2 || it.num%10 != 0 || it.digits == 4 && (it.num < 1000 || it.num > 2190) {
		return value{}, 0
	}
	if !apostrophe && l.glued(i) {
		return value{}, 0
	}
	next := i + 1
	if l.at(next).mark == '\'' && l.touches(next) {
		next++
	}
	s := l.at(next)
	if s.gap != gapNone || s.kind != wordItem || s.end-s.start != 1 && l.text[s.start:s.end] != "'s" || l.text[s.end-1] != 's' {
		return value{}, 0
	}
	return value{n: it.num, x: int16(it.digits)}, next + 1
}

// Orders of a numeric date, in the x of its value.
const (
	orderYMD int16 = iota
	orderGiven
	orderDotted // 5.2.2020: day first wherever it is written so
)

// scanNumDate reads 2020-01-05, 2020/1/5, 1/5/2020, 5.1.2020, 1-5-20. The
// value is the three numbers in the order of the text, packed.
func scanNumDate(l *lexer, _ *wordClasses, i int) (value, int) {
	a := l.at(i)
	if a.kind != numberItem || a.digits == 0 || a.digits == 3 || a.digits > 4 || a.gap == gapNone && i > 0 && l.items[i-1].kind != markItem || a.gap == gapHyphen {
		return value{}, 0
	}
	if i > 0 && a.gap == gapNone {
		switch l.items[i-1].mark {
		case '/', '.', '$', '-', '#', ':', '=', '&':
			return value{}, 0
		}
	}
	b, sep, j := l.datePart(i + 1)
	if b == nil || b.digits > 2 {
		return value{}, 0
	}
	c, sep2, k := l.datePart(j)
	if c == nil || sep2 != sep || l.partAfter(k, sep) {
		return value{}, 0
	}
	v := value{x: orderGiven}
	switch {
	case a.digits == 4:
		if c.digits > 2 || a.num < 1000 || a.num > 2199 {
			return value{}, 0
		}
		v.x = orderYMD
	case a.digits <= 2 && (c.digits == 4 && c.num >= 1000 && c.num <= 2199 || c.digits == 2 && sep != '.'):
		if sep == '.' {
			v.x = orderDotted
		}
	default:
		return value{}, 0
	}
	v.n = packDate(int(a.num), int(b.num), int(c.num))
	return v, k
}

// datePart reads a separator and the number behind it.
func (l *lexer) datePart(i int) (num *item, sep byte, next int) {
	it := l.at(i)
	if it.kind == numberItem && it.gap == gapHyphen {
		sep, next = '-', i+1
	} else if it.gap == gapNone && (it.mark == '/' || it.mark == '.') && l.touches(i+1) {
		sep, it, next = it.mark, l.at(i+1), i+2
	}
	if sep == 0 || it.kind != numberItem || it.digits == 0 || it.digits == 3 || it.digits > 4 {
		return nil, 0, 0
	}
	return it, sep, next
}

// partAfter reports whether a numeric date goes on with one more part, and so
// is none: 1/1/1/1, 192.168.1.1.
func (l *lexer) partAfter(i int, sep byte) bool {
	it := l.at(i)
	if it.gap == gapSpace {
		return false
	}
	if it.gap == gapHyphen {
		return true
	}
	if it.kind == wordItem && l.text[it.start] == 'T' { // 2020-01-05T10:30
		return false
	}
	if it.kind != markItem {
		return true
	}
	return (it.mark == '/' || it.mark == '.' || it.mark == '-') && l.touches(i+1) && l.at(i+1).kind != markItem
}

func packDate(a, b, c int) int32 { return int32((a*100+b)*10000 + c) }

func unpackDate(n int) (a, b, c int) { return n / 1_000_000, n / 10000 % 100, n % 10000 }

// scanTime reads 10:30 and 10:30:15; the value is seconds of the day, x the
// number of parts.
func scanTime(l *lexer, _ *wordClasses, i int) (value, int) {
	h, c, m := l.at(i), l.at(i+1), l.at(i+2)
	if h.kind != numberItem || h.digits == 0 || h.digits > 2 || h.num > 24 || c.mark != ':' || c.gap != gapNone ||
		m.kind != numberItem || m.gap != gapNone || m.digits != 2 || m.num > 59 || l.glued(i) {
		return value{}, 0
	}
	v := value{n: h.num*3600 + m.num*60, x: 2}
	next := i + 3
	if c, s := l.at(next), l.at(next+1); c.mark == ':' && c.gap == gapNone && s.kind == numberItem && s.gap == gapNone {
		if s.digits != 2 || s.num > 59 {
			return value{}, 0
		}
		v.n, v.x = v.n+s.num, 3
		next += 2
	}
	if n := l.at(next); n.gap == gapNone && (n.kind == numberItem || n.mark == ':' && l.at(next+1).kind == numberItem) || n.gap == gapHyphen && n.kind == numberItem && l.at(next+1).mark != ':' {
		return value{}, 0
	}
	return v, next
}

// scanDotTime reads 7.30, for use before "p.m.".
func scanDotTime(l *lexer, _ *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind != numberItem || it.num < 0 || it.num > 23 || it.frac >= 60 || it.frac == 0 || l.glued(i) {
		return value{}, 0
	}
	return value{n: it.num*3600 + int32(it.frac)*60, x: 2}, i + 1
}

// scanHHMM reads 0735.
func scanHHMM(l *lexer, _ *wordClasses, i int) (value, int) {
	it := l.at(i)
	if !l.plain(i) || it.digits != 4 || it.num/100 > 24 || it.num%100 > 59 {
		return value{}, 0
	}
	return value{n: it.num/100*3600 + it.num%100*60, x: 2}, i + 1
}

// scanHHMM0 reads 0735 where a length of time could not begin with a zero.
func scanHHMM0(l *lexer, w *wordClasses, i int) (value, int) {
	if it := l.at(i); it.kind != numberItem || l.text[it.start] != '0' {
		return value{}, 0
	}
	return scanHHMM(l, w, i)
}

// scanHour reads a full hour from 1 to 12 (24 in digits), in digits or words.
func scanHour(l *lexer, w *wordClasses, i int) (value, int) {
	it := l.at(i)
	if it.kind == numberItem {
		if it.digits == 0 || it.digits > 2 || it.num > 24 || l.glued(i) {
			return value{}, 0
		}
		return value{n: it.num * 3600, x: 1}, i + 1
	}
	if n, ok := l.val(i, w.cardinal); ok && n >= 1 && n <= 12 {
		return value{n: int32(n * 3600), x: 1}, i + 1
	}
	return value{}, 0
}

// scanFraction reads 1/2, 3/4 and the like; x is hundredths.
func scanFraction(l *lexer, _ *wordClasses, i int) (value, int) {
	a, s, b := l.at(i), l.at(i+1), l.at(i+2)
	if a.kind != numberItem || s.mark != '/' || s.gap != gapNone || b.kind != numberItem || b.gap != gapNone ||
		a.digits != 1 || b.digits != 1 || a.num < 1 || a.num >= b.num || b.num > 8 {
		return value{}, 0
	}
	return value{x: int16(a.num * 100 / b.num)}, i + 3
}

// scanQuarter reads Q3 and 3Q.
func scanQuarter(l *lexer, w *wordClasses, i int) (value, int) { return l.numbered(i, w.qname, 4) }

// scanHalf reads H1 and 1H.
func scanHalf(l *lexer, w *wordClasses, i int) (value, int) { return l.numbered(i, w.hname, 2) }

// numbered reads a letter of the class and a digit up to most that touch, in
// either order.
func (l *lexer) numbered(i int, letter classID, most int32) (value, int) {
	if !l.touches(i + 1) {
		return value{}, 0
	}
	n := l.at(i)
	_, ok := l.val(i+1, letter)
	if n.kind != numberItem {
		n = l.at(i + 1)
		_, ok = l.val(i, letter)
		ok = ok && !l.joined(i+2)
	} else if n.gap != gapSpace {
		return value{}, 0
	}
	if !ok || n.kind != numberItem || n.digits != 1 || n.num < 1 || n.num > most {
		return value{}, 0
	}
	return value{n: n.num}, i + 2
}
