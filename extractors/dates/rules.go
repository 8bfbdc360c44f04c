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

// An action fills the stamp from what a match says and reports whether it is a
// time expression at all.
type action func(r *resolver, m *match, f *frame, s *stamp) bool

// rule is one row of a rule file.
type rule struct {
	name    string // "dates/weekday"
	where   string // "rules/days.tsv:12"
	pattern string // as written
	order   int    // in the files; of two matches of the same length the earlier row wins
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
	last  bool // the last weekday of a month
	open  bool // may end inside a hyphenated word
	vague bool // how many is not said
	part  int  // part=NI
	num   int  // num=2: "every other day"
}

// ruleset is everything read from the data files. It is read-only.
type ruleset struct {
	lex        *lexicon
	classes    *wordClasses
	rules      []*rule
	start      starts
	confidence map[string]confidence // by rule name
	holidays   []holidaySpec
}

// confidence is how often the dates of a rule were right where it was measured.
type confidence struct {
	right float32 // with the right value
	found float32 // time expressions at all
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
	rs := &ruleset{lex: x, classes: newWordClasses(x)}
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
	x.seal()
	rs.start = newStarts(x, root)
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
		if err := r.args.set(w); err != nil {
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
	for _, seq := range seqs {
		if len(seq) == 0 || len(seq) > maxLen {
			return fail(fmt.Errorf("pattern of %d elements, want 1 to %d", len(seq), maxLen))
		}
		root.add(seq, r)
	}
	return nil
}

func (a *ruleArgs) set(w string) error {
	key, val, _ := strings.Cut(w, "=")
	switch key {
	case "ref":
		a.ref = val
	case "dir", "num":
		n, err := strconv.Atoi(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		if key == "dir" {
			a.dir = n
		} else {
			a.num = n
		}
	case "mod", "unit", "part":
		v, err := lexValue(val)
		if err != nil {
			return fmt.Errorf("argument %q: %w", w, err)
		}
		switch key {
		case "mod":
			a.mod = timexMod(v)
		case "unit":
			a.unit = unit(v)
		case "part":
			a.part = int(v)
		}
	case "vague":
		a.vague = true
	case "last":
		a.last = true
	case "open":
		a.open = true
	default:
		return fmt.Errorf("no argument %q", w)
	}
	return nil
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
	rs.confidence = map[string]confidence{}
	return eachRow("rules/confidence.tsv", text, func(at string, f []string) error {
		if len(f) < 3 {
			return fmt.Errorf("%s: want rule, right and found", at)
		}
		var v [2]float32
		for i := range v {
			n, err := strconv.ParseFloat(f[i+1], 32)
			if err != nil || n < 0 || n >= 1 {
				return fmt.Errorf("%s: confidence %q: want a number in [0, 1)", at, f[i+1])
			}
			v[i] = float32(n)
		}
		rs.confidence["dates/"+f[0]] = confidence{right: v[0], found: v[1]}
		return nil
	})
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
