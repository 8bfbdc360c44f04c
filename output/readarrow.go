package output

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// readBatch is the number of rows that are decoded at a time.
const readBatch = 8 << 10

func readParquet(f *os.File, s *Schema, mem memory.Allocator, yield func([]any) error) error {
	pf, err := file.NewParquetReader(f, file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return err
	}
	defer pf.Close()
	version := pf.MetaData().KeyValueMetadata().FindValue(metaVersion)
	if version == nil {
		return checkVersion("")
	}
	if err := checkVersion(*version); err != nil {
		return err
	}
	r, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{BatchSize: readBatch}, mem)
	if err != nil {
		return err
	}
	schema, err := r.Schema()
	if err != nil {
		return err
	}
	columns, err := matchColumns(s, schema)
	if err != nil || pf.NumRows() == 0 {
		return err
	}
	records, err := r.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return err
	}
	defer records.Release()
	rows := int64(0)
	for records.Next() {
		rows += records.Record().NumRows()
		if err := yieldRecord(s, columns, records.Record(), yield); err != nil {
			return err
		}
	}
	if err := records.Err(); err != nil && err != io.EOF {
		return err
	}
	if rows != pf.NumRows() {
		return fmt.Errorf("%d of %d rows", rows, pf.NumRows())
	}
	return nil
}

func readArrow(f *os.File, s *Schema, mem memory.Allocator, yield func([]any) error) error {
	r, err := ipc.NewFileReader(f, ipc.WithAllocator(mem))
	if err != nil {
		return err
	}
	defer r.Close()
	version, _ := r.Schema().Metadata().GetValue(metaVersion)
	if err := checkVersion(version); err != nil {
		return err
	}
	columns, err := matchColumns(s, r.Schema())
	if err != nil {
		return err
	}
	for i := range r.NumRecords() {
		rec, err := r.Record(i)
		if err != nil {
			return err
		}
		if err := yieldRecord(s, columns, rec, yield); err != nil {
			return err
		}
	}
	return nil
}

// matchColumns returns for each column of the table its index in the file, -1
// for a nullable column that the file lacks.
func matchColumns(s *Schema, have *arrow.Schema) ([]int, error) {
	columns := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		at := have.FieldIndices(c.Name)
		switch {
		case len(at) == 0 && c.Nullable:
			columns[i] = -1
			continue
		case len(at) == 0:
			return nil, fmt.Errorf("no column %s", c.Name)
		}
		columns[i] = at[0]
		if t := have.Field(at[0]).Type; t.ID() != arrowTypes[c.Type].ID() {
			return nil, fmt.Errorf("column %s is %s, want %s", c.Name, t, c.Type)
		}
	}
	return columns, nil
}

func yieldRecord(s *Schema, columns []int, rec arrow.Record, yield func([]any) error) error {
	for row := range int(rec.NumRows()) {
		cells := make([]any, len(columns))
		for i, c := range columns {
			if c >= 0 {
				cells[i] = arrowCell(rec.Column(c), row)
			}
		}
		if err := yield(cells); err != nil {
			return err
		}
	}
	return nil
}

func arrowCell(a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.String:
		return string([]byte(a.Value(i))) // a copy: the record's memory goes
	case *array.Int32:
		return int64(a.Value(i))
	case *array.Int64:
		return a.Value(i)
	case *array.Float32:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Boolean:
		return a.Value(i)
	case *array.Date32:
		return unixDay(int32(a.Value(i)))
	case *array.List:
		items := a.ListValues().(*array.String)
		from, to := a.ValueOffsets(i)
		list := make([]string, 0, to-from)
		for k := from; k < to; k++ {
			list = append(list, string([]byte(items.Value(int(k)))))
		}
		return list
	}
	panic(fmt.Sprintf("column of type %s", a.DataType()))
}
