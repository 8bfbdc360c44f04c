package pipeline

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
)

var (
	faultRuns = flag.Int("faults", 3, "how many runs each test of faults disturbs")
	faultSeed = flag.Uint64("fault-seed", 1, "of the faults")
)

// faults decides, from a seed, which operations fail and how.
type faults struct {
	mu       sync.Mutex
	rnd      *rand.Rand
	rate     float64
	only     string         // the operation that may fail; "" for all
	injected map[string]int // by kind
}

func newFaults(seed uint64) *faults {
	return &faults{rnd: rand.New(rand.NewPCG(*faultSeed, seed)), injected: map[string]int{}}
}

// hit returns the error that an operation is to have, nil for most. Some only
// take longer.
func (f *faults) hit(op, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.only != "" && op != f.only || f.rnd.Float64() >= f.rate {
		return nil
	}
	errs := []error{nil, syscall.EINTR, syscall.EIO, syscall.ENOSPC, syscall.EACCES}
	err := errs[f.rnd.IntN(len(errs))]
	if err == nil {
		f.injected["stall"]++
		time.Sleep(time.Millisecond)
		return nil
	}
	f.injected[err.Error()]++
	return &os.PathError{Op: op, Path: "x", Err: err}
}

func (f *faults) total() (n int) {
	for _, k := range f.injected {
		n += k
	}
	return n
}

// faultyFS is the operating system's file system with faults.
type faultyFS struct{ f *faults }

func (x faultyFS) MkdirAll(dir string) error {
	if err := x.f.hit("mkdir", dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

func (x faultyFS) Create(name string) (output.File, error) {
	if err := x.f.hit("create", name); err != nil {
		return nil, err
	}
	f, err := os.Create(name)
	return faultyFile{f, x.f}, err
}

func (x faultyFS) Rename(from, to string) error {
	if err := x.f.hit("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (x faultyFS) Remove(name string) error { return os.Remove(name) }
func (x faultyFS) SyncDir(dir string) error { return x.f.hit("sync", dir) }

type faultyFile struct {
	*os.File
	f *faults
}

// Write fails having written half.
func (x faultyFile) Write(p []byte) (int, error) {
	if err := x.f.hit("write", x.Name()); err != nil {
		n, _ := x.File.Write(p[:len(p)/2])
		return n, err
	}
	return x.File.Write(p)
}

func (x faultyFile) Sync() error { return x.f.hit("sync", x.Name()) }

// faultyReader fails, stalls, gives little, or ends early.
type faultyReader struct {
	r io.Reader
	f *faults
}

func (x faultyReader) Read(p []byte) (int, error) {
	p = p[:min(len(p), 4000)]
	if err := x.f.hit("read", "-"); err != nil {
		if x.f.total()%3 == 0 {
			return 0, io.EOF // cut off without a word
		}
		return 0, err
	}
	return x.r.Read(p)
}

func verify(t *testing.T, out string) {
	t.Helper()
	tables, err := output.Open(out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
}

// sameTables compares an output folder with the files of another, and shows
// the first difference.
func sameTables(t *testing.T, want map[string]string, out string, run int) {
	t.Helper()
	got := tableFiles(t, out)
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] == want[name] {
			continue
		}
		a, b := strings.Split(want[name], "\n"), strings.Split(got[name], "\n")
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		require.Equal(t, a[i:min(i+1, len(a))], b[i:min(i+1, len(b))], "run %d: %s, line %d", run, name, i+1)
	}
}

func addCount(to map[string]int, from map[string]int) {
	for k, n := range from {
		to[k] += n
	}
}

// TestWriteFaults disturbs the disk that a run writes to. After a failed run
// the earlier tables are there; after a healthy one they equal those of an
// undisturbed run.
func TestWriteFaults(t *testing.T) {
	in := folder(t, manyFiles(40))
	extra := filepath.Join(in, "b", "0205.txt")
	o := testOptions(t, in)
	o.Workers = 2
	var want [2]map[string]string
	toggle := func() {
		if os.Remove(extra) != nil { // an id that two articles have, so that parts are settled anew
			require.NoError(t, os.WriteFile(extra, []byte("Zora came. Report 1."), 0o644))
		}
	}
	for i := range want {
		fresh := o
		fresh.Out = filepath.Join(t.TempDir(), "fresh")
		_, err := Run(t.Context(), fresh)
		require.NoError(t, err)
		want[i] = tableFiles(t, fresh.Out)
		toggle()
	}
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	injected := map[string]int{}
	failed, swaps := 0, 0
	for i := range *faultRuns {
		before := want[i%2]
		state := 1 - i%2
		toggle()
		f := newFaults(uint64(i))
		f.rate = []float64{.003, .01, .05}[i%3]
		if i%4 == 1 { // most renames are those of the swap
			f.only, f.rate = "rename", .1
		}
		disturbed := o
		disturbed.Tables.FS, disturbed.fault = faultyFS{f}, f.hit
		if i%4 == 0 { // nothing to take over
			disturbed.Identity = fmt.Sprint("test ", i)
		}
		_, err := Run(t.Context(), disturbed)
		addCount(injected, f.injected)
		_, ready := os.Stat(filepath.Join(o.Out, stateDir, "publish", readyName))
		switch {
		case err == nil:
			require.Equal(t, want[state], tableFiles(t, o.Out), "run %d", i)
		case ready == nil: // the swap was cut short
			failed++
			swaps++
		default:
			failed++
			got := tableFiles(t, o.Out)
			if fmt.Sprint(got) != fmt.Sprint(want[state]) { // failed when all was in place
				require.Equal(t, before, got, "run %d: %v", i, err)
			}
			verify(t, o.Out)
		}
		_, err = Run(t.Context(), o)
		require.NoError(t, err)
		require.Equal(t, want[state], tableFiles(t, o.Out), "run %d", i)
		verify(t, o.Out)
	}
	t.Logf("%d runs disturbed, %d failed (%d in the middle of a swap), faults %v", *faultRuns, failed, swaps, injected)
}

// TestScratchFaults: scratch files that cannot be written end a run, whatever
// its workers are at.
func TestScratchFaults(t *testing.T) {
	files := map[string]string{}
	for i := range 400 {
		files[fmt.Sprintf("%0200d.txt", i)] = "Ann met Bob in Basra."
	}
	o := testOptions(t, folder(t, files)).withDefaults()
	o.Workers, o.BatchSize = 2, 300
	o.Progress = func(Progress) { time.Sleep(50 * time.Millisecond) } // the workers are ahead
	s, err := openStore(o.Out, tableNames(), nil)
	require.NoError(t, err)
	defer s.close()
	c, err := newCensus(s.scratch())
	require.NoError(t, err)
	c.close()
	done := make(chan error, 1)
	go func() {
		_, err := (&run{Options: o, store: s}).batches(t.Context(), c)
		done <- err
	}()
	select {
	case err := <-done:
		require.ErrorIs(t, err, os.ErrClosed)
	case <-time.After(time.Minute):
		require.Fail(t, "the run does not end")
	}
}

// TestReadFaults disturbs what a run reads: its standard input, and the files
// of a folder, which a neighbour cuts, empties, removes and overwrites while it
// runs. Once they are as they were, so are the tables.
func TestReadFaults(t *testing.T) {
	t.Run("stream", func(t *testing.T) {
		var in strings.Builder
		for i := range 80 {
			fmt.Fprintf(&in, `{"id":"%d","text":"On Monday, Ann %d met Bob in Basra.%s"}`+"\n", i, i, strings.Repeat(" It was cold.", 150))
		}
		o := testOptions(t, "-")
		o.BatchSize = 16 << 10
		o.Source.Stdin = strings.NewReader(in.String())
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		want := tableFiles(t, o.Out)
		injected, failed := map[string]int{}, 0
		for i := range *faultRuns {
			before := tableFiles(t, o.Out)
			f := newFaults(uint64(i))
			f.rate = .04
			o.Source.Stdin = faultyReader{strings.NewReader(in.String()), f}
			if _, err := Run(t.Context(), o); err != nil {
				failed++
				if _, ok := tableFiles(t, o.Out)["errors/part-000000.jsonl"]; !ok {
					sameTables(t, before, o.Out, i)
				}
			}
			verify(t, o.Out)
			addCount(injected, f.injected)
			o.Source.Stdin = bytes.NewReader([]byte(in.String()))
			_, err := Run(t.Context(), o)
			require.NoError(t, err)
			sameTables(t, want, o.Out, i)
		}
		t.Logf("%d runs disturbed, %d failed, faults %v", *faultRuns, failed, injected)
	})
	t.Run("files", func(t *testing.T) {
		files := manyFiles(40)
		in := folder(t, files)
		o := testOptions(t, in)
		o.Workers = 2
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		want := tableFiles(t, o.Out)
		changes := 0
		for i := range *faultRuns {
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				rnd := rand.New(rand.NewPCG(*faultSeed, uint64(i)))
				for {
					select {
					case <-stop:
						return
					default:
					}
					n := rnd.IntN(40)
					name := fmt.Sprintf("%c/%03d.txt", 'a'+n%3, n)
					path, content := filepath.Join(in, name), files[name]
					changes++
					switch rnd.IntN(5) {
					case 0:
						_ = os.Truncate(path, int64(rnd.IntN(len(content))))
					case 1:
						_ = os.Remove(path)
					case 2:
						_ = os.WriteFile(path, []byte(strings.ToUpper(content)), 0o644)
					default:
						_ = os.WriteFile(path, []byte(content), 0o644)
					}
				}
			}()
			if i%2 == 0 { // make all of them anew
				require.NoError(t, os.RemoveAll(filepath.Join(o.Out, stateDir, "batches")))
			}
			_, err := Run(t.Context(), o)
			close(stop)
			<-stopped
			require.NoError(t, err)
			verify(t, o.Out)
			for name, content := range files {
				require.NoError(t, os.WriteFile(filepath.Join(in, name), []byte(content), 0o644))
			}
			_, err = Run(t.Context(), o)
			require.NoError(t, err)
			sameTables(t, want, o.Out, i)
		}
		t.Logf("%d runs disturbed by %d changes of their inputs", *faultRuns, changes)
	})
}
