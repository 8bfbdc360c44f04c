package source

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const benchParagraph = "The siege of the old fort above the town of Brenn ended on Wednesday, when the last of the men walked out with raised hands, officials said. It had lasted for two weeks, and the town had been without water.\n\n"

// benchAll reads everything below dir once per iteration.
func benchAll(b *testing.B, dir string) {
	b.Helper()
	var size int64
	filepath.Walk(dir, func(_ string, info os.FileInfo, _ error) error {
		if info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	b.SetBytes(size)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		w, err := Open(b.Context(), Options{}, dir)
		require.NoError(b, err)
		r, _ := w.Reader()
		for {
			it, err := w.Next(b.Context())
			if err == io.EOF {
				break
			}
			if _, err := r.Read(b.Context(), it); err != nil {
				b.Fatal(err)
			}
			n++
		}
		w.Close()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkTextFiles(b *testing.B) {
	files := make(map[string]string)
	for i := range 500 {
		files[fmt.Sprintf("%02d/%03d.txt", i%20, i)] = strings.Repeat(benchParagraph, 18)
	}
	benchAll(b, tree(b, files))
}

func BenchmarkJSONLines(b *testing.B) {
	var s strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&s, "{\"id\":%d,\"title\":\"Siege ends\",\"published\":\"2020-01-02\",\"url\":\"https://example.org/%d\",\"text\":%q}\n", i, i, strings.Repeat(benchParagraph, 18))
	}
	for name, content := range map[string]string{"a.jsonl": s.String(), "a.jsonl.gz": gz(s.String()), "a.jsonl.zst": zst(s.String())} {
		b.Run(name, func(b *testing.B) { benchAll(b, tree(b, map[string]string{name: content})) })
	}
}

func BenchmarkCSV(b *testing.B) {
	var s strings.Builder
	s.WriteString("id,date,text\n")
	for i := range 2000 {
		fmt.Fprintf(&s, "%d,2020-01-02,\"%s\"\n", i, strings.Repeat(benchParagraph, 18))
	}
	benchAll(b, tree(b, map[string]string{"a.csv": s.String()}))
}

func BenchmarkPages(b *testing.B) {
	files := make(map[string]string)
	for i := range 20 {
		files[fmt.Sprintf("%d.html", i)] = "<html><head><title>Siege ends</title></head><body><nav>" + strings.Repeat("<li class='nav-item'><a href='/x'>World</a></li>\n", 200) + "</nav><article><h1>Siege ends</h1>" +
			strings.Repeat("<p>"+benchParagraph+"</p>\n", 18) + "</article><footer>" + strings.Repeat("<div class='teaser'><a href='/y'>Another story</a></div>\n", 200) + "</footer></body></html>"
	}
	benchAll(b, tree(b, files))
}
