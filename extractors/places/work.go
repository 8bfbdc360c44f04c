package places

import (
	"cmp"
	"slices"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// origin says where a toponym comes from.
type origin uint8

const (
	fromLOC    origin = iota // a mention of a place
	fromNORP                 // a mention of a people
	fromName                 // inside another mention
	fromText                 // found by the gazetteer
	evidence                 // in no row: seen, and good as evidence only
	fromPeople               // in no row: a mention of a people that has no country of its own
	invented                 // in no row: a mention that is no place after all
)

// toponym is one occurrence of a name.
type toponym struct {
	article.Span
	mention     article.Span // its own span or that of the name around it
	sentence    int
	first, last int // tokens [first, last)
	origin      origin
	group       int // index into work.groups; -1 when no place bears the name
	container   int // the toponym that is stated to contain it; -1 for none
	loose       int // a toponym before it that may: "the Iraqi city of X"
	cue         cueClass
	list        int // the toponym before it in a list; -1 for none
	dateline    bool
	trust       float32      // probability that it is a place name, for those found by the gazetteer
	sure        float32      // confidence of the mention that it comes from; 0 not known
	inside      article.Kind // kind of the name around one found by the gazetteer
	trustF      trustVector
	actor       float32 // how much a capital is an actor
	metonym     bool
}

// group is all mentions of a name that share a container: one sense.
type group struct {
	hash           uint64 // of the key
	base           int    // the first group with this key
	sibling        int    // the next group with this key; -1 for none
	child          int    // the first group that names this one as its container; -1 for none
	nextChild      int    // the next group with the same container; -1 for none
	container      int    // group of the container; -1 for none
	c0, c1         int    // candidates work.cands[c0:c1] that are still in question
	all            int    // all of them: work.cands[c0:all]
	l0, l1         int    // the likely ones of the last round, surroundings.likely[l0:l1]
	n              int    // mentions
	weight         float32
	best           int // candidate; -1 before scoring
	second         int
	total          int // places that bear the name
	sentences      [4]int
	dateline       bool
	looked         bool // by firstLook, with lookedDateline
	lookedDateline bool
	fresh          bool    // looked at in this firstLook
	people         bool    // all mentions are words for a people
	direction      bool    // the name is a direction: West
	everyday       bool    // the name is made of everyday words
	actor          float32 // 1 when the words around some mention ask for a government
}

// cand is a candidate of a group.
type cand struct {
	id       gazetteer.ID
	class    class
	kind     gazetteer.NameKind
	match    uint8
	salience int16
	country  int16
	admin1   int32
	vec      [3]float32 // unit vector of its point
	cell     cell
	feats    *featureVector
	prior    float32 // score of what does not change between rounds
	score    float32
	prob     float32
}

// featureVector are the features of a candidate. They lie apart from the
// candidates, of which far more are looked at than features.
type featureVector [features]float32

// vectors hands out feature vectors, to be used until it is reset.
type vectors struct {
	blocks [][]featureVector
	n      int
}

const vectorBlock = 256

// next returns a vector with anything in it.
func (v *vectors) next() *featureVector {
	b := v.n / vectorBlock
	if b == len(v.blocks) {
		v.blocks = append(v.blocks, make([]featureVector, vectorBlock))
	}
	f := &v.blocks[b][v.n%vectorBlock]
	v.n++
	return f
}

// work is the scratch memory of one document.
type work struct {
	r *Resolver
	x *gazetteer.Index
	d *article.Document

	tops    []toponym
	groups  []group
	cands   []cand
	vectors vectors
	byKey   map[uint64]int // hash of key and container -> group
	key     []byte
	deadEnd []byte // see longest
	seen    memo
	raw     []gazetteer.Candidate
	ctx     surroundings
	site    siteEvidence
	out     []article.Place
	given   []article.Mention // the recogniser's, put right: see repair
	noted   map[uint64]bool   // see note

	entries   map[gazetteer.ID]*entry // of this article and of some before it
	lowers    []uint64                // a set of the words in lower case, see noteLower
	usage     usage
	usageSeen []bool
	speaks    []speaking // per group

	mentionsGiven bool // a recogniser has found places
	inventions    bool // some mentions are no places
}

// run finds and ranks, with w.site of the article's site; nothing in the
// document changes.
func (w *work) run(d *article.Document) {
	w.d = d
	w.tops, w.groups, w.cands, w.out = w.tops[:0], w.groups[:0], w.cands[:0], w.out[:0]
	w.vectors.n = 0
	if w.byKey == nil {
		w.byKey, w.noted, w.entries = map[uint64]int{}, map[uint64]bool{}, map[gazetteer.ID]*entry{}
	}
	clear(w.byKey)
	if len(w.entries) > maxEntries {
		clear(w.entries)
	}
	w.collect()
	w.form()
	w.relate()
	w.site = w.r.siteEvidence(d, w.site)
	known := w.site.profile
	w.site.profile = nil
	w.noteLower()
	w.firstLook()
	w.trustHits()
	w.actors()
	if known == nil || w.site.own == nil {
		w.rank()
	}
	if known != nil {
		// with what the site's other articles say: all but this one
		if w.site.own == nil {
			w.site.own = new(profile)
			w.site.own.add(w)
		}
		w.site.profile = known
		w.rank()
	}
	w.trustAgain()
}

// sortTops puts the toponyms in the order of the text.
func (w *work) sortTops() {
	slices.SortStableFunc(w.tops, func(a, b toponym) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
}

// text returns the text of a token.
func (w *work) token(i int) string { return w.d.TextOf(w.d.Tokens[i].Span) }
