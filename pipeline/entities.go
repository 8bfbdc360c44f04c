package pipeline

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/dateline-nlp/dateline/output"
)

// An entityReader reads the entities of a file of facts one after the other,
// in the order of their ids. Whoever hands out the file has seen to its
// checksum.
type entityReader struct {
	file *os.File
	in   *bufio.Reader
	left int64
	raw  []byte
	now  entityFacts
}

func newEntityReader(path string) (*entityReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &entityReader{file: f, in: bufio.NewReaderSize(f, 16<<10)}
	magic := make([]byte, len(factsMagic))
	_, err1 := io.ReadFull(r.in, magic)
	left, err2 := binary.ReadVarint(r.in)
	_, err3 := binary.ReadVarint(r.in) // length in bytes
	if err := errors.Join(err1, err2, err3); err != nil || !bytes.Equal(magic, []byte(factsMagic)) {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, errFacts)
	}
	r.left = left
	return r, nil
}

// next reads the next entity into now; false at the end.
func (r *entityReader) next() (bool, error) {
	if r.left == 0 {
		return false, nil
	}
	r.left--
	n, err := binary.ReadVarint(r.in)
	if err == nil && (n < 0 || n > 1<<31) {
		err = errFacts
	}
	if err == nil {
		r.raw = slices.Grow(r.raw[:0], int(n))[:n]
		_, err = io.ReadFull(r.in, r.raw)
	}
	x := factsReader{raw: string(r.raw)}
	x.entity(&r.now)
	if err == nil && (x.bad || len(x.raw) > 0) {
		err = errFacts
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", r.file.Name(), err)
	}
	return true, nil
}

// readers is a heap of those that have an entity, the first by id on top.
type readers []*entityReader

func (h readers) Len() int           { return len(h) }
func (h readers) Less(i, j int) bool { return h[i].now.ID < h[j].now.ID }
func (h readers) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *readers) Push(x any)        { *h = append(*h, x.(*entityReader)) }
func (h *readers) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// fanIn is how many files are merged at once: each is open and has a buffer.
const fanIn = 500

// mergeEntities adds up what files of facts say of each entity, and hands one
// after the other to use, in the order of ids; use must not keep it. The order
// of the files plays no part. Where there are many, results in between go to
// scratch.
func mergeEntities(files []string, scratch string, use func(*entityFacts) error) error {
	for len(files) > fanIn {
		var merged []string
		for group := range slices.Chunk(files, fanIn) {
			f, err := os.CreateTemp(scratch, "merged-")
			if err != nil {
				return err
			}
			if err := errors.Join(mergeInto(f, group), f.Close()); err != nil {
				return err
			}
			merged = append(merged, f.Name())
		}
		files = merged
	}
	return merge(files, use)
}

// mergeInto writes the entities of some files as one file that an entityReader
// reads.
func mergeInto(to *os.File, files []string) error {
	head := []byte(factsMagic)
	at := len(head) // of the count, which is known at the end: a varint of fixed size
	head = append(head, fixedVarint(0)...)
	head = binary.AppendVarint(head, 0)
	out := bufio.NewWriterSize(to, 64<<10)
	if _, err := out.Write(head); err != nil {
		return err
	}
	var n int64
	var one, framed factsWriter
	err := merge(files, func(e *entityFacts) error {
		n++
		one.buf, framed.buf = one.buf[:0], framed.buf[:0]
		one.entity(e)
		framed.str(string(one.buf))
		_, err := out.Write(framed.buf)
		return err
	})
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	_, err = to.WriteAt(fixedVarint(n), int64(at))
	return err
}

// fixedVarint writes n >= 0 as a varint of ten bytes.
func fixedVarint(n int64) []byte {
	b := make([]byte, binary.MaxVarintLen64)
	u := uint64(n) << 1
	for i := range b {
		b[i] = byte(u&0x7f) | 0x80
		u >>= 7
	}
	b[len(b)-1] &= 0x7f
	return b
}

func merge(files []string, use func(*entityFacts) error) (err error) {
	var h readers
	var all []*entityReader
	defer func() {
		for _, r := range all {
			err = errors.Join(err, r.file.Close())
		}
	}()
	for _, f := range files {
		r, err := newEntityReader(f)
		if err != nil {
			return err
		}
		all = append(all, r)
		ok, err := r.next()
		if err != nil {
			return err
		}
		if ok {
			h = append(h, r)
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		sum := h[0].now
		for first := true; len(h) > 0 && h[0].now.ID == sum.ID; first = false {
			if !first {
				sum.absorb(&h[0].now)
			}
			ok, err := h[0].next()
			if err != nil {
				return err
			}
			if ok {
				heap.Fix(&h, 0)
			} else {
				heap.Pop(&h)
			}
		}
		if err := use(&sum); err != nil {
			return err
		}
	}
	return nil
}

// row returns the row of an entity in the table.
func (e *entityFacts) row(links string) output.EntityRow {
	name := e.Canonical.displayName()
	return output.EntityRow{
		EntityID: e.ID, Kind: e.Kind, Canonical: name,
		Aliases:   slices.DeleteFunc(e.Forms.keys(), func(a string) bool { return a == name }),
		Documents: e.Documents, Mentions: e.Mentions,
		FirstPublished: e.Published.First, LastPublished: e.Published.Last,
		PlaceID: e.Places.only(), Country: e.Countries.only(), Links: links,
	}
}

// entityPart is the number of rows in a part of the table entities.
const entityPart = 1 << 15

// writeEntities writes the table entities from the files of facts of all
// batches into dir, and gathers the most frequent ones.
func (r *run) writeEntities(dir string, all *settlements) (rows int64, most map[string][]Top, err error) {
	reasons := all.links.reasons()
	most = map[string][]Top{}
	var part []output.EntityRow
	number := 0
	flush := func() error {
		name := fmt.Sprintf("%s-%06d", partStem, number)
		number++
		rows += int64(len(part))
		err := output.WriteEntities(dir, name, part, r.Tables)
		part = part[:0]
		return err
	}
	err = mergeEntities(all.facts(r.store), r.store.scratch(), func(e *entityFacts) error {
		row := e.row(reasons[e.ID])
		kind := row.Kind.String()
		most[kind] = leading(append(most[kind], Top{row.Canonical, row.Mentions, row.Documents}), 64*topEntities)
		if part = append(part, row); len(part) < entityPart {
			return nil
		}
		return flush()
	})
	if err == nil && (number == 0 || len(part) > 0) {
		err = flush()
	}
	for kind := range most {
		most[kind] = leading(most[kind], 0)
	}
	return rows, most, err
}

// facts lists the files that count the entities of a run.
func (all *settlements) facts(s *store) []string {
	var files []string
	for _, b := range all.batches {
		of := b.Fingerprint
		if b.patch != nil && b.patch.Facts {
			of = b.patch.Fingerprint
		}
		files = append(files, s.factsFile(of))
	}
	return files
}
