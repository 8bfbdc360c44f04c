package places

// surroundings are what the names of an article say together, after a round.
type surroundings struct {
	countries []float32 // by number: weight of the names that are probably there
	admin1s   []float32
	weight    float32
	inAdmin1  float32 // weight of names that have a first-level division

	usedCountry []int16
	usedAdmin1  []int32
	likely      []cand    // likely candidates of all groups: likely[g.l0:g.l1]
	anchors     []anchor  // those that are points
	named       []mention // countries and divisions that are named
	own         []share1
}

// anchor is a likely place of a name, for distances.
type anchor struct {
	vec   [3]float32
	p     float32
	base  int
	group int
}

// mention is a country or a first-level division that a name of the article means.
type mention struct {
	country int16
	admin1  int32 // 0: the country
	base    int
	p       float32
}

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
	x.usedCountry, x.usedAdmin1 = x.usedCountry[:0], x.usedAdmin1[:0]
	x.likely, x.anchors, x.named = x.likely[:0], x.anchors[:0], x.named[:0]
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
		x.named = append(x.named, mention{c.country, 0, g.base, c.prob})
	case c.class == admin1:
		x.named = append(x.named, mention{c.country, c.admin1, g.base, c.prob})
	}
}

// ownShares is what the groups of one name add to the sums.
func (w *work) ownShares(base int) (own []share1, weight, inAdmin1 float32) {
	own = w.ctx.own[:0]
	for gi := range w.groups {
		g := &w.groups[gi]
		if g.base != base {
			continue
		}
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
		if g.n == 0 {
			continue
		}
		cs := w.cands[g.c0:g.c1]
		for i := range cs {
			clear(cs[i].feats[fixed:])
		}
		if len(cs) > 1 {
			w.sums(g, cs)
			for i := range cs {
				w.nearness(g, &cs[i])
			}
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
			cs[i].score = cs[i].prior + dot(w.r.w[fixed:], cs[i].feats[fixed:])
		}
	}
}

// sums sets how much of the article lies in a candidate's country and division.
func (w *work) sums(g *group, cs []cand) {
	x := &w.ctx
	own, ownWeight, ownAdmin1 := w.ownShares(g.base)
	rest, restAdmin1 := x.weight-ownWeight, x.inAdmin1-ownAdmin1
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
		}
		if c.admin1 != 0 {
			c.feats[fAdmin1], c.feats[fAdmin1Sum] = part(admin, restAdmin1), saturate(admin)
		}
		for k := range x.named {
			m := &x.named[k]
			switch {
			case m.country != c.country || m.base == g.base || c.class == country:
			case m.admin1 == 0:
				c.feats[fNamedCountry] = max(c.feats[fNamedCountry], m.p)
			case m.admin1 == c.admin1:
				c.feats[fNamedAdmin1] = max(c.feats[fNamedAdmin1], m.p)
			}
		}
	}
}

// alone marks candidates that nothing in the article is near to, where they
// are no capitals or countries; and capitals that act.
func (w *work) alone(g *group, cs []cand) {
	for i := range cs {
		c := &cs[i]
		f := &c.feats
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
func (w *work) nearness(g *group, c *cand) {
	switch c.class {
	case country, cont, past:
		return
	}
	var n25, n100, n400, sent float32
	for i := range w.ctx.anchors {
		a := &w.ctx.anchors[i]
		if a.base == g.base {
			continue
		}
		x, y, z := a.vec[0]-c.vec[0], a.vec[1]-c.vec[1], a.vec[2]-c.vec[2]
		q := (x*x + y*y + z*z) * (earthKm * earthKm)
		if q > 2000*2000 {
			continue
		}
		n25 += a.p / (1 + q/(25*25))
		n100 += a.p / (1 + q/(100*100))
		near := a.p / (1 + q/(400*400))
		n400 += near
		if near > sent && together(g, &w.groups[a.group]) {
			sent = near
		}
	}
	c.feats[fNear25], c.feats[fNear100], c.feats[fNear400], c.feats[fSentNear] = saturate(n25), saturate(n100), saturate(n400), min(sent, 1)
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
	for oi := range w.groups {
		o := &w.groups[oi]
		if o.n == 0 || oi == gi {
			continue
		}
		likely := w.ctx.likely[o.l0:o.l1]
		if o.container == gi {
			for i := range cs {
				cs[i].feats[fHolds] = max(cs[i].feats[fHolds], holding(&cs[i], likely))
			}
		}
		if o.base == g.base {
			if o.container >= 0 && g.container < 0 {
				otherSense(likely, cs)
			}
			continue
		}
		if together(g, o) {
			sameSentence(likely, cs)
		}
	}
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
			case c.country == v.country:
				like = .6
			}
			c.feats[fList] = max(c.feats[fList], like*v.prob)
		}
	}
}
