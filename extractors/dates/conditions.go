package dates

import (
	"fmt"
	"strings"
)

// atLast is the place of a condition on the last item of the match.
const atLast = 99

// A cond is a condition on the items beside a match.
type cond struct {
	at   int // -1 the item before, -2 the one before that, 1 the item after, 0 the first of the match
	not  bool
	what func(l *lexer, i int) bool
}

// cond reads a condition such as prev=a|b or next!=<class>|<shape>. The keys
// are prev, prev2, prev3 and next, next2 for the items around the match, first
// and last for its own. Shapes are those of shapes.go.
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
		if v == "" {
			return cond{}, fmt.Errorf("condition %q: empty word", w)
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
