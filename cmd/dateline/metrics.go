package main

import (
	"fmt"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/dateline-nlp/dateline/pipeline"
)

// metrics serves how far a run is in Prometheus' text format.
type metrics struct {
	started  time.Time
	listener net.Listener
	server   *http.Server

	mu  sync.Mutex
	now pipeline.Progress
}

// serveMetrics listens at an address; without a host it is this machine's own,
// which others do not reach.
func serveMetrics(addr string) (*metrics, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("--metrics %q: want HOST:PORT or :PORT", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	m := &metrics{started: time.Now()}
	if m.listener, err = net.Listen("tcp", net.JoinHostPort(host, port)); err != nil {
		return nil, fmt.Errorf("--metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", m.serve)
	m.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	go func() { _ = m.server.Serve(m.listener) }()
	return m, nil
}

func (m *metrics) report(now pipeline.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = now
}

func (m *metrics) close() { _ = m.server.Close() }

func (m *metrics) serve(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	now := m.now
	m.mu.Unlock()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	for _, x := range []struct {
		name, kind, help string
		value            any
	}{
		{"dateline_documents_total", "counter", "Articles in finished batches.", now.Documents},
		{"dateline_set_aside_total", "counter", "Rows of the errors table in finished batches.", now.Failures},
		{"dateline_input_bytes_total", "counter", "Bytes of input in finished batches.", now.Bytes},
		{"dateline_batches_total", "counter", "Finished batches.", now.Batches},
		{"dateline_batches_reused_total", "counter", "Finished batches that an earlier run had made.", now.Reused},
		{"dateline_heap_bytes", "gauge", "Bytes of the heap in use.", mem.HeapInuse},
		{"dateline_run_seconds", "gauge", "Seconds since the run began.", time.Since(m.started).Seconds()},
	} {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %v\n", x.name, x.help, x.name, x.kind, x.name, x.value)
	}
}
