package pipeline

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/language"
)

const german = "Der Minister sagte am Montag, dass die Gespräche mit der Gewerkschaft gescheitert sind und es kein neues Angebot geben wird."

func TestForeignArticlesAreKeptButNotExtracted(t *testing.T) {
	o := testOptions(t, folder(t, map[string]string{
		"a.txt":   german,
		"b.txt":   "Ann Lee said on Monday that the talks with the union had failed, and that there would be no new offer.",
		"c.txt":   "Ann slept.",
		"d.jsonl": `{"id":"stated","language":"en","text":"` + german + `"}` + "\n" + `{"id":"other","language":"fr","text":"Ann slept."}`,
	}))
	var err error
	o.Stages.Language, err = language.New()
	require.NoError(t, err)
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.EqualValues(t, 5, s.Rows["documents"])
	assert.Equal(t, map[string]int64{"de": 2}, s.Foreign)
	files := tableFiles(t, o.Out)
	docs := lines(files, "documents")
	for i, want := range []string{`"language":"de"`, `"language":"en"`, `"language":null`, `"language":"de"`, `"language":"fr"`} {
		assert.Contains(t, docs[i], want)
	}
	mentions := strings.Join(lines(files, "mentions"), "")
	for _, doc := range []string{"b.txt", "c.txt", "other"} {
		assert.Contains(t, mentions, `"doc_id":"`+doc+`"`)
	}
	assert.NotContains(t, mentions, `"doc_id":"a.txt"`)
	assert.NotContains(t, mentions, `"doc_id":"stated"`)
	var text strings.Builder
	require.NoError(t, s.Write(&text))
	assert.Contains(t, text.String(), "2 articles not in English: de 2; not extracted")

	o.AllLanguages = true
	s, err = Run(t.Context(), o)
	require.NoError(t, err)
	assert.Zero(t, s.Reused)
	assert.Empty(t, s.Foreign)
	assert.Contains(t, strings.Join(lines(tableFiles(t, o.Out), "mentions"), ""), `"doc_id":"a.txt"`)
}
