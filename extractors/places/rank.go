package places

import (
	"math"

	"github.com/dateline-nlp/dateline/gazetteer"
)

// rounds of ranking: each sees what the one before made of the other names.
const rounds = 4

// rank gives every candidate of every group a probability.
func (w *work) rank() {
	w.firstLook()
	w.splitByContainer()
	w.countMentions()
	w.link()
	for round := range rounds {
		w.gather()
		w.contextFeatures()
		for g := range w.groups {
			if w.groups[g].n == 0 {
				continue
			}
			w.soften(g)
			if round == 0 {
				w.prune(g, farBehind, maxLater)
			}
		}
	}
	for g := range w.groups {
		w.choose(g)
	}
}

// firstLook ranks by what the candidates are alone. Groups that it has seen are
// left as they are, unless something has come up since.
func (w *work) firstLook() {
	w.countMentions()
	for gi := range w.groups {
		g := &w.groups[gi]
		if g.fresh = !g.looked || g.dateline != g.lookedDateline || w.site.profile != nil; g.fresh {
			g.looked, g.lookedDateline, g.c1 = true, g.dateline, g.all
			w.priors(gi)
		}
	}
	w.cues()
	for g := range w.groups {
		if !w.groups[g].fresh {
			continue
		}
		cs := w.cands[w.groups[g].c0:w.groups[g].c1]
		for i := range cs {
			c := &cs[i]
			// class and kind of name: one feature each
			c.prior = w.r.w[fClass+feature(c.class)] + w.r.w[fKind+feature(c.kind)]
			c.prior = dot(c.prior, w.r.w[fMatchArticle:fixed], c.feats[fMatchArticle:fixed])
			c.score = c.prior
		}
		w.soften(g)
		w.prune(g, farBehind, maxFirst)
	}
}

// cues sets the features of generic words beside mentions.
func (w *work) cues() {
	for i := range w.tops {
		t := &w.tops[i]
		if t.group < 0 || t.cue == noCue {
			continue
		}
		g := &w.groups[t.group]
		for k := g.c0; k < g.c1 && g.fresh; k++ {
			if c := &w.cands[k]; t.cue.fits(c.class) {
				c.feats[fCue] = 1
			} else {
				c.feats[fCueNot] = 1
			}
		}
	}
}

// Candidates that cannot win any more are not looked at again: no context
// makes good for a score this far behind, and after the first round the best
// ones are enough.
const (
	farBehind = 14
	maxFirst  = 64
	maxLater  = 10
)

// prune keeps the candidates of a group that are within behind of the best, at
// most n of them, the best first.
func (w *work) prune(gi int, behind float32, n int) {
	g := &w.groups[gi]
	cs := w.cands[g.c0:g.c1]
	if len(cs) <= 2 {
		return
	}
	top := cs[0].score
	for i := range cs {
		top = max(top, cs[i].score)
	}
	k := 0
	for i := range cs {
		if cs[i].score > top-behind {
			if k != i { // what is left out stays behind g.c1, for another ranking
				cs[k], cs[i] = cs[i], cs[k]
			}
			k++
		}
	}
	cs = cs[:k]
	if k > n {
		for i := range n { // the n best to the front; candidates are too big to sort
			top := i
			for j := i + 1; j < k; j++ {
				if cs[j].score > cs[top].score {
					top = j
				}
			}
			if top != i {
				cs[i], cs[top] = cs[top], cs[i]
			}
		}
		k = n
	}
	g.c1 = g.c0 + k
}

// minEvidence is the probability of being a place from which a name in the
// text is looked at.
const minEvidence = .08

// countMentions counts what belongs to each group.
func (w *work) countMentions() {
	for i := range w.groups {
		g := &w.groups[i]
		g.n, g.weight, g.dateline, g.people, g.actor = 0, 0, false, true, 0
		g.sentences = [4]int{-1, -1, -1, -1}
	}
	for i := range w.tops {
		t := &w.tops[i]
		if t.group < 0 || t.origin == evidence && t.trust < minEvidence {
			continue
		}
		g := &w.groups[t.group]
		if g.n < len(g.sentences) {
			g.sentences[g.n] = t.sentence
		}
		g.n++
		g.weight += t.trust
		g.dateline = g.dateline || t.dateline
		g.people = g.people && t.origin == fromNORP
		if t.actor >= 1 {
			g.actor = 1
		}
	}
	for i := range w.groups {
		g := &w.groups[i]
		if g.n == 0 {
			g.weight = 0
			continue
		}
		// a name said ten times says more than one said once, not ten times as much
		mean := g.weight / float32(g.n)
		if g.actor > 0 {
			mean *= actorPlace
		}
		g.weight = mean * (1 + float32(math.Log(float64(g.n))))
		if g.dateline {
			g.weight *= 2
		}
	}
}

// priors sets the features that do not depend on other names.
func (w *work) priors(gi int) {
	g := &w.groups[gi]
	cs := w.cands[g.c0:g.c1]
	top := int16(0)
	for i := range cs {
		top = max(top, cs[i].salience)
	}
	for i := range cs {
		c := &cs[i]
		f := c.feats
		clear(f[:fixed])
		f[fClass+feature(c.class)] = 1
		f[fKind+feature(c.kind)] = 1
		switch c.match {
		case uint8(gazetteer.ArticleMatch):
			f[fMatchArticle] = 1
		case uint8(gazetteer.SpellMatch):
			f[fMatchSpell] = 1
		case matchPart:
			f[fMatchPart] = 1
		}
		f[fSalience] = float32(c.salience) / 80
		f[fBehind] = float32(top-c.salience) / 80
		if c.salience == top {
			f[fTop] = 1
		}
		if c.salience == 0 {
			f[fUnpeopled] = 1
		}
		if f[fFamous] = knownBy(c.salience); g.dateline && g.container < 0 && c.class.settlement() {
			f[fBareDateline] = f[fFamous]
		}
		if g.everyday && (c.kind == gazetteer.Alternate || c.kind == gazetteer.Historic) && c.class.settlement() {
			f[fByWord] = 1
		}
		if c.country != 0 && c.country == w.r.facts.us {
			f[fAmerican], f[fBritish] = w.usage.american, w.usage.british
		}
		w.site.features(c)
	}
	w.ownDivision(cs)
	shadows(cs)
}

// shadows marks candidates that bear the name as another one only, where a
// place at least as well known bears it as its own: Arak is not meant by Iraq.
// No place does by the name of another country or its capital: Rome is not an
// old name of Washington.
func shadows(cs []cand) {
	own, nation := int16(-1), int16(0)
	for i := range cs {
		if c := &cs[i]; c.kind <= gazetteer.Official {
			own = max(own, c.salience)
			if c.class == country || c.class == capital {
				nation = c.country
			}
		}
	}
	for i := range cs {
		switch c := &cs[i]; c.kind {
		case gazetteer.Alternate, gazetteer.Derived, gazetteer.Historic:
			switch {
			case nation != 0 && c.country != nation && c.class.settlement():
				c.feats[fShadowed] = 4
			case own >= c.salience && !seatOfItsOwn(c, cs):
				c.feats[fShadowed] = 1
			case c.kind != gazetteer.Derived && own > c.salience-shade && !seatOfItsOwn(c, cs):
				c.feats[fShadowed] = 1 - float32(c.salience-own)/shade
			}
		}
	}
}

// shade is by how much a place must outdo those that bear its other name as
// their own, in salience, for that name not to be theirs: 60 times the people.
const shade = 48

// seatOfItsOwn reports whether a town gave its name to the division around it,
// the only place that could shadow it: Genève in the canton of Geneva.
func seatOfItsOwn(c *cand, cs []cand) bool {
	for i := range cs {
		o := &cs[i]
		if o.kind > gazetteer.Official || o.salience < c.salience {
			continue
		}
		if o.class != admin1 && o.class != admin2 || o.country != c.country || kmBetween(&o.vec, &c.vec) > sameSpot {
			return false
		}
	}
	return c.class == seat || c.class == capital
}

// ownDivision marks cities that bear the name of their division, and such
// divisions: New York.
func (w *work) ownDivision(cs []cand) {
	for i := range cs {
		a := &cs[i]
		if a.class != admin1 {
			continue
		}
		for j := range cs {
			c := &cs[j]
			if c.class.settlement() && c.admin1 == a.admin1 {
				c.feats[fCityOfOwn] = 1
				if c.class == capital || c.class == seat || c.feats[fBehind] < .5 {
					a.feats[fDivisionOfCity] = 1
				}
			}
		}
	}
}

// dot adds the products of weights and features to s, in their order.
func dot(s float32, w, f []float32) float32 {
	f = f[:len(w)]
	for i, v := range w {
		s += v * f[i]
	}
	return s
}

// soften turns scores into probabilities.
func (w *work) soften(gi int) {
	g := &w.groups[gi]
	cs := w.cands[g.c0:g.c1]
	top := cs[0].score
	for i := range cs {
		top = max(top, cs[i].score)
	}
	var sum float32
	for i := range cs {
		cs[i].prob = 0
		if d := cs[i].score - top; d > -12 {
			cs[i].prob = float32(math.Exp(float64(d)))
		}
		sum += cs[i].prob
	}
	for i := range cs {
		cs[i].prob /= sum
	}
}

// splitByContainer gives mentions with a container that can hold one of their
// places a group of their own.
func (w *work) splitByContainer() {
	for i := range w.tops {
		t := &w.tops[i]
		if t.container >= 0 && (t.group < 0 || w.tops[t.container].group < 0 || !w.canHold(t.container, i)) {
			t.container = -1
		}
		if t.loose >= 0 && (t.group < 0 || w.tops[t.loose].group < 0) {
			t.loose = -1
		}
	}
	for i := range w.tops {
		t := &w.tops[i]
		if t.container < 0 {
			continue
		}
		t.group = w.subGroup(t.group, w.tops[t.container].group)
	}
}

// canHold reports whether toponym j has a candidate that may contain one of
// toponym i's. A state is not taken for a town in the state after it: "Ohio,
// Indiana and Georgia" is a list.
func (w *work) canHold(j, i int) bool {
	a, b := &w.groups[w.tops[i].group], &w.groups[w.tops[j].group]
	x0, y0 := w.likeliest(a), w.likeliest(b)
	least := float32(.001)
	if x0.prob > .5 && (x0.class == country || x0.class == admin1 && (y0.class == admin1 || y0.class == settle)) {
		least = .05
	}
	for y := b.c0; y < b.c1; y++ {
		if w.cands[y].prob < .02 {
			continue
		}
		for x := a.c0; x < a.c1; x++ {
			if w.cands[x].prob > least && holds(&w.cands[y], &w.cands[x]) {
				return true
			}
		}
	}
	return false
}

// likeliest returns the candidate of a group with the highest probability.
func (w *work) likeliest(g *group) *cand {
	best := &w.cands[g.c0]
	for i := g.c0 + 1; i < g.c1; i++ {
		if c := &w.cands[i]; c.prob > best.prob {
			best = c
		}
	}
	return best
}

// holds reports whether y may be stated as what x lies in.
func holds(y, x *cand) bool {
	switch {
	case y.id == x.id || x.class == country || x.class == cont:
		return false
	case y.class == country:
		return x.country == y.country
	case y.class == admin1:
		return x.admin1 == y.admin1 && x.admin1 != 0 && x.class != admin1
	case y.class == admin2 || y.class == admin3:
		return x.class != admin1 && x.class != admin2 && x.country == y.country && kmBetween(&y.vec, &x.vec) < 80
	case y.class == region: // "Richmond, Yorkshire"
		return x.class.settlement() && x.country == y.country && x.country != 0 && kmBetween(&y.vec, &x.vec) < 120
	case y.class.settlement():
		return (x.class == section || x.class == facility || x.class == settle && x.salience < y.salience) && kmBetween(&y.vec, &x.vec) < 30
	}
	return false
}

// subGroup returns the group of a name with a container.
func (w *work) subGroup(gi, container int) int {
	base := w.groups[gi].base
	w.key = append(w.key[:0], byte(container), byte(container>>8), byte(container>>16))
	h := hashKey(w.key, w.groups[base].hash)
	if g, ok := w.byKey[h]; ok {
		return g
	}
	b := w.groups[base]
	n := len(w.groups)
	c0 := len(w.cands)
	w.cands = append(w.cands, w.cands[b.c0:b.all]...)
	for i := c0; i < len(w.cands); i++ {
		f := w.vectors.next()
		*f = *w.cands[i].feats
		w.cands[i].feats = f
	}
	b.c1 = c0 + b.c1 - b.c0
	b.hash, b.base, b.container, b.c0, b.all = h, base, container, c0, len(w.cands)
	w.groups = append(w.groups, b)
	w.byKey[h] = n
	return n
}

// choose picks the best and the second candidate.
func (w *work) choose(gi int) {
	g := &w.groups[gi]
	g.best, g.second = -1, -1
	for i := g.c0; i < g.c1; i++ {
		switch {
		case g.best < 0 || w.cands[i].score > w.cands[g.best].score:
			g.best, g.second = i, g.best
		case g.second < 0 || w.cands[i].score > w.cands[g.second].score:
			g.second = i
		}
	}
}

// actorPlace is how much a capital that acts says of where the other names
// are: Washington sends envoys everywhere.
const actorPlace = .5
