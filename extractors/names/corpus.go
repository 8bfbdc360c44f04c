package names

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// Corpus is an annotated corpus for training: a file, and how its annotators
// understood the kinds.
type Corpus struct {
	// Path of a .jsonl file ({"id","text","entities":[{"start","end","label"}]}
	// a line, byte offsets; "places" instead of "entities" are all LOC) or of
	// a file of CoNLL columns, under any other name: a token and, last on the
	// line, its IOB1 or IOB2 tag, with tabs or, as in CoNLL-2003, spaces
	// between; what stands between the two is not read. An empty line ends a
	// sentence, -DOCSTART- begins an article. .gz allowed.
	Path string
	// Weight of its sentences; 0 reads as 1.
	Weight float64
	// Every, when more than 1, takes each n-th article only.
	Every int
	// Unmarked are kinds that the annotators left unmarked: a token outside
	// any name may be one.
	Unmarked []article.Kind
	// Only, when not empty, are the kinds that the annotators marked at all: a
	// token outside any name may be of every other kind.
	Only []article.Kind
	// Misc are the kinds that a MISC annotation may stand for; empty is MISC
	// alone.
	Misc []article.Kind
}

// ParseCorpus reads PATH[,weight=0.5][,every=2][,unmarked=NORP+MISC][,misc=NORP+MISC][,only=LOC].
func ParseCorpus(s string) (Corpus, error) {
	parts := strings.Split(s, ",")
	c := Corpus{Path: parts[0]}
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(p, "=")
		var err error
		switch key {
		case "weight":
			c.Weight, err = strconv.ParseFloat(value, 64)
			if err == nil && (c.Weight <= 0 || c.Weight > 100) {
				err = errors.New("out of range (0, 100]")
			}
		case "every":
			c.Every, err = strconv.Atoi(value)
			if err == nil && c.Every < 1 {
				err = errors.New("want 1 or more")
			}
		case "unmarked":
			c.Unmarked, err = parseKinds(value)
		case "misc":
			c.Misc, err = parseKinds(value)
		case "only":
			c.Only, err = parseKinds(value)
		default:
			err = errors.New("want weight, every, unmarked, misc or only")
		}
		if err != nil {
			return c, fmt.Errorf("corpus %s: %q: %w", c.Path, p, err)
		}
	}
	return c, nil
}

func parseKinds(s string) (ks []article.Kind, err error) {
	for p := range strings.SplitSeq(s, "+") {
		k, ok := article.ParseKind(p)
		if !ok {
			return nil, fmt.Errorf("kind %q", p)
		}
		ks = append(ks, k)
	}
	return ks, nil
}

// example is an annotated article.
type example struct {
	doc     *article.Document
	allowed []labelSet // of each token
	gold    []article.Mention
	weight  float64
	article int // the same for an article and its copies as headings
}

// maxLine bounds a line of a corpus.
const maxLine = 1 << 28

// readCorpus reads a corpus of either format.
func readCorpus(c Corpus, seg *text.Segmenter) ([]example, error) {
	var docs []*article.Document
	err := reading(c.Path, func(in io.Reader) (err error) {
		if slices.Contains([]string{".jsonl", ".ndjson", ".json"}, filepath.Ext(strings.TrimSuffix(c.Path, ".gz"))) {
			docs, err = readJSONL(in, seg)
		} else {
			docs, err = readColumns(in)
		}
		if err != nil {
			err = fmt.Errorf("%s:%w", c.Path, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(docs, func(d *article.Document) bool { return len(d.Mentions) > 0 }) {
		return nil, fmt.Errorf("%s: no annotated name of a known kind in %d articles: there is nothing to learn", c.Path, len(docs))
	}
	if c.Weight == 0 {
		c.Weight = 1
	}
	misc := kindsOf(c.Misc...)
	if misc == 0 {
		misc = kindsOf(article.MISC)
	}
	none := outside(c.unmarked())
	var examples []example
	for i, d := range docs {
		if c.Every > 1 && i%c.Every != 0 {
			continue
		}
		gold := d.Mentions
		slices.SortStableFunc(gold, func(a, b article.Mention) int { return cmp.Compare(a.Start, b.Start) })
		d.Mentions = nil
		examples = append(examples, example{doc: d, gold: gold, weight: c.Weight, allowed: constrain(d, gold, none, misc)})
	}
	return examples, nil
}

// unmarked are the kinds that a token outside any annotation may be of.
func (c *Corpus) unmarked() kindSet {
	if len(c.Only) == 0 {
		return kindsOf(c.Unmarked...)
	}
	return kindsOf(article.PER, article.ORG, article.LOC, article.NORP, article.MISC) &^ kindsOf(c.Only...)
}

// readColumns reads CoNLL columns; the text of a document is its tokens with
// a space between, a sentence a line. Gold names are left in Mentions.
func readColumns(in io.Reader) ([]*article.Document, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	var docs []*article.Document
	var d *article.Document
	var src strings.Builder
	first := 0
	sentence := func() {
		if d != nil && len(d.Tokens) > first {
			d.Sentences = append(d.Sentences, article.Sentence{
				Span:  article.Span{Start: d.Tokens[first].Start, End: d.Tokens[len(d.Tokens)-1].End},
				First: first, Last: len(d.Tokens),
			})
			src.WriteByte('\n')
			first = len(d.Tokens)
		}
	}
	finish := func() {
		sentence()
		if d != nil && len(d.Tokens) > 0 {
			d.Text = src.String()
			docs = append(docs, d)
		}
		d, first = nil, 0
		src.Reset()
	}
	marked := false // the file separates documents
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r ")
		if line == "" {
			sentence()
			continue
		}
		between := ' '
		if strings.Contains(line, "\t") {
			between = '\t'
		}
		fields := strings.FieldsFunc(line, func(r rune) bool { return r == between })
		if fields[0] == "-DOCSTART-" {
			finish()
			marked = true
			continue
		}
		if len(fields) < 2 || strings.Contains(fields[0], " ") {
			return nil, fmt.Errorf("%d: want a token and its tag, have %q", n, clip(line))
		}
		if d == nil || !marked && first == len(d.Tokens) && first > 0 {
			finish()
			d = &article.Document{ID: strconv.Itoa(len(docs) + 1)}
		}
		if len(d.Tokens) > first {
			src.WriteByte(' ')
		}
		t := article.Token{Span: article.Span{Start: src.Len(), End: src.Len() + len(fields[0])}}
		src.WriteString(fields[0])
		d.Tokens = append(d.Tokens, t)
		if err := tag(d, fields[len(fields)-1], len(d.Tokens)-1 == first); err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
	}
	finish()
	return docs, lines.Err()
}

// tag extends the document's gold names by its last token.
func tag(d *article.Document, tag string, opening bool) error {
	if tag == "O" {
		return nil
	}
	mark, label, ok := strings.Cut(tag, "-")
	if !ok || mark != "B" && mark != "I" {
		return fmt.Errorf("tag %q: want O, B-KIND or I-KIND", clip(tag))
	}
	kind, _ := article.ParseKind(label) // other labels (DATE, ...) are no names
	if kind == article.NoKind {
		return nil
	}
	t := d.Tokens[len(d.Tokens)-1]
	if n := len(d.Mentions); mark == "I" && !opening && n > 0 && d.Mentions[n-1].Kind == kind && d.Mentions[n-1].End == d.Tokens[len(d.Tokens)-2].End {
		d.Mentions[n-1].End = t.End
		return nil
	}
	d.Mentions = append(d.Mentions, article.Mention{Span: t.Span, Kind: kind})
	return nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

// readJSONL reads annotated texts and cuts them into our own tokens.
func readJSONL(in io.Reader, seg *text.Segmenter) ([]*article.Document, error) {
	var docs []*article.Document
	lines := bufio.NewReaderSize(in, 1<<20)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			d, err := readRecord(line)
			if err != nil {
				return nil, fmt.Errorf("%d: %w", n, err)
			}
			seg.Segment(d)
			docs = append(docs, d)
		}
		if err == io.EOF {
			return docs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
	}
}

func readRecord(line []byte) (*article.Document, error) {
	var rec struct {
		ID       json.RawMessage // string or number
		Text     string
		Entities []struct {
			Start, End int
			Label      string
			Nested     bool
		}
		Places []struct{ Start, End int }
	}
	const want = `want {"id", "text", "entities": [{"start", "end", "label"}]} a line`
	if err := json.Unmarshal(line, &rec); err != nil {
		if typ := new(json.UnmarshalTypeError); errors.As(err, &typ) {
			err = fmt.Errorf("have a JSON %s", strings.TrimSpace(typ.Value+" "+strings.ToLower(typ.Field)))
		}
		return nil, fmt.Errorf("%w; %s", err, want)
	}
	if rec.Entities == nil && rec.Places == nil {
		return nil, fmt.Errorf("no entities; %s, with an empty list where an article has no names", want)
	}
	d := &article.Document{ID: strings.Trim(string(rec.ID), `"`), Text: rec.Text}
	put := func(start, end int, kind article.Kind) error {
		if start < 0 || start >= end || end > len(rec.Text) {
			return fmt.Errorf("entity %d-%d lies outside the text (%d bytes)", start, end, len(rec.Text))
		}
		d.Mentions = append(d.Mentions, article.Mention{Span: article.Span{Start: start, End: end}, Kind: kind})
		return nil
	}
	for _, e := range rec.Entities {
		if kind, ok := article.ParseKind(e.Label); ok && !e.Nested {
			if err := put(e.Start, e.End, kind); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range rec.Places {
		if err := put(p.Start, p.End, article.LOC); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// constrain turns annotations into the labels that each token may have.
// Where a name does not begin and end with tokens, its tokens may have any.
func constrain(d *article.Document, gold []article.Mention, none labelSet, misc kindSet) []labelSet {
	allowed := make([]labelSet, len(d.Tokens))
	for i := range allowed {
		allowed[i] = none
	}
	sentenceOf := make([]int32, len(d.Tokens))
	for i, s := range d.Sentences {
		for t := s.First; t < s.Last; t++ {
			sentenceOf[t] = int32(i)
		}
	}
	for _, m := range gold {
		first := d.TokenAt(m.Start)
		end := d.TokenAt(m.End - 1) // the token of its last byte
		if first >= len(d.Tokens) || d.Tokens[first].Start >= m.End {
			continue
		}
		end = min(end, len(d.Tokens)-1)
		if d.Tokens[end].Start >= m.End {
			end--
		}
		if end < first {
			continue
		}
		ks := kindsOf(m.Kind)
		switch {
		case m.Kind == article.MISC:
			ks = misc
		case m.Kind == article.LOC && none&positionSet(kindsOf(article.NORP), single) != 0 && adjectival(d.TextOf(m.Span)):
			ks |= kindsOf(article.NORP) // a corpus without NORP may mark "Iraqi" as a place
		}
		switch {
		case d.Tokens[first].Start != m.Start || d.Tokens[end].End != m.End || sentenceOf[first] != sentenceOf[end]:
			for t := first; t <= end; t++ {
				allowed[t] = allLabels
			}
		case m.Kind == article.MISC && splitCompound(d, first, end):
			allowed[first] = positionSet(kindsOf(article.LOC, article.NORP, article.ORG), single)
			allowed[first+1], allowed[end] = 1, 1
		default:
			for t := first; t <= end; t++ {
				allowed[t] = positionSet(ks, int(phrasePlace(t-first, end-first+1)))
			}
		}
	}
	return allowed
}

// adjectival reports whether a word looks like a nationality: "Iraqi",
// "Americans", "British", "Chinese". What it takes in beside them ("Miami")
// is only left open.
func adjectival(s string) bool {
	for _, end := range []string{"an", "ans", "i", "is", "ish", "ese", "ch", "sh", "ic", "ek", "ss"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// splitCompound recognises a compound such as "Iran-backed", annotated whole
// but cut into three tokens here: what is named is its first part.
func splitCompound(d *article.Document, first, end int) bool {
	if end != first+2 || d.TextOf(d.Tokens[first+1].Span) != "-" || d.Tokens[first].End != d.Tokens[end].Start-1 {
		return false
	}
	c := d.Text[d.Tokens[end].Start]
	return c >= 'a' && c <= 'z'
}
