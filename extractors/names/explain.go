package names

import (
	"context"
	"fmt"
	"io"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Explain says which engine found each name at the byte offset (everywhere
// when at < 0), and how sure it is.
func (r *Recogniser) Explain(_ context.Context, w io.Writer, d *article.Document, at int) error {
	for _, m := range d.Mentions {
		if at >= 0 && (at < m.Start || at >= m.End) {
			continue
		}
		if _, err := fmt.Fprintf(w, "%d-%d %s %q: %s, confidence %.2f\n", m.Start, m.End, m.Kind, d.TextOf(m.Span), m.Rule, m.Confidence); err != nil {
			return err
		}
	}
	return nil
}
