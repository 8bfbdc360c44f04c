package article

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrSpan is the error that every violation found by [Document.Check] wraps.
var ErrSpan = errors.New("broken span")

// Check reports the first violation of what the tables promise: spans lie
// inside the text, are not empty, cut no well-formed rune, are sorted, do not
// overlap where their type forbids it, and name the sentence that they start
// in. It returns nil or an error that wraps [ErrSpan].
func (d *Document) Check() error {
	c := checker{d: d}
	for i, t := range d.Tokens {
		c.span("token", i, t.Span)
	}
	c.reset()
	for i, s := range d.Sentences {
		c.span("sentence", i, s.Span)
		if s.First < 0 || s.Last < s.First || s.Last > len(d.Tokens) {
			c.fail("sentence %d: tokens [%d,%d) of %d", i, s.First, s.Last, len(d.Tokens))
		} else if s.Last > s.First && !s.Contains(Span{d.Tokens[s.First].Start, d.Tokens[s.Last-1].End}) {
			c.fail("sentence %d: tokens outside of it", i)
		}
	}
	c.reset()
	for i, m := range d.Mentions {
		c.span("mention", i, m.Span)
		c.sentence("mention", i, m.Span, m.Sentence)
		if m.Kind == NoKind {
			c.fail("mention %d: no kind", i)
		}
	}
	c.reset()
	for i, x := range d.Dates {
		c.span("date", i, x.Span)
		c.sentence("date", i, x.Span, x.Sentence)
		if x.Type == NoTimex {
			c.fail("date %d: no type", i)
		}
		if x.From != 0 && x.To != 0 && x.From > x.To {
			c.fail("date %d: from %s is after to %s", i, x.From, x.To)
		}
	}
	c.reset()
	for i, p := range d.Places {
		c.span("place", i, p.Span)
		c.sentence("place", i, p.Span, p.Sentence)
		if !p.Mention.Contains(p.Span) {
			c.fail("place %d: span %v outside its mention %v", i, p.Span, p.Mention)
		}
		if p.PlaceID != "" && !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) {
			c.fail("place %d: point (%v, %v)", i, p.Lat, p.Lon)
		}
	}
	return c.err
}

type checker struct {
	d    *Document
	last int // end of the span before
	err  error
}

func (c *checker) reset() { c.last = 0 }

func (c *checker) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s", ErrSpan, fmt.Sprintf(format, args...))
	}
}

func (c *checker) span(what string, i int, s Span) {
	if c.err != nil {
		return
	}
	switch {
	case s.Start < 0 || s.Start >= s.End || s.End > len(c.d.Text):
		c.fail("%s %d: [%d,%d) of %d bytes", what, i, s.Start, s.End, len(c.d.Text))
	case s.Start < c.last:
		c.fail("%s %d: [%d,%d) starts before %d, where the one before it ends", what, i, s.Start, s.End, c.last)
	case cutsRune(c.d.Text, s.Start) || cutsRune(c.d.Text, s.End):
		c.fail("%s %d: [%d,%d) cuts a rune", what, i, s.Start, s.End)
	}
	c.last = s.End
}

func (c *checker) sentence(what string, i int, s Span, sentence int) {
	if c.err != nil {
		return
	}
	if sentence < 0 || sentence >= len(c.d.Sentences) || !c.d.Sentences[sentence].Contains(Span{s.Start, s.Start + 1}) {
		c.fail("%s %d: [%d,%d) does not start in sentence %d", what, i, s.Start, s.End, sentence)
	}
}

// cutsRune reports whether an offset lies inside a well-formed rune of text.
// Stray bytes are no rune, so an offset beside them cuts nothing.
func cutsRune(text string, offset int) bool {
	if offset <= 0 || offset >= len(text) || utf8.RuneStart(text[offset]) {
		return false
	}
	for back := 1; back < utf8.UTFMax && offset-back >= 0; back++ {
		if utf8.RuneStart(text[offset-back]) {
			_, size := utf8.DecodeRuneInString(text[offset-back:])
			return size > back
		}
	}
	return false
}
