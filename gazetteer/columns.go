package gazetteer

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// colWriter gathers the numbers of a column in a file, eight bytes each, and
// writes them at the width that the highest needs.
type colWriter struct {
	f   *os.File
	w   *bufio.Writer
	max uint64
	n   int

	none bool // some are "none", which takes the highest number of the width
}

const rawWidth = 8

func newColWriter(dir, name string) (*colWriter, error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	return &colWriter{f: f, w: bufio.NewWriterSize(f, 1<<15)}, nil
}

func (c *colWriter) put(v uint64) {
	var b [rawWidth]byte
	binary.LittleEndian.PutUint64(b[:], v)
	c.w.Write(b[:]) // the first error sticks and comes back from Flush
	if v == none {
		c.none = true
	} else {
		c.max = max(c.max, v)
	}
	c.n++
}

// width is how many bytes a number of the column needs; at least min.
func (c *colWriter) width(least int) int {
	w := 1
	high := c.max
	if c.none {
		high++
	}
	for w < 8 && high>>(8*w) != 0 {
		w++
	}
	return max(w, least)
}

// copyTo writes the numbers at a width. A number of all ones becomes the
// highest that the width holds ("none").
func (c *colWriter) copyTo(w io.Writer, width int) error {
	if err := c.w.Flush(); err != nil {
		return err
	}
	if _, err := c.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(c.f, 1<<16)
	var b [rawWidth]byte
	for range c.n {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return err
		}
		if _, err := w.Write(b[:width]); err != nil {
			return err
		}
	}
	return nil
}

func (c *colWriter) Close() {
	c.f.Close()
	os.Remove(c.f.Name())
}

// fileWriter writes the sections of an index file.
type fileWriter struct {
	f    *os.File
	w    *bufio.Writer
	n    uint64 // bytes written
	sum  uint32
	dir  []byte
	left int // sections to come
	err  error
}

// newFileWriter starts a file of exactly count sections.
func newFileWriter(path string, count int) (*fileWriter, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	w := &fileWriter{f: f, w: bufio.NewWriterSize(f, 1<<18), n: uint64(headerSize + count*dirEntry), left: count}
	_, w.err = w.f.Seek(int64(w.n), io.SeekStart)
	return w, nil
}

// Write writes bytes of the section at hand.
func (w *fileWriter) Write(b []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.sum = crc32.Update(w.sum, castagnoli, b)
	w.n += uint64(len(b))
	_, w.err = w.w.Write(b)
	return len(b), w.err
}

// section writes a section by calling fill.
func (w *fileWriter) section(name string, width int, fill func(io.Writer) error) {
	if w.err != nil {
		return
	}
	start := w.n
	if err := fill(w); err != nil && w.err == nil {
		w.err = err
	}
	d := append(make([]byte, 0, dirEntry), name[:4]...)
	d = append(d, byte(width), 0, 0, 0)
	d = binary.LittleEndian.AppendUint64(d, start)
	d = binary.LittleEndian.AppendUint64(d, w.n-start)
	w.dir = append(w.dir, d...)
	w.left--
}

func (w *fileWriter) bytes(name string, b []byte) {
	w.section(name, 0, func(to io.Writer) error { _, err := to.Write(b); return err })
}

func (w *fileWriter) column(name string, c *colWriter, least int) {
	width := c.width(least)
	w.section(name, width, func(to io.Writer) error { return c.copyTo(to, width) })
}

// finish writes the header and closes the file.
func (w *fileWriter) finish() (size int64, err error) {
	defer w.f.Close()
	if w.err != nil {
		return 0, w.err
	}
	if w.left != 0 {
		panic("gazetteer: sections miscounted")
	}
	if err := w.w.Flush(); err != nil {
		return 0, err
	}
	h := append(make([]byte, 0, headerSize), magic...)
	h = binary.LittleEndian.AppendUint16(h, layout)
	h = binary.LittleEndian.AppendUint16(h, uint16(len(w.dir)/dirEntry))
	h = binary.LittleEndian.AppendUint32(h, crc32.Checksum(w.dir, castagnoli))
	h = binary.LittleEndian.AppendUint32(h, w.sum)
	if _, err := w.f.WriteAt(append(h, w.dir...), 0); err != nil {
		return 0, err
	}
	if err := w.f.Sync(); err != nil {
		return 0, err
	}
	return int64(w.n), w.f.Close()
}
