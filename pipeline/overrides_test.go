package pipeline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestParseOverrides(t *testing.T) {
	list, err := parseOverrides("o.csv", strings.NewReader("# the desk's own\naction,kind,name,to,doc\nmerge,PER,Bob,Robert,\nignore,,Ann,,a.txt\n"))
	require.NoError(t, err)
	assert.Equal(t, []Override{
		{File: "o.csv", Line: 3, Action: "merge", Kind: article.PER, Name: "Bob", To: "Robert"},
		{File: "o.csv", Line: 4, Action: "ignore", Name: "Ann", Doc: "a.txt"},
	}, list)
	for _, tc := range []struct{ in, want string }{
		{"", "o.csv:1: empty; want a header with action, kind, name, to and perhaps doc"},
		{"# ours\nwhat,who\n", `o.csv:2: no column "action"; want action, kind, name, to and perhaps doc`},
		{"action,kind,name,to\nmarry,PER,Bob,Ann\nmerge,PER,,x\nmerge,PER,Bob,\nkind,PER,Bob,BOSS\nmerge,DOG,Rex,Max\n",
			`o.csv:2: action "marry": want one of merge, split, rename, kind, ignore, place` + "\no.csv:3: no name\no.csv:4: merge needs something in the column to\n" +
				`o.csv:5: kind "BOSS": want PER, ORG, LOC or NORP` + "\n" + `o.csv:6: kind "DOG": want PER, ORG, LOC, NORP or nothing`},
		{"action,kind,name,to\nmerge,PER,,x\nmerge,PER,\"Bob\n", "o.csv:2: no name\no.csv:3: extraneous or missing \" in quoted-field"},
		{"action,kind,name,to\nplace,PER,Perry,gn:98182\nplace,NORP,Iraqi,gn:99237\nplace,LOC,Perry,gn:98182\nplace,,Perry,gn:98182\n",
			"o.csv:2: place: what is of kind PER has no place; want LOC or no kind, after a row that makes it one (kind,PER,Perry,LOC)\n" +
				"o.csv:3: place: what is of kind NORP has no place; want LOC or no kind, after a row that makes it one (kind,NORP,Iraqi,LOC)"},
	} {
		_, err = parseOverrides("o.csv", strings.NewReader(tc.in))
		assert.EqualError(t, err, tc.want)
	}
	_, err = ReadOverrides("nowhere.csv")
	assert.ErrorContains(t, err, "nowhere.csv")
}

func TestOverrides(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.txt": "Yesterday Ann met Bob. Later Ann left for Paris.",
		"b.txt": "Today Robert saw Ann.",
	})
	run := func(t *testing.T, rows ...string) (*Summary, *output.Tables) {
		o := testOptions(t, dir)
		o.BatchSize = 10
		list, err := parseOverrides("o.csv", strings.NewReader("action,kind,name,to,doc\n"+strings.Join(rows, "\n")))
		require.NoError(t, err)
		o.Overrides = list
		o.Place = func(id string) (article.Place, bool) {
			return article.Place{PlaceID: id, GeoNamesID: 4717560, Name: "Paris", Lat: 33.66, Lon: -95.56, Country: "US"}, id == "gn:4717560"
		}
		var s *Summary
		for range 2 { // the second run takes over what the first one did, counts included
			s, err = Run(t.Context(), o)
			require.NoError(t, err)
		}
		tables, err := output.Open(o.Out)
		require.NoError(t, err)
		require.Empty(t, output.Verify(tables))
		return s, tables
	}
	entity := func(t *testing.T, tables *output.Tables, id string) (output.Row, bool) {
		rows, err := tables.All(output.Entities)
		require.NoError(t, err)
		for _, r := range rows {
			if r.Str("entity_id") == id {
				return r, true
			}
		}
		return output.Row{}, false
	}
	t.Run("merge", func(t *testing.T) {
		s, tables := run(t, "merge,PER,Bob,Robert")
		assert.Equal(t, []OverrideCount{{File: "o.csv", Line: 2, Action: "merge", Name: "Bob", Rows: 1}}, s.Overrides)
		r, ok := entity(t, tables, "PER:robert")
		require.True(t, ok)
		assert.Equal(t, 2, r.Int("documents"))
		assert.Equal(t, 2, r.Int("mentions"))
		assert.Equal(t, []string{"Bob"}, r.List("aliases"))
		_, ok = entity(t, tables, "PER:bob")
		assert.False(t, ok)
	})
	t.Run("split in one article", func(t *testing.T) {
		_, tables := run(t, "split,PER,Ann,Ann Lee,a.txt")
		r, ok := entity(t, tables, "PER:ann lee")
		require.True(t, ok)
		assert.Equal(t, 2, r.Int("mentions"))
		r, ok = entity(t, tables, "PER:ann")
		require.True(t, ok)
		assert.Equal(t, 1, r.Int("mentions"))
	})
	t.Run("rename, kind", func(t *testing.T) {
		_, tables := run(t, "rename,PER,Ann,Anna", "kind,PER,Paris,LOC")
		r, ok := entity(t, tables, "PER:ann")
		require.True(t, ok)
		assert.Equal(t, "Anna", r.Str("canonical"))
		r, ok = entity(t, tables, "LOC:paris")
		require.True(t, ok)
		assert.Equal(t, "LOC", r.Str("kind"))
	})
	t.Run("kind of what is written", func(t *testing.T) {
		s, tables := run(t, "rename,PER,Bob,Robert Lee", "kind,PER,Bob,org")
		assert.EqualValues(t, 1, s.Overrides[1].Rows)
		r, ok := entity(t, tables, "ORG:bob")
		require.True(t, ok)
		assert.Equal(t, "ORG Bob", r.Str("kind")+" "+r.Str("canonical"))
	})
	t.Run("one after another, in articles of different batches", func(t *testing.T) {
		s, tables := run(t, "merge,PER,Bob,Robert", "rename,PER,Robert,Robert Lee", "kind,PER,PER:robert,ORG", "ignore,ORG,Robert Lee,")
		for _, o := range s.Overrides {
			assert.NotZero(t, o.Rows, o.Line)
		}
		assert.EqualValues(t, 2, s.Overrides[1].Rows)
		for _, id := range []string{"PER:bob", "PER:robert", "ORG:robert lee"} {
			_, ok := entity(t, tables, id)
			assert.False(t, ok, id)
		}
	})
	t.Run("ignore, and one that meets nothing", func(t *testing.T) {
		s, tables := run(t, "ignore,PER,Ann,", "merge,PER,Zoë,Zora")
		_, ok := entity(t, tables, "PER:ann")
		assert.False(t, ok)
		assert.EqualValues(t, 3, s.Overrides[0].Rows)
		assert.Zero(t, s.Overrides[1].Rows)
		var text strings.Builder
		require.NoError(t, s.Write(&text))
		assert.Contains(t, text.String(), `o.csv:3: override merge "Zoë" met nothing`)
		assert.Equal(t, []string{`o.csv:3: override merge "Zoë" met nothing`}, s.Warnings())
	})
	t.Run("place", func(t *testing.T) {
		_, tables := run(t, "place,,Paris,gn:4717560")
		r, ok := entity(t, tables, "LOC:gn:4717560")
		require.True(t, ok)
		assert.Equal(t, "Paris", r.Str("canonical"))
	})
	t.Run("a person that is a place", func(t *testing.T) {
		_, tables := run(t, "kind,PER,Paris,LOC", "place,LOC,Paris,gn:4717560")
		_, ok := entity(t, tables, "LOC:gn:4717560")
		require.True(t, ok)
	})
	t.Run("the name of the id that it became", func(t *testing.T) {
		_, tables := run(t, "merge,PER,Bob,ORG:bobs", "rename,,bobs,Bob's")
		r, ok := entity(t, tables, "ORG:bobs")
		require.True(t, ok)
		assert.Equal(t, "Bob's", r.Str("canonical"))
	})
	t.Run("a place that is in no gazetteer", func(t *testing.T) {
		o := testOptions(t, dir)
		o.Overrides = []Override{{Line: 2, Action: "place", Name: "Paris", To: "gn:0"}}
		o.Place = func(string) (article.Place, bool) { return article.Place{}, false }
		_, err := Run(t.Context(), o)
		require.ErrorContains(t, err, `overrides:2: place "gn:0" is not in the gazetteer`)
	})
}

func FuzzOverrides(f *testing.F) {
	f.Add("action,kind,name,to\nmerge,PER,Bob,Robert\n")
	f.Add("action,kind,name,to,doc\nplace,,\"Pa\nris\",gn:1,x\n")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parseOverrides("o.csv", strings.NewReader(s))
		if err == nil {
			for _, o := range list {
				require.NotEmpty(t, o.Name)
			}
		}
	})
}
