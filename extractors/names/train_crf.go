package names

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
)

// crfSettings are the hyperparameters of the CRF.
type crfSettings struct {
	passes int
	step   float64 // of the first update; falls to 0 in a straight line
	l2     float64 // strength of the pull to 0, per corpus
	seed   uint64
}

// crfTrainer learns by stochastic gradient ascent on the likelihood of the
// allowed label sequences. Weights are kept as scale * w, so that the pull to
// 0 costs one multiplication.
type crfTrainer struct {
	kernel *kernel
	w      [][rowWidth]float32
	tr     transitions
	scale  float64
	lattices
	scores []float32
	report func(pass int, loss float64)
}

// train learns weights for the features with the given keys; old, when not
// nil, says where to start.
func (tr *crfTrainer) train(ctx context.Context, samples []sample, keys []uint64, old *crf, s crfSettings) error {
	tr.w = make([][rowWidth]float32, len(keys))
	if tr.kernel == nil {
		tr.kernel = kernels()[0]
	}
	tr.scale = 1
	if old != nil {
		tr.tr = old.transitions
		for i, key := range keys {
			old.add(&tr.w[i], key)
			clear(tr.w[i][columns:])
		}
	}
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(s.seed, 1))
	total := s.passes * len(samples)
	done := 0
	for pass := range s.passes {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss := 0.0
		for _, i := range order {
			if done%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			step := s.step * (1 - float64(done)/float64(total))
			tr.scale *= 1 - step*s.l2/float64(len(samples))
			loss += tr.update(&samples[i], step)
			done++
			if tr.scale < 1e-6 {
				tr.rescale()
			}
		}
		if tr.report != nil {
			tr.report(pass, loss)
		}
	}
	tr.rescale()
	return nil
}

func (tr *crfTrainer) rescale() {
	s := float32(tr.scale)
	for i := range tr.w {
		for k := range tr.w[i] {
			tr.w[i][k] *= s
		}
	}
	tr.scale = 1
}

func (tr *crfTrainer) sum(out []float32, features [][]int32) {
	scale := float32(tr.scale)
	for t, ids := range features {
		var s [rowWidth]float32
		tr.kernel.sumRows(&s, tr.w, ids)
		out[t*labels] = 0
		for k := range columns {
			out[t*labels+1+k] = s[k] * scale
		}
	}
}

// update follows the gradient of one sample and returns its loss before.
func (tr *crfTrainer) update(s *sample, step float64) float64 {
	n := len(s.features)
	tr.scores = resize(tr.scores, n*labels)
	tr.sum(tr.scores, s.features)
	f := tr.tr.factors()
	loss, ok := tr.compare(tr.scores, s.allowed, f)
	if !ok {
		return 0
	}
	tr.free.backward(f)
	tr.bound.backward(f)
	rate := float32(step) * s.weight
	w := rate / float32(tr.scale)
	for t := range n {
		var g [rowWidth]float32
		big := false
		for set := tr.free.active[t] &^ 1; set != 0; set &= set - 1 {
			a := bits.TrailingZeros32(uint32(set))
			d := float32(tr.bound.marginal(t, a) - tr.free.marginal(t, a))
			g[a-1] = d * w
			big = big || d > 1e-4 || d < -1e-4
		}
		if big {
			tr.kernel.addRows(tr.w, s.features[t], &g)
		}
	}
	tr.updateTransitions(f, rate)
	return loss
}

func (tr *crfTrainer) updateTransitions(f *factors, rate float32) {
	addPairs(&tr.tr, &tr.bound, f, rate)
	addPairs(&tr.tr, &tr.free, f, -rate)
}

// lattices are what a trainer compares: all sequences of labels, and those that
// the annotation allows.
type lattices struct{ free, bound lattice }

// compare fills both and returns by how much (log) all sequences outweigh the
// allowed. It is false where none is allowed: a name cut in two by the bound on
// a piece's length.
func (l *lattices) compare(scores []float32, allowed []labelSet, f *factors) (loss float64, ok bool) {
	l.free.load(scores, nil)
	for t := range l.free.active { // the right label is never pruned
		l.free.activate(t, allowed[t], scores)
	}
	z, okFree := l.free.forward(f)
	l.bound.load(scores, allowed)
	zb, okBound := l.bound.forward(f)
	return z - zb, okFree && okBound
}

// activate adds labels to those considered at a token.
func (l *lattice) activate(t int, set labelSet, scores []float32) {
	for add := set &^ l.active[t]; add != 0; add &= add - 1 {
		b := bits.TrailingZeros32(uint32(add))
		l.emit[t*labels+b] = math.Exp(max(float64(scores[t*labels+b])-l.shift[t], -60))
	}
	l.active[t] |= set
}

// rows returns the weights worth keeping.
func (tr *crfTrainer) rows(keys []uint64, prune float32) []tableRow {
	var rows []tableRow
	for i := range tr.w {
		top := float32(0)
		for _, v := range tr.w[i] {
			top = max(top, max(v, -v))
		}
		if top >= prune {
			rows = append(rows, tableRow{keys[i], quantise(nil, tr.w[i][:columns])})
		}
	}
	return rows
}
