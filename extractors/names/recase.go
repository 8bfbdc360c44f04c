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
	c := e.copyist()
	offset := int(mode) * every / 4
	for i, s := range e.doc.Sentences {
		if (i+offset)%every != 0 || s.Last-s.First < 4 {
			continue
		}
		for t := s.First; t < s.Last; t++ {
			tok := e.doc.Tokens[t]
			c.put(recase(e.doc.TextOf(tok.Span), mode, t == s.First), t > s.First && e.doc.Tokens[t-1].End < tok.Start, e.allowed[t])
		}
		c.endSentence()
	}
	return c.copied()
}

// copyist writes a changed copy of an article, token by token.
type copyist struct {
	text  strings.Builder
	out   example
	first int // token of the sentence
}

func (e *example) copyist() *copyist {
	return &copyist{out: example{doc: &article.Document{ID: e.doc.ID}, weight: e.weight, article: e.article}}
}

// put writes a token, after a space or not.
func (c *copyist) put(w string, space bool, allowed labelSet) {
	if space {
		c.text.WriteByte(' ')
	}
	start := c.text.Len()
	c.text.WriteString(w)
	c.out.doc.Tokens = append(c.out.doc.Tokens, article.Token{Span: article.Span{Start: start, End: c.text.Len()}})
	c.out.allowed = append(c.out.allowed, allowed)
}

// endSentence ends a sentence of at least one token, and its line.
func (c *copyist) endSentence() {
	d := c.out.doc
	d.Sentences = append(d.Sentences, article.Sentence{
		Span: article.Span{Start: d.Tokens[c.first].Start, End: c.text.Len()}, First: c.first, Last: len(d.Tokens),
	})
	c.first = len(d.Tokens)
	c.text.WriteByte('\n')
}

// copied returns the copy; ok is false when nothing was written.
func (c *copyist) copied() (out example, ok bool) {
	c.out.doc.Text = c.text.String()
	return c.out, c.first > 0
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
