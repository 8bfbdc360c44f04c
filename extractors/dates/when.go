package dates

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/olebedev/when"
	"github.com/olebedev/when/rules/common"
	"github.com/olebedev/when/rules/en"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// whenRule names what the library found; it does not say by which rule.
const whenRule = "dates/when"

// maxWhenText is the longest text that is given to the library at once. It
// reads on to the end for every match, so that the time is quadratic in this.
const maxWhenText = 2000

// whenEngine finds dates with github.com/olebedev/when.
type whenEngine struct{ parser *when.Parser }

func newWhenEngine() *whenEngine {
	p := when.New(nil)
	p.Add(en.All...)
	p.Add(common.All...)
	return &whenEngine{p}
}

// extract finds every match of every sentence. Without a publication date the
// library has nothing to count from, and only spans are kept.
func (w *whenEngine) extract(ctx context.Context, d *article.Document) error {
	known := d.Published.Day != 0 && (d.Published.Precision == article.DayPrecision || d.Published.Precision == article.NoPrecision)
	base := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if known {
		base = d.Published.Day.Time()
	}
	for i, s := range d.Sentences {
		if err := ctx.Err(); err != nil {
			return err
		}
		for from := s.Start; from < s.End; {
			to := min(s.End, from+maxWhenText)
			if from = w.next(d, i, from, to, base, known); from == 0 {
				from = to
			}
		}
	}
	return nil
}

// next adds the first match in Text[from:to] and returns where it ends, 0 for
// none.
func (w *whenEngine) next(d *article.Document, sentence, from, to int, base time.Time, known bool) int {
	r, err := w.parse(d.Text[from:to], base)
	if err != nil { // about one match: go on behind the next word
		return from + 1 + strings.IndexByte(d.Text[from:to-1]+" ", ' ')
	}
	if r == nil || r.Text == "" {
		return 0
	}
	start := from + r.Index
	end := start + len(r.Text)
	if start < from || end > to || d.Text[start:end] != r.Text { // its index counts another text
		return 0
	}
	dt := article.Date{
		Span: trim(d.Text, start, end), Sentence: sentence, Type: article.DATE, Granularity: "day", Relative: true, Rule: whenRule,
	}
	if known {
		day := article.DayOf(r.Time)
		dt.Value, dt.From, dt.To = day.String(), day, day
		dt.Resolved, dt.Anchor, dt.AnchorFrom = true, d.Published.Day, "published"
		if h, m, _ := r.Time.Clock(); h != 0 || m != 0 {
			dt.Type, dt.Granularity, dt.Value = article.TIME, "time", r.Time.Format("2006-01-02T15:04")
		}
	} else {
		dt.Value, dt.UnresolvedReason = "XXXX-XX-XX", noPublished
	}
	if dt.Len() > 0 {
		d.Dates = append(d.Dates, dt)
	}
	return end
}

// parse finds the first match of a text, nil for none. The library gives an
// error for some words that it takes for numbers, and panics on others.
func (w *whenEngine) parse(text string, base time.Time) (r *when.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("when: %v", p)
		}
	}()
	return w.parser.Parse(text, base)
}

// trim takes white space off both ends.
func trim(text string, start, end int) article.Span {
	for start < end && text[start] <= ' ' {
		start++
	}
	for start < end && text[end-1] <= ' ' {
		end--
	}
	return article.Span{Start: start, End: end}
}
