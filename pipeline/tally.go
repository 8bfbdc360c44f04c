package pipeline

import (
	"cmp"
	"slices"
	"strings"
)

// A tally counts strings, in their order. Most hold one or two, which is why it
// is no map. The zero tally is empty.
type tally []tallied

type tallied struct {
	Key string
	N   int64
}

func (t tally) find(key string) (int, bool) {
	return slices.BinarySearchFunc(t, key, func(x tallied, key string) int { return strings.Compare(x.Key, key) })
}

// count returns how often key was counted.
func (t tally) count(key string) int64 {
	if i, ok := t.find(key); ok {
		return t[i].N
	}
	return 0
}

func (t *tally) add(key string, n int64) {
	i, ok := t.find(key)
	if ok {
		(*t)[i].N += n
		return
	}
	*t = slices.Insert(*t, i, tallied{key, n})
}

// merge adds what another tally counted.
func (t *tally) merge(o tally) {
	for _, x := range o {
		t.add(x.Key, x.N)
	}
}

// only returns the single key of a tally, "" when there is none or a choice.
func (t tally) only() string {
	if len(t) != 1 {
		return ""
	}
	return t[0].Key
}

// keys returns what was counted, in order.
func (t tally) keys() []string {
	keys := make([]string, len(t))
	for i := range t {
		keys[i] = t[i].Key
	}
	return keys
}

// displayName returns the most frequent name that is not in capitals alone;
// the most frequent one where all are: "United States" before "US", "Kosi
// River" before "KOSI RIVER", but "NATO" where nothing else is said.
func (t tally) displayName() string {
	var best, bestMixed *tallied
	for i := range t {
		x := &t[i]
		if best == nil || preferred(x, best) {
			best = x
		}
		if x.Key != strings.ToUpper(x.Key) && (bestMixed == nil || preferred(x, bestMixed)) {
			bestMixed = x
		}
	}
	switch {
	case bestMixed != nil:
		return bestMixed.Key
	case best != nil:
		return best.Key
	}
	return ""
}

// preferred: the more frequent name, of several the longest, then the first in
// the alphabet.
func preferred(a, b *tallied) bool {
	return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(len(b.Key), len(a.Key)), cmp.Compare(a.Key, b.Key)) < 0
}
