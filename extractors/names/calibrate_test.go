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
		z, ease := 4+4*r.NormFloat64(), r.NormFloat64()
		p := 1 / (1 + math.Exp(-0.5*z+0.7-0.3*ease))
		vs = append(vs, verdict{z, ease, r.Float64() < p})
	}
	w := fitLogistic(vs)
	assert.InDelta(t, 0.5, w[0], 0.05)
	assert.InDelta(t, -0.7, w[1], 0.15)
	assert.InDelta(t, 0.3, w[2], 0.15)
	assert.Equal(t, logistic{1, 0, 0}, fitLogistic(nil))
}

func TestConfidence(t *testing.T) {
	c := calibration{}
	assert.InDelta(t, 0.8, c.confidence(0, 0.8, 1), 1e-6, "without calibration")
	c.Slope[0], c.Shift[0] = 0.5, -0.5
	before := float32(0)
	for p := 0.0; p <= 1; p += 0.01 {
		v := c.confidence(0, p, 0)
		assert.GreaterOrEqual(t, v, before)
		before = v
	}
	assert.Less(t, before, float32(1))
}
