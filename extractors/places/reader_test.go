package places

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

//go:embed testdata/sentences.tsv
var sentencesTSV string

//go:embed testdata/seats.tsv
var seatsTSV string

// rows returns the fields of the rows of a table.
func rows(t *testing.T, name, table string, n int) [][]string {
	var out [][]string
	require.NoError(t, eachRow(name, table, n, func(f []string) error {
		out = append(out, f)
		return nil
	}))
	return out
}

// as reports whether a place is what a reader would say: a country's code,
// with "/" and the start of a division's name, with "!" where the country
// itself is meant, "~" where its government is; "-" for no place; several parted by "|".
func as(p *article.Place, want string) bool {
	for w := range strings.SplitSeq(want, "|") {
		if w == "-" {
			if p == nil || p.PlaceID == "" || p.Role == article.InName {
				return true
			}
			continue
		}
		if p == nil || p.PlaceID == "" {
			continue
		}
		code, division, _ := strings.Cut(strings.TrimRight(w, "!~"), "/")
		if (code == "*" || p.Country == code) && strings.HasPrefix(p.Admin1, division) &&
			(!strings.HasSuffix(w, "!") || p.Precision == "country") && (!strings.HasSuffix(w, "~") || p.Role == article.Metonym) {
			return true
		}
	}
	return false
}

func told(p *article.Place) string {
	if p == nil {
		return "nothing"
	}
	return fmt.Sprintf("%s (%s, %s), %s, %.2f", p.Name, p.Admin1, p.Country, p.Role, p.Confidence)
}

// TestSentences holds single sentences of news, most with nothing beside a
// name that tells it apart, against what an informed reader would say. Rows
// that do not hold yet are marked, so that one that starts to hold is told.
func TestSentences(t *testing.T) {
	for _, f := range rows(t, "testdata/sentences.tsv", sentencesTSV, 3) {
		t.Run(f[0], func(t *testing.T) {
			d := mark(t, f[0])
			extract(t, resolver(t), d)
			all := true
			for want := range strings.SplitSeq(f[1], "; ") {
				name, want, ok := strings.Cut(want, "=")
				require.True(t, ok, want)
				p := at(d, name, 0)
				all = all && as(p, want)
				if f[2] == "" {
					assert.True(t, as(p, want), "%s: want %s, got %s", name, want, told(p))
				}
			}
			if f[2] != "" {
				assert.False(t, all, "it holds now: no longer %q", f[2])
			}
		})
	}
}

// TestSeats asks for the seats of governments and other sites that have
// namesakes: alone, in an article about another country, and in one about
// their own. They are never put elsewhere.
func TestSeats(t *testing.T) {
	for _, f := range rows(t, "testdata/seats.tsv", seatsTSV, 3) {
		name, countries, city := f[0], f[1], f[2]
		for _, kind := range []string{"LOC", "ORG"} {
			for context, text := range map[string]string{
				"alone":    "Reporters waited outside [%[1]s %[2]s] on Monday. A spokesman said that [%[1]s %[2]s] had not been told.",
				"abroad":   "Officials in [LOC Nairobi] said that [%[1]s %[2]s] had been told. [LOC Kenya] sent a note to [%[1]s %[2]s]; farmers near [LOC Mombasa] marched.",
				"at home":  "Reporters in [LOC " + city + "] waited outside [%[1]s %[2]s] on Monday. A spokesman said that [%[1]s %[2]s] had not been told.",
				"the seat": "The [%[1]s %[2]s] was silent.",
			} {
				t.Run(name+"/"+kind+"/"+context, func(t *testing.T) {
					d := mark(t, fmt.Sprintf(text, kind, name))
					extract(t, resolver(t), d)
					if p := at(d, name, 0); p != nil && p.PlaceID != "" {
						assert.Contains(t, strings.Split(countries, ","), p.Country, told(p))
					}
				})
			}
		}
	}
}
