package published

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// page finds the publication date of a web page.
func (p *Finder) page(d *article.Document, page []byte) candidate {
	if len(page) == 0 {
		return candidate{}
	}
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		return candidate{}
	}
	clues := p.clues(root, d.URL)
	if best := p.weights.choose(p.options(clues)); best.day != 0 {
		c := best.evidence()
		from := "html"
		if c.kind == addressDate {
			from = "url"
		}
		return candidate{best.day, article.DayPrecision, from, c.text}
	}
	for _, c := range clues { // "2020-03"
		if (c.kind == jsonPublished || c.kind == metaPublished || c.kind == propPublished) && c.precision() == article.MonthPrecision && p.plausible(c.found) {
			return candidate{c.date(), article.MonthPrecision, "html", c.text}
		}
	}
	return candidate{}
}

// clues gathers the clues of a page and of the addresses that it gives itself.
func (p *Finder) clues(root *html.Node, address string) []clue {
	r := readClues(root, p.scan)
	seen := make(map[string]bool)
	for _, link := range append(r.links, address) {
		if seen[link] {
			continue
		}
		seen[link] = true
		if c := p.address(link); c.precision == article.DayPrecision {
			y, m, day := c.day.Date()
			r.clues = append(r.clues, clue{found: found{year: y, month: m, day: day}, kind: addressDate, text: link})
		}
	}
	return r.clues
}
