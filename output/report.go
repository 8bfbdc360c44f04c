package output

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

//go:embed report/report.html
var reportHTML string

// ReportOptions say what a report shows.
type ReportOptions struct {
	Title    string // heading; default "dateline"
	Articles int    // articles to show with their marks; default 200, negative none
	Top      int    // rows of each list; default 15
}

func (o ReportOptions) withDefaults() ReportOptions {
	o.Title = cmp.Or(o.Title, "dateline")
	o.Articles = cmp.Or(o.Articles, 200) // a page of some megabytes, which browsers still like
	o.Top = cmp.Or(o.Top, 15)
	return o
}

// Report writes the tables as one HTML file that needs nothing else: counts,
// who and where and when, what stayed open, a map, a time line, and the
// articles with their marks. It holds no scripts and asks for no other file.
func Report(t *Tables, w io.Writer, opts ReportOptions) error {
	opts = opts.withDefaults()
	s := &summary{tops: map[string]map[string]*bar{}, places: map[string]*point{}, open: map[string]*bar{}}
	for d, err := range t.Documents() {
		if err != nil {
			return err
		}
		s.add(d)
	}
	for r, err := range t.Rows(Errors) {
		if err != nil {
			return err
		}
		s.errors++
		if len(s.failures) < opts.Top {
			s.failures = append(s.failures, failure{clean(r.Str("source")), clean(r.Str("member")), r.Str("stage"), clean(r.Str("error"))})
		}
	}
	page, err := template.New("report").Parse(reportHTML)
	if err != nil {
		return err
	}
	if err := page.ExecuteTemplate(w, "head", s.page(opts)); err != nil {
		return err
	}
	shown := 0
	for d, err := range t.Documents() {
		if err != nil {
			return err
		}
		if shown++; shown > opts.Articles {
			break
		}
		if err := page.ExecuteTemplate(w, "article", articleOf(d)); err != nil {
			return err
		}
	}
	return page.ExecuteTemplate(w, "foot", nil)
}

// bar is one line of a list of counts.
type bar struct {
	Name, More string
	N          int
	Percent    int // of the longest
}

type point struct {
	name, country, precision string
	lat, lon                 float64
	n                        int
}

type failure struct{ Source, Member, Stage, Error string }

type count struct {
	Name string
	N    int
	More string
}

// summary gathers what the head of the report says.
type summary struct {
	rows       map[string]int
	tops       map[string]map[string]*bar // by kind, by entity
	places     map[string]*point
	open       map[string]*bar
	days       []dayRange
	published  []article.Day
	undated    int
	placesOpen int
	datesOpen  int
	errors     int
	failures   []failure
}

type dayRange struct{ from, to article.Day }

func (s *summary) add(d *Doc) {
	if s.rows == nil {
		s.rows = map[string]int{}
	}
	s.rows[Documents]++
	for _, table := range ofDocuments {
		s.rows[table] += len(*d.rows(table))
	}
	if day := d.Day("published"); day != 0 {
		s.published = append(s.published, day)
	} else {
		s.undated++
		s.count(s.open, "publication day", "publication day: no source states it", clean(d.Str("doc_id")))
	}
	for _, m := range d.Mentions {
		kind := m.Str("kind")
		if s.tops[kind] == nil {
			s.tops[kind] = map[string]*bar{}
		}
		s.count(s.tops[kind], m.Str("entity_id")+"\x00"+m.Str("canonical"), clean(m.Str("canonical")), "")
	}
	for _, r := range d.Places {
		id := r.Str("place_id")
		if id == "" {
			s.placesOpen++
			why := "place: several bear the name"
			if r.Int("candidates") == 0 {
				why = "place: no such name in the gazetteer"
			}
			s.count(s.open, why, why, clean(r.Str("text")))
			continue
		}
		p := s.places[id]
		if p == nil {
			p = &point{clean(r.Str("name")), r.Str("country"), r.Str("precision"), r.Float("lat"), r.Float("lon"), 0}
			s.places[id] = p
		}
		p.n++
	}
	for _, r := range d.Dates {
		if !r.Bool("resolved") {
			s.datesOpen++
			why := "date: " + clean(cmp.Or(r.Str("unresolved_reason"), "not said why"))
			s.count(s.open, why, why, clean(r.Str("text")))
		}
		if from, to := r.Day("date_from"), r.Day("date_to"); from != 0 && to >= from {
			s.days = append(s.days, dayRange{from, to})
		}
	}
}

// count adds one to a bar; its first few examples are kept.
func (s *summary) count(bars map[string]*bar, key, name, example string) {
	b := bars[key]
	if b == nil {
		b = &bar{Name: name}
		bars[key] = b
	}
	b.N++
	if example != "" && len(b.More) < 60 && !strings.Contains(b.More, example) {
		if b.More != "" {
			b.More += ", "
		}
		b.More += example
	}
}

// page is what the template's head is made from.
type page struct {
	Title    string
	Schema   string
	Counts   []count
	Lists    []list
	Open     []bar
	Failures []failure
	Errors   int
	Map      *mapView
	Time     *timeView
	Articles int
	Shown    int
}

type list struct {
	Name string
	Bars []bar
}

func (s *summary) page(opts ReportOptions) page {
	p := page{Title: opts.Title, Schema: SchemaVersion, Failures: s.failures, Errors: s.errors, Articles: s.rows[Documents]}
	p.Shown = max(0, min(opts.Articles, p.Articles))
	more := map[string]string{
		Documents: s.dated(),
		Places:    fmt.Sprintf("%d resolved", s.rows[Places]-s.placesOpen),
		Dates:     fmt.Sprintf("%d resolved", s.rows[Dates]-s.datesOpen),
	}
	for _, table := range []string{Documents, Sentences, Mentions, Places, Dates} {
		p.Counts = append(p.Counts, count{table, s.rows[table], more[table]})
	}
	p.Counts = append(p.Counts, count{Errors, s.errors, ""})
	for _, k := range []struct{ kind, name string }{{"PER", "People"}, {"ORG", "Organisations"}, {"NORP", "Groups"}} {
		if bars := top(s.tops[k.kind], opts.Top); len(bars) > 0 {
			p.Lists = append(p.Lists, list{k.name, bars})
		}
	}
	named := map[string]*bar{}
	for id, q := range s.places {
		named[id] = &bar{Name: q.name, More: q.country, N: q.n}
	}
	if bars := top(named, opts.Top); len(bars) > 0 {
		p.Lists = append(p.Lists, list{"Places", bars})
	}
	p.Open = top(s.open, opts.Top)
	p.Map = drawMap(s.places)
	p.Time = drawTime(s.days, s.published)
	return p
}

func (s *summary) dated() string {
	if len(s.published) == 0 {
		return "none has a publication day"
	}
	out := fmt.Sprintf("published %s to %s", slices.Min(s.published), slices.Max(s.published))
	if s.undated > 0 {
		out += fmt.Sprintf(", %d undated", s.undated)
	}
	return out
}

// top returns the n longest bars, equals by name.
func top(bars map[string]*bar, n int) []bar {
	all := make([]bar, 0, len(bars))
	for _, b := range bars {
		all = append(all, *b)
	}
	slices.SortFunc(all, func(a, b bar) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name), cmp.Compare(a.More, b.More))
	})
	all = all[:min(n, len(all))]
	for i := range all {
		all[i].Percent = 100 * all[i].N / all[0].N
	}
	return all
}

// clean replaces characters that have no place in HTML.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, s)
}

// articleView is an article cut where marks begin and end.
type articleView struct {
	ID, Title, Published, From, URL string
	Sections                        []sectionView
	Notes                           string
}

type sectionView struct {
	Class string
	Parts []part
}

// part is a stretch of text with the same marks.
type part struct {
	Text, Class, Note string
}

func articleOf(d *Doc) articleView {
	a := articleView{ID: clean(d.Str("doc_id")), Title: clean(cmp.Or(d.Str("title"), d.Str("doc_id"))), URL: d.Str("url")}
	a.Published, a.From = d.Day("published").String(), d.Str("published_from")
	a.Notes = fmt.Sprintf("%d names, %d places, %d dates", len(d.Mentions), len(d.Places), len(d.Dates))
	end := 0
	text := d.Str("text")
	for _, r := range d.Sentences {
		from, to := max(r.Int("byte_start"), end), r.Int("byte_end")
		if to <= from {
			continue
		}
		gap := text[end:from]
		class := r.Str("section")
		n := len(a.Sections)
		if n == 0 || a.Sections[n-1].Class != class || strings.Contains(gap, "\n") {
			a.Sections = append(a.Sections, sectionView{Class: class})
			n++
		} else if gap != "" {
			a.Sections[n-1].Parts = append(a.Sections[n-1].Parts, part{Text: " "})
		}
		a.Sections[n-1].Parts = append(a.Sections[n-1].Parts, cut(d, from, to)...)
		end = to
	}
	return a
}

// cut returns the text from-to in parts.
func cut(d *Doc, from, to int) []part {
	var marks []Row
	for _, rows := range [][]Row{d.Mentions, d.Places, d.Dates} {
		for _, r := range rows {
			if r.Int("byte_start") < to && from < r.Int("byte_end") {
				marks = append(marks, r)
			}
		}
	}
	edges := []int{from, to}
	for _, r := range marks {
		edges = append(edges, max(from, r.Int("byte_start")), min(to, r.Int("byte_end")))
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	text := d.Str("text")
	parts := make([]part, 0, len(edges))
	for i := 0; i+1 < len(edges); i++ {
		p := part{Text: clean(text[edges[i]:edges[i+1]])}
		for _, r := range marks {
			if r.Int("byte_start") <= edges[i] && edges[i+1] <= r.Int("byte_end") {
				p.mark(r)
			}
		}
		parts = append(parts, p)
	}
	return parts
}

// mark adds the row's class and what it says.
func (p *part) mark(r Row) {
	var class, note string
	switch r.Schema.Table {
	case Mentions:
		class = r.Str("kind")
		note = class + " " + r.Str("canonical") + " " + facts(r, `"title`)
	case Places:
		class = "place"
		if r.Null("place_id") {
			class = "nil"
		}
		note = "place " + orNIL(r.Str("place_id")) + " " + facts(r, "name", "country", "precision", "role")
	case Dates:
		class = "date"
		if !r.Bool("resolved") {
			class = "date open"
		}
		note = "date " + r.Str("value") + " " + facts(r, "date_from..date_to", "unresolved_reason")
	}
	note = strings.TrimRight(note, " ")
	if !r.Null("confidence") {
		note += fmt.Sprintf(", confidence %.2f", r.Float("confidence"))
	}
	note = clean(note + " [" + r.Str("rule") + "]")
	if p.Class != "" {
		class, note = p.Class+" "+class, p.Note+"\n"+note
	}
	p.Class, p.Note = class, note
}
