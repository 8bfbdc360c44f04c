package people

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// Kinds corrects the kind of a mention by the whole article: what is a person
// five times is no organisation once. It is an extractor of its own, to be run
// between names and places, so that places reads the corrected kinds. It is
// immutable and safe for concurrent use.
type Kinds struct {
	lexicon  *lexicon
	sessions sync.Pool // *census
}

// Kinds returns the stage that shares the tables of r.
func (r *Resolver) Kinds() *Kinds {
	k := &Kinds{lexicon: r.lexicon}
	k.sessions.New = func() any {
		return &census{votes: map[string]*vote{}, surnames: map[string]int{}, words: map[string]int{}}
	}
	return k
}

// Name returns "kinds".
func (k *Kinds) Name() string { return "kinds" }

// Extract changes the kind of mentions that are PER, ORG or LOC to or from
// PER, and adds "+kinds" to the rule of those that it changes.
func (k *Kinds) Extract(ctx context.Context, d *article.Document) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, c := range k.changes(d) {
		m := &d.Mentions[c.mention]
		m.Kind = c.kind
		if !strings.HasSuffix(m.Rule, changedRule) {
			m.Rule += changedRule
		}
	}
	return nil
}

const changedRule = "+kinds"

// Explain names the mentions at the byte offset (all with at < 0) whose kind was changed.
func (k *Kinds) Explain(ctx context.Context, w io.Writer, d *article.Document, at int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, m := range d.Mentions {
		if !strings.HasSuffix(m.Rule, changedRule) || at >= 0 && (at < m.Start || at >= m.End) {
			continue
		}
		if _, err := fmt.Fprintf(w, "%d-%d %q: %s, as the article has it elsewhere\n", m.Start, m.End, d.TextOf(m.Span), m.Kind); err != nil {
			return err
		}
	}
	return nil
}

// change is a mention and the kind that it takes.
type change struct {
	mention int
	kind    article.Kind
}

// vote counts the kinds of one string in an article, weighed by confidence.
type vote struct {
	weight [article.MISC + 1]float32
	count  [article.MISC + 1]int
}

// census is the scratch memory of one document.
type census struct {
	votes    map[string]*vote
	surnames map[string]int // last word of the full names of people, and how often
	words    map[string]int // words of longer names of organisations and places
}

// What decides when the article overrules a mention. The recogniser reads the
// whole article itself, so that what is left is rare: with lower bars as many
// right kinds became wrong as wrong ones right on the development corpora.
const (
	unsure       = 0.5 // weight of a mention without confidence
	overruleFrom = 4   // mentions of the winning kind
	overruleBy   = 4   // times the weight of the other kinds
	overruleAt   = 0.7 // confidence below which a mention can be overruled
)

func (k *Kinds) changes(d *article.Document) []change {
	c := k.sessions.Get().(*census)
	defer k.sessions.Put(c)
	clear(c.votes)
	clear(c.surnames)
	clear(c.words)
	keys := make([]string, len(d.Mentions))
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Kind != article.PER && m.Kind != article.ORG && m.Kind != article.LOC {
			continue
		}
		keys[i] = text.Fold(d.TextOf(m.Span))
		c.count(keys[i], m)
	}
	var out []change
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if keys[i] == "" {
			continue
		}
		if kind := c.decide(keys[i], m); kind != m.Kind && !told(d, m) {
			out = append(out, change{i, kind})
		}
	}
	return slices.Clip(out)
}

func (c *census) count(key string, m *article.Mention) {
	v := c.votes[key]
	if v == nil {
		v = &vote{}
		c.votes[key] = v
	}
	weight := m.Confidence
	if weight == 0 {
		weight = unsure
	}
	v.weight[m.Kind] += weight
	v.count[m.Kind]++
	last := strings.LastIndexByte(key, ' ')
	if last < 0 {
		return
	}
	if m.Kind == article.PER {
		c.surnames[key[last+1:]]++
		return
	}
	for w := range strings.FieldsSeq(key) {
		c.words[w]++
	}
}

// told reports whether the words beside a mention tell its kind: "the Caloi
// family", "the delivery firm Jumia"; or whether its letters tell nothing.
func told(d *article.Document, m *article.Mention) bool {
	if w := d.TextOf(m.Span); len(w) <= 5 && strings.ToUpper(w) == w {
		return true
	}
	t := d.TokenAt(m.Start)
	if m.Kind == article.PER {
		t = d.TokenAt(m.End)
		return t < len(d.Tokens) && besidePeople[d.TextOf(d.Tokens[t].Span)]
	}
	return t > 0 && besideOthers[d.TextOf(d.Tokens[t-1].Span)]
}

var (
	besidePeople = map[string]bool{"family": true, "brothers": true, "sisters": true, "siblings": true, "clan": true}
	besideOthers = map[string]bool{
		"firm": true, "company": true, "group": true, "agency": true, "club": true, "team": true, "startup": true, "platform": true, "brand": true,
		"in": true, "at": true, "near": true, "town": true, "city": true, "village": true,
	}
)

// decide returns the kind that a mention should have.
func (c *census) decide(key string, m *article.Mention) article.Kind {
	v := c.votes[key]
	best := m.Kind
	for k := article.PER; k <= article.LOC; k++ {
		if v.weight[k] > v.weight[best] {
			best = k
		}
	}
	if m.Confidence >= overruleAt {
		return m.Kind
	}
	if best != m.Kind && (best == article.PER || m.Kind == article.PER) {
		var others float32
		for k := article.PER; k <= article.LOC; k++ {
			if k != best {
				others += v.weight[k]
			}
		}
		if v.count[best] >= overruleFrom && v.weight[best] >= overruleBy*others {
			return best
		}
	}
	// A surname alone: "Ford" where Harrison Ford is and no Ford Motor.
	if m.Kind != article.PER && !strings.Contains(key, " ") && c.surnames[key] > 0 && c.words[key] == 0 &&
		v.count[article.PER] >= v.count[m.Kind] {
		return article.PER
	}
	return m.Kind
}
