package names

import (
	"encoding/binary"
	"math"
)

// crf is a linear-chain conditional random field: rows of label weights by
// feature, and transitions.
type crf struct {
	rows        *table // a scale byte, and int8 weights for labels 1 to 20
	kernel      *kernel
	scales      [256]float32
	transitions transitions
	factors     *factors
	edges       [5][rowWidth]float32 // what the end of a piece adds at the offsets -2 to +2
}

const crfRow = 1 + columns

// scaleOf turns a scale byte into the weight that an int8 of 1 stands for:
// powers of 2 in steps of an eighth.
func scaleOf(b byte) float32 { return float32(math.Exp2(float64(b)/8 - 26)) }

func scaleTable() (t [256]float32) {
	for i := range t {
		t[i] = scaleOf(byte(i))
	}
	return t
}

// quantise writes weights as a scale byte and int8s.
func quantise(out []byte, ws []float32) []byte {
	top := float32(0)
	for _, w := range ws {
		top = max(top, max(w, -w))
	}
	b := byte(0)
	if top > 0 {
		b = byte(min(max(math.Ceil((math.Log2(float64(top)/127)+26)*8), 0), 255))
	}
	s := scaleOf(b)
	out = append(out, b)
	for _, w := range ws {
		q := math.Round(float64(w / s))
		out = append(out, byte(int8(min(max(q, -127), 127))))
	}
	return out
}

// add adds a feature's weights to the scores of labels 1 to 20.
func (c *crf) add(scores *[rowWidth]float32, feature uint64) {
	i := c.rows.find(feature)
	if i < 0 {
		return
	}
	at := i * crfRow
	s := c.scales[c.rows.rows[at]]
	at++
	if i+1 < c.rows.count { // read on into the next row: the last columns do not count
		c.kernel.addInt8(scores[:], s, asInt8(c.rows.rows[at:at+rowWidth]))
		return
	}
	for k, q := range c.rows.rows[at : at+columns] {
		scores[k] += s * float32(int8(q))
	}
}

// complete computes what a word form adds to the scores of its own token (2)
// and of the tokens around it: at index o what it adds to the token that it
// stands at offset o-2 from.
func (c *crf) complete(f *form) {
	f.scores = [5][rowWidth]float32{}
	for i, list := range f.lists {
		at := 2
		if i >= 2 {
			at = [4]int{0, 1, 3, 4}[i-2]
		}
		for _, h := range list {
			c.add(&f.scores[at], h)
		}
	}
}

// score writes the scores of the reader's current piece, n x labels.
func (c *crf) score(r *reader, out []float32) {
	n, s := len(r.line), &r.sum
	for i := range n {
		*s = [rowWidth]float32{}
		for o := -2; o <= 2; o++ {
			if j := i + o; j >= 0 && j < n {
				add24(s, &r.forms[r.line[j]].scores[o+2])
			} else {
				add24(s, &c.edges[o+2])
			}
		}
		r.scratch = r.between(r.scratch[:0], i)
		r.scratch = r.elsewhere(r.scratch, i)
		for _, h := range r.scratch {
			c.add(s, h)
		}
		out[i*labels] = 0
		copy(out[i*labels+1:(i+1)*labels], s[:columns])
	}
}

func add24(s, t *[rowWidth]float32) {
	for k := range s {
		s[k] += t[k]
	}
}

// appendCRF writes rows and transitions; bits is as of appendTable.
func appendCRF(out []byte, rows []tableRow, bits int, tr *transitions) []byte {
	out = appendTransitions(out, tr)
	return appendTable(out, crfRow, rows, bits)
}

func appendFloats(out []byte, fs []float32) []byte {
	for _, f := range fs {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
	}
	return out
}

func readFloats(data []byte, fs []float32) ([]byte, error) {
	if len(data) < 4*len(fs) {
		return nil, errTable
	}
	for i := range fs {
		fs[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		if f := fs[i]; f != f || f > 1e6 || f < -1e6 {
			return nil, errTable
		}
	}
	return data[4*len(fs):], nil
}

func appendTransitions(out []byte, tr *transitions) []byte {
	for a := range tr.score {
		out = appendFloats(out, tr.score[a][:])
	}
	return appendFloats(out, tr.final[:])
}

func readTransitions(data []byte, tr *transitions) ([]byte, error) {
	var err error
	for a := range tr.score {
		if data, err = readFloats(data, tr.score[a][:]); err != nil {
			return nil, err
		}
	}
	return readFloats(data, tr.final[:])
}

// readCRF opens what appendCRF wrote.
func readCRF(data []byte) (*crf, error) {
	c := &crf{scales: scaleTable(), kernel: kernels()[0]}
	var err error
	if data, err = readTransitions(data, &c.transitions); err != nil {
		return nil, err
	}
	if c.rows, data, err = readTable(data, crfRow); err != nil {
		return nil, err
	}
	if len(data) != 0 {
		return nil, errTable
	}
	c.factors = c.transitions.factors()
	for k, at := range [4]int{0, 1, 3, 4} {
		c.add(&c.edges[at], feature(tNearLower+template(k), outer))
	}
	return c, nil
}
