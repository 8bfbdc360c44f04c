package published

import (
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Blocks before and behind the heading in which a date line is looked for, and
// beyond which dates are of something else.
const (
	nearBefore, nearBehind = 4, 8
	farBlocks              = 25
	listGap                = 14
)

// settle adds what depends on the whole page.
func (r *pageReader) settle() {
	r.settleOrder()
	r.settleTitle()
	var shown []*clue
	after := false
	for i := range r.clues {
		c := &r.clues[i]
		if d := c.block - r.title; r.title >= 0 {
			switch {
			case d > 0:
				c.facts |= afterTitle
			case d < -nearBefore:
				c.facts |= farBefore
			}
			if d > farBlocks {
				c.facts |= farBehind
			}
			if d >= -nearBefore && d <= nearBehind {
				c.facts |= nearTitle
			}
		}
		if c.kind != visible {
			continue
		}
		if len(shown) == 0 {
			c.facts |= firstVisible
		}
		if !after && c.facts&afterTitle != 0 {
			after = true
			c.facts |= firstAfter
		}
		shown = append(shown, c)
	}
	const looks = dateClass | inSide | inComment | inArticle | alone | prose
	same := func(a, b *clue) bool {
		return a.facts&looks == b.facts&looks && b.block-a.block <= listGap && b.block > a.block
	}
	for i := 0; i+2 < len(shown); i++ {
		if same(shown[i], shown[i+1]) && same(shown[i+1], shown[i+2]) {
			for _, c := range shown[i : i+3] {
				c.facts |= listed
			}
		}
	}
}

// settleOrder reads numeric dates that can be read both ways (3/4/2020) as the
// page's other dates are, else as its language does. Where neither tells they
// stay unsure.
func (r *pageReader) settleOrder() {
	dayFirst := 0
	sure := make(map[article.Day]bool)
	for _, c := range r.clues {
		switch {
		case c.unsure || c.precision() != article.DayPrecision:
		case !c.numeric:
			sure[c.date()] = true
		case c.day > 12:
			if c.monthFirst {
				dayFirst--
			} else {
				dayFirst++
			}
		}
	}
	for _, c := range r.clues {
		if c.unsure {
			a, b := sure[c.date()], sure[c.swapped().date()]
			if a && !b {
				dayFirst++
			} else if b && !a {
				dayFirst--
			}
		}
	}
	if dayFirst == 0 {
		switch lang, _, _ := strings.Cut(r.lang, "-"); {
		case r.lang == "en-us":
			dayFirst = -1
		case r.lang != "" && r.lang != "en", lang != "en" && lang != "":
			dayFirst = 1
		}
	}
	for i := range r.clues {
		if c := &r.clues[i]; c.unsure && dayFirst != 0 {
			if dayFirst < 0 {
				c.found = c.swapped()
			}
			c.unsure = false
		}
	}
}

// settleTitle finds the heading of the article: the one that shares most words
// with the title that the page gives itself.
func (r *pageReader) settleTitle() {
	want := wordSet(r.name)
	best := 0.0
	for i, b := range r.heads {
		words := wordSet(r.blocks[b].text)
		if len(words) == 0 {
			continue
		}
		shared := 0
		for w := range words {
			if want[w] {
				shared++
			}
		}
		score := float64(shared) / float64(len(words)) * min(1, float64(len(words))/3)
		if i == 0 || r.blocks[b].head == 1 {
			score += 0.1
		}
		if score > best+0.001 {
			best, r.title = score, b
		}
	}
}

// wordSet returns the words of a heading, in lower case.
func wordSet(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		set[w] = true
	}
	return set
}
