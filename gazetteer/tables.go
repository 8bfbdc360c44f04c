package gazetteer

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The columns of a user's table. The first row names those that it has.
const (
	colID         = "id"         // "gn:98182", "98182" (GeoNames) or anything of one's own; without it one is made of point and name
	colName       = "name"       // the place's usual name
	colLat        = "lat"        // degrees
	colLon        = "lon"        //
	colClass      = "class"      // GeoNames' feature class, one letter
	colCode       = "code"       // GeoNames' feature code
	colCountry    = "country"    // ISO 3166-1 alpha-2
	colAdmin1     = "admin1"     // GeoNames' codes
	colAdmin2     = "admin2"     //
	colPopulation = "population" //
	colSalience   = "salience"   // how many people a place as widely known has, for places without people
	colPriority   = "priority"   // -8 to 8: each step doubles how widely known the place is taken to be
	colNames      = "names"      // more names, parted by "|"; "demonym:", "abbreviation:", "historic:" before one say its kind, "remove:" takes it away
	colReplaces   = "replaces"   // ids of places that this one stands for from now on, parted by "|"
	colMode       = "mode"       // "" adds to what is known of the id; "replace" forgets it; "drop" removes the place
)

var tableColumns = []string{colID, colName, colLat, colLon, colClass, colCode, colCountry, colAdmin1, colAdmin2,
	colPopulation, colSalience, colPriority, colNames, colReplaces, colMode}

// eachTableRow calls f with the rows of a table as maps from column to value.
// Files that end in .tsv are split at tabs, others are CSV; both may be gzipped.
func (b *builder) eachTableRow(path string, f func(rep *input, line int, row map[string]string) error) error {
	rep, done, err := b.open(path)
	if err != nil {
		return err
	}
	defer done()
	var header []string
	row := map[string]string{}
	each := func(line int, cells []string) error {
		if header == nil {
			header, err = tableHeader(cells)
			if err != nil {
				return fatal{fmt.Errorf("%s:%d: %w", path, line, err)}
			}
			rep.Rows--
			return errSkip
		}
		if len(cells) > len(header) {
			return fmt.Errorf("%d fields, the first row has %d", len(cells), len(header))
		}
		clear(row)
		for i, c := range cells {
			row[header[i]] = strings.TrimSpace(c)
		}
		return f(rep, line, row)
	}
	if strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".tsv") {
		return b.scan(rep, rep.in, func(line int, text string) error { return each(line, strings.Split(text, "\t")) })
	}
	return b.scanCSV(rep, each)
}

func (b *builder) scanCSV(rep *input, each func(line int, cells []string) error) error {
	in := bufio.NewReader(rep.in)
	if bom, _ := in.Peek(3); string(bom) == "\xef\xbb\xbf" {
		in.Discard(3)
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.Comment = -1, '#'
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return b.closeInput(rep)
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			rep.Rows++
			b.bad(&rep.FileReport, bad.Line, bad.Err)
			continue
		} else if err != nil {
			return fmt.Errorf("%s: %w", rep.Path, err)
		}
		line, _ := r.FieldPos(0)
		rep.Rows++
		switch err := each(line, cells); {
		case errors.As(err, new(fatal)):
			return err
		case errors.Is(err, errSkip):
		case err != nil:
			b.bad(&rep.FileReport, line, err)
		default:
			rep.Kept++
		}
	}
}

func tableHeader(cells []string) ([]string, error) {
	var out []string
	for _, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if !slices.Contains(tableColumns, c) {
			return nil, fmt.Errorf("column %q: want some of %s", c, strings.Join(tableColumns, ", "))
		}
		if slices.Contains(out, c) {
			return nil, fmt.Errorf("column %q twice", c)
		}
		out = append(out, c)
	}
	if !slices.Contains(out, colID) && !slices.Contains(out, colName) {
		return nil, fmt.Errorf("neither column %q nor %q", colID, colName)
	}
	return out, nil
}

// eachTablePlace calls f with the places of a table. Rows about the same place
// add to each other; one that says something else than a row before it is a
// bad one.
func (b *builder) eachTablePlace(path string, f func(rep *input, line int, p *place, row map[string]string) error) error {
	type seen struct {
		line int
		rec  string
	}
	rows := map[string]seen{}
	return b.eachTableRow(path, func(rep *input, line int, row map[string]string) error {
		p, err := b.tablePlace(row)
		if err != nil {
			return err
		}
		before, again := rows[p.ID]
		if !again {
			rows[p.ID] = seen{line, string(appendPlace(nil, &p))}
			return f(rep, line, &p, row)
		}
		q := parsePlace(before.rec)
		if column := q.contradicts(&p); column != "" {
			return fmt.Errorf("id %q: another %s than in line %d", p.ID, column, before.line)
		}
		q.update(&p)
		q.Names = nil
		rows[p.ID] = seen{before.line, string(appendPlace(nil, &q))}
		return f(rep, line, &p, row)
	})
}

// contradicts names a column of a table in which a row q about the place says
// something else than the rows before it; "" when it adds to them. Salience and
// priority are no facts: the last ones count.
func (p *place) contradicts(q *place) string {
	for _, c := range []struct{ column, was, is string }{
		{colName, Fold(p.Name), Fold(q.Name)}, {colCode, p.Class + p.Code, q.Class + q.Code},
		{colCountry, p.Country, q.Country}, {colAdmin1, p.Admin1, q.Admin1}, {colAdmin2, p.Admin2, q.Admin2},
		{colPopulation, number(p.Population), number(q.Population)},
	} {
		if c.was != "" && c.is != "" && c.was != c.is {
			return c.column
		}
	}
	switch {
	case p.HasPoint && q.HasPoint && (p.Lat != q.Lat || p.Lon != q.Lon):
		return "point"
	case p.Drop != q.Drop || q.Fresh:
		return colMode
	}
	return ""
}

// readTakeovers notes which places are to stand for which, and which divisions
// the tables add, before any row of them is read.
func (b *builder) readTakeovers() error {
	for _, path := range b.o.Tables {
		b2 := &builder{o: b.o, ctx: b.ctx, countries: b.countries} // errors are reported when the table is read for good
		b2.o.MaxErrors = 0
		err := b2.eachTablePlace(path, func(_ *input, _ int, p *place, row map[string]string) error {
			for _, old := range list(row[colReplaces], "|") {
				b.takenBy[tableID(old)] = p.ID
			}
			if p.Code == "ADM1" {
				b.addDivision(p)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readTable reads a user's table.
func (b *builder) readTable(path string) error {
	b.cite("Table " + baseName(path) + ".")
	return b.eachTablePlace(path, func(rep *input, line int, p *place, _ map[string]string) error {
		if err := b.checkDivision(p); err != nil {
			return err
		}
		if !p.HasPoint || p.Name == "" {
			b.partial[p.ID] = append(b.partial[p.ID], rowAt{rep.Path, line})
		}
		return must(b.addPlace(p))
	})
}

// addDivision notes that places lie in a division.
func (b *builder) addDivision(p *place) {
	if p.Country == "" || p.Admin1 == "" || p.Admin1 == noDivision {
		return
	}
	codes := b.divisions[p.Country]
	if codes == nil {
		codes = map[string]bool{}
		b.divisions[p.Country] = codes
	}
	codes[p.Admin1] = true
}

// noDivision is GeoNames' code of admin1 where there is none.
const noDivision = "00"

// checkDivision says whether the division of a table's row is one that places
// of the layers before lie in, or that a table adds. Where a country has none,
// every code is one. What a row replaces it has taken over by then.
func (b *builder) checkDivision(p *place) error {
	codes := b.divisions[p.Country]
	if p.Admin1 == "" || p.Admin1 == noDivision || len(codes) == 0 || codes[p.Admin1] {
		return nil
	}
	return fmt.Errorf("unknown admin1 %q of country %s: want a code such as %s", p.Admin1, p.Country, slices.Min(slices.Collect(maps.Keys(codes))))
}

// rowAt is where a row stands.
type rowAt struct {
	path string
	line int
}

func tableID(s string) string {
	s = strings.TrimSpace(s)
	if _, err := strconv.ParseUint(s, 10, 40); err == nil {
		return "gn:" + s
	}
	return s
}

// tablePlace reads one row.
func (b *builder) tablePlace(row map[string]string) (p place, err error) {
	p = place{ID: tableID(row[colID]), Name: row[colName], Class: row[colClass], Code: row[colCode],
		Country: row[colCountry], Admin1: row[colAdmin1], Admin2: row[colAdmin2]}
	if row[colLat] != "" || row[colLon] != "" {
		if err := p.setPoint(row[colLat], row[colLon]); err != nil {
			return p, err
		}
	}
	if p.Name != "" {
		if err := checkName(p.Name); err != nil {
			return p, err
		}
	}
	if p.ID == "" {
		if p.Name == "" || !p.HasPoint {
			return p, errors.New("a row without an id needs a name and a point")
		}
		p.ID = derivedID(unpackDegrees(packDegrees(p.Lat, 180), 180), unpackDegrees(packDegrees(p.Lon, 360), 360), p.Name)
	}
	if len(p.ID) > maxName || strings.ContainsAny(p.ID, "\x00\x1f") {
		return p, fmt.Errorf("id %q", p.ID)
	}
	if err := b.checkCountry(p.Country); err != nil {
		return p, err
	}
	if (p.Class == "") != (p.Code == "") || len(p.Class) > 1 || len(p.Code) > 8 {
		return p, fmt.Errorf("class %q and code %q: want one letter and a code, such as P and PPL", p.Class, p.Code)
	}
	if p.Population, err = people(row[colPopulation]); err != nil {
		return p, err
	}
	if p.Stands, err = people(row[colSalience]); err != nil {
		return p, err
	}
	if s := row[colPriority]; s != "" {
		if p.Priority, err = strconv.ParseInt(s, 10, 8); err != nil || p.Priority < -8 || p.Priority > 8 {
			return p, fmt.Errorf("priority %q: want -8 to 8", s)
		}
	}
	switch row[colMode] {
	case "", "add":
	case "replace":
		p.Fresh = true
	case "drop":
		p.Drop = true
	default:
		return p, fmt.Errorf("mode %q: want add, replace or drop", row[colMode])
	}
	for _, n := range list(row[colNames], "|") {
		name := placeName{Name: strings.TrimSpace(n), Kind: Alternate}
		if kind, rest, ok := strings.Cut(n, ":"); ok {
			k := slices.Index(kindNames[:], strings.TrimSpace(kind))
			if strings.TrimSpace(kind) == "remove" {
				k = int(removedName)
			}
			if k < 0 {
				return p, fmt.Errorf("name %q: kind %q is none of %s, remove", n, kind, strings.Join(kindNames[:], ", "))
			}
			name = placeName{strings.TrimSpace(rest), NameKind(k)}
		}
		if err := checkName(name.Name); err != nil {
			return p, err
		}
		p.Names = append(p.Names, name)
	}
	return p, nil
}

// baseCountries takes over the countries of another index.
func (b *builder) baseCountries(x *Index) {
	for _, c := range x.countries {
		own := b.country(c.Code)
		id := ""
		if c.Place != NoID {
			id = x.PlaceID(c.Place)
		}
		*own = c
		own.Capital, own.Place = NoID, NoID
		b.countryID[c.Code] = id
	}
}

// readBase takes over the places of another index.
func (b *builder) readBase(x *Index) error {
	if x == nil {
		return nil
	}
	for i := range x.Len() {
		id := ID(i)
		e := x.Entry(id)
		p := place{ID: e.ID, Source: e.Source, Name: e.Name, HasPoint: true, Lat: e.Lat, Lon: e.Lon, Class: e.Class, Code: e.Code,
			Country: e.Country, Admin1: e.Admin1Code, Admin2: e.Admin2Code, Population: e.Population, Known: true}
		if w := x.Salience(id); w != weightOf(e.Population) {
			p.Stands = peopleOf(w)
		}
		if err := b.addPlace(&p); err != nil {
			return err
		}
	}
	var key []byte
	var cs []Candidate
	for n := range x.info.Names {
		key = x.appendKeyAt(key[:0], n)
		cs = x.appendPostings(cs[:0], n, ExactMatch)
		for _, c := range cs {
			if err := b.addName(x.PlaceID(c.ID), string(key), c.Kind); err != nil {
				return err
			}
		}
	}
	b.cite(x.info.Notice)
	b.report.Files = append(b.report.Files, FileReport{Path: "base " + x.version, Rows: x.Len(), Kept: x.Len()})
	return nil
}

// peopleOf is the smallest number of people with this weight.
func peopleOf(w int) int64 {
	v := 1.0
	for range w {
		v *= 1.0905077326652577
	}
	n := int64(v)
	for weightOf(n) < w {
		n++
	}
	return n
}
