package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/language"
	"github.com/dateline-nlp/dateline/pipeline/published"
	"github.com/dateline-nlp/dateline/pipeline/source"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// Stages are the parts of a run that look at one document. They are built once
// and shared by all workers.
type Stages struct {
	Segmenter  *text.Segmenter
	Published  *published.Finder
	Language   *language.Recogniser // nil takes every article for English
	Extractors []Extractor          // in their order: names, dates, places, people, organisations
}

// Options of a run. The zero value of a field takes its default.
type Options struct {
	Inputs []string       // folders, files, globs or "-"
	Names  []string       // what the inputs are called in the summary; nil takes Inputs
	Source source.Options // how they are read
	Out    string         // default "tables"
	Tables output.Options // formats and how they are written
	Stages Stages

	Workers   int   // default: the number of processors
	BatchSize int64 // bytes of input in a batch; default 4 MiB: small enough to share among workers, large enough for Parquet
	Shard     int   // this run takes the batches whose number is Shard modulo Shards
	Shards    int   // default 1
	Strict    bool  // the first input that must be set aside ends the run

	// DocTimeout is how long one article may take; 0 is no limit. An article
	// that takes longer is set aside, and what still works on it is left to itself.
	DocTimeout   time.Duration
	AllLanguages bool // extract from articles that are not English as well

	Overrides []Override // the user's word, applied last
	// Place finds a gazetteer entry by its id, for overrides; nil knows none.
	Place func(placeID string) (article.Place, bool)

	// Identity names everything besides the inputs that decides what a batch's
	// rows are: program, model, gazetteer, options. Batches that an earlier run
	// finished are reused when it is the same.
	Identity string
	// Facts go into _run.json as they are.
	Facts map[string]any

	Progress func(Progress) // called from one goroutine at a time; may be nil
	Log      *slog.Logger   // nil discards

	fault func(op, path string) error // see store; for tests
}

// Progress tells how far a run is.
type Progress struct {
	Bytes     int64 // of input, in finished batches
	Documents int64
	Failures  int64
	Reused    int64 // batches taken over from an earlier run
	Batches   int64 // finished batches, those included
}

func (o Options) withDefaults() Options {
	if o.Out == "" {
		o.Out = "tables"
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.BatchSize <= 0 {
		o.BatchSize = 4 << 20
	}
	if o.Shards <= 0 {
		o.Shards = 1
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

// Validate lists every problem of the options.
func (o Options) Validate() error {
	var errs []error
	if len(o.Inputs) == 0 {
		errs = append(errs, errors.New("no input: name folders, files, globs or - for standard input"))
	}
	if slices.Contains(o.Inputs, "") {
		errs = append(errs, errors.New("an input without a name"))
	}
	if o.Shards > 0 && (o.Shard < 0 || o.Shard >= o.Shards) {
		errs = append(errs, fmt.Errorf("shard %d of %d: want 0 to %d", o.Shard, o.Shards, o.Shards-1))
	}
	if o.Stages.Segmenter == nil || o.Stages.Published == nil {
		errs = append(errs, errors.New("stages: segmenter and publication date finder are needed"))
	}
	for _, x := range o.Overrides {
		if x.Action != "place" {
			continue
		}
		if o.Place == nil {
			errs = append(errs, x.at(errors.New("a place without a gazetteer")))
		} else if _, ok := o.Place(x.To); !ok {
			errs = append(errs, x.at(fmt.Errorf("place %q is not in the gazetteer", x.To)))
		}
	}
	return errors.Join(append(errs, o.Tables.Validate())...)
}

// ErrNothing says that no article could be used.
var ErrNothing = errors.New("no article could be used")

// Run reads the inputs, passes each article through the stages and writes the
// tables. What cannot be read or extracted becomes a row of the errors table.
//
// The tables of an earlier run stay in place until the new ones are whole;
// when Run returns an error other than [ErrNothing], or ctx is cancelled, they
// are still there, and batches that were finished are kept for the next run.
// With ErrNothing and a summary the errors table says why; without a summary
// there is nothing at any of the inputs.
func Run(ctx context.Context, o Options) (*Summary, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if err := o.absent(); err != nil {
		return nil, err
	}
	s, err := openStore(o.Out, tableNames(), o.fault)
	if err != nil {
		return nil, err
	}
	defer s.close()
	c, err := newCensus(s.scratch())
	if err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	defer c.close()
	r := &run{Options: o, store: s, started: time.Now()}
	records, err := r.batches(ctx, c)
	if err != nil {
		return nil, err
	}
	return r.publish(ctx, records, c)
}

// absent says why there is nothing at any of the inputs; nil when there is at
// one: the others are rows of the errors table then.
func (o Options) absent() error {
	var reasons []string
	for i, in := range o.Inputs {
		why := o.Source.Absent(in)
		if why == nil {
			return nil
		}
		reasons = append(reasons, fmt.Sprintf("%s: %v", o.names()[i], why))
	}
	return fmt.Errorf("%w: %s", ErrNothing, strings.Join(reasons, "; "))
}

// names are what the inputs are called.
func (o Options) names() []string {
	if o.Names != nil {
		return o.Names
	}
	return o.Inputs
}

func tableNames() []string {
	var names []string
	for _, s := range output.Schemas() {
		names = append(names, s.Table)
	}
	return names
}

type run struct {
	Options
	store    *store
	started  time.Time
	progress Progress
	skipped  map[string]int // files left out, by reason
}

// batches makes or finds the batches of the run, in input order, and takes the
// census of them.
func (r *run) batches(ctx context.Context, c *census) ([]*batchRecord, error) {
	in, err := source.Open(ctx, r.sourceOptions(), r.Inputs...)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	reader, err := in.Reader()
	if err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	work, done := make(chan batch), make(chan finished, r.Workers)
	g.Go(func() error {
		defer close(work)
		return r.cut(ctx, in, func(b batch) error {
			if b.seq%r.Shards != r.Shard {
				return nil
			}
			select {
			case work <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	workers, wctx := errgroup.WithContext(ctx)
	for range r.Workers {
		workers.Go(func() error {
			w := newWorker(r, reader)
			for b := range work {
				f, err := w.do(wctx, b)
				if err != nil {
					return err
				}
				select {
				case done <- f:
				case <-wctx.Done(): // nobody takes it any more
					return wctx.Err()
				}
			}
			return nil
		})
	}
	g.Go(func() error { defer close(done); return workers.Wait() })
	var records []*batchRecord
	g.Go(func() error {
		for f := range done {
			for len(records) <= f.seq {
				records = append(records, nil)
			}
			f.record.seq = f.seq
			records[f.seq] = f.record
			if err := c.add(f.seq, f.facts); err != nil {
				return err
			}
			r.report(f)
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	r.skipped = in.Skipped()
	records = slices.DeleteFunc(records, func(b *batchRecord) bool { return b == nil }) // other shards'
	return r.leftovers(records, in)
}

func (r *run) report(f finished) {
	r.progress.Batches++
	r.progress.Bytes += f.record.Bytes
	r.progress.Documents += f.record.Rows["documents"]
	r.progress.Failures += f.record.Rows["errors"]
	if f.reused {
		r.progress.Reused++
	}
	r.Progress(r.progress)
}

// sourceOptions keeps OUT out of the inputs.
func (r *run) sourceOptions() source.Options {
	o := r.Source
	o.Exclude = append(slices.Clone(o.Exclude), r.Out)
	return o
}
