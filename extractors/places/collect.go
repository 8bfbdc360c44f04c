package places

import (
	"strings"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// collect gathers the toponyms: those of the recogniser's mentions, those
// inside names, and those that the gazetteer finds.
func (w *work) collect() {
	w.repair()
	for i := range w.given {
		m := &w.given[i]
		switch m.Kind {
		case article.LOC:
			w.addTop(m.Span, m.Span, m.Sentence, fromLOC, 1).sure = m.Confidence
		case article.NORP:
			w.addTop(m.Span, m.Span, m.Sentence, fromNORP, 1).sure = m.Confidence
		}
	}
	w.find()
	w.sortTops()
}

// addTop adds a toponym.
func (w *work) addTop(s, mention article.Span, sentence int, from origin, trust float32) *toponym {
	first := w.d.TokenAt(s.Start)
	last := first
	for last < len(w.d.Tokens) && w.d.Tokens[last].Start < s.End {
		last++
	}
	w.tops = append(w.tops, toponym{Span: s, mention: mention, sentence: sentence, first: first, last: last, origin: from,
		group: -1, container: -1, loose: -1, list: -1, trust: trust})
	return &w.tops[len(w.tops)-1]
}

// form looks the names up and makes the groups.
func (w *work) form() {
	for i := range w.tops {
		w.tops[i].group = w.baseGroup(&w.tops[i])
	}
}

// FNV-1a, 64 bits.
func hashKey[T []byte | string](key T, seed uint64) uint64 {
	h := uint64(14695981039346656037) ^ seed
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	return h
}

// seeds keep words for a people apart from places of the same spelling.
const (
	seedPlace = 0
	seedNORP  = 1 << 63
)

// baseGroup returns the group of a toponym's name, made where it is new.
func (w *work) baseGroup(t *toponym) int {
	surface := w.d.TextOf(t.Span)
	w.key = gazetteer.AppendFold(w.key[:0], surface)
	if len(w.key) == 0 {
		return -1
	}
	seed := uint64(seedPlace)
	if t.origin == fromNORP {
		seed = seedNORP
	}
	if shouted(surface) {
		seed ^= 1 // "OR" and "Or" are not the same name
	}
	h := hashKey(w.key, seed)
	if g, ok := w.byKey[h]; ok {
		return g
	}
	c0 := len(w.cands)
	total := w.lookUp(surface, t.origin == fromNORP)
	if total == 0 {
		w.byKey[h] = -1
		return -1
	}
	g := len(w.groups)
	w.groups = append(w.groups, group{hash: h, base: g, container: -1, c0: c0, c1: len(w.cands), all: len(w.cands), best: -1, second: -1, total: total,
		direction: w.r.lex.is(surface, wDirect), everyday: w.r.lex.everyday(surface)})
	w.byKey[h] = g
	return g
}

// shouted reports whether a word is all capitals.
func shouted(s string) bool {
	upper := false
	for i := range len(s) {
		if c := s[i]; 'a' <= c && c <= 'z' {
			return false
		} else if 'A' <= c && c <= 'Z' {
			upper = true
		}
	}
	return upper
}

// lookUp appends the candidates of a name and returns how many places bear it.
func (w *work) lookUp(surface string, people bool) int {
	w.raw = w.x.AppendKey(w.raw[:0], w.key)
	match := uint8(gazetteer.ExactMatch)
	if len(w.raw) == 0 && !people {
		w.raw, match = w.lookUpParts(surface)
	}
	if people {
		w.raw = only(w.raw, func(c gazetteer.Candidate) bool { return c.Kind == gazetteer.DemonymName })
	} else {
		w.raw = w.fitCase(w.raw, surface)
	}
	n := len(w.raw)
	for _, c := range w.trim(w.raw) {
		m := match
		if c.Match != gazetteer.ExactMatch {
			m = uint8(c.Match)
		}
		w.cands = append(w.cands, w.newCand(c.ID, c.Kind, m))
	}
	return n
}

const matchPart = 3 // beyond gazetteer.Match: found without a word of the mention

// lookUpParts tries what a mention may be when no place bears its whole name.
func (w *work) lookUpParts(surface string) ([]gazetteer.Candidate, uint8) {
	if head, _, ok := strings.Cut(surface, ","); ok && strings.TrimSpace(head) != "" {
		if cs := w.x.AppendCandidates(w.raw[:0], head); len(cs) > 0 {
			return cs, uint8(gazetteer.ExactMatch)
		}
	}
	if full := expandWords(surface); full != surface {
		if cs := w.x.AppendCandidates(w.raw[:0], full); len(cs) > 0 {
			return cs, uint8(gazetteer.ExactMatch)
		}
	}
	if cs := w.x.AppendCandidates(w.raw[:0], surface); len(cs) > 0 {
		return cs, uint8(gazetteer.ExactMatch)
	}
	rest, cue := w.r.lex.withoutGeneric(surface)
	for rest != "" {
		cs := w.x.AppendCandidates(w.raw[:0], rest)
		fit := cs
		if cue != noCue {
			fit = only(cs, func(c gazetteer.Candidate) bool { return cue.fits(w.r.classOf(w.x, c.ID)) })
		} else { // "North Dallas" is told by Dallas, "West Wing" not by a village of that name
			fit = only(cs, func(c gazetteer.Candidate) bool { return w.x.Salience(c.ID) >= aTown })
		}
		if len(fit) > 0 {
			return fit, matchPart
		}
		next, nextCue := w.r.lex.withoutGeneric(rest)
		if next == rest || cue != noCue && nextCue != noCue {
			break
		}
		if rest = next; nextCue != noCue {
			cue = nextCue
		}
	}
	return w.raw[:0], matchPart
}

// aTown is the salience of a town of 6,000 people.
const aTown = 100

// shortWords are written out in the gazetteer.
var shortWords = map[string]string{"N.": "North", "S.": "South", "E.": "East", "W.": "West", "Co.": "County", "Twp.": "Township", "Is.": "Island", "Mtn.": "Mountain", "Pt.": "Port", "Hts.": "Heights"}

// expandWords writes short words of a name out: "W. Columbia", "Loudon Co.".
func expandWords(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	words := strings.Fields(s)
	changed := false
	for i, f := range words {
		if long, ok := shortWords[f]; ok && len(words) > 1 {
			words[i], changed = long, true
		}
	}
	if !changed {
		return s
	}
	return strings.Join(words, " ")
}

// withoutGeneric cuts a generic word off a name: "Loudon Co.", "Nyanza
// Province", "Town of Groton", "North Dallas". It returns "" when there is none.
func (l *lexicon) withoutGeneric(s string) (rest string, cue cueClass) {
	words := strings.Fields(s)
	if len(words) < 2 {
		return "", noCue
	}
	first, last := words[0], words[len(words)-1]
	if len(words) > 2 && words[1] == "of" && l.cueOf(first) != noCue {
		return strings.Join(words[2:], " "), l.cueOf(first)
	}
	switch cue := l.cueOf(last); cue {
	case cueAdmin1, cueAdmin2, cueAdmin3, cueTown, cueRegion:
		return strings.Join(words[:len(words)-1], " "), cue
	}
	if l.is(first, wDirect) {
		return strings.Join(words[1:], " "), noCue
	}
	return "", noCue
}

// fitCase drops abbreviations that are not written like one, and, for words
// in capitals of two or three letters, nothing else than what is left.
func (w *work) fitCase(cs []gazetteer.Candidate, surface string) []gazetteer.Candidate {
	if n := len(surface); n <= 6 && n > 1 && strings.IndexByte(surface, '.') == n-1 {
		// "Bn." is no Bonn: names of states and countries alone are cut short
		return only(cs, func(c gazetteer.Candidate) bool {
			k := w.r.classOf(w.x, c.ID)
			return c.Kind == gazetteer.Abbreviation || k == admin1 || k == country
		})
	}
	abbr := strings.ContainsRune(surface, '.') || shouted(surface) || len(surface) > 5
	if !abbr {
		cs = only(cs, func(c gazetteer.Candidate) bool { return c.Kind != gazetteer.Abbreviation })
	}
	if r := surface[0]; 'a' <= r && r <= 'z' && !strings.ContainsAny(surface, " -") {
		return cs[:0] // a word without a capital names nothing
	}
	return cs
}

func only(cs []gazetteer.Candidate, keep func(gazetteer.Candidate) bool) []gazetteer.Candidate {
	n := 0
	for _, c := range cs {
		if keep(c) {
			cs[n] = c
			n++
		}
	}
	return cs[:n]
}

// maxCands is how many places of a name are judged; the index gives the most
// salient first. The others are too small to be meant without a container.
const maxCands = 150

func (w *work) trim(cs []gazetteer.Candidate) []gazetteer.Candidate {
	return cs[:min(len(cs), maxCands)]
}

func (r *Resolver) classOf(x *gazetteer.Index, id gazetteer.ID) class {
	return r.facts.class[x.FeatureNumber(id)]
}

func (w *work) newCand(id gazetteer.ID, kind gazetteer.NameKind, match uint8) cand {
	lat, lon := w.x.Point(id)
	return cand{
		id: id, class: w.r.classOf(w.x, id), kind: kind, match: match, salience: int16(w.x.Salience(id)),
		country: int16(w.x.CountryNumber(id)), admin1: int32(w.x.Admin1Number(id)), vec: vector(lat, lon), cell: cellOf(lat, lon), feats: w.vectors.next(),
	}
}
