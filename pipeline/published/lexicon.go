package published

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed data/months.tsv
var monthsTSV string

//go:embed data/page-names.tsv
var pageNamesTSV string

// lexicon knows the names of months and weekdays, and the names under which
// pages keep dates.
type lexicon struct {
	months     map[string]time.Month
	weekdays   map[string]time.Weekday
	meta, prop map[string]kind
	script     []string
	words      map[string][]string // by list and kind: "class date"
}

// calendar is the embedded lexicon, read once.
var calendar = sync.OnceValues(func() (*lexicon, error) {
	x := &lexicon{months: make(map[string]time.Month), weekdays: make(map[string]time.Weekday),
		meta: make(map[string]kind), prop: make(map[string]kind), words: make(map[string][]string)}
	return x, errors.Join(x.readMonths("data/months.tsv", monthsTSV), x.readPageNames("data/page-names.tsv", pageNamesTSV))
})

// readPageNames reads data/page-names.tsv.
func (x *lexicon) readPageNames(name, src string) error {
	for i, line := range strings.Split(src, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 3 || cols[2] == "" {
			return fmt.Errorf("%s:%d: want 3 columns, got %q", name, i+1, line)
		}
		k := kind(slices.Index(kindNames[:], cols[1]))
		switch cols[0] {
		case "meta", "prop", "script":
			if int(k) >= len(kindNames) {
				return fmt.Errorf("%s:%d: kind %q", name, i+1, cols[1])
			}
		}
		switch cols[0] {
		case "meta":
			x.meta[cols[2]] = k
		case "prop":
			x.prop[cols[2]] = k
		case "script":
			x.script = append(x.script, cols[2])
		case "class", "label":
			list := cols[0] + " " + cols[1]
			x.words[list] = append(x.words[list], cols[2])
		default:
			return fmt.Errorf("%s:%d: list %q", name, i+1, cols[0])
		}
	}
	return nil
}

// readMonths reads data/months.tsv.
func (x *lexicon) readMonths(name, src string) error {
	for i, line := range strings.Split(src, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 4 {
			return fmt.Errorf("%s:%d: want 4 columns, got %d", name, i+1, len(cols))
		}
		n, err := strconv.Atoi(cols[1])
		if err != nil {
			return fmt.Errorf("%s:%d: number %q", name, i+1, cols[1])
		}
		for _, form := range strings.Fields(cols[3]) {
			switch cols[0] {
			case "month":
				if m, ok := x.months[form]; ok && m != time.Month(n) {
					return fmt.Errorf("%s:%d: %q is month %d and %d", name, i+1, form, m, n)
				}
				x.months[form] = time.Month(n)
			case "weekday":
				x.weekdays[form] = time.Weekday(n)
			default:
				return fmt.Errorf("%s:%d: kind %q", name, i+1, cols[0])
			}
		}
	}
	return nil
}
