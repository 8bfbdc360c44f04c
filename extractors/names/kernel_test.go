package names

import (
	"fmt"
	"math"
	"math/rand/v2"
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
