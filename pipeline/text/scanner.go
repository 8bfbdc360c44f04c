package text

import (
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// scanner cuts a stretch of text into tokens. Every step looks ahead a bounded
// number of bytes or consumes what it looked at, so that time is linear.
type scanner struct {
	*lexicon
	src  string
	from int // start of the stretch
	end  int // its end
	toks []article.Token

	first   int  // its first token
	prevEnd int  // end of its last token, -1 when it has none
	quoted  bool // inside single quotation marks
}

func (s *scanner) emit(start, end int, k article.TokenKind) {
	s.toks = append(s.toks, article.Token{Span: article.Span{Start: start, End: end}, Kind: k})
	s.prevEnd = end
}

// at returns the class of the character at i, cSpace at the end of the stretch.
func (s *scanner) at(i int) (class, int) {
	if i >= s.end {
		return cSpace, 0
	}
	return classAt(s.src, i)
}

// byteAt returns the byte at i, 0 at the end of the stretch.
func (s *scanner) byteAt(i int) byte {
	if i >= s.end {
		return 0
	}
	return s.src[i]
}

// before returns the class of the character that ends at i, cSpace at the start of the stretch.
func (s *scanner) before(i int) class { return classBefore(s.src[s.from:], i-s.from) }

// scan appends the tokens of src[start:end].
func (s *scanner) scan(start, end int) {
	s.from, s.end = start, end
	s.first, s.prevEnd, s.quoted = len(s.toks), -1, false
	for i := start; i < end; {
		c, n := classAt(s.src, i)
		switch c {
		case cSpace:
			i += n
		case cLower, cUpper:
			i = s.word(i)
		case cDigit:
			i = s.number(i, i)
		case cApos:
			i = s.apostrophe(i, n)
		case cHyphen, cDot, cPunct:
			i = s.punct(i, c, n)
		default:
			i = s.symbol(i, c, n)
		}
	}
}

// touches reports whether the last token ends at i.
func (s *scanner) touches(i int) bool { return s.prevEnd == i }

// apostrophe reads a possessive ("'s"), a short year ("'90s") or a quotation mark.
func (s *scanner) apostrophe(i, n int) int {
	j := i + n
	if b := s.byteAt(j) | 0x20; b == 's' && !s.wordGoesOn(j+1) && (s.touches(i) || s.before(i) == cSpace && len(s.toks) > s.first) {
		s.emit(i, j+1, article.Word)
		return j + 1
	}
	if !s.touches(i) {
		if k := s.shortYear(j); k > 0 {
			s.emit(i, k, article.Number)
			return k
		}
		if c, _ := s.at(j); c.alnum() {
			s.quoted = true
		}
	} else {
		s.quoted = false
	}
	for j+n <= s.end && s.src[j:j+n] == s.src[i:i+n] {
		j += n
	}
	s.emit(i, j, article.Punct)
	return j
}

// wordGoesOn reports whether a word that reached i goes on there.
func (s *scanner) wordGoesOn(i int) bool {
	c, _ := s.at(i)
	return c.alnum() || c == cMark
}

// shortYear returns the end of "90s" or "69" at i, 0 when there is none.
func (s *scanner) shortYear(i int) int {
	if !isDigit(s.byteAt(i)) || !isDigit(s.byteAt(i+1)) {
		return 0
	}
	j := i + 2
	if s.byteAt(j) == 's' {
		j++
	}
	if c, _ := s.at(j); c.alnum() || c == cApos || c == cMark {
		return 0
	}
	return j
}

// punct reads one mark, or a run of the same mark where such runs are usual.
func (s *scanner) punct(i int, c class, n int) int {
	if c == cDot && isDigit(s.byteAt(i+1)) && s.before(i) == cSpace {
		return s.number(i, i+1) // ".500"
	}
	j := i + n
	if c == cDot || c == cHyphen || !isPair(s.src[i:j]) {
		for j+n <= s.end && s.src[j:j+n] == s.src[i:i+n] {
			j += n
		}
	}
	for k, m := s.at(j); k == cMark; k, m = s.at(j) {
		j += m
	}
	s.emit(i, j, article.Punct)
	return j
}

// isPair reports whether the mark opens or closes something, so that two of them are two.
func isPair(m string) bool {
	switch m {
	case "(", ")", "[", "]", "{", "}", `"`, "“", "”", "‘", "«", "»", "„", ",", ";", ":":
		return true
	}
	return false
}

// symbol reads a sign with what modifies it, a handle, a hashtag, or a run of broken bytes.
func (s *scanner) symbol(i int, c class, n int) int {
	j := i + n
	if c == cBroken {
		for k, m := s.at(j); k == cBroken; k, m = s.at(j) {
			j += m
		}
		s.emit(i, j, article.Symbol)
		return j
	}
	if b := s.src[i]; (b == '@' || b == '#') && !s.touches(i) {
		k, letters := j, false
		for {
			c, m := s.at(k)
			if !c.alnum() && c != cMark && s.byteAt(k) != '_' || m == 0 {
				break
			}
			letters = letters || c != cDigit
			k += m
		}
		if letters {
			s.emit(i, k, article.Symbol)
			return k
		}
	}
	for {
		k, m := s.at(j)
		if k != cMark {
			break
		}
		joiner := s.src[j:j+m] == "\u200d"
		j += m
		if next, m := s.at(j); joiner && next == cSymbol {
			j += m
		}
	}
	s.emit(i, j, article.Symbol)
	return j
}

// number reads on from the digit at j; the token starts at i.
func (s *scanner) number(i, j int) int {
	digits := 0 // in the last group
	for {
		c, n := s.at(j)
		switch {
		case c == cDigit:
			digits++
			j += n
			continue
		case c == cMark:
			j += n
			continue
		case c.letter():
			return s.numberLetters(i, j)
		}
		b := s.byteAt(j)
		inner := b == '.' || b == ',' || b == ':' || b == '/' || c == cHyphen
		if !inner && strings.HasPrefix(s.src[j:s.end], "–") {
			inner, n = true, len("–")
		}
		if inner {
			next, _ := s.at(j + n)
			if next == cDigit {
				digits = 0
				j += n
				continue
			}
			if c == cHyphen && next == cLower {
				return s.numberLetters(i, j)
			}
		}
		if c == cApos && s.byteAt(j+n) == 's' && s.src[j-1] == '0' && (digits == 4 || digits == 2) && !s.wordGoesOn(j+n+1) {
			j += n + 1 // "1990's"
		}
		s.emit(i, j, article.Number)
		return j
	}
}

// numberLetters reads the letters that end a number: "5th", "10am", "20-year-old", "737-Max".
func (s *scanner) numberLetters(i, j int) int {
	if b := s.byteAt(j) | 0x20; (b == 'a' || b == 'p') && s.byteAt(j+1) == '.' && s.byteAt(j+2)|0x20 == 'm' && !s.wordGoesOn(j+3) {
		j += 3
		if s.byteAt(j) == '.' {
			j++
		}
		s.emit(i, j, article.Number)
		return j
	}
	for {
		c, n := s.at(j)
		if c.alnum() || c == cMark {
			j += n
			continue
		}
		if next, _ := s.at(j + n); c == cHyphen && next.alnum() {
			j += n
			continue
		}
		if (s.byteAt(j) == '.' || s.byteAt(j) == ',') && isDigit(s.byteAt(j+1)) && isDigit(s.src[j-1]) {
			j++
			continue
		}
		s.emit(i, j, article.Number)
		return j
	}
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// word reads a token that starts with a letter at i.
func (s *scanner) word(i int) int {
	var (
		j       = i
		seg     = i // start of the part after the last hyphen or point
		points  = 0 // inner points: "U.S" has one
		hyphens = 0
	)
	for {
		for j < s.end && s.src[j] < utf8.RuneSelf && ascii[s.src[j]].alnum() {
			j++
		}
		c, n := s.at(j)
		switch c {
		case cLower, cUpper, cDigit, cMark:
			j += n
			continue
		case cApos:
			next, m := s.at(j + n)
			if next.letter() && !(s.src[j+n]|0x20 == 's' && m == 1 && !s.wordGoesOn(j+n+1)) {
				j += n
				continue
			}
			if s.ownsApostrophe(i, j, n) {
				j += n
			}
			return s.wordDone(i, j, hyphens)
		case cHyphen:
			if next, _ := s.at(j + n); next.alnum() {
				hyphens++
				j += n
				seg = j
				continue
			}
		case cDot:
			if k := s.mailOrHost(i, j); k > 0 {
				return k
			}
			if s.dotted(seg, j) {
				points++
				j++
				seg = j
				continue
			}
			if points > 0 && j-seg <= 4 || s.keepsPoint(i, seg, j) {
				return s.afterPoint(i, j+1, hyphens)
			}
		case cSymbol:
			switch b := s.src[j]; b {
			case '&':
				if next, _ := s.at(j + 1); next.letter() {
					j++
					continue
				}
			case '@':
				if k := s.mailOrHost(i, j); k > 0 {
					return k
				}
			case '$':
				if j-i <= 3 && allUpper(s.src[i:j]) {
					s.emit(i, j+1, article.Symbol)
					return j + 1
				}
			}
		case cPunct:
			switch s.src[j] {
			case '_':
				if next, _ := s.at(j + 1); next.alnum() {
					j++
					continue
				}
			case ':':
				if j-i <= 5 && s.byteAt(j+1) == '/' && s.byteAt(j+2) == '/' {
					return s.address(i, j+3)
				}
			}
		}
		return s.wordDone(i, j, hyphens)
	}
}

// dotted reports whether the point at j joins short parts, as in "U.S", "Ph.D.".
func (s *scanner) dotted(seg, j int) bool {
	if j-seg > 2 || j == seg {
		return false
	}
	k, letters := j+1, 0
	for letters < 4 {
		c, n := s.at(k)
		if !c.letter() {
			break
		}
		letters++
		k += n
	}
	point := s.byteAt(k) == '.'
	if j-seg == 2 {
		return letters == 1 && point // "Ph.D.", not "no.The"
	}
	return letters == 1 || point && (letters == 2 || letters == 3)
}

// keepsPoint reports whether the point at j belongs to the word src[i:j].
func (s *scanner) keepsPoint(i, seg, j int) bool {
	w := s.src[i:j]
	next, gap := s.afterGap(j + 1)
	class := s.abbreviation(w)
	if class == noAbbr && len(w) <= 3 && utf8.RuneCountInString(w) == 1 {
		return s.isInitial(w, j+1, next, gap)
	}
	if seg > i && class == noAbbr {
		class = s.abbreviation(s.src[seg:j]) // "Vice-Adm."
	}
	switch class {
	case noAbbr:
		return false
	case abNumber:
		return isDigit(next)
	case abLatin:
		return gap && next != 0
	case abDay:
		return isDigit(next) || next == ',' || gap && s.monthAt(j+1)
	case abState:
		return s.afterMark(",")
	}
	return true
}

// isInitial reports whether the single letter w, whose point ends at j, is an
// initial: one before another name or initial.
func (s *scanner) isInitial(w string, j int, next byte, gap bool) bool {
	if !startsUpper(w) || next == 0 {
		return false
	}
	upper := next >= 'A' && next <= 'Z' || next >= utf8.RuneSelf
	if w == "I" || w == "A" { // "So do I. The rest", "Serie A. The club"
		return upper && s.use(s.wordAt(j))&startsSent == 0 && (s.lastIsName() || len(s.toks) == s.first || s.toks[len(s.toks)-1].Kind != article.Word)
	}
	return upper || next == ',' && s.lastIsName() || !gap && next == '-'
}

// wordAt returns the ASCII letters at or after the spaces at i, at most maxKey of them.
func (s *scanner) wordAt(i int) string {
	for i < s.end && s.src[i] == ' ' {
		i++
	}
	j := i
	for j < s.end && j-i < maxKey && s.src[j] < utf8.RuneSelf && ascii[s.src[j]].letter() {
		j++
	}
	return s.src[i:j]
}

// lastIsName reports whether the last token is a word in upper case and touches nothing but a space.
func (s *scanner) lastIsName() bool {
	if len(s.toks) == s.first {
		return false
	}
	t := s.toks[len(s.toks)-1]
	return t.Kind == article.Word && startsUpper(s.src[t.Start:t.End])
}

// afterMark reports whether the last token begins with one of the marks.
func (s *scanner) afterMark(marks string) bool {
	return len(s.toks) > s.first && strings.IndexByte(marks, s.src[s.toks[len(s.toks)-1].Start]) >= 0
}

// monthAt reports whether a month's name or abbreviation begins at i.
func (s *scanner) monthAt(i int) bool {
	w := s.wordAt(i)
	return len(w) >= 3 && s.abbreviation(w[:3]) == abMonth
}

// afterGap returns the first byte at or after i that is not a space, and
// whether there was a space; 0 at the end of the stretch.
func (s *scanner) afterGap(i int) (b byte, gap bool) {
	for k := 0; i < s.end && k < 8; k++ {
		c, n := classAt(s.src, i)
		if c != cSpace {
			return s.src[i], gap
		}
		gap = true
		i += n
	}
	return 0, gap
}

// afterPoint ends a word that keeps its point. A hyphen that follows starts a
// compound ("U.S.-led") or joins an initial ("J.-P.").
func (s *scanner) afterPoint(i, j, hyphens int) int {
	if s.byteAt(j) == '-' && j-i == 2 {
		if c, n := s.at(j + 1); c == cUpper && s.byteAt(j+1+n) == '.' {
			j += n + 2
		}
	}
	if c, n := s.at(j); c == cHyphen {
		if next, _ := s.at(j + n); next.letter() {
			s.emit(i, j, article.Word)
			s.emit(j, j+n, article.Punct)
			return j + n
		}
	}
	return s.wordDone(i, j, hyphens)
}

// ownsApostrophe reports whether the apostrophe that ends src[i:j] belongs to
// the name, as in "Shia’ al-Sudani": nothing is quoted, and a name goes on.
func (s *scanner) ownsApostrophe(i, j, n int) bool {
	if s.quoted || !startsUpper(s.src[i:j]) {
		return false
	}
	if l := s.src[j-1] | 0x20; l == 's' || l == 'z' || l == 'x' {
		return false
	}
	if s.byteAt(j+n) != ' ' {
		return false
	}
	rest := s.src[min(j+n+1, s.end):min(j+n+4, s.end)]
	return startsUpper(rest) || rest == "al-" || rest == "el-" || rest == "ul-" || rest == "ad-" || rest == "as-" || rest == "an-" || rest == "ar-"
}

func allUpper(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] < 'A' || w[i] > 'Z' {
			return false
		}
	}
	return true
}

// wordDone emits src[i:j], taken apart when it is a compound of names.
func (s *scanner) wordDone(i, j, hyphens int) int {
	if hyphens > 0 {
		s.compoundWord(i, j)
	} else {
		s.emit(i, j, article.Word)
	}
	return j
}
