package output

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// column holds the values of one column of a batch, laid out as Arrow lays
// them out, so that an Arrow array is a view and a reset keeps the memory.
type column struct {
	Column
	n     int
	nulls int
	valid []byte // bitmap, least significant bit first; nullable columns only

	bytes   []byte  // String and StringList: the bytes of all values; Bool: a bitmap
	offsets []int32 // String: n+1 ends in bytes; StringList: n+1 ends in items
	items   []int32 // StringList: ends of the items in bytes
	i32     []int32 // Int32, Date (days since 1970)
	i64     []int64
	f32     []float32
	f64     []float64
}

func newColumn(c Column) *column {
	col := &column{Column: c}
	col.reset()
	return col
}

func (c *column) reset() {
	c.n, c.nulls = 0, 0
	c.valid, c.bytes = c.valid[:0], c.bytes[:0]
	c.i32, c.i64, c.f32, c.f64 = c.i32[:0], c.i64[:0], c.f32[:0], c.f64[:0]
	switch c.Type {
	case String:
		c.offsets = append(c.offsets[:0], 0)
	case StringList:
		c.offsets = append(c.offsets[:0], 0)
		c.items = append(c.items[:0], 0)
	}
}

// mark counts a value and records whether there is one.
func (c *column) mark(valid bool) {
	if c.Nullable {
		c.valid = appendBit(c.valid, c.n, valid)
		if !valid {
			c.nulls++
		}
	} else if !valid {
		panic(fmt.Sprintf("output: null in column %s, which has none", c.Name))
	}
	c.n++
}

func (c *column) isNull(i int) bool { return c.Nullable && !bitAt(c.valid, i) }

// str returns value i of a String column; it is valid until the next append.
func (c *column) str(i int) []byte { return c.bytes[c.offsets[i]:c.offsets[i+1]] }

// list calls f with each string of value i of a StringList column.
func (c *column) list(i int, f func([]byte)) {
	for k := c.offsets[i]; k < c.offsets[i+1]; k++ {
		f(c.bytes[c.items[k]:c.items[k+1]])
	}
}

func appendBit(bits []byte, i int, set bool) []byte {
	if i%8 == 0 {
		bits = append(bits, 0)
	}
	if set {
		bits[i/8] |= 1 << (i % 8)
	}
	return bits
}

func bitAt(bits []byte, i int) bool { return bits[i/8]&(1<<(i%8)) != 0 }

// buffer is the rows of one table in a batch. A row is appended by one call for
// each column, in the order of the schema, and end; a call of the wrong type,
// or too few, is a mistake in this package and panics.
type buffer struct {
	schema *Schema
	cols   []*column
	rows   int
	next   int // column that the next call fills
}

func newBuffer(s *Schema) *buffer {
	b := &buffer{schema: s}
	for _, c := range s.Columns {
		b.cols = append(b.cols, newColumn(c))
	}
	return b
}

func (b *buffer) reset() {
	for _, c := range b.cols {
		c.reset()
	}
	b.rows, b.next = 0, 0
}

func (b *buffer) column(t Type) *column {
	c := b.cols[b.next]
	if c.Type != t {
		panic(fmt.Sprintf("output: %s value for %s.%s, a %s", t, b.schema.Table, c.Name, c.Type))
	}
	b.next++
	return c
}

// end closes the row.
func (b *buffer) end() {
	if b.next != len(b.cols) {
		panic(fmt.Sprintf("output: row of %s ends before column %s", b.schema.Table, b.cols[b.next].Name))
	}
	b.next = 0
	b.rows++
}

// text appends a string that may be empty; bytes that are not UTF-8 become
// U+FFFD.
func (b *buffer) text(s string) *buffer {
	c := b.column(String)
	c.bytes = append(c.bytes, valid(s)...)
	c.offsets = append(c.offsets, int32(len(c.bytes)))
	c.mark(true)
	return b
}

// raw appends a string of known UTF-8.
func (b *buffer) raw(s []byte) *buffer {
	c := b.column(String)
	c.bytes = append(c.bytes, s...)
	c.offsets = append(c.offsets, int32(len(c.bytes)))
	c.mark(true)
	return b
}

// known appends a string, or null when it is empty.
func (b *buffer) known(s string) *buffer {
	if s != "" {
		return b.text(s)
	}
	c := b.column(String)
	c.offsets = append(c.offsets, int32(len(c.bytes)))
	c.mark(false)
	return b
}

func (b *buffer) int(v int) *buffer {
	c := b.column(Int32)
	c.i32 = append(c.i32, int32(v))
	c.mark(true)
	return b
}

func (b *buffer) long(v int64) *buffer {
	c := b.column(Int64)
	c.i64 = append(c.i64, v)
	c.mark(true)
	return b
}

// knownLong appends a number, or null when it is zero.
func (b *buffer) knownLong(v int64) *buffer {
	c := b.column(Int64)
	c.i64 = append(c.i64, v)
	c.mark(v != 0)
	return b
}

// confidence appends a probability, or null when it is zero or no number.
func (b *buffer) confidence(v float32) *buffer {
	c := b.column(Float32)
	ok := v > 0 && v <= 1
	if !ok {
		v = 0
	}
	c.f32 = append(c.f32, v)
	c.mark(ok)
	return b
}

// degrees appends a number when known, else null.
func (b *buffer) degrees(v float64, known bool) *buffer {
	c := b.column(Float64)
	known = known && !math.IsNaN(v) && !math.IsInf(v, 0)
	if !known {
		v = 0
	}
	c.f64 = append(c.f64, v)
	c.mark(known)
	return b
}

func (b *buffer) bool(v bool) *buffer {
	c := b.column(Bool)
	c.bytes = appendBit(c.bytes, c.n, v)
	c.mark(true)
	return b
}

// day appends a day, or null when it is zero.
func (b *buffer) day(d article.Day) *buffer {
	c := b.column(Date)
	v := int32(0)
	if d != 0 {
		v = d.Unix()
	}
	c.i32 = append(c.i32, v)
	c.mark(d != 0)
	return b
}

func (b *buffer) strings(list []string) *buffer {
	c := b.column(StringList)
	for _, s := range list {
		c.bytes = append(c.bytes, valid(s)...)
		c.items = append(c.items, int32(len(c.bytes)))
	}
	c.offsets = append(c.offsets, int32(len(c.items)-1))
	c.mark(true)
	return b
}

// valid returns s with bytes that are not UTF-8 replaced by U+FFFD.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
