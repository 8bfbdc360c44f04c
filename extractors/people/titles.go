package people

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// stated is what the text around one mention says about the person.
type stated struct {
	title  string // "" for none
	class  titleClass
	gender gender
	royal  bool
	kin    bool // named by a relation: "his wife"
}

// take keeps the more telling of two titles; the later one of equals.
func (s *stated) take(t stated) {
	if s.gender == anyGender {
		s.gender = t.gender
	}
	s.royal = s.royal || t.royal
	s.kin = s.kin || t.kin
	if t.title != "" && (s.title == "" || t.class <= s.class) {
		s.title, s.class = t.title, t.class
	}
}

// titleReader reads titles among the tokens of one document.
type titleReader struct {
	*lexicon
	d   *article.Document
	buf []byte
}

// folded returns the folded tokens [from, to), joined by spaces; valid until the next call.
func (r *titleReader) folded(from, to int) []byte {
	r.buf = r.buf[:0]
	for i := from; i < to; i++ {
		if i > from {
			r.buf = append(r.buf, ' ')
		}
		r.buf = text.AppendFold(r.buf, r.d.TextOf(r.d.Tokens[i].Span))
	}
	return r.buf
}

func (r *titleReader) isWord(i int) bool {
	return r.d.Tokens[i].Kind == article.Word
}

// ending finds the longest title that ends before token e and starts at or after token lo.
func (r *titleReader) ending(lo, e int) (t title, start int, ok bool) {
	lo = max(lo, e-maxTitleWords)
	for s := e - 1; s >= lo && r.isWord(s); s-- {
		if found, here := r.titles[string(r.folded(s, e))]; here {
			t, start, ok = found, s, true
		}
	}
	return t, start, ok
}

// starting finds the longest title that starts at token s and ends at or before token hi.
func (r *titleReader) starting(s, hi int) (t title, end int, ok bool) {
	hi = min(hi, s+maxTitleWords)
	for e := s + 1; e <= hi && r.isWord(e-1); e++ {
		if found, here := r.titles[string(r.folded(s, e))]; here {
			t, end, ok = found, e, true
		}
	}
	return t, end, ok
}

func (r *titleReader) portfolio(i int) bool {
	return r.isWord(i) && r.portfolios[string(r.folded(i, i+1))]
}

// before reads the titles that stand directly before token e, at or after
// token lo; from free on no other mention stands there.
func (r *titleReader) before(lo, free, e int) stated {
	var s stated
	for n := range 3 { // "Chairman Gen. Dr."
		t, start, ok := r.ending(free, e)
		if !ok && n == 0 {
			t, start, ok = r.endingOf(lo, e)
		}
		if !ok {
			break
		}
		start, name := r.widen(t, free, start, r.phraseEnd(start, e), e)
		if n > 0 && t.class >= s.class {
			name = "" // the nearer of equals
		}
		s.take(stated{title: name, class: t.class, gender: t.gender, royal: t.royal, kin: t.kin})
		e = start
	}
	return s
}

// endingOf finds a head with what it is of: "Minister of Foreign Affairs", "President of Iraq".
func (r *titleReader) endingOf(lo, e int) (t title, start int, ok bool) {
	for i := e - 1; i > lo && i > e-7 && r.isWord(i); i-- {
		w := r.d.TextOf(r.d.Tokens[i].Span)
		switch {
		case i < e-1 && (w == "of" || w == "for"):
			t, start, ok = r.ending(lo, i)
			return t, start, ok && t.head && t.class == office
		case w == "the" || w == "and" || startsUpper(w) || r.portfolio(i):
		default:
			return t, 0, false
		}
	}
	return t, 0, false
}

// phraseEnd returns the end of the phrase of data/titles.tsv that starts at token s.
func (r *titleReader) phraseEnd(s, hi int) int {
	_, end, _ := r.starting(s, hi)
	return end
}

// widen takes in the portfolio around the head [start, end), up to token e
// behind it, and returns the title's first token and name.
func (r *titleReader) widen(t title, lo, start, end, e int) (int, string) {
	if !t.head || t.name == "" {
		return start, t.name
	}
	first := start
	for first > lo && start-first < 3 && r.portfolio(first-1) {
		first--
	}
	last := end
	for last < e && (last == end || r.portfolio(last) || r.d.TextOf(r.d.Tokens[last].Span) == "the" || r.d.TextOf(r.d.Tokens[last].Span) == "and") {
		last++
	}
	if last < e || last == end+1 {
		last = end // of a country: "President of Iraq"
	}
	if first == start && last == start {
		return start, t.name
	}
	var b strings.Builder
	for i := first; i < start; i++ {
		b.WriteString(capital(r.d.TextOf(r.d.Tokens[i].Span)))
		b.WriteByte(' ')
	}
	b.WriteString(t.name)
	for i := end; i < last; i++ {
		b.WriteByte(' ')
		b.WriteString(capital(r.d.TextOf(r.d.Tokens[i].Span)))
	}
	return first, b.String()
}

func capital(w string) string {
	switch w {
	case "of", "for", "the", "and":
		return w
	}
	if w != "" && w[0] >= 'a' && w[0] <= 'z' {
		return strings.ToUpper(w[:1]) + w[1:]
	}
	return w
}

// inside reads the titles that begin the tokens [from, to) of a mention. It
// returns the token at which the span is to begin and the one at which the
// bare name does; to when the mention is nothing but a title. The two differ
// where annotated news keeps the title in the span: "Imam Khomeini", "Queen
// Beatrix".
func (r *titleReader) inside(from, to int) (s stated, span, name int) {
	span, name = from, from
	for name < to {
		at := name
		for at < to && at < name+3 && r.portfolio(at) { // "Foreign Minister"
			if _, _, ok := r.starting(at, to); ok {
				break
			}
			at++
		}
		t, end, ok := r.starting(at, to)
		if !ok || t.class == role && to-end < 2 && startsUpper(r.d.TextOf(r.d.Tokens[at].Span)) || t.class == relation {
			break
		}
		if at > name && (!t.head || end == to) || end < to && !r.startsName(t, end, to) {
			break
		}
		if end == to {
			if end-name > 1 || r.d.TextOf(r.d.Tokens[name].Span) == "PM" {
				return s, to, to
			}
			break
		}
		_, title := r.widen(t, from, at, end, end)
		s.take(stated{title: title, class: t.class, gender: t.gender, royal: t.royal})
		name = end
		if t.inside || t.royal && (to-end == 1 || to-end == 2 && r.particles[string(r.folded(end+1, to))] == suffixWord) {
			break
		}
		span = end
	}
	for name > from && name < to-1 && r.d.Tokens[name].Kind == article.Punct {
		name++
	}
	for span > from && span < name && r.d.Tokens[span].Kind == article.Punct {
		span++
	}
	return s, span, name
}

// startsName reports whether token i, behind a title in the same span, begins
// a name: not so in "Sultan A. Marshad", "Dean Martin", "Sheikh Hasina", where
// the title is a given name.
func (r *titleReader) startsName(t title, i, to int) bool {
	if t.given && to-i < 2 {
		return false
	}
	if w := r.d.TextOf(r.d.Tokens[i-1].Span); t.class == honorific && len(w) > 1 && strings.ToUpper(w) == w && i < to && strings.ToUpper(r.d.TextOf(r.d.Tokens[to-1].Span)) != r.d.TextOf(r.d.Tokens[to-1].Span) {
		return false // "MS Golwalkar"
	}
	next := r.folded(i, i+1)
	if (t.given || t.royal) && len(next) == 1 {
		return false
	}
	return !t.gender.conflicts(r.given[string(next)])
}

// after reads a title behind a comma after token e: "Dietz, a spokesman for".
func (r *titleReader) after(e, hi int) stated {
	if e+2 >= hi || r.d.TextOf(r.d.Tokens[e].Span) != "," {
		return stated{}
	}
	for i := e + 1; i < hi && i < e+7; i++ {
		w := r.d.TextOf(r.d.Tokens[i].Span)
		if t, end, ok := r.starting(i, hi); ok && (t.class == office || t.class == role || t.class == rank) && !t.given {
			if end < hi && startsUpper(r.d.TextOf(r.d.Tokens[end].Span)) {
				return stated{} // the title of somebody else: "Dietz, President Lee"
			}
			_, name := r.widen(t, e+1, i, end, end)
			return stated{title: name, class: t.class, gender: t.gender}
		}
		switch {
		case w == "a" || w == "an" || w == "the" || w == "its" || w == "his" || w == "her" || w == "their" || w == "'s" || w == "’s" || w == "former" || w == "current" || w == "then":
		case startsUpper(w) || r.portfolio(i):
		default:
			return stated{}
		}
	}
	return stated{}
}

// around reads what the text says about the person that tokens [from, to)
// name, and returns the tokens at which the span and the bare name begin.
// prev is where the mention before ends.
func (r *titleReader) around(m *article.Mention, prev, from, to int) (s stated, span, name int) {
	lo, hi := 0, len(r.d.Tokens)
	if m.Sentence >= 0 && m.Sentence < len(r.d.Sentences) {
		lo, hi = r.d.Sentences[m.Sentence].First, r.d.Sentences[m.Sentence].Last
	}
	free := lo
	if prev > 0 {
		free = max(lo, min(r.d.TokenAt(prev), from))
	}
	s = r.before(lo, free, from)
	if s.title == "" && from-1 > lo && from < hi && r.d.TextOf(r.d.Tokens[from-1].Span) == "," && to < hi && r.d.Tokens[to].Kind == article.Punct {
		s.take(r.before(lo, min(free, from-1), from-1)) // "the spokesman, Vedant Patel,"
	}
	in, span, name := r.inside(from, to)
	s.take(in)
	if s.title == "" || s.class == honorific {
		s.take(r.after(to, hi))
	}
	return s, span, name
}
