package places

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Explain writes why the places at a byte offset (all of them when at < 0)
// were resolved as they are: candidates, their probabilities, and the features
// that weigh most; names that were seen and not reported, too. The article is
// taken by itself, see Survey. It changes nothing in the document.
func (r *Resolver) Explain(ctx context.Context, out io.Writer, d *article.Document, at int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.run(d)
	w.settle()
	b := bufio.NewWriter(out)
	if h := host(d); h != "" {
		fmt.Fprintf(b, "site %s: a run also weighs what the other articles of the site in the batch say\n", h)
	}
	for i := range w.tops {
		if t := &w.tops[i]; at < 0 || t.Start <= at && at < t.End {
			w.explain(b, t)
		}
	}
	return b.Flush()
}

var originNames = [...]string{"mention of a place", "mention of a people", "inside a name", "found by the gazetteer", "seen, not reported", "mention of a people without a country", "no name of a place: dropped"}

func (w *work) explain(out io.Writer, t *toponym) {
	fmt.Fprintf(out, "%d-%d %q: %s", t.Start, t.End, w.d.TextOf(t.Span), originNames[t.origin])
	if t.origin > fromNORP {
		fmt.Fprintf(out, ", place with probability %.2f", t.trust)
	}
	if t.metonym {
		fmt.Fprintf(out, ", stands for a government (%.1f)", t.actor)
	}
	if t.dateline {
		fmt.Fprint(out, ", dateline")
	}
	fmt.Fprintln(out)
	if t.group < 0 {
		fmt.Fprintln(out, "  no place bears this name")
		return
	}
	g := &w.groups[t.group]
	fmt.Fprintf(out, "  %d mentions, %d places of this name", g.n, g.total)
	if g.container >= 0 {
		fmt.Fprint(out, ", container stated")
	}
	fmt.Fprintf(out, ", decided by %s\n", w.rule(g))
	order := make([]int, 0, g.c1-g.c0)
	for i := g.c0; i < g.c1; i++ {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(w.cands[b].score, w.cands[a].score) })
	for _, i := range order[:min(len(order), 5)] {
		w.explainCand(out, &w.cands[i])
	}
	if w.thin(g) {
		fmt.Fprintln(out, "  evidence too thin: not resolved")
	}
}

func (w *work) explainCand(out io.Writer, c *cand) {
	e := w.x.Entry(c.id)
	fmt.Fprintf(out, "  %.3f  score %6.2f  %s %s (%s, %s, %s) %s.%s\n", c.prob, c.score, e.ID, e.Name, e.Admin2, e.Admin1, e.Country, e.Class, e.Code)
	type part struct {
		name string
		v    float32
	}
	var parts []part
	for i, v := range c.feats {
		if x := v * w.r.w[i]; x > .05 || x < -.05 {
			parts = append(parts, part{featureNames[i], x})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(max(b.v, -b.v), max(a.v, -a.v)) })
	fmt.Fprint(out, "        ")
	for _, p := range parts[:min(len(parts), 8)] {
		fmt.Fprintf(out, " %s %+.2f", p.name, p.v)
	}
	fmt.Fprintln(out)
}
