package places

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

var newResolver = sync.OnceValues(func() (*Resolver, error) {
	x, err := gazetteer.Embedded()
	if err != nil {
		return nil, err
	}
	return New(Options{Index: x})
})

var newSegmenter = sync.OnceValues(text.New)

func resolver(t testing.TB) *Resolver {
	r, err := newResolver()
	require.NoError(t, err)
	return r
}

// segmented makes a document of a text.
func segmented(t testing.TB, s string) *article.Document {
	seg, err := newSegmenter()
	require.NoError(t, err)
	d := &article.Document{ID: "t", Text: s}
	seg.Segment(d)
	return d
}

// mark makes a document of a text with marked names: [LOC Paris], [ORG ...].
func mark(t testing.TB, s string) *article.Document {
	t.Helper()
	var plain strings.Builder
	var ms []article.Mention
	for {
		i := strings.IndexByte(s, '[')
		if i < 0 {
			break
		}
		plain.WriteString(s[:i])
		label, rest, ok := strings.Cut(s[i+1:], " ")
		require.True(t, ok, s)
		kind, ok := article.ParseKind(label)
		require.True(t, ok, "%q in %s", label, s)
		name, rest, ok := strings.Cut(rest, "]")
		require.True(t, ok, s)
		ms = append(ms, article.Mention{Span: article.Span{Start: plain.Len(), End: plain.Len() + len(name)}, Kind: kind, Rule: "test"})
		plain.WriteString(name)
		s = rest
	}
	plain.WriteString(s)
	d := segmented(t, plain.String())
	for i := range ms {
		ms[i].Sentence = d.SentenceAt(ms[i].Start)
	}
	d.Mentions = ms
	return d
}

// at returns the place at the n-th occurrence (from 0) of a surface form.
func at(d *article.Document, surface string, n int) *article.Place {
	for i := range d.Places {
		if d.TextOf(d.Places[i].Span) == surface {
			if n == 0 {
				return &d.Places[i]
			}
			n--
		}
	}
	return nil
}

func extract(t testing.TB, r *Resolver, d *article.Document) {
	t.Helper()
	require.NoError(t, r.Extract(t.Context(), d))
	require.NoError(t, d.Check())
}

func TestResolve(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"country", "Troops entered [LOC Jordan] from [LOC Iraq].", "Jordan=gn:248816 Iraq=gn:99237"},
		{"country by alias", "The [LOC UK], the [LOC U.S.] and the [LOC UAE] signed.", "UK=gn:2635167 U.S.=gn:6252001 UAE=gn:290557"},
		{"capital and not its province", "A bomb went off in [LOC Baghdad] and another in [LOC Mosul].", "Baghdad=gn:98182 Mosul=gn:99072"},
		{"city of the world", "She flew from [LOC Paris] to [LOC London].", "Paris=gn:2988507 London=gn:2643743"},
		{"stated state", "He was born in [LOC Paris], [LOC Texas].", "Paris=gn:4717560 Texas=gn:4736286"},
		{"stated state, abbreviated", "He was born in [LOC Paris], [LOC Tenn.], in 1950.", "Paris=gn:4647963 Tenn.=gn:4662168"},
		{"stated postal code", "Write to [LOC Portland], [LOC ME] for a copy.", "Portland=gn:4975802 ME=gn:4971068"},
		{"stated country", "The mayor of [LOC Valencia], [LOC Venezuela], resigned.", "Valencia=gn:3625549 Venezuela=gn:3625428"},
		{"in brackets", "The court in [LOC Cambridge] ([LOC Massachusetts]) agreed.", "Cambridge=gn:4931972"},
		{"one sense an article", "A fire in [LOC Paris], [LOC Texas], killed two. The mayor of [LOC Paris] said so.", "Paris#1=gn:4717560"},
		{"demonym before, with of", "He moved to the [NORP Canadian] city of [LOC London] and then to the [NORP Canadian] town of [LOC Perth].", "Canadian=gn:6251999 London=gn:6058560 Perth=gn:6101546"},
		{"demonym before", "Rebels took the [NORP Syrian] town of [LOC Tripoli] by night, far from [LOC Lebanon].", "Syrian=gn:163843"},
		{"country of the others", "Protests in [LOC Alexandria] spread to [LOC Cairo] and [LOC Giza], officials in [LOC Egypt] say.", "Alexandria=gn:361058 Cairo=gn:360630"},
		{"division of the others", "Police in [LOC Athens] and [LOC Gainesville] searched [LOC Atlanta] and [LOC Macon] in [LOC Georgia].", "Athens=gn:4180386 Gainesville=gn:4196586 Georgia=gn:4197000"},
		{"the country Georgia", "[LOC Georgia] and [LOC Russia] fought over [LOC South Ossetia]; [LOC Tbilisi] was bombed.", "Georgia=gn:614540"},
		{"list of states", "Storms hit [LOC Ohio], [LOC Indiana] and [LOC Georgia].", "Ohio=gn:5165418 Indiana=gn:4921868 Georgia=gn:4197000"},
		{"county", "Deputies of [LOC Orange County], [LOC Florida], were called.", "Orange County=gn:4167060"},
		{"transliteration", "The raid near [LOC Huwija] in [LOC Iraq] freed seventy. Others fled to [LOC Lattakia] in [LOC Syria].", "Huwija=gn:390188 Lattakia=gn:173576"},
		{"marks", "The meeting in [LOC São Paulo] and in [LOC Sao Paulo].", "São Paulo=gn:3448439 Sao Paulo=gn:3448439"},
		{"region", "War in the [LOC Middle East], peace in the [LOC Mid-East].", "Middle East=gn:6269133 Mid-East=gn:6269133"},
		{"generic word outside the gazetteer", "Floods in [LOC Nineveh Governorate], [LOC Iraq].", "Nineveh Governorate=gn:92877"},
		{"stated region", "He grew up in [LOC Halifax], [LOC Yorkshire].", "Halifax=gn:2647632"},
		{"spelt as in England", "Councillors in [LOC Worcester] cancelled the programme; neighbours queued for petrol.", "Worcester=gn:2633563"},
		{"spelt as in America", "The sheriff in [LOC Worcester] canceled the program; neighbors waited for gasoline.", "Worcester=gn:4956184"},
		{"no such place", "He vanished in [LOC Qwertyville Falls].", "Qwertyville Falls=-"},
		{"a direction is no town", "The [LOC West] had no answer to [LOC Iran].", "West=- Iran=gn:130758"},
		{"Mobile, Reading and Nice as names", "The trains to [LOC Nice] and [LOC Lyon] stopped; in [LOC Mobile], [LOC Alabama], too.", "Mobile=gn:4076598 Nice=gn:2990440"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := mark(t, tc.text)
			extract(t, resolver(t), d)
			for _, w := range splitWants(tc.want) {
				surface, id, _ := strings.Cut(w, "=")
				n := 0
				if s, k, ok := strings.Cut(surface, "#"); ok {
					surface, n = s, int(k[0]-'0')
				}
				p := at(d, surface, n)
				require.NotNil(t, p, surface)
				assert.Equal(t, strings.TrimSuffix(id, "-"), p.PlaceID, surface)
				if id == "-" {
					assert.Zero(t, p.Confidence)
				} else {
					assert.Positive(t, p.Confidence)
					assert.NotEmpty(t, p.Name)
				}
			}
		})
	}
}

// splitWants splits at the spaces after ids, so that names may hold spaces.
func splitWants(s string) []string {
	var out []string
	cur := ""
	for _, w := range strings.Fields(s) {
		if cur != "" {
			cur += " "
		}
		if cur += w; strings.Contains(w, "=") {
			out = append(out, cur)
			cur = ""
		}
	}
	return out
}

func TestColumns(t *testing.T) {
	d := mark(t, "The [NORP Iraqi] army left [LOC Mosul], [LOC Iraq].")
	extract(t, resolver(t), d)
	require.Len(t, d.Places, 3)
	p := d.Places[1]
	assert.Equal(t, "Mosul", p.Name)
	assert.EqualValues(t, 99072, p.GeoNamesID)
	assert.Equal(t, [2]float64{36.335, 43.1189}, [2]float64{p.Lat, p.Lon})
	assert.Equal(t, "P", p.FeatureClass)
	assert.Equal(t, "PPLA", p.FeatureCode)
	assert.Equal(t, "IQ", p.Country)
	assert.Equal(t, "15", p.Admin1Code)
	assert.Equal(t, "Nineveh", p.Admin1)
	assert.EqualValues(t, 1739800, p.Population)
	assert.Equal(t, "city", p.Precision)
	assert.Equal(t, article.Literal, p.Role)
	assert.GreaterOrEqual(t, p.Candidates, 2)
	assert.NotEmpty(t, p.SecondPlaceID)
	assert.NotEqual(t, p.PlaceID, p.SecondPlaceID)
	assert.Equal(t, article.Demonym, d.Places[0].Role)
	assert.Equal(t, "country", d.Places[0].Precision)
	assert.Equal(t, "IQ", d.FocusCountry)
}

func TestRoles(t *testing.T) {
	for _, tc := range []struct {
		text, surface string
		role          article.Role
		actor         string
	}{
		{"[LOC Washington] said it would send arms to [LOC Ukraine].", "Washington", article.Metonym, "US"},
		{"Officials told [LOC Moscow] that the deal was off.", "Moscow", article.Metonym, "RU"},
		{"[LOC Tehran]'s nuclear policy alarms [LOC Israel].", "Tehran", article.Metonym, "IR"},
		{"Ties between [LOC Beijing] and [LOC Tokyo] have frayed.", "Beijing", article.Metonym, "CN"},
		{"A [LOC Moscow]-backed militia attacked.", "Moscow", article.Metonym, "RU"},
		{"He lives in [LOC Moscow] with his wife.", "Moscow", article.Literal, ""},
		{"The minister flew to [LOC Baghdad] on Monday.", "Baghdad", article.Literal, ""},
		{"The streets of [LOC Cairo] were empty.", "Cairo", article.Literal, ""},
		{"[LOC Paris], [LOC Texas], said no.", "Paris", article.Literal, ""},
		{"[LOC Mosul] said nothing.", "Mosul", article.Literal, ""},
		{"Two [NORP Britons] were hurt.", "Britons", article.Demonym, ""},
		{"He sued the [ORG Texas Department of Transportation] for years.", "Texas", article.InName, ""},
	} {
		t.Run(tc.text, func(t *testing.T) {
			d := mark(t, tc.text)
			extract(t, resolver(t), d)
			p := at(d, tc.surface, 0)
			require.NotNil(t, p)
			assert.Equal(t, tc.role.String(), p.Role.String())
			assert.Equal(t, tc.actor, p.ActorCountry)
			assert.True(t, p.Mention.Contains(p.Span))
		})
	}
}

func TestEntities(t *testing.T) {
	d := mark(t, "[LOC US] troops and [LOC American] ships of the [LOC United States] met [NORP Iraqis], [NORP Iraqi] and [NORP Shiites] and [NORP Britons] near [LOC Qwertyville].")
	extract(t, resolver(t), d)
	got := map[string]string{}
	for _, m := range d.Mentions {
		got[d.TextOf(m.Span)] = m.Kind.String() + " " + m.EntityID + " " + m.Canonical
	}
	assert.Equal(t, map[string]string{
		"US": "LOC LOC:gn:6252001 United States", "United States": "LOC LOC:gn:6252001 United States",
		"American": "NORP NORP:american American", "Iraqis": "NORP NORP:iraqi Iraqi", "Iraqi": "NORP NORP:iraqi Iraqi",
		"Shiites": "NORP NORP:shiite Shiite", "Britons": "NORP NORP:british British",
		"Qwertyville": "LOC LOC:qwertyville Qwertyville",
	}, got)
	assert.Nil(t, at(d, "Shiites", 0), "a people without a country is no place")
}

func TestFind(t *testing.T) {
	// without any mention, the gazetteer finds places, and leaves the rest alone
	d := segmented(t, "BAGHDAD (Reuters) - Jordan Smith, who read in Reading, drove to Mosul in Iraq. And Of course, Or so, Me too: IN and OR are words. "+
		"Nice people from Nice said so. The Iraqi army was in Tikrit, Iraq, on March 3.")
	extract(t, resolver(t), d)
	var got []string
	for _, p := range d.Places {
		got = append(got, d.TextOf(p.Span)+"="+p.PlaceID)
	}
	assert.Contains(t, got, "BAGHDAD=gn:98182")
	assert.Contains(t, got, "Mosul=gn:99072")
	assert.Contains(t, got, "Tikrit=gn:90150")
	assert.Contains(t, got, "Iraqi=gn:99237")
	for _, p := range d.Places {
		assert.NotContains(t, []string{"And", "Of", "Or", "Me", "IN", "OR", "March", "Smith", "Jordan"}, d.TextOf(p.Span))
	}
	for _, m := range d.Mentions {
		assert.Equal(t, ruleFound, m.Rule)
		assert.NotEmpty(t, m.EntityID)
	}
	before := len(d.Places)
	ments := append([]article.Mention(nil), d.Mentions...)
	extract(t, resolver(t), d)
	assert.Len(t, d.Places, before, "again, the same")
	assert.Equal(t, ments, d.Mentions)
}

func TestNotPlaces(t *testing.T) {
	d := mark(t, "The [LOC West Nile] virus and [LOC Ebola] spread in [LOC Guinea]. The [ORG Kremlin] was silent.")
	extract(t, resolver(t), d)
	assert.Nil(t, at(d, "West Nile", 0))
	assert.Nil(t, at(d, "Ebola", 0))
	assert.Nil(t, at(d, "Kremlin", 0))
	require.NotNil(t, at(d, "Guinea", 0))
	for _, m := range d.Mentions {
		assert.NotEqual(t, "Ebola", d.TextOf(m.Span), "the mention goes, too")
	}
}

func TestProfiles(t *testing.T) {
	r := resolver(t)
	article := func(s string) *article.Document {
		d := mark(t, s)
		d.URL = "https://www.example-herald.com/2009/a.html"
		return d
	}
	home := []string{
		"The council of [LOC Paris], [LOC Texas], met. A man from [LOC Sherman], [LOC Texas], spoke.",
		"A fire in [LOC Bonham], [LOC Texas], was put out by crews from [LOC Paris], [LOC Texas].",
		"[LOC Lamar County] deputies drove to [LOC Honey Grove], [LOC Texas], and [LOC Clarksville], [LOC Texas].",
	}
	var p Profiles
	for _, s := range home {
		r.Learn(&p, article(s))
	}
	s := "A school in [LOC Paris] was closed."
	d := article(s)
	extract(t, r, d)
	assert.Equal(t, "gn:2988507", d.Places[0].PlaceID, "without the site's other articles")
	extract(t, r.With(&p), d)
	assert.Equal(t, "gn:4717560", d.Places[0].PlaceID, "with them")
	assert.Equal(t, "places/site", d.Places[0].Rule)
	d.URL = "https://other.example/"
	extract(t, r.With(&p), d)
	assert.Equal(t, "gn:2988507", d.Places[0].PlaceID, "another site")

	// the order of the articles changes nothing
	var q Profiles
	for i := range home {
		r.Learn(&q, article(home[len(home)-1-i]))
	}
	assert.Equal(t, p.sites, q.sites)
}

func TestSurvey(t *testing.T) {
	texts := []string{
		"The council of [LOC Paris], [LOC Texas], met. A man from [LOC Sherman], [LOC Texas], spoke.",
		"A fire in [LOC Bonham], [LOC Texas], was put out by crews from [LOC Paris], [LOC Texas].",
		"A school in [LOC Paris] was closed.",
		"[LOC Paris] votes today.",
	}
	sites := []string{"paris-herald.example", "paris-herald.example", "paris-herald.example", ""}
	want := []string{"gn:4717560", "gn:4717560", "gn:4717560", "gn:2988507"}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}} {
		look, extract := resolver(t).Survey()
		docs := make([]*article.Document, len(texts))
		for _, i := range order {
			docs[i] = mark(t, texts[i])
			docs[i].Site = sites[i]
			require.NoError(t, look(t.Context(), docs[i]))
			assert.Empty(t, docs[i].Places, "looking changes nothing")
		}
		for i, d := range docs {
			require.NoError(t, extract(t.Context(), d))
			require.NoError(t, d.Check())
			p := at(d, "Paris", 0)
			require.NotNil(t, p)
			assert.Equal(t, want[i], p.PlaceID, texts[i])
		}
		late := mark(t, texts[2])
		late.Site = sites[2]
		require.NoError(t, look(t.Context(), late))
		require.NoError(t, extract(t.Context(), late))
		assert.Equal(t, "gn:2988507", at(late, "Paris", 0).PlaceID, "seen too late")
	}
	// an article alone is resolved as without a survey
	look, alone := resolver(t).Survey()
	d, plain := mark(t, texts[2]), mark(t, texts[2])
	d.Site = sites[2]
	require.NoError(t, look(t.Context(), d))
	require.NoError(t, alone(t.Context(), d))
	extract(t, resolver(t), plain)
	assert.Equal(t, plain.Places, d.Places)
}

func TestFocus(t *testing.T) {
	d := mark(t, "Quake shakes central [LOC Nepal]\n\n[LOC KATHMANDU] (AP) — A strong earthquake hit [LOC Nepal] and was felt in [LOC India]. In [LOC Kathmandu] houses fell.")
	extract(t, resolver(t), d)
	assert.Equal(t, "NP", d.FocusCountry)
	assert.Equal(t, "gn:1283240", d.FocusPlace)
	d = mark(t, "Nothing happened anywhere.")
	extract(t, resolver(t), d)
	assert.Empty(t, d.FocusCountry)
	assert.Empty(t, d.FocusPlace)
}

func TestSampleArticles(t *testing.T) {
	files, err := filepath.Glob("../../testdata/articles/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	want := map[string]string{
		"Iraq": "gn:99237", "US": "gn:6252001", "U.S.": "gn:6252001", "USA": "gn:6252001", "United States": "gn:6252001", "Iran": "gn:130758",
		"Baghdad": "gn:98182", "Washington": "gn:4140963", "Syria": "gn:163843", "Moscow": "gn:524901", "Mid-East": "gn:6269133",
		"Middle East": "gn:6269133", "Tehran": "gn:112931", "Jordan": "gn:248816", "Gaza": "gn:281132", "Saudi Arabia": "gn:102358",
		"Latakia": "gn:173576", "Russia": "gn:2017370", "Huwija": "gn:390188", "Ain al-Asad": "cur:ain al asad",
	}
	n := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		d := segmented(t, string(b))
		for i := 0; i < len(d.Tokens); i++ {
			for k := min(len(d.Tokens), i+3); k > i; k-- {
				s := article.Span{Start: d.Tokens[i].Start, End: d.Tokens[k-1].End}
				if _, ok := want[d.TextOf(s)]; ok && d.SentenceAt(s.End-1) == d.SentenceAt(s.Start) {
					d.Mentions = append(d.Mentions, article.Mention{Span: s, Sentence: d.SentenceAt(s.Start), Kind: article.LOC})
					i = k - 1
					break
				}
			}
		}
		extract(t, resolver(t), d)
		for _, p := range d.Places {
			if id, ok := want[d.TextOf(p.Span)]; ok && p.Role != article.InName {
				assert.Equal(t, id, p.PlaceID, "%s: %s at %d", filepath.Base(file), d.TextOf(p.Span), p.Start)
				n++
			}
		}
	}
	assert.Greater(t, n, 150)
}

func TestExplain(t *testing.T) {
	d := mark(t, "He was born in [LOC Paris], [LOC Texas].")
	var b strings.Builder
	require.NoError(t, resolver(t).Explain(t.Context(), &b, d, 16))
	assert.Contains(t, b.String(), `15-20 "Paris": mention of a place`)
	assert.Contains(t, b.String(), "container stated, decided by places/container")
	assert.Contains(t, b.String(), "gn:4717560 Paris (Lamar County, Texas, US)")
	assert.NotContains(t, b.String(), `"Texas": mention`)
	assert.Empty(t, d.Places, "explaining changes nothing")
	b.Reset()
	require.NoError(t, resolver(t).Explain(t.Context(), &b, d, -1))
	assert.Contains(t, b.String(), `"Texas": mention`)
}

func TestStrict(t *testing.T) {
	x, err := gazetteer.Embedded()
	require.NoError(t, err)
	r, err := New(Options{Index: x, Strict: true})
	require.NoError(t, err)
	d := mark(t, "Fever in [LOC Ebola] and Mosul.")
	extract(t, r, d)
	require.Len(t, d.Places, 1, "nothing is added, nothing is dropped")
}

func TestNewRefuses(t *testing.T) {
	_, err := New(Options{})
	assert.EqualError(t, err, "places: no gazetteer")
	f := func(want string, err error) {
		t.Helper()
		assert.EqualError(t, err, want)
	}
	_, err = parseWeights("w.tsv", "# c\nsalience\tx\n")
	f(`w.tsv:2: weight "x"`, err)
	_, err = parseWeights("w.tsv", "none\t1\n")
	f(`w.tsv:1: no feature "none"`, err)
	_, err = parseTrust("t.tsv", "bias\t1\n")
	f("t.tsv:1: 2 fields, want 3", err)
	_, err = parseCalibration("c.tsv", "0\t0\n0\t1\n")
	f(`c.tsv:2: want rising probabilities and shares, got ["0" "1"]`, err)
	_, err = parseCalibration("c.tsv", "")
	f("c.tsv: want two rows at least", err)
	err = newLexicon().read("l.tsv", "cue:none\tx\n")
	f(`l.tsv:1: no cue "cue:none"`, err)
	err = newLexicon().read("l.tsv", "verb\tx\n")
	f(`l.tsv:1: no class "verb"`, err)
	_, err = parsePeoples("p.tsv", "Danes\tDanish\n")
	f(`p.tsv:1: word "Danes" is not folded`, err)
}

func TestConcurrent(t *testing.T) {
	r := resolver(t)
	s := "Police in [LOC Athens] and [LOC Gainesville] searched [LOC Atlanta] in [LOC Georgia]; [LOC Paris], [LOC Texas] did not."
	want := mark(t, s)
	extract(t, r, want)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				d := mark(t, s)
				assert.NoError(t, r.Extract(t.Context(), d))
				assert.Equal(t, want.Places, d.Places)
			}
		})
	}
	wg.Wait()
}

func FuzzExtract(f *testing.F) {
	for _, s := range []string{"In Paris, Texas, on Monday.", "BAGHDAD, Iraq (AP) — \xff Iraqis in St. Louis, Mo.", "al-Asad U.S.-led Ain al-Asad", "The The The", "North North Dakota County, IN OR ME", "ß\x80Köln-Düsseldorf (NRW)"} {
		f.Add(s, uint8(3), uint8(2))
	}
	r := resolver(f)
	f.Fuzz(func(t *testing.T, s string, every, kind uint8) {
		d := segmented(t, s)
		for i := 0; i < len(d.Tokens); i += 1 + int(every)%9 {
			s := d.Tokens[i].Span
			d.Mentions = append(d.Mentions, article.Mention{Span: s, Sentence: d.SentenceAt(s.Start), Kind: article.Kind(1 + kind%5)})
		}
		require.NoError(t, r.Extract(t.Context(), d))
		require.NoError(t, d.Check())
		n := len(d.Places)
		require.NoError(t, r.Extract(t.Context(), d))
		require.Len(t, d.Places, n, "again, the same")
		for _, p := range d.Places {
			require.True(t, p.Confidence >= 0 && p.Confidence <= 1)
		}
	})
}

// benchText is about a thousand words with many toponyms, of our own making.
func benchText() string {
	return strings.Repeat("BAGHDAD (Reuters) - [NORP Iraqi] forces moved from [LOC Tikrit] to [LOC Mosul] on Monday, [LOC Washington] said. "+
		"Police in [LOC Springfield], [LOC Illinois], and in [LOC Portland], [LOC Maine], told reporters from [LOC Paris] that the road to [LOC London] was closed. "+
		"The [ORG University of Texas] sent a team to [LOC Georgia], [LOC Armenia] and [LOC Azerbaijan]; officials in [LOC Athens] and [LOC Alexandria] agreed with [LOC Moscow]. ", 12)
}

func BenchmarkExtract(b *testing.B) {
	r := resolver(b)
	d := mark(b, benchText())
	ms := append([]article.Mention(nil), d.Mentions...)
	n := 0
	b.SetBytes(int64(len(d.Text)))
	b.ReportAllocs()
	for b.Loop() {
		d.Mentions = append(d.Mentions[:0], ms...)
		if err := r.Extract(b.Context(), d); err != nil {
			b.Fatal(err)
		}
		n += len(d.Places)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "places/s")
}

func BenchmarkNew(b *testing.B) {
	x, err := gazetteer.Embedded()
	require.NoError(b, err)
	for b.Loop() {
		if _, err := New(Options{Index: x}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTwoSenses: what is stated beside a name goes before what it means
// elsewhere in the article.
func TestTwoSenses(t *testing.T) {
	for _, tc := range []struct{ text, name, first, second string }{
		{"Fighting raged in [LOC Tripoli], [LOC Libya]'s capital. The [NORP Lebanese] city of [LOC Tripoli] was calm.", "Tripoli", "gn:2210247", "gn:266826"},
		{"Floods hit [LOC India]'s [LOC Hyderabad]. In [LOC Pakistan], the [NORP Pakistani] city of [LOC Hyderabad] was dry.", "Hyderabad", "gn:1269843", "gn:1176734"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := mark(t, tc.text)
			extract(t, resolver(t), d)
			assert.Equal(t, tc.first, at(d, tc.name, 0).PlaceID)
			assert.Equal(t, tc.second, at(d, tc.name, 1).PlaceID)
		})
	}
}
