package names

import (
	"encoding/binary"
	"fmt"
	"math"
)

// network is a small convolutional network over hashed features. A token is
// the sum of its features' embeddings, normalised and made wider by a matrix;
// layers of width 3 add to it what they make of its neighbourhood; a last
// matrix turns it into scores of labels.
type network struct {
	shape       networkShape
	embeddings  *table // a scale byte and int8s
	scales      [256]float32
	weights     networkWeights
	transitions transitions
}

// networkShape is the size of a network.
type networkShape struct {
	embed  int // width of an embedding; a multiple of 16
	width  int // of a token's vector; a multiple of 16
	layers int // of width 3
}

// outputs is the number of columns of the last matrix: labels, rounded up to a
// multiple of 16.
const outputs = 32

// networkWeights are the dense weights.
type networkWeights struct {
	gain, offset []float32   // of the normalisation
	in, inBias   []float32   // embed rows of width; empty when embeddings have that width already
	conv         [][]float32 // of each layer: 3 x width rows of width
	bias         [][]float32
	out          []float32 // width rows of outputs
	outBias      []float32
}

func newWeights(s networkShape) networkWeights {
	w := networkWeights{
		gain: make([]float32, s.embed), offset: make([]float32, s.embed),
		out: make([]float32, s.width*outputs), outBias: make([]float32, outputs),
	}
	if s.embed != s.width {
		w.in, w.inBias = make([]float32, s.embed*s.width), make([]float32, s.width)
	}
	for range s.layers {
		w.conv = append(w.conv, make([]float32, 3*s.width*s.width))
		w.bias = append(w.bias, make([]float32, s.width))
	}
	return w
}

// all returns every slice of weights, in the order of the file.
func (w *networkWeights) all() [][]float32 {
	s := [][]float32{w.gain, w.offset, w.in, w.inBias}
	for i := range w.conv {
		s = append(s, w.conv[i], w.bias[i])
	}
	return append(s, w.out, w.outBias)
}

// embed adds the embedding of a feature to y.
func (n *network) embed(k *kernel, y []float32, feature uint64) {
	i := n.embeddings.find(feature)
	if i < 0 {
		return
	}
	row := n.embeddings.row(i)
	k.addInt8(y, n.scales[row[0]], asInt8(row[1:]))
}

// normEpsilon keeps the normalisation of an empty vector finite.
const normEpsilon = 1e-5

// normalise writes (x - mean) / deviation * gain + offset and returns
// 1 / deviation.
func normalise(y, x, gain, offset []float32) float32 {
	mean := float32(0)
	for _, v := range x {
		mean += v
	}
	mean /= float32(len(x))
	variance := float32(0)
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	inv := float32(1 / math.Sqrt(float64(variance/float32(len(x)))+normEpsilon))
	for i, v := range x {
		y[i] = (v-mean)*inv*gain[i] + offset[i]
	}
	return inv
}

// activations is scratch memory for the network's vectors: rows of width, with
// an empty row before, between and after sequences.
type activations struct {
	kernel *kernel
	rows   int
	layers [][]float32 // [0] widened input, [l] after layer l
	sums   []float32   // inputs before normalisation, of embed columns
	normed []float32   // after
	pre    []float32   // of a layer, before ReLU
	scores []float32   // rows x outputs
	blank  []bool      // rows between sequences
}

// reset makes room for n rows; all inputs are zero and no row is blank.
func (a *activations) reset(s networkShape, n int) {
	a.rows = n
	for len(a.layers) <= s.layers {
		a.layers = append(a.layers, nil)
	}
	for i := range a.layers {
		a.layers[i] = resize(a.layers[i], n*s.width)
	}
	a.sums, a.normed, a.pre = resize(a.sums, n*s.embed), resize(a.normed, n*s.embed), resize(a.pre, n*s.width)
	a.scores, a.blank = resize(a.scores, n*outputs), resize(a.blank, n)
	clear(a.sums)
	clear(a.blank)
}

// run computes the scores from the sums of embeddings.
func (n *network) run(a *activations) {
	w, e := &n.weights, n.shape.embed
	for t := range a.rows {
		h := a.normed[t*e : t*e+e]
		if a.blank[t] {
			clear(h)
		} else {
			normalise(h, a.sums[t*e:t*e+e], w.gain, w.offset)
		}
	}
	a.widen(n.shape, w)
	for l := range n.shape.layers {
		n.layer(a, l)
	}
	d := n.shape.width
	for t := range a.rows {
		copy(a.scores[t*outputs:(t+1)*outputs], w.outBias)
	}
	a.kernel.multiply(a.rows, outputs, d, a.layers[n.shape.layers], d, 1, w.out, outputs, a.scores, outputs)
}

// widen fills the first layer from the normalised input.
func (a *activations) widen(s networkShape, w *networkWeights) {
	if len(w.in) == 0 {
		copy(a.layers[0], a.normed)
		return
	}
	d, e := s.width, s.embed
	for t := range a.rows {
		copy(a.layers[0][t*d:(t+1)*d], w.inBias)
	}
	a.kernel.multiply(a.rows, d, e, a.normed, e, 1, w.in, d, a.layers[0], d)
	for t := range a.rows {
		if a.blank[t] {
			clear(a.layers[0][t*d : (t+1)*d])
		}
	}
}

// layer computes layer l+1 from layer l: what a row and its neighbours give,
// cut off below 0, added to the row.
func (n *network) layer(a *activations, l int) {
	w, d := &n.weights, n.shape.width
	for t := range a.rows {
		copy(a.pre[t*d:(t+1)*d], w.bias[l])
	}
	if a.rows > 2 { // the first and the last row are blank: three rows in a row are one long one
		a.kernel.multiply(a.rows-2, d, 3*d, a.layers[l], d, 1, w.conv[l], d, a.pre[d:], d)
	}
	in, out := a.layers[l], a.layers[l+1]
	for t := range a.rows {
		o := out[t*d : t*d+d]
		if a.blank[t] {
			clear(o)
			continue
		}
		a.kernel.reluAdd(o, in[t*d:t*d+d], a.pre[t*d:t*d+d])
	}
}

// appendNetwork writes a network; rows are its embeddings.
func appendNetwork(out []byte, s networkShape, w *networkWeights, tr *transitions, rows []tableRow) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(s.embed))
	out = binary.LittleEndian.AppendUint32(out, uint32(s.width))
	out = binary.LittleEndian.AppendUint32(out, uint32(s.layers))
	for _, ws := range w.all() {
		step := max(min(len(ws), s.width), 1)
		for i := 0; i < len(ws); i += step {
			out = quantise(out, ws[i:min(i+step, len(ws))])
		}
	}
	out = appendTransitions(out, tr)
	return appendTable(out, 1+s.embed, rows, 0)
}

// readNetwork opens what appendNetwork wrote.
func readNetwork(data []byte) (*network, error) {
	if len(data) < 12 {
		return nil, errTable
	}
	size := func(i int) int { return int(binary.LittleEndian.Uint32(data[4*i:])) }
	s := networkShape{size(0), size(1), size(2)}
	if s.embed < 16 || s.embed > 1024 || s.embed%16 != 0 || s.width < 16 || s.width > 1024 || s.width%16 != 0 || s.layers < 1 || s.layers > 16 {
		return nil, fmt.Errorf("%w: embeddings %d, width %d, layers %d", errTable, s.embed, s.width, s.layers)
	}
	data = data[12:]
	n := &network{shape: s, scales: scaleTable(), weights: newWeights(s)}
	for _, ws := range n.weights.all() {
		step := max(min(len(ws), s.width), 1)
		for i := 0; i < len(ws); i += step {
			part := ws[i:min(i+step, len(ws))]
			if len(data) < 1+len(part) {
				return nil, errTable
			}
			scale := n.scales[data[0]]
			for j := range part {
				part[j] = scale * float32(int8(data[1+j]))
			}
			data = data[1+len(part):]
		}
	}
	var err error
	if data, err = readTransitions(data, &n.transitions); err != nil {
		return nil, err
	}
	if n.embeddings, data, err = readTable(data, 1+s.embed); err != nil {
		return nil, err
	}
	if len(data) != 0 {
		return nil, errTable
	}
	return n, nil
}

// mixTransitions adds the network's transitions to the CRF's.
func mixTransitions(c, n *transitions, mix float32) transitions {
	t := *c
	for a := range t.score {
		for b := range t.score[a] {
			t.score[a][b] += mix * n.score[a][b]
		}
	}
	for a := range t.final {
		t.final[a] += mix * n.final[a]
	}
	return t
}
