package organisations

import (
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// maxCountryWords is the length in words of the longest country name that is read.
const maxCountryWords = 5

// maxWords is the number of words of a name that are compared.
const maxWords = 24

// orgName is a name taken apart: "the U.S. Department of State" is the words
// state, department with the country US.
type orgName struct {
	words   []string // folded, spelled one way; without "the", the country in front and the legal form behind
	written []string // the same words in the order of the name, for its initials
	country string   // ISO code of the country in front, "" for none
	legal   bool     // a legal form was behind it
	key     string   // country and words: equal for equal names
	front   []string // the country as written, folded
	acronym string   // its letters in lower case, "" when it is written as a word
	capital string   // its capital letters in lower case: "iis" of "IISc"
}

// parse takes a name apart. The name is as written.
func (x *lexicon) parse(name string) *orgName {
	n := &orgName{}
	n.acronym, n.capital = acronymOf(name)
	words := strings.Fields(text.Fold(strings.ReplaceAll(name, "&", " & ")))
	words = words[:min(len(words), maxWords)]
	for i, w := range words {
		w = strings.Trim(w, ",;:()[]!?")
		if w == "&" {
			w = "and"
		}
		words[i] = x.normal(w)
	}
	words = dropEmpty(words)
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	all := words
	words, n.legal = x.dropLegal(words)
	before := words
	n.country, words = x.dropCountry(words)
	n.front = before[:len(before)-len(words)]
	n.written, n.words = words, x.turn(words)
	if len(n.words) == 0 {
		n.words, n.written, n.front = all, all, nil
	}
	n.key = strings.Join(n.words, " ")
	if n.country != "" {
		n.key = n.country + " " + n.key
	}
	return n
}

// normal brings spellings and numbers of a word together.
func (x *lexicon) normal(w string) string {
	if s, ok := x.spell[w]; ok {
		return s
	}
	if s, ok := strings.CutSuffix(w, "s"); ok && len(s) >= 4 && x.words[s]&(tailWord|genericWord) != 0 {
		return s
	}
	return w
}

func dropEmpty(words []string) []string {
	out := words[:0]
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

func (x *lexicon) dropLegal(words []string) ([]string, bool) {
	end := len(words)
	for end > 1 && x.words[words[end-1]]&legalForm != 0 {
		end--
	}
	legal := end < len(words)
	for legal && end > 1 && words[end-1] == "and" {
		end--
	}
	return words[:end], legal
}

// dropCountry takes the country off the front, when something is left behind it.
func (x *lexicon) dropCountry(words []string) (string, []string) {
	for n := min(maxCountryWords, len(words)-1); n > 0; n-- {
		if c, ok := x.countries[strings.Join(words[:n], " ")]; ok {
			rest := words[n:]
			if len(rest) == 1 && x.words[rest[0]]&genericWord == 0 {
				return "", words // "American Airlines", "British Petroleum"
			}
			if x.words[rest[0]]&linkWord != 0 {
				return "", words // "Iraq and ..."
			}
			if n == 1 && len(words[0]) > 3 && x.words[rest[0]]&genericWord == 0 && x.words[rest[len(rest)-1]]&genericWord == 0 {
				return "", words // "French Archaeological Society" is, "German Goethe Verein" is not
			}
			return c, rest
		}
	}
	return "", words
}

// turn makes "Ministry of Oil" of the words "oil ministry".
func (x *lexicon) turn(words []string) []string {
	if len(words) < 3 || x.words[words[0]]&headWord == 0 || words[1] != "of" && words[1] != "for" {
		return words
	}
	rest := words[2:]
	if rest[0] == "the" && len(rest) > 1 {
		rest = rest[1:]
	}
	return append(append(make([]string, 0, len(rest)+1), rest...), words[0])
}

// acronymOf returns the letters of a name that is written as an acronym,
// "IRGC", "U.N.", "DoD", "AT&T", and the capitals among them; in lower case.
func acronymOf(name string) (letters, capitals string) {
	upper, lower := 0, 0
	var b, c strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsUpper(r):
			upper++
			c.WriteRune(unicode.ToLower(r))
		case unicode.IsLower(r):
			lower++
		case unicode.IsDigit(r) || r == '.' || r == '&' || r == '-' || r == '/':
		default:
			return "", ""
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	if upper < 2 || lower > upper || upper+lower > 9 {
		return "", ""
	}
	return b.String(), c.String()
}
