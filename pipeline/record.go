package pipeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/duplicates"
)

// batchRecord is the small part of what is kept of a finished batch beside its
// parts: a run holds it for every batch until the end.
type batchRecord struct {
	Fingerprint string
	Identity    string // Options.Identity of the run that made it
	Parts       []part
	Rows        map[string]int64 // per table
	Bytes       int64            // of input
	TextBytes   int64
	Tokens      int64
	Foreign     map[string]int64 `json:",omitempty"` // documents not extracted, by language
	Errors      map[string]int64 // rows of the errors table by stage and reason
	Failures    []output.Failure // the first of them
	TimeLimit   time.Duration    `json:",omitempty"` // that an article of the batch was set aside for; 0 when none was
	Facts       bool             `json:",omitempty"` // of a patch: it has facts, which count instead of the batch's
	Resolved    resolved
	Publication days
	Mentioned   days          // days that resolved dates name
	Overrides   map[int]int64 `json:",omitempty"` // rows changed, by the override's line

	seq int // of the batch, in the run
}

func newRecord() *batchRecord {
	return &batchRecord{Rows: map[string]int64{}, Errors: map[string]int64{}}
}

// resolved counts what could be resolved.
type resolved struct {
	Places    int64 `json:"places"`            // in the gazetteer
	PlacesNIL int64 `json:"places_unresolved"` // not
	Dates     int64 `json:"dates"`             // complete values
	DatesOpen int64 `json:"dates_unresolved"`
	Undated   int64 `json:"documents_undated"`
}

// days is a range of calendar days; zero when empty.
type days struct{ First, Last article.Day }

func (r *days) add(first, last article.Day) {
	if first != 0 && (r.First == 0 || first < r.First) {
		r.First = first
	}
	if last > r.Last {
		r.Last = last
	}
}

func (b *batchRecord) document(d *article.Document) {
	b.TextBytes += int64(len(d.Text))
	b.Tokens += int64(len(d.Tokens))
	b.Publication.add(d.Published.Day, d.Published.Day)
	if d.Published.Day == 0 {
		b.Resolved.Undated++
	}
	for _, p := range d.Places {
		if p.PlaceID == "" {
			b.Resolved.PlacesNIL++
		} else {
			b.Resolved.Places++
		}
	}
	for _, x := range d.Dates {
		if !x.Resolved {
			b.Resolved.DatesOpen++
			continue
		}
		b.Resolved.Dates++
		b.Mentioned.add(x.From, x.To)
	}
}

func (b *batchRecord) failure(f output.Failure) {
	b.Errors[f.Stage+": "+reason(f.Err)]++
	if len(b.Failures) < shownFailures {
		b.Failures = append(b.Failures, f)
	}
}

// facts is the large part of a batch's record: what the run needs to settle
// ids among all its documents. It is read again when it is needed.
type facts struct {
	Docs     []docFacts
	Entities []entityFacts // sorted by id, once finished
	index    map[string]int
}

// docFacts is one document of a batch.
type docFacts struct {
	ID        string // as the batch's parts have it
	Own       string // the id before it was qualified within the batch
	Qualified string // the id to take when another document has the same
	Published article.Day
	Entities  []int // indexes of the entities that it names
	Sketch    duplicates.Sketch
}

// original returns the id that other documents may have as well.
func (d *docFacts) original() string {
	if d.Own != "" {
		return d.Own
	}
	return d.ID
}

// entityFacts is what some articles say of an entity.
type entityFacts struct {
	ID        string
	Kind      article.Kind
	Mentions  int64
	Documents int64
	Published days  // of the documents
	Canonical tally // canonical names, by the mentions that chose them
	Forms     tally // surface forms, by the mentions that have them
	Places    tally // gazetteer ids, of a LOC
	Countries tally // of a LOC or NORP
}

// absorb adds what other articles say of the same entity.
func (e *entityFacts) absorb(o *entityFacts) {
	e.Kind = min(e.Kind, o.Kind)
	e.Mentions += o.Mentions
	e.Documents += o.Documents
	e.Published.add(o.Published.First, o.Published.Last)
	e.Canonical.merge(o.Canonical)
	e.Forms.merge(o.Forms)
	e.Places.merge(o.Places)
	e.Countries.merge(o.Countries)
}

// document adds a finished document. own is its id before it was qualified,
// qualified the id to take when the run has another document of the same id.
func (f *facts) document(d *article.Document, own, qualified string) {
	x := docFacts{ID: d.ID, Published: d.Published.Day, Sketch: duplicates.Of(d)}
	if own != d.ID {
		x.Own = own
	}
	if qualified != d.ID {
		x.Qualified = qualified
	}
	seen := map[int]bool{}
	place := make(map[article.Span]*article.Place, len(d.Places))
	for i := range d.Places {
		if p := &d.Places[i]; p.Mention == p.Span {
			place[p.Span] = p
		}
	}
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.EntityID == "" {
			continue
		}
		n := f.mention(m, d.TextOf(m.Span))
		if !seen[n] {
			seen[n] = true
			x.Entities = append(x.Entities, n)
		}
		if p := place[m.Span]; p != nil {
			f.Entities[n].at(p.PlaceID, p.Country)
		}
	}
	f.Docs = append(f.Docs, x)
}

// finish sorts the entities by id, and counts the documents of each.
func (f *facts) finish() {
	order := make([]int, len(f.Entities))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(f.Entities[a].ID, f.Entities[b].ID) })
	sorted, place := make([]entityFacts, len(order)), make([]int, len(order))
	for to, from := range order {
		sorted[to], place[from] = f.Entities[from], to
		sorted[to].Documents, sorted[to].Published = 0, days{}
	}
	f.Entities, f.index = sorted, nil
	for i := range f.Docs {
		d := &f.Docs[i]
		for j, n := range d.Entities {
			d.Entities[j] = place[n]
			e := &f.Entities[place[n]]
			e.Documents++
			e.Published.add(d.Published, d.Published)
		}
	}
}

// renamed returns the entities as they are when some take the id of another.
// What those are called, apart from the forms in the text, is left behind.
func (f *facts) renamed(to map[string]string) *facts {
	out := &facts{Docs: make([]docFacts, len(f.Docs)), index: map[string]int{}}
	place := make([]int, len(f.Entities))
	for i := range f.Entities {
		e := f.Entities[i]
		if id, ok := to[e.ID]; ok {
			e.ID, e.Canonical = id, nil
		}
		n, ok := out.index[e.ID]
		if !ok {
			n = len(out.Entities)
			out.index[e.ID] = n
			out.Entities = append(out.Entities, entityFacts{ID: e.ID, Kind: e.Kind})
		}
		out.Entities[n].absorb(&e)
		place[i] = n
	}
	for i := range f.Docs {
		d := &out.Docs[i]
		d.Published = f.Docs[i].Published
		for _, n := range f.Docs[i].Entities { // two ids of a document may be one entity now
			if n = place[n]; !slices.Contains(d.Entities, n) {
				d.Entities = append(d.Entities, n)
			}
		}
	}
	out.finish()
	return out
}

// after returns the documents under the ids that a settlement gives them, and
// without their entities.
func (f *facts) after(s settlement) []docFacts {
	docs := make([]docFacts, len(f.Docs))
	for i := range f.Docs {
		id := f.Docs[i].ID
		docs[i] = docFacts{ID: cmp.Or(s.Docs[id], id), Published: f.Docs[i].Published}
	}
	return docs
}

// mention counts a mention and returns the index of its entity.
func (f *facts) mention(m *article.Mention, form string) int {
	if f.index == nil {
		f.index = map[string]int{}
	}
	n, ok := f.index[m.EntityID]
	if !ok {
		n = len(f.Entities)
		f.index[m.EntityID] = n
		f.Entities = append(f.Entities, entityFacts{ID: m.EntityID, Kind: m.Kind})
	}
	e := &f.Entities[n]
	e.Kind = min(e.Kind, m.Kind)
	e.Mentions++
	e.Canonical.add(m.Canonical, 1)
	e.Forms.add(form, 1)
	return n
}

// at counts where a mention of the entity was resolved to, if anywhere.
func (e *entityFacts) at(placeID, country string) {
	if placeID == "" {
		return
	}
	if e.Kind == article.LOC {
		e.Places.add(placeID, 1)
	}
	if country != "" && (e.Kind == article.LOC || e.Kind == article.NORP) {
		e.Countries.add(country, 1)
	}
}

func count1(m *map[string]int64, key string) {
	if *m == nil {
		*m = map[string]int64{}
	}
	(*m)[key]++
}
