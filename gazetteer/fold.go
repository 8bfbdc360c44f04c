package gazetteer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the key under which a name is indexed: lower case; without
// marks, points and apostrophes; hyphens, commas and other punctuation as one
// space; "&" as "and"; without a leading "the"; "Saint", "Mount" and "Fort" as
// "st", "mt" and "ft". Names that differ in nothing else have the same key.
// Fold(Fold(s)) == Fold(s). A name without letters or digits folds to "".
func Fold(s string) string { return string(AppendFold(nil, s)) }

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	dst = appendPlain(dst, s)
	for {
		n := len(dst)
		dst = foldWords(dst, start)
		if len(dst) == n {
			return dst
		}
	}
}

// Classes of ASCII bytes in a name.
const (
	drop  = 0 // apostrophes and points join what they part
	space = 1
)

var asciiFold = func() (t [utf8.RuneSelf]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[i] = c
		case 'A' <= c && c <= 'Z':
			t[i] = c + 'a' - 'A'
		case c == '.' || c == '\'' || c == '`' || c == '*' || c == '"' || c == '^':
			t[i] = drop
		default:
			t[i] = space
		}
	}
	t['&'] = '&'
	return t
}()

// appendPlain appends s in lower case, without marks, with single spaces.
func appendPlain(dst []byte, s string) []byte {
	start := len(dst)
	gap := false
	put := func(b ...byte) {
		if gap && len(dst) > start {
			dst = append(dst, ' ')
		}
		gap = false
		dst = append(dst, b...)
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch f := asciiFold[c]; f {
			case drop:
			case space:
				gap = true
			case '&':
				gap = true
				put('a', 'n', 'd')
				gap = true
			default:
				if gap && len(dst) > start {
					dst = append(dst, ' ')
				}
				gap = false
				dst = append(dst, f)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			gap = true
		case isApostrophe(r):
		default:
			var buf [32]byte
			out := foldRune(buf[:0], r, s[i:i+n])
			if len(out) == 0 && !isMark(r) {
				gap = true
			} else if len(out) > 0 {
				put(out...)
			}
		}
		i += n
	}
	return dst
}

func isApostrophe(r rune) bool {
	switch r {
	case '’', '‘', 'ʼ', 'ʻ', 'ʽ', 'ʾ', 'ʿ', '´', 'ʹ', 'ʺ', '′', '‛', 'ˈ', 'ʔ', 'ʕ', '\u00ad', '\u200b', '\u200c', '\u200d', '\ufeff':
		return true
	}
	return false
}

// isMark reports marks that a name may lose: Latin, Hebrew and Arabic points.
// Signs of Indic scripts are letters in all but name and stay.
func isMark(r rune) bool {
	return 0x300 <= r && r < 0x370 || 0x591 <= r && r < 0x5c8 || 0x64b <= r && r < 0x660 || r == 0x670 || 0x1ab0 <= r && r < 0x1b00 || 0x20d0 <= r && r < 0x2100
}

// special holds the Latin letters that Unicode does not decompose.
var special = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ð': "d", 'Ð': "d",
	'đ': "d", 'Đ': "d", 'þ': "th", 'Þ': "th", 'ł': "l", 'Ł': "l", 'ħ': "h", 'Ħ': "h", 'ı': "i", 'ŧ': "t",
	'Ŧ': "t", 'ŋ': "ng", 'Ŋ': "ng", 'ə': "a", 'Ə': "a", 'ɛ': "e", 'ɔ': "o", 'ɓ': "b", 'ɗ': "d", 'ƙ': "k", 'ĸ': "k",
	'ƴ': "y", 'ȷ': "j",
}

// foldRune appends the folded form of one rune, nothing for marks and punctuation.
func foldRune(dst []byte, r rune, s string) []byte {
	if f, ok := special[r]; ok {
		return append(dst, f...)
	}
	if d := norm.NFKD.PropertiesString(s).Decomposition(); d != nil {
		for i := 0; i < len(d); {
			q, n := utf8.DecodeRune(d[i:])
			i += n
			switch f, ok := special[q]; {
			case ok:
				dst = append(dst, f...)
			case !isApostrophe(q):
				dst = foldPlainRune(dst, q)
			}
		}
		return dst
	}
	return foldPlainRune(dst, r)
}

func foldPlainRune(dst []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		if f := asciiFold[r]; f > space && f != '&' {
			dst = append(dst, f)
		}
	case isMark(r):
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		r = unicode.ToLower(r)
		if f, ok := special[r]; ok {
			return append(dst, f...)
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// foldWords drops a leading "the" and shortens the words that are written both
// ways, in dst[start:].
func foldWords(dst []byte, start int) []byte {
	key := dst[start:]
	if len(key) > 4 && string(key[:4]) == "the " {
		copy(key, key[4:])
		dst = dst[:len(dst)-4]
		key = dst[start:]
	}
	w := 0
	for i := 0; i < len(key); {
		j := i
		for j < len(key) && key[j] != ' ' {
			j++
		}
		word := key[i:j]
		first := i == 0
		if j < len(key) || !first { // a name that is this word alone keeps it
			switch string(word) {
			case "saint":
				word = word[:copy(word, "st")]
			case "sainte":
				word = word[:copy(word, "ste")]
			case "mount":
				if first {
					word = word[:copy(word, "mt")]
				}
			case "fort":
				if first {
					word = word[:copy(word, "ft")]
				}
			}
		}
		if w > 0 {
			key[w] = ' '
			w++
		}
		w += copy(key[w:], word)
		i = j + 1
	}
	return dst[:start+w]
}

// articles are the forms of the Arabic article in Latin letters, and of the
// Spanish one that Egyptian spellings share.
var articles = [...]string{"al ", "el ", "ar ", "as ", "ad ", "an ", "at ", "az ", "ash ", "ath ", "adh ", "ul ", "l "}

// cutArticle returns a key without its Arabic article; ok is false when it has
// none, or when nothing much would be left.
func cutArticle(key string) (rest string, ok bool) {
	for _, a := range articles {
		if rest, ok := strings.CutPrefix(key, a); ok && len(rest) >= 3 {
			return rest, true
		}
	}
	return key, false
}

// Skeleton returns what is left of a key when the spellings of one foreign
// name are made equal: without article and vowels, doubled consonants as one,
// letters that transliterations exchange as one letter. It is "" for keys that are too
// short to say anything (fewer than three signs left, or five letters).
func Skeleton(key string) string {
	if len(key) < 5 {
		return ""
	}
	key, _ = cutArticle(key)
	out := make([]byte, 0, len(key))
	put := func(c byte) {
		if n := len(out); n == 0 || out[n-1] != c {
			out = append(out, c)
		}
	}
	for i := 0; i < len(key); i++ {
		c := key[i]
		next := byte(0)
		if i+1 < len(key) {
			next = key[i+1]
		}
		switch {
		case c >= utf8.RuneSelf || '0' <= c && c <= '9':
			return "" // numbers and other scripts have no variants of this kind
		case next == 'h' && strings.IndexByte("kgdtszc", c) >= 0:
			switch c {
			case 'k':
				c = 'x'
			case 's', 'z', 'c':
				c = 'S'
			}
			put(c)
			i++
		case strings.IndexByte("aeiou", c) >= 0:
			if i == 0 {
				put('a') // a name that starts with a vowel differs from one that does not
			}
		case c == 'y':
			if i == 0 {
				put('y')
			}
		case c == 'q' || c == 'k' || c == 'c':
			put('k')
		case c == 'v' || c == 'w':
			put('w')
		case c == 'h' && (next == 0 || next == ' '): // final h is often not written
		case c == ' ':
		default:
			put(c)
		}
	}
	if len(out) < 3 {
		return ""
	}
	return string(out)
}
