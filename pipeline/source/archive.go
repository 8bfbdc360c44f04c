package source

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// archive gives the articles in a file that holds files. Nothing is written
// anywhere, so a name such as "../../x" is but a name; links are left out.
type archive struct {
	w       *Walker
	item    Item // the archive itself
	stream  *stream
	budget  *budget
	entries entries
	inner   cutter // of an entry that holds records or files
	seen    map[uint64]int
	n       int
	done    bool
}

// entries goes through the files of an archive.
type entries interface {
	// next returns the next regular file; io.EOF at the end. An entry's reader
	// is good until the next call.
	next() (entry, error)
}

type entry struct {
	name string
	size int64 // unpacked, as the archive says
	skip string
	open func() (io.Reader, error)
}

func newArchive(w *Walker, it Item, s *stream, e entries) *archive {
	it.file, it.pack, it.size = "", "", 0
	a := &archive{w: w, item: it, stream: s, budget: s.budget, entries: e, seen: make(map[uint64]int)}
	if a.budget == nil {
		a.budget = newBudget(s, w.opts.MaxExpand)
	}
	return a
}

func (a *archive) close() {
	if a.inner != nil {
		a.inner.close()
	}
	a.stream.close()
}

func (a *archive) next() (Item, bool) {
	for !a.done {
		if a.inner != nil {
			if it, ok := a.inner.next(); ok {
				return it, true
			}
			a.inner.close()
			a.inner = nil
		}
		if err := a.budget.spent(); err != nil {
			return a.end(err)
		}
		e, err := a.entries.next()
		if err != nil {
			return a.end(err)
		}
		a.n++
		if it, ok := a.take(e); ok {
			return it, true
		}
	}
	return Item{}, false
}

// end gives what is wrong with the archive, if anything is.
func (a *archive) end(err error) (Item, bool) {
	a.done = true
	it := a.item
	it.fault = a.stream.ended(err, a.n, "files")
	return it, it.fault != nil
}

// take looks at one entry.
func (a *archive) take(e entry) (Item, bool) {
	name := entryName(e.name)
	f := formatOf(path.Base(name))
	below := path.Join(a.item.source, strings.ReplaceAll(a.item.member, "#", "/"), name)
	switch {
	case e.skip != "":
		a.w.skipped[e.skip]++
		return Item{}, false
	case hiddenPath(name) || strings.HasPrefix(name, "__MACOSX/"):
		a.w.skipped["hidden"]++
		return Item{}, false
	case !a.w.opts.passes(below, f.kind):
		a.w.skipped["excluded"]++
		return Item{}, false
	case f.name == "":
		a.w.skipped[extOf(name)]++
		return Item{}, false
	}
	it := a.item
	it.member, it.format, it.pack, it.size, it.entry = it.in(a.unique(name)), f.name, f.pack, e.size, true
	it.depth++
	r, err := e.open()
	if err != nil {
		it.fault = err
		return it, true
	}
	r = &budgeted{r: r, b: a.budget}
	if f.kind != single {
		return a.cut(it, r)
	}
	if it.raw, it.fault = readLimited(r, e.size, a.w.opts.MaxArticle); it.fault == nil && len(it.raw) == 0 {
		it.fault = ErrEmpty
	}
	it.size = int64(len(it.raw))
	if it.fault == nil && it.format == "eml" && it.pack == "" {
		return a.message(it)
	}
	return it, true
}

// message passes on a message; what is attached to it comes next.
func (a *archive) message(it Item) (Item, bool) {
	parts, whole := a.w.attached(&it, it.raw, a.budget)
	if parts != nil {
		a.inner = parts
	}
	return it, whole
}

// cut opens an entry that holds records or files. What is wrong with it comes
// as an item.
func (a *archive) cut(it Item, r io.Reader) (Item, bool) {
	if formatKindOf(it.format) == archived && it.depth >= maxNesting {
		it.fault = errNesting
		return it, true
	}
	pack := it.pack
	if it.format == "warc" {
		pack = ""
	}
	s, err := unpack(r, pack, nil, a.w.opts.MaxExpand)
	if err == nil {
		s.budget = a.budget
		inner := it
		inner.entry = false
		if a.inner, err = a.w.cutter(inner, s); err == nil {
			return Item{}, false
		}
		s.close()
		a.inner = nil
	}
	it.fault = err
	return it, true
}

// unique tells apart entries of one name.
func (a *archive) unique(name string) string {
	h := fnv.New64a()
	io.WriteString(h, name)
	n := a.seen[h.Sum64()]
	a.seen[h.Sum64()] = n + 1
	if n == 0 {
		return name
	}
	return fmt.Sprintf("%s~%d", name, n+1)
}

// entryName makes a relative, slash-separated path of an entry's name.
func entryName(name string) string {
	name = printable(strings.ReplaceAll(name, `\`, "/"))
	if len(name) > 1 && name[1] == ':' {
		name = name[2:]
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// zipEntries goes through a ZIP file in the order of its directory.
type zipEntries struct {
	files []*zip.File
	body  io.Closer
	max   int64
}

func newZip(w *Walker, it Item, s *stream) (cutter, error) {
	r, size, err := s.random()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, zipError(r, err)
	}
	z.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor(zstd.WithDecoderMaxWindow(maxWindow)))
	return newArchive(w, it, s, &zipEntries{files: z.File, max: w.opts.MaxExpand}), nil
}

// zipError says what is wrong with a ZIP file that cannot be opened.
func zipError(r io.ReaderAt, err error) error {
	head := make([]byte, 16)
	n, _ := r.ReadAt(head, 0)
	switch m := magic(head[:n]); {
	case n == 0:
		return ErrEmpty
	case m != "" && m != "ZIP":
		return fmt.Errorf("%w: the content is %s", ErrBinary, m)
	case m == "":
		return errors.New("zip: not a zip file")
	case errors.Is(err, zip.ErrFormat): // the directory stands at the end
		return errors.New("zip: the file is cut off, or no zip file after all")
	}
	return err
}

func (z *zipEntries) next() (entry, error) {
	if z.body != nil {
		z.body.Close()
		z.body = nil
	}
	for len(z.files) > 0 {
		f := z.files[0]
		z.files = z.files[1:]
		mode := f.Mode()
		if mode.IsDir() {
			continue
		}
		e := entry{name: f.Name, size: int64(min(f.UncompressedSize64, 1<<40))}
		if mode&fs.ModeSymlink != 0 {
			e.skip = "link"
		}
		e.open = func() (io.Reader, error) {
			if f.Flags&1 != 0 {
				return nil, errors.New("zip: the file is encrypted")
			}
			r, err := f.Open()
			if err != nil {
				return nil, packError("zip", err)
			}
			z.body = r
			return &expandGuard{r: r, raw: &counter{n: int64(f.CompressedSize64)}, max: z.max, kind: "zip"}, nil
		}
		return e, nil
	}
	return entry{}, io.EOF
}

// tarEntries goes through a tar file as it comes.
type tarEntries struct {
	r   *tar.Reader
	raw *counter
	max int64
	n   int
}

func newTar(w *Walker, it Item, s *stream) (cutter, error) {
	return newArchive(w, it, s, &tarEntries{r: tar.NewReader(s), raw: s.raw, max: w.opts.MaxExpand}), nil
}

func (t *tarEntries) next() (entry, error) {
	for {
		h, err := t.r.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			switch {
			case errors.Is(err, io.ErrUnexpectedEOF):
				err = errors.New("tar: the file is cut off")
			case errors.Is(err, tar.ErrHeader) && t.n == 0:
				err = errors.New("tar: not a tar file")
			case errors.Is(err, tar.ErrHeader):
				err = errors.New("tar: broken: no header where a file should start")
			}
			return entry{}, err
		}
		t.n++
		e := entry{name: h.Name, size: h.Size}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse:
		case tar.TypeSymlink, tar.TypeLink:
			e.skip = "link"
		default:
			continue
		}
		// A sparse file may be of any size.
		e.open = func() (io.Reader, error) {
			return &expandGuard{r: t.r, raw: t.raw, max: t.max, kind: "tar"}, nil
		}
		return e, nil
	}
}
