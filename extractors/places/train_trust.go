package places

import (
	"fmt"
	"io"
	"math"
)

// TrainTrust fits the model that tells place names from other words by
// annotated articles: a name found in the text is right when it overlaps a
// gold place. Where an example says nothing of words for peoples, these are
// left out. It returns the table that trust.tsv holds.
func (r *Resolver) TrainTrust(examples []Example, l2 float64, log io.Writer) (string, error) {
	var before, after []trustCase
	for i := range examples {
		b, a := r.trustCases(&examples[i])
		before, after = append(before, b...), append(after, a...)
	}
	if len(before) == 0 {
		return "", fmt.Errorf("places: no names in %d articles", len(examples))
	}
	var w trustWeights
	for k, cases := range [][]trustCase{before, after} {
		var loss, right float64
		w[k], loss, right = fitTrust(cases, l2)
		fmt.Fprintf(log, "trust %d: %d names, loss %.4f, right %.4f\n", k, len(cases), loss, right)
	}
	out := ""
	for i, n := range trustNames {
		out += fmt.Sprintf("%s\t%.3f\t%.3f\n", n, w[0][i], w[1][i])
	}
	return out, nil
}

// WithTrust returns a resolver with another table of trust, as TrainTrust returns it.
func (r *Resolver) WithTrust(table string) (*Resolver, error) {
	t, err := parseTrust("trust", table)
	if err != nil {
		return nil, err
	}
	q := *r
	q.trust = t
	return (&q).With(r.o.Profiles), nil
}

type trustCase struct {
	f      trustVector
	right  bool
	weight float64
}

func (r *Resolver) trustCases(e *Example) (before, after []trustCase) {
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.run(e.Doc)
	weight := e.Weight
	if weight == 0 {
		weight = 1
	}
	for i := range w.tops {
		t := &w.tops[i]
		if t.origin != evidence || t.group < 0 {
			continue
		}
		if t.trustF[tDemonym] > 0 && !e.Demonyms {
			continue
		}
		c := trustCase{f: t.trustF, weight: weight}
		for _, g := range e.Places {
			if g.Overlaps(t.Span) {
				c.right = true
			}
		}
		after = append(after, c)
		for k := tNear; k < trustFeatures; k++ {
			c.f[k] = 0
		}
		before = append(before, c)
	}
	return before, after
}

// fitTrust fits a logistic model by Adam.
func fitTrust(cases []trustCase, l2 float64) (out trustVector, loss, right float64) {
	var x, m, v [trustFeatures]float64
	total := 0.0
	for i := range cases {
		total += cases[i].weight
	}
	for step := 1; step <= 400; step++ {
		var grad [trustFeatures]float64
		loss, right = 0, 0
		for i := range cases {
			c := &cases[i]
			s := 0.0
			for j, f := range c.f {
				if f != 0 {
					s += x[j] * float64(f)
				}
			}
			p := 1 / (1 + math.Exp(-s))
			d := p
			if c.right {
				d--
				loss -= c.weight / total * math.Log(p+1e-12)
			} else {
				loss -= c.weight / total * math.Log(1-p+1e-12)
			}
			if c.right == (p > .5) {
				right += c.weight / total
			}
			for j, f := range c.f {
				if f != 0 {
					grad[j] += c.weight / total * d * float64(f)
				}
			}
		}
		for j := range x {
			grad[j] += l2 * x[j]
			m[j] = .9*m[j] + .1*grad[j]
			v[j] = .999*v[j] + .001*grad[j]*grad[j]
			x[j] -= .05 * (m[j] / (1 - math.Pow(.9, float64(step)))) / (math.Sqrt(v[j]/(1-math.Pow(.999, float64(step)))) + 1e-8)
		}
	}
	for j := range x {
		out[j] = float32(x[j])
	}
	return out, loss, right
}
