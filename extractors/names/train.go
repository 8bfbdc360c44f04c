package names

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// TrainOptions say what to learn from and how. The zero value of a number is
// its default.
type TrainOptions struct {
	Corpora   []Corpus
	Resources Resources // where word lists lie; the zero value takes those of From
	From      string    // model that lends its word lists, and goes on learning; "" is the embedded model
	Continue  bool      // go on from the CRF of From, and keep its network, instead of starting afresh

	Passes   int     // over the corpora, for the CRF; default 6
	Step     float64 // of the CRF's first update; default 0.05 (0.02 when continuing)
	L2       float64 // pull of the CRF's weights to 0; default 6 (0 when continuing)
	Floor    int     // features seen less often are dropped; default 2
	Prune    float64 // CRF features whose largest weight is smaller are dropped; default 0.03
	Headings int     // every n-th sentence is copied in capitals, title case and lower case; default 16, negative for none

	Swap int // every n-th sentence with names is copied with other names of the same kinds; 0 for none

	Folds int // of cross-validation that lowers the weight of doubtful annotations; 0 or 1 for none

	NetworkPasses  int     // over the corpora, for the network; default 6, negative for no network
	Embed          int     // width of the network's embeddings; default 96
	Width          int     // of the network; default 96
	Layers         int     // of the network; default 3
	NetworkFloor   int     // features that the network sees less often are dropped; default 8
	Dropout        float64 // default 0.4
	FeatureDropout float64 // default 0.15
	Mix            float64 // weight of the network's scores beside the CRF's; default 0.6
	Doubt          float64 // tokens whose best label is less probable go to the network; default 0.95
	Echo           float64 // weight of a word's other occurrences; default 0.3

	HoldOut int    // confidence is calibrated on every n-th article, by a model that learns from the others; default 5, negative for none
	Seed    uint64 // default 1

	Without []string // of FeatureFamilies, to leave out

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
	set(&o.Headings, 16)
	set(&o.NetworkPasses, 6)
	set(&o.Embed, 96)
	set(&o.Width, 96)
	set(&o.Layers, 3)
	set(&o.NetworkFloor, 8)
	set(&o.HoldOut, 5)
	if o.Continue {
		setF(&o.Step, 0.02)
	} else {
		setF(&o.Step, 0.05)
		setF(&o.L2, 6)
	}
	setF(&o.Prune, 0.03)
	setF(&o.Dropout, 0.4)
	setF(&o.FeatureDropout, 0.15)
	setF(&o.Mix, 0.6)
	setF(&o.Doubt, 0.95)
	setF(&o.Echo, 0.3)
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
	inRange := func(name string, v, low, high float64) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s %g: want %g to %g", name, v, low, high))
		}
	}
	inRange("passes", float64(o.Passes), 0, 1000)
	inRange("step", o.Step, 0, 1)
	inRange("l2", o.L2, 0, 1e6)
	inRange("floor", float64(o.Floor), 0, 255)
	inRange("prune", o.Prune, 0, 100)
	inRange("network passes", float64(o.NetworkPasses), -1, 1000)
	inRange("embed", float64(o.Embed), 0, 1024)
	inRange("width", float64(o.Width), 0, 1024)
	inRange("layers", float64(o.Layers), 0, 16)
	inRange("network floor", float64(o.NetworkFloor), 0, 255)
	inRange("dropout", o.Dropout, 0, 0.9)
	inRange("feature dropout", o.FeatureDropout, 0, 0.9)
	inRange("mix", o.Mix, 0, 10)
	inRange("doubt", o.Doubt, 0, 1)
	inRange("echo", o.Echo, 0, 10)
	if o.HoldOut == 1 {
		errs = append(errs, errors.New("hold-out 1: want 2 or more, or -1 for none"))
	}
	if o.Width%16 != 0 || o.Embed%16 != 0 {
		errs = append(errs, fmt.Errorf("width %d, embed %d: want multiples of 16", o.Width, o.Embed))
	}
	if (o.Resources.Words == "") != (o.Resources.Places == "") {
		errs = append(errs, errors.New("resources: words and places come together"))
	}
	if _, err := familiesWithout(o.Without); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// FeatureFamilies are the names that TrainOptions.Without takes.
func FeatureFamilies() []string {
	return []string{"runs", "document", "phrases", "clusters", "genders", "pairs", "modes", "lines"}
}

// familiesWithout parses names of feature families.
func familiesWithout(names []string) (f featureSet, err error) {
	off := []*bool{&f.noRuns, &f.noDocument, &f.noPhrases, &f.noClusters, &f.noGenders, &f.noPairs, &f.noModes, &f.noLines}
	families := FeatureFamilies()
	for _, n := range names {
		i := slices.Index(families, n)
		if i < 0 {
			return f, fmt.Errorf("feature family %q: want %s", n, strings.Join(families, ", "))
		}
		*off[i] = true
	}
	return f, nil
}

// Train learns a model and returns the content of its file. The same options
// and corpora give the same bytes on machines with the same processor
// features.
func Train(ctx context.Context, o TrainOptions) ([]byte, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	data, err := (&training{TrainOptions: o.withDefaults()}).run(ctx)
	if err != nil {
		return nil, fmt.Errorf("names: train: %w", err)
	}
	return data, nil
}

// training is one call of Train.
type training struct {
	TrainOptions
	parts   map[string][]byte // sections of From; nil when nothing is taken from it
	lexicon []byte
}

// learning makes one model from examples.
type learning struct {
	*training
	report   func(stage string, done, total int)
	sections map[string][]byte
	index    *featureIndex // of the CRF
	inputs   *featureIndex // of the network
}

// run learns the model from all articles and, beside it, another one from most
// of them; how sure that one is of names in the others, and how often it is
// right, gives the calibration of both.
func (t *training) run(ctx context.Context) ([]byte, error) {
	if err := t.words(); err != nil {
		return nil, err
	}
	examples, err := t.examples()
	if err != nil {
		return nil, err
	}
	m := meta{Mix: t.Mix, Doubt: t.Doubt, Echo: t.Echo, Settings: t.settings(), Without: t.Without}
	for _, c := range t.Corpora {
		m.Corpora = append(m.Corpora, filepath.Base(c.Path))
	}
	calibrated := make(chan error, 1)
	calibrating, cancel := context.WithCancel(ctx)
	defer cancel()
	fitted := m
	if t.HoldOut > 0 {
		go func() { calibrated <- t.calibrate(calibrating, &fitted, examples) }()
	} else {
		calibrated <- nil
	}
	sections, err := t.learn(ctx, examples, t.Progress)
	if err != nil {
		return nil, err
	}
	if err := <-calibrated; err != nil {
		return nil, err
	}
	return assemble(fitted, sections)
}

// calibrate learns from all articles but every n-th and fits the calibration
// to those.
func (t *training) calibrate(ctx context.Context, m *meta, examples []example) error {
	var rest, held []example
	for _, e := range examples {
		if e.article%t.HoldOut == t.HoldOut/2 {
			held = append(held, e)
		} else {
			rest = append(rest, e)
		}
	}
	rest = withoutCopies(rest, held)
	if len(rest) == 0 || len(held) == 0 {
		return nil
	}
	sections, err := t.learn(ctx, rest, func(string, int, int) {})
	if err != nil {
		return err
	}
	data, err := assemble(*m, sections)
	if err != nil {
		return err
	}
	opened, err := openModel(data)
	if err != nil {
		return err
	}
	if m.Calibration, err = fitCalibration(ctx, opened, true, held); err != nil {
		return err
	}
	m.Alone, err = fitCalibration(ctx, opened, false, held)
	return err
}

// learn makes the sections of a model.
func (t *training) learn(ctx context.Context, examples []example, report func(stage string, done, total int)) (map[string][]byte, error) {
	l := &learning{training: t, report: report, sections: map[string][]byte{sectionLexicon: t.lexicon}}
	x, err := readLexicon(t.lexicon)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	r := newReader(x)
	if r.without, err = familiesWithout(t.Without); err != nil {
		return nil, err
	}
	report("features", 0, 1)
	floor := t.NetworkFloor
	if t.NetworkPasses < 0 || t.Continue {
		floor = 255 // no use for them
	}
	l.index, l.inputs = newFeatureIndex(27, t.Floor), newFeatureIndex(24, floor)
	samples := gather(r, t.withCopies(examples), l.index, l.inputs)
	report("features", 1, 1)
	if t.Folds > 1 && !t.Continue {
		settings := crfSettings{passes: t.Passes, step: t.Step, l2: t.L2, seed: t.Seed}
		if err := doubtGold(ctx, samples, l.index.keys, t.Folds, settings, func(n int) { report("folds", n, t.Folds) }); err != nil {
			return nil, err
		}
	}
	if err := l.crf(ctx, samples); err != nil {
		return nil, err
	}
	return l.sections, l.network(ctx, samples)
}

// crf learns the CRF's section.
func (t *learning) crf(ctx context.Context, samples []sample) error {
	c := &crfTrainer{report: func(pass int, _ float64) { t.report("crf", pass+1, t.Passes) }}
	var old *crf
	if t.Continue {
		var err error
		if old, err = readCRF(t.parts[sectionCRF]); err != nil {
			return err
		}
	}
	err := c.train(ctx, samples, t.index.keys, old, crfSettings{passes: t.Passes, step: t.Step, l2: t.L2, seed: t.Seed})
	if err != nil {
		return err
	}
	rows, bits := c.rows(t.index.keys, float32(t.Prune)), 0
	if old != nil {
		rows, bits = append(rows, old.rows.others(t.index.keys)...), int(64-old.rows.shift)
	}
	t.sections[sectionCRF] = appendCRF(nil, rows, bits, &c.tr)
	return nil
}

// network learns the network's section, or keeps that of From.
func (t *learning) network(ctx context.Context, samples []sample) error {
	if t.Continue {
		if part, ok := t.parts[sectionNetwork]; ok {
			t.sections[sectionNetwork] = part
		}
		return nil
	}
	if t.NetworkPasses < 0 {
		return nil
	}
	n := &networkTrainer{networkSettings: networkSettings{
		shape: networkShape{t.Embed, t.Width, t.Layers}, passes: t.NetworkPasses, batch: 24, rate: 0.0015, embeddingRate: 0.002,
		dropout: t.Dropout, featureDropout: t.FeatureDropout, seed: t.Seed, kernel: kernels()[0], average: 0.2,
	}}
	n.report = func(pass int, _ float64) { t.report("network", pass+1, t.NetworkPasses) }
	if err := n.train(ctx, samples, len(t.inputs.keys)); err != nil {
		return err
	}
	t.sections[sectionNetwork] = appendNetwork(nil, n.shape, &n.net.weights, &n.tr, n.rows(t.inputs.keys))
	return nil
}

func assemble(m meta, parts map[string][]byte) ([]byte, error) {
	head, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	sections := []section{{sectionMeta, head}}
	for _, name := range []string{sectionLexicon, sectionCRF, sectionNetwork} {
		if data, ok := parts[name]; ok {
			sections = append(sections, section{name, data})
		}
	}
	return writeModel(sections), nil
}

func (o *TrainOptions) settings() string {
	return fmt.Sprintf("passes=%d step=%g l2=%g floor=%d prune=%g headings=%d folds=%d; network passes=%d embed=%d width=%d layers=%d floor=%d dropout=%g,%g mix=%g; holdout=%d seed=%d",
		o.Passes, o.Step, o.L2, o.Floor, o.Prune, o.Headings, o.Folds,
		o.NetworkPasses, o.Embed, o.Width, o.Layers, o.NetworkFloor, o.Dropout, o.FeatureDropout, o.Mix, o.HoldOut, o.Seed)
}

// words builds the word lists or takes those of another model.
func (t *training) words() error {
	if t.Resources == (Resources{}) || t.Continue {
		data, err := modelData(t.From)
		if err != nil {
			return err
		}
		if t.parts, err = sectionsOf(data); err != nil {
			return fmt.Errorf("%s: %w", modelName(t.From), err)
		}
	}
	if t.Resources == (Resources{}) {
		t.lexicon = t.parts[sectionLexicon]
		return nil
	}
	var err error
	t.lexicon, err = buildLexicon(t.Resources)
	return err
}

// examples reads the corpora and numbers their articles.
func (t *training) examples() (examples []example, err error) {
	seg, err := text.New()
	if err != nil {
		return nil, err
	}
	for i, c := range t.Corpora {
		t.Progress("corpora", i, len(t.Corpora))
		es, err := readCorpus(c, seg)
		if err != nil {
			return nil, err
		}
		examples = append(examples, es...)
	}
	t.Progress("corpora", len(t.Corpora), len(t.Corpora))
	for i := range examples {
		examples[i].article = i
	}
	return examples, nil
}

// withCopies adds copies of sentences, written in other ways and with other
// names.
func (t *training) withCopies(examples []example) []example {
	all := slices.Clone(examples)
	if t.Headings > 0 {
		all = append(all, augment(examples, t.Headings)...)
	}
	if t.Swap > 0 {
		all = append(all, swapped(examples, t.Swap, t.Seed)...)
	}
	return all
}

// withoutCopies leaves out articles that are held out in another form, as
// given tokens or as text.
func withoutCopies(examples, held []example) []example {
	keys := map[uint64]bool{}
	for _, e := range held {
		keys[textKey(e.doc.Text)] = true
	}
	return slices.DeleteFunc(examples, func(e example) bool { return keys[textKey(e.doc.Text)] })
}

// textKey hashes the letters and digits that a text begins with.
func textKey(s string) uint64 {
	var begin []rune
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if begin = append(begin, r); len(begin) == 200 {
				break
			}
		}
	}
	return hashRunes(begin)
}
