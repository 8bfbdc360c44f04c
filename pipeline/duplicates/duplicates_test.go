package duplicates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// words makes a document whose tokens are the words.
func words(ws []string) *article.Document {
	d := &article.Document{}
	var b strings.Builder
	for _, w := range ws {
		start := b.Len()
		b.WriteString(w)
		d.Tokens = append(d.Tokens, article.Token{Span: article.Span{Start: start, End: b.Len()}})
		b.WriteByte(' ')
	}
	d.Text = b.String()
	return d
}

// story makes a text of n words with the frequencies of a language: few words
// are very frequent, and some follow each other often.
func story(rng *rand.Rand, n int) []string {
	zipf := func() int { return int(3000 * (rng.Float64() * rng.Float64() * rng.Float64())) }
	ws := make([]string, n)
	for i := range ws {
		ws[i] = fmt.Sprintf("w%d", zipf())
	}
	return ws
}

// edit changes a share of the words: drops, replaces or adds one.
func edit(rng *rand.Rand, ws []string, share float64) []string {
	var out []string
	for _, w := range ws {
		switch {
		case rng.Float64() >= share:
			out = append(out, w)
		case rng.IntN(3) == 0: // dropped
		case rng.IntN(2) == 0:
			out = append(out, story(rng, 1)[0])
		default:
			out = append(out, w, story(rng, 1)[0])
		}
	}
	return out
}

// figures makes near-duplicates of stories and scores Find on them.
func figures(share float64) (precision, recall float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []Article
	truth := map[string]string{}
	for i := range 300 {
		ws := story(rng, 80+rng.IntN(600))
		root := fmt.Sprintf("s%03d", i)
		all = append(all, Article{ID: root, Published: 1000, Sketch: Of(words(ws))})
		for k := range rng.IntN(4) {
			id := fmt.Sprintf("%s-%d", root, k)
			truth[id] = root
			all = append(all, Article{ID: id, Published: 1001, Sketch: Of(words(edit(rng, ws, share)))})
		}
	}
	found := Find(all)
	right := 0
	for id, root := range found {
		if truth[id] == root {
			right++
		}
	}
	return float64(right) / float64(len(found)), float64(right) / float64(len(truth))
}

func TestFigures(t *testing.T) {
	for _, share := range []float64{0, .05, .1, .2} {
		p, r := figures(share)
		t.Logf("%2.0f%% of the words edited: precision %.4f, recall %.4f", 100*share, p, r)
		assert.GreaterOrEqual(t, p, .98)
		assert.GreaterOrEqual(t, r, .98)
	}
}

func TestFind(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a, b := story(rng, 200), story(rng, 200)
	list := []Article{
		{ID: "late", Published: 20, Sketch: Of(words(a))},
		{ID: "early", Published: 10, Sketch: Of(words(a))},
		{ID: "undated", Sketch: Of(words(a))},
		{ID: "upper", Published: 10, Sketch: Of(words(strings.Fields(strings.ToUpper(strings.Join(a, " ")))))},
		{ID: "cut", Published: 11, Sketch: Of(words(a[:120]))},
		{ID: "other", Published: 9, Sketch: Of(words(b))},
		{ID: "short", Published: 9, Sketch: Of(words(a[:MinWords-1]))},
		{ID: "short too", Published: 9, Sketch: Of(words(a[:MinWords-1]))},
	}
	want := map[string]string{"late": "early", "undated": "early", "upper": "early", "cut": "early"}
	assert.Equal(t, want, Find(list))
	slices.Reverse(list)
	assert.Equal(t, want, Find(list), "order plays no part")
	assert.Empty(t, Find(nil))
}

func TestManyCopies(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	ws := story(rng, 300)
	var list []Article
	for i := range 500 {
		list = append(list, Article{ID: fmt.Sprintf("%03d", i), Sketch: Of(words(edit(rng, ws, .02)))})
	}
	assert.Len(t, Find(list), 499)
}

func TestSketchText(t *testing.T) {
	s := Of(words(story(rand.New(rand.NewPCG(7, 8)), 100)))
	text, err := s.MarshalText()
	require.NoError(t, err)
	var back Sketch
	require.NoError(t, back.UnmarshalText(text))
	assert.Equal(t, s, back)
	assert.Equal(t, 1.0, s.Similarity(&back))
	require.NoError(t, back.UnmarshalText(nil))
	assert.Zero(t, s.Similarity(&back))
	require.Error(t, back.UnmarshalText([]byte("AAAA")))
}

func BenchmarkSketch(b *testing.B) {
	d := words(story(rand.New(rand.NewPCG(9, 10)), 600))
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Of(d)
	}
}
