package gazetteer

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxName is the length in bytes of the longest name that is kept.
const maxName = 200

// write turns the gathered records into the file.
func (b *builder) write() error {
	byWeight, err := newSorter(b.tmp, "weight", b.o.MemoryMiB<<20/3)
	if err != nil {
		return err
	}
	defer byWeight.Close()
	names := newSampler()
	if err := b.merge(byWeight, names); err != nil {
		return err
	}
	if err := b.checkTables(); err != nil {
		return err
	}
	b.byID.Close()
	w := &placeWriter{b: b, strs: map[string]uint64{}, divs: map[[3]string]uint64{}, admin1s: map[[2]string]uint64{}, cols: map[string]*colWriter{}}
	defer w.Close()
	if err := w.init(names.pairs()); err != nil {
		return err
	}
	byKey, err := newSorter(b.tmp, "key", b.o.MemoryMiB<<20/3)
	if err != nil {
		return err
	}
	defer byKey.Close()
	w.byKey = byKey
	total := byWeight.count
	if err := byWeight.Each(func(rec []byte) error {
		id, body, _ := strings.Cut(string(rec[1:]), "\x00")
		if w.n%65536 == 0 {
			b.o.Progress("number places", int64(w.n), total)
			if err := b.ctx.Err(); err != nil {
				return err
			}
		}
		p := parsePlace(body)
		p.ID = id
		return w.add(&p, rec[0])
	}); err != nil {
		return err
	}
	byWeight.Close()
	if w.n == 0 {
		return errors.New("no places")
	}
	k, err := w.writeKeys()
	if err != nil {
		return err
	}
	return w.assemble(k)
}

// merge lays the rows of each place over each other.
func (b *builder) merge(out *sorter, names *sampler) error {
	var cur place
	var curID string
	var lastLayer byte
	flush := func() error {
		if curID == "" || cur.Drop {
			return nil
		}
		if cur.Name == "" || !cur.HasPoint {
			return b.incomplete(curID)
		}
		cur.Code = cmp.Or(cur.Code, "LCTY")
		cur.Class = cmp.Or(cur.Class, "L")
		rec := append(make([]byte, 0, 256), byte(255-cur.weight()))
		rec = append(append(rec, curID...), 0)
		names.add(cur.Name)
		return out.Add(appendPlace(rec, &cur))
	}
	n := int64(0)
	b.o.Progress("merge rows", 0, b.byID.count)
	err := b.byID.Each(func(rec []byte) error {
		if n++; n%65536 == 0 {
			b.o.Progress("merge rows", n, b.byID.count)
			if err := b.ctx.Err(); err != nil {
				return err
			}
		}
		i := bytes.IndexByte(rec, 0)
		id, layer, kind, body := string(rec[:i]), rec[i+1], rec[i+2], rec[i+3:]
		if id != curID {
			if err := flush(); err != nil {
				return err
			}
			cur, curID, lastLayer = place{}, id, 0
		}
		if kind == rowName {
			cur.Names = append(cur.Names, placeName{string(body[1:]), NameKind(body[0])})
			return nil
		}
		p := parsePlace(string(body[4:]))
		if kind == rowTaken {
			cur.fill(&p)
			return nil
		}
		if layer == lastLayer && layer < firstTable {
			b.report.Same++
			cur.Names = append(cur.Names, p.Names...)
			return nil
		}
		lastLayer = layer
		cur.update(&p)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// incomplete reports a table's row about a place that nothing else describes.
func (b *builder) incomplete(id string) error {
	for _, at := range b.partial[id] { // else names of a place that was not wanted
		for i := range b.report.Files {
			if f := &b.report.Files[i]; f.Path == at.path {
				f.Kept--
				b.bad(f, at.line, fmt.Errorf("place %q: no other row gives it a name and a point", id))
				break
			}
		}
	}
	return nil
}

// checkTables reports a table of which no row can be used.
func (b *builder) checkTables() error {
	for _, f := range b.report.Files[len(b.report.Files)-len(b.o.Tables):] { // they are read last
		switch {
		case f.Rows <= 0:
			return fmt.Errorf("%s: no rows", f.Path)
		case f.Kept == 0:
			return fmt.Errorf("%s: none of its %d rows can be used", f.Path, f.Rows)
		}
	}
	return nil
}

// sampler keeps a share of the names it sees that depends on the names alone,
// and notes which bytes occur.
type sampler struct {
	used  [256]bool
	kept  []string
	size  int
	every uint32
}

const sampleBytes = 1 << 20

func newSampler() *sampler { return &sampler{every: 1} }

func (s *sampler) add(name string) {
	h := uint32(2166136261)
	for i := range len(name) {
		s.used[name[i]] = true
		h = (h ^ uint32(name[i])) * 16777619
	}
	h ^= h >> 15
	if h%s.every != 0 {
		return
	}
	s.kept = append(s.kept, name)
	if s.size += len(name); s.size > sampleBytes {
		s.every *= 2
		old := s.kept
		s.kept, s.size = nil, 0
		for _, k := range old {
			s.keep(k)
		}
	}
}

func (s *sampler) keep(name string) {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	if h ^= h >> 15; h%s.every == 0 {
		s.kept = append(s.kept, name)
		s.size += len(name)
	}
}

func (s *sampler) pairs() *pairs {
	sample := make([][]byte, len(s.kept))
	for i, k := range s.kept {
		sample[i] = []byte(k)
	}
	s.used[0] = false
	return newPairs(sample, &s.used)
}

// placeWriter numbers places and writes their columns.
type placeWriter struct {
	b     *builder
	cols  map[string]*colWriter
	byKey *sorter

	n       int
	dict    *pairs
	enc     *encoder
	disp    *colFile
	pool    []byte // strs
	strs    map[string]uint64
	codes   []string
	codeNo  map[string]uint64
	divs    map[[3]string]uint64
	divKeys [][3]string
	admin1s map[[2]string]uint64
	admins  map[[3]string]uint64 // place of a division
	keys    *sampler

	transliterated []bool // per place: its names come from another script
}

// colFile is a section of bytes being written.
type colFile struct {
	*colWriter
	size uint64
}

var placeColumns = []string{secCode, secLat, secLon, secDivision, secPop, secWeight, secSource, secID, secNameOff}

func (w *placeWriter) init(dict *pairs) error {
	w.dict, w.enc = dict, newEncoder(dict)
	w.codeNo, w.admins, w.keys = map[string]uint64{}, map[[3]string]uint64{}, newSampler()
	for _, name := range append(slices.Clone(placeColumns), secDivCountry, secDivCode1, secDivCode2, secDivPlace1, secDivPlace2, secDivAdmin1,
		secKeyBlock, secKeyPost, secKeyStart, secPostings, secSkeleton, secCodes, secBigPop) {
		c, err := newColWriter(w.b.tmp, name)
		if err != nil {
			return err
		}
		w.cols[name] = c
	}
	c, err := newColWriter(w.b.tmp, secNamePool)
	w.disp = &colFile{colWriter: c}
	w.intern("") // offset 0 is the empty string
	return err
}

func (w *placeWriter) Close() {
	for _, c := range w.cols {
		c.Close()
	}
	if w.disp != nil && w.disp.colWriter != nil {
		w.disp.Close()
	}
}

func (w *placeWriter) intern(s string) uint64 {
	if off, ok := w.strs[s]; ok {
		return off
	}
	off := uint64(len(w.pool))
	w.pool = append(append(w.pool, strings.ReplaceAll(s, "\x00", "")...), 0)
	w.strs[s] = off
	return off
}

// none is a number that no column can hold; written at any width it is the
// highest.
const none = ^uint64(0)

func (w *placeWriter) add(p *place, invWeight byte) error {
	b := w.b
	code := p.Class + "." + p.Code
	no, ok := w.codeNo[code]
	if !ok {
		no = uint64(len(w.codes))
		w.codeNo[code] = no
		w.codes = append(w.codes, code)
	}
	w.cols[secCode].put(no)
	lat, lon := packDegrees(p.Lat, 180), packDegrees(p.Lon, 360)
	w.cols[secLat].put(lat)
	w.cols[secLon].put(lon)
	w.cols[secDivision].put(w.division(p))
	w.cols[secPop].put(min(uint64(p.Population), 1<<24-1))
	if p.Population >= 1<<24-1 {
		w.cols[secBigPop].put(uint64(w.n))
		w.cols[secBigPop].put(uint64(p.Population))
	}
	w.cols[secWeight].put(uint64(255 - invWeight))
	if err := w.putID(p, lat, lon); err != nil {
		return err
	}
	if w.n%nameStride == 0 {
		w.cols[secNameOff].put(w.disp.size)
	}
	coded := w.enc.append(make([]byte, 1, 64), p.Name)
	coded[0] = byte(len(coded) - 1)
	w.disp.w.Write(coded)
	w.disp.size += uint64(len(coded))
	w.note(p)
	w.transliterated = append(w.transliterated, b.country(p.Country).otherScript() && (p.Class == "P" || p.Class == "A"))
	err := w.addNames(p)
	w.n++
	if w.n >= 1<<28 {
		return fmt.Errorf("more than %d places", w.n)
	}
	if b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	return err
}

// division returns the number of the place's (country, admin1, admin2).
func (w *placeWriter) division(p *place) uint64 {
	key := [3]string{p.Country, p.Admin1, p.Admin2}
	no, ok := w.divs[key]
	if !ok {
		no = uint64(len(w.divKeys))
		w.divs[key] = no
		w.divKeys = append(w.divKeys, key)
		w.b.country(p.Country)
	}
	return no
}

// putID writes source and id.
func (w *placeWriter) putID(p *place, lat, lon uint64) error {
	src := uint64(w.b.source(cmp.Or(p.Source, "user")))
	if src >= textID {
		return fmt.Errorf("more than %d sources", textID)
	}
	if num, ok := strings.CutPrefix(p.ID, "gn:"); ok {
		if v, err := strconv.ParseUint(num, 10, 40); err == nil {
			w.cols[secSource].put(src)
			w.cols[secID].put(v)
			return nil
		}
	}
	w.cols[secSource].put(src | textID)
	if p.ID == derivedID(unpackDegrees(lat, 180), unpackDegrees(lon, 360), p.Name) {
		w.cols[secID].put(none)
	} else {
		w.cols[secID].put(w.intern(w.b.withoutPrefix(src, p.ID)))
	}
	return nil
}

// withoutPrefix cuts the prefix off an id that most ids of its source have.
func (b *builder) withoutPrefix(source uint64, id string) string {
	p := &b.prefixes[source]
	if *p == "" {
		*p = id[:strings.IndexByte(id, ':')+1]
	}
	if rest, ok := strings.CutPrefix(id, *p); ok && *p != "" {
		return rest
	}
	return wholeID + id
}

// note remembers the places that stand for divisions, countries and capitals.
func (w *placeWriter) note(p *place) {
	id := ID(w.n)
	switch {
	case p.Country == "":
		return
	case p.Code == "ADM1" && p.Admin1 != "":
		w.firstAdmin([3]string{p.Country, p.Admin1, ""})
	case p.Code == "ADM2" && p.Admin2 != "":
		w.firstAdmin([3]string{p.Country, p.Admin1, p.Admin2})
	case p.Code == "PPLC":
		if c := w.b.country(p.Country); c.Capital == NoID {
			c.Capital = id
		}
	case strings.HasPrefix(p.Code, "PCL") && p.Code != "PCLH":
		if c := w.b.country(p.Country); c.Place == NoID || w.b.countryID[p.Country] == p.ID {
			c.Place = id
		}
	}
}

func (w *placeWriter) firstAdmin(key [3]string) {
	if _, ok := w.admins[key]; !ok {
		w.admins[key] = uint64(w.n)
	}
}

// addNames sorts the place's keys in. A record is the key, 0, the place, the kind.
func (w *placeWriter) addNames(p *place) error {
	kinds := map[string]NameKind{}
	put := func(name string, kind NameKind) {
		if len(name) > maxName {
			return
		}
		key := Fold(name)
		if old, ok := kinds[key]; key != "" && len(key) <= maxName && (!ok || kind < old) {
			kinds[key] = kind
		}
	}
	put(p.Name, Primary)
	for _, n := range p.Names {
		if n.Kind != removedName {
			put(n.Name, n.Kind)
		}
	}
	for _, n := range p.Names {
		if n.Kind == removedName {
			delete(kinds, Fold(n.Name))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(kinds)) {
		w.keys.add(key)
		rec := append(append(make([]byte, 0, 64), key...), 0)
		rec = binary.BigEndian.AppendUint32(rec, uint32(w.n))
		if err := w.byKey.Add(append(rec, byte(kinds[key]))); err != nil {
			return err
		}
	}
	return nil
}

// assemble writes the file from what was gathered.
func (w *placeWriter) assemble(k *keyWriter) error {
	codes := slices.Sorted(maps.Keys(w.b.countries))
	if !slices.Contains(codes, "") {
		codes = slices.Insert(codes, 0, "")
		w.b.country("")
	}
	var table []byte
	number := map[string]uint64{}
	for i, code := range codes {
		number[code] = uint64(i)
		table = w.b.countries[code].append(table)
	}
	w.putDivisions(number)
	for _, c := range w.codes {
		w.cols[secCodes].put(w.intern(c))
	}
	meta, err := json.Marshal(Info{Places: w.n, Names: k.n, Sources: w.b.sourceNames, Prefixes: w.b.prefixes, Files: w.b.fileList(), Notice: strings.Join(w.b.notice, " ")})
	if err != nil {
		return err
	}
	columns := []struct {
		name  string
		least int
	}{
		{secCodes, 1}, {secCode, 1}, {secLat, 3}, {secLon, 3}, {secDivision, 1}, {secPop, 3}, {secBigPop, 8}, {secWeight, 1}, {secSource, 1},
		{secNameOff, 1}, {secDivCountry, 1}, {secDivCode1, 1}, {secDivCode2, 1}, {secDivAdmin1, 1},
		{secKeyBlock, 1}, {secKeyPost, 1}, {secKeyStart, 1}, {secPostings, 1}, {secSkeleton, 1}, {secID, 1}, {secDivPlace1, 1}, {secDivPlace2, 1},
	}
	f, err := newFileWriter(w.b.o.Out+".tmp", len(columns)+3+4)
	if err != nil {
		return err
	}
	defer os.Remove(w.b.o.Out + ".tmp")
	f.bytes(secMeta, meta)
	f.bytes(secCountry, table)
	f.bytes(secStrings, w.pool)
	for _, c := range columns {
		f.column(c.name, w.cols[c.name], c.least)
	}
	f.section(secNamePool, 0, w.disp.copyBytes)
	f.bytes(secNameDict, w.dict.append(nil))
	f.section(secKeys, 0, k.keys.copyBytes)
	f.bytes(secKeyDict, k.dict.append(nil))
	size, err := f.finish()
	if err != nil {
		return err
	}
	return w.done(size, k.n, f.sum)
}

func (w *placeWriter) done(size int64, names int, sum uint32) error {
	r := &w.b.report
	r.Bytes, r.Places, r.Names, r.Version = size, w.n, names, strconv.FormatUint(uint64(sum), 16)
	return os.Rename(w.b.o.Out+".tmp", w.b.o.Out)
}

func (w *placeWriter) putDivisions(country map[string]uint64) {
	put := func(col string, v uint64) { w.cols[col].put(v) }
	for _, d := range w.divKeys {
		put(secDivCountry, country[d[0]])
		put(secDivCode1, w.intern(d[1]))
		put(secDivCode2, w.intern(d[2]))
		no := uint64(0)
		if d[0] != "" && d[1] != "" {
			key := [2]string{d[0], d[1]}
			if _, ok := w.admin1s[key]; !ok {
				w.admin1s[key] = uint64(len(w.admin1s) + 1)
			}
			no = w.admin1s[key]
		}
		put(secDivAdmin1, no)
		at := func(key [3]string) uint64 {
			if v, ok := w.admins[key]; ok && key[1] != "" {
				return v
			}
			return none
		}
		put(secDivPlace1, at([3]string{d[0], d[1], ""}))
		if d[2] == "" {
			put(secDivPlace2, none)
		} else {
			put(secDivPlace2, at(d))
		}
	}
}

// copyBytes writes what went to the file as bytes.
func (c *colFile) copyBytes(w io.Writer) error {
	if err := c.w.Flush(); err != nil {
		return err
	}
	if _, err := c.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, c.f)
	return err
}

func (b *builder) fileList() (out []string) {
	for _, f := range b.report.Files {
		if f.SHA256 != "" {
			out = append(out, f.SHA256+" "+baseName(f.Path))
		}
	}
	return out
}
