package places

import (
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Entry returns what the rows of places say of a gazetteer entry; ok is false
// when the gazetteer has none of that id.
func (r *Resolver) Entry(placeID string) (p article.Place, ok bool) {
	n, ok := r.x.Find(placeID)
	if !ok {
		return p, false
	}
	e := r.x.Entry(n)
	describe(&p, &e, classOf(e.Class, e.Code))
	return p, true
}

// describe fills in what a gazetteer entry of a class says of itself.
func describe(p *article.Place, e *gazetteer.Entry, c class) {
	p.PlaceID, p.GeoNamesID, p.Name, p.Lat, p.Lon = e.ID, e.GeoNamesID, e.Name, e.Lat, e.Lon
	p.FeatureClass, p.FeatureCode, p.Country = e.Class, e.Code, e.Country
	p.Admin1Code, p.Admin1, p.Admin2, p.Population = e.Admin1Code, e.Admin1, e.Admin2, e.Population
	p.Precision = precisions[c]
}
