package names

import (
	"math"
	"math/bits"
)

// transitions are the scores of one label after another; illegal pairs are
// never looked at. row labels holds the scores at the start of a piece.
type transitions struct {
	score [labels + 1][labels]float32
	final [labels]float32 // at the end of a piece
}

// factors are transitions as factors.
type factors struct {
	pair  [labels + 1][labels]float64
	final [labels]float64
}

func (t *transitions) factors() *factors {
	f := &factors{}
	for a := range t.score {
		for b := range t.score[a] {
			f.pair[a][b] = math.Exp(float64(t.score[a][b]))
		}
	}
	for a := range t.final {
		f.final[a] = math.Exp(float64(t.final[a]))
	}
	return f
}

var startLabels, endLabels = func() (s, e labelSet) {
	for l := range labels {
		if opens(l) {
			s |= 1 << l
		}
		if closes(l) {
			e |= 1 << l
		}
	}
	return s, e
}()

// legalBefore[b] holds the labels that b may follow.
var legalBefore = func() (t [labels]labelSet) {
	for a := range labels {
		for b := range labels {
			if legal(a, b) {
				t[b] |= 1 << a
			}
		}
	}
	return t
}()

// lattice computes sums over the label sequences of one piece. Probabilities
// are scaled at each token, so that no length underflows.
type lattice struct {
	n      int
	active []labelSet // labels considered at each token
	emit   []float64  // exp(score - best score of the token), n x labels
	alpha  []float64  // scaled so that each token's sum is 1
	beta   []float64  // scaled by the same factors
	scale  []float64  // sum of alpha before scaling
	shift  []float64  // best score of each token
	back   []uint8    // Viterbi: best label before
	best   []float64  // Viterbi: score
}

// How far below a token's best label another may be before it is left out. In
// training only by its own score (exp(-18) is 1.5e-8). In use a token outside
// any name drops labels by useMargin of scores, others by the probability that
// the words up to them give.
const (
	trainMargin = 18
	useMargin   = 5
	useBeam     = 5e-4
)

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// load takes scores (n x labels) and chooses the active labels: those within
// trainMargin of the best, and always O, without which a piece might have no
// legal sequence. With allowed not nil, labels outside it are left out and
// those inside it are kept whatever their score.
func (l *lattice) load(scores []float32, allowed []labelSet) {
	n := len(scores) / labels
	l.n = n
	l.active, l.scale, l.shift = resize(l.active, n), resize(l.scale, n+1), resize(l.shift, n)
	l.emit, l.alpha, l.beta = resize(l.emit, n*labels), resize(l.alpha, n*labels), resize(l.beta, n*labels)
	for t := range n {
		s := scores[t*labels : t*labels+labels]
		if allowed == nil {
			l.loadToken(t, s)
			continue
		}
		ok := allowed[t]
		top := float32(math.Inf(-1))
		for set := ok; set != 0; set &= set - 1 {
			top = max(top, s[bits.TrailingZeros32(uint32(set))])
		}
		act := ok & 1
		for set := ok; set != 0; set &= set - 1 {
			b := bits.TrailingZeros32(uint32(set))
			act |= 1 << b
		}
		l.active[t], l.shift[t] = act, float64(top)
		e := l.emit[t*labels : t*labels+labels]
		for set := act; set != 0; set &= set - 1 {
			b := bits.TrailingZeros32(uint32(set))
			e[b] = math.Exp(max(float64(s[b]-top), -60))
		}
	}
}

// loadToken chooses among all labels.
func (l *lattice) loadToken(t int, s []float32) {
	top := s[0]
	for _, v := range s[1:labels] {
		top = max(top, v)
	}
	e := l.emit[t*labels : t*labels+labels]
	act := labelSet(1)
	for b, v := range s[:labels] {
		if v >= top-trainMargin {
			act |= 1 << b
			e[b] = math.Exp(float64(v - top))
		}
	}
	if s[0] < top-trainMargin {
		e[0] = math.Exp(max(float64(s[0]-top), -60))
	}
	l.active[t], l.shift[t] = act, float64(top)
}

// forward fills alpha and returns the log of the sum over all sequences; ok is
// false when no sequence is legal.
func (l *lattice) forward(f *factors) (logSum float64, ok bool) {
	for t := range l.n {
		a := l.alpha[t*labels : t*labels+labels]
		e := l.emit[t*labels : t*labels+labels]
		sum := 0.0
		for set := l.active[t]; set != 0; set &= set - 1 {
			b := bits.TrailingZeros32(uint32(set))
			v := 0.0
			if t == 0 {
				if startLabels&(1<<b) != 0 {
					v = f.pair[labels][b]
				}
			} else {
				before := l.alpha[(t-1)*labels : t*labels]
				for from := l.active[t-1] & legalBefore[b]; from != 0; from &= from - 1 {
					p := bits.TrailingZeros32(uint32(from))
					v += before[p] * f.pair[p][b]
				}
			}
			v *= e[b]
			if t == l.n-1 {
				if endLabels&(1<<b) == 0 {
					v = 0
				} else {
					v *= f.final[b]
				}
			}
			a[b] = v
			sum += v
		}
		if sum == 0 || math.IsNaN(sum) {
			return 0, false
		}
		l.scale[t] = sum
		inv := 1 / sum
		for set := l.active[t]; set != 0; set &= set - 1 {
			a[bits.TrailingZeros32(uint32(set))] *= inv
		}
		logSum += math.Log(sum) + l.shift[t]
	}
	return logSum, true
}

// beam does what load and forward do, for use rather than for training: labels
// that are improbable given the words up to their token are left out. It
// reports whether any label but O is left anywhere.
func (l *lattice) beam(scores []float32, tr *transitions, f *factors) (something bool) {
	n := len(scores) / labels
	l.n = n
	l.active, l.scale = resize(l.active, n), resize(l.scale, n+1)
	l.emit, l.alpha, l.beta = resize(l.emit, n*labels), resize(l.alpha, n*labels), resize(l.beta, n*labels)
	all := labelSet(1)
	for t := range n {
		reach, from := startLabels, labels
		if t > 0 {
			reach = 0
			for set := l.active[t-1]; set != 0; set &= set - 1 {
				from = bits.TrailingZeros32(uint32(set))
				reach |= legalNext[from]
			}
		}
		if t == n-1 {
			reach &= endLabels
		}
		if t > 0 && l.active[t-1]&(l.active[t-1]-1) != 0 {
			from = -1 // several: their pairs are summed
		}
		l.active[t] = l.beamToken(t, scores, tr, f, reach, from)
		all |= l.active[t]
	}
	return all != 1
}

// beamToken fills emit, alpha and scale of a token for the labels in reach and
// returns those that stay. from is the only label before it, or -1.
func (l *lattice) beamToken(t int, scores []float32, tr *transitions, f *factors, reach labelSet, from int) labelSet {
	s := scores[t*labels : t*labels+labels]
	switch {
	case from == 0 || from == labels:
		reach = plausible(t, scores, tr, reach, from)
	case from < 0 && l.alpha[(t-1)*labels] > 0.5 && l.active[t-1]&1 != 0:
		reach = plausible(t, scores, tr, reach, 0)
	}
	a, e := l.alpha[t*labels:t*labels+labels], l.emit[t*labels:t*labels+labels]
	if reach == 1 && from >= 0 {
		a[0], e[0] = 1, 1
		if l.scale[t] = f.pair[from][0]; t == l.n-1 {
			l.scale[t] *= f.final[0]
		}
		return 1
	}
	top := float32(math.Inf(-1))
	for set := reach; set != 0; set &= set - 1 {
		top = max(top, s[bits.TrailingZeros32(uint32(set))])
	}
	best, sum, kept := 0.0, 0.0, labelSet(0)
	for set := reach; set != 0; set &= set - 1 {
		b := bits.TrailingZeros32(uint32(set))
		v := 0.0
		if from >= 0 {
			v = f.pair[from][b]
		} else {
			before := l.alpha[(t-1)*labels : t*labels]
			for set := l.active[t-1] & legalBefore[b]; set != 0; set &= set - 1 {
				p := bits.TrailingZeros32(uint32(set))
				v += before[p] * f.pair[p][b]
			}
		}
		e[b] = math.Exp(max(float64(s[b]-top), -60))
		v *= e[b]
		if t == l.n-1 {
			v *= f.final[b]
		}
		a[b] = v
		best = max(best, v)
	}
	for set := reach; set != 0; set &= set - 1 {
		if b := bits.TrailingZeros32(uint32(set)); a[b] >= best*useBeam {
			kept |= 1 << b
			sum += a[b]
		}
	}
	l.scale[t] = sum
	inv := 1 / sum
	for set := kept; set != 0; set &= set - 1 {
		a[bits.TrailingZeros32(uint32(set))] *= inv
	}
	return kept
}

// plausible leaves out labels that a token outside any name hardly has: those
// whose score falls short of O's by useMargin even when the best that the next
// token says about going on is counted in. from is O or the start.
func plausible(t int, scores []float32, tr *transitions, reach labelSet, from int) labelSet {
	s := scores[t*labels : t*labels+labels]
	into, none := &tr.score[from], tr.score[0][0]
	floor := s[0] + into[0] - useMargin
	kept := reach &^ (startLabels &^ 1) // O, and labels that go on with a name
	var next []float32
	if t+1 < len(scores)/labels {
		next = scores[(t+1)*labels : (t+2)*labels]
	}
	for k := range kinds {
		b := 1 + 4*k
		if reach&(1<<(b+single)) != 0 && s[b+single]+into[b+single]+tr.score[b+single][0]-none >= floor {
			kept |= 1 << (b + single)
		}
		if next == nil || reach&(1<<b) == 0 {
			continue
		}
		on := max(next[b+inside]+tr.score[b][b+inside], next[b+last]+tr.score[b][b+last]) - next[0] - none
		if s[b]+into[b]+on >= floor {
			kept |= 1 << b
		}
	}
	return kept
}

// backward fills beta so that alpha times beta is a token's marginal; forward
// must have been called. The last token's final factor is within alpha.
func (l *lattice) backward(f *factors) {
	var ahead [labels]float64 // factor of entering each label of the next token, and what follows
	for t := l.n - 1; t >= 0; t-- {
		b := l.beta[t*labels : t*labels+labels]
		if t == l.n-1 {
			for set := l.active[t]; set != 0; set &= set - 1 {
				b[bits.TrailingZeros32(uint32(set))] = 1
			}
			continue
		}
		if l.active[t] == 1 && t < l.n-2 && l.active[t+1] == 1 {
			b[0] = l.beta[(t+1)*labels]
			continue
		}
		l.enter(f, t+1, &ahead)
		for set := l.active[t]; set != 0; set &= set - 1 {
			a := bits.TrailingZeros32(uint32(set))
			v, pair := 0.0, &f.pair[a]
			for to := l.active[t+1] & legalNext[a]; to != 0; to &= to - 1 {
				c := bits.TrailingZeros32(uint32(to))
				v += pair[c] * ahead[c]
			}
			b[a] = v
		}
	}
}

// enter writes the factors of entering the labels of token t, with what
// follows it.
func (l *lattice) enter(f *factors, t int, out *[labels]float64) {
	inv := 1 / l.scale[t]
	for set := l.active[t]; set != 0; set &= set - 1 {
		c := bits.TrailingZeros32(uint32(set))
		v := l.emit[t*labels+c] * l.beta[t*labels+c] * inv
		if t == l.n-1 {
			if endLabels&(1<<c) == 0 {
				v = 0
			}
			v *= f.final[c]
		}
		out[c] = v
	}
}

// step is the factor of going from label a at token t to label b at the next,
// with what follows: alpha[t][a] * step is the marginal of the pair.
func (l *lattice) step(f *factors, t, a, b int) float64 {
	v := f.pair[a][b] * l.emit[(t+1)*labels+b] * l.beta[(t+1)*labels+b] / l.scale[t+1]
	if t+1 == l.n-1 {
		if endLabels&(1<<b) == 0 {
			return 0
		}
		v *= f.final[b]
	}
	return v
}

// marginal is the probability of label a at token t.
func (l *lattice) marginal(t, a int) float64 {
	if l.active[t]&(1<<a) == 0 {
		return 0
	}
	return l.alpha[t*labels+a] * l.beta[t*labels+a]
}

// spanProbability is the probability that tokens first to last (inclusive) are
// one name of a kind.
func (l *lattice) spanProbability(f *factors, first, end, kindBase int) float64 {
	if first == end {
		return l.marginal(first, kindBase+single)
	}
	a := kindBase + begin
	if l.active[first]&(1<<a) == 0 {
		return 0
	}
	p := l.alpha[first*labels+a]
	for t := first; t < end; t++ {
		b := kindBase + inside
		if t+1 == end {
			b = kindBase + last
		}
		if l.active[t+1]&(1<<b) == 0 {
			return 0
		}
		// step without beta, which stands for all that may follow
		v := f.pair[a][b] * l.emit[(t+1)*labels+b] / l.scale[t+1]
		if t+1 == l.n-1 {
			v *= f.final[b]
		}
		p *= v
		a = b
	}
	return p * l.beta[end*labels+a]
}

// viterbi writes the best legal sequence of labels into path.
func (l *lattice) viterbi(scores []float32, tr *transitions, path []uint8) {
	n := l.n
	if n == 0 {
		return
	}
	l.back, l.best = resize(l.back, n*labels), resize(l.best, n*labels)
	for t := range n {
		for set := l.active[t]; set != 0; set &= set - 1 {
			b := bits.TrailingZeros32(uint32(set))
			v, from := math.Inf(-1), 0
			if t == 0 {
				if startLabels&(1<<b) != 0 {
					v = float64(tr.score[labels][b])
				}
			} else {
				for set := l.active[t-1] & legalBefore[b]; set != 0; set &= set - 1 {
					p := bits.TrailingZeros32(uint32(set))
					if s := l.best[(t-1)*labels+p] + float64(tr.score[p][b]); s > v {
						v, from = s, p
					}
				}
			}
			v += float64(scores[t*labels+b])
			if t == n-1 {
				if endLabels&(1<<b) == 0 {
					v = math.Inf(-1)
				} else {
					v += float64(tr.final[b])
				}
			}
			l.best[t*labels+b], l.back[t*labels+b] = v, uint8(from)
		}
	}
	at, top := 0, math.Inf(-1)
	for set := l.active[n-1]; set != 0; set &= set - 1 {
		b := bits.TrailingZeros32(uint32(set))
		if v := l.best[(n-1)*labels+b]; v > top {
			at, top = b, v
		}
	}
	for t := n - 1; t >= 0; t-- {
		path[t] = uint8(at)
		at = int(l.back[t*labels+at])
	}
}
