package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/extractors/dates"
	"github.com/dateline-nlp/dateline/extractors/names"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// defaultStages are built once: models and gazetteer take a while to open.
var defaultStages = sync.OnceValues(func() (*stages, error) {
	f := defaultFlags()
	return f.build()
})

func defaultFlags() stageFlags {
	return stageFlags{NamesEngine: names.Cascade, DatesEngine: dates.EngineRules}
}

// stageChoices are the choices of stages that the conformance suite goes through.
func stageChoices() map[string]stageFlags {
	second := defaultFlags()
	second.NamesEngine, second.DatesEngine = names.CRF, dates.EngineWhen
	third := defaultFlags()
	third.NamesEngine, third.DateOrder = names.Prose, "dmy"
	return map[string]stageFlags{"default": defaultFlags(), "crf, when": second, "prose, dmy": third}
}

// hostile are articles that no newspaper would print.
func hostile() map[string]string {
	files := map[string]string{
		"empty":           "",
		"spaces":          " \t\n\r\n   \u00a0\u2028\u200b ",
		"stray bytes":     "Paris\x80 on \xffMonday\xc3, Jan. 5\xe2\x80, 2020 \xf0\x9f, said Ann\x00 Lee.",
		"only stray":      strings.Repeat("\x80\xbf\xff", 300),
		"capitals":        strings.Repeat("IRAQ TELLS U.S. TO LEAVE ", 400),
		"one long word":   strings.Repeat("Baghdad", 3000),
		"digits":          strings.Repeat("1234567890", 2000),
		"slashes":         strings.Repeat("1/1/", 5000),
		"last last":       strings.Repeat("last ", 4000) + "Friday",
		"stops":           strings.Repeat(".", 5000) + strings.Repeat("! ?", 1000),
		"hyphens":         strings.Repeat("US-", 3000) + "led",
		"brackets":        strings.Repeat("((", 2000) + "IRGC" + strings.Repeat("))", 2000),
		"quotes":          strings.Repeat("“‘’”'\"", 2000),
		"newlines":        strings.Repeat("\n", 4000) + "May\n" + strings.Repeat("\r\n", 1000),
		"emoji and marks": "Zoë 👩‍👩‍👧 met e\u0301mile in Sa\u0303o Paulo on 3 de maio \u202e.nuJ 5",
		"titles":          strings.Repeat("Gen. Gen. President Prime Minister ", 800),
		"places":          strings.Repeat("Paris, Texas, London, Ontario, ", 800),
	}
	articles, _ := filepath.Glob(filepath.Join(testdata, "articles", "*.txt"))
	for _, a := range articles {
		raw, err := os.ReadFile(a)
		if err == nil {
			files[filepath.Base(a)] = string(raw)
		}
	}
	return files
}

// segmented is a document as the extractors get it.
func segmented(st *stages, text string) *article.Document {
	d := &article.Document{ID: "x", Source: "x.txt", Text: text,
		Published: article.Published{Day: article.NewDay(2020, 1, 2), Precision: article.DayPrecision, From: "flag"}}
	st.Segmenter.Segment(d)
	return d
}

// fields splits what a document holds by the stage that may change it.
func fields(d *article.Document) map[string]any {
	return map[string]any{
		"input":  []any{d.ID, d.Source, d.Text, d.Published, slices.Clone(d.Sentences), slices.Clone(d.Tokens)},
		"names":  slices.Clone(d.Mentions),
		"dates":  slices.Clone(d.Dates),
		"places": []any{slices.Clone(d.Places), d.FocusCountry, d.FocusPlace},
	}
}

// mayWrite says which fields an extractor may change besides its own: places
// settles toponyms among the mentions; who is who names them.
var mayWrite = map[string][]string{
	"names": {"names"}, "kinds": {"names"}, "dates": {"dates"}, "places": {"places", "names"}, "people": {"names", "places"}, "organisations": {"names", "places"},
}

// TestConformance is the suite that every extractor must pass, in the manner
// of testing/fstest: spans are right, only its own fields change, the same
// document gives the same answer twice and from four goroutines, and no
// article is too odd.
func TestConformance(t *testing.T) {
	for name, flags := range stageChoices() {
		t.Run(name, func(t *testing.T) {
			st, err := flags.build()
			require.NoError(t, err)
			for title, text := range hostile() {
				if name != "default" { // the baselines take a second for what takes ours a millisecond
					text = text[:min(len(text), 1000)]
				}
				t.Run(title, func(t *testing.T) { conforms(t, st, text) })
			}
		})
	}
}

func conforms(t *testing.T, st *stages, text string) {
	d := segmented(st, text)
	require.NoError(t, d.Check())
	for _, x := range st.Extractors {
		before := fields(d)
		require.NoError(t, x.Extract(t.Context(), d), x.Name())
		require.NoError(t, d.Check(), x.Name())
		after := fields(d)
		for f := range before {
			if !slices.Contains(mayWrite[x.Name()], f) {
				require.Equal(t, before[f], after[f], "%s changed %s", x.Name(), f)
			}
		}
		if e, ok := x.(pipeline.Explainer); ok {
			require.NoError(t, e.Explain(t.Context(), io.Discard, d, -1), x.Name())
			require.NoError(t, e.Explain(t.Context(), io.Discard, d, len(text)/2), x.Name())
		} else {
			assert.Fail(t, "cannot explain itself", x.Name())
		}
	}
	want := fields(d)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			again := segmented(st, text)
			for _, x := range st.Extractors {
				assert.NoError(t, x.Extract(context.Background(), again))
			}
			assert.Equal(t, want, fields(again), "the same document, another goroutine")
		})
	}
	wg.Wait()
}

// TestCancelled: an extractor that is told to stop says so or ends soon.
func TestCancelled(t *testing.T) {
	st, err := defaultStages()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, x := range st.Extractors {
		d := segmented(st, "Ann Lee left Paris on Monday.")
		if err := x.Extract(ctx, d); err != nil {
			assert.ErrorIs(t, err, context.Canceled, x.Name())
		}
	}
}
