package names

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// marked makes a document of tokens between spaces in which names stand as
// KIND:name, "_" for a space inside; a name in brackets is one that the model
// is sure of.
func marked(t *testing.T, src string) *article.Document {
	t.Helper()
	var words []string
	type name struct {
		text string
		kind article.Kind
		sure bool
	}
	var names []name
	for w := range strings.FieldsSeq(src) {
		inner, sure := strings.CutPrefix(w, "[")
		inner = strings.TrimSuffix(inner, "]")
		k, s, ok := strings.Cut(inner, ":")
		kind, known := article.ParseKind(k)
		if !ok || !known {
			words = append(words, w)
			continue
		}
		s = strings.ReplaceAll(s, "_", " ")
		words = append(words, s)
		names = append(names, name{s, kind, sure})
	}
	d := spaced(strings.Join(words, " "))
	d.Sentences = nil
	first := 0
	for i, tok := range d.Tokens {
		if d.TextOf(tok.Span) == "." || i == len(d.Tokens)-1 {
			d.Sentences = append(d.Sentences, article.Sentence{Span: article.Span{Start: d.Tokens[first].Start, End: tok.End}, First: first, Last: i + 1})
			first = i + 1
		}
	}
	at := 0
	for _, n := range names {
		start := at + strings.Index(d.Text[at:], n.text)
		at = start + len(n.text)
		m := article.Mention{Span: article.Span{Start: start, End: at}, Kind: n.kind, Confidence: 0.5}
		if n.sure {
			m.Confidence = 0.95
		}
		m.Sentence = d.SentenceAt(start)
		d.Mentions = append(d.Mentions, m)
	}
	return d
}

// Rules that give names other kinds, each on its own; "=" where nothing changes.
func TestKinds(t *testing.T) {
	x := ruler(t)
	for _, tc := range []struct {
		rule       func(*article.Document)
		text, want string
	}{
		{x.markBeside, "ORG:Al-Rashad base was hit . Rockets fell on ORG:Al-Rashad .", "LOC Al-Rashad, LOC Al-Rashad"},
		{x.markBeside, "ORG:Al-Rashad air base was hit .", "LOC Al-Rashad"},
		{x.markBeside, "[ORG:Al-Rashad] base was hit .", "="},
		{x.markBeside, "ORG:Al-Rashad was hit near the base .", "="},
		{x.markBeside, "He lived on ORG:Paris_Avenue .", "LOC Paris Avenue"},
		{x.markBeside, "They met at PER:Milton_Bridge .", "LOC Milton Bridge"},
		{x.markBeside, "PER:Della_Street typed .", "="},
		{x.markBeside, "They drove down PER:Della_Street .", "LOC Della Street"},
		{x.markBeside, "ORG:Grand_River said so .", "="},
		{x.markBeside, "Read ORG:The_Square and ORG:Jazz_On_the_Square .", "="},
		{x.markBeside, "[ORG:Sky_River] said so .", "="},
		{x.markBeside, "ORG:Avenue said so .", "="},
		{x.markBeside, "Mayor LOC:Paris_Brook spoke", "PER Paris Brook"},
		{x.markBeside, "Vice President LOC:Paris_Brook spoke", "PER Paris Brook"},
		{x.markBeside, "Gen. LOC:Paris_Brook spoke", "PER Paris Brook"},
		{x.markBeside, "The LOC:Paris_Brook flooded", "="},
		{x.markBeside, "Two NORP:Apache helicopters landed .", "MISC Apache"},
		{x.markBeside, "Two NORP:Houthi missiles flew .", "="},
		{x.markBeside, "A PER:Tomahawk cruise missile flew .", "MISC Tomahawk"},
		{x.markBeside, "Two NORP:French helicopters landed .", "="},
		{x.markBeside, "Two ORG:Acme helicopters landed .", "="},
		{x.markSeats, "The [LOC:Kremlin] denied it ; PER:Downing_Street said nothing .", "ORG Kremlin, ORG Downing Street"},
		{x.markSeats, "They met at the [LOC:White_House] .", "="},
		{x.markSeats, "He went back to the [LOC:Kremlin] .", "="},
		{x.markTeams, "PER:Phoenix lost to [LOC:Denver] in overtime .", "ORG Phoenix, ORG Denver"},
		{x.markTeams, "[ORG:Rovers] beat the [LOC:Chicago] side 2-1 .", "ORG Rovers, ORG Chicago"},
		{x.markTeams, "[LOC:St._Louis] defeated [LOC:Colorado] again . The pitcher left in the ninth inning of the playoffs .", "ORG St. Louis, ORG Colorado"},
		{x.markTeams, "[LOC:St._Louis] defeated [LOC:Colorado] again .", "="},
		{x.markTeams, "[LOC:Kabul] fell to the [ORG:Taliban] .", "="},
		{x.markTeams, "[LOC:Kabul] fell to the [ORG:Taliban] . Many hid in the football stadium . A football lay there .", "="},
		{x.markTeams, "[LOC:Kabul] fell to the [ORG:Taliban] . It took 24-36 hours , not 50-60 .", "="},
		{x.markTeams, "[LOC:Moscow] defeated [LOC:Kyiv] near the river .", "="},
		{x.markTeams, "[LOC:Berlin] upset [LOC:Warsaw] by backing the plan .", "="},
		{x.markTeams, "[LOC:Sydney] lost to [LOC:Brisbane] in the bidding .", "="},
		{x.markTeams, "[LOC:Hull] drew with [LOC:Leeds] on Sunday .", "ORG Hull, ORG Leeds"},
		{x.markTeams, "[LOC:Warsaw] thrashed the [ORG:Commission] .", "="},
		{x.markTeams, "[LOC:Sydney] lost to [LOC:Brisbane] 2-0 .", "ORG Sydney, ORG Brisbane"},
		{x.markTeams, "[LOC:England] defeated [LOC:Texas] again .", "="},
		{x.markTeams, "[LOC:England] captain PER:Reed scored .", "="},
		{x.markTeams, "[LOC:Germany] beat [LOC:Kenya] 2-0 .", "="},
		{x.markTeams, "[PER:Jordan] beat LOC:Milan in straight sets .", "="},
		{x.markTeams, "[LOC:Houston] coach PER:Bill_Reed left .", "ORG Houston, PER Bill Reed"},
		{x.markTeams, "[LOC:Lagos] captain PER:Musa_Bello arrested them in [LOC:Abuja] .", "="},
		{x.markTeams, "[LOC:Manila] beat [LOC:Jakarta] to the contract .", "="},
		{x.markTeams, "[LOC:Kent_County] manager PER:Bill_Reed left the league .", "="},
		{x.markTeams, "[LOC:Leicester] were held 1-1 . The shops in [LOC:Leicester] were shut .", "ORG Leicester, LOC Leicester"},
		{x.markTeams, "The striker is on loan from [LOC:Lille] .", "ORG Lille"},
		{x.markTeams, "[LOC:Paris] and [LOC:Rome] are far away .", "="},
		{x.markTeams, "[LOC:Italy] were held 1-1 .", "="},
		{x.dropUnasked, "LOC:NEWSROOM - Related Posts with PER:Thumbnails , said PER:Reed .", "PER Reed"},
		{x.dropUnasked, "[PER:Newsroom] spoke of MISC:Apache .", "PER Newsroom"},
		{x.markSurnames, "PER:Erik_ten_Hag left . So ORG:Ten_Hag 's LOC:United said .", "PER Erik ten Hag, PER Ten Hag, LOC United"},
		{x.markSurnames, "PER:Ana_de_la_Cruz left . But De PER:la_Cruz stayed .", "PER Ana de la Cruz, PER De la Cruz"},
		{x.markSurnames, "PER:Erik_ten_Hag left . PER:Erik_Ten_Hag stayed .", "="},
		{x.markSurnames, "Ten Hag was there .", "PER Ten Hag"},
		{x.markSurnames, "Ten LOC:London firemen were there .", "="},
		{x.markSurnames, "Ten Network was there .", "="},
		{x.markSurnames, "Ten NORP:Iraqi soldiers were there .", "="},
		{x.markSurnames, "Ten ORG:Tory MPs were there .", "="},
		{x.markSurnames, "La Scala was full .", "="},
	} {
		t.Run(tc.text, func(t *testing.T) {
			d := marked(t, tc.text)
			want := tc.want
			if want == "=" {
				want = strings.Join(found(d), ", ")
			}
			tc.rule(d)
			assert.Equal(t, want, strings.Join(found(d), ", "))
			for _, m := range d.Mentions {
				assert.Equal(t, m.Rule == "", m.Confidence == 0.5 || m.Confidence == 0.95, fmt.Sprint(m))
			}
		})
	}
}
