package names

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// Resources say where the word knowledge for training lies. A file that is
// not there is an error; a folder that is "" leaves its part empty.
type Resources struct {
	// Words is a folder with rcv1-clusters.tsv.gz, bllip-clusters.gz,
	// gender-counts.tsv.gz, first-names.txt.gz and surnames.txt.gz.
	Words string
	// Places is a folder with composed/entities.tsv.gz, composed/names.tsv.gz
	// and demonyms.tsv.
	Places string
}

// reading calls f with the content of a file, gunzipped when it ends in .gz.
func reading(path string, f func(in io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return f(in)
}

// eachLine calls f with the tab-separated fields of each line of a file; empty
// lines and those that start with # are left out.
func eachLine(path string, f func(fields []string) error) error {
	return reading(path, func(in io.Reader) error {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<26)
		for n := 1; lines.Scan(); n++ {
			if line := lines.Text(); line != "" && line[0] != '#' {
				if err := f(strings.Split(line, "\t")); err != nil {
					return fmt.Errorf("%s:%d: %w", path, n, err)
				}
			}
		}
		if err := lines.Err(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

// lexiconBuilder gathers what appendLexicon writes.
type lexiconBuilder struct {
	clusters map[string]*clusterIDs
	paths    [2][]clusterPath
	genders  map[string]*genderEntry
	phrases  map[chain]uint16
}

type genderEntry struct {
	genders
	longest uint8
}

// buildLexicon reads the resources and returns the lexicon's section of a
// model file.
func buildLexicon(res Resources) ([]byte, error) {
	b := &lexiconBuilder{clusters: map[string]*clusterIDs{}, genders: map[string]*genderEntry{}, phrases: map[chain]uint16{}}
	if res.Words != "" {
		if err := b.readWords(res.Words); err != nil {
			return nil, err
		}
	}
	if res.Places != "" {
		if err := b.readPlaces(res.Places); err != nil {
			return nil, err
		}
	}
	for name, types := range map[string]uint16{"organisations.tsv": phraseOrg, "groups.tsv": phraseGroup, "titles.tsv": phraseTitle} {
		if err := eachWord(name, func(s string) { b.phrase(s, types) }); err != nil {
			return nil, err
		}
	}
	return b.write(), nil
}

func (b *lexiconBuilder) readWords(dir string) error {
	for i, name := range []string{"rcv1-clusters.tsv.gz", "bllip-clusters.gz"} {
		if err := b.readClusters(filepath.Join(dir, name), i); err != nil {
			return err
		}
	}
	if err := b.readGenders(filepath.Join(dir, "gender-counts.tsv.gz")); err != nil {
		return err
	}
	for name, flag := range map[string]uint8{"first-names.txt.gz": firstName, "surnames.txt.gz": surname} {
		err := eachLine(filepath.Join(dir, name), func(f []string) error {
			b.gender(f[0]).lists |= flag
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readClusters reads rows of bit string, word and (journal) count. Words with
// digits are left out: years and amounts have a shape.
func (b *lexiconBuilder) readClusters(path string, source int) error {
	ids := map[string]int{}
	type row struct {
		word, bits string
		count      int
	}
	var rows []row
	err := eachLine(path, func(f []string) error {
		if len(f) < 2 || len(f[0]) > 32 || strings.Trim(f[0], "01") != "" {
			return fmt.Errorf("want a bit string and a word, have %q", f)
		}
		ids[f[0]] = 0
		if strings.ContainsAny(f[1], "0123456789") || len(f[1]) > 40 {
			return nil
		}
		r := row{word: f[1], bits: f[0]}
		if len(f) > 2 {
			n, err := strconv.Atoi(f[2])
			if err != nil {
				return err
			}
			r.count = n
		}
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		return err
	}
	sorted := make([]string, 0, len(ids))
	for s := range ids {
		sorted = append(sorted, s)
	}
	sort.Strings(sorted)
	if len(sorted) > 1<<10-1 {
		return fmt.Errorf("%s: %d classes, at most 1023", path, len(sorted))
	}
	for i, s := range sorted {
		ids[s] = i + 1
		v, _ := strconv.ParseUint(s, 2, 32)
		b.paths[source] = append(b.paths[source], clusterPath{bits: uint32(v), length: uint8(len(s))})
	}
	for _, r := range rows {
		c := b.clusters[r.word]
		if c == nil {
			c = &clusterIDs{}
			b.clusters[r.word] = c
		}
		if source == 0 {
			c.reuters = uint16(ids[r.bits])
		} else {
			c.journal, c.count = uint16(ids[r.bits]), uint8(min(bits.Len(uint(r.count)), 15))
		}
	}
	return nil
}

func (b *lexiconBuilder) gender(word string) *genderEntry {
	g := b.genders[word]
	if g == nil {
		g = &genderEntry{}
		b.genders[word] = g
	}
	return g
}

// readGenders reads rows of word, position, masculine, feminine, neutral and
// plural counts.
func (b *lexiconBuilder) readGenders(path string) error {
	return eachLine(path, func(f []string) error {
		if len(f) != 6 {
			return fmt.Errorf("want 6 fields, have %d", len(f))
		}
		var n [4]int
		for i := range n {
			var err error
			if n[i], err = strconv.Atoi(f[2+i]); err != nil {
				return err
			}
		}
		total := n[0] + n[1] + n[2] + n[3]
		if total == 0 {
			return nil
		}
		person, plural := 7*(n[0]+n[1])/total, 3*n[3]/total
		size := min(1+(bits.Len(uint(total))-1)/2, 7)
		v := uint8(size<<5 | plural<<3 | person)
		g := b.gender(f[0])
		switch f[1] {
		case "any":
			g.any = v
		case "first":
			g.first = v
		case "last":
			g.last = v
		default:
			return fmt.Errorf("position %q: want any, first or last", f[1])
		}
		return nil
	})
}

// readPlaces reads the composed gazetteer: of small places only the first
// name, of towns official names, of cities all.
func (b *lexiconBuilder) readPlaces(dir string) error {
	var types []uint16
	var people []int
	err := eachLine(filepath.Join(dir, "composed", "entities.tsv.gz"), func(f []string) error {
		if id, err := strconv.Atoi(f[0]); len(f) < 12 && (err != nil || id != len(types)) {
			return nil // the rest of a row that a line break cut in two
		}
		if len(f) < 12 {
			types, people = append(types, phraseArea), append(people, 0)
			return nil
		}
		n, _ := strconv.Atoi(f[11])
		types, people = append(types, placeType(f[6], f[7], n)), append(people, n)
		return nil
	})
	if err != nil {
		return err
	}
	err = eachLine(filepath.Join(dir, "composed", "names.tsv.gz"), func(f []string) error {
		t := uint16(0)
		for p := range strings.SplitSeq(f[1], ",") {
			n, kind, _ := strings.Cut(p, ":")
			i, err := strconv.Atoi(n)
			if err != nil || i >= len(types) {
				return fmt.Errorf("entity %q", p)
			}
			switch kind {
			case "4":
				t |= phraseDemonym
			case "5":
				t |= phraseRegion
			case "3":
			case "2":
				if people[i] >= 15000 || types[i] != phraseTown && types[i] != phraseHamlet {
					t |= types[i]
				}
			default:
				t |= types[i]
			}
		}
		if t != 0 && len(f[0]) > 1 {
			b.phrase(f[0], t)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return eachLine(filepath.Join(dir, "demonyms.tsv"), func(f []string) error {
		b.phrase(f[0], phraseDemonym)
		return nil
	})
}

func placeType(class, code string, people int) uint16 {
	switch {
	case class == "A" && strings.HasPrefix(code, "PCL"), class == "A" && code == "TERR":
		return phraseCountry
	case class == "A" && code == "ADM1":
		return phraseRegion
	case class == "A":
		return phraseHamlet
	case class == "P" && people >= 100000:
		return phraseCity
	case class == "P" && people >= 5000:
		return phraseTown
	case class == "P":
		return phraseHamlet
	case class == "S":
		return phraseSite
	}
	return phraseArea
}

// phrase adds types to a phrase of words between spaces.
func (b *lexiconBuilder) phrase(s string, types uint16) {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 7 {
		return
	}
	c := emptyChain
	for _, w := range words {
		c = c.join(phraseChain([]rune(w)))
	}
	if types == phraseOrg && len(words) == 1 && strings.ToUpper(s) == s {
		c = c.add(inCapitals)
	}
	b.phrases[c] |= types
	if len(words) > 1 {
		first := b.gender(strings.ToLower(words[0]))
		first.longest = max(first.longest, uint8(len(words)))
	}
}

func (b *lexiconBuilder) write() []byte {
	var out []byte
	for _, paths := range b.paths {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(paths)))
		for _, p := range paths {
			out = append(binary.LittleEndian.AppendUint32(out, p.bits), p.length)
		}
	}
	var rows []tableRow
	for _, w := range sortedKeys(b.clusters) {
		c := b.clusters[w]
		v := uint32(c.reuters) | uint32(c.journal)<<10 | uint32(c.count)<<20
		rows = append(rows, tableRow{hashString(w), []byte{byte(v), byte(v >> 8), byte(v >> 16)}})
	}
	out = appendTable(out, clusterRow, rows, 0)
	rows = nil
	for _, w := range sortedKeys(b.genders) {
		g := b.genders[w]
		rows = append(rows, tableRow{hashString(w), []byte{g.any, g.first, g.last, g.lists, g.longest}})
	}
	out = appendTable(out, genderRow, rows, 0)
	rows = nil
	for c, t := range b.phrases {
		rows = append(rows, tableRow{c.key(), binary.LittleEndian.AppendUint16(nil, t)})
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].key < rows[j].key })
	return appendTable(out, phraseRow, rows, 0)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
