package organisations

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// grade says how two names go together; higher is surer.
type grade uint8

const (
	conflict     grade = iota // two organisations
	byHead                    // "the Guard" of the "Revolutionary Guard"
	bySurmise                 // "Merrill" of "Merrill Lynch": the rest is no word that is known to be left out; the longer name comes first
	byEnd                     // "Quds Force" of "IRGC Quds Force"
	byTail                    // "Ford" of "Ford Motor"
	byCountry                 // "Foreign Ministry" of "Iraqi Foreign Ministry"
	bySpelling                // "Hizbullah" and "Hezbollah"
	byInitials                // "IRGC" of "Islamic Revolutionary Guard Corps"
	byKnowledge               // in one row of data/known.tsv
	byDefinition              // "Islamic Revolutionary Guard Corps (IRGC)"
	equal
)

var grades = [...]string{
	"two names", "short for the name last used", "first word of the name", "end of the name", "name without its tail", "name without the country",
	"spelling of the name", "initials of the name", "known name of the same organisation", "defined in the text", "same name",
}

func (g grade) String() string { return grades[g] }

// compare compares a name with a longer one, or one as long.
func (x *lexicon) compare(short, long *orgName) grade {
	switch {
	case short.key == long.key:
		return equal
	case x.share(short.key, long.key):
		return byKnowledge
	case short.country != "" && long.country != "" && short.country != long.country:
		return conflict
	case x.told(short) && x.told(long):
		return conflict // two organisations that are known
	case short.acronym != "" && len(long.words) > 1 && x.initials(short, long):
		return byInitials
	case short.acronym == "" && len(short.words) == 1 && len(short.words[0]) >= 4 && x.spells(short.words[0], long.written):
		return byInitials // "Unicef"
	case short.acronym != "" && len(short.acronym) < 5 && !startsWith(long.words, short.words):
		return conflict
	case sameWords(short.words, long.words):
		if short.country != long.country && x.generic(short.words[len(short.words)-1]) {
			return byCountry
		}
		return conflict
	case x.spelledAlike(short, long):
		return bySpelling
	case len(short.words) < len(long.words):
		return x.comparePart(short, long)
	}
	return conflict
}

// told reports whether the name alone tells a known organisation.
func (x *lexicon) told(n *orgName) bool { return x.row(n.key) >= 0 }

// comparePart compares a name with one that has more words.
func (x *lexicon) comparePart(short, long *orgName) grade {
	first := short.words[0]
	if short.country != long.country && short.country != "" {
		return conflict // "Mexican Army" is not the "Revolutionary Army"
	}
	if startsWith(long.words, short.words) {
		rest := long.words[len(short.words):]
		if len(short.words) > 1 && len(rest) > 1 && rest[0] == "of" && x.countries[strings.Join(rest[1:], " ")] != "" && !x.told(short) && !x.told(long) {
			return byCountry // "Supreme Court" of "Supreme Court of Nigeria"
		}
		g := x.gradeTail(rest)
		if short.legal && long.legal || g == bySurmise && x.told(short) {
			return conflict // "Power Corp" is not "Power Financial Corp", "UN" not "UN Human Rights Committee"
		}
		if len(short.words) == 1 && (x.words[first]&linkWord != 0 || g != byTail && (x.generic(first) || x.countries[first] != "")) {
			return conflict // "American" of "American Airlines", but not of "American Red Cross"
		}
		return g
	}
	if endsWith(long.words, short.words) {
		return x.gradeEnd(short, long.words[:len(long.words)-len(short.words)])
	}
	return conflict
}

// gradeTail judges the words that the shorter name leaves out at the end.
func (x *lexicon) gradeTail(rest []string) grade {
	g := byTail
	for _, w := range rest {
		c := x.words[w]
		switch {
		case c&linkWord != 0 && w != "and", x.countries[w] != "", len(w) == 1:
			return conflict
		case c&unitWord != 0 && c&tailWord == 0:
			g = bySurmise // "Cerberus" of "Cerberus Capital", where that comes first
		case c&(tailWord|legalForm) == 0:
			g = bySurmise
		}
	}
	return g
}

// gradeEnd judges a name that ends another; rest is what stands before it.
func (x *lexicon) gradeEnd(short *orgName, rest []string) grade {
	last := short.words[len(short.words)-1]
	if len(short.words) == 1 {
		switch {
		case x.generic(last):
			return byHead
		case x.allClub(rest), len(last) >= 5 && strings.HasSuffix(last, "s") && len(rest) <= 2:
			return byEnd // "Bochum" of "VfL Bochum", "Orioles" of "Baltimore Orioles"
		}
		return conflict // "Hezbollah" is not "Kataib Hezbollah"
	}
	for _, w := range rest {
		if x.generic(w) || x.words[w]&linkWord != 0 {
			return conflict // "Security Council" is not the "National Security Council"
		}
	}
	if !x.generic(last) {
		return conflict
	}
	return byEnd
}

func (x *lexicon) allClub(words []string) bool {
	for _, w := range words {
		if x.words[w]&clubWord == 0 {
			return false
		}
	}
	return true
}

func (x *lexicon) generic(w string) bool { return x.words[w]&genericWord != 0 }

// spelledAlike reports whether the words of two names are the same, some of them in another spelling.
func (x *lexicon) spelledAlike(a, b *orgName) bool {
	if len(a.words) != len(b.words) || a.acronym != "" || b.acronym != "" {
		return false
	}
	for i, w := range a.words {
		v := b.words[i]
		if w == v {
			continue
		}
		if min(len(w), len(v)) < 5 || x.words[w] != 0 || x.words[v] != 0 {
			return false
		}
		if d := text.SpellingDistance(w, v); d < 0 || d > 1 {
			return false
		}
	}
	return true
}

func sameWords(a, b []string) bool { return len(a) == len(b) && startsWith(a, b) }

func startsWith(long, short []string) bool {
	if len(short) > len(long) {
		return false
	}
	for i, w := range short {
		if long[i] != w {
			return false
		}
	}
	return true
}

func endsWith(long, short []string) bool {
	return len(short) <= len(long) && startsWith(long[len(long)-len(short):], short)
}

// initials reports whether an acronym is made of the first letters of a name:
// of all words that are no links, of links at will, of the country at will, of
// tails at the end at will.
func (x *lexicon) initials(short, long *orgName) bool {
	return x.initialLetters(short.acronym, long) || short.capital != short.acronym && x.initialLetters(short.capital, long)
}

func (x *lexicon) initialLetters(letters string, long *orgName) bool {
	if len(letters) < 2 {
		return false
	}
	if x.spells(letters, long.written) {
		return true
	}
	if long.country == "" {
		return false
	}
	// "IISc" counts the country's first letter, "USGS" the two of its code.
	if letters[0] == long.front[0][0] && x.spells(letters[1:], long.written) {
		return true
	}
	return len(letters) > 2 && strings.EqualFold(letters[:2], long.country) && x.spells(letters[2:], long.written)
}

// spells reports whether the letters are the initials of the words.
func (x *lexicon) spells(letters string, words []string) bool {
	if len(letters) > maxWords {
		return false
	}
	var reach [maxWords + 1]bool // letters[:i] is spelled by the words so far
	reach[0] = true
	for k, w := range words {
		link := x.words[w]&linkWord != 0
		for i := len(letters); i >= 0; i-- {
			here := link && reach[i]
			if i > 0 && reach[i-1] && w[0] == letters[i-1] {
				here = true
			}
			reach[i] = here
		}
		if reach[len(letters)] && x.mayEnd(words[k+1:]) {
			return true
		}
	}
	return false
}

// mayEnd reports whether an acronym may leave out all of these words.
func (x *lexicon) mayEnd(words []string) bool {
	for _, w := range words {
		if x.words[w]&(tailWord|legalForm|linkWord) == 0 {
			return false
		}
	}
	return true
}
