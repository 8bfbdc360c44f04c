package source

import (
	"bytes"
	"cmp"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

var (
	utf8BOM    = []byte("\xef\xbb\xbf")
	utf16LEBOM = []byte("\xff\xfe")
	utf16BEBOM = []byte("\xfe\xff")
)

var (
	utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	utf16BE = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
)

// encodingNamed returns the encoding of a name such as "windows-1251"; nil for
// "" and for UTF-8.
func encodingNamed(name string) (encoding.Encoding, error) {
	if name == "" {
		return nil, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("encoding %q is not known", name)
	}
	if n, _ := htmlindex.Name(e); n == "utf-8" {
		return nil, nil
	}
	return e, nil
}

// decode turns the bytes of a text into valid UTF-8: by their byte order mark,
// else by the name given, else by what they look like. Text that is plain
// UTF-8 comes back as it is; stray bytes of what is said to be UTF-8 become
// U+FFFD. The error is ErrBinary, but for a name that nobody knows.
func decode(b []byte, name string) (text, encodingName string, err error) {
	switch {
	case bytes.HasPrefix(b, utf8BOM):
		return decodeUTF8(b[len(utf8BOM):])
	case bytes.HasPrefix(b, utf16LEBOM):
		return decodeUTF16(b[2:], utf16LE, "utf-16le")
	case bytes.HasPrefix(b, utf16BEBOM):
		return decodeUTF16(b[2:], utf16BE, "utf-16be")
	}
	if m := magic(b); m != "" {
		return "", "", fmt.Errorf("%w: the content is %s", ErrBinary, m)
	}
	if e, err := encodingNamed(name); err != nil {
		return "", "", err
	} else if e != nil {
		return decodeAs(b, e, name)
	} else if name != "" {
		return decodeUTF8(b)
	}
	switch utf16Parity(b) {
	case 1:
		return decodeUTF16(b, utf16LE, "utf-16le")
	case 0:
		return decodeUTF16(b, utf16BE, "utf-16be")
	}
	if utf8.Valid(b) || mostlyUTF8(b) {
		return decodeUTF8(b)
	}
	if tooManyControls(b) {
		return "", "", errControls
	}
	return decodeAs(b, charmap.Windows1252, "windows-1252")
}

var errControls = fmt.Errorf("%w: too many control characters", ErrBinary)

// decodeUTF8 takes b for UTF-8 whatever it looks like, unless it is no text.
func decodeUTF8(b []byte) (text, encodingName string, err error) {
	if tooManyControls(b) {
		return "", "", errControls
	}
	return strings.ToValidUTF8(string(b), "\ufffd"), "utf-8", nil
}

// metaCharset finds the encodings that a page names.
var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,300}?charset\s*=\s*["']?\s*([-\w]+)`)

// maxMeta is how far into a page its encoding is looked for; browsers look
// 1,024 bytes far at first, and begin again when they find it later.
const maxMeta = 16 << 10

// decodePage decodes a web page, which may name its encoding inside, or have it
// named by the server's contentType. Pages that are UTF-8, but for a few
// bytes, are that whatever they say.
func decodePage(b []byte, contentType, name string) (string, error) {
	if name == "" && !utf8.Valid(b) && !mostlyUTF8(b) {
		if _, params, err := mime.ParseMediaType(contentType); err == nil {
			name = otherEncoding(params["charset"])
		}
		for _, m := range metaCharset.FindAllSubmatch(b[:min(len(b), maxMeta)], 4) {
			name = cmp.Or(name, otherEncoding(string(m[1])))
		}
	}
	text, _, err := decode(b, name)
	return text, err
}

// otherEncoding returns the name of an encoding that is known and not UTF-8,
// or "". A page that can be read as far as its name for UTF-16 is not in it.
func otherEncoding(name string) string {
	if strings.HasPrefix(strings.ToLower(name), "utf-16") {
		return ""
	}
	if e, err := encodingNamed(name); err != nil || e == nil {
		return ""
	}
	return name
}

func decodeAs(b []byte, e encoding.Encoding, name string) (string, string, error) {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "", "", fmt.Errorf("encoding: %s: %w", name, err)
	}
	return strings.ToValidUTF8(string(out), "\ufffd"), name, nil
}

// decodeUTF16 decodes, and refuses what turns out to be no text.
func decodeUTF16(b []byte, e encoding.Encoding, name string) (string, string, error) {
	text, _, err := decodeAs(b, e, name)
	if err != nil {
		return "", "", err
	}
	bad, n := 0, 0
	for _, r := range text {
		n++
		if r < ' ' && !strings.ContainsRune("\t\n\r\f\v", r) || r == utf8.RuneError || r >= 0xe000 && r <= 0xf8ff {
			bad++
		}
	}
	if bad*20 > n {
		return "", "", fmt.Errorf("%w: not UTF-16 either", ErrBinary)
	}
	return text, name, nil
}

// utf16Parity tells UTF-16 without a byte order mark by its zero bytes: 1 when
// they are the second of a pair (little endian), 0 when the first, else -1.
// Most pairs of a text in Latin letters have one; of a text in another script
// only line ends and spaces do, and what is left without them is no plain text.
func utf16Parity(b []byte) int {
	if len(b) < 8192 && len(b)%2 != 0 {
		return -1
	}
	b = b[:min(len(b), 8192)&^1]
	if bytes.IndexByte(b, 0) < 0 {
		return -1
	}
	pairs := len(b) / 2
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i&1]++
		}
	}
	for p := range zeros {
		switch {
		case zeros[1-p]*20 >= zeros[p]:
		case zeros[p]*10 >= pairs*7, zeros[p]*20 > pairs && !plainButZeros(b):
			return p
		}
	}
	return -1
}

// plainButZeros reports whether b is plain text once its zero bytes are gone:
// UTF-8 (cut off or not), and hardly a control character in it.
func plainButZeros(b []byte) bool {
	rest := bytes.ReplaceAll(b, []byte{0}, nil)
	return !tooManyControls(rest) && (utf8.Valid(rest) || mostlyUTF8(rest))
}

// tooManyControls reports whether b has more control characters than any text:
// over one in a hundred bytes, and more than a slip or two.
func tooManyControls(b []byte) bool {
	b = b[:min(len(b), 64<<10)]
	n := 0
	for _, c := range b {
		if c < ' ' && (c < '\t' || c > '\r') && c != 0x1b || c == 0x7f {
			n++
		}
	}
	return n > 2 && n*100 > len(b)
}

// mostlyUTF8 reports whether text that is not valid UTF-8 is so for a few stray
// bytes: text in a one-byte encoding hardly ever holds a valid sequence of two
// bytes or more.
func mostlyUTF8(b []byte) bool {
	good, stray := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			stray++
		} else {
			good++
		}
		i += n
	}
	return good > stray
}
