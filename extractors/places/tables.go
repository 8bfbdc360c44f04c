package places

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// trustL2 is the pull of the trust model towards nothing, the best of five
// under cross-validation.
const trustL2 = .0005

// Settings under which resolved articles are scored.
const (
	GoldAlone  = "gold spans"                   // annotated toponyms, each article by itself
	GoldSites  = "gold spans, sites"            // with what the site's other articles say
	HandSet    = "gold spans, hand-set weights" //
	EndAlone   = "end to end"                   // toponyms as found, each article by itself
	EndSites   = "end to end, sites"            //
	Unassisted = "end to end, no recogniser"    //
)

// Settings are all of them, in the order in which they are told.
var Settings = []string{GoldAlone, GoldSites, HandSet, EndAlone, EndSites, Unassisted}

// Resolved is a document of a corpus (its index) with places.
type Resolved struct {
	Corpus int
	Doc    *article.Document
}

// CrossValidate fits all weights to every fold but one and resolves the
// articles of that one, in turn. It returns what became of them, by setting.
func (x *Data) CrossValidate(ctx context.Context, r *Resolver, folds int, o TrainOptions) (map[string][]Resolved, error) {
	out := map[string][]Resolved{}
	for k := range folds {
		held := slices.DeleteFunc(slices.Clone(x.docs), func(d trainDoc) bool { return d.fold != k })
		rest := slices.DeleteFunc(slices.Clone(x.docs), func(d trainDoc) bool { return d.fold == k })
		weights, trust, err := x.fit(r, rest, o, io.Discard)
		if err != nil {
			return nil, err
		}
		m, err := r.WithWeights(weights)
		if err != nil {
			return nil, err
		}
		if m, err = m.WithTrust(trust); err != nil {
			return nil, err
		}
		hand, err := r.WithWeights(priorTSV)
		if err != nil {
			return nil, err
		}
		for _, s := range []struct {
			setting string
			r       *Resolver
			form    func(*trainDoc) *article.Document
			sites   bool
		}{
			{GoldAlone, m.strict(), (*trainDoc).givenDoc, false}, {GoldSites, m.strict(), (*trainDoc).givenDoc, true},
			{HandSet, hand.strict(), (*trainDoc).givenDoc, false}, {EndAlone, m, (*trainDoc).foundDoc, false},
			{EndSites, m, (*trainDoc).foundDoc, true}, {Unassisted, m, (*trainDoc).bareDoc, false},
		} {
			docs, err := s.r.resolve(ctx, held, s.form, s.sites)
			if err != nil {
				return nil, err
			}
			out[s.setting] = append(out[s.setting], docs...)
		}
	}
	return out, nil
}

// Copies, since what is found must not be learnt from later.
func copied(d *article.Document) *article.Document {
	c := *d
	c.Mentions, c.Places = slices.Clone(d.Mentions), nil
	return &c
}

func (d *trainDoc) givenDoc() *article.Document { return copied(d.given.Doc) }
func (d *trainDoc) foundDoc() *article.Document { return copied(d.found.Doc) }
func (d *trainDoc) bareDoc() *article.Document  { return copied(d.bare.Doc) }

func (r *Resolver) resolve(ctx context.Context, docs []trainDoc, form func(*trainDoc) *article.Document, sites bool) ([]Resolved, error) {
	out := make([]Resolved, len(docs))
	look, extract := r.Survey()
	for i := range docs {
		out[i] = Resolved{docs[i].corpus, form(&docs[i])}
		if !sites {
			continue
		}
		if err := look(ctx, out[i].Doc); err != nil {
			return nil, err
		}
	}
	for _, d := range out {
		if err := extract(ctx, d.Doc); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fit learns the ranker's weights, and with them the trust in names found. It
// starts from the weights set by hand and from no trust, so that what comes of
// it does not depend on the tables that are built in.
func (x *Data) fit(r *Resolver, docs []trainDoc, o TrainOptions, log io.Writer) (weights, trust string, err error) {
	train := slices.Clone(x.names)
	for _, d := range docs {
		train = append(train, d.bare, d.found)
	}
	if r, err = r.WithWeights(priorTSV); err != nil {
		return "", "", err
	}
	for range 2 {
		if r, err = r.WithTrust(trust); err != nil {
			return "", "", err
		}
		if trust != "" {
			if weights, err = r.Train(givens(docs), o, log); err != nil {
				return "", "", err
			}
			if r, err = r.WithWeights(weights); err != nil {
				return "", "", err
			}
		}
		if trust, err = r.TrainTrust(train, trustL2, log); err != nil {
			return "", "", err
		}
	}
	return weights, trust, nil
}

func givens(docs []trainDoc) []Example {
	out := make([]Example, len(docs))
	for i, d := range docs {
		out[i] = d.given
	}
	return out
}

// Tables learns from all articles what the folder data holds: weights.tsv,
// trust.tsv and calibration.tsv. The same articles give the same tables.
func (x *Data) Tables(r *Resolver, folds int, o TrainOptions, log io.Writer) (map[string]string, error) {
	weights, trust, err := x.fit(r, x.docs, o, log)
	if err != nil {
		return nil, err
	}
	if r, err = r.WithTrust(trust); err != nil {
		return nil, err
	}
	outcomes, err := r.CrossValidate(givens(x.docs), folds, o)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"weights.tsv": "# Weights of the ranker: feature, weight. Learnt by dateline train places; see docs/experiments/places.md.\n" + weights,
		"trust.tsv": "# Weights of the model that says whether a name in the text is a place's: feature, before and after the ranking.\n" +
			"# Learnt by dateline train places.\n" + trust,
		"calibration.tsv": "# Probability of the ranker, share of right answers (right entry, or within 161 km), measured by cross-validation over\n" +
			fmt.Sprintf("# sites and pages in %d folds by dateline train places.\n", folds) + Calibrate(outcomes, calibrationBins),
	}, nil
}

const calibrationBins = 16
