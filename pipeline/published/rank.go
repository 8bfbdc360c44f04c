package published

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// A page shows many dates. Each day that is met, and the answer "none", is an
// option; what speaks for it is a set of features; the weights of the features
// are those of a conditional logit model (data/page-weights.tsv says of what).

//go:embed data/page-weights.tsv
var weightsTSV string

// option is a day that a page may have been published on.
type option struct {
	day   article.Day
	clues []clue
	has   featureSet
}

// feature is one thing that speaks for or against an option.
type feature uint8

// The first features are "<kind> first" and "<kind> again", two for each kind
// of clue but text and time elements, which are told apart more finely.
const (
	ofKinds     = 2 * feature(kinds)
	ofText      = ofKinds
	ofTime      = ofText + groupFeatures
	isUTC       = ofTime + groupFeatures + iota - 3 // all its clues are times in UTC
	isUTCBeside                                     // and a clue of the day before or after is not
	oneSource                                       // kinds of clues that name it
	twoSources
	threeSources
	moreSources
	isOldest
	timeIsPublished
	isModified // of what says published or modified only the latter names it, and another day is said to be published
	isNone
	features
)

// Features of a day in the text, or in time elements.
const (
	anyNear feature = iota
	anyLabelled
	anyAtStart
	anyDateClass
	anyFirst
	anyFirstAfter
	anyHeading
	anyClean
	anyNearShort
	anyClassAlone
	anyFirstNear
	allSide
	allComment
	allProse
	allCopyright
	allEvent
	allModClass
	allLabelledMod
	allFarBefore
	allFarBehind
	allListed
	twice
	groupFeatures
)

var groupNames = [groupFeatures]string{"near title", "labelled", "at start", "date class", "first of page", "first behind title", "in heading",
	"clean", "near title and short", "date class and alone", "first of page and near title", "only beside the article", "only in comments", "only in prose",
	"only behind copyright", "only of events", "only of class modified", "only labelled updated", "only far before title", "only far behind title", "only in lists", "twice"}

// String returns the feature's name in the file of weights.
func (f feature) String() string {
	switch {
	case f < ofKinds:
		return kind(f/2).String() + [2]string{" first", " again"}[f%2]
	case f < ofTime:
		return "text " + groupNames[f-ofText]
	case f < isUTC:
		return "time " + groupNames[f-ofTime]
	}
	return [...]string{"utc only", "utc only, local beside", "one source", "two sources", "three sources", "four sources", "oldest", "time published", "modified", "none"}[f-isUTC]
}

type featureSet [2]uint64

func (s *featureSet) add(f feature)      { s[f/64] |= 1 << (f % 64) }
func (s *featureSet) has(f feature) bool { return s[f/64]&(1<<(f%64)) != 0 }

type weights [features]float64

func (w *weights) score(s *featureSet) float64 {
	sum := 0.0
	for f := range features {
		if s.has(f) {
			sum += w[f]
		}
	}
	return sum
}

// pageWeights is the embedded model, read once.
var pageWeights = sync.OnceValues(func() (*weights, error) { return readWeights("data/page-weights.tsv", weightsTSV) })

func readWeights(name, src string) (*weights, error) {
	index := make(map[string]feature)
	for f := range features {
		index[f.String()] = f
	}
	w := new(weights)
	for i, line := range strings.Split(src, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f, v, _ := strings.Cut(line, "\t")
		n, err := strconv.ParseFloat(v, 64)
		k, ok := index[f]
		if err != nil || !ok {
			return nil, fmt.Errorf("%s:%d: %q: want a feature and its weight", name, i+1, line)
		}
		w[k] = n
	}
	return w, nil
}

// options groups clues by day. The last option is that the page states none.
func (p *Finder) options(clues []clue) []option {
	localDay(clues)
	var out []option
	at := make(map[article.Day]int)
	var met [kinds]bool
	for _, c := range clues {
		if c.precision() != article.DayPrecision || !p.plausible(c.found) || c.kind == visible && c.facts&(prose|atStart|labelled) == prose {
			continue
		}
		day := c.date()
		i, ok := at[day]
		if !ok {
			i = len(out)
			at[day] = i
			out = append(out, option{day: day})
		}
		o := &out[i]
		o.clues = append(o.clues, c)
		if k := c.kind.group(); k != visible && k != timeElement {
			f := 2 * feature(c.kind)
			if met[c.kind] {
				f++
			}
			o.has.add(f)
		} else if c.kind == timePublished {
			o.has.add(timeIsPublished)
		}
		met[c.kind] = true
	}
	local := make(map[article.Day]bool)
	for i := range out {
		o := &out[i]
		o.group(visible, ofText)
		o.group(timeElement, ofTime)
		if slices.ContainsFunc(o.clues, func(c clue) bool { return c.facts&(utc|farBefore|listed|prose) == 0 }) {
			local[o.day] = true
		}
	}
	compare(out, local)
	none := option{}
	none.has.add(isNone)
	return append(out, none)
}

// localDay gives a time in UTC the day that the page's address has, where that
// is the day before or after: the address is made where the page is.
func localDay(clues []clue) {
	for _, a := range clues {
		if a.kind != addressDate {
			continue
		}
		for i := range clues {
			c := &clues[i]
			if c.facts&utc == 0 || c.precision() != article.DayPrecision {
				continue
			}
			if d := c.date() - a.date(); d == 1 || d == -1 {
				c.year, c.month, c.day = a.year, a.month, a.day
				c.facts &^= utc
			}
		}
		return
	}
}

// group is the kind that a kind of clue is counted with.
func (k kind) group() kind {
	if k == timePublished {
		return timeElement
	}
	return k
}

// anyOf and allOf are the facts that become features of a day when one of its
// clues, or every one, has them.
var (
	anyOf = [...]struct {
		fact facts
		f    feature
	}{{nearTitle, anyNear}, {labelled, anyLabelled}, {atStart, anyAtStart}, {dateClass, anyDateClass}, {firstVisible, anyFirst}, {firstAfter, anyFirstAfter}, {inHeading, anyHeading}, {firstVisible | nearTitle, anyFirstNear}}
	allOf = [...]struct {
		fact facts
		f    feature
	}{{inSide, allSide}, {inComment, allComment}, {prose, allProse}, {copyrighted, allCopyright}, {event, allEvent}, {modClass, allModClass}, {labelledMod, allLabelledMod}, {farBefore, allFarBefore}, {farBehind, allFarBehind}, {listed, allListed}}
)

// group adds the features of a day's clues of one kind.
func (o *option) group(k kind, base feature) {
	n, all := 0, ^facts(0)
	for _, c := range o.clues {
		if c.kind.group() != k {
			continue
		}
		n++
		all &= c.facts
		if c.facts&(listed|inComment|copyrighted|event) != 0 {
			continue // of something else, whatever its looks
		}
		for _, a := range anyOf {
			if c.facts&a.fact == a.fact {
				o.has.add(base + a.f)
			}
		}
		if c.facts&inSide == 0 {
			o.has.add(base + anyClean)
		}
		if c.facts&nearTitle != 0 && c.facts&(alone|atStart) != 0 && c.facts&inHeading == 0 {
			o.has.add(base + anyNearShort)
		}
		if c.facts&(dateClass|alone) == dateClass|alone {
			o.has.add(base + anyClassAlone)
		}
	}
	if n == 0 {
		return
	}
	for _, a := range allOf {
		if all&a.fact != 0 {
			o.has.add(base + a.f)
		}
	}
	if n > 1 {
		o.has.add(base + twice)
	}
}

// compare adds the features that an option has beside others.
func compare(out []option, local map[article.Day]bool) {
	oldest := 0
	for i := range out {
		o := &out[i]
		if o.day < out[oldest].day {
			oldest = i
		}
		var groups [kinds]bool
		n, inUTC := 0, true
		for _, c := range o.clues {
			if k := c.kind.group(); !groups[k] {
				groups[k] = true
				n++
			}
			inUTC = inUTC && c.facts&utc != 0
		}
		o.has.add(oneSource + feature(min(n, 4)-1))
		if inUTC {
			o.has.add(isUTC)
			if local[o.day-1] || local[o.day+1] {
				o.has.add(isUTCBeside)
			}
		}
	}
	if slices.ContainsFunc(out, option.published) {
		for i := range out {
			if o := &out[i]; o.modified() && !o.published() {
				o.has.add(isModified)
			}
		}
	}
	if len(out) > 0 {
		out[oldest].has.add(isOldest)
	}
}

// choose returns the best option.
func (w *weights) choose(options []option) option {
	best, most := 0, math.Inf(-1)
	for i := range options {
		if s := w.score(&options[i].has); s > most {
			best, most = i, s
		}
	}
	return options[best]
}

// telling is the order in which the clues of a day are shown as evidence.
var telling = [kinds]int{jsonPublished: 1, metaPublished: 0, propPublished: 2, timePublished: 3, timeElement: 4, visible: 5, metaDate: 6, scriptPublished: 7, addressDate: 8, attribute: 9,
	jsonCreated: 10, propCreated: 11, jsonModified: 12, metaModified: 13, propModified: 14}

// evidence returns the clue that tells most.
func (o option) evidence() clue {
	return slices.MinFunc(o.clues, func(a, b clue) int { return telling[a.kind] - telling[b.kind] })
}

// published reports whether a clue calls the day that of publication.
func (o option) published() bool {
	return slices.ContainsFunc(o.clues, func(c clue) bool {
		switch c.kind {
		case jsonPublished, metaPublished, propPublished, timePublished:
			return true
		}
		return false
	})
}

// modified reports whether a clue calls the day that of a change.
func (o option) modified() bool {
	return slices.ContainsFunc(o.clues, func(c clue) bool {
		switch c.kind {
		case jsonModified, metaModified, propModified:
			return true
		}
		return c.facts&modClass != 0
	})
}
