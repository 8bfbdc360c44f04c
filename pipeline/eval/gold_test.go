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
		{"names number", names, `{"id":"x","text":5}`, "line 1: text: have JSON number; want " + namesLine},
		{"names without entities", names, "\n" + `{"id":"x","text":"Ada"}`, "line 2: document x: no entities; want " + namesLine + ", with an empty list where it has no names"},
		{"names without id", names, `{"text":"Ada","entities":[]}`, "line 1: no id; want " + namesLine},
		{"names twice", names, `{"id":"x","entities":[]}` + "\n\n" + `{"id":"x","entities":[]}`, "line 3: document x twice"},
		{"names behind", names, `{"id":"x","text":"Ada","entities":[{"start":0,"end":4,"label":"PER"}]}`, "line 1: document x: span [0,4) lies outside the text"},
		{"names without spans", names, `{"id":"x","text":"Ada","entities":[{"begin":0,"stop":3,"label":"PER"}]}`, "line 1: document x: span [0,0): want 0 <= start < end"},
		{"names without label", names, `{"id":"x","text":"Ada","entities":[{"start":0,"end":3,"kind":"PER"}]}`, "line 1: document x: span [0,3): no label"},
		{"dates empty", dates, "", "no documents; want " + datesLine + " a line"},
		{"dates array", dates, "[]", "line 1: have JSON array; want " + datesLine},
		{"dates without timexes", dates, `{"id":"x","text":"Monday"}`, "line 1: document x: no timexes; want " + datesLine + ", with an empty list where it has none"},
		{"dates behind", dates, `{"id":"x","text":"ab","timexes":[{"start":1,"end":3}]}`, "line 1: document x: span [1,3) lies outside the text"},
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
