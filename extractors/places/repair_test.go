package places

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// said tells an article's mentions and places: "LOC:Rome=gn:3169070".
func said(d *article.Document) string {
	var out []string
	for _, m := range d.Mentions {
		s := m.Kind.String() + ":" + d.TextOf(m.Span)
		for _, p := range d.Places {
			if p.Span == m.Span && p.PlaceID != "" {
				s += "=" + p.PlaceID
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, " | ")
}

func TestRepair(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"title before, surname behind", "Mayor [LOC London] Bright met [PER Ann Lee] in [LOC London].", "PER:London Bright | PER:Ann Lee | LOC:London=gn:2643743"},
		{"title, but a generic word behind", "Sheriff [LOC Orange] County deputies came.", "LOC:Orange=gn:5379524"},
		{"no title", "The [LOC London] Bright Festival opened.", "LOC:London=gn:2643743"},
		{"title in lower case", "The mayor [LOC London] Bright chose.", "LOC:London=gn:2643743"},
		{"a company's shares", "[LOC Amazon]'s shares fell. Later [LOC Amazon] recovered.", "ORG:Amazon | ORG:Amazon"},
		{"the company and the river", "[LOC Amazon] shares fell. Boats sank in the [LOC Amazon], near [LOC Manaus] in [LOC Brazil].", "ORG:Amazon | ORG:Amazon | LOC:Manaus=gn:3663517 | LOC:Brazil=gn:3469034"},
		{"shares of a company", "Shares of [LOC Amazon] rose. [LOC Amazon] is large. He sold a stake in [LOC Nokia].", "ORG:Amazon | ORG:Amazon | ORG:Nokia"},
		{"a stake and stocks that are no company's", "The housing stock in [LOC Bradford] is old. Voters with a stake in [LOC Hartlepool] hold stock in [LOC Coventry] warehouses.",
			"LOC:Bradford=gn:2654993 | LOC:Hartlepool=gn:2647400 | LOC:Coventry=gn:2652221"},
		{"a company beside another", "Shares of [LOC Amazon] rose, [ORG Rosneft] said. Sales in the [LOC Amazon] region dropped.", "ORG:Amazon | ORG:Rosneft | LOC:Amazon=at:-3.000,-60.000:amazon_river"},
		{"a company's profit", "[LOC Amazon] posted a quarterly profit. [LOC Nokia] reported its profits.", "ORG:Amazon | ORG:Nokia"},
		{"a country's profit, a town's losses", "[LOC Kuwait] posted a profit; shares in [LOC Kuwait] rose. [LOC Nokia] reported losses from the flood.",
			"LOC:Kuwait=gn:285570 | LOC:Kuwait=gn:285570 | LOC:Nokia=gn:644450"},
		{"an exchange's shares", "[LOC Tokyo] shares rose; [LOC Mumbai] shares fell.", "LOC:Tokyo=gn:1850147 | LOC:Mumbai=gn:1275339"},
		{"a site by the word behind it", "Rockets hit the [ORG Ain al-Asad] base in [LOC Iraq]. [ORG Ain al-Asad] is large.", "LOC:Ain al-Asad=cur:ain al asad | LOC:Iraq=gn:99237 | LOC:Ain al-Asad=cur:ain al asad"},
		{"an organisation of a site's name", "The [ORG Heathrow] board met in [LOC London].", "ORG:Heathrow=at:51.470,-0.454:heathrow | LOC:London=gn:2643743"},
		{"one mention of two places", "The ship left [LOC Lagos, Nigeria] on Friday.", "LOC:Lagos=gn:2332459 | LOC:Nigeria=gn:2328926"},
		{"a comma in a name that is one place", "She lives in [LOC Washington, D.C.] now.", "LOC:Washington, D.C.=gn:4140963"},
		{"a noun and its article", "He was seen outside [LOC The Lodge] in [LOC Canberra].", "LOC:Canberra=gn:2172517"},
		{"a noun is no town", "The [LOC Café] was shut in [LOC Kabul].", "LOC:Kabul=gn:1138958"},
		{"a town of a noun's name", "He lives in [LOC Reading], [LOC England].", "LOC:Reading=gn:2639577 | LOC:England=gn:6269131"},
		{"a unit is no city", "The 3rd [LOC Bn.] left [LOC Kabul].", "LOC:Bn. | LOC:Kabul=gn:1138958"},
		{"a state cut short", "She drove to [LOC Nashville], [LOC Tenn.], in May.", "LOC:Nashville=gn:4644585 | LOC:Tenn.=gn:4662168"},
		{"another country's capital is not an old name", "[LOC ROME], Dec. 3 - The president left [LOC Baltimore] for talks in [LOC Maryland] and in [LOC Virginia].",
			"LOC:ROME=gn:3169070 | LOC:Baltimore=gn:4347778 | LOC:Maryland=gn:4361885 | LOC:Virginia=gn:6254928"},
		{"capitals that deal with each other", "[LOC Washington] and [LOC Beijing] traded barbs on Thursday.", "LOC:Washington=gn:4140963 | LOC:Beijing=gn:1816670"},
		{"a historic county", "Police in [LOC Sussex] and in [LOC Kent] closed roads to [LOC London].", "LOC:Sussex=at:50.930,-0.100:sussex | LOC:Kent=gn:3333158 | LOC:London=gn:2643743"},
		{"a city that is widely known", "[LOC Washington] sent an envoy to talks with [LOC Iran] in [LOC Geneva].", "LOC:Washington=gn:4140963 | LOC:Iran=gn:130758 | LOC:Geneva=gn:2660646"},
		{"a state among cities of another", "Politicians in [LOC Albany] and [LOC New York City] and in [LOC Florida] agreed.", "LOC:Albany=gn:5106834 | LOC:New York City=gn:5128581 | LOC:Florida=gn:4155751"},
		{"a direction before a people", "[NORP Northern Iraqi] troops met [NORP South Korean] ones.", "NORP:Iraqi=gn:99237 | NORP:South Korean=gn:1835841"},
		{"a region that is no organisation", "Trade with the [LOC Mid-East] grew; any [ORG Mid-East] government may join. [LOC Boston] lost; the [ORG Boston] team wept.",
			"LOC:Mid-East=gn:6269133 | LOC:Mid-East=gn:6269133 | LOC:Boston=gn:4930956 | ORG:Boston=gn:4930956"},
		{"an ocean", "Ships crossed the [LOC Pacific] from [LOC California] to [LOC Oregon] and [LOC Alaska].",
			"LOC:Pacific=cur:pacific ocean | LOC:California=gn:5332921 | LOC:Oregon=gn:5744337 | LOC:Alaska=gn:5879092"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := mark(t, tc.text)
			extract(t, resolver(t), d)
			assert.Equal(t, tc.want, said(d))
			extract(t, resolver(t), d)
			assert.Equal(t, tc.want, said(d), "again")
		})
	}
}

func TestSameName(t *testing.T) {
	d := mark(t, "Trade with the [LOC Mid-East] grew. A Mid-East alliance was built, and any Mid-East government may join.")
	extract(t, resolver(t), d)
	assert.Equal(t, "LOC:Mid-East=gn:6269133 | LOC:Mid-East=gn:6269133 | LOC:Mid-East=gn:6269133", said(d))
	for _, p := range d.Places {
		assert.Less(t, p.Confidence, float32(1))
	}
}
