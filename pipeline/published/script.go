package published

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"
)

// script looks for dates in a script: JSON-LD, and data of other kinds by the
// names that dates have there.
func (r *pageReader) script(n *html.Node) {
	if n.FirstChild == nil {
		return
	}
	src := n.FirstChild.Data
	if strings.Contains(attr(n, "type"), "ld+json") {
		var v any
		if json.Unmarshal([]byte(strings.TrimSpace(src)), &v) == nil {
			r.linked(v, 0)
			return
		}
		r.named(src, jsonPublished)
		return
	}
	r.named(src, scriptPublished)
}

// linked walks through JSON-LD.
func (r *pageReader) linked(v any, depth int) {
	if depth > 12 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			r.linked(e, depth+1)
		}
	case map[string]any:
		r.object(v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "article", "hasPart", "itemListElement", "item"} {
			if e, ok := v[key]; ok {
				r.linked(e, depth+1)
			}
		}
	}
}

// object takes the dates of one JSON-LD object.
func (r *pageReader) object(v map[string]any) {
	switch strings.ToLower(jsonString(v["@type"])) {
	case "comment", "event", "person", "organization", "breadcrumblist", "imageobject", "review", "product", "jobposting":
		return
	}
	for _, k := range linkedKinds {
		if s := jsonString(v[k.name]); s != "" {
			r.add(k.kind, s, 0)
		}
	}
}

var linkedKinds = [...]struct {
	name string
	kind kind
}{{"datePublished", jsonPublished}, {"dateCreated", jsonCreated}, {"uploadDate", jsonCreated}, {"dateModified", jsonModified}}

func jsonString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return jsonString(v[0])
		}
	case map[string]any:
		return jsonString(v["@value"])
	}
	return ""
}

// maxScript bounds what is looked at of one script.
const maxScript = 1 << 20

// named finds "datePublished":"..." and its like.
func (r *pageReader) named(src string, k kind) {
	src = src[:min(len(src), maxScript)]
	for _, name := range r.scan.lex.script {
		for pos, n := 0, 0; n < 3; n++ {
			i := strings.Index(src[pos:], name)
			if i < 0 {
				break
			}
			pos += i + len(name)
			rest := strings.TrimLeft(src[pos:min(pos+80, len(src))], "\"'\\ :=,\t\n")
			j := strings.IndexAny(rest, "\"'\\\n,;})")
			if j > 0 && pos+j < len(src) {
				r.add(k, rest[:j], 0)
			}
		}
	}
}
