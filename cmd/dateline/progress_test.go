package main

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

func TestProgressLine(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, nil)
	start := p.last
	assert.Equal(t, "1 articles, 0 set aside, 0.0 MB read", p.line(start.Add(time.Millisecond), pipeline.Progress{Documents: 1}))
	p.total.Store(30e6)
	assert.Equal(t, "1000 articles, 2 set aside, 10.0 of 30.0 MB read, 50 articles/s, about 40s left",
		p.line(start.Add(20*time.Second), pipeline.Progress{Documents: 1000, Failures: 2, Bytes: 10e6}))
	for i := range 10 { // it has become slower: the last minute counts
		p.line(start.Add(20*time.Second+time.Duration(i)*30*time.Second), pipeline.Progress{Documents: 1000 + int64(i)*30, Bytes: 10e6 + int64(i)*1e6})
	}
	assert.Contains(t, p.line(start.Add(320*time.Second), pipeline.Progress{Documents: 1300, Bytes: 20e6}),
		"20.0 of 30.0 MB read, 1 articles/s, about 5m")
	p.total.Store(5e6)
	assert.NotContains(t, p.line(start.Add(330*time.Second), pipeline.Progress{Documents: 1301, Bytes: 20e6}), "left", "the count was wrong")
}

// A log takes the place of the bar and of the plain lines.
func TestProgressLog(t *testing.T) {
	var w strings.Builder
	p := newProgress(&w, false, slog.New(slog.NewJSONHandler(&w, nil)))
	p.report(pipeline.Progress{Documents: 1})
	assert.Empty(t, w.String(), "not at once")
	p.last = p.last.Add(-plainEvery)
	p.report(pipeline.Progress{Documents: 2, Bytes: 34, Batches: 1})
	assert.Contains(t, w.String(), `"msg":"progress","documents":2,"set_aside":0,"bytes":34,"of_bytes":0,"batches":1}`)
}

func TestInputBytes(t *testing.T) {
	all := source.Options{}.Wants
	dir := files(t, map[string]string{"a.txt": "12345", "b/c.txt": "123", "out/d.txt": "12", "e.jpg": "1", ".f/g.txt": "1", "h.zip": ""})
	texts := source.Options{ExcludeGlobs: []string{"*.zip"}}.Wants
	assert.EqualValues(t, 8, inputBytes(t.Context(), []string{dir}, dir+"/out", texts), "what a run reads")
	assert.EqualValues(t, 5, inputBytes(t.Context(), []string{dir + "/*.txt"}, "", all))
	assert.Zero(t, inputBytes(t.Context(), []string{dir}, "", all), "packed")
	assert.Zero(t, inputBytes(t.Context(), []string{"-"}, "", all))
}

func TestMetrics(t *testing.T) {
	m, err := serveMetrics(":0")
	require.NoError(t, err)
	defer m.close()
	assert.True(t, strings.HasPrefix(m.listener.Addr().String(), "127.0.0.1:"), "of this machine alone unless asked")
	m.report(pipeline.Progress{Documents: 12, Bytes: 345, Batches: 2, Reused: 1})
	r, err := http.Get("http://" + m.listener.Addr().String() + "/metrics")
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	for _, want := range []string{"# TYPE dateline_documents_total counter\ndateline_documents_total 12\n", "dateline_input_bytes_total 345\n", "dateline_batches_reused_total 1\n"} {
		assert.Contains(t, string(body), want)
	}
	_, err = serveMetrics("nonsense")
	require.ErrorContains(t, err, "--metrics")
	in := files(t, map[string]string{"a.txt": "Ann left."})
	code, _, stderr := dateline(t, "extract", "--metrics", m.listener.Addr().String(), "--out", t.TempDir()+"/t", in)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "address already in use")
	code, _, stderr = dateline(t, "extract", "--metrics", ":0", "--out", t.TempDir()+"/t", in)
	assert.Equal(t, exitOK, code, stderr)
}
