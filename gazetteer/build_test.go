package gazetteer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// build makes an index in a temporary folder and opens it.
func build(t testing.TB, o BuildOptions) (*Index, Report) {
	t.Helper()
	o.Out = filepath.Join(t.TempDir(), "g.bin")
	r, err := Build(t.Context(), o)
	require.NoError(t, err)
	x, err := Open(o.Out)
	require.NoError(t, err)
	t.Cleanup(func() { x.Close() })
	return x, r
}

// first returns the most salient place of a name.
func first(t testing.TB, x *Index, name string) (Entry, Candidate) {
	t.Helper()
	cs := x.AppendCandidates(nil, name)
	require.NotEmpty(t, cs, name)
	return x.Entry(cs[0].ID), cs[0]
}

func rowErrors(r Report) []string {
	var out []string
	for _, e := range r.Errors {
		out = append(out, strings.TrimPrefix(e.Error(), "testdata/"))
	}
	return out
}

func TestBuildFromDump(t *testing.T) {
	var stages []string
	x, r := build(t, BuildOptions{Dump: "testdata/dump", Progress: func(s string, _, _ int64) { stages = append(stages, s) }})
	e, c := first(t, x, "Bagdad")
	assert.Equal(t, "gn:98182", e.ID)
	assert.EqualValues(t, 98182, e.GeoNamesID)
	assert.Equal(t, Alternate, c.Kind)
	assert.Equal(t, Entry{ID: "gn:99072", GeoNamesID: 99072, Name: "Mosul", Lat: 36.335, Lon: 43.1189, Class: "P", Code: "PPLA", Country: "IQ",
		Admin1Code: "15", Admin1: "Nineveh", Population: 1739800, Source: "geonames"}, must1(first(t, x, "Mosul")))
	paris := x.AppendCandidates(nil, "Paris")
	require.Len(t, paris, 2)
	assert.Equal(t, "FR", x.CountryCode(paris[0].ID), "the larger first")
	assert.Equal(t, "Lamar County", x.Entry(paris[1].ID).Admin2)
	_, c = first(t, x, "TX")
	assert.Equal(t, Abbreviation, c.Kind)
	_, c = first(t, x, "Nineveh City")
	assert.Equal(t, Historic, c.Kind)
	assert.Empty(t, x.AppendCandidates(nil, "بغداد"), "names in other letters are not asked for")
	assert.Empty(t, x.AppendCandidates(nil, "Some Road"), "class R is not kept")
	e, _ = first(t, x, "Ile Sans Division")
	assert.Equal(t, "11", e.Admin1Code, "from what it lies in")
	iq, ok := x.Country("IQ")
	require.True(t, ok)
	assert.Equal(t, "gn:99237", x.PlaceID(iq.Place))
	assert.Equal(t, "gn:98182", x.PlaceID(iq.Capital))
	assert.Contains(t, iq.Neighbours, "SY")

	assert.Equal(t, []string{
		`dump/hierarchy.txt:3: geonameids "bad" and "row": want two numbers`,
		"dump/allCountries.txt:14: latitude: \"91.5\" is not in -90 to 90",
		"dump/allCountries.txt:15: geonameid \"x12\"",
		"dump/allCountries.txt:17: 2 fields, want 15",
		`dump/allCountries.txt:19: unknown country "XX"`,
		"dump/alternateNamesV2.txt:8: geonameid \"none\"",
	}, rowErrors(r))
	assert.Equal(t, 6, r.Bad)
	assert.Equal(t, 14, r.Places)
	assert.Subset(t, stages, []string{"read allCountries.txt", "merge rows", "number places", "write names"})
}

func must1[A, B any](a A, _ B) A { return a }

func TestBuildLanguages(t *testing.T) {
	x, _ := build(t, BuildOptions{Dump: "testdata/dump", Languages: []string{"ar"}})
	e, _ := first(t, x, "بغداد")
	assert.Equal(t, "gn:98182", e.ID)
}

func TestBuildFromSources(t *testing.T) {
	x, r := build(t, BuildOptions{Sources: "testdata/sources"})
	assert.Equal(t, []string{
		`sources/demonyms.tsv:4: unknown country "MM"`,
		"sources/composed/entities.tsv:13: 2 fields, want 11",
		`sources/composed/entities.tsv:14: latitude: "95" is not in -90 to 90`,
		`sources/composed/names.tsv:13: reference "99:0"`,
		`sources/composed/names.tsv:14: reference "0:x"`,
	}, rowErrors(r))
	rivers := x.AppendCandidates(nil, "Red River")
	require.Len(t, rivers, 2, "two rivers that share an id")
	assert.NotEqual(t, x.PlaceID(rivers[0].ID), x.PlaceID(rivers[1].ID))
	e, _ := first(t, x, "Baghdad International Airport")
	assert.Equal(t, "icao:ORBI", e.ID)
	assert.Equal(t, "07", e.Admin1Code, "from the nearest city")
	e, _ = first(t, x, "Les Bons")
	assert.Equal(t, "at:42.539,1.587:les_bons", e.ID)
	id, ok := x.Find(e.ID)
	require.True(t, ok)
	assert.Equal(t, e, x.Entry(id))
	e, _ = first(t, x, "Nowhere")
	assert.Equal(t, "wd:Q1", e.ID)
	assert.Zero(t, e.Population)
	iq, _ := x.Country("IQ")
	assert.Equal(t, "Iraqi", iq.Adjective)
	assert.Equal(t, []string{"Iraqi", "Iraqis"}, iq.Demonyms)
}

func TestBuildOnTopOf(t *testing.T) {
	base, _ := build(t, BuildOptions{Sources: "testdata/sources"})
	x, r := build(t, BuildOptions{Base: base, Tables: []string{"testdata/user.csv"}})
	assert.Equal(t, []string{
		`user.csv:8: a row without an id needs a name and a point`,
		`user.csv:9: latitude: "95" is not in -90 to 90`,
		`user.csv:10: class "PP" and code "PPL": want one letter and a code, such as P and PPL`,
		`user.csv:11: mode "maybe": want add, replace or drop`,
		`user.csv:12: priority "99": want -8 to 8`,
		`user.csv:13: name "nick:X": kind "nick" is none of primary, official, alternate, derived, demonym, abbreviation, historic, remove`,
		`user.csv:14: country "Iraq": want two capital letters, such as IQ`,
		`user.csv:15: unknown country "XX"`,
		`user.csv:16: extraneous or missing " in quoted-field`,
		`user.csv:7: place "own:1": no other row gives it a name and a point`,
	}, rowErrors(r))
	t.Run("names and priority are added", func(t *testing.T) {
		e, c := first(t, x, "Baghdadi")
		assert.Equal(t, "gn:98182", e.ID)
		assert.Equal(t, DemonymName, c.Kind)
		old, _ := base.Find("gn:98182")
		id, _ := x.Find("gn:98182")
		assert.Equal(t, base.Salience(old)+16, x.Salience(id))
		assert.Equal(t, base.Entry(old), x.Entry(id), "the rest stays")
	})
	t.Run("a place of one's own", func(t *testing.T) {
		e, _ := first(t, x, "Alpha")
		assert.Equal(t, "Camp Alpha", e.Name)
		assert.Equal(t, "user", e.Source)
		assert.Equal(t, "Baghdad", e.Admin1)
	})
	t.Run("takes the place of another", func(t *testing.T) {
		cs := x.AppendCandidates(nil, "Gaza")
		require.Len(t, cs, 1)
		e := x.Entry(cs[0].ID)
		assert.Equal(t, "gn:281132", e.ID)
		assert.Equal(t, "Gaza Strip", e.Name)
		_, ok := x.Find("cur:gaza")
		assert.False(t, ok)
	})
	t.Run("replace forgets the names", func(t *testing.T) {
		e, _ := first(t, x, "Iraq")
		assert.EqualValues(t, 40_000_000, e.Population)
		assert.Equal(t, 33.1, e.Lat)
		assert.Empty(t, x.AppendCandidates(nil, "Iraqi"))
	})
	t.Run("drop", func(t *testing.T) {
		_, ok := x.Find("icao:ORBI")
		assert.False(t, ok)
		assert.Empty(t, x.AppendCandidates(nil, "Baghdad International Airport"))
	})
}

func TestBuildIsDeterministic(t *testing.T) {
	dir := t.TempDir()
	var files [][]byte
	for i, mem := range []int{0, 1} { // 1 MiB still holds the extracts; the sorter has a test of its own
		out := filepath.Join(dir, string(rune('a'+i)))
		_, err := Build(t.Context(), BuildOptions{Dump: "testdata/dump", Sources: "testdata/sources", Out: out, MemoryMiB: mem})
		require.NoError(t, err)
		b, err := os.ReadFile(out)
		require.NoError(t, err)
		files = append(files, b)
	}
	assert.Equal(t, files[0], files[1])
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	require.NoError(t, err)
	assert.Empty(t, left, "no temporary files are left")
}

func TestBuildErrors(t *testing.T) {
	out := filepath.Join(t.TempDir(), "g.bin")
	_, err := Build(t.Context(), BuildOptions{})
	assert.EqualError(t, err, "gazetteer: build: no output file\nnothing to build from: want sources, a dump or a table\na table alone knows no countries: want a base, sources or a dump")
	_, err = Build(t.Context(), BuildOptions{Out: out, Dump: "testdata/none"})
	assert.ErrorIs(t, err, os.ErrNotExist)
	bad := filepath.Join(t.TempDir(), "bad.csv")
	require.NoError(t, os.WriteFile(bad, []byte("id,colour\n1,red\n"), 0o644))
	x, err := Embedded()
	require.NoError(t, err)
	_, err = Build(t.Context(), BuildOptions{Out: out, Base: x, Tables: []string{bad}})
	assert.ErrorContains(t, err, `bad.csv:1: column "colour": want some of id, name,`)
	assert.NoFileExists(t, out)
}

// Rows about one place add to each other; what contradicts a row before it, or
// lies in a division that nobody knows, is set aside.
func TestBuildTableContradictions(t *testing.T) {
	base, _ := build(t, BuildOptions{Sources: "testdata/sources"})
	table := func(rows ...string) (*Index, Report, error) {
		path := filepath.Join(t.TempDir(), "t.csv")
		require.NoError(t, os.WriteFile(path, []byte("id,name,lat,lon,country,admin1,population,code,class,names,mode\n"+strings.Join(rows, "\n")), 0o644))
		out := filepath.Join(t.TempDir(), "g.bin")
		r, err := Build(t.Context(), BuildOptions{Base: base, Tables: []string{path}, Out: out})
		for i := range r.Errors {
			r.Errors[i].Path = "t.csv"
		}
		if err != nil {
			assert.NoFileExists(t, out)
			return nil, r, err
		}
		x, err := Open(out)
		require.NoError(t, err)
		t.Cleanup(func() { x.Close() })
		return x, r, nil
	}
	t.Run("one place twice", func(t *testing.T) {
		x, r, err := table("own:1,Alpha,33.1,44.1,IQ,07,,,,,", "own:1,,,,,,500,,,Camp A,", "own:1,Beta,33.1,44.1,,,,,,,",
			"own:1,,34,45,,,,,,,", "own:1,,,,,,900,,,,", "own:1,,,,,,,,,,drop", "own:1,,,,,,,,,,replace", "98182,,,,,,,,,Bagdadd,", "gn:98182,,,,,,,,,Baghdadd,")
		require.NoError(t, err)
		assert.Equal(t, []string{`t.csv:4: id "own:1": another name than in line 2`, `t.csv:5: id "own:1": another point than in line 2`,
			`t.csv:6: id "own:1": another population than in line 2`, `t.csv:7: id "own:1": another mode than in line 2`,
			`t.csv:8: id "own:1": another mode than in line 2`}, rowErrors(r))
		e, _ := first(t, x, "Camp A")
		assert.Equal(t, "Alpha", e.Name)
		assert.EqualValues(t, 500, e.Population)
		e, _ = first(t, x, "Bagdadd")
		assert.Equal(t, "gn:98182", e.ID)
	})
	t.Run("divisions", func(t *testing.T) {
		_, r, err := table("own:1,Alpha,33.1,44.1,IQ,ZZZ,,,,,", "own:2,Beta,33.1,44.1,IQ,07,,,,,", "own:3,Gamma,33.1,44.1,IQ,00,,,,,",
			"own:4,Delta,33.1,44.1,IQ,99,,ADM1,A,,", "own:5,Epsilon,33.1,44.1,IQ,99,,,,,")
		require.NoError(t, err)
		assert.Equal(t, []string{`t.csv:2: unknown admin1 "ZZZ" of country IQ: want a code such as 07`}, rowErrors(r))
	})
	t.Run("nothing to use", func(t *testing.T) {
		_, _, err := table()
		assert.ErrorContains(t, err, "t.csv: no rows")
		_, r, err := table("own:1,Alpha,99,44.1,IQ,,,,,,", "own:2,,,,,,,,,Beta,", "own:2,,,,,,7,,,,")
		assert.ErrorContains(t, err, "t.csv: none of its 3 rows can be used")
		assert.Equal(t, 3, r.Bad)
	})
}

func TestSorterSpills(t *testing.T) {
	s, err := newSorter(t.TempDir(), "s", 1)
	require.NoError(t, err)
	s.limit = 200
	var want []string
	for i := range 500 {
		rec := strings.Repeat(string(rune('a'+i*7%26)), 1+i%9)
		want = append(want, rec)
		require.NoError(t, s.Add([]byte(rec)))
	}
	assert.Greater(t, len(s.runs), 3)
	var got []string
	require.NoError(t, s.Each(func(rec []byte) error { got = append(got, string(rec)); return nil }))
	assert.ElementsMatch(t, want, got)
	assert.IsNonDecreasing(t, got)
	stop := errors.New("stop")
	s.Close()
	s, _ = newSorter(t.TempDir(), "s", 1)
	require.NoError(t, s.Add([]byte("x")))
	assert.ErrorIs(t, s.Each(func([]byte) error { return stop }), stop)
	s.Close()
}

func FuzzTable(f *testing.F) {
	seed, err := os.ReadFile("testdata/user.csv")
	require.NoError(f, err)
	f.Add(string(seed))
	for _, s := range []string{"id,name\n1,x", "name,lat,lon\nA,1,1\n", "\xef\xbb\xbfname,lat,lon\nA,1,1\nB,\"\"\"\n", "name,lat,lon,names,replaces\nA,1,2,a|b,gn:98182|x\n", "id,mode\n98182,drop\n"} {
		f.Add(s)
	}
	base, _ := build(f, BuildOptions{Sources: "testdata/sources"})
	f.Fuzz(func(t *testing.T, table string) {
		dir := t.TempDir()
		path, out := filepath.Join(dir, "t.csv"), filepath.Join(dir, "g.bin")
		require.NoError(t, os.WriteFile(path, []byte(table), 0o644))
		r, err := Build(t.Context(), BuildOptions{Base: base, Tables: []string{path}, Out: out})
		if err != nil {
			return
		}
		x, err := Open(out)
		require.NoError(t, err, "what is written can be read")
		defer x.Close()
		require.Equal(t, r.Places, x.Len())
		for i := range x.Len() {
			x.Entry(ID(i))
		}
	})
}
