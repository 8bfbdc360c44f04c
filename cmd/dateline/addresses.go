package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/remote"
)

// addresses brings what lies at the inputs that are addresses to this machine
// before a run, and the tables to one after it. Between the two a run knows
// nothing but folders.
type addresses struct {
	f      *extractFlags
	inputs []string // as given
	local  []string // the same on this machine; those that are addresses only once fetched
	out    string   // address of the tables; "" for a folder
	work   string   // folder for what is fetched
	fresh  bool     // work is in a folder for tables that was not there
	stderr io.Writer
	log    *slog.Logger // nil for text
	shown  time.Time
}

func (f *extractFlags) addresses(inputs []string, stderr io.Writer) *addresses {
	return &addresses{f: f, inputs: inputs, local: slices.Clone(inputs), stderr: stderr, shown: time.Now()}
}

// start decides where things go on this machine.
func (a *addresses) start() error {
	f := a.f
	a.work = f.work
	if !strings.Contains(f.out, "://") {
		if a.work == "" {
			a.work = filepath.Join(f.out, ".dateline", "fetched")
			_, err := os.Stat(f.out)
			a.fresh = errors.Is(err, fs.ErrNotExist)
		}
		return nil
	}
	if !remote.IsStore(f.out) {
		return usage(fmt.Errorf("--out %s: want a folder, or an address that begins with s3://, gs:// or azblob://", remote.Clean(f.out)))
	}
	a.out = f.out
	sum := sha256.Sum256([]byte(f.out))
	if a.work == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return usage(fmt.Errorf("--work: %w", err))
		}
		a.work = filepath.Join(cache, "dateline")
	}
	f.out = filepath.Join(a.work, "tables-"+hex.EncodeToString(sum[:6]))
	f.given = maps.Clone(f.given)
	delete(f.given, "work")
	f.given["out"] = remote.Clean(a.out)
	return nil
}

// forget removes what the run has left below a folder for tables that was not
// there before, when nothing came of it.
func (a *addresses) forget() {
	if !a.fresh {
		return
	}
	_ = os.RemoveAll(a.work)
	_ = os.Remove(filepath.Dir(a.work)) // only if it is empty
	_ = os.Remove(a.f.out)
}

// fetch brings the inputs that are addresses here.
func (a *addresses) fetch(ctx context.Context, o *pipeline.Options) error {
	a.log = o.Log
	o.Source.Missing, o.Source.Addresses = map[string]error{}, map[string]string{}
	var names []string
	for i, in := range a.inputs {
		if !remote.Is(in) {
			names = append(names, in)
			continue
		}
		names = append(names, remote.Clean(in))
		local, failed, err := remote.Fetch(ctx, in, filepath.Join(a.work, "inputs"), remote.Options{
			Want: o.Source.Wants, MaxObject: a.f.maxFetch, Progress: func(p remote.Progress) { a.show("fetched", p) },
		})
		if err != nil {
			return err
		}
		a.local[i] = local
		maps.Copy(o.Source.Missing, failed)
		if strings.HasPrefix(in, "http") {
			o.Source.Addresses[local] = remote.Clean(in)
		}
	}
	o.Inputs, o.Names = a.local, names
	o.Source.Exclude = append(o.Source.Exclude, a.work) // where another input is a folder around it
	return nil
}

// publish brings the tables to their address.
func (a *addresses) publish(ctx context.Context, s *pipeline.Summary) error {
	if a.out == "" {
		return nil
	}
	err := remote.Publish(ctx, a.f.out, a.out, remote.Options{Progress: func(p remote.Progress) { a.show("sent", p) }})
	if err != nil {
		return fmt.Errorf("--out %w; the tables are whole in %s, and the same command sends them again", err, a.f.out)
	}
	s.Out = remote.Clean(a.out)
	return nil
}

// show says every few seconds how far a transfer is.
func (a *addresses) show(what string, p remote.Progress) {
	if a.f.quiet || time.Since(a.shown) < plainEvery {
		return
	}
	a.shown = time.Now()
	if a.log != nil {
		a.log.Info(what, "address", p.Address, "done", p.Done, "files", p.Files, "bytes", p.Bytes)
		return
	}
	fmt.Fprintf(a.stderr, "%s: %d of %d files %s, %.1f MB\n", p.Address, p.Done, p.Files, what, float64(p.Bytes)/1e6)
}
