package pdf

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/source/pdf/pdftest"
)

// The lines of a story as two columns show them.
var (
	leftColumn = []string{
		"BASRA - The siege of the old fort", "ended on Wednesday, when the last", "of its defenders came out of the", "northern gate, offi-", "cials of the town said.",
		"   They had held it for a fort-", "night. Bread was short, and for", "five days there had been no water,", "which is why the mayor, who had",
	}
	rightColumn = []string{
		"tried to make both sides talk, was", "glad. \"We are tired,\" he said.",
		"   Talks begin next week in Al-", "Zubair, 20 kilometres away.", "   The well-known writer Ann Lee,", "who knows the fort well, called it", "a victory of the well-", "known kind.",
	}
	storyParagraphs = []string{
		"BASRA - The siege of the old fort ended on Wednesday, when the last of its defenders came out of the northern gate, officials of the town said.",
		"They had held it for a fortnight. Bread was short, and for five days there had been no water, which is why the mayor, who had tried to make both sides talk, was glad. \"We are tired,\" he said.",
		"Talks begin next week in Al-Zubair, 20 kilometres away.",
		"The well-known writer Ann Lee, who knows the fort well, called it a victory of the well-known kind.",
	}
)

// set draws lines from a place downwards; three blanks before a line indent it.
func set(x, y, size float64, lines ...string) (out []string) {
	for i, l := range lines {
		rest := strings.TrimPrefix(l, "   ")
		at := x
		if rest != l {
			at += 1.2 * size
		}
		out = append(out, drawn(at, y-float64(i)*1.2*size, size, rest))
	}
	return out
}

// TestOrder checks the text of pages to the letter, and its order.
func TestOrder(t *testing.T) {
	all := func(parts ...[]string) (s string) {
		for _, p := range parts {
			s += strings.Join(p, "")
		}
		return s
	}
	rows := func(left, right []string) (out []string) { // as a page that is drawn from left to right has it
		for i := range max(len(left), len(right)) {
			if i < len(left) {
				out = append(out, left[i])
			}
			if i < len(right) {
				out = append(out, right[i])
			}
		}
		return out
	}
	head, foot := set(60, 770, 8, "The Basra Courier, 3 January 2020"), set(290, 30, 8, "1")
	title, heading := set(60, 720, 24, "Siege of the old fort ends"), set(60, 690, 12, "What comes next, and for whom")
	left, right := set(60, 650, 10, leftColumn...), set(320, 650, 10, rightColumn...)
	caption := set(60, 530, 8, "The northern gate on Wednesday. Photo: A. Lee")
	titles := []string{"#Siege of the old fort ends", "##What comes next, and for whom"}
	want := func(more ...string) []string { return slices.Concat(titles, storyParagraphs, more) }
	const captionText = "The northern gate on Wednesday. Photo: A. Lee"
	third := set(60, 700, 10, "A third page.", "It has two lines.")
	split := strings.Split(storyParagraphs[1], " tried ")
	for _, tc := range []struct {
		name  string
		pages []string
		want  []string
	}{
		{"column by column", []string{all(title, heading, left, right)}, want()},
		{"row by row", []string{all(title, heading, rows(left, right))}, want()},
		{"a caption between columns, inside a sentence", []string{all(title, heading, left, caption, right)}, want(captionText)},
		{"a caption drawn last", []string{all(title, heading, left, right, caption)}, want(captionText)},
		{"a title drawn last", []string{all(heading, left, right, title)}, want()},
		{"columns drawn from the right: as drawn, since most pages draw as they are read", []string{all(title, heading, right, left)},
			slices.Concat(titles, []string{"tried " + split[1]}, storyParagraphs[2:], storyParagraphs[:1], split[:1])},
		{"a word cut at the end of a column", []string{all(set(60, 650, 10, "The last of its defenders came", "out of the gate, said a spokes-"), set(320, 650, 10, "man of the town."))}, []string{"The last of its defenders came out of the gate, said a spokesman of the town."}},
		{"a word cut at the end of a page, above its foot", []string{all(head, set(60, 650, 10, "The last of its defenders came", "out of the gate, said a spokes-"), foot), all(head, set(60, 650, 10, "man of the town.", "   He is new."), foot)},
			[]string{"The last of its defenders came out of the gate, said a spokesman of the town.", "He is new."}},
		{"columns on two pages", []string{all(title, heading, left), all(right)}, want()},
		{"head and foot of two pages", []string{all(head, title, heading, left, foot), all(head, right, foot)}, want()},
		{"head and foot of three pages", []string{all(head, title, heading, left, foot), all(head, right, foot), all(head, third, foot)}, want("A third page. It has two lines.")},
		{"head and foot drawn last", []string{all(title, heading, left, foot, head), all(right, foot, head), all(third, foot, head)}, want("A third page. It has two lines.")},
		{"head and foot of one page", []string{all(head, title, heading, left, right, foot)}, slices.Concat([]string{titles[0], "The Basra Courier, 3 January 2020", titles[1]}, storyParagraphs, []string{"1"})},
		{"a stamp at the margin, and across the page", []string{all(title, heading, left, right) + "BT /F1 9 Tf 0 1 -1 0 20 300 Tm (arXiv:2001.00001 3 Jan 2020) Tj ET BT /F1 60 Tf .7 .7 -.7 .7 150 200 Tm (DRAFT) Tj ET"}, want()},
		{"a page on its side", []string{"0 1 -1 0 600 0 cm " + all(title, heading, left, right)}, want()},
		{"a page upside down", []string{"-1 0 0 -1 600 800 cm " + all(title, heading, left, right)}, want()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := readString(t.Context(), pages(nil, tc.pages...), Options{})
			require.NoError(t, err)
			assert.Equal(t, tc.want, show(d))
		})
	}
	t.Run("ligatures", func(t *testing.T) {
		named := "<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Own/FirstChar 32/LastChar 32/Widths[250]/Encoding<</Differences[1/fi/fl/ff/ffi/f_l]>>>>"
		mapped := "<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Own/ToUnicode 5 0 R>>"
		table := pdftest.Stream("", "1 begincodespacerange <00> <ff> endcodespacerange 5 beginbfchar <01> <FB01> <02> <FB02> <03> <00660066> <04> <FB03> <05> <0066006C> endbfchar")
		content := "BT /F2 10 Tf 50 700 Td (O\\003icers \\001nd the \\005oor of the o\\004ce) Tj 0 -12 Td (\\002ooded.) Tj ET"
		for _, more := range [][]string{{named, "null"}, {mapped, table}} {
			d, err := readString(t.Context(), pages(more, content), Options{})
			require.NoError(t, err)
			assert.Equal(t, []string{"Officers find the floor of the office flooded."}, show(d), more)
		}
	})
}
