package people

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/text"
)

// part is one part of a name as it is compared.
type part struct {
	key      string    // folded: "sudani" of "al-Sudani", "abdmahdi" of "Abdul Mahdi"
	alt      [2]string // what it is called for short: "mahdi" of "Abdul Mahdi", "zeta" and "jones" of "Zeta-Jones"
	servant  bool      // "Abdul Mahdi"
	initial  bool      // one letter
	particle bool      // stands behind "van", "de" and the like
	patronym bool      // stands behind "bin" and the like
	weak     bool      // "Al" in front: an article or a given name
}

// maxParts is the number of parts of a name that are compared; the rest is
// left out from the middle.
const maxParts = 8

// personName is a name taken apart: "Mohammed bin Salman Jr." The zero value
// is a name without parts, which joins nothing but its equal.
type personName struct {
	folded string // the whole, folded
	parts  []part // given names first, surname last
	nick   string // between quotation marks
	suffix string // "jr"
	gender gender // by the given name
}

func (n *personName) last() *part  { return &n.parts[len(n.parts)-1] }
func (n *personName) first() *part { return &n.parts[0] }

// single returns the part of a name that has no other, nil when there are more or none.
func (n *personName) single() *part {
	if len(n.parts) == 1 || len(n.parts) == 2 && n.parts[0].weak {
		return n.last()
	}
	return nil
}

// called reports whether key is short for the part.
func (p *part) called(key string) bool { return key != "" && (key == p.alt[0] || key == p.alt[1]) }

// full reports whether given name and surname are there.
func (n *personName) full() bool { return len(n.parts) > 1 && n.single() == nil }

// parse takes a name apart. The name is as written, without titles.
func (x *lexicon) parse(name string) *personName {
	n := &personName{folded: text.Fold(name)}
	b := nameBuilder{lexicon: x, name: n, mono: !strings.ContainsFunc(name, unicode.IsLower)}
	inNick := false
	fields := strings.Fields(name)
	for i, w := range fields {
		w = strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s")
		opens := strings.IndexAny(w, "\"“„(") == 0
		closes := strings.LastIndexAny(w, "\"”)") > 0
		if opens || inNick {
			if k := text.Fold(strings.Trim(w, "\"“”„().,")); n.nick == "" && k != "" {
				n.nick = k
			}
			inNick = !closes
			continue
		}
		b.word(strings.Trim(w, ",;:.()[]\"“”"), w, i == len(fields)-1)
	}
	b.flush()
	if len(n.parts) > maxParts {
		n.parts = append(n.parts[:maxParts-1], *n.last())
	}
	if len(n.parts) > 0 && !n.parts[0].initial {
		n.gender = x.given[n.parts[0].key]
	}
	return n
}

// nameBuilder collects the parts of a name from its words.
type nameBuilder struct {
	*lexicon
	name    *personName
	mono    bool   // written in one case
	prefix  string // what is written together with the next part: "abd", "abu", "st"
	pending part   // flags for the next part
	held    string // the particle that stands for itself if nothing follows
}

// word adds a word; raw is the word with the marks at its ends.
func (b *nameBuilder) word(w, raw string, last bool) {
	if w == "" {
		return
	}
	f := text.Fold(w)
	if f == "" {
		return
	}
	sub := strings.Fields(f)
	if len(sub) > 1 {
		b.compound(sub)
		return
	}
	if b.initials(f, w, raw) {
		return
	}
	first := len(b.name.parts) == 0 && b.prefix == "" && b.held == ""
	switch c := b.particles[f]; {
	case c == suffixWord && last && !first:
		b.name.suffix = f
	case c == noParticle || last || c == suffixWord:
		b.part(f)
	case first && (f == "ben" || f == "st" && !strings.HasPrefix(raw, "St") || c == conjunction):
		b.part(f)
	case c == arabicArticle && first && startsUpper(w) && (f == "al" || f == "el"):
		b.pending.weak = true
		b.part(f)
	case c == arabicArticle && !(f == "al" || f == "el" || f == "ul"):
		b.part(f)
	case c == arabicArticle || c == conjunction:
		b.held = f
	default:
		b.small(f, c)
	}
}

// small notes a particle before a part.
func (b *nameBuilder) small(f string, c particle) {
	b.held = f
	switch c {
	case servant:
		b.prefix += "abd"
	case kunya:
		b.prefix += "abu"
	case glue:
		b.prefix += f
	case patronym:
		b.pending.patronym = true
	case surnameParticle:
		b.pending.particle = true
	}
}

// part adds a part with what was noted before it.
func (b *nameBuilder) part(key string) {
	p := b.pending
	if b.prefix != "" && b.prefix != "abu" && len(key) > 2 {
		p.alt[0], p.servant = key, b.prefix == "abd"
	}
	p.key = b.prefix + servantForm(key)
	b.name.parts = append(b.name.parts, p)
	b.pending, b.prefix, b.held = part{}, "", ""
}

// flush adds a particle that nothing followed.
func (b *nameBuilder) flush() {
	if b.held != "" {
		key := b.held
		b.pending, b.prefix, b.held = part{}, "", ""
		b.part(key)
	}
}

// compound adds a hyphenated word.
func (b *nameBuilder) compound(sub []string) {
	for len(sub) > 1 {
		c := b.particles[sub[0]]
		switch c {
		case arabicArticle:
		case servant, kunya, patronym:
			b.small(sub[0], c)
		default:
			if len(sub[0]) >= 3 && len(sub[len(sub)-1]) >= 3 {
				b.pending.alt = [2]string{sub[0], sub[len(sub)-1]}
			}
			b.part(strings.Join(dropArticles(b.lexicon, sub), ""))
			return
		}
		sub = sub[1:]
	}
	b.part(sub[0])
}

// dropArticles drops the articles inside a compound: "Nur-al-Din".
func dropArticles(x *lexicon, sub []string) []string {
	out := sub[:1:1]
	for i, s := range sub[1:] {
		if i+2 < len(sub) && x.particles[s] == arabicArticle {
			continue
		}
		out = append(out, s)
	}
	return out
}

// initials adds "J.", "J.K." or "JK" as initials.
func (b *nameBuilder) initials(f, w, raw string) bool {
	n := utf8.RuneCountInString(f)
	dotted := strings.Contains(w, ".") || strings.HasSuffix(raw, ".")
	switch {
	case n == 1:
	case n <= 3 && dotted && strings.Count(w, ".") >= n-1 && startsUpper(w):
	case n == 2 && !b.mono && len(b.name.parts) == 0 && strings.ToUpper(w) == w && !strings.ContainsAny(f, "aeiouy") && b.particles[f] == noParticle:
	default:
		return false
	}
	if b.held != "" {
		b.flush()
	}
	for _, r := range f {
		b.name.parts = append(b.name.parts, part{key: string(r), initial: true})
	}
	return true
}

// servantForm brings the spellings of a name with "servant of" written in one word together: "Abdulmahdi", "Abdelmahdi".
func servantForm(key string) string {
	for _, p := range [...]string{"abdul", "abdel", "abdal", "abdol"} {
		if rest, ok := strings.CutPrefix(key, p); ok && len(rest) >= 4 {
			return "abd" + rest
		}
	}
	return key
}

func startsUpper(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}
