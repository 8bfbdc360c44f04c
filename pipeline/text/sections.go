package text

import (
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// What makes a line of plain text a heading rather than a sentence.
const (
	maxHeading  = 110 // code points
	maxTitle    = 180
	maxHeadLine = 12 // lines looked at for title and byline
)

// shape is what judge wants to know about a line.
type shape struct {
	words    int
	ended    bool // ends like a sentence
	openEnd  bool // ends in a word, a number, a question mark or a closing mark after a word
	capitals bool // no letter in lower case
}

func (l *layout) shapeOf(i int) shape {
	s := l.text(i)
	sh := shape{capitals: true}
	in := false
	for k := 0; k < len(s) && k < 4*maxTitle; {
		c, n := classAt(s, k)
		if c == cSpace {
			in = false
		} else if !in {
			in = true
			sh.words++
		}
		if c == cLower {
			sh.capitals = false
		}
		k += n
	}
	end, closed := len(s), false
	for end > 0 {
		c := classBefore(s, end)
		_, n := utf8.DecodeLastRuneInString(s[:end])
		if m := s[end-n : end]; c != cApos && m != "”" && m != `"` && m != ")" && m != "]" && m != "»" {
			break
		}
		end, closed = end-n, true
	}
	if end == 0 {
		return sh
	}
	c := classBefore(s, end)
	b := s[end-1]
	sh.ended = b == '.' || b == '!' || b == '?' || c == cPunct && s[end-1] >= 0x80
	sh.openEnd = c.alnum() || b == '?' || b == '!' && !closed || b == '%' || b == '$'
	return sh
}

// judge sets the sections of the lines outside blocks, and finds title and byline.
func (l *layout) judge(d *article.Document) {
	for i := range l.lines {
		if l.lines[i].block < 0 {
			continue
		}
		switch l.lines[i].section {
		case article.Title:
			if l.title < 0 {
				l.title = i
			}
		case article.Byline:
			if l.byline < 0 {
				l.byline = i
			}
		}
	}
	body := l.judgeHead(d)
	for i := body; i < len(l.lines); i++ {
		if l.lines[i].block >= 0 {
			continue
		}
		if sec, ok := l.lineSection(i); ok && l.standsAlone(i) {
			l.lines[i].section = sec
		} else if l.isHeading(i) {
			l.lines[i].section = article.Heading
		}
	}
}

// judgeHead judges the lines before the first paragraph and returns the first line after them.
func (l *layout) judgeHead(d *article.Document) int {
	title := l.title
	candidate := -1
	i := 0
	for ; i < len(l.lines) && i < maxHeadLine && l.lines[i].block < 0; i++ {
		sec, ok := l.lineSection(i)
		switch {
		case title < 0 && d.Title != "" && sameTitle(d.Title, l.text(i)):
			title = i
			l.lines[i].section = article.Title
			continue
		case ok && sec == article.Byline && l.standsAlone(i):
			l.lines[i].section = sec
			l.setByline(i)
			continue
		case candidate >= 0 && l.isNameLine(i) && (l.isDateLine(i-1) || i+1 < len(l.lines) && l.isDateLine(i+1)):
			l.lines[i].section = article.Byline
			l.setByline(i)
			continue
		case l.isTitleLike(i, candidate < 0):
			if candidate < 0 || l.isKicker(candidate, i) {
				candidate = i
			}
			l.lines[i].section = article.Heading
			continue
		}
		break
	}
	if title < 0 && d.Title == "" {
		title = candidate
	}
	if title >= 0 {
		l.lines[title].section = article.Title
		l.title = title
	}
	return i
}

// sameTitle reports whether a line repeats the title that the source states.
func sameTitle(title, s string) bool {
	if title == s {
		return true
	}
	var a, b [2 * maxTitle]byte
	return len(s) < maxTitle && len(title) < maxTitle && string(AppendFold(a[:0], title)) == string(AppendFold(b[:0], s))
}

// isTitleLike reports whether line i may be a headline: short, no full stop, and the text goes on after it.
func (l *layout) isTitleLike(i int, first bool) bool {
	if i+1 >= len(l.lines) || l.lines[i].width > maxTitle || listMark(l.text(i)) > 0 {
		return false
	}
	if !first {
		return l.isHeading(i) || l.lines[i].width <= maxHeading && !l.shapeOf(i).ended && l.lines[i+1].gap && l.lines[i].gap && !startsLower(l.text(i))
	}
	if c, _ := classAt(l.text(i), 0); c == cSymbol || c == cMark {
		return false // "&page=2"
	}
	sh := l.shapeOf(i)
	if sh.words < 2 || sh.words > 28 || l.wrap > 0 && !l.lines[i+1].gap && !l.wouldFit(i) || !l.lines[i+1].gap && l.unfinished(i) {
		return false
	}
	if sh.capitals && sh.words > 1 {
		return true
	}
	return !sh.ended || sh.openEnd && sh.words <= 20 || strings.HasSuffix(l.text(i), "...") || strings.HasSuffix(l.text(i), "…")
}

// isKicker reports whether line a is a label above the headline b.
func (l *layout) isKicker(a, b int) bool {
	return b == a+1 && l.shapeOf(a).words <= 4 && l.shapeOf(b).words >= 6 && l.lines[b].width > 2*l.lines[a].width
}

// wouldFit reports whether the first word of line i+1 would have fitted on line i.
func (l *layout) wouldFit(i int) bool {
	return l.lines[i].width+1+firstWidth(l.text(i+1)) <= l.wrap
}

// standsAlone reports whether line i is no part of a paragraph of several lines.
func (l *layout) standsAlone(i int) bool {
	before := i == 0 || l.lines[i].gap || l.wrap == 0 || l.lines[i-1].section != article.Body || l.shapeOf(i-1).ended
	after := i+1 >= len(l.lines) || l.lines[i+1].gap || !l.unfinished(i) && (l.wrap == 0 || l.wouldFit(i))
	return before && after
}

// isHeading reports whether line i heads what follows: a short line without
// a full stop, by itself, before a paragraph that is longer.
func (l *layout) isHeading(i int) bool {
	if i+1 >= len(l.lines) || l.lines[i].width > maxHeading {
		return false
	}
	s := l.text(i)
	if s[0] == '#' {
		return strings.HasPrefix(strings.TrimLeft(s, "#"), " ")
	}
	next := l.lines[i+1]
	if next.block >= 0 || next.width <= l.lines[i].width || listMark(s) > 0 || startsLower(s) || !l.standsAlone(i) {
		return false
	}
	sh := l.shapeOf(i)
	if !sh.openEnd || sh.words > 16 {
		return false
	}
	after := l.shapeOf(i + 1)
	if next.width <= maxHeading && !after.ended && (l.wrap == 0 || i+2 >= len(l.lines) || l.lines[i+2].gap) {
		return false // a list or table of short lines
	}
	return i == 0 || l.lines[i].gap || l.lines[i-1].section != article.Body || l.shapeOf(i-1).ended
}

// setByline takes line i as the document's byline when it names somebody.
func (l *layout) setByline(i int) {
	if l.byline < 0 && author(l.text(i)) != "" && !l.isDateLine(i) {
		l.byline = i
	}
}

// name sets the title and byline of the document where they are empty.
func (l *layout) name(d *article.Document) {
	if d.Title == "" && l.title >= 0 {
		d.Title = strings.TrimSpace(strings.TrimLeft(l.text(l.title), "#"))
	}
	if d.Byline == "" && l.byline >= 0 {
		d.Byline = author(l.text(l.byline))
	}
}

// author returns the names in a byline: what follows "By", up to a bar, dash or date.
func author(s string) string {
	s = strings.Trim(s, "()[] ")
	for _, p := range []string{"by ", "written by ", "posted by ", "reported by ", "published by ", "words by ", "author: ", "authors: ", "reporter: ", "source: ", "byline: "} {
		if len(s) > len(p) && strings.EqualFold(s[:len(p)], p) {
			s = s[len(p):]
			break
		}
	}
	for _, cut := range []string{" | ", " - ", " – ", " — ", " • ", " · ", "\t"} {
		s, _, _ = strings.Cut(s, cut)
	}
	if i := strings.IndexAny(s, "0123456789"); i >= 0 {
		s = s[:strings.LastIndexAny(s[:i]+" ", ", ")]
	}
	s = strings.Trim(s, " ,;:")
	if !startsUpper(s) || len(s) > maxTitle {
		return ""
	}
	return s
}
