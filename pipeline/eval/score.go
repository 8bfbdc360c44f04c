package eval

import "math"

// PRF is precision, recall and F1 with the counts behind them.
type PRF struct {
	P, R, F1          float64
	Right, Pred, Gold int
}

func newPRF(right, pred, gold int) PRF {
	s := PRF{P: ratio(right, pred), R: ratio(right, gold), Right: right, Pred: pred, Gold: gold}
	s.F1 = harmonic(s.P, s.R)
	return s
}

// ratio is n / of, and 0 of nothing.
func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// Calibration is how far stated confidences lie from the share that was right.
type Calibration struct {
	Bins  []CalibrationBin // ten, by confidence
	ECE   float64          // expected calibration error: the mean distance, weighted by count
	Total int
}

// CalibrationBin is the predictions with a confidence in one tenth.
type CalibrationBin struct {
	N          int
	Confidence float64 // mean
	Right      float64 // share that is right
}

// calibrate bins confidences by tenths.
func calibrate(right []bool, confidence []float64) Calibration {
	c := Calibration{Bins: make([]CalibrationBin, 10), Total: len(right)}
	for i, conf := range confidence {
		b := &c.Bins[min(9, int(conf*10+1e-6))]
		b.N++
		b.Confidence += conf
		if right[i] {
			b.Right++
		}
	}
	for i := range c.Bins {
		if b := &c.Bins[i]; b.N > 0 {
			b.Confidence /= float64(b.N)
			b.Right /= float64(b.N)
			c.ECE += math.Abs(b.Confidence-b.Right) * float64(b.N) / float64(c.Total)
		}
	}
	return c
}
