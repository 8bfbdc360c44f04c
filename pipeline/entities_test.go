package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// factsFile writes entities as a file of facts.
func factsFile(t testing.TB, list ...entityFacts) string {
	t.Helper()
	f := &facts{Entities: list}
	for i := range list {
		f.Docs = append(f.Docs, docFacts{Entities: []int{i}, Published: 100})
	}
	f.finish()
	path := filepath.Join(t.TempDir(), "facts")
	require.NoError(t, os.WriteFile(path, f.encode(), 0o644))
	return path
}

// TestMergeEntities: entities come in order, each once, however many files
// they are in.
func TestMergeEntities(t *testing.T) {
	for _, files := range []int{0, 1, 3, fanIn + 5} {
		t.Run(fmt.Sprint(files), func(t *testing.T) {
			var paths []string
			want := map[string]int64{}
			for i := range files {
				var list []entityFacts
				for k := range 5 {
					id := fmt.Sprintf("PER:%03d", i*k%70)
					if _, ok := want[id]; !ok || list == nil || list[len(list)-1].ID != id {
						list = append(list, entityFacts{ID: id, Kind: article.PER, Mentions: int64(k + 1), Forms: tally{{id, 1}}})
						want[id] += int64(k + 1)
					}
				}
				paths = append(paths, factsFile(t, list...))
			}
			got, last := map[string]int64{}, ""
			require.NoError(t, mergeEntities(paths, t.TempDir(), func(e *entityFacts) error {
				require.Greater(t, e.ID, last)
				last = e.ID
				got[e.ID] = e.Mentions
				require.Len(t, e.Forms, 1)
				return nil
			}))
			assert.Equal(t, want, got)
		})
	}
}

// TestEntityReaderTorn: a file that ends early is an error that names it.
func TestEntityReaderTorn(t *testing.T) {
	path := factsFile(t, entityFacts{ID: "PER:ann", Kind: article.PER, Forms: tally{{"Ann", 2}}})
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, n := range []int{0, 5, len(factsMagic), len(factsMagic) + 4} {
		require.NoError(t, os.WriteFile(path, raw[:n], 0o644))
		err := merge([]string{path}, func(*entityFacts) error { return nil })
		require.ErrorContains(t, err, path)
	}
}

func TestSpool(t *testing.T) {
	s, err := newSpool(filepath.Join(t.TempDir(), "spool"))
	require.NoError(t, err)
	defer s.f.Close()
	var at []int64
	for i := range 1000 {
		pos, err := s.append(fmt.Sprint(i), "", string(make([]byte, i)))
		require.NoError(t, err)
		at = append(at, pos)
	}
	var a, b, c string
	for _, i := range []int{999, 0, 500} {
		require.NoError(t, s.read(at[i], &a, &b, &c))
		assert.Equal(t, fmt.Sprint(i), a)
		assert.Empty(t, b)
		assert.Len(t, c, i)
	}
	n := 0
	require.NoError(t, s.each(func(pos int64) error {
		require.Equal(t, at[n], pos)
		require.Equal(t, fmt.Sprint(n), a)
		n++
		return nil
	}, &a, &b, &c))
	assert.Equal(t, 1000, n)
	require.Error(t, s.read(at[5], &a))
}

func TestDisplayName(t *testing.T) {
	for want, x := range map[string]tally{
		"":              nil,
		"United States": {{"US", 9}, {"United States", 2}},
		"NATO":          {{"NATO", 2}, {"NAT", 2}},
		"Kosi River":    {{"KOSI RIVER", 3}, {"Kosi River", 1}},
		"Ann B":         {{"Ann", 1}, {"Ann B", 1}, {"Ann C", 1}},
	} {
		assert.Equal(t, want, x.displayName())
	}
}
