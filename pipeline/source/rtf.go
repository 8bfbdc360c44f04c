package source

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// readRTF reads a Rich Text document.
func (r *Reader) readRTF(ctx context.Context, raw []byte, a *Article) error {
	if magic(raw) != "RTF" {
		return r.parse(ctx, "txt", raw, a) // a text that is named so
	}
	p := rtfParser{src: raw, charset: charmap.Windows1252, skip: 1}
	if err := p.run(); err != nil {
		return fmt.Errorf("RTF: %w", err)
	}
	d := &a.Doc
	d.Text = tidyLines(p.body.String())
	d.Title, d.Byline = oneLine(p.title.String()), oneLine(p.author.String())
	markAddress(d)
	return nil
}

// rtfParser turns control words into text.
type rtfParser struct {
	src                 []byte
	i                   int
	body, title, author strings.Builder
	charset             encoding.Encoding
	bytes               []byte // in charset, not yet decoded
	high                rune   // first half of a character, 0 for none

	out   *strings.Builder // of the group in hand; nil drops text
	skip  int              // characters that stand in for one in Unicode
	stack []rtfGroup
	drop  int // characters still to be dropped behind one in Unicode
}

type rtfGroup struct {
	out  *strings.Builder
	skip int
}

// maxGroups bounds the nesting of groups.
const maxGroups = 10000

// rtfDropped are groups that hold no text of the document.
var rtfDropped = map[string]bool{"fonttbl": true, "colortbl": true, "stylesheet": true, "listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true, "generator": true,
	"info": true, "pict": true, "object": true, "header": true, "headerl": true, "headerr": true, "headerf": true, "footer": true, "footerl": true, "footerr": true, "footerf": true,
	"footnote": true, "annotation": true, "fldinst": true, "themedata": true, "colorschememapping": true, "datastore": true, "latentstyles": true, "xmlnstbl": true, "bkmkstart": true, "bkmkend": true}

func (p *rtfParser) run() error {
	p.out = &p.body
	for p.i < len(p.src) {
		c := p.src[p.i]
		switch c {
		case '{':
			p.flush()
			if p.stack = append(p.stack, rtfGroup{p.out, p.skip}); len(p.stack) > maxGroups {
				return errors.New("groups are nested too deep")
			}
			p.i++
		case '}':
			p.flush()
			if len(p.stack) == 0 {
				return nil // more than the document
			}
			g := p.stack[len(p.stack)-1]
			p.out, p.skip, p.stack = g.out, g.skip, p.stack[:len(p.stack)-1]
			p.drop = 0
			p.i++
			if len(p.stack) == 0 {
				return nil
			}
		case '\\':
			p.control()
		case '\r', '\n':
			p.i++
		default:
			p.char(c)
			p.i++
		}
	}
	p.flush()
	if len(p.stack) > 0 && p.body.Len() == 0 {
		return errors.New("the file is cut off")
	}
	return nil
}

// char takes a byte of text.
func (p *rtfParser) char(c byte) {
	if p.drop > 0 {
		p.drop--
		return
	}
	if p.out != nil {
		p.bytes = append(p.bytes, c)
	}
}

// flush decodes the bytes in hand.
func (p *rtfParser) flush() {
	if len(p.bytes) == 0 {
		return
	}
	text, err := p.charset.NewDecoder().Bytes(p.bytes)
	p.bytes = p.bytes[:0]
	if err == nil && p.out != nil {
		p.out.WriteString(strings.ToValidUTF8(string(text), "\ufffd"))
	}
}

func (p *rtfParser) write(s string) {
	p.flush()
	if p.out != nil {
		p.out.WriteString(s)
	}
}

// control reads what a backslash starts.
func (p *rtfParser) control() {
	p.i++
	if p.i >= len(p.src) {
		return
	}
	c := p.src[p.i]
	if !isLetter(c) {
		p.i++
		p.symbol(c)
		return
	}
	start := p.i
	for p.i < len(p.src) && isLetter(p.src[p.i]) {
		p.i++
	}
	word := string(p.src[start:p.i])
	start = p.i
	if p.i < len(p.src) && p.src[p.i] == '-' {
		p.i++
	}
	for p.i < len(p.src) && p.src[p.i] >= '0' && p.src[p.i] <= '9' {
		p.i++
	}
	n, err := strconv.Atoi(string(p.src[start:p.i]))
	if p.i < len(p.src) && p.src[p.i] == ' ' {
		p.i++
	}
	p.word(word, n, err == nil)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// symbol takes a control symbol.
func (p *rtfParser) symbol(c byte) {
	switch c {
	case '\'':
		if p.i+2 <= len(p.src) {
			if v, err := strconv.ParseUint(string(p.src[p.i:p.i+2]), 16, 8); err == nil {
				p.i += 2
				p.char(byte(v))
			}
		}
	case '*': // a group that older readers do not know: not text
		p.flush()
		p.out = nil
	case '~':
		p.write("\u00a0")
	case '_':
		p.write("-")
	case '\\', '{', '}':
		p.char(c)
	case '\r', '\n':
		p.write("\n\n")
	}
}

// word takes a control word with its number.
func (p *rtfParser) word(word string, n int, numbered bool) {
	switch word {
	case "par", "sect", "page", "row":
		p.write("\n\n")
	case "line":
		p.write("\n")
	case "tab", "cell":
		p.write("\t")
	case "emdash":
		p.write("—")
	case "endash":
		p.write("–")
	case "lquote":
		p.write("‘")
	case "rquote":
		p.write("’")
	case "ldblquote":
		p.write("“")
	case "rdblquote":
		p.write("”")
	case "bullet":
		p.write("•")
	case "uc":
		if numbered && n >= 0 && n < 10 {
			p.skip = n
		}
	case "u":
		if numbered {
			p.unicode(rune(uint16(n)))
			p.drop = p.skip
		}
	case "ansicpg":
		if e := codePage(n); e != nil {
			p.charset = e
		}
	case "mac":
		p.charset = charmap.Macintosh
	case "bin":
		if numbered && n > 0 {
			p.i = min(len(p.src), p.i+n)
		}
	case "title":
		p.into(&p.title)
	case "author":
		p.into(&p.author)
	default:
		if rtfDropped[word] {
			p.flush()
			p.out = nil
		}
	}
}

// into turns the text of the group to one of the document's properties.
func (p *rtfParser) into(b *strings.Builder) {
	p.flush()
	if p.out == nil {
		p.out = b
	}
}

// unicode writes a UTF-16 code unit.
func (p *rtfParser) unicode(r rune) {
	switch {
	case r >= 0xd800 && r < 0xdc00:
		p.high = r
		return
	case r >= 0xdc00 && r < 0xe000:
		r = utf16.DecodeRune(p.high, r)
	}
	p.high = 0
	p.write(string(r))
}

// codePage returns the encoding of a Windows code page, or nil.
func codePage(n int) encoding.Encoding {
	name := fmt.Sprintf("windows-%d", n)
	switch n {
	case 932:
		name = "shift_jis"
	case 936:
		name = "gbk"
	case 949:
		name = "euc-kr"
	case 950:
		name = "big5"
	case 65001:
		return encoding.Nop
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}

// tidyLines drops blanks at the ends of lines, and all but one blank line
// between paragraphs.
func tidyLines(s string) string {
	var b strings.Builder
	blank := 0
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimRight(l, " \t\r"); l == "" {
			blank++
			continue
		}
		if b.Len() > 0 {
			b.WriteString(strings.Repeat("\n", min(blank, 1)+1))
		}
		blank = 0
		b.WriteString(l)
	}
	return b.String()
}
