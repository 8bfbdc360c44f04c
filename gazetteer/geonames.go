package gazetteer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readDump reads a GeoNames dump (download.geonames.org/export/dump). Only
// allCountries.txt must be there; every file may be gzipped.
func (b *builder) readDump(dir string) error {
	if dir == "" {
		return nil
	}
	optional := func(name string, read func(path string) error) error {
		path := anyOf(dir, name)
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return nil
		}
		return read(path)
	}
	d := &dump{b: b, parent: map[uint32]uint32{}, codes: map[uint32][2]string{}}
	steps := []func() error{
		func() error { return optional("hierarchy.txt", d.readHierarchy) },
		func() error { return b.lines(anyOf(dir, "allCountries.txt"), d.place) },
		d.complete,
		func() error { return optional("admin1CodesASCII.txt", d.readAdmin) },
		func() error { return optional("admin2Codes.txt", d.readAdmin) },
		func() error { return optional("alternateNamesV2.txt", d.readAlternates) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	b.cite("GeoNames (geonames.org), CC BY 4.0, changed.")
	return nil
}

// dump reads the files of a GeoNames dump.
type dump struct {
	b       *builder
	kept    bitmap               // ids of the places that are kept
	parents bitmap               // ids of what something lies in
	parent  map[uint32]uint32    // child -> parent
	codes   map[uint32][2]string // parent -> admin1, admin2
	loose   []uint32             // places without a division, and with a parent
}

// bitmap is a set of small numbers.
type bitmap []uint64

func (m *bitmap) set(n uint64) {
	for uint64(len(*m)) <= n/64 {
		*m = append(*m, make([]uint64, len(*m)+1024)...)
	}
	(*m)[n/64] |= 1 << (n % 64)
}

func (m bitmap) has(n uint64) bool { return n/64 < uint64(len(m)) && m[n/64]>>(n%64)&1 != 0 }

// stands is what stands for the population of features that have none.
var stands = map[string]int64{
	"CONT": 2_000_000, "OCN": 500_000, "SEA": 100_000, "GULF": 50_000, "RGN": 7_000, "STM": 5_000, "LK": 5_000, "ISL": 5_000, "ISLS": 5_000,
	"MTS": 5_000, "MT": 2_000, "PEN": 5_000, "DSRT": 5_000, "AIRP": 100, "AIRB": 1_000, "INSM": 500, "PRK": 1_000,
}

// place reads a row of allCountries.txt.
func (d *dump) place(_ int, text string) error {
	f, err := fields(text, 15)
	if err != nil {
		return err
	}
	id, err := strconv.ParseUint(f[0], 10, 40)
	if err != nil || id == 0 || id > 1<<31 {
		return fmt.Errorf("geonameid %q", f[0])
	}
	if !strings.Contains(d.b.o.Classes, f[6]) || f[6] == "" {
		return errSkip
	}
	p := place{ID: "gn:" + f[0], Source: "geonames", Name: strings.TrimSpace(f[1]), Class: f[6], Code: f[7], Country: f[8], Admin1: f[10], Admin2: f[11]}
	if err := checkName(p.Name); err != nil {
		return err
	}
	if err := d.b.checkCountry(p.Country); err != nil {
		return err
	}
	if p.Admin1 == "00" {
		p.Admin1 = ""
	}
	if err := p.setPoint(f[4], f[5]); err != nil {
		return err
	}
	if p.Population, err = people(f[14]); err != nil {
		return err
	}
	p.Stands = stands[p.Code]
	if f[2] != "" && f[2] != f[1] && checkName(f[2]) == nil {
		p.Names = append(p.Names, placeName{f[2], Official})
	}
	for alt := range strings.SplitSeq(f[3], ",") {
		if latin(alt) && checkName(alt) == nil {
			p.Names = append(p.Names, placeName{alt, Alternate})
		}
	}
	d.kept.set(id)
	if d.parents.has(id) {
		d.codes[uint32(id)] = [2]string{p.Admin1, p.Admin2}
	}
	if _, ok := d.parent[uint32(id)]; ok && p.Admin1 == "" && p.Country != "" {
		d.loose = append(d.loose, uint32(id))
	}
	return must(d.b.addPlace(&p))
}

// latin reports whether a name is written in Latin letters.
func latin(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return s != ""
}

// readAdmin reads admin1CodesASCII.txt or admin2Codes.txt: names of divisions
// by GeoNames id.
func (d *dump) readAdmin(path string) error {
	return d.b.lines(path, func(_ int, text string) error {
		f, err := fields(text, 4)
		if err != nil {
			return err
		}
		id, err := strconv.ParseUint(f[3], 10, 40)
		if err != nil {
			return fmt.Errorf("geonameid %q", f[3])
		}
		if !d.kept.has(id) {
			return errSkip
		}
		for _, name := range f[1:3] {
			if checkName(name) == nil {
				if err := d.b.addName("gn:"+f[3], name, Official); err != nil {
					return fatal{err}
				}
			}
		}
		return nil
	})
}

// readHierarchy notes what lies in what: parent, child, type.
func (d *dump) readHierarchy(path string) error {
	return d.b.lines(path, func(_ int, text string) error {
		f, err := fields(text, 2)
		if err != nil {
			return err
		}
		parent, err1 := strconv.ParseUint(f[0], 10, 32)
		child, err2 := strconv.ParseUint(f[1], 10, 32)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("geonameids %q and %q: want two numbers", f[0], f[1])
		}
		if len(f) > 2 && f[2] != "" && f[2] != "ADM" {
			return errSkip // dependencies and other ties that are not of place
		}
		if _, dup := d.parent[uint32(child)]; !dup {
			d.parent[uint32(child)] = uint32(parent)
			d.parents.set(parent)
		}
		return nil
	})
}

// complete gives places without a division that of what they lie in.
func (d *dump) complete() error {
	d.b.layer++
	defer func() { d.b.layer-- }()
	for _, child := range d.loose {
		at := child
		for range 8 { // deeper than any real chain; guards against loops
			parent, ok := d.parent[at]
			if !ok {
				break
			}
			if codes, ok := d.codes[parent]; ok && codes[0] != "" {
				p := place{ID: "gn:" + strconv.FormatUint(uint64(child), 10), Admin1: codes[0], Admin2: codes[1]}
				if err := d.b.addPlace(&p); err != nil {
					return err
				}
				break
			}
			at = parent
		}
	}
	return nil
}

// readAlternates reads alternateNamesV2.txt: id, geonameid, language, name,
// preferred, short, colloquial, historic, from, to.
func (d *dump) readAlternates(path string) error {
	return d.b.lines(path, func(_ int, text string) error {
		f, err := fields(text, 4)
		if err != nil {
			return err
		}
		id, err := strconv.ParseUint(f[1], 10, 40)
		if err != nil {
			return fmt.Errorf("geonameid %q", f[1])
		}
		abbr := f[2] == "abbr"
		if !d.kept.has(id) || !abbr && !slices.Contains(d.b.o.Languages, f[2]) || !latin(f[3]) && f[2] == "" {
			return errSkip
		}
		if err := checkName(f[3]); err != nil {
			return err
		}
		flag := func(i int) bool { return len(f) > i && f[i] == "1" }
		kind := Alternate
		switch {
		case abbr:
			kind = Abbreviation
		case flag(7):
			kind = Historic
		case flag(6):
		case flag(4) || flag(5):
			kind = Official
		}
		return must(d.b.addName("gn:"+f[1], f[3], kind))
	})
}

func fileExists(path string) bool {
	_, err := os.Stat(filepath.Clean(path))
	return err == nil
}
