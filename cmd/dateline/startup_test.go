package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// maxInit is what packages may allocate before main begins: every `explain`,
// `pipe` and small run pays for it.
const maxInit = 32 << 20

// TestStartup keeps libraries out that build large tables whenever a program
// starts.
func TestStartup(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), self, "-test.run=^$")
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	require.NoError(t, err)
	total, traced := 0, 0
	for line := range strings.Lines(string(out)) { // init PACKAGE @0.5 ms, 0.01 ms clock, 123 bytes, 4 allocs
		f := strings.Fields(line)
		if len(f) < 10 || f[0] != "init" || f[8] != "bytes," {
			continue
		}
		if os.Getenv("GOWORK") == "" && strings.HasPrefix(f[1], "github.com/markusmobius/go-dateparser/") {
			continue // a plain "go test" has the library that .go.work replaces
		}
		n, err := strconv.Atoi(f[7])
		require.NoError(t, err, line)
		if n > maxInit/4 {
			t.Log(strings.TrimSpace(line))
		}
		total, traced = total+n, traced+1
	}
	assert.Greater(t, traced, 10, "no trace: %s", out)
	assert.Less(t, total, maxInit)
	t.Logf("%d bytes in %d packages", total, traced)
}
