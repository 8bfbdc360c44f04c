package language

import (
	"bufio"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var textsGlob = flag.String("texts", "", "JSONL files with text and, unless it is English, language: tell pieces of them")

var sentenceStart = regexp.MustCompile(`[.!?]\s+\p{Lu}`)

// TestTexts tells pieces of real texts, cut from the beginnings of sentences:
//
//	go test ./pipeline/language -run TestTexts -v -texts 'tables/documents/*.jsonl'
func TestTexts(t *testing.T) {
	if *textsGlob == "" {
		t.Skip("no -texts")
	}
	r := recogniser(t)
	type count struct{ pieces, foreign, right int }
	lengths := []int{60, 80, 100, 150, 250}
	told := map[string][]count{}
	files, err := filepath.Glob(*textsGlob)
	require.NoError(t, err)
	for _, path := range files {
		f, err := os.Open(path)
		require.NoError(t, err)
		defer f.Close()
		for in := bufio.NewReader(f); ; {
			line, err := in.ReadString('\n')
			if err != nil {
				break
			}
			var d struct{ Text, Language string }
			require.NoError(t, json.Unmarshal([]byte(line), &d))
			d.Text = strings.Join(strings.Fields(d.Text), " ")
			tag, _, _ := strings.Cut(d.Language, "-")
			if tag == "" {
				tag = English
			}
			if told[tag] == nil {
				told[tag] = make([]count, len(lengths))
			}
			for n, length := range lengths {
				c := &told[tag][n]
				for _, at := range sentenceStart.FindAllStringIndex(d.Text, 12) {
					piece := []rune(d.Text[at[0]+1:])
					if len(piece) < length {
						break
					}
					got := r.Recognise(string(piece[:length]))
					c.pieces++
					if got != "" && got != English {
						c.foreign++
						if got == tag {
							c.right++
						} else {
							t.Logf("%s for %s: %s", got, tag, string(piece[:length]))
						}
					}
				}
			}
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(told)) {
		t.Logf("%-4s of %v letters: pieces, told as foreign, as this language: %v", tag, lengths, told[tag])
	}
}
