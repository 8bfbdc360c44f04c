package names

import "math"

// calibration maps the model's probability of a span and kind to the share of
// such mentions that are right: logit(confidence) = Slope * logit(p) + Shift,
// by kind (index Kind-1). The zero value leaves probabilities as they are.
type calibration struct {
	Slope, Shift [kinds]float64
}

func (c *calibration) confidence(kind int, p float64) float32 {
	p = min(max(p, 1e-6), 1-1e-6)
	slope, shift := c.Slope[kind], c.Shift[kind]
	if slope == 0 {
		slope = 1
	}
	z := slope*math.Log(p/(1-p)) + shift
	return float32(min(max(1/(1+math.Exp(-z)), 0.01), 0.995))
}
