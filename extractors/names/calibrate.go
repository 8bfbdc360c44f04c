package names

import (
	"context"
	"math"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// calibration maps the model's probability of a span and kind to the share of
// such mentions that are right, by kind (index Kind-1):
//
//	logit(confidence) = Slope * logit(p) + Shift + Article * ease
//
// Slope is the inverse of a temperature. The ease of an article says how sure
// the model is of its names all in all: where it is at a loss on the whole, as
// in texts of a sort it has not seen, it is wrong more often also where it
// feels sure. The zero value leaves probabilities as they are.
type calibration struct {
	Slope, Shift, Article [kinds]float64
}

// Bounds of a stated confidence: nothing is certain.
const (
	leastConfidence = 0.01
	mostConfidence  = 0.995
)

func (c *calibration) confidence(kind int, p, ease float64) float32 {
	slope := c.Slope[kind]
	if slope == 0 {
		slope = 1
	}
	q := 1 / (1 + math.Exp(-slope*logit(p)-c.Shift[kind]-c.Article[kind]*ease))
	return float32(min(max(q, leastConfidence), mostConfidence))
}

func logit(p float64) float64 {
	p = min(max(p, 1e-5), 1-1e-5)
	return math.Log(p / (1 - p))
}

// An article's ease starts from easeMean, as if easeWeight names of that mean
// probability stood in it.
const (
	easeMean   = 0.85
	easeWeight = 4
)

// easeOf is the logit of the mean probability of an article's names, less that
// of easeMean; Confidence must be the model's probability. MISC does not count,
// since it is found on request only.
func easeOf(ms []article.Mention) float64 {
	sum, n := easeMean*easeWeight, float64(easeWeight)
	for i := range ms {
		if ms[i].Kind != article.MISC {
			sum, n = sum+float64(ms[i].Confidence), n+1
		}
	}
	return logit(sum/n) - logit(easeMean)
}

// calibrate turns the probabilities of an article's mentions into confidences.
func (c *calibration) calibrate(ms []article.Mention) {
	ease := easeOf(ms)
	for i := range ms {
		ms[i].Confidence = c.confidence(int(ms[i].Kind)-1, float64(ms[i].Confidence), ease)
	}
}

// verdict is a mention's probability by the model, and whether gold has it.
type verdict struct {
	z     float64 // logit of the probability
	ease  float64 // of its article
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
		ease := easeOf(d.Mentions)
		for _, mention := range d.Mentions {
			if right, known := e.judge(&mention); known {
				k := int(mention.Kind) - 1
				found[k] = append(found[k], verdict{logit(float64(mention.Confidence)), ease, right})
			}
		}
	}
	var c calibration
	for k := range found {
		f := fitLogistic(found[k])
		c.Slope[k], c.Shift[k], c.Article[k] = f[0], f[1], f[2]
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

// logistic are the weights of a verdict's z, of 1 and of its article's ease.
type logistic [3]float64

func (w *logistic) of(v verdict) float64 { return w[0]*v.z + w[1] + w[2]*v.ease }

// fitLogistic fits weights to verdicts by Newton's method, with halved steps
// where the loss would grow. A weak pull to 1, 0 and 0 decides when there are
// few verdicts.
func fitLogistic(vs []verdict) logistic {
	w := logistic{1, 0, 0}
	loss := logisticLoss(vs, w)
	for range 100 {
		g, h := logisticSlope(vs, w)
		d := solve(h, g)
		step := 1.0
		for ; step > 1e-6; step /= 2 {
			next := w
			for i := range next {
				next[i] -= step * d[i]
			}
			if l := logisticLoss(vs, next); l < loss {
				w, loss = next, l
				break
			}
		}
		if step <= 1e-6 || step*(math.Abs(d[0])+math.Abs(d[1])+math.Abs(d[2])) < 1e-9 {
			break
		}
	}
	return w
}

const logisticPull = 2.0

// logisticSlope is the gradient of the loss and its matrix of second
// derivatives.
func logisticSlope(vs []verdict, w logistic) (g logistic, h [3][3]float64) {
	g = logistic{logisticPull * (w[0] - 1), logisticPull * w[1], logisticPull * w[2]}
	for i := range h {
		h[i][i] = logisticPull
	}
	for _, v := range vs {
		p := 1 / (1 + math.Exp(-w.of(v)))
		d, x := p, [3]float64{v.z, 1, v.ease}
		if v.right {
			d--
		}
		for i := range g {
			g[i] += d * x[i]
			for j := range h[i] {
				h[i][j] += p * (1 - p) * x[i] * x[j]
			}
		}
	}
	return g, h
}

// solve returns x of h x = g by elimination; h is positive definite.
func solve(h [3][3]float64, g logistic) logistic {
	for i := range g {
		for j := i + 1; j < len(g); j++ {
			f := h[j][i] / h[i][i]
			for k := i; k < len(g); k++ {
				h[j][k] -= f * h[i][k]
			}
			g[j] -= f * g[i]
		}
	}
	for i := len(g) - 1; i >= 0; i-- {
		for j := i + 1; j < len(g); j++ {
			g[i] -= h[i][j] * g[j]
		}
		g[i] /= h[i][i]
	}
	return g
}

func logisticLoss(vs []verdict, w logistic) float64 {
	loss := logisticPull / 2 * ((w[0]-1)*(w[0]-1) + w[1]*w[1] + w[2]*w[2])
	for _, v := range vs {
		z := w.of(v)
		if v.right {
			z = -z
		}
		loss += math.Max(z, 0) + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return loss
}
