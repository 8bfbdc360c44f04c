package dates

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// A weekday put into the past by default is doubted when its sentence looks
// ahead, and so is one that was put into the days to come.
func TestDoubt(t *testing.T) {
	x := newExtractor(t, Options{})
	confidence := func(src string) float32 {
		t.Helper()
		d := newDoc(t, src, published)
		require.NoError(t, x.Extract(context.Background(), d))
		require.Len(t, d.Dates, 1, src)
		return d.Dates[0].Confidence
	}
	sure := confidence("The talks that opened on Sunday failed.")
	assert.Less(t, confidence("The talks that opened on Sunday may fail."), sure)
	assert.Equal(t, sure, confidence("The talks will fail, he said on Sunday."))
	assert.Less(t, confidence("The final is on Sunday."), sure)
	assert.Less(t, confidence("The mayor attends the fair on Sunday."), sure, "a caption, or a plan")
}

// What a verb of the clause puts into the days to come, on several days.
func TestGoverned(t *testing.T) {
	f := extracts(t)
	f("2024-03-24", "Results are expected by Tuesday.", "Tuesday=2024-03-26")
	f("2021-03-18", "The company will report earnings on Friday.", "Friday=2021-03-19")
	f("2021-03-18", "The vote takes place on Sunday.", "Sunday=2021-03-21")
	f("2021-03-18", "The summit will be held in November.", "November=2021-11")
	f("2021-03-18", "The deadline is 31 December.", "31 December=2021-12-31")
	f("2021-03-18", "The deadline for bids is 31 December.", "31 December=2021-12-31")
	f("2021-03-02", "Approval is required by June 30.", "June 30=2021-06-30")
	f("2019-01-15", "Voters will go to the polls in November.", "November=2019-11")
	f("2021-03-18", "The trial starts Monday.", "Monday=2021-03-22")
	f("2021-03-18", "Schools will reopen in February.", "February=2022-02")
	f("2021-03-18", "The firm will pay for the damage done in November.", "November=2020-11")
	f("2021-03-18", "The minister, who will step down, was elected in November.", "November=2020-11")
	f("2021-03-18", "The deadline was 31 December.", "31 December=2020-12-31")
	f("2021-03-18", "The army will not comment on Sunday's raid.", "Sunday=2021-03-14")
	f("2021-03-18", "Police will question a man arrested on Sunday.", "Sunday=2021-03-14")
	f("2021-03-18", "It\u2019ll open Saturday and close in May.", "Saturday=2021-03-20; May=2021-05")
	f("2021-03-18", "England play Fiji on Saturday.", "Saturday=2021-03-20")
	f("2021-03-18", "They tour Spain in January.", "January=2022-01")
	f("2021-03-18", "Home visits on Saturday were rare.", "Saturday=2021-03-13")
	f("2021-03-18", "Also on Saturday, the club hosts Leeds.", "Saturday=2021-03-20")
	f("2021-03-18", "The bill would be law by January.", "January=2021-01")
}

// Headlines and captions tell the past in the present.
func TestHistoric(t *testing.T) {
	x := newExtractor(t, Options{})
	for section, want := range map[article.Section]string{article.Body: "Saturday=2020-01-04", article.Title: "Saturday=2019-12-28",
		article.Heading: "Saturday=2019-12-28", article.Caption: "Saturday=2019-12-28"} {
		d := newDoc(t, "The president visits the wounded on Saturday.", published)
		require.Len(t, d.Sentences, 1)
		d.Sentences[0].Section = section
		require.NoError(t, x.Extract(context.Background(), d))
		assert.Equal(t, want, short(d), "%s", section)
	}
}
