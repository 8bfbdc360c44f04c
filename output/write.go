package output

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
)

// createdBy is what files say made them. It holds no version of the program,
// so that a new build of the same code writes the same bytes.
const createdBy = "dateline schema " + SchemaVersion

// rowGroup is the number of rows in a Parquet row group or an Arrow record
// batch: what the readers' parallel scans like best.
const rowGroup = 128 << 10

// Write writes the batch as one part file for each table and format:
// dir/<table>/<part>.<format>, the table entities excepted. An empty table gets
// a file with its schema. Files are written under temporary names
// (dir/<table>/.<part>.<format>.tmp) and synced, and renamed when all of them
// are complete; after an error no temporary file is left. The batch is empty
// afterwards, whatever happened.
func (b *Batch) Write(dir, part string) error {
	defer b.Reset()
	return writePart(b.opts, dir, part, b.ordered)
}

// WriteEntities writes the table entities, in the manner of [Batch.Write].
func WriteEntities(dir, part string, rows []EntityRow, opts Options) error {
	t := newBuffer(SchemaOf(Entities))
	for i := range rows {
		e := &rows[i]
		t.text(e.EntityID).text(e.Kind.String()).text(e.Canonical).strings(e.Aliases)
		t.long(e.Documents).long(e.Mentions).day(e.FirstPublished).day(e.LastPublished)
		t.known(e.PlaceID).known(e.Country).known(e.Links).end()
	}
	return writePart(opts.withDefaults(), dir, part, []*buffer{t})
}

func writePart(opts Options, dir, part string, tables []*buffer) (err error) {
	if err := opts.Validate(); err != nil {
		return err
	}
	type file struct{ dir, temp, name string }
	var files []file
	done := 0
	defer func() {
		if err != nil {
			for _, f := range files[done:] {
				opts.FS.Remove(f.temp)
			}
		}
	}()
	for _, t := range tables {
		folder := filepath.Join(dir, t.schema.Table)
		if err := opts.FS.MkdirAll(folder); err != nil {
			return err
		}
		for _, format := range opts.Formats {
			name := part + "." + string(format)
			f := file{folder, filepath.Join(folder, "."+name+".tmp"), filepath.Join(folder, name)}
			files = append(files, f)
			if err := writeFile(opts, format, f.temp, t); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	for ; done < len(files); done++ {
		if err := opts.FS.Rename(files[done].temp, files[done].name); err != nil {
			return err
		}
	}
	for i, f := range files {
		if i > 0 && files[i-1].dir == f.dir {
			continue
		}
		if err := opts.FS.SyncDir(f.dir); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes one table in one format, and returns when it is on the disk.
func writeFile(opts Options, format Format, name string, t *buffer) (err error) {
	f, err := opts.FS.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := newSink(f)
	switch format {
	case Parquet:
		err = writeParquet(w, t, opts)
	case Arrow:
		err = writeArrow(w, t, opts)
	case JSONL:
		err = writeJSONL(w, t)
	case CSV:
		err = writeCSV(w, t, opts.CSVRaw)
	}
	// A library may lose the error of a write; the sink does not.
	if e := w.flush(); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	return f.Sync()
}

// sink buffers writes, counts bytes, and after an error fails for good.
type sink struct {
	w   *bufio.Writer
	n   int64
	err error
}

func newSink(w io.Writer) *sink { return &sink{w: bufio.NewWriterSize(w, 64<<10)} }

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.n += int64(n)
	s.err = err
	return n, err
}

// Seek tells the position, all that Arrow's file writer asks for.
func (s *sink) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("seek in a stream")
	}
	return s.n, s.err
}

func (s *sink) flush() error {
	if s.err == nil {
		s.err = s.w.Flush()
	}
	return s.err
}
