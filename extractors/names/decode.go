package names

import (
	"context"
	"math"
	"math/bits"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// decoder labels articles. It is scratch memory for one goroutine.
type decoder struct {
	reader
	model   *model
	lattice lattice
	path    []uint8
	scores  []float32 // of the pieces of the current window
	belief  []float32 // kinds x tokens of the window: log of the probability of each kind
	doubt   []bool    // of the tokens of the window
	echo    map[uint64]*echo
	echoes  []echo
}

// windowTokens bounds the tokens whose scores are kept at once; within a
// window the occurrences of a word agree with each other.
const windowTokens = 1 << 15

func newDecoder(m *model) *decoder {
	d := &decoder{reader: *newReader(m.lexicon), model: m, echo: map[uint64]*echo{}}
	d.onForm = m.crf.complete
	return d
}

// decode appends the names of an article to its mentions.
func (x *decoder) decode(ctx context.Context, d *article.Document, misc bool) error {
	x.open(d)
	for from := 0; from < len(x.pieces); {
		if err := ctx.Err(); err != nil {
			return err
		}
		to, tokens := from, 0
		for to < len(x.pieces) && (to == from || tokens+x.pieces[to].last-x.pieces[to].first <= windowTokens) {
			tokens += x.pieces[to].last - x.pieces[to].first
			to++
		}
		x.window(x.pieces[from:to], tokens, misc)
		from = to
	}
	x.d = nil
	return nil
}

// window labels a run of pieces: each by itself first, then again those whose
// doubtful words stand elsewhere too.
func (x *decoder) window(pieces []piece, tokens int, misc bool) {
	x.scores = resize(x.scores, tokens*labels)
	f := x.model.crf.factors
	at := 0
	for _, p := range pieces {
		x.enter(p)
		n := p.last - p.first
		s := x.scores[at*labels : (at+n)*labels]
		x.model.crf.score(&x.reader, s)
		at += n
	}
	at = 0
	for _, p := range pieces {
		n := p.last - p.first
		x.label(p, x.scores[at*labels:(at+n)*labels], f, misc)
		at += n
	}
}

// label appends the names of a piece.
func (x *decoder) label(p piece, scores []float32, f *factors, misc bool) {
	n := p.last - p.first
	l := &x.lattice
	l.load(scores, nil)
	if l.nothing() {
		return
	}
	if _, ok := l.forward(f); !ok {
		return
	}
	l.backward(f)
	x.path = resize(x.path, n)
	l.viterbi(scores, &x.model.crf.transitions, x.path)
	for i := 0; i < n; i++ {
		if x.path[i] == 0 {
			continue
		}
		j := i
		for j+1 < n && !closes(int(x.path[j])) {
			j++
		}
		k := kindOf(int(x.path[i]))
		if k != article.MISC || misc {
			prob := l.spanProbability(f, i, j, 1+4*(int(k)-1))
			x.d.Mentions = append(x.d.Mentions, article.Mention{
				Span:     article.Span{Start: x.d.Tokens[p.first+i].Start, End: x.d.Tokens[p.first+j].End},
				Sentence: p.sentence, Kind: k,
				Confidence: x.model.meta.Calibration.confidence(int(k)-1, prob), Rule: "names/crf",
			})
		}
		i = j
	}
}

// nothing reports whether O is the only label considered anywhere.
func (l *lattice) nothing() bool {
	all := labelSet(0)
	for _, a := range l.active {
		all |= a
	}
	return all == 1
}

// echo is what the occurrences of a word in a window were taken for.
type echo struct {
	sum   [kinds + 1]float64 // of log probabilities of O and the kinds
	count float64
}

// kindLogs writes the log probabilities of O and each kind at a token.
func (l *lattice) kindLogs(t int, out *[kinds + 1]float64) {
	*out = [kinds + 1]float64{}
	for set := l.active[t]; set != 0; set &= set - 1 {
		a := bits.TrailingZeros32(uint32(set))
		k := 0
		if a > 0 {
			k = int(kindOf(a))
		}
		out[k] += l.marginal(t, a)
	}
	for k := range out {
		out[k] = math.Log(max(out[k], 1e-4))
	}
}
