package output

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// ErrFull says that a batch cannot take the document: the strings of a table
// would exceed 2 GiB. An empty batch takes any document that a file can hold.
var ErrFull = errors.New("batch is full: 2 GiB of text")

// A Failure is an input, or part of one, that was set aside.
type Failure struct {
	Source string // path below the input folder, or the address
	Member string // record in a container; "" for the whole file
	Stage  string // "read", "names", ...
	Err    string // why
	Bytes  int64  // length of the input; 0 when not known
}

// EntityRow is one row of the table entities.
type EntityRow struct {
	EntityID       string
	Kind           article.Kind
	Canonical      string
	Aliases        []string // sorted
	Documents      int64
	Mentions       int64
	FirstPublished article.Day
	LastPublished  article.Day
	PlaceID        string
	Country        string
	Links          string // why names of different articles are taken for it
}

// A Batch holds rows of all tables but entities until they are written. Its
// memory is kept for the next rows. It is for one goroutine at a time.
type Batch struct {
	opts    Options
	tables  map[string]*buffer
	ordered []*buffer
	chars   charIndex
	id      []byte
	weight  int // bound of the string bytes in any column
}

// NewBatch returns an empty batch.
func NewBatch(opts Options) *Batch {
	b := &Batch{opts: opts.withDefaults(), tables: map[string]*buffer{}}
	for _, s := range schemas {
		if s.Table != Entities {
			t := newBuffer(s)
			b.tables[s.Table] = t
			b.ordered = append(b.ordered, t)
		}
	}
	return b
}

// Rows returns the number of rows of a table.
func (b *Batch) Rows(table string) int {
	if t := b.tables[table]; t != nil {
		return t.rows
	}
	return 0
}

// Reset drops all rows.
func (b *Batch) Reset() {
	for _, t := range b.ordered {
		t.reset()
	}
	b.weight = 0
}

// Add appends the rows of a finished document. The document is not kept. An
// error means that the document breaks a promise of package article (a span
// outside the text, say) or is too large, and that nothing of it was added.
func (b *Batch) Add(d *article.Document) error {
	if err := check(d); err != nil {
		return err
	}
	w := weigh(d)
	if b.weight+w > math.MaxInt32 {
		return ErrFull
	}
	b.weight += w
	b.chars.reset(d.Text)
	b.addDocument(d)
	b.addSentences(d)
	b.addMentions(d)
	b.addPlaces(d)
	b.addDates(d)
	return nil
}

// AddFailure appends a row to the table errors.
func (b *Batch) AddFailure(f Failure) {
	b.tables[Errors].text(f.Source).known(f.Member).text(f.Stage).text(f.Err).knownLong(f.Bytes).end()
}

func (b *Batch) addDocument(d *article.Document) {
	from := d.Published.From
	if from == "" {
		from = "none"
	}
	t := b.tables[Documents]
	t.text(d.ID).text(d.Source).known(d.Member).text(d.Format).text(d.SHA256)
	t.known(d.URL).known(d.Site).known(d.Title).known(d.Byline).known(d.Language)
	t.day(d.Published.Day).known(d.Published.Precision.String()).text(from).known(d.Published.Text)
	t.text(d.Text).int(int(d.Bytes)).int(len(d.Tokens)).int(len(d.Sentences))
	t.known(d.DuplicateOf).known(d.FocusCountry).known(d.FocusPlace)
	t.end()
}

func (b *Batch) addSentences(d *article.Document) {
	t := b.tables[Sentences]
	for i := range d.Sentences {
		s := &d.Sentences[i]
		t.text(d.ID).int(i)
		b.span(t, s.Span)
		t.text(s.Section.String()).text(d.TextOf(s.Span)).end()
	}
}

func (b *Batch) addMentions(d *article.Document) {
	t := b.tables[Mentions]
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if m.Kind == article.MISC && !b.opts.Misc {
			continue
		}
		canonical := m.Canonical
		if canonical == "" {
			canonical = d.TextOf(m.Span)
		}
		b.mentionID(t, d.ID, "#", m.Span)
		t.text(d.ID).int(m.Sentence).text(m.Kind.String()).text(d.TextOf(m.Span))
		b.span(t, m.Span)
		t.text(m.EntityID).text(canonical).known(m.Title).confidence(m.Confidence).text(m.Rule).end()
	}
}

func (b *Batch) addPlaces(d *article.Document) {
	t := b.tables[Places]
	for i := range d.Places {
		p := &d.Places[i]
		b.mentionID(t, d.ID, "#", mentionOf(p))
		t.text(d.ID).int(p.Sentence).text(d.TextOf(p.Span))
		b.span(t, p.Span)
		known := p.PlaceID != ""
		t.known(p.PlaceID).knownLong(p.GeoNamesID).known(p.Name).degrees(p.Lat, known).degrees(p.Lon, known)
		t.known(p.FeatureClass).known(p.FeatureCode).known(p.Country).known(p.Admin1).known(p.Admin2)
		t.knownLong(p.Population).known(p.Precision).text(p.Role.String()).known(p.ActorCountry)
		t.int(p.Candidates).known(p.SecondPlaceID).confidence(p.Confidence).text(p.Rule).end()
	}
}

func (b *Batch) addDates(d *article.Document) {
	t := b.tables[Dates]
	for i := range d.Dates {
		x := &d.Dates[i]
		b.mentionID(t, d.ID, "#d", x.Span)
		t.text(d.ID).int(x.Sentence).text(d.TextOf(x.Span))
		b.span(t, x.Span)
		t.text(x.Type.String()).text(x.Value).known(x.Mod).day(x.From).day(x.To).known(x.Granularity)
		t.bool(x.Relative).bool(x.Resolved).known(x.UnresolvedReason).day(x.Anchor).known(x.AnchorFrom)
		t.confidence(x.Confidence).text(x.Rule).bool(x.Ambiguous).end()
	}
}

// span appends the four offset columns.
func (b *Batch) span(t *buffer, s article.Span) {
	t.int(s.Start).int(s.End).int(b.chars.at(s.Start)).int(b.chars.at(s.End))
}

// mentionID appends doc, mark, start-end.
func (b *Batch) mentionID(t *buffer, doc, mark string, s article.Span) {
	b.id = append(append(b.id[:0], valid(doc)...), mark...)
	b.id = strconv.AppendInt(b.id, int64(s.Start), 10)
	b.id = strconv.AppendInt(append(b.id, '-'), int64(s.End), 10)
	t.raw(b.id)
}

// mentionOf returns the mention that a place belongs to; its own span when the
// place does not say.
func mentionOf(p *article.Place) article.Span {
	if p.Mention == (article.Span{}) {
		return p.Span
	}
	return p.Mention
}

// weigh bounds the bytes that a document adds to the longest string column.
func weigh(d *article.Document) int {
	rows := 1 + len(d.Sentences) + len(d.Mentions) + len(d.Places) + len(d.Dates)
	w := len(d.Text) + rows*(len(d.ID)+64) + len(d.Title) + len(d.URL) + len(d.Source) + len(d.Published.Text)
	for i := range d.Mentions {
		m := &d.Mentions[i]
		w += m.Len() + len(m.EntityID) + len(m.Canonical) + len(m.Title) + len(m.Rule)
	}
	for i := range d.Places {
		p := &d.Places[i]
		w += p.Len() + len(p.Name) + len(p.Admin1) + len(p.Admin2) + len(p.PlaceID)
	}
	return w
}

// check reports the first promise of package article that the document breaks.
func check(d *article.Document) error {
	if len(d.Text) > math.MaxInt32 || d.Bytes > math.MaxInt32 || d.Bytes < 0 {
		return fmt.Errorf("article of %d bytes: offsets end at 2 GiB", max(int64(len(d.Text)), d.Bytes))
	}
	if !utf8.ValidString(d.Text) {
		return errors.New("text is not UTF-8")
	}
	for i := range d.Sentences {
		if err := checkSpan(d, "sentence", i, d.Sentences[i].Span, i); err != nil {
			return err
		}
	}
	for i := range d.Mentions {
		m := &d.Mentions[i]
		if err := checkSpan(d, "mention", i, m.Span, m.Sentence); err != nil {
			return err
		}
		if m.Kind == article.NoKind {
			return fmt.Errorf("mention %d at %d: no kind", i, m.Start)
		}
	}
	for i := range d.Places {
		p := &d.Places[i]
		if err := checkSpan(d, "place", i, p.Span, p.Sentence); err != nil {
			return err
		}
		if m := mentionOf(p); !m.Contains(p.Span) {
			return fmt.Errorf("place %d at %d-%d: not within its mention %d-%d", i, p.Start, p.End, m.Start, m.End)
		}
	}
	for i := range d.Dates {
		x := &d.Dates[i]
		if err := checkSpan(d, "date", i, x.Span, x.Sentence); err != nil {
			return err
		}
		if x.Type == article.NoTimex {
			return fmt.Errorf("date %d at %d: no type", i, x.Start)
		}
	}
	return nil
}

func checkSpan(d *article.Document, what string, i int, s article.Span, sentence int) error {
	switch {
	case s.Start < 0 || s.End < s.Start || s.End > len(d.Text):
		return fmt.Errorf("%s %d at %d-%d: outside the text of %d bytes", what, i, s.Start, s.End, len(d.Text))
	case !runeEdge(d.Text, s.Start) || !runeEdge(d.Text, s.End):
		return fmt.Errorf("%s %d at %d-%d: cuts a character", what, i, s.Start, s.End)
	case sentence < 0 || sentence >= len(d.Sentences):
		return fmt.Errorf("%s %d at %d-%d: sentence %d of %d", what, i, s.Start, s.End, sentence, len(d.Sentences))
	}
	return nil
}

func runeEdge(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }
