package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func isCased(r rune) bool { return unicode.IsLower(r) || unicode.IsUpper(r) || unicode.IsTitle(r) }

// latin spells out the Latin letters that have no decomposition.
var latin = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "n",
	'ĸ': "k", 'ŧ': "t", 'ƒ': "f", 'ə': "a", 'ɛ': "e", 'ɔ': "o", 'ŀ': "l",
}

// Fold returns the form of a name by which variants are compared; see [AppendFold].
func Fold(s string) string {
	return string(AppendFold(make([]byte, 0, len(s)), s))
}

// AppendFold appends the folded form of s to dst: lower case, marks stripped,
// Latin variants spelled out (ß = ss, ø = o); every run of white space, hyphens,
// dashes, slashes and underscores is one space; apostrophes, full stops and
// quotation marks are dropped, as are broken bytes. No space stands at either
// end of what is appended. "The" and "al" stay. Folding twice changes nothing.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			dst = appendPlain(dst, start, rune(b))
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = appendRune(dst, start, r, s[i:i+n])
		i += n
	}
	for len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// appendRune appends the folded form of a rune beyond ASCII, written as w.
func appendRune(dst []byte, start int, r rune, w string) []byte {
	if r == utf8.RuneError && len(w) == 1 {
		return dst
	}
	var buf [64]byte
	for d := norm.NFKD.AppendString(buf[:0], w); len(d) > 0; {
		p, n := utf8.DecodeRune(d)
		d = d[n:]
		if unicode.IsMark(p) {
			continue
		}
		p = unicode.ToLower(p)
		if t, ok := latin[p]; ok {
			dst = append(dst, t...)
		} else {
			dst = appendPlain(dst, start, p)
		}
	}
	return dst
}

// appendPlain appends a rune that has no marks.
func appendPlain(dst []byte, start int, r rune) []byte {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return append(dst, byte(r))
	case r >= 'A' && r <= 'Z':
		return append(dst, byte(r)+'a'-'A')
	case r == '-' || r == '/' || r == '_' || r == '\u2044' || r >= 0x2010 && r <= 0x2015 || IsSpace(r):
		if len(dst) > start && dst[len(dst)-1] != ' ' {
			dst = append(dst, ' ')
		}
		return dst
	case r == '\'' || r == '`' || r == '"' || r == '.', r >= 0x2018 && r <= 0x201F, r == '′', r == 'ʼ', r == 'ʻ', r == 'ʿ', r == 'ʾ',
		r == '«', r == '»', isJoiner(r):
		return dst
	}
	return utf8.AppendRune(dst, r)
}

// EntityID returns the id of an entity that has no entry in the gazetteer: its
// kind and the folded canonical name, such as "PER:frank mckenzie". It depends
// on its arguments alone, so that documents agree without talking to each
// other. A leading "the" is no part of it.
func EntityID(kind article.Kind, canonical string) string {
	f := Fold(canonical)
	if rest, ok := strings.CutPrefix(f, "the "); ok && rest != "" {
		f = rest
	}
	return kind.String() + ":" + f
}

// NumberIDs tells apart the entities of one document that have the same id: to
// the second, third and so on "#2", "#3" is added.
func NumberIDs(ids []string) {
	seen := make(map[string]int, len(ids))
	for i, id := range ids {
		if seen[id]++; seen[id] > 1 {
			ids[i] += "#" + strconv.Itoa(seen[id])
		}
	}
}
