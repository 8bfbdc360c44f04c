package dates

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
)

//go:embed lexicon.tsv holidays.tsv rules/*.tsv
var data embed.FS

// An action turns the frame of a match into values; see actions in resolve.go.
// An action fills the stamp from what a match says and reports whether it is a
// time expression at all.
type action func(r *resolver, m *match, f *frame, s *stamp) bool

// rule is one row of a rule file.
type rule struct {
	name    string // "dates/weekday"
	where   string // "rules/days.tsv:12"
	pattern string
	order   int // in the files; of two matches of the same length the earlier row wins
	action  string
	do      action // nil for a trap: the text is taken and nothing comes of it
	args    ruleArgs
	conds   []cond
}

// ruleArgs are what the action of a row says beside its name.
type ruleArgs struct {
	ref   string // ref=PAST_REF
	dir   int    // dir=-1
	mod   timexMod
	unit  unit
	open  bool // may end inside a hyphenated word
	vague bool // how many is not said
	part  int  // part=NI
}

// atLast is the place of a condition on the last item of the match.
const atLast = 99

// A cond is a condition on the items beside a match.
type cond struct {
	at   int // -1 the item before, -2 the one before that, 1 the item after, 0 the first of the match
	not  bool
	what func(l *lexer, i int) bool
}

// node is a state on the way through the patterns of all rules.
type node struct {
	next   []transition
	accept []*rule // rules that end here, best first
}

type transition struct {
	edge
	to *node
}

// ruleset is everything read from the data files. It is read-only.
type ruleset struct {
	lex                         *lexicon
	classes                     *wordClasses
	rules                       []*rule
	byWord                      [][]transition // first elements of patterns, by word
	number                      []transition   // first elements that a number can be
	apos                        []transition   // first elements that an apostrophe can be
	lead                        classID        // words that a time expression may hang on with a hyphen: "post-1945"
	future, plan, ahead, aheadAfter, report, been classID
	confid                      map[string]float32

	holidays []holidaySpec
}

// ruleFiles in the order of precedence.
var ruleFiles = []string{"traps", "calendar", "ranges", "clock", "holidays", "periods", "relative", "sets", "durations", "refs"}

func loadRules(files fs.FS) (*ruleset, error) {
	x := newLexicon()
	read := func(name string) (string, error) {
		b, err := fs.ReadFile(files, name)
		return string(b), err
	}
	words, err := read("lexicon.tsv")
	if err != nil {
		return nil, err
	}
	if err := x.load("lexicon.tsv", words); err != nil {
		return nil, err
	}
	rs := &ruleset{lex: x, classes: newWordClasses(x), lead: x.class("lead"), future: x.class("future"), plan: x.class("plan"), ahead: x.class("ahead"), aheadAfter: x.class("aheadafter"), report: x.class("report"), been: x.class("been")}
	if err := rs.loadHolidays(read); err != nil {
		return nil, err
	}
	frags := map[string]string{}
	text, err := read("rules/fragments.tsv")
	if err != nil {
		return nil, err
	}
	if err := eachRow("rules/fragments.tsv", text, func(at string, f []string) error {
		if len(f) != 2 {
			return fmt.Errorf("%s: want 2 fields (name, pattern), got %d", at, len(f))
		}
		frags[f[0]] = f[1]
		return nil
	}); err != nil {
		return nil, err
	}
	root := &node{}
	p := &patternParser{lex: x, fragments: frags}
	for _, name := range ruleFiles {
		file := "rules/" + name + ".tsv"
		text, err := read(file)
		if err != nil {
			return nil, err
		}
		err = eachRow(file, text, func(at string, f []string) error { return rs.row(p, root, at, f) })
		if err != nil {
			return nil, err
		}
	}
	if x.full {
		return nil, fmt.Errorf("rules: more than %d classes and alternations; raise maxClasses", maxClasses)
	}
	rs.index(root)
	text, err = read("rules/confidence.tsv")
	if err != nil {
		return nil, err
	}
	return rs, rs.loadConfidence(text)
}

// row adds one row: name, pattern, action with arguments, conditions.
func (rs *ruleset) row(p *patternParser, root *node, at string, f []string) error {
	if len(f) < 3 || len(f) > 4 {
		return fmt.Errorf("%s: want 3 or 4 fields (rule, pattern, action, conditions), got %d", at, len(f))
	}
	r := &rule{name: "dates/" + f[0], where: at, pattern: f[1], order: len(rs.rules)}
	fail := func(err error) error { return fmt.Errorf("%s: rule %s: %w", at, f[0], err) }
	words := strings.Fields(f[2])
	r.action = words[0]
	do, ok := actions[r.action]
	if !ok {
		return fail(fmt.Errorf("no action %q", r.action))
	}
	r.do = do
	for _, w := range words[1:] {
		if err := r.args.set1(w); err != nil {
			return fail(err)
		}
	}
	if len(f) == 4 {
		for _, w := range strings.Fields(f[3]) {
			c, err := rs.cond(w)
			if err != nil {
				return fail(err)
			}
			r.conds = append(r.conds, c)
		}
	}
	seqs, err := p.parse(f[1])
	if err != nil {
		return fail(err)
	}
	rs.rules = append(rs.rules, r)
	for _, s := range seqs {
		if len(s) == 0 || len(s) > maxLen {
			return fail(fmt.Errorf("pattern of %d elements, want 1 to %d", len(s), maxLen))
		}
		root.add(s, r)
	}
	return nil
}

func (a *ruleArgs) set1(w string) error {
	key, val, _ := strings.Cut(w, "=")
	switch key {
	case "ref":
		a.ref = val
	case "dir":
		n, err := strconv.Atoi(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		a.dir = n
	case "mod":
		v, err := lexValue(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		a.mod = timexMod(v)
	case "unit":
		v, err := lexValue(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		a.unit = unit(v)
	case "part":
		v, err := lexValue(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		a.part = int(v)
	case "vague":
		a.vague = true
	case "open":
		a.open = true
	default:
		return fmt.Errorf("no argument %q", w)
	}
	return nil
}

// add puts a sequence of edges below the node, sharing what is there.
func (n *node) add(seq []edge, r *rule) {
	for _, e := range seq {
		n = n.child(e)
	}
	for _, have := range n.accept {
		if have == r {
			return
		}
	}
	n.accept = append(n.accept, r)
}

func (n *node) child(e edge) *node {
	for _, t := range n.next {
		if t.edge == e {
			return t.to
		}
	}
	t := transition{e, &node{}}
	n.next = append(n.next, t)
	return t.to
}

// index sorts the first elements by the words and shapes that can meet them.
func (rs *ruleset) index(root *node) {
	rs.byWord = make([][]transition, len(rs.lex.words))
	for _, t := range root.next {
		if int(t.class) <= len(scanners) {
			s := scanners[t.class-1]
			if s.number {
				rs.number = append(rs.number, t)
			}
			if s.mark {
				rs.apos = append(rs.apos, t)
			}
			for _, name := range s.words {
				rs.startWith(rs.lex.classes[name], t)
			}
			continue
		}
		rs.startWith(t.class, t)
	}
}

func (rs *ruleset) startWith(c classID, t transition) {
	for id := range rs.lex.words {
		w := &rs.lex.words[id]
		ok := w.in.has(c)
		for _, ph := range w.phrases {
			ok = ok || ph.class == c
		}
		if ok && !hasTransition(rs.byWord[id], t) {
			rs.byWord[id] = append(rs.byWord[id], t)
		}
	}
}

func hasTransition(list []transition, t transition) bool {
	for _, have := range list {
		if have == t {
			return true
		}
	}
	return false
}

// cond reads a condition: prev=a|b, prev!=<class>, next2=..., case=upper.
func (rs *ruleset) cond(w string) (cond, error) {
	key, val, ok := strings.Cut(w, "=")
	if !ok {
		return cond{}, fmt.Errorf("condition %q: want key=value", w)
	}
	c := cond{}
	key, c.not = strings.CutSuffix(key, "!")
	switch key {
	case "prev":
		c.at = -1
	case "prev2":
		c.at = -2
	case "prev3":
		c.at = -3
	case "next":
		c.at = 1
	case "next2":
		c.at = 2
	case "first":
	case "last":
		c.at = atLast
	default:
		return cond{}, fmt.Errorf("condition %q: no key %q", w, key)
	}
	var tests []func(l *lexer, i int) bool
	var words []string
	for _, v := range strings.Split(val, "|") {
		if named, ok := strings.CutPrefix(v, "<"); ok {
			named = strings.TrimSuffix(named, ">")
			if test, ok := shapes[named]; ok {
				tests = append(tests, test)
				continue
			}
			id, ok := rs.lex.classes[named]
			if !ok {
				return cond{}, fmt.Errorf("condition %q: no class <%s>", w, named)
			}
			if int(id) <= len(scanners) {
				scan := scanners[id-1].scan
				tests = append(tests, func(l *lexer, i int) bool { _, n := scan(l, rs.classes, i); return n > 0 })
				continue
			}
			tests = append(tests, func(l *lexer, i int) bool { _, ok := l.val(i, id); return ok })
			continue
		}
		words = append(words, v)
	}
	if len(words) > 0 {
		id := rs.lex.wordClass(words)
		tests = append(tests, func(l *lexer, i int) bool {
			it := l.at(i)
			return it.word != 0 && l.lex.words[it.word].in.has(id)
		})
	}
	c.what = func(l *lexer, i int) bool {
		for _, t := range tests {
			if t(l, i) {
				return true
			}
		}
		return false
	}
	return c, nil
}

// holds reports whether the condition holds for a match of items first to last-1.
func (c *cond) holds(l *lexer, first, last int) bool {
	i := first
	switch {
	case c.at == atLast:
		i = last - 1
	case c.at < 0:
		i = first + c.at
	case c.at > 0:
		i = last + c.at - 1
	}
	return c.what(l, i) != c.not
}

// loadHolidays makes the class "holiday" of holidays.tsv.
func (rs *ruleset) loadHolidays(read func(string) (string, error)) error {
	text, err := read("holidays.tsv")
	if err != nil {
		return err
	}
	c := rs.lex.class("holiday")
	return eachRow("holidays.tsv", text, func(at string, f []string) error {
		if len(f) != 2 {
			return fmt.Errorf("%s: want 2 fields (names, day), got %d", at, len(f))
		}
		h, err := parseHoliday(f[1])
		if err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		for _, name := range strings.Split(f[0], "|") {
			rs.lex.add(c, name, int32(len(rs.holidays)))
		}
		rs.holidays = append(rs.holidays, h)
		return nil
	})
}

func (rs *ruleset) loadConfidence(text string) error {
	rs.confid = map[string]float32{}
	err := eachRow("rules/confidence.tsv", text, func(at string, f []string) error {
		if len(f) < 2 {
			return fmt.Errorf("%s: want rule and confidence", at)
		}
		v, err := strconv.ParseFloat(f[1], 32)
		if err != nil || v < 0 || v >= 1 {
			return fmt.Errorf("%s: confidence %q: want a number in [0, 1)", at, f[1])
		}
		rs.confid["dates/"+f[0]] = float32(v)
		return nil
	})
	if err != nil {
		return err
	}
	return nil
}

// names returns the rule names, sorted.
func (rs *ruleset) names() []string {
	seen := map[string]bool{}
	var names []string
	for _, r := range rs.rules {
		if !seen[r.name] {
			seen[r.name] = true
			names = append(names, r.name)
		}
	}
	sort.Strings(names)
	return names
}
