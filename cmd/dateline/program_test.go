package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProgramIdentity(t *testing.T) {
	id := programIdentity()
	assert.NotEmpty(t, id)
	assert.Equal(t, id, programIdentity())
	path, err := os.Executable()
	require.NoError(t, err)
	assert.Equal(t, id, buildID(path), "this program has a build id")
	for _, other := range []string{"\x7fELF\x02\x01\x01", "", "\xff Go build ID: \"a/b/c"} {
		path := filepath.Join(t.TempDir(), "program")
		require.NoError(t, os.WriteFile(path, []byte(other), 0o755))
		assert.Empty(t, buildID(path))
	}
}
