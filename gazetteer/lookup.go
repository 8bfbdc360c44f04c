package gazetteer

import (
	"cmp"
	"hash/fnv"
	"slices"
	"sort"
	"strings"
)

// NameKind says what kind of name of a place a name is. The smaller, the
// closer to its usual name.
type NameKind uint8

const (
	Primary      NameKind = iota // the source's own name
	Official                     // official or ASCII form
	Alternate                    // another name or language
	Derived                      // without a generic word: "Laurel" of Laurel County
	DemonymName                  // a word for its people: "Iraqi"
	Abbreviation                 // "Ala.", "NSW"
	Historic                     // no longer used
)

var kindNames = [...]string{"primary", "official", "alternate", "derived", "demonym", "abbreviation", "historic"}

// String returns the kind's name, such as "primary".
func (k NameKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "?"
}

// Match says how a name met an entry.
type Match uint8

const (
	ExactMatch   Match = iota // by its folded key
	ArticleMatch              // with or without an Arabic article, or a generic word
	SpellMatch                // by consonants: a transliteration
)

var matchNames = [...]string{"exact", "article", "spelling"}

// String returns the match's name, such as "exact".
func (m Match) String() string {
	if int(m) < len(matchNames) {
		return matchNames[m]
	}
	return "?"
}

// Candidate is a place that bears a name.
type Candidate struct {
	ID    ID
	Kind  NameKind
	Match Match
}

// AppendCandidates appends the places that bear the name, the most salient
// first. When none does, the name is tried with the Arabic article taken off
// or another put before it, and then by its spelling.
func (x *Index) AppendCandidates(dst []Candidate, name string) []Candidate {
	var buf [96]byte
	key := AppendFold(buf[:0], name)
	n := len(dst)
	if dst = x.AppendKey(dst, key); len(dst) > n {
		return dst
	}
	if dst = x.appendArticle(dst, string(key)); len(dst) > n {
		return dst
	}
	return x.appendSpelling(dst, string(key))
}

// AppendKey appends the places that bear the name with this key ([Fold]), the
// most salient first, and tries nothing else. It allocates nothing but dst.
func (x *Index) AppendKey(dst []Candidate, key []byte) []Candidate {
	if k, ok := x.findKey(key); ok {
		dst = x.appendPostings(dst, k, ExactMatch)
	}
	return dst
}

// HasKey reports whether any place bears the name with this key.
func (x *Index) HasKey(key []byte) bool {
	_, ok := x.findKey(key)
	return ok
}

// Seek reports whether any place bears the name with this key, and whether
// some key starts with its bytes.
func (x *Index) Seek(key []byte) (has, prefix bool) {
	k, has, prefix := x.seek(key)
	if has || prefix {
		return has, true
	}
	if k%keyStride == 0 && k < x.info.Names { // the search ended at the end of a block
		return false, strings.HasPrefix(x.blockHead(k/keyStride), string(key))
	}
	return false, false
}

// findKey returns the number of the key, or, when ok is false, of the first
// key after it.
func (x *Index) findKey(key []byte) (n int, ok bool) {
	n, ok, _ = x.seek(key)
	return n, ok
}

// seek is findKey, and reports whether the first key after it, in the same
// block, starts with it.
func (x *Index) seek(key []byte) (n int, ok, prefix bool) {
	if len(key) == 0 {
		return 0, false, false
	}
	lo, hi := x.keyRange(key)
	// the last block whose first key is not after key
	for lo < hi {
		mid := int(uint(lo+hi+1) >> 1)
		if string(x.blockHead(mid)) <= string(key) {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	if lo < 0 || lo >= x.keyBlock.len() {
		return 0, false, false
	}
	return x.scanBlock(lo, key)
}

// keyRange returns the first and last block that can hold the key, by its first two bytes.
func (x *Index) keyRange(key []byte) (lo, hi int) {
	p := int(key[0]) << 8
	if len(key) > 1 {
		p |= int(key[1])
	}
	lo, hi = int(x.keyStart.at(p))-1, int(x.keyStart.at(p+1))-1
	return max(lo, 0), min(hi, x.keyBlock.len()-1)
}

// blockHead returns the first key of a block, which is stored as it is.
func (x *Index) blockHead(b int) string {
	off := int(x.keyBlock.at(b))
	n := int(x.keys[off])
	return x.keys[off+1 : off+1+n]
}

// scanBlock looks for key among the front-coded keys of a block.
func (x *Index) scanBlock(b int, key []byte) (n int, ok, prefix bool) {
	n = b * keyStride
	head := x.blockHead(b)
	if head == string(key) {
		return n, true, true
	}
	if head > string(key) {
		return n, false, strings.HasPrefix(head, string(key))
	}
	match := commonPrefix(head, key) // bytes that the key before has in common with key
	p := int(x.keyBlock.at(b)) + 1 + len(head)
	last := min(n+keyStride, x.info.Names)
	var buf [256]byte
	for n++; n < last; n++ {
		shared, size := 0, 0
		shared, size, p = x.entryHead(p)
		if shared < match {
			return n, false, false // it differs from key where the one before did not, and comes after
		}
		if shared == match {
			rest := x.keyDict.decode(buf[:0], x.keys[p:p+size])
			want := key[match:]
			c := commonPrefix(string(rest), want)
			switch {
			case c == len(rest) && c == len(want):
				return n, true, true
			case c == len(want):
				return n, false, true
			case c < len(rest) && rest[c] > want[c]:
				return n, false, false
			}
			match += c
		}
		p += size
	}
	return n, false, false
}

// entryHead reads how many bytes an entry shares with the one before and how
// many coded bytes follow.
func (x *Index) entryHead(p int) (shared, size, next int) {
	h := x.keys[p]
	p++
	shared, size = int(h>>4), int(h&15)
	if shared == 15 {
		shared += int(x.keys[p])
		p++
	}
	if size == 15 {
		size += int(x.keys[p])
		p++
	}
	return shared, size, p
}

// appendKeyAt appends the n-th key.
func (x *Index) appendKeyAt(dst []byte, n int) []byte {
	start := len(dst)
	b := n / keyStride
	head := x.blockHead(b)
	dst = append(dst, head...)
	p := int(x.keyBlock.at(b)) + 1 + len(head)
	for range n % keyStride {
		var shared, size int
		shared, size, p = x.entryHead(p)
		dst = x.keyDict.decode(dst[:start+shared], x.keys[p:p+size])
		p += size
	}
	return dst
}

// Postings are place<<4 | kind<<1 | last.
func (x *Index) appendPostings(dst []Candidate, n int, m Match) []Candidate {
	p := int(x.keyPost.at(n / keyStride))
	for range n % keyStride {
		for x.postings.at(p)&1 == 0 {
			p++
		}
		p++
	}
	for {
		v := x.postings.at(p)
		if id := ID(v >> 4); int(id) < x.info.Places {
			dst = append(dst, Candidate{id, NameKind(v >> 1 & 7), m})
		}
		if v&1 != 0 {
			return dst
		}
		p++
	}
}

func commonPrefix(a string, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// appendArticle tries a key without its Arabic article, and with other ones.
func (x *Index) appendArticle(dst []Candidate, key string) []Candidate {
	rest, had := cutArticle(key)
	n := len(dst)
	if had {
		dst = x.appendAs(dst, rest, ArticleMatch)
		// what bears the name without the article must be where such articles are used
		dst = slices.DeleteFunc(dst[:], func(c Candidate) bool {
			return c.Match == ArticleMatch && !x.countries[x.CountryNumber(c.ID)].arabicArticle()
		})
	}
	for _, a := range articles[:2] {
		if len(dst) > n || len(rest) < 4 || strings.HasPrefix(key, a) {
			break
		}
		dst = x.appendAs(dst, a+rest, ArticleMatch)
	}
	return dst
}

func (x *Index) appendAs(dst []Candidate, key string, m Match) []Candidate {
	if k, ok := x.findKey([]byte(key)); ok {
		return x.appendPostings(dst, k, m)
	}
	return dst
}

// spellHash hashes a skeleton to half of the bits of a column's width.
func spellHash(skeleton string, width int) uint64 {
	h := fnv.New32a()
	h.Write([]byte(skeleton))
	return uint64(h.Sum32()) >> (32 - 4*width)
}

// maxSpelling is how many candidates a spelling may have before it says
// nothing, and maxEdits how many letters may differ.
const (
	maxSpelling = 8
	maxEdits    = 2
)

// appendSpelling appends the places whose name has the consonants of key and
// differs in few letters.
func (x *Index) appendSpelling(dst []Candidate, key string) []Candidate {
	skel := Skeleton(key)
	if skel == "" {
		return dst
	}
	plain, _ := cutArticle(key)
	h := spellHash(skel, x.skeleton.width)
	shift := 4 * x.skeleton.width
	i := sort.Search(x.skeleton.len(), func(i int) bool { return x.skeleton.at(i)>>shift >= h })
	n, best := len(dst), maxEdits+1
	var buf [256]byte
	for ; i < x.skeleton.len() && x.skeleton.at(i)>>shift == h; i++ {
		k := int(x.skeleton.at(i) & (1<<shift - 1))
		if k >= x.info.Names {
			continue
		}
		other, _ := cutArticle(string(x.appendKeyAt(buf[:0], k)))
		d := edits(plain, other)
		if d > maxEdits || d*4 > len(plain) || d > best {
			continue
		}
		if d < best {
			best, dst = d, dst[:n] // only the nearest spellings count
		}
		dst = x.appendPostings(dst, k, SpellMatch)
	}
	found := dst[n:]
	slices.SortFunc(found, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind))
	})
	found = slices.CompactFunc(found, func(a, b Candidate) bool { return a.ID == b.ID })
	if len(found) > maxSpelling {
		return dst[:n]
	}
	return dst[:n+len(found)]
}

// edits is the Levenshtein distance of two keys in bytes, or a large number
// when they are longer than 40.
func edits(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 99
	}
	var row [41]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost = 1 + min(diag, row[j], row[j+1])
			}
			diag, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
