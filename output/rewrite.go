package output

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// An Edit is a row that is about to be written again.
type Edit struct{ Row }

// Set changes a cell. The value has the type that [Row.Value] gives; nil is
// null. It panics when there is no such column.
func (e Edit) Set(column string, value any) {
	i := e.Schema.Index(column)
	if i < 0 {
		panic(fmt.Sprintf("output: table %s has no column %s", e.Schema.Table, column))
	}
	e.cells[i] = value
}

// A Change says what becomes of a table's rows.
type Change struct {
	// Edit edits a row in place; the row is dropped when it returns false.
	Edit func(Edit) bool
	// More returns rows to put before next, a row of the input as it was, or
	// at the end (nil): columns to values of the types that [Row.Value] gives.
	// Missing columns are null, or zero where the table has no null. More may
	// be nil.
	More func(next *Row) []map[string]any
}

// Rewrite writes tables of the part below from once more, below to: those that
// changes names, each row through its change, in all formats of opts. What it
// promises of the files is what [Batch.Write] does.
func Rewrite(from, to, part string, opts Options, changes map[string]Change) error {
	opts = opts.withDefaults()
	format := opts.Formats[0]
	for _, f := range formats { // columnar ones read faster
		if slices.Contains(opts.Formats, f) {
			format = f
			break
		}
	}
	in := &Tables{Dir: from, Format: format, raw: opts.CSVRaw, mem: memory.DefaultAllocator}
	var tables []*buffer
	for _, s := range schemas {
		change, ok := changes[s.Table]
		if !ok {
			continue
		}
		b := newBuffer(s)
		err := readFile(in, s, filepath.Join(from, s.Table, part+"."+string(format)), func(cells []any) error {
			row := Row{s, cells}
			b.insert(change, &row)
			if change.Edit(Edit{row}) {
				b.row(cells)
			}
			return nil
		})
		if err != nil {
			return err
		}
		b.insert(change, nil)
		tables = append(tables, b)
	}
	return writePart(opts, to, part, tables)
}

// insert appends the rows that a change puts before next.
func (b *buffer) insert(c Change, next *Row) {
	if c.More == nil {
		return
	}
	for _, values := range c.More(next) {
		e := Edit{Row{b.schema, make([]any, len(b.cols))}}
		for column, v := range values {
			e.Set(column, v)
		}
		b.row(e.cells)
	}
}

// row appends a row of cells as a reader gives them. No nullable column holds
// the zero value of its type, save degrees.
func (b *buffer) row(cells []any) {
	for i, c := range b.cols {
		switch v := cells[i]; c.Type {
		case String:
			s, _ := v.(string)
			if c.Nullable {
				b.known(s)
			} else {
				b.text(s)
			}
		case Int32:
			n, _ := v.(int64)
			b.int(int(n))
		case Int64:
			n, _ := v.(int64)
			if c.Nullable {
				b.knownLong(n)
			} else {
				b.long(n)
			}
		case Float32:
			f, _ := v.(float32)
			b.confidence(f)
		case Float64:
			f, known := v.(float64)
			b.degrees(f, known)
		case Bool:
			x, _ := v.(bool)
			b.bool(x)
		case Date:
			d, _ := v.(article.Day)
			b.day(d)
		case StringList:
			l, _ := v.([]string)
			b.strings(l)
		}
	}
	b.end()
}
