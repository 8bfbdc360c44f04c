package output

import (
	"fmt"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// sampleDocument makes a document by a plain recipe: every word that starts with a
// capital is a mention, every third of them a place, every number a date.
// What the values are does not matter to the tables; that all of them come
// back does.
func sampleDocument(id, text string) *article.Document {
	d := &article.Document{
		ID: id, Source: id, Format: "txt", SHA256: strings.Repeat("0f", 32), Bytes: int64(len(text)), Text: text,
		Title: "Title of " + id, Language: "en",
		Published: article.Published{Day: article.NewDay(2020, 1, 2), Precision: article.DayPrecision, From: "metadata", Text: "2020-01-02"},
	}
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		if strings.TrimSpace(text[start:end]) != "" {
			d.Sentences = append(d.Sentences, article.Sentence{Span: article.Span{Start: start, End: end}, Section: article.Section(len(d.Sentences) % 6)})
			sampleWords(d, start, end)
		}
		start = end + 1
	}
	return d
}

func sampleWords(d *article.Document, start, end int) {
	sentence := len(d.Sentences) - 1
	for _, w := range strings.Fields(d.Text[start:end]) {
		at := start + strings.Index(d.Text[start:end], w)
		s := article.Span{Start: at, End: at + len(w)}
		start = s.End
		d.Tokens = append(d.Tokens, article.Token{Span: s})
		switch {
		case w[0] >= 'A' && w[0] <= 'Z':
			sampleMention(d, s, sentence)
		case w[0] >= '0' && w[0] <= '9':
			sampleDate(d, s, sentence)
		}
	}
}

func sampleMention(d *article.Document, s article.Span, sentence int) {
	n := len(d.Mentions)
	kind := []article.Kind{article.LOC, article.PER, article.ORG, article.NORP}[n%4]
	d.Mentions = append(d.Mentions, article.Mention{
		Span: s, Sentence: sentence, Kind: kind, EntityID: strings.ToLower(kind.String() + ":" + d.TextOf(s)),
		Canonical: d.TextOf(s), Title: []string{"", "Prime Minister"}[n/4%2], Confidence: float32(n%10) / 10, Rule: "names/sample",
	})
	if kind != article.LOC {
		return
	}
	p := article.Place{Span: s, Sentence: sentence, Mention: s, Candidates: n % 5, Rule: "places/sample", Role: article.Role(n % 4)}
	if n%3 != 0 {
		p.GeoNamesID = int64(98182 + n)
		p.PlaceID = fmt.Sprintf("gn:%d", p.GeoNamesID)
		p.Name, p.Lat, p.Lon = "Name of "+d.TextOf(s), 33.34058+float64(n%50), -44.40088
		p.FeatureClass, p.FeatureCode, p.Country, p.Admin1, p.Admin2 = "P", "PPLC", "IQ", "Baghdad", "Karkh"
		p.Population, p.Precision, p.ActorCountry, p.SecondPlaceID, p.Confidence = 7216000, "city", "IQ", "gn:1", 0.93
	}
	d.Places = append(d.Places, p)
}

func sampleDate(d *article.Document, s article.Span, sentence int) {
	n := len(d.Dates)
	x := article.Date{
		Span: s, Sentence: sentence, Type: article.TimexType(1 + n%4), Value: "XXXX-WXX-3", Relative: n%2 == 0,
		UnresolvedReason: "no publication date", Rule: "dates/sample", Ambiguous: n%3 == 0,
	}
	if n%2 == 0 {
		x.Value, x.Mod, x.Granularity, x.Resolved, x.UnresolvedReason = "2020-01-01", "APPROX", "day", true, ""
		x.From, x.To, x.Anchor, x.AnchorFrom = article.NewDay(2020, 1, 1), article.NewDay(2020, 1, 1), article.NewDay(2020, 1, 2), "published"
		x.Confidence = 0.875
	}
	d.Dates = append(d.Dates, x)
}
