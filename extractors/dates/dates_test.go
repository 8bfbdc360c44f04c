package dates

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// extract returns the dates of a text as short does.
func extract(t *testing.T, x *Extractor, src, day string) string {
	t.Helper()
	d := newDoc(t, src, day)
	require.NoError(t, x.Extract(context.Background(), d))
	require.NoError(t, d.Check())
	return short(d)
}

// extracts returns a check of what a text of a day gives.
func extracts(t *testing.T) func(day, src, want string) {
	x := newExtractor(t, Options{})
	return func(day, src, want string) {
		t.Helper()
		assert.Equal(t, want, extract(t, x, src, day), "%s: %s", day, src)
	}
}

func TestOptions(t *testing.T) {
	_, err := New(Options{Engine: "magic", Order: 7})
	assert.EqualError(t, err, "dates engine \"magic\": want rules or when\ndate order 7: want MDY or DMY")
	x := newExtractor(t, Options{})
	assert.Equal(t, "dates", x.Name())
	assert.Contains(t, x.Rules(), "dates/weekday")
}

// Borders of the calendar: leap days, ends of months and years, ISO weeks.
func TestCalendarBorders(t *testing.T) {
	f := extracts(t)
	f("2020-03-01", "It fell yesterday.", "yesterday=2020-02-29")
	f("2019-03-01", "It fell yesterday.", "yesterday=2019-02-28")
	f("2020-01-01", "It fell yesterday.", "yesterday=2019-12-31")
	f("2019-12-31", "It falls tomorrow.", "tomorrow=2020-01-01")
	f("2020-03-31", "It fell a month ago.", "a month ago=2020-02")
	f("2020-01-15", "It fell a month ago.", "a month ago=2019-12")
	f("2020-02-29", "It fell two years ago.", "two years ago=2018")
	f("2021-01-02", "It fell this week.", "this week=2020-W53")
	f("2021-01-04", "It fell last week.", "last week=2020-W53")
	f("2018-12-31", "It fell this week.", "this week=2019-W01")
	f("2020-01-05", "It fell on Sunday.", "Sunday=2020-01-05")
	f("2020-01-06", "It fell on Sunday.", "Sunday=2020-01-05")
	f("2020-01-06", "It fell this week.", "this week=2020-W02")
	f("2021-03-01", "It fell on February 29.", "February 29=2020-02-29")
	f("2020-01-31", "It falls next month.", "next month=2020-02")
	f("2020-12-31", "It falls next month.", "next month=2021-01")
	f("2020-02-10", "It fell last quarter.", "last quarter=2019-Q4")
	f("2000-06-01", "It fell this century.", "this century=20")
	f("2020-01-02", "It fell on February 30, 2019.", "-")
	f("2020-01-02", "It fell on February 29, 2019.", "-")
	f("2020-01-02", "It fell 5000 years ago.", "-")
	f("2020-01-02", "It fell 1500 years ago.", "1500 years ago=0520")
	f("2020-01-02", "It was 31/11/2019.", "-")
}

func TestDays(t *testing.T) {
	x := newExtractor(t, Options{})
	f := func(src, from, to, gran string) {
		t.Helper()
		d := newDoc(t, src, published)
		require.NoError(t, x.Extract(context.Background(), d))
		require.Len(t, d.Dates, 1, src)
		dt := d.Dates[0]
		assert.Equal(t, from+" "+to+" "+gran, fmt.Sprintf("%s %s %s", dt.From, dt.To, dt.Granularity), src)
	}
	f("It fell on Wednesday.", "2020-01-01", "2020-01-01", "day")
	f("It fell last week.", "2019-12-23", "2019-12-29", "week")
	f("It fell over the weekend.", "2019-12-28", "2019-12-29", "weekend")
	f("It fell in February 2020.", "2020-02-01", "2020-02-29", "month")
	f("It fell in the second quarter of 2019.", "2019-04-01", "2019-06-30", "quarter")
	f("It fell in the second half of 2019.", "2019-07-01", "2019-12-31", "half")
	f("It fell in the winter of 2018.", "2018-12-01", "2019-02-28", "season")
	f("It fell in 2019.", "2019-01-01", "2019-12-31", "year")
	f("It fell in the 1990s.", "1990-01-01", "1999-12-31", "decade")
	f("It fell in the 19th century.", "1800-01-01", "1899-12-31", "century")
	f("It fell on Friday night.", "2019-12-27", "2019-12-27", "time")
	f("It took five years.", "", "", "")
	f("Over the past five years it fell.", "2015-01-03", "2020-01-02", "")
	f("It fell in the last three days.", "2019-12-31", "2020-01-02", "")
	f("It fell in the past two weeks.", "2019-12-20", "2020-01-02", "")
	f("It fell in the last two months.", "2019-11-03", "2020-01-02", "")
	f("It fell in the past decade.", "2010-01-03", "2020-01-02", "")
	f("It fell in the past two and a half years.", "2017-07-03", "2020-01-02", "")
	f("It falls in the next three days.", "2020-01-02", "2020-01-04", "")
	f("Over the next few days it falls.", "2020-01-02", "", "")
	f("It fell more than a decade ago.", "", "2010-01-02", "year")
	f("It fell in 146 BC.", "", "", "year")
	f("It fell recently.", "", "", "")
}

func TestPrecisionOfPublication(t *testing.T) {
	x := newExtractor(t, Options{})
	f := func(p article.Precision, src, want, reason string) {
		t.Helper()
		d := newDoc(t, src, "2020-02-01")
		d.Published.Precision = p
		require.NoError(t, x.Extract(context.Background(), d))
		require.Len(t, d.Dates, 1)
		assert.Equal(t, want, d.Dates[0].Value, src)
		assert.Equal(t, reason, d.Dates[0].UnresolvedReason, src)
		assert.Equal(t, reason == "", d.Dates[0].Resolved, src)
	}
	f(article.DayPrecision, "It fell on Tuesday.", "2020-01-28", "")
	f(article.MonthPrecision, "It fell on Tuesday.", "XXXX-WXX-2", coarse)
	f(article.MonthPrecision, "It fell last month.", "2020-01", "")
	f(article.YearPrecision, "It fell last month.", "XXXX-XX", coarse)
	f(article.YearPrecision, "It fell last year.", "2019", "")
	f(article.YearPrecision, "It fell yesterday.", "XXXX-XX-XX", coarse)
	f(article.NoPrecision, "It fell yesterday.", "2020-01-31", "")
}

func TestUnpublished(t *testing.T) {
	x := newExtractor(t, Options{})
	for src, want := range map[string]string{
		"It fell on Tuesday.":                 "Tuesday=XXXX-WXX-2",
		"It fell on September 14.":            "September 14=XXXX-09-14",
		"It fell in June.":                    "June=XXXX-06",
		"It fell this month.":                 "this month=XXXX-XX",
		"It fell last week.":                  "last week=XXXX-WXX",
		"It fell over the weekend.":           "the weekend=XXXX-WXX-WE",
		"It fell last year.":                  "last year=XXXX",
		"It fell last decade.":                "last decade=XXX",
		"It fell last summer.":                "last summer=XXXX-SU",
		"It fell last night.":                 "Last night=XXXX-XX-XXTNI",
		"It fell three days ago.":             "three days ago=PAST_REF",
		"It took three days.":                 "three days=P3D",
		"It fell in the third quarter.":       "the third quarter=XXXX-Q3",
		"It fell in 2011.":                    "2011=2011",
		"It fell on Christmas Eve.":           "Christmas Eve=XXXX-12-24",
		"It fell last Thanksgiving.":          "last Thanksgiving=XXXX-11-XX",
		"It fell at 10 p.m. on Tuesday.":      "10 p.m. on Tuesday=XXXX-WXX-2T22:00",
		"It will fall in three days from now": "three days from now=FUTURE_REF",
	} {
		d := newDoc(t, src, "")
		require.NoError(t, x.Extract(context.Background(), d))
		require.Len(t, d.Dates, 1, src)
		dt := d.Dates[0]
		assert.True(t, strings.EqualFold(want, short(d)), "%s: want %s, got %s", src, want, short(d))
		if strings.ContainsAny(dt.Value, "X_") {
			assert.False(t, dt.Resolved, src)
			assert.NotEmpty(t, dt.UnresolvedReason, src)
			assert.Zero(t, dt.From, src)
			assert.Zero(t, dt.Anchor, src)
		} else {
			assert.True(t, dt.Resolved, src)
		}
	}
}

func TestOrder(t *testing.T) {
	f := func(o Order, src, want string, ambiguous bool) {
		t.Helper()
		d := newDoc(t, src, published)
		require.NoError(t, newExtractor(t, Options{Order: o}).Extract(context.Background(), d))
		require.Len(t, d.Dates, 1)
		assert.Equal(t, want, d.Dates[0].Value, src)
		assert.Equal(t, ambiguous, d.Dates[0].Ambiguous, src)
	}
	f(MDY, "It fell on 3/4/2019.", "2019-03-04", true)
	f(DMY, "It fell on 3/4/2019.", "2019-04-03", true)
	f(MDY, "It fell on 13/4/2019.", "2019-04-13", false)
	f(DMY, "It fell on 4/13/2019.", "2019-04-13", false)
	f(MDY, "It fell on 3.4.2019.", "2019-04-03", false)
	f(DMY, "It fell on 2019-03-04.", "2019-03-04", false)
	f(MDY, "It fell on 4/4/19.", "2019-04-04", false)
	// one date that can be read in one way only tells how the text writes them
	d := newDoc(t, "It rose on 25/12/2018 and fell on 3/4/2019.", published)
	require.NoError(t, newExtractor(t, Options{}).Extract(context.Background(), d))
	assert.Equal(t, "25/12/2018=2018-12-25; 3/4/2019=2019-04-03", short(d))
	assert.True(t, d.Dates[1].Ambiguous)
}

// A text about years long gone is read as a story: its months belong to the
// year spoken of last.
func TestNarrative(t *testing.T) {
	x := newExtractor(t, Options{})
	story := "The war began on 1 September 1939. Before, in 1914, 1917 and 1918, there had been another. In late 1940 it spread. " +
		"On 17 September the fleet sailed. In January it came back. "
	assert.Equal(t, "1 September 1939=1939-09-01; 1914=1914; 1917=1917; 1918=1918; late 1940=1940/END; 17 September=1940-09-17; January=1941-01",
		extract(t, x, story, "2020-01-02"))
	assert.Contains(t, extract(t, x, "He said on Tuesday that, as yesterday. "+story, "2020-01-02"), "17 September=2019-09-17")
}

// Names found before are left alone.
func TestNames(t *testing.T) {
	x := newExtractor(t, Options{})
	d := newDoc(t, "The Black September group and Theresa May met in June in the 1999 Hotel.", published)
	mention := func(name string, k article.Kind) {
		i := strings.Index(d.Text, name)
		d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: i, End: i + len(name)}, Kind: k})
	}
	mention("Black September", article.ORG)
	mention("Theresa May", article.PER)
	mention("June", article.LOC) // no longer than the date: the recogniser's mistake
	mention("1999 Hotel", article.LOC)
	require.NoError(t, x.Extract(context.Background(), d))
	assert.Equal(t, "June=2019-06", short(d))
}

// One article's dates never touch another's, and extractors may be shared.
func TestConcurrent(t *testing.T) {
	x := newExtractor(t, Options{})
	want := map[string]string{}
	texts := sampleArticles(t)
	for i, src := range texts {
		want[src] = extract(t, x, src, fmt.Sprintf("20%02d-01-02", 10+i))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 20 {
				k := i % len(texts)
				assert.Equal(t, want[texts[k]], extract(t, x, texts[k], fmt.Sprintf("20%02d-01-02", 10+k)))
			}
		}()
	}
	wg.Wait()
}

func TestNoAllocationPerToken(t *testing.T) {
	x := newExtractor(t, Options{})
	d := newDoc(t, strings.Repeat("The minister went to the town and spoke of the war, of bread and of the long way home. ", 200), published)
	require.NoError(t, x.Extract(context.Background(), d))
	require.Empty(t, d.Dates)
	n := testing.AllocsPerRun(20, func() { _ = x.Extract(context.Background(), d) })
	assert.LessOrEqual(t, n, 2.0, "for %d tokens", len(d.Tokens))
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, engine := range []string{EngineRules, EngineWhen} {
		err := newExtractor(t, Options{Engine: engine}).Extract(ctx, newDoc(t, "He left on Tuesday.", published))
		assert.ErrorIs(t, err, context.Canceled)
	}
}

func TestExplain(t *testing.T) {
	x := newExtractor(t, Options{})
	d := newDoc(t, "The Sunday Times came. He left last Friday, on May 5.", published)
	require.NoError(t, x.Extract(context.Background(), d))
	var all, one strings.Builder
	require.NoError(t, x.Explain(context.Background(), &all, d, -1))
	assert.Contains(t, all.String(), "dates: published 2020-01-02")
	assert.Contains(t, all.String(), "a trap")
	assert.Contains(t, all.String(), `"last Friday" DATE 2019-12-27, from 2019-12-27, to 2019-12-27, counted from 2020-01-02 published`)
	assert.Contains(t, all.String(), "dates/last-weekday")
	require.NoError(t, x.Explain(context.Background(), &one, d, 30))
	assert.NotContains(t, one.String(), "a trap")
	assert.Len(t, d.Dates, 2, "explaining changes nothing")
}

// Bad rows are reported with file and line.
func TestBadRules(t *testing.T) {
	files := func(change map[string]string) fstest.MapFS {
		fs := fstest.MapFS{}
		for _, name := range append([]string{"lexicon.tsv", "holidays.tsv", "rules/fragments.tsv", "rules/confidence.tsv"}, ruleNames()...) {
			b, err := data.ReadFile(name)
			require.NoError(t, err)
			fs[name] = &fstest.MapFile{Data: b}
		}
		for name, text := range change {
			fs[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return fs
	}
	f := func(file, text, want string) {
		t.Helper()
		_, err := loadRules(files(map[string]string{file: text}))
		assert.EqualError(t, err, want)
	}
	f("rules/refs.tsv", "# head\n\nx\tnow", "rules/refs.tsv:3: want 3 or 4 fields (rule, pattern, action, conditions), got 2")
	f("rules/refs.tsv", "x\tnow\tfly", `rules/refs.tsv:1: rule x: no action "fly"`)
	f("rules/refs.tsv", "x\t<moon>\tref", "rules/refs.tsv:1: rule x: no class <moon>")
	f("rules/refs.tsv", "x\t$moon\tref", "rules/refs.tsv:1: rule x: no fragment $moon")
	f("rules/refs.tsv", "x\t( now\tref", "rules/refs.tsv:1: rule x: missing )")
	f("rules/refs.tsv", "x\tnow )\tref", `rules/refs.tsv:1: rule x: stray ")"`)
	f("rules/refs.tsv", "x\tNow\tref", `rules/refs.tsv:1: rule x: bad element "Now"`)
	f("rules/refs.tsv", "x\tnow\tref dir=up", `rules/refs.tsv:1: rule x: argument "dir=up": strconv.Atoi: parsing "up": invalid syntax`)
	f("rules/refs.tsv", "x\tnow\tref\tbefore=a", `rules/refs.tsv:1: rule x: condition "before=a": no key "before"`)
	f("rules/refs.tsv", "x\tnow?\tref", "rules/refs.tsv:1: rule x: pattern of 0 elements, want 1 to 20")
	f("rules/fragments.tsv", "mod", "rules/fragments.tsv:1: want 2 fields (name, pattern), got 1")
	f("rules/confidence.tsv", "now\t0.5\t2", `rules/confidence.tsv:1: confidence "2": want a number in [0, 1)`)
	f("lexicon.tsv", "month\tjuly\tseven", `lexicon.tsv:1: value "seven": neither a number nor a known name`)
	f("holidays.tsv", "^may day\tsometimes", `holidays.tsv:1: holiday "sometimes": want a kind of day that holidays.tsv names, with its numbers`)
	_, err := loadRules(fstest.MapFS{})
	assert.EqualError(t, err, "open lexicon.tsv: file does not exist")
}

func ruleNames() []string {
	var out []string
	for _, name := range ruleFiles {
		out = append(out, "rules/"+name+".tsv")
	}
	return out
}

func TestHolidays(t *testing.T) {
	f := func(spec string, year int, want string) {
		t.Helper()
		h, err := parseHoliday(spec)
		require.NoError(t, err)
		assert.Equal(t, want, h.on(year).String(), "%s %d", spec, year)
	}
	f("easter 0", 2019, "2019-04-21")
	f("easter 0", 2024, "2024-03-31")
	f("easter 0", 1943, "1943-04-25")
	f("easter -2", 2020, "2020-04-10")
	f("orthodox 0", 2019, "2019-04-28")
	f("orthodox 0", 2024, "2024-05-05")
	f("nth 11 4 4", 2019, "2019-11-28") // Thanksgiving
	f("nth 11 4 4 1", 2019, "2019-11-29")
	f("nth 5 1 -1", 2020, "2020-05-25") // Memorial Day
	f("nth 11 1 1 1", 2016, "2016-11-08")
	f("fixed 12 25", 1914, "1914-12-25")
	f("tishri 0", 2023, "2023-09-16")
	f("tishri 9", 1973, "1973-10-06") // Yom Kippur
	f("nisan 0", 2024, "2024-04-23")
	f("nisan -30", 2022, "2022-03-17") // Purim
	f("nisan 0", 1943, "1943-04-20")
	f("kislev 0", 2023, "2023-12-08")
	f("kislev 0", 2024, "2024-12-26")
	f("islamic 1 1", 2023, "2023-07-19")
	f("islamic 10 1", 2024, "2024-04-10")
	f("islamic 12 10", 2019, "2019-08-12")
	f("islamic 1 10", 2008, "2008-01-19")
}

func TestWhen(t *testing.T) {
	x := newExtractor(t, Options{Engine: EngineWhen})
	assert.Equal(t, []string{whenRule}, x.Rules())
	d := newDoc(t, "Ünlike him, she left yesterday. He leaves tomorrow, and came last Friday at 5 pm; they left 3 days ago.", published)
	require.NoError(t, x.Extract(context.Background(), d))
	require.NoError(t, d.Check())
	got := short(d)
	assert.Contains(t, got, "yesterday=2020-01-01")
	assert.Contains(t, got, "tomorrow=2020-01-03")
	assert.Contains(t, got, "3 days ago=2019-12-30")
	assert.GreaterOrEqual(t, len(d.Dates), 4, "every match is found, not only the first: %s", got)
	d = newDoc(t, "She left yesterday.", "")
	require.NoError(t, x.Extract(context.Background(), d))
	require.Len(t, d.Dates, 1)
	assert.Equal(t, "XXXX-XX-XX", d.Dates[0].Value)
	assert.False(t, d.Dates[0].Resolved)
	assert.Zero(t, d.Dates[0].From)
	var out strings.Builder
	require.NoError(t, x.Explain(context.Background(), &out, d, 0))
	assert.Contains(t, out.String(), "confidence not known, rule "+whenRule)
}

// Every rule that can give a date has a measured confidence.
func TestConfidence(t *testing.T) {
	x := newExtractor(t, Options{})
	for _, r := range x.rules.rules {
		if r.do == nil {
			continue
		}
		c := x.rules.confidence[r.name]
		assert.Positive(t, c.right, "%s: rule %s is not in rules/confidence.tsv: see calibrate_test.go", r.where, r.name)
		assert.GreaterOrEqual(t, c.found, c.right, r.name)
	}
	d := newDoc(t, "He left on Tuesday.", published)
	require.NoError(t, x.Extract(context.Background(), d))
	known := d.Dates[0].Confidence
	d = newDoc(t, "He left on Tuesday.", "")
	require.NoError(t, x.Extract(context.Background(), d))
	assert.Greater(t, d.Dates[0].Confidence, known, "that it is a Tuesday is surer than which")
}
