package names

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// missions are words that make an organisation of the country before them.
var missions = map[string]bool{"Embassy": true, "Consulate": true}

// missionConfidence is the share right of "Embassy" and "Consulate" after a
// country in the corpora (14 of 15).
const missionConfidence = 0.93

// ministries are words that begin the name of a part of a government. In the
// training corpora the country right before such a name belongs to it four
// times in six.
var ministries = map[string]bool{"Department": true, "Ministry": true}

// joinMissions makes one organisation of a country and the capitalised word
// "Embassy" or "Consulate" after it: [U.S. Embassy], and of a country and its
// department or ministry: [U.S. Department of Defense], as the annotation
// guidelines have it.
func joinMissions(d *article.Document) {
	out := d.Mentions[:0]
	for i := 0; i < len(d.Mentions); i++ {
		m := d.Mentions[i]
		if i+1 < len(d.Mentions) && m.Kind == article.LOC && isMinistry(d, &d.Mentions[i+1]) && d.Text[m.End:d.Mentions[i+1].Start] == " " {
			i++
			whole := d.Mentions[i]
			whole.Start, whole.Rule = m.Start, "names/mission"
			out = append(out, whole)
			continue
		}
		if m.Kind == article.LOC || m.Kind == article.NORP {
			t := d.TokenAt(m.End)
			if t < len(d.Tokens) && missions[d.TextOf(d.Tokens[t].Span)] && strings.TrimLeft(d.Text[m.End:d.Tokens[t].Start], " ") == "" {
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

func isMinistry(d *article.Document, m *article.Mention) bool {
	first, rest, _ := strings.Cut(d.TextOf(m.Span), " ")
	return m.Kind == article.ORG && rest != "" && ministries[first]
}

// readList reads one of our word lists.
func readList(name string) (map[string]bool, error) {
	data, err := lists.ReadFile("lexicon/" + name)
	words := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			words[line] = true
		}
	}
	return words, err
}

// What stands beside a name decides its kind where the model's confidence is
// below doubtful. Of the annotated names right before the words of sites.tsv 97
// in 100 are places, of those right behind a title 99 are people
// (docs/experiments/names.md); besideConfidence is an estimate below that,
// since the model saw reasons against it, too rare to be measured.
const (
	doubtful         = 0.8
	besideConfidence = 0.85
)

// markSites makes places of names that the model takes for people or
// organisations without being sure, where the article says what they are:
// "Ain al-Asad base". Its doubtful mentions of the same name follow.
func (x *decoder) markSites(d *article.Document) {
	for i := range d.Mentions {
		if m := &d.Mentions[i]; (m.Kind == article.ORG || m.Kind == article.PER) && m.Confidence < doubtful && x.siteFollows(d, m) {
			retell(d, m, article.LOC, "names/site")
		}
	}
}

// markTitled makes people of names of two words and more that stand behind a
// title, "Mayor London Breed", in the same way.
func (x *decoder) markTitled(d *article.Document) {
	for i := range d.Mentions {
		if m := &d.Mentions[i]; (m.Kind == article.ORG || m.Kind == article.LOC) && m.Confidence < doubtful && x.titleBefore(d, m) {
			retell(d, m, article.PER, "names/title")
		}
	}
}

// retell gives a mention another kind, and with it the doubtful mentions of the
// same name.
func retell(d *article.Document, m *article.Mention, kind article.Kind, rule string) {
	name, was := d.TextOf(m.Span), m.Kind
	for j := range d.Mentions {
		if n := &d.Mentions[j]; n.Kind == was && n.Confidence < doubtful && d.TextOf(n.Span) == name {
			n.Kind, n.Confidence, n.Rule = kind, besideConfidence, rule
		}
	}
}

// titleBefore reports whether a title of one to three words stands right before
// a mention of at least two words.
func (x *decoder) titleBefore(d *article.Document, m *article.Mention) bool {
	first := d.TokenAt(m.Start)
	if d.TokenAt(m.End-1) == first {
		return false
	}
	for t := first - 1; t >= max(d.Sentences[m.Sentence].First, first-3); t-- {
		words := strings.TrimSuffix(d.Text[d.Tokens[t].Start:d.Tokens[first-1].End], ".")
		if x.model.titles[words] {
			return true
		}
	}
	return false
}

// siteFollows reports whether one or two words such as "air base" stand right
// behind a mention.
func (x *decoder) siteFollows(d *article.Document, m *article.Mention) bool {
	t := d.TokenAt(m.End-1) + 1
	if t >= d.Sentences[m.Sentence].Last {
		return false
	}
	if x.model.sites[d.TextOf(d.Tokens[t].Span)] {
		return true
	}
	if t+1 >= d.Sentences[m.Sentence].Last || d.Tokens[t+1].Start != d.Tokens[t].End+1 {
		return false
	}
	return x.model.sites[d.Text[d.Tokens[t].Start:d.Tokens[t+1].End]]
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
		for end-first >= 2 && x.model.letters[d.TextOf(d.Tokens[end].Span)] {
			end--
			if d.TextOf(d.Tokens[end].Span) == "," {
				end--
			}
		}
		m.End = d.Tokens[end].End
	}
}

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
		if c := d.Text[t.Start]; c >= 'a' && c <= 'z' {
			low++
		}
	}
	return low >= 3
}
