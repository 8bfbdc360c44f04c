package output

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// writeJSONL writes one object a line, with every column, in their order.
func writeJSONL(w *sink, t *buffer) error {
	keys := make([][]byte, len(t.cols))
	for i, c := range t.cols {
		keys[i] = append(appendJSONString([]byte{','}, []byte(c.Name)), ':')
	}
	keys[0][0] = '{'
	var line []byte
	for row := range t.rows {
		line = line[:0]
		for i, c := range t.cols {
			line = c.appendJSON(append(line, keys[i]...), row)
		}
		if _, err := w.Write(append(line, '}', '\n')); err != nil {
			return err
		}
	}
	return nil
}

// appendJSON appends value i as JSON.
func (c *column) appendJSON(b []byte, i int) []byte {
	if c.isNull(i) {
		return append(b, "null"...)
	}
	switch c.Type {
	case String:
		return appendJSONString(b, c.str(i))
	case StringList:
		return c.appendJSONList(b, i)
	case Date:
		return append(c.appendPlain(append(b, '"'), i), '"')
	}
	return c.appendPlain(b, i)
}

func (c *column) appendJSONList(b []byte, i int) []byte {
	b = append(b, '[')
	first := true
	c.list(i, func(s []byte) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendJSONString(b, s)
	})
	return append(b, ']')
}

// appendPlain appends a number, bool or day without quotes.
func (c *column) appendPlain(b []byte, i int) []byte {
	switch c.Type {
	case Int32:
		return strconv.AppendInt(b, int64(c.i32[i]), 10)
	case Int64:
		return strconv.AppendInt(b, c.i64[i], 10)
	case Float32:
		return appendFloat(b, float64(c.f32[i]), 32)
	case Float64:
		return appendFloat(b, c.f64[i], 64)
	case Bool:
		return strconv.AppendBool(b, bitAt(c.bytes, i))
	default:
		return append(b, unixDay(c.i32[i]).String()...)
	}
}

// epoch is 1970-01-01.
var epoch = article.NewDay(1970, 1, 1)

// unixDay returns the day that is n days after 1970-01-01.
func unixDay(n int32) article.Day { return epoch + article.Day(n) }

// appendFloat appends the shortest decimal that reads back as the same number.
func appendFloat(b []byte, v float64, bits int) []byte {
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(b, v, 'e', -1, bits)
	}
	return strconv.AppendFloat(b, v, 'f', -1, bits)
}

const hexDigits = "0123456789abcdef"

// appendJSONString appends valid UTF-8 as a JSON string. Beside what JSON asks
// for it escapes the characters that some readers take for line ends: DEL,
// U+0085, U+2028 and U+2029.
func appendJSONString(b, s []byte) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
			b = append(b, s[from:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, `\n`...)
			case '\r':
				b = append(b, `\r`...)
			case '\t':
				b = append(b, `\t`...)
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			from = i
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if r == '\u0085' || r == '\u2028' || r == '\u2029' {
			b = append(b, s[from:i]...)
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
			from = i + size
		}
		i += size
	}
	return append(append(b, s[from:]...), '"')
}
