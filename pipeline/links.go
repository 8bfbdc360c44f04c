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

// A linker finds the entities of a run that its own articles show to be one.
//
// The evidence is an article that uses both names for one entity: who is who
// has joined "IRGC" and "Islamic Revolutionary Guard Corps" there, so a
// document that only says "IRGC" means the same, provided that nothing else in
// the run goes by that name. Only names that tell something are joined this
// way: acronyms, and names of two words and more; a surname alone stays apart.
// Order plays no part. It keeps 16 bytes in memory for each name of an entity,
// and the rest in a scratch file.
type linker struct {
	names   *spool // id and display name of each entity that may be linked
	bearers []bearer
}

// A bearer goes by a name.
type bearer struct {
	name uint64 // hash of kind and folded name
	pos  int64  // in linker.names
}

// add takes in an entity, with all that the run says of it.
func (l *linker) add(e *entityFacts) error {
	if e.Kind != article.PER && e.Kind != article.ORG {
		return nil // places and peoples have ids of their own
	}
	if strings.Contains(e.ID, "#") {
		return nil // one of several namesakes in an article
	}
	canonical := e.Canonical.displayName()
	pos, err := l.names.append(e.ID, canonical, e.Kind.String())
	if err != nil {
		return err
	}
	first := len(l.bearers)
	for _, form := range e.Forms {
		b := bearer{linkKey(e.Kind.String(), form.Key), pos}
		if !slices.Contains(l.bearers[first:], b) {
			l.bearers = append(l.bearers, b)
		}
	}
	return nil
}

// find returns the links when all entities are there.
func (l *linker) find() (links, error) {
	slices.SortFunc(l.bearers, func(a, b bearer) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.pos, b.pos))
	})
	next := links{}
	var id, canonical, kind string
	err := l.names.each(func(self int64) error {
		if !telling(kind, canonical) {
			return nil
		}
		name := linkKey(kind, canonical)
		i, _ := slices.BinarySearchFunc(l.bearers, name, func(b bearer, name uint64) int { return cmp.Compare(b.name, name) })
		var to, toName string
		fuller := 0
		for ; i < len(l.bearers) && l.bearers[i].name == name; i++ {
			if l.bearers[i].pos == self {
				continue
			}
			var other, otherName, otherKind string
			if err := l.names.read(l.bearers[i].pos, &other, &otherName, &otherKind); err != nil {
				return err
			}
			if fullerName(otherName, other, canonical, id) {
				to, toName = other, otherName
				fuller++
			}
		}
		if fuller == 1 { // else the run itself uses the name for more than one
			next[id] = link{to, fmt.Sprintf("%q is %q in an article that has both", canonical, toName)}
		}
		return nil
	}, &id, &canonical, &kind)
	return next.shorten(), err
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

func linkKey(kind, form string) uint64 { return hash64(kind, text.Fold(form)) }

// telling reports whether a name says enough to mean the same in an article
// that gives no other.
func telling(kind, name string) bool {
	if strings.ContainsAny(strings.TrimSpace(name), " \t\n") {
		return true
	}
	return kind == article.ORG.String() && isAcronym(name)
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

// fullerName reports whether the name a, of an entity with the id aID, is the
// fuller one. It is a strict order.
func fullerName(a, aID, b, bID string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(b, a), strings.Compare(bID, aID)) > 0
}
