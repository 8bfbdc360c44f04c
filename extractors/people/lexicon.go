package people

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

//go:embed data/titles.tsv
var titlesTSV string

//go:embed data/portfolios.tsv
var portfoliosTSV string

//go:embed data/given.tsv
var givenTSV string

//go:embed data/variants.tsv
var variantsTSV string

//go:embed data/families.tsv
var familiesTSV string

//go:embed data/particles.tsv
var particlesTSV string

// gender is what a name or title tells about a person.
type gender byte

const (
	anyGender gender = iota
	male
	female
)

// conflicts reports whether two people cannot be one by their genders.
func (g gender) conflicts(h gender) bool { return g != anyGender && h != anyGender && g != h }

func (g gender) String() string { return [...]string{"", "m", "f"}[g] }

// titleClass orders titles: the lower one is kept.
type titleClass uint8

const (
	office titleClass = iota
	rank
	honorific
	role
	relation
)

var titleClasses = map[string]titleClass{"office": office, "rank": rank, "honorific": honorific, "role": role, "relation": relation}

// title is a row of data/titles.tsv.
type title struct {
	name   string // "" for none of its own: "Mr."
	class  titleClass
	gender gender
	head   bool // takes a portfolio
	inside bool // stays inside the span
	given  bool // may be a given name
	royal  bool // goes with a given name: "King", "Pope"
	kin    bool // of the family: "wife"
}

// particle is the class of a small word inside a name.
type particle uint8

const (
	noParticle particle = iota
	arabicArticle
	servant
	kunya
	patronym
	surnameParticle
	glue
	conjunction
	suffixWord
)

var particleClasses = map[string]particle{
	"article": arabicArticle, "servant": servant, "kunya": kunya, "patronym": patronym,
	"particle": surnameParticle, "glue": glue, "and": conjunction, "suffix": suffixWord,
}

// maxTitleWords is the length in words of the longest phrase in data/titles.tsv.
const maxTitleWords = 5

type lexicon struct {
	titles     map[string]title // folded phrase
	portfolios map[string]bool
	given      map[string]gender
	families   map[string]bool    // in front of the given name
	nicks      map[string][]int32 // name to its rows
	spellings  map[string][]int32
	particles  map[string]particle
}

func newLexicon() (*lexicon, error) {
	x := &lexicon{
		titles: map[string]title{}, families: map[string]bool{}, portfolios: map[string]bool{}, given: make(map[string]gender, 12000),
		nicks: map[string][]int32{}, spellings: map[string][]int32{}, particles: map[string]particle{},
	}
	for _, t := range []struct {
		name, table string
		fields      int
		row         func(f []string) error
	}{
		{"data/titles.tsv", titlesTSV, 5, x.titleRow},
		{"data/portfolios.tsv", portfoliosTSV, 1, func(f []string) error { x.portfolios[f[0]] = true; return nil }},
		{"data/given.tsv", givenTSV, 2, x.givenRow},
		{"data/families.tsv", familiesTSV, 1, func(f []string) error { x.families[f[0]] = true; return nil }},
		{"data/variants.tsv", variantsTSV, 2, x.variantRow()},
		{"data/particles.tsv", particlesTSV, 2, x.particleRow},
	} {
		if err := text.EachRow(t.name, t.table, t.fields, t.row); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (x *lexicon) titleRow(f []string) error {
	class, ok := titleClasses[f[3]]
	if !ok {
		return fmt.Errorf("title %q: unknown class %q", f[0], f[3])
	}
	g, err := parseGender(f[2])
	if err != nil {
		return err
	}
	if strings.Trim(f[4], "-hiknr") != "" {
		return fmt.Errorf("title %q: unknown flag in %q", f[0], f[4])
	}
	key := text.Fold(f[0])
	if n := strings.Count(key, " ") + 1; n > maxTitleWords {
		return fmt.Errorf("title %q: %d words, at most %d", f[0], n, maxTitleWords)
	}
	if _, dup := x.titles[key]; dup {
		return fmt.Errorf("title %q is here twice", f[0])
	}
	name := f[1]
	if name == "-" {
		name = ""
	}
	x.titles[key] = title{
		name: name, class: class, gender: g,
		head: strings.Contains(f[4], "h"), inside: strings.Contains(f[4], "i"),
		given: strings.Contains(f[4], "n"), royal: strings.Contains(f[4], "r"), kin: strings.Contains(f[4], "k"),
	}
	return nil
}

func parseGender(s string) (gender, error) {
	switch s {
	case "m":
		return male, nil
	case "f":
		return female, nil
	case "-", "u":
		return anyGender, nil
	}
	return 0, fmt.Errorf("gender %q: want m, f, u or -", s)
}

func (x *lexicon) givenRow(f []string) error {
	g, err := parseGender(f[1])
	x.given[f[0]] = g
	return err
}

func (x *lexicon) variantRow() func(f []string) error {
	var n int32
	return func(f []string) error {
		n++
		var to map[string][]int32
		switch f[0] {
		case "nick":
			to = x.nicks
		case "spelling":
			to = x.spellings
		default:
			return fmt.Errorf("unknown class %q", f[0])
		}
		for _, w := range strings.Fields(f[1]) {
			if !slices.Contains(to[w], n) {
				to[w] = append(to[w], n)
			}
		}
		return nil
	}
}

func (x *lexicon) particleRow(f []string) error {
	c, ok := particleClasses[f[1]]
	if !ok {
		return fmt.Errorf("unknown class %q", f[1])
	}
	x.particles[f[0]] = c
	return nil
}

// share reports whether two names stand in one row.
func share(rows map[string][]int32, a, b string) bool {
	for _, r := range rows[a] {
		if slices.Contains(rows[b], r) {
			return true
		}
	}
	return false
}
