package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// censor is a Surveyor for tests: the title of each document says how many of
// its batch it has seen before it extracted from the first.
type censor struct{ panic, fail string }

func (censor) Name() string { return "censor" }

func (censor) Extract(_ context.Context, d *article.Document) error {
	return errors.New("extracted without a survey")
}

func (c censor) Survey() (look, extract func(context.Context, *article.Document) error) {
	var mu sync.Mutex
	n, extracting, seen := 0, false, map[*article.Document]bool{}
	look = func(_ context.Context, d *article.Document) error {
		mu.Lock()
		defer mu.Unlock()
		if extracting || len(d.Mentions) == 0 {
			return fmt.Errorf("late, or no mentions: %d", len(d.Mentions))
		}
		switch {
		case c.panic != "" && strings.Contains(d.Text, c.panic):
			panic("at " + c.panic)
		case c.fail != "" && strings.Contains(d.Text, c.fail):
			return errors.New("cannot look at " + c.fail)
		}
		n++
		seen[d] = true
		return nil
	}
	extract = func(_ context.Context, d *article.Document) error {
		mu.Lock()
		defer mu.Unlock()
		extracting = true
		if !seen[d] {
			return errors.New("not the document that was looked at")
		}
		d.Title = fmt.Sprint(n)
		return nil
	}
	return look, extract
}

func TestSurvey(t *testing.T) {
	files := manyFiles(60)
	files["a/panic.txt"] = "Report\n\nHere is Trouble.\n"
	files["b/fail.txt"] = "Report\n\nHere is Failure.\n"
	dir := folder(t, files)
	var want map[string]string
	for _, workers := range []int{1, 4} {
		o := testOptions(t, dir)
		o.Workers, o.Identity = workers, "survey"
		o.Stages.Extractors = append(o.Stages.Extractors, censor{panic: "Trouble", fail: "Failure"})
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.EqualValues(t, 60, s.Rows["documents"])
		assert.EqualValues(t, 2, s.SetAside(), "each alone is set aside")
		assert.Greater(t, s.Batches, 5)
		got := tableFiles(t, o.Out)
		assert.Contains(t, strings.Join(lines(got, "errors"), ""), `"stage":"censor","error":"cannot look at Failure"`)
		if want == nil {
			want = got
		}
		assert.True(t, maps.Equal(want, got), "the same bytes with %d workers", workers)

		tables, err := output.Open(o.Out)
		require.NoError(t, err)
		seen := 0
		for r, err := range tables.Rows(output.Documents) {
			require.NoError(t, err)
			n := 0
			_, err := fmt.Sscan(r.Str("title"), &n)
			require.NoError(t, err)
			if n > 1 {
				seen++
			}
		}
		assert.Greater(t, seen, 50, "all of a batch before the first")
	}
}

func TestSurveyOfAGrownFolder(t *testing.T) {
	dir := folder(t, manyFiles(60))
	o := testOptions(t, dir)
	o.Stages.Extractors = append(o.Stages.Extractors, censor{})
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b", "031x.txt"), []byte("Report\n\nCy met Di.\n"), 0o644))
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, int(s.Reused), int(s.Batches)-5, "the others are taken over")
	fresh := o
	fresh.Out = filepath.Join(t.TempDir(), "tables")
	_, err = Run(t.Context(), fresh)
	require.NoError(t, err)
	assert.True(t, maps.Equal(tableFiles(t, fresh.Out), tableFiles(t, o.Out)), "reused batches say what new ones do")
}

func TestEachSurveys(t *testing.T) {
	o := testOptions(t, folder(t, manyFiles(10)))
	o.BatchSize = 1 << 20
	o.Stages.Extractors = append(o.Stages.Extractors, censor{})
	n := 0
	require.NoError(t, Each(t.Context(), o, func(d *article.Document, err error) error {
		require.NoError(t, err)
		assert.Equal(t, "10", d.Title)
		n++
		return nil
	}))
	assert.Equal(t, 10, n)
}
