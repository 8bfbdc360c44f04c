package eval

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readFile[T any](t *testing.T, path string, read func(io.Reader) ([]T, error)) []T {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	docs, err := read(f)
	require.NoError(t, err)
	return docs
}

// What cannot be scored is refused, with the line and what is wanted.
func TestReadGoldErrors(t *testing.T) {
	names := func(r io.Reader) error { _, err := ReadNames(r); return err }
	dates := func(r io.Reader) error { _, err := ReadDates(r); return err }
	places := func(r io.Reader) error { _, err := ReadPlaces(r); return err }
	for _, tc := range []struct {
		name string
		read func(io.Reader) error
		in   string
		want string
	}{
		{"names empty", names, "\n", "no documents; want " + namesLine + " a line"},
		{"names array", names, "[]", "line 1: have JSON array; want " + namesLine},
		{"names torn", names, `{"id":"x"`, "line 1: no JSON (unexpected end of JSON input); want " + namesLine},
		{"names number", names, `{"id":"x","text":5}`, "line 1: document x: text: have JSON number; want a string"},
		{"names without entities", names, "\n" + `{"id":"x","text":"Ada"}`, "line 2: document x: no entities; want " + namesLine + ", with an empty list where it has no names"},
		{"names without id", names, `{"text":"Ada","entities":[]}`, "line 1: no id; want " + namesLine},
		{"names twice", names, `{"id":"x","entities":[]}` + "\n\n" + `{"id":"x","entities":[]}`, "line 3: document x twice"},
		{"names behind", names, `{"id":"x","text":"Ada","entities":[{"start":0,"end":4,"label":"PER"}]}`, "line 1: document x: entity 0: span [0,4) lies outside the text"},
		{"names without spans", names, `{"id":"x","text":"Ada","entities":[{"begin":0,"stop":3,"label":"PER"}]}`, "line 1: document x: entity 0: no start or no end; want both, in bytes of the text"},
		{"names without label", names, `{"id":"x","text":"Ada","entities":[{"start":0,"end":3,"kind":"PER"}]}`, "line 1: document x: entity 0: no label"},
		{"dates empty", dates, "", "no documents; want " + datesLine + " a line"},
		{"dates array", dates, "[]", "line 1: have JSON array; want " + datesLine},
		{"dates without timexes", dates, `{"id":"x","text":"Monday"}`, "line 1: document x: no timexes; want " + datesLine + ", with an empty list where it has none"},
		{"dates behind", dates, `{"id":"x","text":"ab","timexes":[{"start":1,"end":3}]}`, "line 1: document x: timex 0: span [1,3) lies outside the text"},
		{"dates without end", dates, `{"id":"x","text":"ab","timexes":[{"start":0,"type":"DATE","value":"2020"}]}`, "line 1: document x: timex 0: no start or no end; want both, in bytes of the text"},
		{"dates without start", dates, `{"id":"x","text":"ab","timexes":[{"end":1,"type":"DATE","value":"2020"}]}`, "line 1: document x: timex 0: no start or no end; want both, in bytes of the text"},
		{"dates without type", dates, `{"id":"x","text":"ab","timexes":[{"start":0,"end":1,"value":"2020"}]}`, "line 1: document x: timex 0: no type"},
		{"dates start a string", dates, `{"id":"x","text":"ab","timexes":[{"start":"0","end":1}]}`, "line 1: document x: timex 0: start: have JSON string; want a whole number"},
		{"names start a fraction", names, `{"id":"x","text":"ab","entities":[{"start":0,"end":1,"label":"PER"},{"start":0.5,"end":1}]}`, "line 1: document x: entity 1: start: have JSON number 0.5; want a whole number"},
		{"names list", names, `{"id":"x","text":"ab","entities":{}}`, "line 1: document x: entities: have JSON object; want a list"},
		{"names not objects", names, `{"id":"x","text":"ab","entities":["ab"]}`, "line 1: document x: entity 0: have JSON string; want an object"},
		{"names flag", names, `{"id":"x","text":"ab","entities":[{"start":0,"end":1,"label":"PER","nested":"no"}]}`, "line 1: document x: entity 0: nested: have JSON string; want true or false"},
		{"names cut", names, `{"id":"x","text":"Zoë","entities":[{"start":0,"end":3,"label":"PER"}]}`, "line 1: document x: entity 0: span [0,3) cuts a character; want offsets in bytes of UTF-8"},
		{"places cut", places, `{"id":"x","text":"Évry","places":[{"start":1,"end":5}]}`, "line 1: document x: place 0: span [1,5) cuts a character; want offsets in bytes of UTF-8"},
		{"places without start", places, `{"id":"a","text":"Paris is nice.","places":[{"end":5,"lat":48.85,"lon":2.35}]}`, "line 1: document a: place 0: no start or no end; want both, in bytes of the text"},
		{"places without end", places, `{"id":"a","text":"Paris is nice.","places":[{"start":0,"lat":48.85,"lon":2.35}]}`, "line 1: document a: place 0: no start or no end; want both, in bytes of the text"},
		{"places without lat", places, `{"id":"a","text":"Paris is nice.","places":[{"start":0,"end":5,"lon":2.35}]}`, "line 1: document a: place 0: lat or lon alone; want both, or none where the place has no point"},
		{"places lat a string", places, `{"id":"a","places":[{"start":0,"end":5,"lat":"48.85","lon":2.35}]}`, "line 1: document a: place 0: lat: have JSON string; want a number"},
		{"places id a list", places, `{"id":[1],"places":[]}`, "line 1: id: have JSON array; want a string"},
		{"places empty", places, "", "no documents; want " + placesLine + " a line"},
		{"places array", places, "[]", "line 1: have JSON array; want " + placesLine},
		{"places no JSON", places, "not json", "line 1: no JSON (invalid character 'o' in literal null (expecting 'u')); want " + placesLine},
		{"places without places", places, `{"id":"a"}`, "line 1: document a: no places; want " + placesLine + ", with an empty list where it has none"},
		{"places without id", places, `{"places":[]}`, "line 1: no id; want " + placesLine},
		{"places empty span", places, `{"id": "a", "places": [{"start": 3, "end": 3}]}`, "line 1: document a: place 0: span [3,3): want 0 <= start < end"},
		{"places nowhere", places, `{"id": "a", "places": [{"start": 0, "end": 3, "lat": 99, "lon": 1}]}`, "line 1: document a: place 0: no point on Earth: (99, 1)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.EqualError(t, tc.read(strings.NewReader(tc.in)), tc.want)
		})
	}
}

// Gold in which nothing counts gives no score.
func TestNothingToScore(t *testing.T) {
	gold := []NamesDoc{{ID: "a", Text: "Ada", Entities: []NameRecord{{End: 3, Label: "PERSON"}}}}
	assert.EqualError(t, NamesOptions{}.Check(gold),
		"no name that is PER, ORG, LOC in 1 documents: there is nothing to score (annotated are PERSON 1)")
	gold[0].Entities[0].Label = "PER"
	assert.NoError(t, NamesOptions{}.Check(gold))
	assert.EqualError(t, NamesOptions{Only: "leaf", Labels: []string{"PER"}}.Check(gold),
		"no name that is PER and leaf in 1 documents: there is nothing to score (annotated are PER 1)")
	gold[0].Entities = nil
	assert.EqualError(t, NamesOptions{}.Check(gold), "no name that is PER, ORG, LOC in 1 documents: there is nothing to score (none is annotated)")
	assert.Error(t, CheckDates([]DatesDoc{{ID: "a"}}))
	assert.NoError(t, CheckDates([]DatesDoc{{ID: "a"}, {ID: "b", Timexes: []TimexRecord{{End: 1}}}}))
	assert.Error(t, CheckPlaces([]PlaceDoc{{ID: "a"}}))
	assert.NoError(t, CheckPlaces([]PlaceDoc{{ID: "a", Places: []PlaceSpan{{End: 1}}}}))
}
