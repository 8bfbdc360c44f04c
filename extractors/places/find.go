package places

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxWords is the length in tokens of the longest name that is looked for.
const maxWords = 6

// find adds the names in the text that some place bears and that no mention of
// a place or people covers. What lies inside another name is marked so.
func (w *work) find() {
	d := w.d
	next := 0 // first mention that may still cover a token
	date := 0 // first date that may
	for si := range d.Sentences {
		s := &d.Sentences[si]
		for i := s.First; i < s.Last; {
			t := d.Tokens[i]
			for next < len(w.given) && w.given[next].End <= t.Start {
				next++
			}
			for date < len(d.Dates) && d.Dates[date].End <= t.Start {
				date++
			}
			if date < len(d.Dates) && d.Dates[date].Overlaps(t.Span) {
				i++ // "Nov." and "Mar." are somewhere towns
				continue
			}
			limit, inside := len(d.Text), article.NoKind
			mention := article.Span{}
			if next < len(w.given) {
				m := &w.given[next]
				if m.Overlaps(t.Span) {
					inside, limit, mention = m.Kind, m.End, m.Span
				} else {
					limit = m.Start
				}
			}
			if inside == article.LOC || inside == article.NORP || inside == article.PER {
				i++
				continue
			}
			n := w.longest(s, i, limit)
			if n == 0 {
				i++
				continue
			}
			w.addHit(si, i, i+n, inside, mention)
			i += n
		}
	}
}

// addHit adds the name at tokens [i, j).
func (w *work) addHit(sentence, i, j int, inside article.Kind, mention article.Span) {
	d := w.d
	span := article.Span{Start: d.Tokens[i].Start, End: d.Tokens[j-1].End}
	if inside == article.NoKind {
		mention = span
	}
	t := w.addTop(span, mention, sentence, evidence, 0)
	t.inside = inside
}

// longest returns how many tokens from i on are the longest name that some
// place bears; 0 when none.
func (w *work) longest(s *article.Sentence, i, limit int) int {
	d := w.d
	if d.Tokens[i].Kind != article.Word || !startsUpper(w.token(i)) {
		return 0
	}
	if i == s.First && is(w.token(i), "The", "the") {
		return 0 // the article of a sentence, not of a name
	}
	best := 0
	for n := 1; n <= maxWords && i+n <= s.Last; n++ {
		t := d.Tokens[i+n-1]
		if t.End > limit || n > 1 && !w.continues(i+n-1) {
			break
		}
		if word := w.token(i + n - 1); n > 1 && !startsUpper(word) && t.Kind != article.Number && afterArticle(word) == "" {
			continue // a name does not end with "of"
		}
		w.key = gazetteer.AppendFold(w.key[:0], d.Text[d.Tokens[i].Start:t.End])
		if n > 1 && len(w.deadEnd) > 0 && bytes.HasPrefix(w.key, w.deadEnd) {
			break
		}
		has, prefix := false, false
		if n == 1 {
			has, prefix = w.seen.seek(w.x, w.key)
		} else {
			has, prefix = w.x.Seek(w.key)
		}
		if has {
			best = n
		} else if n >= 2 && !prefix {
			break
		}
		w.deadEnd = w.deadEnd[:0]
		if !prefix { // no key goes on from here
			w.deadEnd = append(w.deadEnd, w.key...)
		}
	}
	return best
}

// memo remembers what the index said of single words: the same ones start
// sentences again and again. A word takes the place of another now and then.
type memo [2048]struct {
	n      uint8 // bytes of key; 0: empty
	answer uint8 // 1: has, 2: prefix
	key    [14]byte
}

// seek is x.Seek.
func (m *memo) seek(x *gazetteer.Index, key []byte) (has, prefix bool) {
	if len(key) == 0 || len(key) > len(m[0].key) {
		return x.Seek(key)
	}
	e := &m[hashKey(key, 0)%uint64(len(m))]
	if int(e.n) != len(key) || string(e.key[:e.n]) != string(key) {
		has, prefix = x.Seek(key)
		e.n, e.answer = uint8(copy(e.key[:], key)), uint8(b2f(has))+2*uint8(b2f(prefix))
	}
	return e.answer&1 != 0, e.answer&2 != 0
}

// continues reports whether token k may go on a name that the token before it
// belongs to.
func (w *work) continues(k int) bool {
	t := w.d.Tokens[k]
	word := w.token(k)
	if t.Start > w.d.Tokens[k-1].End+2 {
		return false
	}
	switch t.Kind {
	case article.Number:
		return true
	case article.Word:
		return !isPossessive(word) && (startsUpper(word) || w.r.lex.is(word, wSmall) || afterArticle(word) != "")
	}
	return word == "-" || word == "'" || word == "’"
}

// afterArticle returns what follows the Arabic article in "al-Asad", "" when
// the word does not start with one.
func afterArticle(s string) string {
	if len(s) < 5 || s[0] < 'a' || s[0] > 'z' {
		return ""
	}
	for i := 2; i <= 4 && i < len(s); i++ {
		if s[i] == '-' && startsUpper(s[i+1:]) {
			return s[i+1:]
		}
	}
	return ""
}

func isPossessive(s string) bool {
	return s == "'s" || s == "’s" || s == "'" || s == "’" || s == "'S" || s == "’S"
}

func startsUpper(s string) bool {
	if s == "" {
		return false
	}
	if c := s[0]; c < utf8.RuneSelf {
		return 'A' <= c && c <= 'Z'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}
