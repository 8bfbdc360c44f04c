package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// maxFront bounds front matter; more is a text that starts with a rule.
const maxFront = 64 << 10

// front is the front matter of a text.
type front struct {
	fields record
	end    int   // where the text goes on; 0 without front matter
	err    error // why it could not be read
}

// frontMatter reads what stands between two lines of "---" (YAML) or "+++"
// (TOML) at the head of a text.
func frontMatter(text string) front {
	fence := text[:min(3, len(text))]
	if fence != "---" && fence != "+++" {
		return front{}
	}
	first, pos, ok := cutLine(text, 0)
	if !ok || strings.TrimRight(first, " \t") != fence {
		return front{}
	}
	start := pos
	for pos < len(text) && pos <= maxFront {
		line, next, _ := cutLine(text, pos)
		line = strings.TrimRight(line, " \t")
		if line == fence || fence == "---" && line == "..." {
			f := front{end: next}
			if fence == "+++" {
				f.fields, f.err = tomlFields(text[start:pos])
			} else {
				f.fields, f.err = yamlFields(text[start:pos])
			}
			if f.err == nil && len(f.fields.names) == 0 {
				return front{} // a thematic break, not front matter
			}
			return f
		}
		pos = next
	}
	return front{}
}

// cutLine returns the line at pos without its end, and where the next one
// starts; ok is false for a last line without an end.
func cutLine(text string, pos int) (line string, next int, ok bool) {
	i := strings.IndexByte(text[pos:], '\n')
	if i < 0 {
		return text[pos:], len(text), false
	}
	return strings.TrimSuffix(text[pos:pos+i], "\r"), pos + i + 1, true
}

// yamlFields takes the scalars of a YAML mapping as they are written.
func yamlFields(src string) (rec record, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("front matter: %v", p)
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
		return record{}, fmt.Errorf("front matter: %w", err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return record{}, nil
	}
	m := doc.Content[0].Content
	for i := 0; i+1 < len(m); i += 2 {
		rec.add(m[i].Value, yamlText(m[i+1], 0))
	}
	return rec, nil
}

func yamlText(n *yaml.Node, depth int) string {
	switch {
	case depth > 3:
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return n.Value
	case n.Kind == yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			if s := yamlText(c, depth+1); s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ", ")
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "name" {
				return yamlText(n.Content[i+1], depth+1)
			}
		}
	case n.Kind == yaml.AliasNode:
		return yamlText(n.Alias, depth+1)
	}
	return ""
}

func tomlFields(src string) (rec record, err error) {
	fields := make(map[string]any)
	if _, err := toml.Decode(src, &fields); err != nil {
		return record{}, fmt.Errorf("front matter: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		rec.add(name, tomlText(fields[name]))
	}
	return rec, nil
}

func tomlText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		if v.Location().String() == "date-local" {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	case []any:
		var parts []string
		for _, e := range v {
			parts = append(parts, tomlText(e))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if name, ok := v["name"].(string); ok {
			return name
		}
		return ""
	}
	return fmt.Sprint(v)
}

// readMarkdown reads a Markdown file. Its text stays as it is; front matter
// (which is no prose), headings and quotes are marked.
func (r *Reader) readMarkdown(text string, a *Article) error {
	d := &a.Doc
	d.Text = text
	f := frontMatter(text)
	if f.err != nil {
		return f.err
	}
	d.Title = oneLine(r.fields.get(f.fields, "title"))
	d.Byline = oneLine(r.fields.get(f.fields, "byline"))
	d.URL = strings.TrimSpace(r.fields.get(f.fields, "url"))
	d.Language = languageTag(r.fields.get(f.fields, "language"))
	if webAddress(d.URL) == nil {
		d.URL = "" // a path within a site, as Hugo and Jekyll have it
	}
	if id := oneLine(r.fields.get(f.fields, "id")); id != "" {
		d.ID, a.ownID = id, true
	}
	a.stated(r.fields.get(f.fields, "published"), "front_matter")
	if f.end > 0 {
		end := len(strings.TrimRight(text[:f.end], " \t\r\n"))
		d.Blocks = append(d.Blocks, article.Block{Span: article.Span{Start: 0, End: end}, Section: article.Meta})
	} else {
		markAddress(d)
		for _, b := range d.Blocks {
			f.end = b.End
		}
	}
	d.Blocks = append(d.Blocks, markdownBlocks(text, f.end)...)
	if d.Title == "" {
		for _, b := range d.Blocks {
			if b.Section == article.Title {
				d.Title = headingWords(d.TextOf(b.Span))
			}
		}
	}
	if strings.TrimSpace(text[f.end:]) == "" {
		return ErrNoText
	}
	return nil
}

// markdownBlocks marks headings and quotes from a byte offset on. The first
// heading of the first level is the title when nothing but blank lines stands
// before it.
func markdownBlocks(text string, from int) []article.Block {
	var out []article.Block
	var fence string
	prev, quote := article.Span{}, -1
	first := true
	add := func(s article.Span, sec article.Section) {
		out = append(out, article.Block{Span: s, Section: sec})
	}
	for pos := from; pos < len(text); {
		line, next, _ := cutLine(text, pos)
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		span := article.Span{Start: pos + indent, End: pos + len(strings.TrimRight(line, " \t"))}
		pos = next
		if fence != "" {
			if strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]+" \t") == "" {
				fence = ""
			}
			continue
		}
		isQuote := indent < 4 && strings.HasPrefix(trimmed, ">")
		switch {
		case isQuote && quote >= 0:
			out[quote].End = span.End
		case isQuote && span.Len() > 1:
			add(span, article.Quote)
			quote = len(out) - 1
		case indent < 4 && (strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~")):
			fence = trimmed[:3]
		case indent < 4 && headingLevel(trimmed) > 0:
			sec := article.Heading
			if first && headingLevel(trimmed) == 1 {
				sec = article.Title
			}
			add(span, sec)
		case indent < 4 && prev.Len() > 0 && quote < 0 && isUnderline(trimmed):
			sec := article.Heading
			if len(out) == 0 && trimmed[0] == '=' && strings.TrimSpace(text[from:prev.Start]) == "" {
				sec = article.Title
			}
			add(article.Span{Start: prev.Start, End: span.End}, sec)
			span = article.Span{}
		}
		if !isQuote {
			quote = -1
		}
		if strings.TrimSpace(line) != "" {
			first = false
		}
		prev = article.Span{}
		if !isQuote && headingLevel(trimmed) == 0 && indent < 4 {
			prev = span
		}
	}
	return out
}

// headingLevel returns 1 to 6 for "# Heading", else 0.
func headingLevel(line string) int {
	n := 0
	for n < len(line) && line[n] == '#' {
		n++
	}
	if n == 0 || n > 6 || n == len(line) || line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	if strings.Trim(line, "# \t") == "" {
		return 0
	}
	return n
}

// isUnderline reports whether a line makes the one above a heading.
func isUnderline(line string) bool {
	line = strings.TrimRight(line, " \t")
	return len(line) >= 3 && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

// headingWords drops the marks of a heading.
func headingWords(h string) string {
	h, _, _ = strings.Cut(strings.TrimLeft(h, "# \t"), "\n")
	return oneLine(strings.TrimRight(h, "# \t\r"))
}
