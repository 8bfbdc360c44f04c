//go:build unix

package main

import (
	"context"
	"flag"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	kills    = flag.Int("kills", 4, "how often TestKill kills a run")
	killSeed = flag.Uint64("kill-seed", 1, "of the moments at which TestKill does it")
)

// asProgram in the environment makes the test binary the program itself.
const asProgram = "DATELINE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func program(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// tableBytes returns all table files below OUT, by path.
func tableBytes(t testing.TB, out string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(out, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if e.Name() == ".dateline" {
				return fs.SkipDir
			}
			return nil
		}
		if e.Name() == "_run.json" { // tells the seconds
			return nil
		}
		raw, err := os.ReadFile(path)
		rel, _ := filepath.Rel(out, path)
		all[rel] = string(raw)
		return err
	}))
	return all
}

// TestKill kills runs at random moments, many of them while the tables are put
// in place, and lets every so many one come to its end: its tables equal those
// of an undisturbed run. The inputs alternate between two states, so that there
// are earlier tables to lose. -kills 200 for the long version.
func TestKill(t *testing.T) {
	rnd := rand.New(rand.NewPCG(*killSeed, 0))
	in, out := corpus(t, 60, 2), filepath.Join(t.TempDir(), "tables")
	extra := filepath.Join(in, "000", "00030a.txt")
	args := func(out string) []string {
		return []string{"extract", "--quiet", "--workers", "2", "--batch", "20000", "--format", "parquet,jsonl", "--out", out, in}
	}
	toggle := func() {
		if os.Remove(extra) != nil {
			require.NoError(t, os.WriteFile(extra, []byte("Late news\n\nMarch 3, 2020\n\nAnn Lee of the Red Cross came to Basra on Monday.\n"), 0o644))
		}
	}
	var want [2]map[string]string
	var took time.Duration
	for i := range want {
		fresh := filepath.Join(t.TempDir(), "fresh")
		started := time.Now()
		code, _, stderr := dateline(t, args(fresh)...)
		require.Equal(t, exitOK, code, stderr)
		took = time.Since(started)
		want[i] = tableBytes(t, fresh)
		toggle()
	}
	require.False(t, maps.Equal(want[0], want[1]))

	killed, mid, runs, compared := 0, 0, 0, 0
	for state := 0; killed < *kills; state = 1 - state {
		for attempt := 0; ; attempt++ {
			var errs strings.Builder
			c := program(args(out)...)
			c.Stderr = &errs
			require.NoError(t, c.Start())
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			var wait <-chan time.Time
			publish := filepath.Join(out, ".dateline", "publish")
			_, err := os.Stat(filepath.Join(publish, "READY"))
			waits := err == nil // a swap that was cut short
			switch mode := rnd.IntN(3); {
			case attempt >= 6: // enough; this one may finish
			case mode == 0:
				wait = time.After(time.Duration(rnd.Int64N(int64(took))))
			case mode == 1:
				wait = whenThere(publish, time.Duration(rnd.Int64N(int64(30*time.Millisecond))), ended)
			default:
				wait = whenThere(filepath.Join(publish, "READY"), time.Duration(rnd.Int64N(int64(2*time.Millisecond))), ended)
			}
			select {
			case <-wait:
				_ = c.Process.Kill()
				if err := <-ended; err == nil {
					break // was faster
				}
				killed++
				if _, err := os.Stat(filepath.Join(publish, "READY")); err == nil {
					if !waits {
						mid++
					}
				} else if _, err := os.Stat(out); err == nil {
					got := tableBytes(t, out)
					assert.True(t, len(got) == 0 || maps.Equal(got, want[0]) || maps.Equal(got, want[1]), "after a kill the tables are those of one run")
				}
				continue
			case err := <-ended:
				require.NoError(t, err, errs.String())
			}
			break
		}
		runs++
		got := tableBytes(t, out)
		require.True(t, maps.Equal(want[state], got), "run %d, seed %d: %d and %d files", runs, *killSeed, len(want[state]), len(got))
		for _, content := range got {
			compared += len(content)
		}
		if runs%4 == 0 {
			require.NoError(t, os.RemoveAll(out)) // from nothing again
		}
		toggle()
	}
	t.Logf("%d kills survived, %d of them in the middle of a swap; %d runs came to their end, %d bytes compared", killed, mid, runs, compared)
}

// whenThere returns a channel that delivers some time after a file is there;
// nothing when the run ends before.
func whenThere(path string, after time.Duration, ended chan error) <-chan time.Time {
	c := make(chan time.Time, 1)
	go func() {
		for {
			if _, err := os.Stat(path); err == nil {
				time.Sleep(after)
				c <- time.Now()
				return
			}
			select {
			case err := <-ended:
				ended <- err
				return
			case <-time.After(50 * time.Microsecond):
			}
		}
	}()
	return c
}
