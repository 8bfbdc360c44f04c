package names

import "github.com/dateline-nlp/dateline/pipeline/article"

// The label set is BIOES over five kinds. Label 0 is O; kind k (0 to 4: PER,
// ORG, LOC, NORP, MISC) has 1+4k (first token), +1 (inside), +2 (last), +3
// (the only one).
const (
	kinds   = 5
	columns = 4 * kinds // labels other than O, whose score is always 0
	labels  = 1 + columns

	begin  = 0
	inside = 1
	last   = 2
	single = 3
)

type labelSet uint32 // bit l is label l

const allLabels labelSet = 1<<labels - 1

func labelOf(k article.Kind, position int) int { return 1 + 4*(int(k)-1) + position }

func kindOf(label int) article.Kind { return article.Kind((label-1)/4 + 1) }

func positionOf(label int) int { return (label - 1) % 4 }

// opens reports whether a label may begin a sentence or follow the end of a
// name: O, B and S.
func opens(l int) bool { return l == 0 || positionOf(l) == begin || positionOf(l) == single }

// closes reports whether a label may end a sentence: O, E and S.
func closes(l int) bool { return l == 0 || positionOf(l) == last || positionOf(l) == single }

// legal reports whether label b may follow label a.
func legal(a, b int) bool {
	if closes(a) {
		return opens(b)
	}
	return !opens(b) && kindOf(a) == kindOf(b)
}

// legalNext[a] holds the labels that may follow a.
var legalNext = func() (t [labels]labelSet) {
	for a := range labels {
		for b := range labels {
			if legal(a, b) {
				t[a] |= 1 << b
			}
		}
	}
	return t
}()

// set returns the labels with the given position in a name of any of the kinds.
func positionSet(ks kindSet, position int) (s labelSet) {
	for k := article.PER; k <= article.MISC; k++ {
		if ks.has(k) {
			s |= 1 << labelOf(k, position)
		}
	}
	return s
}

// kindSet says which kinds an annotation may stand for: bit k is Kind k, bit 0
// is "no name at all".
type kindSet uint8

func kindsOf(ks ...article.Kind) (s kindSet) {
	for _, k := range ks {
		s |= 1 << k
	}
	return s
}

func (s kindSet) has(k article.Kind) bool { return s&(1<<k) != 0 }

// outside returns the labels of a token of which the annotators said nothing,
// when they did not annotate the kinds in unmarked.
func outside(unmarked kindSet) labelSet {
	s := labelSet(1)
	for position := range 4 {
		s |= positionSet(unmarked, position)
	}
	return s
}
