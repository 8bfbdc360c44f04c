package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
)

// TestReadme keeps what the README shows as output real: each part between
// <!-- name --> and <!-- /name --> is made again and compared.
func TestReadme(t *testing.T) {
	const readme = "../../README.md"
	raw, err := os.ReadFile(readme)
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "tables")
	code, summary, stderr := dateline(t, "extract", "--out", out, "--metadata", filepath.Join(testdata, "published.csv"), filepath.Join(testdata, "articles"))
	require.Equal(t, exitOK, code, stderr)
	tables, err := output.Open(out)
	require.NoError(t, err)
	summary = strings.ReplaceAll(summary, out, "out/tables")
	seconds := regexp.MustCompile(`in [0-9.]+ s`) // the one thing that differs from run to run
	summary = seconds.ReplaceAllString(summary, "in 0.5 s")
	var columns strings.Builder
	require.NoError(t, output.WriteMarkdown(&columns))
	parts := map[string]string{
		"summary": "```text\n$ make extract\n" + summary + "```\n",
		"rows":    excerpt(t, tables, "003_36f5757c78814646.txt", "The siege by supporters"),
		"tables":  columns.String(),
	}
	text := string(raw)
	for name, want := range parts {
		open, shut := fmt.Sprintf("<!-- %s -->\n", name), fmt.Sprintf("<!-- /%s -->", name)
		before, rest, ok := strings.Cut(text, open)
		require.True(t, ok, "README has no %s", open)
		got, after, ok := strings.Cut(rest, shut)
		require.True(t, ok, "README has no %s", shut)
		if *update {
			text = before + open + want + shut + after
			continue
		}
		assert.Equal(t, want, got, "make golden brings the README up to date")
	}
	if *update {
		require.NoError(t, os.WriteFile(readme, []byte(text), 0o644))
	}
}

// excerpt shows the sentence of an article that starts with some words, and
// the rows that it gives.
func excerpt(t *testing.T, tables *output.Tables, doc, start string) string {
	var b strings.Builder
	var from, to int
	for r, err := range tables.Rows(output.Sentences) {
		require.NoError(t, err)
		if r.Str("doc_id") == doc && strings.HasPrefix(r.Str("text"), start) {
			from, to = r.Int("byte_start"), r.Int("byte_end")
			fmt.Fprintf(&b, "> %s\n", strings.ReplaceAll(r.Str("text"), "\n", " "))
		}
	}
	require.Positive(t, to)
	show := func(table string, columns ...string) {
		fmt.Fprintf(&b, "\n`%s`\n\n| %s |\n|%s\n", table, strings.Join(columns, " | "), strings.Repeat(" --- |", len(columns)))
		for r, err := range tables.Rows(table) {
			require.NoError(t, err)
			if r.Str("doc_id") != doc || r.Int("byte_start") < from || r.Int("byte_end") > to {
				continue
			}
			cells := make([]string, len(columns))
			for i, c := range columns {
				cells[i] = r.Text(c)
				if v := r.Float(c); c == "confidence" && v > 0 {
					cells[i] = strconv.FormatFloat(v, 'f', 2, 64)
				}
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	show(output.Mentions, "byte_start", "kind", "text", "canonical", "title", "confidence", "rule")
	show(output.Places, "byte_start", "text", "place_id", "name", "country", "lat", "lon", "precision", "role", "confidence")
	show(output.Dates, "byte_start", "text", "type", "value", "date_from", "date_to", "anchor", "confidence", "rule")
	return b.String()
}
