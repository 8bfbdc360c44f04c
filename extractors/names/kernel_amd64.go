package names

import "golang.org/x/sys/cpu"

//go:noescape
func gemm6x16(k int, a *float32, aRow, aStep int, b *float32, bRow int, c *float32, cRow int)

//go:noescape
func gemm1x16(k int, a *float32, aStep int, b *float32, bRow int, c *float32)

//go:noescape
func gemm8x32(k int, a *float32, aRow, aStep int, b *float32, bRow int, c *float32, cRow int)

//go:noescape
func addInt8(n int, y *float32, scale float32, q *int8)

//go:noescape
func axpy(n int, alpha float32, x, y *float32)

//go:noescape
func sumRows24(n int, ids *int32, table, sum *float32)

//go:noescape
func addRows24(n int, ids *int32, table, x *float32)

//go:noescape
func adam8(n int, w, grad, m, v *float32, rate, rest1, rest2, epsilon float32)

//go:noescape
func times8(n int, out, x, y *float32)

//go:noescape
func addTimes8(n int, out, x, y *float32)

//go:noescape
func reluAdd8(n int, out, x, y *float32)

//go:noescape
func reluBack8(n int, out, x, y *float32)

//go:noescape
func mask8(n int, out *float32, random *byte, limit int32, keep float32)

// kernels returns the fastest kernels that this processor can run, first, and
// the others after them.
func kernels() []*kernel {
	var ks []*kernel
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		avx2 := kernel{
			name: "avx2", multiply: multiply256, addInt8: addInt8Fast, axpy: axpyFast,
			times: byEight(times8), addTimes: byEight(addTimes8), reluAdd: byEight(reluAdd8), reluBack: byEight(reluBack8),
			mask: maskFast, sumRows: sumRowsFast, addRows: addRowsFast, adam: adamFast,
		}
		if cpu.X86.HasAVX512F {
			avx512 := avx2
			avx512.name, avx512.multiply = "avx512", multiply512
			ks = append(ks, &avx512)
		}
		ks = append(ks, &avx2)
	}
	return append(ks, &portable)
}

func byEight(f func(n int, out, x, y *float32)) func(out, x, y []float32) {
	return func(out, x, y []float32) {
		if n := len(out); n > 0 {
			f(n, &out[0], &x[:n][0], &y[:n][0])
		}
	}
}

func maskFast(out []float32, random []byte, limit int32, keep float32) {
	if n := len(out); n > 0 {
		mask8(n, &out[0], &random[:n][0], limit, keep)
	}
}

func multiply256(m, n, k int, a []float32, aRow, aStep int, b []float32, bRow int, c []float32, cRow int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	_, _, _ = a[(m-1)*aRow+(k-1)*aStep], b[(k-1)*bRow+n-1], c[(m-1)*cRow+n-1]
	for j := 0; j+16 <= n; j += 16 {
		i := 0
		for ; i+6 <= m; i += 6 {
			gemm6x16(k, &a[i*aRow], 4*aRow, 4*aStep, &b[j], 4*bRow, &c[i*cRow+j], 4*cRow)
		}
		for ; i < m; i++ {
			gemm1x16(k, &a[i*aRow], 4*aStep, &b[j], 4*bRow, &c[i*cRow+j])
		}
	}
}

func multiply512(m, n, k int, a []float32, aRow, aStep int, b []float32, bRow int, c []float32, cRow int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	_, _, _ = a[(m-1)*aRow+(k-1)*aStep], b[(k-1)*bRow+n-1], c[(m-1)*cRow+n-1]
	rest := m % 8
	wide := n - n%32
	for j := 0; j < wide; j += 32 {
		for i := 0; i+8 <= m; i += 8 {
			gemm8x32(k, &a[i*aRow], 4*aRow, 4*aStep, &b[j], 4*bRow, &c[i*cRow+j], 4*cRow)
		}
	}
	if i := m - rest; rest > 0 && wide > 0 {
		multiply256(rest, wide, k, a[i*aRow:], aRow, aStep, b, bRow, c[i*cRow:], cRow)
	}
	if wide < n {
		multiply256(m, n-wide, k, a, aRow, aStep, b[wide:], bRow, c[wide:], cRow)
	}
}

func addInt8Fast(y []float32, scale float32, q []int8) {
	if len(y) > 0 {
		addInt8(len(y), &y[0], scale, &q[:len(y)][0])
	}
}

func axpyFast(alpha float32, x, y []float32) {
	if len(y) > 0 {
		axpy(len(y), alpha, &x[:len(y)][0], &y[0])
	}
}

func sumRowsFast(sum *[rowWidth]float32, table [][rowWidth]float32, ids []int32) {
	if len(ids) > 0 {
		sumRows24(len(ids), &ids[0], &table[0][0], &sum[0])
	}
}

func addRowsFast(table [][rowWidth]float32, ids []int32, x *[rowWidth]float32) {
	if len(ids) > 0 {
		addRows24(len(ids), &ids[0], &table[0][0], &x[0])
	}
}

func adamFast(w, g, m, v []float32, rate float32) {
	n := len(w) &^ 7
	if n > 0 {
		adam8(n, &w[0], &g[:n][0], &m[:n][0], &v[:n][0], rate, 1-beta1, 1-beta2, epsilon)
	}
	adamPortable(w[n:], g[n:], m[n:], v[n:], rate)
}
