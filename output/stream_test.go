package output

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStream(t *testing.T) {
	var stream, lines bytes.Buffer
	s, err := NewStream(&stream, Documents)
	require.NoError(t, err)
	b := NewBatch(Options{})
	for i := range 3 {
		require.NoError(t, b.Add(hostileDocument(i)))
		require.NoError(t, s.Write(b))
		b.Reset()
	}
	require.NoError(t, s.Close())
	in, err := ipc.NewReader(&stream)
	require.NoError(t, err)
	defer in.Release()
	for in.Next() {
		require.NoError(t, array.RecordToJSON(in.Record(), &lines))
	}
	require.NoError(t, in.Err())
	assert.Equal(t, 3, strings.Count(lines.String(), "\n"))
	assert.Contains(t, lines.String(), `"doc_id"`)

	_, err = NewStream(&stream, Entities)
	require.ErrorContains(t, err, `table "entities"`)
}
