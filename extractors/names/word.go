package names

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// caseClass says how a word is written.
type caseClass uint8

const (
	noLetter  caseClass = iota // number, mark, symbol
	lowerCase                  // "iraq", "e-mail"
	initial                    // "Iraq", "Mid-east"
	capitals                   // "IRAQ", "U.S.", "A"
	mixedCase                  // "McDonald", "iPhone", "al-Sudani"
)

// caseMode says how a sentence is written; in headings a capital means less.
type caseMode uint8

const (
	running     caseMode = iota // ordinary text
	titleCase                   // Most Words Like This
	allCapitals                 // NEARLY EVERY WORD LIKE THIS
	lowered                     // without any capital, as people write in haste
)

// maxWord bounds the bytes of a word that are looked at: longer tokens are
// never names, and a token may be as long as the article.
const maxWord = 80

// word holds what is known of a word form by itself, in a case mode. Hashes of
// attributes that are missing are 0.
type word struct {
	class    caseClass
	key      uint64 // of the lower-cased bytes: the word within a document
	lower    uint64 // lower-cased, digits folded
	shape    uint64 // runs of letter classes, as "X.X." or "Xx"
	suffix   uint64 // last three letters
	clusters clusterIDs
	gender   genders
	phrases  uint16 // gazetteer types of the word alone
	longest  uint8  // tokens of the longest gazetteer phrase that starts with it
	runes    uint8  // length
	proper   bool   // in lower case, though mostly written with a capital
	chain    chain  // of its letters and digits, without marks, for phrases
}

// clipWord shortens a token to maxWord bytes at a rune boundary.
func clipWord(s string) string {
	if len(s) <= maxWord {
		return s
	}
	n := maxWord
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// letters is a word decoded for analysis.
type letters struct {
	exact, lower, folded []rune // folded: digits are 0
	class                caseClass
}

func (l *letters) decode(s string) {
	l.exact, l.lower, l.folded = l.exact[:0], l.lower[:0], l.folded[:0]
	upper, low, first := 0, 0, false
	for i, r := range s {
		l.exact = append(l.exact, r)
		lr := unicode.ToLower(r)
		if unicode.IsDigit(r) {
			lr = '0'
		}
		l.lower = append(l.lower, lr)
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			upper++
			first = first || i == 0
			l.folded = append(l.folded, r)
		case unicode.IsDigit(r):
			l.folded = append(l.folded, '0')
		default:
			if unicode.IsLetter(r) {
				low++
			}
			l.folded = append(l.folded, r)
		}
	}
	switch {
	case upper+low == 0:
		l.class = noLetter
	case upper == 0:
		l.class = lowerCase
	case low == 0:
		l.class = capitals
	case first && upper == 1:
		l.class = initial
	default:
		l.class = mixedCase
	}
}

func hashRunes(rs []rune) uint64 {
	h := uint64(len(rs))
	for _, r := range rs {
		h = (h ^ uint64(r)) * 0x100000001b3
		h ^= h >> 29
	}
	return h
}

// shapeOf hashes the letter classes of a word; with short, runs count once.
func shapeOf(rs []rune, short bool) uint64 {
	h, before, run := uint64(7), rune(0), 0
	for _, r := range rs {
		c := r
		switch {
		case unicode.IsUpper(r):
			c = 'X'
		case unicode.IsLetter(r):
			c = 'x'
		case unicode.IsDigit(r):
			c = '0'
		}
		if c == before {
			if run++; short || run > 4 {
				continue
			}
		} else {
			run = 0
		}
		before = c
		h = (h ^ uint64(c)) * 0x100000001b3
		h ^= h >> 29
	}
	return h
}

// phraseChain is the chain of a word as the gazetteer spells it: lower-case
// letters and digits without accents.
func phraseChain(rs []rune) chain {
	c := emptyChain
	for _, r := range rs {
		if r >= 0xc0 {
			var b [utf8.UTFMax]byte
			base := norm.NFD.Properties(b[:utf8.EncodeRune(b[:], r)]).Decomposition()
			if len(base) > 0 {
				r, _ = utf8.DecodeRune(base)
			}
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			c = c.add(unicode.ToLower(r))
		}
	}
	return c
}

// appendTitle spells a word in capitals as it would stand in running text.
func appendTitle(b []byte, rs []rune) []byte {
	start := true
	for _, r := range rs {
		if start {
			b = utf8.AppendRune(b, r)
		} else {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
		start = !unicode.IsLetter(r) && r != '\'' && r != '’'
	}
	return b
}

func appendLower(b []byte, rs []rune) []byte {
	for _, r := range rs {
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return b
}

// modeOf judges how a sentence is written from its words' case classes.
// Function words and words of one letter say little; a few capitalised words
// alone (a byline, a list of names) are running text.
func modeOf(classes []caseClass, lengths []int) caseMode {
	var low, lowLong, init, caps, single int
	for i, c := range classes {
		switch c {
		case lowerCase:
			low++
			if lengths[i] > 4 {
				lowLong++
			}
		case initial, mixedCase:
			init++
		case capitals:
			if lengths[i] > 1 {
				caps++
			} else {
				single++ // "I", "A"
			}
		}
	}
	switch {
	case init+caps == 0 && low >= 2 && single < low:
		return lowered
	case caps >= 2 && low+init <= caps/5:
		return allCapitals
	case init+caps >= 4 && lowLong*6 <= init+caps && low <= init+caps:
		return titleCase
	}
	return running
}

// appendLowerASCII is appendLower for words of ASCII letters; other letters stay.
func appendLowerASCII(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
