// Package article holds the vocabulary of dateline: the document and what is
// found in it. It imports nothing of the project's, and every other package
// speaks in its words.
//
// All offsets are bytes of [Document.Text], half-open. Offsets in code points
// are computed by the output package alone.
//
// In every struct the zero value of a field means "not known" (it becomes null
// in the tables), unless its comment says otherwise.
package article

// Span is the half-open byte range [Start, End) of Document.Text.
type Span struct{ Start, End int }

// Len returns the length of the span in bytes.
func (s Span) Len() int { return s.End - s.Start }

// Overlaps reports whether the two spans share at least one byte.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// Contains reports whether t lies wholly within s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Section says which part of an article a sentence belongs to.
type Section uint8

const (
	Body    Section = iota // running text; the zero value
	Title                  // the headline
	Heading                // a line that heads what follows
	Byline                 // author, agency or date line
	Quote                  // a block quotation
	Caption                // the words under a picture or table
	Meta                   // data about the article, not read: no sentence or token lies in it
)

var sectionNames = [...]string{"body", "title", "heading", "byline", "quote", "caption", "meta"}

// String returns the name used in the tables, such as "body".
func (s Section) String() string { return name(sectionNames[:], int(s)) }

// Block is a stretch of text whose section the source states (HTML tags,
// Markdown marks). Blocks are sorted and do not overlap; text between them is
// for the segmenter to judge.
type Block struct {
	Span
	Section Section
}

// TokenKind is the coarse class of a token.
type TokenKind uint8

const (
	Word   TokenKind = iota // starts with a letter: "Iraq", "al-Sudani", "U.S.", "don't"; the zero value
	Number                  // starts with a digit: "1,500", "3.5", "2009-10", "5th", "1990s"
	Punct                   // punctuation, one mark or one run of the same mark: ",", "...", "--"
	Symbol                  // anything else: "$", "%", "US$", an emoji, stray bytes
)

var tokenKindNames = [...]string{"word", "number", "punct", "symbol"}

// String returns the kind's name, such as "word".
func (k TokenKind) String() string { return name(tokenKindNames[:], int(k)) }

// Token is one word, number or mark. Tokens are sorted, do not overlap, and
// what lies between two of them is white space (or nothing, where a compound
// was split or a mark touches a word), or a block of section Meta.
type Token struct {
	Span
	Kind TokenKind
}

// Sentence is one sentence, heading or line. Sentences are sorted and do not
// overlap; what lies between them is white space, or a block of section Meta.
// Its tokens are
// Document.Tokens[First:Last].
type Sentence struct {
	Span
	Section     Section
	First, Last int
}

// Precision says how exactly a publication date is known.
type Precision uint8

const (
	NoPrecision    Precision = iota // no date; the zero value
	DayPrecision                    // the day is stated
	MonthPrecision                  // only month and year are; the day is the first
	YearPrecision                   // only the year is; the day is 1 January
)

var precisionNames = [...]string{"", "day", "month", "year"}

// String returns "day", "month", "year" or "".
func (p Precision) String() string { return name(precisionNames[:], int(p)) }

// Published is an article's publication date and where it was found.
type Published struct {
	Day       Day       // first day of what is stated
	Precision Precision // how much of Day is stated
	From      string    // metadata, flag, record, front_matter, html, url, filename, heading, dateline; "" reads as none
	Text      string    // the evidence, as written
}

// Kind is the kind of thing that a mention names.
type Kind uint8

const (
	NoKind Kind = iota
	PER         // a person
	ORG         // an organisation, agency, company, party, armed group or team
	LOC         // a place: country, region, city, or a named site
	NORP        // a nationality, religious, ethnic or political group
	MISC        // a work, event or product; kept inside, not in the tables unless asked for
)

var kindNames = [...]string{"", "PER", "ORG", "LOC", "NORP", "MISC"}

// String returns the label used in the tables, such as "PER".
func (k Kind) String() string { return name(kindNames[:], int(k)) }

// ParseKind is the inverse of Kind.String; ok is false for an unknown label.
func ParseKind(label string) (k Kind, ok bool) {
	for i, n := range kindNames {
		if n == label && i > 0 {
			return Kind(i), true
		}
	}
	return NoKind, false
}

// Mention is one occurrence of a name. Mentions of a document are sorted by
// Start and do not overlap.
type Mention struct {
	Span
	Sentence   int     // index into Document.Sentences
	Kind       Kind    // PER, ORG, LOC, NORP (or MISC inside the pipeline)
	EntityID   string  // set by who is who; the same for all mentions of one entity
	Canonical  string  // display name of the entity; set by who is who
	Title      string  // "Prime Minister", as last stated, "" for none
	Confidence float32 // calibrated probability in (0, 1]; 0 not known
	Rule       string  // what found it: "names/crf", "names/gazetteer", ...
}

// Role says how a toponym is used.
type Role uint8

const (
	Literal Role = iota // the place itself; the zero value
	Demonym             // a nationality word: "Iraqi"
	Metonym             // a capital or seat standing for its government: "Washington said"
	InName              // inside the name of something else: "University of Texas"
)

var roleNames = [...]string{"literal", "demonym", "metonym", "in_name"}

// String returns the name used in the tables, such as "literal".
func (r Role) String() string { return name(roleNames[:], int(r)) }

// Place is one toponym, resolved in the gazetteer or NIL (PlaceID ""). Places
// of a document are sorted by Start.
type Place struct {
	Span
	Sentence      int     // index into Document.Sentences
	Mention       Span    // span of the mention it belongs to: its own, or the longer name around it (InName)
	PlaceID       string  // "gn:98182"; "" is NIL
	GeoNamesID    int64   // 0 when the entry is not GeoNames'
	Name          string  // the gazetteer's name
	Lat, Lon      float64 // degrees, WGS 84; meaningless when PlaceID is ""
	FeatureClass  string  // GeoNames class: "P"
	FeatureCode   string  // GeoNames code: "PPLC"
	Country       string  // ISO 3166-1 alpha-2
	Admin1Code    string
	Admin1        string // name of the first-level division
	Admin2        string // name of the second-level division
	Population    int64
	Precision     string // country, admin1, admin2, city, point, region
	Role          Role
	ActorCountry  string // alpha-2 of the state that a Metonym stands for
	Candidates    int    // how many gazetteer entries bear the name; 0 is a fact, not "not known"
	SecondPlaceID string // the runner-up
	Confidence    float32
	Rule          string
}

// TimexType is the TIMEX3 type of a time expression.
type TimexType uint8

const (
	NoTimex TimexType = iota
	DATE
	TIME
	DURATION
	SET
)

var timexNames = [...]string{"", "DATE", "TIME", "DURATION", "SET"}

// String returns the TIMEX3 name, such as "DATE".
func (t TimexType) String() string { return name(timexNames[:], int(t)) }

// Date is one time expression with its TIMEX3 value. Dates of a document are
// sorted by Start and do not overlap.
type Date struct {
	Span
	Sentence         int       // index into Document.Sentences
	Type             TimexType // DATE, TIME, DURATION, SET
	Value            string    // TIMEX3: "2020-01-01", "XXXX-WXX-3", "P2Y", "PAST_REF"
	Mod              string    // TIMEX3 mod: START, MID, END, APPROX, MORE_THAN, ...
	From, To         Day       // first and last day, inclusive; zero when open or not known
	Granularity      string    // century, decade, year, half, quarter, season, month, week, weekend, day, time
	Relative         bool      // needs the publication date or another expression
	Resolved         bool      // Value names days (or a length) without a gap
	UnresolvedReason string    // why not, when Resolved is false
	Ambiguous        bool      // a numeric date that can be read in another order: 3/4/2020
	Anchor           Day       // the day it was resolved against
	AnchorFrom       string    // published, mention
	Confidence       float32
	Rule             string
}

// Document is one article on its way through the pipeline. Stages fill it in
// the order text, published, names, dates, places, who is who. A Document is
// used by one goroutine at a time.
type Document struct {
	ID       string // record id, else path below the input; unique within a run
	Source   string // path below the input folder, slash-separated
	Member   string // record in a container: "3" of a .jsonl file, "" for a whole file
	Format   string // txt, md, html, json, jsonl, csv
	SHA256   string // of the input's bytes: the file, or the record in its container; hexadecimal
	Bytes    int64  // length of those bytes
	URL      string // the article's own address
	Site     string // host name without "www."
	Title    string
	Byline   string
	Language string // BCP 47: "en"
	Text     string // the article; never changed after reading
	Blocks   []Block

	Published   Published
	DuplicateOf string // ID of the article this one repeats

	Sentences []Sentence
	Tokens    []Token
	Mentions  []Mention
	Places    []Place
	Dates     []Date

	FocusCountry string // alpha-2 of the country that the article is about
	FocusPlace   string // place id
}

// TextOf returns the text of a span.
func (d *Document) TextOf(s Span) string { return d.Text[s.Start:s.End] }

// SentenceAt returns the index of the sentence that holds the byte offset, or
// the last one that starts before it, or -1 when there is none.
func (d *Document) SentenceAt(offset int) int {
	lo, hi := 0, len(d.Sentences)
	for lo < hi {
		if mid := (lo + hi) / 2; d.Sentences[mid].Start <= offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// TokenAt returns the index of the first token that ends after the byte
// offset; len(d.Tokens) when there is none.
func (d *Document) TokenAt(offset int) int {
	lo, hi := 0, len(d.Tokens)
	for lo < hi {
		if mid := (lo + hi) / 2; d.Tokens[mid].End <= offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "?"
}
