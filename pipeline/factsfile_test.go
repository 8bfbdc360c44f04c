package pipeline

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/duplicates"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

func someFacts(t testing.TB) *facts {
	seg, err := text.New()
	require.NoError(t, err)
	d := &article.Document{Text: "The minister told reporters that the dam would hold until spring unless the river rose by another metre. " +
		"Engineers from three towns have worked since Monday to raise the wall, helped by soldiers and by farmers with tractors."}
	seg.Segment(d)
	return &facts{
		Docs: []docFacts{
			{ID: "a", Own: "x", Qualified: "a@b", Published: 18000, Entities: []int{1, 0}, Sketch: duplicates.Of(d)},
			{ID: "", Published: -5},
		},
		Entities: []entityFacts{
			{ID: "PER:ann", Kind: article.PER, Mentions: 3, Canonical: map[string]int64{"Ann": 3}, Forms: map[string]int64{"Ann": 2, "she": 1}},
			{ID: "LOC:gn:1", Kind: article.LOC, Mentions: 1, Canonical: map[string]int64{"Basra": 1}, Forms: map[string]int64{"Basra": 1},
				Places: map[string]int64{"gn:1": 1}, Countries: map[string]int64{"IQ": 1}},
		},
	}
}

func TestFactsFile(t *testing.T) {
	want := someFacts(t)
	raw, err := want.encode()
	require.NoError(t, err)
	again, err := want.encode()
	require.NoError(t, err)
	require.Equal(t, raw, again)
	got, err := decodeFacts(raw)
	require.NoError(t, err)
	require.Equal(t, want, got)
	for n := range raw {
		_, err := decodeFacts(raw[:n])
		require.ErrorIs(t, err, errFacts)
	}
	got, err = decodeFacts(must(new(facts).encode()))
	require.NoError(t, err)
	assert.Empty(t, got.Docs)
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

func FuzzFactsFile(f *testing.F) {
	f.Add(must(someFacts(f).encode()))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := decodeFacts(raw)
		if err != nil {
			return
		}
		y, err := decodeFacts(must(x.encode()))
		require.NoError(t, err)
		require.Equal(t, x, y)
	})
}
