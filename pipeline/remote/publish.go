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
func Publish(ctx context.Context, dir, address string, o Options) error {
	o = o.withDefaults()
	b, key, err := bucket(ctx, address)
	if err != nil {
		return err
	}
	defer b.Close()
	if key != "" && !strings.HasSuffix(key, "/") {
		key += "/"
	}
	p := &publication{b: b, key: key, dir: dir, opts: o, state: Progress{Address: Clean(address)}}
	if err := p.run(ctx); err != nil {
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
	wctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := p.b.NewWriter(wctx, p.key+rel, &blob.WriterOptions{ContentType: contentType(rel)})
	if err != nil {
		return err
	}
	n, err := io.Copy(w, f)
	if err != nil {
		cancel() // so that Close does not keep the part
		w.Close()
		return fmt.Errorf("%s: %w", rel, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("%s: %w", rel, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Done++
	p.state.Bytes += n
	p.opts.Progress(p.state)
	return nil
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
