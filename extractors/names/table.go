package names

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"sort"
)

// table maps 64-bit keys to rows of a fixed number of bytes. It is read where
// it lies (embedded or mapped), without decoding:
//
//	buckets (2^b + 1 little-endian uint32): index of each bucket's first row
//	marks (a little-endian uint16 a row): low bits of the key
//	rows
//
// A key's bucket is its top b bits; within a bucket the 16-bit marks tell rows
// apart. A key that is not there is taken for one that is about once in 30,000
// look-ups, which features bear well.
type table struct {
	buckets []byte
	marks   []byte
	rows    []byte
	width   int
	shift   uint
	count   int
}

var errTable = errors.New("table is damaged")

// find returns the row of a key, or -1.
func (t *table) find(key uint64) int {
	b := key >> t.shift * 4
	lo := int(binary.LittleEndian.Uint32(t.buckets[b:]))
	hi := int(binary.LittleEndian.Uint32(t.buckets[b+4:]))
	mark := uint16(key)
	for ; lo < hi; lo++ {
		if binary.LittleEndian.Uint16(t.marks[2*lo:]) == mark {
			return lo
		}
	}
	return -1
}

// row returns the bytes of row i.
func (t *table) row(i int) []byte { return t.rows[i*t.width : (i+1)*t.width] }

// tableRow is a row on its way into a table.
type tableRow struct {
	key  uint64
	data []byte
}

// appendTable writes a table of rows of the same width with 2^b buckets; b 0
// chooses a good number. Rows are sorted in place; of two rows that a reader
// could not tell apart the first given stays.
func appendTable(out []byte, width int, rows []tableRow, b int) []byte {
	if b == 0 {
		b = max(bits.Len(uint(len(rows)))-2, 1)
	}
	shift := 64 - b
	sort.SliceStable(rows, func(i, j int) bool {
		bi, bj := rows[i].key>>shift, rows[j].key>>shift
		if bi != bj {
			return bi < bj
		}
		return uint16(rows[i].key) < uint16(rows[j].key)
	})
	kept := rows[:0]
	for _, r := range rows {
		if n := len(kept); n > 0 && kept[n-1].key>>shift == r.key>>shift && uint16(kept[n-1].key) == uint16(r.key) {
			continue
		}
		kept = append(kept, r)
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(width))
	out = binary.LittleEndian.AppendUint32(out, uint32(b))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(kept)))
	next := 0
	for bucket := range uint64(1) << b {
		for next < len(kept) && kept[next].key>>shift < bucket {
			next++
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(next))
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(kept)))
	for _, r := range kept {
		out = binary.LittleEndian.AppendUint16(out, uint16(r.key))
	}
	for _, r := range kept {
		out = append(out, r.data...)
	}
	return out
}

// others returns the rows that none of the keys finds, under keys that serve a
// table with as many buckets.
func (t *table) others(keys []uint64) []tableRow {
	found := make([]bool, t.count)
	for _, k := range keys {
		if i := t.find(k); i >= 0 {
			found[i] = true
		}
	}
	var rows []tableRow
	for b := 0; 4*b+4 < len(t.buckets); b++ {
		lo, hi := binary.LittleEndian.Uint32(t.buckets[4*b:]), binary.LittleEndian.Uint32(t.buckets[4*b+4:])
		for i := int(lo); i < int(hi); i++ {
			if !found[i] {
				key := uint64(b)<<t.shift | uint64(binary.LittleEndian.Uint16(t.marks[2*i:]))
				rows = append(rows, tableRow{key, t.row(i)})
			}
		}
	}
	return rows
}

// readTable opens a table at the start of data and returns what follows it.
func readTable(data []byte, width int) (*table, []byte, error) {
	if len(data) < 12 {
		return nil, nil, errTable
	}
	w, b, n := binary.LittleEndian.Uint32(data), binary.LittleEndian.Uint32(data[4:]), int(binary.LittleEndian.Uint32(data[8:]))
	data = data[12:]
	if int(w) != width || b < 1 || b > 28 {
		return nil, nil, fmt.Errorf("%w: width %d, want %d", errTable, w, width)
	}
	size := 4 * (1<<b + 1)
	if len(data) < size || (len(data)-size)/(2+width) < n {
		return nil, nil, errTable
	}
	t := &table{width: width, shift: 64 - uint(b), count: n}
	t.buckets, data = data[:size:size], data[size:]
	t.marks, data = data[:2*n:2*n], data[2*n:]
	t.rows, data = data[:width*n:width*n], data[width*n:]
	before := uint32(0)
	for i := 0; i < size; i += 4 {
		at := binary.LittleEndian.Uint32(t.buckets[i:])
		if at < before || at > uint32(n) {
			return nil, nil, fmt.Errorf("%w: bucket %d", errTable, i/4)
		}
		before = at
	}
	return t, data, nil
}
