package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// A Failure is something in the metadata file that does not fit.
type Failure struct {
	Source string // base name of the metadata file
	Member string // row
	Stage  string // "metadata"
	Err    string
	Bytes  int64 // 0: not known
}

// metadata is a table of facts about articles.
type metadata struct {
	name   string
	rows   []metaRow
	byKey  map[string]int // path or id, as written
	byBase map[string]int // base name, and base name without extension
	faults []Failure
}

type metaRow struct {
	record
	member string
	used   atomic.Int32
}

// keyNames are columns that say which article a row is about.
var keyNames = []string{"path", "file", "filename", "filepath", "source", "name", "id", "docid", "documentid", "articleid", "uuid", "guid", "uid"}

// loadMetadata reads a CSV or JSONL file beside the articles.
func loadMetadata(ctx context.Context, opts Options) (*metadata, error) {
	f := formatOf(opts.Metadata)
	if !f.container {
		return nil, errors.New("want a .csv, .tsv, .jsonl or .json file")
	}
	m := &metadata{name: printable(path.Base(opts.Metadata)), byKey: make(map[string]int), byBase: make(map[string]int)}
	s, err := openFile(opts.Metadata, f.pack, nil, opts.MaxExpand)
	if err != nil {
		return nil, err
	}
	rowOpts := opts
	rowOpts.Fields = nil
	c, err := newContainer(Item{source: m.name, format: f.name}, s, rowOpts, anyColumns)
	if err != nil {
		s.close()
		return nil, err
	}
	defer c.close()
	r := Reader{opts: opts}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		it, ok := c.next()
		if !ok {
			break
		}
		rec, err := record{}, it.fault
		if err == nil {
			rec, err = r.record(it)
		}
		if err != nil {
			m.fault(it.member, err)
			continue
		}
		m.add(rec, it.member)
	}
	if len(m.rows) == 0 {
		return nil, errors.New("no rows")
	}
	return m, nil
}

func (m *metadata) fault(member string, err error) {
	m.faults = append(m.faults, Failure{Source: m.name, Member: member, Stage: "metadata", Err: err.Error()})
}

// add takes up a row under every key that it names.
func (m *metadata) add(rec record, member string) {
	var keys []string
	for _, want := range keyNames {
		for i, name := range rec.names {
			if fold(name) == want && rec.filled(i) {
				v := rec.values[i]
				if rec.json {
					v = flatten([]byte(v), "")
				}
				keys = append(keys, metaKey(v))
			}
		}
	}
	if len(keys) == 0 {
		m.fault(member, fmt.Errorf("the row names no article: no path, file or id among %s", clipList(rec.names)))
		return
	}
	for _, k := range keys {
		if other, ok := m.byKey[k]; ok && m.rows[other].member != member {
			m.fault(member, fmt.Errorf("%q was named by row %s already, which counts", k, m.rows[other].member))
			return
		}
	}
	i := len(m.rows)
	m.rows = append(m.rows, metaRow{record: rec, member: member})
	for _, k := range keys {
		m.byKey[k] = i
		if !strings.Contains(k, "/") {
			m.byBase[k] = i
		}
	}
}

// metaKey makes keys comparable: slashes, no leading "./".
func metaKey(k string) string {
	return strings.TrimPrefix(path.Clean(strings.ReplaceAll(strings.TrimSpace(k), `\`, "/")), "./")
}

// find returns the row about an item, and notes that it was used. The path
// counts before the base name, and that before the id.
func (m *metadata) find(it Item, id string) record {
	keys := []string{it.String()}
	if it.member == "" {
		keys = append(keys, path.Base(it.source), stem(it.source))
	}
	if id != "" {
		keys = append(keys, metaKey(id))
	}
	if it.input != "" {
		keys = slices.Insert(keys, 0, it.input+"/"+it.String())
	}
	for n, k := range keys {
		index := m.byKey
		if n > 0 && it.member == "" && k != metaKey(id) {
			index = m.byBase
		}
		if i, ok := index[k]; ok {
			m.rows[i].used.Add(1)
			return m.rows[i].record
		}
	}
	return record{}
}

// stem is the base name without extensions of formats.
func stem(source string) string {
	base := path.Base(source)
	for f := formatOf(base); f.name != "" || f.pack != ""; f = formatOf(base) {
		base = strings.TrimSuffix(base, path.Ext(base))
	}
	return base
}

// Leftovers returns what in the metadata file did not fit: rows that
// cannot be read, that name an article named before, or that matched none of
// the articles. It is complete when all items were read, or fingerprinted.
func (w *Walker) Leftovers() []Failure {
	m := w.reader.metadata
	if m == nil {
		return nil
	}
	out := slices.Clone(m.faults)
	for i := range m.rows {
		row := &m.rows[i]
		if row.used.Load() == 0 {
			out = append(out, Failure{Source: m.name, Member: row.member, Stage: "metadata", Err: "the row matches no article"})
		}
	}
	slices.SortStableFunc(out, func(a, b Failure) int {
		i, _ := strconv.Atoi(a.Member)
		j, _ := strconv.Atoi(b.Member)
		return i - j
	})
	return out
}
