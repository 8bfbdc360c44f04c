package output

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// unsynced is the file system without waiting for the disk.
type unsynced struct{ osFS }

func (unsynced) SyncDir(string) error { return nil }

func (u unsynced) Create(name string) (File, error) {
	f, err := u.osFS.Create(name)
	return unsyncedFile{f}, err
}

type unsyncedFile struct{ File }

func (unsyncedFile) Sync() error { return nil }

// writeTables writes documents and the entities of their mentions.
func writeTables(t testing.TB, opts Options, docs ...*article.Document) *Tables {
	t.Helper()
	dir := t.TempDir()
	opts.FS = unsynced{}
	b := NewBatch(opts)
	for _, d := range docs {
		require.NoError(t, b.Add(d))
	}
	require.NoError(t, b.Write(dir, "part-000000"))
	require.NoError(t, WriteEntities(dir, "part-000000", entitiesOf(docs), opts))
	tables, err := Open(dir)
	require.NoError(t, err)
	return tables
}

// entitiesOf counts the entities of documents, in order of first mention.
func entitiesOf(docs []*article.Document) []EntityRow {
	var rows []EntityRow
	at := map[string]int{}
	last := map[string]*article.Document{}
	for _, d := range docs {
		for _, m := range d.Mentions {
			i, ok := at[m.EntityID]
			if !ok {
				i = len(rows)
				at[m.EntityID] = i
				rows = append(rows, EntityRow{EntityID: m.EntityID, Kind: m.Kind, Canonical: m.Canonical})
			}
			rows[i].Mentions++
			if last[m.EntityID] != d {
				last[m.EntityID] = d
				rows[i].Documents++
			}
		}
	}
	return rows
}

const sampleText = "Öl in Iran\nBaghdad said 3 things.\n\nRome 5 Karl 7\n"

func TestGolden(t *testing.T) {
	tables := writeTables(t, Options{}, sampleDocument("x.txt", "Other 4"), sampleDocument("a.txt", sampleText))
	got, err := Golden(tables, "a.txt")
	require.NoError(t, err)
	want := strings.Join([]string{
		"document	a.txt	txt	50 bytes	11 tokens	3 sentences",
		`published	2020-01-02	day metadata "2020-01-02"`,
		`title	"Title of a.txt"`,
		`language	"en"`,
		"0-11	sentence	0	body",
		`7-11	LOC	"Iran"	Iran	loc:iran	names/sample`,
		`7-11	place	"Iran"	NIL	literal candidates=0	places/sample`,
		"12-34	sentence	1	title",
		`12-19	PER	"Baghdad"	Baghdad	per:baghdad p=.1	names/sample`,
		`25-26	date	"3"	2020-01-01	DATE APPROX 2020-01-01..2020-01-01 day relative ambiguous resolved anchor=2020-01-02 anchor_from=published p=.8	dates/sample`,
		"36-49	sentence	2	heading",
		`36-40	ORG	"Rome"	Rome	org:rome p=.2	names/sample`,
		`41-42	date	"5"	XXXX-WXX-3	TIME "no publication date"	dates/sample`,
		`43-47	NORP	"Karl"	Karl	norp:karl p=.3	names/sample`,
		`48-49	date	"7"	2020-01-01	DURATION APPROX 2020-01-01..2020-01-01 day relative resolved anchor=2020-01-02 anchor_from=published p=.8	dates/sample`,
		"",
	}, "\n")
	assert.Equal(t, want, got)
	_, err = Golden(tables, "b.txt")
	assert.ErrorContains(t, err, `no document "b.txt"`)
}

func TestVerify(t *testing.T) {
	fast := Options{Formats: []Format{Arrow}}
	good := func() *article.Document { return sampleDocument("a.txt", sampleText) }
	require.Empty(t, Verify(writeTables(t, fast, good(), sampleDocument("b.txt", "é Rome"))))
	for _, f := range formats {
		require.Empty(t, Verify(writeTables(t, Options{Formats: []Format{f}}, good())), f)
	}
	f := func(name, want string, change func(d *article.Document)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			d := good()
			change(d)
			errs := Verify(writeTables(t, fast, d))
			require.NotEmpty(t, errs)
			assert.ErrorContains(t, errs[0], want)
		})
	}
	f("mention out of its sentence", "a.txt: mentions 7-11: not in sentence 1 at 12-34", func(d *article.Document) { d.Mentions[0].Sentence = 1 })
	f("unsorted", "starts before", func(d *article.Document) { d.Mentions[0], d.Mentions[1] = d.Mentions[1], d.Mentions[0] })
	f("overlapping", "starts before", func(d *article.Document) { d.Dates = append(d.Dates, d.Dates[len(d.Dates)-1]) })
	f("LOC without place", "a.txt#7-11: a LOC without a row in places", func(d *article.Document) { d.Places = nil })
	f("place without mention", `a.txt#7-11: place "Iran" has no mention`, func(d *article.Document) { d.Mentions = d.Mentions[1:] })
	f("nowhere", "no point", func(d *article.Document) { d.Places[0].PlaceID, d.Places[0].Name, d.Places[0].Lat = "x", "x", 91 })
	f("unresolved without reason", "resolved false, unresolved_reason null", func(d *article.Document) { d.Dates[0].Resolved = false })
	f("backwards", "from 2020-01-01 to 2019-12-31", func(d *article.Document) { d.Dates[0].To-- })
	f("published by nothing", "from none", func(d *article.Document) { d.Published.From = "" })
	f("anchor from nowhere", "anchor 2020-01-02 from null", func(d *article.Document) { d.Dates[0].AnchorFrom = "" })
	f("no value", "no value", func(d *article.Document) { d.Dates[0].Value = "" })

	t.Run("entities", func(t *testing.T) {
		tables := writeTables(t, fast, good())
		rows := entitiesOf([]*article.Document{good()})
		rows[0].Mentions++
		rows[1].EntityID = "other"
		require.NoError(t, WriteEntities(tables.Dir, "part-000000", rows, fast))
		errs := Verify(tables)
		require.Len(t, errs, 3)
		assert.EqualError(t, errs[0], "entity loc:iran: 2 mentions in 1 documents, but the mentions say 1 in 1")
		assert.EqualError(t, errs[1], "entity other: 1 mentions in 1 documents, but the mentions say 0 in 0")
		assert.EqualError(t, errs[2], `entity "per:baghdad" of 1 mentions: no row in entities`)
	})
	t.Run("parts that do not belong together", func(t *testing.T) {
		tables := writeTables(t, fast, good())
		other := writeTables(t, fast, sampleDocument("b.txt", sampleText))
		data, err := os.ReadFile(other.Files(Dates)[0])
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(tables.Files(Dates)[0], data, 0o666))
		errs := Verify(tables)
		require.NotEmpty(t, errs)
		assert.ErrorContains(t, errs[0], `dates: row of document "b.txt": the document is not there`)
	})
	t.Run("wrong texts and offsets", func(t *testing.T) {
		tables := writeTables(t, Options{Formats: []Format{JSONL}}, good())
		file := tables.Files(Mentions)[0]
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		changed := strings.Replace(string(data), `"text":"Baghdad"`, `"text":"Basra"`, 1)
		changed = strings.Replace(changed, `"char_start":35`, `"char_start":36`, 1)
		require.NoError(t, os.WriteFile(file, []byte(changed), 0o666))
		errs := Verify(tables)
		require.Len(t, errs, 2)
		assert.EqualError(t, errs[0], `a.txt: mentions 12-19: text is "Basra", but the article says "Baghdad"`)
		assert.EqualError(t, errs[1], `a.txt: mentions 36-40: code points 36-39, want 35-39`)
	})
}

func TestDiff(t *testing.T) {
	run := func(t *testing.T, opts DiffOptions, old, new []*article.Document) (string, bool) {
		t.Helper()
		var w strings.Builder
		changed, err := Diff(writeTables(t, Options{}, old...), writeTables(t, Options{Formats: []Format{JSONL}}, new...), &w, opts)
		require.NoError(t, err)
		return w.String(), changed
	}
	doc := func(id, text string) []*article.Document { return []*article.Document{sampleDocument(id, text)} }

	t.Run("nothing", func(t *testing.T) {
		got, changed := run(t, DiffOptions{}, doc("a.txt", sampleText), doc("a.txt", sampleText))
		assert.False(t, changed)
		assert.Equal(t, strings.Join([]string{
			"      table  same  added  removed  changed",
			"  documents     1      0        0        0",
			"  sentences     3      0        0        0",
			"   mentions     4      0        0        0",
			"   entities     4      0        0        0",
			"     places     1      0        0        0",
			"      dates     3      0        0        0",
			"     errors     0      0        0        0",
			"",
		}, "\n"), got)
	})
	t.Run("cells and rows", func(t *testing.T) {
		new := doc("a.txt", sampleText)
		d := new[0]
		d.Published = article.Published{}
		d.Dates[0].Value, d.Dates[0].From = "2020-01-08", 0
		d.Dates[1].Span.End += 5
		d.Mentions[0].Confidence = 0.5
		got, changed := run(t, DiffOptions{}, doc("a.txt", sampleText), new)
		assert.True(t, changed)
		assert.Equal(t, strings.Join([]string{
			"a.txt",
			`  ~ document  published: 2020-01-02 -> null, published_precision: "day" -> null, published_from: "metadata" -> "none", published_text: "2020-01-02" -> null`,
			`  ~ 7-11 LOC "Iran"  confidence: null -> 0.5`,
			`  - 41-42 date "5" type="TIME" value="XXXX-WXX-3" rule="dates/sample"`,
			`  ~ 25-26 date "3"  value: "2020-01-01" -> "2020-01-08", date_from: 2020-01-01 -> null`,
			`  + 41-47 date "5 Karl" type="TIME" value="XXXX-WXX-3" rule="dates/sample"`,
		}, "\n"), got[:strings.Index(got, "\n\n")])
		got, _ = run(t, DiffOptions{Ignore: []string{"confidence"}, Limit: 2}, doc("a.txt", sampleText), new)
		assert.Contains(t, got, "XXXX-WXX-3")
		assert.Contains(t, got, "... and 2 more")
		assert.NotContains(t, got, "confidence")
	})
	t.Run("the article changed", func(t *testing.T) {
		old := doc("a.txt", "A line before.\n"+sampleText)
		new := doc("a.txt", sampleText)
		new[0].Dates[0].Value = "2021-01-01"
		got, _ := run(t, DiffOptions{}, old, new)
		assert.Contains(t, got, `~ 25-26 date "3"  value: "2020-01-01" -> "2021-01-01"`)
		assert.NotContains(t, got, `date "5"`, "moved, not changed")
		assert.Contains(t, got, `text: "A line before.\nÖl in`)
	})
	t.Run("articles come and go", func(t *testing.T) {
		got, _ := run(t, DiffOptions{}, append(doc("a.txt", "Iran 3"), doc("b\x1b.txt", "Rome")...), append(doc("c.txt", "Rome"), doc("a.txt", "Iran 3")...))
		assert.Contains(t, got, "c.txt\n  + document source=\"c.txt\"")
		assert.Contains(t, got, "\"b\\x1b.txt\"\n  - document")
		assert.NotContains(t, got, "a.txt", "order alone is no difference")
		assert.NotContains(t, got, "\x1b")
		assert.Contains(t, got, "   mentions     1      1        1        0")
	})
	t.Run("entities and errors", func(t *testing.T) {
		write := func(stage string, entities ...EntityRow) *Tables {
			dir := t.TempDir()
			b := NewBatch(Options{})
			b.AddFailure(Failure{Source: "x.gz", Stage: "read", Err: "cut short: " + stage})
			b.AddFailure(Failure{Source: "x.gz", Stage: stage, Err: "e"})
			require.NoError(t, b.Write(dir, "p"))
			require.NoError(t, WriteEntities(dir, "p", entities, Options{}))
			tables, err := Open(dir)
			require.NoError(t, err)
			return tables
		}
		var w strings.Builder
		changed, err := Diff(write("text", EntityRow{EntityID: "per:x", Kind: article.PER, Canonical: "X", Mentions: 2}),
			write("names", EntityRow{EntityID: "per:x", Kind: article.PER, Canonical: "X", Mentions: 3, Aliases: []string{"Mr X"}}), &w, DiffOptions{})
		require.NoError(t, err)
		assert.True(t, changed)
		assert.Equal(t, strings.Join([]string{
			"entities",
			`  ~ PER "X"  aliases: [] -> ["Mr X"], mentions: 2 -> 3`,
			"errors",
			`  + error "x.gz" stage="names" error="e"`,
			`  ~ error "x.gz"  error: "cut short: text" -> "cut short: names"`,
			`  - error "x.gz" stage="text" error="e"`,
		}, "\n"), w.String()[:strings.Index(w.String(), "\n\n")])
	})
}
