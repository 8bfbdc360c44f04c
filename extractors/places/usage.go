package places

// usage is how the words of an article are spelt that Americans and others
// spell differently, or that only one of them uses.
type usage struct {
	american, british float32 // how many more such words there are of the one; 0 for the other
}

// usageWords are these words by their hash.
type usageWords struct {
	filter [64]uint64 // by the hash's lowest twelve bits: what is not here is in no list
	words  map[uint64]usageWord
}

type usageWord struct {
	number   int // from 0
	american bool
}

func newUsageWords(l *lexicon) *usageWords {
	u := &usageWords{words: map[uint64]usageWord{}}
	for word, class := range l.class {
		if class&(wBritish|wAmerican) == 0 {
			continue
		}
		h := hashKey(word, 0)
		u.filter[h>>6&63] |= 1 << (h & 63)
		u.words[h] = usageWord{len(u.words), class&wAmerican != 0}
	}
	return u
}

// note counts a word of an article, once.
func (u *usageWords) note(h uint64, seen []bool, sum *int) {
	if u.filter[h>>6&63]>>(h&63)&1 == 0 {
		return
	}
	word, ok := u.words[h]
	if !ok || seen[word.number] {
		return
	}
	seen[word.number] = true
	if word.american {
		*sum++
	} else {
		*sum--
	}
}

// usageOf makes the usage of an article out of how many more American words
// than British ones it has.
func usageOf(sum int) usage {
	if sum > 0 {
		return usage{american: saturate(float32(sum))}
	}
	return usage{british: saturate(float32(-sum))}
}
