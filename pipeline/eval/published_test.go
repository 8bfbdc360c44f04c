package eval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestPublished(t *testing.T) {
	gold, err := ReadPublishedGold(strings.NewReader("file\tdate\tpart\turl\na.html\t2020-01-02\tx\thttps://example.org/a\nb.html\tnan\tx\t\nc.html\t2020-01-03\tx\t\nd.html\t2020-01-01\tx\t\ne.html\tnan\tx\t\n"))
	require.NoError(t, err)
	require.Len(t, gold, 5)
	assert.Equal(t, PublishedGold{File: "a.html", URL: "https://example.org/a", Day: article.NewDay(2020, 1, 2), Part: "x"}, gold[0])
	var s PublishedScore
	day := func(iso, from string, p article.Precision) article.Published {
		d, _ := article.ParseDay(iso)
		return article.Published{Day: d, From: from, Precision: p}
	}
	s.Add(gold[0], day("2020-01-02", "html", article.DayPrecision))
	s.Add(gold[1], article.Published{})
	s.Add(gold[2], article.Published{})
	s.Add(gold[3], day("2020-01-01", "url", article.MonthPrecision))
	s.Add(gold[4], day("2020-01-01", "url", article.DayPrecision))
	assert.Equal(t, []int{5, 2, 1, 1, 1}, []int{s.Pages, s.Right, s.Wrong, s.Missed, s.Spurious})
	assert.InDelta(t, 0.4, s.Accuracy(), 1e-9)
	assert.InDelta(t, 1.0/3, s.Precision(), 1e-9)
	assert.Equal(t, FromScore{Found: 2}, s.From["url"])
	var b strings.Builder
	require.NoError(t, s.Write(&b, true))
	assert.Contains(t, b.String(), "c.html\tgold 2020-01-03\tgot none")
}

func TestReadPublishedGoldErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "empty; want a header line with columns file and date, separated by tabs",
		"name\tdate\n":               `header ["name" "date"]: want columns file and date, separated by tabs`,
		"file,date\na,2020-01-02\n":  `header ["file,date"]: want columns file and date, separated by tabs`,
		"file\tdate\n":               "no pages, only a header",
		"file\tdate\na\t2020-1\n":    `line 2: day "2020-1": want YYYY-MM-DD`,
		"file\tdate\n\t2020-01-02\n": "line 2: no file",
	} {
		_, err := ReadPublishedGold(strings.NewReader(in))
		assert.EqualError(t, err, want)
	}
}
