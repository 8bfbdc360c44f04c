package gazetteer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
)

func baseName(path string) string { return filepath.Base(path) }

// keyWriter writes the sorted keys, their postings and their skeletons.
type keyWriter struct {
	w    *placeWriter
	dict *pairs
	enc  *encoder
	keys *colFile

	n, posts int
	prev     []byte
	starts   int      // how many two-byte prefixes have their first block
	skeleton []uint64 // hash << 32 | key
}

// writeKeys consumes the sorted names.
func (w *placeWriter) writeKeys() (*keyWriter, error) {
	k := &keyWriter{w: w, dict: w.keys.pairs()}
	k.enc = newEncoder(k.dict)
	c, err := newColWriter(w.b.tmp, secKeys)
	if err != nil {
		return nil, err
	}
	k.keys = &colFile{colWriter: c}
	w.cols[secKeys] = c // closed with the others
	var key []byte
	var posts []uint64
	last := none
	flush := func() {
		if len(posts) > 0 {
			k.add(key, posts)
			posts = posts[:0]
		}
	}
	seen := int64(0)
	w.b.o.Progress("write names", 0, w.byKey.count)
	err = w.byKey.Each(func(rec []byte) error {
		if seen++; seen%65536 == 0 {
			w.b.o.Progress("write names", seen, w.byKey.count)
			if err := w.b.ctx.Err(); err != nil {
				return err
			}
		}
		i := len(rec) - 6
		id, kind := uint64(binary.BigEndian.Uint32(rec[i+1:])), uint64(rec[len(rec)-1])
		if !bytes.Equal(rec[:i], key) || len(posts) == 0 {
			flush()
			key, last = append(key[:0], rec[:i]...), none
		}
		if id != last { // the first kind of a place is the best
			posts = append(posts, id<<4|kind<<1)
			last = id
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	flush()
	k.finish()
	if k.n == 0 {
		return nil, fmt.Errorf("no names")
	}
	return k, nil
}

// add writes one key and its postings.
func (k *keyWriter) add(key []byte, posts []uint64) {
	w := k.w
	if k.n%keyStride == 0 {
		k.startsUpTo(prefix2(key), k.n/keyStride)
		w.cols[secKeyBlock].put(k.keys.size)
		w.cols[secKeyPost].put(uint64(k.posts))
		k.put(append([]byte{byte(len(key))}, key...))
	} else {
		shared := commonPrefix(string(k.prev), key)
		shared = min(shared, 15+255)
		rest := k.enc.append(nil, string(key[shared:]))
		head := []byte{byte(min(shared, 15)<<4 | min(len(rest), 15))}
		if shared >= 15 {
			head = append(head, byte(shared-15))
		}
		if len(rest) >= 15 {
			head = append(head, byte(len(rest)-15))
		}
		k.put(append(head, rest...))
		k.startsUpTo(prefix2(key), k.n/keyStride)
	}
	posts[len(posts)-1] |= 1
	for _, p := range posts {
		w.cols[secPostings].put(p)
	}
	k.posts += len(posts)
	if k.foreign(posts) {
		if s := Skeleton(string(key)); s != "" {
			k.skeleton = append(k.skeleton, spellHash(s, 8)<<32|uint64(k.n))
		}
	}
	k.prev = append(k.prev[:0], key...)
	k.n++
}

func (k *keyWriter) put(b []byte) {
	k.keys.w.Write(b)
	k.keys.size += uint64(len(b))
}

func prefix2(key []byte) int {
	p := int(key[0]) << 8
	if len(key) > 1 {
		p |= int(key[1])
	}
	return p
}

// startsUpTo notes the block in which keys of a two-byte prefix start: for a
// prefix p, all keys at or after p are in block start[p]-1 or later.
func (k *keyWriter) startsUpTo(p, block int) {
	for ; k.starts <= p; k.starts++ {
		k.w.cols[secKeyStart].put(uint64(block) + 1)
	}
}

func (k *keyWriter) finish() {
	blocks := (k.n + keyStride - 1) / keyStride
	for ; k.starts <= 1<<16; k.starts++ {
		k.w.cols[secKeyStart].put(uint64(blocks))
	}
	slices.Sort(k.skeleton)
	width := 8
	if k.n < 1<<24 {
		width = 6 // 24 bits of the hash, 24 of the key
	}
	for _, s := range k.skeleton {
		hash, key := s>>32, s&(1<<32-1)
		k.w.cols[secSkeleton].put(hash>>(32-4*width)<<(4*width) | key)
	}
	k.w.cols[secSkeleton].max = 1<<(8*width) - 1
}

// foreign reports whether a name may be written in several ways: one of its
// places lies where another script is used.
func (k *keyWriter) foreign(posts []uint64) bool {
	for _, p := range posts {
		if kind := NameKind(p >> 1 & 7); kind > Alternate {
			continue
		}
		if id := p >> 4; id < uint64(len(k.w.transliterated)) && k.w.transliterated[id] {
			return true
		}
	}
	return false
}
