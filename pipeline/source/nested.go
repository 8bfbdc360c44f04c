package source

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// maxNesting bounds how many archives may lie one in the other. What people
// send is seldom deeper than a zip of monthly zips of daily tars.
const maxNesting = 4

var errNesting = fmt.Errorf("nested too deep: an archive inside %d others is not opened", maxNesting)

// budget bounds what a file unpacks to, all archives in it taken together: an
// archive whose files are each within bounds can still be a bomb, when its
// entries overlap or hold archives themselves.
type budget struct {
	max    int64
	stored func() int64 // bytes of the outermost file
	n      int64        // unpacked so far, at all levels
	failed int          // entries that were given up
}

// budgetSlack is how much a file may unpack to whatever the ratio.
const budgetSlack = 4 * expandSlack

// forgiven is how many entries may be given up without counting against those
// that follow.
const forgiven = 16

func newBudget(s *stream, max int64) *budget {
	b := &budget{max: max, stored: func() int64 { return s.raw.n }}
	if s.file != nil {
		size := s.before.Size()
		b.stored = func() int64 { return size }
	}
	return b
}

// spent returns an error when the file has unpacked to too much.
func (b *budget) spent() error {
	if b.n > budgetSlack && b.n/b.max > b.stored() {
		return fmt.Errorf("%w: all in all it unpacks to more than %d times its size (--max-expand)", ErrTooBig, b.max)
	}
	return nil
}

// budgeted is one entry's reader.
type budgeted struct {
	r io.Reader
	b *budget
	n int64
}

func (r *budgeted) Read(p []byte) (int, error) {
	if err := r.b.spent(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	r.n, r.b.n = r.n+int64(n), r.b.n+int64(n)
	if err != nil && err != io.EOF {
		if r.b.failed++; r.b.failed <= forgiven {
			r.b.n -= r.n
		}
		r.n = 0
	}
	return n, err
}

// spoolMemory is how much of a stream is kept in memory where it has to be read
// in any order; more goes to a temporary file.
const spoolMemory = 8 << 20

// random returns the stream's whole content for reading in any order. What is
// no plain file is read to its end first.
func (s *stream) random() (io.ReaderAt, int64, error) {
	if s.file != nil && s.plain {
		return s.file, s.before.Size(), nil
	}
	head, err := io.ReadAll(io.LimitReader(s, spoolMemory+1))
	if err != nil {
		return nil, 0, err
	}
	if len(head) <= spoolMemory {
		return bytes.NewReader(head), int64(len(head)), nil
	}
	f, err := os.CreateTemp("", "dateline-*")
	if err != nil {
		return nil, 0, fmt.Errorf("temporary file: %w", withoutPath(err))
	}
	os.Remove(f.Name()) // it goes with its last user, however the program ends
	size, err := io.Copy(f, io.MultiReader(bytes.NewReader(head), s))
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	s.temp = f
	return f, size, nil
}
