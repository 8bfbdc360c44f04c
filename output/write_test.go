package output

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWritePutsOneFilePerTableAndFormat(t *testing.T) {
	dir := t.TempDir()
	b := NewBatch(Options{Formats: formats})
	require.NoError(t, b.Add(sampleDocument("a.txt", "Iran said 3 things.\nBaghdad “Öl” Karl")))
	require.NoError(t, b.Write(dir, "part-000000"))
	require.NoError(t, WriteEntities(dir, "part-000000", nil, Options{Formats: formats}))
	for _, s := range Schemas() {
		for _, f := range formats {
			_, err := os.Stat(filepath.Join(dir, s.Table, "part-000000."+string(f)))
			assert.NoError(t, err)
		}
	}
	temps, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
	require.NoError(t, err)
	assert.Empty(t, temps)
	assert.Zero(t, b.Rows(Documents))
}
