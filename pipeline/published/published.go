// Package published finds an article's publication date, and says where it
// found it. What is not stated anywhere stays unknown.
package published

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Options of a Finder. The zero value trusts every date from 1990 on.
type Options struct {
	Now       time.Time   // dates later than a day after it are not believed; zero believes them
	Earliest  article.Day // dates before it are believed only where a field states them; 0 is 1990-01-01
	DateOrder string      // "dmy" or "mdy": how 3/4/2020 is read; "" takes such a date for unknown
	Flag      article.Day // date of articles in which none is found; 0 for none
}

// Evidence is what, besides the document, a publication date may be found in.
type Evidence struct {
	HTML          []byte // the page as UTF-8; nil for none
	Stated        string // as a field states it
	StatedFrom    string // metadata, record, front_matter
	OwnStated     string // the same, asked when Stated is no date
	OwnStatedFrom string
}

// A Finder finds publication dates. It may be used by many goroutines.
type Finder struct {
	opts    Options
	scan    scanner
	weights *weights // of pages
}

// candidate is a possible publication date.
type candidate struct {
	day       article.Day
	precision article.Precision
	from      string
	text      string
}

func (c candidate) published() article.Published {
	return article.Published{Day: c.day, Precision: c.precision, From: c.from, Text: c.text}
}

// New returns a Finder. The error is about Options.
func New(opts Options) (*Finder, error) {
	x, err1 := calendar()
	w, err2 := pageWeights()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	opts.Earliest = cmp.Or(opts.Earliest, article.NewDay(1990, 1, 1))
	if o := opts.DateOrder; o != "" && o != "dmy" && o != "mdy" {
		return nil, fmt.Errorf("date order %q: want dmy or mdy", o)
	}
	return &Finder{opts: opts, scan: scanner{x, opts.DateOrder}, weights: w}, nil
}

// Find returns the publication date of a document whose sentences are known.
// An error says that a field states something that is no date, or none that
// can be believed; the date returned is then what the next best evidence says.
func (p *Finder) Find(d *article.Document, e Evidence) (article.Published, error) {
	var best candidate
	var errs []error
	offer := func(c candidate) {
		switch {
		case c.day == 0:
		case best.day == 0, refines(c, best):
			best = c
		}
	}
	for _, st := range [...]struct{ text, from string }{{e.Stated, e.StatedFrom}, {e.OwnStated, e.OwnStatedFrom}} {
		c, err := p.stated(st.text, st.from)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", st.from, err))
		}
		offer(c)
	}
	for _, source := range []func() candidate{
		func() candidate { return p.page(d, e.HTML) },
		func() candidate { return p.fileName(d) },
		func() candidate { return p.address(d.URL) },
		func() candidate { return p.lines(d) },
		func() candidate { return p.dateline(d, best) },
	} {
		if best.precision == article.DayPrecision {
			break
		}
		offer(source())
	}
	if best.day == 0 && p.opts.Flag != 0 {
		best = candidate{p.opts.Flag, article.DayPrecision, "flag", p.opts.Flag.String()}
	}
	return best.published(), errors.Join(errs...)
}

// refines reports whether a says the same as b, more exactly.
func refines(a, b candidate) bool {
	if a.precision >= b.precision {
		return false
	}
	y, m, _ := a.day.Date()
	year, month, _ := b.day.Date()
	return y == year && (b.precision == article.YearPrecision || m == month)
}

// stated reads a field.
func (p *Finder) stated(text, from string) (candidate, error) {
	f, err := p.scan.stated(text)
	if err != nil || f.year == 0 {
		return candidate{}, err
	}
	c := candidate{f.date(), f.precision(), from, text}
	switch y, m, d := c.day.Date(); {
	case y == 1970 && m == 1 && d == 1 && c.precision == article.DayPrecision:
		return candidate{}, fmt.Errorf("%q: %w: the zero of a clock", text, ErrNoDate)
	case p.future(c.day):
		return candidate{}, fmt.Errorf("%q: %w: it is in the future", text, ErrNoDate)
	}
	return c, nil
}

func (p *Finder) future(day article.Day) bool {
	return !p.opts.Now.IsZero() && day > article.DayOf(p.opts.Now)+1
}

// plausible reports whether a date that no field states may be believed.
func (p *Finder) plausible(f found) bool {
	return f.precision() > 0 && f.consistent() && !f.unsure && f.date() >= p.opts.Earliest && !p.future(f.date())
}
