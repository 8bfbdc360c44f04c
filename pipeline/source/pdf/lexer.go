package pdf

import (
	"bytes"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// token is one token of a page's content: a number (float64), a string (text),
// a name, a list, a dictionary's end or start, or an operator.
type token any

type (
	text     []byte // a string's bytes
	name     string
	operator string
	list     []token
)

// lexer reads the content of a page. What is malformed is passed over.
type lexer struct {
	b []byte
	i int
}

const whiteSpace = "\x00\t\n\f\r "

func isSpace(c byte) bool { return bytes.IndexByte([]byte(whiteSpace), c) >= 0 }

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// maxDepth bounds lists in lists.
const maxDepth = 20

// next returns the next token, nil at the end.
func (l *lexer) next(depth int) token {
	for l.i < len(l.b) {
		c := l.b[l.i]
		switch {
		case isSpace(c):
			l.i++
		case c == '%':
			n := bytes.IndexAny(l.b[l.i:], "\r\n")
			if n < 0 {
				n = len(l.b) - l.i
			}
			l.i += n
		case c == '(':
			return l.literal()
		case c == '<' && l.at(1) == '<', c == '>' && l.at(1) == '>':
			l.i += 2
			return operator(l.b[l.i-2 : l.i])
		case c == '<':
			return l.hex()
		case c == '/':
			l.i++
			return nameOf(string(l.word()))
		case c == '[':
			l.i++
			return l.list(depth)
		case c == ']':
			l.i++
			return operator("]")
		case isDelimiter(c):
			l.i++
		default:
			return wordToken(l.word())
		}
	}
	return nil
}

func (l *lexer) at(n int) byte {
	if l.i+n < len(l.b) {
		return l.b[l.i+n]
	}
	return 0
}

func (l *lexer) word() []byte {
	start := l.i
	for l.i < len(l.b) && !isSpace(l.b[l.i]) && !isDelimiter(l.b[l.i]) {
		l.i++
	}
	return l.b[start:l.i]
}

func wordToken(w []byte) token {
	if c := w[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if v, err := strconv.ParseFloat(string(w), 64); err == nil {
			return v
		}
		if n := bytes.LastIndexByte(w, '-'); n > 0 { // "12-34", of some old writers
			if v, err := strconv.ParseFloat(string(w[:n]), 64); err == nil {
				return v
			}
		}
		return float64(0)
	}
	return operator(w)
}

func (l *lexer) list(depth int) token {
	var out list
	for {
		switch t := l.next(depth + 1).(type) {
		case nil:
			return out
		case operator:
			if t == "]" {
				return out
			}
			if t != "null" && t != "true" && t != "false" && t != "<<" && t != ">>" {
				l.i -= len(t) // the list was not closed
				return out
			}
		default:
			if depth < maxDepth {
				out = append(out, t)
			}
		}
	}
}

func (l *lexer) literal() token {
	out := text{}
	depth := 0
	for ; l.i < len(l.b); l.i++ {
		c := l.b[l.i]
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.i++
				return out
			}
		case '\\':
			l.i++
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return out
}

func (l *lexer) escape(out text) text {
	switch c := l.at(0); c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if l.at(1) == '\n' {
			l.i++
		}
		return out
	case '\n':
		return out
	default:
		if c < '0' || c > '7' {
			return append(out, c)
		}
		v := 0
		for n := 0; n < 3 && l.at(0) >= '0' && l.at(0) <= '7'; n++ {
			v = v<<3 | int(l.at(0)-'0')
			l.i++
		}
		l.i--
		return append(out, byte(v))
	}
}

func (l *lexer) hex() token {
	l.i++
	out := text{}
	half := -1
	for ; l.i < len(l.b); l.i++ {
		c := l.b[l.i]
		if c == '>' {
			l.i++
			break
		}
		v := hexDigit(c)
		switch {
		case v < 0:
		case half < 0:
			half = v
		default:
			out, half = append(out, byte(half<<4|v)), -1
		}
	}
	if half >= 0 {
		out = append(out, byte(half<<4))
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// nameOf undoes the escapes of a name; one that is malformed stays as it is.
func nameOf(w string) name {
	if s, err := types.DecodeName(w); err == nil {
		return name(s)
	}
	return name(w)
}

// operation returns the next operator, "" at the end, and the first arguments
// before it, at most so many, in the memory of args.
func (l *lexer) operation(args []token, most int) (operator, []token) {
	args = args[:0]
	for {
		switch t := l.next(0).(type) {
		case nil:
			return "", args
		case operator:
			switch t {
			case "<<", ">>", "]", "true", "false", "null":
			default:
				return t, args
			}
		default:
			if len(args) < most {
				args = append(args, t)
			}
		}
	}
}

// inlineImage passes over the data of an image in the content, behind "ID".
func (l *lexer) inlineImage() {
	for l.i < len(l.b) {
		n := bytes.Index(l.b[l.i:], []byte("EI"))
		if n < 0 {
			l.i = len(l.b)
			return
		}
		l.i += n + 2
		if before := l.b[l.i-3]; isSpace(before) && (l.i == len(l.b) || isSpace(l.b[l.i])) {
			return
		}
	}
}
