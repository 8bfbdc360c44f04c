package eval

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// TestScoreDates compares with what the reference scorer of TempEval-3 task A
// prints for the same two files (testdata/dates/want.txt).
func TestScoreDates(t *testing.T) {
	gold, pred := readFile(t, "testdata/dates/gold.jsonl", ReadDates), readFile(t, "testdata/dates/pred.jsonl", ReadDates)
	want, err := os.ReadFile("testdata/dates/want.txt")
	require.NoError(t, err)
	s, err := ScoreDates(gold, pred)
	require.NoError(t, err)
	var got strings.Builder
	require.NoError(t, s.Write(&got, true, len(s.Errors)))
	assert.Equal(t, string(want), got.String())

	s, err = ScoreDates(gold, gold)
	require.NoError(t, err)
	assert.Equal(t, 1.0, s.StrictF1)
	assert.Equal(t, 1.0, s.ValueF1)
	assert.Empty(t, s.Errors)

	pred[0].Text = "another"
	_, err = ScoreDates(gold, pred)
	assert.EqualError(t, err, "text of a differs from the gold text")
}

func TestReadDates(t *testing.T) {
	docs, err := ReadDates(strings.NewReader(`{"id":7,"dct":"2020-01-02","text":"ab","timexes":[{"start":0,"end":2,"type":"DATE","value":null}]}`))
	require.NoError(t, err)
	assert.Equal(t, []DatesDoc{{ID: "7", Published: "2020-01-02", Text: "ab", Timexes: []TimexRecord{{End: 2, Type: "DATE"}}}}, docs)
}

func TestTimexInterval(t *testing.T) {
	f := func(v, from, to string) {
		t.Helper()
		span, ok := timexInterval(v)
		assert.Equal(t, from != "", ok, v)
		assert.Equal(t, from+" "+to, span[0].String()+" "+span[1].String(), v)
	}
	f("2020-01-05", "2020-01-05", "2020-01-06")
	f("2020-01-05TNI", "2020-01-05", "2020-01-06")
	f("2020-12", "2020-12-01", "2021-01-01")
	f("2020-W53", "2020-12-28", "2021-01-04")
	f("2021-W53", "", "")
	f("2020-W01-WE", "2020-01-04", "2020-01-06")
	f("2020-Q4", "2020-10-01", "2021-01-01")
	f("2020-H2", "2020-07-01", "2021-01-01")
	f("199", "1990-01-01", "2000-01-01")
	f("19", "1900-01-01", "2000-01-01")
	f("9999", "", "")
	f("2020-SU", "", "")
	f("XXXX-01-05", "", "")
	f("2020-02-30", "", "")
}

func TestCalibrateDates(t *testing.T) {
	gold := []DatesDoc{{ID: "x", Timexes: []TimexRecord{{Start: 0, End: 4, Type: "DATE", Value: "2019"}, {Start: 5, End: 9, Type: "DATE", Value: "2020"}}}}
	d := &article.Document{ID: "x", Dates: []article.Date{
		{Span: article.Span{Start: 0, End: 4}, Value: "2019", Confidence: 0.9},
		{Span: article.Span{Start: 5, End: 9}, Value: "2021", Confidence: 0.9},
		{Span: article.Span{Start: 10, End: 12}, Value: "2021", Confidence: 0.2},
	}}
	c := CalibrateDates(gold, []*article.Document{d, {ID: "y"}})
	assert.Equal(t, 3, c.Total)
	assert.Equal(t, 2, c.Bins[9].N)
	assert.InDelta(t, 0.5, c.Bins[9].Right, 1e-6)
	assert.InDelta(t, (0.4*2+0.2)/3, c.ECE, 1e-6)
}
