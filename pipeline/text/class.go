package text

import (
	"unicode"
	"unicode/utf8"
)

// class is what the scanner needs to know about one character.
type class uint8

const (
	cSymbol class = iota // anything else
	cSpace               // separates tokens
	cLower               // a letter that is not upper case, ideographs included
	cUpper               // an upper-case or title-case letter
	cDigit               // a digit or another number: "5", "½"
	cMark                // a combining mark or an invisible joiner: goes with what stands before it
	cApos                // ' ’ ʼ `: inside a word part of it
	cHyphen              // - ‐ ‑
	cDot                 // the full stop
	cPunct               // other punctuation
	cBroken              // a byte that is not UTF-8
)

func (c class) letter() bool { return c == cLower || c == cUpper }
func (c class) alnum() bool  { return c == cLower || c == cUpper || c == cDigit }

// ascii holds the class of the first 128 characters.
var ascii = func() (t [128]class) {
	for c := range t {
		switch r := rune(c); {
		case r == ' ' || r >= '\t' && r <= '\r':
			t[c] = cSpace
		case r >= 'a' && r <= 'z':
			t[c] = cLower
		case r >= 'A' && r <= 'Z':
			t[c] = cUpper
		case r >= '0' && r <= '9':
			t[c] = cDigit
		case r == '\'' || r == '`':
			t[c] = cApos
		case r == '-':
			t[c] = cHyphen
		case r == '.':
			t[c] = cDot
		case unicode.IsPunct(r) && r != '%' && r != '#' && r != '@' && r != '&':
			t[c] = cPunct
		}
	}
	return t
}()

// classAt returns the class and the length in bytes of the character at s[i].
func classAt(s string, i int) (class, int) {
	if b := s[i]; b < utf8.RuneSelf {
		return ascii[b], 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return runeClass(r, n), n
}

// classBefore returns the class of the character that ends at s[i]; cSpace at the start.
func classBefore(s string, i int) class {
	if i == 0 {
		return cSpace
	}
	if b := s[i-1]; b < utf8.RuneSelf {
		return ascii[b]
	}
	r, n := utf8.DecodeLastRuneInString(s[:i])
	return runeClass(r, n)
}

func runeClass(r rune, n int) class {
	switch {
	case r == utf8.RuneError && n <= 1:
		return cBroken
	case r >= 0xC0 && r <= 0x24F && r != 0xD7 && r != 0xF7, r >= 0x370 && r <= 0x52F && unicode.IsLetter(r):
		if unicode.IsUpper(r) {
			return cUpper
		}
		return cLower
	case r == '’' || r == 'ʼ' || r == '‛' || r == '′':
		return cApos
	case r == '‐' || r == '‑':
		return cHyphen
	case isJoiner(r):
		return cMark
	case spaceRune(r):
		return cSpace
	case r >= 0x2012 && r <= 0x2027:
		return cPunct
	case unicode.IsLetter(r):
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return cUpper
		}
		return cLower
	case unicode.IsMark(r):
		return cMark
	case unicode.IsNumber(r):
		return cDigit
	case unicode.IsPunct(r):
		return cPunct
	}
	return cSymbol
}

// isJoiner reports whether r is invisible and belongs to the word around it:
// soft hyphen, zero-width joiners, word joiner; and the skin tones of emoji.
func isJoiner(r rune) bool {
	return r == 0xAD || r == 0x200C || r == 0x200D || r == 0x2060 || r >= 0x1F3FB && r <= 0x1F3FF
}

// spaceRune is IsSpace for runes beyond ASCII.
func spaceRune(r rune) bool {
	switch {
	case r < 0x1680:
		return r == 0x85 || r == 0xA0
	case r >= 0x2000 && r <= 0x200B, r >= 0x200E && r <= 0x200F, r >= 0x2028 && r <= 0x202F, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == 0x1680 || r == 0x205F || r == 0x3000 || r == 0xFEFF
}

// IsSpace reports whether r separates tokens: the white space of Unicode
// (NBSP included), and what is invisible and no part of a word: zero-width
// space, byte order mark, direction marks. All that lies between the tokens of
// a document satisfies it.
func IsSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return ascii[r] == cSpace
	}
	return spaceRune(r)
}
