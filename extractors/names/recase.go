package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// functionWords stay in lower case in a heading in title case.
var functionWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("a an and as at but by for from in into nor of off on or over per so than the to up via vs with 's ’s") {
		m[w] = true
	}
	return m
}()

// recased makes an article of every n-th sentence of another, written in a
// case mode. ok is false when there is none.
func recased(e example, every int, mode caseMode) (example, bool) {
	var b strings.Builder
	d := &article.Document{ID: e.doc.ID}
	out := example{doc: d, weight: e.weight, article: e.article}
	offset := int(mode) * every / 4
	for i, s := range e.doc.Sentences {
		if (i+offset)%every != 0 || s.Last-s.First < 4 {
			continue
		}
		first := len(d.Tokens)
		for t := s.First; t < s.Last; t++ {
			tok := e.doc.Tokens[t]
			if t > s.First && e.doc.Tokens[t-1].End < tok.Start {
				b.WriteByte(' ')
			}
			w := recase(e.doc.TextOf(tok.Span), mode, t == s.First)
			start := b.Len()
			b.WriteString(w)
			d.Tokens = append(d.Tokens, article.Token{Span: article.Span{Start: start, End: b.Len()}, Kind: tok.Kind})
			out.allowed = append(out.allowed, e.allowed[t])
		}
		d.Sentences = append(d.Sentences, article.Sentence{
			Span: article.Span{Start: d.Tokens[first].Start, End: b.Len()}, First: first, Last: len(d.Tokens),
		})
		b.WriteByte('\n')
	}
	d.Text = b.String()
	return out, len(d.Tokens) > 0
}

func recase(w string, mode caseMode, first bool) string {
	switch mode {
	case allCapitals:
		return strings.ToUpper(w)
	case lowered:
		return strings.ToLower(w)
	}
	if !first && functionWords[w] {
		return w
	}
	r, n := utf8.DecodeRuneInString(w)
	if r == utf8.RuneError {
		return w
	}
	return string(unicode.ToTitle(r)) + w[n:]
}
