package pipeline

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// A spool is a file of records of any length that are appended and then read
// again, in order or by position. It keeps a run's memory apart from the number
// of its articles. It is for one goroutine at a time.
type spool struct {
	f    *os.File
	out  *bufio.Writer
	size int64

	record factsWriter
	head   [binary.MaxVarintLen64]byte
}

func newSpool(path string) (*spool, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &spool{f: f, out: bufio.NewWriterSize(f, 64<<10)}, nil
}

// append adds a record of strings and returns its position.
func (s *spool) append(fields ...string) (pos int64, err error) {
	s.record.buf = s.record.buf[:0]
	for _, f := range fields {
		s.record.str(f)
	}
	head := binary.AppendUvarint(s.head[:0], uint64(len(s.record.buf)))
	pos = s.size
	s.size += int64(len(head) + len(s.record.buf))
	_, err1 := s.out.Write(head)
	_, err2 := s.out.Write(s.record.buf)
	return pos, errors.Join(err1, err2)
}

// read fills fields with the record at a position.
func (s *spool) read(pos int64, fields ...*string) error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	_, err := readRecord(bufio.NewReaderSize(io.NewSectionReader(s.f, pos, s.size-pos), 512), fields)
	return err
}

// each reads all records in order into fields, and calls use after each.
func (s *spool) each(use func(pos int64) error, fields ...*string) error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	in := bufio.NewReaderSize(io.NewSectionReader(s.f, 0, s.size), 64<<10)
	for pos := int64(0); pos < s.size; {
		n, err := readRecord(in, fields)
		if err != nil {
			return err
		}
		if err := use(pos); err != nil {
			return err
		}
		pos += n
	}
	return nil
}

func readRecord(in *bufio.Reader, fields []*string) (size int64, err error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return 0, fmt.Errorf("scratch file: %w", err)
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(in, raw); err != nil {
		return 0, fmt.Errorf("scratch file: %w", err)
	}
	r := factsReader{raw: string(raw)}
	for _, f := range fields {
		*f = r.str()
	}
	if r.bad || len(r.raw) > 0 {
		return 0, fmt.Errorf("scratch file: %w", errFacts)
	}
	return int64(len(binary.AppendUvarint(nil, n))) + int64(n), nil
}
