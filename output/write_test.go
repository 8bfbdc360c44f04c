package output

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

func TestWritePutsOneFilePerTableAndFormat(t *testing.T) {
	dir := t.TempDir()
	b := NewBatch(Options{Formats: formats})
	require.NoError(t, b.Add(sampleDocument("a.txt", sampleText)))
	assert.Equal(t, 4, b.Rows(Mentions))
	require.NoError(t, b.Write(dir, "part-000000"))
	require.NoError(t, WriteEntities(dir, "part-000000", nil, Options{Formats: formats}))
	for _, s := range Schemas() {
		for _, f := range formats {
			_, err := os.Stat(filepath.Join(dir, s.Table, "part-000000."+string(f)))
			assert.NoError(t, err)
		}
	}
	assert.Empty(t, temps(t, dir))
	for _, s := range Schemas() {
		assert.Zero(t, b.Rows(s.Table))
	}
}

func temps(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
	require.NoError(t, err)
	return files
}

var errFull = errors.New("no space left on device")

// faulty keeps files in memory and fails from the n-th call on that can fail.
type faulty struct {
	left  int
	files map[string]bool
}

func (f *faulty) fail() error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return nil
}

func (f *faulty) MkdirAll(string) error { return f.fail() }
func (f *faulty) SyncDir(string) error  { return f.fail() }

func (f *faulty) Create(name string) (File, error) {
	if err := f.fail(); err != nil {
		return nil, err
	}
	f.files[name] = true
	return &faultyFile{f}, nil
}

func (f *faulty) Rename(from, to string) error {
	if err := f.fail(); err != nil {
		return err
	}
	delete(f.files, from)
	f.files[to] = true
	return nil
}

func (f *faulty) Remove(name string) error { delete(f.files, name); return nil }

type faultyFile struct{ fs *faulty }

// Write takes half of what does not fit, as a disk does.
func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.fs.fail(); err != nil {
		return len(p) / 2, err
	}
	return len(p), nil
}

func (f *faultyFile) Sync() error  { return f.fs.fail() }
func (f *faultyFile) Close() error { return f.fs.fail() }

func TestFailuresOfTheDisk(t *testing.T) {
	docs := []*article.Document{hostileDocument(1), sampleDocument("long.txt", strings.Repeat("Iran 5 Rome 6\n", 500))}
	for _, format := range formats {
		t.Run(string(format), func(t *testing.T) {
			b := NewBatch(Options{Formats: []Format{format}})
			for n := 0; ; n += 1 + n/10 {
				fs := &faulty{left: n, files: map[string]bool{}}
				b.opts.FS = fs
				for _, d := range docs {
					require.NoError(t, b.Add(d))
				}
				err := b.Write("dir", "part-0")
				require.Zero(t, b.Rows(Mentions))
				for name := range fs.files {
					require.NotContains(t, name, ".tmp", "after call %d failed", n)
				}
				if fs.left >= 0 {
					require.NoError(t, err)
					require.Len(t, fs.files, len(schemas)-1)
					require.Greater(t, n, 40, "the writer makes so many calls that can fail")
					return
				}
				require.ErrorIs(t, err, errFull, "call %d of the file system failed", n)
			}
		})
	}
}

func TestAddRefusesBrokenDocuments(t *testing.T) {
	f := func(want string, change func(d *article.Document)) {
		t.Helper()
		d := sampleDocument("a.txt", sampleText)
		change(d)
		b := NewBatch(Options{})
		assert.EqualError(t, b.Add(d), want)
		assert.Zero(t, b.Rows(Documents)+b.Rows(Sentences)+b.Rows(Mentions))
	}
	f("mention 3 at 43-99: outside the text of 50 bytes", func(d *article.Document) { d.Mentions[3].End = 99 })
	f("mention 0 at -1-11: outside the text of 50 bytes", func(d *article.Document) { d.Mentions[0].Start = -1 })
	f("mention 0 at 1-11: cuts a character", func(d *article.Document) { d.Mentions[0].Start = 1 })
	f("mention 0 at 7: no kind", func(d *article.Document) { d.Mentions[0].Kind = 0 })
	f("date 0 at 26-25: outside the text of 50 bytes", func(d *article.Document) { d.Dates[0].Span = article.Span{Start: 26, End: 25} })
	f("date 0 at 25: no type", func(d *article.Document) { d.Dates[0].Type = 0 })
	f("date 0 at 25-26: sentence 3 of 3", func(d *article.Document) { d.Dates[0].Sentence = 3 })
	f("place 0 at 7-11: not within its mention 7-10", func(d *article.Document) { d.Places[0].Mention.End = 10 })
	f("sentence 1 at 12-51: outside the text of 50 bytes", func(d *article.Document) { d.Sentences[1].End = 51 })
	f("text is not UTF-8", func(d *article.Document) { d.Text = "\xff" + d.Text[1:] })
	f("article of 3000000000 bytes: offsets end at 2 GiB", func(d *article.Document) { d.Bytes = 3e9 })
}

func TestMisc(t *testing.T) {
	doc := func() *article.Document {
		d := sampleDocument("a.txt", "War in Iran")
		d.Mentions[0].Kind = article.MISC
		return d
	}
	rows := func(opts Options) int {
		r, err := writeTables(t, opts, doc()).All(Mentions)
		require.NoError(t, err)
		return len(r)
	}
	assert.Equal(t, 1, rows(Options{}))
	assert.Equal(t, 2, rows(Options{Misc: true}))
}

func TestFullBatch(t *testing.T) {
	b := NewBatch(Options{})
	b.weight = 1<<31 - 100
	assert.ErrorIs(t, b.Add(sampleDocument("a.txt", sampleText)), ErrFull)
	b.Reset()
	assert.NoError(t, b.Add(sampleDocument("a.txt", sampleText)))
}

func TestFormats(t *testing.T) {
	got, err := ParseFormats("Parquet, csv,parquet")
	require.NoError(t, err)
	assert.Equal(t, []Format{Parquet, CSV}, got)
	_, err = ParseFormats("parquet,xlsx")
	assert.EqualError(t, err, `format "xlsx": want some of parquet, arrow, jsonl, csv`)
	err = NewBatch(Options{Formats: []Format{"x", "y"}}).Write(t.TempDir(), "p")
	assert.EqualError(t, err, "format \"x\": want parquet, arrow, jsonl or csv\nformat \"y\": want parquet, arrow, jsonl or csv")
}

func TestSchemas(t *testing.T) {
	sql := " all and any as asc between by case cast column create cross default desc distinct drop else end exists false for from group having in " +
		"inner insert into is join key left like limit natural not null offset on or order outer primary references right select set table then to " +
		"true union unique update using values when where with position user current_date interval "
	for _, s := range Schemas() {
		seen := map[string]bool{}
		for _, c := range s.Columns {
			where := fmt.Sprintf("%s.%s", s.Table, c.Name)
			assert.False(t, seen[c.Name], "%s twice", where)
			seen[c.Name] = true
			assert.NotContains(t, sql, " "+c.Name+" ", "%s is a word of SQL", where)
			assert.Regexp(t, `^[A-Zd].*\.$`, c.Comment, where)
		}
	}
	var w strings.Builder
	require.NoError(t, WriteMarkdown(&w))
	assert.Contains(t, w.String(), "| `byte_start` | int32 |  | First byte")
}

func TestCharIndex(t *testing.T) {
	text := strings.Repeat("añ日😀 plain ", 100)
	for _, text := range []string{text, "x" + text, "", "ascii only", strings.Repeat("é", 64), strings.Repeat("é", 65), "a" + strings.Repeat("é", 64)} {
		x := &charIndex{}
		x.reset(text)
		n := 0
		for i := range text {
			require.Equal(t, n, x.at(i))
			n++
		}
		require.Equal(t, n, x.at(len(text)))
	}
}
