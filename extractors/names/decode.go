package names

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// decoder labels articles. It is scratch memory for one goroutine.
type decoder struct {
	reader
	model       *model
	network     bool // ask the network where the CRF is unsure
	misc        bool
	raw         bool         // leave probabilities as they are, and out the rules that come after
	mixed       *transitions // of the CRF and the network
	calibration *calibration
	factors     *factors // of mixed

	lattice lattice
	path    []uint8
	scores  []float32 // of the current piece
	unsure  []unsure  // pieces of the window that are not settled
	saved   []float32 // their scores
	rows    activations
	targets []target
	echoes  []echo // by index in words

	acronyms []acronym
	surnames []article.Span
	claims   []claim
	settled  []article.Mention
	retold   map[told]retelling
	sporting answer // whether the article is on sport
	sportIn  struct {
		sentence int
		says     answer // whether the sentence has a word of it, once asked
	}
}

// unsure is a piece that the CRF alone does not settle.
type unsure struct {
	piece
	at int // in saved
}

// target is a row of the network whose scores are wanted, not only those of its
// neighbours, and where they go: the offset in saved.
type target struct{ row, at int }

// echo is what the occurrences of a word in a window were taken for: sums of
// the logs of the probabilities of O and the kinds.
type echo struct {
	logs  [kinds + 1]float32
	count float32
}

// networkRows is how many rows the network takes at once.
const networkRows = 240

func newDecoder(m *model, network, misc bool, k *kernel) *decoder {
	x := &decoder{reader: *newReader(m.lexicon), model: m, network: network && m.network != nil, misc: misc}
	x.without, x.onForm = m.without, m.crf.complete
	x.mixed, x.factors = &m.crf.transitions, m.crf.factors
	x.calibration = &m.meta.Alone
	if x.network {
		x.mixed, x.factors, x.calibration = &m.mixed, m.mixedFactors, &m.meta.Calibration
	}
	x.rows.kernel = k
	return x
}

// decode appends the names of an article to its mentions.
func (x *decoder) decode(ctx context.Context, d *article.Document) error {
	x.open(d)
	defer func() { x.d = nil }()
	for x.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		x.window(x.pieces)
	}
	if x.raw {
		return nil
	}
	x.calibration.calibrate(d.Mentions)
	x.joinMissions(d)
	x.trimLetters(d)
	x.trimCompass(d)
	x.markSurnames(d)
	x.markBeside(d)
	x.markSeats(d)
	x.markTeams(d)
	x.dropUnasked(d)
	x.markAcronyms(d)
	return nil
}

// window labels a window's pieces: those that the CRF settles at once; the
// others with the help of the network, and then of each other.
func (x *decoder) window(pieces []piece) {
	x.unsure, x.saved = x.unsure[:0], x.saved[:0]
	x.echoes = resize(x.echoes, len(x.words))
	clear(x.echoes)
	first := len(x.d.Mentions)
	for _, p := range pieces {
		x.enter(p)
		n := p.last - p.first
		x.scores = resize(x.scores, n*labels)
		x.model.crf.score(&x.reader, x.scores)
		if !x.sumUp(x.scores, &x.model.crf.transitions, x.model.crf.factors) {
			continue
		}
		if x.doubt(n) {
			x.unsure = append(x.unsure, unsure{p, len(x.saved)})
			x.saved = append(x.saved, x.scores...)
			continue
		}
		x.listen(1)
		x.emit(x.scores, &x.model.crf.transitions, x.model.crf.factors, "names/crf")
	}
	if len(x.unsure) == 0 {
		return
	}
	if x.network {
		x.askNetwork()
	}
	x.settle()
	slices.SortFunc(x.d.Mentions[first:], func(a, b article.Mention) int { return cmp.Compare(a.Start, b.Start) })
}

// sumUp computes the lattice of a piece's scores; false means that there is
// nothing to find in it.
func (x *decoder) sumUp(scores []float32, tr *transitions, f *factors) bool {
	if !x.lattice.beam(scores, tr, f) {
		return false
	}
	x.lattice.backward(f)
	return true
}

// sureness is the probability of a token's likeliest label.
func (l *lattice) sureness(t int) float64 {
	top := 0.0
	for set := l.active[t]; set != 0; set &= set - 1 {
		top = max(top, l.marginal(t, bits.TrailingZeros32(uint32(set))))
	}
	return top
}

// doubt reports whether some token's best label is less probable than the
// model asks for.
func (x *decoder) doubt(n int) bool {
	for t := range n {
		if x.lattice.active[t] != 1 && x.lattice.sureness(t) < x.model.meta.Doubt {
			return true
		}
	}
	return false
}

// listen adds what the current piece's capitalised words were taken for to
// their echoes (sign 1), or takes it out again (-1).
func (x *decoder) listen(sign float32) {
	var logs [kinds + 1]float32
	for i := range x.line {
		if at := x.known(i); at >= 0 && x.word(i).capital() {
			x.lattice.kindLogs(i, &logs)
			e := &x.echoes[at]
			e.count += sign
			for k := range logs {
				e.logs[k] += sign * logs[k]
			}
		}
	}
}

// kindLogs writes the logs of the probabilities of O and each kind at a token.
func (l *lattice) kindLogs(t int, out *[kinds + 1]float32) {
	var p [kinds + 1]float64
	for set := l.active[t]; set != 0; set &= set - 1 {
		a := bits.TrailingZeros32(uint32(set))
		k := 0
		if a > 0 {
			k = int(kindOf(a))
		}
		p[k] += l.marginal(t, a)
	}
	for k := range p {
		out[k] = float32(math.Log(max(p[k], echoFloor)))
	}
}

// echoFloor is the least probability that one occurrence may echo.
const echoFloor = 1e-3

// settle labels the unsure pieces: each hears what its words were taken for
// elsewhere in the window.
func (x *decoder) settle() {
	for _, u := range x.unsure {
		x.enter(u.piece)
		if x.sumUp(x.savedScores(u), x.mixed, x.factors) {
			x.listen(1)
		}
	}
	rule := "names/crf"
	if x.network {
		rule = "names/cascade"
	}
	for _, u := range x.unsure {
		x.enter(u.piece)
		s := x.savedScores(u)
		if !x.sumUp(s, x.mixed, x.factors) {
			continue
		}
		if x.hear(s) && !x.sumUp(s, x.mixed, x.factors) {
			continue
		}
		x.emit(s, x.mixed, x.factors, rule)
	}
}

func (x *decoder) savedScores(u unsure) []float32 {
	return x.saved[u.at : u.at+(u.last-u.first)*labels]
}

// hear adds to the scores of doubtful capitalised words the mean log
// probability of each kind at their other occurrences. It reports whether any
// score changed.
func (x *decoder) hear(scores []float32) bool {
	changed := false
	var own [kinds + 1]float32
	for i := range x.line {
		at := x.known(i)
		if at < 0 || !x.word(i).capital() || x.echoes[at].count < 2 {
			continue
		}
		e := &x.echoes[at]
		x.lattice.kindLogs(i, &own)
		scale := float32(x.model.meta.Echo) / (e.count - 1)
		s := scores[i*labels : (i+1)*labels]
		none := scale * (e.logs[0] - own[0])
		for k := range kinds {
			v := scale*(e.logs[k+1]-own[k+1]) - none
			for p := range 4 {
				s[1+4*k+p] += v
			}
		}
		changed = true
	}
	return changed
}

// emit appends the names of the current piece; its lattice must be filled.
func (x *decoder) emit(scores []float32, tr *transitions, f *factors, rule string) {
	n, l := len(x.line), &x.lattice
	x.path = resize(x.path, n)
	l.viterbi(scores, tr, x.path)
	for i := 0; i < n; i++ {
		if x.path[i] == 0 {
			continue
		}
		j := i
		for j+1 < n && !closes(int(x.path[j])) {
			j++
		}
		k := kindOf(int(x.path[i]))
		if k != article.MISC || x.misc {
			x.d.Mentions = append(x.d.Mentions, article.Mention{
				Span:     article.Span{Start: x.d.Tokens[x.now.first+i].Start, End: x.d.Tokens[x.now.first+j].End},
				Sentence: x.now.sentence, Kind: k,
				Confidence: float32(l.spanProbability(f, i, j, 1+4*(int(k)-1))), Rule: rule,
			})
		}
		i = j
	}
}
