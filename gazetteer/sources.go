package gazetteer

import (
	"encoding/json"
	"fmt"
	"html"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// readSources reads the folder of composed sources:
//
//	composed/entities.tsv[.gz]  n, source, id, name, lat, lon, class, code, country, admin1, admin2, population
//	composed/names.tsv[.gz]     name, n:kind,n:kind,...
//	geonames/countryInfo.txt    as GeoNames has it
//	factbook/factbook_names.json  words for peoples (optional)
//	demonyms.tsv                  more of them (optional)
func (b *builder) readSources(dir string) error {
	if dir == "" {
		return nil
	}
	if err := b.readFactbook(filepath.Join(dir, "factbook", "factbook_names.json")); err != nil {
		return err
	}
	if err := b.readDemonyms(filepath.Join(dir, "demonyms.tsv")); err != nil {
		return err
	}
	r := &composed{b: b, grid: map[[2]int][]int{}}
	if err := b.lines(anyOf(dir, "composed/entities.tsv"), r.entity); err != nil {
		return err
	}
	if err := r.emit(); err != nil {
		return err
	}
	if err := b.lines(anyOf(dir, "composed/names.tsv"), r.names); err != nil {
		return err
	}
	b.cite("GeoNames (geonames.org), CC BY 4.0, changed. Natural Earth. CIA World Factbook. US Census Bureau. NOAA/NWS. Unicode CLDR.")
	return nil
}

// anyOf returns the path of a file that may be gzipped.
func anyOf(dir, name string) string {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat(path + ".gz"); err == nil {
			return path + ".gz"
		}
	}
	return path
}

// composed reads the two composed files.
type composed struct {
	b      *builder
	places []place
	ids    map[string]int   // id -> places
	number map[string]int   // n of the file -> places
	grid   map[[2]int][]int // settlements with divisions by degree of latitude and longitude
}

var composedSources = map[string]string{
	"c1000": "geonames", "country": "geonames", "adm1": "geonames", "adm2": "geonames", "c2026": "geonames-2026",
	"census": "census", "ne": "naturalearth", "metar": "stations", "curated": "curated",
}

func (r *composed) entity(_ int, text string) error {
	f, err := fields(text, 11)
	if err != nil {
		return err
	}
	f = append(f, "")
	p := place{Source: composedSources[f[1]], Name: strings.Join(strings.Fields(f[3]), " "), Class: f[6], Code: f[7], Country: f[8], Admin1: f[9], Admin2: f[10]}
	if p.Source == "" {
		return fmt.Errorf("unknown source %q", f[1])
	}
	if err := checkName(p.Name); err != nil {
		return err
	}
	if p.Country == unknown {
		p.Country = ""
	}
	if err := r.b.checkCountry(p.Country); err != nil {
		return err
	}
	if err := p.setPoint(f[4], f[5]); err != nil {
		return err
	}
	n, err := people(strings.TrimSuffix(f[11], unknown))
	if err != nil {
		return err
	}
	// the numbers of divisions are sums over their cities, those of seas, bases and regions stand for their fame
	if f[1] == "c1000" || f[1] == "country" {
		p.Population = n
	} else {
		p.Stands = n
	}
	p.ID = composedID(f[1], f[2], &p)
	if r.number == nil {
		r.number = map[string]int{}
	}
	if _, dup := r.number[f[0]]; dup {
		return fmt.Errorf("number %s twice", f[0])
	}
	r.number[f[0]] = len(r.places)
	p.ID = r.unique(p.ID, &p)
	r.places = append(r.places, p)
	if p.Class == "P" && p.Admin1 != "" && f[1] == "c1000" {
		r.enter(len(r.places) - 1)
	}
	return nil
}

// unknown is how Natural Earth says that a value is not known.
const unknown = "-99"

// unique tells apart places that share an id made of their name, such as two
// rivers; rows about one place keep it.
func (r *composed) unique(id string, p *place) string {
	if strings.HasPrefix(id, "gn:") {
		return id
	}
	if r.ids == nil {
		r.ids = map[string]int{}
	}
	for n := 1; ; n++ {
		try := id
		if n > 1 {
			try += "#" + strconv.Itoa(n)
		}
		i, taken := r.ids[try]
		if !taken {
			r.ids[try] = len(r.places)
			return try
		}
		if q := &r.places[i]; Distance(p.Lat, p.Lon, q.Lat, q.Lon) < 50 {
			return try
		}
	}
}

// composedID makes the id of an entry.
func composedID(source, id string, p *place) string {
	if _, err := strconv.ParseUint(id, 10, 40); err == nil && source != "metar" {
		return "gn:" + id
	}
	switch {
	case id == "":
		return derivedID(unpackDegrees(packDegrees(p.Lat, 180), 180), unpackDegrees(packDegrees(p.Lon, 360), 360), p.Name)
	case source == "census":
		return "fips:" + strings.TrimPrefix(id, "fips")
	case source == "metar":
		return "icao:" + id
	case source == "ne" && strings.HasPrefix(id, "ne:Q"):
		return "wd:" + id[3:]
	}
	return id
}

// emit hands the places on, with the divisions of those that lack them, and
// better points for divisions and countries.
func (r *composed) emit() error {
	r.renumber()
	boxes := r.boxes()
	for i := range r.places {
		p := &r.places[i]
		switch {
		case p.Code == "ADM1":
			boxes[[2]string{p.Country, p.Admin1}].center(p)
		case p.Class == "A" && strings.HasPrefix(p.Code, "PCL"):
			if b := boxes[[2]string{p.Country}]; b.outside(p, 3) {
				b.center(p)
			}
		}
		if p.Country == "" && (p.Class == "S" || p.Code == "PRK") {
			p.Country = r.countryAround(p, 50)
		}
		if p.Admin1 == "" && p.Country != "" && (p.Class == "S" || p.Class == "P") {
			if near := r.nearest(p, 50); near != nil {
				p.Admin1, p.Admin2 = near.Admin1, near.Admin2
			}
		}
		if err := r.b.addPlace(p); err != nil {
			return err
		}
	}
	return nil
}

// renumber gives the settlements of a country whose divisions were renumbered
// after its list of settlements was made the division of the nearest settlement
// of the later list. A country is taken for one where most divisions of its
// table lie outside the box around the settlements that bear their code.
func (r *composed) renumber() {
	near, all := map[string]int{}, map[string]int{}
	boxes := r.boxes()
	for i := range r.places {
		p := &r.places[i]
		if p.Code != "ADM1" || p.Source != "geonames" {
			continue
		}
		all[p.Country]++
		if b := boxes[[2]string{p.Country, p.Admin1}]; b != nil && !b.outside(p, 1) {
			near[p.Country]++
		}
	}
	later := &composed{grid: map[[2]int][]int{}}
	for i := range r.places {
		if p := &r.places[i]; p.Source == "geonames-2026" && p.Admin1 != "" {
			later.places = append(later.places, *p)
			later.enter(len(later.places) - 1)
		}
	}
	for i := range r.places {
		p := &r.places[i]
		if p.Class != "P" || p.Source != "geonames" || all[p.Country] < 8 || 2*near[p.Country] >= all[p.Country] {
			continue
		}
		p.Admin1, p.Admin2 = "", ""
		if q := later.nearest(p, 50); q != nil {
			p.Admin1, p.Admin2 = q.Admin1, q.Admin2
		}
	}
}

// enter puts a place on the grid.
func (r *composed) enter(i int) {
	p := &r.places[i]
	cell := [2]int{int(math.Floor(p.Lat)), int(math.Floor(p.Lon))}
	r.grid[cell] = append(r.grid[cell], i)
}

// box sums up where the settlements of a division lie. Longitudes count from
// that of its first settlement, so that the date line cuts nothing.
type box struct {
	n                        float64
	lon0, lat, lon           float64 // sums
	south, north, west, east float64
}

func (r *composed) boxes() map[[2]string]*box {
	out := map[[2]string]*box{}
	for i := range r.places {
		p := &r.places[i]
		if p.Class != "P" || p.Country == "" || p.Source != "geonames" {
			continue // later sources have other codes of divisions
		}
		for _, key := range [][2]string{{p.Country}, {p.Country, p.Admin1}} {
			b := out[key]
			if b == nil {
				b = &box{lon0: p.Lon, south: p.Lat, north: p.Lat}
				out[key] = b
			}
			x := wrap(p.Lon - b.lon0)
			b.n++
			b.lat += p.Lat
			b.lon += x
			b.south, b.north, b.west, b.east = min(b.south, p.Lat), max(b.north, p.Lat), min(b.west, x), max(b.east, x)
		}
	}
	return out
}

func wrap(lon float64) float64 { return math.Mod(lon+540, 360) - 180 }

// center moves a division's point to the mean of its settlements when it lies
// at the edge of the box around them: on an outlying island, or where a source
// saw only a part of the division.
func (b *box) center(p *place) {
	if b == nil || b.n < 4 {
		return
	}
	const edge = .38 // of the box's size from its middle
	x := wrap(p.Lon - b.lon0)
	off := func(v, low, high float64) bool { return math.Abs(v-(low+high)/2) > edge*max(high-low, 1) }
	if off(p.Lat, b.south, b.north) || off(x, b.west, b.east) {
		p.Lat, p.Lon = b.lat/b.n, wrap(b.lon/b.n+b.lon0)
	}
}

// outside reports whether a point lies more than some degrees outside the box.
func (b *box) outside(p *place, margin float64) bool {
	if b == nil {
		return false
	}
	x := wrap(p.Lon - b.lon0)
	return p.Lat < b.south-margin || p.Lat > b.north+margin || x < b.west-margin || x > b.east+margin
}

// nearest returns the settlement of the same country nearest to p within km.
func (r *composed) nearest(p *place, km float64) *place {
	var best *place
	for q, d := range r.around(p, km) {
		if q.Country == p.Country && d <= km {
			best, km = q, d
		}
	}
	return best
}

// countryAround returns the country of the settlements within km of p, "" when
// there are none or they lie in several.
func (r *composed) countryAround(p *place, km float64) string {
	country := ""
	for q := range r.around(p, km) {
		if country != "" && q.Country != country {
			return ""
		}
		country = q.Country
	}
	return country
}

// around gives the settlements within km (100 at most) of p, and how far they are.
func (r *composed) around(p *place, km float64) iter.Seq2[*place, float64] {
	return func(yield func(*place, float64) bool) {
		lat, lon := int(math.Floor(p.Lat)), int(math.Floor(p.Lon))
		for y := lat - 1; y <= lat+1; y++ {
			for x := lon - 2; x <= lon+2; x++ {
				for _, i := range r.grid[[2]int{y, (x+540)%360 - 180}] {
					q := &r.places[i]
					if d := Distance(p.Lat, p.Lon, q.Lat, q.Lon); d <= km && !yield(q, d) {
						return
					}
				}
			}
		}
	}
}

func (r *composed) names(_ int, text string) error {
	f, err := fields(text, 2)
	if err != nil {
		return err
	}
	if err := checkName(f[0]); err != nil {
		return err
	}
	for ref := range strings.SplitSeq(f[1], ",") {
		n, kind, ok := strings.Cut(ref, ":")
		i, known := r.number[n]
		k, err := strconv.ParseUint(kind, 10, 8)
		if !ok || !known || err != nil || k > uint64(Historic) {
			return fmt.Errorf("reference %q", ref)
		}
		if err := r.b.addName(r.places[i].ID, f[0], NameKind(k)); err != nil {
			return fatal{err}
		}
	}
	return nil
}

// readCountries reads the tables of countries, before any place: a row about a
// place in none of them is a bad one.
func (b *builder) readCountries() error {
	if b.o.Base != nil {
		b.baseCountries(b.o.Base)
	}
	if b.o.Sources != "" {
		if err := b.readCountryInfo(filepath.Join(b.o.Sources, "geonames", "countryInfo.txt")); err != nil {
			return err
		}
	}
	if path := anyOf(b.o.Dump, "countryInfo.txt"); b.o.Dump != "" && fileExists(path) {
		return b.readCountryInfo(path)
	}
	return nil
}

// readCountryInfo reads GeoNames' table of countries.
func (b *builder) readCountryInfo(path string) error {
	return b.lines(path, func(_ int, text string) error {
		f, err := fields(text, 18)
		if err != nil {
			return err
		}
		if err := checkCode(f[0]); err != nil {
			return err
		}
		c := b.country(f[0])
		c.Alpha3, c.Name, c.Continent, c.TLD = f[1], f[4], f[8], strings.TrimPrefix(f[9], ".")
		c.Languages, c.Neighbours = list(f[15], ","), list(f[17], ",")
		if f[16] != "" {
			b.countryID[f[0]] = "gn:" + f[16]
		}
		return nil
	})
}

// readFactbook takes the adjectives of nationality from the World Factbook.
func (b *builder) readFactbook(path string) error {
	in, done, err := b.open(path)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		return err
	}
	defer done()
	var rows []struct{ Adj, TLD string }
	if err := json.NewDecoder(in.in).Decode(&rows); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	byTLD := map[string]*Country{}
	for _, c := range b.countries {
		if c.TLD != "" {
			byTLD[c.TLD] = c
		}
	}
	for _, r := range rows {
		in.Rows++
		tld, _, _ := strings.Cut(strings.TrimPrefix(r.TLD, "."), " ")
		tld = strings.Trim(tld, ";,")
		if c := byTLD[tld]; c != nil && c.Adjective == "" {
			c.Adjective = firstAdjective(r.Adj)
			in.Kept++
		}
	}
	return b.closeInput(in)
}

// firstAdjective cuts "Saudi or Saudi Arabian", "Basotho (plural)" down to
// their first word for the people.
func firstAdjective(s string) string {
	s = html.UnescapeString(s)
	for _, sep := range []string{" or ", ",", ";", " (", "/"} {
		s, _, _ = strings.Cut(s, sep)
	}
	s = strings.TrimSpace(s)
	if s == "None" || s == "none" || s == "NA" {
		return ""
	}
	return s
}

// readDemonyms adds words for peoples to the table of countries. As names of
// the countries they come with the composed names.
func (b *builder) readDemonyms(path string) error {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil
	}
	return b.lines(path, func(_ int, text string) error {
		f, err := fields(text, 2)
		if err != nil {
			return err
		}
		if strings.HasPrefix(f[1], "@") {
			return errSkip
		}
		for code := range strings.SplitSeq(f[1], "|") {
			c := b.countries[strings.TrimSpace(code)]
			if c == nil {
				return fmt.Errorf("unknown country %q", code)
			}
			c.Demonyms = append(c.Demonyms, f[0])
		}
		return nil
	})
}

// Distance returns the length in km of the great circle between two points
// in degrees.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s, t := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := s*s + math.Cos(lat1*rad)*math.Cos(lat2*rad)*t*t
	return 2 * 6371.0088 * math.Asin(min(1, math.Sqrt(h)))
}
