package people

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// grade says how two names go together; higher is surer.
type grade uint8

const (
	conflict  grade = iota // two people
	spelling               // spellings of one name, in full
	byVariant              // a spelling of the surname alone
	byMiddle               // a middle name alone
	byNick                 // a pet form of the given name alone
	byGiven                // the given name alone
	byFamily               // the surname alone
	sameFull               // the same name, longer or shorter
	equal
)

var grades = [...]string{
	"two names", "spelling of the same name", "spelling of the surname", "middle name", "short form of the given name", "given name",
	"surname", "same name, longer or shorter", "same name",
}

func (g grade) String() string { return grades[g] }

// compareFull compares two names that both have given name and surname.
func (x *lexicon) compareFull(a, b *personName) grade {
	switch {
	case a.folded == b.folded:
		return equal
	case a.suffix != "" && b.suffix != "" && a.suffix != b.suffix:
		return conflict
	case sameLetters(a, b):
		return sameFull
	}
	if a.last().key == b.last().key || x.spelled(a.last().key, b.last().key) {
		if g := x.compareGiven(a, b); g != conflict {
			return g
		}
	}
	if contains(a.parts, b.parts) || contains(b.parts, a.parts) || reversed(a.parts, b.parts) {
		return sameFull
	}
	return conflict
}

// compareGiven compares the given names of two names whose surnames are equal or alike.
func (x *lexicon) compareGiven(a, b *personName) grade {
	exact := a.last().key == b.last().key
	ga, gb := a.parts[:len(a.parts)-1], b.parts[:len(b.parts)-1]
	if ga[0].weak || gb[0].weak {
		return conflict
	}
	first := x.givenGrade(ga[0], gb[0])
	if first == conflict {
		if len(ga) > 1 && x.subsequence(gb, ga) || len(gb) > 1 && x.subsequence(ga, gb) {
			return sameFull // a first name left out: "Andrés Manuel", "Manuel"
		}
		if exact && (a.nick != "" && a.nick == gb[0].key || b.nick != "" && b.nick == ga[0].key) {
			return sameFull
		}
		return conflict
	}
	if !exact && first != equal && !(first == spelling && x.closeSpelling(a.last().key, b.last().key)) {
		return conflict
	}
	if len(ga) > 1 && len(gb) > 1 && x.givenGrade(ga[1], gb[1]) == conflict && !x.subsequence(ga[1:], gb[1:]) && !x.subsequence(gb[1:], ga[1:]) {
		return conflict // "George W. Bush", "George H. W. Bush"
	}
	if len(ga) > 1 && len(gb) > 1 && ga[1].initial && gb[1].initial && ga[1].key != gb[1].key {
		return conflict
	}
	if exact && first >= byNick {
		return sameFull
	}
	return spelling
}

// givenGrade compares two given names: equal, byNick (initial or pet form), spelling or conflict.
func (x *lexicon) givenGrade(a, b part) grade {
	switch {
	case a.key == b.key:
		return equal
	case a.initial || b.initial:
		if firstRune(a.key) == firstRune(b.key) {
			return byNick
		}
		return conflict
	case share(x.nicks, a.key, b.key), strings.TrimPrefix(a.key, "abu") == strings.TrimPrefix(b.key, "abu"):
		return byNick
	case x.given[a.key].conflicts(x.given[b.key]):
		return conflict
	case x.spelled(a.key, b.key) && !x.bothKnown(a.key, b.key):
		return spelling
	}
	return conflict
}

// bothKnown reports whether a and b are given names of their own, as Karen and Karin are not told apart but Brian and Bruno are.
func (x *lexicon) bothKnown(a, b string) bool {
	if share(x.spellings, a, b) {
		return false
	}
	_, ka := x.given[a]
	_, kb := x.given[b]
	return ka && kb && text.SpellingDistance(a, b) > 0.5
}

// spelled reports whether a and b may be spellings of one name.
func (x *lexicon) spelled(a, b string) bool {
	if a == b || share(x.spellings, a, b) {
		return true
	}
	if len(x.spellings[a]) > 0 && len(x.spellings[b]) > 0 {
		return false
	}
	if d := text.SpellingDistance(a, b); d >= 0 && d <= 1 {
		return true
	}
	return slip(a, b)
}

// closeSpelling is spelled with little doubt.
func (x *lexicon) closeSpelling(a, b string) bool {
	if a == b || share(x.spellings, a, b) {
		return true
	}
	if len(x.spellings[a]) > 0 && len(x.spellings[b]) > 0 || min(len(a), len(b)) < 5 {
		return false
	}
	d := text.SpellingDistance(a, b)
	return d >= 0 && d <= 0.5
}

// slip reports whether two words of six letters and more differ by one letter, not by an s at the end.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 6 || len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i+1 <= len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:] && !(i == len(a) && b[i] == 's')
}

// compareSingle compares a name of one part with a full one.
func (x *lexicon) compareSingle(s, f *personName) grade {
	p, last := s.single(), f.last()
	switch {
	case p.initial, regnal(s.suffix) && s.suffix != f.suffix:
		return conflict
	case p.key == last.key && (!p.particle || last.particle), last.servant && last.called(p.key), p.servant && p.called(last.key):
		return byFamily
	case f.nick != "" && f.nick == p.key:
		return byGiven
	}
	g := conflict
	for i := range f.parts[:len(f.parts)-1] {
		q := &f.parts[i]
		switch {
		case q.called(p.key):
			g = max(g, byMiddle)
		case q.key != p.key || q.weak:
		case q.patronym || q.particle:
			return byFamily
		case x.families[q.key], i > 0 && i == len(f.parts)-2 && !q.initial && x.unknown(q.key):
			return byFamily // "Chan" of "Maggie Chan Man-ki", "Lacalle" of "Luis Lacalle Pou"
		case i == 0:
			g = byGiven
		case !q.initial:
			g = max(g, byMiddle)
		}
	}
	if g == conflict && last.called(p.key) {
		g = byMiddle
	}
	if g != conflict || p.particle || p.patronym {
		return g
	}
	if share(x.nicks, p.key, f.first().key) {
		return byNick
	}
	if x.closeSpelling(p.key, last.key) {
		return byVariant
	}
	if share(x.spellings, p.key, f.first().key) {
		return byNick
	}
	return conflict
}

// regnal reports whether a suffix is a numeral, as kings have it.
func regnal(suffix string) bool { return suffix != "" && strings.Trim(suffix, "ivx") == "" }

// unknown reports whether no given name is written so.
func (x *lexicon) unknown(key string) bool {
	_, known := x.given[key]
	return !known
}

// compareSingles compares two names of one part each.
func (x *lexicon) compareSingles(a, b *personName) grade {
	p, q := a.single(), b.single()
	switch {
	case a.suffix != "" && b.suffix != "" && a.suffix != b.suffix:
		return conflict
	case p.key == q.key:
		return equal
	case p.called(q.key) || q.called(p.key):
		return spelling
	case p.initial || q.initial || x.given[p.key].conflicts(x.given[q.key]):
		return conflict
	case x.closeSpelling(p.key, q.key) && len(p.key) >= 6 && !x.bothKnown(p.key, q.key):
		return spelling
	}
	return conflict
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// sameLetters reports whether two names differ only in where they are cut: "Jong-un", "Jong Un".
func sameLetters(a, b *personName) bool {
	i, j, k, l := 0, 0, 0, 0 // part and byte in a, in b
	for {
		for i < len(a.parts) && k == len(a.parts[i].key) {
			i, k = i+1, 0
		}
		for j < len(b.parts) && l == len(b.parts[j].key) {
			j, l = j+1, 0
		}
		if i == len(a.parts) || j == len(b.parts) {
			return i == len(a.parts) && j == len(b.parts)
		}
		if a.parts[i].key[k] != b.parts[j].key[l] {
			return false
		}
		k, l = k+1, l+1
	}
}

// contains reports whether short begins or ends long, with two parts and more:
// "García Márquez" in "Gabriel García Márquez".
func contains(long, short []part) bool {
	if len(short) < 2 || len(short) >= len(long) {
		return false
	}
	return samePartsAt(long[:len(short)], short) || samePartsAt(long[len(long)-len(short):], short)
}

// reversed reports whether two names of two parts are one in another order: "Xi Jinping", "Jinping Xi".
func reversed(a, b []part) bool {
	return len(a) == 2 && len(b) == 2 && a[0].key == b[1].key && a[1].key == b[0].key && !a[0].initial && !a[1].initial
}

func samePartsAt(a, b []part) bool {
	for i := range b {
		if a[i].key != b[i].key || a[i].initial {
			return false
		}
	}
	return true
}

// subsequence reports whether the parts of short stand in long in the same
// order; initials and pet forms stand for names.
func (x *lexicon) subsequence(short, long []part) bool {
	i := 0
	for _, p := range long {
		if i < len(short) && (short[i].key == p.key || x.givenGrade(short[i], p) == byNick) {
			i++
		}
	}
	return i == len(short)
}
