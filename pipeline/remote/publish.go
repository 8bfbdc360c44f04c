package remote

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gocloud.dev/blob"
	"golang.org/x/sync/errgroup"
)

// lastFile is what a reader may go by: while tables are being replaced it is
// not there.
const lastFile = "_run.json"

var partName = regexp.MustCompile(`^[a-z_]+/part-[0-9]{6}\.(parquet|arrow|jsonl|csv)$`)

// Publish brings the tables in a folder to an address of a store. Parts that
// are there already are not sent again. _run.json goes first when a part will
// change, and comes last, so that a reader who looks for it sees tables of one
// run: a store cannot replace several files at once. On an error the call can
// be repeated.
//
// Of two calls at once for one address, or for one dir, the second gets
// ErrInUse, also from other machines: an object says who is at it. A call that
// was killed leaves the object there; the next one for the same dir takes it
// up, others say how to remove it.
func Publish(ctx context.Context, dir, address string, o Options) error {
	b, key, err := bucket(ctx, address)
	if err != nil {
		return err
	}
	defer b.Close()
	if key != "" && !strings.HasSuffix(key, "/") {
		key += "/"
	}
	p := &publication{b: b, key: key, dir: filepath.Clean(dir), opts: o.withDefaults(), state: Progress{Address: Clean(address)}}
	if err := p.locked(ctx); err != nil {
		return fmt.Errorf("%s: %w", Clean(address), short(err))
	}
	return nil
}

type publication struct {
	b     *blob.Bucket
	key   string
	dir   string
	opts  Options
	mu    sync.Mutex
	state Progress
}

// locked publishes while nobody else does.
func (p *publication) locked(ctx context.Context) (err error) {
	lock, id, err := lockHere(p.dir + ".lock")
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := lockThere(ctx, p.b, p.key+lockName, id); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.opts.Stall)
		defer cancel()
		err = errors.Join(err, unlockThere(ctx, p.b, p.key+lockName, id))
	}()
	return p.run(ctx)
}

func (p *publication) run(ctx context.Context) error {
	local, err := p.local()
	if err != nil {
		return err
	}
	there, err := p.there(ctx, local)
	if err != nil {
		return err
	}
	var send, drop []string
	for _, rel := range local {
		same, err := p.same(rel, there[rel])
		if err != nil {
			return err
		}
		if !same && rel != lastFile {
			send = append(send, rel)
		}
	}
	for rel := range there {
		if _, ok := slices.BinarySearch(local, rel); !ok {
			drop = append(drop, rel)
		}
	}
	p.state.Files = len(send) + 1
	if (len(send) > 0 || len(drop) > 0) && there[lastFile] != nil {
		if err := p.b.Delete(ctx, p.key+lastFile); err != nil {
			return err
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, rel := range send {
		g.Go(func() error { return p.send(gctx, rel) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, rel := range drop {
		if rel == lastFile {
			continue
		}
		if err := p.b.Delete(ctx, p.key+rel); err != nil {
			return err
		}
	}
	return p.send(ctx, lastFile)
}

// local lists the files of the tables, sorted.
func (p *publication) local() (list []string, err error) {
	err = filepath.WalkDir(p.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(p.dir, path)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil:
			return err
		case e.IsDir() && strings.HasPrefix(e.Name(), ".") && rel != ".":
			return fs.SkipDir
		case !e.IsDir() && (partName.MatchString(rel) || rel == lastFile):
			list = append(list, rel)
		}
		return nil
	})
	slices.Sort(list)
	if _, ok := slices.BinarySearch(list, lastFile); err == nil && !ok {
		err = errors.New("no tables to publish")
	}
	return list, err
}

// there lists the tables at the address. Something else in their place is an
// error: it would be read as a part.
func (p *publication) there(ctx context.Context, local []string) (map[string]*blob.ListObject, error) {
	tables := map[string]bool{}
	for _, rel := range local {
		if table, _, ok := strings.Cut(rel, "/"); ok {
			tables[table] = true
		}
	}
	there := map[string]*blob.ListObject{}
	for list := p.b.List(&blob.ListOptions{Prefix: p.key}); ; {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return there, nil
		}
		if err != nil {
			return nil, err
		}
		rel := strings.TrimPrefix(o.Key, p.key)
		table, _, _ := strings.Cut(rel, "/")
		switch {
		case rel == lastFile, tables[table] && partName.MatchString(rel):
			there[rel] = o
		case tables[table] && !strings.HasSuffix(rel, "/"):
			return nil, fmt.Errorf("%s is not a part of a table; choose another --out or move it away", o.Key)
		}
	}
}

// same reports whether the file at the address is the one here.
func (p *publication) same(rel string, o *blob.ListObject) (bool, error) {
	if o == nil || len(o.MD5) == 0 {
		return false, nil
	}
	f, err := os.Open(filepath.Join(p.dir, rel))
	if err != nil {
		return false, err
	}
	defer f.Close()
	h := md5.New()
	n, err := io.Copy(h, f)
	return n == o.Size && bytes.Equal(h.Sum(nil), o.MD5), err
}

// send sends one file. A file that was sent in part is not there: stores show
// only whole ones.
func (p *publication) send(ctx context.Context, rel string) error {
	f, err := os.Open(filepath.Join(p.dir, rel))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	wctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := p.b.Upload(wctx, p.key+rel, aborting{f, cancel}, &blob.WriterOptions{ContentType: contentType(rel)}); err != nil {
		return fmt.Errorf("%s: %w", rel, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Done++
	p.state.Bytes += info.Size()
	p.opts.Progress(p.state)
	return nil
}

// aborting is a file that ends its upload when it cannot be read: some stores
// would keep what came until then.
type aborting struct {
	io.Reader
	cancel func()
}

func (a aborting) Read(b []byte) (int, error) {
	n, err := a.Reader.Read(b)
	if err != nil && err != io.EOF {
		a.cancel()
	}
	return n, err
}

func contentType(rel string) string {
	switch filepath.Ext(rel) {
	case ".json":
		return "application/json"
	case ".jsonl":
		return "application/x-ndjson"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".parquet":
		return "application/vnd.apache.parquet"
	case ".arrow":
		return "application/vnd.apache.arrow.file"
	}
	return "application/octet-stream"
}
