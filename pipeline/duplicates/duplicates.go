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
	"encoding/binary"
	"fmt"
	"math/bits"
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

// sketchBytes is the length of a sketch as bytes.
const sketchBytes = 2 * slots

// Bytes returns the sketch for a file; nothing for the zero Sketch.
func (s *Sketch) Bytes() []byte {
	if !s.ok {
		return nil
	}
	return s.append(make([]byte, 0, sketchBytes))
}

func (s *Sketch) append(raw []byte) []byte {
	for _, v := range s.slot {
		raw = binary.LittleEndian.AppendUint16(raw, v)
	}
	return raw
}

// ParseSketch is the inverse of Bytes.
func ParseSketch(raw string) (s Sketch, err error) {
	if raw == "" {
		return s, nil
	}
	if len(raw) != sketchBytes {
		return s, fmt.Errorf("sketch: %d bytes for %d slots", len(raw), slots)
	}
	for i := range s.slot {
		s.slot[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
	}
	s.ok = true
	return s, nil
}
