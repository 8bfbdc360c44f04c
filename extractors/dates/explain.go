package dates

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// meeting is a rule that met the text.
type meeting struct {
	rule *rule
	span article.Span
	why  string // why it lost; "" if it did not at that point
}

// Explain tells which rules met the sentence at the byte offset, or every
// sentence with at < 0, why all but one lost, and how the winner got its value.
func (x *Extractor) Explain(ctx context.Context, w io.Writer, d *article.Document, at int) error {
	only := -1
	if at >= 0 {
		only = d.SentenceAt(at)
	}
	copied := *d
	copied.Dates = nil
	var met []meeting
	if x.when != nil {
		if err := x.when.extract(ctx, &copied); err != nil {
			return err
		}
	} else {
		s := x.pool.Get().(*scratch)
		err := s.document(ctx, x, &copied, func(sentence int, r *rule, from, to int, why string) {
			if only < 0 || sentence == only {
				met = append(met, meeting{r, article.Span{Start: from, End: to}, why})
			}
		})
		x.pool.Put(s)
		if err != nil {
			return err
		}
	}
	out := &printer{w: w}
	out.header(d)
	for _, dt := range copied.Dates {
		if only < 0 || dt.Sentence == only {
			out.date(d, &dt)
			met = out.meetings(d, met, dt.Span)
		}
	}
	out.meetings(d, met, article.Span{Start: len(d.Text), End: len(d.Text)})
	return out.err
}

// printer keeps the first error of writing.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) header(d *article.Document) {
	if d.Published.Day == 0 {
		p.printf("dates: no publication date\n")
		return
	}
	p.printf("dates: published %s (%s)\n", d.Published.Day, d.Published.From)
}

// date prints one row and where its value comes from.
func (p *printer) date(d *article.Document, dt *article.Date) {
	p.printf("%d-%d %q %s %s", dt.Start, dt.End, d.TextOf(dt.Span), dt.Type, dt.Value)
	for _, f := range [...]struct{ name, value string }{
		{"mod", dt.Mod}, {"from", dt.From.String()}, {"to", dt.To.String()}, {"counted from", strings.TrimSpace(dt.Anchor.String() + " " + dt.AnchorFrom)},
		{"unresolved", dt.UnresolvedReason},
	} {
		if f.value != "" {
			p.printf(", %s %s", f.name, f.value)
		}
	}
	if dt.Ambiguous {
		p.printf(", day and month could be the other way round")
	}
	if dt.Confidence > 0 {
		p.printf(", confidence %.2f", dt.Confidence)
	} else {
		p.printf(", confidence not known")
	}
	p.printf(", rule %s\n", dt.Rule)
}

// meetings prints the meetings that start up to the end of the span, and
// returns the rest.
func (p *printer) meetings(d *article.Document, met []meeting, s article.Span) []meeting {
	for len(met) > 0 && met[0].span.Start < max(s.End, s.Start+1) {
		m := met[0]
		met = met[1:]
		why := m.why
		if why == "" {
			why = "holds"
			if m.rule.do == nil {
				why = "holds: a trap, the text is passed over"
			}
		}
		p.printf("    %s %s %q: %s\n", m.rule.where, m.rule.name, d.TextOf(m.span), why)
	}
	return met
}
