package gazetteer

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// BuildOptions says what an index is built from. At least one of Sources,
// Dump and Tables must be given. Later layers add to, and where they say so
// replace, what earlier ones hold: Base, Sources, Dump, then Tables in order.
type BuildOptions struct {
	Out string // the index file to write; required

	Base    *Index   // start from this index, such as Embedded()
	Sources string   // folder of composed sources, as the embedded index is built from
	Dump    string   // folder of a GeoNames dump: allCountries.txt and what else is there
	Tables  []string // CSV or TSV files of the user's own; see ReadTable

	Classes   string   // feature classes to keep of a dump; "" is "AHLPSTUV", all but roads (R)
	Languages []string // languages of alternate names to keep of a dump; nil is "en" and names without a language, in Latin letters

	TempDir   string // for intermediate files, about three times the size of the result; "" is the folder of Out
	MemoryMiB int    // for sorting; 0 is 256
	MaxErrors int    // bad rows to describe in the Report; 0 is 100. All are counted.

	// Progress, if not nil, is called now and then with the stage and how far
	// it is; total is 0 when it is not known.
	Progress func(stage string, done, total int64)
}

func (o BuildOptions) withDefaults() BuildOptions {
	o.TempDir = cmp.Or(o.TempDir, filepath.Dir(o.Out))
	o.MemoryMiB = cmp.Or(o.MemoryMiB, 256)
	o.MaxErrors = cmp.Or(o.MaxErrors, 100)
	o.Classes = cmp.Or(o.Classes, "AHLPSTUV")
	if o.Languages == nil {
		o.Languages = []string{"", "en"}
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	return o
}

// Validate lists everything that is wrong with the options.
func (o BuildOptions) Validate() error {
	var errs []error
	if o.Out == "" {
		errs = append(errs, errors.New("no output file"))
	}
	if o.Sources == "" && o.Dump == "" && len(o.Tables) == 0 {
		errs = append(errs, errors.New("nothing to build from: want sources, a dump or a table"))
	}
	if o.Sources == "" && o.Dump == "" && o.Base == nil {
		errs = append(errs, errors.New("a table alone knows no countries: want a base, sources or a dump"))
	}
	if o.MemoryMiB < 0 || o.MaxErrors < 0 {
		errs = append(errs, errors.New("negative limits"))
	}
	return errors.Join(errs...)
}

// Report says what a build read and wrote.
type Report struct {
	Files    []FileReport
	Errors   []RowError // the first BuildOptions.MaxErrors bad rows
	Bad      int        // all bad rows
	Replaced int        // places that a later layer replaced, took over or dropped
	Same     int        // rows left out because another row has the same id
	Places   int
	Names    int   // distinct keys
	Bytes    int64 // of the file
	Version  string
}

// FileReport counts the rows of one input.
type FileReport struct {
	Path   string
	SHA256 string // of the file as it lies on disk; "" for a base
	Rows   int    // without comments and empty lines
	Kept   int
	Bad    int // rows that could not be used; RowErrors say why
}

// RowError is one row that could not be used.
type RowError struct {
	Path string
	Line int // from 1
	Err  error
}

// Error returns "path:line: what is wrong".
func (e RowError) Error() string { return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err) }

// Unwrap returns the cause.
func (e RowError) Unwrap() error { return e.Err }

// Build makes an index file. The same inputs give the same bytes, whatever the
// machine and the memory. Bad rows are reported and left out; an error, such as
// a table without any other rows, means that there is no file, and the Report
// is that of what was read. The file appears under its name only when it is
// complete.
func Build(ctx context.Context, o BuildOptions) (Report, error) {
	if err := o.Validate(); err != nil {
		return Report{}, fmt.Errorf("gazetteer: build: %w", err)
	}
	o = o.withDefaults()
	tmp, err := os.MkdirTemp(o.TempDir, ".gazetteer-*")
	if err != nil {
		return Report{}, fmt.Errorf("gazetteer: build: %w", err)
	}
	defer os.RemoveAll(tmp)
	b := &builder{o: o, ctx: ctx, tmp: tmp, countries: map[string]*Country{}, countryID: map[string]string{}, takenBy: map[string]string{},
		divisions: map[string]map[string]bool{}, partial: map[string][]rowAt{}, sources: map[string]int{}}
	if err := b.run(); err != nil {
		return b.report, fmt.Errorf("gazetteer: build: %w", err)
	}
	return b.report, nil
}

// Layers of rows: base, sources, dump, and from firstTable on the tables.
const (
	firstTable = 2*3 + 2
	maxLayer   = 250
)

// builder carries the state of one build. Rows go through three sorts, all on
// disk where they have to be: by id, which brings the layers of a place
// together; by salience, which numbers the places; names by key.
type builder struct {
	o      BuildOptions
	ctx    context.Context
	tmp    string
	report Report
	notice []string

	countries map[string]*Country        // by code
	countryID map[string]string          // code -> id of the country as a place
	takenBy   map[string]string          // id of a place -> id of the one that takes its place
	divisions map[string]map[string]bool // codes of admin1 by country, of all but the tables' places
	partial   map[string][]rowAt         // tables' rows that need another row about the place
	layer     byte
	rows      uint32 // so far, to keep the rows of a layer in their order

	byID *sorter

	sources     map[string]int
	sourceNames []string
	prefixes    []string // of text ids, by source
}

func (b *builder) run() error {
	if err := b.readCountries(); err != nil {
		return err
	}
	if err := b.readTakeovers(); err != nil {
		return err
	}
	var err error
	if b.byID, err = newSorter(b.tmp, "id", b.o.MemoryMiB<<20/3); err != nil {
		return err
	}
	defer b.byID.Close()
	layers := []func() error{
		func() error { return b.readBase(b.o.Base) },
		func() error { return b.readSources(b.o.Sources) },
		func() error { return b.readDump(b.o.Dump) },
	}
	for _, path := range b.o.Tables {
		layers = append(layers, func() error { return b.readTable(path) })
	}
	for i, read := range layers {
		b.layer = byte(min(2*i+2, maxLayer)) // the odd layer after it completes its rows
		if err := read(); err != nil {
			return err
		}
	}
	return b.write()
}

// place is one row about a place; fields that a row does not know are empty.
type place struct {
	ID, Source, Name        string
	HasPoint                bool
	Lat, Lon                float64
	Class, Code             string
	Country, Admin1, Admin2 string
	Population              int64
	Stands                  int64 // what stands for a population where there is none to speak of
	Priority                int64 // user's: each step doubles the salience
	Drop                    bool  // the place goes
	Fresh                   bool  // names of earlier layers go
	Known                   bool  // Stands says all of how widely it is known
	Names                   []placeName
}

type placeName struct {
	Name string
	Kind NameKind
}

// removedName is the kind of a name that a table takes away.
const removedName NameKind = 8

// Kinds of rows, in the order in which those of one layer are laid over each other.
const (
	rowOwn   byte = iota // about the place itself
	rowTaken             // about a place that it stands for: fills what is empty
	rowName
)

// addPlace takes one row about a place.
func (b *builder) addPlace(p *place) error {
	id, kind := p.ID, rowOwn
	if b.layer < firstTable {
		b.addDivision(p)
	}
	if to, ok := b.takenBy[id]; ok {
		id, kind = to, rowTaken
		b.report.Replaced++
	}
	rec := append(make([]byte, 0, 256), id...)
	rec = append(rec, 0, b.layer, kind)
	rec = binary.BigEndian.AppendUint32(rec, b.rows)
	b.rows++
	return b.byID.Add(appendPlace(rec, p))
}

// addName takes another name of a place.
func (b *builder) addName(id, name string, kind NameKind) error {
	if to, ok := b.takenBy[id]; ok {
		id = to
	}
	rec := append(make([]byte, 0, 96), id...)
	rec = append(rec, 0, b.layer, rowName, byte(kind))
	return b.byID.Add(append(rec, name...))
}

// bad notes a row that cannot be used.
func (b *builder) bad(f *FileReport, line int, err error) {
	f.Bad++
	b.report.Bad++
	if len(b.report.Errors) < b.o.MaxErrors {
		b.report.Errors = append(b.report.Errors, RowError{f.Path, line, err})
	}
}

func (b *builder) source(name string) int {
	n, ok := b.sources[name]
	if !ok {
		n = len(b.sourceNames)
		b.sources[name] = n
		b.sourceNames = append(b.sourceNames, name)
		b.prefixes = append(b.prefixes, "")
	}
	return n
}

func (b *builder) cite(notice string) {
	if !slices.Contains(b.notice, notice) {
		b.notice = append(b.notice, notice)
	}
}

// country returns the country with this code, made where it is new.
func (b *builder) country(code string) *Country {
	c := b.countries[code]
	if c == nil {
		c = &Country{Code: code, Capital: NoID, Place: NoID}
		b.countries[code] = c
	}
	return c
}

// A place as a record: its fields, each ended by 0x1f, then its names.
const fieldEnd = "\x1f"

func appendPlace(dst []byte, p *place) []byte {
	flag := func(v bool, s string) string {
		if v {
			return s
		}
		return ""
	}
	point := ""
	if p.HasPoint {
		point = strconv.FormatFloat(p.Lat, 'g', -1, 64) + "," + strconv.FormatFloat(p.Lon, 'g', -1, 64)
	}
	for _, f := range []string{
		p.Source, p.Name, point, p.Class, p.Code, p.Country, p.Admin1, p.Admin2,
		number(p.Population), number(p.Stands), number(p.Priority), flag(p.Drop, "d") + flag(p.Fresh, "f") + flag(p.Known, "k"),
	} {
		dst = append(append(dst, strings.ReplaceAll(f, fieldEnd, " ")...), fieldEnd...)
	}
	for _, n := range p.Names {
		dst = append(append(append(dst, byte('0'+n.Kind)), strings.ReplaceAll(n.Name, fieldEnd, " ")...), fieldEnd...)
	}
	return dst
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// parsePlace is the inverse of appendPlace.
func parsePlace(rec string) (p place) {
	next := func() (f string) {
		f, rec, _ = strings.Cut(rec, fieldEnd)
		return f
	}
	p.Source, p.Name = next(), next()
	if pt := next(); pt != "" {
		p.HasPoint = true
		lat, lon, _ := strings.Cut(pt, ",")
		p.Lat, _ = strconv.ParseFloat(lat, 64)
		p.Lon, _ = strconv.ParseFloat(lon, 64)
	}
	p.Class, p.Code, p.Country, p.Admin1, p.Admin2 = next(), next(), next(), next(), next()
	for _, to := range []*int64{&p.Population, &p.Stands, &p.Priority} {
		if s := next(); s != "" {
			*to, _ = strconv.ParseInt(s, 10, 64)
		}
	}
	flags := next()
	p.Drop, p.Fresh, p.Known = strings.Contains(flags, "d"), strings.Contains(flags, "f"), strings.Contains(flags, "k")
	for rec != "" {
		if n := next(); len(n) > 1 {
			p.Names = append(p.Names, placeName{n[1:], NameKind(n[0] - '0')})
		}
	}
	return p
}

// update lays a later row over an earlier one.
func (p *place) update(q *place) {
	set := func(to *string, v string) {
		if v != "" {
			*to = v
		}
	}
	if q.Fresh {
		p.Names = nil
	} else if p.Name != "" && q.Name != "" && p.Name != q.Name {
		p.Names = append(p.Names, placeName{p.Name, Alternate})
	}
	set(&p.Source, q.Source)
	set(&p.Name, q.Name)
	if q.HasPoint {
		p.HasPoint, p.Lat, p.Lon = true, q.Lat, q.Lon
	}
	if q.Code != "" {
		p.Class, p.Code = q.Class, q.Code
	}
	set(&p.Country, q.Country)
	set(&p.Admin1, q.Admin1)
	set(&p.Admin2, q.Admin2)
	for _, f := range []struct {
		to *int64
		v  int64
	}{{&p.Population, q.Population}, {&p.Stands, q.Stands}, {&p.Priority, q.Priority}} {
		if f.v != 0 {
			*f.to = f.v
		}
	}
	p.Drop = q.Drop
	p.Known = p.Known || q.Known
	p.Names = append(p.Names, q.Names...)
}

// fill completes a row by one about a place that it stands for.
func (p *place) fill(q *place) {
	own := *p
	*p = *q
	p.Names = nil
	p.update(&own)
	p.Stands = max(own.Stands, q.Stands)
	p.Names = append(append(p.Names, own.Names...), q.Names...)
}

// weight is the salience of a place in eighths of a power of two. A settlement
// that is called by many names is known to many peoples: Geneva in Switzerland
// has 30, in Illinois none.
func (p *place) weight() int {
	w := weightOf(max(p.Population, p.Stands)) + int(8*p.Priority)
	if p.Class == "P" && !p.Known {
		w += max(weightOf(int64(p.ownNames()))-weightOf(usualNames), 0)
	}
	return min(max(w, 0), 255)
}

// usualNames is how many names a settlement may have without being known for it.
const usualNames = 6

// ownNames counts the names of a place, spelt differently.
func (p *place) ownNames() int {
	if len(p.Names) <= usualNames {
		return len(p.Names)
	}
	seen := map[string]bool{}
	for _, n := range p.Names {
		if n.Kind <= Alternate {
			seen[Fold(n.Name)] = true
		}
	}
	return len(seen)
}
