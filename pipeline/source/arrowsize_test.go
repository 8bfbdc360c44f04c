package source

import (
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestColumnarSizes puts large numbers into files of columns, wherever sizes
// may stand: the libraries must not be led to make room for them.
func TestColumnarSizes(t *testing.T) {
	const head, tail, most = 480, 1600, 256 << 20
	for name, content := range columns(t) {
		refused := 0
		for at := 4; at+4 <= len(content); at += 4 {
			if at == head {
				at = max(at, (len(content)-tail)&^3)
			}
			damaged := []byte(content)
			binary.LittleEndian.PutUint32(damaged[at:], 0x3fffffff)
			dir := tree(t, map[string]string{name: string(damaged)})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, out := readAll(t, Options{}, dir)
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(most), "%s at %d", name, at)
			if out[len(out)-1].err != nil {
				refused++
			}
		}
		assert.Greater(t, refused, 50, name)
	}
}
