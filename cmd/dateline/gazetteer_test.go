package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGazetteerBuildExit: the exit code says whether all rows of a table, some
// or none could be used.
func TestGazetteerBuildExit(t *testing.T) {
	const good, bad = "own:1,Alphaville,33,44,IQ\n", "own:2,Betaville,33,44,iq\n"
	for _, tc := range []struct {
		name, rows, stderr string
		code               int
	}{
		{"all", good, "", exitOK},
		{"some", good + bad, "dateline: set aside: 1 rows", exitSetAside},
		{"none", bad, `t.csv:2: country "iq": want two capital letters, such as IQ`, exitFailed},
		{"no rows", "", "t.csv: no rows", exitFailed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := files(t, map[string]string{"t.csv": "id,name,lat,lon,country\n" + tc.rows})
			out := filepath.Join(dir, "g.bin")
			args := []string{"gazetteer", "build", "--table", filepath.Join(dir, "t.csv"), "--out", out}
			if tc.code == exitFailed { // sources have bad rows of their own, and are quicker than the embedded gazetteer
				args = append(args, "--sources", "../../gazetteer/testdata/sources")
			}
			code, _, stderr := dateline(t, args...)
			assert.Equal(t, tc.code, code)
			assert.Contains(t, stderr, tc.stderr)
			if code == exitFailed {
				assert.NoFileExists(t, out)
			} else {
				assert.FileExists(t, out)
			}
		})
	}
}

// TestGazetteerLookup: a name with what contains it.
func TestGazetteerLookup(t *testing.T) {
	for _, tc := range []struct{ name, first string }{
		{"Paris", "gn:2988507"},
		{"Paris, Texas", "gn:4717560"},
		{"Paris, TX", "gn:4717560"},
		{"Paris, Lamar County, Texas", "gn:4717560"},
		{"Mosul, Iraq", "gn:99072"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := dateline(t, "gazetteer", "lookup", tc.name)
			require.Equal(t, exitOK, code, stderr)
			assert.Equal(t, tc.first, strings.Fields(strings.Split(stdout, "\n")[1])[0])
		})
	}
	for _, tc := range []struct{ name, want string }{
		{"Qqqqwx", `"Qqqqwx" is in no gazetteer`},
		{"Qqqqwx, Texas", `"Qqqqwx" is in no gazetteer`},
		{"Paris, Qqqqwx", `"Qqqqwx", which "Paris" is to lie in, is in no gazetteer`},
		{"Mosul, France", `called "Mosul" is known to lie in "France"; look up "Mosul" alone`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := dateline(t, "gazetteer", "lookup", tc.name)
			assert.Equal(t, exitFailed, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, tc.want)
		})
	}
}
