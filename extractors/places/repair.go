package places

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// ruleRepaired is the rule of mentions whose kind or span the words around
// them and the gazetteer have put right. Their confidence is not known.
const ruleRepaired = "places/context"

// repair fills w.given with the recogniser's mentions, and puts right those
// that plainly are no place, or plainly are one: "Mayor London Breed" names a
// person, "Amazon's shares" are a company's, "Ain al-Asad base" is a site, and
// "Lagos, Nigeria" is two places.
func (w *work) repair() {
	w.given = w.given[:0]
	for i := range w.d.Mentions {
		if m := &w.d.Mentions[i]; m.Rule != ruleFound {
			w.given = append(w.given, *m)
		}
	}
	if w.r.o.Strict {
		return
	}
	companies, sites, works := false, false, false
	for i := 0; i < len(w.given); i++ {
		m := &w.given[i]
		first, last := w.tokensOf(m.Span)
		s := &w.d.Sentences[m.Sentence]
		switch m.Kind {
		case article.LOC:
			switch {
			case w.isPerson(i, s, first, last):
				w.become(m, article.PER)
			case w.isCompany(s, first, last):
				w.become(m, article.ORG)
				companies = true
			case strings.IndexByte(w.d.TextOf(m.Span), ',') > 0:
				w.split(i, first, last)
			}
		case article.ORG, article.PER, article.MISC:
			if w.isSite(m, s, first, last) {
				w.become(m, article.LOC)
				sites = true
			}
			works = works || m.Kind != article.PER
		case article.NORP:
			w.trimDirection(m, first, last)
		}
	}
	if companies {
		w.spread(article.ORG, func(m *article.Mention) bool { return m.Kind == article.LOC && !w.saysPlace(m) })
	}
	if works {
		w.samePlaces()
	}
	if sites {
		w.spread(article.LOC, func(m *article.Mention) bool { return m.Kind == article.ORG || m.Kind == article.PER })
	}
}

// note fills w.noted with the names of the mentions that fit.
func (w *work) note(fits func(*article.Mention) bool) {
	clear(w.noted)
	for i := range w.given {
		if m := &w.given[i]; fits(m) {
			w.noted[w.nameOf(m)] = true
		}
	}
}

// nameOf returns the hash of a mention's folded text.
func (w *work) nameOf(m *article.Mention) uint64 {
	w.key = gazetteer.AppendFold(w.key[:0], w.d.TextOf(m.Span))
	return hashKey(w.key, 0)
}

func (w *work) tokensOf(s article.Span) (first, last int) {
	first = w.d.TokenAt(s.Start)
	for last = first; last < len(w.d.Tokens) && w.d.Tokens[last].Start < s.End; last++ {
	}
	return first, last
}

func (w *work) become(m *article.Mention, k article.Kind) {
	m.Kind, m.Rule, m.Confidence = k, ruleRepaired, 0
}

// isPerson reports whether a name follows a title and goes before a word that
// may be a surname. The mention is lengthened by that word.
func (w *work) isPerson(i int, s *article.Sentence, first, last int) bool {
	if first == s.First || last >= s.Last || last != first+1 {
		return false
	}
	prev, next := w.token(first-1), w.token(last)
	if !startsUpper(prev) || shouted(prev) || !w.r.lex.is(prev, wTitle) || !startsUpper(next) || w.d.Tokens[last].Kind != article.Word {
		return false
	}
	if w.r.lex.is(next, wOrg|wLocal|wStreet|wDirect|wMonth|wTitle) || w.r.lex.cueOf(next) != noCue {
		return false
	}
	if i+1 < len(w.given) && w.given[i+1].Start < w.d.Tokens[last].End {
		return false
	}
	w.given[i].End = w.d.Tokens[last].End
	return true
}

// isCompany reports whether the words beside a name speak of a company, and
// the name is of no country, capital or city of note.
func (w *work) isCompany(s *article.Sentence, first, last int) bool {
	if !w.hasShares(s, first, last) && !w.hasProfits(s, last) {
		return false
	}
	w.key = gazetteer.AppendFold(w.key[:0], w.d.Text[w.d.Tokens[first].Start:w.d.Tokens[last-1].End])
	w.raw = w.x.AppendKey(w.raw[:0], w.key)
	for _, c := range w.raw {
		switch w.r.classOf(w.x, c.ID) {
		case country, admin1, cont, capital, region:
			return false
		}
		if w.x.Salience(c.ID) > noteworthy {
			return false // "Mumbai shares" are those of its exchange
		}
	}
	return true
}

// hasShares reports whether a name, with or without 's, goes before what only
// companies have, or goes behind it: "shares of Amazon", "sold a stake in Amazon",
// not "voters with a stake in Hartlepool".
func (w *work) hasShares(s *article.Sentence, first, last int) bool {
	if first-2 >= s.First {
		switch prev, what := w.token(first-1), w.token(first-2); {
		case (prev == "of" || prev == "in") && is(what, "shares", "Shares"):
			return true
		case prev == "in" && w.r.lex.is(what, wStake):
			for k := first - 3; k >= max(s.First, first-5); k-- {
				if w.d.Tokens[k].Kind == article.Number || w.r.lex.is(w.token(k), wPart) {
					return true
				}
			}
		}
	}
	if last < s.Last && isPossessive(w.token(last)) {
		last++
	}
	return last < s.Last && w.r.lex.is(w.token(last), wShare)
}

// hasProfits reports whether a name is said to report profits, within a few
// words: "Amazon posted a quarterly profit".
func (w *work) hasProfits(s *article.Sentence, last int) bool {
	if last >= s.Last || !is(w.token(last), "reported", "reports", "posted", "posts", "booked") {
		return false
	}
	for k := last + 1; k < min(last+6, s.Last); k++ {
		if w.r.lex.is(w.token(k), wProfit) {
			return true
		}
	}
	return false
}

// noteworthy is the salience of cities that exchanges are named after: a
// million people.
const noteworthy = 160

// saysPlace reports whether the word before a mention asks for a place.
func (w *work) saysPlace(m *article.Mention) bool {
	first, last := w.tokensOf(m.Span)
	s := &w.d.Sentences[m.Sentence]
	return first > s.First && w.r.lex.is(w.token(first-1), wPrep) || last < s.Last && w.r.lex.cueOf(w.token(last)) != noCue
}

// isSite reports whether a mention is the name of a site or a part of nature,
// and the word after it, or the one after that, says so.
func (w *work) isSite(m *article.Mention, s *article.Sentence, first, last int) bool {
	cue := noCue
	for k := last; k < min(last+2, s.Last) && cue == noCue; k++ {
		if word := w.token(k); word[0] >= 'a' && word[0] <= 'z' {
			cue = w.r.lex.cueOf(word)
		} else {
			return false
		}
	}
	if cue == noCue {
		return false
	}
	w.key = gazetteer.AppendFold(w.key[:0], w.d.TextOf(m.Span))
	w.raw = w.x.AppendKey(w.raw[:0], w.key)
	for _, c := range w.raw {
		switch k := w.r.classOf(w.x, c.ID); k {
		case facility, park, terrain, water:
			if c.Kind <= gazetteer.Alternate && cue.fits(k) {
				return true
			}
		}
	}
	return false
}

// spread gives the mentions that fit, and are spelt like one that was put
// right to be of kind k, the same kind.
func (w *work) spread(k article.Kind, fits func(*article.Mention) bool) {
	w.note(func(m *article.Mention) bool { return m.Rule == ruleRepaired && m.Kind == k })
	for i := range w.given {
		if m := &w.given[i]; fits(m) && w.noted[w.nameOf(m)] {
			w.become(m, k)
		}
	}
}

// samePlaces makes places of works and products that are spelt like a place of
// the article, and of organisations that are spelt like a region of it: "a
// Mid-East government". A town's name may be its team's.
func (w *work) samePlaces() {
	w.note(func(m *article.Mention) bool { return m.Kind == article.LOC })
	for i := range w.given {
		m := &w.given[i]
		if m.Rule == ruleRepaired || m.Kind != article.MISC && m.Kind != article.ORG {
			continue
		}
		if w.noted[w.nameOf(m)] && (m.Kind == article.MISC || w.isRegion(w.d.TextOf(m.Span))) {
			w.become(m, article.LOC)
		}
	}
}

// isRegion reports whether the best known place of a name is a region, a
// continent or a sea.
func (w *work) isRegion(name string) bool {
	w.key = gazetteer.AppendFold(w.key[:0], name)
	if w.raw = w.x.AppendKey(w.raw[:0], w.key); len(w.raw) == 0 {
		return false
	}
	switch w.r.classOf(w.x, w.raw[0].ID) {
	case region, cont, water:
		return true
	}
	return false
}

// trimDirection cuts the direction off a people that goes by its country's
// name alone: "Northern Iraqi", not "South Korean".
func (w *work) trimDirection(m *article.Mention, first, last int) {
	if last-first < 2 || !w.r.lex.is(w.token(first), wDirect) || w.isPeople(w.d.TextOf(m.Span)) {
		return
	}
	rest := article.Span{Start: w.d.Tokens[first+1].Start, End: m.End}
	if w.isPeople(w.d.TextOf(rest)) {
		m.Span = rest
	}
}

// isPeople reports whether a word is one for the people of some country.
func (w *work) isPeople(word string) bool {
	w.key = gazetteer.AppendFold(w.key[:0], word)
	w.raw = w.x.AppendKey(w.raw[:0], w.key)
	return slices.ContainsFunc(w.raw, func(c gazetteer.Candidate) bool { return c.Kind == gazetteer.DemonymName })
}

// split makes two mentions of "Lagos, Nigeria" where both are places.
// "Washington, D.C." is one name.
func (w *work) split(i, first, last int) {
	m := w.given[i]
	if w.key = gazetteer.AppendFold(w.key[:0], w.d.TextOf(m.Span)); w.x.HasKey(w.key) {
		return
	}
	comma := first
	for comma < last && w.token(comma) != "," {
		comma++
	}
	if comma == first || comma >= last-1 {
		return
	}
	a, b := m, m
	a.End = w.d.Tokens[comma-1].End
	b.Start = w.d.Tokens[comma+1].Start
	for _, s := range []article.Span{a.Span, b.Span} {
		if w.key = gazetteer.AppendFold(w.key[:0], w.d.TextOf(s)); !w.x.HasKey(w.key) {
			return
		}
	}
	a.Rule, b.Rule = ruleRepaired, ruleRepaired
	w.given = slices.Replace(w.given, i, i+1, a, b)
}

// sortMentions puts mentions in the order of the text.
func sortMentions(ms []article.Mention) {
	slices.SortStableFunc(ms, func(a, b article.Mention) int { return cmp.Compare(a.Start, b.Start) })
}
