package people

import (
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// reference is one mention of a person with what is known about it.
type reference struct {
	mention int // index into Document.Mentions
	name    *personName
	written string // the span, white space as single spaces
	stated  stated
	implied *personName // with the surname that the next name lends: "Donald" in "Donald and Melania Trump"
	person  int
	grade   grade // why it is that person
	to      int   // the reference whose name it was joined to; -1 for none
}

// person is an entity with what its references say.
type person struct {
	names    []*personName // distinct full names, or the single name that it has
	full     bool
	plural   bool // "the Bidens": joins nothing but its equal
	gender   gender
	royal    bool
	kin      bool // introduced as somebody's wife, son, ...
	title    stated
	first    int // first reference
	last     int // last reference so far
	mentions int
}

// session resolves the people of one document.
type session struct {
	*lexicon
	d       *article.Document
	titles  titleReader
	refs    []reference
	people  []person
	parsed  map[string]*personName
	byKey   map[string][]int // skeleton of a part to the people that have it
	wholes  map[string]int   // full name, folded, to the person that has it
	singles map[string][]int // single name to the people that were meant by it
	key     []byte
}

func newSession(x *lexicon) *session {
	return &session{lexicon: x, titles: titleReader{lexicon: x}, parsed: map[string]*personName{}, byKey: map[string][]int{}, wholes: map[string]int{}, singles: map[string][]int{}}
}

// maxCandidates bounds the people that one name is compared with, so that time
// stays linear in the number of mentions.
const maxCandidates = 64

// maxNames bounds the names of one person that others are compared with.
const maxNames = 16

// run finds the references of a document and joins them.
func (s *session) run(d *article.Document) {
	s.d, s.titles.d = d, d
	s.refs, s.people = s.refs[:0], s.people[:0]
	clear(s.parsed)
	clear(s.byKey)
	clear(s.singles)
	clear(s.wholes)
	for i := range d.Mentions {
		if d.Mentions[i].Kind == article.PER {
			s.read(i)
		}
	}
	s.lend()
	for i := range s.refs {
		if n := s.refs[i].name; n.full() && !s.isPlural(i) {
			s.joinFull(i)
		}
	}
	s.tell()
	for i := range s.refs {
		if s.refs[i].person < 0 {
			s.joinSingle(i)
		}
	}
	s.tell()
}

// read adds the reference that mention i is; nothing but a title is none.
func (s *session) read(i int) {
	m := &s.d.Mentions[i]
	from := s.d.TokenAt(m.Start)
	to := from
	for to < len(s.d.Tokens) && s.d.Tokens[to].Start < m.End {
		to++
	}
	r := reference{mention: i, person: -1, to: -1}
	bare := m.Start
	if from < to {
		var prev, span, name int
		if i > 0 {
			prev = s.d.Mentions[i-1].End
		}
		if s.clipped(from, prev) && s.d.Tokens[from].Start == m.Start {
			from--
			m.Start = s.d.Tokens[from].Start
		}
		r.stated, span, name = s.titles.around(m, prev, from, to)
		if name == to {
			return
		}
		if span > from && s.d.Tokens[from].Start == m.Start {
			m.Start = s.d.Tokens[span].Start
		}
		bare = max(m.Start, s.d.Tokens[name].Start)
	}
	r.written = squeeze(s.d.TextOf(m.Span))
	key := s.d.Text[bare:m.End]
	r.name = s.parsed[key]
	if r.name == nil {
		r.name = s.parse(key)
		s.parsed[key] = r.name
	}
	s.refs = append(s.refs, r)
}

// clipped reports whether the word before token t is the first half of the
// name that begins there, "Abu" or "Abdul", and no part of the mention before.
func (s *session) clipped(t, prev int) bool {
	if t == 0 || s.d.Tokens[t-1].Start < prev || s.d.SentenceAt(s.d.Tokens[t-1].Start) != s.d.SentenceAt(s.d.Tokens[t].Start) {
		return false
	}
	w := s.d.TextOf(s.d.Tokens[t-1].Span)
	if !startsUpper(w) || strings.TrimSpace(s.d.Text[s.d.Tokens[t-1].End:s.d.Tokens[t].Start]) != "" {
		return false
	}
	c := s.particles[string(s.titles.folded(t-1, t))]
	return c == kunya || c == servant
}

// squeeze makes white space single spaces.
func squeeze(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != ' ' }) && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// lend gives a given name the surname of the name that it is joined to by "and".
func (s *session) lend() {
	for i := 0; i+1 < len(s.refs); i++ {
		a, b := &s.refs[i], &s.refs[i+1]
		if a.name.single() == nil || !b.name.full() || a.name.parts[0].initial {
			continue
		}
		ma, mb := s.d.Mentions[a.mention], s.d.Mentions[b.mention]
		if ma.End > mb.Start {
			continue
		}
		between := strings.TrimSpace(s.d.Text[ma.End:mb.Start])
		_, known := s.given[a.name.parts[0].key]
		if (between == "and" || between == "&") && known && a.name.parts[0].key != b.name.last().key {
			parts := append([]part{a.name.parts[0]}, *b.name.last())
			a.implied = &personName{folded: a.name.folded + " " + b.name.last().key, parts: parts, gender: a.name.gender}
		}
	}
}

// isPlural reports whether reference i names a family: "the Bidens".
func (s *session) isPlural(i int) bool {
	r := &s.refs[i]
	w := r.written
	if len(r.name.parts) != 1 || len(w) < 4 || w[len(w)-1] != 's' {
		return false
	}
	m := s.d.Mentions[r.mention]
	before := strings.TrimRightFunc(s.d.Text[max(0, m.Start-8):m.Start], unicode.IsSpace)
	return strings.HasSuffix(before, " the") || strings.HasSuffix(before, "The") || before == "the"
}

// skeleton returns the key under which a part is found; valid until the next call.
func (s *session) skeleton(key string) []byte {
	s.key = text.Skeleton(s.key[:0], key)
	if len(s.key) < 2 {
		s.key = append(s.key[:0], key...)
	}
	return s.key
}

// candidates calls f for the people that may bear the name, each at least once.
func (s *session) candidates(n *personName, f func(p int)) {
	for i := range n.parts {
		if n.parts[i].initial {
			continue
		}
		s.under(n.parts[i].key, f)
		s.under(n.parts[i].alt[0], f)
		s.under(n.parts[i].alt[1], f)
	}
}

func (s *session) under(key string, f func(p int)) {
	if key == "" {
		return
	}
	s.each(s.skeleton(key), f)
	for _, row := range s.spellings[key] {
		s.each(s.row('s', row), f)
	}
	for _, row := range s.nicks[key] {
		s.each(s.row('n', row), f)
	}
}

func (s *session) each(k []byte, f func(p int)) {
	list := s.byKey[string(k)]
	for _, p := range list[max(0, len(list)-maxCandidates):] {
		f(p)
	}
}

// enter makes person p known under a name and its parts.
func (s *session) enter(p int, n *personName) {
	s.wholes[n.folded] = p
	for i := range n.parts {
		if n.parts[i].initial {
			continue
		}
		s.index(n.parts[i].key, p)
		s.index(n.parts[i].alt[0], p)
		s.index(n.parts[i].alt[1], p)
	}
	s.index(n.nick, p)
}

func (s *session) index(key string, p int) {
	if key == "" {
		return
	}
	s.put(s.skeleton(key), p)
	for _, row := range s.spellings[key] {
		s.put(s.row('s', row), p)
	}
	for _, row := range s.nicks[key] {
		s.put(s.row('n', row), p)
	}
}

func (s *session) put(k []byte, p int) {
	if list := s.byKey[string(k)]; len(list) == 0 || list[len(list)-1] != p {
		s.byKey[string(k)] = append(list, p)
	}
}

// row returns the key of a row of data/variants.tsv; no skeleton looks like
// it. It is valid until the next call.
func (s *session) row(class byte, row int32) []byte {
	s.key = append(s.key[:0], 0, class, byte(row), byte(row>>8))
	return s.key
}

// joinFull joins a full name with the person that it goes with best, or makes a person.
func (s *session) joinFull(i int) {
	r := &s.refs[i]
	if p, ok := s.wholes[r.name.folded]; ok && !s.people[p].gender.conflicts(r.stated.gender) {
		s.join(i, p, equal)
		return
	}
	best, bestGrade := -1, conflict
	s.candidates(r.name, func(p int) {
		if g := s.gradeFull(&s.people[p], r); g > bestGrade || g == bestGrade && g != conflict && s.people[p].last > s.people[best].last {
			best, bestGrade = p, g
		}
	})
	if best < 0 {
		s.found(i, true)
		return
	}
	s.join(i, best, bestGrade)
	if x := &s.people[best]; bestGrade != equal && len(x.names) < maxNames {
		x.names = append(x.names, r.name)
		s.enter(best, r.name)
	}
}

// gradeFull compares a full name with all names of a person: the best grade, conflict when one of them conflicts.
func (s *session) gradeFull(p *person, r *reference) grade {
	if p.gender.conflicts(r.stated.gender) {
		return conflict
	}
	best := conflict
	for _, n := range p.names {
		g := s.compareFull(n, r.name)
		switch {
		case g == equal:
			return equal
		case g == conflict:
			return conflict
		}
		best = max(best, g)
	}
	return best
}

// found makes a person of reference i.
func (s *session) found(i int, full bool) {
	r := &s.refs[i]
	p := len(s.people)
	s.people = append(s.people, person{names: []*personName{r.name}, full: full, gender: r.name.gender, first: i, last: i})
	if full {
		s.enter(p, r.name)
	}
	r.grade = equal
	s.settle(i, p)
}

// join gives reference i to person p.
func (s *session) join(i, p int, g grade) {
	r := &s.refs[i]
	r.grade, r.to = g, s.people[p].last
	s.settle(i, p)
}

func (s *session) settle(i, p int) {
	r, x := &s.refs[i], &s.people[p]
	r.person = p
	x.mentions++
	x.last = max(x.last, i)
	x.first = min(x.first, i)
	x.royal = x.royal || r.stated.royal
	x.kin = x.kin || r.stated.kin
	if r.stated.gender != anyGender {
		x.gender = r.stated.gender
	} else if x.gender == anyGender {
		x.gender = r.name.gender
	}
}

// joinSingle joins a name of one part.
func (s *session) joinSingle(i int) {
	r := &s.refs[i]
	key := r.name.folded
	if r.name.single() == nil || s.isPlural(i) {
		s.joinEqual(i, key)
		return
	}
	if r.implied != nil && s.joinImplied(i) {
		return
	}
	best, bestGrade, rival := -1, conflict, -1
	s.candidates(r.name, func(p int) {
		g := s.gradeSingle(&s.people[p], i)
		switch {
		case g == conflict || p == best:
		case best < 0 || s.better(i, p, g, best, bestGrade):
			if g == bestGrade {
				rival = best
			}
			best, bestGrade = p, g
		case g == bestGrade:
			rival = p
		}
	})
	if best >= 0 && !(rival >= 0 && bestGrade <= byGiven && s.doubtful(i, best, rival)) {
		s.join(i, best, bestGrade)
		s.meant(key, best)
		return
	}
	s.joinEqual(i, key)
}

// joinImplied joins "Donald" of "Donald and Melania Trump" with a Donald Trump of the article.
func (s *session) joinImplied(i int) bool {
	r := &s.refs[i]
	best := -1
	s.candidates(r.implied, func(p int) {
		for _, n := range s.people[p].names {
			if s.people[p].full && s.compareFull(n, r.implied) >= byNick {
				best = p
			}
		}
	})
	if best < 0 {
		return false
	}
	s.join(i, best, byGiven)
	return true
}

// gradeSingle compares a single name with a person of full names.
func (s *session) gradeSingle(p *person, i int) grade {
	r := &s.refs[i]
	if p.gender.conflicts(r.stated.gender) {
		return conflict
	}
	best := conflict
	for _, n := range p.names {
		best = max(best, s.compareSingle(r.name, n))
	}
	switch {
	case r.stated.royal && !p.royal && best != byFamily:
		return conflict // King William is not William Hague
	case p.kin && best == byFamily && i < p.first && r.stated.gender == anyGender:
		return conflict // "Yeltsin" is not "his wife Naina Yeltsin"
	}
	return best
}

// better reports whether person p, by grade g, is a better antecedent for reference i than person q.
func (s *session) better(i, p int, g grade, q int, h grade) bool {
	if g != h {
		return g > h
	}
	a, b := &s.people[p], &s.people[q]
	if before := a.first < i; before != (b.first < i) {
		return before
	}
	if a.kin != b.kin {
		return b.kin // "his wife" keeps the full name
	}
	if s.wasMeant(i, p) != s.wasMeant(i, q) {
		return s.wasMeant(i, p)
	}
	if t := s.refs[i].stated.title; t != "" && (a.title.title == t) != (b.title.title == t) {
		return a.title.title == t
	}
	// Of two namesakes the one that is introduced first is called by the
	// surname; the other one keeps the full name.
	return a.first < b.first
}

// doubtful reports whether a given name that two people have does not tell
// which of them it means: nobody was called so before, and neither of them is
// the one that the article is about.
func (s *session) doubtful(i, p, q int) bool {
	return !s.wasMeant(i, p) && s.people[p].mentions < 2*s.people[q].mentions
}

// meant notes that a single name was used for person p.
func (s *session) meant(key string, p int) { s.singles[key] = append(s.singles[key], p) }

// wasMeant reports whether the last use of the single name was for person p.
func (s *session) wasMeant(i, p int) bool {
	list := s.singles[s.refs[i].name.folded]
	return len(list) > 0 && list[len(list)-1] == p
}

// joinEqual joins a single name with an equal one, or one that is spelled alike, or makes a person.
func (s *session) joinEqual(i int, key string) {
	r := &s.refs[i]
	list := s.singles[key]
	for k := len(list) - 1; k >= 0; k-- {
		if p := list[k]; !s.people[p].gender.conflicts(r.stated.gender) {
			s.join(i, p, equal)
			return
		}
	}
	plural := s.isPlural(i)
	if !plural && r.name.single() != nil {
		for p := range s.people[max(0, len(s.people)-maxCandidates):] {
			p += max(0, len(s.people)-maxCandidates)
			x := &s.people[p]
			if x.full || x.plural || x.names[0].single() == nil || x.gender.conflicts(r.stated.gender) {
				continue
			}
			if s.compareSingles(x.names[0], r.name) != conflict {
				s.join(i, p, spelling)
				s.meant(key, p)
				return
			}
		}
	}
	s.found(i, false)
	s.people[s.refs[i].person].plural = plural
	s.meant(key, s.refs[i].person)
}

// tell gives every person the title that was stated last.
func (s *session) tell() {
	for p := range s.people {
		s.people[p].title = stated{}
	}
	for i := range s.refs {
		r := &s.refs[i]
		if r.stated.title == "" || r.person < 0 {
			continue
		}
		t := &s.people[r.person].title
		// An office or a rank, as last stated, before "Dr.", before a role.
		if t.title == "" || weight(r.stated.class) <= weight(t.class) {
			*t = r.stated
		}
	}
}

// weight ranks the classes of titles; office and rank weigh the same.
func weight(c titleClass) int { return max(int(c), int(rank)) }
