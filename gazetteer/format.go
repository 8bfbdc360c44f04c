package gazetteer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"unsafe"
)

// An index file is
//
//	magic   8 bytes
//	version 2 bytes   layout of what follows
//	count   2 bytes   number of sections
//	sums    2 x 4     CRC-32C of the directory, of everything after it
//	directory         a section each: 4-byte name, width (1), 3 unused, offset (8), length (8)
//	sections
//
// Numbers are little-endian. A section is text, or an array of unsigned
// numbers of its width in bytes.
const (
	magic      = "dl\x00gaz\r\n"
	layout     = 3
	headerSize = 8 + 2 + 2 + 4 + 4
	dirEntry   = 4 + 4 + 8 + 8
)

// Names of the sections.
const (
	secMeta    = "meta" // JSON: Info
	secCountry = "ctry" // TSV, see parseCountries
	secStrings = "strs" // NUL-ended strings, referred to by offset: codes, other sources' ids
	secCodes   = "code" // places: offset of "P.PPL" in strs, by number in "fcod"

	secCode     = "fcod" // per place: number of its feature code
	secLat      = "lati" // per place: latitude, see packDegrees
	secLon      = "long"
	secDivision = "divi" // per place: number of its division
	secPop      = "popu" // per place: population; the highest value means see "bigp"
	secBigPop   = "bigp" // pairs of 8 bytes: place, population
	secWeight   = "wght" // per place: salience
	secSource   = "srcs" // per place: number of its source; the top bit says that its id is text
	secID       = "idno" // per place: GeoNames number, or offset of its id in strs
	secNamePool = "disp" // per place: length, coded display name
	secNameOff  = "dofs" // every nameStride-th place: its offset in disp
	secNameDict = "ddic" // pairs table of disp

	secDivCountry = "dcty" // per division: number of its country
	secDivCode1   = "dcd1" // offset of its admin1 code in strs
	secDivCode2   = "dcd2"
	secDivPlace1  = "dpl1" // place of its admin1; the highest value for none
	secDivPlace2  = "dpl2"
	secDivAdmin1  = "dad1" // number of its (country, admin1), 0 for none

	secKeys     = "keys" // blocks of keyStride front-coded keys
	secKeyBlock = "kblk" // per block: its offset in keys
	secKeyPost  = "kpst" // per block: number of its first posting
	secKeyStart = "ktwo" // by the first two bytes of a key: the first block that can hold it
	secKeyDict  = "kdic" // pairs table of keys
	secPostings = "post" // place<<4 | kind<<1 | last
	secSkeleton = "skel" // sorted: hash of a skeleton, number of the key; half of the width each
)

const (
	keyStride  = 16
	nameStride = 32
)

// ErrFormat is wrapped by errors about files that are no index, are damaged,
// or were made by another version of the program.
var ErrFormat = errors.New("not a usable gazetteer index")

func formatError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sections is the directory of a file.
type sections map[string]section

type section struct {
	data  string
	width int
}

// readSections checks the header; with verify also the checksum of everything.
func readSections(data string, verify bool) (sections, error) {
	if len(data) < headerSize || data[:8] != magic {
		return nil, formatError("it does not start like one")
	}
	le := binary.LittleEndian
	head := []byte(data[8:headerSize])
	if v := le.Uint16(head); v != layout {
		return nil, formatError("layout %d, this program reads layout %d: build it again", v, layout)
	}
	n := int(le.Uint16(head[2:]))
	end := headerSize + n*dirEntry
	if len(data) < end {
		return nil, formatError("cut off in its directory")
	}
	dir := []byte(data[headerSize:end])
	if crc32.Checksum(dir, castagnoli) != le.Uint32(head[4:]) {
		return nil, formatError("damaged directory (checksum)")
	}
	secs := sections{}
	for ; len(dir) > 0; dir = dir[dirEntry:] {
		name, width := string(dir[:4]), int(dir[4])
		off, size := le.Uint64(dir[8:]), le.Uint64(dir[16:])
		if off > uint64(len(data)) || size > uint64(len(data))-off {
			return nil, formatError("cut off: section %q ends at byte %d of %d", name, off+size, len(data))
		}
		if width > 8 || width > 0 && size%uint64(width) != 0 {
			return nil, formatError("section %q: %d bytes in numbers of %d", name, size, width)
		}
		secs[name] = section{data[off : off+size], width}
	}
	if verify {
		if err := verifySum(data[end:], le.Uint32(head[8:])); err != nil {
			return nil, err
		}
	}
	return secs, nil
}

func verifySum(data string, want uint32) error {
	// the bytes of a string may be read as a slice as long as nobody writes
	if crc32.Update(0, castagnoli, unsafe.Slice(unsafe.StringData(data), len(data))) != want {
		return formatError("damaged (checksum)")
	}
	return nil
}

// column is an array of unsigned numbers of 1 to 8 bytes.
type column struct {
	data  string
	width int
}

func (c column) len() int {
	if c.width == 0 {
		return 0
	}
	return len(c.data) / c.width
}

func (c column) at(i int) uint64 {
	switch c.width {
	case 1:
		return uint64(c.data[i])
	case 2:
		d := c.data[i*2 : i*2+2]
		return uint64(d[0]) | uint64(d[1])<<8
	case 3:
		d := c.data[i*3 : i*3+3]
		return uint64(d[0]) | uint64(d[1])<<8 | uint64(d[2])<<16
	}
	d := c.data[i*c.width : (i+1)*c.width]
	var v uint64
	for j := len(d) - 1; j >= 0; j-- {
		v = v<<8 | uint64(d[j])
	}
	return v
}

// max returns the highest number that the column can hold.
func (c column) max() uint64 { return 1<<(8*c.width) - 1 }

// column returns a section of numbers, n of them unless n is negative.
func (s sections) column(name string, n int) (column, error) {
	sec, ok := s[name]
	if !ok {
		return column{}, formatError("no section %q", name)
	}
	if sec.width < 1 {
		return column{}, formatError("section %q holds no numbers", name)
	}
	c := column(sec)
	if n >= 0 && c.len() != n {
		return column{}, formatError("section %q: %d numbers, want %d", name, c.len(), n)
	}
	return c, nil
}

func (s sections) text(name string) (string, error) {
	sec, ok := s[name]
	if !ok {
		return "", formatError("no section %q", name)
	}
	return sec.data, nil
}

// stringAt returns the NUL-ended string at an offset.
func stringAt(pool string, off uint64) string {
	if off >= uint64(len(pool)) {
		return ""
	}
	s := pool[off:]
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}

// packDegrees maps [-span/2, span/2] to 24 bits. Rounded to four decimals the
// degrees come back as they were written.
func packDegrees(deg, span float64) uint64 {
	v := (deg/span + .5) * (1<<24 - 1)
	return uint64(min(max(v+.5, 0), 1<<24-1))
}

func unpackDegrees(v uint64, span float64) float64 {
	return math.Round((float64(v)/(1<<24-1)-.5)*span*1e4) / 1e4
}

// Salience is kept in eighths of a power of two: 1 is 0, 1,000,000 is 160.
func weightOf(people int64) (w int) {
	for v := float64(max(people, 1)); v > 1.0905; v /= 1.0905077326652577 { // 2^(1/8)
		w++
	}
	return min(w, 255)
}
