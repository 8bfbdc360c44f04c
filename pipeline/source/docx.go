package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// readDocx reads a Word document: its paragraphs, with the sections that their
// styles tell.
func (r *Reader) readDocx(raw []byte, a *Article) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return docxError(raw, err)
	}
	part := func(name string) (io.ReadCloser, error) {
		f, err := z.Open(name)
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{&limitReader{r: f, left: r.opts.MaxArticle}, f}, nil
	}
	d := &a.Doc
	if f, err := part("docProps/core.xml"); err == nil {
		var core struct {
			Title    string `xml:"title"`
			Creator  string `xml:"creator"`
			Language string `xml:"language"`
		}
		if xml.NewDecoder(f).Decode(&core) == nil {
			d.Title, d.Byline, d.Language = oneLine(core.Title), oneLine(core.Creator), languageTag(core.Language)
		}
		f.Close()
	}
	f, err := part("word/document.xml")
	if err != nil {
		return errors.New("DOCX: no document in it")
	}
	defer f.Close()
	var b blocks
	if err := docxParagraphs(f, func(text string, section article.Section) {
		if section == article.Title && b.text.Len() > 0 {
			section = article.Heading
		}
		b.add(text, section)
	}); err != nil {
		return fmt.Errorf("DOCX: %w", err)
	}
	d.Text, d.Blocks = b.text.String(), b.list
	if d.Title == "" && len(d.Blocks) > 0 && d.Blocks[0].Section == article.Title {
		d.Title = d.TextOf(d.Blocks[0].Span)
	}
	markAddress(d)
	return nil
}

// docxError says what is wrong with a file that is no ZIP file. Word keeps an
// encrypted document in the container of its old formats.
func docxError(raw []byte, err error) error {
	m := magic(raw)
	switch {
	case m == "old Office document" && bytes.Contains(raw, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")):
		return errors.New("DOCX: encrypted: a password is needed")
	case m != "" && m != "ZIP":
		return fmt.Errorf("%w: the content is %s", ErrBinary, m)
	case m == "":
		return errors.New("DOCX: not a Word document")
	case errors.Is(err, zip.ErrFormat):
		return errors.New("DOCX: the file is cut off")
	}
	return fmt.Errorf("DOCX: %w", err)
}

// docxParagraphs gives the paragraphs of a document.xml.
func docxParagraphs(r io.Reader, yield func(string, article.Section)) error {
	x := xml.NewDecoder(r)
	x.Strict = false
	var text strings.Builder
	section := article.Body
	inText := false
	for {
		t, err := x.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = true
			case "tab":
				text.WriteByte('\t')
			case "br", "cr":
				text.WriteByte('\n')
			case "noBreakHyphen":
				text.WriteByte('-')
			case "pStyle":
				section = styleSection(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText = false
			case "p":
				yield(strings.TrimSpace(strings.ToValidUTF8(text.String(), "\ufffd")), section)
				text.Reset()
				section = article.Body
			}
		case xml.CharData:
			if inText {
				text.Write(t)
			}
		}
	}
}

// styleSection tells a section from a paragraph style.
func styleSection(t xml.StartElement) article.Section {
	for _, at := range t.Attr {
		if at.Name.Local != "val" {
			continue
		}
		switch v := strings.ToLower(at.Value); {
		case v == "title":
			return article.Title
		case strings.HasPrefix(v, "heading"), v == "subtitle":
			return article.Heading
		case strings.Contains(v, "quote"):
			return article.Quote
		case v == "caption":
			return article.Caption
		}
	}
	return article.Body
}

// limitReader fails, and does not end, when more than it allows is read.
type limitReader struct {
	r    io.Reader
	left int64
}

func (l *limitReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("%w: when unpacked (--max-article)", ErrTooBig)
	}
	return n, err
}
