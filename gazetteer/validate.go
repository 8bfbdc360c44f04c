package gazetteer

// validate checks that no number of the index points outside of it, so that no
// file can make a look-up fail.
func (x *Index) validate() error {
	if err := x.validatePlaces(); err != nil {
		return err
	}
	if err := x.validateNames(); err != nil {
		return err
	}
	return x.validateKeys()
}

func (x *Index) validatePlaces() error {
	divs, codes := uint64(x.divCountry.len()), uint64(x.codes.len())
	for i := range x.info.Places {
		if v := x.division.at(i); v >= divs {
			return formatError("place %d: no division %d", i, v)
		}
		if v := x.code.at(i); v >= codes {
			return formatError("place %d: no feature %d", i, v)
		}
	}
	for _, c := range x.countries {
		for _, id := range []ID{c.Place, c.Capital} {
			if id != NoID && int(id) >= x.info.Places {
				return formatError("country %s: no place %d", c.Code, id)
			}
		}
	}
	if x.bigPop.len()%2 != 0 {
		return formatError("section %q: odd number of values", secBigPop)
	}
	return nil
}

func (x *Index) validateNames() error {
	off := 0
	for i := range x.info.Places {
		if i%nameStride == 0 && int(x.dispOff.at(i/nameStride)) != off {
			return formatError("place %d: its name is not at %d", i, off)
		}
		if off >= len(x.disp) || off+1+int(x.disp[off]) > len(x.disp) {
			return formatError("place %d: name cut off", i)
		}
		off += 1 + int(x.disp[off])
	}
	return nil
}

func (x *Index) validateKeys() error {
	post, posts := 0, x.postings.len()
	for b := range x.keyBlock.len() {
		p := x.keyBlock.at(b)
		if p >= uint64(len(x.keys)) || p+1+uint64(x.keys[p]) > uint64(len(x.keys)) {
			return formatError("block %d: first key cut off", b)
		}
		if x.keyPost.at(b) != uint64(post) {
			return formatError("block %d: its postings are not at %d", b, post)
		}
		at, length := int(p)+1+int(x.keys[p]), int(x.keys[p])
		n := min(keyStride, x.info.Names-b*keyStride)
		for k := range n {
			if k > 0 {
				shared, size, next, ok := x.safeHead(at)
				if !ok || shared > length || next+size > len(x.keys) {
					return formatError("block %d: key %d is broken", b, k)
				}
				length = shared
				for _, c := range []byte(x.keys[next : next+size]) {
					length += len(x.keyDict[c])
				}
				if length > maxKey {
					return formatError("block %d: key %d has %d bytes", b, k, length)
				}
				at = next + size
			}
			for post < posts && x.postings.at(post)&1 == 0 {
				post++
			}
			if post++; post > posts {
				return formatError("block %d: postings cut off", b)
			}
		}
	}
	for i := range x.keyStart.len() {
		if x.keyStart.at(i) > uint64(x.keyBlock.len()) {
			return formatError("no block %d", x.keyStart.at(i))
		}
	}
	return nil
}

// maxKey is the length in bytes of the longest key.
const maxKey = 255

// safeHead is entryHead for keys that may be cut off.
func (x *Index) safeHead(p int) (shared, size, next int, ok bool) {
	need := 1
	if p < len(x.keys) {
		h := x.keys[p]
		if h>>4 == 15 {
			need++
		}
		if h&15 == 15 {
			need++
		}
	}
	if p+need > len(x.keys) {
		return 0, 0, 0, false
	}
	shared, size, next = x.entryHead(p)
	return shared, size, next, true
}
