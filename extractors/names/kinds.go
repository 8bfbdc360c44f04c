package names

import (
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// What stands beside a name decides its kind where the model's confidence is
// below doubtful. Of the annotated names right before the words of sites.tsv 97
// in 100 are places, of those right behind a title 99 are people
// (docs/experiments/names.md); besideConfidence is an estimate below that,
// since the model saw reasons against it, too rare to be measured.
const (
	doubtful         = 0.8
	besideConfidence = 0.85
)

// teamConfidence is a little less than the share of teams among the annotated
// names of towns that markTeams was about (59 of 62, docs/experiments/names.md)
// before it asked for more.
const teamConfidence = 0.93

// told is a name and the kind that the model gave it; retelling is another kind.
type (
	told struct {
		name string
		kind article.Kind
	}
	retelling struct {
		kind article.Kind
		rule string
	}
)

// markBeside gives doubtful mentions the kind that the words beside them tell,
// and with them the doubtful mentions of the same name.
func (x *decoder) markBeside(d *article.Document) {
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Confidence >= doubtful {
			continue
		}
		name := told{d.TextOf(m.Span), m.Kind}
		if _, known := x.retold[name]; known {
			continue
		}
		if kind, rule := x.kindBeside(d, m); kind != article.NoKind {
			if x.retold == nil {
				x.retold = map[told]retelling{}
			}
			x.retold[name] = retelling{kind, rule}
		}
	}
	if len(x.retold) == 0 {
		return
	}
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if to, ok := x.retold[told{d.TextOf(m.Span), m.Kind}]; ok && m.Confidence < doubtful {
			m.Kind, m.Confidence, m.Rule = to.kind, besideConfidence, to.rule
		}
	}
	clear(x.retold)
}

// kindBeside is the kind that the words beside a mention tell, or its own last
// word; NoKind when they tell nothing, or what the model says.
func (x *decoder) kindBeside(d *article.Document, m *article.Mention) (kind article.Kind, rule string) {
	w := x.model.words
	switch m.Kind {
	case article.ORG, article.PER:
		if behind(d, m, w.sites) >= 0 || endsIn(d, m, w.sites) && !x.acts(d, m) {
			return article.LOC, "names/site"
		}
	}
	switch m.Kind {
	case article.ORG, article.LOC:
		if d.TokenAt(m.End-1) != d.TokenAt(m.Start) && before(d, m, w.titles) {
			return article.PER, "names/title"
		}
	}
	if m.Kind != article.ORG && behind(d, m, w.models) >= 0 && (w.products[d.TextOf(m.Span)] || x.lexicon.typesOf(d.TextOf(m.Span))&(phraseDemonym|phraseCountry|phraseGroup) == 0) {
		return article.MISC, "names/model"
	}
	return article.NoKind, ""
}

// before reports whether one to three words of a list stand right before a
// mention, in its sentence.
func before(d *article.Document, m *article.Mention, list map[string]bool) bool {
	first := d.TokenAt(m.Start)
	for t := first - 1; t >= max(d.Sentences[m.Sentence].First, first-3); t-- {
		if list[strings.TrimSuffix(d.Text[d.Tokens[t].Start:d.Tokens[first-1].End], ".")] {
			return true
		}
	}
	return false
}

// behind returns the token after the one or two words of a list that stand
// right behind a mention, in its sentence; -1 when none do.
func behind(d *article.Document, m *article.Mention, list map[string]bool) int {
	t, end := d.TokenAt(m.End-1)+1, d.Sentences[m.Sentence].Last
	switch {
	case t >= end:
		return -1
	case t+1 < end && list[d.Text[d.Tokens[t].Start:d.Tokens[t+1].End]]:
		return t + 2
	case list[d.TextOf(d.Tokens[t].Span)]:
		return t + 1
	}
	return -1
}

// endsIn reports whether a mention of two capitalised words and more ends in one
// of a list. "The Peninsula" is one word.
func endsIn(d *article.Document, m *article.Mention, list map[string]bool) bool {
	first, last := d.TokenAt(m.Start), d.TokenAt(m.End-1)
	if first == last || !list[d.TextOf(d.Tokens[last].Span)] {
		return false
	}
	for t := first; t < last; t++ {
		if w := d.TextOf(d.Tokens[t].Span); lowerASCII(w[0]) || strings.EqualFold(w, "the") {
			return false
		}
	}
	return true
}

// acts reports whether a mention that ends as places do is somebody all the
// same: it speaks, or begins with a given name and nobody is on or near it.
func (x *decoder) acts(d *article.Document, m *article.Mention) bool {
	if behind(d, m, x.model.words.speech) >= 0 {
		return true
	}
	first := d.TokenAt(m.Start)
	if m.Kind != article.PER || first > d.Sentences[m.Sentence].First && x.model.words.roads[d.TextOf(d.Tokens[first-1].Span)] {
		return false
	}
	x.bytes = appendLowerASCII(x.bytes[:0], d.TextOf(d.Tokens[first].Span))
	g, _ := x.lexicon.gendersOf(hashString(x.bytes))
	return g.lists&firstName != 0
}

// markSeats makes organisations of the houses that stand for a government or
// an army, "the Kremlin", but where somebody is in or near them, or goes
// there.
func (x *decoder) markSeats(d *article.Document) {
	for i := range d.Mentions {
		if m := &d.Mentions[i]; m.Kind != article.ORG && x.model.words.seats[d.TextOf(m.Span)] && !x.within(d, m) {
			m.Kind, m.Confidence, m.Rule = article.ORG, besideConfidence, "names/seat"
		}
	}
}

// within reports whether a mention stands behind a word of place and perhaps
// "the".
func (x *decoder) within(d *article.Document, m *article.Mention) bool {
	first := d.Sentences[m.Sentence].First
	t := d.TokenAt(m.Start) - 1
	if t > first && strings.EqualFold(d.TextOf(d.Tokens[t].Span), "the") {
		t--
	}
	return t >= first && x.model.words.near[d.TextOf(d.Tokens[t].Span)]
}

// markTeams makes organisations of towns that stand for their teams: "Phoenix
// lost to Denver", and in articles on sport "Leicester manager Bill Reed".
// Countries stay places, as the annotation guidelines have it.
func (x *decoder) markTeams(d *article.Document) {
	x.sporting, x.sportIn.says = unknown, unknown
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if i+1 < len(d.Mentions) && x.meet(d, m, &d.Mentions[i+1]) {
			team(m)
			team(&d.Mentions[i+1])
		} else if x.teamBeside(d, m) && x.settlementOf(d, m) == town && x.sport(d, m) {
			team(m)
		}
	}
}

// teamBeside reports whether what stands beside the name of a town may tell that
// it is a team's.
func (x *decoder) teamBeside(d *article.Document, m *article.Mention) bool {
	teams := &x.model.words.teams
	return behind(d, m, teams.behind) >= 0 || before(d, m, teams.before) || m.Start == d.Sentences[m.Sentence].Start && behind(d, m, teams.verb) >= 0
}

// answer is that to a question that is asked once an article.
type answer uint8

const (
	unknown answer = iota
	yes
	no
)

// sport reports whether the sentence of a mention has a word of sport or a score,
// "2-1", or its article two different ones, a word among them: one alone may
// stand in news of war ("in the football stadium", "after 24-36 hours").
func (x *decoder) sport(d *article.Document, m *article.Mention) bool {
	if x.sporting == unknown {
		x.sporting = no
		if words, scores := x.signs(d, 0, len(d.Tokens)); words > 1 || words == 1 && scores > 0 {
			x.sporting = yes
		}
	}
	if x.sporting == yes {
		return true
	}
	if x.sportIn.sentence != m.Sentence || x.sportIn.says == unknown {
		in := &d.Sentences[m.Sentence]
		x.sportIn.sentence, x.sportIn.says = m.Sentence, no
		if words, scores := x.signs(d, in.First, in.Last); words+scores > 0 {
			x.sportIn.says = yes
		}
	}
	return x.sportIn.says == yes
}

// signs counts the words of sport and the scores among the tokens first to
// end-1, up to two different words.
func (x *decoder) signs(d *article.Document, first, end int) (words, scores int) {
	seen := ""
	for _, t := range d.Tokens[first:end] {
		w := d.TextOf(t.Span)
		x.bytes = appendLowerASCII(x.bytes[:0], clipWord(w))
		switch {
		case x.model.words.teams.sport[string(x.bytes)]:
			if !strings.EqualFold(w, seen) {
				words++
			}
			if words > 1 {
				return words, scores
			}
			seen = w
		case score(w):
			scores++
		}
	}
	return words, scores
}

// score reports whether a token is two numbers below 1,000 with a hyphen or dash
// between.
func score(w string) bool {
	a, b, ok := strings.Cut(w, "-")
	if !ok {
		a, b, ok = strings.Cut(w, "–")
	}
	digits := func(s string) bool { return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == "" }
	return ok && digits(a) && digits(b)
}

// meet reports whether two mentions are teams that play each other: the words of
// a match stand between, or "the" behind them, each is an organisation or may be
// a town, and all is news of sport. War and politics have the words, too:
// "Kunduz fell to the Taliban", "Berlin upset Warsaw"; but not those that are of
// nothing but matches between two towns: "Hull drew with Leeds". Against a town
// a region may play: "St. Louis beat Colorado".
func (x *decoder) meet(d *article.Document, m, n *article.Mention) bool {
	teams := &x.model.words.teams
	token, match := behind(d, m, teams.between), false
	if token < 0 {
		token, match = behind(d, m, teams.match), true
	}
	if at := d.TokenAt(n.Start); token < 0 || at != token && (at != token+1 || d.TextOf(d.Tokens[token].Span) != "the") {
		return false
	}
	a, b := x.settlementOf(d, m), x.settlementOf(d, n)
	switch {
	case match && a == town && b == town:
		return true
	case a == town && (b != neither || n.Kind == article.ORG), b == town && (a != neither || m.Kind == article.ORG):
		return x.sport(d, m)
	}
	return false
}

// settlement says what a mention may name.
type settlement uint8

const (
	neither settlement = iota
	town
	region // that no large town has the name of
)

// settlementOf tells what a mention that is no organisation may name. Countries
// are neither; nor are those that the model is sure are people.
func (x *decoder) settlementOf(d *article.Document, m *article.Mention) settlement {
	if m.Kind != article.LOC && (m.Kind != article.PER || m.Confidence >= doubtful) {
		return neither
	}
	name := d.TextOf(m.Span)
	t := x.lexicon.typesOf(name)
	switch {
	case t&phraseCountry != 0:
		return neither
	case t&(phraseRegion|phraseCity) == phraseRegion:
		return region
	case t&(phraseCity|phraseTown) != 0:
		return town
	case t&phraseHamlet != 0 && m.Kind == article.LOC && !strings.Contains(name, " "): // "Charlton County" has a manager, too
		return town
	}
	return neither
}

// team makes an organisation of what is none.
func team(m *article.Mention) {
	if m.Kind != article.ORG {
		m.Kind, m.Confidence, m.Rule = article.ORG, teamConfidence, "names/team"
	}
}

// dropUnasked removes the mentions that the rules took for products, unless they
// are asked for, and doubtful ones that are words around an article.
func (x *decoder) dropUnasked(d *article.Document) {
	d.Mentions = slices.DeleteFunc(d.Mentions, func(m article.Mention) bool {
		return m.Kind == article.MISC && !x.misc || m.Confidence < doubtful && x.furniture(d.TextOf(m.Span))
	})
}

// furniture reports whether a text is of the words that pages put around an
// article.
func (x *decoder) furniture(s string) bool {
	if len(s) > maxWord {
		return false
	}
	x.bytes = appendLowerASCII(x.bytes[:0], s)
	return x.model.words.furniture[string(x.bytes)]
}
