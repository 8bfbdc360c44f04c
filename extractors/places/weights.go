package places

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

//go:embed data/weights.tsv
var weightsTSV string

//go:embed data/calibration.tsv
var calibrationTSV string

// feature is the number of a feature of a candidate.
type feature int

const (
	fClass feature = 0                         // one of classes
	fKind          = fClass + feature(classes) // one of kinds of names
	kinds          = 8
)

// Features that do not depend on the other names of the article.
const (
	fMatchArticle   feature = fKind + kinds + iota // found with or without an article
	fMatchSpell                                    // found by its consonants
	fMatchPart                                     // found without a word of the mention
	fSalience                                      // binary logarithm of people, tenths
	fBehind                                        // the same below the most salient candidate
	fTop                                           // the most salient candidate
	fUnpeopled                                     // salience not known
	fCue                                           // a word beside it says what it is: "province", "town of"
	fCueNot                                        // says otherwise
	fCityOfOwn                                     // a city in the division of its name: New York
	fDivisionOfCity                                // a division with a city of its name
	fShadowed                                      // another place at least as well known bears the name as its own
	fFamous                                        // how widely known it is
	fBareDateline                                  // the same, where the name stands alone in the dateline
	fByWord                                        // bears as another name what are everyday words: Casablanca as "White House"
	fAmerican                                      // in the United States, and the article is spelt as there
	fBritish                                       // in the United States, and the article is not spelt as there
	fHomeTLD                                       // in the country of the site's top-level domain
	fHomeCountry                                   // share of the site's other articles' names in its country
	fHomeAdmin1                                    // in its division
	fHomeNear                                      // near by
	fixed                                          // number of these features
)

// Features that depend on the other names.
const (
	fInside       feature = fixed + iota // lies in the container stated: "Paris, Texas"
	fOutside                             // does not
	fHolds                               // holds a place that names it as its container
	fLoose                               // lies in what stands before: "the Iraqi city of X", "X in Iraq"
	fLooseNot                            // does not
	fOtherSense                          // another mention of the name says so with its container
	fCountry                             // share of the other names in its country
	fCountrySum                          // how many they are
	fAdmin1                              // in its first-level division
	fAdmin1Sum                           //
	fNear25                              // other names near by, at a scale of 25 km
	fNear100                             // 100 km
	fNear400                             // 400 km
	fSentCountry                         // a name in the same sentences is in its country
	fSentNear                            // or near by
	fList                                // shares class and division with its neighbours in a list
	fNamedCountry                        // its country is named in the article
	fNamedAdmin1                         // its division is
	fActor                               // a capital where the words around it ask for a government
	fLonely                              // a small place or division with no other name near or in its division
	fKnown                               // how widely known a place is, in a country that the other names are in
	fDwarfed                             // a small place where a division of that name is widely known in the country of the other names
	fForeign                             // a country that no other name is in, where the name may mean something else
	features
)

var featureNames = func() (n [features]string) {
	for c := range classes {
		n[fClass+feature(c)] = "class_" + classNames[c]
	}
	for k, s := range []string{"primary", "official", "alternate", "derived", "demonym", "abbreviation", "historic", "other"} {
		n[fKind+feature(k)] = "kind_" + s
	}
	for i, s := range []string{"match_article", "match_spelling", "match_part", "salience", "behind", "top", "unpeopled", "cue", "cue_not",
		"city_of_own", "division_of_city", "shadowed", "famous", "bare_dateline", "by_word", "american", "british", "home_tld", "home_country", "home_admin1", "home_near",
		"inside", "outside", "holds", "loose", "loose_not", "other_sense", "country", "country_sum", "admin1", "admin1_sum",
		"near_25", "near_100", "near_400", "sentence_country", "sentence_near", "list", "named_country", "named_admin1", "actor", "lonely", "known", "dwarfed", "foreign"} {
		n[fMatchArticle+feature(i)] = s
	}
	return n
}()

// weights are the ranker's: what each feature adds to a candidate's score.
type weights [features]float32

// parseWeights reads "feature<TAB>weight" rows; features without a row weigh nothing.
func parseWeights(name, table string) (w weights, err error) {
	return w, eachRow(name, table, 2, func(f []string) error {
		i := slices.Index(featureNames[:], f[0])
		if i < 0 {
			return fmt.Errorf("no feature %q", f[0])
		}
		v, err := strconv.ParseFloat(f[1], 32)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("weight %q", f[1])
		}
		w[i] = float32(v)
		return nil
	})
}

// eachRow calls f with the fields of each row of a table that is no comment.
func eachRow(name, table string, n int, f func(fields []string) error) error {
	line := 0
	for text := range strings.Lines(table) {
		line++
		text = strings.TrimRight(text, "\r\n")
		if text == "" || text[0] == '#' {
			continue
		}
		row := strings.Split(text, "\t")
		if len(row) != n {
			return fmt.Errorf("%s:%d: %d fields, want %d", name, line, len(row), n)
		}
		if err := f(row); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
	return nil
}

// calibration maps the ranker's probability to the share of right answers:
// points of a curve, sorted, between which it is a straight line.
type calibration []struct{ p, right float32 }

func parseCalibration(name, table string) (c calibration, err error) {
	err = eachRow(name, table, 2, func(f []string) error {
		p, err1 := strconv.ParseFloat(f[0], 32)
		q, err2 := strconv.ParseFloat(f[1], 32)
		if err1 != nil || err2 != nil || p < 0 || p > 1 || q < 0 || q > 1 || len(c) > 0 && float32(p) <= c[len(c)-1].p {
			return fmt.Errorf("want rising probabilities and shares, got %q", f)
		}
		c = append(c, struct{ p, right float32 }{float32(p), float32(q)})
		return nil
	})
	if err == nil && len(c) < 2 {
		err = fmt.Errorf("%s: want two rows at least", name)
	}
	return c, err
}

func (c calibration) at(p float32) float32 {
	if p <= c[0].p {
		return c[0].right
	}
	for i := 1; i < len(c); i++ {
		if p <= c[i].p {
			a, b := c[i-1], c[i]
			return a.right + (b.right-a.right)*(p-a.p)/(b.p-a.p)
		}
	}
	return c[len(c)-1].right
}
