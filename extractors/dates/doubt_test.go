package dates

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A date put into the past by default is doubted when its sentence looks ahead.
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
	assert.Equal(t, sure, confidence("The final is on Sunday."))
}
