package places_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/gazetteer"
)

// An entry that a user names has the columns that the resolver gives it.
func TestEntry(t *testing.T) {
	index, err := gazetteer.Embedded()
	require.NoError(t, err)
	r, err := places.New(places.Options{Index: index})
	require.NoError(t, err)
	p, ok := r.Entry("gn:98182")
	require.True(t, ok)
	assert.Equal(t, "gn:98182 Baghdad P PPLC IQ city", p.PlaceID+" "+p.Name+" "+p.FeatureClass+" "+p.FeatureCode+" "+p.Country+" "+p.Precision)
	p, ok = r.Entry("gn:130758")
	require.True(t, ok)
	assert.Equal(t, "country", p.Precision)
	_, ok = r.Entry("gn:0")
	assert.False(t, ok)
}
