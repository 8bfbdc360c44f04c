package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// State is what lies in an output folder.
type State struct {
	Tables  *Summary           `json:"tables,omitempty"`  // of the run that wrote them; nil when there are none
	Writing bool               `json:"writing"`           // a run is at work there now
	Swap    bool               `json:"swap"`              // finished tables wait to be put in place: the next run does it
	Kept    map[string]Batches `json:"kept,omitempty"`    // finished batches, by Options.Identity of the runs that made them
	Bytes   int64              `json:"kept_bytes"`        // of their files; tables share these where the file system has links
	Missing []string           `json:"missing,omitempty"` // tables that _run.json counts rows of and that are not there
}

// Batches counts finished batches. Those of the identity of a coming run are
// reused where their inputs are as they were.
type Batches struct {
	Number    int64 `json:"batches"`
	Documents int64 `json:"documents"`
	Input     int64 `json:"input_bytes"`
}

// Inspect looks into an output folder. It reads no input and no table, and
// changes nothing.
func Inspect(out string) (*State, error) {
	if info, err := os.Stat(out); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", out)
	}
	s, st := &store{out: out}, &State{Kept: map[string]Batches{}}
	summary, err := ReadSummary(out)
	switch {
	case err == nil:
		st.Tables = summary
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if _, err := os.Stat(s.publishDir(readyName)); err == nil {
		st.Swap = true
	}
	st.Writing = locked(filepath.Join(s.state(), "lock"))
	entries, err := os.ReadDir(filepath.Join(s.state(), "batches"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		var r batchRecord
		if strings.HasPrefix(e.Name(), "tmp-") || readJSON(filepath.Join(s.batchDir(e.Name()), recordName), &r) != nil {
			continue // in the making, or torn
		}
		for _, p := range r.Parts {
			st.Bytes += p.Size
		}
		if strings.Contains(e.Name(), ".") {
			continue // parts settled anew, of a batch that is counted itself
		}
		b := st.Kept[r.Identity]
		b.Number++
		b.Documents += r.Rows["documents"]
		b.Input += r.Bytes
		st.Kept[r.Identity] = b
	}
	if st.Tables != nil && !st.Swap {
		for _, t := range tableNames() {
			if parts, err := os.ReadDir(filepath.Join(out, t)); err != nil || len(parts) == 0 {
				st.Missing = append(st.Missing, t)
			}
		}
	}
	return st, nil
}

// locked reports whether a run holds the lock of an output folder.
func locked(path string) bool {
	if _, err := os.Stat(path); err != nil {
		return false
	}
	l := flock.New(path, flock.SetFlag(os.O_RDONLY))
	ok, err := l.TryRLock()
	if ok {
		_ = l.Unlock()
	}
	return err == nil && !ok
}
