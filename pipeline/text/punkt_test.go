package text

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurosnap/sentences"
	"github.com/neurosnap/sentences/data"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite data/punkt.tsv from neurosnap/sentences")

// Punkt's orthographic flags (Kiss and Strunk 2006, section 4.1.1), as neurosnap/sentences stores them.
const (
	punktMidUp = 1 << 2
	punktLower = 1<<4 | 1<<5 | 1<<6
)

const punktHead = `# What Punkt learned about English, as far as it is used here.
# Format: lower-case word <TAB> class
#   low    seen in lower case, never in upper case inside a sentence
#   both   seen in either
#   start  a frequent sentence starter
#   abbr   an abbreviation (without its point); dotted forms and single letters are known by their pattern
# Origin: data/english.json of github.com/neurosnap/sentences v1.1.2 (MIT), trained on Wall Street Journal text for NLTK's
#   Punkt (Apache-2.0). Rewritten by: go test ./pipeline/text -run TestPunktTable -update
`

// TestPunktTable checks that data/punkt.tsv says what the library's parameters say. Reading the library's JSON takes 20 ms
// and 4 MB at every start of the program, the table a tenth of that.
func TestPunktTable(t *testing.T) {
	raw, err := data.Asset("data/english.json")
	require.NoError(t, err)
	p, err := sentences.LoadTraining(raw)
	require.NoError(t, err)
	var rows []string
	for w, flags := range p.OrthoContext {
		switch {
		case p.SentStarters.Has(w) || flags&punktLower == 0 || strings.ContainsAny(w, "\t\r\n") || w[0] == '#':
		case flags&punktMidUp != 0:
			rows = append(rows, w+"\tboth")
		default:
			rows = append(rows, w+"\tlow")
		}
	}
	for w := range p.SentStarters {
		rows = append(rows, w+"\tstart")
	}
	for a := range p.AbbrevTypes {
		if len(a) > 2 && !strings.ContainsAny(a, ". ") {
			rows = append(rows, a+"\tabbr")
		}
	}
	slices.Sort(rows)
	want := punktHead + strings.Join(rows, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile("data/punkt.tsv", []byte(want), 0o644))
		return
	}
	assert.True(t, want == punktTSV, "data/punkt.tsv differs from the library: run go test ./pipeline/text -run TestPunktTable -update")
}
