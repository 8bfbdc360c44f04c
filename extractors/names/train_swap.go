package names

import (
	"math/rand/v2"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// swapped returns copies of every n-th sentence that has names, with each of
// its people, organisations and places replaced by another of the same kind
// from anywhere in the corpora, so that what stands around a name counts, too.
func swapped(examples []example, every int, seed uint64) []example {
	var pool [kinds + 1][][]string
	for i := range examples {
		e := &examples[i]
		for _, m := range e.gold {
			if first, end, ok := tokensOf(e.doc, m.Span); ok && swaps(m.Kind) {
				var words []string
				for _, t := range e.doc.Tokens[first:end] {
					words = append(words, e.doc.TextOf(t.Span))
				}
				pool[m.Kind] = append(pool[m.Kind], words)
			}
		}
	}
	random := rand.New(rand.NewPCG(seed, 4))
	var out []example
	for i := range examples {
		if e, ok := examples[i].swap(every, &pool, random); ok {
			out = append(out, e)
		}
	}
	return out
}

// swaps reports whether names of a kind are replaced.
func swaps(k article.Kind) bool { return k == article.PER || k == article.ORG || k == article.LOC }

// tokensOf returns the tokens of a span; ok is false when it cuts one.
func tokensOf(d *article.Document, s article.Span) (first, end int, ok bool) {
	first, end = d.TokenAt(s.Start), d.TokenAt(s.End-1)+1
	if end > len(d.Tokens) || first >= end {
		return 0, 0, false
	}
	return first, end, d.Tokens[first].Start == s.Start && d.Tokens[end-1].End == s.End
}

// swap makes an article of every n-th sentence with names.
func (e *example) swap(every int, pool *[kinds + 1][][]string, random *rand.Rand) (example, bool) {
	c := e.copyist()
	next, seen := 0, 0
	for _, s := range e.doc.Sentences {
		var ms []article.Mention
		for ; next < len(e.gold) && e.gold[next].Start < s.End; next++ {
			if e.gold[next].Start >= s.Start && swaps(e.gold[next].Kind) {
				ms = append(ms, e.gold[next])
			}
		}
		if len(ms) == 0 {
			continue
		}
		if seen++; (seen+e.article)%every != 0 {
			continue
		}
		for t := s.First; t < s.Last; t++ {
			tok := e.doc.Tokens[t]
			space := t > s.First && e.doc.Tokens[t-1].End < tok.Start
			if len(ms) > 0 && ms[0].Start == tok.Start {
				m := ms[0]
				ms = ms[1:]
				if f, end, ok := tokensOf(e.doc, m.Span); ok && end <= s.Last {
					words := pool[m.Kind][random.IntN(len(pool[m.Kind]))]
					for i, w := range words {
						c.put(w, space || i > 0, positionSet(kindsOf(m.Kind), int(phrasePlace(i, len(words)))))
					}
					t += end - f - 1
					continue
				}
			}
			c.put(e.doc.TextOf(tok.Span), space, e.allowed[t])
		}
		c.endSentence()
	}
	return c.copied()
}
