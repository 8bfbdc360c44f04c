package published

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func FuzzStated(f *testing.F) {
	for _, seed := range []string{"2020-01-02T15:04:05Z", "Thu, 02 Jan 2020 15:04:05 GMT", "January 2020", "3/4/2020", "1577923200", "2020年1月2日", "২ জানুয়ারি ২০২০", "2. 1. 2020", "Jan 02 15:04:05 +0000 2020", "99999999999999999999", "2020-W01-4"} {
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, text, order string) {
		day, precision, err := parseStated(text, order)
		if err != nil || day == 0 {
			require.Zero(t, day)
			require.Zero(t, precision)
			return
		}
		require.NotZero(t, precision)
		if precision != article.DayPrecision {
			return
		}
		for _, layout := range []string{time.DateOnly, "Monday, January 2, 2006", "2 Jan 2006 15:04", "20060102", time.RFC1123Z} {
			if y, _, _ := day.Date(); y < 1900 || y > 2199 {
				continue // words are read as dates within these years alone
			}
			again, _, err := parseStated(day.Time().Format(layout), "")
			require.NoError(t, err, layout)
			require.Equal(t, day, again, layout)
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"Thursday, January 2, 2020\n\nThe Drums", "By Ann | Jan 5, 2020\nx", "BAGHDAD, Feb 5 (Reuters) - Two rockets hit the base", "<html><title>2020-01-02</title><time datetime=2020-01-02>x</time><h1>x</h1>1/2/2020",
		"<script type='application/ld+json'>{\"@graph\":[{\"datePublished\":[\"2020-01-02\"]}]}</script>", strings.Repeat("1/1/1/1/", 300), strings.Repeat("Jan ", 300), "http://x.org/2020/01/02/a",
	} {
		f.Add(seed, "a/2020-01-02.txt")
	}
	p, err := New(Options{Now: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text, name string) {
		text = strings.ToValidUTF8(text, "?")
		for _, d := range []article.Document{{Text: text, Source: name}, {URL: text}, {Text: "x"}} {
			e := Evidence{}
			if d.Text == "x" {
				e.HTML = []byte(text)
			}
			got, err := p.Find(&d, e)
			require.NoError(t, err)
			if got.Day == 0 {
				require.Equal(t, article.Published{}, got)
				continue
			}
			require.NotEmpty(t, got.From)
			require.NotEmpty(t, got.Text)
			require.NotZero(t, got.Precision)
			require.LessOrEqual(t, got.Day, article.NewDay(2024, 6, 2))
			require.GreaterOrEqual(t, got.Day, article.NewDay(1990, 1, 1))
			if d.Text != "x" {
				require.True(t, utf8.ValidString(got.Text) || !utf8.ValidString(name+text))
			}
		}
	})
}

func FuzzLexicon(f *testing.F) {
	f.Add("meta\tmeta_date\tdate\nclass\tside\tnav\n")
	f.Add("month\t1\ten\tjanuary jan\nweekday\t0\ten\tsunday\n")
	f.Fuzz(func(t *testing.T, src string) {
		x := &lexicon{months: make(map[string]time.Month), weekdays: make(map[string]time.Weekday), meta: make(map[string]kind), prop: make(map[string]kind), words: make(map[string][]string)}
		for _, err := range []error{x.readMonths("x.tsv", src), x.readPageNames("x.tsv", src)} {
			if err != nil {
				require.Regexp(t, `^x\.tsv:\d+: `, err.Error())
			}
		}
		readWeights("x.tsv", src)
	})
}
