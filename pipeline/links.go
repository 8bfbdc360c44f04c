package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// links says which entities of a run are one: entity id to the link that
// leads to the id that stands for all of them.
type links map[string]link

type link struct {
	To     string // entity id
	Reason string // for an analyst
}

func (l links) rename(id string) string {
	if to, ok := l[id]; ok {
		return to.To
	}
	return id
}

// A named entity is what finding links needs to know of one.
type named struct {
	id        string
	canonical string
	forms     map[string]int64 // surface forms and how many mentions have them
	documents int64
}

// findLinks joins the entities of a run that its own articles show to be one.
//
// The evidence is an article that uses both names for one entity: who is who
// has joined "IRGC" and "Islamic Revolutionary Guard Corps" there, so a
// document that only says "IRGC" means the same, provided that nothing else in
// the run goes by that name. Only names that tell something are joined this
// way: acronyms, and names of two words and more; a surname alone stays apart.
// Order plays no part.
func findLinks(all entities) links {
	bearers := map[string][]string{} // kind and folded form -> ids of the entities that it is a form of
	list := map[string]*named{}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		e := all[id]
		if e.kind != article.PER && e.kind != article.ORG {
			continue // places and peoples have ids of their own
		}
		if strings.Contains(id, "#") {
			continue // one of several namesakes in an article
		}
		n := &named{id: id, canonical: displayName(e.canonical), forms: e.forms, documents: e.documents}
		list[id] = n
		keys := map[string]bool{}
		for form := range n.forms {
			keys[linkKey(e.kind, form)] = true
		}
		for key := range keys {
			bearers[key] = append(bearers[key], id)
		}
	}
	next := links{}
	for _, id := range slices.Sorted(maps.Keys(list)) {
		n := list[id]
		if !telling(all[id].kind, n.canonical) {
			continue
		}
		others := slices.DeleteFunc(slices.Clone(bearers[linkKey(all[id].kind, n.canonical)]), func(o string) bool {
			return o == id || !fuller(list[o], n)
		})
		if len(others) != 1 {
			continue // none, or the run itself uses the name for more than one
		}
		to := list[others[0]]
		next[id] = link{to.id, fmt.Sprintf("%q is %q in an article that has both", n.canonical, to.canonical)}
	}
	return next.shorten()
}

// shorten makes every link lead to the end of its chain. Names grow along a
// chain, so there are no circles.
func (l links) shorten() links {
	out := make(links, len(l))
	for id, x := range l {
		for {
			further, ok := l[x.To]
			if !ok {
				break
			}
			x = link{further.To, x.Reason + "; " + further.Reason}
		}
		out[id] = x
	}
	return out
}

// reasons gathers, for each entity that others lead to, why they do.
func (l links) reasons() map[string]string {
	by := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(l)) {
		by[l[id].To] = append(by[l[id].To], l[id].Reason)
	}
	out := make(map[string]string, len(by))
	for id, r := range by {
		out[id] = strings.Join(r, "; ")
	}
	return out
}

func linkKey(kind article.Kind, form string) string { return kind.String() + ":" + text.Fold(form) }

// telling reports whether a name says enough to mean the same in an article
// that gives no other.
func telling(kind article.Kind, name string) bool {
	if strings.ContainsAny(strings.TrimSpace(name), " \t\n") {
		return true
	}
	return kind == article.ORG && isAcronym(name)
}

// isAcronym: two to six capitals, with or without points: "IRGC", "U.N.".
func isAcronym(name string) bool {
	letters := 0
	for _, r := range name {
		switch {
		case unicode.IsUpper(r) || unicode.IsDigit(r):
			letters++
		case r == '.' || r == '&' || r == '-':
		default:
			return false
		}
	}
	return letters >= 2 && letters <= 6
}

// fuller reports whether a has the fuller name. It is a strict order.
func fuller(a, b *named) bool {
	return cmp.Or(cmp.Compare(len(a.canonical), len(b.canonical)), cmp.Compare(b.canonical, a.canonical), cmp.Compare(b.id, a.id)) > 0
}
