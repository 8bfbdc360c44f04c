package places_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/extractors/names"
	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/eval"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// The learnt tables are made, and the figures of docs/experiments/places.md
// measured, by
//
//	DATELINE_GEO=lgl_dev.jsonl:geovirus_dev.jsonl DATELINE_NER=worldwide_train.jsonl.gz:conllpp_train.jsonl.gz \
//	    go test ./extractors/places -run TestCorpora -v [-update-tables]
//
// Without DATELINE_GEO the test is skipped: the corpora are not in the repository.
var updateTables = flag.Bool("update-tables", false, "write data/weights.tsv, calibration.tsv and trust.tsv")

const folds = 5

// corpusDoc is one annotated article.
type corpusDoc struct {
	gold   eval.PlaceDoc
	fold   int
	corpus int
	bare   places.Example // its text alone
	given  places.Example // with the gold spans as mentions
	found  places.Example // with what the recogniser finds
}

func TestCorpora(t *testing.T) {
	geo := os.Getenv("DATELINE_GEO")
	if geo == "" {
		t.Skip("DATELINE_GEO is not set")
	}
	x, err := gazetteer.Embedded()
	require.NoError(t, err)
	strict, err := places.New(places.Options{Index: x, Strict: true})
	require.NoError(t, err)
	open, err := places.New(places.Options{Index: x})
	require.NoError(t, err)
	paths := filepath.SplitList(geo)
	docs := readGeo(t, paths)
	ner := readNER(t, filepath.SplitList(os.Getenv("DATELINE_NER")))

	var all []places.Example
	for _, d := range docs {
		all = append(all, d.given)
	}
	for _, l2 := range []float64{.01, 1000} { // 1000: as good as the hand-set weights
		crossRank(t, strict, docs, paths, l2)
	}
	crossTrust(t, open, docs, ner, paths)
	if *updateTables {
		writeTables(t, strict, open, all, docs, ner)
	}
}

// crossRank prints the accuracy on gold spans of weights fitted to the other folds.
func crossRank(t *testing.T, r *places.Resolver, docs []corpusDoc, paths []string, l2 float64) {
	pred := map[string][]eval.PlaceDoc{}
	gold := map[string][]eval.PlaceDoc{}
	for k := range folds {
		var train []places.Example
		for _, d := range docs {
			if d.fold != k {
				train = append(train, d.given)
			}
		}
		table, err := r.Train(train, places.TrainOptions{L2: l2}, io.Discard)
		require.NoError(t, err)
		m, err := r.WithWeights(table)
		require.NoError(t, err)
		var p places.Profiles
		for _, d := range docs {
			if d.fold == k {
				m.Learn(&p, d.given.Doc)
			}
		}
		for sites, m := range map[string]*places.Resolver{"": m, ", sites": m.With(&p)} {
			for _, d := range docs {
				if d.fold == k {
					require.NoError(t, m.Extract(t.Context(), d.given.Doc))
					key := filepath.Base(paths[d.corpus]) + sites
					pred[key] = append(pred[key], eval.PlacesOf(d.given.Doc))
					gold[key] = append(gold[key], d.gold)
				}
			}
		}
	}
	report(t, fmt.Sprintf("gold spans, l2 %g", l2), gold, pred)
}

// crossTrust prints the figures end to end of trust fitted to the other folds.
func crossTrust(t *testing.T, r *places.Resolver, docs []corpusDoc, ner []places.Example, paths []string) {
	pred, gold := map[string][]eval.PlaceDoc{}, map[string][]eval.PlaceDoc{}
	for k := range folds {
		train := slices.Clone(ner)
		for _, d := range docs {
			if d.fold != k {
				train = append(train, d.bare, d.found)
			}
		}
		table, err := r.TrainTrust(train, .0005, io.Discard)
		require.NoError(t, err)
		m, err := r.WithTrust(table)
		require.NoError(t, err)
		for _, d := range docs {
			if d.fold != k {
				continue
			}
			for what, e := range map[string]places.Example{"": d.bare, ", recogniser": d.found} {
				c := *e.Doc // the mentions that are added stay out of the next fold's training
				c.Mentions = slices.Clone(e.Doc.Mentions)
				c.Places = nil
				require.NoError(t, m.Extract(t.Context(), &c))
				key := filepath.Base(paths[d.corpus]) + what
				pred[key] = append(pred[key], eval.PlacesOf(&c))
				gold[key] = append(gold[key], d.gold)
			}
		}
	}
	report(t, "end to end", gold, pred)
}

func report(t *testing.T, what string, gold, pred map[string][]eval.PlaceDoc) {
	keys := make([]string, 0, len(gold))
	for k := range gold {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		s, err := eval.ScorePlaces(gold[k], pred[k], 161)
		require.NoError(t, err)
		t.Logf("%s: %s: acc@161 %.4f, of those found %.4f, same id %.4f, recognition overlap F1 %.4f, end to end P %.4f R %.4f F1 %.4f", what, k,
			s.All.Accuracy, s.Found.Accuracy, s.ID.Same, s.Overlap.F1, s.EndToEnd.P, s.EndToEnd.R, s.EndToEnd.F1)
	}
}

func writeTables(t *testing.T, strict, open *places.Resolver, all []places.Example, docs []corpusDoc, ner []places.Example) {
	weights, err := strict.Train(all, places.TrainOptions{}, os.Stderr)
	require.NoError(t, err)
	outcomes, err := strict.CrossValidate(all, folds, places.TrainOptions{})
	require.NoError(t, err)
	train := slices.Clone(ner)
	for _, d := range docs {
		train = append(train, d.bare, d.found)
	}
	m, err := open.WithWeights(weights)
	require.NoError(t, err)
	trust, err := m.TrainTrust(train, .0005, os.Stderr)
	require.NoError(t, err)
	for name, s := range map[string]string{
		"weights.tsv": "# Weights of the ranker: feature, weight. Learnt by places.Train; see corpus_test.go and docs/experiments/places.md.\n" + weights,
		"trust.tsv":   "# Weights of the model that says whether a name in the text is a place's: feature, before and after the ranking.\n# Learnt by places.TrainTrust; see corpus_test.go.\n" + trust,
		"calibration.tsv": "# Probability of the ranker, share of right answers (right entry, or within 161 km), measured by cross-validation over\n" +
			"# the papers of LGL and the pages of GeoVirus; places.CrossValidate and places.Calibrate; see corpus_test.go.\n0\t0\n" +
			places.Calibrate(outcomes, 16) + "1\t0.99\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join("data", name), []byte(s), 0o644))
	}
}

// nerShare is the weight of the articles that are annotated with names only:
// they are many, and their places are marked by other rules.
const nerShare = .1

func readGeo(t *testing.T, paths []string) []corpusDoc {
	seg, err := text.New()
	require.NoError(t, err)
	recogniser, err := names.New(names.Options{})
	require.NoError(t, err)
	var out []corpusDoc
	for i, path := range paths {
		f, err := os.Open(path)
		require.NoError(t, err)
		gold, err := eval.ReadPlaces(f)
		require.NoError(t, err)
		f.Close()
		for _, g := range gold {
			make := func() *article.Document {
				d := &article.Document{ID: g.ID, Text: g.Text, URL: g.URL, Title: g.Title}
				seg.Segment(d)
				return d
			}
			e := places.Example{Demonyms: !strings.Contains(path, "geovirus"), Fold: siteOf(g.URL)}
			for _, p := range g.Places {
				id, _ := strconv.ParseInt(p.ID, 10, 64)
				e.Places = append(e.Places, places.GoldPlace{Span: article.Span{Start: p.Start, End: p.End}, GeoNamesID: id, Lat: p.Lat, Lon: p.Lon})
			}
			c := corpusDoc{gold: g, fold: foldOf(e.Fold), corpus: i, bare: e, found: e, given: e}
			c.bare.Doc, c.found.Doc, c.given.Doc = make(), make(), make()
			c.found.Weight = 1.5
			require.NoError(t, recogniser.Extract(t.Context(), c.found.Doc))
			eval.GiveSpans(c.given.Doc, g.Places)
			c.given.Places = slices.DeleteFunc(slices.Clone(e.Places), func(p places.GoldPlace) bool { return p.Lat == 0 && p.Lon == 0 })
			out = append(out, c)
		}
	}
	return out
}

// siteOf keeps articles of one paper, and parts of one page, together.
func siteOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if host, _, _ := strings.Cut(rest, "/"); ok && !strings.Contains(host, "wiki") {
		return strings.TrimPrefix(host, "www.")
	}
	return url
}

func foldOf(site string) int {
	h := fnv.New32a()
	io.WriteString(h, site)
	return int(h.Sum32() % folds)
}

func readNER(t *testing.T, paths []string) (out []places.Example) {
	seg, err := text.New()
	require.NoError(t, err)
	for _, path := range paths {
		f, err := os.Open(path)
		require.NoError(t, err)
		var in io.Reader = f
		if strings.HasSuffix(path, ".gz") {
			in, err = gzip.NewReader(f)
			require.NoError(t, err)
		}
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<26)
		for n := 0; n < 400 && lines.Scan(); n++ {
			var rec struct {
				Text     string
				Entities []struct {
					Start, End int
					Label      string
				}
			}
			require.NoError(t, json.Unmarshal(lines.Bytes(), &rec))
			e := places.Example{Doc: &article.Document{Text: rec.Text}, Weight: nerShare, Demonyms: !strings.Contains(path, "conll")}
			seg.Segment(e.Doc)
			for _, x := range rec.Entities {
				if x.Label == "LOC" || x.Label == "NORP" {
					e.Places = append(e.Places, places.GoldPlace{Span: article.Span{Start: x.Start, End: x.End}})
				}
			}
			out = append(out, e)
		}
		require.NoError(t, lines.Err())
		f.Close()
	}
	return out
}
