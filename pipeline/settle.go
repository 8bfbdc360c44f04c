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
)

// census is what a run gathers from every batch before it can settle what
// only all of them together decide.
type census struct {
	ids []uint64 // hashes of the documents' ids
}

func (c *census) add(f *facts) {
	for i := range f.Docs {
		c.ids = append(c.ids, hash64(f.Docs[i].original()))
	}
}

// clashes returns the hashes of ids that more than one document has.
func (c *census) clashes() map[uint64]bool {
	slices.Sort(c.ids)
	clashes := make(map[uint64]bool)
	for i := 1; i < len(c.ids); i++ {
		if c.ids[i] == c.ids[i-1] {
			clashes[c.ids[i]] = true
		}
	}
	return clashes
}

// links says which entities of a run are one: id to the id that stands for all.
type links map[string]string

func (l links) rename(id string) string {
	if to, ok := l[id]; ok {
		return to
	}
	return id
}

// settlement is what the run as a whole decides about rows of one batch.
type settlement struct {
	Docs     map[string]string `json:",omitempty"` // document id to the one that it takes
	Entities map[string]string `json:",omitempty"` // entity id to the one that it takes
}

func (s *settlement) empty() bool { return len(s.Docs) == 0 && len(s.Entities) == 0 }

// settled is a batch with the parts that are to be published for it.
type settled struct {
	*batchRecord
	patch *batchRecord // parts that replace the batch's own; nil when none do
}

// settle decides what only the whole run can, applies it to the batches that
// it concerns, and counts the entities of the run. The parts of a batch are
// written once more where a row changes, and kept beside it for the next run.
func (r *run) settle(ctx context.Context, records []*batchRecord, c *census) ([]settled, entities, links, error) {
	clashes, joined := c.clashes(), links{}
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
			all.add(f, joined.rename)
			mu.Unlock()
			out[i].batchRecord = b
			out[i].patch, err = r.patch(b, settlementOf(f, clashes, joined))
			return err
		})
	}
	return out, all, joined, g.Wait()
}

func settlementOf(f *facts, clashes map[uint64]bool, joined links) settlement {
	s := settlement{Docs: map[string]string{}, Entities: map[string]string{}}
	for i := range f.Docs {
		d := &f.Docs[i]
		if d.Qualified != "" && clashes[hash64(d.original())] {
			s.Docs[d.ID] = d.Qualified
		}
	}
	for i := range f.Entities {
		if id := f.Entities[i].ID; joined.rename(id) != id {
			s.Entities[id] = joined[id]
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
	rename := func(e output.Edit, column string, to map[string]string) {
		if id, ok := to[e.Str(column)]; ok {
			e.Set(column, id)
		}
	}
	entity := func(e output.Edit) { rename(e, "entity_id", s.Entities) }
	changes := map[string]output.Change{
		output.Mentions: func(e output.Edit) bool { entity(e); return true },
	}
	if len(s.Docs) == 0 {
		return changes
	}
	document := func(e output.Edit) { rename(e, "doc_id", s.Docs) }
	mention := func(e output.Edit) {
		old := e.Str("doc_id")
		if id, ok := s.Docs[old]; ok {
			e.Set("mention_id", id+e.Str("mention_id")[len(old):])
			e.Set("doc_id", id)
		}
	}
	changes[output.Documents] = func(e output.Edit) bool { document(e); return true }
	changes[output.Sentences] = changes[output.Documents]
	changes[output.Places] = func(e output.Edit) bool { mention(e); return true }
	changes[output.Dates] = changes[output.Places]
	changes[output.Mentions] = func(e output.Edit) bool { mention(e); entity(e); return true }
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
