// Package s3test is a server for tests that speaks as much of S3's protocol as a
// program needs that lists, reads, writes and removes objects.
package s3test

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server keeps objects in memory.
type Server struct {
	mu      sync.Mutex
	objects map[string]object // bucket/key
	log     []string          // method and key of each request, in order
	denied  map[string]int    // status for a key
}

// pageSize is how many objects an answer lists: few, so that tests see several.
const pageSize = 3

type object struct {
	content []byte
	mod     time.Time
}

// New starts a server with objects (by bucket/key) that lives as long as the
// test, and returns what to add to an address for it to be asked.
func New(t testing.TB, objects map[string]string) (s *Server, query string) {
	s = &Server{objects: map[string]object{}, denied: map[string]int{}}
	for k, v := range objects {
		s.Put(k, v)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
	return s, "?region=us-east-1&use_path_style=true&endpoint=" + server.URL
}

// Put puts an object there, or another one in its place.
func (s *Server) Put(key, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[key] = object{[]byte(content), time.Date(2020, 1, 2, 3, 4, len(content)%60, 0, time.UTC)}
}

// Keys returns the names of all objects, sorted.
func (s *Server) Keys() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.objects {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Get returns the content of an object.
func (s *Server) Get(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.objects[key].content)
}

// Delete removes an object.
func (s *Server) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, key)
}

// Deny makes requests for an object fail with an HTTP status; 0 lets them
// through again.
func (s *Server) Deny(key string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[key] = status
}

// Requests returns the requests for objects since the last call, such as
// "GET bucket/key", in order.
func (s *Server) Requests(methods ...string) (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.log {
		method, key, _ := strings.Cut(l, " ")
		if slices.Contains(methods, method) && strings.Contains(strings.TrimSuffix(key, "/"), "/") {
			out = append(out, l)
		}
	}
	s.log = nil
	return out
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/")
	s.log = append(s.log, r.Method+" "+key)
	if code := s.denied[key]; code != 0 {
		w.WriteHeader(code)
		return
	}
	if b, rest, _ := strings.Cut(key, "/"); rest == "" && r.Method == http.MethodGet {
		s.list(w, r, b)
		return
	}
	o, ok := s.objects[key]
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", etag(o.content))
		http.ServeContent(w, r, "", o.mod, bytes.NewReader(o.content))
	case http.MethodPut:
		if ok && r.Header.Get("If-None-Match") == "*" {
			w.WriteHeader(http.StatusPreconditionFailed)
			io.WriteString(w, "<Error><Code>PreconditionFailed</Code></Error>")
			return
		}
		body, err := chunks(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.objects[key] = object{body, time.Now().UTC().Truncate(time.Second)}
		w.Header().Set("ETag", etag(body))
	case http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func etag(b []byte) string {
	sum := md5.Sum(b)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// chunks reads a body, which the client may send in signed chunks.
func chunks(r *http.Request) ([]byte, error) {
	if r.Header.Get("X-Amz-Decoded-Content-Length") == "" {
		return io.ReadAll(r.Body)
	}
	in, out := bufio.NewReader(r.Body), []byte{}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil || n == 0 {
			return out, err
		}
		part := make([]byte, n+2)
		if _, err := io.ReadFull(in, part); err != nil {
			return nil, err
		}
		out = append(out, part[:n]...)
	}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, bucket string) {
	type contents struct {
		Key, LastModified, ETag string
		Size                    int
	}
	result := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string
		Contents              []contents
	}{}
	q := r.URL.Query()
	var keys []string
	for k := range s.objects {
		if b, key, _ := strings.Cut(k, "/"); b == bucket && strings.HasPrefix(key, q.Get("prefix")) && key > q.Get("continuation-token") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for i, k := range keys {
		if i == pageSize {
			result.IsTruncated, result.NextContinuationToken = true, keys[i-1]
			break
		}
		o := s.objects[bucket+"/"+k]
		result.Contents = append(result.Contents, contents{k, o.mod.Format(time.RFC3339), etag(o.content), len(o.content)})
	}
	w.Header().Set("Content-Type", "application/xml")
	if err := xml.NewEncoder(w).Encode(result); err != nil {
		fmt.Fprintln(w, err)
	}
}
