package source

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// A Reader turns items into articles. It may be used by many goroutines.
type Reader struct {
	opts     Options
	fields   fieldMap
	metadata *metadata // nil for none
}

func newReader(ctx context.Context, opts Options) (*Reader, error) {
	r := &Reader{opts: opts, fields: newFieldMap(opts.Fields)}
	if opts.Metadata == "" {
		return r, nil
	}
	var err error
	if r.metadata, err = loadMetadata(ctx, opts); err != nil {
		return nil, fmt.Errorf("--metadata %s: %w", opts.Metadata, err)
	}
	return r, nil
}

// Fingerprint returns a digest of everything that decides what Read gives: the
// item's bytes and the metadata that belongs to it.
func (r *Reader) Fingerprint(ctx context.Context, it Item) (string, error) {
	if it.fault != nil {
		return faultDigest(it.fault), ctx.Err()
	}
	c, err := r.content(ctx, it)
	if err != nil {
		return "", err
	}
	return r.digest(it, c), nil
}

func faultDigest(err error) string { return "fault: " + err.Error() }

// digest covers all that decides what an article is.
func (r *Reader) digest(it Item, c content) string {
	h := sha256.New()
	h.Write(c.sum[:])
	if it.utf8 {
		io.WriteString(h, " utf-8")
	}
	if it.header != nil {
		fmt.Fprintf(h, "%q", it.header.names)
	}
	if address := r.opts.Addresses[it.file]; address != "" {
		fmt.Fprintf(h, "%q", address)
	}
	if it.web != nil {
		fmt.Fprintf(h, "%q %q %q", it.web.url, it.web.id, it.web.contentType)
	}
	if r.metadata != nil {
		own, known := r.ownFields(it, c.raw)
		row := r.metadata.find(it, r.fields.get(own, "id"))
		fmt.Fprintf(h, "%q %q", row.names, row.values)
		if !known { // any row may be about it
			fmt.Fprintf(h, "%x", r.metadata.sum)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// ownFields returns an article's own fields as far as its id may stand there;
// known is false when only Read would tell.
func (r *Reader) ownFields(it Item, raw []byte) (own record, known bool) {
	switch {
	case it.member != "" && !it.entry:
		own, _ = r.record(it)
	case it.file == "" && it.pack != "" || magic(raw) != "":
		return record{}, false
	case it.format == "eml":
		own = messageFields(raw)
	case it.format == "md":
		if text, _, err := decode(raw, r.opts.Encoding); err == nil {
			own = frontMatter(text).fields
		}
	}
	return own, true
}

// Read reads one article. The error says why there is none; it does not name
// the item. With an error only Doc.Bytes is there, since a file may have got
// another length after it was listed, and the fingerprint of what could be read.
func (r *Reader) Read(ctx context.Context, it Item) (a Article, err error) {
	a.Doc.Bytes = it.size
	if err := ctx.Err(); err != nil {
		return a, err
	}
	if it.fault != nil {
		a.Fingerprint = faultDigest(it.fault)
		return a, it.fault
	}
	c, err := r.content(ctx, it)
	if a.Doc.Bytes = c.size; err != nil {
		return a, err
	}
	a.Fingerprint, a.input = r.digest(it, c), it.input
	aside := Article{Doc: article.Document{Bytes: c.size}, Fingerprint: a.Fingerprint}
	d := &a.Doc
	d.Source, d.Member, d.Format, d.SHA256 = it.source, it.member, it.format, hex.EncodeToString(c.sum[:])
	if it.member != "" && !it.entry {
		err = r.readRecord(it, &a)
	} else {
		err = r.readFile(ctx, it, c.raw, &a)
	}
	if err != nil {
		return aside, err
	}
	if r.metadata != nil {
		r.join(it, &a)
	}
	if d.ID == "" {
		d.ID = it.String()
	}
	if d.Site == "" {
		d.Site = siteOf(d.URL)
	}
	if strings.TrimSpace(d.Text) == "" {
		return aside, ErrNoText
	}
	return a, nil
}

// content is what an item holds: a file, unpacked, or what the walker has cut.
type content struct {
	raw  []byte
	sum  [sha256.Size]byte // of the bytes as stored
	size int64             // of these; it may be another than when the file was listed
}

func (r *Reader) content(ctx context.Context, it Item) (c content, err error) {
	c.size = it.size
	if it.file == "" {
		c.raw, c.sum = it.raw, sha256.Sum256(it.raw)
		return c, ctx.Err()
	}
	if it.pack == "" && it.size > r.opts.MaxArticle {
		return c, tooBig(r.opts.MaxArticle)
	}
	h := sha256.New()
	s, err := r.opts.openFile(it.file, it.pack, h)
	if err != nil {
		return c, err
	}
	defer s.close()
	c.size = s.before.Size()
	c.raw, err = readLimited(ctxReader{ctx, s}, c.size, r.opts.MaxArticle)
	if err == nil {
		err = s.finish()
	}
	if changed := s.changed(); changed != nil && ctx.Err() == nil {
		err = changed
	}
	h.Sum(c.sum[:0])
	return c, err
}

// readFile reads an article that is a file of its own.
func (r *Reader) readFile(ctx context.Context, it Item, raw []byte, a *Article) error {
	if len(raw) == 0 {
		return ErrEmpty
	}
	if it.file == "" && it.pack != "" {
		return r.repacked(ctx, it, it.pack, raw, a)
	}
	switch magic(raw) { // a packed file without the name of one
	case "gzip":
		return r.repacked(ctx, it, "gz", raw, a)
	case "Zstandard":
		return r.repacked(ctx, it, "zst", raw, a)
	}
	return r.parse(ctx, it.format, raw, a)
}

// repacked unpacks a file whose name does not say that it is packed.
func (r *Reader) repacked(ctx context.Context, it Item, pack string, raw []byte, a *Article) error {
	s, err := unpack(bytes.NewReader(raw), pack, nil, r.opts.MaxExpand)
	if err != nil {
		return err
	}
	defer s.close()
	if raw, err = readLimited(s, int64(len(raw)), r.opts.MaxArticle); err != nil {
		return err
	}
	return r.parse(ctx, it.format, raw, a)
}

// parse reads the content of a whole-file article.
func (r *Reader) parse(ctx context.Context, format string, raw []byte, a *Article) error {
	switch format {
	case "eml":
		return r.readMessage(raw, a)
	case "docx":
		return r.readDocx(raw, a)
	case "rtf":
		return r.readRTF(ctx, raw, a)
	case "pdf":
		return r.readPDF(ctx, raw, a)
	}
	switch page := looksLikePage(trimSpaceLeft(raw)); {
	case format == "html", format == "txt" && page:
		a.Doc.Format = "html"
		text, err := decodePage(raw, "", r.opts.Encoding)
		if err != nil {
			return err
		}
		return r.readPage(text, a)
	case format == "md":
		text, _, err := decode(raw, r.opts.Encoding)
		if err != nil {
			return err
		}
		return r.readMarkdown(text, a)
	}
	text, _, err := decode(raw, r.opts.Encoding)
	if err != nil {
		return err
	}
	a.Doc.Text = text
	markAddress(&a.Doc)
	return nil
}

// markAddress takes a first line that is the article's web address for what it
// is: the article's address, and no prose.
func markAddress(d *article.Document) {
	address, at := addressLine(d.Text)
	if address == "" {
		return
	}
	if d.URL == "" {
		d.URL = address
	}
	d.Blocks = append([]article.Block{{Span: at, Section: article.Meta}}, d.Blocks...)
}

// record takes a record's fields apart.
func (r *Reader) record(it Item) (record, error) {
	raw := it.raw
	switch it.format {
	case "mbox":
		return messageFields(raw), nil
	case "warc":
		return it.web.fields(), nil
	}
	text, _, err := it.decode(raw, r.opts.Encoding)
	if err != nil {
		return record{}, err
	}
	if it.format == "csv" {
		return it.header.row([]byte(text))
	}
	return jsonRecord([]byte(text))
}

// readRecord reads an article that is a record of a container.
func (r *Reader) readRecord(it Item, a *Article) error {
	d := &a.Doc
	switch it.format {
	case "mbox":
		return r.readMessage(it.raw, a)
	case "warc":
		return r.readResponse(it, a)
	}
	rec, err := r.record(it)
	if err != nil {
		return err
	}
	d.Title = oneLine(r.fields.get(rec, "title"))
	d.Byline = oneLine(r.fields.get(rec, "byline"))
	d.URL = strings.TrimSpace(r.fields.get(rec, "url"))
	d.Language = languageTag(r.fields.get(rec, "language"))
	d.ID = oneLine(r.fields.get(rec, "id"))
	a.ownID = d.ID != ""
	a.stated(r.fields.get(rec, "published"), "record")
	text, page := r.fields.get(rec, "text"), ""
	if looksLikeMarkup(text) {
		text, page = "", text
	}
	if text == "" {
		page = cmp.Or(page, r.fields.get(rec, "html"))
	}
	switch {
	case page != "" && looksLikePage([]byte(strings.TrimSpace(page))):
		err = r.readPage(page, a)
	case page != "":
		err = r.readFragment(page, a)
	case text == "":
		return r.fields.noText(rec)
	default:
		d.Text = strings.ToValidUTF8(text, "\ufffd")
		markAddress(d)
	}
	if s := siteOf(r.fields.get(rec, "site")); d.URL == "" && s != "" {
		d.Site = s
	} else if s := hostName(r.fields.get(rec, "site")); d.URL == "" && s != "" {
		d.Site = s
	}
	return err
}

// join adds what the metadata file says about the article.
func (r *Reader) join(it Item, a *Article) {
	row := r.metadata.find(it, a.Doc.ID)
	if row.names == nil {
		return
	}
	get := func(field string) string {
		if v := r.fields.get(row, field); v != "" {
			return v
		}
		return fieldMap{}.get(row, field) // the names given may be those of the records
	}
	d := &a.Doc
	d.Title = cmp.Or(oneLine(get("title")), d.Title)
	d.Byline = cmp.Or(oneLine(get("byline")), d.Byline)
	d.Language = cmp.Or(languageTag(get("language")), d.Language)
	d.URL = cmp.Or(strings.TrimSpace(get("url")), d.URL)
	d.Site = cmp.Or(hostName(get("site")), d.Site)
	if s := strings.TrimSpace(get("published")); s != "" {
		a.OwnStated, a.OwnStatedFrom = a.Stated, a.StatedFrom
		a.Stated, a.StatedFrom = s, "metadata"
	}
}

// ctxReader ends with the context.
type ctxReader struct {
	ctx context.Context
	s   *stream
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.s.Read(p)
}

// oneLine makes a name or title of one line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
}

// languageTag returns the language of a tag such as "en-US" or "en_GB.UTF-8".
func languageTag(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(s)), ",")
	s, _, _ = strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	if s == "english" || s == "eng" {
		return "en"
	}
	if len(s) < 2 || len(s) > 3 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return s
}

// hostName accepts a bare host name where a site is asked for.
func hostName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if site := siteOf(s); site != "" {
		return site
	}
	if !strings.Contains(s, ".") || strings.ContainsAny(s, " /@") {
		return ""
	}
	return strings.TrimPrefix(path.Clean(s), "www.")
}

func trimSpaceLeft(b []byte) []byte {
	b = []byte(strings.TrimPrefix(string(b[:min(len(b), 1024)]), string(utf8BOM)))
	return []byte(strings.TrimLeft(string(b), " \t\r\n"))
}
