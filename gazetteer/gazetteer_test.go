package gazetteer

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFold(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		assert.Equal(t, want, Fold(in), in)
		assert.Equal(t, want, Fold(want), "folded twice: %s", in)
	}
	f("Baghdad", "baghdad")
	f("Al Ḩawījah", "al hawijah")
	f("Al-Hawijah", "al hawijah")
	f("São Paulo", "sao paulo")
	f("Kraków", "krakow")
	f("Łódź", "lodz")
	f("Tromsø", "tromso")
	f("Straße", "strasse")
	f("İstanbul", "istanbul")
	f("Xi'an", "xian")
	f("Xi’an", "xian")
	f("Nukuʻalofa", "nukualofa")
	f("U.S.", "us")
	f("Washington, D.C.", "washington dc")
	f("St. Louis", "st louis")
	f("Saint Louis", "st louis")
	f("Sainte-Marie", "ste marie")
	f("Saint", "saint")
	f("Mount Sinai", "mt sinai")
	f("Fort Worth", "ft worth")
	f("Ft. Worth", "ft worth")
	f("The Hague", "hague")
	f("the the Gambia", "gambia")
	f("The", "the")
	f("Trinidad & Tobago", "trinidad and tobago")
	f("Winston-Salem", "winston salem")
	f("Guinea–Bissau", "guinea bissau")
	f("  a  b ", "a b")
	f("Москва", "москва")
	f("ﬁeld", "field")
	f("", "")
	f("...", "")
	f("\xff\xfe", "")
	f("a\xffb", "a b")
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Al Ḩawījah", "The Saint", "Mount & Fort", "a\xffb", "ǅ", "½", "ﷺ", "the the", "İ", "Ɔ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := Fold(s)
		require.Equal(t, k, Fold(k))
		require.True(t, utf8.ValidString(k))
		require.Equal(t, strings.TrimSpace(k), k)
		require.NotContains(t, k, "  ")
		Skeleton(k)
	})
}

func TestSkeleton(t *testing.T) {
	same := [][]string{
		{"huwija", "hawija", "al hawijah"}, {"latakia", "lattakia"}, {"mosul", "mossoul"}, {"qamishli", "kamishly"},
		{"fallujah", "al falluja"}, {"kirkuk", "kirkuck"}, {"benghazi", "bengazi"}, {"kharkiv", "kharkov"},
	}
	for _, names := range same {
		for _, n := range names[1:] {
			assert.Equal(t, Skeleton(names[0]), Skeleton(n), "%s = %s", names[0], n)
			assert.NotEmpty(t, Skeleton(n))
		}
	}
	assert.NotEqual(t, Skeleton("tikrit"), Skeleton("kirkuk"))
	assert.NotEqual(t, Skeleton("amman"), Skeleton("manama"))
	for _, short := range []string{"homs", "aden", "qom", "route 66", "москва"} {
		assert.Empty(t, Skeleton(short), short)
	}
}

func embeddedIndex(t testing.TB) *Index {
	x, err := Embedded()
	require.NoError(t, err)
	return x
}

func TestEmbedded(t *testing.T) {
	x := embeddedIndex(t)
	f := func(name, id string, kind NameKind, match Match) {
		t.Helper()
		e, c := first(t, x, name)
		assert.Equal(t, id, e.ID, name)
		assert.Equal(t, kind, c.Kind, name)
		assert.Equal(t, match, c.Match, name)
	}
	f("Iraq", "gn:99237", Primary, ExactMatch)
	f("Iraqi", "gn:99237", DemonymName, ExactMatch)
	f("U.S.", "gn:6252001", Official, ExactMatch)
	f("Huwija", "gn:390188", Official, ExactMatch)
	f("Lattakia", "gn:173576", Alternate, ExactMatch)
	f("Mid-East", "gn:6269133", Alternate, ExactMatch)
	f("NSW", "gn:2155400", Abbreviation, ExactMatch)
	f("Texans", "gn:4736286", DemonymName, ExactMatch)
	f("the Netherlands", "gn:2750405", Primary, ExactMatch)
	f("Kirkuck", "gn:94787", Primary, SpellMatch)
	f("El-Fallujah", "gn:99454", Official, ArticleMatch)
	for _, none := range []string{"", "xyzzyx", "Rzqwtl", "1234567890"} {
		assert.Empty(t, x.AppendCandidates(nil, none), none)
	}
	iq, ok := x.Country("IQ")
	require.True(t, ok)
	assert.Equal(t, "Iraqi", iq.Adjective)
	assert.Equal(t, "gn:98182", x.PlaceID(iq.Capital))
	_, ok = x.Country("")
	assert.False(t, ok)
	id, ok := x.Find("gn:98182")
	require.True(t, ok)
	assert.Equal(t, "Baghdad", x.Name(id))
	assert.Equal(t, 33.3406, x.Entry(id).Lat)
	assert.Equal(t, 44.4009, x.Entry(id).Lon)
	_, ok = x.Find("gn:1")
	assert.False(t, ok)
	_, ok = x.Find("nonsense")
	assert.False(t, ok)
}

// TestEmbeddedIsWhole finds every 53rd key again and looks at every place.
func TestEmbeddedIsWhole(t *testing.T) {
	x := embeddedIndex(t)
	_, err := readSections(embedded, true)
	require.NoError(t, err, "checksum")
	require.NoError(t, x.validate())
	assert.Less(t, len(embedded), 12_000_000)
	var key []byte
	var cs []Candidate
	for n := 0; n < x.info.Names; n += 53 {
		key = x.appendKeyAt(key[:0], n)
		got, ok := x.findKey(key)
		require.True(t, ok, "%s", key)
		require.Equal(t, n, got, "%s", key)
		_, prefix := x.Seek(key[:1+len(key)/2])
		require.True(t, prefix)
		cs = x.AppendKey(cs[:0], key)
		require.NotEmpty(t, cs)
		for i := 1; i < len(cs); i++ {
			require.GreaterOrEqual(t, x.Salience(cs[i-1].ID), x.Salience(cs[i].ID), "%s", key)
		}
		require.Equal(t, string(key), Fold(string(key)))
	}
	for i := 0; i < x.Len(); i += 7 {
		e := x.Entry(ID(i))
		require.NotEmpty(t, e.Name)
		require.NotEmpty(t, e.ID)
		require.True(t, e.Lat >= -90 && e.Lat <= 90 && e.Lon >= -180 && e.Lon <= 180, "%v", e)
	}
}

func TestOpeningIsFast(t *testing.T) {
	best := time.Hour
	for range 5 {
		start := time.Now()
		_, err := newIndex(embedded, false)
		require.NoError(t, err)
		best = min(best, time.Since(start))
	}
	assert.Less(t, best, 30*time.Millisecond)
}

func TestLookUpDoesNotAllocate(t *testing.T) {
	x := embeddedIndex(t)
	cs := make([]Candidate, 0, 64)
	key := []byte("mosul")
	assert.Zero(t, testing.AllocsPerRun(100, func() { cs = x.AppendKey(cs[:0], key) }))
	buf := make([]byte, 0, 64)
	assert.Zero(t, testing.AllocsPerRun(100, func() { buf = AppendFold(buf[:0], "Saint-Étienne") }))
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.bin")
	_, err := Build(t.Context(), BuildOptions{Sources: "testdata/sources", Out: good})
	require.NoError(t, err)
	data, err := os.ReadFile(good)
	require.NoError(t, err)
	f := func(name, want string, change func(b []byte) []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, change(bytes.Clone(data)), 0o644))
		_, err := Open(path)
		require.ErrorIs(t, err, ErrFormat, name)
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, name)
	}
	f("empty", "not a file of a usable size", func([]byte) []byte { return nil })
	f("foreign", "does not start like one", func(b []byte) []byte { return bytes.Repeat([]byte("PK"), 100) })
	f("newer", "layout 99", func(b []byte) []byte { b[8] = 99; return b })
	f("cut", "cut off", func(b []byte) []byte { return b[:len(b)-10] })
	f("directory", "damaged directory", func(b []byte) []byte { b[25]++; return b })
	f("flipped", "damaged (checksum)", func(b []byte) []byte { b[len(b)-3] ^= 1; return b })
	_, err = Open(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(dir)
	assert.Error(t, err)
}

// FuzzOpen changes the inside of a file and mends its checksums: whatever
// opens must be safe to use.
func FuzzOpen(f *testing.F) {
	out := filepath.Join(f.TempDir(), "g.bin")
	_, err := Build(f.Context(), BuildOptions{Sources: "testdata/sources", Out: out})
	require.NoError(f, err)
	data, err := os.ReadFile(out)
	require.NoError(f, err)
	f.Add(uint32(700), byte(1), uint32(2000), byte(255))
	f.Fuzz(func(t *testing.T, at1 uint32, v1 byte, at2 uint32, v2 byte) {
		b := bytes.Clone(data)
		body := headerSize
		b[body+int(at1)%(len(b)-body)] ^= v1
		b[body+int(at2)%(len(b)-body)] ^= v2
		end := headerSize + int(binary.LittleEndian.Uint16(b[10:]))*dirEntry
		binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[headerSize:end], castagnoli))
		binary.LittleEndian.PutUint32(b[16:], crc32.Checksum(b[end:], castagnoli))
		x, err := newIndex(string(b), true)
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			return
		}
		for i := range x.Len() {
			x.Entry(ID(i))
		}
		for _, name := range []string{"Baghdad", "Hawija", "al Huwijah", "Red River", "zz", "a"} {
			x.AppendCandidates(nil, name)
			x.Seek([]byte(name))
		}
	})
}

func FuzzPairs(f *testing.F) {
	f.Add("baghdad", "bagdad", "san jose")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		s := newSampler()
		names := []string{a, b, c, a + b, b + c, a + a + a}
		for _, n := range names {
			s.add(strings.ReplaceAll(n, "\x00", ""))
		}
		p := s.pairs()
		enc := newEncoder(p)
		for _, n := range names {
			n = strings.ReplaceAll(n, "\x00", "")
			require.Equal(t, n, string(p.decode(nil, string(enc.append(nil, n)))))
		}
		q, ok := parsePairs(string(p.append(nil)))
		require.True(t, ok)
		require.Equal(t, p, q)
	})
}

func BenchmarkOpenEmbedded(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := newIndex(embedded, false); err != nil {
			b.Fatal(err)
		}
	}
}

var benchNames = []string{"Baghdad", "United States", "Springfield", "Al Hawijah", "Nowhere Special", "St. Louis", "Paris", "Ouagadougou", "Zzyzx", "Kalamazoo County"}

func BenchmarkLookup(b *testing.B) {
	x := embeddedIndex(b)
	var keys [][]byte
	for _, n := range benchNames {
		keys = append(keys, []byte(Fold(n)))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.HasKey(keys[i%len(keys)])
		i++
	}
}

func BenchmarkFold(b *testing.B) {
	buf := make([]byte, 0, 64)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		buf = AppendFold(buf[:0], benchNames[i%len(benchNames)])
		i++
	}
}

func BenchmarkEntry(b *testing.B) {
	x := embeddedIndex(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.Entry(ID(i % x.Len()))
		i += 7919
	}
}
