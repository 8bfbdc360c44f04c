package source

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// stream is an opened input, unpacked. raw counts and feeds what was read of
// the file itself.
type stream struct {
	io.Reader
	raw    *counter
	file   *os.File // nil for standard input
	before fs.FileInfo
	plain  bool     // not packed
	temp   *os.File // see random; nil for none
	budget *budget  // of the file that the stream is an entry of; nil for a file of its own
	closer func()
}

// counter counts what is read from a file, and passes it on to tap.
type counter struct {
	r   io.Reader
	tap io.Writer // nil for none
	n   int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if c.tap != nil && n > 0 {
		c.tap.Write(p[:n]) // a hash, which never fails
	}
	if err != nil && err != io.EOF {
		err = withoutPath(err)
	}
	return n, err
}

// maxWindow bounds the memory of a Zstandard decoder; zstd -19 uses 8 MiB, --long 128 MiB.
const maxWindow = 128 << 20

// expandSlack is how much may be unpacked whatever the ratio: small files of
// one repeated byte are odd but harmless.
const expandSlack = 16 << 20

// openRegular opens a path that is a file: a named pipe or device would block
// or never end.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case info.IsDir():
		return nil, errors.New("is a folder")
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("is not a regular file: %s", kindOf(info.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	return f, nil
}

// kindOf names what a path is that is no regular file.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return mode.Type().String()
}

// openFile opens a path for reading, unpacking it by pack. What is read of the
// file itself is passed on to tap, which may be nil.
func (o Options) openFile(path, pack string, tap io.Writer) (*stream, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, withoutPath(err)
	}
	s, err := unpack(f, pack, tap, o.MaxExpand)
	if err != nil {
		f.Close()
		return nil, err
	}
	s.file, s.before = f, info
	if o.opened != nil {
		o.opened(path)
	}
	return s, nil
}

// unpack wraps a reader in the decoder that pack names.
func unpack(r io.Reader, pack string, tap io.Writer, maxExpand int64) (*stream, error) {
	s := &stream{raw: &counter{r: r, tap: tap}}
	switch pack {
	case "":
		s.Reader, s.plain = s.raw, true
		return s, nil
	case "gz":
		z, err := gzip.NewReader(bufio.NewReaderSize(s.raw, 64<<10))
		if err != nil {
			return nil, packError("gzip", err)
		}
		s.Reader, s.closer = z, func() { z.Close() }
	case "zst":
		z, err := zstd.NewReader(s.raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, packError("zstd", err)
		}
		s.Reader, s.closer = z, z.Close
	}
	s.Reader = &expandGuard{r: s.Reader, raw: s.raw, max: maxExpand, kind: pack}
	return s, nil
}

// close releases the stream.
func (s *stream) close() {
	if s.closer != nil {
		s.closer()
	}
	if s.temp != nil {
		s.temp.Close()
	}
	if s.file != nil {
		s.file.Close()
	}
}

// changed returns ErrChanged when the file is another one now than when it was opened.
func (s *stream) changed() error {
	if s.file == nil {
		return nil
	}
	after, err := s.file.Stat()
	if err != nil {
		return withoutPath(err)
	}
	if after.Size() != s.before.Size() || !after.ModTime().Equal(s.before.ModTime()) {
		return ErrChanged
	}
	return nil
}

// ended says what is wrong with a file that gave n records or files and then
// err: nil when that is its end.
func (s *stream) ended(err error, n int, what string) error {
	switch changed := s.changed(); {
	case changed != nil:
		return changed
	case err != io.EOF:
		return fmt.Errorf("%w: after %d %s", err, n, what)
	case n == 0:
		return fmt.Errorf("%w: no %s", ErrEmpty, what)
	}
	return nil
}

// finish checks that nothing is left behind the end of a packed file, and
// passes what is on to the tap.
func (s *stream) finish() error {
	_, err := io.Copy(io.Discard, s.raw)
	return err
}

// expandGuard stops a compressed input that unpacks to much more than it is.
type expandGuard struct {
	r    io.Reader
	raw  *counter
	n    int64
	max  int64
	kind string
}

func (g *expandGuard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.n += int64(n)
	if g.n > expandSlack && g.n/g.max > g.raw.n {
		return 0, fmt.Errorf("%w: unpacks to more than %d times its size (--max-expand)", ErrTooBig, g.max)
	}
	if err != nil && err != io.EOF {
		err = packError(g.kind, err)
	}
	return n, err
}

// packError says in plain words what is wrong with a compressed file.
func packError(kind string, err error) error {
	switch kind {
	case "gz":
		kind = "gzip"
	case "zst":
		kind = "zstd"
	}
	var inner *packFault
	switch {
	case errors.Is(err, zip.ErrFormat):
		return &packFault{kind, errors.New("broken: its directory leads astray")}
	case errors.As(err, &inner): // of a decoder below
		return err
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return &packFault{kind, errors.New("the file is cut off")}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return &packFault{kind, fmt.Errorf("not a %s file", kind)}
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return &packFault{kind, errors.New("the content does not match its checksum")}
	}
	return &packFault{kind, withoutPath(err)}
}

// packFault is what a decoder found wrong.
type packFault struct {
	kind string
	err  error
}

func (e *packFault) Error() string { return e.kind + ": " + e.err.Error() }
func (e *packFault) Unwrap() error { return e.err }

// withoutPath drops the path from a file system error: the failure names it.
func withoutPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
