package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/published"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

// A Surveyor is an Extractor that looks at all documents of a batch before it
// extracts from any of them: what they say together is evidence for each. A
// batch's rows still depend on nothing but its own inputs.
//
// Survey begins a batch. look is called with each document, as the stages
// before have left it, and must not change it; then extract is called with
// each, in place of Extract. What extract does must not depend on the order in
// which look has met the documents. Calls of look may outlive their time and
// run beside extract; what they find then no longer counts.
type Surveyor interface {
	Extractor
	Survey() (look, extract func(ctx context.Context, d *article.Document) error)
}

// step is one extractor's work on one document.
type step struct {
	name  string
	do    func(ctx context.Context, d *article.Document) error
	looks bool // changes nothing
}

// phases returns what each document of a batch goes through; one phase begins
// when all documents have passed the one before. In the first they are read.
func phases(extractors []Extractor) [][]step {
	all := [][]step{nil, nil}
	add := func(s step) { all[len(all)-1] = append(all[len(all)-1], s) }
	for _, e := range extractors {
		s, ok := e.(Surveyor)
		if !ok {
			add(step{name: e.Name(), do: e.Extract})
			continue
		}
		look, extract := s.Survey()
		add(step{name: e.Name(), do: look, looks: true})
		all = append(all, []step{{name: e.Name(), do: extract}})
	}
	return all
}

// outcome is what passing an input through the stages comes to.
type outcome struct {
	art     *source.Article // the same one in all phases; never nil
	stage   string          // where err comes from
	err     error           // the article is to be set aside
	doubt   error           // its publication date is in doubt, the article is not
	foreign bool            // not English, and therefore not extracted
	clash   bool            // another document of the batch has the same id
}

// articles passes the inputs of a batch through all stages and calls f with
// what each comes to, in their order. An error of f ends it.
func (w *worker) articles(ctx context.Context, items []source.Item, f func(source.Item, outcome) error) error {
	all := phases(w.Stages.Extractors)
	xs := make([]outcome, len(items))
	ids := map[string]int{}
	for n, steps := range all {
		for i, it := range items {
			if err := ctx.Err(); err != nil {
				return err
			}
			if n == 0 || xs[i].err == nil {
				xs[i] = w.article(ctx, it, xs[i], steps, n == 0)
			}
			if n == 0 && xs[i].err == nil {
				ids[xs[i].art.Doc.ID]++
			}
			if n < len(all)-1 {
				continue
			}
			if xs[i].err == nil {
				xs[i].clash = ids[xs[i].art.Doc.ID] > 1
				nameRest(&xs[i].art.Doc)
			}
			if err := f(it, xs[i]); err != nil {
				return err
			}
			xs[i] = outcome{} // its memory is free
		}
	}
	return nil
}

// article passes one input through a phase, in the time that it may take for
// each. A panic in any stage is an error of that stage.
func (w *worker) article(ctx context.Context, it source.Item, x outcome, steps []step, first bool) outcome {
	var at atomic.Value // the stage that is at work
	at.Store("read")
	before := x.art
	x, err := within(ctx, w.DocTimeout, func(ctx context.Context) outcome { return w.pass(ctx, it, x, steps, first, &at) })
	if err != nil {
		late := new(source.Article) // x is still at work on its own
		late.Doc.Bytes = it.Size()
		if before != nil { // it was read in an earlier phase
			late.Fingerprint = before.Fingerprint
		}
		return outcome{art: late, stage: at.Load().(string), err: err}
	}
	return x
}

// pass does the work of article.
func (w *worker) pass(ctx context.Context, it source.Item, before outcome, steps []step, first bool, at *atomic.Value) (x outcome) {
	if x = before; first {
		x.art = new(source.Article)
	}
	enter := func(stage string) { x.stage = stage; at.Store(stage) }
	defer func() {
		if p := recover(); p != nil {
			w.Log.Debug("panic", "doc", it.Source(), "stage", x.stage, "stack", string(debug.Stack()))
			x.err = fmt.Errorf("panic: %v (%s)", p, panicSite(debug.Stack()))
		}
	}()
	if first {
		w.open(ctx, it, &x, enter)
	}
	if x.err != nil || x.foreign {
		return x
	}
	d := &x.art.Doc
	for _, s := range steps {
		enter(s.name)
		if x.err = s.do(ctx, d); x.err == nil && !s.looks {
			x.err = d.Check()
		}
		if x.err != nil {
			return x
		}
	}
	return x
}

// open reads an input and does what comes before the extractors.
func (w *worker) open(ctx context.Context, it source.Item, x *outcome, enter func(stage string)) {
	enter("read")
	if *x.art, x.err = w.reader.Read(ctx, it); x.err != nil {
		return
	}
	d := &x.art.Doc
	enter("text")
	w.Stages.Segmenter.Segment(d)
	enter("published")
	d.Published, x.doubt = w.Stages.Published.Find(d, published.Evidence{HTML: x.art.HTML,
		Stated: x.art.Stated, StatedFrom: x.art.StatedFrom, OwnStated: x.art.OwnStated, OwnStatedFrom: x.art.OwnStatedFrom})
	x.art.HTML = nil // its memory is free while the document waits for the others
	enter("language")
	x.foreign = w.foreign(d)
}
