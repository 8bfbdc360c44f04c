package published

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var textsGlob = flag.String("texts", "", "JSONL files (also .gz) with text and published (or dct): score dates of lines and datelines")

// TestTexts scores what is found in the lines of plain articles.
//
//	go test ./pipeline/published -run TestTexts -v -texts 'DIR/*.jsonl*'
func TestTexts(t *testing.T) {
	if *textsGlob == "" {
		t.Skip("no -texts")
	}
	p, err := New(Options{})
	require.NoError(t, err)
	seg, err := text.New()
	require.NoError(t, err)
	files, err := filepath.Glob(*textsGlob)
	require.NoError(t, err)
	fmt.Printf("%-42s %8s %8s %8s %8s\n", "file", "articles", "found", "known", "right")
	for _, name := range files {
		var n, found, known, right int
		for _, v := range readTexts(t, name) {
			n++
			d := article.Document{Text: v.Text, Source: "x", Member: "1"}
			seg.Segment(&d)
			got, err := p.Find(&d, Evidence{})
			require.NoError(t, err)
			if got.Day == 0 {
				continue
			}
			found++
			if want := v.Published + v.DCT; want != "" {
				known++
				if want == got.Day.String() {
					right++
				} else {
					fmt.Printf("  %s: %s, got %s %q\n", v.ID, want, got.Day, got.Text)
				}
			}
		}
		fmt.Printf("%-42s %8d %8d %8d %8d\n", filepath.Base(name), n, found, known, right)
	}
}

type dated struct{ ID, Text, Published, DCT string }

func readTexts(t *testing.T, name string) (out []dated) {
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		r, err = gzip.NewReader(f)
		require.NoError(t, err)
	}
	in := bufio.NewScanner(r)
	in.Buffer(nil, 10<<20)
	for in.Scan() {
		var v dated
		require.NoError(t, json.Unmarshal(in.Bytes(), &v))
		out = append(out, v)
	}
	return out
}
