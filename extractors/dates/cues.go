package dates

// beginSentence forgets what held for the sentence before.
func (r *resolver) beginSentence() {
	r.future, r.looked = false, false
	r.sentenceDay = 0
	r.planned = false
	r.seen = 0
}

// before takes note of the items up to a match.
func (r *resolver) before(item int) {
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
	r.soon = r.ahead(item) || r.behind(item+1)
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

// behind reports whether the words that follow the item do so: "on Wednesday
// the two are to meet".
func (r *resolver) behind(item int) bool {
	for i := item; i < len(r.lex.items) && i < item+maxAhead; i++ {
		if r.lex.items[i].mark == '.' || r.lex.items[i].mark == ';' {
			return false
		}
		if r.lex.phraseOf(i, r.rs.classes.aheadAfter) {
			return true
		}
	}
	return false
}

// over reports whether the plan at item i is a thing of the past: "had been
// scheduled".
func (r *resolver) over(i int) bool {
	_, ok := r.lex.val(i-1, r.rs.classes.been)
	return ok
}
