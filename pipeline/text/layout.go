package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// line is a line of the text without the white space at its ends.
type line struct {
	article.Span
	width   int             // in code points
	indent  int             // in bytes, where the line starts behind white space
	gap     bool            // a blank line, or another block, stands before it
	section article.Section // of the block, or as judged
	block   int             // index into Document.Blocks, -1 outside
}

// unit is a stretch of text that the scanner reads as one: a paragraph, a heading, a list item.
type unit struct {
	article.Span
	Section article.Section
}

// layout is the scratch memory of one document: its lines and units.
type layout struct {
	words  lineWords
	src    string
	wrap   int // width at which the text is broken into lines, 0 when a line is a paragraph
	lines  []line
	units  []unit
	widths []int
	title  int // index into lines, -1 for none
	byline int
}

// release forgets the document.
func (l *layout) release() {
	l.src = ""
	if cap(l.lines) > 1<<16 {
		l.lines, l.units, l.widths = nil, nil, nil
	}
}

// read finds the lines and units of a document.
func (l *layout) read(d *article.Document) {
	l.src = d.Text
	l.lines, l.units, l.widths = l.lines[:0], l.units[:0], l.widths[:0]
	l.title, l.byline = -1, -1
	at := 0
	for i, b := range d.Blocks {
		start, end := max(b.Start, at), min(b.End, len(d.Text))
		if start >= end {
			continue
		}
		l.split(at, start, -1, article.Body)
		if b.Section != article.Meta {
			l.split(start, end, i, b.Section)
		}
		at = end
	}
	l.split(at, len(d.Text), -1, article.Body)
	l.wrap = l.wrapWidth(d.Format == "md")
	l.judge(d)
	l.join()
}

// split appends the lines of src[start:end].
func (l *layout) split(start, end, block int, sec article.Section) {
	gap := true
	for start < end {
		stop, next := lineEnd(l.src, start, end)
		s := trim(l.src, start, stop)
		if s.Len() == 0 {
			gap = true
		} else {
			l.lines = append(l.lines, line{Span: s, width: utf8.RuneCountInString(l.src[s.Start:s.End]), indent: s.Start - start, gap: gap, section: sec, block: block})
			gap = false
		}
		start = next
	}
}

// lineEnd returns where the line at start ends and the next one starts.
// Lines end with LF, CR, CRLF, VT, FF, NEL, and Unicode's line and paragraph separators.
func lineEnd(src string, start, end int) (stop, next int) {
	for i := start; i < end; i++ {
		switch b := src[i]; {
		case b == '\r' && i+1 < end && src[i+1] == '\n':
			return i, i + 2
		case b >= '\n' && b <= '\r':
			return i, i + 1
		case b == 0xC2 && i+1 < end && src[i+1] == 0x85:
			return i, i + 2
		case b == 0xE2 && i+2 < end && src[i+1] == 0x80 && src[i+2]|1 == 0xA9:
			return i, i + 3
		}
	}
	return end, end
}

// trim returns src[start:end] without white space at its ends.
func trim(src string, start, end int) article.Span {
	for start < end {
		c, n := classAt(src[:end], start)
		if c != cSpace {
			break
		}
		start += n
	}
	for end > start && classBefore(src[:end], end) == cSpace {
		_, n := utf8.DecodeLastRuneInString(src[start:end])
		end -= n
	}
	return article.Span{Start: start, End: end}
}

func (l *layout) text(i int) string { return l.src[l.lines[i].Start:l.lines[i].End] }

// join makes units of the lines.
func (l *layout) join() {
	for i := 0; i < len(l.lines); i++ {
		u := unit{Span: l.lines[i].Span, Section: l.lines[i].section}
		for i+1 < len(l.lines) && l.goesOn(i) {
			i++
			u.End = l.lines[i].End
		}
		l.units = append(l.units, u)
	}
}

// unfinished reports whether line i breaks off inside a sentence and the next one goes on in lower case.
func (l *layout) unfinished(i int) bool {
	last, next := classBefore(l.src, l.lines[i].End), l.src[l.lines[i+1].Start:l.lines[i+1].End]
	if !last.alnum() && l.src[l.lines[i].End-1] != ',' {
		return false
	}
	return startsLower(next)
}

// goesOn reports whether line i+1 goes on with what line i says.
func (l *layout) goesOn(i int) bool {
	a, b := l.lines[i], l.lines[i+1]
	if b.gap || a.block != b.block || a.section != b.section {
		return false
	}
	switch a.section {
	case article.Title, article.Heading, article.Byline:
		return false
	}
	if listMark(l.text(i+1)) > 0 {
		return false
	}
	if l.wrap == 0 {
		return a.width >= 40 && l.unfinished(i)
	}
	return l.unfinished(i) || !l.wouldFit(i)
}

// firstWidth returns the width of the first word in code points.
func firstWidth(s string) int {
	n := 0
	for _, r := range s {
		if IsSpace(r) || n > 60 {
			break
		}
		n++
	}
	return n
}

// wrapWidth returns the width at which the document's paragraphs are broken
// into lines, 0 when each line is a paragraph: a text is wrapped when at least
// a fifth of its neighbouring lines break off inside a sentence, and hardly any
// line is longer than 120 characters.
func (l *layout) wrapWidth(markdown bool) int {
	pairs, broken := 0, 0
	for i := range l.lines {
		l.widths = append(l.widths, l.lines[i].width)
		if i+1 < len(l.lines) && !l.lines[i+1].gap && l.lines[i].block == l.lines[i+1].block {
			pairs++
			if l.lines[i].width >= 30 && l.unfinished(i) {
				broken++
			}
		}
	}
	if broken == 0 || broken*5 < pairs && !markdown {
		return 0
	}
	slices.Sort(l.widths)
	w := l.widths[len(l.widths)*9/10]
	if w > 120 {
		return 0
	}
	return w
}

// listMark returns the length of the bullet or number that begins a list item
// with the space behind it, 0 when there is none.
func listMark(s string) int {
	i := 0
	switch {
	case strings.HasPrefix(s, "•"), strings.HasPrefix(s, "●"), strings.HasPrefix(s, "▪"), strings.HasPrefix(s, "■"), strings.HasPrefix(s, "‣"),
		strings.HasPrefix(s, "◦"), strings.HasPrefix(s, "–"), strings.HasPrefix(s, "—"):
		_, i = utf8.DecodeRuneInString(s)
	case s != "" && (s[0] == '-' || s[0] == '*' || s[0] == '+'):
		i = 1
	default:
		for i < len(s) && i < 3 && isDigit(s[i]) {
			i++
		}
		if i == 0 && len(s) > 1 && ascii[s[0]&0x7F].letter() && s[0] < utf8.RuneSelf && s[1] == ')' {
			i = 1
		}
		if i == 0 || i >= len(s) || s[i] != '.' && s[i] != ')' {
			return 0
		}
		i++
	}
	if i < len(s) && s[i] == ' ' {
		return i + 1
	}
	return 0
}
