package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/language"
	"github.com/dateline-nlp/dateline/pipeline/source"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// A batch is a run of consecutive inputs.
type batch struct {
	seq   int
	items []source.Item
}

// cut groups the inputs into batches. A batch ends when it is full, or, once
// a quarter full, behind an input whose name says so: that way a new file
// shifts the boundaries up to the next such name, not all that follow.
func (r *run) cut(ctx context.Context, in *source.Walker, emit func(batch) error) error {
	var b batch
	var size int64
	flush := func() error {
		if len(b.items) == 0 {
			return nil
		}
		full := b
		b, size = batch{seq: b.seq + 1}, 0
		return emit(full)
	}
	for {
		it, err := in.Next(ctx)
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return err
		}
		b.items = append(b.items, it)
		size += max(it.Size(), 1)
		if size >= r.BatchSize || size >= r.BatchSize/4 && hash64(it.Source(), it.Member())%16 == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

func hash64(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		io.WriteString(h, p)
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// A worker turns batches into parts. It is used by one goroutine.
type worker struct {
	*run
	reader *source.Reader
	tables *output.Batch
}

func newWorker(r *run, reader *source.Reader) *worker {
	return &worker{run: r, reader: reader, tables: output.NewBatch(r.Tables)}
}

// finished is a batch that is done.
type finished struct {
	seq    int
	record *batchRecord
	facts  *facts
	reused bool
}

// do makes a batch, or finds it among those that an earlier run finished.
func (w *worker) do(ctx context.Context, b batch) (finished, error) {
	done := finished{seq: b.seq}
	sums, err := w.sums(ctx, b)
	if err != nil {
		return done, err
	}
	if old, ok := w.store.lookup(w.fingerprint(b, sums)); ok && !w.moreTime(old) {
		if f, err := w.store.facts(old.Fingerprint, false); err == nil {
			if w.Strict && len(old.Failures) > 0 {
				return done, &SetAside{old.Failures[0]}
			}
			done.record, done.facts, done.reused = old, f, true
			return done, nil
		}
	}
	if done.record, done.facts, err = w.make(ctx, b, sums); err != nil {
		return done, err
	}
	done.record.Fingerprint = w.fingerprint(b, sums)
	return done, w.save(done.record, done.facts)
}

// moreTime reports whether articles of a batch took too long, and may now take
// longer.
func (w *worker) moreTime(old *batchRecord) bool {
	return old.TimeLimit > 0 && (w.DocTimeout <= 0 || w.DocTimeout > old.TimeLimit)
}

// make passes the inputs of a batch through the stages into w.tables. Inputs
// may have become others since they were summed: sums become those of what the
// rows are made from.
func (w *worker) make(ctx context.Context, b batch, sums []string) (*batchRecord, *facts, error) {
	rec, f, n := newRecord(), new(facts), 0
	w.tables.Reset()
	err := w.articles(ctx, b.items, func(it source.Item, x outcome) error {
		switch {
		case x.art.Fingerprint != "":
			sums[n] = x.art.Fingerprint
		case x.stage == "read" && !errors.Is(x.err, errTooLong):
			sums[n] = unreadable(x.err)
		}
		n++
		rec.Bytes += x.art.Doc.Bytes
		return w.item(ctx, it, x, rec, f)
	})
	f.finish()
	return rec, f, err
}

// save writes the rows of w.tables and the record as a finished batch.
func (w *worker) save(rec *batchRecord, f *facts) error {
	rec.Identity = w.Identity
	for _, t := range tableNames() {
		rec.Rows[t] = int64(w.tables.Rows(t))
	}
	return w.store.write(rec, f, func(dir string) error { return w.tables.Write(dir, partStem) })
}

// fingerprint covers all that decides the rows of a batch: program, models,
// options, and the content of the inputs.
func (w *worker) fingerprint(b batch, sums []string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%t %t\n", output.SchemaVersion, w.Identity, w.Stages.Language != nil, w.AllLanguages)
	for i, it := range b.items {
		fmt.Fprintf(h, "%q %q %s\n", it.Source(), it.Member(), sums[i])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// sums reads the inputs of a batch and returns what tells each from others.
func (w *worker) sums(ctx context.Context, b batch) ([]string, error) {
	sums := make([]string, len(b.items))
	for i, it := range b.items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if sums[i], err = w.inputSum(ctx, it); err != nil { // Read will meet it too and say it properly
			sums[i] = unreadable(err)
		}
	}
	return sums, nil
}

func unreadable(err error) string { return "unreadable: " + err.Error() }

func (w *worker) inputSum(ctx context.Context, it source.Item) (string, error) {
	type result struct {
		sum string
		err error
	}
	x, err := within(ctx, w.DocTimeout, func(ctx context.Context) result {
		sum, err := w.reader.Fingerprint(ctx, it)
		return result{sum, err}
	})
	return x.sum, cmp.Or(err, x.err)
}

// item adds an input's document, or its failure, to the batch. The error ends
// the run.
func (w *worker) item(ctx context.Context, it source.Item, x outcome, rec *batchRecord, f *facts) error {
	fail := func(stage string, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.setAside(rec, failure(it, stage, err, x.art.Doc.Bytes))
	}
	if x.doubt != nil {
		if err := fail("published", x.doubt); err != nil {
			return err
		}
	}
	if x.err != nil {
		if errors.Is(x.err, errTooLong) {
			rec.TimeLimit = w.DocTimeout
		}
		return fail(x.stage, x.err)
	}
	d := &x.art.Doc
	own, qualified := d.ID, x.art.Qualified()
	if x.clash {
		d.ID = qualified
	}
	if err := w.tables.Add(d); err != nil {
		return fail("output", err)
	}
	rec.document(d)
	if x.foreign {
		count1(&rec.Foreign, d.Language)
	}
	f.document(d, own, qualified)
	return nil
}

// setAside adds a row to the errors table. With Strict it is the end.
func (w *worker) setAside(rec *batchRecord, f output.Failure) error {
	w.Log.Warn("set aside", "doc", f.Source, "member", f.Member, "stage", f.Stage, "err", f.Err)
	if w.Strict {
		return &SetAside{f}
	}
	rec.failure(f)
	w.tables.AddFailure(f)
	return nil
}

// failure is the row of the errors table for an input that came to an error.
func failure(it source.Item, stage string, err error, bytes int64) output.Failure {
	return output.Failure{Source: it.Source(), Member: it.Member(), Stage: stage, Err: clip(err.Error()), Bytes: bytes}
}

// SetAside is an input that cannot be used, as the error of those that do not
// go on without it: [Run] with Options.Strict, [Each] and [Explain].
type SetAside struct{ output.Failure }

func (s *SetAside) Error() string { return fmt.Sprintf("%s: %s: %s", where(s.Failure), s.Stage, s.Err) }

// where names the input of a failure.
func where(f output.Failure) string {
	if f.Member == "" {
		return f.Source
	}
	return f.Source + "#" + f.Member
}

// foreign fills the language of a document that states none, and reports
// whether it is to be left alone for not being English. What the text shows
// counts for more than what its source says of it.
func (w *worker) foreign(d *article.Document) bool {
	if w.Stages.Language == nil {
		return false
	}
	tag := w.Stages.Language.Recognise(d.Text)
	if d.Language == "" {
		d.Language = tag
	}
	if tag == "" || tag == language.English || w.AllLanguages {
		return false
	}
	d.Language = tag
	return true
}

// nameRest makes entities of the mentions that no extractor has settled: each
// is what it is called.
func nameRest(d *article.Document) {
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Canonical == "" {
			m.Canonical = d.TextOf(m.Span)
		}
		if m.EntityID == "" {
			m.EntityID = text.EntityID(m.Kind, m.Canonical)
		}
	}
}

// panicSite finds the project's own function in a stack.
func panicSite(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	after := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "panic(") })
	for _, l := range lines[max(after, 0):] {
		if name, ok := strings.CutPrefix(l, "github.com/dateline-nlp/dateline/"); ok {
			return name[:max(strings.LastIndexByte(name, '('), 0)] // without its arguments, which differ from run to run
		}
	}
	return "unknown place"
}

// clip keeps an error text short enough for a table.
func clip(s string) string {
	const most = 500
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
