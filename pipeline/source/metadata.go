package source

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
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
	rows   []*metaRow
	byKey  map[string]int   // path or id, as written
	byStem map[string][]int // base name without extensions of formats
	faults []Failure
	sum    [sha256.Size]byte // of all rows
}

type metaRow struct {
	record
	keys   []string
	member string
	user   atomic.Uint64 // hash of the item that the row was found for; 0 for none
	shared atomic.Bool   // it was found for several
}

// use notes that the row was found for an item.
func (r *metaRow) use(it Item) {
	h := fnv.New64a()
	io.WriteString(h, it.input+"\x00"+it.String())
	if id := h.Sum64() | 1; !r.user.CompareAndSwap(0, id) && r.user.Load() != id {
		r.shared.Store(true)
	}
}

// keyNames are columns that say which article a row is about.
var keyNames = []string{"path", "file", "filename", "filepath", "source", "name", "id", "docid", "documentid", "articleid", "uuid", "guid", "uid"}

// metadataFormat tells the format of a metadata file by its name.
func metadataFormat(name string) (format, error) {
	f := formatOf(name)
	if f.kind != recorded || f.name == "warc" || f.name == "mbox" {
		return f, errors.New("want a .csv, .tsv, .jsonl, .json, .parquet or .arrow file")
	}
	return f, nil
}

// loadMetadata reads a CSV or JSONL file beside the articles.
func loadMetadata(ctx context.Context, opts Options) (*metadata, error) {
	f, err := metadataFormat(opts.Metadata)
	if err != nil {
		return nil, err
	}
	m := &metadata{name: printable(path.Base(opts.Metadata)), byKey: make(map[string]int), byStem: make(map[string][]int)}
	s, err := opts.openFile(opts.Metadata, f.pack, nil)
	if err != nil {
		return nil, err
	}
	rowOpts := opts
	rowOpts.Fields = nil
	c, err := cutterOfRows(Item{source: m.name, format: f.name}, s, rowOpts)
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
	if len(m.rows) == 0 { // then there are faults: a file without a record is one
		first := m.faults[0]
		if first.Member == "" {
			return nil, errors.New(first.Err)
		}
		return nil, fmt.Errorf("no row can be used; row %s: %s", first.Member, first.Err)
	}
	h := sha256.New()
	for _, row := range m.rows {
		fmt.Fprintf(h, "%q %q\n", row.names, row.values)
	}
	h.Sum(m.sum[:0])
	return m, nil
}

// cutterOfRows cuts a file of any columns.
func cutterOfRows(it Item, s *stream, opts Options) (cutter, error) {
	if it.format == "parquet" || it.format == "arrow" {
		return newColumnar(it, s, opts)
	}
	return newContainer(it, s, opts, anyColumns)
}

func (m *metadata) fault(member string, err error) {
	m.faults = append(m.faults, Failure{Source: m.name, Member: member, Stage: "metadata", Err: err.Error()})
}

// add takes up a row under every key that it names.
func (m *metadata) add(rec record, member string) {
	var keys []string
	for _, want := range keyNames {
		for i, name := range rec.folded {
			if name == want && rec.filled(i) {
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
			m.fault(member, fmt.Errorf("named twice: %q was named by row %s already, which counts", k, m.rows[other].member))
			return
		}
	}
	i := len(m.rows)
	m.rows = append(m.rows, &metaRow{record: rec, keys: keys, member: member})
	for _, k := range keys {
		m.byKey[k] = i
		m.byStem[stem(k)] = append(m.byStem[stem(k)], i)
	}
}

// metaKey makes keys comparable: slashes, no leading "./".
func metaKey(k string) string {
	return strings.TrimPrefix(path.Clean(strings.ReplaceAll(strings.TrimSpace(k), `\`, "/")), "./")
}

// find returns the row about an item, and notes that it was used: the row that
// names its path, else the end of it ("b/x.txt", "x.txt" and "x" all mean
// a/b/x.txt), else its id.
func (m *metadata) find(it Item, id string) record {
	i, ok := m.byKey[it.String()]
	if it.input != "" {
		if j, found := m.byKey[it.input+"/"+it.String()]; found {
			i, ok = j, true
		}
	}
	switch {
	case ok:
	case it.member == "":
		i, ok = m.byTail(it.source)
	case it.entry:
		if i, ok = m.byTail(it.member); !ok {
			i, ok = m.byTail(it.member[strings.LastIndexByte(it.member, '#')+1:]) // in an archive inside an archive
		}
	}
	if !ok && id != "" {
		i, ok = m.byKey[metaKey(id)]
	}
	if !ok {
		return record{}
	}
	m.rows[i].use(it)
	return m.rows[i].record
}

// byTail finds the row with the longest key that ends as the path does, or the
// path as it.
func (m *metadata) byTail(source string) (row int, ok bool) {
	base, longest := path.Base(source), 0
	for _, i := range m.byStem[stem(source)] {
		for _, k := range m.rows[i].keys {
			whole := k
			if last := path.Base(k); last != base {
				if last != stem(base) {
					continue
				}
				whole = strings.TrimSuffix(k, last) + base
			}
			if (endsIn(source, whole) || endsIn(whole, source)) && len(k) > longest {
				row, ok, longest = i, true, len(k)
			}
		}
	}
	return row, ok
}

// endsIn reports whether a path ends in the components of another one.
func endsIn(p, tail string) bool { return p == tail || strings.HasSuffix(p, "/"+tail) }

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
		row := m.rows[i]
		switch {
		case row.user.Load() == 0:
			out = append(out, Failure{Source: m.name, Member: row.member, Stage: "metadata", Err: "the row matches no article"})
		case row.shared.Load():
			out = append(out, Failure{Source: m.name, Member: row.member, Stage: "metadata", Err: "the row matches several articles, all of which got it"})
		}
	}
	slices.SortStableFunc(out, func(a, b Failure) int {
		i, _ := strconv.Atoi(a.Member)
		j, _ := strconv.Atoi(b.Member)
		return i - j
	})
	return out
}
