// Package pdf gives the text of a PDF file in the order that it is read in:
// paragraphs, with titles and headings told by the size of their letters. The
// file's structure (references, streams, filters, decryption) is read by
// pdfcpu, the pages by this package.
package pdf

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	pdfcpu "github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Errors that callers may test for.
var (
	ErrEncrypted = errors.New("encrypted: a password is needed")
	ErrNoText    = errors.New("no text")
	ErrTooBig    = errors.New("unpacks to too much")
	ErrNoPDF     = errors.New("not a PDF file")
)

// Options bound what a file may cost.
type Options struct {
	MaxDecoded int64 // bytes that all streams of text may unpack to; 0 is 256 MiB
	MaxText    int64 // bytes of text; 0 is 32 MiB
}

// Kind is what a paragraph is.
type Kind uint8

// Kinds of paragraphs.
const (
	Body Kind = iota
	Title
	Heading
)

// Paragraph is a paragraph without line ends, valid UTF-8.
type Paragraph struct {
	Text string
	Kind Kind
}

// Document is a file as read.
type Document struct {
	Title, Author string // as the file's own information states them; often left over from a template
	Pages         int
	Paragraphs    []Paragraph
}

// Read reads a file. It may be used by many goroutines. A broken file gives an
// error and never a panic; it is ctx's when ctx ends.
func Read(ctx context.Context, raw []byte, o Options) (d *Document, err error) {
	at := bytes.Index(raw[:min(len(raw), 1024)], []byte("%PDF-"))
	if at < 0 {
		return nil, ErrNoPDF
	}
	reading := "its table of objects"
	defer func() {
		if p := recover(); p != nil { // the library's, over some broken files
			err = fmt.Errorf("%v", p)
		}
		if err != nil {
			d, err = nil, plain(ctx, raw, reading, err)
		}
	}()
	o.MaxDecoded, o.MaxText = cmp.Or(o.MaxDecoded, 256<<20), cmp.Or(o.MaxText, 32<<20)
	f, err := open(ctx, raw[at:], o)
	if err != nil {
		return nil, err
	}
	reading = "its list of pages"
	if err := f.x.EnsurePageCount(); err != nil {
		return nil, err
	}
	d = &Document{Pages: f.x.PageCount}
	d.Title, d.Author = f.info("Title"), f.info("Author")
	var pages [][]line
	images := false
	for n := 1; n <= d.Pages; n++ {
		reading = fmt.Sprintf("page %d", n)
		p, err := f.page(ctx, n)
		if err != nil {
			return nil, err
		}
		images = images || p.images > 0
		pages = append(pages, inColumns(linesOf(p.glyphs)))
	}
	reading = "its text"
	switch d.Paragraphs = paragraphs(withoutRunning(pages)); {
	case len(d.Paragraphs) > 0:
		return d, nil
	case f.unknown > 0:
		return nil, fmt.Errorf("%w: its fonts do not say which letters they show", ErrNoText)
	case images:
		return nil, fmt.Errorf("%w: nothing but pictures on its pages (scanned?)", ErrNoText)
	}
	return nil, fmt.Errorf("%w: the pages are empty", ErrNoText)
}

// file is an opened PDF file.
type file struct {
	x       *model.XRefTable
	o       Options
	decoded int64 // bytes that streams of text unpacked to
	text    int64 // bytes of text
	forms   int   // forms drawn
	unknown int   // glyphs that no character is known for
	fonts   map[string]*font
}

func open(ctx context.Context, raw []byte, o Options) (*file, error) {
	limits := model.DefaultResourceLimits()
	limits.MaxDecodeBytes, limits.MaxStreamBytes = o.MaxDecoded, int64(len(raw))
	limits.MaxObjectCount, limits.MaxXRefEntries, limits.MaxObjectStreamCount = 1<<20, 1<<20, 1<<17
	c, err := pdfcpu.ReadWithContext(ctx, bytes.NewReader(raw), &model.Configuration{
		Reader15: true, ValidationMode: model.ValidationRelaxed, Offline: true, Cmd: model.EXTRACTCONTENT, Limits: limits,
	})
	if err != nil {
		return nil, err
	}
	if c.XRefTable.Encrypt == nil && directEncrypt.Match(raw) { // which the library does not look for
		return nil, ErrEncrypted
	}
	return &file{x: c.XRefTable, o: o, fonts: make(map[string]*font)}, nil
}

// directEncrypt is an encryption dictionary in the trailer itself.
var directEncrypt = regexp.MustCompile(`/Encrypt\s*<<`)

// maxReason keeps the words of the library short: some quote the file.
const maxReason = 200

// plain says in plain words what is wrong with a file; the library's own follow.
// reading is the part at which reading it ended.
func plain(ctx context.Context, raw []byte, reading string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrEncrypted), errors.Is(err, pdfcpu.ErrWrongPassword), errors.Is(err, pdfcpu.ErrOwnerPasswordRequired), errors.Is(err, pdfcpu.ErrUnsupportedEncryptionFeature), errors.Is(err, pdfcpu.ErrEncrypted):
		return ErrEncrypted
	case errors.Is(err, filter.ErrDecodeLimitExceeded), errors.Is(err, ErrTooBig):
		return ErrTooBig
	case !bytes.Contains(raw[max(0, len(raw)-maxTail):], []byte("%%EOF")):
		return errors.New("the file is cut off")
	case errors.Is(err, ErrNoText):
		return err
	}
	reason := strings.ToValidUTF8(strings.Join(strings.Fields(err.Error()), " "), "\ufffd")
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "") + "..."
	}
	return fmt.Errorf("broken: %s cannot be read: %s", reading, reason)
}

// maxTail is how far from its end a file's end mark is looked for: a server or
// mail program may have left something behind it.
const maxTail = 1024

// info returns a text of the file's information dictionary.
func (f *file) info(key string) string {
	if f.x.Info == nil {
		return ""
	}
	d, err := f.x.DereferenceDict(*f.x.Info)
	if err != nil || d == nil {
		return ""
	}
	o, ok := d.Find(key)
	if !ok {
		return ""
	}
	s, err := f.x.DereferenceText(o)
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(strings.TrimSpace(strings.ReplaceAll(s, "\x00", "")), "\ufffd")
}

// page reads one page.
func (f *file) page(ctx context.Context, n int) (*painter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d, _, inherited, err := f.x.PageDict(n, false)
	if err != nil {
		return nil, err
	}
	p := &painter{f: f, ctx: ctx}
	resources := f.dict(d, "Resources")
	if resources == nil && inherited != nil {
		resources = inherited.Resources
	}
	var content []byte
	o, _ := d.Find("Contents")
	if o, err = f.x.Dereference(o); err != nil {
		return nil, err
	}
	streams := []types.Object{o}
	if list, ok := o.(types.Array); ok {
		streams = list
	}
	for _, o := range streams {
		part, err := f.stream(o)
		if err != nil {
			return nil, err
		}
		content = append(append(content, part...), '\n')
	}
	p.run(content, resources, identity, 0)
	if p.err != nil {
		return nil, p.err
	}
	rotate := 0
	if v := d.IntEntry("Rotate"); v != nil {
		rotate = *v
	} else if inherited != nil {
		rotate = inherited.Rotate
	}
	p.glyphs = upright(p.glyphs, rotate)
	return p, nil
}

// stream unpacks a stream of text; nil for what is none, or is packed as
// pictures are. Of a stream that breaks off the library keeps what there is; one
// that does not match its checksum is an error.
func (f *file) stream(o types.Object) ([]byte, error) {
	s, _, err := f.x.DereferenceStreamDict(o)
	if err != nil || s == nil {
		return nil, nil
	}
	left := f.o.MaxDecoded - f.decoded
	if left <= 0 {
		return nil, ErrTooBig
	}
	content := s.Content
	if content == nil {
		if err := s.DecodeWithLimit(left); err != nil && !errors.Is(err, filter.ErrUnsupportedFilter) {
			return nil, err
		}
		content = s.Content
	}
	f.decoded += int64(len(content))
	return content, nil
}

// get returns an entry of a dictionary, with references resolved; nil for none.
func (f *file) get(d types.Dict, key string) types.Object {
	o, ok := d.Find(key)
	if !ok {
		return nil
	}
	o, err := f.x.Dereference(o)
	if err != nil {
		return nil
	}
	return o
}

func (f *file) dict(d types.Dict, key string) types.Dict {
	switch o := f.get(d, key).(type) {
	case types.Dict:
		return o
	case types.StreamDict:
		return o.Dict
	}
	return nil
}

func (f *file) array(d types.Dict, key string) types.Array {
	a, _ := f.get(d, key).(types.Array)
	return a
}

func (f *file) name(d types.Dict, key string) string {
	n, _ := f.get(d, key).(types.Name)
	return string(n)
}

// number returns a number, and whether o is one.
func (f *file) number(o types.Object) (float64, bool) {
	o, err := f.x.Dereference(o)
	if err != nil {
		return 0, false
	}
	switch v := o.(type) {
	case types.Integer:
		return float64(v), true
	case types.Float:
		return float64(v), true
	}
	return 0, false
}
