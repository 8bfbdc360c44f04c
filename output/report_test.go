package output

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// reportOf returns the report and its elements, having checked that they close.
func reportOf(t *testing.T, tables *Tables, opts ReportOptions) (page string, elements []html.Token) {
	t.Helper()
	var w strings.Builder
	require.NoError(t, Report(tables, &w, opts))
	z := html.NewTokenizer(strings.NewReader(w.String()))
	var open []string
	void := map[string]bool{"meta": true}
	for z.Next() != html.ErrorToken {
		switch token := z.Token(); token.Type {
		case html.StartTagToken:
			elements = append(elements, token)
			if !void[token.Data] {
				open = append(open, token.Data)
			}
		case html.SelfClosingTagToken:
			elements = append(elements, token)
		case html.EndTagToken:
			require.NotEmpty(t, open)
			require.Equal(t, open[len(open)-1], token.Data)
			open = open[:len(open)-1]
		}
	}
	require.Empty(t, open)
	return w.String(), elements
}

func TestReport(t *testing.T) {
	d := sampleDocument("a.txt", sampleText)
	d.Places[0].PlaceID, d.Places[0].Name, d.Places[0].Lat, d.Places[0].Lon, d.Places[0].Precision = "gn:1", "Iran <b>", 32, 53, "country"
	d.Mentions[1].Canonical = `"><script>alert(1)</script>`
	d.Sentences[0].Section = article.Title
	page, elements := reportOf(t, writeTables(t, Options{}, d, sampleDocument("b.txt", "Rome 5")), ReportOptions{Title: "x & y"})
	assert.Contains(t, page, "<h1>x &amp; y</h1>")
	assert.Contains(t, page, `<tr><td>documents</td><td class="n">2</td><td class="dim">published 2020-01-02 to 2020-01-02</td></tr>`)
	assert.Contains(t, page, `<mark class="LOC place" title="LOC Iran`)
	assert.Contains(t, page, `place gn:1 Iran &lt;b&gt; country literal [places/sample]">Iran</mark>`)
	assert.Contains(t, page, `<p class="title">Öl in <mark`)
	assert.Contains(t, page, "date: no publication date")
	assert.Contains(t, page, `By day, 2020-01-01 to 2020-01-02`)
	assert.Contains(t, page, `<circle cx="233" cy="58"`)
	for _, e := range elements {
		assert.NotContains(t, []string{"script", "link", "img", "iframe", "object", "embed", "form", "base"}, e.Data)
		for _, a := range e.Attr {
			assert.NotContains(t, []string{"src", "href", "srcset", "action", "onload", "onclick"}, a.Key)
		}
	}
	assert.NotContains(t, page, "ZgotmplZ", "no value that the template refuses")
}

func TestReportOfStrangeTables(t *testing.T) {
	t.Run("none", func(t *testing.T) {
		page, _ := reportOf(t, writeTables(t, Options{}), ReportOptions{})
		assert.Contains(t, page, "none has a publication day")
		assert.NotContains(t, page, "<svg")
	})
	t.Run("hostile", func(t *testing.T) {
		var docs []*article.Document
		for i := range 60 {
			docs = append(docs, hostileDocument(i))
		}
		page, _ := reportOf(t, writeTables(t, Options{}, docs...), ReportOptions{})
		for _, c := range page {
			require.False(t, c < ' ' && c != '\n' && c != '\t', "control character %q", c)
		}
		assert.NotContains(t, page, `<a href="x">`)
	})
	t.Run("limits", func(t *testing.T) {
		var docs []*article.Document
		for i := range 30 {
			docs = append(docs, sampleDocument(fmt.Sprint(i), fmt.Sprintf("Iran%d", i)))
		}
		page, _ := reportOf(t, writeTables(t, Options{}, docs...), ReportOptions{Articles: 7, Top: 3})
		assert.Equal(t, 7, strings.Count(page, "<details>"))
		assert.Contains(t, page, "7 of 30")
		page, _ = reportOf(t, writeTables(t, Options{}, docs...), ReportOptions{Articles: -1})
		assert.NotContains(t, page, "<details>")
	})
}

// TestMarks checks that an article in the report has the article's words,
// whatever overlaps.
func TestMarks(t *testing.T) {
	d := sampleDocument("a.txt", "University of Texas at Austin, 5 May.")
	d.Mentions = []article.Mention{{Span: article.Span{Start: 0, End: 29}, Kind: article.ORG}}
	d.Places = []article.Place{
		{Span: article.Span{Start: 14, End: 19}, Mention: article.Span{Start: 0, End: 29}, Role: article.InName},
		{Span: article.Span{Start: 23, End: 29}, Mention: article.Span{Start: 0, End: 29}, Role: article.InName},
	}
	for doc, err := range writeTables(t, Options{}, d).Documents() {
		require.NoError(t, err)
		a := articleOf(doc)
		require.Len(t, a.Sections, 1)
		var parts []string
		for _, p := range a.Sections[0].Parts {
			parts = append(parts, p.Class+":"+p.Text)
		}
		assert.Equal(t, []string{"ORG:University of ", "ORG nil:Texas", "ORG: at ", "ORG nil:Austin", ":, ", "date:5", ": May."}, parts)
	}
}

func TestDrawTime(t *testing.T) {
	day := func(y int, m time.Month, d int) article.Day { return article.NewDay(y, m, d) }
	one := func(d article.Day) dayRange { return dayRange{d, d} }
	assert.Nil(t, drawTime(nil, nil))
	v := drawTime([]dayRange{one(day(2020, 1, 1)), one(day(2020, 1, 9)), {day(2020, 1, 1), day(2020, 1, 9)}}, []article.Day{day(2020, 1, 9)})
	assert.Equal(t, "day", v.Unit)
	assert.Equal(t, 1, v.TooLong)
	require.Len(t, v.Bars, 2)
	assert.Equal(t, 50.0, v.Bars[1].Down)
	assert.Equal(t, "month", drawTime([]dayRange{one(day(2010, 1, 1)), one(day(2020, 1, 1))}, nil).Unit)
	assert.Equal(t, "year", drawTime([]dayRange{one(day(1900, 1, 1)), one(day(2020, 1, 1))}, nil).Unit)
	assert.Equal(t, "decade", drawTime([]dayRange{one(day(1066, 1, 1)), one(day(2020, 1, 1))}, nil).Unit)
	many := []dayRange{one(day(1066, 1, 1))}
	for i := range 100 {
		many = append(many, one(day(2020, 1, 1)+article.Day(i)))
	}
	v = drawTime(many, nil)
	assert.Equal(t, "day", v.Unit)
	assert.NotZero(t, v.Before, "one old date does not squeeze the rest")
}

func TestDrawMap(t *testing.T) {
	assert.Nil(t, drawMap(nil))
	at := func(lat, lon float64) *mapView {
		return drawMap(map[string]*point{"x": {name: "X", precision: "city", lat: lat, lon: lon, n: 1}})
	}
	for _, p := range [][2]float64{{33, 44}, {90, 180}, {-90, -180}, {0, 0}} {
		m := at(p[0], p[1])
		assert.LessOrEqual(t, m.X, m.Dots[0].X)
		assert.GreaterOrEqual(t, m.X+m.W, m.Dots[0].X)
		assert.LessOrEqual(t, m.Y, m.Dots[0].Y)
		assert.GreaterOrEqual(t, m.Y+m.H, m.Dots[0].Y)
		assert.InDelta(t, 50, m.W, 0.01)
	}
	assert.NotEmpty(t, at(33, 44).Land)
	lines := 0
	for line := range strings.Lines(landBits) {
		if line[0] != '#' {
			lines++
			require.Regexp(t, `^[0-9a-f]{90}\n$`, line)
		}
	}
	assert.Equal(t, 180, lines)
}
