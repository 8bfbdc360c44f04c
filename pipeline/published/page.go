package published

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// kind is where in a page a date stands.
type kind uint8

const (
	jsonPublished kind = iota // JSON-LD datePublished
	jsonCreated               // JSON-LD dateCreated, uploadDate
	jsonModified
	scriptPublished // the same words in other scripts
	metaPublished   // <meta> that says published
	metaDate        // <meta> that says date
	metaModified
	propPublished // microdata
	propCreated
	propModified
	timePublished // <time pubdate>, or of a class that says published
	timeElement
	addressDate // canonical address
	attribute   // title, data-* and the like of other elements
	visible     // text
	kinds
)

var kindNames = [kinds]string{"json_published", "json_created", "json_modified", "script_published", "meta_published", "meta_date", "meta_modified",
	"prop_published", "prop_created", "prop_modified", "time_published", "time", "url", "attribute", "visible"}

func (k kind) String() string { return kindNames[k] }

// clue is one date of a page, with what speaks for and against it.
type clue struct {
	found
	kind  kind
	text  string // as written
	block int    // of the page's blocks of text, in order; -1 in the head
	facts facts
}

// facts is a set of what is known about a clue.
type facts uint32

const (
	dateClass    facts = 1 << iota // class or id of the element says date
	modClass                       // class or id says modified
	inComment                      // among readers' comments
	inSide                         // beside the article: lists, teasers, footers
	inArticle                      // inside what looks like the article
	labelled                       // "published", "posted" before it
	labelledMod                    // "updated" before it
	copyrighted                    // behind a copyright sign
	alone                          // little else in its block
	prose                          // in running text
	afterTitle                     // behind the page's heading
	nearTitle                      // at most a few blocks from it
	firstVisible                   // the first date in the text
	firstAfter                     // the first date behind the heading
	utc                            // a time in UTC, whose day may be another where the article was published
	event                          // words of an event or deadline before it
	inHeading                      // in a heading
	atStart                        // at the start of its block
	farBefore                      // before the heading, and not right before it
	farBehind                      // well behind it
	listed                         // one of a row of dates of the same looks
)

// pageReader gathers the clues of one page.
type pageReader struct {
	scan   scanner
	clues  []clue
	blocks []block
	run    []piece // of the block in hand
	title  int     // block of the heading; -1 for none
	heads  []int   // blocks that are headings of the first and second level
	name   string  // title of the page, as it says
	links  []string
	lang   string // of the page, as it says
}

// block is a run of text between tags that break lines.
type block struct {
	text string
	head int // level of the heading; 0 for none
}

// piece is a text node.
type piece struct {
	text string
	fact facts
}

// readClues gathers the clues of a page.
func readClues(root *html.Node, scan scanner) *pageReader {
	r := &pageReader{scan: scan, title: -1}
	r.walk(root, 0, 0)
	r.endBlock(0)
	r.settle()
	return r
}

// maxBlocks bounds the text looked at.
const maxBlocks = 20000

func (r *pageReader) walk(n *html.Node, fact facts, age int) {
	switch n.Type {
	case html.TextNode:
		if n.Data != "" && len(r.blocks) < maxBlocks {
			r.run = append(r.run, piece{text: n.Data, fact: fact})
		}
		return
	case html.ElementNode:
		if !r.enter(n, &fact, &age) {
			return
		}
	}
	breaks := breaksLine(n.DataAtom)
	if breaks {
		r.endBlock(0)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.walk(c, fact, age)
	}
	if breaks {
		r.endBlock(headingLevel(n.DataAtom))
	}
}

// classReach is how many levels below an element its date class counts.
const classReach = 2

// enter looks at an element; false passes over what it holds.
func (r *pageReader) enter(n *html.Node, fact *facts, age *int) bool {
	switch n.DataAtom {
	case atom.Script:
		r.script(n)
		return false
	case atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Select, atom.Option, atom.Textarea, atom.Iframe:
		return false
	case atom.Meta:
		r.meta(n)
		return false
	case atom.Link:
		if attr(n, "rel") == "canonical" {
			r.links = append(r.links, attr(n, "href"))
		}
		if attr(n, "itemprop") == "" {
			return false
		}
	case atom.Html:
		r.lang = strings.ToLower(attr(n, "lang"))
	case atom.Aside, atom.Footer, atom.Nav:
		*fact |= inSide
	case atom.Article, atom.Main:
		*fact |= inArticle
	case atom.Title:
		if r.name == "" {
			r.name = textOf(n, 300)
		}
		return false
	case atom.H1, atom.H2, atom.H3:
		*fact |= inHeading
	}
	own := facts(0)
	if n.DataAtom != atom.Body && n.DataAtom != atom.Html { // their classes tell of the site
		own = r.scan.lex.classFacts(n)
	}
	const says = dateClass | modClass
	switch {
	case own&says != 0:
		*fact &^= says
		*age = 0
	case *age >= classReach: // it is about what is right below it, no more
		*fact &^= says
	}
	*fact |= own
	*age++
	r.element(n, *fact)
	return true
}

func headingLevel(a atom.Atom) int {
	switch a {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	}
	return 0
}

func breaksLine(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Strong, atom.Em, atom.I, atom.Span, atom.Time, atom.Small, atom.Font, atom.U, atom.Sup, atom.Sub, atom.Label, atom.Cite, atom.Code, atom.Mark, atom.Q, atom.S, atom.Big, atom.Ins, atom.Del, atom.Bdi, atom.Img:
		return false
	}
	return a != 0
}

// classFacts tells from an element's class and id what it holds.
func (x *lexicon) classFacts(n *html.Node) facts {
	var f facts
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for _, w := range nameParts(a.Val) {
			switch {
			case hasAnyPrefix(w, x.words["class modified"]):
				f |= modClass
			case hasAnyPrefix(w, x.words["class comment"]):
				f |= inComment
			case hasAnyPrefix(w, x.words["class side"]):
				f |= inSide
			case x.saysDate(w):
				f |= dateClass
			case hasAnyPrefix(w, x.words["class body"]):
				f |= inArticle
			}
		}
	}
	return f
}

// saysDate reports whether a part of a class name speaks of a date: "date",
// "postdate", but not "candidate".
func (x *lexicon) saysDate(w string) bool {
	if slices.Contains(x.words["class date"], w) {
		return true
	}
	stem, ok := strings.CutSuffix(w, "date")
	if !ok {
		stem, ok = strings.CutSuffix(w, "datum")
	}
	return ok && stem != "up" && stem != "candi" && stem != "vali" && stem != "man"
}

// nameParts splits a class attribute at marks and at capitals.
func nameParts(s string) []string {
	if len(s) > 500 {
		s = s[:500]
	}
	var parts []string
	start := 0
	end := func(i int) {
		if i > start {
			parts = append(parts, strings.ToLower(s[start:i]))
		}
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ' ' || c == '-' || c == '_' || c == ':' || c == '\n' || c == '\t' || c == '.' || c == '/':
			end(i)
			start = i + 1
		case c >= 'A' && c <= 'Z' && i > start && s[i-1] >= 'a' && s[i-1] <= 'z':
			end(i)
			start = i
		}
	}
	end(len(s))
	return parts
}

func hasAnyPrefix(w string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(w, p) })
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// add takes up a date that stands in an attribute or script.
func (r *pageReader) add(k kind, text string, f facts) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 200 || !utf8.ValidString(text) {
		return
	}
	d, err := r.scan.stated(text)
	if err != nil || d.year == 0 {
		all := r.scan.dates(text)
		if len(all) == 0 || all[0].precision() != article.DayPrecision || len(text) > 100 {
			return
		}
		d = all[0]
	}
	if d.precision() == article.YearPrecision {
		return
	}
	if inUTC(text) {
		f |= utc
	}
	r.clues = append(r.clues, clue{found: d, kind: k, text: text, block: len(r.blocks), facts: f})
}

// inUTC reports whether a time is given in UTC, as machines do.
func inUTC(text string) bool {
	if len(text) < 16 {
		return strings.Trim(text, "0123456789.") == "" && len(text) > 8
	}
	for _, z := range []string{"Z", "+00:00", "+0000", "GMT", "UTC", "+00"} {
		if strings.HasSuffix(text, z) {
			return true
		}
	}
	return false
}

func (r *pageReader) meta(n *html.Node) {
	content := attr(n, "content")
	if content == "" {
		content = attr(n, "datetime")
	}
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name", "http-equiv"} {
		name := strings.ToLower(strings.TrimSpace(attr(n, key)))
		switch name {
		case "og:url":
			r.links = append(r.links, content)
		case "og:title":
			r.name = content
		}
		if k, ok := r.scan.lex.meta[name]; ok && (key != "http-equiv" || name != "date") {
			r.add(k, content, 0)
			return
		}
	}
	if k, ok := r.scan.lex.prop[strings.ToLower(attr(n, "itemprop"))]; ok {
		r.add(k, content, 0)
	}
}

// element looks at the attributes of an element in the page's body.
func (r *pageReader) element(n *html.Node, fact facts) {
	for _, key := range []string{"itemprop", "property"} {
		for _, prop := range strings.Fields(strings.ToLower(attr(n, key))) {
			k, ok := r.scan.lex.prop[prop]
			if !ok {
				continue
			}
			for _, from := range []string{"datetime", "content", "title"} {
				if v := attr(n, from); v != "" {
					r.add(k, v, fact)
					return
				}
			}
			r.add(k, textOf(n, 200), fact)
			return
		}
	}
	if n.DataAtom == atom.Time {
		k := timeElement
		cls := strings.ToLower(attr(n, "class"))
		if hasAttr(n, "pubdate") || strings.Contains(cls, "publish") || strings.Contains(cls, "entry-date") {
			k = timePublished
		}
		if v := attr(n, "datetime"); v != "" {
			r.add(k, v, fact)
			return
		}
		r.add(k, textOf(n, 200), fact)
		return
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "data-utime", "data-timestamp", "data-date", "data-datetime", "data-published", "data-publish-date", "data-pubdate", "data-time", "data-created":
			r.add(attribute, a.Val, fact)
		case "title":
			if n.DataAtom == atom.Abbr || fact&dateClass != 0 {
				r.add(attribute, a.Val, fact)
			}
		}
	}
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// textOf returns the text below a node, up to a length.
func textOf(n *html.Node, limit int) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if b.Len() > limit {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// endBlock closes the run of text in hand and looks for dates in it.
func (r *pageReader) endBlock(level int) {
	if len(r.run) == 0 {
		return
	}
	var b strings.Builder
	starts := make([]int, len(r.run))
	for i, p := range r.run {
		starts[i] = b.Len()
		b.WriteString(p.text)
		b.WriteByte(' ') // tags part words that only the style sheet shows apart
	}
	text := b.String()
	run := r.run
	r.run = r.run[:0]
	words := len(strings.Fields(text))
	if words == 0 {
		return
	}
	if level > 0 {
		r.heads = append(r.heads, len(r.blocks))
	}
	var dates []found
	if hasDigit(text) { // most blocks have none
		dates = r.scan.dates(text)
	}
	for _, f := range dates {
		if f.precision() != article.DayPrecision && f.precision() != article.MonthPrecision {
			continue
		}
		i := len(run) - 1
		for i > 0 && starts[i] > f.Start {
			i--
		}
		fact := run[i].fact | r.textFacts(text, f, words)
		r.clues = append(r.clues, clue{found: f, kind: visible, text: strings.TrimSpace(text[f.Start:f.End]), block: len(r.blocks), facts: fact})
	}
	r.blocks = append(r.blocks, block{text, level})
}

func hasDigit(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= '0' && c <= '9' || c >= 0xd9 && c <= 0xe0 { // Arabic, Persian; Devanagari, Bengali
			return true
		}
	}
	return false
}

// textFacts looks at the words around a date in its block.
func (r *pageReader) textFacts(text string, f found, words int) facts {
	var out facts
	before := text[max(0, f.Start-60):f.Start]
	if words <= 6 && len(r.blocks) > 0 { // "Joined" in one cell, the date in the next
		if last := r.blocks[len(r.blocks)-1].text; len(last) <= 40 && r.blocks[len(r.blocks)-1].head == 0 {
			before = last + ": " + before
		}
	}
	ws := strings.FieldsFunc(strings.ToLower(before), func(c rune) bool {
		return c == ' ' || c == ':' || c == ',' || c == '|' || c == '\n' || c == '\t' || c == '(' || c == '-' || c == '\u00a0'
	})
	n := len(ws)
	if n > 4 {
		ws = ws[n-4:]
		n = 4
	}
	for _, w := range ws {
		switch {
		case hasAnyPrefix(w, r.scan.lex.words["label modified"]):
			out |= labelledMod
		case hasAnyPrefix(w, r.scan.lex.words["label published"]):
			out |= labelled
		}
	}
	if len(ws) > 0 {
		last := ws[len(ws)-1]
		for _, w := range r.scan.lex.words["label event"] {
			if last == w || n > 1 && w != "from" && ws[n-2] == w {
				out |= event
			}
		}
	}
	if strings.ContainsAny(before, "©") || strings.Contains(strings.ToLower(before), "copyright") {
		out |= copyrighted
	}
	if len(ws) <= 2 && f.Start < 40 {
		out |= atStart
	}
	own := len(strings.Fields(text[f.Start:f.End]))
	switch {
	case words-own <= 4:
		out |= alone
	case words > 30:
		out |= prose
	}
	return out
}
