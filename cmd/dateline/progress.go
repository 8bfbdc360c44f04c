package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dateline-nlp/dateline/pipeline"
)

// progress shows how far a run is: a bar on a terminal, a plain line every
// few seconds elsewhere, or one of the log where there is one.
type progress struct {
	w     io.Writer
	log   *slog.Logger             // nil for text
	bar   *progressbar.ProgressBar // nil elsewhere than on a terminal
	last  time.Time
	quiet bool
	total atomic.Int64 // bytes of input; 0 when not known
	past  []moment     // of the last minute, oldest first
}

// moment is how far a run was at a time.
type moment struct {
	at time.Time
	pipeline.Progress
}

const (
	plainEvery = 5 * time.Second
	rateOver   = time.Minute
)

func newProgress(w io.Writer, quiet bool, log *slog.Logger) *progress {
	now := time.Now()
	p := &progress{w: w, log: log, quiet: quiet, last: now, past: []moment{{at: now}}}
	if !quiet && log == nil && isTerminal(w) {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
			progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

// measure counts the bytes of the inputs while the run is at work, so that the
// time left can be told.
func (p *progress) measure(ctx context.Context, inputs []string, without string, wants func(rel string) bool) {
	if p.quiet {
		return
	}
	go func() { p.total.Store(inputBytes(ctx, inputs, without, wants)) }()
}

func (p *progress) report(now pipeline.Progress) {
	if p.quiet {
		return
	}
	at := time.Now()
	text := p.line(at, now)
	switch {
	case p.bar != nil:
		p.bar.Describe(text)
		_ = p.bar.Set64(now.Bytes)
	case at.Sub(p.last) < plainEvery:
	case p.log != nil:
		p.last = at
		p.log.Info("progress", "documents", now.Documents, "set_aside", now.Failures, "bytes", now.Bytes, "of_bytes", p.total.Load(), "batches", now.Batches)
	default:
		p.last = at
		fmt.Fprintln(p.w, text)
	}
}

// line says how far the run is, how fast it was in the last minute, and how
// long it will take at that rate.
func (p *progress) line(at time.Time, now pipeline.Progress) string {
	p.past = append(p.past, moment{at, now})
	for len(p.past) > 2 && at.Sub(p.past[1].at) >= rateOver {
		p.past = p.past[1:]
	}
	const mb = 1e6
	first := p.past[0]
	seconds, total := at.Sub(first.at).Seconds(), p.total.Load()
	read := fmt.Sprintf("%.1f MB read", float64(now.Bytes)/mb)
	if total > now.Bytes {
		read = fmt.Sprintf("%.1f of %.1f MB read", float64(now.Bytes)/mb, float64(total)/mb)
	}
	text := fmt.Sprintf("%d articles, %d set aside, %s", now.Documents, now.Failures, read)
	if seconds < 1 {
		return text
	}
	text += fmt.Sprintf(", %.0f articles/s", float64(now.Documents-first.Documents)/seconds)
	if rate := float64(now.Bytes-first.Bytes) / seconds; total > now.Bytes && rate > 0 {
		left := time.Duration(float64(total-now.Bytes) / rate * float64(time.Second))
		text += fmt.Sprintf(", about %s left", left.Round(max(time.Second, left/100).Truncate(time.Second)))
	}
	return text
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// inputBytes adds up the files of the inputs that are wanted, by their path
// below the input; those below without excepted. It returns 0 when the inputs
// do not tell how much there is to read: a stream, or something packed.
func inputBytes(ctx context.Context, inputs []string, without string, wants func(rel string) bool) (total int64) {
	skip, _ := os.Stat(without)
	for _, in := range inputs {
		paths := []string{in}
		if _, err := os.Stat(in); err != nil {
			if paths, err = filepath.Glob(in); err != nil || len(paths) == 0 {
				return 0 // - or something that is not there
			}
		}
		for _, root := range paths {
			err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					return nil
				}
				info, err := e.Info()
				rel, _ := filepath.Rel(root, path)
				switch {
				case err != nil:
				case e.IsDir() && skip != nil && os.SameFile(skip, info):
					return fs.SkipDir
				case path != root && (e.Name()[0] == '.' || !e.IsDir() && !wants(filepath.ToSlash(rel))):
					if e.IsDir() {
						return fs.SkipDir
					}
				case packed[filepath.Ext(path)]:
					return errPacked
				case info.Mode().IsRegular():
					total += info.Size()
				}
				return nil
			})
			if err != nil {
				return 0
			}
		}
	}
	return total
}

var errPacked = errors.New("packed")

// packed are the files whose articles are counted by another size than theirs.
var packed = map[string]bool{".gz": true, ".tgz": true, ".zst": true, ".zip": true, ".tar": true, ".warc": true, ".parquet": true, ".arrow": true}
