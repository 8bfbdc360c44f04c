package remote

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
	"golang.org/x/sync/errgroup"
)

// atOnce is how many files are fetched at a time: a store answers one request
// after some tens of milliseconds.
const atOnce = 8

// copied is what lies at an address, brought here.
type copied struct {
	address string
	root    string // folder of the copy; everything in it is ours
	opts    Options
	mu      sync.Mutex
	index   index
	old     index // of the last call; what is not yet in the new one may still be here
	failed  map[string]error
	state   Progress
	saved   time.Time
	pause   time.Duration // until the index is kept again
}

// index says what was fetched, so that it need not be fetched again.
type index struct {
	Address string
	Path    string           // of the file or folder, below the root
	Files   map[string]stamp // by path below the root
}

// stamp tells one version of a file from another.
type stamp struct {
	Size    int64     `json:",omitempty"`
	Mod     time.Time `json:",omitzero"`
	Sum     string    `json:",omitempty"` // MD5, where the store says it
	Tag     string    `json:",omitempty"` // of a web server
	Skipped bool      `json:",omitempty"` // not wanted: an empty file stands for it
}

func (s stamp) same(t stamp) bool {
	return s.Size == t.Size && s.Mod.Equal(t.Mod) && s.Sum == t.Sum && s.Tag == t.Tag && s.Skipped == t.Skipped
}

const indexName = "index.json"

// Fetch brings a file, or all files below an address, to a folder below dir,
// and returns its path. Files that are here already and have not changed are
// not fetched again. failed names what could not be fetched, by path on this
// machine, with the reason. An error means that it is not known what lies at
// the address; what an earlier call has fetched stays.
//
// Of two calls at once for one address and dir the second gets ErrInUse.
func Fetch(ctx context.Context, address, dir string, o Options) (local string, failed map[string]error, err error) {
	sum := sha256.Sum256([]byte(address))
	c := &copied{address: address, root: filepath.Join(dir, hex.EncodeToString(sum[:6])), opts: o.withDefaults(), failed: make(map[string]error)}
	c.state.Address = Clean(address)
	if err := os.MkdirAll(c.root, 0o755); err != nil {
		return "", nil, err
	}
	lock, _, err := lockHere(c.root + ".lock")
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", Clean(address), err)
	}
	defer lock.Unlock()
	if raw, err := os.ReadFile(filepath.Join(c.root, indexName)); err != nil || json.Unmarshal(raw, &c.index) != nil || c.index.Address != Clean(address) {
		c.index = index{}
	}
	c.index, c.old, c.saved = index{Address: Clean(address), Files: make(map[string]stamp)}, c.index, time.Now()
	if scheme, _, _ := strings.Cut(address, "://"); isWeb(scheme) {
		err = c.web(ctx)
	} else {
		err = c.store(ctx)
	}
	if err != nil {
		return "", nil, errors.Join(err, c.save()) // what came need not come again
	}
	if err := c.finish(); err != nil {
		return "", nil, err
	}
	return filepath.Join(c.root, c.index.Path), c.failed, nil
}

// keepEvery is how often the index is kept while files are fetched, in case the
// program is killed.
const keepEvery = 10 * time.Second

// save keeps the index. Files of the last call that were not met again yet
// count as here: what they are is checked when they are met.
func (c *copied) save() error {
	start := time.Now()
	all := index{Address: c.index.Address, Path: c.index.Path, Files: make(map[string]stamp, len(c.index.Files))}
	maps.Copy(all.Files, c.old.Files)
	maps.Copy(all.Files, c.index.Files)
	raw, err := json.Marshal(all)
	if err != nil {
		return err
	}
	tmp := filepath.Join(c.root, indexName+".tmp")
	if err := os.WriteFile(tmp, raw, 0o644); err != nil {
		return err
	}
	c.saved, c.pause = time.Now(), max(keepEvery, 20*time.Since(start))
	return os.Rename(tmp, filepath.Join(c.root, indexName))
}

// finish removes what is no longer there, and keeps the index.
func (c *copied) finish() error {
	err := filepath.WalkDir(c.root, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(c.root, p)
		if err != nil {
			return err
		}
		if _, ok := c.index.Files[filepath.ToSlash(rel)]; !ok && rel != indexName {
			return os.Remove(p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.old = index{}
	return c.save()
}

// have reports whether a version of a file is here from the last call.
func (c *copied) have(rel string, now stamp) bool {
	info, err := os.Stat(filepath.Join(c.root, rel))
	return err == nil && info.Mode().IsRegular() && (now.Skipped || info.Size() == now.Size) && c.old.Files[rel].same(now)
}

// note takes up that a file is here, or why it is not.
func (c *copied) note(rel string, s stamp, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Done++
	if err != nil {
		c.failed[filepath.Join(c.root, rel)] = err
	} else {
		c.index.Files[rel] = s
		c.state.Bytes += s.Size
	}
	if time.Since(c.saved) > max(c.pause, keepEvery) {
		c.save() // a try: at the end an error counts
	}
	c.opts.Progress(c.state)
}

// store brings the objects at an address of a store.
func (c *copied) store(ctx context.Context) error {
	b, key, err := bucket(ctx, c.address)
	if err != nil {
		return err
	}
	defer b.Close()
	u, _ := url.Parse(c.address)
	if key != "" && !strings.HasSuffix(key, "/") {
		a, err := b.Attributes(ctx, key)
		switch {
		case err == nil:
			c.state.Files = 1
			c.index.Path = localPath(u.Host + "/" + key)
			return cmp.Or(c.object(ctx, b, key, c.index.Path, stamp{Size: a.Size, Mod: a.ModTime, Sum: base64.StdEncoding.EncodeToString(a.MD5)}), ctx.Err())
		case gcerrors.Code(err) != gcerrors.NotFound && gcerrors.Code(err) != gcerrors.PermissionDenied: // without the right to list
			return fmt.Errorf("%s: %w", c.state.Address, short(err))
		}
		key += "/"
	}
	c.index.Path = localPath(u.Host + "/" + key)
	if err := os.MkdirAll(filepath.Join(c.root, c.index.Path), 0o755); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	list := b.List(&blob.ListOptions{Prefix: key})
	for {
		o, err := list.Next(gctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			g.Wait()
			return fmt.Errorf("%s: %w", c.state.Address, short(err))
		}
		if strings.HasSuffix(o.Key, "/") { // what stands for a folder
			continue
		}
		c.mu.Lock()
		c.state.Files++
		c.mu.Unlock()
		below := strings.TrimPrefix(o.Key, key)
		now := stamp{Size: o.Size, Mod: o.ModTime, Sum: base64.StdEncoding.EncodeToString(o.MD5), Skipped: !c.opts.Want(below)}
		g.Go(func() error {
			return cmp.Or(c.object(gctx, b, o.Key, path.Join(c.index.Path, localPath(below)), now), gctx.Err())
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if c.state.Files == 0 {
		return fmt.Errorf("%s: nothing there", c.state.Address)
	}
	return nil
}

// object brings one object. The error is one of this machine's disk, which
// the next object would meet too.
func (c *copied) object(ctx context.Context, b *blob.Bucket, key, rel string, now stamp) error {
	switch {
	case c.have(rel, now):
		c.note(rel, now, nil)
		return nil
	case !now.Skipped && now.Size > c.opts.MaxObject:
		c.note(rel, now, tooBig(c.opts.MaxObject))
		return nil
	}
	err := c.write(rel, func(w io.Writer) error {
		if now.Skipped {
			return nil
		}
		wctx, tick := watch(ctx, c.opts.Stall)
		defer tick(0)
		r, err := b.NewReader(wctx, key, nil)
		if err != nil {
			return cause(wctx, err)
		}
		defer r.Close()
		n, err := io.Copy(w, ticking{r, tick})
		if err == nil && n != now.Size {
			err = fmt.Errorf("changed while it was fetched: %d bytes came of %d", n, now.Size)
		}
		return cause(wctx, err)
	})
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s: %w", c.root, err)
	}
	if err != nil {
		err = fmt.Errorf("fetch: %w", short(err))
	}
	c.note(rel, now, err)
	return nil
}

// cause prefers the reason for which a transfer was cancelled.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		if why := context.Cause(ctx); why != nil {
			return why
		}
	}
	return err
}

type ticking struct {
	io.Reader
	tick func(int)
}

func (t ticking) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.tick(n)
	}
	return n, err
}

// write writes a file under a temporary name and renames it when it is whole.
func (c *copied) write(rel string, fill func(io.Writer) error) error {
	p := filepath.Join(c.root, rel)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p), ".fetch-*")
	if err != nil {
		return err
	}
	err = errors.Join(fill(f), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), p)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// localPath makes a path below a folder of an object's name, which may hold
// anything.
func localPath(key string) string {
	parts := strings.Split(strings.TrimSuffix(key, "/"), "/")
	for i, p := range parts {
		switch p {
		case "":
			parts[i] = "%"
		case ".", "..":
			parts[i] = strings.ReplaceAll(p, ".", "%2E")
		}
		parts[i] = strings.NewReplacer("\x00", "%00", `\`, "%5C").Replace(parts[i])
	}
	return strings.Join(parts, "/")
}

// web brings the one file at a web address.
func (c *copied) web(ctx context.Context) error {
	wctx, tick := watch(ctx, c.opts.Stall)
	defer tick(0)
	req, err := http.NewRequestWithContext(wctx, http.MethodGet, c.address, nil)
	if err != nil {
		return fmt.Errorf("%s: no address", c.state.Address)
	}
	before, here := c.old.Files[c.old.Path]
	if here = here && c.have(c.old.Path, before); here {
		if before.Tag != "" {
			req.Header.Set("If-None-Match", before.Tag)
		}
		if !before.Mod.IsZero() {
			req.Header.Set("If-Modified-Since", before.Mod.UTC().Format(http.TimeFormat))
		}
	}
	c.state.Files = 1
	c.index.Path = webName(req.URL, "")
	res, err := c.opts.client.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return fmt.Errorf("%s: %w", c.state.Address, short(cause(wctx, err)))
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotModified && here:
		c.index.Path = c.old.Path
		c.note(c.old.Path, before, nil)
		return nil
	case res.StatusCode != http.StatusOK:
		c.note(c.index.Path, stamp{}, fmt.Errorf("fetch: the server says %s", res.Status))
		return nil
	}
	c.index.Path = webName(req.URL, res.Header.Get("Content-Type"))
	now := stamp{Tag: res.Header.Get("ETag")}
	now.Mod, _ = http.ParseTime(res.Header.Get("Last-Modified"))
	err = c.write(c.index.Path, func(w io.Writer) error {
		var err error
		now.Size, err = io.Copy(w, io.LimitReader(ticking{res.Body, tick}, c.opts.MaxObject+1))
		if err == nil && now.Size > c.opts.MaxObject {
			return tooBig(c.opts.MaxObject)
		}
		return cause(wctx, err)
	})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err = fmt.Errorf("fetch: %w", short(err))
	}
	c.note(c.index.Path, now, err)
	return nil
}

// extensions are those of kinds of content that a web server may give under any
// name.
var extensions = map[string]string{"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md", "text/csv": ".csv",
	"application/json": ".json", "application/x-ndjson": ".jsonl", "application/pdf": ".pdf", "application/zip": ".zip", "application/gzip": ".gz", "message/rfc822": ".eml"}

// webName names the file at a web address: host and path, with an extension by
// its kind where the path has none.
func webName(u *url.URL, contentType string) string {
	name := localPath(u.Host + "/" + strings.TrimPrefix(u.Path, "/"))
	if u.Path == "" || strings.HasSuffix(u.Path, "/") {
		name += "/index.html"
	}
	if path.Ext(name) == "" {
		kind, _, _ := mime.ParseMediaType(contentType)
		name += extensions[kind]
	}
	return name
}
