// Package duplicates finds articles that repeat another one: agency stories
// that many papers print, with another headline, a few words changed, the end
// cut off.
//
// Each article is reduced to a sketch, a MinHash of its word pairs (Broder
// 1997; one permutation with densification, Shrivastava 2017, so that every
// pair is hashed once). The share of equal slots of two sketches estimates the
// Jaccard similarity of their word pairs. Articles that agree in a band of
// slots are compared (locality-sensitive hashing), so the work is close to
// linear in the number of articles.
package duplicates

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

const (
	bands = 42
	rows  = 3 // slots in a band
	slots = bands * rows

	// Threshold is the similarity from which an article is a copy. With a fifth
	// of the words changed about 0.47 of the word pairs are left; two reports of
	// one event by different hands share under 0.1.
	Threshold = 0.25

	// MinWords is the length in words under which an article is too short to tell.
	MinWords = 30
)

// Sketch stands for the word pairs of an article. The zero Sketch stands for
// an article that is too short to tell; it resembles nothing.
type Sketch struct {
	slot [slots]uint16
	ok   bool
}

// Of returns the sketch of a segmented document: its words and numbers in
// lower case, pairs of neighbours, within the body and its headings alike.
func Of(d *article.Document) Sketch {
	var low [slots]uint64
	for i := range low {
		low[i] = ^uint64(0)
	}
	words := 0
	var before uint64
	for _, t := range d.Tokens {
		if t.Kind != article.Word && t.Kind != article.Number {
			continue
		}
		h := hashFold(d.TextOf(t.Span))
		if words++; words > 1 {
			x := mix(before*0x9e3779b97f4a7c15 + h)
			n, rest := bits.Mul64(x, slots)
			low[n] = min(low[n], rest)
		}
		before = h
	}
	var s Sketch
	if words < MinWords {
		return s
	}
	s.ok = true
	for i := range s.slot {
		j, step := i, uint64(0)
		for low[j] == ^uint64(0) { // an empty slot borrows from another, the same for all articles
			step++
			n, _ := bits.Mul64(mix(uint64(i)<<32|step), slots)
			j = int(n)
		}
		s.slot[i] = uint16(mix(low[j]+step) >> 48)
	}
	return s
}

// hashFold hashes a word without regard to case.
func hashFold(w string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(w); {
		c := w[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			h = (h ^ uint64(c)) * 1099511628211
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(w[i:])
		h = (h ^ uint64(unicode.ToLower(r))) * 1099511628211
		i += n
	}
	return h
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Similarity estimates the Jaccard similarity of the word pairs behind two
// sketches, 0 to 1, with a standard error under 0.045.
func (s *Sketch) Similarity(t *Sketch) float64 {
	if !s.ok || !t.ok {
		return 0
	}
	same := 0
	for i := range s.slot {
		if s.slot[i] == t.slot[i] {
			same++
		}
	}
	return float64(same) / slots
}

// MarshalText writes a sketch as base64; the zero Sketch as nothing.
func (s Sketch) MarshalText() ([]byte, error) {
	if !s.ok {
		return nil, nil
	}
	var raw [2 * slots]byte
	for i, v := range s.slot {
		binary.LittleEndian.PutUint16(raw[2*i:], v)
	}
	return base64.RawStdEncoding.AppendEncode(nil, raw[:]), nil
}

// UnmarshalText is the inverse of MarshalText.
func (s *Sketch) UnmarshalText(text []byte) error {
	*s = Sketch{}
	if len(text) == 0 {
		return nil
	}
	raw, err := base64.RawStdEncoding.AppendDecode(nil, text)
	if err != nil || len(raw) != 2*slots {
		return fmt.Errorf("sketch: %d bytes of base64 for %d slots", len(raw), slots)
	}
	for i := range s.slot {
		s.slot[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	s.ok = true
	return nil
}

// An Article is what Find compares.
type Article struct {
	ID        string
	Published article.Day // zero when not known
	Sketch    Sketch
}

// Find returns, for each article that repeats another, the id of that other
// one: the earliest published of those that it resembles, of several the first
// by id; articles without a date come after those with one. What an article
// repeats is itself no copy. The order of the articles plays no part.
func Find(articles []Article) map[string]string {
	order := make([]int32, 0, len(articles))
	for i := range articles {
		if articles[i].Sketch.ok {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return older(&articles[a], &articles[b]) })
	near := candidates(articles, order)
	copies := map[string]string{}
	root := make([]int32, len(order)) // by rank: what an article repeats, itself for an original
	for r, i := range order {
		root[r] = int32(r)
		for _, q := range near[int32(r)] { // in order of age
			j := order[root[q]]
			if articles[i].Sketch.Similarity(&articles[j].Sketch) >= Threshold {
				copies[articles[i].ID] = articles[j].ID
				root[r] = root[q]
				break
			}
		}
	}
	return copies
}

func older(a, b *Article) int {
	if (a.Published == 0) != (b.Published == 0) {
		return cmp.Compare(b.Published, a.Published) // the dated one first
	}
	return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.ID, b.ID))
}

// candidates returns, by rank, older articles that share a band: the oldest
// that does and the next older, for each band. That is enough to reach what an
// article repeats, and linear where a thousand papers print one story.
func candidates(articles []Article, order []int32) map[int32][]int32 {
	type entry struct {
		key  uint64
		rank int32
	}
	near := map[int32][]int32{}
	entries := make([]entry, len(order))
	for b := range bands {
		for r, i := range order {
			s := articles[i].Sketch.slot[b*rows:]
			entries[r] = entry{uint64(s[0])<<32 | uint64(s[1])<<16 | uint64(s[2]), int32(r)}
		}
		slices.SortFunc(entries, func(x, y entry) int {
			return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.rank, y.rank))
		})
		first := 0
		for i := 1; i < len(entries); i++ {
			if entries[i].key != entries[first].key {
				first = i
				continue
			}
			r := entries[i].rank
			near[r] = append(near[r], entries[first].rank, entries[i-1].rank)
		}
	}
	for r, list := range near {
		slices.Sort(list)
		near[r] = slices.Compact(list)
	}
	return near
}
