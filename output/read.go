package output

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow/memory"
)

// ReadOptions say how tables are read.
type ReadOptions struct {
	Format Format // "" takes the first of parquet, arrow, jsonl, csv that is there
	CSVRaw bool   // the CSV files were written with Options.CSVRaw
}

// Tables are tables on disk. It is safe for concurrent use.
type Tables struct {
	Dir    string
	Format Format

	raw   bool
	mem   memory.Allocator
	files map[string][]string // by table, sorted
}

// errStop ends a scan whose consumer wants no more rows.
var errStop = errors.New("stop")

// Open finds the tables of a run in the folder. All seven must be there; rows
// are read when they are asked for.
func Open(dir string) (*Tables, error) { return OpenWith(dir, ReadOptions{}) }

// OpenWith is Open with options.
func OpenWith(dir string, opts ReadOptions) (*Tables, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	try := formats
	if opts.Format != "" {
		try = []Format{opts.Format}
	}
	for _, f := range try {
		t := &Tables{Dir: dir, Format: f, raw: opts.CSVRaw, mem: memory.DefaultAllocator, files: map[string][]string{}}
		var missing []string
		for _, s := range schemas {
			if err := t.find(s.Table); err != nil {
				return nil, err
			}
			if len(t.files[s.Table]) == 0 {
				missing = append(missing, s.Table)
			}
		}
		if len(missing) == 0 {
			return t, t.checkVersions()
		}
		if len(missing) < len(schemas) {
			return nil, fmt.Errorf("%s: no .%s file of table %s", dir, f, strings.Join(missing, ", "))
		}
	}
	return nil, fmt.Errorf("%s: no tables", dir)
}

// find lists the parts of a table. Names that start with a dot or an underscore
// are not parts, for this reader as for others.
func (t *Tables) find(table string) error {
	entries, err := os.ReadDir(filepath.Join(t.Dir, table))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.IsDir() && filepath.Ext(name) == "."+string(t.Format) && name[0] != '.' && name[0] != '_' {
			t.files[table] = append(t.files[table], filepath.Join(t.Dir, table, name))
		}
	}
	slices.Sort(t.files[table])
	return nil
}

// checkVersions looks at the first part of every table, so that tables of
// another schema are refused before anything is read.
func (t *Tables) checkVersions() error {
	for _, s := range schemas {
		if err := readFile(t, s, t.files[s.Table][0], func([]any) error { return errStop }); err != nil && err != errStop {
			return err
		}
	}
	return nil
}

// Files returns the part files of a table, in the order in which they are read.
func (t *Tables) Files(table string) []string { return t.files[table] }

// Rows yields the rows of a table in the order of the part names. After an
// error, which names file and row, it ends.
func (t *Tables) Rows(table string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s := SchemaOf(table)
		if s == nil {
			yield(Row{}, fmt.Errorf("no table %q", table))
			return
		}
		for _, file := range t.files[table] {
			err := readFile(t, s, file, func(cells []any) error {
				if !yield(Row{s, cells}, nil) {
					return errStop
				}
				return nil
			})
			if err == errStop {
				return
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
		}
	}
}

// All returns all rows of a table.
func (t *Tables) All(table string) ([]Row, error) {
	var rows []Row
	for r, err := range t.Rows(table) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// readFile calls yield with the cells of each row of one file. Files that are
// torn or not what their name says are errors, also where a library panics.
func readFile(t *Tables, s *Schema, file string, yield func([]any) error) (err error) {
	inYield := false
	defer func() {
		if p := recover(); p != nil {
			if inYield {
				panic(p)
			}
			err = fmt.Errorf("%s: not a readable %s file: %v", file, t.Format, p)
		}
	}()
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	row := 0
	err = t.decode(f, s, func(cells []any) error {
		row++
		for i, v := range cells {
			if v == nil && !s.Columns[i].Nullable {
				return fmt.Errorf("row %d: %s: null", row, s.Columns[i].Name)
			}
		}
		inYield = true
		err := yield(cells)
		inYield = false
		return err
	})
	if err != nil && err != errStop {
		return fmt.Errorf("%s: %w", file, err)
	}
	return err
}

func (t *Tables) decode(f *os.File, s *Schema, yield func([]any) error) error {
	switch t.Format {
	case Parquet:
		return readParquet(f, s, t.mem, yield)
	case Arrow:
		return readArrow(f, s, t.mem, yield)
	case JSONL:
		return readJSONL(f, s, yield)
	case CSV:
		return readCSV(f, s, t.raw, yield)
	}
	return fmt.Errorf("format %q: want parquet, arrow, jsonl or csv", t.Format)
}

// checkVersion refuses tables of another major version. Minor versions add
// columns: unknown ones are skipped, missing ones read as null.
func checkVersion(have string) error {
	major := func(v string) string { m, _, _ := strings.Cut(v, "."); return m }
	if have == "" {
		return errors.New("no schema version: not written by dateline")
	}
	if major(have) != major(SchemaVersion) {
		return fmt.Errorf("schema version %s: this program reads %s", have, SchemaVersion)
	}
	return nil
}
