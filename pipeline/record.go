package pipeline

import (
	"slices"
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
	Passing     bool             `json:",omitempty"` // inputs changed or failed while the batch was made: not to be reused
	Resolved    resolved
	Publication days
	Mentioned   days          // days that resolved dates name
	Overrides   map[int]int64 `json:",omitempty"` // rows changed, by the override's line

	unreadable int // inputs that the system would not read
}

func newRecord() *batchRecord {
	return &batchRecord{Rows: map[string]int64{}, Errors: map[string]int64{}}
}

// resolved counts what could be resolved.
type resolved struct {
	Places, PlacesNIL, Dates, DatesOpen, Undated int64
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
	Entities []entityFacts // in the order of their first mention
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

// entityFacts is one entity of a batch.
type entityFacts struct {
	ID        string
	Kind      article.Kind
	Mentions  int64
	Canonical map[string]int64 // canonical names and how many mentions chose them
	Forms     map[string]int64 // surface forms and how many mentions have them
	Places    map[string]int64
	Countries map[string]int64
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

// after returns the documents under the ids that a settlement gives them, and
// without their entities.
func (f *facts) after(s settlement) []docFacts {
	docs := slices.Clone(f.Docs)
	for i := range docs {
		d := &docs[i]
		if id, ok := s.Docs[d.ID]; ok {
			d.ID = id
		}
		d.Entities, d.Own, d.Qualified, d.Sketch = nil, "", "", duplicates.Sketch{}
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
		f.Entities = append(f.Entities, entityFacts{ID: m.EntityID, Kind: m.Kind,
			Canonical: map[string]int64{}, Forms: map[string]int64{}})
	}
	e := &f.Entities[n]
	e.Mentions++
	e.Canonical[m.Canonical]++
	e.Forms[form]++
	return n
}

// at counts where a mention of the entity was resolved to, if anywhere.
func (e *entityFacts) at(placeID, country string) {
	if placeID == "" {
		return
	}
	if e.Kind == article.LOC {
		count1(&e.Places, placeID)
	}
	if country != "" && (e.Kind == article.LOC || e.Kind == article.NORP) {
		count1(&e.Countries, country)
	}
}

func count1(m *map[string]int64, key string) {
	if *m == nil {
		*m = map[string]int64{}
	}
	(*m)[key]++
}
