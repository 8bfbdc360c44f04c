package output

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Golden returns what the tables say about one document as text to keep and to
// compare: a head, then one line a fact, sorted by place:
//
//	409-418	date	"Wednesday"	2020-01-01	DATE 2020-01-01..2020-01-01 day relative p=.9	dates/wednesday
//
// Confidences are cut to one decimal, so that a small change of a model does not
// change every line.
func Golden(t *Tables, docID string) (string, error) {
	for d, err := range t.Documents() {
		if err != nil {
			return "", err
		}
		if d.Str("doc_id") == docID {
			return golden(d), nil
		}
	}
	return "", fmt.Errorf("%s: no document %q", t.Dir, docID)
}

func golden(d *Doc) string {
	var b strings.Builder
	fmt.Fprintf(&b, "document\t%s\t%s\t%d bytes\t%d tokens\t%d sentences\n",
		plain(d.Str("doc_id")), d.Str("format"), d.Int("bytes"), d.Int("tokens"), d.Int("sentences"))
	fmt.Fprintf(&b, "published\t%s\t%s\n", d.Text("published"), facts(d.Row, "published_precision", "published_from", `"published_text`))
	for _, column := range []string{"title", "byline", "url", "site", "language", "duplicate_of", "focus_country", "focus_place"} {
		if s := d.Str(column); s != "" {
			fmt.Fprintf(&b, "%s\t%q\n", column, s)
		}
	}
	type line struct {
		start, end int
		text       string
	}
	var lines []line
	add := func(r Row, kind, value, more string) {
		s := line{r.Int("byte_start"), r.Int("byte_end"), ""}
		s.text = fmt.Sprintf("%d-%d\t%s\t%q\t%s\t%s\t%s", s.start, s.end, kind, r.Str("text"), plain(value), more, r.Str("rule"))
		lines = append(lines, s)
	}
	for _, r := range d.Sentences {
		s := line{r.Int("byte_start"), r.Int("byte_end"), ""}
		s.text = fmt.Sprintf("%d-%d\tsentence\t%d\t%s", s.start, s.end, r.Int("sentence"), r.Str("section"))
		lines = append(lines, s)
	}
	for _, r := range d.Mentions {
		add(r, r.Str("kind"), r.Str("canonical"), facts(r, "entity_id", `"title`, "confidence"))
	}
	for _, r := range d.Places {
		point := ""
		if !r.Null("lat") {
			point = fmt.Sprintf(" at=%.2f,%.2f", r.Float("lat"), r.Float("lon"))
		}
		add(r, "place", orNIL(r.Str("place_id")), facts(r, `"name`, "feature_code", "country", `"admin1`, `"admin2`, "precision", "role",
			"actor_country=", "second_place_id=", "candidates=", "confidence")+point)
	}
	for _, r := range d.Dates {
		add(r, "date", r.Str("value"), facts(r, "type", "mod", "date_from..date_to", "granularity", "relative?", "ambiguous?", "resolved?",
			`"unresolved_reason`, "anchor=", "anchor_from=", "confidence"))
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end // a sentence comes before what it begins with
	})
	for _, l := range lines {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}

func orNIL(id string) string {
	if id == "" {
		return "NIL"
	}
	return id
}

// facts joins the cells that are not null: as they are; quoted with a " in front
// of the name; with their name for a = behind it; as the name alone, when true,
// for a ?; as a range.
func facts(r Row, columns ...string) string {
	var out []string
	for _, c := range columns {
		name := strings.Trim(c, `"=?`)
		from, to, isRange := strings.Cut(name, "..")
		switch {
		case isRange:
			if !r.Null(from) || !r.Null(to) {
				out = append(out, r.Day(from).String()+".."+r.Day(to).String())
			}
		case r.Null(name), r.Value(name) == "":
		case name == "confidence":
			out = append(out, "p="+bucket(r.Float(name)))
		case c[0] == '"':
			out = append(out, strconv.Quote(r.Text(name)))
		case strings.HasSuffix(c, "="):
			out = append(out, name+"="+plain(r.Text(name)))
		case strings.HasSuffix(c, "?"):
			if r.Bool(name) {
				out = append(out, name)
			}
		default:
			out = append(out, plain(r.Text(name)))
		}
	}
	return strings.Join(out, " ")
}

// bucket cuts a probability to one decimal: .9 for 0.93.
func bucket(p float64) string {
	tenths := int(math.Floor(p*10 + 1e-6))
	if tenths >= 10 {
		return "1"
	}
	return "." + strconv.Itoa(tenths)
}

// plain returns s when a terminal and a line can take it as it is, else quoted.
func plain(s string) string {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}
