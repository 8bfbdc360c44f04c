package places

// actors scores how much the words around toponyms that may be capitals ask
// for a government.
func (w *work) actors() {
	for i := range w.tops {
		t := &w.tops[i]
		t.actor = 0
		if t.group < 0 || t.dateline || t.origin == fromNORP || t.inside != 0 {
			continue
		}
		g := &w.groups[t.group]
		for k := g.c0; k < g.c1; k++ {
			if w.cands[k].class == capital && w.cands[k].prob > .01 {
				t.actor = w.actorScore(t)
				break
			}
		}
	}
}

// metonyms marks the capitals that stand for their government: "Washington
// said", "told Moscow", "Tehran's nuclear programme".
func (w *work) metonyms() {
	sure := 0
	for i := range w.tops {
		t := &w.tops[i]
		if w.isSeat(t) && t.actor >= actorSure {
			sure++
		}
	}
	// an article that speaks of capitals as actors goes on doing so
	lean := float32(min(sure, 3)) * .25
	for i := range w.tops {
		if t := &w.tops[i]; w.isSeat(t) {
			t.metonym = t.actor+lean >= 1 && t.actor > 0
		}
	}
	for i := range w.tops { // "Moscow and Tehran have established"
		t := &w.tops[i]
		if t.list < 0 || !w.isSeat(t) || !w.isSeat(&w.tops[t.list]) {
			continue
		}
		o := &w.tops[t.list]
		if t.metonym != o.metonym && t.actor > -1 && o.actor > -1 {
			t.metonym, o.metonym = true, true
		}
	}
}

const actorSure = 2

// isSeat reports whether a toponym is a row that means a capital.
func (w *work) isSeat(t *toponym) bool {
	if t.origin != fromLOC && t.origin != fromText || t.group < 0 || t.dateline {
		return false
	}
	return w.cands[w.groups[t.group].best].class == capital
}

// actorScore says how much the words around a capital make it an actor:
// negative for a place, 1 and more for a government.
func (w *work) actorScore(t *toponym) float32 {
	if t.container >= 0 || t.cue == cueTown {
		return -3
	}
	return w.actorBefore(t) + w.actorAfter(t)
}

func (w *work) actorBefore(t *toponym) float32 {
	s := &w.d.Sentences[t.sentence]
	lex := w.r.lex
	at := func(back int) string {
		if t.first-back < s.First {
			return ""
		}
		return w.token(t.first - back)
	}
	prev := at(1)
	switch {
	case prev == "":
		return .4
	case lex.is(prev, wDeal):
		return 2
	case is(prev, "to", "To"):
		for back := 2; back <= 4; back++ {
			switch {
			case lex.is(at(back), wDeal), back == 2 && lex.is(at(back), wActor):
				return 1.5
			case lex.is(at(back), wGo):
				return -2
			}
		}
		if w.token2(t.last, s.Last) == ":" || prev == "To" {
			return 1
		}
		return -.4
	case is(prev, "between") && lex.is(at(2), wActor|wDeal):
		return 2
	case lex.is(prev, wPrep|wGo) && prev != "between" || lex.is(prev, wDirect):
		if is(prev, "from", "toward", "towards") {
			return -.4
		}
		return -3
	case is(prev, "by", "between", "against", "with"):
		return 1
	case is(prev, "on", "for"):
		if lex.is(at(2), wActor) {
			return 1.5
		}
		return .7
	case is(prev, "of"):
		if lex.is(at(2), wActor) {
			return 1.5
		}
		return -.5
	case is(prev, "that", "but", "But", "while", "as", "when", "if", "because", "whether", "now", "and"):
		return .4
	}
	if prev[0] >= 'a' && prev[0] <= 'z' && is(at(2), "a", "an", "A", "An") {
		return 1 // "a desperate Washington": only an actor has moods
	}
	return 0
}

func (w *work) actorAfter(t *toponym) float32 {
	s := &w.d.Sentences[t.sentence]
	lex := w.r.lex
	skip := t.last
	for skip < s.Last-1 && lex.adverb(w.token(skip)) {
		skip++ // "Washington then attempted"
	}
	next, then := w.token2(skip, s.Last), w.token2(skip+1, s.Last)
	switch {
	case isPossessive(next):
		switch {
		case lex.is(then, wGo):
			return -1.5
		case lex.is(then, wActor):
			return 2
		case lex.is(w.token2(t.last+2, s.Last), wActor):
			return 1.2
		}
		return .3
	case next == "-" && is(then, "backed", "led", "allied", "friendly", "brokered", "sponsored", "funded", "controlled", "imposed"):
		return 2
	case is(next, "is", "was", "has", "had", "will", "would", "could", "should", "may", "might", "must"):
		if is(then, "bombed", "attacked", "hit", "home", "located", "under", "in", "on", "a", "the", "where", "quiet", "calm", "also", "one") {
			return -.3
		}
		return .7
	case lex.is(next, wSpeech):
		return 2
	case is(next, "to", "not"):
		return .3
	}
	return 0
}

// token2 is the token at i, "" beyond the end of the sentence.
func (w *work) token2(i, end int) string {
	if i >= end {
		return ""
	}
	return w.token(i)
}

func is(s string, of ...string) bool {
	for _, o := range of {
		if s == o {
			return true
		}
	}
	return false
}
