package text

import (
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func sortInts(a []int) { slices.Sort(a) }

// judge sets the section of the lines outside blocks.
func (l *layout) judge(d *article.Document) {
	for i := range l.lines {
		if l.lines[i].block >= 0 && l.lines[i].section == article.Title && l.title < 0 {
			l.title = i
		}
	}
	for i := range l.lines {
		if l.lines[i].block >= 0 {
			continue
		}
		if l.isHeading(i) {
			l.lines[i].section = article.Heading
			if l.title < 0 && i == 0 {
				l.lines[i].section = article.Title
				l.title = 0
			}
		}
	}
}

// isHeading reports whether line i heads what follows: a short line without a
// full stop before a longer one.
func (l *layout) isHeading(i int) bool {
	if i+1 >= len(l.lines) {
		return false
	}
	a, b := l.lines[i], l.lines[i+1]
	s := l.text(i)
	if a.width > 120 || b.width <= a.width || listMark(s) > 0 || startsLower(s) {
		return false
	}
	c := classBefore(l.src, a.End)
	return c.alnum() || l.src[a.End-1] == '?'
}

// name sets the title and byline of the document where they are empty.
func (l *layout) name(d *article.Document) {
	if d.Title == "" && l.title >= 0 {
		d.Title = l.text(l.title)
	}
	if d.Byline == "" && l.byline >= 0 {
		d.Byline = l.text(l.byline)
	}
}
