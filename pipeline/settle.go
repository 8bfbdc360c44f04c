package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// decisions are what a run has settled.
type decisions struct {
	clashes   map[uint64]bool // hashes of ids that more than one document has
	copies    map[int]string  // number of a document to the id of the one that it repeats
	first     map[int]int     // batch to the number of its first document
	links     links
	overrides []Override
}

// settlement is what the run as a whole decides about rows of one batch.
type settlement struct {
	Docs      map[string]string `json:",omitempty"` // document id to the one that it takes
	Copies    map[string]string `json:",omitempty"` // document id, as it was, to the one that it repeats
	Entities  map[string]string `json:",omitempty"` // entity id to the one that it takes
	Overrides []Override        `json:",omitempty"` // those that concern one of its entities
}

func (s *settlement) empty() bool {
	return len(s.Docs)+len(s.Copies)+len(s.Entities)+len(s.Overrides) == 0
}

// settled is a batch with the parts that are to be published for it.
type settled struct {
	*batchRecord
	patch *batchRecord // parts that replace the batch's own; nil when none do
}

// settlements is what settling a run comes to.
type settlements struct {
	batches   []settled
	links     links
	overrides map[int]int64 // rows that each override changed, by its line
}

// settle decides what only the whole run can, and applies it and the user's
// overrides to the batches that it concerns. The parts of a batch are written
// once more where a row changes, and kept beside it for the next run.
func (r *run) settle(ctx context.Context, records []*batchRecord, c *census) (*settlements, error) {
	all := &settlements{batches: make([]settled, len(records)), overrides: map[int]int64{}}
	for i, b := range records {
		all.batches[i].batchRecord = b
	}
	x, err := c.settle(all.facts(r.store))
	if err != nil {
		return nil, err
	}
	x.overrides, all.links = r.Overrides, x.links
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Workers)
	for i, b := range records {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			f, err := r.store.facts(b.Fingerprint, true)
			if err != nil {
				return err
			}
			patch, err := r.patch(b, f, x.of(b.seq, f))
			if err != nil || patch == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all.batches[i].patch = patch
			for line, n := range patch.Overrides {
				all.overrides[line] += n
			}
			return nil
		})
	}
	return all, g.Wait()
}

// of returns what concerns a batch.
func (x *decisions) of(seq int, f *facts) settlement {
	s := settlement{Docs: map[string]string{}, Copies: map[string]string{}, Entities: map[string]string{}}
	for i := range f.Docs {
		d := &f.Docs[i]
		if d.Qualified != "" && x.clashes[hash64(d.original())] {
			s.Docs[d.ID] = d.Qualified
		}
		if of, ok := x.copies[x.first[seq]+i]; ok {
			s.Copies[d.ID] = of
		}
	}
	for i := range f.Entities {
		if to, ok := x.links[f.Entities[i].ID]; ok {
			s.Entities[f.Entities[i].ID] = to.To
		}
	}
	s.Overrides = x.concerning(f.Entities)
	return s
}

// concerning returns the overrides that may change rows about the entities, or
// what earlier ones have made of them. It may take too many, never too few.
func (x *decisions) concerning(entities []entityFacts) (list []Override) {
	made := map[string]bool{} // names that the earlier ones give
	all := false              // they may give any name
	for _, o := range x.overrides {
		met := all || made[o.Name] || len(list) > 0 && isEntityID(o.Name)
		for i := 0; !met && i < len(entities); i++ {
			met = o.concerns(&entities[i], x.links.rename(entities[i].ID))
		}
		if met {
			list, made[o.To] = append(list, o), true
			// as the gazetteer has it, the one it had before, that of the id
			all = all || o.Action == "place" || o.Action == "kind" || isEntityID(o.To)
		}
	}
	return list
}

// patch makes, or finds, the parts of a batch that a settlement changes, with
// the facts of its entities where these change; nil when nothing does.
func (r *run) patch(b *batchRecord, f *facts, s settlement) (*batchRecord, error) {
	if s.empty() {
		return nil, nil
	}
	raw, err := json.Marshal(s) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	fp := b.Fingerprint + "." + hex.EncodeToString(sum[:8])
	if old, ok := r.store.lookup(fp); ok && r.store.factsWhole(old) {
		return old, nil
	}
	rec := &batchRecord{Fingerprint: fp, Identity: r.Identity}
	changes := s.changes()
	var after *facts
	switch {
	case len(s.Overrides) > 0:
		rec.Overrides, after = map[int]int64{}, &facts{Docs: f.after(s)}
		r.override(changes, s, rec.Overrides, after)
	case len(s.Entities) > 0:
		after = f.renamed(s.Entities)
		after.Docs = nil // counted
	}
	rec.Facts = after != nil
	err = r.store.write(rec, after, func(dir string) error {
		err := output.Rewrite(r.store.batchDir(b.Fingerprint), dir, partStem, r.Tables, changes)
		if len(s.Overrides) > 0 { // the rows say what is left
			after.finish()
			after.Docs = nil
		}
		return err
	})
	return rec, err
}

// override adds the overrides to the changes, and counts the rows that they
// leave into f.
func (r *run) override(changes map[string]output.Change, s settlement, count map[int]int64, f *facts) {
	x := &overrider{list: s.Overrides, place: r.Place, count: count, gone: map[string]bool{}, placed: map[string]article.Place{}}
	doc := map[string]int{}
	for i := range f.Docs {
		doc[f.Docs[i].ID] = i
	}
	entityOf := map[string]int{} // mention id to entity
	before, beforePlace := changes[output.Mentions].Edit, changes[output.Places].Edit
	changes[output.Mentions] = output.Change{Edit: func(e output.Edit) bool {
		if before != nil && !before(e) || !x.mention(e) {
			return false
		}
		kind, _ := article.ParseKind(e.Str("kind"))
		n := f.mention(&article.Mention{Kind: kind, EntityID: e.Str("entity_id"), Canonical: e.Str("canonical")}, e.Str("text"))
		entityOf[e.Str("mention_id")] = n
		if d := &f.Docs[doc[e.Str("doc_id")]]; !slices.Contains(d.Entities, n) {
			d.Entities = append(d.Entities, n)
		}
		return true
	}}
	resolved := func(r output.Row) {
		if n, ok := entityOf[r.Str("mention_id")]; ok && r.Str("role") != article.InName.String() {
			f.Entities[n].at(r.Str("place_id"), r.Str("country"))
		}
	}
	changes[output.Places] = output.Change{
		Edit: func(e output.Edit) bool {
			if beforePlace != nil && !beforePlace(e) || !x.toponym(e) {
				return false
			}
			resolved(e.Row)
			return true
		},
		More: func(next *output.Row) []map[string]any {
			rows := x.toponyms(next, func(id string) int { return doc[cmp.Or(s.Docs[id], id)] })
			for _, row := range rows {
				id, _ := row["place_id"].(string)
				country, _ := row["country"].(string)
				f.Entities[entityOf[row["mention_id"].(string)]].at(id, country)
			}
			return rows
		},
	}
}

// changes turns the settlement into edits of the tables that it concerns.
func (s *settlement) changes() map[string]output.Change {
	changes := map[string]output.Change{}
	document := func(e output.Edit) bool {
		old := e.Str("doc_id")
		if id, ok := s.Docs[old]; ok {
			e.Set("doc_id", id)
			if e.Schema.Index("mention_id") >= 0 {
				e.Set("mention_id", id+e.Str("mention_id")[len(old):])
			}
		}
		return true
	}
	if len(s.Docs) > 0 {
		for _, table := range []string{output.Sentences, output.Places, output.Dates} {
			changes[table] = output.Change{Edit: document}
		}
	}
	if len(s.Docs)+len(s.Copies) > 0 {
		changes[output.Documents] = output.Change{Edit: func(e output.Edit) bool {
			if of, ok := s.Copies[e.Str("doc_id")]; ok {
				e.Set("duplicate_of", of)
			}
			return document(e)
		}}
	}
	if len(s.Docs)+len(s.Entities) > 0 {
		changes[output.Mentions] = output.Change{Edit: func(e output.Edit) bool {
			if id, ok := s.Entities[e.Str("entity_id")]; ok {
				e.Set("entity_id", id)
			}
			return document(e)
		}}
	}
	return changes
}

// parts lists the files to publish for a batch, below the batches' folder.
func (s settled) parts() []string {
	replaced := map[string]bool{}
	var files []string
	if s.patch != nil {
		for _, p := range s.patch.Parts {
			replaced[p.Table] = true
			files = append(files, filepath.Join(s.patch.Fingerprint, p.Table, p.File))
		}
	}
	for _, p := range s.Parts {
		if !replaced[p.Table] {
			files = append(files, filepath.Join(s.Fingerprint, p.Table, p.File))
		}
	}
	return files
}
