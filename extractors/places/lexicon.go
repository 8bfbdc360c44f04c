package places

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/gazetteer"
)

//go:embed data/words.tsv
var wordsTSV string

//go:embed data/persons.tsv
var personsTSV string

//go:embed data/peoples.tsv
var peoplesTSV string

// parsePeoples reads "folded word<TAB>adjective" rows.
func parsePeoples(name, table string) (map[string]string, error) {
	out := map[string]string{}
	return out, eachRow(name, table, 2, func(f []string) error {
		if gazetteer.Fold(f[0]) != f[0] {
			return fmt.Errorf("word %q is not folded", f[0])
		}
		out[f[0]] = f[1]
		return nil
	})
}

// lexicon is the closed classes of words that places are told by.
type lexicon struct {
	class map[string]wordClass // by lower-case word
	cue   map[string]cueClass
}

// wordClass is a set of roles of a word.
type wordClass uint32

const (
	wPrep     wordClass = 1 << iota // stands before a place: in, near, from
	wSpeech                         // a verb of governments: said, announced
	wDeal                           // a verb that takes a government as object: told, urged
	wDirect                         // a direction before a place: northern, West
	wSmall                          // lower-case word inside names: of, the, de
	wCommon                         // an everyday word that is also a place's name: Reading, Of
	wTitle                          // a title before a person: President, Mr.
	wStreet                         // ends the name of a street: Road, Ave.
	wOrg                            // ends the name of an organisation: University, Department
	wAgency                         // news agencies in datelines
	wMonth                          // month names in datelines
	wActor                          // what governments have: regime, officials, troops
	wGo                             // verbs of movement and rest: traveled, arrived, visit
	wLocal                          // an organisation whose name starts with where it is: Police, Sheriff's
	wGiven                          // mostly given names
	wSurname                        // mostly surnames
	wDisease                        // follows the name of a disease: virus, flu
	wIllness                        // is one: Ebola
	wShare                          // what companies alone have: shares
	wAdverb                         // stands between subject and verb: then, also
	wStake                          // what is held in a company: stake
	wPart                           // how much of it, or what is done with it: percent, controlling, sold
	wProfit                         // what companies report: profit
	wBritish                        // spelt or said so outside the United States: harbour, lorry
	wAmerican                       // in the United States: harbor, sheriff
)

var wordClassNames = []string{"prep", "speech", "deal", "direct", "small", "common", "title", "street", "org", "agency", "month", "actor", "go", "local", "given", "surname", "disease", "illness", "share", "adverb", "stake", "part", "profit", "british", "american"}

// cueClass says what a generic word beside a name makes of it.
type cueClass uint8

const (
	noCue     cueClass = iota
	cueTown            // city, town, village
	cueAdmin1          // state, province, governorate
	cueAdmin2          // county, parish, district
	cueAdmin3          // township
	cueWater           // river, lake, sea
	cueLand            // island, mount
	cueSite            // airport, base
	cueNation          // republic, kingdom
	cueRegion          // region, valley
)

var cueNames = []string{"", "town", "admin1", "admin2", "admin3", "water", "land", "site", "nation", "region"}

// fits reports whether a place of class c is what the cue says.
func (q cueClass) fits(c class) bool {
	switch q {
	case cueTown:
		return c.settlement() || c == admin3
	case cueAdmin1:
		return c == admin1 || c == admin2 || c == region
	case cueAdmin2:
		return c == admin2 || c == admin3
	case cueAdmin3:
		return c == admin3 || c == settle || c == admin2
	case cueWater:
		return c == water
	case cueLand:
		return c == terrain
	case cueSite:
		return c == facility || c == park
	case cueNation:
		return c == country
	case cueRegion:
		return c == region || c == admin1 || c == terrain
	}
	return true
}

func newLexicon() *lexicon {
	return &lexicon{class: make(map[string]wordClass, 1<<15), cue: map[string]cueClass{}}
}

// read adds "class<TAB>words" rows; classes of cues are "cue:town".
func (l *lexicon) read(name, table string) error {
	return eachRow(name, table, 2, func(f []string) error {
		if len(f[0]) > 4 && f[0][:4] == "cue:" {
			i := slices.Index(cueNames, f[0][4:])
			if i < 1 {
				return fmt.Errorf("no cue %q", f[0])
			}
			for _, w := range splitWords(f[1]) {
				l.cue[w] = cueClass(i)
			}
			return nil
		}
		i := slices.Index(wordClassNames, f[0])
		if i < 0 {
			return fmt.Errorf("no class %q", f[0])
		}
		for _, w := range splitWords(f[1]) {
			l.class[w] |= 1 << i
		}
		return nil
	})
}

func splitWords(s string) []string {
	var out []string
	start := -1
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == ' ' {
			if start >= 0 {
				out = append(out, s[start:i])
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	return out
}

// lower returns the ASCII lower case of a short word in buf.
func lower(buf []byte, s string) []byte {
	buf = append(buf[:0], s...)
	for i, c := range buf {
		if 'A' <= c && c <= 'Z' {
			buf[i] = c + 'a' - 'A'
		}
	}
	return buf
}

// is reports whether a word has one of the roles.
func (l *lexicon) is(word string, c wordClass) bool { return l.roles(word)&c != 0 }

// roles returns all that a word has.
func (l *lexicon) roles(word string) wordClass {
	if len(word) > 24 {
		return 0
	}
	var buf [24]byte
	return l.class[string(lower(buf[:], word))]
}

// everyday reports whether a name is made of everyday words alone: "White House".
func (l *lexicon) everyday(name string) bool {
	for word := range strings.SplitSeq(name, " ") {
		if !l.is(word, wCommon|wSmall|wDirect) {
			return false
		}
	}
	return true
}

// adverb reports whether a word may stand between a subject and its verb.
func (l *lexicon) adverb(word string) bool {
	return l.is(word, wAdverb) || len(word) > 4 && word[len(word)-2:] == "ly" && word[0] >= 'a'
}

// cueOf returns what a generic word says.
func (l *lexicon) cueOf(word string) cueClass {
	if len(word) > 24 {
		return noCue
	}
	var buf [24]byte
	return l.cue[string(lower(buf[:], word))]
}
