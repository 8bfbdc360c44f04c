package dates

import (
	"fmt"
	"strings"
)

// A pattern is a row's left side, such as
//
//	early|late? <month> <day> {to|-} <day> ( ,? <year> )?
//
// Elements are separated by spaces and stand for one item or number each:
//
//	word        that word, whatever its case; a|b|c one of several
//	<class>     a word of that class of the lexicon, or a shape of scan.go
//	<class:s>   the same, filling slot s instead of the class's own
//	$name       a pattern defined in fragments.tsv
//	( x y | z ) a group
//	x?          perhaps
//	{x}         the end of one time expression and the start of another: what is
//	            inside belongs to neither; {} is nothing but the border
//
// Between two elements there must be a space or a hyphen. A sign before an
// element asks for something else: - a hyphen, _ a space, ~ anything or nothing.
// Punctuation may touch what is before and behind it.

// edge is one element on the way through a pattern.
type edge struct {
	class   classID
	slot    slot
	gap     gap
	border  bool // after it, the second expression begins
	outside bool // belongs to neither expression
	mark    bool // punctuation: what follows may touch it
}

// maxLen bounds the elements of a pattern, and so the time of one match.
const maxLen = 20

// maxVariants bounds what the optional elements of one row multiply to.
const maxVariants = 40_000

// patternParser expands a pattern into the sequences of edges it stands for.
type patternParser struct {
	lex       *lexicon
	fragments map[string]string
	toks      []string
	depth     int
}

// parse returns every sequence of edges that the pattern stands for.
func (p *patternParser) parse(pattern string) ([][]edge, error) {
	if p.depth > 10 {
		return nil, fmt.Errorf("fragments go in circles in %q", pattern)
	}
	sub := &patternParser{lex: p.lex, fragments: p.fragments, toks: patternTokens(pattern), depth: p.depth + 1}
	seqs, err := sub.sequence()
	if err != nil {
		return nil, err
	}
	if len(sub.toks) > 0 {
		return nil, fmt.Errorf("stray %q", sub.toks[0])
	}
	return seqs, nil
}

// patternTokens splits at spaces, and takes parentheses and the question mark
// behind them as tokens.
func patternTokens(s string) []string {
	var toks []string
	for _, f := range strings.Fields(s) {
		switch {
		case f == ")?":
			toks = append(toks, ")", "?")
		default:
			toks = append(toks, f)
		}
	}
	return toks
}

func (p *patternParser) sequence() ([][]edge, error) {
	seqs := [][]edge{nil}
	for len(p.toks) > 0 && p.toks[0] != ")" && p.toks[0] != "|" {
		alts, err := p.term()
		if err != nil {
			return nil, err
		}
		if seqs, err = cross(seqs, alts); err != nil {
			return nil, err
		}
	}
	return seqs, nil
}

func cross(heads, tails [][]edge) ([][]edge, error) {
	if len(heads)*len(tails) > maxVariants {
		return nil, fmt.Errorf("more than %d variants", maxVariants)
	}
	out := make([][]edge, 0, len(heads)*len(tails))
	for _, h := range heads {
		for _, t := range tails {
			if len(t) > 0 && len(h) > 0 && t[0].border && t[0].class == 0 { // {}: mark the border on the edge before
				joined := append(append([]edge(nil), h...), t[1:]...)
				joined[len(h)-1].border = true
				out = append(out, joined)
				continue
			}
			seq := append(append(make([]edge, 0, len(h)+len(t)), h...), t...)
			if len(h) > 0 && len(t) > 0 && h[len(h)-1].mark {
				seq[len(h)].gap |= gapNone
			}
			out = append(out, seq)
		}
	}
	return out, nil
}

func (p *patternParser) term() ([][]edge, error) {
	tok := p.toks[0]
	p.toks = p.toks[1:]
	var alts [][]edge
	optional := false
	switch {
	case tok == "(":
		for {
			seqs, err := p.sequence()
			if err != nil {
				return nil, err
			}
			alts = append(alts, seqs...)
			if len(p.toks) == 0 {
				return nil, fmt.Errorf("missing )")
			}
			tok, p.toks = p.toks[0], p.toks[1:]
			if tok == ")" {
				break
			}
		}
		if len(p.toks) > 0 && p.toks[0] == "?" {
			optional, p.toks = true, p.toks[1:]
		}
	case strings.HasPrefix(tok, "$"):
		name, opt := strings.CutSuffix(tok[1:], "?")
		frag, ok := p.fragments[name]
		if !ok {
			return nil, fmt.Errorf("no fragment $%s", name)
		}
		optional = opt
		var err error
		if alts, err = p.parse(frag); err != nil {
			return nil, fmt.Errorf("$%s: %w", name, err)
		}
	default:
		if len(tok) > 1 && strings.HasSuffix(tok, "?") {
			tok, optional = tok[:len(tok)-1], true
		}
		e, err := p.element(tok)
		if err != nil {
			return nil, err
		}
		alts = e
	}
	if optional {
		alts = append(alts, nil)
	}
	return alts, nil
}

// element reads one word, class or border.
func (p *patternParser) element(tok string) ([][]edge, error) {
	if inner, ok := strings.CutPrefix(tok, "{"); ok {
		inner, ok = strings.CutSuffix(inner, "}")
		if !ok {
			return nil, fmt.Errorf("missing } in %q", tok)
		}
		if inner == "" {
			return [][]edge{{{border: true}}}, nil
		}
		alts, err := p.element(inner)
		for i := range alts {
			alts[i][0].outside = true
			alts[i][0].gap = gapAny
		}
		return alts, err
	}
	e := edge{gap: gapLoose}
	if len(tok) > 1 {
		switch tok[0] {
		case '-':
			e.gap, tok = gapHyphen, tok[1:]
		case '_':
			e.gap, tok = gapSpace, tok[1:]
		case '~':
			e.gap, tok = gapAny, tok[1:]
		}
	}
	if inner, ok := strings.CutPrefix(tok, "<"); ok {
		if inner, ok = strings.CutSuffix(inner, ">"); !ok {
			return nil, fmt.Errorf("missing > in %q", tok)
		}
		name, slotName, named := strings.Cut(inner, ":")
		c, ok := p.lex.classes[name]
		if !ok {
			return nil, fmt.Errorf("no class <%s>", name)
		}
		e.class = c
		if !named {
			slotName = name
			if s, ok := classSlots[name]; ok {
				e.slot = s
				return [][]edge{{e}}, nil
			}
		}
		if e.slot, ok = slotNames[slotName]; !ok && named && slotName != "" {
			return nil, fmt.Errorf("no slot %q", slotName)
		}
		return [][]edge{{e}}, nil
	}
	words := strings.Split(tok, "|")
	for _, w := range words {
		if w == "" || len(w) > 1 && strings.ContainsAny(w, "(){}<>?") || w != strings.ToLower(w) {
			return nil, fmt.Errorf("bad element %q", tok)
		}
		if c := w[0]; len(w) == 1 && !isLetter(c) && !isDigit(c) {
			e.gap, e.mark = gapAny, true
		}
	}
	e.class = p.lex.wordClass(words)
	return [][]edge{{e}}, nil
}
