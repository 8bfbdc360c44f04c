package output

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// hostile are strings that a careless writer or reader breaks.
var hostile = []string{
	`"quoted"`, `a,b;c`, "line\nfeed", "carriage\r\nreturn", "\r", "tab\t", "nul\x00byte", "\ufeffbom", "U+2028\u2028and\u2029",
	"next\u0085line", "emoji 😀 👩‍👩‍👧", "é", "=1+1", "+1", "-1", "@x", "'=1", "''", "'", " padded ", `\N`, `\`, "NULL", "null", "NaN",
	`<a href="x">&amp;</a>`, "\x7f", strings.Repeat("long ", 3000), "true", "2020-01-01", "[]", "0", "日本語", "\U0010FFFF", "\uFFFD",
}

func hostileDocument(i int) *article.Document {
	r := rand.New(rand.NewPCG(uint64(i), 1))
	pick := func() string { return hostile[r.IntN(len(hostile))] }
	var text strings.Builder
	for range 8 {
		fmt.Fprintf(&text, "%s Iran %s 5 %s Rome\n", pick(), pick(), pick())
	}
	d := sampleDocument(fmt.Sprintf("%s/%d %s.txt", pick(), i, pick()), text.String())
	d.Source, d.Member, d.URL, d.Site, d.Title, d.Byline = pick(), pick(), pick(), pick(), pick(), pick()
	d.Published.Text, d.DuplicateOf, d.FocusCountry, d.FocusPlace = pick(), pick(), pick(), pick()
	for k := range d.Mentions {
		d.Mentions[k].Canonical, d.Mentions[k].EntityID, d.Mentions[k].Title = pick(), pick(), pick()
		d.Mentions[k].Confidence = r.Float32()
	}
	for k := range d.Places {
		p := &d.Places[k]
		p.Name, p.PlaceID, p.Lat, p.Lon, p.Population = pick(), pick(), r.Float64()*180-90, r.Float64()*360-180, r.Int64()
		p.GeoNamesID = -r.Int64()
	}
	for k := range d.Dates {
		d.Dates[k].Value, d.Dates[k].From, d.Dates[k].To = pick(), 1, article.NewDay(9999, 12, 31)
	}
	return d
}

// expected returns the rows that a buffer should come back as.
func expected(b *buffer) [][]any {
	rows := make([][]any, 0, b.rows)
	for i := range b.rows {
		cells := make([]any, len(b.cols))
		for k, c := range b.cols {
			if c.isNull(i) {
				continue
			}
			switch c.Type {
			case String:
				cells[k] = string(c.str(i))
			case Int32:
				cells[k] = int64(c.i32[i])
			case Int64:
				cells[k] = c.i64[i]
			case Float32:
				cells[k] = c.f32[i]
			case Float64:
				cells[k] = c.f64[i]
			case Bool:
				cells[k] = bitAt(c.bytes, i)
			case Date:
				cells[k] = unixDay(c.i32[i])
			case StringList:
				list := []string{}
				c.list(i, func(s []byte) { list = append(list, string(s)) })
				cells[k] = list
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

// checkRoundTrip writes tables in every format and compares what comes back.
func checkRoundTrip(t *testing.T, docs []*article.Document, failures []Failure, entities []EntityRow) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	for _, raw := range []bool{false, true} {
		opts := Options{Formats: formats, CSVRaw: raw, FS: unsynced{}, mem: mem}
		dir := t.TempDir()
		b := NewBatch(opts)
		for _, d := range docs {
			require.NoError(t, b.Add(d))
		}
		for _, f := range failures {
			b.AddFailure(f)
		}
		want := map[string][][]any{}
		for _, buf := range b.ordered {
			want[buf.schema.Table] = expected(buf)
		}
		want[Entities] = expectedEntities(entities)
		require.NoError(t, b.Write(dir, "part-0"))
		require.NoError(t, WriteEntities(dir, "part-0", entities, opts))
		for _, f := range formats {
			tables, err := OpenWith(dir, ReadOptions{Format: f, CSVRaw: raw})
			require.NoError(t, err)
			if f != Parquet { // the library's delta decoder releases nothing; Go's collector does
				tables.mem = mem
			}
			for _, s := range schemas {
				rows, err := tables.All(s.Table)
				require.NoError(t, err, "%s %s", f, s.Table)
				got := make([][]any, 0, len(rows))
				for _, r := range rows {
					got = append(got, r.cells)
				}
				require.Equal(t, want[s.Table], got, "%s %s raw=%v", f, s.Table, raw)
			}
		}
	}
}

func expectedEntities(entities []EntityRow) [][]any {
	day := func(d article.Day) any {
		if d == 0 {
			return nil
		}
		return d
	}
	known := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	rows := [][]any{}
	for _, e := range entities {
		rows = append(rows, []any{e.EntityID, e.Kind.String(), e.Canonical, append([]string{}, e.Aliases...), e.Documents, e.Mentions,
			day(e.FirstPublished), day(e.LastPublished), known(e.PlaceID), known(e.Country), known(e.Links)})
	}
	return rows
}

func TestRoundTrip(t *testing.T) {
	t.Run("hostile strings", func(t *testing.T) {
		var docs []*article.Document
		var failures []Failure
		var entities []EntityRow
		for i := range 60 {
			docs = append(docs, hostileDocument(i))
		}
		for i, s := range hostile {
			failures = append(failures, Failure{Source: s, Member: s, Stage: "read", Err: s, Bytes: int64(i)})
			entities = append(entities, EntityRow{
				EntityID: s, Kind: article.PER, Canonical: s, Aliases: hostile[:i], Documents: math.MaxInt64, Mentions: 2,
				FirstPublished: 1, LastPublished: article.NewDay(2020, 1, i), PlaceID: s, Country: "IQ",
			})
		}
		checkRoundTrip(t, docs, failures, entities)
	})
	t.Run("empty tables", func(t *testing.T) { checkRoundTrip(t, nil, nil, nil) })
	t.Run("empty article", func(t *testing.T) { checkRoundTrip(t, []*article.Document{{}}, []Failure{{}}, []EntityRow{{}}) })
	t.Run("nulls everywhere", func(t *testing.T) {
		d := &article.Document{ID: "x", Text: "Iran 5", Sentences: []article.Sentence{{Span: article.Span{Start: 0, End: 6}}}}
		for range 20 { // more than one byte of a null bitmap
			d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: 0, End: 4}, Kind: article.LOC})
			d.Places = append(d.Places, article.Place{Span: article.Span{Start: 0, End: 4}, Lat: math.NaN()})
			d.Dates = append(d.Dates, article.Date{Span: article.Span{Start: 5, End: 6}, Type: article.DATE})
		}
		checkRoundTrip(t, []*article.Document{d}, make([]Failure, 20), make([]EntityRow, 20))
	})
	t.Run("confidences", func(t *testing.T) {
		d := sampleDocument("x", strings.Repeat("Iran 5\n", 50))
		for i := range d.Mentions {
			d.Mentions[i].Confidence = []float32{0, 1, float32(math.NaN()), 2, -1, 1e-9, 0.1, math.SmallestNonzeroFloat32}[i%8]
		}
		checkRoundTrip(t, []*article.Document{d}, nil, nil)
	})
}

func TestRowGroups(t *testing.T) {
	opts := Options{Formats: []Format{Parquet, Arrow}, FS: unsynced{}, rowGroup: 1000}
	tables := writeTables(t, opts, sampleDocument("x", strings.Repeat("Iran 5\n", 2999)))
	for _, f := range opts.Formats {
		tables, err := OpenWith(tables.Dir, ReadOptions{Format: f})
		require.NoError(t, err)
		n := 0
		for r, err := range tables.Rows(Dates) {
			require.NoError(t, err)
			require.Equal(t, 7*n+5, r.Int("byte_start"))
			require.Equal(t, n%2 == 0, r.Bool("relative"))
			require.Equal(t, n%2 != 0, r.Null("confidence"))
			n++
		}
		require.Equal(t, 2999, n)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	write := func(b *Batch) map[string]string {
		dir := t.TempDir()
		for i := range 20 {
			require.NoError(t, b.Add(hostileDocument(i)))
		}
		require.NoError(t, b.Write(dir, "part-0"))
		files := map[string]string{}
		for _, s := range schemas {
			for _, f := range formats {
				if s.Table != Entities {
					data, err := os.ReadFile(filepath.Join(dir, s.Table, "part-0."+string(f)))
					require.NoError(t, err)
					files[s.Table+"."+string(f)] = string(data)
				}
			}
		}
		return files
	}
	b := NewBatch(Options{Formats: formats, FS: unsynced{}})
	first := write(b)
	require.NoError(t, b.Add(hostileDocument(99))) // leaves something behind in the memory that is used again
	require.NoError(t, b.Write(t.TempDir(), "part-0"))
	for name, data := range write(b) {
		assert.True(t, first[name] == data, "%s differs when memory is used again", name)
	}
	for name, data := range write(NewBatch(Options{Formats: formats, FS: unsynced{}})) {
		assert.True(t, first[name] == data, "%s differs", name)
	}
}
