package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-nlp/dateline/pipeline/duplicates"
)

// census is what a run gathers from every batch before it can settle what
// only all of them together decide. It keeps some 50 bytes an article in
// memory, and ids and sketches in scratch files.
type census struct {
	dir     string
	hashes  []uint64 // of the ids that documents gave themselves, by number
	at      []int64  // in ids, by number
	first   map[int]int
	ids     *spool // id and qualified id
	similar *duplicates.Index

	files []interface{ Close() error }
}

func newCensus(scratch string) (*census, error) {
	sketches, err := os.Create(filepath.Join(scratch, "sketches"))
	if err != nil {
		return nil, err
	}
	ids, err := newSpool(filepath.Join(scratch, "ids"))
	if err != nil {
		return nil, errors.Join(err, sketches.Close())
	}
	return &census{dir: scratch, first: map[int]int{}, ids: ids, similar: duplicates.NewIndex(sketches), files: []interface{ Close() error }{sketches, ids.f}}, nil
}

func (c *census) close() {
	for _, f := range c.files {
		f.Close()
	}
}

// add takes in the documents of a batch. Batches may come in any order.
func (c *census) add(seq int, f *facts) error {
	c.first[seq] = len(c.hashes)
	for i := range f.Docs {
		d := &f.Docs[i]
		pos, err := c.ids.append(d.ID, d.Qualified)
		if err != nil {
			return err
		}
		if err := c.similar.Add(d.Published, int64(seq)<<32|int64(i), &d.Sketch); err != nil {
			return err
		}
		c.at = append(c.at, pos)
		c.hashes = append(c.hashes, hash64(d.original()))
	}
	return nil
}

// settle decides. entities are the files of facts of all batches.
func (c *census) settle(entities []string) (*decisions, error) {
	x := &decisions{clashes: map[uint64]bool{}, copies: map[int]string{}, first: c.first}
	sorted := slices.Sorted(slices.Values(c.hashes))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			x.clashes[sorted[i]] = true
		}
	}
	var g errgroup.Group
	var copies map[int]int
	g.Go(func() (err error) {
		copies, err = c.similar.Find()
		return err
	})
	g.Go(func() (err error) {
		x.links, err = c.findLinks(entities)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	ids := map[int]string{} // of what is repeated
	for n, of := range copies {
		if _, ok := ids[of]; !ok {
			var id, qualified string
			if err := c.ids.read(c.at[of], &id, &qualified); err != nil {
				return nil, err
			}
			if qualified != "" && x.clashes[c.hashes[of]] {
				id = qualified
			}
			ids[of] = id
		}
		x.copies[n] = ids[of]
	}
	return x, nil
}

func (c *census) findLinks(entities []string) (links, error) {
	names, err := newSpool(filepath.Join(c.dir, "names"))
	if err != nil {
		return nil, err
	}
	c.files = append(c.files, names.f)
	l := linker{names: names}
	if err := mergeEntities(entities, c.dir, l.add); err != nil {
		return nil, err
	}
	return l.find()
}
