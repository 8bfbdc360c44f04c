package remote

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// objects are those of a server in one bucket, by key.
type objects struct {
	sync.Mutex
	list   map[string][]byte
	denied string // key that nobody may write
}

func (o *objects) keys(prefix string) (keys []string) {
	for k := range o.list {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func sumOf(b []byte) string {
	s := md5.Sum(b)
	return base64.StdEncoding.EncodeToString(s[:])
}

// google speaks as much of Google's protocol as is needed here.
func (o *objects) google(w http.ResponseWriter, r *http.Request) {
	o.Lock()
	defer o.Unlock()
	type item struct {
		Name, Bucket, Size, Md5Hash, Updated, Generation string
	}
	describe := func(k string) item {
		return item{k, "b", fmt.Sprint(len(o.list[k])), sumOf(o.list[k]), "2020-01-02T03:04:05Z", "1"}
	}
	key, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/storage/v1/b/b/o/"))
	_, there := o.list[key]
	switch {
	case r.Method == http.MethodPost: // of metadata and content
		_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		parts := multipart.NewReader(r.Body, params["boundary"])
		meta, err := parts.NextPart()
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var it struct{ Name string }
		json.NewDecoder(meta).Decode(&it)
		body, _ := parts.NextPart()
		if it.Name == o.denied {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if o.list[it.Name] != nil && r.URL.Query().Get("ifGenerationMatch") == "0" {
			w.WriteHeader(http.StatusPreconditionFailed)
			return
		}
		o.list[it.Name], _ = io.ReadAll(body)
		json.NewEncoder(w).Encode(describe(it.Name))
	case strings.HasSuffix(r.URL.Path, "/o"):
		var items []item
		for _, k := range o.keys(r.URL.Query().Get("prefix")) {
			items = append(items, describe(k))
		}
		json.NewEncoder(w).Encode(map[string]any{"items": items})
	case strings.HasPrefix(r.URL.Path, "/b/"): // reads
		w.Write(o.list[strings.TrimPrefix(r.URL.Path, "/b/")])
	case !there:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(o.list, key)
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Query().Get("alt") == "media":
		w.Write(o.list[key])
	default:
		json.NewEncoder(w).Encode(describe(key))
	}
}

// azure speaks as much of Azure's protocol as is needed here.
func (o *objects) azure(w http.ResponseWriter, r *http.Request) {
	o.Lock()
	defer o.Unlock()
	const day = "Thu, 02 Jan 2020 03:04:05 GMT"
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/account/b"), "/")
	content, there := o.list[key]
	switch {
	case r.Header.Get("Authorization") == "", r.Method == http.MethodPut && key == o.denied:
		w.WriteHeader(http.StatusForbidden)
	case r.URL.Query().Get("comp") == "list":
		fmt.Fprint(w, `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>`)
		for _, k := range o.keys(r.URL.Query().Get("prefix")) {
			fmt.Fprintf(w, "<Blob><Name>%s</Name><Properties><Last-Modified>%s</Last-Modified><Etag>1</Etag><Content-Length>%d</Content-Length><Content-MD5>%s</Content-MD5><BlobType>BlockBlob</BlobType></Properties></Blob>", k, day, len(o.list[k]), sumOf(o.list[k]))
		}
		fmt.Fprint(w, "</Blobs><NextMarker/></EnumerationResults>")
	case r.Method == http.MethodPut && there && r.Header.Get("If-None-Match") == "*":
		w.Header().Set("x-ms-error-code", "BlobAlreadyExists")
		w.WriteHeader(http.StatusConflict)
	case r.Method == http.MethodPut:
		o.list[key], _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	case !there:
		w.Header().Set("x-ms-error-code", "BlobNotFound")
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(o.list, key)
		w.WriteHeader(http.StatusAccepted)
	default:
		w.Header().Set("Last-Modified", day)
		w.Header().Set("ETag", "1")
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		if r.Method == http.MethodGet {
			w.Write(content)
		}
	}
}

// TestStores brings files from the other stores, and tables to them.
func TestStores(t *testing.T) {
	for _, tc := range []struct {
		scheme string
		serve  func(*objects) http.HandlerFunc
		setup  func(t *testing.T, host string) (query string)
	}{
		{"gs", func(o *objects) http.HandlerFunc { return o.google }, func(t *testing.T, host string) string {
			t.Setenv("STORAGE_EMULATOR_HOST", host)
			return ""
		}},
		{"azblob", func(o *objects) http.HandlerFunc { return o.azure }, func(t *testing.T, host string) string {
			t.Setenv("AZURE_STORAGE_ACCOUNT", "account")
			t.Setenv("AZURE_STORAGE_KEY", base64.StdEncoding.EncodeToString([]byte("key")))
			return "?protocol=http&domain=" + host
		}},
	} {
		t.Run(tc.scheme, func(t *testing.T) {
			o := &objects{list: map[string][]byte{"news/a.txt": []byte("One"), "news/b/c.txt": []byte("Two"), "newsx.txt": []byte("no")}}
			server := httptest.NewServer(tc.serve(o))
			defer server.Close()
			query := tc.setup(t, strings.TrimPrefix(server.URL, "http://"))
			dir := t.TempDir()
			for range 2 {
				local, failed, err := Fetch(t.Context(), tc.scheme+"://b/news"+query, dir, Options{Stall: 5 * time.Second})
				require.NoError(t, err)
				assert.Empty(t, failed)
				assert.Equal(t, map[string]string{"a.txt": "One", "b/c.txt": "Two"}, files(t, local))
			}
			tables := tablesIn(t)
			for range 2 {
				require.NoError(t, Publish(t.Context(), tables, tc.scheme+"://b/tables"+query, Options{}))
			}
			assert.Equal(t, []string{"tables/_run.json", "tables/documents/part-000000.csv"}, o.keys("tables/"))
			assert.Equal(t, "x\n", string(o.list["tables/documents/part-000000.csv"]))
			delete(o.list, "tables/documents/part-000000.csv")
			o.denied = "tables/documents/part-000000.csv"
			assert.ErrorContains(t, Publish(t.Context(), tables, tc.scheme+"://b/tables"+query, Options{}), "part-000000.csv: ")
			assert.Empty(t, o.keys("tables/"), "neither a run nor a lock")
			o.list["tables/.dateline-lock"] = []byte(foreignLock)
			assert.ErrorContains(t, Publish(t.Context(), tables, tc.scheme+"://b/tables"+query, Options{}), foreignMessage)
		})
	}
}
