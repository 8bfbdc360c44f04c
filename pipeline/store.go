package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// ErrInUse says that another run is writing into the same output folder.
var ErrInUse = errors.New("another run is writing there")

// A store keeps finished batches under OUT/.dateline/batches, a folder each,
// named by fingerprint, and publishes them as the tables of a run.
//
// A batch folder is made under a temporary name and renamed when it is whole,
// so it is there wholly or not at all. Publishing links the parts of a run's
// batches into new table folders and swaps these with the old ones at the end;
// a swap that was cut short is finished by the next run. Until then the
// earlier tables stay as they were.
type store struct {
	out   string
	lock  *flock.Flock
	fault func(op, path string) error // called before each change on the disk; for tests, else nil
}

const (
	stateDir   = ".dateline" // under OUT; holds everything that is not a table
	recordName = "batch.json"
	factsName  = "facts"
	partStem   = "part"  // of the files of a batch
	readyName  = "READY" // marks a publish folder that is complete
)

var partName = regexp.MustCompile(`^part-[0-9]{6}\.(parquet|arrow|jsonl|csv)$`)

// openStore makes OUT where needed, takes its lock, and finishes a swap that
// an earlier run left half done. It refuses an OUT whose table folders hold
// files that are not ours.
func openStore(out string, tables []string, fault func(op, path string) error) (*store, error) {
	s := &store{out: out, fault: fault}
	if err := s.mkdirAll(filepath.Join(s.state(), "batches")); err != nil {
		return nil, fmt.Errorf("output folder: %w", err)
	}
	s.lock = flock.New(filepath.Join(s.state(), "lock"))
	ok, err := s.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("output folder: lock: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("output folder %s: %w", out, ErrInUse)
	}
	if err := errors.Join(s.finishSwap(tables), s.refuseForeign(tables), s.sweepTemporary(), s.mkdirAll(s.scratch())); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// close removes the scratch files and gives the folder free.
func (s *store) close() error { return errors.Join(os.RemoveAll(s.scratch()), s.lock.Unlock()) }

func (s *store) state() string             { return filepath.Join(s.out, stateDir) }
func (s *store) scratch() string           { return filepath.Join(s.state(), "scratch") } // files of this run alone
func (s *store) batchDir(fp string) string { return filepath.Join(s.state(), "batches", fp) }
func (s *store) publishDir(names ...string) string {
	return filepath.Join(append([]string{s.state(), "publish"}, names...)...)
}

// hasDocuments reports whether OUT holds the tables of an earlier run that
// used at least one article.
func (s *store) hasDocuments() bool {
	var earlier Summary
	return readJSON(filepath.Join(s.out, runName), &earlier) == nil && earlier.Rows["documents"] > 0
}

// refuseForeign keeps a run from replacing a folder that somebody else filled.
func (s *store) refuseForeign(tables []string) error {
	for _, t := range tables {
		entries, err := os.ReadDir(filepath.Join(s.out, t))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("output folder: %w", err)
		}
		for _, e := range entries {
			if e.IsDir() || !partName.MatchString(e.Name()) {
				return fmt.Errorf("output folder: %s is not a part of a table; choose another --out or move it away",
					filepath.Join(s.out, t, e.Name()))
			}
		}
	}
	return nil
}

// sweepTemporary removes what a killed run left under temporary names.
func (s *store) sweepTemporary() error {
	entries, err := os.ReadDir(filepath.Join(s.state(), "batches"))
	if err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "tmp-") {
			err = errors.Join(err, s.removeAll(filepath.Join(s.state(), "batches", e.Name())))
		}
	}
	return errors.Join(err, s.removeAll(s.publishDir()), s.removeAll(filepath.Join(s.state(), "old")), s.removeAll(s.scratch()))
}

// part is one file of a finished batch.
type part struct {
	Table, File string
	Size        int64
	CRC         uint32 // Castagnoli
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// lookup returns the record of a finished batch; ok is false when there is
// none or when a part of it is torn, in which case it must be made again.
func (s *store) lookup(fp string) (r *batchRecord, ok bool) {
	dir := s.batchDir(fp)
	raw, err := os.ReadFile(filepath.Join(dir, recordName))
	if err != nil {
		return nil, false
	}
	r = new(batchRecord)
	if json.Unmarshal(raw, r) != nil || r.Fingerprint != fp {
		return nil, false
	}
	for _, p := range r.Parts {
		if size, crc, err := checksum(filepath.Join(dir, p.Table, p.File)); err != nil || size != p.Size || crc != p.CRC {
			return nil, false
		}
	}
	return r, true
}

// write makes a batch folder: fill writes the parts, then record and facts are
// added and the folder gets its name.
func (s *store) write(r *batchRecord, f *facts, fill func(dir string) error) (err error) {
	if err := s.try("mkdir", s.state()); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Join(s.state(), "batches"), "tmp-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.removeAll(tmp))
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if r.Parts, err = listParts(tmp); err != nil {
		return err
	}
	if f != nil {
		write := func(w io.Writer) error { _, err := w.Write(f.encode()); return err }
		if err := s.writeFile(filepath.Join(tmp, factsName), write); err != nil {
			return err
		}
	}
	if err := s.writeJSON(filepath.Join(tmp, recordName), r); err != nil {
		return err
	}
	dir := s.batchDir(r.Fingerprint)
	stale, err := filepath.Glob(dir + ".*") // parts settled for what is replaced
	if err != nil {
		return err
	}
	for _, old := range append(stale, dir) {
		if err := s.removeAll(old); err != nil {
			return err
		}
	}
	if err := s.rename(tmp, dir); err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(dir))
}

// facts reads what the run must know of a batch's documents, and of its
// entities if these are wanted.
func (s *store) facts(fp string, entities bool) (*facts, error) {
	return readFacts(s.factsFile(fp), entities)
}

// factsWhole reports whether the facts that belong to a record are there.
func (s *store) factsWhole(r *batchRecord) bool {
	if !r.Facts {
		return true
	}
	raw, err := os.ReadFile(s.factsFile(r.Fingerprint))
	if err == nil {
		_, err = checkFacts(raw)
	}
	return err == nil
}

func (s *store) factsFile(fp string) string { return filepath.Join(s.batchDir(fp), factsName) }

func listParts(dir string) ([]part, error) {
	var parts []part
	tables, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if !t.IsDir() {
			continue
		}
		files, err := os.ReadDir(filepath.Join(dir, t.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			size, crc, err := checksum(filepath.Join(dir, t.Name(), f.Name()))
			if err != nil {
				return nil, err
			}
			parts = append(parts, part{Table: t.Name(), File: f.Name(), Size: size, CRC: crc})
		}
	}
	return parts, nil
}

// publish makes the parts of the batches, in their order, the tables of OUT.
// extra writes what belongs to no batch (entities, _run.json) into the folder
// that it is given. Batches that the run did not use are removed.
func (s *store) publish(tables []string, batches []settled, extra func(dir string) error) error {
	if err := s.removeAll(s.publishDir()); err != nil {
		return err
	}
	for _, t := range tables {
		if err := s.mkdirAll(s.publishDir(t)); err != nil {
			return err
		}
	}
	for i, b := range batches {
		for _, file := range b.parts() {
			table := filepath.Base(filepath.Dir(file))
			to := s.publishDir(table, fmt.Sprintf("part-%06d%s", i, filepath.Ext(file)))
			if err := s.linkOrCopy(s.batchDir(file), to); err != nil {
				return err
			}
		}
	}
	if err := extra(s.publishDir()); err != nil {
		return err
	}
	for _, t := range tables {
		if err := s.syncDir(s.publishDir(t)); err != nil {
			return err
		}
	}
	if err := s.syncDir(s.publishDir()); err != nil { // all of it is there before READY is
		return err
	}
	if err := s.writeJSON(s.publishDir(readyName), len(batches)); err != nil {
		return err
	}
	if err := s.finishSwap(tables); err != nil {
		return err
	}
	return s.sweepBatches(batches)
}

// finishSwap puts a complete publish folder in the place of the tables. It may
// be called again at any point.
func (s *store) finishSwap(tables []string) error {
	if _, err := os.Stat(s.publishDir(readyName)); err != nil {
		return nil // nothing waits
	}
	old := filepath.Join(s.state(), "old")
	for _, name := range append(slices.Clone(tables), runName) {
		fresh, place := s.publishDir(name), filepath.Join(s.out, name)
		if _, err := os.Lstat(fresh); err != nil {
			continue // swapped before
		}
		if err := errors.Join(s.removeAll(filepath.Join(old, name)), s.mkdirAll(old)); err != nil {
			return err
		}
		if err := s.rename(place, filepath.Join(old, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := s.rename(fresh, place); err != nil {
			return err
		}
	}
	if err := s.syncDir(s.out); err != nil {
		return err
	}
	return errors.Join(s.removeAll(s.publishDir()), s.removeAll(old))
}

func (s *store) sweepBatches(used []settled) error {
	keep := make(map[string]bool, len(used))
	for _, b := range used {
		keep[b.Fingerprint] = true
		if b.patch != nil {
			keep[b.patch.Fingerprint] = true
		}
	}
	entries, err := os.ReadDir(filepath.Join(s.state(), "batches"))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			err = errors.Join(err, s.removeAll(filepath.Join(s.state(), "batches", e.Name())))
		}
	}
	return err
}

func checksum(path string) (size int64, crc uint32, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	h := crc32.New(castagnoli)
	size, err = io.Copy(h, f)
	return size, h.Sum32(), err
}

func (s *store) linkOrCopy(from, to string) error {
	if err := s.try("link", to); err != nil {
		return err
	}
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from) // a file system without hard links
	if err != nil {
		return err
	}
	defer in.Close()
	return s.writeFile(to, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
}

func (s *store) writeJSON(path string, v any) error {
	return s.writeFile(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	})
}

func readJSON(path string, v any) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// writeFile makes a file that is on the disk when it returns nil.
func (s *store) writeFile(path string, fill func(io.Writer) error) error {
	if err := s.try("create", path); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(fill(f), s.try("write", path), f.Sync()); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	return f.Close()
}

func (s *store) try(op, path string) error {
	if s.fault == nil {
		return nil
	}
	return s.fault(op, path)
}

func (s *store) mkdirAll(dir string) error {
	if err := s.try("mkdir", dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

func (s *store) rename(from, to string) error {
	if err := s.try("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (s *store) removeAll(path string) error {
	if err := s.try("remove", path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// syncDir makes renames in a folder last through a power cut, where the
// system can.
func (s *store) syncDir(dir string) error {
	if err := s.try("sync", dir); err != nil {
		return err
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}
