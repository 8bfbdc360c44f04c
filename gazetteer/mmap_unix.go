//go:build unix

package gazetteer

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// mapFile maps a file into memory, read-only.
func mapFile(path string) (data string, closer func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	if !st.Mode().IsRegular() || st.Size() < headerSize || int64(int(st.Size())) != st.Size() {
		return "", nil, fmt.Errorf("%s: %w", path, formatError("not a file of a usable size"))
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return "", nil, &os.PathError{Op: "mmap", Path: path, Err: err}
	}
	return unsafe.String(&b[0], len(b)), func() error { return syscall.Munmap(b) }, nil
}
