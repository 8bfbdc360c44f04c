package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// TestPipeInputs sends what is no sound stream of articles through the pipe.
func TestPipeInputs(t *testing.T) {
	whole := table(t, "stream", "text")
	for _, tc := range []struct {
		name, in string
		code     int
		stderr   string
		rows     int
	}{
		{"a stream", whole, exitOK, "", 3},
		{"a file", table(t, "arrow", "text"), exitOK, "", 3},
		{"without rows", streamWithoutRows(t), exitOK, "", 0},
		{"nothing", "", exitFailed, "dateline: standard input is empty: want an Arrow IPC stream of articles", 0},
		{"junk", "id,text\n1,One\n2,Two\n", exitFailed, "dateline: standard input: arrow: not an Arrow file or stream", 0},
		{"torn", whole[:len(whole)-600], exitFailed, "dateline: standard input: arrow: the file is cut off", 0},
		{"no text", table(t, "stream", "words"), exitFailed, "standard input: no text: no column is known to hold it", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := Main(t.Context(), []string{"pipe", "--table", "documents"}, strings.NewReader(tc.in), &stdout, &stderr)
			assert.Equal(t, tc.code, code, stderr.String())
			assert.Contains(t, stderr.String(), tc.stderr)
			if tc.stderr == "" {
				assert.Empty(t, stderr.String())
			}
			assert.Equal(t, tc.rows, strings.Count(streamLines(t, &stdout), "\n"), "what comes out is a stream, whatever went in")
		})
	}
}

func streamWithoutRows(t *testing.T) string {
	var b bytes.Buffer
	s, err := output.NewStream(&b, output.Documents)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	return b.String()
}

// streamLines reads an Arrow stream as JSON, a line a row.
func streamLines(t *testing.T, r io.Reader) string {
	t.Helper()
	in, err := ipc.NewReader(r)
	require.NoError(t, err)
	defer in.Release()
	var lines bytes.Buffer
	for in.Next() {
		require.NoError(t, array.RecordToJSON(in.Record(), &lines))
	}
	require.NoError(t, in.Err())
	return lines.String()
}

// TestPipeErrors: an article that cannot be used is a row of the errors table,
// as in a run.
func TestPipeErrors(t *testing.T) {
	var in, stdout, stderr bytes.Buffer
	s, err := output.NewStream(&in, output.Documents)
	require.NoError(t, err)
	b := output.NewBatch(output.Options{})
	for _, text := range []string{"Ann Lee left Paris.", " "} {
		require.NoError(t, b.Add(&article.Document{ID: "x" + text, Source: "x", Text: text}))
	}
	require.NoError(t, s.Write(b))
	require.NoError(t, s.Close())
	code := Main(t.Context(), []string{"pipe", "--table", "errors"}, &in, &stdout, &stderr)
	assert.Equal(t, exitSetAside, code)
	assert.Equal(t, "stdin#2: read: no text\n", stderr.String())
	assert.JSONEq(t, `{"source":"stdin","member":"2","stage":"read","error":"no text","bytes":122}`, strings.TrimSpace(streamLines(t, &stdout)))
}
