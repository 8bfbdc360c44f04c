package places

import (
	"cmp"
	"slices"

	"github.com/dateline-nlp/dateline/gazetteer"
)

// surroundings are what the names of an article say together, after a round.
type surroundings struct {
	countries []float32 // by number: weight of the names that are probably there
	admin1s   []float32
	weight    float32
	inAdmin1  float32 // weight of names that have a first-level division

	usedCountry []int16
	usedAdmin1  []int32
	likely      []cand   // likely candidates of all groups: likely[g.l0:g.l1]
	anchors     []anchor // those that are points
	around      []neighbour
	named       []named // by country and, after them, by first-level division
	usedNamed   []int32
	own         []share1

	inSentence []int32 // per sentence: its first entry in together, 1-based
	pairs      []pair  // groups of sentences
	seen       []int32 // per group: the last group that looked at it, 1-based
}

// anchor is a likely place of a name, for distances.
type anchor struct {
	vec   [3]float32
	p     float32
	base  int
	group int
}

// neighbour is an anchor as the candidates of one name see it.
type neighbour struct {
	vec    [3]float32
	p      float32
	beside float32 // p where the names share a sentence, else 0
}

// named says how surely a country or division is named in the article, and by
// which name; second is the same for any other name.
type named struct {
	p, second float32
	base      int32
}

func (n *named) add(p float32, base int) {
	switch {
	case n.p > 0 && n.base == int32(base):
		n.p = max(n.p, p)
	case p > n.p:
		n.second, n.p, n.base = n.p, p, int32(base)
	default:
		n.second = max(n.second, p)
	}
}

// but is how surely it is named by other names than base.
func (n *named) but(base int) float32 {
	if n.base == int32(base) {
		return n.second
	}
	return n.p
}

// pair is a group in a list of those of a sentence.
type pair struct{ group, next int32 }

// maxAnchors is how many places distances are measured to. An article has
// fewer; a whole book does not take a book's square of time.
const maxAnchors = 200

// share1 is what one name adds to the sums, to be taken off for its own
// candidates.
type share1 struct {
	country int16
	admin1  int32
	w       float32
}

// isLikely is the probability from which a candidate counts for other names.
const isLikely = .04

// gather sums up what all groups say.
func (w *work) gather() {
	x := &w.ctx
	x.reset(len(w.x.Countries()), w.r.facts.admin1s+1)
	for gi := range w.groups {
		g := &w.groups[gi]
		g.l0, g.l1 = len(x.likely), len(x.likely)
		if g.n == 0 {
			continue
		}
		for i := g.c0; i < g.c1; i++ {
			if c := &w.cands[i]; c.prob >= isLikely {
				x.likely = append(x.likely, *c)
				x.add(g, gi, c)
			}
		}
		g.l1 = len(x.likely)
	}
	if len(x.anchors) > maxAnchors {
		slices.SortStableFunc(x.anchors, func(a, b anchor) int { return cmp.Compare(b.p, a.p) })
		x.anchors = x.anchors[:maxAnchors]
	}
}

// link ties together the groups of one name, of one container and of one sentence.
func (w *work) link() {
	x := &w.ctx
	n := len(w.d.Sentences)
	x.inSentence = append(x.inSentence[:0], make([]int32, n)...)
	x.seen = append(x.seen[:0], make([]int32, len(w.groups))...)
	x.pairs = x.pairs[:0]
	for gi := range w.groups {
		g := &w.groups[gi]
		g.sibling, g.child, g.nextChild = -1, -1, -1
	}
	for gi := len(w.groups) - 1; gi >= 0; gi-- {
		g := &w.groups[gi]
		if g.base != gi {
			b := &w.groups[g.base]
			g.sibling, b.sibling = b.sibling, gi
		}
		if g.container >= 0 && g.n > 0 {
			y := &w.groups[g.container]
			g.nextChild, y.child = y.child, gi
		}
		if g.n == 0 {
			continue
		}
		for _, s := range g.sentences {
			if s >= 0 {
				x.pairs = append(x.pairs, pair{int32(gi), x.inSentence[s]})
				x.inSentence[s] = int32(len(x.pairs))
			}
		}
	}
}

func (x *surroundings) reset(countries, admin1s int) {
	if len(x.countries) < countries {
		x.countries = make([]float32, countries)
	}
	if len(x.admin1s) < admin1s {
		x.admin1s = make([]float32, admin1s)
	}
	for _, c := range x.usedCountry {
		x.countries[c] = 0
	}
	for _, a := range x.usedAdmin1 {
		x.admin1s[a] = 0
	}
	for _, n := range x.usedNamed {
		x.named[n] = named{}
	}
	if len(x.named) < countries+admin1s {
		x.named = make([]named, countries+admin1s)
	}
	x.usedCountry, x.usedAdmin1, x.usedNamed = x.usedCountry[:0], x.usedAdmin1[:0], x.usedNamed[:0]
	x.likely, x.anchors = x.likely[:0], x.anchors[:0]
	x.weight, x.inAdmin1 = 0, 0
}

func (x *surroundings) add(g *group, gi int, c *cand) {
	v := c.prob * g.weight
	if c.country != 0 {
		if x.countries[c.country] == 0 {
			x.usedCountry = append(x.usedCountry, c.country)
		}
		x.countries[c.country] += v
		x.weight += v
	}
	if c.admin1 != 0 {
		if x.admin1s[c.admin1] == 0 {
			x.usedAdmin1 = append(x.usedAdmin1, c.admin1)
		}
		x.admin1s[c.admin1] += v
		x.inAdmin1 += v
	}
	switch {
	case c.class.point():
		x.anchors = append(x.anchors, anchor{c.vec, v, g.base, gi})
	case c.class == country:
		x.nameAt(int(c.country)).add(c.prob, g.base)
	case c.class == admin1:
		x.nameAt(len(x.countries)+int(c.admin1)).add(c.prob, g.base)
	}
}

func (x *surroundings) nameAt(i int) *named {
	x.usedNamed = append(x.usedNamed, int32(i))
	return &x.named[i]
}

// ownShares is what the groups of one name add to the sums.
func (w *work) ownShares(base int) (own []share1, weight, inAdmin1 float32) {
	own = w.ctx.own[:0]
	for gi := base; gi >= 0; gi = w.groups[gi].sibling {
		g := &w.groups[gi]
		for _, c := range w.ctx.likely[g.l0:g.l1] {
			v := c.prob * g.weight
			own = append(own, share1{c.country, c.admin1, v})
			if c.country != 0 {
				weight += v
			}
			if c.admin1 != 0 {
				inAdmin1 += v
			}
		}
	}
	w.ctx.own = own
	return own, weight, inAdmin1
}

// contextFeatures sets the features that depend on the other names, and the scores.
func (w *work) contextFeatures() {
	for gi := range w.groups {
		g := &w.groups[gi]
		cs := w.cands[g.c0:g.c1]
		for i := range cs {
			clear(cs[i].feats[fixed:])
		}
		if g.n > 0 && len(cs) > 1 {
			w.sums(g, cs)
			w.nearness(g, cs)
			w.others(gi, cs)
		}
	}
	w.looseAndLists()
	for gi := range w.groups {
		g := &w.groups[gi]
		if g.n == 0 {
			continue
		}
		cs := w.cands[g.c0:g.c1]
		if len(cs) > 1 {
			w.alone(g, cs)
		}
		for i := range cs {
			cs[i].score = cs[i].prior + dot(0, w.r.w[fixed:], cs[i].feats[fixed:])
		}
	}
}

// sums sets how much of the article lies in a candidate's country and division.
func (w *work) sums(g *group, cs []cand) {
	x := &w.ctx
	own, ownWeight, ownAdmin1 := w.ownShares(g.base)
	rest, restAdmin1 := x.weight-ownWeight, x.inAdmin1-ownAdmin1
	most := float32(0)
	for i := range cs {
		c := &cs[i]
		nation, admin := x.countries[c.country], x.admin1s[c.admin1]
		for _, o := range own {
			if o.country == c.country {
				nation -= o.w
			}
			if o.admin1 == c.admin1 {
				admin -= o.w
			}
		}
		if c.country != 0 {
			c.feats[fCountry], c.feats[fCountrySum] = part(nation, rest), saturate(nation)
			most = max(most, c.feats[fCountry])
		}
		if c.admin1 != 0 {
			c.feats[fAdmin1], c.feats[fAdmin1Sum] = part(admin, restAdmin1), saturate(admin)
		}
		if c.class != country && c.country != 0 {
			c.feats[fNamedCountry] = x.named[c.country].but(g.base)
			if c.admin1 != 0 {
				c.feats[fNamedAdmin1] = x.named[len(x.countries)+int(c.admin1)].but(g.base)
			}
		}
	}
	for i := range cs {
		c := &cs[i]
		switch {
		case c.country == 0: // an ocean is no less likely for being in no country
			c.feats[fCountry] = most * overAll
		case c.class == country:
			c.feats[fForeign] = max(0, most-c.feats[fCountry])
		}
		c.feats[fKnown] = c.feats[fCountry] * knownBy(c.salience)
	}
	dwarfed(cs)
}

// dwarfed marks small places that bear the name of a division that everybody
// in the country of the article knows: Florida in the state of New York.
func dwarfed(cs []cand) {
	for i := range cs {
		r := &cs[i]
		if r.class != admin1 && r.class != country || r.feats[fKnown] < .2 || r.kind > gazetteer.Official {
			continue
		}
		for j := range cs {
			if c := &cs[j]; c.salience+40 <= r.salience {
				c.feats[fDwarfed] = max(c.feats[fDwarfed], r.feats[fKnown])
			}
		}
	}
}

// overAll is what a place in no country has of the share of the country that
// its rivals are in.
const overAll = .75

// knownBy is 0 for places of 250,000 people and fewer, 1 for 8 million.
func knownBy(salience int16) float32 {
	return min(max(float32(salience-144)/40, 0), 1)
}

// alone marks candidates that nothing in the article is near to, where they
// are no capitals or countries; and capitals that act.
func (w *work) alone(g *group, cs []cand) {
	for i := range cs {
		c := &cs[i]
		f := c.feats
		switch c.class {
		case country, cont, region, water:
		case capital:
			f[fActor] = g.actor
		default:
			f[fLonely] = max(0, 1-f[fAdmin1]-f[fNear400]-f[fInside]-f[fLoose]-f[fHomeAdmin1])
		}
	}
}

// part is the share of a whole that is at least 1, so that one weak name proves little.
func part(v, whole float32) float32 {
	if v <= 0 {
		return 0
	}
	return min(v/max(whole, 1), 1)
}

// saturate maps [0, ∞) to [0, 1).
func saturate(v float32) float32 {
	if v <= 0 {
		return 0
	}
	return v / (1 + v)
}

// nearness sets the features of distance to the likely places of other names.
func (w *work) nearness(g *group, cs []cand) {
	x := &w.ctx
	x.around = x.around[:0]
	for i := range x.anchors {
		if a := &x.anchors[i]; a.base != g.base {
			o := neighbour{vec: a.vec, p: a.p}
			if together(g, &w.groups[a.group]) {
				o.beside = a.p
			}
			x.around = append(x.around, o)
		}
	}
	for i := range cs {
		switch cs[i].class {
		case country, cont, past:
		default:
			cs[i].nearTo(x.around)
		}
	}
}

// nearTo sets the features of distance of one candidate.
func (c *cand) nearTo(around []neighbour) {
	var n25, n100, n400, sent float32
	for i := range around {
		a := &around[i]
		x, y, z := a.vec[0]-c.vec[0], a.vec[1]-c.vec[1], a.vec[2]-c.vec[2]
		q := (x*x + y*y + z*z) * (earthKm * earthKm)
		if q > 2000*2000 {
			continue
		}
		if q < 1000*1000 { // beyond ten times the scale there is a hundredth left
			n100 += a.p / (1 + q*(1./(100*100)))
			if q < 250*250 {
				n25 += a.p / (1 + q*(1./(25*25)))
			}
		}
		d := 1 + q*(1./(400*400))
		n400 += a.p / d
		if a.beside > sent { // or it could not be more
			sent = max(sent, a.beside/d)
		}
	}
	f := c.feats
	f[fNear25], f[fNear100], f[fNear400], f[fSentNear] = saturate(n25), saturate(n100), saturate(n400), min(sent, 1)
}

// together reports whether two groups share one of their first sentences.
func together(a, b *group) bool {
	for _, s := range a.sentences {
		if s < 0 {
			return false
		}
		for _, t := range b.sentences {
			if s == t {
				return true
			}
		}
	}
	return false
}

// others sets the features of stated containers, in both directions, of other
// senses of the same name, and of names in the same sentences.
func (w *work) others(gi int, cs []cand) {
	g := &w.groups[gi]
	if g.container >= 0 {
		y := &w.groups[g.container]
		for i := range cs {
			p := w.heldBy(y, &cs[i])
			cs[i].feats[fInside] = p
			cs[i].feats[fOutside] = 1 - p
		}
	}
	for o := g.child; o >= 0; o = w.groups[o].nextChild {
		likely := w.likely(o)
		for i := range cs {
			cs[i].feats[fHolds] = max(cs[i].feats[fHolds], holding(&cs[i], likely))
		}
	}
	for o := w.groups[g.base].sibling; o >= 0 && g.container < 0; o = w.groups[o].sibling {
		if o != gi && w.groups[o].container >= 0 && w.groups[o].n > 0 {
			otherSense(w.likely(o), cs)
		}
	}
	x := &w.ctx
	for _, s := range g.sentences {
		if s < 0 {
			break
		}
		for p := x.inSentence[s]; p > 0; p = x.pairs[p-1].next {
			o := int(x.pairs[p-1].group)
			if x.seen[o] == int32(gi+1) || w.groups[o].base == g.base {
				continue
			}
			x.seen[o] = int32(gi + 1)
			sameSentence(w.likely(o), cs)
		}
	}
}

// likely returns the likely candidates of a group.
func (w *work) likely(gi int) []cand {
	g := &w.groups[gi]
	return w.ctx.likely[g.l0:g.l1]
}

// heldBy is the probability that the container is a place that holds c.
func (w *work) heldBy(y *group, c *cand) (p float32) {
	likely := w.ctx.likely[y.l0:y.l1]
	for i := range likely {
		if holds(&likely[i], c) {
			p += likely[i].prob
		}
	}
	return min(p, 1)
}

// holding is the probability that a name stated to lie in c does.
func holding(c *cand, likely []cand) (p float32) {
	for i := range likely {
		if holds(c, &likely[i]) {
			p += likely[i].prob
		}
	}
	return min(p, 1)
}

func otherSense(likely, cs []cand) {
	for i := range likely {
		for j := range cs {
			if cs[j].id == likely[i].id {
				cs[j].feats[fOtherSense] = max(cs[j].feats[fOtherSense], likely[i].prob)
			}
		}
	}
}

func sameSentence(likely, cs []cand) {
	for i := range likely {
		v := &likely[i]
		if v.country == 0 {
			continue
		}
		for j := range cs {
			if cs[j].country == v.country {
				cs[j].feats[fSentCountry] = max(cs[j].feats[fSentCountry], v.prob)
			}
		}
	}
}

// looseAndLists looks at each mention's own neighbours.
func (w *work) looseAndLists() {
	for ti := range w.tops {
		t := &w.tops[ti]
		if t.group < 0 || t.loose < 0 && t.list < 0 {
			continue
		}
		g := &w.groups[t.group]
		cs := w.cands[g.c0:g.c1]
		if t.loose >= 0 && len(cs) > 1 {
			y := &w.groups[w.tops[t.loose].group]
			for i := range cs {
				p := w.heldBy(y, &cs[i])
				cs[i].feats[fLoose] = max(cs[i].feats[fLoose], p)
				cs[i].feats[fLooseNot] = max(cs[i].feats[fLooseNot], 1-p)
			}
		}
		if t.list < 0 {
			continue
		}
		if o := &w.tops[t.list]; o.group >= 0 && o.group != t.group && o.container != ti {
			b := &w.groups[o.group]
			w.alike(b, cs)
			w.alike(g, w.cands[b.c0:b.c1])
		}
	}
}

// alike marks candidates of the same kind and region as a neighbour in a list.
func (w *work) alike(o *group, cs []cand) {
	likely := w.ctx.likely[o.l0:o.l1]
	for i := range likely {
		v := &likely[i]
		for j := range cs {
			c := &cs[j]
			same := c.class == v.class || c.class.settlement() && v.class.settlement()
			if !same || c.id == v.id {
				continue
			}
			like := float32(.3)
			switch {
			case c.class == country, c.admin1 == v.admin1 && c.admin1 != 0:
				like = 1
			case c.class == capital && v.class == capital:
				like = .8 // "London and Washington"
			case c.country == v.country:
				like = .6
			}
			c.feats[fList] = max(c.feats[fList], like*v.prob)
		}
	}
}
