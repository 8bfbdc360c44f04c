package places

import (
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// focus sets the country and the place that the article is about: what its
// mentions, those in the title, the dateline and the first sentences most of
// all, lie in.
func (w *work) focus() {
	d := w.d
	d.FocusCountry, d.FocusPlace = "", ""
	countries := map[int16]float32{}
	points := map[gazetteer.ID]float32{}
	for i := range w.tops {
		t := &w.tops[i]
		if t.origin >= evidence || t.group < 0 || w.thin(&w.groups[t.group]) {
			continue
		}
		c := &w.cands[w.groups[t.group].best]
		v := w.focusWeight(t) * c.prob
		if c.country != 0 {
			countries[c.country] += v
		}
		if c.kind == gazetteer.DemonymName {
			v /= 2
		}
		points[c.id] += v
		// a place says that its division is meant too, less loudly
		if a, ok := w.x.Admin1(c.id); ok && a != c.id && c.class != admin1 {
			points[a] += v * .35
		}
	}
	bestC := int16(0)
	for c, v := range countries {
		if v > countries[bestC] || v == countries[bestC] && (bestC == 0 || c < bestC) {
			bestC = c
		}
	}
	if bestC != 0 {
		d.FocusCountry = w.x.Countries()[bestC].Code
	}
	best, top := gazetteer.NoID, float32(0)
	for id, v := range points {
		if bestC != 0 && w.x.CountryNumber(id) != int(bestC) {
			continue // the place is in the country, or there is none
		}
		if w.r.classOf(w.x, id) == country {
			v *= .6 // a country is the focus when nothing in it is
		}
		if v > top || v == top && id < best {
			best, top = id, v
		}
	}
	if best != gazetteer.NoID {
		d.FocusPlace = w.x.PlaceID(best)
	}
}

func (w *work) focusWeight(t *toponym) float32 {
	v := float32(1)
	switch s := w.d.Sentences[t.sentence].Section; {
	case t.dateline:
		v = 2
	case s == article.Title:
		v = 2.5
	case s == article.Byline, s == article.Caption:
		v = .5
	case t.sentence < 4:
		v = 1.5
	}
	if t.origin == fromName {
		v /= 2
	}
	return v
}
