// Package pipeline is the run: it reads articles, passes each through the
// stages, and hands the finished documents to the tables.
package pipeline

import (
	"context"
	"io"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// An Extractor adds one family of facts to a document: names, dates, places,
// or who is who.
//
// Extract reads what earlier stages found and writes its own fields alone. It
// must be safe for concurrent use on different documents, must give the same
// result for the same document, and must not keep the document or anything
// of it after returning. Finding nothing is no error; an error means that the
// article could not be processed and is set aside.
type Extractor interface {
	Name() string
	Extract(ctx context.Context, d *article.Document) error
}

// An Explainer says in words why a finished document has the rows it has at
// (or around) a byte offset: rules that met, features, candidates and their
// scores. With at < 0 it explains the whole document.
type Explainer interface {
	Explain(ctx context.Context, w io.Writer, d *article.Document, at int) error
}
