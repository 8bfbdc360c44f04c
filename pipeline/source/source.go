// Package source reads articles: folders, files, globs and standard input, in
// the formats and encodings that people keep news in.
//
// Reading has two halves. A [Walker] is sequential and cheap: it finds files
// and cuts containers (JSON, JSONL, CSV) into records, in a fixed order and
// with bounded memory. A [Reader] is the costly half and may be used by many
// goroutines: it decodes characters, finds the main text of a page, maps the
// fields of a record, joins metadata, and gives an [Article].
//
// Nothing that an input holds ends a run: what cannot be read is an [Item] that
// Read gives an error for.
package source

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Defaults of [Options].
const (
	DefaultMaxArticle = 32 << 20 // bytes; a long book is 2 MB
	DefaultMaxExpand  = 100      // plain bytes for each compressed byte; prose gives 3 to 6, JSON lines of much the same up to 50
)

// Options says what to read and how. The zero value reads everything that the
// package knows.
type Options struct {
	Metadata       string            // CSV or JSONL file beside the articles; "" for none
	Fields         map[string]string // name of a record's field for text, html, title, published, url, id, byline, site or language
	Include        []string          // globs on the path below the input; empty takes all
	ExcludeGlobs   []string          // globs on the path below the input to leave out
	Exclude        []string          // files and folders to leave out, such as the folder the tables go to
	FollowSymlinks bool              // follow links that lead out of an input folder
	Encoding       string            // character encoding of text without a byte order mark; "" detects it
	MaxArticle     int64             // bytes of one article, and of one record; 0 is DefaultMaxArticle
	MaxExpand      int64             // plain bytes for each compressed byte; 0 is DefaultMaxExpand
	Stdin          io.Reader         // what the input "-" reads; nil reads nothing
	StdinFormat    string            // format of "-"; "" tells it by its first bytes

	// Of files that were fetched from addresses: what could not be, by path, and
	// the web address of what could.
	Missing   map[string]error
	Addresses map[string]string

	opened func(path string) // called when a file was opened; for tests
}

func (o Options) withDefaults() Options {
	o.MaxArticle = cmp.Or(o.MaxArticle, DefaultMaxArticle)
	o.MaxExpand = cmp.Or(o.MaxExpand, DefaultMaxExpand)
	return o
}

// Validate reports everything that is wrong with the options: all that the
// person who gave them can mend. Errors name the flag of the command line. The
// metadata file is opened, but not read.
func (o Options) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for i, g := range append(append([]string(nil), o.Include...), o.ExcludeGlobs...) {
		flag := "--include"
		if i >= len(o.Include) {
			flag = "--exclude"
		}
		if _, err := path.Match(g, ""); err != nil {
			fail("%s %q: %w", flag, g, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Fields)) {
		if _, ok := fieldNames[name]; !ok {
			fail("--field %q: want one of text, html, title, published, url, id, byline, site, language", name)
		} else if o.Fields[name] == "" {
			fail("--field %q: no name given, want %s=NAME", name, name)
		}
	}
	if o.MaxArticle < 0 {
		fail("--max-article %d: want a positive number", o.MaxArticle)
	}
	if o.MaxExpand < 0 {
		fail("--max-expand %d: want a positive number", o.MaxExpand)
	}
	if _, err := encodingNamed(o.Encoding); err != nil {
		fail("--encoding %q: not known", o.Encoding)
	}
	if o.StdinFormat != "" && formatOf("x."+o.StdinFormat).name == "" {
		fail("format %q of standard input: not known", o.StdinFormat)
	}
	if err := o.checkMetadata(); err != nil {
		fail("--metadata %s: %w", o.Metadata, err)
	}
	return errors.Join(errs...)
}

// Wants reports whether a file of a name, the path below the input, would be
// read: by its format and the globs.
func (o Options) Wants(rel string) bool {
	f := formatOf(path.Base(rel))
	return (f.name != "" || f.pack != "") && o.passes(rel, f.kind)
}

// passes applies the globs. Archives are looked into whatever Include says.
func (o Options) passes(rel string, kind formatKind) bool {
	return !matchesAny(o.ExcludeGlobs, rel) && (kind == archived || len(o.Include) == 0 || matchesAny(o.Include, rel))
}

// checkMetadata reports whether the metadata file can be opened.
func (o Options) checkMetadata() error {
	if o.Metadata == "" {
		return nil
	}
	f, err := openRegular(o.Metadata)
	if err != nil {
		return err
	}
	f.Close()
	_, err = metadataFormat(o.Metadata)
	return err
}

// Errors that callers may test for.
var (
	ErrEmpty   = errors.New("empty")
	ErrBinary  = errors.New("not text")
	ErrTooBig  = errors.New("too big")
	ErrChanged = errors.New("changed while it was read")
	ErrNoText  = errors.New("no text")
)

// stated notes a date that a field of the article states.
func (a *Article) stated(text, from string) {
	if text = strings.TrimSpace(text); text != "" {
		a.Stated, a.StatedFrom = text, from
	}
}

// Item is one article to read: a file, or one record of a container. An item
// that could not be cut out of its container is passed on too; Read gives the
// reason as its error.
type Item struct {
	source string // path below the input, slash-separated, valid UTF-8
	member string // record in a container; of one that is cut, its own place in those around it
	format string
	size   int64
	input  string // label of the input, when there are several

	file   string     // path to open; "" for what is in raw
	pack   string     // compression of the whole file: "", gz, zst
	raw    []byte     // a record's bytes, or those of a file in an archive or of standard input
	entry  bool       // raw is a file of its own, in an archive
	depth  int        // archives, and messages with attachments, around it
	header *csvHeader // of the container, for csv
	utf8   bool       // a byte order mark says that raw is UTF-8
	web    *webHeader // of the record, for warc
	fault  error      // why there is nothing to read
}

// Source returns the path below the input, slash-separated and valid UTF-8.
func (it Item) Source() string { return it.source }

// Member returns the record's number in its container, from 1 (a line of a
// JSONL file, an element of a JSON list, a row below the header of a CSV file),
// the path of a file in its archive ("a/b.txt", "a/b.jsonl#3"), or "" for a
// whole file.
func (it Item) Member() string { return it.member }

// Format returns the format: txt, md, html, eml, docx, rtf, pdf, json, jsonl, csv,
// mbox, warc, parquet or arrow; of a file in an archive that file's own.
func (it Item) Format() string { return it.format }

// Size returns the bytes as stored: of the file, or of the record.
func (it Item) Size() int64 { return it.size }

// Err returns why the item cannot be read, when that is known already.
func (it Item) Err() error { return it.fault }

// decode decodes bytes of the item, of which the container's byte order mark
// may have told the encoding.
func (it Item) decode(raw []byte, name string) (text, encodingName string, err error) {
	if it.utf8 {
		return decodeUTF8(raw)
	}
	return decode(raw, name)
}

// in names a record or file in the item.
func (it Item) in(name string) string {
	if it.member == "" {
		return name
	}
	return it.member + "#" + name
}

// String returns source and member.
func (it Item) String() string {
	if it.member == "" {
		return it.source
	}
	return it.source + "#" + it.member
}

// An Article is a document as read, with what its publication date may be
// found in.
type Article struct {
	Doc        article.Document
	HTML       []byte // the page as UTF-8, for a web page
	Stated     string // publication date as a field states it; "" for none
	StatedFrom string // metadata, record, front_matter
	// OwnStated is what the article's own field states, when Stated comes from
	// the metadata file. It is worth asking when Stated is no date.
	OwnStated     string
	OwnStatedFrom string
	// Fingerprint is what [Reader.Fingerprint] gives for the bytes that the
	// article was read from; "" when they could not be read.
	Fingerprint string

	ownID bool
	input string
}

// Qualified returns an id that is unique among all inputs, for use when
// Doc.ID collides with another article's. It depends on the inputs alone.
func (a Article) Qualified() string {
	where := a.Doc.Source
	if a.input != "" {
		where = a.input + "/" + where
	}
	if a.Doc.Member != "" {
		where += "#" + a.Doc.Member
	}
	if a.ownID {
		return a.Doc.ID + "@" + where
	}
	return where
}
