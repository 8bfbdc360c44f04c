package published

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// headLines is how many lines of an article are looked through for a date line.
const headLines = 12

// lines looks for a date in the heading and byline lines of an article: a line
// that is a date, or names author and date. Dates in sentences tell of events
// and are never used.
func (p *Finder) lines(d *article.Document) candidate {
	var second candidate // less exact, or in a line with other words
	pos := 0
	for n := 0; n < headLines && pos < len(d.Text); {
		start := pos
		line := d.Text[pos:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		pos += len(line) + 1
		lead := len(line) - len(strings.TrimLeft(line, " \t\r#>*_-–—|•·"))
		line = strings.TrimSpace(line[lead:])
		if line == "" {
			continue
		}
		n++
		if len(line) > 200 {
			continue
		}
		section := article.Body
		if i := d.SentenceAt(start + lead); i >= 0 {
			section = d.Sentences[i].Section
		}
		c, pure := p.dateLine(line, section)
		switch {
		case c.day == 0:
		case pure && c.precision == article.DayPrecision:
			return c
		case second.day == 0 || c.precision < second.precision:
			second = c
		}
	}
	return second
}

// dateLine reads a line that is a date (pure), or a byline with one.
func (p *Finder) dateLine(line string, section article.Section) (c candidate, pure bool) {
	all := p.scan.dates(line)
	var best found
	for _, f := range all {
		if p.plausible(f) && f.precision() != article.YearPrecision && (best.year == 0 || f.precision() < best.precision()) {
			best = f
		}
	}
	if best.year == 0 {
		return candidate{}, false
	}
	before, after := line[:best.Start], line[best.End:]
	c = candidate{best.date(), best.precision(), "heading", line[best.Start:best.End]}
	if p.scan.onlyClock(before) && p.scan.onlyClock(p.dropDates(after)) {
		return c, true
	}
	if best.precision() != article.DayPrecision || section == article.Title || section == article.Heading {
		return candidate{}, false
	}
	if bylineWords(before+" "+after) && !endsSentence(line) {
		return c, false
	}
	return candidate{}, false
}

// dropDates blanks further dates ("Updated ...").
func (p *Finder) dropDates(s string) string {
	for _, f := range p.scan.dates(s) {
		s = s[:f.Start] + strings.Repeat(" ", f.End-f.Start) + s[f.End:]
	}
	return s
}

// bylineWords reports whether the words are a few names, as in "By Ann Lee,
// Reuters, Baghdad |".
func bylineWords(s string) bool {
	words, lower := 0, 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '.' }) {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case isLabel(w) || isFiller(w) || isZone(w):
		case strings.EqualFold(w, "by"), strings.EqualFold(w, "and"), strings.EqualFold(w, "in"), strings.EqualFold(w, "for"), strings.EqualFold(w, "von"):
		case unicode.IsUpper(r):
			words++
		default:
			lower++
		}
	}
	return words <= 10 && lower <= 1
}

func endsSentence(line string) bool {
	line = strings.TrimRight(line, "\"'”’) ")
	return strings.HasSuffix(line, ".") && len(line) > 60 || strings.HasSuffix(line, "?") || strings.HasSuffix(line, "!")
}

// dateline reads the date at the start of the first paragraphs: "BAGHDAD, Feb 5
// (Reuters) - ...". A date without a year takes it from what is known of the
// date otherwise.
func (p *Finder) dateline(d *article.Document, known candidate) candidate {
	text, n := d.Text, 0
	for pos := 0; pos < len(text) && n < 6; {
		line := text[pos:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		pos += len(line) + 1
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		n++
		if c := p.datelineOf(line, known); c.day != 0 {
			return c
		}
	}
	return candidate{}
}

// maxDateline is how long what stands before the dash may be.
const maxDateline = 120

func (p *Finder) datelineOf(line string, known candidate) candidate {
	head := line[:min(len(line), maxDateline)]
	cut := -1
	for _, dash := range []string{" - ", " -- ", " — ", " – ", "— ", "– ", " —", ") -", ")-", "—"} {
		if i := strings.Index(head, dash); i > 0 && (cut < 0 || i < cut) {
			cut = i
		}
	}
	if cut < 0 {
		if i := strings.Index(head, "): "); i > 0 {
			cut = i + 1
		} else {
			return candidate{}
		}
	}
	if len(strings.TrimSpace(line[cut:])) < 20 {
		return candidate{}
	}
	head = head[:cut]
	for _, f := range p.scan.dates(head) {
		if f.month == 0 || f.day == 0 || !bylineWords(head[:f.Start]+" "+head[f.End:]) {
			continue
		}
		text := head[f.Start:f.End]
		if f.year == 0 {
			year, _, _ := known.day.Date()
			if known.day == 0 {
				if p.opts.Flag == 0 {
					continue
				}
				// the latest such day up to the one that the caller gives
				year, _, _ = p.opts.Flag.Date()
				if f.year = year; !valid(f) || f.date() > p.opts.Flag+1 {
					year--
				}
			}
			f.year = year
			if !valid(f) {
				continue
			}
		}
		if !p.plausible(f) {
			continue
		}
		return candidate{f.date(), f.precision(), "dateline", text}
	}
	return candidate{}
}
