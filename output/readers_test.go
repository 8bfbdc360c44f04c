package output

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

var tablesForReaders = flag.String("tables", "", "folder in which to leave tables that are hard to read, for .ci/readers")

// TestTablesForReaders writes what other people's readers should be tried on:
// hostile strings, nulls everywhere and nowhere, no rows, several row groups
// and pages, and dictionaries that grow too large and are given up.
func TestTablesForReaders(t *testing.T) {
	dir := *tablesForReaders
	if dir == "" {
		dir = t.TempDir()
	}
	opts := Options{FS: unsynced{}, rowGroup: 1000}
	var all []*article.Document
	write := func(part string, docs ...*article.Document) {
		b := NewBatch(opts)
		for _, d := range docs {
			require.NoError(t, b.Add(d))
		}
		for i := range docs {
			b.AddFailure(Failure{Source: hostile[i%len(hostile)], Stage: "read", Err: "why", Bytes: int64(i % 3)})
		}
		require.NoError(t, b.Write(dir, part))
		all = append(all, docs...)
	}
	var strange []*article.Document
	for i := range 60 {
		strange = append(strange, hostileDocument(i))
	}
	write("part-000000", strange...)
	write("part-000001")
	write("part-000002", &article.Document{ID: "empty"}, sampleDocument("many", strings.Repeat("Iran 5 Öl\n", 1500)))

	opts.rowGroup = rowGroup
	r := rand.New(rand.NewPCG(1, 1))
	var large []*article.Document
	for i := range 12_000 {
		var text strings.Builder
		for range 20 {
			fmt.Fprintf(&text, "%x Über ", r.Uint64())
		}
		d := sampleDocument(fmt.Sprintf("%0100d", i), text.String()+fmt.Sprintf("Rome%d\n", i))
		d.Title = text.String()
		large = append(large, d)
	}
	if *tablesForReaders != "" {
		write("part-000003", large...)
	}
	entities := entitiesOf(all)
	for i := range entities {
		if i < 200 {
			entities[i].Aliases = hostile[:i%len(hostile)]
		}
		entities[i].FirstPublished = article.Day(i)
	}
	require.NoError(t, WriteEntities(dir, "part-000000", entities, opts))
	tables, err := Open(dir)
	require.NoError(t, err)
	require.Empty(t, Verify(tables))
}
