package duplicates

import (
	"bytes"
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
	x := NewIndex(new(memory))
	truth := map[int]int{}
	for range 300 {
		ws := story(rng, 80+rng.IntN(600))
		root := put(x, 1000, words(ws))
		for range rng.IntN(4) {
			truth[put(x, 1001, words(edit(rng, ws, share)))] = root
		}
	}
	found, _ := x.Find()
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
	type entry struct {
		name      string
		published article.Day
		position  int64
		words     []string
	}
	list := []entry{
		{"late", 20, 0, a},
		{"early", 10, 1, a},
		{"undated", 0, 2, a},
		{"upper", 10, 3, strings.Fields(strings.ToUpper(strings.Join(a, " ")))},
		{"cut", 11, 4, a[:120]},
		{"other", 9, 5, b},
		{"short", 9, 6, a[:MinWords-1]},
		{"short too", 9, 7, a[:MinWords-1]},
	}
	find := func() map[string]string {
		x := NewIndex(new(memory))
		for _, e := range list {
			s := Of(words(e.words))
			require.NoError(t, x.Add(e.published, e.position, &s))
		}
		found, err := x.Find()
		require.NoError(t, err)
		got := map[string]string{}
		for n, of := range found {
			got[list[n].name] = list[of].name
		}
		return got
	}
	want := map[string]string{"late": "early", "undated": "early", "upper": "early", "cut": "early"}
	assert.Equal(t, want, find())
	slices.Reverse(list)
	assert.Equal(t, want, find(), "the order of adding plays no part")
	list = nil
	assert.Empty(t, find())
}

func TestManyCopies(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	ws := story(rng, 300)
	x := NewIndex(new(memory))
	for range 500 {
		put(x, 0, words(edit(rng, ws, .02)))
	}
	found, err := x.Find()
	require.NoError(t, err)
	assert.Len(t, found, 499)
}

// TestTornFile: what cannot be read back is an error.
func TestTornFile(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	ws := story(rng, 300)
	var m memory
	x := NewIndex(&m)
	for range 300 {
		put(x, 0, words(ws))
	}
	require.NoError(t, x.out.Flush())
	m.raw = m.raw[:len(m.raw)-1]
	_, err := x.Find()
	require.Error(t, err)
}

func TestSketchBytes(t *testing.T) {
	s := Of(words(story(rand.New(rand.NewPCG(7, 8)), 100)))
	back, err := ParseSketch(string(s.Bytes()))
	require.NoError(t, err)
	assert.Equal(t, s, back)
	assert.Equal(t, 1.0, s.Similarity(&back))
	none, err := ParseSketch("")
	require.NoError(t, err)
	assert.Zero(t, s.Similarity(&none))
	assert.Empty(t, none.Bytes())
	_, err = ParseSketch("AAAA")
	require.Error(t, err)
}

// memory is a File.
type memory struct{ raw []byte }

func (m *memory) Write(p []byte) (int, error) {
	m.raw = append(m.raw, p...)
	return len(p), nil
}

func (m *memory) ReadAt(p []byte, at int64) (int, error) { return bytes.NewReader(m.raw).ReadAt(p, at) }

// put adds a document behind those that are there, and returns its number.
func put(x *Index, published article.Day, d *article.Document) int {
	s := Of(d)
	if err := x.Add(published, int64(len(x.articles)), &s); err != nil {
		panic(err)
	}
	return len(x.articles) - 1
}

// BenchmarkFind searches ten thousand stories, a fifth of them copies.
func BenchmarkFind(b *testing.B) {
	rng := rand.New(rand.NewPCG(9, 10))
	x := NewIndex(new(memory))
	var ws []string
	for i := range 10_000 {
		if i%5 != 4 {
			ws = story(rng, 200)
		}
		put(x, 0, words(edit(rng, ws, .02)))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Find(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(len(x.articles))/b.Elapsed().Seconds(), "articles/s")
}

func BenchmarkSketch(b *testing.B) {
	d := words(story(rand.New(rand.NewPCG(9, 10)), 600))
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Of(d)
	}
}
