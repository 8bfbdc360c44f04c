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
	n, next := 0, 0
	for line := range strings.Lines(d.Text) {
		start := next
		next += len(line)
		lead := len(line) - len(strings.TrimLeft(line, " \t\r#>*_-–—|•·"))
		line = strings.TrimSpace(line[lead:])
		if line == "" {
			continue
		}
		if n++; n > headLines {
			break
		}
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
	if best.precision() != article.DayPrecision || section == article.Title || section == article.Heading && !placeInCapitals(before, after) {
		return candidate{}, false
	}
	if bylineWords(before+" "+after) && p.clockNumbers(before+" "+after) && !endsSentence(line) {
		return c, false
	}
	return candidate{}, false
}

// placeInCapitals reports whether a line that reads like a heading is the place
// line of an agency: "SHATOI, Russia 1996-08-25".
func placeInCapitals(before, after string) bool {
	place, rest, _ := strings.Cut(before, ",")
	return strings.TrimSpace(after) == "" && len(place) > 2 && strings.ToUpper(place) == place && strings.ToLower(place) != place &&
		len(strings.Fields(place)) <= 4 && strings.ToUpper(rest) != rest && len(strings.Fields(rest)) <= 3
}

// clockNumbers reports whether the numbers of a text are clock times.
func (p *Finder) clockNumbers(text string) bool {
	ls := p.scan.lexemes(text)
	for i, l := range ls {
		if l.kind != 'n' {
			continue
		}
		colon := i > 0 && ls[i-1].mark == ':' || i+1 < len(ls) && (ls[i+1].mark == ':' || ls[i+1].kind == 'w' && isZone(ls[i+1].text))
		if !colon {
			return false
		}
	}
	return true
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
	words := 0
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '.' }) {
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case isLabel(w), isFiller(w), isZone(w), isByWord(w):
		case unicode.IsUpper(r):
			words++
		case unicode.IsLetter(r):
			return false
		}
	}
	return words <= 10
}

func isByWord(w string) bool {
	switch strings.ToLower(w) {
	case "by", "and", "in", "for", "von", "at":
		return true
	}
	return false
}

// endsSentence reports whether a line ends as a sentence does: in a mark, and
// not in an abbreviation such as "p.m." or "Inc."
func endsSentence(line string) bool {
	line = strings.TrimRight(line, "\"'”’) ")
	if !strings.HasSuffix(line, ".") {
		return strings.HasSuffix(line, "?") || strings.HasSuffix(line, "!")
	}
	line = strings.TrimSuffix(line, ".")
	last := line[strings.LastIndexAny(line, " .")+1:]
	return len(last) > 3 || strings.Trim(last, "0123456789") == ""
}

// datelineLines is how many lines of an article are looked through for one that
// begins with a dateline.
const datelineLines = 6

// dateline reads the date at the start of the first paragraphs: "BAGHDAD, Feb 5
// (Reuters) - ...". A date without a year takes it from what is known of the
// date otherwise.
func (p *Finder) dateline(d *article.Document, known candidate) candidate {
	n := 0
	for line := range strings.Lines(d.Text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if n++; n > datelineLines {
			break
		}
		if c := p.datelineOf(line, known); c.day != 0 {
			return c
		}
	}
	return candidate{}
}

// datelineWords reports whether the words around a date are those of a
// dateline: a place before it, or an agency behind it, and nothing else.
func datelineWords(before, after string) bool {
	if !bylineWords(before+" "+after) || strings.ContainsAny(before+after, "0123456789#@") {
		return false
	}
	words := strings.FieldsFunc(before, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) == 0 {
		return strings.Contains(after, "(")
	}
	switch first, last := strings.ToLower(words[0]), strings.ToLower(words[len(words)-1]); {
	case first == "on" || first == "in" || first == "by" || first == "at" || first == "since" || first == "until", last == "on", last == "the", last == "of":
		return false
	}
	return true
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
		if f.month == 0 || f.day == 0 || !datelineWords(head[:f.Start], head[f.End:]) {
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
