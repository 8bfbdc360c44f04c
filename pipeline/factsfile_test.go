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
	f := &facts{
		Docs: []docFacts{
			{ID: "a", Own: "x", Qualified: "a@b", Published: 18000, Entities: []int{1, 0}, Sketch: duplicates.Of(d)},
			{ID: "", Published: -5},
		},
		Entities: []entityFacts{
			{ID: "PER:ann", Kind: article.PER, Mentions: 3, Canonical: tally{{"Ann", 3}}, Forms: tally{{"Ann", 2}, {"she", 1}}},
			{ID: "LOC:gn:1", Kind: article.LOC, Mentions: 1, Canonical: tally{{"Basra", 1}}, Forms: tally{{"Basra", 1}},
				Places: tally{{"gn:1", 1}}, Countries: tally{{"IQ", 1}}},
		},
	}
	f.finish()
	return f
}

func TestFactsFile(t *testing.T) {
	want := someFacts(t)
	raw := want.encode()
	require.Equal(t, raw, want.encode())
	got, err := decodeFacts(raw, true)
	require.NoError(t, err)
	require.Equal(t, want, got)
	got, err = decodeFacts(raw, false)
	require.NoError(t, err)
	assert.Equal(t, want.Docs, got.Docs)
	assert.Empty(t, got.Entities)
	for n := range raw {
		_, err := decodeFacts(raw[:n], true)
		require.ErrorIs(t, err, errFacts)
	}
	got, err = decodeFacts(new(facts).encode(), true)
	require.NoError(t, err)
	assert.Empty(t, got.Docs)
}

// TestFinish: entities are sorted, and know how many documents name them.
func TestFinish(t *testing.T) {
	f := someFacts(t)
	require.Equal(t, "LOC:gn:1", f.Entities[0].ID)
	require.Equal(t, []int{0, 1}, f.Docs[0].Entities)
	for _, e := range f.Entities {
		assert.EqualValues(t, 1, e.Documents)
		assert.Equal(t, days{18000, 18000}, e.Published)
	}
}

// TestRenamed: two entities of a document that become one are in one document.
func TestRenamed(t *testing.T) {
	f := &facts{
		Docs: []docFacts{{ID: "a", Published: 10, Entities: []int{0, 1}}, {ID: "b", Published: 20, Entities: []int{1}}},
		Entities: []entityFacts{
			{ID: "ORG:irgc", Kind: article.ORG, Mentions: 2, Canonical: tally{{"IRGC", 2}}, Forms: tally{{"IRGC", 2}}},
			{ID: "ORG:guards", Kind: article.ORG, Mentions: 3, Canonical: tally{{"Guards", 3}}, Forms: tally{{"Guards", 2}, {"IRGC", 1}}},
		},
	}
	f.finish()
	got := f.renamed(map[string]string{"ORG:irgc": "ORG:guards"})
	assert.Equal(t, []entityFacts{{ID: "ORG:guards", Kind: article.ORG, Mentions: 5, Documents: 2, Published: days{10, 20},
		Canonical: tally{{"Guards", 3}}, Forms: tally{{"Guards", 2}, {"IRGC", 3}}}}, got.Entities)
}

func FuzzFactsFile(f *testing.F) {
	f.Add(someFacts(f).encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := decodeFacts(raw, true)
		if err != nil {
			return
		}
		y, err := decodeFacts(x.encode(), true)
		require.NoError(t, err)
		require.Equal(t, x, y)
	})
}
