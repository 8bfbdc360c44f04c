package places

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

//go:embed data/trust.tsv
var trustTSV string

// Features of a name in the text that say whether it is a place's.
const (
	tBias        = iota
	tSalience    // of the most salient place
	tSmall       // less than a thousand people, or not known
	tCountry     // the most salient place is a country
	tAdmin1      // or a first-level division
	tAdmin2      // or a lower one
	tTown        // or a settlement
	tNature      // or a river, mountain, region
	tFacility    // or a building
	tAlternate   // the name is an alternate one of it
	tDerived     // or lacks a generic word
	tDemonym     // a word for a people
	tAbbr        // an abbreviation
	tWords       // more than one word
	tCommon      // an everyday word
	tGiven       // a given name
	tPerson      // a given name before a surname, or before another word with a capital that is no place
	tNextSurname // before a surname
	tLowerToo    // also written in lower case in the article
	tStart       // starts its sentence
	tCapsLine    // in a heading or a line of capitals
	tPrevPrep    // after in, at, near
	tPrevOf      // after of
	tPrevThe     // after the
	tPrevTitle   // after a title
	tPrevGiven   // after a given name or an initial
	tPrevCap     // after another word with a capital
	tPrevDirect  // after north, downtown
	tPrevCue     // after city of
	tPrevComma   // after a comma
	tPrevSmall   // after another lower-case word
	tNextComma   // before a comma
	tNextStop    // before another mark or the end
	tNextPoss    // before 's
	tNextCap     // before another word with a capital
	tNextOrg     // that ends names of organisations
	tNextLocal   // or follows the name of a town
	tNextStreet  // or ends names of streets
	tNextCue     // before county, city
	tNextSpeech  // before said
	tNextLower   // before another lower-case word
	tContainer   // a place that can hold it is stated after it
	tHolder      // it holds the place stated before it
	tList        // in a list with another
	tDateline    //
	tElsewhere   // the same name stands elsewhere in the article after in, at, near or with a container
	tSame        // or is a mention of a place there
	tInOrg       // inside the name of an organisation
	tInMisc      // inside another name
	tOrgFirst    // at the start of that name
	tOrgLast     // at its end
	tOrgOf       // after of in it
	tMentions    // the article has mentions of places: a recogniser has read it
	tNear        // near by the article's other places
	tInAdmin1    // in their division
	tInCountry   // in their country
	tSure        // probability of its best place
	trustFeatures
)

var trustNames = [trustFeatures]string{"bias", "salience", "small", "country", "admin1", "admin2", "town", "nature", "facility", "alternate",
	"derived", "demonym", "abbreviation", "words", "common", "given", "person", "next_surname", "lower_too", "start", "caps_line", "prev_prep", "prev_of", "prev_the",
	"prev_title", "prev_given", "prev_cap", "prev_direct", "prev_cue", "prev_comma", "prev_small", "next_comma", "next_stop", "next_possessive",
	"next_cap", "next_org", "next_local", "next_street", "next_cue", "next_speech", "next_lower", "container", "holder", "list", "dateline",
	"elsewhere", "same", "in_org", "in_misc", "org_first", "org_last", "org_of", "mentions", "near", "in_admin1", "in_country", "sure"}

// trustVector are the features of one name.
type trustVector [trustFeatures]float32

// trustWeights are the weights of the logistic model, before the ranking (when
// the last features are not known) and after.
type trustWeights [2]trustVector

func parseTrust(name, table string) (w trustWeights, err error) {
	return w, eachRow(name, table, 3, func(f []string) error {
		i := slices.Index(trustNames[:], f[0])
		if i < 0 {
			return fmt.Errorf("no feature %q", f[0])
		}
		for k := range w {
			v, err := strconv.ParseFloat(f[k+1], 32)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("weight %q", f[k+1])
			}
			w[k][i] = float32(v)
		}
		return nil
	})
}

func (w *trustVector) probability(f *trustVector) float32 {
	return float32(1 / (1 + math.Exp(-float64(dot(0, w[:], f[:])))))
}

func b2f(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// trustHits gives every name found in the text its first probability.
func (w *work) trustHits() {
	w.mentionsGiven = slices.ContainsFunc(w.given, func(m article.Mention) bool { return m.Kind != article.NORP })
	for i := range w.tops {
		if t := &w.tops[i]; t.origin == evidence {
			w.trustFeatures(i)
		}
	}
	w.noteSpeaking()
	for i := range w.tops {
		if t := &w.tops[i]; t.origin == evidence && t.group >= 0 {
			t.trustF[tElsewhere] = b2f(w.speaks[t.group].n > 1 || w.speaks[t.group].n == 1 && !t.speaks())
			t.trustF[tSame] = b2f(w.speaks[t.group].mention)
			t.trust = w.r.trust[0].probability(&t.trustF)
		}
	}
}

// speaking is how many mentions of a name look like a place's, and whether one
// is a mention of a place.
type speaking struct {
	n       int32
	mention bool
}

// noteSpeaking counts, for each name, the mentions that look like a place's.
func (w *work) noteSpeaking() {
	w.speaks = append(w.speaks[:0], make([]speaking, len(w.groups))...)
	for i := range w.tops {
		if t := &w.tops[i]; t.group >= 0 && t.speaks() {
			w.speaks[t.group].n++
			w.speaks[t.group].mention = w.speaks[t.group].mention || t.origin == fromLOC
		}
	}
}

// speaks reports whether a mention of a name looks like a place's.
func (t *toponym) speaks() bool {
	return t.origin == fromLOC || t.origin == evidence && t.trustF[tPrevPrep]+t.trustF[tContainer]+t.trustF[tDateline] > 0
}

// trustAgain gives every name found in the text its probability after the ranking.
func (w *work) trustAgain() {
	for i := range w.tops {
		t := &w.tops[i]
		if t.origin != evidence || t.group < 0 {
			continue
		}
		g := &w.groups[t.group]
		c := &w.cands[g.best]
		f := &t.trustF
		f[tNear], f[tInAdmin1], f[tInCountry], f[tSure] = c.feats[fNear100], c.feats[fAdmin1], c.feats[fCountry], c.prob
		t.trust = w.r.trust[1].probability(f)
	}
}

// trustFeatures sets what does not depend on other names.
func (w *work) trustFeatures(i int) {
	t := &w.tops[i]
	t.trustF = trustVector{}
	if t.group < 0 {
		return
	}
	f := &t.trustF
	f[tBias] = 1
	w.nameFeatures(t, f)
	w.before(t, f)
	w.after(t, f)
	if t.container >= 0 && w.tops[t.container].group >= 0 && w.canHold(t.container, i) {
		f[tContainer] = 1
	}
	if i > 0 && w.tops[i-1].container == i && w.tops[i-1].group >= 0 && w.canHold(i, i-1) {
		f[tHolder] = 1
	}
	f[tList] = b2f(w.listed(i))
	f[tDateline] = b2f(t.dateline)
	f[tMentions] = b2f(w.mentionsGiven)
	if t.inside != article.NoKind {
		f[tInOrg], f[tInMisc] = b2f(t.inside == article.ORG), b2f(t.inside != article.ORG)
		f[tOrgFirst] = b2f(t.Start == t.mention.Start || t.first > 0 && w.d.Tokens[t.first-1].Start == t.mention.Start && f[tPrevThe] > 0)
		f[tOrgLast] = b2f(t.End == t.mention.End)
		f[tOrgOf] = f[tPrevOf]
	}
}

func (w *work) nameFeatures(t *toponym, f *trustVector) {
	best := w.likeliest(&w.groups[t.group])
	f[tSalience] = float32(best.salience) / 80
	f[tSmall] = b2f(best.salience < 80)
	switch c := best.class; {
	case c == country || c == cont:
		f[tCountry] = 1
	case c == admin1:
		f[tAdmin1] = 1
	case c == admin2 || c == admin3:
		f[tAdmin2] = 1
	case c.settlement():
		f[tTown] = 1
	case c == facility || c == park:
		f[tFacility] = 1
	default:
		f[tNature] = 1
	}
	switch best.kind {
	case gazetteer.Alternate, gazetteer.Historic:
		f[tAlternate] = 1
	case gazetteer.Derived:
		f[tDerived] = 1
	case gazetteer.DemonymName:
		f[tDemonym] = 1
	case gazetteer.Abbreviation:
		f[tAbbr] = 1
	}
	word := w.token(t.first)
	f[tWords] = b2f(t.last > t.first+1)
	if t.last == t.first+1 {
		roles := w.r.lex.roles(word)
		f[tCommon], f[tGiven] = b2f(roles&wCommon != 0), b2f(roles&wGiven != 0)
		f[tLowerToo] = b2f(w.lowerToo(word))
	}
	s := &w.d.Sentences[t.sentence]
	f[tStart] = b2f(t.first == s.First || t.first == s.First+1 && w.d.Tokens[s.First].Kind == article.Punct)
	f[tCapsLine] = b2f(s.Section == article.Title || s.Section == article.Heading || w.shoutedLine(t))
}

// shoutedLine reports whether the words around a name are all capitals.
func (w *work) shoutedLine(t *toponym) bool {
	s := &w.d.Sentences[t.sentence]
	n := 0
	for i := max(s.First, t.first-4); i < min(s.Last, t.last+4); i++ {
		if i >= t.first && i < t.last || w.d.Tokens[i].Kind != article.Word {
			continue
		}
		if word := w.token(i); len(word) > 2 {
			if !shouted(word) {
				return false
			}
			n++
		}
	}
	return n >= 2
}

// before sets the features of the word before a name.
func (w *work) before(t *toponym, f *trustVector) {
	s := &w.d.Sentences[t.sentence]
	if t.first == s.First {
		return
	}
	prev, kind := w.token(t.first-1), w.d.Tokens[t.first-1].Kind
	lex, roles := w.r.lex, wordClass(0)
	if kind == article.Word {
		roles = lex.roles(prev)
	}
	switch {
	case roles&wPrep != 0:
		f[tPrevPrep] = 1
	case prev == "of":
		f[tPrevOf] = 1
		if t.first-2 >= s.First && lex.cueOf(w.token(t.first-2)) != noCue {
			f[tPrevCue] = 1
		}
	case prev == "the" || prev == "The":
		f[tPrevThe] = 1
	case roles&wDirect != 0:
		f[tPrevDirect] = 1
	case kind == article.Word && startsUpper(prev):
		switch {
		case roles&wTitle != 0:
			f[tPrevTitle] = 1
		case roles&wGiven != 0 || len(prev) == 2 && prev[1] == '.':
			f[tPrevGiven] = 1
		case lex.cueOf(prev) != noCue:
			f[tPrevCue] = 1
		case t.first-1 > s.First:
			f[tPrevCap] = 1
		}
	case kind == article.Word:
		f[tPrevSmall] = 1
	case prev == ",":
		f[tPrevComma] = 1
	}
}

// after sets the features of the word after a name.
func (w *work) after(t *toponym, f *trustVector) {
	s := &w.d.Sentences[t.sentence]
	if t.last >= s.Last {
		f[tNextStop] = 1
		return
	}
	next, kind := w.token(t.last), w.d.Tokens[t.last].Kind
	lex, roles := w.r.lex, wordClass(0)
	if kind == article.Word {
		roles = lex.roles(next)
	}
	switch {
	case next == ",":
		f[tNextComma] = 1
	case isPossessive(next):
		f[tNextPoss] = 1
	case kind == article.Punct || kind == article.Symbol:
		f[tNextStop] = 1
	case kind == article.Word && startsUpper(next):
		f[tNextCap] = 1
		f[tNextOrg] = b2f(roles&wOrg != 0)
		f[tNextLocal] = b2f(roles&wLocal != 0)
		f[tNextStreet] = b2f(roles&wStreet != 0)
		f[tNextCue] = b2f(lex.cueOf(next) != noCue)
		f[tNextSurname] = b2f(roles&wSurname != 0)
		f[tPerson] = b2f(f[tGiven] > 0 && (f[tNextSurname] > 0 || f[tNextOrg]+f[tNextLocal]+f[tNextCue]+f[tNextStreet] == 0))
	case roles&wSpeech != 0:
		f[tNextSpeech] = 1
	case kind == article.Word:
		f[tNextLower] = 1
		f[tNextCue] = b2f(lex.cueOf(next) != noCue)
	}
}

// noteLower gathers the article's words in lower case: a set of bits by the
// words' hashes, 64 a token, so that one in two hundred is taken for another.
// It tells how they are spelt, too.
func (w *work) noteLower() {
	d := w.d
	size := 1 << 6
	for size < len(d.Tokens) && size < 1<<16 {
		size <<= 1
	}
	if cap(w.lowers) < size {
		w.lowers = make([]uint64, size)
	}
	w.lowers = w.lowers[:size]
	clear(w.lowers)
	words, sum := w.r.usage, 0
	w.usageSeen = append(w.usageSeen[:0], make([]bool, len(words.words))...)
	for i := range d.Tokens {
		t := &d.Tokens[i]
		if c := d.Text[t.Start]; c >= 'a' && c <= 'z' && t.End-t.Start <= 24 {
			h := hashKey(d.Text[t.Start:t.End], 0)
			w.lowers[h>>6%uint64(size)] |= 1 << (h & 63)
			words.note(h, w.usageSeen, &sum)
		}
	}
	w.usage = usageOf(sum)
}

// lowerToo reports whether a word also stands in lower case in the article.
func (w *work) lowerToo(word string) bool {
	if len(word) == 0 || len(word) > 24 {
		return false
	}
	var buf [24]byte
	h := hashKey(lower(buf[:], word), 0)
	return w.lowers[h>>6%uint64(len(w.lowers))]>>(h&63)&1 != 0
}
