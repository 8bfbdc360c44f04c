package places_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// corpora writes a small corpus of either form: of toponyms that are resolved,
// and, packed, of names that are marked.
func corpora(t *testing.T) (resolved, marked string) {
	dir := t.TempDir()
	var lines strings.Builder
	for i, a := range []struct {
		site, text string
		ids        []int64
	}{
		{"lamar.example", "A fire in Paris, Texas, killed two. Crews from Bonham came.", []int64{4717560, 4736286, 4675577}},
		{"lamar.example", "Police in Paris said so.", []int64{4717560}},
		{"seine.example", "Trains from Paris to Lyon and Marseille stood still.", []int64{2988507, 2996944, 2995469}},
		{"nile.example", "In Cairo and Alexandria shops closed.", []int64{360630, 361058}},
		{"ohio.example", "The council of Athens, Ohio, met in Columbus.", []int64{4505542, 5165418, 4509177}},
		{"attica.example", "In Athens and Piraeus ships waited.", []int64{264371, 255274}},
	} {
		type place struct {
			Start     int   `json:"start"`
			End       int   `json:"end"`
			GeoNameID int64 `json:"geonameid"`
		}
		rec := struct {
			ID     string  `json:"id"`
			URL    string  `json:"url"`
			Text   string  `json:"text"`
			Places []place `json:"places"`
		}{fmt.Sprint("a", i), "https://www." + a.site + "/1.html", a.text, nil}
		at := 0
		for _, id := range a.ids {
			x, err := gazetteer.Embedded()
			require.NoError(t, err)
			n, ok := x.Find(fmt.Sprint("gn:", id))
			require.True(t, ok, id)
			name := x.Entry(n).Name
			start := strings.Index(a.text[at:], name)
			require.GreaterOrEqual(t, start, 0, name)
			at += start
			rec.Places = append(rec.Places, place{at, at + len(name), id})
		}
		raw, err := json.Marshal(rec)
		require.NoError(t, err)
		lines.Write(append(raw, '\n'))
	}
	resolved = filepath.Join(dir, "resolved.jsonl")
	require.NoError(t, os.WriteFile(resolved, []byte(lines.String()), 0o644))
	marked = filepath.Join(dir, "marked.jsonl.gz")
	f, err := os.Create(marked)
	require.NoError(t, err)
	z := gzip.NewWriter(f)
	_, err = io.WriteString(z, `{"text": "Jordan Smith read in Cairo.", "entities": [{"start": 0, "end": 12, "label": "PER"}, {"start": 21, "end": 26, "label": "LOC"}]}`+"\n")
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
	return resolved, marked
}

func TestTrainTables(t *testing.T) {
	resolved, marked := corpora(t)
	seg, err := text.New()
	require.NoError(t, err)
	readers := places.Readers{
		Segment: func(d *article.Document) { seg.Segment(d) },
		Names:   func(context.Context, *article.Document) error { return nil },
	}
	x, err := gazetteer.Embedded()
	require.NoError(t, err)
	r, err := places.New(places.Options{Index: x})
	require.NoError(t, err)
	read := func() *places.Data {
		data, err := places.ReadData(t.Context(), []places.Corpus{{Path: resolved}, {Path: marked, Weight: .1}}, 3, readers)
		require.NoError(t, err)
		return data
	}
	tables, err := read().Tables(r, 3, places.TrainOptions{}, io.Discard)
	require.NoError(t, err)
	assert.Contains(t, tables["weights.tsv"], "\ninside\t")
	assert.Contains(t, tables["trust.tsv"], "\nprev_prep\t")
	assert.Contains(t, tables["calibration.tsv"], "\n1\t0.99\n")
	again, err := read().Tables(r, 3, places.TrainOptions{}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, tables, again, "the same articles give the same tables")

	got, err := read().CrossValidate(t.Context(), r, 3, places.TrainOptions{})
	require.NoError(t, err)
	for _, s := range places.Settings {
		assert.Len(t, got[s], 6, s)
	}
	for setting, want := range map[string]string{places.GoldAlone: "gn:2988507", places.GoldSites: "gn:4717560"} {
		for _, d := range got[setting] {
			if d.Doc.ID == "a1" {
				assert.Equal(t, want, d.Doc.Places[0].PlaceID, "Paris in %s", setting)
			}
		}
	}
}

func TestReadDataRefuses(t *testing.T) {
	for line, want := range map[string]string{
		`{"id": 1, "text": "In Rome.", "places": [{"start": 3, "end": 9}]}`: "line 1: span 3-9 is not in the text",
		`{"id": 1, "text": "In Rome.", "places": `:                          "line 1: unexpected end of JSON input",
		`{"id": 1, "text": "In Rome."}`:                                     "no corpus with toponyms that are resolved",
	} {
		path := filepath.Join(t.TempDir(), "c.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(line+"\n"), 0o644))
		_, err := places.ReadData(t.Context(), []places.Corpus{{Path: path}}, 2, places.Readers{Segment: func(*article.Document) {}})
		assert.ErrorContains(t, err, want)
	}
}

func TestParseCorpus(t *testing.T) {
	c, err := places.ParseCorpus("a.jsonl,weight=0.1,first=400,unmarked=NORP")
	require.NoError(t, err)
	assert.Equal(t, places.Corpus{Path: "a.jsonl", Weight: .1, First: 400, NoNORP: true}, c)
	for s, want := range map[string]string{
		"a,weight=0":     `corpus a: "weight=0": out of range (0, 100]`,
		"a,first=x":      `corpus a: "first=x": strconv.Atoi`,
		"a,unmarked=PER": `corpus a: "unmarked=PER": want NORP`,
		"a,b":            `corpus a: "b": want weight, first or unmarked`,
	} {
		_, err := places.ParseCorpus(s)
		assert.ErrorContains(t, err, want)
	}
}
