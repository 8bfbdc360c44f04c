package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dateline-nlp/dateline/pipeline"
)

// progress shows how far a run is: a bar on a terminal, a plain line every
// few seconds elsewhere.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil elsewhere than on a terminal
	last  time.Time
	quiet bool
}

const plainEvery = 5 * time.Second

func newProgress(w io.Writer, quiet bool) *progress {
	p := &progress{w: w, quiet: quiet, last: time.Now()}
	if !quiet && isTerminal(w) {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
			progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

func (p *progress) report(now pipeline.Progress) {
	switch {
	case p.quiet:
	case p.bar != nil:
		p.bar.Describe(fmt.Sprintf("%d articles, %d set aside", now.Documents, now.Failures))
		_ = p.bar.Set64(now.Bytes)
	case time.Since(p.last) >= plainEvery:
		p.last = time.Now()
		fmt.Fprintf(p.w, "%d articles, %d set aside, %.1f MB read\n", now.Documents, now.Failures, float64(now.Bytes)/(1<<20))
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
