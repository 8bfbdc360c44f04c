package dates

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// published is the publication day of every example: Thursday.
const published = "2020-01-02"

// newDoc returns the text as a document, cut into sentences and tokens. An
// empty day leaves the publication date unknown.
func newDoc(t testing.TB, src, day string) *article.Document {
	t.Helper()
	seg, err := segmenter()
	require.NoError(t, err)
	d := &article.Document{Text: src}
	if day != "" {
		d.Published.Day, err = article.ParseDay(day)
		require.NoError(t, err)
		d.Published.Precision = article.DayPrecision
	}
	seg.Segment(d)
	return d
}

var segmenter = sync.OnceValues(text.New)

func newExtractor(t testing.TB, o Options) *Extractor {
	t.Helper()
	x, err := New(o)
	require.NoError(t, err)
	return x
}

// example is a line of rules/*.examples.
type example struct{ at, text, want, rule string }

func readExamples(t testing.TB) []example {
	t.Helper()
	files, err := filepath.Glob("rules/*.examples")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var out []example
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		err = eachRow(filepath.Base(file), string(b), func(at string, f []string) error {
			require.Len(t, f, 3, "%s: want text, dates, rule", at)
			out = append(out, example{at, f[0], f[1], f[2]})
			return nil
		})
		require.NoError(t, err)
	}
	return out
}

// short writes dates as the example files do: "surface=value; surface=value",
// "-" for none.
func short(d *article.Document) string {
	var parts []string
	for _, dt := range d.Dates {
		s := d.TextOf(dt.Span) + "=" + dt.Value
		if dt.Mod != "" {
			s += "/" + dt.Mod
		}
		parts = append(parts, s)
	}
	if parts == nil {
		return "-"
	}
	return strings.Join(parts, "; ")
}

func TestExamples(t *testing.T) {
	x := newExtractor(t, Options{})
	seen := map[string]bool{}
	for _, e := range readExamples(t) {
		t.Run(e.at, func(t *testing.T) {
			day := published
			src, unpublished := strings.CutPrefix(e.text, "[no date] ")
			if unpublished {
				day = ""
			}
			d := newDoc(t, src, day)
			require.NoError(t, x.Extract(context.Background(), d))
			require.NoError(t, d.Check())
			assert.Equal(t, e.want, short(d), e.text)
			for i, rule := range strings.Fields(e.rule) {
				if rule != "-" && i < len(d.Dates) {
					assert.Equal(t, "dates/"+rule, d.Dates[i].Rule, e.text)
				}
			}
		})
		for _, rule := range strings.Fields(e.rule) {
			seen["dates/"+rule] = true
		}
	}
	for _, rule := range x.rules.names() {
		assert.True(t, seen[rule], "rule %s has no example in rules/*.examples", rule)
	}
}
