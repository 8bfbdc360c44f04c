package names

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// ruler is a decoder for rules alone.
func ruler(t *testing.T) *decoder {
	t.Helper()
	m, err := loadModel("")
	require.NoError(t, err)
	return newDecoder(m, false, false, &portable)
}

func TestTrimLetters(t *testing.T) {
	x := ruler(t)
	for _, tc := range []struct{ name, want string }{
		{"Anna Bright QC", "Anna Bright"},
		{"Anna Bright , MP", "Anna Bright"},
		{"Anna Bright OBE QC", "Anna Bright"},
		{"Anna Bright", "Anna Bright"},
		{"Anna , MP", "Anna"},
		{"JOHN MP", "JOHN MP"}, // may well be a name
		{"MC", "MC"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := spaced(tc.name)
			d.Mentions = []article.Mention{{Span: article.Span{End: len(tc.name)}, Kind: article.PER}}
			x.trimLetters(d)
			assert.Equal(t, tc.want, d.TextOf(d.Mentions[0].Span))
			d.Mentions = []article.Mention{{Span: article.Span{End: len(tc.name)}, Kind: article.ORG}}
			x.trimLetters(d)
			assert.Equal(t, tc.name, d.TextOf(d.Mentions[0].Span), "an organisation keeps them")
		})
	}
}

func TestAcronymOf(t *testing.T) {
	for name, want := range map[string]string{
		"Islamic State": "IS", "Food and Drug Administration": "FDA", "Reuters": "", "Éire Bank": "", "Coca-Cola Amatil": "CCA",
	} {
		a, ok := acronymOf(name)
		assert.Equal(t, want != "", ok, name)
		if ok {
			assert.Equal(t, want, string(a.letters[:a.n]))
		}
	}
}

func TestTrimCompass(t *testing.T) {
	x := ruler(t)
	for text, want := range map[string]string{
		"LOC:northern_Rwanda": "LOC Rwanda", "LOC:eastern_province_of_Anhui": "LOC Anhui", "LOC:eastern_Sharqiyah_province": "LOC Sharqiyah",
		"NORP:eastern_Rwanda": "LOC Rwanda", "NORP:eastern_Chinese": "NORP Chinese", "LOC:south_sudan": "LOC south sudan",
		"LOC:Northern_Ireland": "LOC Northern Ireland", "LOC:northern_Dutch_province_of_North_Holland": "LOC North Holland",
		"LOC:al-Asad": "LOC al-Asad",
	} {
		d := marked(t, text)
		x.trimCompass(d)
		assert.Equal(t, []string{want}, found(d))
	}
}
