package gazetteer

import (
	"fmt"
	"strconv"
	"strings"
)

// Country is what the index knows of a country or dependent territory.
type Country struct {
	Code, Alpha3 string // ISO 3166-1: "IQ", "IRQ"
	Name         string // "Iraq"
	Adjective    string // "Iraqi"; "" when there is no usual one
	Continent    string // GeoNames' two letters: "AS"
	Capital      ID     // NoID when it has none or it is not in the index
	Place        ID     // the country itself; NoID when not in the index
	Neighbours   []string
	Languages    []string // BCP 47, the most spoken first
	TLD          string   // "iq"
	Demonyms     []string // other words for its people: "Iraqis"
}

const countryFields = 11

func (c *Country) append(dst []byte) []byte {
	num := func(id ID) string {
		if id == NoID {
			return ""
		}
		return strconv.FormatUint(uint64(id), 10)
	}
	f := [countryFields]string{
		c.Code, c.Alpha3, c.Name, c.Adjective, c.Continent, num(c.Capital), num(c.Place),
		strings.Join(c.Neighbours, ","), strings.Join(c.Languages, ","), c.TLD, strings.Join(c.Demonyms, "|"),
	}
	return append(append(dst, strings.Join(f[:], "\t")...), '\n')
}

// parseCountries reads the table as Country.append writes it. The first row is
// "no country", with an empty code.
func parseCountries(table string) ([]Country, error) {
	cs := make([]Country, 0, strings.Count(table, "\n"))
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != countryFields {
			return nil, formatError("countries: row %d has %d fields", len(cs), len(f))
		}
		c := Country{Code: f[0], Alpha3: f[1], Name: f[2], Adjective: f[3], Continent: f[4], TLD: f[9]}
		for _, n := range []struct {
			s  string
			to *ID
		}{{f[5], &c.Capital}, {f[6], &c.Place}} {
			*n.to = NoID
			if n.s == "" {
				continue
			}
			v, err := strconv.ParseUint(n.s, 10, 32)
			if err != nil {
				return nil, formatError("countries: %s: %v", c.Code, err)
			}
			*n.to = ID(v)
		}
		c.Neighbours, c.Languages, c.Demonyms = list(f[7], ","), list(f[8], ","), list(f[10], "|")
		cs = append(cs, c)
	}
	if len(cs) > 0 && cs[0].Code != "" {
		return nil, formatError("countries: the first row is %s", cs[0].Code)
	}
	return cs, nil
}

func list(s, sep string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, sep)
}

// arabicArticle reports whether names of the country are written with the
// Arabic article: Arabic is spoken, or Persian, Urdu or Hausa names mix it in.
func (c *Country) arabicArticle() bool {
	for _, l := range c.Languages {
		switch l, _, _ := strings.Cut(l, "-"); l {
		case "ar", "fa", "ps", "ur", "ku", "so", "dv", "sd":
			return true
		}
	}
	return false
}

// otherScript reports whether one of the country's three first languages is
// written in letters that English text spells in many ways.
func (c *Country) otherScript() bool {
	for i, l := range c.Languages {
		if i == 3 {
			break
		}
		switch l, _, _ := strings.Cut(l, "-"); l {
		case "ar", "fa", "ps", "ur", "he", "ku", "so", "dv", "sd", "am", "ti", "ru", "uk", "be", "bg", "mk", "sr", "ka", "hy", "az", "kk", "ky", "tg", "uz", "tk", "hi", "bn", "ne":
			return true
		}
	}
	return false
}

// Countries returns all countries; number 0 is "no country". The slice must
// not be changed.
func (x *Index) Countries() []Country { return x.countries }

// Country returns a country by its ISO 3166-1 alpha-2 code.
func (x *Index) Country(code string) (*Country, bool) {
	i, ok := x.countryByCode[code]
	if !ok || i == 0 {
		return nil, false
	}
	return &x.countries[i], true
}

// String returns the country's code and name.
func (c *Country) String() string { return fmt.Sprintf("%s %s", c.Code, c.Name) }
