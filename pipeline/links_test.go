package pipeline

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestFindLinks(t *testing.T) {
	run := func(list ...entityFacts) []entityFacts { return list }
	ent := func(kind article.Kind, id, canonical string, forms ...string) entityFacts {
		e := entityFacts{ID: id, Kind: kind, Mentions: 1, Canonical: tally{{canonical, 1}}, Forms: tally{{canonical, 1}}}
		for _, f := range forms {
			e.Forms.add(f, 1)
		}
		return e
	}
	cases := []struct {
		name string
		run  []entityFacts
		want map[string]string
	}{
		{"an acronym that one article spells out", run(
			ent(article.ORG, "o1", "IRGC"), ent(article.ORG, "o2", "Islamic Revolutionary Guard Corps", "IRGC", "the Guard")), map[string]string{"o1": "o2"}},
		{"an acronym that two bodies share", run(
			ent(article.ORG, "o1", "ABC"), ent(article.ORG, "o2", "American Broadcasting Company", "ABC"), ent(article.ORG, "o3", "Arab Banking Corporation", "ABC")), map[string]string{}},
		{"a shorter full name", run(
			ent(article.ORG, "o1", "State Department"), ent(article.ORG, "o2", "U.S. State Department", "State Department")), map[string]string{"o1": "o2"}},
		{"a chain", run(
			ent(article.ORG, "o1", "DoD"), ent(article.ORG, "o0", "DOD"), ent(article.ORG, "o2", "Defense Department", "DOD"), ent(article.ORG, "o3", "U.S. Department of Defense", "Defense Department")),
			map[string]string{"o0": "o3", "o2": "o3"}},
		{"a surname alone stays apart", run(
			ent(article.PER, "p1", "Bush"), ent(article.PER, "p2", "George W. Bush", "Bush")), map[string]string{}},
		{"a full name that an article joins with a fuller one", run(
			ent(article.PER, "p1", "George Bush"), ent(article.PER, "p2", "George W. Bush", "George Bush")), map[string]string{"p1": "p2"}},
		{"two fuller ones", run(
			ent(article.PER, "p1", "George Bush"), ent(article.PER, "p2", "George W. Bush", "George Bush"), ent(article.PER, "p3", "George H. W. Bush", "George Bush")), map[string]string{}},
		{"not with one of two namesakes in an article", run(
			ent(article.PER, "p1", "John Smith"), ent(article.PER, "p2#2", "John Smith Jr", "John Smith")), map[string]string{}},
		{"not across kinds", run(
			ent(article.PER, "p1", "Ford Motor"), ent(article.ORG, "o1", "Ford Motor Company", "Ford Motor")), map[string]string{}},
		{"not without an article that has both", run(
			ent(article.ORG, "o1", "WHO"), ent(article.ORG, "o2", "World Health Organization")), map[string]string{}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got := map[string]string{}
			names, err := newSpool(filepath.Join(t.TempDir(), "names"))
			require.NoError(t, err)
			defer names.f.Close()
			l := linker{names: names}
			for i := range tc.run {
				require.NoError(t, l.add(&tc.run[i]))
			}
			found, err := l.find()
			require.NoError(t, err)
			for id, l := range found {
				got[id] = l.To
				assert.NotEmpty(t, l.Reason)
			}
			assert.Equal(t, tc.want, got)
		})
	}
}
