package people

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestKinds(t *testing.T) {
	k := resolver(t).Kinds()
	f := func(name, src string, confidence float32, want ...article.Kind) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			d := marked(t, src)
			for i := range d.Mentions {
				d.Mentions[i].Confidence = 0.95
			}
			d.Mentions[len(d.Mentions)-1].Confidence = confidence
			require.NoError(t, k.Extract(t.Context(), d))
			var got []article.Kind
			for _, m := range d.Mentions {
				got = append(got, m.Kind)
			}
			assert.Equal(t, want, got)
			require.NoError(t, k.Extract(t.Context(), d))
			var out bytes.Buffer
			require.NoError(t, k.Explain(t.Context(), &out, d, -1))
			assert.Equal(t, confidence < 0.7 && want[len(want)-1] == article.PER, out.Len() > 0, out.String())
		})
	}
	five := "{Rabanne} spoke. {Rabanne} left. {Rabanne} sat. {Rabanne} ate. {Rabanne} won. "
	p, o := article.PER, article.ORG
	f("five to one", five+"Then {ORG:Rabanne} slept.", 0.5, p, p, p, p, p, p)
	f("sure of itself", five+"Then {ORG:Rabanne} slept.", 0.9, p, p, p, p, p, o)
	f("told beside it", five+"Then the firm {ORG:Rabanne} grew.", 0.5, p, p, p, p, p, o)
	f("two to one", "{Rabanne} spoke. {Rabanne} left. Then {ORG:Rabanne} slept.", 0.5, p, p, o)
	f("surname", "{Paco Rabanne} spoke. {Rabanne} left. Then {ORG:Rabanne} slept.", 0.5, p, p, p)
	f("in a longer name", "{Henry Ford} of {ORG:Ford Motor} met {Ford}. Then {ORG:Ford} grew.", 0.5, p, o, p, o)
}
