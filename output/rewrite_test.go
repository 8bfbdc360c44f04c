package output

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRewrite(t *testing.T) {
	for _, f := range formats {
		t.Run(string(f), func(t *testing.T) {
			opts := Options{Formats: []Format{f}}
			from, same, other := t.TempDir(), t.TempDir(), t.TempDir()
			b := NewBatch(opts)
			for i := range 3 {
				require.NoError(t, b.Add(hostileDocument(i)))
			}
			b.AddFailure(Failure{Source: "x", Stage: "read", Err: "why"})
			require.NoError(t, b.Write(from, "part"))

			keep := map[string]Change{}
			for _, s := range schemas {
				if s.Table != Entities {
					keep[s.Table] = Change{Edit: func(Edit) bool { return true }}
				}
			}
			require.NoError(t, Rewrite(from, same, "part", opts, keep))
			for table := range keep {
				name := filepath.Join(table, "part."+string(f))
				want, err := os.ReadFile(filepath.Join(from, name))
				require.NoError(t, err)
				got, err := os.ReadFile(filepath.Join(same, name))
				require.NoError(t, err)
				assert.Equal(t, want, got, "%s written again without a change has the same bytes", name)
			}

			require.NoError(t, Rewrite(from, other, "part", opts, map[string]Change{
				Documents: {Edit: func(e Edit) bool { e.Set("duplicate_of", "first"); e.Set("title", nil); return true }},
				Errors: {
					Edit: func(Edit) bool { return false },
					More: func(next *Row) []map[string]any {
						if next != nil {
							return nil
						}
						return []map[string]any{{"source": "new", "stage": "test", "error": "none", "bytes": int64(3)}}
					},
				},
			}))
			assert.NoDirExists(t, filepath.Join(other, Mentions), "only what is named")
			in := &Tables{Dir: other, Format: f, mem: memory.DefaultAllocator, files: map[string][]string{}}
			require.NoError(t, in.find(Documents))
			rows, err := in.All(Documents)
			require.NoError(t, err)
			require.Len(t, rows, 3)
			assert.Equal(t, "first", rows[1].Str("duplicate_of"))
			assert.True(t, rows[1].Null("title"))
			require.NoError(t, in.find(Errors))
			rows, err = in.All(Errors)
			require.NoError(t, err)
			require.Len(t, rows, 1, "one dropped, one put in")
			assert.Equal(t, "new", rows[0].Str("source"))
			assert.True(t, rows[0].Null("member"))
		})
	}
}
