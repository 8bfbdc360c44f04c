//go:build !unix

package gazetteer

import (
	"os"
	"unsafe"
)

// mapFile reads a file where mapping is not to be had.
func mapFile(path string) (data string, closer func() error, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", nil, err
	}
	return unsafe.String(unsafe.SliceData(b), len(b)), func() error { return nil }, nil
}
