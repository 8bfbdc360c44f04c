package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
)

// files writes files into a new folder and returns it.
func files(t testing.TB, content map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

// setAside returns the errors table as "source#member stage: error".
func setAside(t testing.TB, out string) []string {
	t.Helper()
	tables, err := output.Open(out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
	var got []string
	for r, err := range tables.Rows(output.Errors) {
		require.NoError(t, err)
		where := r.Str("source")
		if m := r.Str("member"); m != "" {
			where += "#" + m
		}
		got = append(got, where+" "+r.Str("stage")+": "+r.Str("error"))
	}
	return got
}

func documents(t testing.TB, out string) []string {
	t.Helper()
	tables, err := output.Open(out)
	require.NoError(t, err)
	var ids []string
	for r, err := range tables.Rows(output.Documents) {
		require.NoError(t, err)
		ids = append(ids, r.Str("doc_id"))
	}
	return ids
}

// TestBadInput gives the command what a newsroom's folder really holds. Each
// case says what survives and what the errors table must say.
func TestBadInput(t *testing.T) {
	long := gzipped(t, strings.Repeat(`{"text":"Ann Lee left Paris on Monday."}`+"\n", 2000))
	cases := []struct {
		name  string
		files map[string]string
		flags []string
		code  int
		docs  []string // ids that survive; nil: not compared
		want  []string // parts of the rows in errors, in order
	}{
		{"empty file", map[string]string{"a.txt": "", "b.txt": "Ann left."}, nil, exitSetAside, []string{"b.txt"}, []string{"a.txt read: empty"}},
		{"binary file with a .txt name", map[string]string{"a.txt": "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00", "b.txt": "Ann left."}, nil,
			exitSetAside, []string{"b.txt"}, []string{"a.txt read: not text"}},
		{"larger than the limit", map[string]string{"a.txt": strings.Repeat("long ", 1000), "b.txt": "Ann left."}, []string{"--max-article", "4000"},
			exitSetAside, []string{"b.txt"}, []string{"--max-article"}},
		{"gzip cut in half", map[string]string{"a.jsonl.gz": long[:len(long)/2], "b.txt": "Ann left."}, nil, exitSetAside, nil, []string{"a.jsonl.gz"}},
		{"invalid JSON on line 3 of 5", map[string]string{"a.jsonl": `{"id":"1","text":"One."}` + "\n" + `{"id":"2","text":"Two."}` + "\n" + `{"id":"3","text":` + "\n" +
			`{"id":"4","text":"Four."}` + "\n" + `{"id":"5","text":"Five."}` + "\n"}, nil, exitSetAside, []string{"1", "2", "4", "5"}, []string{"a.jsonl#3 read:"}},
		{"ragged CSV", map[string]string{"a.csv": "id,title,text\n1,One,First.\n2,Two\n3,Three,Third.,more\n4,Four,Fourth.\n"}, nil,
			exitSetAside, []string{"1", "4"}, []string{"a.csv#2 read:", "a.csv#3 read:"}},
		{"a date that is none", map[string]string{"a.jsonl": `{"id":"1","text":"Ann left.","published":"the day after"}` + "\n"}, nil,
			exitSetAside, []string{"1"}, []string{`a.jsonl#1 published:`}},
		{"two records with one id", map[string]string{"a.jsonl": `{"id":"x","text":"Ann left."}` + "\n" + `{"id":"x","text":"Bob came."}` + "\n"}, nil,
			exitOK, []string{"x@a.jsonl#1", "x@a.jsonl#2"}, nil},
		{"nothing but bad files", map[string]string{"a.txt": "", "b.json": "{"}, nil, exitFailed, []string{}, []string{"a.txt read: empty", "b.json"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			in, out := files(t, tc.files), filepath.Join(t.TempDir(), "tables")
			code, stdout, stderr := dateline(t, append(append([]string{"extract", "--out", out}, tc.flags...), in)...)
			require.Equal(t, tc.code, code, stdout+stderr)
			got := setAside(t, out)
			require.Len(t, got, len(tc.want), "%q", got)
			for i := range tc.want {
				assert.Contains(t, got[i], tc.want[i])
			}
			if tc.docs != nil {
				assert.ElementsMatch(t, tc.docs, documents(t, out))
			}
			for _, row := range got {
				assert.NotContains(t, row, in, "no path of this machine in the tables")
			}
		})
	}
}

func TestBadPlaces(t *testing.T) {
	in := files(t, map[string]string{"a.txt": "Ann left."})
	t.Run("a folder without articles", func(t *testing.T) {
		code, _, stderr := dateline(t, "extract", "--out", filepath.Join(t.TempDir(), "t"), files(t, map[string]string{"photo.jpg": "x"}))
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "no article could be used")
		assert.Contains(t, stderr, ".jpg 1")
	})
	t.Run("a path that does not exist", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "t")
		code, stdout, _ := dateline(t, "extract", "--out", out, filepath.Join(in, "nowhere"), in)
		assert.Equal(t, exitSetAside, code, "the other input is there")
		assert.Contains(t, stdout, "nowhere")
	})
	t.Run("nothing at any of the inputs", func(t *testing.T) {
		web := httptest.NewServer(http.NotFoundHandler())
		defer web.Close()
		out := filepath.Join(t.TempDir(), "t")
		code, stdout, stderr := dateline(t, "extract", "--out", out, "nowhere", "gone/*.txt", web.URL+"/a.html")
		assert.Equal(t, exitFailed, code)
		assert.Empty(t, stdout)
		assert.Equal(t, "dateline: no article could be used: nowhere: no such file or directory; gone/*.txt: no such file or directory; "+
			web.URL+"/a.html: fetch: the server says 404 Not Found\n", stderr)
		assert.NoDirExists(t, out)
	})
	t.Run("metadata that names no article", func(t *testing.T) {
		meta := filepath.Join(files(t, map[string]string{"meta.csv": "title,published\nA siege,2020-01-01\n"}), "meta.csv")
		out := filepath.Join(t.TempDir(), "t")
		code, _, stderr := dateline(t, "extract", "--metadata", meta, "--out", out, in)
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "meta.csv: no row can be used; row 1: the row names no article: no path, file or id among title, published")
	})
	t.Run("output below a file", func(t *testing.T) {
		code, _, stderr := dateline(t, "extract", "--out", filepath.Join(in, "a.txt", "t"), in)
		assert.Equal(t, exitFailed, code)
		assert.Contains(t, stderr, "output folder")
	})
	t.Run("output inside the input, twice", func(t *testing.T) {
		in := files(t, map[string]string{"a.txt": "Ann left."})
		for range 2 {
			code, _, stderr := dateline(t, "extract", "--format", "jsonl,csv", "--out", filepath.Join(in, "tables"), in)
			require.Equal(t, exitOK, code, stderr)
			assert.Equal(t, []string{"a.txt"}, documents(t, filepath.Join(in, "tables")))
		}
	})
	t.Run("a huge single line", func(t *testing.T) {
		dir := t.TempDir()
		f, err := os.Create(filepath.Join(dir, "a.txt"))
		require.NoError(t, err)
		require.NoError(t, f.Truncate(200<<20)) // sparse: no disk is needed
		require.NoError(t, f.Close())
		out := filepath.Join(t.TempDir(), "t")
		code, stdout, stderr := dateline(t, "extract", "--out", out, dir, in)
		require.Equal(t, exitSetAside, code, stdout+stderr)
		assert.Contains(t, setAside(t, out)[0], "--max-article")
	})
}

func TestUsage(t *testing.T) {
	in := filepath.Join(testdata, "articles")
	cases := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no input", []string{"extract"}, exitUsage, "requires at least 1 arg"},
		{"unknown flag", []string{"extract", "--nonsense", in}, exitUsage, "unknown flag: --nonsense"},
		{"unknown command", []string{"extrakt"}, exitUsage, "unknown command"},
		{"format", []string{"extract", "--format", "xls", in}, exitUsage, `format "xls"`},
		{"shard", []string{"extract", "--shard", "3/3", in}, exitUsage, "--shard"},
		{"published", []string{"extract", "--published", "yesterday", in}, exitUsage, "--published"},
		{"engine", []string{"extract", "--names-engine", "magic", in}, exitUsage, `"magic"`},
		{"dates engine", []string{"extract", "--dates-engine", "magic", in}, exitUsage, `"magic"`},
		{"an empty input", []string{"extract", in, ""}, exitUsage, "dateline extract: argument 2 is empty"},
		{"an empty name", []string{"gazetteer", "lookup", " "}, exitUsage, "dateline gazetteer lookup: argument 1 is empty"},
		{"an empty file", []string{"explain", ""}, exitUsage, "dateline explain: argument 1 is empty"},
		{"several at once", []string{"extract", "--shard", "x", "--log-format", "xml", in}, exitUsage, "--log-format"},
		{"gazetteer", []string{"extract", "--gazetteer", "main_test.go", in}, exitUsage, "gazetteer"},
		{"encoding", []string{"extract", "--encoding", "foo", in}, exitUsage, "--encoding"},
		{"field", []string{"extract", "--field", "foo=bar", in}, exitUsage, "--field"},
		{"limit", []string{"extract", "--max-article", "-1", in}, exitUsage, "--max-article"},
		{"metadata", []string{"extract", "--metadata", "nowhere.csv", in}, exitUsage, "nowhere.csv"},
		{"workers", []string{"extract", "--workers", "-3", in}, exitUsage, "--workers"},
		{"out", []string{"extract", "--out", "", in}, exitUsage, "--out"},
		{"diff of nothing", []string{"diff", "nowhere", "nowhere"}, exitUsage, "nowhere"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			code, _, stderr := dateline(t, tc.args...)
			assert.Equal(t, tc.code, code, stderr)
			assert.Contains(t, stderr, tc.want)
		})
	}
	code, stdout, _ := dateline(t, "--help")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, stdout, "130")
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	dir := filepath.Join(t.TempDir(), "t")
	code := Main(ctx, []string{"extract", "--out", dir, filepath.Join(testdata, "articles")}, strings.NewReader(""), &out, &errs)
	assert.Equal(t, exitInterrupted, code)
	assert.NoDirExists(t, filepath.Join(dir, "documents"), "no half table")
	assert.Contains(t, errs.String(), "tables are as they were")
	errs.Reset()
	code = Main(ctx, []string{"train", "places", "corpus.jsonl"}, strings.NewReader(""), &out, &errs)
	assert.Equal(t, exitInterrupted, code)
	assert.Equal(t, "dateline: interrupted\n", errs.String(), "of tables extract alone has something to say")
}

// TestFormats writes the sample articles in all four formats: what is read
// back is the same.
func TestFormats(t *testing.T) {
	out := filepath.Join(t.TempDir(), "t")
	code, _, stderr := dateline(t, "extract", "--quiet", "--format", "parquet,arrow,jsonl,csv", "--out", out, filepath.Join(testdata, "articles"))
	require.Equal(t, exitOK, code, stderr)
	parquet, err := output.OpenWith(out, output.ReadOptions{Format: output.Parquet})
	require.NoError(t, err)
	for _, f := range []output.Format{output.Arrow, output.JSONL, output.CSV} {
		other, err := output.OpenWith(out, output.ReadOptions{Format: f})
		require.NoError(t, err)
		var diff strings.Builder
		changed, err := output.Diff(parquet, other, &diff, output.DiffOptions{})
		require.NoError(t, err)
		assert.False(t, changed, diff.String())
	}
	raw, err := os.ReadFile(filepath.Join(out, "_run.json"))
	require.NoError(t, err)
	var run map[string]any
	require.NoError(t, json.Unmarshal(raw, &run))
	for _, key := range []string{"schema", "facts", "inputs", "rows", "seconds"} {
		assert.Contains(t, run, key)
	}
}

// TestWarnings: --quiet leaves out what is well alone, and --log-format json
// says everything as lines of JSON.
func TestWarnings(t *testing.T) {
	in := files(t, map[string]string{"a.txt": "Ann Lee left Paris.", "b.txt": ""})
	overrides := filepath.Join(t.TempDir(), "overrides.csv")
	require.NoError(t, os.WriteFile(overrides, []byte("action,kind,name,to\nkind,,Nobody,ORG\n"), 0o644))
	run := func(args ...string) (code int, stdout, stderr string) {
		return dateline(t, append(append([]string{"extract", "--out", filepath.Join(t.TempDir(), "t"), "--overrides", overrides}, args...), in)...)
	}
	code, stdout, stderr := run("--quiet")
	assert.Equal(t, exitSetAside, code)
	assert.Empty(t, stdout)
	assert.Equal(t, "dateline: "+overrides+":2: override kind \"Nobody\" met nothing\ndateline: set aside or in doubt: 1 (all of them are in the errors table)\n", stderr)

	logged := func(args ...string) (code int, messages []string) {
		code, stdout, stderr := run(append(args, "--log-format", "json")...)
		assert.Empty(t, stdout)
		for line := range strings.Lines(stderr) {
			var l struct {
				Level, Msg string
				Summary    pipeline.Summary
			}
			require.NoError(t, json.Unmarshal([]byte(line), &l), line)
			messages = append(messages, l.Level+" "+l.Msg)
			if l.Msg == "finished" {
				assert.EqualValues(t, 1, l.Summary.Rows["documents"])
			}
		}
		return code, messages
	}
	code, messages := logged()
	assert.Equal(t, exitSetAside, code)
	warnings := []string{"WARN set aside", "WARN " + overrides + `:2: override kind "Nobody" met nothing`, "WARN set aside or in doubt: 1 (all of them are in the errors table)"}
	assert.Equal(t, append(warnings, "INFO finished"), messages)
	_, messages = logged("--quiet")
	assert.Equal(t, warnings, messages)
	code, messages = logged("--strict")
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, []string{"WARN set aside", "ERROR b.txt: read: empty"}, messages)
	code, messages = logged("--shard", "x")
	assert.Equal(t, exitUsage, code)
	assert.Equal(t, []string{`ERROR --shard "x": want I/N with I from 0 to N-1`}, messages)
}

func TestDiff(t *testing.T) {
	articles := filepath.Join(testdata, "articles")
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	code, _, stderr := dateline(t, "extract", "--quiet", "--out", a, articles)
	require.Equal(t, exitOK, code, stderr)
	code, _, stderr = dateline(t, "extract", "--quiet", "--out", b, "--metadata", filepath.Join(testdata, "published.csv"), articles)
	require.Equal(t, exitOK, code, stderr)
	code, stdout, stderr := dateline(t, "diff", a, a)
	assert.Equal(t, exitOK, code, stdout+stderr)
	code, stdout, stderr = dateline(t, "diff", a, b)
	assert.Equal(t, exitFailed, code, stderr)
	assert.Contains(t, stdout, "2024-02-06")
}

func TestExplain(t *testing.T) {
	code, stdout, stderr := dateline(t, "explain", filepath.Join(testdata, "articles", "002_10efbc8b03f4fe1d.txt")+":20")
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "published 2020-02-05 (day), from heading")
	for _, stage := range []string{"names", "dates", "places", "people", "organisations"} {
		assert.Contains(t, stdout, "\n"+stage+"\n")
	}
	code, _, stderr = dateline(t, "explain", "nowhere.txt")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "nowhere.txt")
}

func TestStdin(t *testing.T) {
	out := filepath.Join(t.TempDir(), "t")
	var stdout, stderr bytes.Buffer
	code := Main(t.Context(), []string{"extract", "--out", out, "-"}, strings.NewReader(`{"id":"1","text":"Ann left Paris."}`+"\n"+`{"id":"2","text":"Bob came."}`+"\n"), &stdout, &stderr)
	require.Equal(t, exitOK, code, stderr.String())
	assert.Equal(t, []string{"1", "2"}, documents(t, out))
}

// TestPipe sends articles through `dateline pipe` as an Arrow stream, and reads
// the stream that comes back.
func TestPipe(t *testing.T) {
	var in, stdout, stderr bytes.Buffer
	s, err := output.NewStream(&in, output.Documents) // any stream with a column text will do
	require.NoError(t, err)
	b := output.NewBatch(output.Options{})
	for _, text := range []string{"Ann Lee left Paris on 5 May 2020.", "Bob came to Rome."} {
		require.NoError(t, b.Add(&article.Document{ID: text[:3], Source: "x", Text: text}))
	}
	require.NoError(t, s.Write(b))
	require.NoError(t, s.Close())
	code := Main(t.Context(), []string{"pipe", "--table", "dates"}, &in, &stdout, &stderr)
	require.Equal(t, exitOK, code, stderr.String())
	assert.Contains(t, streamLines(t, &stdout), `"value":"2020-05-05"`)
	code = Main(t.Context(), []string{"pipe"}, strings.NewReader("nonsense"), &stdout, &stderr)
	assert.NotEqual(t, exitOK, code)
	assert.Contains(t, stderr.String(), "not an Arrow file or stream")
	code = Main(t.Context(), []string{"pipe", "--table", "entities"}, &in, &stdout, &stderr)
	assert.Equal(t, exitUsage, code)
}

func TestReport(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "tables")
	code, _, stderr := dateline(t, "extract", "--quiet", "--out", out, filepath.Join(testdata, "articles"))
	require.Equal(t, exitOK, code, stderr)
	page := filepath.Join(dir, "report.html")
	code, _, stderr = dateline(t, "report", "--out", page, out)
	require.Equal(t, exitOK, code, stderr)
	raw, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Contains(t, string(raw), "Baghdad")
	assert.NotContains(t, string(raw), "<script")
}

// TestPlaceOverride needs the gazetteer that the run was given.
func TestPlaceOverride(t *testing.T) {
	in := files(t, map[string]string{"a.txt": "The mayor of Paris opened a bridge in Paris on Monday."})
	word := filepath.Join(t.TempDir(), "mine.csv")
	require.NoError(t, os.WriteFile(word, []byte("action,kind,name,to\nplace,LOC,Paris,gn:4717560\n"), 0o644))
	out := filepath.Join(t.TempDir(), "t")
	code, stdout, stderr := dateline(t, "extract", "--out", out, "--overrides", word, in)
	require.Equal(t, exitOK, code, stdout+stderr)
	tables, err := output.Open(out)
	require.NoError(t, err)
	require.Empty(t, output.Verify(tables))
	rows, err := tables.All(output.Places)
	require.NoError(t, err)
	require.NotEmpty(t, rows)
	for _, r := range rows {
		assert.Equal(t, "gn:4717560", r.Str("place_id"))
		assert.Equal(t, "US", r.Str("country"))
	}
}

// TestEval scores a gold file of our own, by every scorer.
func TestEval(t *testing.T) {
	gold := filepath.Join(t.TempDir(), "gold.jsonl")
	text := "The mayor of Paris left on Monday."
	require.NoError(t, os.WriteFile(gold, []byte(`{"id":"1","dct":"2020-01-08","text":"`+text+`",`+
		`"entities":[{"start":13,"end":18,"label":"LOC"}],"places":[{"start":13,"end":18,"lat":48.85,"lon":2.35,"geonameid":2988507}],`+
		`"timexes":[{"start":27,"end":33,"type":"DATE","value":"2020-01-06"}]}`+"\n"), 0o644))
	for _, args := range [][]string{{"names", "--calibration"}, {"dates", "--by-type", "--dates-engine", "rules,when"}, {"places"}, {"places", "--gold-spans"}} {
		code, stdout, stderr := dateline(t, append(append([]string{"eval"}, args...), gold)...)
		require.Equal(t, exitOK, code, "%v: %s", args, stderr)
		assert.Contains(t, stdout, "1", "%v", args)
	}
	code, _, stderr := dateline(t, "eval", "dates", "nowhere.jsonl")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "nowhere.jsonl")
}

// TestDiffFlags: what is to be left out of a comparison.
func TestDiffFlags(t *testing.T) {
	before, after := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	code, _, stderr := dateline(t, "extract", "--quiet", "--out", before, files(t, map[string]string{"a.txt": "Ann left Paris.\n", "b.txt": "Bob Hall came.\n"}))
	require.Equal(t, exitOK, code, stderr)
	code, _, stderr = dateline(t, "extract", "--quiet", "--out", after, files(t, map[string]string{"a.txt": "Ann left Rome.\n", "b.txt": "Bob Hall ran.\n"}))
	require.Equal(t, exitOK, code, stderr)
	code, all, _ := dateline(t, "diff", before, after)
	assert.Equal(t, exitFailed, code)
	code, some, _ := dateline(t, "diff", "--limit", "1", before, after)
	assert.Equal(t, exitFailed, code)
	assert.Less(t, len(some), len(all))
	code, _, stderr = dateline(t, "diff", "--ignore", "confidense", before, after)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "confidense")
}

// TestExplainReadsAsExtract: the article is read with the flags of the run.
func TestExplainReadsAsExtract(t *testing.T) {
	in := files(t, map[string]string{"a.jsonl": `{"story": "Ann Hall left Paris on Monday."}` + "\n", "b.txt": "Der Minister sagte am Montag, dass die Regierung in Berlin nicht mehr lange warten werde. Es sei an der Zeit, dass sich alle an einen Tisch setzen und eine Lösung für die Menschen finden, die ohne Strom sind.\n"})
	code, stdout, stderr := dateline(t, "explain", "--field", "text=story", filepath.Join(in, "a.jsonl"))
	require.Equal(t, exitOK, code, stderr)
	assert.Contains(t, stdout, "Ann Hall")
	code, stdout, _ = dateline(t, "explain", filepath.Join(in, "b.txt"))
	require.Equal(t, exitOK, code)
	assert.Contains(t, stdout, "not English (de)")
	code, stdout, _ = dateline(t, "explain", "--all-languages", filepath.Join(in, "b.txt"))
	require.Equal(t, exitOK, code)
	assert.NotContains(t, stdout, "not English")
	code, _, stderr = dateline(t, "explain", "--encoding", "klingon", filepath.Join(in, "b.txt"))
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "klingon")
}
