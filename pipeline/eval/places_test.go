package eval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// The expected figures of TestScorePlaces are those that the Python scorer of
// the task (score_places.py) prints for the same two files.
const placesGold = `{"id": "a", "text": "Baghdad and the US, and somewhere else, Mosul.", "places": [
 {"start": 0, "end": 7, "lat": 33.34, "lon": 44.39, "text": "Baghdad", "geonameid": 98182, "country": "IQ"},
 {"start": 16, "end": 18, "lat": 39.76, "lon": -98.5, "text": "US", "id": "6252001"},
 {"start": 24, "end": 33, "text": "somewhere"},
 {"start": 40, "end": 45, "lat": 36.335, "lon": 43.119, "text": "Mosul", "id": 99072, "country": "IQ"}]}
{"id": "b", "places": [{"start": 0, "end": 4, "lat": 0, "lon": 0}, {"start": 5, "end": 9, "lat": 0, "lon": 0}]}
{"id": "c", "places": []}
`

const placesPred = `{"id": "a", "places": [
 {"start": 0, "end": 5, "lat": 33.0, "lon": 44.0, "id": 98182, "country": "IQ"},
 {"start": 16, "end": 18, "lat": null, "lon": null},
 {"start": 24, "end": 38, "lat": 1.0, "lon": 2.0},
 {"start": 40, "end": 45, "lat": 36.0, "lon": 46.0, "id": 99072, "country": "IR"},
 {"start": 60, "end": 62, "lat": 1, "lon": 1}]}
{"id": "b", "places": [{"start": 0, "end": 9, "lat": 0, "lon": 0}]}
`

func oneLine(s string) string { return strings.ReplaceAll(s, "\n ", " ") }

func TestScorePlaces(t *testing.T) {
	gold, err := ReadPlaces(strings.NewReader(oneLine(placesGold)))
	require.NoError(t, err)
	pred, err := ReadPlaces(strings.NewReader(oneLine(placesPred)))
	require.NoError(t, err)
	s, err := ScorePlaces(gold, pred, 161)
	require.NoError(t, err)
	assert.Equal(t, 3, s.Documents)
	assert.Equal(t, [3]int{2, 6, 6}, [3]int{s.Exact.Right, s.Exact.Pred, s.Exact.Gold})
	assert.Equal(t, [3]int{5, 6, 6}, [3]int{s.Overlap.Right, s.Overlap.Pred, s.Overlap.Gold})
	assert.InDelta(t, 0.8333333333333334, s.Overlap.F1, 1e-12)
	assert.Equal(t, 5, s.All.N)
	assert.InDelta(t, 0.4, s.All.Accuracy, 1e-12)
	assert.InDelta(t, 8078.33791507911, s.All.Mean, 1e-6)
	assert.InDelta(t, 261.2780283360295, s.All.Median, 1e-6)
	assert.InDelta(t, 0.615963252745722, s.All.AUC, 1e-9)
	assert.Equal(t, 3, s.Found.N)
	assert.InDelta(t, 0.6666666666666666, s.Found.Accuracy, 1e-12)
	assert.InDelta(t, 104.56319179851464, s.Found.Mean, 1e-6)
	assert.InDelta(t, 0.34136284793699484, s.Found.AUC, 1e-9)
	assert.Equal(t, Share{3, 2.0 / 3}, s.ID)
	assert.Equal(t, Share{2, .5}, s.Country)
	assert.Equal(t, [3]int{2, 4, 5}, [3]int{s.EndToEnd.Right, s.EndToEnd.Pred, s.EndToEnd.Gold})
	var b strings.Builder
	require.NoError(t, s.Write(&b, 9))
	assert.Contains(t, b.String(), "resolution all       acc@161 0.4000 mean 8078.3 km median 261.3 km AUC 0.6160 (5 places)\n")
	assert.Contains(t, b.String(), "   1 x US                             gold (39.8, -98.5) predicted nothing  20039 km  (a)\n")
}

func TestScorePlacesEdges(t *testing.T) {
	gold, err := ReadPlaces(strings.NewReader(oneLine(placesGold)))
	require.NoError(t, err)
	s, err := ScorePlaces(gold, gold, 161)
	require.NoError(t, err)
	assert.Equal(t, 1.0, s.All.Accuracy)
	assert.Equal(t, 1.0, s.EndToEnd.F1)
	assert.Zero(t, s.All.AUC)
	s, err = ScorePlaces(gold, nil, 161)
	require.NoError(t, err)
	assert.InDelta(t, 1, s.All.AUC, 1e-9)
	assert.Equal(t, MaxKm, s.All.Mean)
	assert.Zero(t, s.Found.N)
	_, err = ScorePlaces(gold, []PlaceDoc{{ID: "z"}}, 161)
	assert.EqualError(t, err, "document z is not in the gold")
	assert.InDelta(t, 111.195, greatCircle(0, 0, 0, 1), 0.01)
}

func TestGiveSpans(t *testing.T) {
	d := &article.Document{ID: "x", Text: "In Iraq. In Rome.", Sentences: []article.Sentence{{Span: article.Span{Start: 0, End: 8}}, {Span: article.Span{Start: 9, End: 17}}}}
	GiveSpans(d, []PlaceSpan{{Start: 12, End: 16}, {Start: 3, End: 7}, {Start: 30, End: 33}})
	require.Len(t, d.Mentions, 2)
	assert.Equal(t, "Iraq", d.TextOf(d.Mentions[0].Span))
	assert.Equal(t, 1, d.Mentions[1].Sentence)
	d.Places = []article.Place{{Span: d.Mentions[0].Span, PlaceID: "gn:99237", GeoNamesID: 99237, Lat: 33, Lon: 44, Country: "IQ"}, {Span: d.Mentions[1].Span}}
	got := PlacesOf(d)
	assert.Equal(t, PlaceSpan{Start: 3, End: 7, Text: "Iraq", ID: "99237", Country: "IQ", HasPoint: true, Lat: 33, Lon: 44}, got.Places[0])
	assert.False(t, got.Places[1].HasPoint)
}

func FuzzReadPlaces(f *testing.F) {
	f.Add(oneLine(placesGold))
	f.Add(oneLine(placesPred))
	f.Fuzz(func(t *testing.T, in string) {
		docs, err := ReadPlaces(strings.NewReader(in))
		if err != nil {
			return
		}
		s, err := ScorePlaces(docs, docs, 161)
		require.NoError(t, err)
		require.Equal(t, s.Overlap.Gold, s.Overlap.Pred)
	})
}
