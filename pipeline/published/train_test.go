package published

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/markusmobius/go-htmldate"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/eval"
)

var (
	pagesDir = flag.String("pages", "", "folder with gold.tsv and html/: score it, by ten-fold cross-validation too")
	library  = flag.Bool("library", false, "with -pages: score go-htmldate instead")
	write    = flag.Bool("write", false, "with -pages: write data/page-weights.tsv")
)

// example is a page with an answer.
type example struct {
	gold    eval.PublishedGold
	options []option
	right   int // -1: not among the options
}

func readExamples(t *testing.T, p *Finder, dir string) []example {
	f, err := os.Open(filepath.Join(dir, "gold.tsv"))
	require.NoError(t, err)
	defer f.Close()
	gold, err := eval.ReadPublishedGold(f)
	require.NoError(t, err)
	var out []example
	for _, g := range gold {
		page, err := os.ReadFile(filepath.Join(dir, "html", g.File))
		require.NoError(t, err)
		root, err := html.Parse(strings.NewReader(strings.ToValidUTF8(string(page), "\ufffd")))
		require.NoError(t, err)
		e := example{gold: g, options: p.options(p.clues(root, ""))}
		e.right = slices.IndexFunc(e.options, func(o option) bool { return o.day == g.Day })
		out = append(out, e)
	}
	return out
}

// fit maximises the likelihood of the right options, less l2/2 of the squared
// weights, by adaptive gradient ascent.
func fit(examples []example, l2 float64, steps int) *weights {
	w := new(weights)
	var sum weights
	for range steps {
		var grad weights
		for _, e := range examples {
			if e.right < 0 {
				continue
			}
			p := make([]float64, len(e.options))
			z, top := 0.0, math.Inf(-1)
			for i := range e.options {
				p[i] = w.score(&e.options[i].has)
				top = max(top, p[i])
			}
			for i := range p {
				p[i] = math.Exp(p[i] - top)
				z += p[i]
			}
			for i := range p {
				d := -p[i] / z
				if i == e.right {
					d++
				}
				for f := range features {
					if e.options[i].has.has(f) {
						grad[f] += d
					}
				}
			}
		}
		for f := range features {
			g := grad[f] - l2*w[f]
			sum[f] += g * g
			w[f] += 0.5 * g / math.Sqrt(sum[f]+1e-9)
		}
	}
	return w
}

const (
	ridge    = 2
	fitSteps = 150
)

func score(w *weights, examples []example) *eval.PublishedScore {
	var s eval.PublishedScore
	for _, e := range examples {
		o := w.choose(e.options)
		pub := article.Published{}
		if o.day != 0 {
			c := o.evidence()
			pub = article.Published{Day: o.day, Precision: article.DayPrecision, From: c.kind.String(), Text: c.text}
		}
		s.Add(e.gold, pub)
	}
	return &s
}

// TestPages scores the weights on annotated pages, and how weights learnt from
// some of them do on the others.
//
//	go test ./pipeline/published -run TestPages -v -pages DIR [-write | -library]
func TestPages(t *testing.T) {
	if *pagesDir == "" {
		t.Skip("no -pages")
	}
	if *library {
		scoreLibrary(t, *pagesDir)
		return
	}
	p, err := New(Options{})
	require.NoError(t, err)
	examples := readExamples(t, p, *pagesDir)
	reach := 0
	for _, e := range examples {
		if e.right >= 0 {
			reach++
		}
	}
	fmt.Printf("%d pages, the right day is among the options of %d\n", len(examples), reach)
	split := func(test func(i int) bool) (train, held []example) {
		for i, e := range examples {
			if test(i) {
				held = append(held, e)
			} else {
				train = append(train, e)
			}
		}
		return train, held
	}
	for half := range 2 {
		train, held := split(func(i int) bool { return i%2 == half })
		fmt.Printf("learnt from one half, other half: %.3f\n", score(fit(train, ridge, fitSteps), held).Accuracy())
	}
	var folds eval.PublishedScore
	for fold := range 10 {
		train, held := split(func(i int) bool { return i*7919%10 == fold })
		w := fit(train, ridge, fitSteps)
		for _, e := range held {
			o := w.choose(e.options)
			pub := article.Published{}
			if o.day != 0 {
				pub = article.Published{Day: o.day, Precision: article.DayPrecision, From: o.evidence().kind.String(), Text: o.evidence().text}
			}
			folds.Add(e.gold, pub)
		}
	}
	fmt.Println("ten-fold cross-validation")
	require.NoError(t, folds.Write(os.Stdout, true))
	if *write {
		require.NoError(t, os.WriteFile("data/page-weights.tsv", []byte(printWeights(fit(examples, ridge, fitSteps), len(examples))), 0o644))
		return
	}
	fmt.Println("embedded weights")
	require.NoError(t, score(p.weights, examples).Write(os.Stdout, false))
}

// scoreLibrary scores go-htmldate, in its fast and its thorough way.
func scoreLibrary(t *testing.T, dir string) {
	f, err := os.Open(filepath.Join(dir, "gold.tsv"))
	require.NoError(t, err)
	defer f.Close()
	gold, err := eval.ReadPublishedGold(f)
	require.NoError(t, err)
	for _, fast := range []bool{true, false} {
		var s eval.PublishedScore
		for _, g := range gold {
			page, err := os.ReadFile(filepath.Join(dir, "html", g.File))
			require.NoError(t, err)
			var got article.Published
			res, err := htmldate.FromReader(bytes.NewReader(page), htmldate.Options{UseOriginalDate: true, SkipExtensiveSearch: fast})
			if err == nil && !res.IsZero() {
				got = article.Published{Day: article.DayOf(res.DateTime), Precision: article.DayPrecision, From: "html"}
			}
			s.Add(g, got)
		}
		fmt.Println("go-htmldate, fast:", fast)
		require.NoError(t, s.Write(os.Stdout, false))
	}
}

func printWeights(w *weights, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Weights of what speaks for a day as the publication date of a web page (conditional logit, ridge %d).\n", ridge)
	fmt.Fprintf(&b, "# Learnt from %d pages of htmldate's evaluation set (Barbaresi 2020); nothing of their text is here.\n", n)
	b.WriteString("# Made by: go test ./pipeline/published -run TestPages -pages DIR -write\n# feature<TAB>weight\n")
	var all []feature
	for f := range features {
		if math.Abs(w[f]) >= 0.005 {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b feature) int { return cmp.Compare(w[b], w[a]) })
	for _, f := range all {
		fmt.Fprintf(&b, "%s\t%.2f\n", f, w[f])
	}
	return b.String()
}
