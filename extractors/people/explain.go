package people

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Explain says of the people that are named at the byte offset (all with
// at < 0) which mentions were joined, why, and where the title comes from.
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
	for p := range s.people {
		if at >= 0 && !slices.ContainsFunc(s.refs, func(r reference) bool {
			m := c.Mentions[r.mention]
			return r.person == p && m.Start <= at && at < m.End
		}) {
			continue
		}
		if err := s.explain(w, p, ids[p], canonical[p]); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) explain(w io.Writer, p int, id, canonical string) error {
	x := &s.people[p]
	if _, err := fmt.Fprintf(w, "%s %q", id, canonical); err != nil {
		return err
	}
	if x.title.title != "" {
		fmt.Fprintf(w, ", %s", x.title.title)
	}
	if x.gender != anyGender {
		fmt.Fprintf(w, ", %s", map[gender]string{male: "male", female: "female"}[x.gender])
	}
	fmt.Fprintln(w)
	for i := range s.refs {
		r := &s.refs[i]
		if r.person != p {
			continue
		}
		m := &s.d.Mentions[r.mention]
		fmt.Fprintf(w, "  %d-%d %q", m.Start, m.End, s.d.TextOf(m.Span))
		if r.stated.title != "" {
			fmt.Fprintf(w, " with the title %s", r.stated.title)
		}
		if r.to >= 0 {
			fmt.Fprintf(w, ": %s as %q at %d", r.grade, s.refs[r.to].written, s.d.Mentions[s.refs[r.to].mention].Start)
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}
