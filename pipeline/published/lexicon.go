package published

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed data/months.tsv
var monthsTSV string

// lexicon knows the names of months and weekdays.
type lexicon struct {
	months   map[string]time.Month
	weekdays map[string]time.Weekday
	english  map[string]bool // months of English
}

// calendar is the embedded lexicon, read once.
var calendar = sync.OnceValues(func() (*lexicon, error) { return readLexicon("data/months.tsv", monthsTSV) })

func readLexicon(name, src string) (*lexicon, error) {
	x := &lexicon{months: make(map[string]time.Month), weekdays: make(map[string]time.Weekday), english: make(map[string]bool)}
	for i, line := range strings.Split(src, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 4 {
			return nil, fmt.Errorf("%s:%d: want 4 columns, got %d", name, i+1, len(cols))
		}
		n, err := strconv.Atoi(cols[1])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: number %q", name, i+1, cols[1])
		}
		for _, form := range strings.Fields(cols[3]) {
			switch cols[0] {
			case "month":
				if m, ok := x.months[form]; ok && m != time.Month(n) {
					return nil, fmt.Errorf("%s:%d: %q is month %d and %d", name, i+1, form, m, n)
				}
				x.months[form] = time.Month(n)
				x.english[form] = x.english[form] || cols[2] == "en"
			case "weekday":
				x.weekdays[form] = time.Weekday(n)
			default:
				return nil, fmt.Errorf("%s:%d: kind %q", name, i+1, cols[0])
			}
		}
	}
	return x, nil
}
