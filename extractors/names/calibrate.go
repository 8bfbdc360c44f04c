package names

import (
	"context"
	"math"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// calibration maps the model's probability of a span and kind to the share of
// such mentions that are right: logit(confidence) = Slope * logit(p) + Shift,
// by kind (index Kind-1). Slope is the inverse of a temperature. The zero
// value leaves probabilities as they are.
type calibration struct {
	Slope, Shift [kinds]float64
}

// Bounds of a stated confidence: nothing is certain.
const (
	leastConfidence = 0.01
	mostConfidence  = 0.995
)

func (c *calibration) confidence(kind int, p float64) float32 {
	slope, shift := c.Slope[kind], c.Shift[kind]
	if slope == 0 {
		slope = 1
	}
	q := 1 / (1 + math.Exp(-slope*logit(p)-shift))
	return float32(min(max(q, leastConfidence), mostConfidence))
}

func logit(p float64) float64 {
	p = min(max(p, 1e-5), 1-1e-5)
	return math.Log(p / (1 - p))
}

// verdict is a mention's probability by the model, and whether gold has it.
type verdict struct {
	z     float64 // logit of the probability
	right bool
}

// fitCalibration compares a model's mentions with gold. Mentions where gold
// says nothing certain (kinds that a corpus leaves unmarked) do not count.
func fitCalibration(ctx context.Context, m *model, network bool, held []example) (calibration, error) {
	var found [kinds][]verdict
	x := newDecoder(m, network, true, kernels()[0])
	x.raw = true
	for i := range held {
		e := &held[i]
		d := *e.doc
		d.Mentions = nil
		if err := x.decode(ctx, &d); err != nil {
			return calibration{}, err
		}
		for _, mention := range d.Mentions {
			if right, known := e.judge(&mention); known {
				k := int(mention.Kind) - 1
				found[k] = append(found[k], verdict{logit(float64(mention.Confidence)), right})
			}
		}
	}
	var c calibration
	for k := range found {
		c.Slope[k], c.Shift[k] = fitLogistic(found[k])
	}
	return c, nil
}

// judge says whether a mention is right by what the annotators allow, and
// whether they say so at all.
func (e *example) judge(m *article.Mention) (right, known bool) {
	first, end := e.doc.TokenAt(m.Start), e.doc.TokenAt(m.End-1)
	right = true
	for t := first; t <= end; t++ {
		if e.allowed[t] == allLabels {
			return false, false
		}
		label := labelOf(m.Kind, int(phrasePlace(t-first, end-first+1)))
		right = right && e.allowed[t]&(1<<label) != 0
	}
	if right && e.allowed[first]&1 != 0 {
		return false, false // allowed, but so is no name at all
	}
	return right, true
}

// fitLogistic fits slope and shift to verdicts by Newton's method with halved
// steps where the loss would grow. A weak pull to 1 and 0 decides when there
// are few verdicts.
func fitLogistic(vs []verdict) (slope, shift float64) {
	slope = 1
	loss := logisticLoss(vs, slope, shift)
	for range 100 {
		g0, g1 := logisticPull*(slope-1), logisticPull*shift
		h00, h01, h11 := logisticPull, 0.0, logisticPull
		for _, v := range vs {
			p := 1 / (1 + math.Exp(-slope*v.z-shift))
			d, w := p, p*(1-p)
			if v.right {
				d--
			}
			g0, g1 = g0+d*v.z, g1+d
			h00, h01, h11 = h00+w*v.z*v.z, h01+w*v.z, h11+w
		}
		det := h00*h11 - h01*h01
		d0, d1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		step := 1.0
		for ; step > 1e-6; step /= 2 {
			if l := logisticLoss(vs, slope-step*d0, shift-step*d1); l < loss {
				slope, shift, loss = slope-step*d0, shift-step*d1, l
				break
			}
		}
		if step <= 1e-6 || step*(math.Abs(d0)+math.Abs(d1)) < 1e-9 {
			break
		}
	}
	return slope, shift
}

const logisticPull = 2.0

func logisticLoss(vs []verdict, slope, shift float64) float64 {
	loss := logisticPull / 2 * ((slope-1)*(slope-1) + shift*shift)
	for _, v := range vs {
		z := slope*v.z + shift
		if v.right {
			z = -z
		}
		loss += math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return loss
}
