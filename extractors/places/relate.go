package places

import (
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// relate notes what the words between and beside toponyms say of them.
func (w *work) relate() {
	for i := range w.tops {
		w.cueAt(i)
		if i+1 < len(w.tops) {
			w.between(i, i+1)
		}
	}
	w.findDateline()
}

// between looks at the words between two neighbours.
func (w *work) between(i, j int) {
	a, b := &w.tops[i], &w.tops[j]
	gap := b.first - a.last
	if a.sentence != b.sentence || gap < 0 || gap > 5 {
		return
	}
	var t [5]string
	for k := range gap {
		t[k] = w.token(a.last + k)
	}
	switch {
	case gap == 0:
		a.container = j // "Dallas TX"; whether one holds the other is seen later
	case gap == 1 && (t[0] == "," || t[0] == "("):
		a.container = j
		if t[0] == "," {
			b.list = i
		}
	case gap == 1 && (t[0] == "and" || t[0] == "or" || t[0] == "&" || t[0] == "/" || t[0] == "-" || t[0] == "–"),
		gap == 2 && t[0] == "," && (t[1] == "and" || t[1] == "or"),
		gap == 2 && (t[0] == "and" || t[0] == "or" || t[0] == ",") && is(t[1], "in", "to", "from", "of", "the", "at"),
		gap == 3 && t[0] == "as" && t[1] == "well" && t[2] == "as":
		b.list = i
	case gap == 2 && t[1] == "of" && a.origin == fromNORP && w.r.lex.cueOf(t[0]) != noCue,
		gap == 1 && isPossessive(t[0]):
		b.container = i // "the Iraqi city of Mosul", "Iraq's Mosul"
	case t[0] == "in" || t[0] == "," && t[1] == "in" && gap > 1 || t[gap-1] == "of" && gap <= 2:
		a.loose = j // "X in Y", "X, in northern Y", "X county of Y"
	case isPossessive(t[0]) || w.r.lex.cueOf(t[0]) != noCue:
		b.loose = i // "Iraq's second city Mosul", "Iraqi city Mosul"
	case gap <= 3 && (a.origin == fromNORP) && !hasStop(t[:gap]):
		b.loose = i // "Iraqi capital Baghdad"
	}
}

func hasStop(ts []string) bool {
	for _, t := range ts {
		switch t {
		case ",", ";", ":", "and", "or", "to", "from", "in", "with":
			return true
		}
	}
	return false
}

// listed reports whether a toponym is in a list with another.
func (w *work) listed(i int) bool {
	return w.tops[i].list >= 0 || i+1 < len(w.tops) && w.tops[i+1].list == i
}

// cueAt notes a generic word before or after a toponym: "the province of X",
// "X County" with the word outside of the mention.
func (w *work) cueAt(i int) {
	t := &w.tops[i]
	s := &w.d.Sentences[t.sentence]
	if t.last < s.Last {
		t.cue = w.r.lex.cueOf(w.token(t.last))
	}
	if t.cue == noCue && t.first-2 >= s.First && w.token(t.first-1) == "of" {
		t.cue = w.r.lex.cueOf(w.token(t.first - 2))
	}
	if t.cue == noCue && t.first-1 >= s.First {
		t.cue = w.r.lex.cueOf(w.token(t.first - 1))
	}
}

// findDateline marks the toponym that starts the text before a dash: "BAGHDAD,
// Iraq (AP) —". Only the first lines of an article have one.
func (w *work) findDateline() {
	d := w.d
	for n := 0; n < len(d.Sentences) && n < 8; n++ {
		s := &d.Sentences[n]
		if s.Section == article.Title || s.Section == article.Heading {
			continue
		}
		for i := range w.tops {
			if t := &w.tops[i]; t.first == s.First && t.sentence == n && w.dashAfter(t.last, s.Last) {
				t.dateline = true
				if t.container == i+1 && i+1 < len(w.tops) {
					w.tops[i+1].dateline = true
				}
				return
			}
		}
	}
}

// dashAfter reports whether a dash or an agency in brackets follows within a
// few words, with no lower-case word before it.
func (w *work) dashAfter(from, to int) bool {
	for i := from; i < min(to, from+12); i++ {
		switch s := w.token(i); {
		case s == "—" || s == "–" || s == "--" || s == "-" || s == "―":
			return true
		case s == ")" && i > from+1:
			if w.r.lex.is(w.token(i-1), wAgency) {
				return true
			}
		case 'a' <= s[0] && s[0] <= 'z' && !w.r.lex.is(s, wSmall|wMonth):
			return false
		}
	}
	return false
}
