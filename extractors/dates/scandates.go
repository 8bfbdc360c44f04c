package dates

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

// scanISODate reads a numeric date that begins with the year.
func scanISODate(l *lexer, w *wordClasses, i int) (value, int) {
	v, next := scanNumDate(l, w, i)
	if v.x != orderYMD {
		return value{}, 0
	}
	return v, next
}

// scanSlashDate reads a numeric date that ends with the year.
func scanSlashDate(l *lexer, w *wordClasses, i int) (value, int) {
	v, next := scanNumDate(l, w, i)
	if v.x == orderYMD {
		return value{}, 0
	}
	return v, next
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
