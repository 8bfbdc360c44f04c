// Package names finds the names of people, organisations, places and groups
// in an article, in one pass.
//
// The default engine is a cascade: a linear-chain CRF over hashed sparse
// features labels every sentence, and a small convolutional network on the
// same features is asked only about the tokens of which the CRF is unsure.
// Both read the whole article: how a word is written elsewhere in it, what
// stands beside it there, and what its other occurrences were taken for.
package names

import (
	"context"
	"fmt"
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Engines that Options can name.
const (
	Cascade = "cascade" // CRF, and the network where it is unsure; the default
	CRF     = "crf"     // the CRF alone: half as fast again, up to half a point of F1 less
	Prose   = "prose"   // jdkato/prose v2: a baseline
)

// Options choose the engine and the model. The zero value is the default
// cascade with the embedded model.
type Options struct {
	Engine    string // Cascade, CRF or Prose; "" is Cascade
	ModelPath string // model file to use instead of the embedded one; "" is the embedded one
	Misc      bool   // also report MISC mentions (works, events, products)
}

// Recogniser finds names. It is immutable and safe for concurrent use.
type Recogniser struct {
	options Options
	model   *model
	prose   *proseEngine
	scratch sync.Pool // *decoder
}

// New returns a recogniser. It fails when the engine is unknown or the model
// file cannot be read.
func New(o Options) (*Recogniser, error) {
	r := &Recogniser{options: o}
	switch o.Engine {
	case "":
		r.options.Engine = Cascade
	case Cascade, CRF:
	case Prose:
		r.prose = newProseEngine()
		return r, nil
	default:
		return nil, fmt.Errorf("names: engine %q: want %s, %s or %s", o.Engine, Cascade, CRF, Prose)
	}
	var err error
	if r.model, err = loadModel(o.ModelPath); err != nil {
		return nil, err
	}
	network, k := r.options.Engine == Cascade, kernels()[0]
	r.scratch.New = func() any { return newDecoder(r.model, network, o.Misc, k) }
	return r, nil
}

// Name returns "names".
func (r *Recogniser) Name() string { return "names" }

// Model identifies the model's content, such as "names-1f0c2a9b"; "prose-v2.0.0"
// for prose.
func (r *Recogniser) Model() string {
	if r.prose != nil {
		return "prose-v2.0.0"
	}
	return r.model.id
}

// Extract fills d.Mentions from d.Sentences and d.Tokens, replacing what was
// there. Mentions are sorted, do not overlap, and begin and end with tokens
// (with prose: within them).
func (r *Recogniser) Extract(ctx context.Context, d *article.Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.Mentions = d.Mentions[:0]
	if r.prose != nil {
		return r.prose.extract(d)
	}
	x := r.scratch.Get().(*decoder)
	defer r.scratch.Put(x)
	return x.decode(ctx, d)
}
