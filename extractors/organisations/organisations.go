// Package organisations tells which organisation is which among the mentions
// of an article: "IRGC" is the "Islamic Revolutionary Guard Corps", "the
// Pentagon" the "U.S. Department of Defense", "Ford" the "Ford Motor Co.".
//
// Acronyms are joined by a definition in the text, by their letters, or because
// they are known (data/known.tsv); short forms by what they leave out: a legal
// form, a country, a tail such as "Airlines". Two known organisations, or two
// of different countries, are never joined. All of it is decided inside one
// article; the entity id then depends on the names alone.
package organisations

import (
	"context"
	"strings"
	"sync"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// Options has no settings yet; the zero value is what there is.
type Options struct{}

// Resolver joins the mentions of organisations. It is immutable and safe for
// concurrent use.
type Resolver struct {
	lexicon  *lexicon
	sessions sync.Pool // *session
}

// New loads the tables of names and words.
func New(Options) (*Resolver, error) {
	x, err := newLexicon()
	if err != nil {
		return nil, err
	}
	r := &Resolver{lexicon: x}
	r.sessions.New = func() any { return newSession(x) }
	return r, nil
}

// Name returns "organisations".
func (r *Resolver) Name() string { return "organisations" }

// Extract sets EntityID and Canonical of the mentions of kind ORG. Where two
// organisations of one article would have the same id, "#2" and so on is
// added. Extracting twice changes nothing.
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

func (s *session) write() {
	canonical := s.canonicals()
	ids := s.ids(canonical)
	for i := range s.refs {
		r := &s.refs[i]
		m := &s.d.Mentions[r.mention]
		m.EntityID, m.Canonical = ids[r.org], canonical[r.org]
	}
}

// entityID makes the id of an organisation: of its name in data/known.tsv when
// one of its names tells it, else of the canonical name without legal form.
func (s *session) entityID(o int, canonical string) string {
	for _, n := range s.orgs[o].names {
		if row := s.row(n.key); row >= 0 {
			return text.EntityID(article.ORG, s.known[row])
		}
	}
	words := strings.Fields(text.Fold(canonical))
	words, _ = s.dropLegal(words)
	return text.EntityID(article.ORG, strings.Join(words, " "))
}

// ids returns the entity id of every one, given the display names.
func (s *session) ids(canonical []string) []string {
	ids := make([]string, len(canonical))
	for i, c := range canonical {
		ids[i] = s.entityID(i, c)
	}
	text.NumberIDs(ids)
	return ids
}

// canonicals returns the display name of every organisation: the fullest of
// the forms in the article; of several the most frequent, then the first.
func (s *session) canonicals() []string {
	type form struct{ score, count int }
	best := make([]string, len(s.orgs))
	score := make([]form, len(s.orgs))
	counts := map[string]int{}
	for i := range s.refs {
		counts[s.refs[i].written]++
	}
	for i := range s.refs {
		r := &s.refs[i]
		f := form{s.fullness(r), counts[r.written]}
		b := &score[r.org]
		if best[r.org] == "" || f.score > b.score || f.score == b.score && f.count > b.count {
			best[r.org], *b = r.written, f
		}
	}
	return best
}

// fullness ranks the forms of one name: words that tell something, then the legal form.
func (s *session) fullness(r *reference) int {
	n := 0
	if r.name.acronym == "" {
		n = 5
	}
	for _, w := range r.name.words {
		if s.lexicon.words[w]&linkWord == 0 && r.name.acronym == "" {
			n += 10
		}
	}
	if r.name.country != "" {
		n += 10
	}
	if r.name.legal {
		n++
	}
	if strings.ContainsFunc(r.written, unicode.IsLower) {
		n += 4
	}
	return n
}
