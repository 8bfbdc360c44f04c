package gazetteer

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// ID is the number of a place in one index: 0 to Index.Len()-1, the most
// salient place first. It means nothing to another index; Entry.ID does.
type ID uint32

// NoID is the ID of no place.
const NoID = ^ID(0)

// Info says what an index is made of.
type Info struct {
	Places   int      `json:"places"`
	Names    int      `json:"names"`    // distinct keys
	Sources  []string `json:"sources"`  // by the number in the source column
	Prefixes []string `json:"prefixes"` // of ids that are no numbers, by source
	Files    []string `json:"files"`    // "name sha256" of what it was built from
	Notice   string   `json:"notice"`   // whom to attribute
}

// Entry is one place. Strings are "" and numbers 0 when not known.
type Entry struct {
	ID                 string  // "gn:98182" (GeoNames), "ne:...", "fips:...", "icao:...", "cur:...", "at:...", or a user's own
	GeoNamesID         int64   // 0 when the place is not GeoNames'
	Name               string  // as the source writes it
	Lat, Lon           float64 // degrees, WGS 84
	Class, Code        string  // GeoNames' feature class and code: "P", "PPLC"
	Country            string  // ISO 3166-1 alpha-2 ("XK" for Kosovo)
	Admin1Code, Admin1 string  // GeoNames' code and the division's name
	Admin2Code, Admin2 string
	Population         int64
	Source             string
}

// Index is an open gazetteer. It is read-only and safe for concurrent use.
type Index struct {
	info    Info
	version string
	close   func() error

	strs string

	codes, code, lat, lon, division, pop, bigPop, weight, source, id column
	disp                                                             string
	dispOff                                                          column
	dispDict                                                         *pairs

	divCountry, divCode1, divCode2, divPlace1, divPlace2, divAdmin1 column

	keys                                            string
	keyBlock, keyPost, keyStart, postings, skeleton column
	keyDict                                         *pairs
	countries                                       []Country
	countryByCode                                   map[string]int
}

//go:embed data/gazetteer.bin
var embedded string

var openEmbedded = sync.OnceValues(func() (*Index, error) { return newIndex(embedded, false) })

// Embedded returns the index that is part of the program. All calls return
// the same one.
func Embedded() (*Index, error) { return openEmbedded() }

// Open opens an index file, checks that it is whole, and maps it into memory
// where the system can. Errors that mean a wrong or damaged file wrap
// ErrFormat.
func Open(path string) (*Index, error) {
	data, closer, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("gazetteer: %w", err)
	}
	x, err := newIndex(data, true)
	if err != nil {
		closer()
		return nil, fmt.Errorf("gazetteer: %s: %w", path, err)
	}
	x.close = closer
	return x, nil
}

// Close gives the file back. No method may be called on x afterwards, and no
// string that came from it may be used. Closing the embedded index does nothing.
func (x *Index) Close() error {
	if x.close == nil {
		return nil
	}
	c := x.close
	x.close = nil
	return c()
}

func newIndex(data string, verify bool) (*Index, error) {
	secs, err := readSections(data, verify)
	if err != nil {
		return nil, err
	}
	x := &Index{version: strconv.FormatUint(uint64(binary.LittleEndian.Uint32([]byte(data[16:20]))), 16)}
	meta, err := secs.text(secMeta)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(meta), &x.info); err != nil {
		return nil, formatError("section meta: %v", err)
	}
	if x.info.Places < 1 || x.info.Names < 1 || x.info.Places > 1<<28 || x.info.Names > 1<<32 {
		return nil, formatError("section meta: %d places, %d names", x.info.Places, x.info.Names)
	}
	if err := x.load(secs); err != nil {
		return nil, err
	}
	table, err := secs.text(secCountry)
	if err != nil {
		return nil, err
	}
	if x.countries, err = parseCountries(table); err != nil {
		return nil, err
	}
	x.countryByCode = make(map[string]int, len(x.countries))
	for i, c := range x.countries {
		x.countryByCode[c.Code] = i
	}
	if err := x.check(); err != nil {
		return nil, err
	}
	if verify {
		return x, x.validate()
	}
	return x, nil
}

// load takes the sections apart.
func (x *Index) load(secs sections) error {
	n := x.info.Places
	blocks := (x.info.Names + keyStride - 1) / keyStride
	var err error
	col := func(name string, n int) (c column) {
		if err == nil {
			c, err = secs.column(name, n)
		}
		return c
	}
	text := func(name string) (s string) {
		if err == nil {
			s, err = secs.text(name)
		}
		return s
	}
	x.strs, x.disp, x.keys = text(secStrings), text(secNamePool), text(secKeys)
	x.codes = col(secCodes, -1)
	x.code, x.lat, x.lon, x.division = col(secCode, n), col(secLat, n), col(secLon, n), col(secDivision, n)
	x.pop, x.bigPop, x.weight = col(secPop, n), col(secBigPop, -1), col(secWeight, n)
	x.source, x.id = col(secSource, n), col(secID, n)
	x.dispOff = col(secNameOff, (n+nameStride-1)/nameStride)
	x.divCountry = col(secDivCountry, -1)
	divs := x.divCountry.len()
	x.divCode1, x.divCode2 = col(secDivCode1, divs), col(secDivCode2, divs)
	x.divPlace1, x.divPlace2, x.divAdmin1 = col(secDivPlace1, divs), col(secDivPlace2, divs), col(secDivAdmin1, divs)
	x.keyBlock, x.keyPost = col(secKeyBlock, blocks), col(secKeyPost, blocks)
	x.keyStart, x.postings, x.skeleton = col(secKeyStart, 1<<16+1), col(secPostings, -1), col(secSkeleton, -1)
	for _, d := range []struct {
		name string
		to   **pairs
	}{{secNameDict, &x.dispDict}, {secKeyDict, &x.keyDict}} {
		s := text(d.name)
		if err != nil {
			return err
		}
		var ok bool
		if *d.to, ok = parsePairs(s); !ok {
			return formatError("section %q: not a table of 256 texts", d.name)
		}
	}
	return err
}

// check looks at the tables that are small enough to look at every time.
func (x *Index) check() error {
	if len(x.countries) == 0 {
		return formatError("no countries")
	}
	for i := range x.divCountry.len() {
		if int(x.divCountry.at(i)) >= len(x.countries) {
			return formatError("division %d: no country %d", i, x.divCountry.at(i))
		}
	}
	return nil
}

// Info says what the index is made of.
func (x *Index) Info() Info { return x.info }

// Version identifies the contents: the same contents have the same version.
func (x *Index) Version() string { return x.version }

// Len returns the number of places.
func (x *Index) Len() int { return x.info.Places }

// Entry returns all that is known of a place. It panics when id is not one of
// the index's places.
func (x *Index) Entry(id ID) Entry {
	e := Entry{
		Name: x.Name(id), Country: x.CountryCode(id), Population: x.Population(id),
		Source: x.Source(id),
	}
	e.ID, e.GeoNamesID = x.idOf(id, e.Name)
	e.Lat, e.Lon = x.Point(id)
	e.Class, e.Code = x.Feature(id)
	d := int(x.division.at(int(id)))
	e.Admin1Code, e.Admin2Code = stringAt(x.strs, x.divCode1.at(d)), stringAt(x.strs, x.divCode2.at(d))
	if a, ok := x.Admin1(id); ok {
		e.Admin1 = x.Name(a)
	}
	if a, ok := x.Admin2(id); ok {
		e.Admin2 = x.Name(a)
	}
	return e
}

// Name returns the place's name as its source writes it.
func (x *Index) Name(id ID) string {
	i := int(id)
	off := int(x.dispOff.at(i / nameStride))
	for range i % nameStride {
		off += 1 + int(x.disp[off])
	}
	var buf [128]byte
	return string(x.dispDict.decode(buf[:0], x.disp[off+1:off+1+int(x.disp[off])]))
}

// Point returns latitude and longitude in degrees, to four decimals: 11 m.
func (x *Index) Point(id ID) (lat, lon float64) {
	return unpackDegrees(x.lat.at(int(id)), 180), unpackDegrees(x.lon.at(int(id)), 360)
}

// Feature returns GeoNames' feature class and code.
func (x *Index) Feature(id ID) (class, code string) {
	s := stringAt(x.strs, x.codes.at(int(x.code.at(int(id)))))
	class, code, _ = strings.Cut(s, ".")
	return class, code
}

// FeatureNumber returns a number that two places share when class and code
// are the same; less than FeatureCount.
func (x *Index) FeatureNumber(id ID) int { return int(x.code.at(int(id))) }

// FeatureCount is the number of different features.
func (x *Index) FeatureCount() int { return x.codes.len() }

// FeatureByNumber is the inverse of FeatureNumber.
func (x *Index) FeatureByNumber(n int) (class, code string) {
	class, code, _ = strings.Cut(stringAt(x.strs, x.codes.at(n)), ".")
	return class, code
}

// Population returns the number of people, 0 when not known.
func (x *Index) Population(id ID) int64 {
	v := x.pop.at(int(id))
	if v < x.pop.max() {
		return int64(v)
	}
	for i := 0; i+1 < x.bigPop.len(); i += 2 {
		if x.bigPop.at(i) == uint64(id) {
			return int64(x.bigPop.at(i + 1))
		}
	}
	return int64(v)
}

// Salience says how widely known a place is: eight times the binary logarithm
// of its population, or of what stands for one where there are no people (a
// sea, a base); more for settlements that are called by many names. 0 to 255.
func (x *Index) Salience(id ID) int { return int(x.weight.at(int(id))) }

// Source returns the name of the source of the place: one of Info.Sources.
func (x *Index) Source(id ID) string {
	if n := int(x.source.at(int(id)) &^ textID); n < len(x.info.Sources) {
		return x.info.Sources[n]
	}
	return ""
}

// textID marks the sources whose ids are text.
const textID = 0x80

// wholeID stands before an id that has another prefix than its source's.
const wholeID = "\x01"

func (x *Index) idOf(id ID, name string) (s string, geonames int64) {
	v := x.id.at(int(id))
	switch {
	case v == x.id.max():
		lat, lon := x.Point(id)
		return derivedID(lat, lon, name), 0
	case x.source.at(int(id))&textID != 0:
		s = stringAt(x.strs, v)
		if whole, ok := strings.CutPrefix(s, wholeID); ok {
			return whole, 0
		}
		if n := int(x.source.at(int(id)) &^ textID); n < len(x.info.Prefixes) {
			s = x.info.Prefixes[n] + s
		}
		return s, 0
	}
	return "gn:" + strconv.FormatUint(v, 10), int64(v)
}

// derivedID is the id of a place whose source gives none.
func derivedID(lat, lon float64, name string) string {
	b := append(make([]byte, 0, 48), "at:"...)
	b = strconv.AppendFloat(b, lat, 'f', 3, 64)
	b = append(b, ',')
	b = strconv.AppendFloat(b, lon, 'f', 3, 64)
	b = append(b, ':')
	n := len(b)
	b = AppendFold(b, name)
	for i := n; i < len(b); i++ {
		if b[i] == ' ' {
			b[i] = '_'
		}
	}
	return string(b)
}

// PlaceID returns Entry(id).ID.
func (x *Index) PlaceID(id ID) string {
	if x.id.at(int(id)) == x.id.max() {
		s, _ := x.idOf(id, x.Name(id))
		return s
	}
	s, _ := x.idOf(id, "")
	return s
}

// GeoNamesID returns Entry(id).GeoNamesID.
func (x *Index) GeoNamesID(id ID) int64 {
	v := x.id.at(int(id))
	if v == x.id.max() || x.source.at(int(id))&textID != 0 {
		return 0
	}
	return int64(v)
}

// Find returns the place with this Entry.ID. It looks at every place: a
// fraction of a millisecond for GeoNames ids, more for others.
func (x *Index) Find(placeID string) (ID, bool) {
	num, isNum := strings.CutPrefix(placeID, "gn:")
	want, err := strconv.ParseUint(num, 10, 63)
	isNum = isNum && err == nil
	derived := strings.HasPrefix(placeID, "at:")
	for i := range x.info.Places {
		v := x.id.at(i)
		switch {
		case v == x.id.max():
			if !derived || x.PlaceID(ID(i)) != placeID {
				continue
			}
		case x.source.at(i)&textID != 0:
			if isNum || x.PlaceID(ID(i)) != placeID {
				continue
			}
		case !isNum || v != want:
			continue
		}
		return ID(i), true
	}
	return NoID, false
}

// CountryCode returns the ISO 3166-1 alpha-2 code of the place's country, ""
// for places in none or several.
func (x *Index) CountryCode(id ID) string { return x.countries[x.CountryNumber(id)].Code }

// CountryNumber returns the number of the place's country in Countries; 0 is
// no country.
func (x *Index) CountryNumber(id ID) int {
	return int(x.divCountry.at(int(x.division.at(int(id)))))
}

// Admin1Number returns a number that two places share when they lie in the
// same first-level division of a country; 0 when it is not known.
func (x *Index) Admin1Number(id ID) int {
	return int(x.divAdmin1.at(int(x.division.at(int(id)))))
}

// DivisionNumber returns a number that two places share when they lie in the
// same country, first-level and second-level division.
func (x *Index) DivisionNumber(id ID) int { return int(x.division.at(int(id))) }

// Admin1 returns the entry of the place's first-level division, which may be
// the place itself; ok is false when there is none.
func (x *Index) Admin1(id ID) (division ID, ok bool) {
	return x.admin(x.divPlace1, id)
}

// Admin2 returns the entry of the place's second-level division.
func (x *Index) Admin2(id ID) (division ID, ok bool) {
	return x.admin(x.divPlace2, id)
}

func (x *Index) admin(c column, id ID) (ID, bool) {
	if v := c.at(int(x.division.at(int(id)))); v < uint64(x.info.Places) {
		return ID(v), true
	}
	return NoID, false
}

// Admin1Count returns the highest Admin1Number.
func (x *Index) Admin1Count() int {
	n := 0
	for i := range x.divAdmin1.len() {
		n = max(n, int(x.divAdmin1.at(i)))
	}
	return n
}

// Identity names the index in run records: what it holds and its version.
func (x *Index) Identity() string {
	return fmt.Sprintf("%d places, %d names, version %s", x.info.Places, x.info.Names, x.version)
}
