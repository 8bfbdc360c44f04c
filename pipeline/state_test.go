package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInspect(t *testing.T) {
	o := testOptions(t, folder(t, manyFiles(30)))
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	look := func() *State {
		t.Helper()
		st, err := Inspect(o.Out)
		require.NoError(t, err)
		return st
	}
	st := look()
	assert.Equal(t, map[string]Batches{"test": {Number: int64(s.Batches), Documents: 30, Input: s.Bytes}}, st.Kept)
	assert.False(t, st.Writing)
	assert.False(t, st.Swap)
	assert.Empty(t, st.Missing)
	assert.Equal(t, s.Rows, st.Tables.Rows)

	held, err := openStore(o.Out, tableNames(), nil)
	require.NoError(t, err)
	assert.True(t, look().Writing)
	require.NoError(t, held.close())
	assert.False(t, look().Writing)

	require.NoError(t, os.RemoveAll(filepath.Join(o.Out, "places")))
	assert.Equal(t, []string{"places"}, look().Missing)
	require.NoError(t, os.WriteFile(filepath.Join(o.Out, runName), []byte("{"), 0o644))
	_, err = Inspect(o.Out)
	require.ErrorContains(t, err, runName)
}
