package output

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// A Stream writes the rows of one table as an Arrow IPC stream.
type Stream struct {
	table  string
	schema *arrow.Schema
	w      *ipc.Writer
}

// NewStream begins a stream of a table. It fails for a table that batches do
// not hold (entities) or that is none.
func NewStream(w io.Writer, table string) (*Stream, error) {
	s := SchemaOf(table)
	if s == nil || table == Entities {
		return nil, fmt.Errorf("table %q: want documents, sentences, mentions, places, dates or errors", table)
	}
	schema := arrowSchema(s)
	return &Stream{table: table, schema: schema, w: ipc.NewWriter(w, ipc.WithSchema(schema))}, nil
}

// Write writes the rows of the batch as one record batch. The batch stays as
// it is.
func (s *Stream) Write(b *Batch) error {
	rec := b.tables[s.table].record(s.schema)
	defer rec.Release()
	return s.w.Write(rec)
}

// Close ends the stream; it does not close what it writes to.
func (s *Stream) Close() error { return s.w.Close() }
