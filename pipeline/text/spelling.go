package text

// Names from other scripts come in several spellings: Mohammed and Mohamed,
// Soleimani and Suleimani, Qasem and Kassim. What they share is the sequence of
// consonants; what differs is mostly the vowels. The letters that stand for one
// consonant are brought together (q = k, ph = f, doubled = single), the vowels
// between two consonants are compared by how often transliterations swap them.

// sounds is a folded word as consonants and the vowels before each of them
// (and after the last).
type sounds struct {
	consonants [maxKey]byte
	vowels     [maxKey]byte
	ends       [maxKey + 1]uint8 // where the vowels before each consonant end
	n          int               // number of consonants
}

func (s *sounds) spell() []byte { return s.consonants[:s.n] }

// before returns the vowels before consonant i.
func (s *sounds) before(i int) []byte {
	if i == 0 {
		return s.vowels[:s.ends[0]]
	}
	return s.vowels[s.ends[i-1]:s.ends[i]]
}

// Skeleton appends the consonants of a folded word to dst, spelled in one way:
// words that may be spellings of one name have equal skeletons. Letters beyond
// ASCII are taken as they are. Words of more than 40 bytes have none.
func Skeleton(dst []byte, word string) []byte {
	var s sounds
	s.read(word)
	return append(dst, s.spell()...)
}

// SpellingDistance tells how far two folded words are apart as spellings of one
// name: 0 for the same sounds, 0.5 for a vowel that is often swapped (e and i,
// o and u), 1 for another or a missing vowel, and so on, added up. It is
// negative when the consonants differ or there are too few of them to tell.
func SpellingDistance(a, b string) float32 {
	if a == b {
		return 0
	}
	if len(a) < 4 || len(b) < 4 || len(a) > maxKey || len(b) > maxKey {
		return -1
	}
	var x, y sounds
	x.read(a)
	y.read(b)
	if x.n < 2 || string(x.spell()) != string(y.spell()) {
		return -1
	}
	var sum float32
	for i := range x.n + 1 {
		sum += vowelDistance(x.before(i), y.before(i))
	}
	return sum
}

func vowelDistance(a, b []byte) float32 {
	if string(a) == string(b) {
		return 0
	}
	if len(a) == 0 || len(b) == 0 {
		return 1
	}
	if a[0] == b[0] || a[len(a)-1] == b[len(b)-1] || near(a[0], b[0]) && near(a[len(a)-1], b[len(b)-1]) {
		return 0.5
	}
	return 1
}

func near(a, b byte) bool {
	if a > b {
		a, b = b, a
	}
	return a == b || a == 'a' && b == 'e' || a == 'e' && b == 'i' || a == 'o' && b == 'u'
}

func (s *sounds) read(w string) {
	if len(w) > maxKey {
		return
	}
	end, from := 0, 0 // of the vowels since the last consonant
	for i := 0; i < len(w); {
		c, v, k := sound(w, i)
		i += k
		switch {
		case v != 0:
			if end == from || s.vowels[end-1] != v {
				s.vowels[end] = v
				end++
			}
		case c != 0:
			if s.n > 0 && s.consonants[s.n-1] == c && end == from {
				continue // doubled
			}
			s.ends[s.n] = uint8(end)
			s.consonants[s.n] = c
			s.n++
			from = end
		}
	}
	s.ends[s.n] = uint8(end)
}

func isVowel(b byte) bool {
	return b == 'a' || b == 'e' || b == 'i' || b == 'o' || b == 'u' || b == 'y'
}

// sound reads the consonant c or vowel v at w[i], written with k bytes; both
// are 0 for what is silent.
func sound(w string, i int) (c, v byte, k int) {
	b := w[i]
	var next, prev byte
	if i+1 < len(w) {
		next = w[i+1]
	}
	if i > 0 {
		prev = w[i-1]
	}
	switch b {
	case 'a', 'i', 'u':
		return 0, b, 1
	case 'e', 'o':
		switch {
		case next == b && b == 'e':
			return 0, 'i', 2
		case b == 'o' && (next == 'o' || next == 'u'):
			return 0, 'u', 2
		}
		return 0, b, 1
	case 'y':
		return 0, 'i', 1
	case 'w':
		if isVowel(prev) && !isVowel(next) {
			return 0, 'u', 1
		}
		return 'v', 0, 1
	case 'h':
		if isVowel(prev) && !isVowel(next) {
			return 0, 0, 1
		}
		return 'h', 0, 1
	case 'q':
		return 'k', 0, 1
	case 'x':
		return 'X', 0, 1
	case 'c':
		switch {
		case next == 'h':
			return 'C', 0, 2
		case next == 'k':
			return 'k', 0, 2
		case next == 'e' || next == 'i' || next == 'y':
			return 's', 0, 1
		}
		return 'k', 0, 1
	case 's':
		if next == 'h' {
			return 'S', 0, 2
		}
	case 'p':
		if next == 'h' {
			return 'f', 0, 2
		}
	case 't', 'k', 'g', 'd', 'z':
		if next == 'h' {
			return b, 0, 2
		}
		if b == 'd' && next == 'j' {
			return 'j', 0, 2
		}
	case ' ', '-', '\'':
		return 0, 0, 1
	}
	return b, 0, 1
}
