package places

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// ruleFound is the rule of mentions that the gazetteer added.
const ruleFound = "places/gazetteer"

// Thresholds of what is reported.
const (
	minTrust   = .5  // a name that the gazetteer found in the text
	minSame    = .25 // the same, where the name is a mention of a place elsewhere in the article
	minInName  = .4  // one inside another name
	minProb    = .3  // of the best candidate of a name that was found by its spelling or a part
	minTwoLike = .2  // of the best candidate of any name
)

// settle decides which toponyms become rows, and how they are used.
func (w *work) settle() {
	w.inventions = false
	strict := w.r.o.Strict
	for i := range w.tops {
		t := &w.tops[i]
		switch {
		case t.origin == fromNORP && t.group < 0:
			t.origin = fromPeople
		case t.origin != evidence && !strict && (w.isDisease(t) || w.isNoun(i)):
			t.origin, w.inventions = invented, true
		case t.origin != evidence || strict || t.group < 0 || w.isSeatName(t) || w.astray(&w.groups[t.group]):
		case t.inside != article.NoKind && (t.trustF[tDemonym] > 0 || t.trust < minInName || w.isRepaired(t.mention)):
			// "Canadian Food Inspection Agency" is no mention of Canadians, nor "shares in Amazon" of the river
		case t.inside != article.NoKind:
			t.origin = fromName
		case t.inside == article.NoKind && (t.trust >= minTrust || t.trustF[tSame] > 0 && t.trust >= minSame):
			t.origin = fromText
		}
	}
	w.metonyms()
}

// isRepaired reports whether a mention was made something else than a place.
func (w *work) isRepaired(s article.Span) bool {
	i, ok := slices.BinarySearchFunc(w.given, s.Start, func(m article.Mention, start int) int { return cmp.Compare(m.Start, start) })
	return ok && w.given[i].Span == s && w.given[i].Rule == ruleRepaired
}

// isSeatName reports whether a name is that of a seat of government, such as
// the Kremlin. Such names are organisations unless a recogniser says otherwise.
func (w *work) isSeatName(t *toponym) bool {
	_, code := w.x.Feature(w.cands[w.groups[t.group].best].id)
	return code == "GOVT" || code == "DIP" || code == "ZN"
}

// isDisease reports whether a name is that of a disease or its virus: "West
// Nile virus", or "Ebola" in an article that speaks of one.
func (w *work) isDisease(t *toponym) bool {
	s := &w.d.Sentences[t.sentence]
	if t.last < s.Last && w.r.lex.is(w.token(t.last), wDisease) {
		return true
	}
	if t.first > s.First && w.r.lex.is(w.token(t.first-1), wPrep) || t.last != t.first+1 {
		return false
	}
	return w.r.lex.is(w.token(t.first), wIllness)
}

// isNoun reports whether toponym i, a mention of a place, is an everyday word
// that only small places are named after, where nothing around it asks for a
// place: "the Café".
func (w *work) isNoun(i int) bool {
	t := &w.tops[i]
	word := t.first
	if w.token(word) == "The" {
		word++
	}
	if t.origin != fromLOC || t.last != word+1 || t.group < 0 || t.container >= 0 || t.dateline || w.listed(i) || !w.r.lex.is(w.token(word), wCommon) {
		return false
	}
	s := &w.d.Sentences[t.sentence]
	if word == t.first && word > s.First && w.r.lex.is(w.token(word-1), wPrep) {
		return false
	}
	c := &w.cands[w.groups[t.group].best]
	return c.class > admin1 && c.class != capital && c.class != seat && c.salience < wellKnown && c.feats[fHomeAdmin1] == 0
}

// wellKnown is the salience from which a place is taken for meant even when
// its name is an everyday word: 65 thousand people.
const wellKnown = 128

// known is the salience from which the only place of a name is taken for meant
// wherever it is: 33 thousand people.
const known = 120

const sameSpot = 50 // km

// thin reports whether the evidence for the best candidate is too thin.
func (w *work) thin(g *group) bool {
	c := &w.cands[g.best]
	if w.r.o.Strict {
		return false
	}
	if c.class != country && g.direction {
		return true // "the West" is no town
	}
	if w.astray(g) {
		return true
	}
	least := float32(minTwoLike)
	if c.match != uint8(gazetteer.ExactMatch) {
		least = minProb
	}
	if c.prob >= least {
		return false
	}
	sum := float32(0) // a city and the canton of its name lie in one place
	for i := g.c0; i < g.c1; i++ {
		if o := &w.cands[i]; o.country == c.country && kmBetween(&o.vec, &c.vec) < sameSpot {
			sum += o.prob
		}
	}
	return sum < least
}

// astray reports whether the only place of a name is a small one in a country
// that no other name of the article is in, though there are others: the one that
// is meant is in no gazetteer, or it is no place. Headingley in Leeds is not the
// one in Manitoba.
func (w *work) astray(g *group) bool {
	c := &w.cands[g.best]
	if g.c1-g.c0 > 1 || g.container >= 0 || g.dateline || !c.class.point() || c.country == 0 || c.salience >= known {
		return false
	}
	x := &w.ctx
	own, weight, _ := w.ownShares(g.base)
	rest, there := x.weight-weight, x.countries[c.country]
	for _, o := range own {
		if o.country == c.country {
			there -= o.w
		}
	}
	return rest >= 2 && there < .05
}

// write puts the results into the document.
func (w *work) write() {
	d := w.d
	d.Places = d.Places[:0]
	for i := range w.tops {
		if t := &w.tops[i]; t.origin < evidence {
			d.Places = append(d.Places, w.place(t))
		}
	}
	w.mentions()
	w.focus()
}

// place makes the row of a toponym.
func (w *work) place(t *toponym) article.Place {
	p := article.Place{Span: t.Span, Sentence: t.sentence, Mention: t.mention, Role: t.role(), Rule: "places/unknown"}
	if t.group < 0 {
		return p
	}
	g := &w.groups[t.group]
	p.Candidates = g.total
	if w.thin(g) {
		p.Rule = "places/thin"
		return p
	}
	c := &w.cands[g.best]
	e := w.entry(c.id)
	describe(&p, &e.Entry, c.class)
	if c.kind == gazetteer.DemonymName && p.Role == article.Literal {
		p.Role = article.Demonym
	}
	if p.Role == article.Metonym {
		p.ActorCountry = e.Country
	}
	if g.second >= 0 {
		p.SecondPlaceID = w.entry(w.cands[g.second].id).ID
	}
	p.Confidence = w.r.calib.at(c.prob) * t.trust
	if t.sure > 0 {
		p.Confidence *= t.sure
	}
	p.Rule = w.rule(g)
	return p
}

// entry is a place as it is written, with the name and id of its entity.
type entry struct {
	gazetteer.Entry
	canonical, entity string
}

// maxEntries is how many entries are kept for the next article: news names the
// same places again and again.
const maxEntries = 4096

// entry returns a place, made once in a while.
func (w *work) entry(id gazetteer.ID) *entry {
	if e, ok := w.entries[id]; ok {
		return e
	}
	e := &entry{Entry: w.x.Entry(id)}
	e.canonical, e.entity = plainName(e.Name), "LOC:"+e.ID
	w.entries[id] = e
	return e
}

// role says how a toponym is used, as far as its place does not tell.
func (t *toponym) role() article.Role {
	switch {
	case t.origin == fromName:
		return article.InName
	case t.origin == fromNORP:
		return article.Demonym
	case t.metonym:
		return article.Metonym
	}
	return article.Literal
}

// families of features, by which rows name what decided: the number of the
// family of each feature, in the order of familyNames; -1 for those that tell
// little.
var familyNames = [...]string{"salience", "cue", "own_division", "site", "container", "same_name", "country", "division", "nearness", "sentence", "list"}

var familyOf = func() (of [features]int8) {
	for i := range of {
		of[i] = -1
	}
	set := func(name string, first, last feature) {
		for i := first; i <= last; i++ {
			of[i] = int8(slices.Index(familyNames[:], name))
		}
	}
	set("salience", fClass, fUnpeopled)
	set("cue", fCue, fCueNot)
	set("own_division", fCityOfOwn, fDivisionOfCity)
	set("salience", fShadowed, fByWord)
	set("country", fAmerican, fBritish)
	set("site", fHomeTLD, fHomeNear)
	set("container", fInside, fHolds)
	set("container", fLoose, fLooseNot)
	set("same_name", fOtherSense, fOtherSense)
	set("country", fCountry, fCountrySum)
	set("division", fAdmin1, fAdmin1Sum)
	set("nearness", fNear25, fNear400)
	set("sentence", fSentCountry, fSentNear)
	set("list", fList, fList)
	set("country", fNamedCountry, fNamedCountry)
	set("division", fNamedAdmin1, fNamedAdmin1)
	set("salience", fKnown, fDwarfed)
	set("country", fForeign, fForeign)
	return of
}()

// rival returns the best of the other candidates that lie elsewhere, or else
// the second one.
func (w *work) rival(g *group) *cand {
	c, s := &w.cands[g.best], &w.cands[g.second]
	if kmBetween(&s.vec, &c.vec) >= sameSpot {
		return s
	}
	for i := g.c0; i < g.c1; i++ {
		if o := &w.cands[i]; kmBetween(&o.vec, &c.vec) >= sameSpot && (s == &w.cands[g.second] || o.score > s.score) {
			s = o
		}
	}
	return s
}

// rule names what set the best candidate apart from the second, or from the
// best one elsewhere: a town's airport is no rival of the town.
func (w *work) rule(g *group) string {
	c := &w.cands[g.best]
	switch {
	case c.match == uint8(gazetteer.SpellMatch):
		return "places/spelling"
	case c.match == matchPart:
		return "places/part"
	case g.second < 0 && c.kind == gazetteer.DemonymName:
		return "places/demonym"
	case g.second < 0:
		return "places/only"
	}
	s := w.rival(g)
	var sums [len(familyNames)]float32
	for i, f := range familyOf {
		if f >= 0 {
			sums[f] += w.r.w[i] * (c.feats[i] - s.feats[i])
		}
	}
	best := 0
	for f, v := range sums {
		if v > sums[best] {
			best = f
		}
	}
	return familyRules[best]
}

var familyRules = func() (rules [len(familyNames)]string) {
	for i, n := range familyNames {
		rules[i] = "places/" + n
	}
	return rules
}()

// mentions writes the document's mentions: those that were there, less what
// the gazetteer found in an earlier run, and those that it found now.
func (w *work) mentions() {
	d := w.d
	d.Mentions = d.Mentions[:0]
	for _, m := range w.given {
		if !w.isInvented(m.Span) {
			d.Mentions = append(d.Mentions, m)
		}
	}
	for i := range w.tops {
		t := &w.tops[i]
		if t.origin != fromText {
			continue
		}
		m := article.Mention{Span: t.Span, Sentence: t.sentence, Kind: article.LOC, Confidence: t.trust, Rule: ruleFound}
		if w.cands[w.groups[t.group].best].kind == gazetteer.DemonymName {
			m.Kind = article.NORP
		}
		d.Mentions = append(d.Mentions, m)
	}
	sortMentions(d.Mentions)
	for i := range w.tops {
		t := &w.tops[i]
		if t.origin != fromLOC && t.origin != fromNORP && t.origin != fromPeople && t.origin != fromText {
			continue
		}
		j, ok := slices.BinarySearchFunc(d.Mentions, t.Start, func(m article.Mention, at int) int { return cmp.Compare(m.Start, at) })
		if ok && d.Mentions[j].Span == t.Span {
			w.name(&d.Mentions[j], t)
		}
	}
}

// isInvented reports whether a mention turned out to be no name of a place.
func (w *work) isInvented(s article.Span) bool {
	return w.inventions && slices.ContainsFunc(w.tops, func(t toponym) bool { return t.origin == invented && t.Span == s })
}

// name sets the entity of a mention.
func (w *work) name(m *article.Mention, t *toponym) {
	surface := w.d.TextOf(m.Span)
	var c *cand
	if t.group >= 0 && !w.thin(&w.groups[t.group]) {
		c = &w.cands[w.groups[t.group].best]
	}
	if c != nil && c.kind == gazetteer.DemonymName && m.Kind == article.LOC && !w.r.o.Strict {
		m.Kind = article.NORP
	}
	switch {
	case m.Kind == article.NORP:
		m.Canonical = w.r.people(surface, c)
		m.EntityID = text.EntityID(article.NORP, m.Canonical)
	case c != nil:
		e := w.entry(c.id)
		m.Canonical, m.EntityID = e.canonical, e.entity
	default:
		m.Canonical = strings.Join(strings.Fields(surface), " ")
		m.EntityID = text.EntityID(article.LOC, m.Canonical)
	}
}

// people returns the adjective for a people: "Iraqi" for "Iraqis".
func (r *Resolver) people(surface string, c *cand) string {
	if a, ok := r.peoples[gazetteer.Fold(surface)]; ok {
		return a
	}
	if c != nil && c.class == country && c.country > 0 {
		if a := r.x.Countries()[c.country].Adjective; a != "" {
			return a
		}
	}
	return singular(strings.Join(strings.Fields(surface), " "))
}

// singular cuts the plural off a word for a people.
func singular(s string) string {
	if len(s) > 4 && strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && !strings.HasSuffix(s, "is's") {
		switch s[len(s)-2] {
		case 'u', 's', 'o', '\'':
			return s
		}
		return s[:len(s)-1]
	}
	return s
}

// plainName writes a name without the marks that only transliterations have:
// "Al Hawijah" for "Al Ḩawījah". Marks that languages write stay: "São Paulo".
func plainName(s string) string {
	plain := true
	for _, r := range s {
		if r > 0x17f && unicode.Is(unicode.Latin, r) || isMacron(r) || r == 'ʼ' || r == 'ʻ' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 'ʼ' || r == 'ʻ':
			b.WriteByte('\'')
		case r > 0x17f && unicode.Is(unicode.Latin, r) || isMacron(r):
			f := gazetteer.Fold(string(r))
			if unicode.IsUpper(r) && f != "" {
				f = strings.ToUpper(f[:1]) + f[1:]
			}
			b.WriteString(f)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isMacron(r rune) bool {
	switch r {
	case 'ā', 'Ā', 'ē', 'Ē', 'ī', 'Ī', 'ō', 'Ō', 'ū', 'Ū':
		return true
	}
	return false
}
