package names

// reach is how far around a doubtful token the network's scores are taken, so
// that it judges whole names.
const reach = 2

// askNetwork adds the network's scores to those of the unsure pieces, around
// their doubtful tokens. Rows of several pieces are computed at once; of a
// long piece only the parts that matter.
func (x *decoder) askNetwork() {
	x.clearRows()
	for _, u := range x.unsure {
		x.enter(u.piece)
		s := x.savedScores(u)
		x.sumUp(s, &x.model.crf.transitions, x.model.crf.factors)
		n := len(x.line)
		margin := reach + x.model.network.shape.layers
		for i := 0; i < n; {
			if !x.doubtful(i) {
				i++
				continue
			}
			first, end := i, i+1 // doubtful tokens whose surroundings meet
			for j := end; j < n && j-end <= 2*margin; j++ {
				if x.doubtful(j) {
					end = j + 1
				}
			}
			x.addRows(u, max(first-margin, 0), min(end+margin, n), first-reach, end+reach)
			i = end
		}
	}
	x.flushRows()
}

func (x *decoder) doubtful(t int) bool {
	return x.lattice.active[t] != 1 && x.lattice.sureness(t) < x.model.meta.Doubt
}

func (x *decoder) clearRows() {
	x.rows.reset(x.model.network.shape, 1)
	x.rows.blank[0] = true
	x.targets = x.targets[:0]
}

// addRows appends the tokens first to end of the current piece as rows, and
// takes the scores of those from wantFirst to wantEnd.
func (x *decoder) addRows(u unsure, first, end, wantFirst, wantEnd int) {
	n := x.model.network
	if x.rows.rows+end-first+1 > networkRows && x.rows.rows > 1 {
		x.flushRows()
	}
	for i := first; i < end; i++ {
		row := x.rows.grow(n.shape, false)
		if i >= wantFirst && i < wantEnd {
			x.targets = append(x.targets, target{row, u.at + i*labels})
		}
		x.inputs(i, x.rows.sums[row*n.shape.embed:(row+1)*n.shape.embed])
	}
	x.rows.grow(n.shape, true)
}

// inputs adds up the embeddings of a token's features.
func (x *decoder) inputs(i int, sum []float32) {
	n, k := x.model.network, x.rows.kernel
	f := &x.forms[x.line[i]]
	if len(f.sum) == 0 {
		f.sum = append(f.sum, make([]float32, n.shape.embed)...)
		for _, h := range f.lists[0] {
			n.embed(k, f.sum, h)
		}
	}
	copy(sum, f.sum)
	x.scratch = x.networkContext(x.scratch[:0], i)
	x.scratch = x.elsewhere(x.scratch, i)
	for _, h := range x.scratch {
		n.embed(k, sum, h)
	}
}

// flushRows runs the network on the rows gathered and adds its scores.
func (x *decoder) flushRows() {
	if x.rows.rows > 1 {
		x.rows.fit(x.model.network.shape)
		x.model.network.run(&x.rows)
		mix := float32(x.model.meta.Mix)
		for _, t := range x.targets {
			s := x.saved[t.at : t.at+labels]
			o := x.rows.scores[t.row*outputs : t.row*outputs+labels]
			for k := range s {
				s[k] += mix * (o[k] - o[0])
			}
		}
	}
	x.clearRows()
}

// grow appends a row to the inputs and returns its number.
func (a *activations) grow(s networkShape, blank bool) int {
	n := a.rows
	a.rows++
	for len(a.sums) < a.rows*s.embed {
		a.sums = append(a.sums, 0)
	}
	clear(a.sums[n*s.embed : a.rows*s.embed])
	a.blank = append(a.blank[:n], blank)
	return n
}

// fit makes room for what run computes from the rows grown so far.
func (a *activations) fit(s networkShape) {
	for len(a.layers) <= s.layers {
		a.layers = append(a.layers, nil)
	}
	for i := range a.layers {
		a.layers[i] = resize(a.layers[i], a.rows*s.width)
	}
	a.normed = resize(a.normed, a.rows*s.embed)
	a.pre, a.scores = resize(a.pre, a.rows*s.width), resize(a.scores, a.rows*outputs)
}
