package names

import "math/bits"

// Odd constants without structure (digits of pi), so that templates and values
// spread over all 64 bits.
const (
	mixA = 0x243f6a8885a308d3
	mixB = 0x13198a2e03707345
)

// mix folds two values into one; order matters.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^mixA, b^mixB)
	return hi ^ lo
}

// hashString hashes the bytes of a word. It is part of the model format:
// changing it makes every model unreadable.
func hashString[T string | []byte](s T) uint64 {
	h := (uint64(len(s)) + 0x51ed27) * 0x9e3779b97f4a7c15
	i := 0
	for ; i+8 <= len(s); i += 8 {
		v := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		h = mix(h, v)
	}
	if i < len(s) {
		v := uint64(0)
		for j := 0; i < len(s); i, j = i+1, j+8 {
			v |= uint64(s[i]) << j
		}
		h = mix(h, v)
	}
	return h
}

// chain is a hash of a string of letters that can be joined with the chain of
// the string that follows: the hash of "new" and "york" gives that of
// "newyork" without reading the letters again.
type chain struct{ sum, power uint64 }

const chainBase = 0x9e3779b97f4a7c15 | 1

var emptyChain = chain{power: 1}

func (c chain) add(r rune) chain {
	return chain{c.sum*chainBase + uint64(r) + 1, c.power * chainBase}
}

func (c chain) join(d chain) chain {
	return chain{c.sum*d.power + d.sum, c.power * d.power}
}

func (c chain) key() uint64 { return mix(c.sum, 0x636861696e) }
