package remote

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/gofrs/flock"
	"gocloud.dev/blob"
)

// ErrInUse says that another run is fetching from, or publishing to, the same
// address.
var ErrInUse = errors.New("in use")

// lockHere takes a lock of this machine, a file. It returns an id that the file
// keeps, so that who holds it can tell its own traces from those of others.
func lockHere(path string) (lock *flock.Flock, id string, err error) {
	lock = flock.New(path)
	ok, err := lock.TryLock()
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return nil, "", fmt.Errorf("%w: by another run on this machine", ErrInUse)
	}
	raw, err := os.ReadFile(path)
	if id = string(raw); err == nil && id == "" {
		id = rand.Text()
		err = os.WriteFile(path, []byte(id), 0o644)
	}
	if err != nil {
		lock.Unlock()
		return nil, "", err
	}
	return lock, id, nil
}

// lockName is the object by which machines keep from publishing to one address
// at the same time. Readers of tables pass over such names.
const lockName = ".dateline-lock"

// holder is what the object says.
type holder struct {
	ID    string
	Host  string
	PID   int
	Since time.Time
}

// lockThere puts the lock object there, unless one is there already. One that
// this id put there is left over from a run that was killed, and is taken up.
func lockThere(ctx context.Context, b *blob.Bucket, key, id string) error {
	host, _ := os.Hostname()
	raw, err := json.Marshal(holder{id, host, os.Getpid(), time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	err = b.Upload(ctx, key, bytes.NewReader(raw), &blob.WriterOptions{ContentType: contentType(".json"), IfNotExist: true})
	if err == nil {
		return nil
	}
	var status interface{ HTTPStatusCode() int }
	if errors.As(err, &status) && status.HTTPStatusCode() == http.StatusNotImplemented {
		return nil // a store that knows no conditions: there is no lock to be had
	}
	switch h, there := holderOf(ctx, b, key); {
	case !there:
		return err
	case h.ID == id:
		return nil
	default:
		return fmt.Errorf("%w: a run on %q (process %d) is publishing there since %s; when it is dead, remove the object %s", ErrInUse, h.Host, h.PID, h.Since.Format(time.RFC3339), key)
	}
}

// unlockThere removes the lock object, unless somebody took it for dead and
// another one is there.
func unlockThere(ctx context.Context, b *blob.Bucket, key, id string) error {
	if h, there := holderOf(ctx, b, key); !there || h.ID != id {
		return nil
	}
	return b.Delete(ctx, key)
}

func holderOf(ctx context.Context, b *blob.Bucket, key string) (h holder, there bool) {
	raw, err := b.ReadAll(ctx, key)
	return h, err == nil && json.Unmarshal(raw, &h) == nil
}
