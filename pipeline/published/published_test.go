package published

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// parseStated reads what a field states.
func parseStated(text, order string) (article.Day, article.Precision, error) {
	x, err := calendar()
	if err != nil {
		return 0, 0, err
	}
	f, err := scanner{x, order}.stated(text)
	if err != nil || f.year == 0 {
		return 0, 0, err
	}
	return f.date(), f.precision(), nil
}

func TestParseStated(t *testing.T) {
	f := func(text, order, want, precision string) {
		t.Helper()
		t.Run(text, func(t *testing.T) {
			t.Helper()
			day, p, err := parseStated(text, order)
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
			_, _, err := parseStated(text, "")
			assert.ErrorIs(t, err, want)
		})
	}
}

// find runs a finder on a document, as the pipeline does: segmented.
func find(t *testing.T, opts Options, d article.Document, e Evidence) (article.Published, error) {
	t.Helper()
	p, err := New(opts)
	require.NoError(t, err)
	seg, err := text.New()
	require.NoError(t, err)
	seg.Segment(&d)
	return p.Find(&d, e)
}

func TestFind(t *testing.T) {
	const prose = "\n\nThe old bridge over the river was closed on March 3, 2021, after a flood, the mayor of the town said."
	for _, tc := range []struct {
		name, source, member, url, text string
		want                            string // day precision from "evidence"
	}{
		{name: "date line", text: "Thursday, January 2, 2020\n\nThe Drums" + prose, want: `2020-01-02 day heading "Thursday, January 2, 2020"`},
		{name: "under the byline", text: "General Slips In\n\nElias Moor\nFebruary 5, 2020" + prose, want: `2020-02-05 day heading "February 5, 2020"`},
		{name: "in the byline", text: "A Title\nBy Ann Lee, Reuters | Jan 5, 2020 10:30 am EST" + prose, want: `2020-01-05 day heading "Jan 5, 2020"`},
		{name: "published and updated", text: "A Title\nPublished: Jan. 5, 2020. Updated: Jan. 7, 2020" + prose, want: `2020-01-05 day heading "Jan. 5, 2020"`},
		{name: "place and date", text: "Hostages freed.\nSTANSTED, England 1996-08-27" + prose, want: `1996-08-27 day heading "1996-08-27"`},
		{name: "place that ends as a month", text: "Results.\nRIO DE JANEIRO 1996-08-22" + prose, want: `1996-08-22 day heading "1996-08-22"`},
		{name: "month of an issue", text: "The Title\n\nJanuary 2020" + prose, want: `2020-01-01 month heading "January 2020"`},
		{name: "prose alone", text: "A Title" + prose},
		{name: "short prose", text: "A Title\n\nIt was released on March 5, 2019."},
		{name: "title with a date", text: "The Baghdad Attack of January 5, 2020" + prose},
		{name: "wrong weekday", text: "Friday, January 2, 2020\n\nThe Drums" + prose},
		{name: "score and month", text: "Honduras beat Nicaragua 2 -1 January 2017" + prose},
		{name: "dateline", text: "A Title\n\nBAGHDAD, Feb 5, 2020 (Reuters) - Two rockets hit the base near the airport.", want: `2020-02-05 day dateline "Feb 5, 2020"`},
		{name: "dateline without commas", text: "KIGALI, Jun 15 2022 (IPS) - A few years ago much was said about it.", want: `2022-06-15 day dateline "Jun 15 2022"`},
		{name: "dateline in brackets", text: "SINGAPORE (May 6, 2021) — While prices rose, wages did not follow.", want: `2021-05-06 day dateline "May 6, 2021"`},
		{name: "dateline without a year", text: "BAGHDAD, Feb 5 (Reuters) - Two rockets hit the base near the airport."},
		{name: "dateline, year from the address", url: "https://example.org/2020/02/siege", text: "BAGHDAD, Feb 5 (Reuters) - Two rockets hit the base near the airport.", want: `2020-02-05 day dateline "Feb 5"`},
		{name: "no dateline", text: "On 24 April 2005, in a rainy town – as rainy as all – two teams met."},

		{name: "address", url: "https://example.org/news/2020/01/02/siege", text: "x", want: `2020-01-02 day url "https://example.org/news/2020/01/02/siege"`},
		{name: "address with a month in letters", url: "https://example.org/news/2020/jan/02/siege", text: "x", want: `2020-01-02 day url "https://example.org/news/2020/jan/02/siege"`},
		{name: "address with digits", url: "https://example.org/20200102-siege.html", text: "x", want: `2020-01-02 day url "https://example.org/20200102-siege.html"`},
		{name: "address of a month", url: "https://example.org/2020/01/siege", text: "x", want: `2020-01-01 month url "https://example.org/2020/01/siege"`},
		{name: "archived page", url: "https://web.archive.org/web/20210304050607/http://example.org/2020/01/02/siege", text: "x", want: `2020-01-02 day url "https://web.archive.org/web/20210304050607/http://example.org/2020/01/02/siege"`},
		{name: "number in an address", url: "https://example.org/story/202001021", text: "x"},
		{name: "year in an address", url: "https://example.org/2020/siege", text: "x"},
		{name: "month refined by a byline", url: "https://example.org/2020/02/siege", text: "A Title\nFebruary 5, 2020" + prose, want: `2020-02-05 day heading "February 5, 2020"`},
		{name: "month of another byline", url: "https://example.org/2020/02/siege", text: "A Title\nMarch 5, 2020" + prose, want: `2020-02-01 month url "https://example.org/2020/02/siege"`},

		{name: "file name", source: "in/2020-01-02-siege.txt", text: "x", want: `2020-01-02 day filename "in/2020-01-02-siege.txt"`},
		{name: "file name of digits", source: "reuters_20200102_17.txt.gz", text: "x", want: `2020-01-02 day filename "reuters_20200102_17.txt.gz"`},
		{name: "folders", source: "2020/01/02/a.html", text: "x", want: `2020-01-02 day filename "2020/01/02/a.html"`},
		{name: "folder of a month", source: "2020/01/a.html", text: "x", want: `2020-01-01 month filename "2020/01/a.html"`},
		{name: "container", source: "dump-2020-01-02.jsonl", member: "3", text: "x"},
		{name: "hash", source: "000_741620200102d4210.txt", text: "x"},
		{name: "season", source: "season-2009-10.txt", text: "x"},
		{name: "file name before address", source: "2020-01-03.txt", url: "https://example.org/2020/01/02/x", text: "x", want: `2020-01-03 day filename "2020-01-03.txt"`},
		{name: "nothing", text: "x"},
		{name: "before 1990", source: "1963-11-22.txt", text: "x"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := find(t, Options{}, article.Document{Source: tc.source, Member: tc.member, URL: tc.url, Text: tc.text}, Evidence{})
			require.NoError(t, err)
			assert.Equal(t, tc.want, show(got))
		})
	}
}

func show(p article.Published) string {
	if p == (article.Published{}) {
		return ""
	}
	return fmt.Sprintf("%s %s %s %q", p.Day, p.Precision, p.From, p.Text)
}

func TestFindStated(t *testing.T) {
	now := time.Date(2020, 6, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name       string
		opts       Options
		doc        article.Document
		e          Evidence
		want, note string
	}{
		{name: "record", e: Evidence{Stated: "2020-01-05T23:30:00-08:00", StatedFrom: "record"}, want: `2020-01-05 day record "2020-01-05T23:30:00-08:00"`},
		{name: "front matter", e: Evidence{Stated: "2020-01-05", StatedFrom: "front_matter"}, want: `2020-01-05 day front_matter "2020-01-05"`},
		{name: "before everything", doc: article.Document{URL: "https://example.org/2020/01/02/x"}, e: Evidence{Stated: "2020-01-05", StatedFrom: "metadata"}, want: `2020-01-05 day metadata "2020-01-05"`},
		{name: "no date", doc: article.Document{URL: "https://example.org/2020/01/02/x"}, e: Evidence{Stated: "soon", StatedFrom: "record"}, want: `2020-01-02 day url "https://example.org/2020/01/02/x"`, note: `record: "soon": no date`},
		{name: "no date, the record's own", e: Evidence{Stated: "n.n.", StatedFrom: "metadata", OwnStated: "2020-01-04", OwnStatedFrom: "record"}, want: `2020-01-04 day record "2020-01-04"`, note: `metadata: "n.n.": no date`},
		{name: "ambiguous", e: Evidence{Stated: "3/4/2020", StatedFrom: "record"}, note: `record: "3/4/2020": day and month cannot be told apart (--date-order)`},
		{name: "order given", opts: Options{DateOrder: "dmy"}, e: Evidence{Stated: "3/4/2020", StatedFrom: "record"}, want: `2020-04-03 day record "3/4/2020"`},
		{name: "wrong weekday", e: Evidence{Stated: "Fri, 02 Jan 2020", StatedFrom: "record"}, note: `record: "Fri, 02 Jan 2020": the weekday is another: 2020-01-02 is a Thursday`},
		{name: "long ago", e: Evidence{Stated: "22 November 1963", StatedFrom: "record"}, want: `1963-11-22 day record "22 November 1963"`},
		{name: "zero of a clock", e: Evidence{Stated: "1970-01-01T00:00:00Z", StatedFrom: "record"}, note: `record: "1970-01-01T00:00:00Z": no date: the zero of a clock`},
		{name: "future", opts: Options{Now: now}, e: Evidence{Stated: "2020-06-03", StatedFrom: "record"}, note: `record: "2020-06-03": no date: it is in the future`},
		{name: "tomorrow, elsewhere", opts: Options{Now: now}, e: Evidence{Stated: "2020-06-02", StatedFrom: "record"}, want: `2020-06-02 day record "2020-06-02"`},
		{name: "future address", opts: Options{Now: now}, doc: article.Document{URL: "https://example.org/2020/06/03/x"}},
		{name: "not stated", e: Evidence{Stated: "null", StatedFrom: "record"}},
		{name: "month refined", doc: article.Document{URL: "https://example.org/2020/01/02/x"}, e: Evidence{Stated: "January 2020", StatedFrom: "record"}, want: `2020-01-02 day url "https://example.org/2020/01/02/x"`},
		{name: "year not refined", doc: article.Document{URL: "https://example.org/2021/01/02/x"}, e: Evidence{Stated: "2020", StatedFrom: "record"}, want: `2020-01-01 year record "2020"`},
		{name: "flag", opts: Options{Flag: article.NewDay(2020, 2, 10)}, want: `2020-02-10 day flag "2020-02-10"`},
		{name: "flag comes last", opts: Options{Flag: article.NewDay(2020, 2, 10)}, doc: article.Document{Source: "2020-01-02.txt"}, want: `2020-01-02 day filename "2020-01-02.txt"`},
		{name: "dateline of the flag's year", opts: Options{Flag: article.NewDay(2020, 2, 10)}, doc: article.Document{Text: "BAGHDAD, Feb 5 (Reuters) - Two rockets hit the base near the airport."}, want: `2020-02-05 day dateline "Feb 5"`},
		{name: "dateline of the year before", opts: Options{Flag: article.NewDay(2020, 2, 10)}, doc: article.Document{Text: "BAGHDAD, Dec 5 (Reuters) - Two rockets hit the base near the airport."}, want: `2019-12-05 day dateline "Dec 5"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.doc.Text == "" {
				tc.doc.Text = "x"
			}
			got, err := find(t, tc.opts, tc.doc, tc.e)
			if tc.note == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tc.note)
			}
			assert.Equal(t, tc.want, show(got))
		})
	}
	_, err := New(Options{DateOrder: "ymd"})
	assert.EqualError(t, err, `date order "ymd": want dmy or mdy`)
}

func TestFindPage(t *testing.T) {
	teasers := ""
	for i := range 8 {
		teasers += fmt.Sprintf("<div class=teaser><a href=/%d>Another story that is told elsewhere</a> <span class=date>%d March 2020</span></div>", i, 10+i)
	}
	page := func(head, body string) string {
		return "<!DOCTYPE html><html lang=en><head><title>Siege ends</title>" + head + "</head><body><header>The Example</header>" + body + "</body></html>"
	}
	const story = "<p>The siege of the old fort ended when the last of the men walked out with raised hands, officials of the town said to reporters.</p>"
	for _, tc := range []struct{ name, head, body, want string }{
		{name: "JSON-LD", head: `<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x"},{"@type":"NewsArticle","datePublished":"2020-01-02T10:00:00+02:00","dateModified":"2020-01-09"}]}</script>`, body: "<h1>Siege ends</h1>" + story, want: `2020-01-02 day html "2020-01-02T10:00:00+02:00"`},
		{name: "broken JSON-LD", head: `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2020-01-02", "headline": "a "quote" "}</script>`, body: "<h1>Siege ends</h1>" + story, want: `2020-01-02 day html "2020-01-02"`},
		{name: "meta", head: `<meta property="article:published_time" content="2020-01-02T10:00:00Z"><meta property="article:modified_time" content="2020-01-09T10:00:00Z">`, body: "<h1>Siege ends</h1>" + story + teasers, want: `2020-01-02 day html "2020-01-02T10:00:00Z"`},
		{name: "microdata", body: `<h1>Siege ends</h1><span itemprop="datePublished" content="2020-01-02">yesterday</span>` + story, want: `2020-01-02 day html "2020-01-02"`},
		{name: "time element", body: `<h1>Siege ends</h1><time datetime="2020-01-02T10:00">2 Jan</time>` + story, want: `2020-01-02 day html "2020-01-02T10:00"`},
		{name: "text under the heading", body: "<h1>Siege ends</h1><div class=meta><span>By Ann Lee</span> <span>2 January 2020</span></div>" + story + teasers, want: `2020-01-02 day html "2 January 2020"`},
		{name: "today's date above", body: "<div id=today>Friday, 20 March 2020</div><nav>" + strings.Repeat("<li>World</li>", 12) + "</nav><h1>Siege ends</h1><p class=date>Published on 2 January 2020</p>" + story, want: `2020-01-02 day html "2 January 2020"`},
		{name: "another language", body: "<h1>Siege ends</h1><p class=datum>Donnerstag, 2. Jänner 2020, 10:00 Uhr</p>" + story, want: `2020-01-02 day html "Donnerstag, 2. Jänner 2020"`},
		{name: "address says the local day", head: `<link rel=canonical href="https://example.org/2020/01/02/siege"><meta property="article:published_time" content="2020-01-03T02:00:00Z">`, body: "<h1>Siege ends</h1>" + story, want: `2020-01-02 day html "2020-01-03T02:00:00Z"`},
		{name: "address alone", head: `<link rel=canonical href="https://example.org/2020/01/02/siege">`, body: "<h1>Siege ends</h1>" + story, want: `2020-01-02 day url "https://example.org/2020/01/02/siege"`},
		{name: "month", head: `<meta property="article:published_time" content="2020-01">`, body: "<h1>Siege ends</h1>" + story, want: `2020-01-01 month html "2020-01"`},
		{name: "prose alone", body: "<h1>Siege ends</h1><p>The siege of the old fort, which began when the men came on 2 January 2020 and took the gate, has ended, as officials of the town said to reporters who had waited for days in the rain outside.</p>"},
		{name: "copyright alone", body: "<h1>Siege ends</h1>" + story + "<footer>© 2020 The Example</footer>"},
		{name: "nothing", body: story},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := find(t, Options{}, article.Document{Text: "x"}, Evidence{HTML: []byte(page(tc.head, tc.body))})
			require.NoError(t, err)
			assert.Equal(t, tc.want, show(got))
		})
	}
}

// TestNumericOrder reads 3/4/2020 as the rest of the page does.
func TestNumericOrder(t *testing.T) {
	f := func(lang, more, want string) {
		t.Helper()
		html := "<html lang='" + lang + "'><head><title>Siege ends</title></head><body><h1>Siege ends</h1><p class=date>Published 3/4/2020</p><p>Long words of the story.</p>" + more + "</body></html>"
		got, err := find(t, Options{}, article.Document{Text: "x"}, Evidence{HTML: []byte(html)})
		require.NoError(t, err)
		assert.Equal(t, want, got.Day.String(), "%s %s", lang, more)
	}
	f("en-US", "", "2020-03-04")
	f("en-GB", "", "2020-04-03")
	f("fr", "", "2020-04-03")
	f("en", "", "")
	f("en", "<footer><ul><li>1/28/2020</li></ul></footer>", "2020-03-04")
}

func BenchmarkText(b *testing.B) {
	p, err := New(Options{})
	require.NoError(b, err)
	d := article.Document{Source: "a/b/000_741670e7410d4210.txt", Text: "Siege Ends At Old Fort\n\nBy Ann Lee\n\n" + strings.Repeat("The siege of the old fort ended on Wednesday, officials said. ", 60)}
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Find(&d, Evidence{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStated(b *testing.B) {
	p, err := New(Options{})
	require.NoError(b, err)
	d := article.Document{Text: "x"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Find(&d, Evidence{Stated: "2020-01-02T15:04:05Z", StatedFrom: "record"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	p, err := New(Options{})
	require.NoError(b, err)
	page := []byte("<html><head><title>Siege ends</title><meta property='article:published_time' content='2020-01-02T10:00:00Z'></head><body><h1>Siege ends</h1>" +
		strings.Repeat("<div class='story-text body'><p>The siege of the <a href='/x'>old fort</a> ended on Wednesday, officials said. <b>More</b> will follow.</p></div>\n", 400) + "</body></html>")
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Find(&article.Document{}, Evidence{HTML: page}); err != nil {
			b.Fatal(err)
		}
	}
}
