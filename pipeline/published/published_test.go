package published

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestParseStated(t *testing.T) {
	f := func(text, order, want, precision string) {
		t.Helper()
		t.Run(text, func(t *testing.T) {
			t.Helper()
			day, p, err := ParseStated(text, order)
			require.NoError(t, err)
			assert.Equal(t, want, day.String())
			assert.Equal(t, precision, p.String())
		})
	}
	for _, iso := range []string{"2020-01-02", " 2020-01-02 ", `"2020-01-02"`, "2020-01-02T23:59:59Z", "2020-01-02T00:30:00+05:00", "2020-01-02 15:04:05.123456",
		"2020-01-02T15:04:05.000+0000", "2020/01/02", "2020/1/2 15:04", "2020.01.02", "20200102", "202001021504", "20200102150405", "20200102T150405Z",
		"1577923200", "1577923200.0", "1577923200000", "1577923200000000"} {
		f(iso, "", "2020-01-02", "day")
	}
	for _, words := range []string{"Thu, 02 Jan 2020 15:04:05 GMT", "Thu, 2 Jan 2020 15:04:05 +0100", "02 Jan 20 15:04 UT", "Thursday, January 2, 2020", "Thursday, January 2, 2020, 10:30 AM EST",
		"January 2, 2020", "Jan. 2, 2020", "Jan 2nd, 2020", "2 January 2020", "2nd of January 2020", "2 January, 2020", "2-Jan-2020", "Thu Jan  2 15:04:05 2020", "Thu Jan 02 15:04:05 +0000 2020",
		"Thu Jan 2 15:04:05 UTC 2020", "Thu Jan 02 2020 15:04:05 GMT+0100 (Central European Standard Time)", "Published on January 2, 2020 at 3:04 p.m.", "2. Januar 2020", "2 janvier 2020", "2 de enero de 2020",
		"2020. január 2.", "2020年1月2日", "2.1.2020", "02.01.2020 15:04 Uhr", "2020-Jan-02"} {
		f(words, "", "2020-01-02", "day")
	}
	f("January 2020", "", "2020-01-01", "month")
	f("2020-01", "", "2020-01-01", "month")
	f("2020", "", "2020-01-01", "year")
	f("1/13/2020", "", "2020-01-13", "day")
	f("13/1/2020", "", "2020-01-13", "day")
	f("3/3/2020", "", "2020-03-03", "day")
	f("3/4/2020", "dmy", "2020-04-03", "day")
	f("3/4/2020", "mdy", "2020-03-04", "day")
	f("1923-05-06", "", "1923-05-06", "day")
	for _, none := range []string{"", " ", "null", "N/A", "unknown", "0000-00-00"} {
		f(none, "", "", "")
	}
}

func TestParseStatedErrors(t *testing.T) {
	for text, want := range map[string]error{
		"soon":                       ErrNoDate,
		"2020-13-01":                 ErrNoDate,
		"2020-02-30":                 ErrNoDate,
		"30 February 2020":           ErrNoDate,
		"3/4/2020":                   ErrAmbiguous,
		"Friday, January 2, 2020":    ErrWeekday,
		"2020-01-02 or 2020-01-03":   ErrNoDate,
		"issue 2020-01-02 of Nature": ErrNoDate,
		"12":                         ErrNoDate,
		"-1":                         ErrNoDate,
		"10:30":                      ErrNoDate,
		"99999999":                   ErrNoDate,
	} {
		t.Run(text, func(t *testing.T) {
			_, _, err := ParseStated(text, "")
			assert.ErrorIs(t, err, want)
		})
	}
}

func TestFind(t *testing.T) {
	p, err := New(Options{})
	require.NoError(t, err)
	f := func(name string, d article.Document, e Evidence, want, from, text string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			got, err := p.Find(&d, e)
			require.NoError(t, err)
			assert.Equal(t, want, got.Day.String())
			assert.Equal(t, from, got.From)
			assert.Equal(t, text, got.Text)
		})
	}
	f("heading", article.Document{Text: "Thursday, January 2, 2020\n\nThe Drums\n\nThe siege is over."}, Evidence{}, "2020-01-02", "heading", "Thursday, January 2, 2020")
	f("byline", article.Document{Text: "General Slips In\n\nElias Moor\nFebruary 5, 2020\n\nAfter the killing, much was said."}, Evidence{}, "2020-02-05", "heading", "February 5, 2020")
	f("one line", article.Document{Text: "A Title\nBy Ann Lee, Reuters | Jan 5, 2020\n\nMuch was said on January 6, 2021."}, Evidence{}, "2020-01-05", "heading", "Jan 5, 2020")
	f("prose", article.Document{Text: "A Title\n\nMuch was said on January 6, 2021, by many.\n"}, Evidence{}, "", "", "")
	f("wrong weekday", article.Document{Text: "Friday, January 2, 2020\n\nThe Drums"}, Evidence{}, "", "", "")
	f("url", article.Document{URL: "https://example.org/news/2020/01/02/siege", Text: "x"}, Evidence{}, "2020-01-02", "url", "https://example.org/news/2020/01/02/siege")
	f("file name", article.Document{Source: "in/2020-01-02-siege.txt", Text: "x"}, Evidence{}, "2020-01-02", "filename", "in/2020-01-02-siege.txt")
	f("hash", article.Document{Source: "000_741620200102d4210.txt", Text: "x"}, Evidence{}, "", "", "")
	f("dateline", article.Document{Text: "BAGHDAD, Feb 5, 2020 (Reuters) - Two rockets hit the base near the airport."}, Evidence{}, "2020-02-05", "dateline", "Feb 5, 2020")
	f("dateline without a year", article.Document{Text: "BAGHDAD, Feb 5 (Reuters) - Two rockets hit the base near the airport."}, Evidence{}, "", "", "")
	f("stated", article.Document{URL: "https://example.org/2020/01/02/siege", Text: "x"}, Evidence{Stated: "2020-01-05T10:00:00Z", StatedFrom: "record"}, "2020-01-05", "record", "2020-01-05T10:00:00Z")
	f("refined", article.Document{URL: "https://example.org/2020/02/siege", Text: "February 5, 2020\n\nThe Drums"}, Evidence{}, "2020-02-05", "heading", "February 5, 2020")
}
