package article

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	good := func() *Document {
		return &Document{
			Text:      "Zoë left Iraq.\x80é",
			Tokens:    []Token{{Span: Span{0, 4}}, {Span: Span{5, 9}}, {Span: Span{10, 14}}, {Span: Span{14, 15}}},
			Sentences: []Sentence{{Span: Span{0, 15}, First: 0, Last: 4}},
			Mentions:  []Mention{{Span: Span{0, 4}, Kind: PER}, {Span: Span{10, 14}, Kind: LOC}},
			Places:    []Place{{Span: Span{10, 14}, Mention: Span{10, 14}}},
		}
	}
	require.NoError(t, good().Check())
	cases := []struct {
		name  string
		spoil func(d *Document)
		want  string
	}{
		{"past the end", func(d *Document) { d.Mentions[1].End = 99 }, "mention 1: [10,99) of 18 bytes"},
		{"empty", func(d *Document) { d.Mentions[1].End = 10 }, "mention 1: [10,10) of 18 bytes"},
		{"overlap", func(d *Document) { d.Mentions[1].Start = 3 }, "mention 1: [3,14) starts before 4, where the one before it ends"},
		{"cut rune", func(d *Document) { d.Mentions[0].End = 3 }, "mention 0: [0,3) cuts a rune"},
		{"wrong sentence", func(d *Document) { d.Mentions[0].Sentence = 1 }, "mention 0: [0,4) does not start in sentence 1"},
		{"no kind", func(d *Document) { d.Mentions[0].Kind = NoKind }, "mention 0: no kind"},
		{"sentence's tokens", func(d *Document) { d.Sentences[0].Last = 5 }, "sentence 0: tokens [0,5) of 4"},
		{"token outside", func(d *Document) { d.Sentences[0].End = 14 }, "sentence 0: tokens outside of it"},
		{"place outside its mention", func(d *Document) { d.Places[0].Mention.End = 12 }, "place 0: span {10 14} outside its mention {10 12}"},
		{"point", func(d *Document) { d.Places[0].PlaceID, d.Places[0].Lat = "x:1", 91 }, "place 0: point (91, 0)"},
		{"days", func(d *Document) { d.Dates = []Date{{Span: Span{5, 9}, Type: DATE, From: 9, To: 8}} }, "date 0: from 0001-01-09 is after to 0001-01-08"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := good()
			tc.spoil(d)
			err := d.Check()
			require.ErrorIs(t, err, ErrSpan)
			assert.EqualError(t, err, "broken span: "+tc.want)
		})
	}
	t.Run("a stray byte is no rune", func(t *testing.T) {
		d := good()
		d.Tokens = append(d.Tokens, Token{Span: Span{15, 16}})
		require.NoError(t, d.Check())
	})
}
