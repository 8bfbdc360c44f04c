package eval

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// MaxKm is what a place that was not found, or not resolved, costs: half of
// the Earth's circumference.
const MaxKm = 20039.0

// PlaceDoc is the places of one document, by gold or by a system.
type PlaceDoc struct {
	ID     string
	Text   string
	URL    string
	Title  string
	Places []PlaceSpan
}

// PlaceSpan is one annotated place. Offsets are bytes of the text.
type PlaceSpan struct {
	Start, End int
	Text       string
	ID         string // gazetteer id; "" when there is none
	Country    string // alpha-2; "" when there is none
	HasPoint   bool
	Lat, Lon   float64
}

const placesLine = `{"id", "text", "places": [{"start", "end", "lat", "lon"}]}`

// ReadPlaces reads JSON Lines: {"id", "places": [{"start", "end", "lat"?, "lon"?,
// "id" or "geonameid"?, "country"?, "text"?}], "text"?, "url"?, "title"?}. An
// article without places has an empty list.
func ReadPlaces(r io.Reader) ([]PlaceDoc, error) {
	return readLines(r, placesLine, func(line []byte) (PlaceDoc, string, error) {
		d, err := parsePlaceDoc(line)
		return d, d.ID, err
	})
}

func parsePlaceDoc(line []byte) (d PlaceDoc, err error) {
	var raw struct {
		Text   string            `json:"text"`
		URL    string            `json:"url"`
		Title  string            `json:"title"`
		Places []json.RawMessage `json:"places"`
	}
	if d.ID, err = decode(line, placesLine, &raw); err != nil {
		return d, err
	}
	d.Text, d.URL, d.Title = raw.Text, raw.URL, raw.Title
	if raw.Places == nil {
		return d, fmt.Errorf("document %s: no places; want %s, with an empty list where it has none", d.ID, placesLine)
	}
	d.Places, err = decodeList(d.ID, "place", raw.Places, func(p placeRecord) (PlaceSpan, error) { return p.span(d.Text) })
	return d, err
}

// placeRecord is an annotated place as it is written.
type placeRecord struct {
	spanFields
	Text      string   `json:"text"`
	Country   string   `json:"country"`
	ID        anyID    `json:"id"`
	GeoNameID anyID    `json:"geonameid"`
	Lat       *float64 `json:"lat"`
	Lon       *float64 `json:"lon"`
}

func (p placeRecord) span(text string) (PlaceSpan, error) {
	at, err := p.in(text)
	s := PlaceSpan{Start: at.Start, End: at.End, Text: p.Text, Country: p.Country, ID: string(cmp.Or(p.ID, p.GeoNameID))}
	switch {
	case err != nil || p.Lat == nil && p.Lon == nil:
		return s, err
	case p.Lat == nil || p.Lon == nil:
		return s, errors.New("lat or lon alone; want both, or none where the place has no point")
	}
	s.HasPoint, s.Lat, s.Lon = true, *p.Lat, *p.Lon
	if !(s.Lat >= -90 && s.Lat <= 90 && s.Lon >= -180 && s.Lon <= 180) {
		err = fmt.Errorf("no point on Earth: (%v, %v)", s.Lat, s.Lon)
	}
	return s, err
}

// PlacesOf returns a document's places as they are scored.
func PlacesOf(d *article.Document) PlaceDoc {
	out := PlaceDoc{ID: d.ID, Places: make([]PlaceSpan, 0, len(d.Places))}
	for i := range d.Places {
		p := &d.Places[i]
		s := PlaceSpan{Start: p.Start, End: p.End, Text: d.TextOf(p.Span), Country: p.Country, HasPoint: p.PlaceID != "", Lat: p.Lat, Lon: p.Lon}
		if p.GeoNamesID != 0 {
			s.ID = fmt.Sprint(p.GeoNamesID)
		}
		out.Places = append(out.Places, s)
	}
	return out
}

// GiveSpans puts the gold spans into d as place mentions, in place of what
// was found, for a resolver to be scored on them alone. Spans that lie outside
// the text or in no sentence are left out.
func GiveSpans(d *article.Document, gold []PlaceSpan) {
	d.Mentions = d.Mentions[:0]
	for _, g := range gold {
		s := article.Span{Start: g.Start, End: g.End}
		if n := d.SentenceAt(s.Start); n >= 0 && s.End <= len(d.Text) {
			d.Mentions = append(d.Mentions, article.Mention{Span: s, Sentence: n, Kind: article.LOC, Rule: "gold"})
		}
	}
	slices.SortStableFunc(d.Mentions, func(a, b article.Mention) int { return cmp.Compare(a.Start, b.Start) })
}

// DistanceScore says how far from gold a set of places was put.
type DistanceScore struct {
	N        int
	Accuracy float64 // share within the radius
	Mean     float64 // km
	Median   float64 // km
	AUC      float64 // mean of ln(km+1)/ln(20040) by the trapezoid rule; lower is better
}

// Share is how many of N were the same.
type Share struct {
	N    int
	Same float64
}

// PlacesScore is what shared/score/score_places.py prints. "All" counts what
// was not found as MaxKm away, "found" leaves it out.
type PlacesScore struct {
	Documents      int
	Km             float64
	Exact, Overlap PRF // recognition
	All, Found     DistanceScore
	ID, Country    Share // of the gold places that have one
	EndToEnd       PRF   // found and within the radius
	Errors         []PlaceError
}

// PlaceError is a gold place that was not put within the radius.
type PlaceError struct {
	Document string
	Gold     PlaceSpan
	Pred     *PlaceSpan // nil: not found or not resolved
	Km       float64
}

// CheckPlaces reports gold without any place: it gives no score.
func CheckPlaces(gold []PlaceDoc) error {
	if !slices.ContainsFunc(gold, func(d PlaceDoc) bool { return len(d.Places) > 0 }) {
		return fmt.Errorf("no place is annotated in %d documents: there is nothing to score", len(gold))
	}
	return nil
}

// ScorePlaces compares predicted places with gold ones. Spans are matched one
// to one, equal ones first, then by the largest overlap. Documents that pred
// lacks count as empty; such that gold lacks are an error.
func ScorePlaces(gold, pred []PlaceDoc, km float64) (PlacesScore, error) {
	byID := make(map[string][]PlaceSpan, len(pred))
	known := make(map[string]bool, len(gold))
	for _, d := range gold {
		known[d.ID] = true
	}
	for _, d := range pred {
		if !known[d.ID] {
			return PlacesScore{}, fmt.Errorf("document %s is not in the gold", d.ID)
		}
		byID[d.ID] = d.Places
	}
	t := placeTally{km: km}
	for _, d := range gold {
		t.add(d.ID, d.Places, byID[d.ID])
	}
	return t.score(len(gold)), nil
}

// placeTally counts over documents.
type placeTally struct {
	km                         float64
	exact, overlap, preds      int
	golds                      int
	right, e2ePred, e2eGold    int
	all, found                 []float64
	idN, id, countryN, country int
	errors                     []PlaceError
}

func (t *placeTally) add(doc string, gold, pred []PlaceSpan) {
	t.preds += len(pred)
	t.golds += len(gold)
	t.exact += len(pairSpans(gold, pred, true, false))
	t.overlap += len(pairSpans(gold, pred, false, true))
	pairs := pairSpans(gold, pred, true, true)
	for _, p := range pred {
		if p.HasPoint {
			t.e2ePred++
		}
	}
	for i, g := range gold {
		var p *PlaceSpan
		if j, ok := pairs[i]; ok && pred[j].HasPoint {
			p = &pred[j]
		}
		if !g.HasPoint {
			if p != nil {
				t.e2ePred--
			}
			continue
		}
		t.place(doc, g, p)
	}
}

func (t *placeTally) place(doc string, g PlaceSpan, p *PlaceSpan) {
	d := MaxKm
	if p != nil {
		d = greatCircle(g.Lat, g.Lon, p.Lat, p.Lon)
		t.found = append(t.found, d)
	}
	t.all = append(t.all, d)
	t.e2eGold++
	if d <= t.km {
		t.right++
	} else {
		t.errors = append(t.errors, PlaceError{doc, g, p, d})
	}
	if g.ID != "" {
		t.idN++
		if p != nil && p.ID == g.ID {
			t.id++
		}
	}
	if g.Country != "" {
		t.countryN++
		if p != nil && p.Country == g.Country {
			t.country++
		}
	}
}

func (t *placeTally) score(docs int) PlacesScore {
	return PlacesScore{
		Documents: docs, Km: t.km,
		Exact: newPRF(t.exact, t.preds, t.golds), Overlap: newPRF(t.overlap, t.preds, t.golds),
		All: distances(t.all, t.km), Found: distances(t.found, t.km),
		ID: Share{t.idN, ratio(t.id, t.idN)}, Country: Share{t.countryN, ratio(t.country, t.countryN)},
		EndToEnd: newPRF(t.right, t.e2ePred, t.e2eGold),
		Errors:   t.errors,
	}
}

// pairSpans matches spans: gold index to predicted index.
func pairSpans(gold, pred []PlaceSpan, exact, overlap bool) map[int]int {
	pairs, used := map[int]int{}, make([]bool, len(pred))
	if exact {
		for i, g := range gold {
			j := slices.IndexFunc(pred, func(p PlaceSpan) bool { return p.Start == g.Start && p.End == g.End })
			for ; j >= 0 && j < len(pred); j++ {
				if pred[j].Start == g.Start && pred[j].End == g.End && !used[j] {
					pairs[i], used[j] = j, true
					break
				}
			}
		}
	}
	if !overlap {
		return pairs
	}
	type cand struct{ size, gs, ps, i, j int }
	var cands []cand
	for i, g := range gold {
		if _, done := pairs[i]; done {
			continue
		}
		for j, p := range pred {
			if n := min(g.End, p.End) - max(g.Start, p.Start); n > 0 && !used[j] {
				cands = append(cands, cand{-n, g.Start, p.Start, i, j})
			}
		}
	}
	slices.SortFunc(cands, func(a, b cand) int {
		return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.gs, b.gs), cmp.Compare(a.ps, b.ps), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	for _, c := range cands {
		if _, done := pairs[c.i]; !done && !used[c.j] {
			pairs[c.i], used[c.j] = c.j, true
		}
	}
	return pairs
}

func distances(errs []float64, km float64) DistanceScore {
	n := len(errs)
	if n == 0 {
		return DistanceScore{}
	}
	s := slices.Sorted(slices.Values(errs))
	out := DistanceScore{N: n, Median: s[n/2]}
	if n%2 == 0 {
		out.Median = (s[n/2-1] + s[n/2]) / 2
	}
	within := 0
	for _, e := range s {
		out.Mean += e / float64(n)
		if e <= km {
			within++
		}
	}
	out.Accuracy = ratio(within, n)
	log := func(e float64) float64 { return math.Log(e+1) / math.Log(MaxKm+1) }
	if n == 1 {
		out.AUC = log(s[0])
		return out
	}
	for i := 1; i < n; i++ {
		out.AUC += (log(s[i-1]) + log(s[i])) / 2 / float64(n-1)
	}
	return out
}

// greatCircle returns the distance of two points in km.
func greatCircle(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s, t := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := s*s + math.Cos(lat1*rad)*math.Cos(lat2*rad)*t*t
	return min(MaxKm, 2*6371.0088*math.Asin(min(1, math.Sqrt(h))))
}

// Write prints the score; with errors > 0 also that many of the most frequent
// errors.
func (s *PlacesScore) Write(w io.Writer, errors int) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "documents %d\n", s.Documents)
	prf := func(what string, r PRF) {
		fmt.Fprintf(out, "%-20s P %.4f R %.4f F1 %.4f (%d right, %d predicted, %d gold)\n", what, r.P, r.R, r.F1, r.Right, r.Pred, r.Gold)
	}
	prf("recognition exact", s.Exact)
	prf("recognition overlap", s.Overlap)
	for _, d := range []struct {
		what string
		DistanceScore
	}{{"resolution all", s.All}, {"resolution found", s.Found}} {
		fmt.Fprintf(out, "%-20s acc@%g %.4f mean %.1f km median %.1f km AUC %.4f (%d places)\n", d.what, s.Km, d.Accuracy, d.Mean, d.Median, d.AUC, d.N)
	}
	for _, h := range []struct {
		what string
		Share
	}{{"same id", s.ID}, {"same country", s.Country}} {
		if h.N > 0 {
			fmt.Fprintf(out, "%-20s %.4f (%d places)\n", h.what, h.Same, h.N)
		}
	}
	prf("end to end", s.EndToEnd)
	s.writeErrors(out, errors)
	return out.Flush()
}

func (s *PlacesScore) writeErrors(w io.Writer, most int) {
	type group struct {
		PlaceError
		n int
	}
	var groups []*group
	at := map[string]*group{}
	for _, e := range s.Errors {
		pred := "nothing"
		if e.Pred != nil {
			pred = fmt.Sprintf("%.1f,%.1f", e.Pred.Lat, e.Pred.Lon)
		}
		key := fmt.Sprintf("%s|%.1f,%.1f|%s", strings.ToLower(e.Gold.Text), e.Gold.Lat, e.Gold.Lon, pred)
		if at[key] == nil {
			at[key] = &group{PlaceError: e}
			groups = append(groups, at[key])
		}
		at[key].n++
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(b.Km, a.Km)) })
	for _, g := range groups[:min(most, len(groups))] {
		pred := "nothing"
		if g.Pred != nil {
			pred = fmt.Sprintf("(%.1f, %.1f)", g.Pred.Lat, g.Pred.Lon)
		}
		fmt.Fprintf(w, "  %4d x %-30s gold (%.1f, %.1f) predicted %s  %.0f km  (%s)\n", g.n, g.Gold.Text, g.Gold.Lat, g.Gold.Lon, pred, g.Km, g.Document)
	}
}
