package text

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

//go:embed data/lines.tsv
var linesTSV string

type lineClass uint8

const (
	lnByline lineClass = 1 << iota
	lnCaption
	lnCredit
	lnAgency
	lnDate
	lnMonth
	lnWeekday
)

var lineClasses = map[string]lineClass{
	"byline": lnByline, "caption": lnCaption, "credit": lnCredit, "agency": lnAgency,
	"date": lnDate, "month": lnMonth, "weekday": lnWeekday,
}

// lineWords holds the phrases of data/lines.tsv. Keys are in lower case.
type lineWords map[string]lineClass

func loadLines() (lineWords, error) {
	w := make(lineWords)
	err := EachRow("data/lines.tsv", linesTSV, 2, func(f []string) error {
		c, ok := lineClasses[f[1]]
		if !ok {
			return fmt.Errorf("unknown class %q", f[1])
		}
		w[f[0]] |= c
		return nil
	})
	return w, err
}

func (w lineWords) class(phrase string) lineClass {
	var buf [maxKey]byte
	return w[string(lower(&buf, phrase))]
}

// wordIn returns the word at or after i in s, without marks at its ends, and where the next one may start.
func wordIn(s string, i int) (w string, next int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	j := i
	for j < len(s) && s[j] != ' ' && s[j] != '\t' {
		j++
	}
	return strings.Trim(s[i:j], ".,;:|()[]-–—•"), j + 1
}

// lineSection judges a line by its words: byline or caption.
func (l *layout) lineSection(i int) (article.Section, bool) {
	s := l.text(i)
	if l.lines[i].width > maxHeading {
		if len(s) > 1 && (s[0] == '(' || s[0] == '[') && l.credits(s) {
			return article.Byline, true
		}
		return 0, false
	}
	s = strings.TrimLeft(s, "([*")
	first, next := wordIn(s, 0)
	if l.words.phrase(s)&lnCaption != 0 {
		return article.Caption, true
	}
	switch {
	case l.words.phrase(s)&lnByline != 0,
		len(first) == 2 && strings.EqualFold(first, "by") && startsUpper(skipSpace(s, next)) && !l.shapeOf(i).ended,
		l.words.class(strings.Trim(s, "()[]. "))&lnAgency != 0,
		l.isDateLine(i), isAddress(s), l.credits(s):
		return article.Byline, true
	}
	return 0, false
}

func skipSpace(s string, i int) string {
	if i >= len(s) {
		return ""
	}
	return strings.TrimLeft(s[i:], " ")
}

// phrase returns the class of the phrase of one to three words that begins s.
func (w lineWords) phrase(s string) lineClass {
	end := 0
	var c lineClass
	for range 3 {
		k := strings.IndexAny(s[end:], " :")
		if k < 0 {
			return c | w.class(s)
		}
		if s[end+k] == ':' {
			return c | w.class(s[:end+k+1])
		}
		c |= w.class(s[:end+k])
		end += k + 1
	}
	return c
}

// credits reports whether a line tells who wrote or edited: "Additional reporting by ...".
func (l *layout) credits(s string) bool {
	credit := false
	for k, i := 0, 0; i < len(s) && k < 6; k++ {
		var w string
		w, i = wordIn(s, i)
		if credit && strings.EqualFold(w, "by") {
			return startsUpper(skipSpace(s, i))
		}
		credit = l.words.class(w)&lnCredit != 0
	}
	return false
}

// isDateLine reports whether line i is only a date, with a place in capitals before it or not.
func (l *layout) isDateLine(i int) bool {
	s := l.text(i)
	if len(s) > 80 {
		return false
	}
	day, digits := false, false
	for k, at := 0, 0; at < len(s); k++ {
		var w string
		w, at = wordIn(s, at)
		if w == "" {
			continue
		}
		c := l.words.class(w)
		switch {
		case c&(lnMonth|lnWeekday) != 0:
			day = true
		case isDigit(w[0]):
			digits = true
			day = day || strings.Count(w, "-") == 2 || strings.Count(w, "/") == 2 || strings.Count(w, ".") == 2
		case c&lnDate != 0, c&lnAgency != 0 && day:
		case k < 3 && allUpper(w) && !day:
		default:
			return false
		}
	}
	return day && digits
}

// isNameLine reports whether line i is two to four words in upper case without marks: a person's name.
func (l *layout) isNameLine(i int) bool {
	s := l.text(i)
	words := 0
	for at := 0; at < len(s); words++ {
		var w string
		w, at = wordIn(s, at)
		if !startsUpper(w) && w != "de" && w != "van" && w != "bin" && w != "al" || strings.ContainsAny(w, "0123456789:,;\"“”?!") {
			return false
		}
	}
	return words >= 2 && words <= 4 && l.lines[i].width <= 40
}

// isAddress reports whether s is a web or e-mail address and nothing else.
func isAddress(s string) bool {
	if strings.ContainsAny(s, " \t") {
		return false
	}
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") ||
		strings.Count(s, "@") == 1 && strings.IndexByte(s, '.') > 0
}
