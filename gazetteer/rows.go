package gazetteer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// maxLine is the longest line of a source, in bytes; a longer one is a bad row.
const maxLine = 1 << 20

// lines calls f with every line of a text file, which may be gzipped, that is
// neither empty nor a comment ("#"). What f returns as error is a bad row;
// errStop and errors of reading end the file.
func (b *builder) lines(path string, f func(line int, text string) error) error {
	rep, done, err := b.open(path)
	if err != nil {
		return err
	}
	defer done()
	return b.scan(rep, rep.in, f)
}

// scan is lines without the file.
func (b *builder) scan(rep *input, in io.Reader, f func(line int, text string) error) error {
	r := bufio.NewReaderSize(in, 1<<16)
	var long []byte
	b.o.Progress("read "+baseName(rep.Path), 0, rep.size)
	for n := 1; ; n++ {
		text, err := readLine(r, &long)
		if err == io.EOF && text == "" {
			return b.closeInput(rep)
		}
		if errors.Is(err, bufio.ErrTooLong) {
			rep.Rows++
			b.bad(&rep.FileReport, n, fmt.Errorf("line longer than %d bytes", maxLine))
			continue
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s:%d: %w", rep.Path, n, err)
		}
		if n%65536 == 0 {
			b.o.Progress("read "+baseName(rep.Path), rep.raw.n, rep.size)
			if err := b.ctx.Err(); err != nil {
				return err
			}
		}
		if text == "" || text[0] == '#' {
			continue
		}
		rep.Rows++
		switch err := f(n, text); {
		case errors.As(err, new(fatal)):
			return err
		case errors.Is(err, errSkip):
		case err != nil:
			b.bad(&rep.FileReport, n, err)
		default:
			rep.Kept++
		}
	}
}

// errSkip is returned for a row that is fine and not wanted.
var errSkip = errors.New("not wanted")

// fatal is an error that ends the build.
type fatal struct{ error }

func (f fatal) Unwrap() error { return f.error }

// must makes an error of writing fatal.
func must(err error) error {
	if err != nil {
		return fatal{err}
	}
	return nil
}

// readLine returns a line without its end. The last line may lack one.
func readLine(r *bufio.Reader, long *[]byte) (string, error) {
	*long = (*long)[:0]
	for {
		part, err := r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			if len(*long) < maxLine {
				*long = append(*long, part...)
			} else {
				*long = append((*long)[:maxLine], 'x')
			}
			continue
		}
		if len(*long)+len(part) > maxLine {
			return "", bufio.ErrTooLong
		}
		*long = append(*long, part...)
		if err == io.EOF && len(*long) > 0 {
			err = nil
		}
		return string(bytes.TrimRight(*long, "\r\n")), err
	}
}

// input is a file being read.
type input struct {
	FileReport
	in   io.Reader
	raw  *counter
	size int64
}

// counter hashes and counts what passes.
type counter struct {
	r   io.Reader
	n   int64
	sum interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.sum.Write(p[:n])
	return n, err
}

func (b *builder) open(path string) (*input, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	in := &input{FileReport: FileReport{Path: path}, raw: &counter{r: f, sum: sha256.New()}}
	if st, err := f.Stat(); err == nil {
		in.size = st.Size()
	}
	in.in = in.raw
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(in.raw)
		if err != nil {
			f.Close()
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		in.in = z
	}
	return in, f.Close, nil
}

// closeInput notes a file that was read to its end.
func (b *builder) closeInput(in *input) error {
	if _, err := io.Copy(io.Discard, in.raw); err != nil {
		return fmt.Errorf("%s: %w", in.Path, err)
	}
	in.SHA256 = hex.EncodeToString(in.raw.sum.Sum(nil))
	b.report.Files = append(b.report.Files, in.FileReport)
	return nil
}

// fields splits a row at tabs and wants at least n of them.
func fields(text string, n int) ([]string, error) {
	f := strings.Split(text, "\t")
	if len(f) < n {
		return nil, fmt.Errorf("%d fields, want %d", len(f), n)
	}
	return f, nil
}

// setPoint reads degrees.
func (p *place) setPoint(lat, lon string) error {
	var err error
	if p.Lat, err = degrees(lat, 90); err != nil {
		return fmt.Errorf("latitude: %w", err)
	}
	if p.Lon, err = degrees(lon, 180); err != nil {
		return fmt.Errorf("longitude: %w", err)
	}
	p.HasPoint = true
	return nil
}

func degrees(s string, limit float64) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", s)
	}
	if math.IsNaN(v) || v < -limit || v > limit {
		return 0, fmt.Errorf("%q is not in -%g to %g", s, limit, limit)
	}
	return v, nil
}

// people reads a population; empty is 0.
func people(s string) (int64, error) {
	if s = strings.TrimSpace(s); s == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 || v > 1<<40 {
		return 0, fmt.Errorf("population %q", s)
	}
	return v, nil
}

// checkName says what is wrong with a place's name.
func checkName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("no name")
	case len(name) > maxName:
		return fmt.Errorf("name of %d bytes, at most %d", len(name), maxName)
	case Fold(name) == "":
		return fmt.Errorf("name %q has no letters", name)
	}
	return nil
}

// checkCountry says whether s is the code of a country that a table of
// countries holds; "" is, and where there was no such table every code.
func (b *builder) checkCountry(s string) error {
	if s == "" {
		return nil
	}
	if err := checkCode(s); err != nil {
		return err
	}
	if _, known := b.countries[s]; !known && len(b.countries) > 0 {
		return fmt.Errorf("unknown country %q", s)
	}
	return nil
}

// checkCode says whether s can be an ISO 3166-1 alpha-2 code.
func checkCode(s string) error {
	if len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z' {
		return nil
	}
	return fmt.Errorf("country %q: want two capital letters, such as IQ", s)
}
