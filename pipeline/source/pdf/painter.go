package pdf

import (
	"context"
	"math"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// matrix is a transformation [a b c d e f], as PDF writes it.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// glyph is a character, or a few, at its place on the page. Units are points;
// y grows upwards.
type glyph struct {
	s          string
	x, y       float64 // where its baseline starts
	width      float64
	size       float64
	dirX, dirY float64 // direction of the baseline
}

// state is what a page's operators change.
type state struct {
	ctm                   matrix
	font                  *font
	size                  float64
	charSpace, wordSpace  float64
	scale, leading, raise float64
}

// painter follows the operators of a page as far as they place text.
type painter struct {
	f      *file
	ctx    context.Context
	glyphs []glyph
	images int
	ops    int
	err    error

	state
	tm, line matrix
	hidden   int // depth of marked content that is no text of the page, such as its number
	marked   []bool
}

// Bounds of what a page may draw: forms in forms, and all of them in a file.
const (
	maxFormDepth = 8
	maxForms     = 20000
	maxStates    = 1000
	maxOperands  = 64
)

// run follows a page's content, or a form's.
func (p *painter) run(content []byte, resources types.Dict, ctm matrix, depth int) {
	saved := p.state
	defer func() { p.state = saved }()
	if depth == 0 {
		p.state = state{scale: 1}
	}
	p.ctm = ctm
	l := lexer{b: content}
	var stack []state
	for op, args := l.operation(nil, maxOperands); op != "" && p.err == nil; op, args = l.operation(args, maxOperands) {
		if p.ops++; p.ops%4096 == 0 && p.ctx.Err() != nil {
			p.err = p.ctx.Err()
		}
		switch op {
		case "q":
			if len(stack) < maxStates {
				stack = append(stack, p.state)
			}
		case "Q":
			if n := len(stack); n > 0 {
				p.state, stack = stack[n-1], stack[:n-1]
			}
		case "ID":
			l.inlineImage()
			p.images++
		case "Do":
			p.do(args, resources, depth)
		case "Tf":
			p.setFont(args, resources)
		default:
			p.operate(op, args)
		}
	}
}

// numbers returns the last n arguments as numbers; nil when they are not there.
func numbers(args []token, n int) []float64 {
	if len(args) < n {
		return nil
	}
	out := make([]float64, n)
	for i, t := range args[len(args)-n:] {
		v, ok := t.(float64)
		if !ok {
			return nil
		}
		out[i] = v
	}
	return out
}

func (p *painter) operate(op operator, args []token) {
	switch op {
	case "cm":
		if v := numbers(args, 6); v != nil {
			p.ctm = matrix(v).mul(p.ctm)
		}
	case "BT":
		p.tm, p.line = identity, identity
	case "Tc", "Tw", "Tz", "TL", "Ts":
		if v := numbers(args, 1); v != nil {
			p.set(op, v[0])
		}
	case "Td", "TD":
		if v := numbers(args, 2); v != nil {
			if op == "TD" {
				p.leading = -v[1]
			}
			p.move(v[0], v[1])
		}
	case "Tm":
		if v := numbers(args, 6); v != nil {
			p.tm, p.line = matrix(v), matrix(v)
		}
	case "T*":
		p.move(0, -p.leading)
	case "Tj", "'", "\"":
		if v := numbers(args[:max(len(args)-1, 0)], 2); op == "\"" && v != nil {
			p.wordSpace, p.charSpace = v[0], v[1]
		}
		if op != "Tj" {
			p.move(0, -p.leading)
		}
		if len(args) > 0 {
			if s, ok := args[len(args)-1].(text); ok {
				p.show(s)
			}
		}
	case "TJ":
		if len(args) > 0 {
			p.showList(args[len(args)-1])
		}
	case "BDC", "BMC":
		artifact := len(args) > 0 && args[0] == token(name("Artifact"))
		if len(p.marked) < maxStates {
			p.marked = append(p.marked, artifact)
			if artifact {
				p.hidden++
			}
		}
	case "EMC":
		if n := len(p.marked); n > 0 {
			if p.marked[n-1] {
				p.hidden--
			}
			p.marked = p.marked[:n-1]
		}
	}
}

func (p *painter) set(op operator, v float64) {
	switch op {
	case "Tc":
		p.charSpace = v
	case "Tw":
		p.wordSpace = v
	case "Tz":
		p.scale = v / 100
	case "TL":
		p.leading = v
	case "Ts":
		p.raise = v
	}
}

func (p *painter) move(x, y float64) {
	p.line = matrix{1, 0, 0, 1, x, y}.mul(p.line)
	p.tm = p.line
}

func (p *painter) setFont(args []token, resources types.Dict) {
	if len(args) < 2 {
		return
	}
	n, _ := args[len(args)-2].(name)
	p.size, _ = args[len(args)-1].(float64)
	p.font = p.f.font(p.f.dict(resources, "Font"), string(n))
}

// do draws a form, or counts an image.
func (p *painter) do(args []token, resources types.Dict, depth int) {
	if len(args) == 0 {
		return
	}
	n, _ := args[len(args)-1].(name)
	objects := p.f.dict(resources, "XObject")
	o, ok := objects.Find(string(n))
	if !ok {
		return
	}
	s, _, err := p.f.x.DereferenceStreamDict(o)
	if err != nil || s == nil {
		return
	}
	if p.f.name(s.Dict, "Subtype") != "Form" {
		p.images++
		return
	}
	if p.f.forms++; depth >= maxFormDepth || p.f.forms > maxForms {
		return
	}
	content, err := p.f.stream(o)
	if err != nil {
		p.err = err
		return
	}
	own := p.f.dict(s.Dict, "Resources")
	if own == nil {
		own = resources
	}
	ctm := p.ctm
	if a := p.f.array(s.Dict, "Matrix"); len(a) == 6 {
		var m matrix
		for i := range m {
			m[i], _ = p.f.number(a[i])
		}
		ctm = m.mul(ctm)
	}
	tm, line := p.tm, p.line
	p.run(content, own, ctm, depth+1)
	p.tm, p.line = tm, line
}

func (p *painter) showList(t token) {
	items, _ := t.(list)
	for _, it := range items {
		switch v := it.(type) {
		case text:
			p.show(v)
		case float64:
			p.tm = matrix{1, 0, 0, 1, -v / 1000 * p.size * p.scale, 0}.mul(p.tm)
		}
	}
}

// show places the characters of a string.
func (p *painter) show(s text) {
	if p.font == nil {
		p.font = p.f.font(nil, "")
	}
	for len(s) > 0 {
		c, n := p.font.next(s)
		m := matrix{p.size * p.scale, 0, 0, p.size, 0, p.raise}.mul(p.tm).mul(p.ctm)
		width := c.width / 1000
		if p.hidden == 0 {
			p.place(c, m, width)
		}
		advance := width*p.size + p.charSpace
		if n == 1 && s[0] == ' ' {
			advance += p.wordSpace
		}
		s = s[n:]
		p.tm = matrix{1, 0, 0, 1, advance * p.scale, 0}.mul(p.tm)
	}
}

func (p *painter) place(c char, m matrix, width float64) {
	if c.s == "" {
		p.f.unknown++
		return
	}
	if p.f.text += int64(len(c.s)); p.f.text > p.f.o.MaxText {
		p.err = ErrTooBig
		return
	}
	along, size := math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3])
	if along == 0 || size == 0 || math.IsNaN(along+size+m[4]+m[5]) || math.IsInf(along+size+m[4]+m[5], 0) {
		return
	}
	p.glyphs = append(p.glyphs, glyph{s: c.s, x: m[4], y: m[5], width: width * along, size: size, dirX: m[0] / along, dirY: m[1] / along})
}

// upright turns a page so that most of its text runs from left to right, and
// drops what runs otherwise (stamps at the margin, axes of charts).
func upright(glyphs []glyph, rotate int) []glyph {
	var quarters [4]int
	quarter := func(g glyph) int { return int(math.Round(math.Atan2(g.dirY, g.dirX)/(math.Pi/2))+4) % 4 }
	for _, g := range glyphs {
		if strings.TrimSpace(g.s) != "" {
			quarters[quarter(g)]++
		}
	}
	best := (rotate/90%4 + 4) % 4
	for q, n := range quarters {
		if n > quarters[best] {
			best = q
		}
	}
	out := glyphs[:0]
	for _, g := range glyphs {
		if quarter(g) != best {
			continue
		}
		for range best { // a quarter clockwise
			g.x, g.y = g.y, -g.x
			g.dirX, g.dirY = g.dirY, -g.dirX
		}
		if math.Abs(g.dirY) < 0.1 {
			out = append(out, g)
		}
	}
	return out
}
