package names

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func noise(r *rand.Rand, n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(r.NormFloat64())
	}
	return s
}

func assertNear(t *testing.T, want, got []float32, what string) {
	t.Helper()
	for i := range want {
		if d := math.Abs(float64(want[i] - got[i])); d > 1e-3 {
			assert.Failf(t, what, "element %d: want %g, have %g", i, want[i], got[i])
			return
		}
	}
}

// Every kernel gives what the portable one gives, at sizes around the tiles,
// for a read by rows and transposed.
func TestKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range kernels() {
		for _, m := range []int{1, 5, 6, 7, 8, 9, 13, 24, 31} {
			for _, n := range []int{16, 32, 48, 96, 128} {
				for _, depth := range []int{1, 3, 64} {
					name := fmt.Sprintf("%s %dx%dx%d", k.name, m, n, depth)
					a, b, c := noise(r, m*depth), noise(r, depth*n), noise(r, m*n)
					want, got := append([]float32(nil), c...), append([]float32(nil), c...)
					portable.multiply(m, n, depth, a, depth, 1, b, n, want, n)
					k.multiply(m, n, depth, a, depth, 1, b, n, got, n)
					assertNear(t, want, got, name)
					want, got = append([]float32(nil), c...), append([]float32(nil), c...)
					portable.multiply(m, n, depth, a, 1, m, b, n, want, n)
					k.multiply(m, n, depth, a, 1, m, b, n, got, n)
					assertNear(t, want, got, name+" transposed")
				}
			}
		}
		x, y := noise(r, 128), noise(r, 128)
		want, got := append([]float32(nil), y...), append([]float32(nil), y...)
		portable.axpy(0.7, x, want)
		k.axpy(0.7, x, got)
		assertNear(t, want, got, k.name+" axpy")
		z := noise(r, 128)
		for what, pair := range map[string][2]func(out, x, y []float32){
			"times": {portable.times, k.times}, "addTimes": {portable.addTimes, k.addTimes},
			"reluAdd": {portable.reluAdd, k.reluAdd}, "reluBack": {portable.reluBack, k.reluBack},
		} {
			pair[0](want, x, z)
			pair[1](got, x, z)
			assertNear(t, want, got, k.name+" "+what)
		}
		dice := make([]byte, 128)
		for i := range dice {
			dice[i] = byte(r.Uint32())
		}
		portable.mask(want, dice, 102, 1.5)
		k.mask(got, dice, 102, 1.5)
		assert.Equal(t, want, got, k.name+" mask")
		grad := noise(r, 128)
		m1, v1, m2, v2 := make([]float32, 128), make([]float32, 128), make([]float32, 128), make([]float32, 128)
		portable.adam(want, grad, m1, v1, 0.01)
		k.adam(got, grad, m2, v2, 0.01)
		assertNear(t, want, got, k.name+" adam")
		rows := make([][rowWidth]float32, 5)
		for i := range rows {
			copy(rows[i][:], noise(r, rowWidth))
		}
		var sum1, sum2 [rowWidth]float32
		portable.sumRows(&sum1, rows, []int32{0, 3, 3, 4})
		k.sumRows(&sum2, rows, []int32{0, 3, 3, 4})
		assertNear(t, sum1[:], sum2[:], k.name+" sumRows")
		more := slices.Clone(rows)
		portable.addRows(rows, []int32{1, 4}, &sum1)
		k.addRows(more, []int32{1, 4}, &sum1)
		for i := range rows {
			assertNear(t, rows[i][:], more[i][:], k.name+" addRows")
		}
		q := make([]int8, 128)
		for i := range q {
			q[i] = int8(r.IntN(255) - 127)
		}
		portable.addInt8(want, 0.01, q)
		k.addInt8(got, 0.01, q)
		assertNear(t, want, got, k.name+" addInt8")
	}
}

func BenchmarkMultiply(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	const m, n, depth = 240, 128, 384
	x, w, y := noise(r, m*depth), noise(r, depth*n), noise(r, m*n)
	for _, k := range kernels() {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.multiply(m, n, depth, x, depth, 1, w, n, y, n)
			}
			b.ReportMetric(float64(b.N)*m*n*depth/b.Elapsed().Seconds()/1e9, "GMAC/s")
		})
	}
}

// The assembly kernels round alike, so that a model trained with one has the
// bytes of a model trained with another.
func TestAssemblyKernelsAgreeToTheBit(t *testing.T) {
	ks := kernels()
	r := rand.New(rand.NewPCG(2, 2))
	for _, k := range ks[1:max(len(ks)-1, 1)] {
		for _, m := range []int{1, 7, 8, 31} {
			for _, n := range []int{16, 32, 96, 288} {
				a, b, c := noise(r, m*64), noise(r, 64*n), noise(r, m*n)
				want, got := slices.Clone(c), slices.Clone(c)
				ks[0].multiply(m, n, 64, a, 64, 1, b, n, want, n)
				k.multiply(m, n, 64, a, 64, 1, b, n, got, n)
				assert.Equal(t, want, got, "%s and %s, %d x %d", ks[0].name, k.name, m, n)
			}
		}
	}
}
