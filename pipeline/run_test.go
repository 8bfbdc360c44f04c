package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/published"
	"github.com/dateline-nlp/dateline/pipeline/source"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// capitals is an extractor for tests: every capitalised word is a person.
type capitals struct {
	calls *atomic.Int64
	panic string // text of a word that it panics at
	fail  string // text of a word that it fails at
}

func (capitals) Name() string { return "capitals" }

func (c capitals) Extract(_ context.Context, d *article.Document) error {
	c.calls.Add(1)
	for i, s := range d.Sentences {
		for _, t := range d.Tokens[s.First:s.Last] {
			w := d.TextOf(t.Span)
			switch {
			case c.panic != "" && w == c.panic:
				panic("at " + w)
			case c.fail != "" && w == c.fail:
				return errors.New("cannot do " + w)
			case w[0] >= 'A' && w[0] <= 'Z':
				d.Mentions = append(d.Mentions, article.Mention{Span: t.Span, Sentence: i, Kind: article.PER,
					EntityID: "PER:" + strings.ToLower(w), Canonical: w, Confidence: .5, Rule: "capitals"})
			}
		}
	}
	return nil
}

// testOptions are those of a small run over inputs.
func testOptions(t testing.TB, inputs ...string) Options {
	t.Helper()
	seg, err := text.New()
	require.NoError(t, err)
	finder, err := published.New(published.Options{})
	require.NoError(t, err)
	return Options{
		Inputs: inputs, Out: filepath.Join(t.TempDir(), "tables"), Identity: "test", BatchSize: 256,
		Tables: output.Options{Formats: []output.Format{output.JSONL, output.Parquet}},
		Stages: Stages{Segmenter: seg, Published: finder, Extractors: []Extractor{capitals{calls: new(atomic.Int64)}}},
	}
}

// folder writes files and returns their folder.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

// manyFiles are n small articles in a few folders.
func manyFiles(n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("%c/%03d.txt", 'a'+i%3, i)] = fmt.Sprintf("Report %d\n\nOn January %d, Ann met Bob in Basra. It was cold.\n", i, i%28+1)
	}
	return files
}

// tableFiles returns the content of all table files of OUT, by path.
func tableFiles(t testing.TB, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(out, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			if e != nil && e.Name() == stateDir {
				return fs.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel(out, path)
		if err != nil || rel == runName {
			return err
		}
		raw, err := os.ReadFile(path)
		files[filepath.ToSlash(rel)] = string(raw)
		return err
	}))
	return files
}

func lines(files map[string]string, table string) []string {
	var all []string
	for i := 0; ; i++ {
		content, ok := files[fmt.Sprintf("%s/part-%06d.jsonl", table, i)]
		if !ok {
			return all
		}
		for l := range strings.Lines(content) {
			all = append(all, l)
		}
	}
}

func TestRunWritesTables(t *testing.T) {
	o := testOptions(t, folder(t, manyFiles(40)))
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.EqualValues(t, 40, s.Rows["documents"])
	assert.Greater(t, s.Batches, 3)
	files := tableFiles(t, o.Out)
	for _, table := range tableNames() {
		assert.Contains(t, files, table+"/part-000000.parquet")
	}
	docs := lines(files, "documents")
	require.Len(t, docs, 40)
	for i := 1; i < len(docs); i++ {
		assert.Less(t, docs[i-1], docs[i], "documents are in the order of their paths")
	}
	assert.Len(t, lines(files, "errors"), 0)
	tables, err := output.Open(o.Out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
}

func TestSameBytes(t *testing.T) {
	files := manyFiles(60)
	files["again.jsonl"] = `{"id":"x","text":"Carl slept."}` + "\n" + `{"id":"x","text":"Dora woke."}` + "\n"
	one := testOptions(t, folder(t, files))
	one.Workers = 1
	four := testOptions(t, folder(t, files)) // a folder of another name
	four.Workers = 4
	_, err := Run(t.Context(), one)
	require.NoError(t, err)
	_, err = Run(t.Context(), four)
	require.NoError(t, err)
	want := tableFiles(t, one.Out)
	require.Equal(t, want, tableFiles(t, four.Out), "1 worker and 4, two folders")
	_, err = Run(t.Context(), one)
	require.NoError(t, err)
	require.Equal(t, want, tableFiles(t, one.Out), "a second run into the same folder")
}

func TestIDsAreUnique(t *testing.T) {
	o := testOptions(t, folder(t, map[string]string{
		"a.jsonl": `{"id":"x","text":"Ann slept."}` + "\n" + `{"id":"y","text":"Bob woke."}` + "\n",
		"b.jsonl": `{"id":"x","text":"Carl left."}` + "\n",
	}))
	o.BatchSize = 10 // each record its own batch
	for range 2 {    // the second run must come to the same ids without doing it again
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		docs := strings.Join(lines(tableFiles(t, o.Out), "documents"), "")
		assert.Contains(t, docs, `"doc_id":"x@a.jsonl#1"`)
		assert.Contains(t, docs, `"doc_id":"y"`)
		assert.Contains(t, docs, `"doc_id":"x@b.jsonl#1"`)
		assert.EqualValues(t, 3, s.Rows["documents"])
	}
	x := o.Stages.Extractors[0].(capitals)
	assert.EqualValues(t, 3, x.calls.Load(), "none in the second run")
	// when the other one goes, the short id comes back
	o.Inputs = []string{filepath.Join(o.Inputs[0], "a.jsonl")}
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(lines(tableFiles(t, o.Out), "documents"), ""), `"doc_id":"x"`)
}

func TestCopiesAreMarked(t *testing.T) {
	story := strings.Repeat("The minister told reporters that the dam would hold until spring unless the river rose by another metre. ", 1) +
		"Engineers from three towns have worked since Monday to raise the wall, helped by soldiers and by farmers with tractors."
	o := testOptions(t, folder(t, map[string]string{
		"a.jsonl": `{"id":"x","published":"2020-01-05","text":"` + story + `"}` + "\n" + `{"id":"y","text":"Nothing like it."}` + "\n",
		"b.jsonl": `{"id":"x","published":"2020-01-03","text":"` + story + ` Our own man adds a word."}` + "\n",
	}))
	o.BatchSize = 10
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	tables, err := output.Open(o.Out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
	rows, err := tables.All(output.Documents)
	require.NoError(t, err)
	got := map[string]string{}
	for _, r := range rows {
		got[r.Str("doc_id")] = r.Str("duplicate_of")
	}
	assert.Equal(t, map[string]string{"x@a.jsonl#1": "x@b.jsonl#1", "x@b.jsonl#1": "", "y": ""}, got)
}

func TestBatchesAreReused(t *testing.T) {
	files := manyFiles(200)
	dir := folder(t, files)
	o := testOptions(t, dir)
	o.BatchSize = 2000
	x := o.Stages.Extractors[0].(capitals)
	first, err := Run(t.Context(), o)
	require.NoError(t, err)
	require.EqualValues(t, 200, x.calls.Load())
	require.EqualValues(t, 0, first.Reused)

	t.Run("nothing new", func(t *testing.T) {
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.EqualValues(t, s.Batches, s.Reused)
		assert.EqualValues(t, 200, x.calls.Load())
	})
	t.Run("one new file costs a batch or two", func(t *testing.T) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "b", "0000.txt"), []byte("Zora came."), 0o644))
		x.calls.Store(0)
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, s.Reused, int64(s.Batches-3))
		assert.EqualValues(t, 201, s.Rows["documents"])
	})
	t.Run("a torn part is made again", func(t *testing.T) {
		want := tableFiles(t, o.Out)
		parts, err := filepath.Glob(filepath.Join(o.Out, stateDir, "batches", "*", "mentions", "part.parquet"))
		require.NoError(t, err)
		require.NoError(t, os.Truncate(parts[0], 40))
		_, err = Run(t.Context(), o)
		require.NoError(t, err)
		require.Equal(t, want, tableFiles(t, o.Out))
	})
	t.Run("a deleted article leaves no row", func(t *testing.T) {
		require.NoError(t, os.Remove(filepath.Join(dir, "b", "0000.txt")))
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		fresh := o
		fresh.Out = filepath.Join(t.TempDir(), "fresh")
		_, err = Run(t.Context(), fresh)
		require.NoError(t, err)
		require.Equal(t, tableFiles(t, fresh.Out), tableFiles(t, o.Out))
	})
	t.Run("another program starts anew", func(t *testing.T) {
		o.Identity = "other"
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.Zero(t, s.Reused)
	})
}

func TestBadDocumentsAreSetAside(t *testing.T) {
	o := testOptions(t, folder(t, map[string]string{
		"a.txt": "Ann slept.", "b.txt": "Boom went off.", "c.txt": "Crash came.", "d.txt": "", "e.txt": "Eve left.",
	}))
	o.Stages.Extractors = []Extractor{capitals{calls: new(atomic.Int64), panic: "Boom", fail: "Crash"}}
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.EqualValues(t, 2, s.Rows["documents"])
	assert.EqualValues(t, 3, s.SetAside())
	got := strings.Join(lines(tableFiles(t, o.Out), "errors"), "")
	assert.Contains(t, got, `"stage":"capitals","error":"panic: at Boom (pipeline.capitals.Extract`)
	assert.Contains(t, got, `"stage":"capitals","error":"cannot do Crash"`)
	assert.Contains(t, got, `"source":"d.txt","member":null,"stage":"read","error":"empty`)
	var text strings.Builder
	require.NoError(t, s.Write(&text))
	assert.Contains(t, text.String(), "set aside or in doubt: 3")
	assert.Contains(t, text.String(), "c.txt: capitals: cannot do Crash")

	t.Run("strict", func(t *testing.T) {
		before := tableFiles(t, o.Out)
		o.Strict = true // also where the batches are there already
		_, err := Run(t.Context(), o)
		require.ErrorContains(t, err, "b.txt: capitals: panic: at Boom")
		o.Identity = "strict"
		_, err = Run(t.Context(), o)
		require.ErrorContains(t, err, "b.txt: capitals: panic: at Boom")
		assert.Equal(t, before, tableFiles(t, o.Out), "the earlier tables stay")
	})
}

func TestNothingUsable(t *testing.T) {
	t.Run("an empty folder", func(t *testing.T) {
		o := testOptions(t, t.TempDir())
		_, err := Run(t.Context(), o)
		require.ErrorIs(t, err, ErrNothing)
		assert.Empty(t, tableFiles(t, o.Out))
	})
	t.Run("where earlier tables are", func(t *testing.T) {
		o := testOptions(t, folder(t, manyFiles(10)))
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		before := tableFiles(t, o.Out)
		good := o.Inputs
		o.Inputs = []string{filepath.Join(t.TempDir(), "mistyped")}
		_, err = Run(t.Context(), o)
		require.ErrorIs(t, err, ErrNothing)
		assert.Equal(t, before, tableFiles(t, o.Out))
		o.Inputs = good
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.EqualValues(t, s.Batches, s.Reused, "nor are its batches swept away")
	})
	t.Run("a path that is not there", func(t *testing.T) {
		dir := t.TempDir()
		o := testOptions(t, filepath.Join(dir, "nowhere"))
		o.Inputs = append(o.Inputs, filepath.Join(dir, "gone", "*.txt"), filepath.Join(dir, "a.html"))
		o.Source.Missing = map[string]error{o.Inputs[2]: errors.New("fetch: the server says 404")}
		o.Names = []string{"nowhere", "gone/*.txt", "https://example.org/a"}
		_, err := Run(t.Context(), o)
		require.ErrorIs(t, err, ErrNothing)
		assert.EqualError(t, err, "no article could be used: nowhere: no such file or directory; gone/*.txt: no such file or directory; https://example.org/a: fetch: the server says 404")
		assert.NoDirExists(t, o.Out, "nothing is written")
	})
	t.Run("broken articles where earlier tables are", func(t *testing.T) {
		o := testOptions(t, folder(t, manyFiles(10)))
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		before := tableFiles(t, o.Out)
		o.Inputs = []string{folder(t, map[string]string{"a.txt": ""})}
		s, err := Run(t.Context(), o)
		require.EqualError(t, err, "no article could be used; the earlier tables in "+o.Out+" stay")
		assert.Equal(t, before, tableFiles(t, o.Out))
		var text strings.Builder
		require.NoError(t, s.Write(&text))
		assert.Contains(t, text.String(), "\nset aside or in doubt: 1\n  a.txt: read: empty\n")
		assert.NotContains(t, text.String(), o.Out, "the errors are in no table there")
	})
	t.Run("one of two paths is not there", func(t *testing.T) {
		o := testOptions(t, folder(t, map[string]string{"a.txt": ""}))
		o.Inputs = append(o.Inputs, filepath.Join(t.TempDir(), "nowhere"))
		s, err := Run(t.Context(), o)
		require.ErrorIs(t, err, ErrNothing)
		require.NotNil(t, s)
		assert.Contains(t, strings.Join(lines(tableFiles(t, o.Out), "errors"), ""), "nowhere")
	})
}

func TestVanishedInput(t *testing.T) {
	in := folder(t, manyFiles(10))
	o := testOptions(t, in)
	_, err := Run(t.Context(), o)
	require.NoError(t, err)
	before := tableFiles(t, o.Out)
	require.NoError(t, os.Rename(in, in+".away")) // a disk that is not mounted
	_, err = Run(t.Context(), o)
	require.ErrorIs(t, err, ErrNothing)
	assert.ErrorContains(t, err, in+": no such file or directory")
	assert.Equal(t, before, tableFiles(t, o.Out))
	require.NoError(t, os.Rename(in+".away", in))
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.EqualValues(t, s.Batches, s.Reused, "and what was finished is still there")
}

func TestInterrupted(t *testing.T) {
	o := testOptions(t, folder(t, manyFiles(100)))
	o.Workers = 1
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(p Progress) {
		if p.Batches == 3 {
			cancel()
		}
	}
	_, err := Run(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, tableFiles(t, o.Out), "no half table")
	left, err := filepath.Glob(filepath.Join(o.Out, stateDir, "batches", "tmp-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	o.Progress = nil
	s, err := Run(t.Context(), o)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, s.Reused, int64(3))
	assert.EqualValues(t, 100, s.Rows["documents"])
}

func TestOutputFolder(t *testing.T) {
	in := folder(t, manyFiles(3))
	t.Run("inside the input", func(t *testing.T) {
		o := testOptions(t, in)
		o.Out = filepath.Join(in, "tables")
		o.Tables.Formats = []output.Format{output.JSONL}
		for range 2 {
			s, err := Run(t.Context(), o)
			require.NoError(t, err)
			assert.EqualValues(t, 3, s.Rows["documents"], "its own tables are no articles")
		}
	})
	t.Run("filled by somebody else", func(t *testing.T) {
		o := testOptions(t, in)
		require.NoError(t, os.MkdirAll(filepath.Join(o.Out, "documents"), 0o755))
		precious := filepath.Join(o.Out, "documents", "thesis.docx")
		require.NoError(t, os.WriteFile(precious, []byte("x"), 0o644))
		_, err := Run(t.Context(), o)
		require.ErrorContains(t, err, "thesis.docx is not a part of a table")
		assert.FileExists(t, precious)
	})
	t.Run("a file", func(t *testing.T) {
		o := testOptions(t, in)
		require.NoError(t, os.WriteFile(o.Out, nil, 0o644))
		_, err := Run(t.Context(), o)
		require.ErrorContains(t, err, "output folder")
	})
	t.Run("in use", func(t *testing.T) {
		o := testOptions(t, in)
		s, err := openStore(o.Out, tableNames(), nil)
		require.NoError(t, err)
		defer s.close()
		_, err = Run(t.Context(), o)
		require.ErrorIs(t, err, ErrInUse)
	})
	t.Run("cannot be written", func(t *testing.T) {
		o := testOptions(t, in)
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		before := tableFiles(t, o.Out)
		o.Identity = "full"
		o.Tables.FS = fullDisk{}
		_, err = Run(t.Context(), o)
		require.ErrorContains(t, err, "no space left")
		assert.Equal(t, before, tableFiles(t, o.Out), "the earlier tables stay")
	})
	t.Run("a swap that was cut short is finished", func(t *testing.T) {
		o := testOptions(t, in)
		_, err := Run(t.Context(), o)
		require.NoError(t, err)
		want := tableFiles(t, o.Out)
		publish := filepath.Join(o.Out, stateDir, "publish")
		require.NoError(t, os.MkdirAll(publish, 0o755))
		for _, table := range []string{"dates", "places"} {
			require.NoError(t, os.Rename(filepath.Join(o.Out, table), filepath.Join(publish, table)))
		}
		require.NoError(t, os.WriteFile(filepath.Join(publish, readyName), nil, 0o644))
		s, err := openStore(o.Out, tableNames(), nil)
		require.NoError(t, err)
		require.NoError(t, s.close())
		assert.Equal(t, want, tableFiles(t, o.Out))
	})
}

// fullDisk is a file system on which nothing can be written.
type fullDisk struct{ output.FS }

func (fullDisk) MkdirAll(string) error { return nil }
func (fullDisk) Create(name string) (output.File, error) {
	return nil, fmt.Errorf("create %s: no space left on device", name)
}
func (fullDisk) Remove(string) error { return nil }

func TestShards(t *testing.T) {
	o := testOptions(t, folder(t, manyFiles(50)))
	var docs int64
	for i := range 3 {
		o.Shard, o.Shards, o.Out = i, 3, filepath.Join(t.TempDir(), "tables")
		s, err := Run(t.Context(), o)
		require.NoError(t, err)
		assert.Positive(t, s.Rows["documents"])
		docs += s.Rows["documents"]
	}
	assert.EqualValues(t, 50, docs)
}

func TestValidate(t *testing.T) {
	err := Options{Shards: 2, Shard: 2}.Validate()
	require.ErrorContains(t, err, "no input")
	require.ErrorContains(t, err, "shard 2 of 2")
	require.ErrorContains(t, err, "segmenter")
}

func TestExplain(t *testing.T) {
	dir := folder(t, map[string]string{"a.jsonl": `{"text":"Ann slept."}` + "\n" + `{"text":"Bob woke."}`})
	o := testOptions(t)
	var b strings.Builder
	require.NoError(t, Explain(t.Context(), &b, o, filepath.Join(dir, "a.jsonl"), "2", 1))
	assert.Contains(t, b.String(), `"Bob woke."`)
	assert.Contains(t, b.String(), "publication date not known")
	require.ErrorContains(t, Explain(t.Context(), &b, o, filepath.Join(dir, "a.jsonl"), "3", 1), "no such article")
	require.ErrorContains(t, Explain(t.Context(), &b, o, filepath.Join(dir, "a.jsonl"), "1", 99), "behind the end")
	_ = source.DefaultMaxArticle
}
