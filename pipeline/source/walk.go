package source

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Walker gives the items of the inputs, in the order of the inputs and, in a
// folder, sorted by path (the bytes of the slash-separated path). It is used by
// one goroutine.
type Walker struct {
	opts    Options
	reader  *Reader
	inputs  []input         // not yet started
	exclude map[string]bool // real paths
	skipped map[string]int

	current input
	root    string          // real path of the current input's folder
	done    []input         // earlier inputs that are folders, their path the real one
	files   map[string]bool // real paths of earlier inputs that are files
	linked  map[string]bool // folders reached by links, so that none is read twice
	frames  []frame         // folders that the walk is in
	open    cutter          // of the file that is being cut
	missing []Item          // of the current input: what could not be fetched
	at      string          // source of the file in hand
}

// cutter gives the items of one file.
type cutter interface {
	next() (it Item, ok bool) // ok is false at the end
	close()
}

// frame is a folder that the walk is in.
type frame struct {
	path    string // to open
	real    string // the same without links
	rel     string // below the input, "" or ending in a slash
	entries []fs.DirEntry
}

// Open prepares to read inputs: folders, files, globs, or "-" for standard
// input. The error is about the options or the metadata file; an input that
// does not exist becomes an item that cannot be read.
func Open(ctx context.Context, opts Options, inputs ...string) (*Walker, error) {
	if err := opts.Validate(); err != nil {
		return nil, err
	}
	opts = opts.withDefaults()
	reader, err := newReader(ctx, opts)
	if err != nil {
		return nil, err
	}
	w := &Walker{
		opts: opts, reader: reader, inputs: newInputs(inputs), exclude: make(map[string]bool),
		skipped: make(map[string]int), files: make(map[string]bool), linked: make(map[string]bool),
	}
	for _, p := range append(slices.Clone(opts.Exclude), opts.Metadata) {
		if p != "" {
			w.exclude[realPath(p)] = true
		}
	}
	return w, nil
}

// Reader returns the reader of the walker's items. It may be used by many
// goroutines, also after Close.
func (w *Walker) Reader() (*Reader, error) { return w.reader, nil }

// Skipped counts what was left out, by reason: the extension of a format that
// is not read (".jpg"; "no extension"), "hidden", "excluded", "link", and
// "tables" for a folder that holds the tables of an earlier run.
func (w *Walker) Skipped() map[string]int { return w.skipped }

// Close releases what the walker holds open.
func (w *Walker) Close() error {
	if w.open != nil {
		w.open.close()
	}
	w.open, w.frames, w.inputs = nil, nil, nil
	return nil
}

// Next returns the next item. The error is io.EOF at the end, or ctx's.
func (w *Walker) Next(ctx context.Context) (Item, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Item{}, err
		}
		if len(w.missing) == 0 && w.open == nil && len(w.frames) == 0 && len(w.inputs) == 0 {
			return Item{}, io.EOF
		}
		if it, ok := w.advance(); ok {
			it.input = w.current.label
			return it, nil
		}
	}
}

// advance goes on by one file, folder or record. A panic over what a file holds
// ends that file.
func (w *Walker) advance() (it Item, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			w.open = nil // not closed: it may hold anything
			it, ok = Item{source: cmp.Or(w.at, printable(w.current.name)), fault: fmt.Errorf("panic: %v", p)}, true
		}
	}()
	switch {
	case len(w.missing) > 0:
		it, ok, w.missing = w.missing[0], true, w.missing[1:]
	case w.open != nil:
		if it, ok = w.open.next(); !ok {
			w.open.close()
			w.open = nil
		}
	case len(w.frames) > 0:
		it, ok = w.step()
	case len(w.inputs) > 0:
		w.current, w.inputs = w.inputs[0], w.inputs[1:]
		it, ok = w.start()
	}
	return it, ok
}

// start begins with the current input.
func (w *Walker) start() (Item, bool) {
	in := w.current
	if in.name == "-" {
		return w.stdin()
	}
	info, err := os.Stat(in.path)
	if err != nil {
		if why := w.opts.Missing[in.path]; why != nil {
			return Item{source: printable(filepath.Base(in.path)), fault: why}, true
		}
		return Item{source: printable(in.name), fault: withoutPath(err)}, true
	}
	w.missing = w.missingBelow(in.path)
	real := realPath(in.path)
	if w.walked(real) {
		return Item{}, false
	}
	if info.IsDir() {
		w.root = real
		w.done = append(w.done, input{path: real, glob: in.glob})
		return w.enter(in.path, real, "")
	}
	if w.files[real] {
		return Item{}, false
	}
	w.files[real] = true
	return w.file(in.path, real, filepath.Base(in.path), info, true)
}

// missingBelow returns what could not be fetched of a folder, sorted.
func (w *Walker) missingBelow(dir string) (items []Item) {
	for _, p := range slices.Sorted(maps.Keys(w.opts.Missing)) {
		if rel, ok := strings.CutPrefix(p, dir+string(filepath.Separator)); ok && w.opts.Wants(filepath.ToSlash(rel)) {
			items = append(items, Item{source: printable(rel), fault: w.opts.Missing[p]})
		}
	}
	return items
}

// walked reports whether an earlier input, a folder, held the path.
func (w *Walker) walked(real string) bool {
	return slices.ContainsFunc(w.done, func(in input) bool {
		rel, err := filepath.Rel(in.path, real)
		if err != nil || rel == ".." || strings.HasPrefix(rel, "../") || hiddenPath(rel) {
			return false
		}
		return in.glob == "" || in.matches(filepath.ToSlash(rel))
	})
}

// step visits the next entry of the innermost folder.
func (w *Walker) step() (Item, bool) {
	f := &w.frames[len(w.frames)-1]
	if len(f.entries) == 0 {
		w.frames = w.frames[:len(w.frames)-1]
		return Item{}, false
	}
	e := f.entries[0]
	f.entries[0] = nil // let it go: a folder may be large
	f.entries = f.entries[1:]
	name := e.Name()
	full, real, rel := filepath.Join(f.path, name), filepath.Join(f.real, name), f.rel+name
	if strings.HasPrefix(name, ".") || name == "__MACOSX" {
		w.skipped["hidden"]++
		return Item{}, false
	}
	if e.Type()&fs.ModeSymlink != 0 {
		return w.link(full, rel)
	}
	if e.IsDir() {
		return w.enter(full, real, rel+"/")
	}
	if w.files[real] {
		return Item{}, false
	}
	info, err := e.Info()
	if err != nil {
		return w.faulty(rel, err)
	}
	return w.file(full, real, rel, info, false)
}

// link follows a symbolic link where that is asked for, or where what it
// points to would not be met otherwise (git-annex keeps content in .git).
func (w *Walker) link(full, rel string) (Item, bool) {
	info, err := os.Stat(full)
	if err != nil {
		return w.faulty(rel, err)
	}
	real := realPath(full)
	inside := real == w.root || strings.HasPrefix(real, w.root+string(filepath.Separator))
	below, _ := filepath.Rel(w.root, real)
	switch {
	case inside && (info.IsDir() || !hiddenPath(below)), !inside && !w.opts.FollowSymlinks, w.exclude[real]:
		w.skipped["link"]++
		return Item{}, false
	case !info.IsDir():
		return w.file(full, real, rel, info, false)
	case w.linked[real] || w.walked(real) || strings.HasPrefix(w.root, real+string(filepath.Separator)):
		w.skipped["link"]++
		return Item{}, false
	}
	w.linked[real] = true
	return w.enter(full, real, rel+"/")
}

// enter reads a folder. What it holds comes next.
func (w *Walker) enter(full, real, rel string) (Item, bool) {
	if rel != "" && !w.current.deeper(rel) {
		return Item{}, false
	}
	if w.exclude[real] || rel != "" && matchesAny(w.opts.ExcludeGlobs, strings.TrimSuffix(rel, "/")) {
		w.skipped["excluded"]++
		return Item{}, false
	}
	entries, err := os.ReadDir(full)
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "_run.json" }) {
		w.skipped["tables"]++
		return Item{}, false
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(sortKey(a), sortKey(b)) })
	w.frames = append(w.frames, frame{path: full, real: real, rel: rel, entries: entries})
	if err != nil {
		return Item{source: printable(cmp.Or(rel, "./")), fault: withoutPath(err)}, true
	}
	return Item{}, false
}

// sortKey makes entries of a folder sort as the paths of the files below them.
func sortKey(e fs.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

// faulty is an entry that cannot be looked at; one that would not be read
// anyway is no failure.
func (w *Walker) faulty(rel string, err error) (Item, bool) {
	if !w.current.matches(rel) || !w.opts.Wants(rel) {
		return Item{}, false
	}
	return Item{source: printable(rel), fault: withoutPath(err)}, true
}

// file passes on a file, or opens it when it is a container. A file that the
// caller named is read whatever its name.
func (w *Walker) file(full, real, rel string, info fs.FileInfo, named bool) (Item, bool) {
	if !w.current.matches(rel) {
		return Item{}, false
	}
	w.at = printable(rel)
	f := formatOf(filepath.Base(rel))
	if w.exclude[real] || !named && !w.opts.passes(rel, f.kind) {
		w.skipped["excluded"]++
		return Item{}, false
	}
	it := Item{source: printable(rel), size: info.Size(), file: full, pack: f.pack, format: f.name}
	if f.name == "" && (named || f.pack != "" && !strings.Contains(strings.TrimSuffix(path.Base(rel), path.Ext(rel)), ".")) {
		var err error
		if f, err = w.sniffFile(full, f.pack); err != nil {
			it.fault = err
			return it, true
		}
		it.format, it.pack = f.name, f.pack
	}
	if f.name == "" {
		w.skipped[extOf(rel)]++
		return Item{}, false
	}
	if f.kind == single {
		if f.name == "eml" {
			return w.message(it)
		}
		return it, true
	}
	pack := f.pack
	if f.name == "warc" { // which looks for the parts of a packed file itself
		pack = ""
	}
	s, err := w.opts.openFile(full, pack, nil)
	if err != nil {
		it.fault = err
		return it, true
	}
	return w.cut(it, s)
}

// cut opens a container or archive.
func (w *Walker) cut(it Item, s *stream) (Item, bool) {
	c, err := w.cutter(it, s)
	if err != nil {
		s.close()
		it.fault = err
		return it, true
	}
	w.open = c
	return Item{}, false
}

// cutter returns what cuts a file of the item's format.
func (w *Walker) cutter(it Item, s *stream) (cutter, error) {
	switch it.format {
	case "zip":
		return newZip(w, it, s)
	case "tar":
		return newTar(w, it, s)
	case "parquet", "arrow":
		return newColumnar(it, s, w.opts)
	}
	c, err := newContainer(it, s, w.opts, textColumns)
	if err == nil && it.format == "mbox" {
		return &mailbox{container: c, w: w}, nil
	}
	return c, err
}

// sniffFile tells the format of a file whose name does not.
func (w *Walker) sniffFile(full, pack string) (format, error) {
	s, err := w.opts.openFile(full, pack, nil)
	if err != nil {
		return format{}, err
	}
	defer s.close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(s, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return format{}, err
	}
	f := sniff(head[:n])
	if f.pack != "" && pack == "" {
		return w.sniffFile(full, f.pack)
	}
	f.pack = pack
	return f, nil
}

// stdin reads standard input.
func (w *Walker) stdin() (Item, bool) {
	it := Item{source: "stdin"}
	if w.opts.Stdin == nil {
		it.fault = ErrEmpty
		return it, true
	}
	in, head, err := peek(w.opts.Stdin)
	if err != nil {
		it.fault = err
		return it, true
	}
	f := sniff(head)
	s, err := unpack(in, f.pack, nil, w.opts.MaxExpand)
	if err != nil {
		it.fault = err
		return it, true
	}
	if f.pack != "" {
		if s.Reader, head, err = peek(s.Reader); err != nil {
			it.fault = err
			return it, true
		}
		f = sniff(head)
	}
	if named := formatOf("x." + w.opts.StdinFormat); named.name != "" {
		f = named
	}
	it.format, it.pack = f.name, ""
	if f.kind != single {
		return w.cut(it, s)
	}
	it.raw, it.fault = readLimited(s, 0, w.opts.MaxArticle)
	it.size = int64(len(it.raw))
	if it.fault == nil && len(it.raw) == 0 {
		it.fault = ErrEmpty
	}
	return it, true
}
