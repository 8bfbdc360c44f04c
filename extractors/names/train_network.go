package names

import (
	"context"
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
)

// networkSettings are the hyperparameters of the network.
type networkSettings struct {
	shape          networkShape
	passes         int
	batch          int     // samples in a batch
	rate           float64 // of Adam, falling to a twentieth in a straight line
	embeddingRate  float64
	dropout        float64 // of each layer's input
	featureDropout float64
	seed           uint64
	kernel         *kernel
	average        float64 // weights are averaged over this last share of the batches
}

// networkTrainer learns a network with Adam.
type networkTrainer struct {
	networkSettings
	net      network
	table    [][]float32 // embeddings by feature id
	tr       transitions
	grad     networkWeights
	trGrad   transitions
	adam     []adamState // of each slice of net.weights.all()
	trAdam   adamState
	rowAdam  []rowState // by feature id
	step     int
	a        activations
	random   *rand.Rand
	masks    [][]float32 // dropout of each layer's input: 0 or 1/(1-p)
	inputs   [][]float32 // layers after dropout
	inv      []float32
	dh, dy   []float32
	dw       []float32
	turned   [][]float32 // transposed weights, for the way back
	turnOut  []float32
	turnIn   []float32
	dIn      []float32
	kept     [][]int32 // features of each row after dropout
	bytes    []byte
	pres     [][]float32 // of each layer, before ReLU
	rowGrad  []int32     // by feature id: 1 + index in touched; 0 for none
	rowGrads []float32
	touched  []int32
	lattices
	scores []float32
	sums   *averages
	report func(pass int, loss float64)
}

// adamState holds the two moments of a slice of weights.
type adamState struct{ m, v []float32 }

type rowState struct{ m, v []float32 }

func (t *networkTrainer) prepare(features int) {
	t.random = rand.New(rand.NewPCG(t.seed, 2))
	d, e := t.shape.width, t.shape.embed
	t.net = network{shape: t.shape, weights: newWeights(t.shape)}
	t.grad = newWeights(t.shape)
	for i := range t.net.weights.gain {
		t.net.weights.gain[i] = 1
	}
	for _, c := range t.net.weights.conv {
		t.fill(c, math.Sqrt(2/float64(3*d))*0.7)
	}
	t.fill(t.net.weights.in, math.Sqrt(1/float64(e)))
	t.fill(t.net.weights.out, math.Sqrt(1/float64(d)))
	for _, w := range t.net.weights.all() {
		t.adam = append(t.adam, adamState{make([]float32, len(w)), make([]float32, len(w))})
	}
	t.trAdam = adamState{make([]float32, (labels+2)*labels), make([]float32, (labels+2)*labels)}
	t.table = make([][]float32, features)
	t.rowAdam = make([]rowState, features)
	for i := range t.table {
		t.table[i] = make([]float32, e)
		t.fill(t.table[i], 0.1)
	}
	t.a.kernel = t.kernel
	t.rowGrad = make([]int32, features)
	t.turned = make([][]float32, t.shape.layers)
	for l := range t.turned {
		t.turned[l] = make([]float32, 3*d*d)
	}
	t.turnOut, t.turnIn = make([]float32, outputs*d), make([]float32, d*e)
	t.pres = make([][]float32, t.shape.layers)
	t.masks, t.inputs = make([][]float32, t.shape.layers+1), make([][]float32, t.shape.layers+1)
	t.dw = make([]float32, 3*d*d)
}

func (t *networkTrainer) fill(w []float32, deviation float64) {
	for i := range w {
		w[i] = float32(t.random.NormFloat64() * deviation)
	}
}

func (t *networkTrainer) train(ctx context.Context, samples []sample, features int) error {
	t.prepare(features)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	perPass := (len(order) + t.batch - 1) / t.batch
	total := perPass * t.passes
	averageFrom := total - int(float64(total)*t.average)
	done := 0
	for pass := range t.passes {
		t.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss := 0.0
		for from := 0; from < len(order); from += t.batch {
			if err := ctx.Err(); err != nil {
				return err
			}
			decay := 1 - 0.95*float64(done)/float64(total)
			loss += t.update(samples, order[from:min(from+t.batch, len(order))], decay)
			done++
			if t.average > 0 && done > averageFrom {
				t.accumulate()
			}
		}
		if t.report != nil {
			t.report(pass, loss)
		}
	}
	if t.sums != nil {
		t.settle()
	}
	return nil
}

// update makes one step on a batch and returns its loss.
func (t *networkTrainer) update(samples []sample, batch []int, decay float64) float64 {
	rows := 1
	for _, i := range batch {
		rows += len(samples[i].inputs) + 1
	}
	t.a.reset(t.shape, rows)
	t.gatherRows(samples, batch)
	t.forward()
	loss := t.lossGradient(samples, batch)
	t.backward()
	t.step++
	t.apply(decay)
	return loss
}

// gatherRows sums the embeddings of a batch, leaving features out at random.
func (t *networkTrainer) gatherRows(samples []sample, batch []int) {
	d := t.shape.embed
	for len(t.kept) < t.a.rows {
		t.kept = append(t.kept, nil)
	}
	row := 0
	t.a.blank[0] = true
	t.kept[0] = t.kept[0][:0]
	keep := 1 - t.featureDropout
	for _, i := range batch {
		for _, ids := range samples[i].inputs {
			row++
			k := t.kept[row][:0]
			sum := t.a.sums[row*d : row*d+d]
			for _, id := range ids {
				if t.random.Float64() < keep {
					k = append(k, id)
					t.kernel.axpy(1, t.table[id], sum)
				}
			}
			t.kept[row] = k
		}
		row++
		t.a.blank[row] = true
		t.kept[row] = t.kept[row][:0]
	}
}

// drop writes a dropout mask for n values.
func (t *networkTrainer) drop(mask []float32) {
	t.bytes = resize(t.bytes, len(mask)+8)
	for i := 0; i < len(mask); i += 8 {
		binary.LittleEndian.PutUint64(t.bytes[i:], t.random.Uint64())
	}
	limit := int32(t.dropout * 256)
	t.kernel.mask(mask, t.bytes, limit, float32(1/(1-float64(limit)/256)))
}

// dropped is layer l after dropout.
func (t *networkTrainer) dropped(l int) []float32 {
	h := t.a.layers[l]
	t.masks[l], t.inputs[l] = resize(t.masks[l], len(h)), resize(t.inputs[l], len(h))
	t.drop(t.masks[l])
	t.kernel.times(t.inputs[l], h, t.masks[l])
	return t.inputs[l]
}

func (t *networkTrainer) forward() {
	w, d, a := &t.net.weights, t.shape.width, &t.a
	t.forwardInput()
	for l := range t.shape.layers {
		in := t.dropped(l)
		t.pres[l] = resize(t.pres[l], a.rows*d)
		pre := t.pres[l]
		for r := range a.rows {
			copy(pre[r*d:(r+1)*d], w.bias[l])
		}
		t.kernel.multiply(a.rows-2, d, 3*d, in, d, 1, w.conv[l], d, pre[d:], d)
		h, out := a.layers[l], a.layers[l+1]
		t.kernel.reluAdd(out, h, pre)
		for r := range a.rows {
			if a.blank[r] {
				clear(out[r*d : r*d+d])
			}
		}
	}
	in := t.dropped(t.shape.layers)
	for r := range a.rows {
		copy(a.scores[r*outputs:(r+1)*outputs], w.outBias)
	}
	t.kernel.multiply(a.rows, outputs, d, in, d, 1, w.out, outputs, a.scores, outputs)
}

func (t *networkTrainer) forwardInput() {
	w, e, a := &t.net.weights, t.shape.embed, &t.a
	t.inv = resize(t.inv, a.rows)
	for r := range a.rows {
		h := a.normed[r*e : r*e+e]
		if a.blank[r] {
			clear(h)
		} else {
			t.inv[r] = normalise(h, a.sums[r*e:r*e+e], w.gain, w.offset)
		}
	}
	a.widen(t.shape, w)
}

// lossGradient replaces scores by the loss's gradient and returns the loss.
func (t *networkTrainer) lossGradient(samples []sample, batch []int) float64 {
	f := t.tr.factors()
	t.trGrad = transitions{}
	row, loss := 1, 0.0
	for _, i := range batch {
		s := &samples[i]
		n := len(s.inputs)
		t.scores = resize(t.scores, n*labels)
		for k := range n {
			copy(t.scores[k*labels:(k+1)*labels], t.a.scores[(row+k)*outputs:])
			clear(t.a.scores[(row+k)*outputs : (row+k+1)*outputs])
		}
		loss += t.sampleGradient(s, row, f)
		row += n
		clear(t.a.scores[row*outputs : (row+1)*outputs])
		row++
	}
	clear(t.a.scores[:outputs])
	return loss
}

func (t *networkTrainer) sampleGradient(s *sample, row int, f *factors) float64 {
	loss, ok := t.compare(t.scores, s.allowed, f)
	if !ok {
		return 0
	}
	t.free.backward(f)
	t.bound.backward(f)
	for k := range s.inputs {
		g := t.a.scores[(row+k)*outputs:]
		for set := t.free.active[k]; set != 0; set &= set - 1 {
			a := bits.TrailingZeros32(uint32(set))
			g[a] = float32(t.free.marginal(k, a)-t.bound.marginal(k, a)) * s.weight
		}
	}
	addPairs(&t.trGrad, &t.free, f, s.weight)
	addPairs(&t.trGrad, &t.bound, f, -s.weight)
	return loss
}

// addPairs adds the expected counts of label pairs.
func addPairs(tr *transitions, l *lattice, f *factors, sign float32) {
	for set := l.active[0]; set != 0; set &= set - 1 {
		a := bits.TrailingZeros32(uint32(set))
		tr.score[labels][a] += sign * float32(l.marginal(0, a))
	}
	for set := l.active[l.n-1]; set != 0; set &= set - 1 {
		a := bits.TrailingZeros32(uint32(set))
		tr.final[a] += sign * float32(l.marginal(l.n-1, a))
	}
	for t := range l.n - 1 {
		for set := l.active[t]; set != 0; set &= set - 1 {
			a := bits.TrailingZeros32(uint32(set))
			p := l.alpha[t*labels+a]
			if p < 1e-9 {
				continue
			}
			for to := l.active[t+1] & legalNext[a]; to != 0; to &= to - 1 {
				b := bits.TrailingZeros32(uint32(to))
				tr.score[a][b] += sign * float32(p*l.step(f, t, a, b))
			}
		}
	}
}

// backward fills the gradients of dense weights and of touched embeddings.
func (t *networkTrainer) backward() {
	w, d, a, k := &t.net.weights, t.shape.width, &t.a, t.kernel
	for _, g := range t.grad.all() {
		clear(g)
	}
	top := t.shape.layers
	k.multiply(d, outputs, a.rows, t.inputs[top], 1, d, a.scores, outputs, t.grad.out, outputs)
	for r := range a.rows {
		k.axpy(1, a.scores[r*outputs:(r+1)*outputs], t.grad.outBias)
	}
	transpose(t.turnOut, w.out, d, outputs)
	t.dh, t.dy = resize(t.dh, a.rows*d), resize(t.dy, a.rows*d)
	clear(t.dh)
	k.multiply(a.rows, d, outputs, a.scores, outputs, 1, t.turnOut, d, t.dh, d)
	k.times(t.dh, t.dh, t.masks[top])
	for l := top - 1; l >= 0; l-- {
		t.backLayer(l)
	}
	t.backInput()
}

// backLayer takes the gradient of layer l+1 in dh to that of layer l.
func (t *networkTrainer) backLayer(l int) {
	w, d, a, k := &t.net.weights, t.shape.width, &t.a, t.kernel
	k.reluBack(t.dy, t.dh, t.pres[l])
	for r := range a.rows {
		if a.blank[r] {
			clear(t.dy[r*d : (r+1)*d])
			clear(t.dh[r*d : (r+1)*d])
			continue
		}
		k.axpy(1, t.dy[r*d:(r+1)*d], t.grad.bias[l])
	}
	t.dw = resize(t.dw, 3*d*d)
	n := a.rows - 2
	k.multiply(3*d, d, n, t.inputs[l], 1, d, t.dy[d:], d, t.grad.conv[l], d)
	dIn := a.pre // reused
	clear(dIn)
	for tap := range 3 {
		turned := t.turned[l][tap*d*d : (tap+1)*d*d]
		transpose(turned, w.conv[l][tap*d*d:(tap+1)*d*d], d, d)
		k.multiply(n, d, d, t.dy[d:], d, 1, turned, d, dIn[tap*d:], d)
	}
	k.addTimes(t.dh, dIn, t.masks[l])
}

// transpose works in blocks, so that both sides stay in the cache.
func transpose(out, in []float32, rows, cols int) {
	const block = 16
	for i0 := 0; i0 < rows; i0 += block {
		for j0 := 0; j0 < cols; j0 += block {
			for i := i0; i < min(i0+block, rows); i++ {
				for j, v := range in[i*cols+j0 : i*cols+min(j0+block, cols)] {
					out[(j0+j)*rows+i] = v
				}
			}
		}
	}
}

// backInput takes the gradient of the widened input to the embeddings.
func (t *networkTrainer) backInput() {
	w, e, a, k := &t.net.weights, t.shape.embed, &t.a, t.kernel
	t.backWiden()
	for _, id := range t.touched {
		t.rowGrad[id] = 0
	}
	t.touched, t.rowGrads = t.touched[:0], t.rowGrads[:0]
	for r := range a.rows {
		if a.blank[r] {
			continue
		}
		g, x := t.dIn[r*e:(r+1)*e], a.sums[r*e:(r+1)*e]
		t.backNorm(g, x, t.inv[r], w.gain)
		for _, id := range t.kept[r] {
			at := int(t.rowGrad[id]) - 1
			if at < 0 {
				t.touched = append(t.touched, id)
				t.rowGrad[id] = int32(len(t.touched))
				t.rowGrads = append(t.rowGrads, g...)
				continue
			}
			k.axpy(1, g, t.rowGrads[at*e:(at+1)*e])
		}
	}
}

// backWiden takes the gradient of the first layer, in dh, to that of the
// normalised input, in dIn.
func (t *networkTrainer) backWiden() {
	w, d, e, a, k := &t.net.weights, t.shape.width, t.shape.embed, &t.a, t.kernel
	t.dIn = resize(t.dIn, a.rows*e)
	if len(w.in) == 0 {
		copy(t.dIn, t.dh)
		return
	}
	for r := range a.rows {
		if a.blank[r] {
			clear(t.dh[r*d : (r+1)*d])
		} else {
			k.axpy(1, t.dh[r*d:(r+1)*d], t.grad.inBias)
		}
	}
	k.multiply(e, d, a.rows, a.normed, 1, e, t.dh, d, t.grad.in, d)
	transpose(t.turnIn, w.in, e, d)
	clear(t.dIn)
	k.multiply(a.rows, e, d, t.dh, d, 1, t.turnIn, e, t.dIn, e)
}

// backNorm replaces g, the gradient after normalisation, by that before it,
// and adds to the gradients of gain and offset.
func (t *networkTrainer) backNorm(g, x []float32, inv float32, gain []float32) {
	n := float32(len(x))
	mean := float32(0)
	for _, v := range x {
		mean += v
	}
	mean /= n
	var sum, dot float32
	for i := range g {
		xhat := (x[i] - mean) * inv
		t.grad.gain[i] += g[i] * xhat
		t.grad.offset[i] += g[i]
		g[i] *= gain[i]
		sum += g[i]
		dot += g[i] * xhat
	}
	for i := range g {
		xhat := (x[i] - mean) * inv
		g[i] = inv * (g[i] - sum/n - xhat*dot/n)
	}
}

// apply makes Adam's step.
func (t *networkTrainer) apply(decay float64) {
	correct := math.Sqrt(1-math.Pow(beta2, float64(t.step))) / (1 - math.Pow(beta1, float64(t.step)))
	rate := float32(t.rate * decay * correct)
	grads := t.grad.all()
	for i, w := range t.net.weights.all() {
		t.kernel.adam(w, grads[i], t.adam[i].m, t.adam[i].v, rate)
	}
	for r := range t.tr.score {
		t.kernel.adam(t.tr.score[r][:], t.trGrad.score[r][:], t.trAdam.m[r*labels:(r+1)*labels], t.trAdam.v[r*labels:(r+1)*labels], rate)
	}
	t.kernel.adam(t.tr.final[:], t.trGrad.final[:], t.trAdam.m[(labels+1)*labels:], t.trAdam.v[(labels+1)*labels:], rate)
	d := t.shape.embed
	rate = float32(t.embeddingRate * decay * correct)
	for at, id := range t.touched {
		s := &t.rowAdam[id]
		if s.m == nil {
			s.m, s.v = make([]float32, d), make([]float32, d)
		}
		t.kernel.adam(t.table[id], t.rowGrads[at*d:(at+1)*d], s.m, s.v, rate)
	}
}

// averages are the running means of all weights over the last batches.
type averages struct {
	n     float32
	dense [][]float32
	tr    transitions
	rows  [][]float32
	since []float32 // batches already in a row's mean
}

// accumulate takes the weights as they are into the means. A row that was not
// touched since is brought up to date when it is touched again.
func (t *networkTrainer) accumulate() {
	if t.sums == nil {
		t.sums = &averages{rows: make([][]float32, len(t.table)), since: make([]float32, len(t.table))}
		for _, w := range t.net.weights.all() {
			t.sums.dense = append(t.sums.dense, make([]float32, len(w)))
		}
	}
	s := t.sums
	s.n++
	for i, w := range t.net.weights.all() {
		meanStep(s.dense[i], w, 1/s.n)
	}
	for r := range s.tr.score {
		meanStep(s.tr.score[r][:], t.tr.score[r][:], 1/s.n)
	}
	meanStep(s.tr.final[:], t.tr.final[:], 1/s.n)
	for _, id := range t.touched {
		if s.rows[id] == nil {
			s.rows[id] = append([]float32(nil), t.table[id]...)
			s.since[id] = s.n
			continue
		}
		// the row stood still since: weigh it by the batches it stood for
		meanStep(s.rows[id], t.table[id], (s.n-s.since[id])/s.n)
		s.since[id] = s.n
	}
}

func meanStep(mean, x []float32, share float32) {
	for i := range mean {
		mean[i] += (x[i] - mean[i]) * share
	}
}

// settle puts the means in the place of the weights.
func (t *networkTrainer) settle() {
	for i, w := range t.net.weights.all() {
		copy(w, t.sums.dense[i])
	}
	t.tr = t.sums.tr
	for id, row := range t.sums.rows {
		if row != nil {
			copy(t.table[id], row)
		}
	}
}

// rows returns the embeddings, quantised.
func (t *networkTrainer) rows(keys []uint64) []tableRow {
	rows := make([]tableRow, len(keys))
	for i, key := range keys {
		rows[i] = tableRow{key, quantise(nil, t.table[i])}
	}
	return rows
}
