package names

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Explain says which engine found each name at the byte offset (everywhere
// when at < 0) and how sure it is; and for each token of the sentence around
// the offset (of names alone when at < 0) which labels the CRF thinks likely
// and what speaks for the first of them: the word itself, the words around it,
// what they say together, and its other occurrences in the article.
func (r *Recogniser) Explain(ctx context.Context, w io.Writer, d *article.Document, at int) error {
	var errs []error
	printf := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format, args...)
		errs = append(errs, err)
	}
	for _, m := range d.Mentions {
		if at >= 0 && (at < m.Start || at >= m.End) {
			continue
		}
		confidence := "not known" // null in the table
		if m.Confidence > 0 {
			confidence = fmt.Sprintf("%.2f", m.Confidence)
		}
		printf("%d-%d %s %q: %s, confidence %s\n", m.Start, m.End, m.Kind, d.TextOf(m.Span), m.Rule, confidence)
	}
	if r.prose == nil {
		x := r.scratch.Get().(*decoder)
		defer r.scratch.Put(x)
		x.open(d)
		defer func() { x.d = nil }()
		for x.next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			for _, p := range x.pieces {
				if at < 0 || at >= d.Tokens[p.first].Start && at < d.Tokens[p.last-1].End {
					x.explain(printf, p, at)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// named reports whether a token lies in a mention.
func named(d *article.Document, t article.Token) bool {
	i, _ := slices.BinarySearchFunc(d.Mentions, t.Start, func(m article.Mention, start int) int { return cmp.Compare(m.End, start+1) })
	return i < len(d.Mentions) && d.Mentions[i].Start <= t.Start
}

// explain prints a line for each token of a piece that is worth it.
func (x *decoder) explain(printf func(string, ...any), p piece, at int) {
	x.enter(p)
	n := len(x.line)
	x.scores = resize(x.scores, n*labels)
	x.model.crf.score(&x.reader, x.scores)
	if !x.sumUp(x.scores, &x.model.crf.transitions, x.model.crf.factors) {
		return
	}
	for i := range n {
		t := x.d.Tokens[p.first+i]
		if !named(x.d, t) && (at < t.Start || at >= t.End) {
			continue
		}
		likely := x.likely(i)
		printf("  %-16s %s", x.d.TextOf(t.Span), strings.Join(likely.words, ", "))
		if likely.top > 0 {
			for _, part := range x.contributions(i, likely.top) {
				printf("  %s %+.1f", part.what, part.score)
			}
		}
		printf("\n")
	}
}

// likelyLabels are the labels of a token with a probability of 1 % and more.
type likelyLabels struct {
	top   int // the likeliest that is not O; 0 for none
	words []string
}

func (x *decoder) likely(i int) (l likelyLabels) {
	type label struct {
		l int
		p float64
	}
	var ls []label
	for a := range labels {
		if p := x.lattice.marginal(i, a); p >= 0.01 {
			ls = append(ls, label{a, p})
		}
	}
	slices.SortFunc(ls, func(a, b label) int { return cmp.Compare(b.p, a.p) })
	for _, v := range ls {
		if l.top == 0 {
			l.top = v.l
		}
		l.words = append(l.words, fmt.Sprintf("%s %.2f", labelName(v.l), v.p))
	}
	return l
}

func labelName(l int) string {
	if l == 0 {
		return "O"
	}
	return string("BIES"[positionOf(l)]) + "-" + kindOf(l).String()
}

type contribution struct {
	what  string
	score float32
}

// contributions splits a label's score, relative to O, by where it comes from.
func (x *decoder) contributions(i, label int) []contribution {
	c, k := x.model.crf, label-1
	var parts []contribution
	for o, what := range []string{"2 before", "before", "word", "after", "2 after"} {
		v := c.edges[o][k]
		if j := i + o - 2; j >= 0 && j < len(x.line) {
			v = x.forms[x.line[j]].scores[o][k]
		}
		parts = append(parts, contribution{what, v})
	}
	add := func(what string, fs []uint64) {
		var s [rowWidth]float32
		for _, f := range fs {
			c.add(&s, f)
		}
		parts = append(parts, contribution{what, s[k]})
	}
	add("together", x.between(nil, i))
	add("elsewhere", x.elsewhere(nil, i))
	return parts
}
