package published

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// address reads the date in a web address: /2020/01/02/, /2020-01-02-,
// /20200102, /2020/jan/02/.
func (p *Finder) address(url string) candidate {
	rest := url[strings.LastIndex(url, "://")+1:] // of an archived page that of the page itself
	rest = strings.TrimLeft(rest, ":/")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest = rest[i:]
	} else {
		return candidate{}
	}
	rest, _, _ = strings.Cut(rest, "#")
	where, query, _ := strings.Cut(rest, "?")
	c := p.inPath(where, true)
	if c.precision != article.DayPrecision && query != "" {
		if q := p.inPath(query, false); q.precision == article.DayPrecision && (c.day == 0 || refines(q, c)) {
			c = q
		}
	}
	if c.day != 0 {
		c.from, c.text = "url", url
	}
	return c
}

// fileName reads the date in the path of a file of its own, or of one in an
// archive; the name of a container says little about its records.
func (p *Finder) fileName(d *article.Document) candidate {
	name := d.Source
	if d.Member != "" {
		if name = d.Member; strings.Trim(name, "0123456789") == "" || strings.Contains(name, "#") {
			return candidate{}
		}
	}
	shown := name
	for ext := path.Ext(name); ext != "" && len(ext) <= 6 && strings.Trim(ext, ".0123456789") != ""; ext = path.Ext(name) {
		name = strings.TrimSuffix(name, ext)
	}
	c := p.inPath("/"+name, false)
	if c.day != 0 {
		c.from, c.text = "filename", shown
	}
	return c
}

// inPath finds a date in a path: the last full one, else a year and month that
// stand in folders of their own.
func (p *Finder) inPath(s string, months bool) candidate {
	s = s[:min(len(s), maxScan)]
	var best candidate
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || i > 0 && isAlnum(s[i-1]) {
			continue
		}
		f, n := pathDate(s[i:], p.scan.lex)
		if n == 0 || !p.plausible(f) {
			continue
		}
		if f.precision() == article.MonthPrecision && (i == 0 || s[i-1] != '/') {
			continue
		}
		if c := (candidate{day: f.date(), precision: f.precision()}); best.day == 0 || c.precision <= best.precision {
			best = c
		}
		i += n - 1
	}
	return best
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// pathDate reads the date that s starts with, and says how long it is.
func pathDate(s string, lex *lexicon) (found, int) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	num := func(digits string) int { v, _ := strconv.Atoi(digits); return v }
	ends := func(i int) bool { return i >= len(s) || !isAlnum(s[i]) }
	if n == 8 || n == 12 || n == 14 {
		f := found{year: num(s[:4]), month: time.Month(num(s[4:6])), day: num(s[6:8])}
		if isYear(f.year) && valid(f) && (ends(n) || s[n] == 'T' || s[n] == 't') {
			return f, n
		}
		return found{}, 0
	}
	if n != 4 || !isYear(num(s[:4])) || n == len(s) || !strings.ContainsRune("/-_.", rune(s[n])) {
		return found{}, 0
	}
	f := found{year: num(s[:4])}
	sep := s[n]
	i := n + 1
	j := i
	for j < len(s) && isAlnum(s[j]) {
		j++
	}
	part := s[i:j]
	switch {
	case len(part) > 0 && len(part) <= 2 && strings.Trim(part, "0123456789") == "":
		f.month = time.Month(num(part))
	case sep == '/' || sep == '-':
		f.month = lex.months[strings.ToLower(part)]
	}
	if f.month < 1 || f.month > 12 {
		return found{}, 0
	}
	if j < len(s) && s[j] == sep {
		k := j + 1
		for k < len(s) && s[k] >= '0' && s[k] <= '9' {
			k++
		}
		if day := s[j+1 : k]; len(day) >= 1 && len(day) <= 2 && (ends(k) || s[k] == 'T') {
			if f.day = num(day); f.day >= 1 && valid(f) {
				return f, k
			}
			f.day = 0
		}
	}
	if sep == '/' && ends(j) && (j == len(s) || s[j] == '/') {
		return f, j
	}
	return found{}, 0
}
