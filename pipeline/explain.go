package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

// Each passes every article of the inputs through the stages, batch by batch
// as a run does, and calls f with it, or with the [SetAside] that a run would
// make of it, in input order. The document is f's to keep; with an error it has
// its source, its member and its length alone. An error of f ends it.
func Each(ctx context.Context, o Options, f func(d *article.Document, err error) error) error {
	in, w, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer in.Close()
	return w.cut(ctx, in, func(b batch) error {
		return w.articles(ctx, b.items, func(it source.Item, x outcome) error {
			d := &x.art.Doc
			if x.err != nil {
				d.Source, d.Member = it.Source(), it.Member()
				return f(d, &SetAside{failure(it, x.stage, x.err, d.Bytes)})
			}
			return f(d, nil)
		})
	})
}

// open begins to read the inputs outside a run.
func (o Options) open(ctx context.Context) (*source.Walker, *worker, error) {
	in, err := source.Open(ctx, o.Source, o.Inputs...)
	if err != nil {
		return nil, nil, err
	}
	reader, err := in.Reader()
	if err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	return in, &worker{run: &run{Options: o.withDefaults()}, reader: reader}, nil
}

// Explain passes one article through the stages and writes why it has the
// rows it has: those at a byte offset of its text, or all with at < 0. A
// container needs the member that is meant; "" takes the first.
func Explain(ctx context.Context, w io.Writer, o Options, input, member string, at int) error {
	o.Inputs = []string{input}
	in, wk, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer in.Close()
	for {
		it, err := in.Next(ctx)
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: no such article", input)
		}
		if err != nil {
			return err
		}
		if member == "" || it.Member() == member {
			return wk.articles(ctx, []source.Item{it}, func(it source.Item, x outcome) error { return wk.explain(ctx, w, it, x, at) })
		}
	}
}

func (w *worker) explain(ctx context.Context, out io.Writer, it source.Item, x outcome, at int) error {
	if x.doubt != nil {
		fmt.Fprintf(out, "published: %v\n", x.doubt)
	}
	if x.err != nil {
		return &SetAside{failure(it, x.stage, x.err, x.art.Doc.Bytes)}
	}
	d := &x.art.Doc
	if at >= len(d.Text) {
		return fmt.Errorf("%s: byte %d is behind the end of the text (%d bytes)", it, at, len(d.Text))
	}
	fmt.Fprintf(out, "%s: %d bytes, %d sentences, %d tokens\n", d.ID, len(d.Text), len(d.Sentences), len(d.Tokens))
	if p := d.Published; p.Day != 0 {
		fmt.Fprintf(out, "published %s (%s), from %s: %q\n", p.Day, p.Precision, p.From, p.Text)
	} else {
		fmt.Fprintln(out, "publication date not known")
	}
	if x.foreign {
		fmt.Fprintf(out, "not English (%s): not extracted\n", d.Language)
	}
	if i := d.SentenceAt(max(at, 0)); at >= 0 && i >= 0 {
		s := d.Sentences[i]
		fmt.Fprintf(out, "sentence %d, %s, bytes %d-%d: %q\n", i, s.Section, s.Start, s.End, d.TextOf(s.Span))
	}
	for _, x := range w.Stages.Extractors {
		e, ok := x.(Explainer)
		if !ok {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", x.Name())
		if err := e.Explain(ctx, out, d, at); err != nil {
			return fmt.Errorf("%s: %s: %w", it, x.Name(), err)
		}
	}
	return nil
}
