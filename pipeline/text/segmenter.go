// Package text cuts an article into sections, sentences and tokens.
//
// Sentence ends follow Punkt (Kiss and Strunk 2006) with the trained parameters
// for English of neurosnap/sentences: abbreviations, frequent sentence
// starters, which words are written in lower case. The loop around them is our
// own: the library's allocates a token of its own for every word and knows no
// lines, headings or byte-exact tokens. Tables beside the code (data/) add what
// news needs.
package text

import (
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Segmenter fills the sentences and tokens of documents. It is immutable and
// safe for concurrent use.
type Segmenter struct {
	lexicon
	scratch sync.Pool // *layout
}

// New loads the abbreviations and the trained parameters.
func New() (*Segmenter, error) {
	words, err := loadLines()
	if err != nil {
		return nil, err
	}
	s := &Segmenter{scratch: sync.Pool{New: func() any { return &layout{words: words} }}}
	if err := s.load(); err != nil {
		return nil, err
	}
	return s, nil
}

// Segment sets d.Sentences and d.Tokens from d.Text and d.Blocks, reusing
// their memory. It sets d.Title and d.Byline when they are empty and the text
// states them.
//
// Every byte of the text that is not white space (see [IsSpace]) lies in
// exactly one token, every token in exactly one sentence; but for blocks of
// section Meta, which hold neither. Spans never cut a well-formed rune. A title,
// heading or byline is one sentence a line; a sentence of running text is cut
// after maxSentence tokens.
func (s *Segmenter) Segment(d *article.Document) {
	d.Sentences, d.Tokens = d.Sentences[:0], d.Tokens[:0]
	l := s.scratch.Get().(*layout)
	defer s.scratch.Put(l)
	l.read(d)
	sc := scanner{src: d.Text, lexicon: &s.lexicon, toks: d.Tokens}
	for _, u := range l.units {
		first := len(sc.toks)
		sc.scan(u.Start, u.End)
		if u.Section == article.Body || u.Section == article.Quote || u.Section == article.Caption {
			d.Sentences = s.split(d.Sentences, d.Text, sc.toks, first, u.Section)
		} else {
			d.Sentences = appendSentence(d.Sentences, sc.toks, first, len(sc.toks), u.Section)
		}
	}
	d.Tokens = sc.toks
	l.name(d)
	l.release()
}

func appendSentence(dst []article.Sentence, toks []article.Token, first, last int, sec article.Section) []article.Sentence {
	if first == last {
		return dst
	}
	return append(dst, article.Sentence{
		Span:    article.Span{Start: toks[first].Start, End: toks[last-1].End},
		Section: sec, First: first, Last: last,
	})
}
