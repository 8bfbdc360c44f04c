package organisations

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// reference is one mention of an organisation.
type reference struct {
	mention int // index into Document.Mentions
	name    *orgName
	written string // without "the", white space as single spaces
	org     int
	grade   grade // why it is that organisation
	to      int   // the reference whose organisation it joined; -1 for none
}

// organisation is an entity with the names that it has.
type organisation struct {
	names []*orgName
	first int // first reference
	last  int // last reference so far
	near  int // last reference before the short name that is being joined; -1 for none
}

// session resolves the organisations of one document.
type session struct {
	*lexicon
	d       *article.Document
	refs    []reference
	orgs    []organisation
	parsed  map[string]*orgName
	byKey   map[string]int   // key of a name to its organisation
	byWord  map[string][]int // word to the organisations with a name that has it
	defined map[string]int   // key of an acronym to the reference that it stands behind in brackets
}

func newSession(x *lexicon) *session {
	return &session{lexicon: x, parsed: map[string]*orgName{}, byKey: map[string]int{}, byWord: map[string][]int{}, defined: map[string]int{}}
}

// maxCandidates bounds the organisations that one name is compared with, so
// that time stays linear in the number of mentions.
const maxCandidates = 64

// maxNames bounds the names of one organisation that others are compared with.
const maxNames = 16

// run finds the references of a document and joins them: first the names of
// several words, then acronyms and single words, which stand for them.
func (s *session) run(d *article.Document) {
	s.d = d
	s.refs, s.orgs = s.refs[:0], s.orgs[:0]
	clear(s.parsed)
	clear(s.byKey)
	clear(s.byWord)
	clear(s.defined)
	for i := range d.Mentions {
		if d.Mentions[i].Kind == article.ORG {
			s.read(i)
		}
	}
	s.define()
	for i := range s.refs {
		if len(s.refs[i].name.words) > 1 {
			s.joinLong(i)
		}
	}
	for i := range s.refs {
		if s.refs[i].org < 0 {
			s.joinShort(i)
		}
		s.orgs[s.refs[i].org].near = i
	}
}

func (s *session) read(i int) {
	m := &s.d.Mentions[i]
	r := reference{mention: i, org: -1, to: -1}
	r.written = strings.Join(strings.Fields(s.d.TextOf(m.Span)), " ")
	for _, p := range [...]string{"the ", "The ", "THE "} {
		if rest, ok := strings.CutPrefix(r.written, p); ok && rest != "" {
			r.written = rest
		}
	}
	r.name = s.parsed[r.written]
	if r.name == nil {
		r.name = s.parse(r.written)
		s.parsed[r.written] = r.name
	}
	s.refs = append(s.refs, r)
}

// define finds acronyms in brackets behind the name that they stand for, and
// names in brackets behind their acronym.
func (s *session) define() {
	for i := 0; i+1 < len(s.refs); i++ {
		a, b := &s.refs[i], &s.refs[i+1]
		ma, mb := s.d.Mentions[a.mention], s.d.Mentions[b.mention]
		if ma.End > mb.Start || mb.Start-ma.End > 8 || mb.End >= len(s.d.Text) {
			continue
		}
		between := strings.TrimRight(strings.TrimSpace(s.d.Text[ma.End:mb.Start]), "“\"‘")
		after := strings.TrimLeft(s.d.Text[mb.End:min(len(s.d.Text), mb.End+4)], "”\"’")
		if between != "(" || !strings.HasPrefix(after, ")") {
			continue
		}
		rest := strings.TrimSpace(strings.TrimPrefix(after, ")"))
		switch {
		case strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, "–") || strings.HasPrefix(rest, "—"):
			// the agency of a dateline
		case s.defines(b.name, a.name):
			s.defined[b.name.key] = i
		case s.defines(a.name, b.name):
			s.defined[a.name.key] = i + 1
		}
	}
}

// defines reports whether an acronym and a name, one in brackets behind the
// other, are one; an acronym that is known otherwise is no definition.
func (s *session) defines(acronym, long *orgName) bool {
	if acronym.acronym == "" || len(long.words) < 2 {
		return false
	}
	return !s.told(acronym) || s.share(acronym.key, long.key) || s.initials(acronym, long)
}

// candidates calls f for the organisations that have a word in common with a name.
func (s *session) candidates(n *orgName, f func(o int)) {
	for _, w := range n.words {
		if s.words[w]&linkWord != 0 {
			continue
		}
		list := s.byWord[w]
		for _, o := range list[max(0, len(list)-maxCandidates):] {
			f(o)
		}
	}
}

// recent calls f for the organisations that were found last.
func (s *session) recent(f func(o int)) {
	for o := max(0, len(s.orgs)-4*maxCandidates); o < len(s.orgs); o++ {
		f(o)
	}
}

// joinLong joins a name of several words with an organisation, or makes one.
func (s *session) joinLong(i int) {
	r := &s.refs[i]
	if o, ok := s.byKey[r.name.key]; ok {
		s.join(i, o, equal)
		return
	}
	best, bestGrade, rivals := s.nearest(r.name, func(o *organisation) (grade, int) { return s.gradeLong(o, r.name), o.last })
	if best < 0 || bestGrade == byHead || rivals > 0 && bestGrade != byCountry {
		s.found(i)
		return
	}
	s.join(i, best, bestGrade)
	if bestGrade != byCountry { // "the Foreign Ministry" is another one after another is named
		s.enter(best, r.name)
	}
}

// nearest finds the organisation that a name goes with best, -1 when none does,
// by what compare gives: the grade, and the reference that decides between
// equals, the later one. Rivals are others of the same grade.
func (s *session) nearest(n *orgName, compare func(o *organisation) (grade, int)) (best int, top grade, rivals int) {
	best, top = -1, conflict
	at := 0
	try := func(o int) {
		g, last := compare(&s.orgs[o])
		switch {
		case g == conflict || g < top || o == best:
		case g > top:
			best, top, at, rivals = o, g, last, 0
		default:
			rivals++
			if last > at {
				best, at = o, last
			}
		}
	}
	s.candidates(n, try)
	if best < 0 {
		s.recent(try)
	}
	return best, top, rivals
}

// gradeLong compares a name with all names of an organisation: the best grade.
func (s *session) gradeLong(o *organisation, n *orgName) grade {
	best := conflict
	for _, m := range o.names {
		short, long := n, m
		if len(short.words) > len(long.words) || len(short.words) == len(long.words) && long.acronym != "" {
			short, long = m, n
		}
		g := s.compare(short, long)
		if g == bySurmise && long == n {
			continue // the longer name comes second: "Boeing", "Boeing Capital"
		}
		if g == conflict && s.apart(m, n) {
			return conflict
		}
		best = max(best, g)
	}
	return best
}

// apart reports whether two names tell two organisations: other countries, or two that are known.
func (s *session) apart(a, b *orgName) bool {
	return a.country != "" && b.country != "" && a.country != b.country || s.told(a) && s.told(b) && !s.share(a.key, b.key)
}

// found makes an organisation of reference i.
func (s *session) found(i int) {
	o := len(s.orgs)
	s.orgs = append(s.orgs, organisation{first: i, last: i, near: -1})
	s.enter(o, s.refs[i].name)
	s.refs[i].org, s.refs[i].grade = o, equal
}

// enter makes an organisation known under a name.
func (s *session) enter(o int, n *orgName) {
	if len(s.orgs[o].names) < maxNames {
		s.orgs[o].names = append(s.orgs[o].names, n)
	}
	if _, ok := s.byKey[n.key]; !ok {
		s.byKey[n.key] = o
	}
	for _, w := range n.words {
		if list := s.byWord[w]; len(list) == 0 || list[len(list)-1] != o {
			s.byWord[w] = append(list, o)
		}
	}
}

// join gives reference i to organisation o.
func (s *session) join(i, o int, g grade) {
	r, x := &s.refs[i], &s.orgs[o]
	r.org, r.grade, r.to = o, g, x.last
	x.first, x.last = min(x.first, i), max(x.last, i)
}

// joinShort joins an acronym or a name of one word.
func (s *session) joinShort(i int) {
	r := &s.refs[i]
	if o, ok := s.byKey[r.name.key]; ok {
		s.join(i, o, equal)
		return
	}
	if to, ok := s.defined[r.name.key]; ok && s.refs[to].org >= 0 && to != i {
		o := s.refs[to].org
		s.join(i, o, byDefinition)
		s.enter(o, r.name)
		return
	}
	best, bestGrade, rivals := s.nearest(r.name, func(o *organisation) (grade, int) { return s.gradeShort(o, i), o.near })
	switch {
	case best < 0, rivals > 0 && bestGrade < byCountry && bestGrade != byHead:
		s.found(i)
	case bestGrade == byHead, bestGrade == byCountry:
		s.join(i, best, bestGrade)
	default:
		s.join(i, best, bestGrade)
		s.enter(best, r.name)
	}
}

// gradeShort compares a name of one word with an organisation.
func (s *session) gradeShort(o *organisation, i int) grade {
	r := &s.refs[i]
	best := conflict
	for _, n := range o.names {
		g := s.compare(r.name, n)
		switch {
		case g == conflict && s.apart(n, r.name):
			return conflict
		case g == bySurmise && o.first > i && !s.inTitle(i):
			continue // a short form follows the name
		case g == byHead && (o.near < 0 || !s.definite(i)):
			continue
		}
		best = max(best, g)
	}
	return best
}

func (s *session) inTitle(i int) bool {
	k := s.d.Mentions[s.refs[i].mention].Sentence
	return k >= 0 && k < len(s.d.Sentences) && s.d.Sentences[k].Section == article.Title
}

// definite reports whether "the" stands before reference i or begins it.
func (s *session) definite(i int) bool {
	m := s.d.Mentions[s.refs[i].mention]
	if before := strings.TrimSpace(s.d.Text[max(0, m.Start-5):m.Start]); before == "the" || before == "The" || strings.HasSuffix(before, " the") || strings.HasSuffix(before, "\nThe") {
		return true
	}
	return strings.HasPrefix(s.d.TextOf(m.Span), "the ") || strings.HasPrefix(s.d.TextOf(m.Span), "The ")
}
