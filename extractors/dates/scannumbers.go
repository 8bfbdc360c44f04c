package dates

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

// scanFraction reads 1/2, 3/4 and the like; x is hundredths.
func scanFraction(l *lexer, _ *wordClasses, i int) (value, int) {
	a, s, b := l.at(i), l.at(i+1), l.at(i+2)
	if a.kind != numberItem || s.mark != '/' || s.gap != gapNone || b.kind != numberItem || b.gap != gapNone ||
		a.digits != 1 || b.digits != 1 || a.num < 1 || a.num >= b.num || b.num > 8 {
		return value{}, 0
	}
	return value{x: int16(a.num * 100 / b.num)}, i + 3
}
