package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	flatbuffers "github.com/google/flatbuffers/go"
)

// The Arrow library makes room for whatever a file states, and a program that
// runs out of memory cannot go on with the next file. So what is stated is held
// against what is there.

var errSizes = errors.New("broken: it states sizes beyond what is in it")

var errNoArrow = errors.New("not an Arrow file or stream, or cut off in its schema")

// panicked makes an error of what the libraries, or bounded, panic with.
func panicked(p any) error {
	if err, ok := p.(error); ok && errors.Is(err, errSizes) {
		return err
	}
	return fmt.Errorf("broken: %v", p)
}

// checkChunks holds the sizes of the columns of a Parquet file against the file.
func checkChunks(f *file.Reader, size int64) error {
	for i := range f.NumRowGroups() {
		g := f.MetaData().RowGroup(i)
		for j := range g.NumColumns() {
			chunk, err := g.ColumnChunk(j)
			if err != nil {
				return err
			}
			if n := chunk.TotalCompressedSize(); n < 0 || n > size {
				return errSizes
			}
		}
	}
	return nil
}

// maxRoom bounds what is made room for at a time.
const maxRoom = 4 << 30

// room is how much of a stream may be unpacked at a time.
func (s *stream) room(maxExpand int64) int64 {
	if s.file == nil || s.before.Size() > maxRoom/maxExpand {
		return maxRoom
	}
	return max(expandSlack, s.before.Size()*maxExpand)
}

// bounded is an allocator that panics with errSizes.
type bounded struct {
	memory.Allocator
	most int64
}

func (a bounded) check(size int) {
	if size < 0 || int64(size) > a.most {
		panic(errSizes)
	}
}

func (a bounded) Allocate(size int) []byte {
	a.check(size)
	return a.Allocator.Allocate(size)
}

func (a bounded) Reallocate(size int, b []byte) []byte {
	a.check(size)
	return a.Allocator.Reallocate(size, b)
}

// rowRoom is how much room a row takes at least: about that of "{}" and what
// becomes of it.
const rowRoom = 16

// Bounds of a schema: its bytes, the columns in it and their names and values,
// and columns in columns.
const (
	maxSchema      = 16 << 20
	maxColumns     = 1 << 17
	maxColumnDepth = 100
)

// arrowMessages reads the messages of an Arrow stream, as the library's own reader
// does, but takes no more memory than comes, and checks the first, the schema.
type arrowMessages struct {
	r    io.Reader
	room int64
	n    int
}

func (m *arrowMessages) Retain()  {}
func (m *arrowMessages) Release() {}

// Message returns the next message: perhaps a mark, the size of what says what
// it is, that, and a body.
func (m *arrowMessages) Message() (*ipc.Message, error) {
	size, err := m.size()
	if err == nil && size == math.MaxUint32 { // the mark of newer writers
		size, err = m.size()
	}
	switch {
	case err != nil:
		return nil, err
	case size == 0:
		return nil, io.EOF
	case size > maxSchema && m.n == 0:
		return nil, errNoArrow
	case size > maxSchema:
		return nil, errSizes
	}
	meta, err := m.read(int64(size))
	if err != nil {
		return nil, err
	}
	if len(meta) < 4 {
		return nil, errSizes
	}
	if m.n++; m.n == 1 {
		const headerSlot = 8
		if err := checkSchema(meta, headerSlot); err != nil {
			return nil, err
		}
	}
	const bodySlot = 10
	head := flatbuffers.Table{Bytes: meta, Pos: flatbuffers.GetUOffsetT(meta)}
	length := head.GetInt64Slot(bodySlot, 0)
	if length < 0 || length > m.room {
		return nil, errSizes
	}
	body, err := m.read(length)
	if err != nil {
		return nil, err
	}
	return ipc.NewMessage(memory.NewBufferBytes(meta), memory.NewBufferBytes(body)), nil
}

func (m *arrowMessages) size() (uint32, error) {
	var b [4]byte
	_, err := io.ReadFull(m.r, b[:])
	return binary.LittleEndian.Uint32(b[:]), err
}

func (m *arrowMessages) read(n int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(n, 1<<20)))
	_, err := io.CopyN(&b, m.r, n)
	return b.Bytes(), noEOF(err)
}

// fileFoot checks the schema of an Arrow file, which stands in its footer:
// footer, size of the footer, "ARROW1".
func fileFoot(at *io.SectionReader) error {
	const tail = 4 + len("ARROW1")
	b := make([]byte, 4)
	if at.Size() < int64(tail) {
		return io.ErrUnexpectedEOF
	}
	if _, err := at.ReadAt(b, at.Size()-int64(tail)); err != nil {
		return err
	}
	size := int64(binary.LittleEndian.Uint32(b))
	if size > maxSchema || size > at.Size()-int64(tail) {
		return errSizes
	}
	b = make([]byte, size)
	if _, err := at.ReadAt(b, at.Size()-int64(tail)-size); err != nil {
		return err
	}
	const schemaSlot = 6
	return checkSchema(b, schemaSlot)
}

// schemaCheck adds up what the lists and texts of a schema hold.
type schemaCheck struct {
	b            []byte
	tables, text int
}

// checkSchema checks the schema that the table at the root of b has in a slot:
// no list of it may be longer than there is room for, all of them together.
func checkSchema(b []byte, slot flatbuffers.VOffsetT) (err error) {
	defer func() {
		if p := recover(); p != nil { // places outside of b
			err = errSizes
		}
	}()
	if len(b) < 4 {
		return errSizes
	}
	c := &schemaCheck{b: b}
	root := flatbuffers.Table{Bytes: b, Pos: flatbuffers.GetUOffsetT(b)}
	schema, ok := c.table(root, slot)
	if !ok {
		return errors.New("broken: it has no schema")
	}
	c.columns(schema, 6, 0)
	c.pairs(schema, 8)
	return nil
}

// table returns the table in a slot of another one.
func (c *schemaCheck) table(t flatbuffers.Table, slot flatbuffers.VOffsetT) (flatbuffers.Table, bool) {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return flatbuffers.Table{}, false
	}
	return flatbuffers.Table{Bytes: c.b, Pos: t.Indirect(o + t.Pos)}, true
}

// list returns the tables of a list in a slot.
func (c *schemaCheck) list(t flatbuffers.Table, slot flatbuffers.VOffsetT) (tables []flatbuffers.Table) {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return nil
	}
	n := t.VectorLen(o)
	if c.tables += n; n < 0 || c.tables > min(len(c.b)/4, maxColumns) { // each has its place in a list
		panic(errSizes)
	}
	for i := range n {
		tables = append(tables, flatbuffers.Table{Bytes: c.b, Pos: t.Indirect(t.Vector(o) + flatbuffers.UOffsetT(4*i))})
	}
	return tables
}

// name takes the length of a text in a slot into account. Some writers let equal
// texts share a place.
func (c *schemaCheck) name(t flatbuffers.Table, slot flatbuffers.VOffsetT) {
	o := flatbuffers.UOffsetT(t.Offset(slot))
	if o == 0 {
		return
	}
	n := t.VectorLen(o)
	if c.text += n; n < 0 || n > len(c.b) || c.text > 16*len(c.b) {
		panic(errSizes)
	}
}

func (c *schemaCheck) columns(t flatbuffers.Table, slot flatbuffers.VOffsetT, depth int) {
	if depth > maxColumnDepth {
		panic(errSizes)
	}
	for _, f := range c.list(t, slot) {
		c.name(f, 4)
		c.columns(f, 14, depth+1)
		c.pairs(f, 16)
	}
}

// pairs goes through names and values that belong to a schema or column.
func (c *schemaCheck) pairs(t flatbuffers.Table, slot flatbuffers.VOffsetT) {
	for _, p := range c.list(t, slot) {
		c.name(p, 4)
		c.name(p, 6)
	}
}
