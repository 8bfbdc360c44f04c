package pipeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/duplicates"
)

// A file of facts is read in every run over articles that are there already,
// so it is binary: JSON took two thirds of such a run. Numbers are varints,
// strings and lists have their length before them. After factsMagic come the
// entities, sorted by id, with their length in bytes, so that they can be
// skipped, or read one by one (see entityReader); then the documents, and the
// checksum of it all.
const factsMagic = "dateline facts 2\n"

var errFacts = errors.New("torn, or not a file of facts")

// encode returns the content of a file of facts. The facts must be finished.
func (f *facts) encode() []byte {
	var entities factsWriter
	var one factsWriter
	for i := range f.Entities {
		one.buf = one.buf[:0]
		one.entity(&f.Entities[i])
		entities.str(string(one.buf))
	}
	b := factsWriter{buf: []byte(factsMagic)}
	b.int(int64(len(f.Entities)))
	b.str(string(entities.buf))
	b.int(int64(len(f.Docs)))
	for i := range f.Docs {
		d := &f.Docs[i]
		b.str(d.ID)
		b.str(d.Own)
		b.str(d.Qualified)
		b.int(int64(d.Published))
		b.int(int64(len(d.Entities)))
		for _, n := range d.Entities {
			b.int(int64(n))
		}
		b.str(string(d.Sketch.Bytes()))
	}
	return binary.LittleEndian.AppendUint32(b.buf, crc32.Checksum(b.buf, castagnoli))
}

// checkFacts returns what stands between the magic and the checksum.
func checkFacts(raw []byte) (string, error) {
	body := len(raw) - 4
	if body < len(factsMagic) || string(raw[:len(factsMagic)]) != factsMagic ||
		binary.LittleEndian.Uint32(raw[body:]) != crc32.Checksum(raw[:body], castagnoli) {
		return "", errFacts
	}
	return string(raw[len(factsMagic):body]), nil
}

// decodeFacts is the inverse of encode; without the entities when they are not
// wanted.
func decodeFacts(raw []byte, entities bool) (*facts, error) {
	body, err := checkFacts(raw)
	if err != nil {
		return nil, err
	}
	r := factsReader{raw: body}
	f, count, list := new(facts), r.int(), factsReader{}
	list.raw = r.str()
	if count < 0 || count > int64(len(list.raw)) {
		return nil, errFacts
	}
	if entities {
		f.Entities = make([]entityFacts, count)
		for i := range f.Entities {
			one := factsReader{raw: list.str()}
			one.entity(&f.Entities[i])
			if one.bad || len(one.raw) > 0 {
				return nil, errFacts
			}
		}
		if list.bad || len(list.raw) > 0 {
			return nil, errFacts
		}
	}
	f.Docs = make([]docFacts, r.len())
	for i := range f.Docs {
		d := &f.Docs[i]
		d.ID, d.Own, d.Qualified, d.Published = r.str(), r.str(), r.str(), article.Day(r.int())
		if n := r.len(); n > 0 {
			d.Entities = make([]int, n)
		}
		for j := range d.Entities {
			n := r.int()
			if n < 0 || n >= count {
				return nil, errFacts
			}
			d.Entities[j] = int(n)
		}
		if d.Sketch, err = duplicates.ParseSketch(r.str()); err != nil {
			return nil, err
		}
	}
	if r.bad || len(r.raw) > 0 {
		return nil, errFacts
	}
	return f, nil
}

func readFacts(path string, entities bool) (*facts, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := decodeFacts(raw, entities)
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

func (b *factsWriter) tally(t tally) {
	b.int(int64(len(t)))
	for _, x := range t {
		b.str(x.Key)
		b.int(x.N)
	}
}

func (b *factsWriter) entity(e *entityFacts) {
	b.str(e.ID)
	b.int(int64(e.Kind))
	b.int(e.Mentions)
	b.int(e.Documents)
	b.int(int64(e.Published.First))
	b.int(int64(e.Published.Last))
	b.tally(e.Canonical)
	b.tally(e.Forms)
	b.tally(e.Places)
	b.tally(e.Countries)
}

// factsReader reads what factsWriter wrote. After something bad all is zero.
// Strings share the memory of raw.
type factsReader struct {
	raw string
	bad bool
}

func (r *factsReader) fail() int64 {
	r.bad, r.raw = true, ""
	return 0
}

func (r *factsReader) int() int64 {
	var u uint64
	for i := 0; i < len(r.raw) && i < binary.MaxVarintLen64; i++ {
		c := r.raw[i]
		u |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.raw = r.raw[i+1:]
			return int64(u>>1) ^ -int64(u&1) // zigzag
		}
	}
	return r.fail()
}

// len returns the length of a list, which takes a byte for each element at least.
func (r *factsReader) len() int {
	n := r.int()
	if n < 0 || n > int64(len(r.raw)) {
		return int(r.fail())
	}
	return int(n)
}

func (r *factsReader) str() string {
	n := r.len()
	s := r.raw[:n]
	r.raw = r.raw[n:]
	return s
}

// tally returns nil when nothing was counted.
func (r *factsReader) tally() tally {
	n := r.len()
	if n == 0 {
		return nil
	}
	t := make(tally, n)
	for i := range t {
		t[i] = tallied{r.str(), r.int()}
		if i > 0 && t[i].Key <= t[i-1].Key { // find needs the order
			r.fail()
		}
	}
	return t
}

func (r *factsReader) entity(e *entityFacts) {
	e.ID, e.Kind, e.Mentions, e.Documents = r.str(), article.Kind(r.int()), r.int(), r.int()
	e.Published = days{article.Day(r.int()), article.Day(r.int())}
	e.Canonical, e.Forms, e.Places, e.Countries = r.tally(), r.tally(), r.tally(), r.tally()
}
