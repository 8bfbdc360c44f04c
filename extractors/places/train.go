package places

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Example is an annotated article: a segmented document whose mentions are the
// gold toponyms (kind LOC), and where these are.
type Example struct {
	Doc    *article.Document
	Places []GoldPlace // sorted by Start
	Weight float64     // of each of its toponyms; 0 is 1

	Demonyms bool   // words for peoples are annotated too
	Fold     string // examples with the same fold, such as a site's, are held out together
}

// GoldPlace is where a toponym is.
type GoldPlace struct {
	article.Span
	GeoNamesID int64 // 0: not known
	Lat, Lon   float64
}

//go:embed data/prior.tsv
var priorTSV string

// TrainOptions steer Train.
type TrainOptions struct {
	Passes int     // alternations of ranking and fitting; 0 is 4
	L2     float64 // pull towards the weights of data/prior.tsv; 0 is 0.01, the best of seven under cross-validation
}

// instance is a group of an article with its right answers.
type instance struct {
	weight float64
	feats  []featureVector
	right  []bool
}

// Train fits the ranker's weights to annotated articles: the likelihood of the
// right candidates, under a pull towards hand-set weights. Articles are ranked
// without the profiles of their sites and once more with them. It returns the
// table that weights.tsv holds.
func (r *Resolver) Train(examples []Example, o TrainOptions, log io.Writer) (string, error) {
	if o.Passes == 0 {
		o.Passes = 4
	}
	if o.L2 == 0 {
		o.L2 = .01
	}
	prior, err := parseWeights("data/prior.tsv", priorTSV)
	if err != nil {
		return "", fmt.Errorf("places: %w", err)
	}
	cur := r.strict().withWeights(prior)
	for pass := range o.Passes {
		is := cur.instances(examples)
		if len(is) == 0 {
			return "", fmt.Errorf("places: no toponym with a right candidate in %d articles", len(examples))
		}
		w, loss, acc := fit(is, cur.w, prior, o.L2)
		fmt.Fprintf(log, "pass %d: %d names, loss %.4f, right %.4f\n", pass+1, len(is), loss, acc)
		cur = cur.withWeights(w)
	}
	return cur.w.table(), nil
}

// strict returns a resolver that takes the mentions as they are.
func (r *Resolver) strict() *Resolver {
	q := *r
	q.o.Strict = true
	return (&q).With(r.o.Profiles)
}

func (r *Resolver) withWeights(w weights) *Resolver {
	q := *r
	q.w = w
	return (&q).With(r.o.Profiles)
}

// WithWeights returns a resolver that ranks by another table of weights, as
// Train returns it.
func (r *Resolver) WithWeights(table string) (*Resolver, error) {
	w, err := parseWeights("weights", table)
	if err != nil {
		return nil, err
	}
	return r.withWeights(w), nil
}

func (w *weights) table() string {
	out := ""
	for i, v := range w {
		if v != 0 {
			out += fmt.Sprintf("%s\t%.3f\n", featureNames[i], v)
		}
	}
	return out
}

// instances ranks the examples and takes their features.
func (r *Resolver) instances(examples []Example) []instance {
	var p Profiles
	for i := range examples {
		r.Learn(&p, examples[i].Doc)
	}
	with := r.With(&p)
	out := make([][]instance, len(examples))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				out[i] = append(r.exampleInstances(&examples[i]), with.exampleInstances(&examples[i])...)
			}
		})
	}
	for i := range examples {
		next <- i
	}
	close(next)
	wg.Wait()
	return slices.Concat(out...)
}

func (r *Resolver) exampleInstances(e *Example) []instance {
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.run(e.Doc)
	var out []instance
	byGroup := map[int][]GoldPlace{}
	for _, t := range w.tops {
		if t.group < 0 || t.origin >= evidence {
			continue
		}
		for _, g := range e.Places {
			if g.Span == t.Span {
				byGroup[t.group] = append(byGroup[t.group], g)
			}
		}
	}
	for gi := range w.groups {
		golds := byGroup[gi]
		if len(golds) == 0 {
			continue
		}
		g := &w.groups[gi]
		in := instance{weight: math.Sqrt(float64(len(golds)))}
		if e.Weight != 0 {
			in.weight *= e.Weight
		}
		n := 0
		// where no id says which of several places near the gold point is meant, the nearest is
		near := 161.0
		for i := g.c0; i < g.c1; i++ {
			near = min(near, r.distance(&w.cands[i], golds[0])+5)
		}
		byID := slices.ContainsFunc(w.cands[g.c0:g.c1], func(c cand) bool { return r.same(&c, golds[0]) })
		for i := g.c0; i < g.c1; i++ {
			c := &w.cands[i]
			ok := r.same(c, golds[0]) || !byID && r.distance(c, golds[0]) <= near
			if ok {
				n++
			}
			in.feats = append(in.feats, *c.feats)
			in.right = append(in.right, ok)
		}
		if n > 0 && n < len(in.right) {
			out = append(out, in)
		}
	}
	return out
}

// same reports whether a candidate is the gold place by its id.
func (r *Resolver) same(c *cand, g GoldPlace) bool {
	return g.GeoNamesID != 0 && r.x.GeoNamesID(c.id) == g.GeoNamesID
}

// near reports whether a candidate is as good as the gold place by distance.
func (r *Resolver) near(c *cand, g GoldPlace) bool { return r.distance(c, g) <= 161 }

// distance returns the km between a candidate and the gold place.
func (r *Resolver) distance(c *cand, g GoldPlace) float64 {
	lat, lon := r.x.Point(c.id)
	return gazetteer.Distance(lat, lon, g.Lat, g.Lon)
}

// fit maximises the likelihood of the right candidates by gradient steps of
// adaptive size (Adam), 300 of them.
func fit(is []instance, w, prior weights, l2 float64) (_ weights, loss, acc float64) {
	var m, v [features]float64
	x := [features]float64{}
	total := 0.0
	for i := range is {
		total += is[i].weight
	}
	for i := range w {
		x[i] = float64(w[i])
	}
	for step := 1; step <= 300; step++ {
		var grad [features]float64
		loss, acc = 0, 0
		for i := range is {
			l, a := is[i].gradient(&x, &grad, total)
			loss += l
			acc += a
		}
		for i := range x {
			d := x[i] - float64(prior[i])
			loss += l2 * d * d / 2
			grad[i] += l2 * d
			m[i] = .9*m[i] + .1*grad[i]
			v[i] = .999*v[i] + .001*grad[i]*grad[i]
			rate := .05
			if step > 200 {
				rate = .01
			}
			x[i] -= rate * (m[i] / (1 - math.Pow(.9, float64(step)))) / (math.Sqrt(v[i]/(1-math.Pow(.999, float64(step)))) + 1e-8)
		}
	}
	for i := range w {
		w[i] = float32(x[i])
	}
	return w, loss, acc
}

// gradient adds the gradient of the negative log-likelihood of one name.
func (in *instance) gradient(x, grad *[features]float64, total float64) (loss, acc float64) {
	n := len(in.feats)
	s := make([]float64, n)
	top, best := math.Inf(-1), 0
	for i := range in.feats {
		for j, f := range in.feats[i] {
			if f != 0 {
				s[i] += x[j] * float64(f)
			}
		}
		if s[i] > top {
			top, best = s[i], i
		}
	}
	var sum, good float64
	for i := range s {
		s[i] = math.Exp(s[i] - top)
		sum += s[i]
		if in.right[i] {
			good += s[i]
		}
	}
	share := in.weight / total
	for i := range s {
		d := s[i] / sum
		if in.right[i] {
			d -= s[i] / good
		}
		for j, f := range in.feats[i] {
			if f != 0 {
				grad[j] += share * d * float64(f)
			}
		}
	}
	if in.right[best] {
		acc = share
	}
	return -share * math.Log(good/sum), acc
}
