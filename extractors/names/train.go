package names

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// TrainOptions say what to learn from and how. The zero value of a number is
// its default.
type TrainOptions struct {
	Corpora   []Corpus
	Resources Resources // where word lists lie; the zero value takes those of From
	From      string    // model whose word lists are taken when Resources is zero; "" is the embedded model

	Passes   int     // over the corpora, for the CRF; default 6
	Step     float64 // of the CRF's first update; default 0.05
	L2       float64 // pull of the CRF's weights to 0; default 6
	Floor    int     // features seen less often are dropped; default 2
	Prune    float64 // CRF features whose largest weight is smaller are dropped; default 0.02
	Headings int     // every n-th sentence is copied in capitals and in title case; default 12, negative for none
	Seed     uint64  // default 1

	Without []string // feature families to leave out: runs, document, phrases, clusters, genders, pairs, modes

	Progress func(stage string, done, total int) // nil for none; called from one goroutine
}

func (o TrainOptions) withDefaults() TrainOptions {
	set := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	setF := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	set(&o.Passes, 6)
	set(&o.Floor, 2)
	set(&o.Headings, 12)
	setF(&o.Step, 0.05)
	setF(&o.L2, 6)
	setF(&o.Prune, 0.02)
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return o
}

// Validate reports everything that is wrong with the options.
func (o TrainOptions) Validate() error {
	var errs []error
	if len(o.Corpora) == 0 {
		errs = append(errs, errors.New("no corpus"))
	}
	if o.Passes < 0 || o.Passes > 1000 {
		errs = append(errs, fmt.Errorf("passes %d: want 1 to 1000", o.Passes))
	}
	if o.Step < 0 || o.Step > 1 {
		errs = append(errs, fmt.Errorf("step %g: want more than 0, at most 1", o.Step))
	}
	if o.L2 < 0 {
		errs = append(errs, fmt.Errorf("l2 %g: want 0 or more", o.L2))
	}
	if o.Floor < 0 || o.Floor > 255 {
		errs = append(errs, fmt.Errorf("floor %d: want 1 to 255", o.Floor))
	}
	if (o.Resources.Words == "") != (o.Resources.Places == "") {
		errs = append(errs, errors.New("resources: words and places come together"))
	}
	if _, err := familiesWithout(o.Without); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// familiesWithout parses names of feature families.
func familiesWithout(names []string) (f featureSet, err error) {
	for _, n := range names {
		switch n {
		case "runs":
			f.noRuns = true
		case "document":
			f.noDocument = true
		case "phrases":
			f.noPhrases = true
		case "clusters":
			f.noClusters = true
		case "genders":
			f.noGenders = true
		case "pairs":
			f.noPairs = true
		case "modes":
			f.noModes = true
		default:
			return f, fmt.Errorf("feature family %q: want runs, document, phrases, clusters, genders, pairs or modes", n)
		}
	}
	return f, nil
}

// Train learns a model and returns the content of its file. The same options
// and corpora give the same bytes, on any machine of one architecture.
func Train(ctx context.Context, o TrainOptions) ([]byte, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	o = o.withDefaults()
	lexiconData, err := o.lexicon()
	if err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	x, err := readLexicon(lexiconData)
	if err != nil {
		return nil, fmt.Errorf("names: train: lexicon: %w", err)
	}
	examples, err := o.examples()
	if err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	r := newReader(x)
	if r.without, err = familiesWithout(o.Without); err != nil {
		return nil, err
	}
	o.Progress("features", 0, 1)
	index, inputs := newFeatureIndex(27, o.Floor), newFeatureIndex(24, 5)
	samples := gather(r, examples, index, inputs)
	t := &crfTrainer{report: func(pass int, _ float64) { o.Progress("crf", pass+1, o.Passes) }}
	err = t.train(ctx, samples, len(index.keys), crfSettings{passes: o.Passes, step: o.Step, l2: o.L2, seed: o.Seed})
	if err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	m := meta{Mix: 1, Doubt: 0.8, Settings: o.settings()}
	for _, c := range o.Corpora {
		m.Corpora = append(m.Corpora, filepath.Base(c.Path))
	}
	head, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return writeModel([]section{
		{sectionMeta, head},
		{sectionLexicon, lexiconData},
		{sectionCRF, appendCRF(nil, t.rows(index.keys, float32(o.Prune)), &t.tr)},
	}), nil
}

func (o *TrainOptions) settings() string {
	return fmt.Sprintf("passes=%d step=%g l2=%g floor=%d prune=%g headings=%d seed=%d without=%v",
		o.Passes, o.Step, o.L2, o.Floor, o.Prune, o.Headings, o.Seed, o.Without)
}

// lexicon builds the word lists or takes those of another model.
func (o *TrainOptions) lexicon() ([]byte, error) {
	if o.Resources != (Resources{}) {
		return buildLexicon(o.Resources)
	}
	data, err := modelData(o.From)
	if err != nil {
		return nil, err
	}
	parts, err := sectionsOf(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", modelName(o.From), err)
	}
	return parts[sectionLexicon], nil
}

func (o *TrainOptions) examples() ([]example, error) {
	seg, err := text.New()
	if err != nil {
		return nil, err
	}
	var examples []example
	for i, c := range o.Corpora {
		o.Progress("corpora", i, len(o.Corpora))
		es, err := readCorpus(c, seg)
		if err != nil {
			return nil, err
		}
		examples = append(examples, es...)
	}
	if o.Headings > 0 {
		examples = append(examples, augment(examples, o.Headings)...)
	}
	return examples, nil
}
