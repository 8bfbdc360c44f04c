package gazetteer

// Names are stored with bytes that no name uses standing for the most frequent
// pairs of bytes (and pairs of such pairs): about two fifths less, and decoded
// at one table look-up a byte.

// pairs is the table: what each byte stands for.
type pairs [256]string

// parsePairs reads the table as appendPairs writes it.
func parsePairs(s string) (p *pairs, ok bool) {
	p = new(pairs)
	for i := range p {
		if len(s) == 0 || len(s) < 1+int(s[0]) {
			return nil, false
		}
		p[i] = s[1 : 1+int(s[0])]
		s = s[1+int(s[0]):]
	}
	return p, len(s) == 0
}

func (p *pairs) append(dst []byte) []byte {
	for _, s := range p {
		dst = append(append(dst, byte(len(s))), s...)
	}
	return dst
}

// decode appends what the coded bytes stand for.
func (p *pairs) decode(dst []byte, coded string) []byte {
	for i := 0; i < len(coded); i++ {
		dst = append(dst, p[coded[i]]...)
	}
	return dst
}

// maxPair is the longest text that one byte may stand for.
const maxPair = 12

// newPairs finds the pairs worth a byte in the sample. Bytes that are true in
// used stand for themselves.
func newPairs(sample [][]byte, used *[256]bool) *pairs {
	p := new(pairs)
	var free []byte
	for i := range 256 {
		if used[i] {
			p[i] = string([]byte{byte(i)})
		} else if i > 0 {
			free = append(free, byte(i))
		}
	}
	text := make([]byte, 0, 1<<20)
	for _, s := range sample {
		text = append(append(text, s...), 0) // 0 parts the names
	}
	var count [1 << 16]int32
	for _, code := range free {
		clear(count[:])
		for i := 1; i < len(text); i++ {
			if text[i-1] != 0 && text[i] != 0 && len(p[text[i-1]])+len(p[text[i]]) <= maxPair {
				count[int(text[i-1])<<8|int(text[i])]++
			}
		}
		best := 0
		for i, n := range count {
			if n > count[best] {
				best = i
			}
		}
		if count[best] < 4 {
			break
		}
		a, b := byte(best>>8), byte(best)
		p[code] = p[a] + p[b]
		w := 0
		for i := 0; i < len(text); i++ {
			if i+1 < len(text) && text[i] == a && text[i+1] == b {
				text[w] = code
				i++
			} else {
				text[w] = text[i]
			}
			w++
		}
		text = text[:w]
	}
	return p
}

// encoder writes names in the fewest bytes that a table allows.
type encoder struct {
	codes map[string]byte
	cost  []int
	step  []uint8
}

func newEncoder(p *pairs) *encoder {
	e := &encoder{codes: map[string]byte{}}
	for i, s := range p {
		if _, dup := e.codes[s]; s != "" && !dup {
			e.codes[s] = byte(i)
		}
	}
	return e
}

// append appends the code of name; every byte of name must be in the table.
func (e *encoder) append(dst []byte, name string) []byte {
	n := len(name)
	e.cost = append(e.cost[:0], make([]int, n+1)...)
	e.step = append(e.step[:0], make([]uint8, n+1)...)
	for i := n - 1; i >= 0; i-- {
		e.cost[i] = 1 << 30
		for k := 1; k <= min(maxPair, n-i); k++ {
			if _, ok := e.codes[name[i:i+k]]; ok && e.cost[i+k]+1 <= e.cost[i] {
				e.cost[i], e.step[i] = e.cost[i+k]+1, uint8(k)
			}
		}
	}
	for i := 0; i < n; i += int(e.step[i]) {
		dst = append(dst, e.codes[name[i:i+int(e.step[i])]])
	}
	return dst
}
