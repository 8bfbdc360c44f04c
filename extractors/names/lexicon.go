package names

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// clusterIDs are the Brown classes of a word form: Reuters and Wall Street
// Journal, 0 for none, and how often the form stands in the latter (log2).
type clusterIDs struct {
	reuters, journal uint16
	count            uint8
}

// genders are what the pronouns that refer to a word told about it, as any,
// first and last part of a name; 0 is unknown. Three bits of the log count,
// two of the share of "they", three of the share of "he" and "she".
type genders struct {
	any, first, last uint8
	lists            uint8 // firstName, surname
}

const (
	firstName = 1 << iota
	surname
)

// Types of gazetteer and lexicon phrases, as bits.
const (
	phraseCountry = 1 << iota
	phraseRegion  // first-level division
	phraseCity    // 100,000 people and more
	phraseTown    // 5,000 and more
	phraseHamlet  // less, and second-level divisions
	phraseArea    // seas, mountains, regions of the world
	phraseSite    // airports, bases, stations
	phraseDemonym
	phraseOrg   // lexicon/organisations.tsv
	phraseGroup // lexicon/groups.tsv: religions, peoples
	phraseTitle // lexicon/titles.tsv: ranks and offices
	phraseTypes = iota
)

// inCapitals ends the chain of a phrase that counts in capitals only, such as
// "WHO".
const inCapitals = '\uffff'

// clusterPath is the path of a class in the Brown tree: length bits, the first
// step highest.
type clusterPath struct {
	bits   uint32
	length uint8
}

// prefix returns a value for the first n steps; the whole path when it is
// shorter.
func (p clusterPath) prefix(n uint8) uint64 {
	if n >= p.length {
		return uint64(p.bits)<<8 | uint64(p.length)
	}
	return uint64(p.bits>>(p.length-n))<<8 | uint64(n)
}

// lexicon holds word knowledge that is not learned from annotated text.
type lexicon struct {
	clusters *table // by hashString of the word form; rows of 3 bytes
	genders  *table // by hashString of the lower-cased word; rows of 5 bytes
	phrases  *table // by chain key; rows of 2 bytes
	reuters  []clusterPath
	journal  []clusterPath
}

const (
	clusterRow = 3
	genderRow  = 5
	phraseRow  = 2
)

// readLexicon opens what appendLexicon wrote.
func readLexicon(data []byte) (*lexicon, error) {
	x := &lexicon{}
	var err error
	if x.reuters, data, err = readPaths(data); err != nil {
		return nil, err
	}
	if x.journal, data, err = readPaths(data); err != nil {
		return nil, err
	}
	if x.clusters, data, err = readTable(data, clusterRow); err != nil {
		return nil, fmt.Errorf("clusters: %w", err)
	}
	if x.genders, data, err = readTable(data, genderRow); err != nil {
		return nil, fmt.Errorf("genders: %w", err)
	}
	if x.phrases, data, err = readTable(data, phraseRow); err != nil {
		return nil, fmt.Errorf("phrases: %w", err)
	}
	if len(data) != 0 {
		return nil, fmt.Errorf("%d bytes left over", len(data))
	}
	return x, nil
}

func readPaths(data []byte) ([]clusterPath, []byte, error) {
	if len(data) < 2 {
		return nil, nil, errTable
	}
	n := int(binary.LittleEndian.Uint16(data))
	if data = data[2:]; len(data) < 5*n || n > 1<<10 {
		return nil, nil, errTable
	}
	paths := make([]clusterPath, n)
	for i := range paths {
		paths[i] = clusterPath{bits: binary.LittleEndian.Uint32(data[5*i:]), length: data[5*i+4]}
		if paths[i].length > 32 {
			return nil, nil, errTable
		}
	}
	return paths, data[5*n:], nil
}

// clustersOf returns the classes of a word form; class i of the lexicon's
// paths is i-1.
func (x *lexicon) clustersOf(hash uint64) (c clusterIDs) {
	i := x.clusters.find(hash)
	if i < 0 {
		return c
	}
	row := x.clusters.row(i)
	v := uint32(row[0]) | uint32(row[1])<<8 | uint32(row[2])<<16
	c = clusterIDs{reuters: uint16(v & 0x3ff), journal: uint16(v >> 10 & 0x3ff), count: uint8(v >> 20)}
	if int(c.reuters) > len(x.reuters) || int(c.journal) > len(x.journal) {
		return clusterIDs{}
	}
	return c
}

// gendersOf returns what is known of a lower-cased word, and the number of
// tokens of the longest phrase that begins with it.
func (x *lexicon) gendersOf(hash uint64) (g genders, longest uint8) {
	if i := x.genders.find(hash); i >= 0 {
		row := x.genders.row(i)
		g, longest = genders{any: row[0], first: row[1], last: row[2], lists: row[3]}, row[4]
	}
	return g, longest
}

// phrasesOf returns the types of a phrase.
func (x *lexicon) phrasesOf(c chain) uint16 {
	if i := x.phrases.find(c.key()); i >= 0 {
		return binary.LittleEndian.Uint16(x.phrases.row(i))
	}
	return 0
}

// typesOf returns the types of a name of words between spaces.
func (x *lexicon) typesOf(name string) uint16 {
	c := emptyChain
	for w := range strings.FieldsSeq(name) {
		c = c.join(phraseChain([]rune(w)))
	}
	return x.phrasesOf(c)
}
