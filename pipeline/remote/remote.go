// Package remote brings what lies at an address to a folder of this machine,
// and a folder of tables to an address: S3, Google Cloud Storage and Azure Blob
// Storage through gocloud.dev/blob, and http(s) for reading single files.
//
// What is fetched is kept, so that a later run fetches what has changed and no
// more. Nothing is fetched but the addresses that the caller names.
package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcp"
)

// DefaultMaxObject is the default of Options.MaxObject.
const DefaultMaxObject = 16 << 30

// Options of fetching. The zero value is useful.
type Options struct {
	// Want says whether a file below the address is worth fetching; one that is
	// not is put there empty, so that it can be counted. Nil wants all.
	Want      func(rel string) bool
	MaxObject int64          // bytes of one file; 0 is DefaultMaxObject
	Progress  func(Progress) // called from one goroutine at a time; may be nil
	Stall     time.Duration  // how long a transfer may stand still; 0 is two minutes

	client *http.Client // for tests
}

// Progress tells how far fetching is.
type Progress struct {
	Address string
	Files   int // there, as far as they are listed
	Done    int // those that are here
	Bytes   int64
}

func (o Options) withDefaults() Options {
	o.MaxObject = cmp.Or(o.MaxObject, DefaultMaxObject)
	o.Stall = cmp.Or(o.Stall, 2*time.Minute)
	if o.Want == nil {
		o.Want = func(string) bool { return true }
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.client == nil {
		o.client = http.DefaultClient
	}
	return o
}

// ErrTooBig says that a file is larger than may be fetched.
var ErrTooBig = errors.New("too big")

func tooBig(limit int64) error {
	return fmt.Errorf("%w: more than %d bytes (--max-fetch)", ErrTooBig, limit)
}

// Is reports whether a name is an address that this package knows.
func Is(name string) bool {
	scheme, _, ok := strings.Cut(name, "://")
	return ok && (isWeb(scheme) || isStore(scheme))
}

// IsStore reports whether a name is the address of a store that can be written
// to.
func IsStore(name string) bool {
	scheme, _, ok := strings.Cut(name, "://")
	return ok && isStore(scheme)
}

func isWeb(scheme string) bool { return scheme == "http" || scheme == "https" }

func isStore(scheme string) bool {
	return scheme == s3blob.Scheme || scheme == gcsblob.Scheme || scheme == azureblob.Scheme
}

// Clean returns an address without what may be secret in it, for messages and
// for keeping: passwords, and queries but for those that only say where.
func Clean(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		scheme, _, _ := strings.Cut(address, "://")
		return scheme + "://..."
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for name := range q {
		switch name {
		case "region", "endpoint", "use_path_style", "s3ForcePathStyle", "anonymous", "protocol", "domain", "localemu", "storage_account":
		default:
			if !isWeb(u.Scheme) || u.Scheme == "" {
				q.Del(name)
				continue
			}
			low := strings.ToLower(name)
			for _, secret := range []string{"token", "key", "sig", "secret", "password", "auth", "credential"} {
				if strings.Contains(low, secret) {
					q.Set(name, "...")
				}
			}
		}
	}
	if len(u.Query()) > 0 {
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// bucket opens the bucket of an address, and returns the key in it.
func bucket(ctx context.Context, address string) (*blob.Bucket, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", fmt.Errorf("%s: no address: want %s", Clean(address), "SCHEME://BUCKET/PATH")
	}
	if u.Host == "" {
		return nil, "", fmt.Errorf("%s: no bucket: want %s://BUCKET/PATH", Clean(address), u.Scheme)
	}
	key := strings.TrimPrefix(u.Path, "/")
	place := &url.URL{Scheme: u.Scheme, Host: u.Host, RawQuery: u.RawQuery}
	if u.Scheme == s3blob.Scheme {
		place.RawQuery = checksums(u.Query()).Encode()
	}
	var b *blob.Bucket
	if u.Scheme == gcsblob.Scheme {
		b, err = openGoogle(ctx, place)
	} else {
		b, err = blob.DefaultURLMux().OpenBucketURL(ctx, place)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", Clean(address), err)
	}
	return b, key, nil
}

// checksums keeps the library from complaining of each answer without a
// checksum, and from sending ones that other stores than Amazon's refuse.
func checksums(q url.Values) url.Values {
	defaults := []string{"response_checksum_validation"}
	if q.Get("endpoint") != "" {
		defaults = append(defaults, "request_checksum_calculation")
	}
	for _, name := range defaults {
		if q.Get(name) == "" {
			q.Set(name, "when_required")
		}
	}
	return q
}

// openGoogle opens a bucket with the default credentials, when there are any.
// (The library's own opener prints to standard output when there are none.)
func openGoogle(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	opener := gcsblob.URLOpener{Client: gcp.NewAnonymousHTTPClient(gcp.DefaultTransport())}
	if q := u.Query(); os.Getenv("STORAGE_EMULATOR_HOST") == "" && q.Get("anonymous") != "true" {
		credentials, err := gcp.DefaultCredentials(ctx)
		if err != nil {
			return nil, fmt.Errorf("%w (a public bucket is read with ?anonymous=true)", err)
		}
		if opener.Client, err = gcp.NewHTTPClient(gcp.DefaultTransport(), credentials.TokenSource); err != nil {
			return nil, err
		}
	}
	return opener.OpenBucketURL(ctx, u)
}

// short keeps what a store's library says to one line of reasonable length.
func short(err error) error {
	s := strings.Join(strings.Fields(err.Error()), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "..."
	}
	return shortError{s, err}
}

type shortError struct {
	text string
	err  error
}

func (e shortError) Error() string { return e.text }
func (e shortError) Unwrap() error { return e.err }

// watch cancels a transfer that stands still. What it returns is to be called
// for each piece that came, and with 0 at the end.
func watch(ctx context.Context, limit time.Duration) (watched context.Context, tick func(n int)) {
	watched, cancel := context.WithCancelCause(ctx)
	var once sync.Once
	timer := time.AfterFunc(limit, func() { cancel(fmt.Errorf("nothing came for %s", limit)) })
	return watched, func(n int) {
		if n > 0 {
			timer.Reset(limit)
			return
		}
		once.Do(func() { timer.Stop(); cancel(nil) })
	}
}
