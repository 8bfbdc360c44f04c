package article

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDay(t *testing.T) {
	f := func(y int, m time.Month, d int, iso string, wd time.Weekday) {
		t.Helper()
		day := NewDay(y, m, d)
		assert.Equal(t, iso, day.String())
		assert.Equal(t, wd, day.Weekday())
		back, err := ParseDay(iso)
		require.NoError(t, err)
		assert.Equal(t, day, back)
		assert.Equal(t, day, DayOf(day.Time()))
	}
	f(1, 1, 1, "0001-01-01", time.Monday)
	f(1970, 1, 1, "1970-01-01", time.Thursday)
	f(2020, 2, 29, "2020-02-29", time.Saturday)
	f(2199, 12, 31, "2199-12-31", time.Tuesday)
	f(2019, 13, 1, "2020-01-01", time.Wednesday) // rolls over
	assert.EqualValues(t, 1, NewDay(1, 1, 1))
	assert.EqualValues(t, 0, NewDay(1970, 1, 1).Unix())
	assert.Equal(t, "", Day(0).String())
	assert.True(t, Day(0).Time().IsZero())
	assert.Equal(t, 29, DaysIn(2020, 2))
	assert.Equal(t, 28, DaysIn(1900, 2))
	assert.False(t, ValidDate(2019, 2, 29))
	assert.True(t, ValidDate(2020, 2, 29))
	_, err := ParseDay("2020-02-30")
	assert.EqualError(t, err, `day "2020-02-30": want YYYY-MM-DD`)
}

func TestLookUps(t *testing.T) {
	d := Document{
		Text:      "Hi. Go on.",
		Sentences: []Sentence{{Span: Span{0, 3}}, {Span: Span{4, 10}}},
		Tokens:    []Token{{Span: Span{0, 2}}, {Span: Span{2, 3}}, {Span: Span{4, 6}}, {Span: Span{7, 9}}, {Span: Span{9, 10}}},
	}
	for off, want := range map[int]int{0: 0, 3: 0, 4: 1, 9: 1, 99: 1} {
		assert.Equal(t, want, d.SentenceAt(off), "sentence at %d", off)
	}
	assert.Equal(t, -1, (&Document{}).SentenceAt(0))
	for off, want := range map[int]int{0: 0, 2: 1, 3: 2, 6: 3, 10: 5} {
		assert.Equal(t, want, d.TokenAt(off), "token at %d", off)
	}
}

func TestNames(t *testing.T) {
	for _, k := range []Kind{PER, ORG, LOC, NORP, MISC} {
		got, ok := ParseKind(k.String())
		assert.True(t, ok)
		assert.Equal(t, k, got)
	}
	_, ok := ParseKind("")
	assert.False(t, ok)
	assert.Equal(t, "in_name", InName.String())
	assert.Equal(t, "caption", Caption.String())
	assert.Equal(t, "?", Section(99).String())
}
