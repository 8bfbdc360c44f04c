package duplicates

import (
	"bufio"
	"cmp"
	"io"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// File is where an [Index] keeps sketches: an empty file for it alone.
type File interface {
	io.Writer
	io.ReaderAt
}

// An Index gathers articles and finds those that repeat another. Of each
// article it keeps 16 bytes in memory, and some 20 more while it searches; the
// sketches, 252 bytes each, are in a file. It is for one goroutine.
type Index struct {
	file     File
	out      *bufio.Writer
	articles []entry
	sketches int
}

// entry is an article. Numbers are int32: two thousand million articles.
type entry struct {
	position  int64
	published article.Day
	sketch    int32 // place in the file; -1 for none
}

// NewIndex returns an empty index.
func NewIndex(f File) *Index { return &Index{file: f, out: bufio.NewWriterSize(f, 64<<10)} }

// Add adds an article. Its number is how many were added before. published is
// zero when not known; position, different for each, decides which of several
// articles of a day is the first.
func (x *Index) Add(published article.Day, position int64, s *Sketch) error {
	e := entry{position, published, -1}
	if s.ok {
		e.sketch = int32(x.sketches)
		x.sketches++
		if _, err := x.out.Write(s.append(make([]byte, 0, sketchBytes))); err != nil {
			return err
		}
	}
	x.articles = append(x.articles, e)
	return nil
}

// Find returns, for each article that repeats another, the number of that
// other one: the earliest published of those that it resembles, of several the
// first by position; articles without a date come after those with one. What
// an article repeats is itself no copy. The order in which articles were added
// plays no part.
func (x *Index) Find() (map[int]int, error) {
	if err := x.out.Flush(); err != nil {
		return nil, err
	}
	order := make([]int32, 0, x.sketches) // numbers of the articles, by rank
	for i := range x.articles {
		if x.articles[i].sketch >= 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return older(&x.articles[a], &x.articles[b]) })
	near, err := x.candidates(order)
	if err != nil {
		return nil, err
	}
	copies := map[int]int{}
	roots := map[int32]int32{} // by rank: what a copy repeats
	for len(near) > 0 {
		r, n := near[0].rank(), 1
		for n < len(near) && near[n].rank() == r {
			n++
		}
		mine, err := x.sketch(order[r])
		if err != nil {
			return nil, err
		}
		for _, p := range near[:n] { // in order of age
			q := p.older()
			if root, ok := roots[q]; ok {
				q = root
			}
			other, err := x.sketch(order[q])
			if err != nil {
				return nil, err
			}
			if mine.Similarity(&other) >= Threshold {
				copies[int(order[r])] = int(order[q])
				roots[r] = q
				break
			}
		}
		near = near[n:]
	}
	return copies, nil
}

func older(a, b *entry) int {
	if (a.published == 0) != (b.published == 0) {
		return cmp.Compare(b.published, a.published) // the dated one first
	}
	return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.position, b.position))
}

// sketch reads the sketch of an article that has one.
func (x *Index) sketch(number int32) (Sketch, error) {
	var raw [sketchBytes]byte
	if _, err := x.file.ReadAt(raw[:], int64(x.articles[number].sketch)*sketchBytes); err != nil {
		return Sketch{}, err
	}
	return ParseSketch(string(raw[:]))
}

// A pair of articles, by rank, may be alike. One number sorts faster than two.
type pair uint64

func newPair(rank int, older int32) pair { return pair(rank)<<32 | pair(older) }
func (p pair) rank() int32               { return int32(p >> 32) }
func (p pair) older() int32              { return int32(p) }

// candidates returns pairs of articles that share a band: each with the oldest
// that does and the next older, for each band, in order. That is enough to
// reach what an article repeats, and linear where a thousand papers print one
// story.
func (x *Index) candidates(order []int32) ([]pair, error) {
	var near []pair
	compact := func() {
		slices.Sort(near)
		near = slices.Compact(near)
	}
	keys := make([]uint64, x.sketches)
	limit := 1 << 16
	for b := range bands {
		if err := x.readBand(b, keys); err != nil {
			return nil, err
		}
		near = x.share(order, keys, near)
		if len(near) > limit {
			compact()
			limit = max(limit, 2*len(near))
		}
	}
	compact()
	return near, nil
}

// readBand fills keys, in the order of the file, with a band of each sketch.
func (x *Index) readBand(band int, keys []uint64) error {
	const chunk = 512
	raw := make([]byte, chunk*sketchBytes)
	for done := 0; done < len(keys); {
		n := min(chunk, len(keys)-done)
		if _, err := x.file.ReadAt(raw[:n*sketchBytes], int64(done)*sketchBytes); err != nil {
			return err
		}
		for i := range n {
			s := raw[i*sketchBytes+2*rows*band:]
			keys[done+i] = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40
		}
		done += n
	}
	return nil
}

// share appends the pairs of one band. Where there are many articles it looks
// at a part of the keys at a time, which bounds the table.
func (x *Index) share(order []int32, keys []uint64, near []pair) []pair {
	const most = 1 << 20 // keys in the table
	parts := uint64(len(order)/most + 1)
	bits := 1
	for 1<<bits < 2*min(len(order), most+most/4) {
		bits++
	}
	type slot struct {
		key         uint64 // plus one; zero is empty
		first, last int32  // ranks
	}
	table := make([]slot, 1<<bits)
	for part := range parts {
		clear(table)
		for r, number := range order {
			key := keys[x.articles[number].sketch]
			h := mix(key)
			if h%parts != part {
				continue
			}
			i := h >> (64 - bits)
			for table[i].key != 0 && table[i].key != key+1 {
				i = (i + 1) & uint64(len(table)-1)
			}
			s := &table[i]
			if s.key == 0 {
				*s = slot{key + 1, int32(r), int32(r)}
				continue
			}
			near = append(near, newPair(r, s.first))
			if s.last != s.first {
				near = append(near, newPair(r, s.last))
			}
			s.last = int32(r)
		}
	}
	return near
}
