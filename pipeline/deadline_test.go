package pipeline

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// slow is an extractor that does not come back from documents that hold a
// word, and goes on writing into them.
type slow struct {
	word string
	stop <-chan struct{}
}

func (slow) Name() string { return "slow" }

func (x slow) Extract(_ context.Context, d *article.Document) error {
	if !strings.Contains(d.Text, x.word) {
		return nil
	}
	for i := 0; ; i++ {
		select {
		case <-x.stop:
			return nil
		default:
			d.Title = fmt.Sprint(i)
			d.Mentions = append(d.Mentions[:0], article.Mention{})
		}
	}
}

func TestDocTimeout(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	files := manyFiles(12)
	files["b/endless.txt"] = "Endless story."
	dir := folder(t, files)
	o := testOptions(t, dir)
	fast := o.Stages.Extractors
	o.Stages.Extractors = append([]Extractor{slow{"Endless", stop}}, fast...)
	o.DocTimeout = 50 * time.Millisecond
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.EqualValues(t, 12, s.Rows["documents"])
	assert.EqualValues(t, 1, s.SetAside())
	assert.Contains(t, strings.Join(lines(tableFiles(t, o.Out), "errors"), ""),
		`"source":"b/endless.txt","member":null,"stage":"slow","error":"took longer than 0.05 s (--doc-timeout)"`)

	t.Run("the same limit again", func(t *testing.T) {
		again, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.EqualValues(t, again.Batches, again.Reused)
	})
	t.Run("more time", func(t *testing.T) {
		o.DocTimeout = time.Minute
		o.Stages.Extractors = fast
		again, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.EqualValues(t, again.Batches-1, again.Reused, "only the batch that needed it")
		assert.EqualValues(t, 13, again.Rows["documents"])
		assert.Zero(t, again.SetAside())
	})
}

func TestWithin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := within(ctx, time.Minute, func(ctx context.Context) int { <-ctx.Done(); return 1 })
	require.ErrorIs(t, err, context.Canceled)
	x, err := within(t.Context(), 0, func(context.Context) int { return 2 })
	require.NoError(t, err)
	assert.Equal(t, 2, x)
}
