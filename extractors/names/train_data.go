package names

import "slices"

// sample is a piece of an annotated article, as the trainer sees it.
type sample struct {
	features [][]int32 // of each token: ids of CRF features
	inputs   [][]int32 // of each token: ids of network features
	allowed  []labelSet
	weight   float32
	article  int // index of its article
}

// featureIndex numbers features. Features seen less often than a floor are
// left out.
type featureIndex struct {
	counts []uint8 // by the low bits of the hash; collisions only let a rare feature in
	slots  []int32 // open addressing: 1 + id, 0 for none
	keys   []uint64
	floor  uint8
}

func newFeatureIndex(bitsOfCounts uint, floor int) *featureIndex {
	return &featureIndex{counts: make([]uint8, 1<<bitsOfCounts), slots: make([]int32, 1<<16), floor: uint8(floor)}
}

func (x *featureIndex) count(h uint64) {
	c := &x.counts[h&uint64(len(x.counts)-1)]
	if *c < 255 {
		*c++
	}
}

// id returns a feature's number; -1 when it is too rare.
func (x *featureIndex) id(h uint64) int32 {
	if x.counts[h&uint64(len(x.counts)-1)] < x.floor {
		return -1
	}
	at := x.slot(h)
	if x.slots[at] == 0 {
		x.keys = append(x.keys, h)
		x.slots[at] = int32(len(x.keys))
		if 2*len(x.keys) > len(x.slots) {
			x.grow()
			return int32(len(x.keys)) - 1
		}
	}
	return x.slots[at] - 1
}

// slot is where a feature is, or is to be put.
func (x *featureIndex) slot(h uint64) uint64 {
	mask := uint64(len(x.slots) - 1)
	at := h >> 20 & mask
	for x.slots[at] != 0 && x.keys[x.slots[at]-1] != h {
		at = (at + 1) & mask
	}
	return at
}

func (x *featureIndex) grow() {
	x.slots = make([]int32, 2*len(x.slots))
	for i, h := range x.keys {
		x.slots[x.slot(h)] = int32(i + 1)
	}
}

func (x *featureIndex) appendIDs(ids []int32, hs []uint64) []int32 {
	for _, h := range hs {
		if id := x.id(h); id >= 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// tokenFeatures collects the features of the token i of the reader's piece:
// for the CRF, and the part that the network takes.
func tokenFeatures(r *reader, i int, crf, net []uint64) ([]uint64, []uint64) {
	n := len(r.line)
	f := &r.forms[r.line[i]]
	crf = append(append(crf, f.lists[0]...), f.lists[1]...)
	for k, o := range [4]int{-2, -1, 1, 2} {
		if j := i + o; j >= 0 && j < n {
			crf = append(crf, r.forms[r.line[j]].lists[2+k]...)
		} else {
			crf = append(crf, feature(tNearLower+template(k), outer))
		}
	}
	crf = r.between(crf, i)
	net = append(net, f.lists[0]...)
	net = r.networkContext(net, i)
	at := len(crf)
	crf = r.elsewhere(crf, i)
	net = append(net, crf[at:]...)
	return crf, net
}

// gather turns examples into samples and their feature numbers. It reads the
// articles twice: to count features, then to number them.
func gather(r *reader, examples []example, crf, net *featureIndex) []sample {
	var hs, ns []uint64
	var ids []int32
	walk := func(f func(k int, p piece)) {
		for k := range examples {
			r.open(examples[k].doc)
			for r.next() {
				for _, p := range r.pieces {
					r.enter(p)
					f(k, p)
				}
			}
		}
	}
	if len(crf.keys) == 0 { // else an index that is to stay as it is
		walk(func(_ int, p piece) {
			for i := range r.line {
				hs, ns = tokenFeatures(r, i, hs[:0], ns[:0])
				for _, h := range hs {
					crf.count(h)
				}
				for _, h := range ns {
					net.count(h)
				}
			}
		})
	}
	var samples []sample
	walk(func(k int, p piece) {
		e := &examples[k]
		s := sample{allowed: e.allowed[p.first:p.last], weight: float32(e.weight), article: e.article}
		for i := range r.line {
			hs, ns = tokenFeatures(r, i, hs[:0], ns[:0])
			ids = crf.appendIDs(ids[:0], hs)
			s.features = append(s.features, trim(ids))
			ids = net.appendIDs(ids[:0], ns)
			s.inputs = append(s.inputs, trim(ids))
		}
		samples = append(samples, s)
	})
	return samples
}

// trim sorts and removes duplicates.
func trim(ids []int32) []int32 {
	slices.Sort(ids)
	return slices.Clone(slices.Compact(ids))
}

// augment returns copies of articles' sentences: every n-th in capitals, every
// n-th in title case, as in headings, and every n-th without capitals. Names
// keep their labels.
func augment(examples []example, every int) []example {
	var out []example
	for _, e := range examples {
		for _, mode := range []caseMode{titleCase, allCapitals, lowered} {
			if c, ok := recased(e, every, mode); ok {
				out = append(out, c)
			}
		}
	}
	return out
}
