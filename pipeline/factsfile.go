package pipeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// The file of facts is read twice in every run over articles that are there
// already, so it is binary: JSON took two thirds of such a run. Numbers are
// varints, strings and lists have their length before them; the file begins
// with factsMagic and ends with its checksum.
const factsMagic = "dateline facts 1\n"

var errFacts = errors.New("torn, or not a file of facts")

// encode returns the content of a file of facts.
func (f *facts) encode() ([]byte, error) {
	b := factsWriter{buf: []byte(factsMagic)}
	b.int(int64(len(f.Docs)))
	for i := range f.Docs {
		d := &f.Docs[i]
		sketch, err := d.Sketch.MarshalText()
		if err != nil {
			return nil, err
		}
		b.str(d.ID)
		b.str(d.Own)
		b.str(d.Qualified)
		b.int(int64(d.Published))
		b.int(int64(len(d.Entities)))
		for _, n := range d.Entities {
			b.int(int64(n))
		}
		b.str(string(sketch))
	}
	b.int(int64(len(f.Entities)))
	for i := range f.Entities {
		e := &f.Entities[i]
		b.str(e.ID)
		b.int(int64(e.Kind))
		b.int(e.Mentions)
		for _, m := range []map[string]int64{e.Canonical, e.Forms, e.Places, e.Countries} {
			b.counts(m)
		}
	}
	return binary.LittleEndian.AppendUint32(b.buf, crc32.Checksum(b.buf, castagnoli)), nil
}

// decodeFacts is the inverse of encode.
func decodeFacts(raw []byte) (*facts, error) {
	body := len(raw) - 4
	if body < len(factsMagic) || string(raw[:len(factsMagic)]) != factsMagic ||
		binary.LittleEndian.Uint32(raw[body:]) != crc32.Checksum(raw[:body], castagnoli) {
		return nil, errFacts
	}
	r := factsReader{raw: raw[len(factsMagic):body]}
	f := &facts{Docs: make([]docFacts, r.len())}
	for i := range f.Docs {
		d := &f.Docs[i]
		d.ID, d.Own, d.Qualified, d.Published = r.str(), r.str(), r.str(), article.Day(r.int())
		if n := r.len(); n > 0 {
			d.Entities = make([]int, n)
		}
		for j := range d.Entities {
			d.Entities[j] = int(r.int())
		}
		if err := d.Sketch.UnmarshalText(r.bytes()); err != nil {
			return nil, err
		}
	}
	f.Entities = make([]entityFacts, r.len())
	for i := range f.Entities {
		e := &f.Entities[i]
		e.ID, e.Kind, e.Mentions = r.str(), article.Kind(r.int()), r.int()
		e.Canonical, e.Forms, e.Places, e.Countries = r.counts(), r.counts(), r.counts(), r.counts()
	}
	if r.bad || len(r.raw) > 0 {
		return nil, errFacts
	}
	for _, d := range f.Docs {
		for _, n := range d.Entities {
			if n < 0 || n >= len(f.Entities) {
				return nil, errFacts
			}
		}
	}
	return f, nil
}

func readFacts(path string) (*facts, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := decodeFacts(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

type factsWriter struct{ buf []byte }

func (b *factsWriter) int(n int64) { b.buf = binary.AppendVarint(b.buf, n) }

func (b *factsWriter) str(s string) {
	b.int(int64(len(s)))
	b.buf = append(b.buf, s...)
}

func (b *factsWriter) counts(m map[string]int64) {
	b.int(int64(len(m)))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		b.str(k)
		b.int(m[k])
	}
}

// factsReader reads what factsWriter wrote. After something bad all is zero.
type factsReader struct {
	raw []byte
	bad bool
}

func (r *factsReader) int() int64 {
	n, size := binary.Varint(r.raw)
	if size <= 0 {
		r.bad, r.raw = true, nil
		return 0
	}
	r.raw = r.raw[size:]
	return n
}

// len returns the length of a list, which takes a byte for each element at least.
func (r *factsReader) len() int {
	n := r.int()
	if n < 0 || n > int64(len(r.raw)) {
		r.bad, r.raw = true, nil
		return 0
	}
	return int(n)
}

func (r *factsReader) bytes() []byte {
	n := r.len()
	b := r.raw[:n]
	r.raw = r.raw[n:]
	return b
}

func (r *factsReader) str() string { return string(r.bytes()) }

// counts returns nil for an empty map.
func (r *factsReader) counts() map[string]int64 {
	n := r.len()
	if n == 0 {
		return nil
	}
	m := make(map[string]int64, n)
	for range n {
		k := r.str()
		m[k] = r.int()
	}
	return m
}
