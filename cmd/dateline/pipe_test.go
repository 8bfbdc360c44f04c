package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
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
			var stdout, stderr, lines bytes.Buffer
			code := Main(t.Context(), []string{"pipe", "--table", "documents"}, strings.NewReader(tc.in), &stdout, &stderr)
			assert.Equal(t, tc.code, code, stderr.String())
			assert.Contains(t, stderr.String(), tc.stderr)
			if tc.stderr == "" {
				assert.Empty(t, stderr.String())
			}
			require.NoError(t, output.StreamToJSONL(&stdout, &lines), "what comes out is a stream, whatever went in")
			assert.Equal(t, tc.rows, strings.Count(lines.String(), "\n"))
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
