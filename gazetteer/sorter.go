package gazetteer

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// sorter sorts records of bytes, on disk when there are more than fit.
type sorter struct {
	dir, name string
	limit     int
	buf       []byte   // records one after another
	recs      [][2]int // where they are
	runs      []*os.File
	count     int64
}

func newSorter(dir, name string, limit int) (*sorter, error) {
	return &sorter{dir: dir, name: name, limit: max(limit, 1<<20)}, nil
}

// Add copies a record.
func (s *sorter) Add(rec []byte) error {
	if len(s.buf)+len(rec)+16*len(s.recs) > s.limit && len(s.recs) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.recs = append(s.recs, [2]int{len(s.buf), len(s.buf) + len(rec)})
	s.buf = append(s.buf, rec...)
	s.count++
	return nil
}

func (s *sorter) sort() {
	slices.SortFunc(s.recs, func(a, b [2]int) int { return bytes.Compare(s.buf[a[0]:a[1]], s.buf[b[0]:b[1]]) })
}

// spill writes what is in memory as one sorted run.
func (s *sorter) spill() error {
	s.sort()
	f, err := os.Create(filepath.Join(s.dir, fmt.Sprintf("%s-%d", s.name, len(s.runs))))
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 1<<18)
	var n [binary.MaxVarintLen64]byte
	for _, r := range s.recs {
		w.Write(n[:binary.PutUvarint(n[:], uint64(r[1]-r[0]))])
		w.Write(s.buf[r[0]:r[1]])
	}
	s.buf, s.recs = s.buf[:0], s.recs[:0]
	return w.Flush()
}

// Each calls f with every record in order. The record is valid during the call.
func (s *sorter) Each(f func(rec []byte) error) error {
	if len(s.runs) == 0 {
		s.sort()
		for _, r := range s.recs {
			if err := f(s.buf[r[0]:r[1]]); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.buf, s.recs = nil, nil
	var h runHeap
	for _, file := range s.runs {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		r := &runReader{r: bufio.NewReaderSize(file, 1<<16)}
		if ok, err := r.next(); err != nil {
			return err
		} else if ok {
			h = append(h, r)
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		if err := f(h[0].rec); err != nil {
			return err
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
	return nil
}

// Close removes the files. It may be called twice.
func (s *sorter) Close() {
	for _, f := range s.runs {
		f.Close()
		os.Remove(f.Name())
	}
	s.runs, s.buf, s.recs = nil, nil, nil
}

type runReader struct {
	r   *bufio.Reader
	rec []byte
}

func (r *runReader) next() (bool, error) {
	n, err := binary.ReadUvarint(r.r)
	if err == io.EOF {
		return false, nil
	} else if err != nil {
		return false, err
	}
	r.rec = slices.Grow(r.rec[:0], int(n))[:n]
	_, err = io.ReadFull(r.r, r.rec)
	return err == nil, err
}

type runHeap []*runReader

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return bytes.Compare(h[i].rec, h[j].rec) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)        { *h = append(*h, x.(*runReader)) }
func (h *runHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
