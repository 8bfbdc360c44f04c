package text

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neurosnap/sentences/english"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

var corpora = flag.String("corpora", "", "folder with annotated corpora; TestGold prints how tokens and sentences fit them")

type annotated struct {
	Text                      string
	Entities, Places, Timexes []struct {
		Start, End int
		Nested     bool
	}
}

// TestGold prints, for corpora annotated by people, how many names begin or
// end inside a token, and how sentence ends agree with the annotated ones when
// the lines of the text are joined (ours and Punkt's as the library has it):
//
//	go test ./pipeline/text -run TestGold -v -corpora DIR
func TestGold(t *testing.T) {
	if *corpora == "" {
		t.Skip("needs -corpora DIR")
	}
	punkt, err := english.NewSentenceTokenizer(nil)
	require.NoError(t, err)
	s := newSegmenter(t)
	files, err := filepath.Glob(filepath.Join(*corpora, "*", "*.jsonl"))
	require.NoError(t, err)
	for _, f := range files {
		docs := readAnnotated(t, f)
		names, cut, size := 0, 0, 0
		var took time.Duration
		for _, x := range docs {
			d := &article.Document{Text: x.Text}
			start := time.Now()
			s.Segment(d)
			took += time.Since(start)
			size += len(x.Text)
			n, c := cutNames(d, x)
			names, cut = names+n, cut+c
		}
		line := fmt.Sprintf("%-28s %6d names, %3d cut, %5.1f MB/s", filepath.Base(f), names, cut, float64(size)/1e6/took.Seconds())
		if gold, ok := sentenceEnds(t, strings.TrimSuffix(f, ".jsonl")+".conll", docs); ok {
			line += fmt.Sprintf("; sentences %s, Punkt %s", score(docs, gold, func(text string) []int {
				d := &article.Document{Text: text, Blocks: []article.Block{{Span: article.Span{End: len(text)}}}}
				s.Segment(d)
				var ends []int
				for _, x := range d.Sentences {
					ends = append(ends, letters(text[:x.End]))
				}
				return ends
			}), score(docs, gold, func(text string) []int {
				var ends []int
				n := 0
				for _, x := range punkt.Tokenize(text) {
					n += letters(x.Text)
					ends = append(ends, n)
				}
				return ends
			}))
		}
		t.Log(line)
	}
}

func readAnnotated(t *testing.T, path string) (docs []annotated) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		var x annotated
		require.NoError(t, json.Unmarshal(in.Bytes(), &x))
		docs = append(docs, x)
	}
	return docs
}

// cutNames counts the names that do not begin and end with tokens.
func cutNames(d *article.Document, x annotated) (names, cut int) {
	starts, ends := map[int]bool{}, map[int]bool{}
	for _, t := range d.Tokens {
		starts[t.Start], ends[t.End] = true, true
	}
	for _, e := range slices.Concat(x.Entities, x.Places, x.Timexes) {
		if e.Nested {
			continue
		}
		names++
		if !starts[e.Start] || !ends[e.End] {
			cut++
		}
	}
	return names, cut
}

// letters counts the characters of s that are not white space.
func letters(s string) (n int) {
	for _, r := range s {
		if !IsSpace(r) {
			n++
		}
	}
	return n
}

// sentenceEnds reads the sentence ends of a .conll file, counted in
// characters without white space; ok is false when there is no such file, or
// when its sentences are not marked within paragraphs.
func sentenceEnds(t *testing.T, path string, docs []annotated) (ends []map[int]bool, ok bool) {
	raw, err := os.ReadFile(path)
	if err != nil || strings.Contains(path, "worldwide") {
		return nil, false
	}
	at := 0
	for line := range strings.Lines(string(raw)) {
		token, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		switch {
		case token == "-DOCSTART-":
			ends, at = append(ends, map[int]bool{}), 0
		case len(ends) == 0:
			return nil, false
		case token == "":
			if at > 0 {
				ends[len(ends)-1][at] = true
			}
		default:
			at += letters(token)
		}
	}
	return ends, len(ends) == len(docs)
}

// score returns the F1 of sentence ends in texts whose lines are joined.
func score(docs []annotated, gold []map[int]bool, split func(text string) []int) string {
	right, found, wanted := 0, 0, 0
	for i, x := range docs {
		text := strings.ReplaceAll(x.Text, "\n", " ")
		if !gold[i][letters(text)] {
			continue // the annotated tokens are not those of the text
		}
		wanted += len(gold[i])
		for _, e := range split(text) {
			found++
			if gold[i][e] {
				right++
			}
		}
	}
	return fmt.Sprintf("%.1f", 200*float64(right)/float64(found+wanted))
}
