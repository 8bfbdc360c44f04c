package names

import "unsafe"

// asInt8 reads bytes as int8s without copying.
func asInt8(b []byte) []int8 {
	return unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(b))), len(b))
}
