// Package people tells who is who among the mentions of people in an article:
// "Gen. Frank McKenzie", "McKenzie" and "General McKenzie" are one person, with
// the title General.
//
// Names are taken apart (given names, initials, particles, surname), titles are
// taken out of the span and kept, and a shorter name joins the full name that
// it goes with: by surname, given name or a spelling of them. Nothing joins
// across conflicting given names or genders. All of it is decided inside one
// article; the entity id then depends on the canonical name alone.
package people

import (
	"cmp"
	"context"
	"sync"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// Options has no settings yet; the zero value is what there is.
type Options struct{}

// Resolver joins the mentions of people. It is immutable and safe for
// concurrent use.
type Resolver struct {
	lexicon  *lexicon
	sessions sync.Pool // *session
}

// New loads the tables of names and titles.
func New(Options) (*Resolver, error) {
	x, err := newLexicon()
	if err != nil {
		return nil, err
	}
	r := &Resolver{lexicon: x}
	r.sessions.New = func() any { return newSession(x) }
	return r, nil
}

// Name returns "people".
func (r *Resolver) Name() string { return "people" }

// Extract sets EntityID, Canonical and Title of the mentions of kind PER. A
// title at the start of a span is taken out of it; a mention that is nothing
// but a title is removed. Where two people of one article have the same
// canonical name, "#2" and so on is added to the id. Extracting twice changes
// nothing.
func (r *Resolver) Extract(ctx context.Context, d *article.Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := r.sessions.Get().(*session)
	defer r.sessions.Put(s)
	s.run(d)
	s.write()
	return nil
}

// write sets the fields of the mentions and removes those that name nobody.
func (s *session) write() {
	canonical := s.canonicals()
	ids := s.ids(canonical)
	for i := range s.refs {
		r := &s.refs[i]
		m := &s.d.Mentions[r.mention]
		m.EntityID, m.Canonical, m.Title = ids[r.person], canonical[r.person], s.people[r.person].title.title
	}
	next := 0
	bare := func(i int) bool { // a mention that no reference was made of
		for next < len(s.refs) && s.refs[next].mention < i {
			next++
		}
		return s.d.Mentions[i].Kind == article.PER && (next == len(s.refs) || s.refs[next].mention != i)
	}
	keep := s.d.Mentions[:0]
	for i := range s.d.Mentions {
		if !bare(i) {
			keep = append(keep, s.d.Mentions[i])
		}
	}
	s.d.Mentions = keep
}

// ids returns the entity id of every one, given the display names.
func (s *session) ids(canonical []string) []string {
	ids := make([]string, len(canonical))
	for i, c := range canonical {
		ids[i] = text.EntityID(article.PER, c)
	}
	text.NumberIDs(ids)
	return ids
}

// canonicals returns the display name of every person: the fullest of the
// forms in the article, not in capitals; of several the most frequent, then the first.
func (s *session) canonicals() []string {
	type form struct{ score, count int }
	best := make([]string, len(s.people))
	score := make([]form, len(s.people))
	chosen := make([]*personName, len(s.people))
	counts := map[string]int{}
	for i := range s.refs {
		counts[s.refs[i].written]++
	}
	for i := range s.refs {
		r := &s.refs[i]
		f := form{fullness(r), counts[r.written]}
		b := &score[r.person]
		formal := s.formality(r.name, chosen[r.person])
		if best[r.person] == "" || f.score > b.score || f.score == b.score && (formal > 0 || formal == 0 && f.count > b.count) {
			best[r.person], *b, chosen[r.person] = r.written, f, r.name
		}
	}
	return best
}

// formality tells which of two names has the longer form of one given name: 1
// for a, -1 for b, 0 when they do not differ in that.
func (s *session) formality(a, b *personName) int {
	if b == nil || len(a.parts) == 0 || len(b.parts) == 0 {
		return 0
	}
	p, q := a.parts[0].key, b.parts[0].key
	if p == q || !share(s.nicks, p, q) {
		return 0
	}
	return cmp.Compare(len(p), len(q))
}

// fullness ranks the forms of one name.
func fullness(r *reference) int {
	n := 0
	lower := false
	for _, c := range r.written {
		lower = lower || unicode.IsLower(c)
	}
	for i := range r.name.parts {
		switch p := &r.name.parts[i]; {
		case p.initial:
			n += 2
		case !p.weak:
			n += 10
		}
	}
	if r.name.suffix != "" {
		n++
	}
	if lower {
		n += 5
	}
	return n
}
