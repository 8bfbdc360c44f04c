// Package places resolves toponyms: it ties every place mention and every
// demonym of a country to an entry of the gazetteer, finds place names that
// the recogniser missed, and says how each is used.
//
// Resolution is one log-linear ranker over the whole article. All mentions of
// a name (with the same container, as in "Paris, Texas") share one sense. Each
// candidate is judged by what it is (salience, feature class, kind of name),
// by the words around its mentions, and in two further rounds by how well it
// fits what the other names of the article probably are: country, first-level
// division, distance; the dateline; the home region of the site. Weights are
// in data/weights.tsv, learnt by [Train]; data/calibration.tsv turns the
// ranker's probabilities into shares of right answers.
package places

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Options configure a Resolver.
type Options struct {
	Index    *gazetteer.Index // required
	Profiles *Profiles        // what is known of the sites' home regions; nil: nothing
	Strict   bool             // take the mentions as they are: find no others, drop none, resolve thin evidence too
}

// Resolver finds and resolves places. It is immutable and safe for concurrent use.
type Resolver struct {
	o       Options
	x       *gazetteer.Index
	w       weights
	lex     *lexicon
	usage   *usageWords
	calib   calibration
	trust   trustWeights
	facts   facts
	peoples map[string]string // folded word -> adjective
	pool    *sync.Pool
}

// New returns a resolver.
func New(o Options) (*Resolver, error) {
	if o.Index == nil {
		return nil, errors.New("places: no gazetteer")
	}
	r := &Resolver{o: o, x: o.Index}
	var err error
	if r.w, err = parseWeights("data/weights.tsv", weightsTSV); err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	if r.calib, err = parseCalibration("data/calibration.tsv", calibrationTSV); err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	if r.trust, err = parseTrust("data/trust.tsv", trustTSV); err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	r.lex = newLexicon()
	if err := errors.Join(r.lex.read("data/words.tsv", wordsTSV), r.lex.read("data/persons.tsv", personsTSV)); err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	if r.peoples, err = parsePeoples("data/peoples.tsv", peoplesTSV); err != nil {
		return nil, fmt.Errorf("places: %w", err)
	}
	r.usage = newUsageWords(r.lex)
	r.facts = newFacts(o.Index)
	r.pool = &sync.Pool{New: func() any { return &work{r: r, x: r.x} }}
	return r, nil
}

// With returns a resolver that also knows these home regions of sites.
func (r *Resolver) With(p *Profiles) *Resolver {
	q := *r
	q.o.Profiles = p
	q.pool = &sync.Pool{New: func() any { return &work{r: &q, x: q.x} }}
	return &q
}

// Name returns "places".
func (r *Resolver) Name() string { return "places" }

// Extract fills d.Places, d.FocusCountry and d.FocusPlace from d.Mentions. It
// adds mentions of places that were missed, turns into places or drops what
// the gazetteer shows to be mistaken, and sets EntityID and Canonical of LOC
// and NORP mentions. Running it again on the same document changes nothing.
func (r *Resolver) Extract(ctx context.Context, d *article.Document) error {
	return r.extract(ctx, d, siteEvidence{})
}

// extract is Extract with what is known of the article's site.
func (r *Resolver) extract(ctx context.Context, d *article.Document, site siteEvidence) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.site = site
	w.run(d)
	w.settle()
	w.write()
	return nil
}

func (r *Resolver) release(w *work) {
	w.d, w.site = nil, siteEvidence{}
	if cap(w.cands) < 1<<16 { // a giant article's memory is not kept
		r.pool.Put(w)
	}
}
