package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// readPage finds the article in a web page.
func (r *Reader) readPage(page string, a *Article) error {
	a.HTML = []byte(page)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil { // tags nested hundreds deep, mostly for want of their ends
		flat := flattened(page)
		if root, err = html.Parse(strings.NewReader(flat)); err != nil {
			return fmt.Errorf("HTML: %w", err)
		}
		a.HTML = []byte(flat)
	}
	opts := trafilatura.Options{
		EnableFallback:  true,
		ExcludeComments: true,
		HtmlDateMode:    trafilatura.Disabled, // package published does that
	}
	if u := webAddress(a.Doc.URL); u != nil {
		opts.OriginalURL = u
	}
	res, err := extract(root, opts)
	if err != nil {
		return err
	}
	d := &a.Doc
	if d.Title == "" {
		d.Title = oneLine(res.Metadata.Title)
	}
	if d.Byline == "" {
		d.Byline = oneLine(res.Metadata.Author)
	}
	if d.URL == "" && webAddress(res.Metadata.URL) != nil {
		d.URL = res.Metadata.URL
	}
	if d.Language == "" {
		d.Language = languageTag(langOf(root))
	}
	var b blocks
	body := collect(res.ContentNode)
	if d.Title != "" && (len(body) == 0 || !sameWords(body[0].text, d.Title)) {
		b.add(d.Title, article.Title)
	}
	for i, p := range body {
		if i == 0 && len(b.list) == 0 && d.Title != "" {
			p.section = article.Title
		}
		b.add(p.text, p.section)
	}
	if len(body) == 0 || len(body) == 1 && sameWords(body[0].text, d.Title) {
		return fmt.Errorf("%w: no main text in the page", ErrNoText)
	}
	d.Text, d.Blocks = b.text.String(), b.list
	return nil
}

// flattened writes a page without nesting: paragraphs and headings, title,
// metadata and times, and no other tags.
func flattened(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	b.WriteString("<!DOCTYPE html>")
	for hidden := atom.Atom(0); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := z.Raw()
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case kind == html.TextToken && hidden == 0:
			b.Write(raw)
		case hidden != 0:
			if kind == html.EndTagToken && tag == hidden {
				hidden = 0
			}
		case tag == atom.Script && (kind == html.EndTagToken || bytes.Contains(raw, []byte("ld+json"))):
			b.Write(raw)
		case kind == html.StartTagToken && (tag == atom.Script || tag == atom.Style || tag == atom.Noscript || tag == atom.Template || tag == atom.Svg || tag == atom.Textarea || tag == atom.Select):
			hidden = tag
		case tag == atom.Title, tag == atom.Meta, tag == atom.Link, tag == atom.Br, tag == atom.Time, tag == atom.H1, tag == atom.H2, tag == atom.H3, tag == atom.H4:
			b.Write(raw)
		case isBlock(tag) && tag != atom.Html && tag != atom.Body:
			b.WriteString("<p>")
		}
	}
}

// extract calls trafilatura, which panics on some odd pages.
func extract(root *html.Node, opts trafilatura.Options) (res *trafilatura.ExtractResult, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("main text of the page: panic: %v", p)
		}
	}()
	res, err = trafilatura.ExtractDocument(root, opts)
	if err != nil {
		return nil, fmt.Errorf("%w: no main text in the page", ErrNoText)
	}
	if res.ContentNode == nil {
		return nil, errors.New("no main text in the page")
	}
	return res, nil
}

// readFragment reads markup that is the article and nothing else.
func (r *Reader) readFragment(markup string, a *Article) error {
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return fmt.Errorf("HTML: %w", err)
	}
	var b blocks
	for _, n := range nodes {
		for _, p := range collect(n) {
			b.add(p.text, p.section)
		}
	}
	a.Doc.Text, a.Doc.Blocks = b.text.String(), b.list
	return nil
}

// looksLikeMarkup reports whether a field holds HTML rather than plain text.
func looksLikeMarkup(text string) bool {
	t := strings.TrimSpace(text)
	if !strings.HasPrefix(t, "<") {
		return false
	}
	low := strings.ToLower(t)
	for _, tag := range []string{"</p>", "</div>", "</html>", "</body>", "</article>", "</h1>", "</h2>", "<br>", "<br/>", "<br />", "</section>", "</span>"} {
		if strings.Contains(low, tag) {
			return true
		}
	}
	return false
}

// blocks builds a text of paragraphs.
type blocks struct {
	text strings.Builder
	list []article.Block
}

func (b *blocks) add(text string, section article.Section) {
	if text == "" {
		return
	}
	if b.text.Len() > 0 {
		b.text.WriteString("\n\n")
	}
	start := b.text.Len()
	b.text.WriteString(text)
	if section != article.Body {
		b.list = append(b.list, article.Block{Span: article.Span{Start: start, End: b.text.Len()}, Section: section})
	}
}

// paragraph is one block of a page.
type paragraph struct {
	text    string
	section article.Section
}

// collect gives the paragraphs below a node.
func collect(n *html.Node) []paragraph {
	c := collector{}
	c.walk(n, article.Body)
	c.flush(article.Body)
	return c.out
}

type collector struct {
	out []paragraph
	buf bytes.Buffer
}

// flush ends the paragraph in hand.
func (c *collector) flush(section article.Section) {
	text := strings.ToValidUTF8(c.buf.String(), "\ufffd")
	c.buf.Reset()
	var lines []string
	for _, l := range strings.Split(text, "\v") { // a forced line break
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	if len(lines) > 0 {
		c.out = append(c.out, paragraph{strings.Join(lines, "\n"), section})
	}
}

func (c *collector) walk(n *html.Node, section article.Section) {
	switch n.Type {
	case html.TextNode:
		c.buf.WriteString(n.Data)
		return
	case html.ElementNode:
	default:
		c.children(n, section)
		return
	}
	inner, tag := section, n.DataAtom
	if tag == 0 { // made by the extractor, not by the parser
		tag = atom.Lookup([]byte(n.Data))
	}
	switch tag {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Svg, atom.Head, atom.Button, atom.Select, atom.Textarea:
		return
	case atom.Br:
		c.buf.WriteByte('\v')
		return
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		inner = article.Heading
	case atom.Blockquote:
		inner = article.Quote
	case atom.Figcaption, atom.Caption:
		inner = article.Caption
	case atom.Td, atom.Th:
		c.buf.WriteByte(' ')
		c.children(n, section)
		c.buf.WriteByte(' ')
		return
	}
	if !isBlock(tag) {
		c.children(n, section)
		return
	}
	c.flush(section)
	c.children(n, inner)
	c.flush(inner)
}

func (c *collector) children(n *html.Node, section article.Section) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.walk(k, section)
	}
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Figure, atom.Figcaption,
		atom.Caption, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Pre, atom.Section, atom.Article,
		atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Hr, atom.Body, atom.Html, atom.Thead, atom.Tbody, atom.Address, atom.Form, atom.Details, atom.Summary:
		return true
	}
	return false
}

func langOf(root *html.Node) string {
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.DataAtom == atom.Html {
			for _, at := range n.Attr {
				if at.Key == "lang" || at.Key == "xml:lang" {
					return at.Val
				}
			}
		}
	}
	return ""
}

// sameWords compares two titles by their letters.
func sameWords(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), ""), strings.Join(strings.Fields(b), ""))
}
