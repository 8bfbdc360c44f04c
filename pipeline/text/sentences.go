package text

import (
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxSentence is the number of tokens after which a sentence is cut whatever
// stands there: the longest real sentences of the news corpora have under 300,
// and later stages pay for a sentence's length in memory.
const maxSentence = 1000

// split appends the sentences of toks[first:], which are one stretch of text.
func (x *lexicon) split(dst []article.Sentence, src string, toks []article.Token, first int, sec article.Section) []article.Sentence {
	sp := splitter{lexicon: x, src: src, toks: toks, first: first}
	start := first
	sp.start = first
	for i := first; i < len(toks); {
		after := sp.endAt(i)
		if after == 0 && i+1-start >= maxSentence {
			after = i + 1
		}
		if after == 0 {
			i++
			continue
		}
		dst = appendSentence(dst, toks, start, after, sec)
		start, i = after, after
		sp.start = start
	}
	return appendSentence(dst, toks, start, len(toks), sec)
}

type splitter struct {
	*lexicon
	src    string
	toks   []article.Token
	first  int  // first token of the stretch
	start  int  // first token of the sentence
	quoted bool // inside straight double quotation marks
}

func (sp *splitter) text(i int) string { return sp.src[sp.toks[i].Start:sp.toks[i].End] }

// gap reports whether white space precedes token i.
func (sp *splitter) gap(i int) bool { return sp.toks[i-1].End < sp.toks[i].Start }

// stop is what may end a sentence.
type stop uint8

const (
	noStop       stop = iota
	fullStop          // "." and its kin
	callStop          // "!", "?"
	ellipsisStop      // "..." and "…"
	abbrStop          // an abbreviation with its point
)

// stopOf returns the stop that token i is.
func (sp *splitter) stopOf(i int) stop {
	t := sp.toks[i]
	switch t.Kind {
	case article.Word, article.Number:
		if sp.src[t.End-1] == '.' && t.Len() > 1 {
			return abbrStop
		}
	case article.Punct:
		switch b := sp.src[t.Start]; {
		case b == '.' && t.Len() == 1:
			return fullStop
		case b == '.':
			return ellipsisStop
		case b == '!' || b == '?':
			return callStop
		case b >= utf8.RuneSelf:
			r, _ := utf8.DecodeRuneInString(sp.src[t.Start:t.End])
			switch r {
			case '…':
				return ellipsisStop
			case '。', '．', '।', '؟', '۔', '？', '！', '‼', '⁇', '⁈', '⁉', '‽':
				return callStop
			}
		}
	}
	return noStop
}

// endAt returns the index of the token after the sentence when token i ends
// it (closing marks included), 0 when it does not.
func (sp *splitter) endAt(i int) int {
	st := sp.stopOf(i)
	if st == noStop {
		if sp.src[sp.toks[i].Start] == '"' {
			sp.quoted = sp.opensStraight(i)
		}
		return sp.bullet(i)
	}
	j, closed := i+1, false
	for ; j < len(sp.toks); j++ {
		if next := sp.stopOf(j); next == noStop || next == abbrStop || sp.gap(j) {
			if !sp.closes(j) {
				break
			}
			if sp.isQuote(j) {
				closed, sp.quoted = true, false
			}
		} else {
			st = next
		}
	}
	if j >= len(sp.toks) {
		return len(sp.toks)
	}
	if sp.begins(i, j, st, closed) {
		return j
	}
	return 0
}

// opensStraight reports whether the straight quotation mark i opens a
// quotation: by the side it touches, else in turn.
func (sp *splitter) opensStraight(i int) bool {
	left := i == sp.first || sp.toks[i-1].End < sp.toks[i].Start || sp.opens(i-1)
	right := i+1 >= len(sp.toks) || sp.toks[i+1].Start > sp.toks[i].End
	if left == right {
		return !sp.quoted
	}
	return left
}

// bullet ends a sentence before a list mark inside a line.
func (sp *splitter) bullet(i int) int {
	if i+1 >= len(sp.toks) || sp.src[sp.toks[i+1].Start] < utf8.RuneSelf || !sp.gap(i+1) {
		return 0
	}
	switch sp.text(i + 1) {
	case "•", "●", "▪", "■", "‣", "◦":
		return i + 1
	}
	return 0
}

// closes reports whether token j is a quotation mark or bracket that closes
// what stands before it.
func (sp *splitter) closes(j int) bool {
	if sp.toks[j].Kind != article.Punct {
		return false
	}
	switch sp.text(j) {
	case "”", ")", "]", "}", "»":
		return true
	case "’", "'", "''", "’’":
		return !sp.gap(j)
	case `"`:
		open := sp.quoted
		if last := j+1 >= len(sp.toks); last || sp.gap(j+1) || !sp.gap(j) && open {
			return open || !sp.gap(j)
		}
	}
	return false
}

func (sp *splitter) isQuote(j int) bool {
	b := sp.src[sp.toks[j].Start]
	return b != ')' && b != ']' && b != '}' && b != '(' && b != '['
}

// opens reports whether token j opens a quotation or bracket.
func (sp *splitter) opens(j int) bool {
	if sp.toks[j].Kind != article.Punct {
		return false
	}
	switch sp.text(j) {
	case "“", "‘", "(", "[", `"`, "«", "„", "'", "``", "''", "¿", "¡":
		return true
	}
	return false
}

// begins reports whether a sentence begins at token j, when the stop at token
// i stands before it; closed says that a quotation ended in between.
func (sp *splitter) begins(i, j int, st stop, closed bool) bool {
	w := j
	quote := false
	for w < len(sp.toks)-1 && w < j+3 && sp.opens(w) {
		quote = quote || sp.isQuote(w)
		w++
	}
	t := sp.toks[w]
	word := sp.text(w)
	upper := startsUpper(word)
	if !sp.gap(j) {
		return sp.beginsGlued(i, j, w, st)
	}
	switch {
	case t.Kind == article.Word && !upper && startsLower(word):
		return sp.beginsLower(i, word, st, closed)
	case t.Kind == article.Punct:
		return w > j && st != abbrStop
	case t.Kind == article.Symbol && st == abbrStop:
		return false
	}
	switch st {
	case fullStop:
		return !sp.listNumber(i)
	case callStop:
		return !(closed && upper && w == j && sp.reported(w))
	case ellipsisStop:
		return upper && (closed || w > j || sp.starter(word)) || closed && t.Kind != article.Word
	default:
		return sp.beginsAfterAbbr(i, w, quote || closed)
	}
}

// beginsGlued decides where no space follows the stop: "It ended.The".
func (sp *splitter) beginsGlued(i, j, w int, st stop) bool {
	if st == ellipsisStop || st == abbrStop || i == sp.start {
		return false
	}
	if sp.src[sp.toks[i].Start] >= utf8.RuneSelf {
		return true // scripts that put no space there
	}
	word := sp.text(w)
	if sp.toks[w].Kind != article.Word || !startsUpper(word) || len(word) > 1 && allUpper(word) {
		return false
	}
	before := sp.text(i - 1)
	c := classBefore(before, len(before))
	return j > i+1 || c == cDigit || c == cLower && len(before) > 1 || c == cPunct
}

// beginsLower decides before a word in lower case: a slip, or a name such as "al-Sudani" or "iPhone".
func (sp *splitter) beginsLower(i int, word string, st stop, closed bool) bool {
	if st == callStop && !closed && !sp.quoted && i > sp.start {
		return sp.use(word)&verbOfSaying == 0 // informal text; "Yahoo! said" goes on
	}
	if closed || st != fullStop || i == sp.start {
		return false
	}
	if len(word) > 3 && (word[:3] == "al-" || word[:3] == "el-") {
		return true
	}
	before := sp.toks[i-1]
	if before.Kind == article.Number {
		return !sp.listNumber(i)
	}
	return before.Kind == article.Word && (before.Len() > 4 || sp.use(sp.text(i-1))&usedLower != 0)
}

// listNumber reports whether the stop at i belongs to a list mark: "1. First".
func (sp *splitter) listNumber(i int) bool {
	if i != sp.start+1 || sp.gap(i) {
		return false
	}
	t := sp.toks[i-1]
	return t.Kind == article.Number && t.Len() <= 3 || t.Kind == article.Word && t.Len() == 1 || romanNumeral(sp.text(i-1))
}

func romanNumeral(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] != 'I' && w[i] != 'V' && w[i] != 'X' {
			return false
		}
	}
	return len(w) <= 5
}

// reported reports whether token w begins "Smith asked": one to four names and a verb of saying.
func (sp *splitter) reported(w int) bool {
	for k := w; k < len(sp.toks) && k < w+5; k++ {
		word := sp.text(k)
		if k > w && sp.use(word)&verbOfSaying != 0 {
			return true
		}
		if !startsUpper(word) || k == w && sp.starter(word) && word != "Mr." {
			return false
		}
	}
	return false
}

// starter reports whether an upper-case word is one that begins sentences
// rather than a name: Punkt's orthographic and frequent-starter heuristics.
func (sp *splitter) starter(word string) bool {
	u := sp.use(word)
	return u&startsSent != 0 || u&(usedLower|usedMidUp) == usedLower
}

// beginsAfterAbbr decides after an abbreviation; w is the word that follows, behind marks or not.
func (sp *splitter) beginsAfterAbbr(i, w int, marks bool) bool {
	word := sp.text(w)
	if sp.toks[w].Kind != article.Word || !startsUpper(word) {
		return marks && sp.toks[w].Kind != article.Word
	}
	abbr := sp.text(i)
	abbr = abbr[:len(abbr)-1]
	u := sp.use(word)
	switch class := sp.abbreviation(abbr); class {
	case abTitle, abPart, abLatin, abNumber, abDay:
		return u&startsSent != 0 && class != abTitle && class != abPart && class != abLatin
	case abMonth:
		return sp.starter(word)
	case noAbbr:
		if utf8.RuneCountInString(abbr) == 1 {
			return u&startsSent != 0 && len(word) > 1
		}
		if u&startsSent == 0 && w+1 < len(sp.toks) && startsUpper(sp.text(w+1)) {
			return marks // "U.S. Senator John Smith"
		}
	}
	return marks || sp.starter(word)
}
