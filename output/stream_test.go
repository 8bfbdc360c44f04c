package output

import (
	"bytes"
	"strings"
	"testing"

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
	whole := stream.Bytes()
	require.NoError(t, StreamToJSONL(bytes.NewReader(whole), &lines))
	assert.Equal(t, 3, strings.Count(lines.String(), "\n"))
	assert.Contains(t, lines.String(), `"doc_id"`)

	_, err = NewStream(&stream, Entities)
	require.ErrorContains(t, err, `table "entities"`)
	require.Error(t, StreamToJSONL(strings.NewReader("no stream"), &lines))
	require.Error(t, StreamToJSONL(bytes.NewReader(whole[:len(whole)/2]), &lines), "a torn stream")
}

func FuzzStreamToJSONL(f *testing.F) {
	var stream bytes.Buffer
	s, err := NewStream(&stream, Errors)
	require.NoError(f, err)
	b := NewBatch(Options{})
	b.AddFailure(Failure{Source: "a", Stage: "read", Err: "x"})
	require.NoError(f, s.Write(b))
	require.NoError(f, s.Close())
	f.Add(stream.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			t.Skip()
		}
		_ = StreamToJSONL(bytes.NewReader(data), &bytes.Buffer{})
	})
}
