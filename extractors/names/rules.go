package names

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// missionConfidence is the share right of "Embassy" and "Consulate" after a
// country in the corpora (14 of 15).
const missionConfidence = 0.93

// joinMissions makes one organisation of a country and the capitalised word
// "Embassy" or "Consulate" after it: [U.S. Embassy], and of a country and its
// department or ministry: [U.S. Department of Defense], as the annotation
// guidelines have it. In the training corpora the country right before such a
// name belongs to it four times in six.
func (x *decoder) joinMissions(d *article.Document) {
	out := d.Mentions[:0]
	for i := 0; i < len(d.Mentions); i++ {
		m := d.Mentions[i]
		if i+1 < len(d.Mentions) && m.Kind == article.LOC && x.isMinistry(d, &d.Mentions[i+1]) && d.Text[m.End:d.Mentions[i+1].Start] == " " {
			i++
			whole := d.Mentions[i]
			whole.Start, whole.Rule = m.Start, "names/mission"
			out = append(out, whole)
			continue
		}
		if m.Kind == article.LOC || m.Kind == article.NORP {
			t := d.TokenAt(m.End)
			if t < len(d.Tokens) && x.model.words.missions[d.TextOf(d.Tokens[t].Span)] && strings.TrimLeft(d.Text[m.End:d.Tokens[t].Start], " ") == "" {
				m.End = d.Tokens[t].End
				m.Kind, m.Rule, m.Confidence = article.ORG, "names/mission", missionConfidence
				for i+1 < len(d.Mentions) && d.Mentions[i+1].Start < m.End {
					i++
					m.End = max(m.End, d.Mentions[i].End)
				}
			}
		}
		out = append(out, m)
	}
	d.Mentions = out
}

func (x *decoder) isMinistry(d *article.Document, m *article.Mention) bool {
	first, rest, _ := strings.Cut(d.TextOf(m.Span), " ")
	return m.Kind == article.ORG && rest != "" && x.model.words.ministries[first]
}

// trimLetters takes letters such as "QC" off the end of a person's name that
// has at least two words without them.
func (x *decoder) trimLetters(d *article.Document) {
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Kind != article.PER {
			continue
		}
		first, end := d.TokenAt(m.Start), d.TokenAt(m.End-1)
		for end-first >= 2 && x.model.words.letters[d.TextOf(d.Tokens[end].Span)] {
			end--
			if d.TextOf(d.Tokens[end].Span) == "," {
				end--
			}
		}
		m.End = d.Tokens[end].End
	}
}

// trimCompass takes the words around a place's name that are no part of it out
// of a mention that begins with a part of the compass: "eastern province of
// [Anhui]", "northern [Rwanda]".
func (x *decoder) trimCompass(d *article.Document) {
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Kind != article.LOC && m.Kind != article.NORP || !lowerASCII(d.Text[m.Start]) {
			continue
		}
		first, end := d.TokenAt(m.Start), d.TokenAt(m.End-1)+1
		if !x.model.words.compass[d.TextOf(d.Tokens[first].Span)] {
			continue
		}
		for end > first && lowerASCII(d.Text[d.Tokens[end-1].Start]) {
			end--
		}
		if end == first {
			continue // nobody writes capitals here
		}
		for t := end - 1; t >= first; t-- { // the last run of words in other than lower case
			if lowerASCII(d.Text[d.Tokens[t].Start]) {
				first = t + 1
				break
			}
		}
		m.Span = article.Span{Start: d.Tokens[first].Start, End: d.Tokens[end-1].End}
		if t := x.lexicon.typesOf(d.TextOf(m.Span)); t&(phraseCountry|phraseRegion|phraseCity) != 0 && t&phraseDemonym == 0 {
			m.Kind = article.LOC
		}
	}
}

func lowerASCII(c byte) bool { return c >= 'a' && c <= 'z' }

// acronymConfidence is the share right of the names that markAcronyms adds, on
// the development articles (docs/experiments/names.md).
const acronymConfidence = 0.72

// longestAcronym bounds the letters of an acronym that is looked for.
const longestAcronym = 8

// acronym is the initials of an organisation's capitalised words.
type acronym struct {
	letters [longestAcronym]byte
	n       int
}

// acronymOf returns the initials of a name of two words and more; ok is false
// when they are no acronym.
func acronymOf(name string) (a acronym, ok bool) {
	start := true
	for _, r := range name {
		if start && unicode.IsUpper(r) {
			if r >= utf8.RuneSelf || a.n == longestAcronym {
				return a, false
			}
			a.letters[a.n] = byte(r)
			a.n++
		}
		start = r == ' ' || r == '-'
	}
	return a, a.n >= 2
}

// markAcronyms finds the initials of the article's organisations, "IS" where it
// names the Islamic State, among the words in capitals that are no names yet.
func (x *decoder) markAcronyms(d *article.Document) {
	x.acronyms = x.acronyms[:0]
	for _, m := range d.Mentions {
		if m.Kind == article.ORG {
			if a, ok := acronymOf(d.TextOf(m.Span)); ok && !slices.Contains(x.acronyms, a) {
				x.acronyms = append(x.acronyms, a)
			}
		}
	}
	if len(x.acronyms) == 0 {
		return
	}
	found, next := len(d.Mentions), 0
	for i, s := range d.Sentences {
		if !mixedSentence(d, s) {
			continue
		}
		for _, t := range d.Tokens[s.First:s.Last] {
			for next < found && d.Mentions[next].End <= t.Start {
				next++
			}
			if t.Len() < 2 || t.Len() > longestAcronym || next < found && d.Mentions[next].Start < t.End {
				continue
			}
			a := acronym{n: t.Len()}
			copy(a.letters[:], d.TextOf(t.Span))
			if slices.Contains(x.acronyms, a) {
				d.Mentions = append(d.Mentions, article.Mention{
					Span: t.Span, Sentence: i, Kind: article.ORG, Confidence: acronymConfidence, Rule: "names/acronym",
				})
			}
		}
	}
	if len(d.Mentions) > found {
		slices.SortFunc(d.Mentions, func(a, b article.Mention) int { return cmp.Compare(a.Start, b.Start) })
	}
}

// mixedSentence reports whether a sentence has words in lower case, so that
// capitals in it mean something.
func mixedSentence(d *article.Document, s article.Sentence) bool {
	low := 0
	for _, t := range d.Tokens[s.First:s.Last] {
		if lowerASCII(d.Text[t.Start]) {
			low++
		}
	}
	return low >= 3
}
