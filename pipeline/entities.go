package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// entities gathers the entities of a run from the facts of its batches. Adding
// is independent of order: any split of the documents into batches gives the
// same rows. Memory is proportional to the distinct entities.
type entities map[string]*entity

type entity struct {
	kind                article.Kind
	canonical, forms    map[string]int64 // names and how many mentions have them
	places, countries   map[string]int64
	documents, mentions int64
	published           days
}

// add counts the entities of a batch under the ids that rename gives them.
func (es entities) add(f *facts, rename func(id string) string) {
	to := make([]*entity, len(f.Entities))
	for i := range f.Entities {
		x := &f.Entities[i]
		e := es.get(rename(x.ID), x.Kind)
		e.mentions += x.Mentions
		if rename(x.ID) == x.ID { // what others that lead here are called is an alias
			addCounts(e.canonical, x.Canonical)
		}
		addCounts(e.forms, x.Forms)
		addCounts(e.places, x.Places)
		addCounts(e.countries, x.Countries)
		to[i] = e
	}
	seen := map[*entity]bool{}
	for _, d := range f.Docs {
		clear(seen)
		for _, i := range d.Entities {
			if e := to[i]; !seen[e] { // two ids of a document may be one entity now
				seen[e] = true
				e.documents++
				e.published.add(d.Published, d.Published)
			}
		}
	}
}

func (es entities) get(id string, kind article.Kind) *entity {
	e := es[id]
	if e == nil {
		e = &entity{kind: kind, canonical: map[string]int64{}, forms: map[string]int64{},
			places: map[string]int64{}, countries: map[string]int64{}}
		es[id] = e
	}
	e.kind = min(e.kind, kind)
	return e
}

// rows returns the rows of the table, sorted by entity id.
func (es entities) rows(links links) []output.EntityRow {
	rows := make([]output.EntityRow, 0, len(es))
	reasons := links.reasons()
	for _, id := range slices.Sorted(maps.Keys(es)) {
		e := es[id]
		name := displayName(e.canonical)
		forms := slices.Sorted(maps.Keys(e.forms))
		rows = append(rows, output.EntityRow{
			EntityID: id, Kind: e.kind, Canonical: name,
			Aliases:   slices.DeleteFunc(forms, func(a string) bool { return a == name }),
			Documents: e.documents, Mentions: e.mentions,
			FirstPublished: e.published.First, LastPublished: e.published.Last,
			PlaceID: only(e.places), Country: only(e.countries), Links: reasons[id],
		})
	}
	return rows
}

// displayName returns the most frequent name that is not in capitals alone;
// the most frequent one where all are: "United States" before "US", "Kosi
// River" before "KOSI RIVER", but "NATO" where nothing else is said.
func displayName(counts map[string]int64) string {
	mixed := maps.Clone(counts)
	maps.DeleteFunc(mixed, func(name string, _ int64) bool { return name == strings.ToUpper(name) })
	if len(mixed) > 0 {
		return mostFrequent(mixed)
	}
	return mostFrequent(counts)
}

// mostFrequent returns the key with the highest count; of several the longest,
// then the first in the alphabet.
func mostFrequent(counts map[string]int64) string {
	keys := slices.Collect(maps.Keys(counts))
	if len(keys) == 0 {
		return ""
	}
	return slices.MinFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
}

// only returns the single key of a map, "" when there is none or a choice.
func only(counts map[string]int64) string {
	if len(counts) != 1 {
		return ""
	}
	for k := range counts {
		return k
	}
	return ""
}

func addCounts(to, from map[string]int64) {
	for k, n := range from {
		to[k] += n
	}
}
