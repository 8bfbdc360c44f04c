package output

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/flight"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
)

// Keys of the file metadata.
const (
	metaVersion = "dateline.schema_version"
	metaTable   = "dateline.table"
	metaColumns = "dateline.columns" // Parquet: JSON list of {name, type, nullable, comment}
	metaComment = "comment"          // on each Arrow field
)

var arrowTypes = map[Type]arrow.DataType{
	String:     arrow.BinaryTypes.String,
	Int32:      arrow.PrimitiveTypes.Int32,
	Int64:      arrow.PrimitiveTypes.Int64,
	Float32:    arrow.PrimitiveTypes.Float32,
	Float64:    arrow.PrimitiveTypes.Float64,
	Bool:       arrow.FixedWidthTypes.Boolean,
	Date:       arrow.FixedWidthTypes.Date32,
	StringList: arrow.ListOf(arrow.BinaryTypes.String),
}

// arrowSchema returns the Arrow schema of a table, comments included.
func arrowSchema(s *Schema) *arrow.Schema {
	fields := make([]arrow.Field, len(s.Columns))
	for i, c := range s.Columns {
		fields[i] = arrow.Field{
			Name: c.Name, Type: arrowTypes[c.Type], Nullable: c.Nullable,
			Metadata: arrow.NewMetadata([]string{metaComment}, []string{c.Comment}),
		}
	}
	meta := arrow.NewMetadata([]string{metaVersion, metaTable, metaComment}, []string{SchemaVersion, s.Table, s.Comment})
	return arrow.NewSchema(fields, &meta)
}

// record returns the rows as an Arrow record that shares the buffer's memory;
// it must be released before the buffer is changed.
func (b *buffer) record(schema *arrow.Schema) arrow.Record {
	arrays := make([]arrow.Array, len(b.cols))
	for i, c := range b.cols {
		data := c.data(schema.Field(i).Type)
		arrays[i] = array.MakeFromData(data)
		data.Release()
	}
	rec := array.NewRecord(schema, arrays, int64(b.rows))
	for _, a := range arrays {
		a.Release()
	}
	return rec
}

func (c *column) data(t arrow.DataType) *array.Data {
	var valid *memory.Buffer
	if c.nulls > 0 {
		valid = memory.NewBufferBytes(c.valid)
	}
	buffers := []*memory.Buffer{valid}
	var children []arrow.ArrayData
	ints := arrow.Int32Traits.CastToBytes
	switch c.Type {
	case String:
		buffers = append(buffers, memory.NewBufferBytes(ints(c.offsets)), memory.NewBufferBytes(c.bytes))
	case StringList:
		buffers = append(buffers, memory.NewBufferBytes(ints(c.offsets)))
		items := []*memory.Buffer{nil, memory.NewBufferBytes(ints(c.items)), memory.NewBufferBytes(c.bytes)}
		child := array.NewData(arrow.BinaryTypes.String, len(c.items)-1, items, nil, 0, 0)
		defer child.Release()
		children = append(children, child)
	case Int32, Date:
		buffers = append(buffers, memory.NewBufferBytes(ints(c.i32)))
	case Int64:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(c.i64)))
	case Float32:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Float32Traits.CastToBytes(c.f32)))
	case Float64:
		buffers = append(buffers, memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(c.f64)))
	case Bool:
		buffers = append(buffers, memory.NewBufferBytes(c.bytes))
	}
	return array.NewData(t, c.n, buffers, children, c.nulls, 0)
}

// pageSize is large, because Arrow 15 makes a new zstd compressor for every
// page, and with it as many encoders as there are processors, which costs more
// than compressing a megabyte.
const pageSize = 8 << 20

// unique are the string columns whose values seldom repeat, and which are most
// of a file. A dictionary would only cost time, minima and maxima help no
// reader, and zstd is worth its price here. The other columns are small and
// many: Snappy, which needs no set-up, halves the time to write a part and
// makes it 1.5 % larger.
var unique = map[string]bool{"text": true, "sha256": true, "published_text": true, "mention_id": true, "error": true}

// writeParquet follows a recipe that DuckDB, polars, hyparquet and arrow-rs
// read: plain string columns, a required root, data pages of version 2 and one
// Write for a row group. Arrow 15 goes wrong elsewhere: null counts of
// dictionary arrays and of buffered row groups are false, and a repeated root
// is refused by strict readers.
func writeParquet(w *sink, t *buffer, opts Options) error {
	props := []parquet.WriterProperty{
		parquet.WithAllocator(opts.mem),
		parquet.WithRootRepetition(parquet.Repetitions.Required),
		parquet.WithDataPageVersion(parquet.DataPageV2),
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithMaxRowGroupLength(int64(opts.rowGroup)),
		parquet.WithDataPageSize(pageSize),
		parquet.WithCreatedBy(createdBy),
	}
	for _, c := range t.schema.Columns {
		switch {
		case unique[c.Name]:
			props = append(props, parquet.WithDictionaryFor(c.Name, false),
				parquet.WithCompressionFor(c.Name, compress.Codecs.Zstd), parquet.WithCompressionLevelFor(c.Name, 1))
		case slices.Contains(offsets, c): // they grow by little
			props = append(props, parquet.WithDictionaryFor(c.Name, false), parquet.WithEncodingFor(c.Name, parquet.Encodings.DeltaBinaryPacked))
		}
		// Statistics hold the null count of a page, so only columns without nulls can do without.
		if unique[c.Name] && !c.Nullable {
			props = append(props, parquet.WithStatsFor(c.Name, false))
		}
	}
	schema := arrowSchema(t.schema)
	fw, err := pqarrow.NewFileWriter(schema, w, parquet.NewWriterProperties(props...),
		pqarrow.NewArrowWriterProperties(pqarrow.WithAllocator(opts.mem)))
	if err != nil {
		return err
	}
	described, err := json.Marshal(t.schema.Columns)
	if err != nil {
		return err
	}
	if err := fw.AppendKeyValueMetadata(metaColumns, string(described)); err != nil {
		return err
	}
	stored := base64.StdEncoding.EncodeToString(flight.SerializeSchema(schema, opts.mem))
	if err := fw.AppendKeyValueMetadata("ARROW:schema", stored); err != nil {
		return err
	}
	// A row group without rows upsets some readers; a file without row groups none.
	if t.rows > 0 {
		rec := t.record(schema)
		defer rec.Release()
		if err := fw.Write(rec); err != nil {
			return err
		}
	}
	return fw.Close()
}

func writeArrow(w *sink, t *buffer, opts Options) error {
	schema := arrowSchema(t.schema)
	fw, err := ipc.NewFileWriter(w, ipc.WithSchema(schema), ipc.WithAllocator(opts.mem))
	if err != nil {
		return err
	}
	rec := t.record(schema)
	defer rec.Release()
	for from := 0; from < t.rows; from += opts.rowGroup {
		part := rec.NewSlice(int64(from), int64(min(from+opts.rowGroup, t.rows)))
		err := fw.Write(part)
		part.Release()
		if err != nil {
			return err
		}
	}
	return fw.Close()
}
