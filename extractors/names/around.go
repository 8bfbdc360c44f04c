package names

import "math/bits"

// Features of a token among others: its neighbours, the phrase and the run of
// capitals that it is part of, the lines around, its other occurrences.

// outer is the hash of what lies beyond a piece.
const outer = 0x6f75746572

func (r *reader) lowerAt(i int) uint64 {
	if i < 0 || i >= len(r.line) {
		return outer
	}
	return r.word(i).lower
}

func (r *reader) shapeAt(i int) uint64 {
	if i < 0 || i >= len(r.line) {
		return outer
	}
	return r.word(i).shape
}

// between appends the features of token i that no single word decides. Tokens
// far from any capital letter have none.
func (r *reader) between(fs []uint64, i int) []uint64 {
	w := r.word(i)
	if r.now.mode != lowered && !w.nameLike() && !(i > 0 && r.word(i-1).capital()) && !(i+1 < len(r.line) && r.word(i+1).capital()) {
		return fs
	}
	before, after := r.lowerAt(i-1), r.lowerAt(i+1)
	if !r.without.noPairs {
		fs = append(fs, feature2(tPairBefore, before, w.lower), feature2(tPairAfter, w.lower, after),
			feature3(tShapes, r.shapeAt(i-1), w.shape, r.shapeAt(i+1)),
			feature3(tShapesLeft, r.shapeAt(i-2), r.shapeAt(i-1), w.shape),
			feature3(tShapesRight, w.shape, r.shapeAt(i+1), r.shapeAt(i+2)))
		fs = r.paths(fs, w, i)
	}
	fs = append(fs, feature3(tPlace, uint64(min(r.now.sentence, 3)), uint64(place(i)), uint64(w.class)<<2|uint64(r.now.mode)))
	if i == 0 {
		fs = append(fs, feature2(tFirstClass, uint64(w.class), uint64(r.now.mode)))
	}
	if i == len(r.line)-1 {
		fs = append(fs, feature2(tLastClass, uint64(w.class), uint64(r.now.mode)))
	}
	fs = r.phraseFeatures(fs, w, i)
	fs = r.runFeatures(fs, i)
	return r.lineFeatures(fs, i)
}

func place(i int) int {
	switch {
	case i == 0:
		return 0
	case i <= 3:
		return 1
	}
	return 2
}

func (r *reader) paths(fs []uint64, w *word, i int) []uint64 {
	x := r.lexicon
	for k, n := range [2]uint8{8, 12} {
		c := w.reuters(x, n)
		if c == 0 {
			continue
		}
		if i > 0 {
			if b := r.word(i-1).reuters(x, n); b != 0 {
				fs = append(fs, feature2(tPathsBefore+template(k), b, c))
			}
		}
		if i+1 < len(r.line) {
			if b := r.word(i+1).reuters(x, n); b != 0 {
				fs = append(fs, feature2(tPathsAfter+template(k), c, b))
			}
		}
	}
	return fs
}

func (r *reader) phraseFeatures(fs []uint64, w *word, i int) []uint64 {
	tag := uint64(r.tags[i])
	if tag != 0 {
		fs = phraseBits(fs, tag)
		fs = append(fs, feature(tPhrase, tag), feature3(tPhraseShape, tag, w.shape, uint64(r.now.mode)))
	}
	var b, a uint64
	if i > 0 {
		b = uint64(r.tags[i-1])
	}
	if i+1 < len(r.tags) {
		a = uint64(r.tags[i+1])
	}
	if b != 0 {
		fs = append(fs, feature2(tPhraseBefore, b, uint64(w.class)))
	}
	if a != 0 {
		fs = append(fs, feature2(tPhraseAfter, a, uint64(w.class)))
	}
	if b|a != 0 && tag != 0 {
		fs = append(fs, feature3(tPhraseAround, b, tag, a))
	}
	return fs
}

func (r *reader) runFeatures(fs []uint64, i int) []uint64 {
	u := r.runs[i]
	if u.last < u.first {
		return fs
	}
	n := int(u.last - u.first + 1)
	fromStart, fromEnd := uint64(min(int32(i)-u.first, 3)), uint64(min(u.last-int32(i), 3))
	at := fromStart<<2 | fromEnd
	fs = append(fs, feature(tRunPlace, at), feature2(tRunLength, uint64(min(n, 6)), at),
		feature2(tRunBefore, r.lowerAt(int(u.first)-1), min(fromStart, 1)),
		feature2(tRunAfter, r.lowerAt(int(u.last)+1), min(fromEnd, 1)))
	fw, lw := r.word(int(u.first)), r.word(int(u.last))
	lists := uint64(fw.gender.lists)<<2 | uint64(lw.gender.lists)
	if u.first == 0 && len(r.line)-int(u.last) <= 2 { // the whole piece, but perhaps for a final mark
		fs = append(fs, feature2(tAlone, uint64(min(n, 6)), at), feature3(tAloneNames, uint64(min(n, 6)), at, lists))
	}
	if n == 1 {
		return fs
	}
	fs = append(fs, feature3(tRunNames, uint64(min(n, 6)), at, lists),
		feature3(tRunGenders, uint64(fw.gender.first), uint64(lw.gender.last), at))
	fs = append(fs, feature2(tRunFirst, r.lowerAt(int(u.first)), min(fromStart, 1)),
		feature2(tRunLast, lw.lower, min(fromEnd, 1)))
	if c := lw.reuters(r.lexicon, 12); c != 0 {
		fs = append(fs, feature2(tRunLastPath, c, min(fromEnd, 1)))
	}
	if lw.phrases != 0 {
		fs = append(fs, feature2(tRunLastPhrase, uint64(lw.phrases), min(fromEnd, 1)))
	}
	return fs
}

// lineFeatures appends what the lines before and after a piece end and begin
// with, for capitalised words at its ends: "Regards," stands before a
// signature.
func (r *reader) lineFeatures(fs []uint64, i int) []uint64 {
	if r.without.noLines || !r.word(i).capital() {
		return fs
	}
	if i < 2 {
		before, last := uint64(outer), uint64(outer)
		if t := r.now.first - 1; t >= r.base {
			last = r.forms[r.runningForm(t)].lower
			if t > r.base {
				before = r.forms[r.runningForm(t-1)].lower
			}
		}
		fs = append(fs, feature2(tLineBefore, before, uint64(i)), feature2(tLineBeforeLast, last, uint64(i)))
	}
	if n := len(r.line); n-i <= 2 {
		next := uint64(outer)
		if t := r.now.last; t < r.limit {
			next = r.forms[r.runningForm(t)].lower
		}
		fs = append(fs, feature2(tLineAfter, next, uint64(n-i)))
	}
	return fs
}

// elsewhere appends what the other occurrences of a capitalised word in the
// article say; these features serve the CRF and the network.
func (r *reader) elsewhere(fs []uint64, i int) []uint64 {
	w := r.word(i)
	if !w.nameLike() || r.without.noDocument {
		return fs
	}
	dw := &r.words[r.known(i)]
	head := uint64(r.now.mode)
	if i == 0 {
		head |= 4
	}
	head |= uint64(w.class) << 3
	low, up := bucket(dw.lower), bucket(dw.upper)
	fs = append(fs, feature2(tDocLower, low, head), feature2(tDocUpper, up, head), feature3(tDocBoth, low, up, head))
	token := r.now.first + i
	start, seen := len(fs), 0
	for _, o := range dw.at[:dw.occurrences] {
		if int(o.token) == token || seen == maxOccurrences {
			continue
		}
		seen++
		fs = r.occurrence(fs, int(o.token), int(o.sentence))
	}
	return fs[:start+unique(fs[start:])]
}

// unique moves the first of each value to the front, in order, and returns
// their number. The lists are short.
func unique(fs []uint64) int {
	n := 0
next:
	for _, f := range fs {
		for _, g := range fs[:n] {
			if f == g {
				continue next
			}
		}
		fs[n] = f
		n++
	}
	return n
}

// bucket folds a count to 0, 1, 2 to 3, more.
func bucket(n uint16) uint64 {
	switch {
	case n < 2:
		return uint64(n)
	case n < 4:
		return 2
	}
	return 3
}

// occurrence describes the surroundings of another occurrence of a word.
func (r *reader) occurrence(fs []uint64, token, sentence int) []uint64 {
	x := r.lexicon
	s := r.d.Sentences[sentence]
	shapeBefore, shapeAfter := uint64(outer), uint64(outer)
	if token > max(s.First, r.base) {
		b := &r.forms[r.runningForm(token-1)].word
		shapeBefore = b.shape
		fs = append(fs, feature(tDocBefore, b.lower))
		if c := b.reuters(x, 10); c != 0 {
			fs = append(fs, feature(tDocPathBefore, c))
		}
	} else {
		fs = append(fs, feature(tDocBefore, outer))
	}
	if token+1 < min(s.Last, r.limit) {
		a := &r.forms[r.runningForm(token+1)].word
		shapeAfter = a.shape
		fs = append(fs, feature(tDocAfter, a.lower))
		if c := a.reuters(x, 10); c != 0 {
			fs = append(fs, feature(tDocPathAfter, c))
		}
	} else {
		fs = append(fs, feature(tDocAfter, outer))
	}
	return append(fs, feature2(tDocShapes, shapeBefore, shapeAfter))
}

// networkContext appends the features between words that the network takes;
// what stands beside a token it sees for itself.
func (r *reader) networkContext(fs []uint64, i int) []uint64 {
	w := r.word(i)
	fs = append(fs, feature3(tPlace, uint64(min(r.now.sentence, 3)), uint64(place(i)), uint64(w.class)<<2|uint64(r.now.mode)))
	if tag := uint64(r.tags[i]); tag != 0 {
		fs = phraseBits(fs, tag)
	}
	return r.lineFeatures(r.runFeatures(fs, i), i)
}

// phraseBits appends each type of a phrase by itself.
func phraseBits(fs []uint64, tag uint64) []uint64 {
	for set := tag >> 2; set != 0; set &= set - 1 {
		fs = append(fs, feature2(tPhraseBit, uint64(bits.TrailingZeros64(set)), tag&3))
	}
	return fs
}
