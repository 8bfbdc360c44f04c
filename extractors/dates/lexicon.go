package dates

import (
	"fmt"
	"strconv"
	"strings"
)

// wordID is a word of the lexicon; 0 is every word that is not in it.
type wordID int32

// classID is a set of words, or of number shapes, that a pattern can name.
type classID uint16

// maxClasses bounds the classes of words; a load error tells when it is hit.
const maxClasses = 512

// A classSet holds class membership of one word.
type classSet [maxClasses / 64]uint64

func (s *classSet) add(c classID)      { s[c/64] |= 1 << (c % 64) }
func (s *classSet) has(c classID) bool { return s[c/64]&(1<<(c%64)) != 0 }

// A sense is what a word, or a phrase that starts with it, means in a class.
type sense struct {
	class classID
	val   int32
	caps  bool     // needs a capital first letter
	rest  []wordID // the words after the first, for a phrase
}

// wordInfo is one word of the lexicon.
type wordInfo struct {
	text    string
	in      classSet // classes that the word alone belongs to
	senses  []sense  // of the word alone
	phrases []sense  // of phrases that start with it, longest first
}

// lexicon maps words to their senses. It is read-only after loading.
type lexicon struct {
	ids     map[string]wordID // for loading
	table   []wordID          // for look-ups, by wordHash; a power of two long
	words   []wordInfo
	classes map[string]classID
	marks   [256]wordID // words of one mark
	names   []string    // class names by id
	full    bool        // more than maxClasses were asked for
}

func newLexicon() *lexicon {
	x := &lexicon{ids: map[string]wordID{}, words: make([]wordInfo, 1), classes: map[string]classID{}, names: []string{""}}
	for _, s := range scanners {
		x.class(s.name)
	}
	return x
}

// class returns the id of a class, making it when it is new.
func (x *lexicon) class(name string) classID {
	if c, ok := x.classes[name]; ok {
		return c
	}
	c := classID(len(x.names))
	if c >= maxClasses {
		x.full = true
		return 0
	}
	x.classes[name] = c
	x.names = append(x.names, name)
	return c
}

// word returns the id of a folded word, making it when it is new.
func (x *lexicon) word(folded string) wordID {
	if id, ok := x.ids[folded]; ok {
		return id
	}
	id := wordID(len(x.words))
	x.ids[folded] = id
	x.words = append(x.words, wordInfo{text: folded})
	return id
}

// add enters a word or phrase in a class.
func (x *lexicon) add(c classID, entry string, val int32) {
	s := sense{class: c, val: val}
	entry, s.caps = strings.CutPrefix(entry, "^")
	words := strings.Fields(strings.ReplaceAll(entry, " 's", " ' s")) // as the lexer cuts it
	first := x.word(words[0])
	for _, w := range words[1:] {
		s.rest = append(s.rest, x.word(w))
	}
	info := &x.words[first]
	if s.rest == nil {
		info.in.add(c)
		if x.names[c][0] != '\'' { // a literal needs no more than the bit
			info.senses = append(info.senses, s)
		}
		return
	}
	at := 0
	for at < len(info.phrases) && len(info.phrases[at].rest) >= len(s.rest) {
		at++
	}
	info.phrases = append(info.phrases, sense{})
	copy(info.phrases[at+1:], info.phrases[at:])
	info.phrases[at] = s
}

// wordClass returns the class that holds exactly the given words, for a
// literal or an alternation in a pattern.
func (x *lexicon) wordClass(words []string) classID {
	name := "'" + strings.Join(words, "|")
	if c, ok := x.classes[name]; ok {
		return c
	}
	c := x.class(name)
	for _, w := range words {
		x.add(c, w, 0)
	}
	return c
}

// seal builds the hash table. No word can be added afterwards.
func (x *lexicon) seal() {
	size := 1024
	for size < 4*len(x.words) {
		size *= 2
	}
	x.table = make([]wordID, size)
	for id := 1; id < len(x.words); id++ {
		if text := x.words[id].text; len(text) == 1 {
			x.marks[text[0]] = wordID(id)
		}
		at := hashWord(x.words[id].text) & uint32(size-1)
		for x.table[at] != 0 {
			at = (at + 1) & uint32(size-1)
		}
		x.table[at] = wordID(id)
	}
}

// FNV-1a, which the lexer computes while it folds.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

func hashWord(s string) uint32 {
	h := uint32(hashStart)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * hashPrime
	}
	return h
}

// find returns the word with this hash, 0 for none.
func (x *lexicon) find(folded []byte, hash uint32) wordID {
	mask := uint32(len(x.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		id := x.table[at]
		if id == 0 || x.words[id].text == string(folded) {
			return id
		}
	}
}

// load reads lexicon lines: class, words separated by "|", value.
func (x *lexicon) load(file, data string) error {
	return eachRow(file, data, func(at string, f []string) error {
		if len(f) != 3 {
			return fmt.Errorf("%s: want 3 fields (class, words, value), got %d", at, len(f))
		}
		val, err := lexValue(f[2])
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		c := x.class(f[0])
		for _, w := range strings.Split(f[1], "|") {
			if strings.TrimSpace(w) == "" {
				return fmt.Errorf("%s: empty word in %q", at, f[1])
			}
			x.add(c, w, val)
		}
		return nil
	})
}

// lexValue reads a value of the lexicon: a number or a known name.
func lexValue(s string) (int32, error) {
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		return int32(n), nil
	}
	if v, ok := valueNames[s]; ok {
		return v, nil
	}
	return 0, fmt.Errorf("value %q: neither a number nor a known name", s)
}

// eachRow calls f with every row of a tab-separated file, without comments and
// empty lines. at is "file:line", for error messages.
func eachRow(file, data string, f func(at string, fields []string) error) error {
	for n, line := range strings.Split(data, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(fmt.Sprintf("%s:%d", file, n+1), strings.Split(line, "\t")); err != nil {
			return err
		}
	}
	return nil
}
