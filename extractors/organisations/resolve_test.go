package organisations

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
	f := func(name, src, want string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			d := marked(t, src)
			require.NoError(t, resolver(t).Extract(t.Context(), d))
			assert.Equal(t, want, show(d))
			require.NoError(t, d.Check())
		})
	}
	f("an acronym defined in brackets",
		"The {Kenya Wildlife Fund} ({KQX}) paid. {KQX} said so.",
		"Kenya Wildlife Fund > Kenya Wildlife Fund > ORG:kenya wildlife fund\nKQX > Kenya Wildlife Fund > ORG:kenya wildlife fund\nKQX > Kenya Wildlife Fund > ORG:kenya wildlife fund\n")
	f("a name in brackets behind its acronym",
		"{PDRM} ({Royal Police Force}) came. The {PDRM} left.",
		"PDRM > Royal Police Force > ORG:royal police force\nRoyal Police Force > Royal Police Force > ORG:royal police force\nPDRM > Royal Police Force > ORG:royal police force\n")
	f("the agency of a dateline is no acronym",
		"{TODAY NEWS} ({EFE}) – The court met.",
		"TODAY NEWS > TODAY NEWS > ORG:today news\nEFE > EFE > ORG:efe\n")
	f("a known acronym is not redefined",
		"{Ann's Bakery} ({NATO}) was shut.",
		"Ann's Bakery > Ann's Bakery > ORG:anns bakery\nNATO > NATO > ORG:north atlantic treaty organization\n")
	f("the id is that of the known name",
		"The {Pentagon} said so.", "Pentagon > Pentagon > ORG:united states department of defense\n")
	f("the fullest form",
		"{IS} and {ISIS} are {Islamic State}. The {Islamic State} grew.",
		"IS > Islamic State > ORG:islamic state\nISIS > Islamic State > ORG:islamic state\nIslamic State > Islamic State > ORG:islamic state\nIslamic State > Islamic State > ORG:islamic state\n")
	f("the nearest ministry",
		"The {Iraqi Foreign Ministry} spoke. The {Foreign Ministry} left. The {Iranian Foreign Ministry} spoke. The {Foreign Ministry} left.",
		"Iraqi Foreign Ministry > Iraqi Foreign Ministry > ORG:iraqi foreign ministry\nForeign Ministry > Iraqi Foreign Ministry > ORG:iraqi foreign ministry\nIranian Foreign Ministry > Iranian Foreign Ministry > ORG:iranian foreign ministry\nForeign Ministry > Iranian Foreign Ministry > ORG:iranian foreign ministry\n")
	f("one of two is not guessed",
		"{Manchester United} met {Manchester City}. {Manchester} won.",
		"Manchester United > Manchester United > ORG:manchester united\nManchester City > Manchester City > ORG:manchester city\nManchester > Manchester > ORG:manchester\n")
	f("articles and white space",
		"{The  Washington\nPost} and the {Washington Post}.",
		"The  Washington\nPost > Washington Post > ORG:washington post\nWashington Post > Washington Post > ORG:washington post\n")
	f("not in capitals", "{BOEING CO} fell. {Boeing Co} said so.", "BOEING CO > Boeing Co > ORG:boeing\nBoeing Co > Boeing Co > ORG:boeing\n")
}

func TestExplain(t *testing.T) {
	d := marked(t, "The {Kenya Wildlife Fund} met {Ford}. {KWF} left.")
	r := resolver(t)
	require.NoError(t, r.Extract(t.Context(), d))
	var out bytes.Buffer
	require.NoError(t, r.Explain(t.Context(), &out, d, d.Mentions[2].Start))
	assert.Equal(t, "ORG:kenya wildlife fund \"Kenya Wildlife Fund\"\n  4-23 \"Kenya Wildlife Fund\"\n"+
		"  34-37 \"KWF\": initials of the name as \"Kenya Wildlife Fund\" at 4\n", out.String())
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
			for k < x.Last && d.Tokens[k].Kind == article.Word && strings.ToLower(d.TextOf(d.Tokens[k].Span)) != d.TextOf(d.Tokens[k].Span) {
				k++
			}
			if k > from {
				d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: d.Tokens[from].Start, End: d.Tokens[k-1].End}, Sentence: i, Kind: article.ORG})
			}
		}
	}
	return d
}

func FuzzExtract(f *testing.F) {
	f.Add("The Kenya Wildlife Fund (KWF) met U.S. Department Of State officials. The Fund. Inc. Co. AT&T. Ministry Of. Of.")
	f.Add("The The US A.B.C. (DEF) \xff Ministry\x00 Of The The & Co Ltd IRGC Of Of Of O O O")
	f.Fuzz(func(t *testing.T, src string) {
		r := resolver(t)
		d := capitalised(t, src)
		require.NoError(t, r.Extract(t.Context(), d))
		want := show(d)
		for _, m := range d.Mentions {
			require.NotEmpty(t, m.EntityID)
			require.NotEmpty(t, m.Canonical)
		}
		require.NoError(t, r.Extract(t.Context(), d))
		require.Equal(t, want, show(d))
		require.NoError(t, r.Explain(t.Context(), &bytes.Buffer{}, d, -1))
	})
}

func TestManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&b, "B%dy Bank of A%dx met Fund %c and ABC%d. ", i, i%7000, 'A'+i%26, i)
	}
	d := capitalised(t, b.String())
	require.NoError(t, resolver(t).Extract(t.Context(), d))
	assert.Greater(t, len(d.Mentions), 20000)
}

func BenchmarkExtract(b *testing.B) {
	src := strings.Repeat("The {Islamic Revolutionary Guard Corps} met the {U.S. State Department} and {Ford Motor Co.} in May. The {IRGC} said that {Ford} had left the {State Department}.\n", 20)
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
