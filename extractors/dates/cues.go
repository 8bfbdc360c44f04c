package dates

import "github.com/dateline-nlp/dateline/pipeline/article"

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
	_, r.ranges = r.lex.val(item-1, r.rs.classes.through)
	r.ranges = r.ranges && after == item-1
	r.rangeFrom = 0
	if _, ok := r.lex.val(item-2, r.rs.classes.weekday); ok && r.ranges { // "Monday to Friday"
		r.rangeFrom = r.lastDay
	}
	if !r.looked {
		r.looked = true
		for i := range r.lex.items {
			if _, ok := r.lex.val(i, r.rs.classes.future); ok && (i == 0 || r.lex.items[i].letters != capital) { // not "May"
				r.future = true
				break
			}
		}
	}
	for ; r.seen < item; r.seen++ {
		if _, ok := r.lex.val(r.seen, r.rs.classes.plan); ok {
			r.planned = true
		}
	}
	verb := r.governed(item, end)
	if verb != 0 {
		r.list, r.listEnd = verb, end
	}
	r.firm = verb == firm
	r.soon = verb != 0 || r.ahead(item) || r.behind(item, end)
	r.mixed = (r.future || r.planned) && !r.soon && !r.reported(item, r.rs.classes.report)
	r.said = r.reported(item, r.rs.classes.say)
}

// maxAhead is how far before a weekday, in items, a word of planning may stand.
const maxAhead = 9

// ahead reports whether the words before the item put a weekday into the days
// to come: "is scheduled to close Monday". Tense alone does not: "will" was
// found as often before days that had gone.
func (r *resolver) ahead(item int) bool {
	for i := item - 1; i >= 0 && i >= item-maxAhead; i-- {
		it := &r.lex.items[i]
		if it.word == 0 {
			continue
		}
		if _, ok := r.lex.val(i, r.rs.classes.report); ok {
			return false
		}
		if r.lex.phraseOf(i, r.rs.classes.ahead) {
			return !r.over(i)
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
	if l.phraseOf(end, c.aheadAfter) {
		return true
	}
	if !r.opensClause(item) {
		return false
	}
	if l.at(end).mark == ',' {
		end++
	}
	for i := end; i < len(l.items) && i < end+maxAhead; i++ {
		if it := &l.items[i]; it.kind == markItem && it.mark != '\'' {
			return false
		}
		if l.phraseOf(i, c.aheadAfter) || r.scheduled(i) {
			return true
		}
		if r.past(i) || pastTense(l, i) {
			return false
		}
	}
	return false
}

// opensClause reports whether a clause begins with the expression at item, or
// with the preposition before it.
func (r *resolver) opensClause(item int) bool {
	before := item - 1
	if _, ok := r.lex.val(before, r.rs.classes.dateprep); ok {
		before--
	}
	if _, ok := r.lex.val(before, r.rs.classes.and); ok || before < 0 {
		return true
	}
	return r.lex.items[before].kind == markItem
}

// scheduled reports whether item i is a verb in the present that speaks of
// what is planned, such as "flies" in "he flies to Brussels on Wednesday".
// Headlines and captions tell the past in the same form. A word that may as
// well be a noun needs a subject before it, and the plural of a verb
// something of the plural.
func (r *resolver) scheduled(i int) bool {
	l, c := r.lex, r.rs.classes
	kind, ok := l.val(i, c.scheduled)
	if !ok || r.historic || l.items[i].letters != lower || i > 0 && l.items[i].gap != gapSpace {
		return false
	}
	before := l.at(i - 1)
	if before.kind != wordItem {
		return false
	}
	name := before.letters != lower && i > 1
	next := l.at(i + 1)
	_, object := l.val(i+1, c.determiner)
	object = object || next.kind == numberItem || next.letters != lower && next.word == 0
	switch kind {
	case thirdPerson:
		_, noun := l.val(i-1, c.attribute)
		return !noun
	case thirdOrNoun:
		_, one := l.val(i-1, c.subject)
		return one || name || object
	case plainForm:
		_, many := l.val(i-1, c.subjects)
		return many || name || plural(l, i-1)
	case plainOrNoun:
		if _, many := l.val(i-1, c.subjects); many {
			return true
		}
		_, adverbial := l.val(i+1, c.dateprep)
		return object && (before.letters != lower || plural(l, i-1)) || adverbial && !name && plural(l, i-1)
	case progressive:
		_, be := l.val(i-1, c.present)
		return be
	}
	return false
}

// over reports whether the plan at item i is a thing of the past: "had been
// scheduled".
func (r *resolver) over(i int) bool {
	_, ok := r.lex.val(i-1, r.rs.classes.been)
	return ok
}

// maxModal is how far before an expression, in items, a verb may stand that
// governs it.
const maxModal = 10

// How surely a verb looks ahead.
const (
	likely = iota + 1 // "would": what somebody said may have come since
	firm
)

// governed reports whether a verb of the expression's own clause puts it into
// the days to come, 0 for no: "will report earnings on Friday", "is required by June
// 30", "the trial starts Monday". Between the two there may be no mark, no
// verb in the past, no verb of saying and no other clause, and the expression
// may not belong to a noun ("will discuss Friday's attack").
func (r *resolver) governed(item, end int) int {
	l, c := r.lex, r.rs.classes
	if n := l.at(end); n.mark == '\'' && end < len(l.items) && n.gap == gapNone {
		return 0
	}
	near := item - 1
	if _, prep := l.val(near, c.dateprep); prep || r.ranges {
		near--
	} else if _, ok := l.val(near, c.attribute); ok || !r.standsAlone(end) {
		return 0
	}
	if _, ok := l.val(near, c.present); ok {
		return firm
	}
	participle := -1 // a past form that may yet prove to be one of a passive
	for i := item - 1; i >= 0 && i >= item-maxModal; i-- {
		if i < r.listEnd { // "Leeds on Friday, Hull on Sunday"
			if participle >= 0 || r.past(end) || pastTense(l, end) {
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
			if r.past(i - 1) {
				return 0
			}
			return firm
		}
		if participle < 0 && (l.phraseOf(i, c.onset) && !r.infinitive(i) || r.scheduled(i)) {
			return firm
		}
		if v, ok := l.val(i, c.modal); ok && l.items[i].letters != capital { // not "May"
			if _, perfect := l.val(i+1, c.have); perfect && v == likely || participle >= 0 && participle != i+1 {
				return 0
			}
			return v
		}
		if _, ok := l.val(i, c.be); ok {
			participle = -1
			continue
		}
		_, said := l.val(i, c.report)
		_, adjective := l.val(i-1, c.attribute)
		if said || r.past(i) || pastTense(l, i) && !adjective {
			if participle >= 0 && participle != i+1 {
				return 0
			}
			participle = i
		}
	}
	return 0
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

// infinitive reports whether the plain form of a verb at item i stands behind
// "to" or "not", and so tells nothing of when: "did not take place".
func (r *resolver) infinitive(i int) bool {
	_, ok := r.lex.val(i-1, r.rs.classes.infinitive)
	return ok
}

// reported reports whether a verb of the class stands right before the item, as
// in "said on Monday": its day is gone, whatever else the sentence speaks of.
func (r *resolver) reported(item int, verbs classID) bool {
	if _, ok := r.lex.val(item-1, r.rs.classes.dateprep); ok {
		item--
	}
	_, ok := r.lex.val(item-1, verbs)
	return ok && r.lex.at(item-1).kind == wordItem
}

// mixedFactor lowers the confidence of a weekday, month or day of a month that
// was put into the past although its sentence looks ahead. Measured on the
// weekdays of TimeBank and AQUAINT: of such values 19 of 24 are right, of the
// others 111 of 121. Months and days of a month were too few to tell (12 of 13
// right) and take the same factor.
const mixedFactor = 0.86

// aheadFactor lowers the confidence of a weekday that was put into the days to
// come: 12 of 17 were right in TimeBank and AQUAINT, and 24 of 25 that a verb in
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
		if _, ok := r.lex.val(i, r.rs.classes.was); ok {
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
	_, rest := l.val(end, r.rs.classes.rest)
	return rest
}

// past reports whether item i is a verb form of the past.
func (r *resolver) past(i int) bool {
	if i < 0 {
		return false
	}
	_, ok := r.lex.val(i, r.rs.classes.clause)
	return ok
}
