package organisations

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Explain says of the organisations that are named at the byte offset (all
// with at < 0) which mentions were joined, and why.
func (r *Resolver) Explain(ctx context.Context, w io.Writer, d *article.Document, at int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := *d
	c.Mentions = slices.Clone(d.Mentions)
	s := r.sessions.Get().(*session)
	defer r.sessions.Put(s)
	s.run(&c)
	canonical := s.canonicals()
	ids := s.ids(canonical)
	for o := range s.orgs {
		if at >= 0 && !slices.ContainsFunc(s.refs, func(r reference) bool {
			m := c.Mentions[r.mention]
			return r.org == o && m.Start <= at && at < m.End
		}) {
			continue
		}
		if err := s.explain(w, o, ids[o], canonical[o]); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) explain(w io.Writer, o int, id, canonical string) error {
	if _, err := fmt.Fprintf(w, "%s %q\n", id, canonical); err != nil {
		return err
	}
	for _, n := range s.orgs[o].names {
		if row := s.row(n.key); row >= 0 {
			fmt.Fprintf(w, "  known as %s (data/known.tsv)\n", s.known[row])
			break
		}
	}
	for i := range s.refs {
		r := &s.refs[i]
		if r.org != o {
			continue
		}
		m := &s.d.Mentions[r.mention]
		fmt.Fprintf(w, "  %d-%d %q", m.Start, m.End, s.d.TextOf(m.Span))
		if r.to >= 0 {
			fmt.Fprintf(w, ": %s as %q at %d", r.grade, s.refs[r.to].written, s.d.Mentions[s.refs[r.to].mention].Start)
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}
