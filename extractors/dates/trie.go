package dates

import (
	"cmp"
	"slices"
)

// node is a state on the way through the patterns of all rules, which share
// what they begin with.
type node struct {
	next   []transition
	accept []*rule  // rules that end here, in the order of the files
	follow *wordSet // what can meet next; nil where there is little of it
}

// transition leads from a node to another over one element.
type transition struct {
	edge
	to *node
}

// add puts a sequence of edges below the node, sharing what is there.
func (n *node) add(seq []edge, r *rule) {
	for _, e := range seq {
		n = n.child(e)
	}
	for _, have := range n.accept {
		if have == r {
			return
		}
	}
	n.accept = append(n.accept, r)
}

func (n *node) child(e edge) *node {
	for _, t := range n.next {
		if t.edge == e {
			return t.to
		}
	}
	t := transition{e, &node{}}
	n.next = append(n.next, t)
	return t.to
}

// sort puts the transitions of the node and of all below it in the order of
// their classes.
func (n *node) sort() {
	slices.SortStableFunc(n.next, func(a, b transition) int { return cmp.Compare(a.class, b.class) })
	for _, t := range n.next {
		t.to.sort()
	}
}

// wordSet is a set of what an item can be.
type wordSet struct {
	words  []uint64 // by wordID
	number bool
	apos   bool
}

func (x *lexicon) newWordSet() *wordSet { return &wordSet{words: make([]uint64, len(x.words)/64+1)} }

func (s *wordSet) add(id wordID) { s.words[id/64] |= 1 << (id % 64) }

// has reports whether the item is in the set.
func (s *wordSet) has(it *item) bool {
	if it.word != 0 && s.words[it.word/64]&(1<<(it.word%64)) != 0 {
		return true
	}
	return s.number && it.kind == numberItem || s.apos && it.mark == '\''
}

func (s *wordSet) union(o *wordSet) {
	for i, w := range o.words {
		s.words[i] |= w
	}
	s.number = s.number || o.number
	s.apos = s.apos || o.apos
}

// starts tells by its first item which patterns can meet the text.
type starts struct {
	word   []wordStarts // by wordID
	number []transition
	apos   []transition // an apostrophe
}

// wordStarts are the patterns that can start with a word.
type wordStarts struct {
	first []transition
	alone bool     // one of them may be no longer than that word
	next  *wordSet // what can follow in the others
}

// starter builds the starts.
type starter struct {
	starts
	lex   *lexicon
	class map[classID]*wordSet // what can begin an element of the class
}

// newStarts sorts the first elements of all patterns by the words and shapes
// that can meet them, and notes in each node what can meet next.
func newStarts(x *lexicon, root *node) starts {
	s := &starter{lex: x, class: map[classID]*wordSet{}}
	root.sort()
	s.word = make([]wordStarts, len(x.words))
	for _, t := range root.next {
		set := s.of(t.class)
		if set.number {
			s.number = append(s.number, t)
		}
		if set.apos {
			s.apos = append(s.apos, t)
		}
		for id := range x.words {
			if set.has(&item{word: wordID(id)}) {
				s.word[id].first = append(s.word[id].first, t)
			}
		}
	}
	s.follow(root)
	for id := range s.word {
		s.second(wordID(id))
	}
	return s.starts
}

// of returns the set of what can begin an element of the class.
func (s *starter) of(c classID) *wordSet {
	if set := s.class[c]; set != nil {
		return set
	}
	set := s.lex.newWordSet()
	s.class[c] = set
	if int(c) <= len(scanners) {
		sc := scanners[c-1]
		set.number, set.apos = sc.number, sc.mark
		for _, name := range sc.words {
			set.union(s.of(s.lex.classes[name]))
		}
		return set
	}
	for id := range s.lex.words {
		if s.lex.words[id].starts(c) {
			set.add(wordID(id))
		}
	}
	return set
}

// starts reports whether the word, or a phrase that begins with it, is in the class.
func (w *wordInfo) starts(c classID) bool {
	if w.in.has(c) {
		return true
	}
	for k := range w.phrases {
		if w.phrases[k].class == c {
			return true
		}
	}
	return false
}

// fewTransitions are tried one by one; it takes more to be worth a set.
const fewTransitions = 4

func (s *starter) follow(n *node) {
	if len(n.next) > fewTransitions {
		n.follow = s.lex.newWordSet()
		for _, t := range n.next {
			n.follow.union(s.of(t.class))
		}
	}
	for _, t := range n.next {
		s.follow(t.to)
	}
}

// second finds what can stand behind a word that starts a pattern. Most words
// that start one are common, and what follows them is not.
func (s *starter) second(id wordID) {
	b := &s.word[id]
	if len(b.first) == 0 {
		return
	}
	b.next = s.lex.newWordSet()
	w := &s.lex.words[id]
	for _, t := range b.first {
		meets := w.in.has(t.class)
		if int(t.class) <= len(scanners) { // it may read on over numbers and their words
			b.next.union(s.of(s.lex.classes["num"]))
			b.next.union(s.of(s.lex.classes["ord"]))
			meets = !w.in.has(s.lex.classes["article"]) // "a" needs a number word behind it
		}
		for _, ph := range w.phrases {
			if ph.class == t.class {
				b.next.add(ph.rest[0])
			}
		}
		if !meets {
			continue
		}
		b.alone = b.alone || len(t.to.accept) > 0
		for _, n := range t.to.next {
			b.next.union(s.of(n.class))
		}
	}
}
