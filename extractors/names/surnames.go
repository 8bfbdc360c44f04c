package names

import (
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxSurnames bounds the surnames of an article that markSurnames looks for.
const maxSurnames = 64

// markSurnames finds surnames that begin with a particle, which is written with
// a capital where the given name does not stand before it: "Ten Hag" where the
// article names Erik ten Hag, and at the start of a sentence where "Hag" is
// known as nothing else.
func (x *decoder) markSurnames(d *article.Document) {
	x.gatherSurnames(d)
	x.claims = x.claims[:0]
	for i, s := range d.Sentences {
		for t := s.First; t < s.Last; t++ {
			w := d.TextOf(d.Tokens[t].Span)
			if w[0] < 'A' || w[0] > 'Z' {
				continue
			}
			p, ok := x.particle(w)
			if !ok {
				continue
			}
			n := x.surnameAt(d, t, s.Last)
			if n == 0 && p.bare && t == s.First && x.bareSurname(d, t, s.Last) {
				n = 2
			}
			if n > 0 {
				x.claims = append(x.claims, claimed(d, i, t, t+n))
				t += n - 1
			}
		}
	}
	if len(x.claims) > 0 {
		x.settleClaims(d)
	}
}

// claim is a surname found. A mention that overlaps it may begin at after,
// behind the possessive: "Ten Hag's [United]".
type claim struct {
	article.Mention
	after int
}

// claimed makes a claim of the tokens first to end of a sentence.
func claimed(d *article.Document, sentence, first, end int) claim {
	s := article.Span{Start: d.Tokens[first].Start, End: d.Tokens[end-1].End}
	c := claim{article.Mention{Span: s, Sentence: sentence, Kind: article.PER, Confidence: besideConfidence, Rule: "names/surname"}, s.End}
	if end+1 < d.Sentences[sentence].Last && strings.HasSuffix(d.TextOf(d.Tokens[end].Span), "s") && d.Tokens[end].Start == s.End {
		c.after = d.Tokens[end+1].Start
	}
	return c
}

// settleClaims puts the claims among the mentions, in the place of those that
// they overlap. Of a person who is found already there is nothing to claim.
func (x *decoder) settleClaims(d *article.Document) {
	x.settled = x.settled[:0]
	ms := d.Mentions
	for _, c := range x.claims {
		i := 0
		for i < len(ms) && ms[i].End <= c.Start {
			i++
		}
		x.settled, ms = append(x.settled, ms[:i]...), ms[i:]
		if len(ms) > 0 && ms[0].Kind == article.PER && ms[0].Start <= c.Start && ms[0].End >= c.End {
			continue
		}
		for len(ms) > 0 && ms[0].Start < c.End {
			if c.after > c.End && ms[0].End > c.after {
				ms[0].Start = c.after
				break
			}
			ms = ms[1:]
		}
		x.settled = append(x.settled, c.Mention)
	}
	x.settled = append(x.settled, ms...)
	d.Mentions = append(d.Mentions[:0], x.settled...)
}

// gatherSurnames keeps the spans from the first particle in lower case to the
// end of the article's people.
func (x *decoder) gatherSurnames(d *article.Document) {
	x.surnames = x.surnames[:0]
	for _, m := range d.Mentions {
		if m.Kind != article.PER || len(x.surnames) == maxSurnames {
			continue
		}
		for t, end := d.TokenAt(m.Start)+1, d.TokenAt(m.End-1); t < end; t++ {
			if w := d.TextOf(d.Tokens[t].Span); lowerASCII(w[0]) {
				s := article.Span{Start: d.Tokens[t].Start, End: m.End}
				same := func(other article.Span) bool { return d.TextOf(other) == d.TextOf(s) }
				if _, ok := x.particle(w); ok && !slices.ContainsFunc(x.surnames, same) {
					x.surnames = append(x.surnames, s)
				}
				break
			}
		}
	}
}

// particle looks a word of ASCII letters up.
func (x *decoder) particle(w string) (p particle, ok bool) {
	if len(w) > 5 {
		return p, false
	}
	x.bytes = appendLowerASCII(x.bytes[:0], w)
	p, ok = x.model.words.particles[string(x.bytes)]
	return p, ok
}

// surnameAt returns the number of tokens from t that are one of the surnames,
// but for the case of its first letter; 0 when they are none.
func (x *decoder) surnameAt(d *article.Document, t, end int) int {
	for _, s := range x.surnames {
		to := d.Tokens[t].Start + s.Len()
		if to > len(d.Text) || d.Text[d.Tokens[t].Start+1:to] != d.Text[s.Start+1:s.End] || !strings.EqualFold(d.Text[d.Tokens[t].Start:to], d.TextOf(s)) {
			continue
		}
		if last := d.TokenAt(to - 1); last < end && d.Tokens[last].End == to {
			return last - t + 1
		}
	}
	return 0
}

// bareSurname reports whether the token behind the particle t looks like a
// surname: capitalised, no name that is known but of a small place, hardly a word, and not
// followed by another capitalised one.
func (x *decoder) bareSurname(d *article.Document, t, end int) bool {
	if t+2 >= end || d.Tokens[t+1].Start != d.Tokens[t].End+1 {
		return false
	}
	w, next := d.TextOf(d.Tokens[t+1].Span), d.TextOf(d.Tokens[t+2].Span)
	var l letters
	l.decode(clipWord(w))
	if l.class != initial || strings.HasSuffix(w, "s") {
		return false
	}
	known := x.lexicon.typesOf(w)
	if x.lexicon.clustersOf(hashString(w)) == (clusterIDs{}) {
		known &^= phraseCity | phraseTown | phraseHamlet // one that the news of decades did not name
	}
	if known != 0 {
		return false
	}
	x.bytes = appendLower(x.bytes[:0], l.exact)
	c := x.lexicon.clustersOf(hashString(x.bytes))
	return c.reuters == 0 && c.count < rareWord && (next == "'s" || next == "’s" || lowerASCII(next[0]))
}

// rareWord is how often (log2) a word must stand in lower case in the Wall
// Street Journal to be taken for one.
const rareWord = 5
