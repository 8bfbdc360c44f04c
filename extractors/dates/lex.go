package dates

import (
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// itemKind is the kind of an item.
type itemKind uint8

const (
	wordItem itemKind = iota
	numberItem
	markItem // one punctuation mark or symbol
)

// gap says what stands between an item and the one before it.
type gap uint8

const (
	gapNone gap = 1 << iota // they touch
	gapSpace
	gapHyphen // a hyphen or an en dash that touches both

	gapLoose = gapSpace | gapHyphen
	gapAny   = gapNone | gapSpace | gapHyphen
)

// letter case of a word
const (
	lower uint8 = iota
	capital
	upper
)

// item is a piece of a token: a word, a number or a mark. Tokens are cut at
// hyphens, slashes and where digits meet letters, so that "mid-1990s" is read
// like "mid 1990 s".
type item struct {
	start, end int32
	word       wordID
	num        int32 // value of a number; -1 when it has more than 9 digits
	frac       int16 // hundredths after the decimal point
	kind       itemKind
	gap        gap
	letters    uint8 // letter case of a word
	digits     uint8 // digits of a plain number; 0 for 1,500 and 3.5
	mark       byte  // the mark in ASCII; 0 for another
}

// maxWord is the longest word of the lexicon in bytes, and a little more.
const maxWord = 24

// lexer cuts the tokens of one sentence into items.
type lexer struct {
	lex   *lexicon
	text  string
	items []item
	dates int // items that can be part of a time expression
}

// sentence replaces the items by those of the tokens.
func (l *lexer) sentence(tokens []article.Token) {
	l.items = l.items[:0]
	l.dates = 0
	for _, t := range tokens {
		l.token(t.Start, t.End)
	}
}

func (l *lexer) token(from, to int) {
	text := l.text
	for i := from; i < to; {
		c := text[i]
		switch {
		case isLetter(c):
			if n := markLen(text, i, to); n > 0 {
				l.mark(i, i+n)
				i += n
				continue
			}
			i = l.wordAt(i, to)
		case isDigit(c):
			i = l.numberAt(i, to)
		case c <= ' ':
			i++
		default:
			l.mark(i, i+1)
			i++
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// markLen returns the length of the dash, quotation mark or ellipsis at i that
// is beyond ASCII, 0 for none: U+2010 to U+203F are E2 80 90 to E2 80 BF.
func markLen(text string, i, to int) int {
	if text[i] == 0xE2 && i+2 < to && text[i+1] == 0x80 && text[i+2] >= 0x90 && text[i+2] < 0xC0 {
		return 3
	}
	return 0
}

// wordAt reads letters, with the points of "a.m." and the apostrophe of
// "o'clock", and returns where they end.
func (l *lexer) wordAt(i, to int) int {
	text, start := l.text, i
	var buf [maxWord]byte
	hash := uint32(hashStart)
	n, dots := 0, 0
	letters := lower
	for ; i < to; i++ {
		c := text[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			if c < 'a' {
				if i == start {
					letters = capital
				} else if letters == capital && i == start+1+dots {
					letters = upper
				}
			}
			if n < maxWord {
				buf[n] = c | 0x20
				hash = (hash ^ uint32(c|0x20)) * hashPrime
			}
			n++
			continue
		case c >= 0x80 && markLen(text, i, to) == 0:
			n = maxWord + 1 // no word of the lexicon
			continue
		case c == '.' && (i+1 == to || text[i+1] != '.'):
			if i+1 < to && !isLetter(text[i+1]) {
				// "Nov.9": the point belongs to the month
				i++
				dots++
				break
			}
			dots++
			continue
		case c == '\'' && i+1 < to && isLetter(text[i+1]) && n > 0 && n < maxWord:
			buf[n] = c
			hash = (hash ^ uint32(c)) * hashPrime
			n++
			continue
		}
		break
	}
	it := item{start: int32(start), end: int32(i), kind: wordItem, letters: letters, gap: l.gapAt(start)}
	if n <= maxWord {
		it.word = l.lex.find(buf[:n], hash)
	}
	l.push(it)
	return i
}

// numberAt reads digits, with the commas of 1,500 and the point of 3.5, and
// returns where they end.
func (l *lexer) numberAt(i, to int) int {
	text, start := l.text, i
	num, count := int32(0), 0
	for ; i < to && isDigit(text[i]); i++ {
		if count++; count <= 9 {
			num = num*10 + int32(text[i]-'0')
		}
	}
	it := item{start: int32(start), kind: numberItem, gap: l.gapAt(start), digits: uint8(min(count, 255))}
	for count <= 3 && i+3 < to && text[i] == ',' && isDigit(text[i+1]) && isDigit(text[i+2]) && isDigit(text[i+3]) && (i+4 == to || !isDigit(text[i+4])) {
		it.digits = 0
		if num < 1_000_000 {
			num = num*1000 + int32(text[i+1]-'0')*100 + int32(text[i+2]-'0')*10 + int32(text[i+3]-'0')
		}
		i += 4
	}
	if i+1 < to && text[i] == '.' && isDigit(text[i+1]) && !l.dotted(start, i, to) {
		it.digits = 0
		scale := int16(10)
		for i++; i < to && isDigit(text[i]); i++ {
			it.frac += int16(text[i]-'0') * scale
			scale /= 10
		}
	}
	if count > 9 {
		num = -1
	}
	it.num, it.end = num, int32(i)
	l.push(it)
	return i
}

// dotted reports whether the point at i, behind a number from start, is one of
// several, as in 05.02.2020.
func (l *lexer) dotted(start, i, to int) bool {
	if n := len(l.items); n > 0 && l.items[n-1].mark == '.' && int(l.items[n-1].end) == start {
		return true
	}
	for j, digits := i+1, 0; j < to; j++ {
		if isDigit(l.text[j]) {
			if digits++; digits > 2 {
				return false
			}
			continue
		}
		return l.text[j] == '.' && j+1 < to && isDigit(l.text[j+1])
	}
	return false
}

// mark pushes a punctuation mark or symbol. Dashes become '-', apostrophes '\”.
func (l *lexer) mark(from, to int) {
	it := item{start: int32(from), end: int32(to), kind: markItem, gap: l.gapAt(from), mark: l.text[from]}
	if to-from == 3 {
		switch b := l.text[from+2]; {
		case b <= 0x93: // hyphens, figure and en dash
			it.mark = '-'
		case b == 0x94 || b == 0x95:
			it.mark = '_' // em dash: parts sentences, joins nothing
		case b == 0x98 || b == 0x99:
			it.mark = '\''
		case b >= 0x9C && b <= 0x9F:
			it.mark = '"'
		default:
			it.mark = 0
		}
	}
	if it.mark != 0 {
		it.word = l.lex.marks[it.mark]
	}
	l.push(it)
}

// gapAt tells what stands between the last item and a new one at start. A
// hyphen that touches both is taken out of the items and becomes the gap.
func (l *lexer) gapAt(start int) gap {
	n := len(l.items)
	if n == 0 {
		return gapSpace
	}
	last := &l.items[n-1]
	if int(last.end) != start {
		return gapSpace
	}
	if c := l.text[start]; last.mark == '-' && last.gap == gapNone && n > 1 && (isLetter(c) || isDigit(c)) && markLen(l.text, start, len(l.text)) == 0 && l.items[n-2].kind != markItem {
		l.items = l.items[:n-1]
		return gapHyphen
	}
	return gapNone
}

func (l *lexer) push(it item) {
	if it.word != 0 || it.kind == numberItem {
		l.dates++
	}
	l.items = append(l.items, it)
}
