package dates

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var (
	goldFiles  = flag.String("gold", "", "comma-separated JSON Lines with gold time expressions, for TestCalibrate")
	writeTable = flag.Bool("write", false, "TestCalibrate rewrites rules/confidence.tsv from -gold")
)

// tally counts what became of the dates of one rule.
type tally struct{ n, found, right int }

// TestCalibrate measures confidences on gold that does not lie in this
// repository, so it needs a flag:
//
//	go test ./extractors/dates -run TestCalibrate -v -gold dev.jsonl -write
//	go test ./extractors/dates -run TestCalibrate -v -gold test.jsonl
//
// The first writes rules/confidence.tsv, the second prints how the
// confidences hold on other text.
func TestCalibrate(t *testing.T) {
	if *goldFiles == "" {
		t.Skip("needs -gold")
	}
	byRule, bins := map[string]*tally{}, make([]struct {
		tally
		sum float64
	}, 10)
	x := newExtractor(t, Options{})
	eachGold(t, x, strings.Split(*goldFiles, ","), func(dt *article.Date, found, right bool) {
		for _, c := range []*tally{tallyOf(byRule, dt.Rule), &bins[min(9, int(float64(dt.Confidence)*10+1e-6))].tally} {
			c.n++
			if found {
				c.found++
			}
			if right {
				c.right++
			}
		}
		bins[min(9, int(float64(dt.Confidence)*10+1e-6))].sum += float64(dt.Confidence)
	})
	if *writeTable {
		writeConfidence(t, x, byRule)
		return
	}
	ece, total := 0.0, 0
	for i, b := range bins {
		if b.n > 0 {
			mean, right := b.sum/float64(b.n), float64(b.right)/float64(b.n)
			t.Logf("%.1f-%.1f  n %4d  stated %.3f  right %.3f", float64(i)/10, float64(i+1)/10, b.n, mean, right)
			ece += math.Abs(mean-right) * float64(b.n)
			total += b.n
		}
	}
	t.Logf("expected calibration error %.3f over %d dates", ece/float64(total), total)
}

func tallyOf(m map[string]*tally, rule string) *tally {
	if m[rule] == nil {
		m[rule] = &tally{}
	}
	return m[rule]
}

// eachGold extracts from every document and calls f with each date, whether it
// overlaps a gold expression and whether that has its value.
func eachGold(t *testing.T, x *Extractor, files []string, f func(dt *article.Date, found, right bool)) {
	seg, err := text.New()
	require.NoError(t, err)
	for _, file := range files {
		in, err := os.Open(file)
		require.NoError(t, err)
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<26)
		for lines.Scan() {
			var g struct {
				DCT, Text string
				Timexes   []struct {
					Start, End int
					Value      string
				}
			}
			require.NoError(t, json.Unmarshal(lines.Bytes(), &g))
			d := &article.Document{Text: g.Text}
			d.Published.Day, err = article.ParseDay(g.DCT)
			require.NoError(t, err)
			d.Published.Precision = article.DayPrecision
			seg.Segment(d)
			require.NoError(t, x.Extract(context.Background(), d))
			for i := range d.Dates {
				dt := &d.Dates[i]
				found, right := false, false
				for _, gt := range g.Timexes {
					if dt.Overlaps(article.Span{Start: gt.Start, End: gt.End}) {
						found = true
						right = right || agree(gt.Value, dt.Value)
					}
				}
				f(dt, found, right)
			}
		}
		require.NoError(t, lines.Err())
		require.NoError(t, in.Close())
	}
}

// agree reports whether a value says what gold says, where gold may say less:
// the corpora write 1949-XX for a year, 199X for a decade, 1989-WXX for a week,
// 2000-W6 for a week, and a day without the night that the text spoke of.
func agree(gold, value string) bool {
	for strings.HasSuffix(gold, "-XX") {
		gold = strings.TrimSuffix(gold, "-XX")
	}
	if n := len(gold); n > 2 && gold[n-2] == 'W' {
		gold = gold[:n-1] + "0" + gold[n-1:]
	}
	if len(gold) == 4 && !strings.HasPrefix(gold, "P") {
		gold = strings.TrimRight(gold, "X")
	}
	if len(gold) == 10 && len(value) > 10 && value[10] == 'T' {
		value = value[:10]
	}
	if len(gold) != len(value) {
		return false
	}
	for i := range len(gold) {
		if gold[i] != value[i] && gold[i] != 'X' {
			return false
		}
	}
	return true
}

// writeConfidence writes the table. A rule that was seen seldom is drawn
// towards the mean of all such rules.
func writeConfidence(t *testing.T, x *Extractor, byRule map[string]*tally) {
	const seldom, weight = 8, 4
	var rare tally
	for _, c := range byRule {
		if c.n < seldom {
			rare.n, rare.found, rare.right = rare.n+c.n, rare.found+c.found, rare.right+c.right
		}
	}
	require.NotZero(t, rare.n)
	mean := func(k, n, rareK int) float64 {
		return (float64(k) + weight*float64(rareK)/float64(rare.n)) / (float64(n) + weight)
	}
	var b strings.Builder
	b.WriteString("# How often a date of a rule is right, measured: rule, probability of the right value, probability\n" +
		"# that there is a time expression at all (used when the value was not resolved), dates seen.\n" +
		"# Made by TestCalibrate (calibrate_test.go) on AQUAINT TimeML and every other document of TimeBank; rules\n" +
		"# seen seldom are drawn towards the mean of such rules. See docs/experiments/dates.md.\n#\n" +
		"# rule\tright\tfound\tseen\n")
	traps := map[string]bool{}
	for _, r := range x.rules.rules {
		if r.do == nil {
			traps[r.name] = true
		}
	}
	names := x.rules.names()
	sort.Strings(names)
	for _, name := range names {
		if traps[name] {
			continue
		}
		c := tallyOf(byRule, name)
		fmt.Fprintf(&b, "%s\t%.2f\t%.2f\t%d\n", strings.TrimPrefix(name, "dates/"), math.Min(0.99, mean(c.right, c.n, rare.right)), math.Min(0.99, mean(c.found, c.n, rare.found)), c.n)
	}
	require.NoError(t, os.WriteFile("rules/confidence.tsv", []byte(b.String()), 0o644))
}
