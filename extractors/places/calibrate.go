package places

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// Outcome is one resolved gold toponym: the ranker's probability of its
// answer, and whether that was right (the gold entry, or within 161 km).
type Outcome struct {
	Probability float64
	Right       bool
}

// CrossValidate trains on all folds but one and resolves the one left out, in
// turn, without and with the profiles of its sites. It returns what became of
// the toponyms that had a candidate.
func (r *Resolver) CrossValidate(examples []Example, folds int, o TrainOptions) ([]Outcome, error) {
	var out []Outcome
	for k := range folds {
		var train, test []Example
		for _, e := range examples {
			if foldOf(e.Fold, folds) == k {
				test = append(test, e)
			} else {
				train = append(train, e)
			}
		}
		table, err := r.Train(train, o, io.Discard)
		if err != nil {
			return nil, err
		}
		m, err := r.WithWeights(table)
		if err != nil {
			return nil, err
		}
		var p Profiles
		m = m.strict()
		for i := range test {
			m.Learn(&p, test[i].Doc)
		}
		for _, m := range []*Resolver{m, m.With(&p)} {
			for i := range test {
				out = append(out, m.outcomes(&test[i])...)
			}
		}
	}
	return out, nil
}

// foldOf gives each name one of the folds.
func foldOf(name string, folds int) int {
	h := fnv.New32a()
	io.WriteString(h, name)
	return int(h.Sum32() % uint32(folds))
}

func (r *Resolver) outcomes(e *Example) (out []Outcome) {
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.run(e.Doc)
	for _, t := range w.tops {
		if t.group < 0 || t.origin >= evidence {
			continue
		}
		for _, g := range e.Places {
			if g.Span == t.Span {
				c := &w.cands[w.groups[t.group].best]
				if g.GeoNamesID == 0 && !c.class.point() {
					break // the points of areas differ from source to source
				}
				out = append(out, Outcome{float64(c.prob), r.same(c, g) || r.near(c, g)})
				break
			}
		}
	}
	return out
}

// surest is the highest confidence that is given.
const surest = .99

// Calibrate returns the table that calibration.tsv holds: the share of right
// answers by probability, from 0 to 1, in bins of equal size, rising.
func Calibrate(outcomes []Outcome, bins int) string {
	s := slices.Clone(outcomes)
	slices.SortStableFunc(s, func(a, b Outcome) int { return cmp.Compare(a.Probability, b.Probability) })
	type bin struct{ p, right, n float64 }
	var bs []bin
	for i := range bins {
		var b bin
		for _, o := range s[i*len(s)/bins : (i+1)*len(s)/bins] {
			b.n++
			b.p += o.Probability
			if o.Right {
				b.right++
			}
		}
		if b.n == 0 {
			continue
		}
		bs = append(bs, b)
		for n := len(bs); n > 1 && bs[n-2].right/bs[n-2].n > bs[n-1].right/bs[n-1].n; n = len(bs) {
			a := bs[n-1] // neighbours that fall are taken together
			bs = bs[:n-1]
			bs[n-2].p, bs[n-2].right, bs[n-2].n = bs[n-2].p+a.p, bs[n-2].right+a.right, bs[n-2].n+a.n
		}
	}
	out, last := "0\t0\n", 0.
	for _, b := range bs {
		if p := b.p / b.n; p > last+.0005 && p < .9999 {
			out += fmt.Sprintf("%.4f\t%.4f\n", p, min(b.right/b.n, surest))
			last = p
		}
	}
	return out + fmt.Sprintf("1\t%.2f\n", surest)
}
