package places

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Corpus names a file of annotated articles: .jsonl, .gz allowed, one article
// a line, offsets in bytes. Either its toponyms are annotated with where they
// are, {"id", "text", "url"?, "title"?, "places": [{"start", "end",
// "geonameid"?, "lat"?, "lon"?}]}, or its names with their kinds only, {"text",
// "entities": [{"start", "end", "label"}]}; the latter teach to tell names of
// places from other words.
type Corpus struct {
	Path   string
	Weight float64 // of each toponym; 0 is 1
	First  int     // read so many articles only; 0 is all
	NoNORP bool    // words for peoples are not annotated
}

// ParseCorpus reads PATH[,weight=0.1][,first=400][,unmarked=NORP].
func ParseCorpus(s string) (Corpus, error) {
	parts := strings.Split(s, ",")
	c := Corpus{Path: parts[0]}
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(p, "=")
		var err error
		switch key {
		case "weight":
			if c.Weight, err = strconv.ParseFloat(value, 64); err == nil && !(c.Weight > 0 && c.Weight <= 100) {
				err = errors.New("out of range (0, 100]")
			}
		case "first":
			if c.First, err = strconv.Atoi(value); err == nil && c.First < 1 {
				err = errors.New("want 1 or more")
			}
		case "unmarked":
			if c.NoNORP = value == article.NORP.String(); !c.NoNORP {
				err = errors.New("want NORP")
			}
		default:
			err = errors.New("want weight, first or unmarked")
		}
		if err != nil {
			return c, fmt.Errorf("corpus %s: %q: %w", c.Path, p, err)
		}
	}
	return c, nil
}

// Readers are the stages before this one, as corpora are read with them.
type Readers struct {
	Segment func(d *article.Document)
	Names   func(ctx context.Context, d *article.Document) error // the recogniser
}

// Data is annotated articles, read.
type Data struct {
	docs  []trainDoc // whose toponyms are resolved
	names []Example  // whose names are marked
}

// trainDoc is one article in the three forms that are learnt from.
type trainDoc struct {
	corpus int
	fold   int
	bare   Example // its text alone
	given  Example // with the annotated toponyms as mentions
	found  Example // with what the recogniser finds
}

// foundWeight is the weight of articles with a recogniser's mentions: that is
// how articles mostly come.
const foundWeight = 1.5

// ReadData reads corpora, to be held out in so many folds. Articles of one
// site, and parts of one page of a wiki, are in the same fold.
func ReadData(ctx context.Context, corpora []Corpus, folds int, r Readers) (*Data, error) {
	x := new(Data)
	for i, c := range corpora {
		if err := x.read(ctx, i, c, folds, r); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Path, err)
		}
	}
	if len(x.docs) == 0 {
		return nil, errors.New("no corpus with toponyms that are resolved")
	}
	return x, nil
}

const maxLine = 1 << 26 // bytes of a record

func (x *Data) read(ctx context.Context, corpus int, c Corpus, folds int, r Readers) error {
	f, err := os.Open(c.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(c.Path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for n := 0; lines.Scan() && (c.First == 0 || n < c.First); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.record(ctx, corpus, c, folds, r, lines.Bytes()); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return lines.Err()
}

// rawArticle is a record of a corpus of either form.
type rawArticle struct {
	ID               json.RawMessage
	Text, URL, Title string
	Places           []struct {
		Start, End int
		GeoNameID  int64
		Lat, Lon   *float64
	}
	Entities []struct {
		Start, End int
		Label      string
	}
}

func (x *Data) record(ctx context.Context, corpus int, c Corpus, folds int, r Readers, line []byte) error {
	var rec rawArticle
	if err := json.Unmarshal(line, &rec); err != nil {
		return err
	}
	e := Example{Demonyms: !c.NoNORP, Weight: c.Weight, Fold: foldName(rec.URL)}
	blank := func() *article.Document {
		d := &article.Document{ID: strings.Trim(string(rec.ID), `"`), Text: rec.Text, URL: rec.URL, Title: rec.Title}
		r.Segment(d)
		return d
	}
	span := func(start, end int) (article.Span, error) {
		if start < 0 || start >= end || end > len(rec.Text) {
			return article.Span{}, fmt.Errorf("span %d-%d is not in the text", start, end)
		}
		return article.Span{Start: start, End: end}, nil
	}
	if rec.Places == nil {
		for _, n := range rec.Entities {
			s, err := span(n.Start, n.End)
			if err != nil {
				return err
			}
			if n.Label == article.LOC.String() || n.Label == article.NORP.String() {
				e.Places = append(e.Places, GoldPlace{Span: s})
			}
		}
		e.Doc = blank()
		x.names = append(x.names, e)
		return nil
	}
	for _, p := range rec.Places {
		s, err := span(p.Start, p.End)
		if err != nil {
			return err
		}
		g := GoldPlace{Span: s, GeoNamesID: p.GeoNameID}
		if p.Lat != nil && p.Lon != nil {
			g.Lat, g.Lon = *p.Lat, *p.Lon
		}
		e.Places = append(e.Places, g)
	}
	d := trainDoc{corpus: corpus, fold: foldOf(e.Fold, folds), bare: e, found: e, given: e}
	d.bare.Doc, d.found.Doc, d.given.Doc = blank(), blank(), blank()
	d.found.Weight = foundWeight * max(e.Weight, 1)
	if err := r.Names(ctx, d.found.Doc); err != nil {
		return err
	}
	give(d.given.Doc, e.Places)
	d.given.Places = slices.DeleteFunc(slices.Clone(e.Places), func(p GoldPlace) bool { return p.GeoNamesID == 0 && p.Lat == 0 && p.Lon == 0 })
	x.docs = append(x.docs, d)
	return nil
}

// give makes the annotated toponyms the mentions of a document.
func give(d *article.Document, gold []GoldPlace) {
	for _, g := range gold {
		if n := d.SentenceAt(g.Start); n >= 0 {
			d.Mentions = append(d.Mentions, article.Mention{Span: g.Span, Sentence: n, Kind: article.LOC, Rule: "gold"})
		}
	}
	slices.SortStableFunc(d.Mentions, func(a, b article.Mention) int { return a.Start - b.Start })
}

// foldName keeps articles of one paper, and parts of one page, together.
func foldName(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if host, _, _ := strings.Cut(rest, "/"); ok && !strings.Contains(host, "wiki") {
		return strings.TrimPrefix(host, "www.")
	}
	return url
}

// Documents returns the articles with resolved toponyms, with these as mentions
// and with none.
func (x *Data) Documents() (given, bare []*article.Document) {
	for i := range x.docs {
		given = append(given, x.docs[i].givenDoc())
		bare = append(bare, x.docs[i].bareDoc())
	}
	return given, bare
}
