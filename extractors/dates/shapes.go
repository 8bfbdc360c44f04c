package dates

// shapes are what conditions can ask of the item beside a match, where no list
// of words would do.
var shapes = map[string]func(l *lexer, i int) bool{
	"number":  func(l *lexer, i int) bool { return l.at(i).kind == numberItem },
	"capital": func(l *lexer, i int) bool { it := l.at(i); return it.kind == wordItem && it.letters != lower },
	"title":   func(l *lexer, i int) bool { it := l.at(i); return it.kind == wordItem && it.letters == capital },
	"upper":   func(l *lexer, i int) bool { it := l.at(i); return it.kind == wordItem && it.letters == upper },
	"lower":   func(l *lexer, i int) bool { it := l.at(i); return it.kind == wordItem && it.letters == lower },
	"word":    func(l *lexer, i int) bool { return i >= 0 && i < len(l.items) && l.items[i].kind == wordItem },
	"mark":    func(l *lexer, i int) bool { return i >= 0 && i < len(l.items) && l.items[i].kind == markItem },
	"begin":   func(l *lexer, i int) bool { return i < 0 },
	"end":     func(l *lexer, i int) bool { return i >= len(l.items) },
	"hyphen":  func(l *lexer, i int) bool { return i >= 0 && i < len(l.items) && l.items[i].gap == gapHyphen },
	"plural":  plural,
	"past":    pastTense,
}

// plural reports whether item i looks like a plural noun: "CDs" in "50,000 CDs a year".
func plural(l *lexer, i int) bool {
	it := l.at(i)
	if it.kind != wordItem || it.end-it.start < 3 {
		return false
	}
	w := l.text[it.start:it.end]
	if w[len(w)-1] != 's' {
		return false
	}
	switch w[len(w)-2] {
	case 's', 'u', 'i', '\'': // "pass", "previous", "this"
		return false
	}
	switch w {
	case "was", "has", "does", "lasts", "takes", "spends", "needs", "gets", "gives", "makes", "marks", "becomes", "requires", "as", "always", "perhaps", "goes", "comes", "follows", "means", "remains", "says":
		return false
	}
	return true
}

// pastTense reports whether item i ends like a regular past tense; "United" is none.
func pastTense(l *lexer, i int) bool {
	it := l.at(i)
	if it.kind != wordItem || it.end-it.start < 4 || it.letters == capital && i > 0 {
		return false
	}
	return l.text[it.end-2:it.end] == "ed"
}
