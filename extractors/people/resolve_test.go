package people

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestArticles(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{
			"a surname follows the full name", "Gen. {Frank McKenzie} met troops. {McKenzie} said so. General {McKenzie} left.",
			"Frank McKenzie > Frank McKenzie (General)\nMcKenzie > Frank McKenzie (General)\nMcKenzie > Frank McKenzie (General)\n",
		},
		{
			"a headline comes before the full name", "McKenzie leaves\n\n{McKenzie} and troops left. {Frank McKenzie} said so.",
			"McKenzie > Frank McKenzie\nFrank McKenzie > Frank McKenzie\n",
		},
		{
			"titles inside the span", "{Gen. Frank McKenzie} met {Prime Minister Adel Abdul-Mahdi} and {US Secretary of State Antony Blinken}.",
			"Frank McKenzie > Frank McKenzie (General)\nAdel Abdul-Mahdi > Adel Abdul-Mahdi (Prime Minister)\nUS Secretary of State Antony Blinken > US Secretary of State Antony Blinken\n",
		},
		{
			"titles before the span", "PM {Haider al-Abadi} met US Secretary of State {Antony Blinken}, Master Sgt. {Joshua L. Wheeler} and Iraqi Foreign Minister {Fuad Hussein}.",
			"Haider al-Abadi > Haider al-Abadi (Prime Minister)\nAntony Blinken > Antony Blinken (Secretary of State)\nJoshua L. Wheeler > Joshua L. Wheeler (Master Sergeant)\nFuad Hussein > Fuad Hussein (Foreign Minister)\n",
		},
		{
			"titles of something", "Minister of Foreign Affairs {Ann Lee} and President of Iraq {Barham Salih} spoke to Chief of Staff {Bo Berg}.",
			"Ann Lee > Ann Lee (Minister of Foreign Affairs)\nBarham Salih > Barham Salih (President)\nBo Berg > Bo Berg (Chief of Staff)\n",
		},
		{
			"titles beside a comma", "The spokesman, {John Kirby}, left. {Charlie Dietz}, a spokesman for the army, stayed. {Ann Lee}, the former finance minister, slept.",
			"John Kirby > John Kirby (Spokesman)\nCharlie Dietz > Charlie Dietz (Spokesman)\nAnn Lee > Ann Lee (Finance Minister)\n",
		},
		{
			"the last title stated", "Senator {Barack Obama} won. Mr. {Obama} spoke. President {Obama} left. The lawyer {Obama} sat.",
			"Barack Obama > Barack Obama (President)\nObama > Barack Obama (President)\nObama > Barack Obama (President)\nObama > Barack Obama (President)\n",
		},
		{
			"nothing but a title", "{Prime Minister} left. {PM} said so to {Ann Lee}.", "Ann Lee > Ann Lee\n",
		},
		{
			"a title that stays", "{Imam Khomeini} spoke. {Ruhollah Khomeini} left. {Queen Beatrix} and King {Willem-Alexander} came.",
			"Imam Khomeini > Ruhollah Khomeini (Imam)\nRuhollah Khomeini > Ruhollah Khomeini (Imam)\nQueen Beatrix > Queen Beatrix (Queen)\nWillem-Alexander > Willem-Alexander (King)\n",
		},
		{
			"names like titles", "{Dean Martin} sang. {Sheikh Hasina} spoke. {Sultan A. Al-Marshad} left. {Major Garrett} asked.",
			"Dean Martin > Dean Martin\nSheikh Hasina > Sheikh Hasina (Sheikh)\nSultan A. Al-Marshad > Sultan A. Al-Marshad\nGarrett > Garrett (Major)\n",
		},
		{
			"a couple", "President {Donald Trump} and first lady {Melania Trump} came. {Trump} spoke. Mrs. {Trump} smiled. {Melania} left.",
			"Donald Trump > Donald Trump (President)\nMelania Trump > Melania Trump (First Lady)\nTrump > Donald Trump (President)\nTrump > Melania Trump (First Lady)\nMelania > Melania Trump (First Lady)\n",
		},
		{
			"a given name that borrows the surname", "{Donald Trump} won. {Ann Lee} lost. {Donald} and {Melania Trump} danced.",
			"Donald Trump > Donald Trump\nAnn Lee > Ann Lee\nDonald > Donald Trump\nMelania Trump > Melania Trump\n",
		},
		{
			"a family", "{Joe Biden} came. The {Bidens} left. {Biden} slept.",
			"Joe Biden > Joe Biden\nBidens > Bidens\nBiden > Joe Biden\n",
		},
		{
			"brothers", "{Vitali Klitschko} and {Wladimir Klitschko} boxed. {Vitali} won. {Wladimir} lost.",
			"Vitali Klitschko > Vitali Klitschko\nWladimir Klitschko > Wladimir Klitschko\nVitali > Vitali Klitschko\nWladimir > Wladimir Klitschko\n",
		},
		{
			"a given name of two", "{Paul Lawrie} and {Paul Eales} played. {Paul} won.",
			"Paul Lawrie > Paul Lawrie\nPaul Eales > Paul Eales\nPaul > Paul\n",
		},
		{
			"a title tells which", "{Hillary Clinton} spoke. President {Bill Clinton} left. President {Clinton} slept.",
			"Hillary Clinton > Hillary Clinton\nBill Clinton > Bill Clinton (President)\nClinton > Bill Clinton (President)\n",
		},
		{
			"a surname alone is not the wife", "{Yeltsin} left. His wife {Naina Yeltsin} stayed. {Naina} slept.",
			"Yeltsin > Yeltsin\nNaina Yeltsin > Naina Yeltsin\nNaina > Naina Yeltsin\n",
		},
		{
			"the namesake that is introduced first", "President {Boris Yeltsin} came. {Naina Yeltsin} was ill. {Naina Yeltsin} slept. {Yeltsin} left.",
			"Boris Yeltsin > Boris Yeltsin (President)\nNaina Yeltsin > Naina Yeltsin\nNaina Yeltsin > Naina Yeltsin\nYeltsin > Boris Yeltsin (President)\n",
		},
		{
			"Mr. and Mrs.", "Mr. {Smith} came with Mrs. {Smith}.", "Smith > Smith\nSmith > Smith\n",
		},
		{
			"a king is no namesake", "{William Hague} spoke. King {William} slept.", "William Hague > William Hague\nWilliam > William (King)\n",
		},
		{
			"a title is not taken from the name of something else", "The {ORG:Quds Force} commander {Soleimani} died.",
			"Quds Force > \nSoleimani > Soleimani (Commander)\n",
		},
		{
			"spellings of one name", "{Adil Abdul-Mahdi} spoke. {Adel Abdul Mahdi} left. {Adel Abdul Mahdi} sat.",
			"Adil Abdul-Mahdi > Adel Abdul Mahdi\nAdel Abdul Mahdi > Adel Abdul Mahdi\nAdel Abdul Mahdi > Adel Abdul Mahdi\n",
		},
		{
			"not in capitals", "TRUMP WINS\n\n{TRUMP} won. {Trump} said so.", "TRUMP > Trump\nTrump > Trump\n",
		},
		{
			"half a name", "Then PMU Abu {Mahdi al-Muhandis} came. {Abu Mahdi al-Muhandis} left. Abu {Mahdi al-Muhandis} sat.",
			"Abu Mahdi al-Muhandis > Abu Mahdi al-Muhandis\nAbu Mahdi al-Muhandis > Abu Mahdi al-Muhandis\nAbu Mahdi al-Muhandis > Abu Mahdi al-Muhandis\n",
		},
		{
			"a line break inside a name", "Then {Frank\nMcKenzie} left.", "Frank\nMcKenzie > Frank McKenzie\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := marked(t, tc.src)
			require.NoError(t, resolver(t).Extract(t.Context(), d))
			assert.Equal(t, tc.want, show(d))
			require.NoError(t, d.Check())
		})
	}
}

func TestNamesakesHaveIDsOfTheirOwn(t *testing.T) {
	d := marked(t, "Mr. {Smith} came with Mrs. {Smith}.")
	require.NoError(t, resolver(t).Extract(t.Context(), d))
	assert.Equal(t, "PER:smith", d.Mentions[0].EntityID)
	assert.Equal(t, "PER:smith#2", d.Mentions[1].EntityID)
}

func TestExplain(t *testing.T) {
	d := marked(t, "Gen. {Frank McKenzie} met {Ann Lee}. {McKenzie} left.")
	r := resolver(t)
	require.NoError(t, r.Extract(t.Context(), d))
	var out bytes.Buffer
	require.NoError(t, r.Explain(t.Context(), &out, d, d.Mentions[2].Start))
	assert.Equal(t, "PER:frank mckenzie \"Frank McKenzie\", General, male\n"+
		"  5-19 \"Frank McKenzie\" with the title General\n"+
		"  33-41 \"McKenzie\": surname as \"Frank McKenzie\" at 5\n", out.String())
	out.Reset()
	require.NoError(t, r.Explain(t.Context(), &out, d, 0))
	assert.Empty(t, out.String())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, r.Extract(ctx, d), context.Canceled)
}

// capitalised makes a mention of every run of words in upper case.
func capitalised(t testing.TB, src string) *article.Document {
	t.Helper()
	d := &article.Document{Text: src}
	s, err := sharedSegmenter()
	require.NoError(t, err)
	s.Segment(d)
	for i, x := range d.Sentences {
		for k := x.First; k < x.Last; k++ {
			from := k
			for k < x.Last && startsUpper(d.TextOf(d.Tokens[k].Span)) {
				k++
			}
			if k > from {
				d.Mentions = append(d.Mentions, article.Mention{
					Span: article.Span{Start: d.Tokens[from].Start, End: d.Tokens[k-1].End}, Sentence: i, Kind: article.PER + article.Kind(from%3/2),
				})
			}
		}
	}
	return d
}

func FuzzExtract(f *testing.F) {
	f.Add("Gen. Frank McKenzie met Prime Minister Adel Abdul-Mahdi. McKenzie left. PM. Mr. Al. Abu. Bin. \"Mad\" X.")
	f.Add("Al Abdul Bin Van De Jr III “A” (B) A.B. A-B-C al-X O’N\n\nThe Bidens\xff Mr. \x00")
	f.Fuzz(func(t *testing.T, src string) {
		r := resolver(t)
		d := capitalised(t, src)
		require.NoError(t, r.Kinds().Extract(t.Context(), d))
		require.NoError(t, r.Extract(t.Context(), d))
		require.NoError(t, d.Check())
		ids := map[string]string{}
		for _, m := range d.Mentions {
			if m.Kind == article.PER {
				require.NotEmpty(t, m.EntityID)
				require.NotEmpty(t, m.Canonical)
				if c, ok := ids[m.EntityID]; ok {
					require.Equal(t, c, m.Canonical)
				}
				ids[m.EntityID] = m.Canonical
			}
		}
		require.NoError(t, r.Explain(t.Context(), &bytes.Buffer{}, d, -1))
	})
}

func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&b, "A%dx B%dy met Smith %c. ", i%7000, i, 'A'+i%26)
	}
	d := capitalised(t, b.String())
	require.NoError(t, resolver(t).Extract(t.Context(), d))
	assert.Greater(t, len(d.Mentions), 20000)
}

func BenchmarkExtract(b *testing.B) {
	src := strings.Repeat("Gen. {Frank McKenzie} met Prime Minister {Adel Abdul-Mahdi} and {Ann Lee}. {McKenzie} said that {Lee} had left. {Abdul Mahdi} did not.\n", 20)
	d := marked(b, src)
	r := resolver(b)
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Extract(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(d.Mentions))*float64(b.N)/b.Elapsed().Seconds(), "mentions/s")
}
