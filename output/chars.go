package output

// charIndex turns byte offsets of one text into code points. It is filled in
// one forward pass; a text of ASCII alone needs none.
type charIndex struct {
	text  string
	ascii bool
	marks []int32 // code points before each block of charBlock bytes
}

// charBlock is the distance of marks: small enough that counting from one is
// cheaper than what is done with the result, large enough that marks are few.
const charBlock = 128

func (x *charIndex) reset(text string) {
	x.text, x.marks = text, x.marks[:0]
	x.ascii = isASCII(text)
	if x.ascii {
		return
	}
	n := int32(0)
	for i := 0; i < len(text); i += charBlock {
		x.marks = append(x.marks, n)
		n += starts(text[i:min(i+charBlock, len(text))])
	}
	x.marks = append(x.marks, n)
}

// at returns the number of code points before a byte offset that lies between
// two runes. Stray bytes count as one code point each, as decoders that put
// U+FFFD for each do only for some; texts are checked to have none.
func (x *charIndex) at(offset int) int {
	if x.ascii {
		return offset
	}
	block := offset / charBlock
	if offset == len(x.text) {
		return int(x.marks[len(x.marks)-1])
	}
	return int(x.marks[block] + starts(x.text[block*charBlock:offset]))
}

// starts counts the bytes that start a rune.
func starts(s string) (n int32) {
	for i := 0; i < len(s); i++ {
		if s[i]&0xC0 != 0x80 {
			n++
		}
	}
	return n
}

func isASCII(s string) bool {
	for len(s) >= 8 {
		if (s[0]|s[1]|s[2]|s[3]|s[4]|s[5]|s[6]|s[7])&0x80 != 0 {
			return false
		}
		s = s[8:]
	}
	for i := 0; i < len(s); i++ {
		if s[i]&0x80 != 0 {
			return false
		}
	}
	return true
}
