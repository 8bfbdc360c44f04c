package names

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jdkato/prose/v2"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// proseEngine runs jdkato/prose v2 as a second opinion and baseline.
//
// The model is built once. Sentences are ours; prose cuts each into its own
// tokens, which are aligned with the text here, because prose knows no
// offsets. Names are read from its token labels rather than from its chunks,
// which lose a name that ends the text: runs of one kind with nothing but
// space between them are a name, since its model hardly tells the first word
// of a name from the others.
//
// Limits that stay: its labels are PERSON and GPE (and few ORGANIZATION), so
// it finds no NORP; it knows nothing of the rest of the article; when two tags
// score the same, the order of a Go map decides, so that about 1 article of
// 150 may change from run to run; a word repeated within a sentence gets the
// label of its last occurrence.
type proseEngine struct{ model *prose.Model }

func newProseEngine() *proseEngine {
	return &proseEngine{model: prose.ModelFromData("dateline")}
}

// proseMax bounds the bytes given to prose at once: its tokeniser takes time
// in proportion to the square of a word's length.
const proseMax = 4096

var proseKinds = map[string]article.Kind{
	"PERSON": article.PER, "GPE": article.LOC, "ORGANIZATION": article.ORG,
	"LOCATION": article.LOC, "FACILITY": article.LOC, "ORG": article.ORG, "LOC": article.LOC,
}

// proseConfidence is the share of prose's mentions that were right (span and
// kind) on the worldwide and CoNLL++ development articles together (dateline eval
// names --names-engine prose).
var proseConfidence = [article.MISC + 1]float32{article.PER: 0.36, article.ORG: 0.11, article.LOC: 0.42}

func (e *proseEngine) extract(d *article.Document) error {
	for i, s := range d.Sentences {
		for first := s.First; first < s.Last; {
			last := first + 1
			for last < s.Last && d.Tokens[last].End-d.Tokens[first].Start <= proseMax {
				last++
			}
			span := article.Span{Start: d.Tokens[first].Start, End: d.Tokens[last-1].End}
			if span.Len() <= proseMax { // else a single monstrous token
				if err := e.piece(d, i, span); err != nil {
					return err
				}
			}
			first = last
		}
	}
	return nil
}

// piece labels one sentence, or a part of a very long one.
func (e *proseEngine) piece(d *article.Document, sentence int, span article.Span) error {
	text := d.TextOf(span)
	doc, err := prose.NewDocument(text, prose.WithSegmentation(false), prose.UsingModel(e.model))
	if err != nil {
		return fmt.Errorf("prose: %w", err)
	}
	at := 0
	open := -1 // index in d.Mentions of the name that the next token may continue
	for _, tok := range doc.Tokens() {
		start, end, ok := alignToken(text, at, tok.Text)
		if !ok { // prose made up or changed the token: go on with the next
			open = -1
			continue
		}
		at = end
		_, label, _ := strings.Cut(tok.Label, "-")
		kind := proseKinds[label]
		if kind == article.NoKind {
			open = -1
			continue
		}
		if open >= 0 && d.Mentions[open].Kind == kind {
			d.Mentions[open].End = span.Start + end
			continue
		}
		open = len(d.Mentions)
		d.Mentions = append(d.Mentions, article.Mention{
			Span:     article.Span{Start: span.Start + start, End: span.Start + end},
			Sentence: sentence, Kind: kind, Confidence: proseConfidence[kind], Rule: "names/prose",
		})
	}
	return nil
}

// alignToken finds a token of prose in text at or after a byte offset. Curly
// quotes match straight ones, which prose replaces before it reads; apart from
// white space nothing is skipped beyond one token's worth of text.
func alignToken(text string, from int, token string) (start, end int, ok bool) {
	const skip = 64 // bytes of text that prose may have dropped
	for start = from; start < len(text) && start-from <= skip; {
		if end, ok := matchToken(text, start, token); ok {
			return start, end, true
		}
		r, n := utf8.DecodeRuneInString(text[start:])
		start += n
		if unicode.IsSpace(r) {
			from += n
		}
	}
	return 0, 0, false
}

func matchToken(text string, at int, token string) (end int, ok bool) {
	for token != "" {
		want, n := utf8.DecodeRuneInString(token)
		got, m := utf8.DecodeRuneInString(text[at:])
		if m == 0 {
			return 0, false
		}
		switch got {
		case '“', '”':
			got = '"'
		case '‘', '’':
			got = '\''
		}
		if want != got {
			return 0, false
		}
		token, at = token[n:], at+m
	}
	return at, true
}
