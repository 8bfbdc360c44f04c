package dates

// step is one element of a pattern as it met the text.
type step struct {
	edge
	v           value
	first, last int // items
}

// match is a rule that met the text.
type match struct {
	rule        *rule
	first, last int // items, without what is outside
	take        int // items up to here are used up
	steps       [maxLen]step
	n           int
}

// maxParts bounds the time expressions of one match.
const maxParts = 4

// part is one time expression of a match; a range has two, a list more.
type part struct {
	first, last int // items
	frame       frame
}

// matcher walks the patterns over the items of a sentence.
type matcher struct {
	rs    *ruleset
	lex   *lexer
	path  [maxLen]step
	best  match
	after int // where the match before ended: an item
	work  int // elements tried, to show that the time is linear
	met   func(r *rule, first, last int, why string)
}

// at finds the best match that starts at item i: the longest, and of those
// the one whose row comes first. It reports whether there is one.
func (m *matcher) at(i int) bool {
	m.best.rule = nil
	it := &m.lex.items[i]
	var starts []transition
	switch {
	case it.kind == numberItem:
		starts = m.rs.start.number
	case it.mark == '\'':
		starts = m.rs.start.apos
	case it.word != 0:
		b := &m.rs.start.word[it.word]
		if !b.alone && (b.next == nil || !b.next.has(m.lex.at(i+1))) {
			return false
		}
		starts = b.first
	}
	m.try(starts, i, 0, gapAny)
	return m.best.rule != nil
}

// walk tries everything that can follow at item i.
func (m *matcher) walk(n *node, i, depth int) {
	for _, r := range n.accept {
		m.accept(r, i, depth)
	}
	if i >= len(m.lex.items) || depth == maxLen {
		return
	}
	it := &m.lex.items[i]
	if it.word == 0 && it.kind != numberItem && it.mark != '\'' || n.follow != nil && !n.follow.has(it) {
		return
	}
	m.try(n.next, i, depth, it.gap)
}

// try walks on over every transition that item i meets. Transitions are sorted
// by class, so that each class is looked at once.
func (m *matcher) try(list []transition, i, depth int, g gap) {
	var v value
	next := 0
	class := classID(0)
	for k := range list {
		t := &list[k]
		if g&t.gap == 0 {
			continue
		}
		if t.class != class {
			class = t.class
			v, next = m.element(class, i)
		}
		if next > 0 {
			m.path[depth] = step{t.edge, v, i, next}
			m.walk(t.to, next, depth+1)
		}
	}
}

// element reports whether a class is met at item i, with its value and the item
// behind it.
func (m *matcher) element(class classID, i int) (value, int) {
	l := m.lex
	m.work++
	if int(class) <= len(scanners) {
		return scanners[class-1].scan(l, m.rs.classes, i)
	}
	it := &l.items[i]
	if it.word == 0 {
		return value{}, 0
	}
	w := &l.lex.words[it.word]
	for k := range w.phrases {
		if s := &w.phrases[k]; s.class == class && l.phrase(s, i) {
			return value{n: s.val}, i + 1 + len(s.rest)
		}
	}
	if !w.in.has(class) {
		return value{}, 0
	}
	for k := range w.senses {
		if s := &w.senses[k]; s.class == class {
			if s.caps && it.letters == lower {
				return value{}, 0
			}
			return value{n: s.val}, i + 1
		}
	}
	return value{}, i + 1 // a literal
}

// phrase reports whether the rest of a phrase follows item i.
func (l *lexer) phrase(s *sense, i int) bool {
	if s.caps && l.items[i].letters == lower || i+len(s.rest) >= len(l.items) {
		return false
	}
	for k, w := range s.rest {
		if it := &l.items[i+1+k]; it.word != w || it.gap&gapLoose == 0 && it.kind != markItem && l.items[i+k].kind != markItem {
			return false
		}
	}
	return true
}

// phraseOf reports whether a word or phrase of the class starts at item i.
func (l *lexer) phraseOf(i int, c classID) bool {
	it := l.at(i)
	if it.word == 0 {
		return false
	}
	w := &l.lex.words[it.word]
	if w.in.has(c) {
		return true
	}
	for k := range w.phrases {
		if s := &w.phrases[k]; s.class == c && l.phrase(s, i) {
			return true
		}
	}
	return false
}

// accept keeps the rule as the best match when it holds and is longer.
func (m *matcher) accept(r *rule, last, depth int) {
	first, end, lastIn := -1, last, last
	for k := 0; k < depth; k++ {
		if s := &m.path[k]; !s.outside {
			if first < 0 {
				first = s.first
			}
			lastIn = s.last
		}
	}
	if first < 0 {
		return
	}
	if b := &m.best; b.rule != nil && (lastIn < b.last || lastIn == b.last && (first > b.first || first == b.first && r.order >= b.rule.order)) {
		if m.met != nil {
			m.met(r, first, lastIn, "shorter or later than "+b.rule.where)
		}
		return
	}
	if why := m.border(r, first, lastIn); why != "" {
		if m.met != nil {
			m.met(r, first, lastIn, why)
		}
		return
	}
	for k := range r.conds {
		if !r.conds[k].holds(m.lex, first, lastIn) {
			if m.met != nil {
				m.met(r, first, lastIn, "condition does not hold")
			}
			return
		}
	}
	if m.met != nil {
		m.met(r, first, lastIn, "")
	}
	b := &m.best
	b.rule, b.first, b.last, b.take, b.n = r, first, lastIn, end, depth
	copy(b.steps[:depth], m.path[:depth])
}

// border says why a match may not start at item first or end before item
// last: both would cut a word in two. "" is fine.
func (m *matcher) border(r *rule, first, last int) string {
	l := m.lex
	if _, gone := l.val(first, m.rs.classes.gone); gone && first > 0 && (l.phraseOf(first-1, m.rs.classes.units) || l.phraseOf(first-1, m.rs.classes.unit)) {
		return "starts in another length of time" // "six years later in 1837"
	}
	if it := &l.items[first]; first > 0 && first != m.after {
		before := &l.items[first-1]
		if it.gap == gapHyphen && !(before.word != 0 && l.lex.words[before.word].in.has(m.rs.classes.lead)) {
			return "starts inside a compound"
		}
		if it.gap == gapNone && before.kind != markItem && it.kind != markItem {
			return "starts inside a word"
		}
	}
	if last < len(l.items) && last > first {
		it := &l.items[last]
		if it.gap == gapHyphen && !r.args.open {
			return "ends inside a compound"
		}
		if it.gap == gapNone && it.kind != markItem && l.items[last-1].kind != markItem && l.text[l.items[last-1].end-1] != '.' {
			return "ends inside a word"
		}
	}
	return ""
}

// parts builds the frames of the match, one for each time expression in it.
func (b *match) parts(out *[maxParts]part) []part {
	n, open := 0, false
	for k := 0; k < b.n; k++ {
		s := &b.steps[k]
		if s.outside {
			if open {
				n, open = n+1, false
			}
			continue
		}
		if n == maxParts {
			break
		}
		p := &out[n]
		if !open {
			*p, open = part{first: s.first}, true
		}
		p.last = s.last
		if s.slot != noSlot {
			p.frame.put(s.slot, s.v)
		}
		if s.border {
			n, open = n+1, false
		}
	}
	if open {
		n++
	}
	n = min(n, len(out))
	for k := n - 2; k >= 0; k-- {
		left, right := &out[k].frame, &out[k+1].frame
		left.fillFrom(right, slotYear, slotRelYear, slotEra, slotAmPm, slotZone, slotRel, slotThat, slotUnit)
		if left.has(slotDay) {
			left.fillFrom(right, slotMonth)
		}
	}
	for k := 1; k < n; k++ {
		left, right := &out[k-1].frame, &out[k].frame
		right.fillFrom(left, slotYear, slotRelYear, slotRel, slotEra, slotAmPm, slotThat)
		if right.has(slotDay) {
			right.fillFrom(left, slotMonth)
		}
	}
	return out[:n]
}
