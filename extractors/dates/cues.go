package dates

import (
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// beginSentence forgets what held for the sentence before.
func (r *resolver) beginSentence(index int, in article.Section) {
	r.sentence, r.toldHere = index, false
	r.historic = in == article.Title || in == article.Heading || in == article.Caption
	r.future, r.looked = false, false
	r.planned = false
	r.listEnd = 0
	r.seen = 0
}

// before takes note of the items around a match of the items item to end-1; the
// match before it in the sentence ended at item after, -1 for none.
func (r *resolver) before(after, item, end int) {
	l, c := r.lex, r.rs.classes
	r.ranges = after == item-1 && l.is(item-1, c.through)
	r.rangeFrom = 0
	if r.ranges && l.is(item-2, c.weekday) { // "Monday to Friday"
		r.rangeFrom = r.lastDay
	}
	r.rangeTo = 0
	if l.is(end, c.through) {
		r.rangeTo, _ = l.val(end+1, c.weekday)
	}
	if !r.looked {
		r.looked = true
		for i := range l.items {
			if l.is(i, c.future) && (i == 0 || l.items[i].letters != capital) { // not "May"
				r.future = true
				break
			}
		}
	}
	for ; r.seen < item; r.seen++ {
		r.planned = r.planned || l.is(r.seen, c.plan)
	}
	verb := r.governed(item, end)
	if verb >= likely {
		r.list, r.listEnd = verb, end
	}
	r.firm = verb == firm
	r.soon = verb >= likely || r.ahead(item) || r.behind(item, end)
	r.mixed = (r.future || r.planned || verb == unsure) && !r.soon && !r.reported(item, c.say, c.report)
	r.said = r.reported(item, c.say)
}

// maxAhead is how far before a weekday, in items, a word of planning may stand.
const maxAhead = 9

// ahead reports whether the words before the item put a weekday into the days
// to come: "is scheduled to close Monday". Tense alone does not: "will" was
// found as often before days that had gone.
func (r *resolver) ahead(item int) bool {
	l, c := r.lex, r.rs.classes
	for i := item - 1; i >= max(0, item-maxAhead); i-- {
		switch {
		case l.is(i, c.say) || l.is(i, c.report):
			return false
		case l.phraseOf(i, c.ahead):
			return !l.is(i-1, c.been) // "had been scheduled"
		}
	}
	return false
}

// behind reports whether the words that follow the expression do so: "on
// Wednesday the two are to meet". They must be of its own clause: the
// expression opens it, or stands right before them ("the court on Monday is to
// rule").
func (r *resolver) behind(item, end int) bool {
	l, c := r.lex, r.rs.classes
	near := item - 1
	if l.is(near, c.dateprep) {
		near--
	}
	if l.phraseOf(end, c.aheadAfter) { // but not "a man killed on Monday will be buried"
		return !l.is(near, c.mishap) && !r.pastAt(near)
	}
	if !l.is(near, c.and) && l.at(near).kind != markItem { // as the start of the sentence is
		return false
	}
	if l.at(end).mark == ',' {
		end++
	}
	for i := end; i < len(l.items) && i < end+maxAhead; i++ {
		if it := &l.items[i]; it.kind == markItem && it.mark != '\'' {
			return false
		}
		if l.phraseOf(i, c.aheadAfter) || r.scheduled(i) == firm {
			return true
		}
		if r.pastAt(i) {
			return false
		}
	}
	return false
}

// pastAt reports whether item i is a verb of the past or of saying, or begins a
// clause of its own.
func (r *resolver) pastAt(i int) bool {
	l, c := r.lex, r.rs.classes
	return l.at(i).kind == wordItem && (l.is(i, c.say) || l.is(i, c.report) || l.is(i, c.clause) || pastTense(l, i))
}

// scheduled reports how surely item i is a verb in the present that speaks of
// what is planned, such as "flies" in "he flies to Brussels on Wednesday"; 0 for
// not at all. A word that may as
// well be a noun needs a subject before it or an object behind it, and the
// plural of a verb something of the plural.
func (r *resolver) scheduled(i int) int {
	l, c := r.lex, r.rs.classes
	kind, ok := l.val(i, c.scheduled)
	if !ok || l.items[i].letters != lower || i > 0 && l.items[i].gap != gapSpace || r.strikes(i) {
		return 0
	}
	before := l.at(i - 1)
	if before.kind != wordItem && !(before.mark == ',' && kind == thirdPerson) || l.is(i-2, c.meanwhile) {
		return 0
	}
	name := before.letters != lower && i > 1
	next := l.at(i + 1)
	object := l.is(i+1, c.determiner) || next.kind == numberItem || next.letters != lower && next.word == 0
	sure := firm
	switch kind {
	case thirdPerson:
		ok = !l.is(i-1, c.attribute)
	case thirdOrNoun:
		ok = l.is(i-1, c.subject) || name || object
	case thirdInCaption:
		if !l.is(i-1, c.subject) {
			sure = unsure
		}
	case plainForm:
		ok = l.is(i-1, c.subjects) || name || plural(l, i-1)
	case plainOrNoun:
		many := plural(l, i-1)
		ok = l.is(i-1, c.subjects) || object && (before.letters != lower || many) || l.is(i+1, c.dateprep) && !name && many
	case progressive: // behind "is" or "'s"
		ok = l.is(i-1, c.present) || l.is(i-3, c.subject) && l.at(i-2).mark == '\'' && before.gap == gapNone
	}
	switch {
	case !ok:
		return 0
	case r.historic:
		return unsure
	}
	return sure
}

// maxModal is how far before an expression, in items, a verb may stand that
// governs it.
const maxModal = 10

// How surely a verb looks ahead.
const (
	unsure = iota + 1 // the present of headlines and captions, which tell the past in it too
	likely            // "would": what somebody said may have come since
	firm
)

// governed reports how surely a verb of the expression's own clause puts it into
// the days to come, 0 for not at all: "will report earnings on Friday", "is
// required by June 30", "the trial starts Monday". Between the two there may be no mark, no
// verb in the past, no verb of saying and no other clause, and the expression
// may not belong to a noun ("will discuss Friday's attack").
func (r *resolver) governed(item, end int) int {
	l, c := r.lex, r.rs.classes
	if n := l.at(end); n.mark == '\'' && end < len(l.items) && n.gap == gapNone {
		return 0
	}
	near := item - 1
	if r.ranges || l.is(near, c.dateprep) {
		near--
	} else if l.is(near, c.attribute) || !r.standsAlone(end) {
		return 0
	}
	if l.is(near, c.mishap) { // "will discuss the attack on Friday"
		return 0
	}
	if l.is(near, c.present) {
		return firm
	}
	participle := -1 // a past form that may yet prove to be one of a passive
	for i := item - 1; i >= 0 && i >= item-maxModal; i-- {
		if i < r.listEnd { // "Leeds on Friday, Hull on Sunday"
			if participle >= 0 || r.pastAt(end) {
				return 0
			}
			return r.list
		}
		if it := &l.items[i]; it.mark == ')' {
			i = r.openedAt(i, item-maxModal)
			continue
		} else if it.kind == markItem {
			if innerMark(it) || it.mark == ',' && r.listEnd > 0 {
				continue
			}
			return 0
		}
		if l.phraseOf(i, c.owed) {
			if l.is(i-1, c.clause) {
				return 0
			}
			return firm
		}
		if participle < 0 {
			if r.begins(i) {
				return firm
			}
			if sure := r.scheduled(i); sure > 0 {
				return sure
			}
		}
		if v, ok := l.val(i, c.modal); ok && l.items[i].letters != capital { // not "May"
			if v == likely && l.is(i+1, c.have) || participle >= 0 && participle != i+1 {
				return 0
			}
			return v
		}
		if l.is(i, c.be) {
			participle = -1
			continue
		}
		if r.pastAt(i) && !(pastTense(l, i) && l.is(i-1, c.attribute)) { // not "the wounded"
			if participle >= 0 && participle != i+1 {
				return 0
			}
			participle = i
		}
	}
	return 0
}

// begins reports whether a verb of beginning in the present stands at item i, and
// not behind "to" or "not" ("did not take place").
func (r *resolver) begins(i int) bool {
	l, c := r.lex, r.rs.classes
	return l.phraseOf(i, c.onset) && !l.is(i-1, c.infinitive) && !r.strikes(i)
}

// strikes reports whether the object of the verb at item i is what nobody
// announces: "opens fire", "launches an attack".
func (r *resolver) strikes(i int) bool {
	return r.lex.is(i+1, r.rs.classes.mishap) || r.lex.is(i+2, r.rs.classes.mishap)
}

// openedAt returns where the parenthesis that item i closes was opened, least
// if that is farther back.
func (r *resolver) openedAt(i, least int) int {
	for i > max(0, least) && r.lex.items[i].mark != '(' {
		i--
	}
	return i
}

// innerMark reports whether a mark parts no clauses: "Rome's", "$5", "10:30".
func innerMark(it *item) bool {
	switch it.mark {
	case '\'', '$', '%', '(': // the expression itself stands in parentheses
		return true
	case ':':
		return it.gap == gapNone
	}
	return false
}

// reported reports whether a verb of one of the classes stands right before the
// item, as in "said on Monday": its day is gone, whatever else the sentence
// speaks of.
func (r *resolver) reported(item int, verbs ...classID) bool {
	if r.lex.is(item-1, r.rs.classes.dateprep) {
		item--
	}
	return r.lex.at(item-1).kind == wordItem && slices.ContainsFunc(verbs, func(c classID) bool { return r.lex.is(item-1, c) })
}

// mixedFactor lowers the confidence of a weekday, month or day of a month that
// was put into the past although its sentence looks ahead, or its verb may. Measured on the
// weekdays of TimeBank and AQUAINT: of such values 19 of 24 are right, of the
// others 111 of 121. Months and days of a month were too few to tell (12 of 13
// right) and take the same factor.
const mixedFactor = 0.86

// aheadFactor lowers the confidence of a weekday that was put into the days to
// come: 12 of 17 were right in TimeBank and AQUAINT, and 27 of 29 that a verb in
// the present, "would" or "may" put there in other news, judged by the context.
const aheadFactor = 0.92

// doubt lowers the confidence of s, resolved to end on the day to, when the
// sentence looks ahead and the publication day base is later.
func (r *resolver) doubt(s *stamp, to, base article.Day) {
	if r.mixed && to < base {
		s.lower(mixedFactor)
	}
}

// tellsPast reports whether the sentence has a verb in the past and does not
// look ahead.
func (r *resolver) tellsPast() bool {
	for i := range r.lex.items {
		if r.lex.is(i, r.rs.classes.was) {
			return !r.future && !r.planned
		}
	}
	return false
}

// standsAlone reports whether what follows, from item end, is not a noun that
// the expression could belong to, as in "Friday prayers".
func (r *resolver) standsAlone(end int) bool {
	l := r.lex
	if end >= len(l.items) || l.items[end].kind != wordItem {
		return true
	}
	return l.is(end, r.rs.classes.rest)
}
