package pdf

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	corefont "github.com/pdfcpu/pdfcpu/pkg/font"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"golang.org/x/text/encoding/charmap"
)

// char is what a code of a font stands for. Width is in thousandths of the
// font's size; s is "" when no character is known for the code.
type char struct {
	s     string
	width float64
}

// font tells what the bytes of a string stand for.
type font struct {
	simple  *[256]char // of a font with codes of one byte
	unicode *cmap      // code -> characters; nil when the font does not say
	codes   *cmap      // code -> CID, for composite fonts; nil for two bytes as they are
	utf16   bool       // codes are UTF-16
	widths  map[uint32]float64
	width   float64 // of what is not in widths
}

// next reads the code that a string starts with, and how many bytes it has.
func (t *font) next(s text) (char, int) {
	if t.simple != nil {
		return t.simple[s[0]], 1
	}
	n := 2
	if t.codes != nil {
		n = t.codes.codeLen(s)
	} else if t.unicode != nil && len(t.unicode.spaces) > 0 {
		n = t.unicode.codeLen(s)
	}
	n = min(n, len(s))
	code := codeOf(s[:n])
	c := char{width: t.width}
	cid := code
	if t.codes != nil {
		cid = t.codes.cid(n, code)
	}
	if w, ok := t.widths[cid]; ok {
		c.width = w
	}
	if t.unicode != nil {
		c.s = t.unicode.text(n, code)
	}
	if c.s == "" && t.utf16 {
		c.s = plainText(string(rune(code)))
	}
	return c, n
}

func codeOf(b []byte) (code uint32) {
	for _, c := range b {
		code = code<<8 | uint32(c)
	}
	return code
}

// font returns a font of the resources, read once for each reference.
func (f *file) font(fonts types.Dict, key string) *font {
	o, ok := fonts.Find(key)
	if !ok {
		return f.simpleFont(nil)
	}
	id := key
	ref, shared := o.(types.IndirectRef)
	if shared {
		id = ref.String()
		if t := f.fonts[id]; t != nil {
			return t
		}
	}
	d, err := f.x.DereferenceDict(o)
	if err != nil {
		d = nil
	}
	var t *font
	if f.name(d, "Subtype") == "Type0" {
		t = f.compositeFont(d)
	} else {
		t = f.simpleFont(d)
	}
	if shared && len(f.fonts) < 10000 {
		f.fonts[id] = t
	}
	return t
}

// simpleFont reads a font with codes of one byte.
func (f *file) simpleFont(d types.Dict) *font {
	t := &font{simple: new([256]char)}
	base := f.name(d, "BaseFont")
	if _, after, ok := strings.Cut(base, "+"); ok {
		base = after
	}
	letters := f.encoding(d, base)
	unicodes := f.toUnicode(d)
	widths, first := f.array(d, "Widths"), 0
	if v, ok := f.number(d["FirstChar"]); ok {
		first = int(v)
	}
	scale := 1.0
	if m := f.array(d, "FontMatrix"); f.name(d, "Subtype") == "Type3" && len(m) == 6 {
		if v, ok := f.number(m[0]); ok {
			scale = v * 1000
		}
	}
	missing, _ := f.number(f.dict(d, "FontDescriptor")["MissingWidth"])
	for code := range t.simple {
		c := char{s: letters[code], width: missing}
		if unicodes != nil {
			if s := unicodes.text(1, uint32(code)); s != "" {
				c.s = s
			}
		}
		if i := code - first; i >= 0 && i < len(widths) {
			if w, ok := f.number(widths[i]); ok {
				c.width = w * scale
			}
		} else if len(widths) == 0 {
			c.width = standardWidth(base, c.s)
		}
		t.simple[code] = c
	}
	return t
}

// standardWidth is the width of a letter in a font that need not be in the file.
func standardWidth(base, s string) float64 {
	r, _ := utf8.DecodeRuneInString(s)
	if strings.Contains(base, "Courier") {
		return 600
	}
	if !corefont.IsCoreFont(base) {
		base = "Helvetica"
	}
	if w, err := corefont.CharWidth(base, r); err == nil && w > 0 {
		return float64(w)
	}
	return 500
}

// encoding returns what the codes of a simple font stand for.
func (f *file) encoding(d types.Dict, base string) (letters [256]string) {
	enc := f.name(d, "Encoding")
	diff := f.dict(d, "Encoding")
	if diff != nil {
		enc = f.name(diff, "BaseEncoding")
	}
	var letter func(code byte) rune
	switch {
	case enc == "MacRomanEncoding":
		letter = charmap.Macintosh.DecodeByte
	case enc == "WinAnsiEncoding", enc == "" && f.name(d, "Subtype") == "TrueType":
		letter = charmap.Windows1252.DecodeByte
	default:
		letter = standardEncoding
	}
	symbols := base == "Symbol" || base == "ZapfDingbats"
	for code := 32; code < 256 && !symbols; code++ {
		letters[code] = plainText(string(letter(byte(code))))
	}
	code := 0
	for _, o := range f.array(diff, "Differences") {
		if v, ok := f.number(o); ok {
			code = int(v)
			continue
		}
		if o, err := f.x.Dereference(o); err == nil {
			if n, ok := o.(types.Name); ok {
				if code >= 0 && code < 256 {
					letters[code] = glyphText(string(n))
				}
				code++
			}
		}
	}
	return letters
}

// standard is Adobe's standard encoding above ASCII, by code.
var standard = map[byte]rune{
	0xa1: '¡', 0xa2: '¢', 0xa3: '£', 0xa4: '⁄', 0xa5: '¥', 0xa6: 'ƒ', 0xa7: '§', 0xa8: '¤', 0xa9: '\'', 0xaa: '“', 0xab: '«', 0xac: '‹', 0xad: '›', 0xae: 'ﬁ', 0xaf: 'ﬂ',
	0xb1: '–', 0xb2: '†', 0xb3: '‡', 0xb4: '·', 0xb6: '¶', 0xb7: '•', 0xb8: '‚', 0xb9: '„', 0xba: '”', 0xbb: '»', 0xbc: '…', 0xbd: '‰', 0xbf: '¿',
	0xc1: '`', 0xc2: '´', 0xc3: 'ˆ', 0xc4: '˜', 0xc5: '¯', 0xc6: '˘', 0xc7: '˙', 0xc8: '¨', 0xca: '˚', 0xcb: '¸', 0xcd: '˝', 0xce: '˛', 0xcf: 'ˇ', 0xd0: '—',
	0xe1: 'Æ', 0xe3: 'ª', 0xe8: 'Ł', 0xe9: 'Ø', 0xea: 'Œ', 0xeb: 'º', 0xf1: 'æ', 0xf5: 'ı', 0xf8: 'ł', 0xf9: 'ø', 0xfa: 'œ', 0xfb: 'ß',
}

func standardEncoding(code byte) rune {
	switch {
	case code == '\'':
		return '’'
	case code == '`':
		return '‘'
	case code < 0x7f:
		return rune(code)
	}
	return standard[code]
}

//go:embed glyphs.tsv
var glyphTable string

// glyphNames is read when the first PDF is.
var glyphNames = sync.OnceValue(func() map[string]rune {
	names := make(map[string]rune, 2200)
	for line := range strings.Lines(glyphTable) {
		n, code, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || n[0] == '#' {
			continue
		}
		v, err := strconv.ParseUint(code, 16, 32)
		if err != nil {
			panic(fmt.Sprintf("glyphs.tsv: %q: %v", line, err)) // checked by the tests
		}
		names[n] = rune(v)
	}
	return names
})

// glyphText returns what a glyph of a name shows: of the list, or "uni0041",
// "u1F600", also with a variant behind a point and parts joined by "_".
func glyphText(n string) string {
	n, _, _ = strings.Cut(n, ".")
	var b strings.Builder
	for _, part := range strings.Split(n, "_") {
		if r, ok := glyphNames()[part]; ok {
			b.WriteRune(r)
			continue
		}
		if h, ok := strings.CutPrefix(part, "uni"); ok && len(h) >= 4 && len(h)%4 == 0 {
			for ; len(h) >= 4; h = h[4:] {
				if v, err := strconv.ParseUint(h[:4], 16, 32); err == nil {
					b.WriteRune(rune(v))
				}
			}
			continue
		}
		if h, ok := strings.CutPrefix(part, "u"); ok && len(h) >= 4 && len(h) <= 6 {
			if v, err := strconv.ParseUint(h, 16, 32); err == nil {
				b.WriteRune(rune(v))
			}
		}
	}
	return plainText(b.String())
}

// plainText writes ligatures as letters, odd spaces as spaces, and drops what
// is no text.
func plainText(s string) string {
	if len(s) == 1 && s[0] >= ' ' && s[0] < 0x7f {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 0xfb00 && r <= 0xfb06:
			b.WriteString([]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xfb00])
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r == 0xad:
			b.WriteByte('-')
		case r < ' ', r >= 0x7f && r < 0xa0, r == utf8.RuneError, r >= 0xe000 && r <= 0xf8ff, r == 0xfeff, r == 0x200b:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// compositeFont reads a font with codes of several bytes.
func (f *file) compositeFont(d types.Dict) *font {
	t := &font{unicode: f.toUnicode(d), widths: make(map[uint32]float64), width: 1000}
	if enc := f.name(d, "Encoding"); enc == "" {
		if raw, err := f.stream(d["Encoding"]); err == nil && raw != nil {
			t.codes = parseCMap(raw)
		}
	} else {
		t.utf16 = strings.Contains(enc, "UCS2") || strings.Contains(enc, "UTF16")
	}
	below := f.array(d, "DescendantFonts")
	if len(below) == 0 {
		return t
	}
	own, err := f.x.DereferenceDict(below[0])
	if err != nil {
		return t
	}
	if w, ok := f.number(own["DW"]); ok {
		t.width = w
	}
	f.cidWidths(f.array(own, "W"), t.widths)
	return t
}

// maxCID bounds the widths of a font.
const maxCID = 1 << 16

// cidWidths reads widths: "first [w w w]" and "first last w".
func (f *file) cidWidths(w types.Array, widths map[uint32]float64) {
	for i := 0; i+1 < len(w); {
		first, _ := f.number(w[i])
		second, err := f.x.Dereference(w[i+1])
		if err != nil {
			return
		}
		if list, ok := second.(types.Array); ok {
			for j, o := range list {
				if v, ok := f.number(o); ok && int(first)+j < maxCID {
					widths[uint32(int(first)+j)] = v
				}
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			return
		}
		last, _ := f.number(w[i+1])
		if v, ok := f.number(w[i+2]); ok {
			for c := max(first, 0); c <= last && c < maxCID; c++ {
				widths[uint32(c)] = v
			}
		}
		i += 3
	}
}

// toUnicode reads what a font says of its characters; nil for nothing.
func (f *file) toUnicode(d types.Dict) *cmap {
	o, ok := d.Find("ToUnicode")
	if !ok {
		return nil
	}
	raw, err := f.stream(o)
	if err != nil || raw == nil {
		return nil
	}
	return parseCMap(raw)
}
