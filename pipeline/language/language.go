// Package language tells in which language an article is written, so that
// articles that are not English are not read as if they were.
//
// Languages of one script are told apart by their small words, which a news
// text cannot do without. The package rather says that it does not know than
// that an English text is none: lists, tables, names and most texts of a few
// words give no answer.
package language

import (
	_ "embed"
	"fmt"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// English is the tag of the language that the extractors read.
const English = "en"

//go:embed words.tsv
var wordsTSV string

// A Recogniser tells languages. It is immutable and safe for concurrent use.
type Recogniser struct {
	tags  []string
	in    []*unicode.RangeTable // the script of each
	words map[string]uint64     // lower-case word to the set of languages that have it, as bits by index into tags
}

// New builds a Recogniser from the embedded words.
func New() (*Recogniser, error) { return parse(wordsTSV) }

func parse(tsv string) (*Recogniser, error) {
	r := &Recogniser{words: map[string]uint64{}}
	n := 0
	for line := range strings.Lines(tsv) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[0] == "" || unicode.Scripts[f[1]] == nil || f[2] == "" {
			return nil, fmt.Errorf("words.tsv:%d: want tag, script and words", n)
		}
		if len(r.tags) == most {
			return nil, fmt.Errorf("words.tsv:%d: more than %d languages", n, most)
		}
		for _, w := range strings.Fields(f[2]) {
			if first, _ := utf8.DecodeRuneInString(w); !unicode.Is(unicode.Scripts[f[1]], first) || strings.ToLower(w) != w {
				return nil, fmt.Errorf("words.tsv:%d: %q is no lower-case word in %s letters", n, w, f[1])
			}
			r.words[w] |= 1 << len(r.tags)
		}
		r.tags, r.in = append(r.tags, f[0]), append(r.in, unicode.Scripts[f[1]])
	}
	if len(r.tags) == 0 || r.tags[0] != English {
		return nil, fmt.Errorf("words.tsv: the first language must be %s", English)
	}
	return r, nil
}

const (
	most      = 64      // languages: the bits of a set
	window    = 2 << 10 // bytes looked at, in each of three places of a long text
	minWords  = 12      // in small letters: fewer tell nothing
	minHits   = 5       // small words that must be of one language
	minKinds  = 4       // of which so many different ones
	minShare  = .10     // of all words in small letters; English news has .40, Finnish .13
	fewKinds  = 3       // different small words of a language, and none of English, that tell a few words from English
	fewShare  = .25     // of them among all words in small letters
	foreign   = .60     // share of letters in another script from which a text is not English
	fewForign = 20      // letters of another script that say anything
)

// Recognise returns the language of a text as a BCP 47 tag; "" when it is not
// clear. A script that several languages share gives "und" with the script,
// such as und-Cyrl, where its words do not tell which of them it is. It looks at the beginning,
// the middle and the end of a long text: when one of them is English, the
// text is not taken for another language.
func (r *Recogniser) Recognise(text string) string {
	var all tally
	english := false
	for _, w := range windows(text) {
		t := tally{kinds: all.kinds}
		r.count(w, &t)
		english = english || r.latin(&t) == English
		all.add(&t)
	}
	tag := r.judge(&all)
	if english && tag != English {
		return ""
	}
	return tag
}

// windows returns the parts of a text to look at.
func windows(text string) []string {
	if len(text) <= 3*window {
		return []string{text}
	}
	middle := len(text)/2 - window/2
	return []string{text[:window], text[middle : middle+window], text[len(text)-window:]}
}

// tally is what is counted in a text.
type tally struct {
	letters [len(scripts)]int // by script
	words   int               // Latin words in small letters
	hits    [most]int         // small words of each language
	kinds   map[string]uint64 // those seen
}

func (t *tally) add(o *tally) {
	for i, n := range o.letters {
		t.letters[i] += n
	}
	for i, n := range o.hits {
		t.hits[i] += n
	}
	t.words += o.words
	t.kinds = o.kinds
}

// scripts are those that are told apart. Only is the language that alone
// writes in a script, as far as news goes.
var scripts = [...]struct {
	table *unicode.RangeTable
	tag   string
	only  string
}{
	{unicode.Latin, "Latn", ""},
	{unicode.Cyrillic, "Cyrl", ""},
	{unicode.Arabic, "Arab", ""},
	{unicode.Devanagari, "Deva", ""},
	{unicode.Han, "Hani", "zh"},
	{unicode.Hiragana, "Jpan", "ja"},
	{unicode.Katakana, "Jpan", "ja"},
	{unicode.Hangul, "Kore", "ko"},
	{unicode.Greek, "Grek", "el"},
	{unicode.Hebrew, "Hebr", "he"},
	{unicode.Thai, "Thai", "th"},
	{unicode.Armenian, "Armn", "hy"},
	{unicode.Georgian, "Geor", "ka"},
	{unicode.Ethiopic, "Ethi", "am"},
	{unicode.Bengali, "Beng", "bn"},
	{unicode.Tamil, "Taml", "ta"},
	{unicode.Telugu, "Telu", "te"},
	{unicode.Gujarati, "Gujr", "gu"},
	{unicode.Gurmukhi, "Guru", "pa"},
	{unicode.Kannada, "Knda", "kn"},
	{unicode.Malayalam, "Mlym", "ml"},
	{unicode.Sinhala, "Sinh", "si"},
	{unicode.Khmer, "Khmr", "km"},
	{unicode.Lao, "Laoo", "lo"},
	{unicode.Myanmar, "Mymr", "my"},
	{unicode.Tibetan, "Tibt", "bo"},
}

const (
	latin  = 0 // indexes into scripts
	han    = 4
	hira   = 5
	kata   = 6
	hangul = 7
)

func scriptOf(c rune) int {
	if c < 0x250 {
		return latin
	}
	for i := range scripts {
		if unicode.Is(scripts[i].table, c) {
			return i
		}
	}
	return -1
}

// count adds the words of a window.
func (r *Recogniser) count(text string, t *tally) {
	if t.kinds == nil {
		t.kinds = map[string]uint64{}
	}
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(c) {
			i += n
			continue
		}
		end := i
		small := !unicode.IsUpper(c)
		if small && scriptOf(c) == latin {
			t.words++
		}
		for end < len(text) {
			c, n := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsLetter(c) && !unicode.IsMark(c) {
				break
			}
			if script := scriptOf(c); script >= 0 {
				t.letters[script]++
			}
			end += n
		}
		if small {
			if set := r.words[text[i:end]]; set != 0 {
				t.kinds[text[i:end]] = set
				for ; set != 0; set &= set - 1 {
					t.hits[bits.TrailingZeros64(set)]++
				}
			}
		}
		i = end
	}
}

// judge decides by script first, then by words.
func (r *Recogniser) judge(t *tally) string {
	total, other := 0, 0
	for i, n := range t.letters {
		total += n
		if i != latin {
			other += n
		}
	}
	if other < fewForign || float64(other) < foreign*float64(total) {
		return r.latin(t)
	}
	top := han
	for i, n := range t.letters {
		if i != latin && n > t.letters[top] {
			top = i
		}
	}
	switch {
	case top == han && 10*(t.letters[hira]+t.letters[kata]) > t.letters[han]:
		return "ja"
	case top == han && 2*t.letters[hangul] > t.letters[han]:
		return "ko"
	case scripts[top].only != "":
		return scripts[top].only
	}
	best := r.best(t, scripts[top].table)
	if best == 0 || t.hits[best] < 3 || r.tied(t, best) {
		return "und-" + scripts[top].tag
	}
	return r.tags[best]
}

// latin decides about a text in Latin letters.
func (r *Recogniser) latin(t *tally) string {
	en, best := t.hits[0], r.best(t, unicode.Latin)
	switch {
	case enough(t, 0, en) && 4*en >= 5*t.hits[best]:
		return English
	case best == 0:
	case enough(t, best, t.hits[best]) && 2*en <= t.hits[best]:
		return r.tags[best]
	case few(t, best) && 4*en <= t.hits[best] && r.tied(t, best):
		return "und-Latn"
	case few(t, best) && 4*en <= t.hits[best]:
		return r.tags[best]
	}
	return ""
}

// few reports whether a text too short for enough is in a language other than
// English all the same. Of 79,000 short pieces of English it takes none, and
// four in five foreign ones of 150 letters are told with it, where it was one
// in two (docs/experiments/runs.md).
func few(t *tally, lang int) bool {
	if float64(t.hits[lang]) < fewShare*float64(t.words) {
		return false
	}
	kinds := 0
	for word, set := range t.kinds {
		if set&1 == 0 && utf8.RuneCountInString(word) > 1 { // one letter may be what is left of "Harper's"
			kinds += int(set >> lang & 1)
		}
	}
	return kinds >= fewKinds
}

// enough reports whether the words of a language are many and different enough.
func enough(t *tally, lang, hits int) bool {
	if t.words < minWords || hits < minHits || float64(hits) < minShare*float64(t.words) {
		return false
	}
	kinds := 0
	for _, set := range t.kinds {
		kinds += int(set >> lang & 1)
	}
	return kinds >= minKinds
}

// best returns the language other than English of a script with most hits; of
// several the first of the table, of none 0.
func (r *Recogniser) best(t *tally, script *unicode.RangeTable) int {
	best := 0
	for i := 1; i < len(r.tags); i++ {
		if r.in[i] == script && t.hits[i] > 0 && (best == 0 || t.hits[i] > t.hits[best]) {
			best = i
		}
	}
	return best
}

func (r *Recogniser) tied(t *tally, best int) bool {
	for i := 1; i < len(r.tags); i++ {
		if i != best && t.hits[i] == t.hits[best] {
			return true
		}
	}
	return false
}
