package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// columnar gives the rows of a Parquet or Arrow file as JSON objects of the
// columns that tell something of an article.
type columnar struct {
	item   Item
	stream *stream
	batch  func() (arrow.Record, error) // the next one; io.EOF at the end
	closer func()
	rec    arrow.Record // being given; nil for none
	at     int64        // its next row
	mem    memory.Allocator
	room   int64 // see stream.room
	rows   [][]byte
	n      int
	done   bool
}

// columnRows is how many rows are decoded at a time.
const columnRows = 64

func newColumnar(it Item, s *stream, opts Options) (c cutter, err error) {
	defer func() {
		if p := recover(); p != nil { // the libraries panic on some broken files
			c, err = nil, fmt.Errorf("%s: %w", it.format, panicked(p))
		}
	}()
	room := s.room(opts.MaxExpand)
	x := &columnar{item: it, stream: s, closer: func() {}, mem: bounded{memory.DefaultAllocator, room}, room: room}
	x.item.file, x.item.pack = "", ""
	var names []string
	switch head := make([]byte, 6); {
	case it.format == "parquet":
		names, err = x.openParquet(opts)
	default:
		n, rerr := io.ReadFull(s, head)
		if rerr != nil && rerr != io.EOF && rerr != io.ErrUnexpectedEOF {
			return nil, rerr
		}
		s.Reader = io.MultiReader(bytes.NewReader(head[:n]), s.Reader)
		switch {
		case n == 0:
			return nil, ErrEmpty
		case string(head[:n]) == "ARROW1":
			names, err = x.openArrow(opts)
		default:
			names, err = x.openStream(s, opts)
		}
	}
	if err != nil {
		x.closer()
		return nil, columnarError(it.format, err)
	}
	return x, textColumns(names, opts)
}

// columnarError says in plain words what is wrong with a file.
func columnarError(format string, err error) error {
	switch {
	case errors.Is(err, ErrEmpty):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file is cut off", format)
	}
	return fmt.Errorf("%s: %s", format, strings.TrimPrefix(strings.TrimPrefix(err.Error(), "parquet: "), "arrow/ipc: "))
}

// marked checks that a file has the mark of its format at both ends.
func marked(at *io.SectionReader, mark, name string) error {
	head, tail := make([]byte, 16), make([]byte, len(mark))
	n, _ := at.ReadAt(head, 0)
	at.ReadAt(tail, at.Size()-int64(len(mark)))
	switch m := magic(head[:n]); {
	case strings.HasPrefix(string(head), mark) && string(tail) != mark:
		return io.ErrUnexpectedEOF
	case strings.HasPrefix(string(head), mark):
		return nil
	case m != "":
		return fmt.Errorf("not %s: the content is %s", name, m)
	}
	return fmt.Errorf("not %s", name)
}

// useful returns the indices of the columns that tell something of an article,
// or name one.
func useful(schema *arrow.Schema, opts Options) (index []int, names []string) {
	for i, f := range schema.Fields() {
		folded := fold(f.Name)
		wanted := slices.Contains(keyNames, folded) || slices.Contains(nests, folded)
		for field, list := range fieldNames {
			head, _, _ := strings.Cut(opts.Fields[field], ".")
			wanted = wanted || slices.Contains(list, folded) || opts.Fields[field] != "" && (f.Name == opts.Fields[field] || f.Name == head)
		}
		names = append(names, f.Name)
		if wanted {
			index = append(index, i)
		}
	}
	return index, names
}

func (c *columnar) openParquet(opts Options) ([]string, error) {
	at, err := c.random()
	if err != nil {
		return nil, err
	}
	if err := marked(at, "PAR1", "a Parquet file"); err != nil {
		return nil, err
	}
	f, err := file.NewParquetReader(at, file.WithReadProps(parquet.NewReaderProperties(c.mem)))
	if err != nil {
		return nil, err
	}
	c.closer = func() { f.Close() }
	if err := checkChunks(f, at.Size()); err != nil {
		return nil, err
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: columnRows}, c.mem)
	if err != nil {
		return nil, err
	}
	schema, err := r.Schema()
	if err != nil {
		return nil, err
	}
	fields, names := useful(schema, opts)
	var leaves []int
	for _, i := range fields {
		leaves = append(leaves, leavesOf(r.Manifest.Fields[i])...)
	}
	rows, err := r.GetRecordReader(context.Background(), leaves, nil)
	if err != nil {
		return nil, err
	}
	closeFile := c.closer
	c.closer = func() { rows.Release(); closeFile() }
	c.batch = func() (arrow.Record, error) {
		rec, err := rows.Read()
		if rec != nil {
			rec.Retain()
		}
		return rec, err
	}
	return names, nil
}

// random gives the file for reading in any order.
func (c *columnar) random() (*io.SectionReader, error) {
	at, size, err := c.stream.random()
	if err != nil {
		return nil, err
	}
	if size == 0 {
		return nil, ErrEmpty
	}
	return io.NewSectionReader(at, 0, size), nil
}

// leavesOf returns the leaf columns below a field.
func leavesOf(f pqarrow.SchemaField) []int {
	if len(f.Children) == 0 {
		return []int{f.ColIndex}
	}
	var out []int
	for _, c := range f.Children {
		out = append(out, leavesOf(c)...)
	}
	return out
}

func (c *columnar) openArrow(opts Options) ([]string, error) {
	at, err := c.random()
	if err != nil {
		return nil, err
	}
	if err := marked(at, "ARROW1", "an Arrow file"); err != nil {
		return nil, err
	}
	if err := fileFoot(at); err != nil {
		return nil, err
	}
	r, err := ipc.NewFileReader(at, ipc.WithAllocator(c.mem))
	if err != nil {
		return nil, err
	}
	c.closer = func() { r.Close() }
	fields, names := useful(r.Schema(), opts)
	i := 0
	c.batch = func() (arrow.Record, error) {
		if i == r.NumRecords() {
			return nil, io.EOF
		}
		i++
		rec, err := r.RecordAt(i - 1)
		if err != nil {
			return nil, err
		}
		defer rec.Release()
		return project(rec, fields), nil
	}
	return names, nil
}

func (c *columnar) openStream(in io.Reader, opts Options) ([]string, error) {
	r, err := ipc.NewReaderFromMessageReader(&arrowMessages{r: in, room: c.room}, ipc.WithAllocator(c.mem))
	switch {
	case errors.Is(err, errSizes):
		return nil, errSizes
	case err != nil:
		return nil, errNoArrow
	}
	c.closer = r.Release
	fields, names := useful(r.Schema(), opts)
	c.batch = func() (arrow.Record, error) {
		if !r.Next() {
			if err := r.Err(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
		return project(r.Record(), fields), nil
	}
	return names, nil
}

// project returns some columns of a record batch.
func project(rec arrow.Record, fields []int) arrow.Record {
	var cols []arrow.Array
	var fs []arrow.Field
	for _, i := range fields {
		cols, fs = append(cols, rec.Column(i)), append(fs, rec.Schema().Field(i))
	}
	return array.NewRecord(arrow.NewSchema(fs, nil), cols, rec.NumRows())
}

func (c *columnar) close() {
	if c.rec != nil {
		c.rec.Release()
	}
	c.closer()
	c.stream.close()
}

func (c *columnar) next() (Item, bool) {
	it := c.item
	it.size = 0
	for len(c.rows) == 0 && !c.done {
		err := c.fill()
		if err == nil {
			continue
		}
		if err != io.EOF {
			err = columnarError(it.format, err)
		}
		c.done = true
		it.fault = c.stream.ended(err, c.n, "records")
		return it, it.fault != nil
	}
	if len(c.rows) == 0 {
		return it, false
	}
	it.raw, c.rows = c.rows[0], c.rows[1:]
	c.n++
	it.size, it.member = int64(len(it.raw)), it.in(fmt.Sprint(c.n))
	return it, true
}

// fill decodes the next rows.
func (c *columnar) fill() (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.rec, err = nil, panicked(p)
		}
	}()
	if c.rec == nil {
		if c.rec, err = c.batch(); err != nil {
			c.rec = nil
			return err
		}
		if c.at = 0; c.rec.NumRows() > c.room/rowRoom {
			return errSizes
		}
	}
	to := min(c.at+columnRows, c.rec.NumRows())
	part := c.rec.NewSlice(c.at, to)
	defer part.Release()
	if c.at = to; to == c.rec.NumRows() {
		c.rec.Release()
		c.rec = nil
	}
	var b bytes.Buffer
	if err := array.RecordToJSON(part, &b); err != nil {
		return err
	}
	in := bufio.NewScanner(&b)
	in.Buffer(nil, b.Len()+1)
	for in.Scan() {
		if !json.Valid(in.Bytes()) {
			return errors.New("a value that has no JSON")
		}
		c.rows = append(c.rows, bytes.Clone(in.Bytes()))
	}
	return nil
}
