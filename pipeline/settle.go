package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/duplicates"
)

// census is what a run gathers from every batch before it can settle what
// only all of them together decide. It takes about 300 bytes an article.
type census struct {
	ids  []uint64 // hashes of the documents' ids
	all  entities // under the ids that articles give them
	docs []duplicates.Article
	// qualified holds the longer id of the documents that have one, by index
	// into docs.
	qualified map[int]string
}

func newCensus() *census { return &census{all: entities{}, qualified: map[int]string{}} }

func (c *census) add(f *facts) {
	c.all.add(f, links{}.rename)
	for i := range f.Docs {
		d := &f.Docs[i]
		if d.Qualified != "" {
			c.qualified[len(c.docs)] = d.Qualified
		}
		c.ids = append(c.ids, hash64(d.original()))
		c.docs = append(c.docs, duplicates.Article{ID: d.ID, Published: d.Published, Sketch: d.Sketch})
	}
}

// decisions are what a run has settled.
type decisions struct {
	clashes map[uint64]bool   // hashes of ids that more than one document has
	copies  map[string]string // document id to the one that it repeats
	links   links
}

func (c *census) settle() decisions {
	x := decisions{clashes: map[uint64]bool{}, links: findLinks(c.all)}
	c.all = nil // counted again under the ids that are settled now
	sorted := slices.Sorted(slices.Values(c.ids))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			x.clashes[sorted[i]] = true
		}
	}
	for i, id := range c.ids {
		if q := c.qualified[i]; q != "" && x.clashes[id] {
			c.docs[i].ID = q
		}
	}
	x.copies = duplicates.Find(c.docs)
	return x
}

// settlement is what the run as a whole decides about rows of one batch.
type settlement struct {
	Docs     map[string]string `json:",omitempty"` // document id to the one that it takes
	Copies   map[string]string `json:",omitempty"` // document id, as it was, to the one that it repeats
	Entities map[string]string `json:",omitempty"` // entity id to the one that it takes
}

func (s *settlement) empty() bool { return len(s.Docs)+len(s.Copies)+len(s.Entities) == 0 }

// settled is a batch with the parts that are to be published for it.
type settled struct {
	*batchRecord
	patch *batchRecord // parts that replace the batch's own; nil when none do
}

// settle decides what only the whole run can, applies it to the batches that
// it concerns, and counts the entities of the run. The parts of a batch are
// written once more where a row changes, and kept beside it for the next run.
func (r *run) settle(ctx context.Context, records []*batchRecord, c *census) ([]settled, entities, links, error) {
	x := c.settle()
	out := make([]settled, len(records))
	all := entities{}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Workers)
	for i, b := range records {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			f, err := r.store.facts(b.Fingerprint)
			if err != nil {
				return err
			}
			mu.Lock()
			all.add(f, x.links.rename)
			mu.Unlock()
			out[i].batchRecord = b
			out[i].patch, err = r.patch(b, settlementOf(f, x))
			return err
		})
	}
	return out, all, x.links, g.Wait()
}

func settlementOf(f *facts, x decisions) settlement {
	s := settlement{Docs: map[string]string{}, Copies: map[string]string{}, Entities: map[string]string{}}
	for i := range f.Docs {
		d := &f.Docs[i]
		id := d.ID
		if d.Qualified != "" && x.clashes[hash64(d.original())] {
			id = d.Qualified
			s.Docs[d.ID] = id
		}
		if of, ok := x.copies[id]; ok {
			s.Copies[d.ID] = of
		}
	}
	for i := range f.Entities {
		if id := f.Entities[i].ID; x.links.rename(id) != id {
			s.Entities[id] = x.links[id].To
		}
	}
	return s
}

// patch makes, or finds, the parts of a batch that a settlement changes.
func (r *run) patch(b *batchRecord, s settlement) (*batchRecord, error) {
	if s.empty() {
		return nil, nil
	}
	raw, err := json.Marshal(s) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	rec := &batchRecord{Fingerprint: b.Fingerprint + "." + hex.EncodeToString(sum[:8])}
	if old, ok := r.store.lookup(rec.Fingerprint); ok {
		return old, nil
	}
	err = r.store.write(rec, nil, func(dir string) error {
		return output.Rewrite(r.store.batchDir(b.Fingerprint), dir, partStem, r.Tables, s.changes())
	})
	return rec, err
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
		changes[output.Sentences], changes[output.Places], changes[output.Dates] = document, document, document
	}
	if len(s.Docs)+len(s.Copies) > 0 {
		changes[output.Documents] = func(e output.Edit) bool {
			if of, ok := s.Copies[e.Str("doc_id")]; ok {
				e.Set("duplicate_of", of)
			}
			return document(e)
		}
	}
	if len(s.Docs)+len(s.Entities) > 0 {
		changes[output.Mentions] = func(e output.Edit) bool {
			if id, ok := s.Entities[e.Str("entity_id")]; ok {
				e.Set("entity_id", id)
			}
			return document(e)
		}
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
