package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Format is a file format of the tables; its value is the name on the command
// line and the file extension.
type Format string

const (
	Parquet Format = "parquet"
	Arrow   Format = "arrow" // Arrow IPC file, uncompressed
	JSONL   Format = "jsonl" // one object a line, every column present
	CSV     Format = "csv"   // one header line; null is an empty cell
)

// Formats lists the formats, the default first.
var formats = []Format{Parquet, Arrow, JSONL, CSV}

// ParseFormats reads a comma-separated list of formats, such as "parquet,csv".
func ParseFormats(list string) ([]Format, error) {
	var out []Format
	for _, name := range strings.Split(list, ",") {
		f := Format(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(formats, f) {
			return nil, fmt.Errorf("format %q: want some of parquet, arrow, jsonl, csv", name)
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out, nil
}

// Options say how tables are written. The zero value writes Parquet to the
// file system.
type Options struct {
	Formats []Format // default Parquet
	CSVRaw  bool     // write cells that a spreadsheet would run as formulas as they are
	Misc    bool     // write mentions of kind MISC too
	FS      FS       // default the operating system's files

	mem      memory.Allocator // default Go's
	rowGroup int              // default rowGroup
}

func (o Options) withDefaults() Options {
	if len(o.Formats) == 0 {
		o.Formats = []Format{Parquet}
	}
	if o.FS == nil {
		o.FS = osFS{}
	}
	if o.mem == nil {
		o.mem = memory.DefaultAllocator
	}
	if o.rowGroup == 0 {
		o.rowGroup = rowGroup
	}
	return o
}

// Validate reports every option that cannot be.
func (o Options) Validate() error {
	var errs []error
	for _, f := range o.Formats {
		if !slices.Contains(formats, f) {
			errs = append(errs, fmt.Errorf("format %q: want parquet, arrow, jsonl or csv", f))
		}
	}
	return errors.Join(errs...)
}

// A File is one that is being written.
type File interface {
	io.Writer
	Sync() error // returns when what was written is on the disk
	Close() error
}

// FS is where tables are written to. Names are paths of the operating system.
type FS interface {
	MkdirAll(dir string) error
	Create(name string) (File, error) // truncates a file that exists
	Rename(from, to string) error     // replaces a file that exists
	Remove(name string) error
	SyncDir(dir string) error // returns when renames in dir are on the disk
}

type osFS struct{}

func (osFS) MkdirAll(dir string) error        { return os.MkdirAll(dir, 0o777) }
func (osFS) Create(name string) (File, error) { return os.Create(name) }
func (osFS) Rename(from, to string) error     { return os.Rename(from, to) }
func (osFS) Remove(name string) error         { return os.Remove(name) }
func (osFS) SyncDir(dir string) (err error) {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	// Some file systems cannot sync a folder; the data is safe there as well as it can be.
	_ = d.Sync()
	return nil
}
