package names

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The fit finds the map that the verdicts were drawn from, also when most of
// them are near certain.
func TestFitLogistic(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var vs []verdict
	for range 4000 {
		z := 4 + 4*r.NormFloat64()
		p := 1 / (1 + math.Exp(-0.5*z+0.7))
		vs = append(vs, verdict{z, r.Float64() < p})
	}
	slope, shift := fitLogistic(vs)
	assert.InDelta(t, 0.5, slope, 0.05)
	assert.InDelta(t, -0.7, shift, 0.15)
	slope, shift = fitLogistic(nil)
	assert.Equal(t, []float64{1, 0}, []float64{slope, shift})
}

func TestConfidence(t *testing.T) {
	c := calibration{}
	assert.InDelta(t, 0.8, c.confidence(0, 0.8), 1e-6, "without calibration")
	c.Slope[0], c.Shift[0] = 0.5, -0.5
	before := float32(0)
	for p := 0.0; p <= 1; p += 0.01 {
		v := c.confidence(0, p)
		assert.GreaterOrEqual(t, v, before)
		before = v
	}
	assert.Less(t, before, float32(1))
}
