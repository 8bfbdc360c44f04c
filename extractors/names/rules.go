package names

import (
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// missions are words that make an organisation of the country before them.
var missions = map[string]bool{"Embassy": true, "Consulate": true}

// missionConfidence is the share right of "Embassy" and "Consulate" after a
// country in the corpora (14 of 15).
const missionConfidence = 0.93

// joinMissions makes one organisation of a country and the capitalised word
// "Embassy" or "Consulate" after it: [U.S. Embassy], as the annotation
// guidelines have it.
func joinMissions(d *article.Document) {
	out := d.Mentions[:0]
	for i := 0; i < len(d.Mentions); i++ {
		m := d.Mentions[i]
		if m.Kind == article.LOC || m.Kind == article.NORP {
			t := d.TokenAt(m.End)
			if t < len(d.Tokens) && missions[d.TextOf(d.Tokens[t].Span)] && strings.TrimLeft(d.Text[m.End:d.Tokens[t].Start], " ") == "" {
				m.End = d.Tokens[t].End
				m.Kind, m.Rule, m.Confidence = article.ORG, "names/mission", missionConfidence
				for i+1 < len(d.Mentions) && d.Mentions[i+1].Start < m.End {
					i++
					m.End = max(m.End, d.Mentions[i].End)
				}
			}
		}
		out = append(out, m)
	}
	d.Mentions = out
}
