package dates

// A scanner is a class that is told by the shape of the items and not by a
// list of words: numbers, years, clock times, numeric dates.
//
// scan reads at item i and returns the item after, or 0 when nothing is there.
type scanner struct {
	name   string
	words  []string // classes of words that can start it, beside numbers and marks
	number bool     // a number can start it
	mark   bool     // an apostrophe can start it
	scan   func(l *lexer, w *wordClasses, i int) (value, int)
}

// scanners are the first classes of every lexicon, in this order from id 1.
var scanners = []scanner{
	{name: "num", words: []string{"cardinal", "scale", "one"}, number: true, scan: scanNum},
	{name: "integer", number: true, scan: scanInteger},
	{name: "integerth", number: true, scan: scanIntegerth},
	{name: "day", number: true, scan: scanDay},
	{name: "dayth", words: []string{"ordinal", "cardinal"}, number: true, scan: scanDayth},
	{name: "ord", words: []string{"ordinal", "cardinal"}, number: true, scan: scanOrd},
	{name: "year", words: []string{"cardinal"}, number: true, scan: scanYear},
	{name: "oldyear", number: true, scan: scanOldYear},
	{name: "bcyear", number: true, scan: scanBCYear},
	{name: "shortyear", number: true, mark: true, scan: scanShortYear},
	{name: "yy", number: true, scan: scanYY},
	{name: "decade", number: true, mark: true, scan: scanDecade},
	{name: "isodate", number: true, scan: scanISODate},
	{name: "numdate", number: true, scan: scanSlashDate},
	{name: "time", number: true, scan: scanTime},
	{name: "dottime", number: true, scan: scanDotTime},
	{name: "hhmm", number: true, scan: scanHHMM},
	{name: "hhmm0", number: true, scan: scanHHMM0},
	{name: "hour", words: []string{"cardinal"}, number: true, scan: scanHour},
	{name: "fraction", number: true, scan: scanFraction},
	{name: "quarterno", number: true, words: []string{"qname"}, scan: scanQuarter},
	{name: "halfno", number: true, words: []string{"hname"}, scan: scanHalf},
}

// wordClasses are the classes that code, and not a rule, looks words up in.
type wordClasses struct {
	cardinal, scale, one, ordinal, half, qname, hname classID // parts of numbers

	gone, unit, units classID // "two years later"

	lead classID // what a time expression may hang on with a hyphen: "post-1945"

	// words around an expression that tell whether it lies ahead
	future, plan, ahead, aheadAfter, report, say, been, was classID
	modal, owed, onset, scheduled, infinitive, meanwhile    classID // verbs
	present, be, have, clause, and                          classID
	subject, subjects, determiner, attribute, mishap, rest  classID // beside nouns
	dateprep, through, weekday                              classID
}

func newWordClasses(x *lexicon) *wordClasses {
	return &wordClasses{
		cardinal: x.class("cardinal"), scale: x.class("scale"), one: x.class("one"),
		ordinal: x.class("ordinal"), half: x.class("half"), qname: x.class("qname"), hname: x.class("hname"), lead: x.class("lead"), gone: x.class("gone"), unit: x.class("unit"), units: x.class("units"),
		future: x.class("future"), plan: x.class("plan"), ahead: x.class("ahead"), aheadAfter: x.class("aheadafter"),
		report: x.class("report"), say: x.class("say"), been: x.class("been"), was: x.class("was"),
		modal: x.class("modal"), owed: x.class("owed"), onset: x.class("onset"), scheduled: x.class("scheduled"), infinitive: x.class("infinitive"), meanwhile: x.class("meanwhile"),
		present: x.class("present"), be: x.class("be"), have: x.class("have"), clause: x.class("clause"), and: x.class("and"),
		subject: x.class("subject"), subjects: x.class("subjects"), determiner: x.class("determiner"), attribute: x.class("attribute"), mishap: x.class("mishap"), rest: x.class("rest"),
		dateprep: x.class("dateprep"), through: x.class("through"), weekday: x.class("weekday"),
	}
}

// at returns item i, or an empty mark beyond the end.
func (l *lexer) at(i int) *item {
	if i < 0 || i >= len(l.items) {
		return &noItem
	}
	return &l.items[i]
}

var noItem = item{kind: markItem, gap: gapSpace}

// val returns the value of the word of item i in a class.
func (l *lexer) val(i int, c classID) (int, bool) {
	it := l.at(i)
	if it.word == 0 {
		return 0, false
	}
	w := &l.lex.words[it.word]
	if !w.in.has(c) {
		return 0, false
	}
	for k := range w.senses {
		if s := &w.senses[k]; s.class == c && !(s.caps && it.letters == lower) {
			return int(s.val), true
		}
	}
	return 0, false
}

// is reports whether the word of item i is in a class.
func (l *lexer) is(i int, c classID) bool { _, ok := l.val(i, c); return ok }

// touches reports whether item i touches the item before it.
func (l *lexer) touches(i int) bool { return i < len(l.items) && l.items[i].gap == gapNone }

// joined reports whether item i hangs on the one before it by nothing or by a
// hyphen, and is a word or number.
func (l *lexer) joined(i int) bool {
	return i < len(l.items) && l.items[i].gap != gapSpace && l.items[i].kind != markItem
}

// ordinalSuffix reports whether item i is the "th" of "5th".
func (l *lexer) ordinalSuffix(i int) bool {
	it := l.at(i)
	if it.gap != gapNone || it.kind != wordItem || it.end-it.start != 2 {
		return false
	}
	switch l.text[it.start:it.end] {
	case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH":
		return true
	}
	return false
}

// glued reports whether number i is part of something longer: a sum of money,
// a fraction, a score, a code.
func (l *lexer) glued(i int) bool {
	it := &l.items[i]
	if it.gap == gapNone && i > 0 {
		switch l.items[i-1].mark {
		case '(', '"', '\'', '[', '_', ',', ';', '`', '*':
		case '-':
			return i > 1 && l.items[i-1].gap == gapNone
		case '.': // ".5", "v.2"; but "...1998"
			return i < 2 || l.items[i-2].mark != '.'
		case '/': // but "1998/99"
			return i < 2 || l.items[i-2].digits != 4
		default: // but "2020-01-05T10:30"
			before := &l.items[i-1]
			switch l.text[before.start:before.end] {
			case "T":
				return i < 2 || l.items[i-2].kind != numberItem
			case "FY":
				return false
			}
			return true
		}
	}
	next := l.at(i + 1)
	return next.gap == gapNone && next.mark == '%'
}

// slashed reports whether number i is the upper part of a fraction or the
// first of a numeric date.
func (l *lexer) slashed(i int) bool {
	return l.at(i+1).mark == '/' && l.touches(i+1) && l.at(i+2).kind == numberItem && l.touches(i+2)
}

// plain reports whether item i is a bare run of digits that touches no letter,
// digit, currency sign or other mark that would make it part of a code.
func (l *lexer) plain(i int) bool {
	it := l.at(i)
	if it.kind != numberItem || it.digits == 0 || it.num < 0 || l.glued(i) {
		return false
	}
	return !(i+1 < len(l.items) && l.items[i+1].gap == gapNone && l.items[i+1].kind != markItem)
}
