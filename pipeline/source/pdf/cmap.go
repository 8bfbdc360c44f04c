package pdf

import (
	"sort"
	"unicode/utf16"
)

// cmap maps codes to characters, or to the glyph numbers (CIDs) of a font.
type cmap struct {
	spaces []codeSpace
	chars  map[codeKey]string
	ranges []codeRange // sorted
}

type codeKey struct {
	n    int // bytes
	code uint32
}

// codeSpace is a range of codes of one length.
type codeSpace struct {
	n      int
	lo, hi uint32
}

// codeRange maps a run of codes to a run of characters or CIDs.
type codeRange struct {
	codeSpace
	text []uint16 // UTF-16 of the first one; nil for a CID
	cid  uint32
}

// maxCodes bounds the single entries of a map.
const maxCodes = 1 << 17

// maxArgs bounds what stands before an operator: a block has at most 100
// entries of three.
const maxArgs = 1000

// parseCMap reads a CMap file. What is malformed is passed over.
func parseCMap(raw []byte) *cmap {
	m := &cmap{chars: make(map[codeKey]string)}
	l := lexer{b: raw}
	for op, args := l.operation(nil, maxArgs); op != ""; op, args = l.operation(args, maxArgs) {
		switch op {
		case "endcodespacerange":
			for i := 0; i+1 < len(args); i += 2 {
				if s, ok := spaceOf(args[i], args[i+1]); ok {
					m.spaces = append(m.spaces, s)
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				m.char(args[i], args[i+1])
			}
		case "endbfrange", "endcidrange":
			for i := 0; i+2 < len(args); i += 3 {
				m.run(args[i], args[i+1], args[i+2])
			}
		case "endcidchar":
			for i := 0; i+1 < len(args); i += 2 {
				m.run(args[i], args[i], args[i+1])
			}
		}
	}
	sort.SliceStable(m.ranges, func(i, j int) bool {
		a, b := m.ranges[i], m.ranges[j]
		return a.n < b.n || a.n == b.n && a.lo < b.lo
	})
	return m
}

func spaceOf(lo, hi token) (codeSpace, bool) {
	a, ok1 := lo.(text)
	b, ok2 := hi.(text)
	if !ok1 || !ok2 || len(a) == 0 || len(a) > 4 || len(a) != len(b) {
		return codeSpace{}, false
	}
	return codeSpace{len(a), codeOf(a), codeOf(b)}, true
}

func utf16Of(b []byte) []uint16 {
	if len(b) == 1 {
		return []uint16{uint16(b[0])}
	}
	var u []uint16
	for i := 0; i+1 < len(b) && i < 64; i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return u
}

func (m *cmap) char(code, to token) {
	c, ok1 := code.(text)
	s, ok2 := to.(text)
	if ok1 && ok2 && len(c) > 0 && len(c) <= 4 && len(m.chars) < maxCodes {
		m.chars[codeKey{len(c), codeOf(c)}] = plainText(string(utf16.Decode(utf16Of(s))))
	}
}

func (m *cmap) run(lo, hi, to token) {
	s, ok := spaceOf(lo, hi)
	if !ok || s.hi < s.lo || len(m.ranges) >= maxCodes {
		return
	}
	switch v := to.(type) {
	case text:
		if u := utf16Of(v); len(u) > 0 {
			m.ranges = append(m.ranges, codeRange{codeSpace: s, text: u})
		}
	case float64:
		m.ranges = append(m.ranges, codeRange{codeSpace: s, cid: uint32(max(v, 0))})
	case list:
		for i, t := range v {
			if u, ok := t.(text); ok && len(m.chars) < maxCodes {
				m.chars[codeKey{s.n, s.lo + uint32(i)}] = plainText(string(utf16.Decode(utf16Of(u))))
			}
		}
	}
}

// codeLen is how many bytes the code that s starts with has.
func (m *cmap) codeLen(s []byte) int {
	for n := 1; n <= 4 && n <= len(s); n++ {
		for _, space := range m.spaces {
			if space.n == n && space.lo <= codeOf(s[:n]) && codeOf(s[:n]) <= space.hi {
				return n
			}
		}
	}
	if len(m.spaces) > 0 {
		return m.spaces[0].n
	}
	return 2
}

func (m *cmap) find(n int, code uint32) *codeRange {
	i := sort.Search(len(m.ranges), func(i int) bool {
		r := m.ranges[i]
		return r.n > n || r.n == n && r.lo > code
	})
	if i == 0 { // ranges do not overlap in any sound file: the last that starts before is the one
		return nil
	}
	if r := &m.ranges[i-1]; r.n == n && code <= r.hi {
		return r
	}
	return nil
}

// text returns the characters of a code, "" when none are known. Some files
// write codes of one byte as two.
func (m *cmap) text(n int, code uint32) string {
	for _, k := range []int{n, 2, 1} {
		if s, ok := m.chars[codeKey{k, code}]; ok {
			return s
		}
		if r := m.find(k, code); r != nil && r.text != nil {
			u := append([]uint16(nil), r.text...)
			u[len(u)-1] += uint16(code - r.lo)
			return plainText(string(utf16.Decode(u)))
		}
	}
	return ""
}

// cid returns the glyph number of a code.
func (m *cmap) cid(n int, code uint32) uint32 {
	if r := m.find(n, code); r != nil {
		return r.cid + code - r.lo
	}
	return 0
}
