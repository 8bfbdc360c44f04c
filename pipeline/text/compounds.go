package text

import (
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// compoundWord emits "Iran-backed" and "US-Iraq" as three tokens, other hyphenated words whole.
func (s *scanner) compoundWord(i, j int) {
	w := s.src[i:j]
	first, _ := classAt(w, 0)
	if first == cUpper && s.compound(w)&cmWhole == 0 {
		cut, n := lastHyphen(w)
		tail := w[cut+n:]
		if s.compound(w[:cut])&cmParty != 0 && startsUpper(tail) && s.afterMark("(,") {
			s.emit(i, i+cut, article.Word) // "D-Calif."
			s.emit(i+cut, i+cut+n, article.Punct)
			s.emit(i+cut+n, j, article.Word)
			return
		}
		switch {
		case startsLower(tail):
			if s.isTail(tail) && s.isNameHead(w[:cut]) {
				s.namesWord(i, i+cut)
				s.emit(i+cut, i+cut+n, article.Punct)
				s.emit(i+cut+n, j, article.Word)
				return
			}
		case s.allNames(w):
			s.namesWord(i, j)
			return
		}
	}
	s.emit(i, j, article.Word)
}

// namesWord emits src[i:j], each part by itself when all are countries or acronyms.
func (s *scanner) namesWord(i, j int) {
	w := s.src[i:j]
	if strings.ContainsAny(w, "-‐‑") && s.allNames(w) {
		for k := 0; k < len(w); {
			if c, n := classAt(w, k); c == cHyphen {
				s.emit(i, i+k, article.Word)
				s.emit(i+k, i+k+n, article.Punct)
				i, w, k = i+k+n, w[k+n:], 0
			} else {
				k += n
			}
		}
	}
	s.emit(i, j, article.Word)
}

// lastHyphen returns the offset and length of the last hyphen in w.
func lastHyphen(w string) (at, n int) {
	at = strings.LastIndexByte(w, '-')
	n = 1
	if k := max(strings.LastIndex(w, "‐"), strings.LastIndex(w, "‑")); k > at {
		return k, 3
	}
	return at, n
}

// isTail reports whether a compound of a name may end in w.
func (s *scanner) isTail(w string) bool {
	if len(w) >= 5 && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing")) {
		return true
	}
	return s.compound(w)&cmTail != 0
}

// isNameHead reports whether w is a name and not an ordinary word at the start of a sentence.
func (s *scanner) isNameHead(w string) bool {
	if cut, n := lastHyphen(w); cut >= 0 && startsUpper(w[cut+n:]) {
		w = w[cut+n:]
	}
	if !startsUpper(w) || utf8.RuneCountInString(w) < 2 {
		return false // "T-shaped"
	}
	c := s.compound(w)
	return c&cmPlace != 0 || allUpper(w) || c&cmKeep == 0 && s.use(w)&usedLower == 0
}

// allNames reports whether every part of w is a country, a nationality or an acronym.
func (s *scanner) allNames(w string) bool {
	if len(w) > 4*maxKey {
		return false
	}
	for start, k := 0, 0; ; {
		c, n := cHyphen, 0
		if k < len(w) {
			c, n = classAt(w, k)
		}
		if c == cHyphen {
			p := w[start:k]
			acronym := len(p) >= 2 && len(p) <= 5 && allUpper(p)
			if !startsUpper(p) || !acronym && s.compound(p)&cmPlace == 0 {
				return false
			}
			if k >= len(w) {
				return true
			}
			start = k + n
		}
		k += n
	}
}
