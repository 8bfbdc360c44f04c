package eval

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// PublishedGold is what annotators say about one page.
type PublishedGold struct {
	File string
	URL  string
	Day  article.Day // zero: the page states no date
	Part string      // group of pages, for scores by group
}

// ReadPublishedGold reads a TSV table with a header line; columns "file" and
// "date" (YYYY-MM-DD; "nan", "none" or nothing for a page without a date) are
// needed, "url" and "part" are not.
func ReadPublishedGold(r io.Reader) ([]PublishedGold, error) {
	in := csv.NewReader(bufio.NewReader(r))
	in.Comma, in.LazyQuotes, in.FieldsPerRecord = '\t', true, -1
	head, err := in.Read()
	if err == io.EOF {
		return nil, errors.New("empty; want a header line with columns file and date, separated by tabs")
	}
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	file, date := slices.Index(head, "file"), slices.Index(head, "date")
	if file < 0 || date < 0 {
		return nil, fmt.Errorf("header %q: want columns file and date, separated by tabs", head)
	}
	url, part := slices.Index(head, "url"), slices.Index(head, "part")
	var out []PublishedGold
	for {
		row, err := in.Read()
		if err == io.EOF && len(out) == 0 {
			return nil, errors.New("no pages, only a header")
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		at := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[i])
		}
		g := PublishedGold{File: at(file), URL: at(url), Part: at(part)}
		if g.File == "" {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("line %d: no file", line)
		}
		switch v := strings.ToLower(at(date)); v {
		case "", "nan", "none":
		default:
			if g.Day, err = article.ParseDay(v); err != nil {
				line, _ := in.FieldPos(0)
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
		}
		out = append(out, g)
	}
}

// PublishedScore counts publication dates found and missed. The zero value is
// ready for use.
type PublishedScore struct {
	Pages    int
	Right    int // the day, or rightly none
	Wrong    int // another day
	Missed   int // none, where there is one
	Spurious int // one, where there is none
	From     map[string]FromScore
	Errors   []PublishedError
}

// FromScore counts the answers of one kind of evidence.
type FromScore struct{ Found, Right int }

// PublishedError is a page with another answer than gold.
type PublishedError struct {
	Gold PublishedGold
	Got  article.Published
}

// Add counts one page.
func (s *PublishedScore) Add(gold PublishedGold, got article.Published) {
	if s.From == nil {
		s.From = make(map[string]FromScore)
	}
	s.Pages++
	right := gold.Day == got.Day && (got.Precision == article.DayPrecision || got.Day == 0)
	from := s.From[cmp.Or(got.From, "none")]
	from.Found++
	if right {
		from.Right++
	}
	s.From[cmp.Or(got.From, "none")] = from
	switch {
	case right:
		s.Right++
		return
	case got.Day == 0:
		s.Missed++
	case gold.Day == 0:
		s.Spurious++
	default:
		s.Wrong++
	}
	s.Errors = append(s.Errors, PublishedError{gold, got})
}

// Accuracy is the share of pages answered right: what htmldate's evaluation
// calls accuracy. It is 0 without pages.
func (s *PublishedScore) Accuracy() float64 { return ratio(s.Right, s.Pages) }

// Precision is the share of dates given that are right.
func (s *PublishedScore) Precision() float64 {
	found, right := 0, 0
	for from, n := range s.From {
		if from != "none" {
			found, right = found+n.Found, right+n.Right
		}
	}
	return ratio(right, found)
}

// Write prints the score, and with errors each page answered otherwise.
func (s *PublishedScore) Write(w io.Writer, errors bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "pages\taccuracy\tprecision\tright\twrong\tmissed\tspurious\t\n%d\t%.3f\t%.3f\t%d\t%d\t%d\t%d\t\n\n",
		s.Pages, s.Accuracy(), s.Precision(), s.Right, s.Wrong, s.Missed, s.Spurious)
	fmt.Fprint(t, "from\tpages\tright\tshare right\t\n")
	names := make([]string, 0, len(s.From))
	for n := range s.From {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.From[b].Found, s.From[a].Found), cmp.Compare(a, b))
	})
	for _, n := range names {
		f := s.From[n]
		fmt.Fprintf(t, "%s\t%d\t%d\t%.3f\t\n", n, f.Found, f.Right, ratio(f.Right, f.Found))
	}
	if err := t.Flush(); err != nil || !errors {
		return err
	}
	for _, e := range s.Errors {
		if _, err := fmt.Fprintf(w, "%s\tgold %s\tgot %s %s %q\t%s\n", e.Gold.File, cmp.Or(e.Gold.Day.String(), "none"), cmp.Or(e.Got.Day.String(), "none"), e.Got.From, e.Got.Text, e.Gold.URL); err != nil {
			return err
		}
	}
	return nil
}
