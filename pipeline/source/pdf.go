package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/source/pdf"
)

// readPDF reads a PDF document that holds text.
func (r *Reader) readPDF(ctx context.Context, raw []byte, a *Article) error {
	in, err := pdf.Read(ctx, raw, pdf.Options{MaxDecoded: max(int64(len(raw))*r.opts.MaxExpand, expandSlack), MaxText: r.opts.MaxArticle})
	switch {
	case err == nil:
	case errors.Is(err, pdf.ErrNoPDF):
		if m := magic(raw); m != "" {
			return fmt.Errorf("%w: the content is %s", ErrBinary, m)
		}
		return fmt.Errorf("PDF: %w", err)
	case errors.Is(err, pdf.ErrNoText):
		return fmt.Errorf("%w: PDF: %s", ErrNoText, strings.TrimPrefix(err.Error(), pdf.ErrNoText.Error()+": "))
	case errors.Is(err, pdf.ErrTooBig):
		return fmt.Errorf("%w: PDF: unpacks to more than %d times its size (--max-expand), or to a text of more than %d bytes (--max-article)", ErrTooBig, r.opts.MaxExpand, r.opts.MaxArticle)
	default:
		return fmt.Errorf("PDF: %w", err)
	}
	d := &a.Doc
	var b blocks
	for _, p := range in.Paragraphs {
		b.add(p.Text, map[pdf.Kind]article.Section{pdf.Body: article.Body, pdf.Title: article.Title, pdf.Heading: article.Heading}[p.Kind])
		if p.Kind == pdf.Title {
			d.Title = p.Text
		}
	}
	d.Text, d.Blocks = b.text.String(), b.list
	if d.Title == "" && formatOf(in.Title).name == "" && path.Ext(in.Title) != ".doc" && !strings.HasPrefix(in.Title, "Microsoft ") {
		d.Title = oneLine(in.Title)
	}
	d.Byline = oneLine(in.Author)
	markAddress(d)
	return nil
}
