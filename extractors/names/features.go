package names

import "math/bits"

// A feature is a 64-bit hash of a template and its values. Templates are
// numbered in the order below; the numbers are part of the model format.
type template uint64

const (
	tExact template = iota + 1
	tLower
	tShape
	tShort
	tPrefix // 5 numbers
	_
	_
	_
	_
	tSuffix // 5 numbers
	_
	_
	_
	_
	tPart
	tPartFirst
	tPartLast
	tAcronym
	tReuters // one a length of pathSteps
	_
	_
	_
	_
	_
	_
	_
	tJournal // likewise
	_
	_
	_
	_
	_
	_
	_
	tGenderAny
	tGenderFirst
	tGenderLast
	tLists
	tPhraseWord
	tPhraseWordBit
	tLowerReuters
	tLowerReutersFull
	tLowerJournalFull
	tCapsReutersFull
	tCaseRatio
	tModeClass

	// joined, of one word
	tShortReuters // 3 numbers
	_
	_
	tShortJournal // 3 numbers
	_
	_
	tBothPaths // 3 numbers
	_
	_
	tShortPhrase
	tGenderClass

	// of neighbours: one number for each offset -2, -1, +1, +2
	tNearLower
	_
	_
	_
	tNearShort
	_
	_
	_
	tNearSuffix
	_
	_
	_
	tNearReuters // 4 steps, 4 numbers each
	tNearJournal = tNearReuters + 16
	tNearGender  = tNearJournal + 16
	tNearPhrase  = tNearGender + 4
	tNearLists   = tNearPhrase + 4

	// of several words
	tPairBefore = tNearLists + iota
	tPairAfter
	tShapes
	tShapesLeft
	tShapesRight
	tPathsBefore // 2 numbers
	_
	tPathsAfter // 2 numbers
	_
	tPlace
	tFirstClass
	tLastClass
	tPhrase
	tPhraseBit
	tPhraseShape
	tPhraseBefore
	tPhraseAfter
	tPhraseAround
	tRunPlace
	tRunFirst
	tRunLast
	tRunLastPath
	tRunBefore
	tRunAfter
	tRunLength
	tRunLastPhrase

	// of the word's other occurrences in the article
	tDocLower
	tDocUpper
	tDocBoth
	tDocBefore
	tDocAfter
	tDocShapes
	tDocPathBefore
	tDocPathAfter
	tDocPhrase // unused, as the next two: numbers do not change
	tDocRunLast
	tDocRunFirst

	tTitleReuters
	tTitleReutersFull
	tTitleJournalFull

	// of a word in lower case that is mostly written with a capital
	tProper
	tProperReuters // 2 numbers
	_
	tProperJournal

	// of runs and lines
	tRunNames
	tRunGenders
	tAlone
	tAloneNames
	tLineBefore
	tLineBeforeLast
	tLineAfter
)

// pathSteps are the lengths of cluster path prefixes; 32 is the whole path.
var pathSteps = [8]uint8{4, 6, 8, 10, 12, 16, 20, 32}

// nearSteps are those used of neighbours.
var nearSteps = [4]uint8{4, 8, 12, 20}

// joinSteps are those used in pairs.
var joinSteps = [3]uint8{6, 10, 20}

func feature(t template, v uint64) uint64          { return mix(uint64(t)*0x9e3779b97f4a7c15, v) }
func feature2(t template, v, w uint64) uint64      { return mix(feature(t, v), w) }
func feature3(t template, v, w, x uint64) uint64   { return mix(mix(feature(t, v), w), x) }
func (w *word) reuters(x *lexicon, n uint8) uint64 { return path(x.reuters, w.clusters.reuters, n) }
func (w *word) journal(x *lexicon, n uint8) uint64 { return path(x.journal, w.clusters.journal, n) }
func path(ps []clusterPath, id uint16, n uint8) uint64 {
	if id == 0 {
		return 0
	}
	return ps[id-1].prefix(n) + 1
}

// analyst computes what is known of word forms. It is scratch memory: one for
// each goroutine.
type analyst struct {
	lexicon *lexicon
	without featureSet
	letters letters
	bytes   []byte
}

// form fills w from a word form and appends the features that describe it
// alone, unjoined.
func (a *analyst) form(fs []uint64, w *word, s string, mode caseMode) []uint64 {
	x, l := a.lexicon, &a.letters
	l.decode(s)
	*w = word{class: l.class, lower: hashRunes(l.lower), shape: shapeOf(l.exact, true), runes: uint8(min(len(l.exact), 255))}
	w.chain = phraseChain(l.exact)
	w.phrases = x.phrasesOf(w.chain)
	if l.class == capitals && mode != allCapitals {
		w.phrases |= x.phrasesOf(w.chain.add(inCapitals))
	}
	a.bytes = appendLower(a.bytes[:0], l.exact)
	w.key = hashString(a.bytes)
	lowerClusters := x.clustersOf(w.key)
	w.gender, w.longest = x.gendersOf(w.key)
	exactClusters := x.clustersOf(hashString(s))
	if a.without.noClusters {
		lowerClusters, exactClusters = clusterIDs{}, clusterIDs{}
	}
	if a.without.noGenders {
		w.gender = genders{}
	}
	if a.without.noPhrases {
		w.phrases, w.longest = 0, 0
	}
	w.clusters = exactClusters
	if mode == allCapitals && l.class == capitals {
		a.bytes = appendTitle(a.bytes[:0], l.exact)
		w.clusters = x.clustersOf(hashString(a.bytes))
		if w.clusters == (clusterIDs{}) {
			w.clusters = lowerClusters
		}
	}
	if a.without.noModes {
		mode = running
	}
	if outletName(l.lower) {
		w.phrases |= phraseOrg
		w.class, l.class = mixedCase, mixedCase
	}
	m := uint64(mode)
	fs = append(fs, feature(tLower, w.lower), feature2(tShape, shapeOf(l.exact, false), m), feature2(tShort, w.shape, m),
		feature2(tModeClass, uint64(l.class), m))
	if mode == running {
		fs = append(fs, feature(tExact, hashRunes(l.folded)))
	}
	fs = a.affixes(fs, w, mode)
	fs = a.parts(fs)
	for i, n := range pathSteps {
		if w.clusters.reuters > 0 {
			fs = append(fs, feature(tReuters+template(i), w.reuters(x, n)))
		}
		if w.clusters.journal > 0 {
			fs = append(fs, feature(tJournal+template(i), w.journal(x, n)))
		}
	}
	if l.class != lowerCase && l.class != noLetter {
		fs = append(fs, feature2(tLowerReuters, path(x.reuters, lowerClusters.reuters, 8), m),
			feature2(tLowerReutersFull, uint64(lowerClusters.reuters), m),
			feature2(tLowerJournalFull, uint64(lowerClusters.journal), m),
			feature3(tCaseRatio, uint64(min(lowerClusters.count, 15)/2), uint64(min(w.clusters.count, 15)/2), m))
		if mode == allCapitals {
			fs = append(fs, feature(tCapsReutersFull, uint64(exactClusters.reuters)))
		}
	}
	if l.class == lowerCase {
		fs = a.titled(fs, w, mode)
	}
	if g := w.gender; g != (genders{}) {
		fs = append(fs, feature(tGenderAny, uint64(g.any)), feature(tGenderFirst, uint64(g.first)),
			feature(tGenderLast, uint64(g.last)), feature2(tLists, uint64(g.lists), uint64(l.class)))
	}
	if w.phrases != 0 {
		fs = append(fs, feature2(tPhraseWord, uint64(w.phrases), uint64(l.class)))
		for set := w.phrases; set != 0; set &= set - 1 {
			fs = append(fs, feature2(tPhraseWordBit, uint64(bits.TrailingZeros16(set)), uint64(l.class)))
		}
	}
	return fs
}

// titled appends what is known of a word in lower case as it is written with a
// capital: of every word where nobody writes capitals, else of words that
// mostly have one ("vietnam").
func (a *analyst) titled(fs []uint64, w *word, mode caseMode) []uint64 {
	if a.without.noClusters {
		return fs
	}
	x := a.lexicon
	a.bytes = appendTitle(a.bytes[:0], a.letters.exact)
	c := x.clustersOf(hashString(a.bytes))
	if c == (clusterIDs{}) {
		return fs
	}
	if w.proper = w.clusters == (clusterIDs{}) || c.count >= w.clusters.count+properCount; w.proper {
		fs = append(fs, feature2(tProper, uint64(c.count/2), uint64(mode)), feature(tProperReuters, path(x.reuters, c.reuters, 8)),
			feature(tProperReuters+1, path(x.reuters, c.reuters, 12)), feature(tProperJournal, path(x.journal, c.journal, 10)))
	}
	if mode == lowered {
		fs = append(fs, feature(tTitleReuters, path(x.reuters, c.reuters, 8)), feature(tTitleReutersFull, uint64(c.reuters)),
			feature(tTitleJournalFull, uint64(c.journal)))
	}
	return fs
}

// properCount is how much more often (log2) a word must be written with a
// capital than without to be taken for a name without one.
const properCount = 4

// outletName recognises names of media such as "24news" and "101fm".
func outletName(rs []rune) bool {
	n := 0
	for n < len(rs) && rs[n] == '0' { // digits are folded
		n++
	}
	switch string(rs[n:]) {
	case "media", "news", "tv", "fm", "radio", "press":
		return n > 0
	}
	return false
}

// affixes appends prefixes and suffixes of up to five letters, with the case
// of the word. It sets w.suffix.
func (a *analyst) affixes(fs []uint64, w *word, mode caseMode) []uint64 {
	rs := a.letters.lower
	class := uint64(w.class)
	if mode == allCapitals && w.class == capitals {
		class = uint64(initial) // so that what was learned of running text holds
	}
	for n := 1; n <= 5 && n <= len(rs); n++ {
		h := hashRunes(rs[len(rs)-n:])
		if n <= 3 {
			w.suffix = h
		}
		fs = append(fs, feature2(tPrefix+template(n-1), hashRunes(rs[:n]), class), feature2(tSuffix+template(n-1), h, class))
	}
	return fs
}

// parts appends the parts of a hyphenated word, and the letters of an acronym.
func (a *analyst) parts(fs []uint64) []uint64 {
	rs, start, n := a.letters.lower, 0, 0
	for i := range rs {
		if rs[i] == '-' || rs[i] == '–' || rs[i] == '/' {
			if i > start {
				h := hashRunes(rs[start:i])
				fs = append(fs, feature(tPart, h))
				if n == 0 {
					fs = append(fs, feature(tPartFirst, h))
				}
				n++
			}
			start = i + 1
		}
	}
	if n > 0 && start < len(rs) {
		h := hashRunes(rs[start:])
		fs = append(fs, feature(tPart, h), feature(tPartLast, h))
	}
	if a.letters.class == capitals && len(rs) > 1 && len(rs) < 10 {
		h := uint64(3)
		for _, r := range rs {
			if r != '.' {
				h = mix(h, uint64(r))
			}
		}
		fs = append(fs, feature(tAcronym, h))
	}
	return fs
}

// joined appends pairs of a word's own attributes; only the CRF needs them.
func (a *analyst) joined(fs []uint64, w *word, mode caseMode) []uint64 {
	x := a.lexicon
	short := mix(w.shape, uint64(mode))
	for i, n := range joinSteps {
		r, j := w.reuters(x, n), w.journal(x, n)
		if r != 0 {
			fs = append(fs, feature2(tShortReuters+template(i), r, short))
		}
		if j != 0 {
			fs = append(fs, feature2(tShortJournal+template(i), j, short))
		}
		if r != 0 && j != 0 {
			fs = append(fs, feature2(tBothPaths+template(i), r, j))
		}
	}
	if w.phrases != 0 {
		fs = append(fs, feature2(tShortPhrase, uint64(w.phrases), short))
	}
	if w.gender != (genders{}) && w.class != lowerCase {
		fs = append(fs, feature3(tGenderClass, uint64(w.gender.first), uint64(w.gender.last), uint64(w.class)))
	}
	return fs
}

// neighbour appends what a word says about the token from which it stands at
// the offset 0 (-2), 1 (-1), 2 (+1), 3 (+2).
func (a *analyst) neighbour(fs []uint64, w *word, offset int) []uint64 {
	x, o := a.lexicon, template(offset)
	fs = append(fs, feature(tNearLower+o, w.lower), feature(tNearShort+o, w.shape), feature(tNearSuffix+o, w.suffix))
	for i, n := range nearSteps {
		if r := w.reuters(x, n); r != 0 {
			fs = append(fs, feature(tNearReuters+template(4*i)+o, r))
		}
		if j := w.journal(x, n); j != 0 {
			fs = append(fs, feature(tNearJournal+template(4*i)+o, j))
		}
	}
	if offset == 1 || offset == 2 {
		if w.gender != (genders{}) {
			fs = append(fs, feature2(tNearGender+o, uint64(w.gender.any), uint64(w.class)),
				feature2(tNearLists+o, uint64(w.gender.lists), uint64(w.class)))
		}
		if w.phrases != 0 {
			fs = append(fs, feature2(tNearPhrase+o, uint64(w.phrases), uint64(w.class)))
		}
	}
	return fs
}

// featureSet switches families of features off, for experiments; the zero
// value has them all.
type featureSet struct {
	noRuns, noDocument, noPhrases, noClusters, noGenders, noPairs, noModes, noLines bool
}
