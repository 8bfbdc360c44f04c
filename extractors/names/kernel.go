package names

import "math"

// kernel is the arithmetic of the network's inner loops. Kernels differ in
// rounding alone.
type kernel struct {
	name string
	// multiply adds a (m x k) times b (k x n) to c (m x n), all in row order
	// with the given distances from row to row; a also has a distance from
	// column to column, so that it may be read transposed. n is a multiple of 16.
	multiply func(m, n, k int, a []float32, aRow, aStep int, b []float32, bRow int, c []float32, cRow int)
	// addInt8 adds scale times q to y; len(y) is a multiple of 8.
	addInt8 func(y []float32, scale float32, q []int8)
	// axpy adds alpha times x to y; len(y) is a multiple of 8,
	// here and in all below.
	axpy     func(alpha float32, x, y []float32)
	times    func(out, x, y []float32) // out = x * y
	addTimes func(out, x, y []float32) // out += x * y
	reluAdd  func(out, x, y []float32) // out = x + max(y, 0)
	reluBack func(out, x, y []float32) // out = x where y > 0, else 0
	// mask sets out to keep where the random byte is limit or more, else to 0.
	mask func(out []float32, random []byte, limit int32, keep float32)
	// sumRows adds the numbered rows of table to sum; addRows adds x to them.
	// Training only: the numbers are not checked.
	sumRows func(sum *[rowWidth]float32, table [][rowWidth]float32, ids []int32)
	addRows func(table [][rowWidth]float32, ids []int32, x *[rowWidth]float32)
	// adam makes one step of Adam on w with the gradient g and the moments m, v.
	adam func(w, g, m, v []float32, rate float32)
}

// rowWidth is columns, rounded up to a multiple of 8.
const rowWidth = 24

// Adam's constants, as in the paper (Kingma and Ba 2015).
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// portable runs on any processor.
var portable = kernel{
	name: "portable", multiply: multiplyPortable, addInt8: addInt8Portable, axpy: axpyPortable,
	times: timesPortable, addTimes: addTimesPortable, reluAdd: reluAddPortable, reluBack: reluBackPortable,
	mask: maskPortable, sumRows: sumRowsPortable, addRows: addRowsPortable, adam: adamPortable,
}

func multiplyPortable(m, n, k int, a []float32, aRow, aStep int, b []float32, bRow int, c []float32, cRow int) {
	// four rows at once, so that a row of b is loaded once for four of c
	i := 0
	for ; i+4 <= m; i += 4 {
		c0, c1 := c[i*cRow:i*cRow+n], c[(i+1)*cRow:(i+1)*cRow+n]
		c2, c3 := c[(i+2)*cRow:(i+2)*cRow+n], c[(i+3)*cRow:(i+3)*cRow+n]
		for p := range k {
			x0, x1 := a[i*aRow+p*aStep], a[(i+1)*aRow+p*aStep]
			x2, x3 := a[(i+2)*aRow+p*aStep], a[(i+3)*aRow+p*aStep]
			row := b[p*bRow : p*bRow+n]
			for j, v := range row {
				c0[j] += x0 * v
				c1[j] += x1 * v
				c2[j] += x2 * v
				c3[j] += x3 * v
			}
		}
	}
	for ; i < m; i++ {
		ci := c[i*cRow : i*cRow+n]
		for p := range k {
			axpyPortable(a[i*aRow+p*aStep], b[p*bRow:p*bRow+n], ci)
		}
	}
}

func addInt8Portable(y []float32, scale float32, q []int8) {
	q = q[:len(y)]
	for i := range y {
		y[i] += scale * float32(q[i])
	}
}

func axpyPortable(alpha float32, x, y []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += alpha * x[i]
	}
}

func sumRowsPortable(sum *[rowWidth]float32, table [][rowWidth]float32, ids []int32) {
	for _, id := range ids {
		row := &table[id]
		for k := range sum {
			sum[k] += row[k]
		}
	}
}

func addRowsPortable(table [][rowWidth]float32, ids []int32, x *[rowWidth]float32) {
	for _, id := range ids {
		row := &table[id]
		for k := range row {
			row[k] += x[k]
		}
	}
}

func adamPortable(w, g, m, v []float32, rate float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i := range w {
		m[i] += (1 - beta1) * (g[i] - m[i])
		v[i] += (1 - beta2) * (g[i]*g[i] - v[i])
		w[i] -= rate * m[i] / (float32(math.Sqrt(float64(v[i]))) + epsilon)
	}
}

func timesPortable(out, x, y []float32) {
	for i := range out {
		out[i] = x[i] * y[i]
	}
}

func addTimesPortable(out, x, y []float32) {
	for i := range out {
		out[i] += x[i] * y[i]
	}
}

func reluAddPortable(out, x, y []float32) {
	for i := range out {
		out[i] = x[i] + max(y[i], 0)
	}
}

func reluBackPortable(out, x, y []float32) {
	for i := range out {
		out[i] = 0
		if y[i] > 0 {
			out[i] = x[i]
		}
	}
}

func maskPortable(out []float32, random []byte, limit int32, keep float32) {
	for i := range out {
		out[i] = 0
		if int32(random[i]) >= limit {
			out[i] = keep
		}
	}
}
