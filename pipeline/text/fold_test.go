package text

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestFold(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		assert.Equal(t, want, Fold(in), "Fold(%q)", in)
		assert.Equal(t, want, Fold(want), "Fold(%q) again", want)
	}
	f("Frank McKenzie", "frank mckenzie")
	f("  Adel   Abdul-Mahdi ", "adel abdul mahdi")
	f("Mohammed Shia’ al-Sudani", "mohammed shia al sudani")
	f("U.S. Department of Defense", "us department of defense")
	f("São Tomé", "sao tome")
	f("Łódź, Straße, Ærø, Đoković", "lodz, strasse, aero, dokovic")
	f("The Hague", "the hague")
	f("İzmir ﬁn", "izmir fin")
	f("“Mad Dog” Mattis", "mad dog mattis")
	f("AT&T", "at&t")
	f("Каїр", "каір")
	f("", "")
	f("-", "")
	f("a\u00a0\u200bb\xff", "a b")
	assert.Equal(t, "x: ab c", string(AppendFold([]byte("x: "), " A'b-C ")))
}

func TestEntityID(t *testing.T) {
	assert.Equal(t, "PER:frank mckenzie", EntityID(article.PER, "Frank McKenzie"))
	assert.Equal(t, "ORG:pentagon", EntityID(article.ORG, "the Pentagon"))
	assert.Equal(t, "ORG:the", EntityID(article.ORG, "The"))
}

func TestNumberIDs(t *testing.T) {
	ids := []string{"PER:ali", "PER:reed", "PER:ali", "PER:ali"}
	NumberIDs(ids)
	assert.Equal(t, []string{"PER:ali", "PER:reed", "PER:ali#2", "PER:ali#3"}, ids)
}

func FuzzFold(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		assert.Equal(t, once, Fold(once), "folding is idempotent")
	})
}
