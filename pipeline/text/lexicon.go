package text

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"
)

//go:embed data/abbreviations.tsv
var abbreviationsTSV string

//go:embed data/starters.tsv
var startersTSV string

//go:embed data/punkt.tsv
var punktTSV string

//go:embed data/hosts.tsv
var hostsTSV string

//go:embed data/compounds.tsv
var compoundsTSV string

// abbrClass says what an abbreviation lets follow; see data/abbreviations.tsv.
type abbrClass uint8

const (
	noAbbr abbrClass = iota
	abTitle
	abPart
	abLatin
	abNumber
	abMonth
	abDay
	abPlace
	abState
	abCompany
	abEnd
	abDotted  // "U.S.", "a.m."
	abInitial // "J."
)

var abbrClasses = map[string]abbrClass{
	"title": abTitle, "part": abPart, "latin": abLatin, "number": abNumber, "month": abMonth, "day": abDay,
	"place": abPlace, "state": abState, "company": abCompany, "end": abEnd,
}

type compoundClass uint8

const (
	cmTail compoundClass = 1 << iota
	cmKeep
	cmWhole
	cmPlace
	cmParty
)

var compoundClasses = map[string]compoundClass{"tail": cmTail, "keep": cmKeep, "whole": cmWhole, "place": cmPlace, "party": cmParty}

// wordUse says how Punkt's training text wrote a word.
type wordUse uint8

const (
	usedLower  wordUse = 1 << iota // seen in lower case
	usedMidUp                      // seen in upper case inside a sentence
	startsSent                     // a frequent sentence starter
	verbOfSaying
)

type abbreviation struct {
	class abbrClass
	upper bool // only when written with an upper-case letter
}

// lexicon holds the word tables. Keys are in lower case.
type lexicon struct {
	abbr      map[string]abbreviation
	uses      map[string]wordUse
	compounds map[string]compoundClass
	hosts     map[string]bool
}

func (x *lexicon) load() error {
	x.abbr = make(map[string]abbreviation)
	x.compounds = make(map[string]compoundClass)
	if err := x.loadPunkt(); err != nil {
		return err
	}
	err := EachRow("data/abbreviations.tsv", abbreviationsTSV, 2, func(f []string) error {
		c, ok := abbrClasses[f[1]]
		if !ok {
			return fmt.Errorf("unknown class %q", f[1])
		}
		key := strings.ToLower(f[0])
		x.abbr[key] = abbreviation{class: c, upper: key != f[0]}
		return nil
	})
	if err != nil {
		return err
	}
	x.hosts = make(map[string]bool)
	err = EachRow("data/hosts.tsv", hostsTSV, 1, func(f []string) error {
		x.hosts[f[0]] = true
		return nil
	})
	if err != nil {
		return err
	}
	err = EachRow("data/starters.tsv", startersTSV, 2, func(f []string) error {
		switch f[1] {
		case "start":
			x.uses[f[0]] |= startsSent | usedLower
		case "name":
			x.uses[f[0]] |= usedMidUp
		case "say":
			x.uses[f[0]] |= verbOfSaying
		default:
			return fmt.Errorf("unknown class %q", f[1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return EachRow("data/compounds.tsv", compoundsTSV, 2, func(f []string) error {
		c, ok := compoundClasses[f[1]]
		if !ok {
			return fmt.Errorf("unknown class %q", f[1])
		}
		x.compounds[f[0]] |= c
		return nil
	})
}

// loadPunkt reads Punkt's trained parameters as far as they are used.
func (x *lexicon) loadPunkt() error {
	x.uses = make(map[string]wordUse, 1<<14)
	return EachRow("data/punkt.tsv", punktTSV, 2, func(f []string) error {
		switch f[1] {
		case "low":
			x.uses[f[0]] = usedLower
		case "both":
			x.uses[f[0]] = usedLower | usedMidUp
		case "start":
			x.uses[f[0]] = usedLower | startsSent
		case "abbr":
			x.abbr[f[0]] = abbreviation{class: abEnd, upper: true}
		default:
			return fmt.Errorf("unknown class %q", f[1])
		}
		return nil
	})
}

// EachRow calls row with the fields of every line of a word table: fields
// separated by tabs, empty lines and lines that begin with # left out. Every
// line must have so many fields. Errors name the table and the line, such as
// "data/titles.tsv:17: 2 fields, want 5".
func EachRow(name, table string, fields int, row func(f []string) error) error {
	n := 0
	for line := range strings.Lines(table) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != fields {
			return fmt.Errorf("%s:%d: %d fields, want %d", name, n, len(f), fields)
		}
		if err := row(f); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return nil
}

// maxKey is the longest word in bytes that is looked up.
const maxKey = 40

// lower writes the lower-case form of w to buf; nil when it is too long. Only
// ASCII is changed: the tables hold hardly anything else.
func lower(buf *[maxKey]byte, w string) []byte {
	if len(w) > maxKey {
		return nil
	}
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return buf[:len(w)]
}

func (x *lexicon) use(w string) wordUse {
	var buf [maxKey]byte
	return x.uses[string(lower(&buf, w))]
}

func (x *lexicon) compound(w string) compoundClass {
	var buf [maxKey]byte
	return x.compounds[string(lower(&buf, w))]
}

func (x *lexicon) abbreviation(w string) abbrClass {
	var buf [maxKey]byte
	a := x.abbr[string(lower(&buf, w))]
	if a.class != noAbbr && len(w) == 1 == startsUpper(w) && (a.upper || len(w) == 1) {
		return noAbbr // "ill." is a word, "P." an initial
	}
	return a.class
}

// startsUpper reports whether the first character is an upper-case letter.
func startsUpper(w string) bool {
	if w == "" {
		return false
	}
	c, _ := classAt(w, 0)
	return c == cUpper
}

// startsLower reports whether the first character is a letter of another case.
func startsLower(w string) bool {
	if w == "" {
		return false
	}
	c, n := classAt(w, 0)
	if c != cLower {
		return false
	}
	r, _ := utf8.DecodeRuneInString(w[:n])
	return isCased(r)
}
