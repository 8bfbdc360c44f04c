package names

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var segmenter = sync.OnceValue(func() *text.Segmenter {
	s, err := text.New()
	if err != nil {
		panic(err)
	}
	return s
})

func segmented(src string) *article.Document {
	d := &article.Document{Text: src}
	segmenter().Segment(d)
	return d
}

func found(d *article.Document) []string {
	var out []string
	for _, m := range d.Mentions {
		out = append(out, m.Kind.String()+" "+d.TextOf(m.Span))
	}
	return out
}

// What the embedded model makes of sentences of our own. want must be found;
// not must not.
func TestEmbeddedModel(t *testing.T) {
	cascade, err := New(Options{})
	require.NoError(t, err)
	for _, tc := range []struct {
		name, text string
		want, not  []string
	}{
		{
			"kinds", "Prime Minister Anna Keller flew from Vienna to Cairo on Monday to meet officials of the World Bank and Egyptian ministers.",
			[]string{"PER Anna Keller", "LOC Vienna", "LOC Cairo", "ORG World Bank", "NORP Egyptian"}, []string{"PER Prime Minister Anna Keller"},
		},
		{
			"compounds", "Iran-backed militias fired at a US-led coalition base near Baghdad, the Pentagon said.",
			[]string{"LOC Iran", "LOC US", "LOC Baghdad", "ORG Pentagon"}, nil,
		},
		{
			"possessive", "Germany's parliament voted on Friday, and Kenya’s will follow.",
			[]string{"LOC Germany", "LOC Kenya"}, []string{"LOC Germany's"},
		},
		{
			"armed groups", "Fighters of Hezbollah and the Islamic State clashed with the Taliban, a spokesman for Hamas said in Gaza.",
			[]string{"ORG Hezbollah", "ORG Islamic State", "ORG Hamas", "LOC Gaza"}, nil,
		},
		{
			"groups", "Sunni and Shiite leaders met Kurdish and American diplomats.",
			[]string{"NORP Sunni", "NORP Shiite", "NORP Kurdish", "NORP American"}, nil,
		},
		{
			"embassies", "Guards at the U.S. Embassy in Baghdad and at the German Embassy were not hurt; the US embassy had closed.",
			[]string{"ORG U.S. Embassy", "ORG German Embassy", "LOC Baghdad"}, []string{"ORG US embassy"},
		},
		{
			"departments", "Officials of the U.S. Department of Transportation said in Paris that the UK Ministry of Defence had called.",
			[]string{"ORG U.S. Department of Transportation", "ORG UK Ministry of Defence", "LOC Paris"}, []string{"LOC U.S.", "LOC UK"},
		},
		{
			"acronyms", "Fighters of the Islamic State fled to Mosul. The army said on Sunday that IS had lost it.",
			[]string{"ORG Islamic State", "ORG IS", "LOC Mosul"}, nil,
		},
		{
			"letters behind a name", "The lawyer Keir Starmer QC said on Monday that Anna Bright, MP, had agreed with Tom Reed OBE.",
			[]string{"PER Keir Starmer", "PER Anna Bright", "PER Tom Reed"}, []string{"PER Keir Starmer QC"},
		},
		{
			"title case", "Markets Fall As France Raises Taxes\n\nPARIS — Shares fell in France on Tuesday.",
			[]string{"LOC France", "LOC PARIS"}, []string{"PER Markets Fall"},
		},
		{
			"capitals", "FRENCH PRESIDENT VISITS JAPAN\n\nThe president of France arrived in Tokyo.",
			[]string{"LOC JAPAN", "LOC Tokyo"}, nil,
		},
		{
			"article", "Ms. Okonkwo leads the company. Later Okonkwo said so herself.",
			[]string{"PER Okonkwo"}, nil,
		},
		{"none", "It was a quiet day, and nobody said much about it.", nil, []string{"PER It"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := segmented(tc.text)
			require.NoError(t, cascade.Extract(t.Context(), d))
			require.NoError(t, d.Check())
			got := found(d)
			assert.Subset(t, got, tc.want)
			for _, n := range tc.not {
				assert.NotContains(t, got, n)
			}
			for _, m := range d.Mentions {
				assert.Greater(t, m.Confidence, float32(0))
				assert.Less(t, m.Confidence, float32(1))
				assert.NotEqual(t, article.MISC, m.Kind)
			}
		})
	}
}

func articles(tb testing.TB) []string {
	tb.Helper()
	paths, err := filepath.Glob("../../testdata/articles/*.txt")
	require.NoError(tb, err)
	require.NotEmpty(tb, paths)
	var out []string
	for _, p := range paths {
		b, err := os.ReadFile(p)
		require.NoError(tb, err)
		out = append(out, string(b))
	}
	return out
}

// Kernels differ in rounding, not in what they find.
func TestKernelsFindTheSame(t *testing.T) {
	m, err := loadModel("")
	require.NoError(t, err)
	require.NotNil(t, m.network)
	for _, src := range articles(t) {
		var want []string
		for _, k := range kernels() {
			d := segmented(src)
			require.NoError(t, newDecoder(m, true, false, k).decode(t.Context(), d))
			if want == nil {
				want = found(d)
			}
			assert.Equal(t, want, found(d), k.name)
		}
	}
}

// Time and memory are in proportion to the text: a long line of capitals, most
// of its words new, costs as much a token as a short one.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	r, err := New(Options{})
	require.NoError(t, err)
	cost := func(d *article.Document) (perToken float64) {
		from := cpuTime()
		require.NoError(t, r.Extract(t.Context(), d))
		return float64(cpuTime()-from) / float64(len(d.Tokens))
	}
	short, long := spaced(capitalsLine(30<<10)), spaced(capitalsLine(400<<10))
	a, b := cost(short), cost(long) // each reads mostly words that are new to it
	assert.Less(t, b, 5*a+20_000, "ns a token")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	assert.Less(t, m.HeapAlloc, uint64(150<<20))
}

// Tokens that no sentence holds, and sentences that are not there.
func TestGaps(t *testing.T) {
	r, err := New(Options{})
	require.NoError(t, err)
	d := spaced("Ada Lovelace spoke .\nNobody listened .\nThen Kofi Brandt left Oslo .")
	d.Sentences = []article.Sentence{d.Sentences[0], d.Sentences[2]}
	require.NoError(t, r.Extract(t.Context(), d))
	assert.Contains(t, found(d), "PER Kofi Brandt")
	d.Sentences = nil
	require.NoError(t, r.Extract(t.Context(), d))
	assert.Empty(t, d.Mentions)
}

// One recogniser serves many goroutines, and a document gives the same names
// whatever was read before it.
func TestConcurrent(t *testing.T) {
	r, err := New(Options{})
	require.NoError(t, err)
	srcs := articles(t)
	want := make([][]article.Mention, len(srcs))
	for i, src := range srcs {
		fresh, err := New(Options{})
		require.NoError(t, err)
		d := segmented(src)
		require.NoError(t, fresh.Extract(t.Context(), d))
		want[i] = d.Mentions
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, src := range srcs {
				d := segmented(src)
				if assert.NoError(t, r.Extract(t.Context(), d)) {
					assert.Equal(t, want[i], d.Mentions)
				}
			}
		})
	}
	wg.Wait()
}

// Odd texts: nothing panics, spans stay sound, time stays in proportion.
func TestOddTexts(t *testing.T) {
	r, err := New(Options{})
	require.NoError(t, err)
	for name, src := range map[string]string{
		"empty":       "",
		"spaces":      " \n\t\n",
		"broken":      "Ada \xff\xfe Lovelace\x80 in \xe2\x82 Oslo",
		"capitals":    strings.Repeat("JAPAN BEATS NORWAY IN OSLO ", 4000),
		"one word":    strings.Repeat("A", 1<<20),
		"surnames":    strings.Repeat("Ten Hag’s United lost to Denver. Erik ten Hag left northern Rwanda. ", 3000),
		"many names":  strings.Repeat("Ada Lovelace, Kofi Brandt, ", 3000),
		"punctuation": strings.Repeat(".,;:-—“”", 5000),
		"scripts":     "Владимир Путин met 習近平 in Москва. محمد said no.",
	} {
		t.Run(name, func(t *testing.T) {
			d := segmented(src)
			require.NoError(t, r.Extract(t.Context(), d))
			require.NoError(t, d.Check())
		})
	}
}

func TestExplain(t *testing.T) {
	for _, engine := range []string{Cascade, CRF} {
		r, err := New(Options{Engine: engine})
		require.NoError(t, err)
		d := segmented("Anna Keller flew to Cairo.")
		require.NoError(t, r.Extract(t.Context(), d))
		var b strings.Builder
		require.NoError(t, r.Explain(t.Context(), &b, d, strings.Index(d.Text, "Cairo")))
		assert.Contains(t, b.String(), "Cairo")
		assert.NotContains(t, b.String(), "Keller\"")
		assert.NotContains(t, b.String(), "confidence not known")
		b.Reset()
		d.Mentions[0].Confidence = 0 // null in the table
		require.NoError(t, r.Explain(t.Context(), &b, d, -1))
		assert.Contains(t, b.String(), "confidence not known")
	}
}

func FuzzExtract(f *testing.F) {
	r, err := New(Options{})
	require.NoError(f, err)
	for _, src := range articles(f) {
		f.Add(src)
	}
	f.Add("Iran-backed \xff men of O’Neill’s in U.S.-led N.Y.")
	f.Fuzz(func(t *testing.T, src string) {
		d := segmented(src)
		require.NoError(t, r.Extract(t.Context(), d))
		require.NoError(t, d.Check())
	})
}

// Names from raw text on one core, tokens and sentences included: the CRF
// alone, and the cascade with each of the kernels.
func BenchmarkExtract(b *testing.B) {
	type benchmark struct {
		name, engine string
		kernel       *kernel
	}
	benchmarks := []benchmark{{"crf", CRF, kernels()[0]}}
	for _, k := range kernels() {
		benchmarks = append(benchmarks, benchmark{"cascade-" + k.name, Cascade, k})
	}
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			r, err := New(Options{Engine: bm.engine})
			require.NoError(b, err)
			r.scratch.New = func() any { return newDecoder(r.model, bm.engine == Cascade, false, bm.kernel) }
			srcs := articles(b)
			bytes, tokens := 0, 0
			read := func() {
				tokens = 0
				for _, src := range srcs {
					d := segmented(src)
					if err := r.Extract(b.Context(), d); err != nil {
						b.Fatal(err)
					}
					tokens += len(d.Tokens)
				}
			}
			for _, src := range srcs {
				bytes += len(src)
			}
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			read() // fills the caches
			from := cpuTime()
			for b.Loop() {
				read()
			}
			b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
			if cpu := cpuTime() - from; cpu > 0 {
				b.ReportMetric(float64(tokens)*float64(b.N)/cpu.Seconds(), "tokens/cpu-s")
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := New(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// A line of 1 and of 10 MB in capitals, most of its words new: as many bytes a
// second.
func BenchmarkCapitals(b *testing.B) {
	r, err := New(Options{})
	require.NoError(b, err)
	for _, size := range []int{1 << 20, 10 << 20} {
		b.Run(fmt.Sprintf("%dMB", size>>20), func(b *testing.B) {
			src := strings.TrimSpace(capitalsLine(size))
			b.SetBytes(int64(len(src)))
			from := cpuTime()
			for b.Loop() {
				if err := r.Extract(b.Context(), segmented(src)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpuTime()-from).Seconds()/float64(b.N)/(float64(size)/(1<<20)), "cpu-s/MB")
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-kept")
		})
	}
}

// capitalsLine is a line of so many bytes of made-up words in capitals.
func capitalsLine(size int) string {
	var b strings.Builder
	rnd := rand.New(rand.NewPCG(1, 1))
	for b.Len() < size {
		for range 3 + rnd.IntN(6) {
			b.WriteByte(byte('A' + rnd.IntN(26)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// In steady state an article costs no allocation but what its mentions need.
func TestAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector drops pooled memory at random")
	}
	r, err := New(Options{})
	require.NoError(t, err)
	d := segmented(articles(t)[0])
	require.NoError(t, r.Extract(t.Context(), d))
	runtime.GC()
	assert.Less(t, testing.AllocsPerRun(20, func() { _ = r.Extract(t.Context(), d) }), 10.0)
}
