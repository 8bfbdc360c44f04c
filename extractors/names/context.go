package names

import (
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxPiece bounds the tokens that are labelled together; longer sentences
// (lists, tables, a file without full stops) are cut, which keeps time and
// memory in proportion to the text.
const maxPiece = 256

// maxOccurrences bounds how many other occurrences of a word are looked at.
const maxOccurrences = 6

// form is a word form in a case mode, with what the model makes of it.
type form struct {
	word
	id     uint64 // hash of bytes and mode
	scores [5][rowWidth]float32
	sum    []float32   // of embeddings; nil until asked for
	lists  [6][]uint64 // features alone, joined, near at -2, -1, +1, +2; kept in training only
}

// capital reports whether the word has a capital letter.
func (w *word) capital() bool { return w.class > lowerCase }

// nameLike reports whether the word is written as names are, or mostly is.
func (w *word) nameLike() bool { return w.class > lowerCase || w.proper }

// docWord is what an article tells about a word in any spelling of its case.
type docWord struct {
	key         uint64
	lower       uint16 // times in lower case
	upper       uint16 // times capitalised inside a sentence of running text
	occurrences uint8
	at          [maxOccurrences + 1]occurrence // capitalised, in running text
}

// occurrence is a token and its sentence.
type occurrence struct{ token, sentence int32 }

// piece is a run of tokens that is labelled together: a sentence, or a part of
// one.
type piece struct {
	sentence    int
	first, last int // tokens
	mode        caseMode
}

// reader walks an article and describes its tokens. It is scratch memory for
// one goroutine, and keeps a bounded cache of word forms between articles.
type reader struct {
	analyst
	forms   []form           // cache of word forms
	formAt  map[uint64]int32 // index in forms by id
	onForm  func(*form)      // completes a new form
	scratch []uint64
	sum     [rowWidth]float32

	d        *article.Document
	sentence int // where the next window begins
	base     int // first token of the window
	limit    int // end of its tokens

	// of the window
	pieces []piece
	ids    []uint64 // of each token, mode left out
	formOf []int32  // form in running text of each token, as of the generation
	wordOf []int32  // index in words of each token; -1 for none
	age    int      // generation of the forms: grows when they are forgotten
	opened int      // generation in which the document was opened; -1 when they changed since
	words  []docWord
	wordAt map[uint64]int32

	now     piece
	line    []int32 // forms of the current piece
	tags    []uint32
	runs    []run
	classes []caseClass
	lengths []int
}

// run is a sequence of capitalised words, with words such as "of" inside.
type run struct{ first, last int32 } // in the piece, inclusive; last < first for none

// maxForms bounds the cache of word forms (about 0.6 kB each).
const maxForms = 1 << 14

func newReader(x *lexicon) *reader {
	return &reader{analyst: analyst{lexicon: x}, formAt: map[uint64]int32{}, wordAt: map[uint64]int32{}}
}

// windowTokens bounds the tokens that are looked at together: what an article
// says about its words, and how the occurrences of a word agree, is known within
// windows of this size. It bounds memory; few articles are longer.
const windowTokens = 1 << 15

// open begins an article; next then goes through its windows.
func (r *reader) open(d *article.Document) {
	r.d, r.sentence, r.limit = d, 0, 0
	if len(d.Sentences) > 0 {
		r.limit = d.Sentences[0].First
	}
}

// next reads through the next window of the article: pieces, case modes, and
// what the window says about each of its words. It returns false after the
// last one.
func (r *reader) next() bool {
	r.pieces, r.ids, r.words = r.pieces[:0], r.ids[:0], r.words[:0]
	r.formOf, r.wordOf = r.formOf[:0], r.wordOf[:0]
	clear(r.wordAt)
	r.opened, r.base = r.age, r.limit
	for r.sentence < len(r.d.Sentences) {
		s := r.d.Sentences[r.sentence]
		first := max(r.limit, s.First)
		if len(r.pieces) > 0 && (min(s.Last, first+maxPiece)-r.base > windowTokens || first != r.base+len(r.ids)) {
			return true // full, or tokens that no sentence holds
		}
		if first >= s.Last {
			r.sentence++
			continue
		}
		if len(r.pieces) == 0 {
			r.base = first
		}
		p := piece{sentence: r.sentence, first: first, last: min(first+maxPiece, s.Last)}
		for i := p.first; i < p.last; i++ {
			t := r.d.Tokens[i]
			r.ids = append(r.ids, hashString(clipWord(r.d.Text[t.Start:t.End])))
		}
		r.limit = p.last
		r.survey(&p)
		r.pieces = append(r.pieces, p)
	}
	return len(r.pieces) > 0
}

// survey finds a piece's case mode and counts its words.
func (r *reader) survey(p *piece) {
	if len(r.forms) > maxForms {
		r.forgetForms()
	}
	r.classes, r.lengths, r.line = r.classes[:0], r.lengths[:0], r.line[:0]
	for i := p.first; i < p.last; i++ {
		f := r.form(i, running)
		r.line = append(r.line, f)
		r.classes = append(r.classes, r.forms[f].class)
		r.lengths = append(r.lengths, int(r.forms[f].runes))
	}
	p.mode = modeOf(r.classes, r.lengths)
	r.formOf = append(r.formOf, r.line...)
	first := true
	for i, f := range r.line {
		w := &r.forms[f].word
		if w.class == noLetter {
			r.wordOf = append(r.wordOf, -1)
			continue
		}
		at := r.count(w, occurrence{int32(p.first + i), int32(p.sentence)}, first, p.mode)
		r.wordOf = append(r.wordOf, at)
		first = false
	}
}

// count takes a word into what the document says about it, and returns its
// index in words.
func (r *reader) count(w *word, o occurrence, first bool, mode caseMode) int32 {
	at, ok := r.wordAt[w.key]
	if !ok {
		at = int32(len(r.words))
		r.wordAt[w.key] = at
		r.words = append(r.words, docWord{key: w.key})
	}
	dw := &r.words[at]
	switch {
	case w.class == lowerCase:
		dw.lower = min(dw.lower+1, 1000)
	case mode == running:
		if !first {
			dw.upper = min(dw.upper+1, 1000)
		}
		if int(dw.occurrences) < len(dw.at) {
			dw.at[dw.occurrences] = o
			dw.occurrences++
		}
	}
	return at
}

func (r *reader) forgetForms() {
	r.forms = r.forms[:0]
	clear(r.formAt)
	r.age++
}

// runningForm returns the form of a token in running text.
func (r *reader) runningForm(token int) int32 {
	if r.opened == r.age {
		return r.formOf[token-r.base]
	}
	return r.form(token, running)
}

// known returns the index in words of the piece's token i; -1 for none.
func (r *reader) known(i int) int32 { return r.wordOf[r.now.first+i-r.base] }

// form returns the index of a token's form, made when it is new.
func (r *reader) form(token int, mode caseMode) int32 {
	id := r.ids[token-r.base] ^ uint64(mode)<<1
	if f, ok := r.formAt[id]; ok {
		return f
	}
	t := r.d.Tokens[token]
	n := len(r.forms)
	if n < cap(r.forms) {
		r.forms = r.forms[:n+1] // keeps the memory of an earlier form's lists
	} else {
		r.forms = append(r.forms, form{})
	}
	f := &r.forms[n]
	f.id, f.sum = id, f.sum[:0]
	f.lists[0] = r.analyst.form(f.lists[0][:0], &f.word, clipWord(r.d.Text[t.Start:t.End]), mode)
	f.lists[1] = r.joined(f.lists[1][:0], &f.word, mode)
	for o := range 4 {
		f.lists[2+o] = r.neighbour(f.lists[2+o][:0], &f.word, o)
	}
	r.formAt[id] = int32(n)
	if r.onForm != nil {
		r.onForm(f)
	}
	return int32(n)
}

// enter prepares a piece: forms, gazetteer phrases, runs of capitals.
func (r *reader) enter(p piece) {
	if len(r.forms) > maxForms {
		r.forgetForms()
	}
	r.now, r.line = p, r.line[:0]
	if p.mode == running && r.opened == r.age {
		r.line = append(r.line, r.formOf[p.first-r.base:p.last-r.base]...)
	} else {
		for i := p.first; i < p.last; i++ {
			r.line = append(r.line, r.form(i, p.mode))
		}
	}
	r.findPhrases()
	r.findRuns()
}

func (r *reader) word(i int) *word { return &r.forms[r.line[i]].word }

// findPhrases marks the longest gazetteer and lexicon phrases: tag is types
// shifted by two, and the place in the phrase; 0 is none.
func (r *reader) findPhrases() {
	r.tags = append(r.tags[:0], make([]uint32, len(r.line))...)
	if r.without.noPhrases {
		return
	}
	for i := 0; i < len(r.line); {
		w := r.word(i)
		end, types := i, uint16(0)
		if w.nameLike() || r.now.mode == lowered && w.class == lowerCase {
			if w.phrases != 0 {
				end, types = i+1, w.phrases
			}
			c := w.chain
			for j := i + 1; j < len(r.line) && j < i+int(w.longest); j++ {
				v := r.word(j)
				if v.chain.power == 1 { // no letters: a mark
					continue
				}
				c = c.join(v.chain)
				if t := r.lexicon.phrasesOf(c); t != 0 {
					end, types = j+1, t
				}
			}
		}
		if types == 0 {
			i++
			continue
		}
		for j := i; j < end; j++ {
			r.tags[j] = uint32(types)<<2 | phrasePlace(j-i, end-i)
		}
		i = end
	}
}

func phrasePlace(i, n int) uint32 {
	switch {
	case n == 1:
		return single
	case i == 0:
		return begin
	case i == n-1:
		return last
	}
	return inside
}

// connectors may stand inside a run of capitalised words.
var connectors = func() map[uint64]bool {
	m := map[uint64]bool{}
	for _, w := range []string{"of", "&", "-", "de", "la", "del", "al", "bin", "ibn", "van", "von", "der", "for"} {
		m[hashRunes([]rune(w))] = true
	}
	return m
}()

func (r *reader) findRuns() {
	r.runs = r.runs[:0]
	for range r.line {
		r.runs = append(r.runs, run{0, -1})
	}
	if r.now.mode != running || r.without.noRuns {
		return
	}
	n := len(r.line)
	for i := 0; i < n; {
		if !r.word(i).capital() {
			i++
			continue
		}
		end := i + 1
		for end < n && (r.word(end).capital() || end+1 < n && r.word(end+1).capital() && connectors[r.word(end).lower]) {
			end++
		}
		for j := i; j < end; j++ {
			r.runs[j] = run{int32(i), int32(end - 1)}
		}
		i = end
	}
}
