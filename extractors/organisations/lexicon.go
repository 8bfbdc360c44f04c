package organisations

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

//go:embed data/known.tsv
var knownTSV string

//go:embed data/words.tsv
var wordsTSV string

//go:embed data/countries.tsv
var countriesTSV string

// wordClass is a set of the classes of data/words.tsv.
type wordClass uint8

const (
	legalForm wordClass = 1 << iota
	tailWord
	unitWord
	genericWord
	headWord
	linkWord
	clubWord
)

var wordClasses = map[string]wordClass{
	"legal": legalForm, "tail": tailWord, "unit": unitWord, "generic": genericWord, "head": headWord, "link": linkWord, "club": clubWord,
}

// alias is one name of a known organisation.
type alias struct {
	row  int
	sure bool // the name has no other meaning
}

type lexicon struct {
	words     map[string]wordClass
	spell     map[string]string
	countries map[string]string
	known     []string           // first names of the rows of data/known.tsv, of which the entity ids are made
	aliases   map[string][]alias // key of a name to the rows that have it
}

func newLexicon() (*lexicon, error) {
	x := &lexicon{words: map[string]wordClass{}, spell: map[string]string{}, countries: map[string]string{}, aliases: map[string][]alias{}}
	if err := text.EachRow("data/words.tsv", wordsTSV, 2, x.wordRow); err != nil {
		return nil, err
	}
	err := text.EachRow("data/countries.tsv", countriesTSV, 2, func(f []string) error {
		if strings.Count(f[0], " ") >= maxCountryWords {
			return fmt.Errorf("country %q: at most %d words", f[0], maxCountryWords)
		}
		x.countries[f[0]] = f[1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := text.EachRow("data/known.tsv", knownTSV, 2, x.knownRow); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *lexicon) wordRow(f []string) error {
	if f[0] == "spell" {
		for _, p := range strings.Fields(f[1]) {
			from, to, ok := strings.Cut(p, "=")
			if !ok {
				return fmt.Errorf("spelling %q: want a=b", p)
			}
			x.spell[from] = to
		}
		return nil
	}
	c, ok := wordClasses[f[0]]
	if !ok {
		return fmt.Errorf("unknown class %q", f[0])
	}
	for _, w := range strings.Fields(f[1]) {
		x.words[w] |= c
	}
	return nil
}

func (x *lexicon) knownRow(f []string) error {
	row := len(x.known)
	first, _ := strings.CutSuffix(f[0], "?")
	x.known = append(x.known, first)
	for _, a := range append([]string{f[0]}, strings.Split(f[1], "|")...) {
		name, doubtful := strings.CutSuffix(strings.TrimSpace(a), "?")
		if name == "" {
			continue
		}
		key := x.parse(name).key
		if key == "" {
			return fmt.Errorf("%q: no word to know it by", name)
		}
		x.aliases[key] = addAlias(x.aliases[key], alias{row, !doubtful})
	}
	return nil
}

func addAlias(list []alias, a alias) []alias {
	for i := range list {
		if list[i].row == a.row {
			list[i].sure = list[i].sure || a.sure
			return list
		}
	}
	return append(list, a)
}

// row returns the row of data/known.tsv that a name tells without doubt, -1 for none.
func (x *lexicon) row(key string) int {
	sure := -1
	for _, a := range x.aliases[key] {
		if a.sure {
			if sure >= 0 {
				return -1
			}
			sure = a.row
		}
	}
	return sure
}

// share reports whether one row has both names.
func (x *lexicon) share(a, b string) bool {
	for _, p := range x.aliases[a] {
		for _, q := range x.aliases[b] {
			if p.row == q.row {
				return true
			}
		}
	}
	return false
}
