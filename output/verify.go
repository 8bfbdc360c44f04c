package output

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// maxProblems ends Verify's list: the hundredth says no more than the first.
const maxProblems = 100

// Verify checks what the tables promise, beyond types: that ids are unique and
// refer to rows that are there, that offsets in bytes and in code points cut
// the text that the row has, that rows lie in their sentences and are sorted,
// and that counts agree. It returns what is broken, at most a hundred things.
func Verify(t *Tables) []error {
	v := &verifier{docs: map[string]bool{}, entities: map[string]*tally{}}
	for d, err := range t.Documents() {
		if err != nil {
			v.fail("%w", err)
			break
		}
		v.document(d)
	}
	v.checkEntities(t)
	for _, err := range t.Rows(Errors) {
		if err != nil {
			v.fail("%w", err)
		}
	}
	return v.errs
}

// tally is what the mentions say about an entity.
type tally struct {
	mentions  int
	documents int
	last      string // document counted last
}

type verifier struct {
	errs     []error
	docs     map[string]bool
	entities map[string]*tally
}

func (v *verifier) fail(format string, args ...any) {
	if len(v.errs) < maxProblems {
		v.errs = append(v.errs, fmt.Errorf(format, args...))
	}
}

func (v *verifier) document(d *Doc) {
	id := d.Str("doc_id")
	if v.docs[id] {
		v.fail("%s: two documents with this id", id)
	}
	v.docs[id] = true
	if n := d.Int("sentences"); n != len(d.Sentences) {
		v.fail("%s: %d sentences, %d rows", id, n, len(d.Sentences))
	}
	if known := !d.Null("published"); known == (d.Str("published_from") == "none") || known == d.Null("published_precision") {
		v.fail("%s: published %s, precision %s, from %s", id, d.Text("published"), d.Text("published_precision"), d.Text("published_from"))
	}
	chars := &charIndex{}
	chars.reset(d.Str("text"))
	v.sentences(d)
	mentions := map[string]Row{}
	v.spans(d, Mentions, chars, true)
	for _, r := range d.Mentions {
		key := r.Str("mention_id")
		if want := spanID(id, "#", r); key != want {
			v.fail("%s: mention_id %s, want %s", id, key, want)
		}
		if _, twice := mentions[key]; twice {
			v.fail("%s: two mentions with this id", key)
		}
		mentions[key] = r
		v.count(id, r)
	}
	v.spans(d, Places, chars, false)
	placed := map[string]bool{}
	for _, r := range d.Places {
		v.place(r, mentions)
		placed[r.Str("mention_id")] = true
	}
	for _, r := range d.Mentions {
		if key := r.Str("mention_id"); r.Str("kind") == "LOC" && !placed[key] {
			v.fail("%s: a LOC without a row in places", key)
		}
	}
	v.spans(d, Dates, chars, true)
	for _, r := range d.Dates {
		v.date(id, r)
	}
}

// sentences checks that sentences are numbered, sorted and apart, and that no
// word is between them.
func (v *verifier) sentences(d *Doc) {
	end := 0
	for i, r := range d.Sentences {
		if r.Int("sentence") != i {
			v.fail("%s: sentence %d is numbered %d", d.Str("doc_id"), i, r.Int("sentence"))
		}
		if r.Int("byte_start") < end {
			v.fail("%s: sentence %d starts at %d, before %d", d.Str("doc_id"), i, r.Int("byte_start"), end)
		}
		end = max(end, r.Int("byte_end"))
	}
	chars := &charIndex{}
	chars.reset(d.Str("text"))
	v.spans(d, Sentences, chars, true)
}

// spans checks the rows' offsets and texts, and that they are sorted.
func (v *verifier) spans(d *Doc, table string, chars *charIndex, apart bool) {
	text := d.Str("text")
	last := 0
	for _, r := range *d.rows(table) {
		start, end := r.Int("byte_start"), r.Int("byte_end")
		where := fmt.Sprintf("%s: %s %d-%d", d.Str("doc_id"), table, start, end)
		switch {
		case start < 0 || end < start || end > len(text):
			v.fail("%s: outside the text of %d bytes", where, len(text))
			continue
		case text[start:end] != r.Str("text"):
			v.fail("%s: text is %q, but the article says %q", where, r.Str("text"), text[start:end])
		case !utf8.ValidString(text[start:end]):
			v.fail("%s: cuts a character", where)
		case chars.at(start) != r.Int("char_start") || chars.at(end) != r.Int("char_end"):
			v.fail("%s: code points %d-%d, want %d-%d", where, r.Int("char_start"), r.Int("char_end"), chars.at(start), chars.at(end))
		}
		if start < last {
			v.fail("%s: starts before %d", where, last)
		}
		if last = start; apart {
			last = end
		}
		if table != Sentences {
			v.inSentence(d, r, where)
		}
	}
}

func (v *verifier) inSentence(d *Doc, r Row, where string) {
	i := r.Int("sentence")
	if i < 0 || i >= len(d.Sentences) {
		v.fail("%s: sentence %d of %d", where, i, len(d.Sentences))
		return
	}
	s := d.Sentences[i]
	if r.Int("byte_start") < s.Int("byte_start") || r.Int("byte_end") > s.Int("byte_end") {
		v.fail("%s: not in sentence %d at %d-%d", where, i, s.Int("byte_start"), s.Int("byte_end"))
	}
}

func (v *verifier) place(r Row, mentions map[string]Row) {
	key := r.Str("mention_id")
	m, ok := mentions[key]
	switch {
	case !ok && r.Str("role") != "in_name":
		v.fail("%s: place %q has no mention", key, r.Str("text"))
	case ok && (r.Int("byte_start") < m.Int("byte_start") || r.Int("byte_end") > m.Int("byte_end")):
		v.fail("%s: place %q is not within its mention", key, r.Str("text"))
	}
	nil_ := r.Null("place_id")
	for _, c := range []string{"lat", "lon", "name"} {
		if r.Null(c) != nil_ {
			v.fail("%s: place_id %s, %s %s", key, r.Text("place_id"), c, r.Text(c))
		}
	}
	if lat, lon := r.Float("lat"), r.Float("lon"); lat < -90 || lat > 90 || lon < -180 || lon > 180 {
		v.fail("%s: no point: %v, %v", key, lat, lon)
	}
}

func (v *verifier) date(id string, r Row) {
	key := r.Str("mention_id")
	if want := spanID(id, "#d", r); key != want {
		v.fail("%s: mention_id %s, want %s", id, key, want)
	}
	if r.Str("value") == "" {
		v.fail("%s: no value", key)
	}
	if r.Bool("resolved") != r.Null("unresolved_reason") {
		v.fail("%s: resolved %v, unresolved_reason %s", key, r.Bool("resolved"), r.Text("unresolved_reason"))
	}
	if !r.Null("date_from") && !r.Null("date_to") && r.Day("date_to") < r.Day("date_from") {
		v.fail("%s: from %s to %s", key, r.Text("date_from"), r.Text("date_to"))
	}
	if r.Null("anchor") != r.Null("anchor_from") {
		v.fail("%s: anchor %s from %s", key, r.Text("anchor"), r.Text("anchor_from"))
	}
}

func (v *verifier) count(doc string, r Row) {
	id := r.Str("entity_id")
	e := v.entities[id]
	if e == nil {
		e = &tally{}
		v.entities[id] = e
	}
	if e.mentions++; e.documents == 0 || e.last != doc {
		e.documents, e.last = e.documents+1, doc
	}
}

func (v *verifier) checkEntities(t *Tables) {
	seen := map[string]bool{}
	for r, err := range t.Rows(Entities) {
		if err != nil {
			v.fail("%w", err)
			return
		}
		id := r.Str("entity_id")
		if seen[id] {
			v.fail("entity %s: two rows", id)
		}
		seen[id] = true
		e := v.entities[id]
		if e == nil {
			e = &tally{}
		}
		if r.Int("mentions") != e.mentions || r.Int("documents") != e.documents {
			v.fail("entity %s: %d mentions in %d documents, but the mentions say %d in %d",
				id, r.Int("mentions"), r.Int("documents"), e.mentions, e.documents)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(v.entities)) {
		if !seen[id] {
			v.fail("entity %q of %d mentions: no row in entities", id, v.entities[id].mentions)
		}
	}
}

func spanID(doc, mark string, r Row) string {
	return fmt.Sprintf("%s%s%d-%d", doc, mark, r.Int("byte_start"), r.Int("byte_end"))
}
