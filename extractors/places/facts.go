package places

import (
	"strings"

	"github.com/dateline-nlp/dateline/gazetteer"
)

// class is the coarse kind of a place.
type class uint8

const (
	country  class = iota
	admin1         // first-level division
	admin2         // second-level
	admin3         // lower divisions
	capital        // of a country
	seat           // of a first-level division
	seat2          // of a lower division
	settle         // other settlement
	section        // of a settlement
	region         // area without borders
	cont           // continent
	water          // sea, lake, river
	terrain        // mountain, island
	facility       // building, base, airport
	park           // park, reserve
	past           // no longer exists
	classes
)

var classNames = [classes]string{"country", "admin1", "admin2", "admin3", "capital", "seat", "seat2", "settlement", "section",
	"region", "continent", "water", "terrain", "facility", "park", "past"}

var precisions = [classes]string{"country", "admin1", "admin2", "admin2", "city", "city", "city", "city", "point",
	"region", "region", "region", "region", "point", "region", "region"}

// classOf maps GeoNames' feature codes.
func classOf(fclass, code string) class {
	switch {
	case strings.HasSuffix(code, "H") && (strings.HasPrefix(code, "PCL") || strings.HasPrefix(code, "ADM") || code == "PPLH" || code == "PPLCH"):
		return past
	case strings.HasPrefix(code, "PCL") || code == "TERR":
		return country
	case code == "ADM1":
		return admin1
	case code == "ADM2" || code == "ADMD":
		return admin2
	case fclass == "A":
		return admin3
	case code == "PPLC" || code == "PPLG":
		return capital
	case code == "PPLA":
		return seat
	case strings.HasPrefix(code, "PPLA"):
		return seat2
	case code == "PPLX":
		return section
	case fclass == "P":
		return settle
	case code == "CONT":
		return cont
	case code == "PRK" || strings.HasPrefix(code, "RES"):
		return park
	case fclass == "L":
		return region
	case fclass == "H":
		return water
	case fclass == "T" || fclass == "U" || fclass == "V":
		return terrain
	}
	return facility
}

// point reports whether the place is small enough for its distance to others
// to say something.
func (c class) point() bool {
	switch c {
	case admin2, admin3, capital, seat, seat2, settle, section, facility, park:
		return true
	}
	return false
}

// settlement reports whether the place is a town or a part of one.
func (c class) settlement() bool { return c >= capital && c <= section }

// facts are what a resolver looks up in its gazetteer again and again.
type facts struct {
	class   []class        // by feature number
	admin1s int            // highest number of a first-level division
	tld     map[string]int // top-level domain -> country number
	us      int16          // number of the United States
}

func newFacts(x *gazetteer.Index) facts {
	f := facts{tld: map[string]int{}}
	for i := range x.FeatureCount() {
		f.class = append(f.class, classOf(x.FeatureByNumber(i)))
	}
	for i, c := range x.Countries() {
		if c.TLD != "" {
			f.tld[c.TLD] = i
		}
		if c.Code == "US" {
			f.us = int16(i)
		}
	}
	f.admin1s = x.Admin1Count()
	return f
}
