package pdf

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a line of text, or a part of one between wide gaps.
type line struct {
	text   string
	x0, x1 float64
	y      float64
	size   float64
}

// Gaps, in the size of the letters.
const (
	wordGap   = 0.2  // from here on a space
	columnGap = 1.5  // from here on another part of the line
	sameLine  = 0.45 // difference of baselines: superscripts belong to their line
)

// linesOf joins glyphs to lines, in the order that the page draws them.
func linesOf(glyphs []glyph) []line {
	var out []line
	var b strings.Builder
	var cur line
	chars := 0
	flush := func() {
		if cur.text = strings.Join(strings.Fields(b.String()), " "); cur.text != "" {
			cur.size /= float64(chars)
			out = append(out, cur)
		}
		b.Reset()
		chars = 0
	}
	var last glyph
	for _, g := range glyphs {
		blank := strings.TrimSpace(g.s) == ""
		known := g.width > 0
		if !known && !blank {
			g.width = 0.5 * g.size // the font does not say
		}
		size := max(g.size, last.size)
		gap := g.x - cur.x1
		switch {
		case chars == 0 && blank:
			continue
		case chars > 0 && known && g.s == last.s && math.Abs(g.x-last.x) < 0.1*size && math.Abs(g.y-last.y) < 0.1*size:
			continue // drawn twice to look bold
		case chars > 0 && (math.Abs(g.y-cur.y) > sameLine*size || gap > columnGap*size || gap < -size):
			flush()
		}
		if chars == 0 {
			if blank {
				continue
			}
			cur = line{x0: g.x, x1: g.x, y: g.y}
		} else if gap > wordGap*size {
			b.WriteByte(' ')
		}
		last = g
		b.WriteString(g.s)
		if !blank {
			chars++
			cur.size += g.size
			cur.x1 = max(cur.x1, g.x+g.width)
		}
	}
	flush()
	return out
}

// Sizes of headings, in the size of most letters.
const (
	headingSize = 1.15
	titleSize   = 1.25
)

// row is what a page draws on one baseline.
type row []line

// Columns are told by a gap that so many rows have in common, with so many
// letters to the left of it: a list has its numbers there.
const (
	columnRows    = 3
	columnLetters = 10
)

// inColumns puts lines in reading order where a page draws them row by row
// across its columns; elsewhere the order is the page's own. Parts of a line
// with no column between them become one.
func inColumns(lines []line) []line {
	var rows []row
	for _, l := range lines {
		if n := len(rows); n > 0 {
			if last := rows[n-1][len(rows[n-1])-1]; math.Abs(last.y-l.y) < sameLine*l.size && l.x0 >= last.x1 {
				rows[n-1] = append(rows[n-1], l)
				continue
			}
		}
		rows = append(rows, row{l})
	}
	var out []line
	for i := 0; i < len(rows); {
		if left, right, n := columnsAt(rows[i:]); n > 0 {
			out = append(append(out, inColumns(left)...), inColumns(right)...)
			i += n
			continue
		}
		out = append(out, rows[i].join())
		i++
	}
	return out
}

func (r row) join() line {
	l := r[0]
	for _, next := range r[1:] {
		l.text += " " + next.text
		l.x1 = next.x1
	}
	return l
}

// columnsAt looks for two columns from the first row on. It returns the lines
// of both, and how many rows they take; 0 when there are none.
func columnsAt(rows []row) (left, right []line, n int) {
	if len(rows[0]) < 2 {
		return nil, nil, 0
	}
	for at := 1; at < len(rows[0]); at++ {
		lo, hi := rows[0][at-1].x1, rows[0][at].x0
		both, letters := 0, 0
		left, right = nil, nil
		for n = 0; n < len(rows); n++ {
			r := rows[n]
			if n > 0 && r[0].y >= rows[n-1][0].y {
				break // another column, drawn as one
			}
			k := sort.Search(len(r), func(i int) bool { return r[i].x0 >= (lo+hi)/2 })
			l, h := lo, hi
			if k > 0 {
				l = max(l, r[k-1].x1)
			}
			if k < len(r) {
				h = min(h, r[k].x0)
			}
			if h-l < 0.8*r[0].size {
				break
			}
			lo, hi = l, h
			if k > 0 && k < len(r) {
				both++
			}
			for _, x := range r[:k] {
				letters += len(x.text)
			}
			left, right = append(left, r[:k]...), append(right, r[k:]...)
		}
		if both >= columnRows && letters >= columnLetters*len(left) {
			return left, right, n
		}
	}
	return nil, nil, 0
}

// withoutRunning drops the lines at the head and foot of pages that occur again
// on others, page numbers aside. Of two pages both have to have them, at the
// same place.
func withoutRunning(pages [][]line) [][]line {
	if len(pages) < 2 {
		return pages
	}
	key := func(l line) string {
		s := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '#'
			}
			return r
		}, l.text)
		if len(pages) == 2 {
			s += fmt.Sprintf(" at %.0f", l.y)
		}
		return s
	}
	edges := func(p []line) (top, bottom int) {
		for i := range p {
			if p[i].y > p[top].y {
				top = i
			}
			if p[i].y < p[bottom].y {
				bottom = i
			}
		}
		return top, bottom
	}
	count := map[string]int{}
	for _, p := range pages {
		if len(p) > 2 {
			top, bottom := edges(p)
			count[key(p[top])]++
			count[key(p[bottom])]++
		}
	}
	out := make([][]line, len(pages))
	for i, p := range pages {
		if len(p) <= 2 {
			out[i] = p
			continue
		}
		top, bottom := edges(p)
		for j, l := range p {
			if n := count[key(l)]; (j == top || j == bottom) && n >= min(3, len(pages)) && n*3 >= len(pages) {
				continue
			}
			out[i] = append(out[i], l)
		}
	}
	return out
}

// bodySize is the size of most letters.
func bodySize(pages [][]line) float64 {
	letters := map[float64]int{}
	for _, p := range pages {
		for _, l := range p {
			letters[math.Round(l.size*2)/2] += len(l.text)
		}
	}
	best := 0.0
	for size, n := range letters {
		if n > letters[best] || n == letters[best] && size < best {
			best = size
		}
	}
	return best
}

// block is a run of lines below one another, of one size.
type block struct {
	lines       []line
	left, right float64
	leading     float64 // usual distance of baselines; 0 for a single line
}

func blocksOf(p []line) []block {
	var out []block
	for start := 0; start < len(p); {
		end := start + 1
		for end < len(p) && follows(p[end-1], p[end]) {
			end++
		}
		b := block{lines: p[start:end], left: math.Inf(1), right: math.Inf(-1)}
		var gaps []float64
		for i, l := range b.lines {
			b.left, b.right = min(b.left, l.x0), max(b.right, l.x1)
			if i > 0 {
				gaps = append(gaps, b.lines[i-1].y-l.y)
			}
		}
		if sort.Float64s(gaps); len(gaps) > 0 {
			b.leading = gaps[(len(gaps)-1)/2]
		}
		out = append(out, b)
		start = end
	}
	return out
}

// follows reports whether b may go on with what a is part of.
func follows(a, b line) bool {
	dy := a.y - b.y
	return dy > 0.5*a.size && dy < 2.2*max(a.size, b.size) && math.Abs(a.size-b.size) < 0.12*max(a.size, b.size) &&
		min(a.x1, b.x1) > max(a.x0, b.x0)-2*a.size
}

// starts reports whether line i of a block starts a paragraph.
func (b *block) starts(i int, body float64) bool {
	prev, l := b.lines[i-1], b.lines[i]
	width := b.right - b.left
	switch {
	case prev.y-l.y > 1.3*b.leading:
		return true
	case l.size > headingSize*body: // often centred
		return false
	case l.x0-b.left > 0.8*l.size && prev.x0-b.left < 0.5*l.size && l.x0-b.left < width/3: // indented
		return true
	}
	return prev.x1 < b.right-0.2*width && ended(prev.text)
}

// ended reports whether a sentence ends with the text.
func ended(text string) bool {
	text = strings.TrimRight(text, "\"'”’»)]")
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?:…", r)
}

// paragraphs puts lines together: within blocks by distance, indentation and
// short last lines, and across columns and pages where a sentence goes on.
func paragraphs(pages [][]line) []Paragraph {
	body := bodySize(pages)
	words := wordsOf(pages)
	var blocks []block
	for _, p := range pages {
		on := blocksOf(p)
		titleFirst(on, body)
		blocks = append(blocks, on...)
	}
	asideLast(blocks)
	var out []Paragraph
	var text string
	var last line
	var lastBlock *block
	titled := false
	flush := func() {
		if text == "" {
			return
		}
		p := Paragraph{Text: text}
		if large := last.size > headingSize*body; large && len(text) < 300 && !titled && last.size > titleSize*body && len(out) < 10 {
			p.Kind, titled = Title, true
		} else if large && len(text) < 300 {
			p.Kind = Heading
		}
		out = append(out, p)
		text = ""
	}
	for k := range blocks {
		b := &blocks[k]
		for i, l := range b.lines {
			fresh := i > 0 && b.starts(i, body)
			if i == 0 {
				fresh = lastBlock == nil || !goesOn(lastBlock, l)
			}
			if fresh {
				flush()
			}
			text = join(text, l.text, words)
			last = l
		}
		lastBlock = b
	}
	flush()
	return out
}

// titleFirst puts a page's title, where the page draws it later, before the
// blocks below it. Small letters above it are a running head.
func titleFirst(blocks []block, body float64) {
	k := slices.IndexFunc(blocks, func(b block) bool {
		return b.lines[0].size > titleSize*body && !slices.ContainsFunc(blocks, func(c block) bool {
			return c.lines[0].y > b.lines[0].y && c.lines[0].size >= body/headingSize
		})
	})
	if k > 0 {
		title := blocks[k]
		copy(blocks[1:k+1], blocks[:k])
		blocks[0] = title
	}
}

// maxAside is how many captions or footnotes may lie between the halves of a
// sentence.
const maxAside = 3

// asideLast puts blocks in smaller letters that interrupt a sentence behind the
// block that it goes on in.
func asideLast(blocks []block) {
	for k := range blocks {
		for n := 1; n <= maxAside && k+n+1 < len(blocks) && blocks[k+n].lines[0].size < 0.94*blocks[k].lines[0].size; n++ {
			if next := blocks[k+n+1]; goesOn(&blocks[k], next.lines[0]) {
				copy(blocks[k+2:k+n+2], blocks[k+1:k+n+1])
				blocks[k+1] = next
				break
			}
		}
	}
}

// goesOn reports whether a sentence that a block ends in goes on with the first
// line of another one.
func goesOn(b *block, next line) bool {
	last := b.lines[len(b.lines)-1]
	if len(b.lines) < 2 || ended(last.text) || math.Abs(last.size-next.size) > 0.06*last.size || last.x1 < b.right-0.15*(b.right-b.left) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(next.text)
	return unicode.IsLower(r) || strings.HasSuffix(last.text, ",") || strings.HasSuffix(last.text, "-")
}

// wordsOf returns the words in the middle of lines, lower case: they tell
// whether a hyphen at the end of a line belongs to the word.
func wordsOf(pages [][]line) map[string]bool {
	words := map[string]bool{}
	for _, p := range pages {
		for _, l := range p {
			fields := strings.Fields(strings.ToLower(l.text))
			for i, w := range fields {
				if i == len(fields)-1 && strings.HasSuffix(w, "-") {
					continue
				}
				w = strings.Trim(w, ".,;:!?\"'“”‘’()")
				words[w] = true
				parts := strings.Split(w, "-")
				for j := 1; j < len(parts) && len(parts) > 2; j++ { // "five-year" in "five-year-old"
					words[parts[j-1]+"-"+parts[j]] = true
				}
			}
		}
	}
	return words
}

// join adds a line to a paragraph.
func join(text, next string, words map[string]bool) string {
	if text == "" {
		return next
	}
	head, hyphen := strings.CutSuffix(text, "-")
	if !hyphen {
		if head, hyphen = strings.CutSuffix(text, "\u2010"); !hyphen {
			return text + " " + next
		}
	}
	before, _ := utf8.DecodeLastRuneInString(head)
	after, _ := utf8.DecodeRuneInString(next)
	switch {
	case !unicode.IsLetter(before):
		return text + " " + next
	case !unicode.IsLower(after): // a name, such as al-Sudani, or a number
		return text + next
	}
	first := strings.ToLower(head[strings.LastIndexAny(head, " —–")+1:])
	second, _, _ := strings.Cut(strings.ToLower(next), " ")
	second = strings.Trim(second, ".,;:!?\"'“”‘’()")
	first = strings.TrimLeft(first, "\"'“”‘’(")
	if words[first+"-"+second] && !words[first+second] {
		return text + next
	}
	return head + next
}
