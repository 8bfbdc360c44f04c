package output

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

//go:embed report/land.txt
var landBits string

// mapView is the map in degrees: x is east of -180, y south of 90.
type mapView struct {
	X, Y, W, H float64
	Land       string // path of the square degrees where people live
	Stroke     float64
	Lines      []gridLine
	Dots       []dot

	labels []box
}

type box struct{ x1, y1, x2, y2 float64 }

type gridLine struct {
	X1, Y1, X2, Y2 float64
	Label          string
	LX, LY, Size   float64 // where the label stands, and its size
}

type dot struct {
	X, Y, R float64
	Area    bool // stands for a country, region or division
	Note    string
	Label   string // "" for all but the most frequent
	LX, LY  float64
	Size    float64
}

// What keeps the map legible and the page small.
const (
	maxDots   = 500
	maxLabels = 40
)

// drawMap places resolved places on the world, or on the part of it that holds
// them. It returns nil when there is none.
func drawMap(places map[string]*point) *mapView {
	all := slices.SortedFunc(maps.Values(places), func(a, b *point) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name), cmp.Compare(a.lat, b.lat), cmp.Compare(a.lon, b.lon))
	})
	if len(all) == 0 {
		return nil
	}
	all = all[:min(maxDots, len(all))]
	m := frame(all)
	m.Land = land(m)
	m.grid()
	unit := m.W / 100
	for i, p := range all {
		d := dot{X: round2(p.lon + 180), Y: round2(90 - p.lat), R: round2(unit * (0.4 + 1.6*math.Sqrt(float64(p.n)/float64(all[0].n))))}
		d.Area = p.precision != "city" && p.precision != "point"
		d.Note = fmt.Sprintf("%s (%s, %s): %d", p.name, cmp.Or(p.country, "no country"), p.precision, p.n)
		if i < maxLabels {
			m.label(&d, p.name, unit)
		}
		m.Dots = append(m.Dots, d)
	}
	slices.Reverse(m.Dots) // the frequent ones on top
	return m
}

// frame returns the part of the world that holds the points, with a margin, at
// least as wide as a continent and twice as wide as high.
func frame(all []*point) *mapView {
	left, right, upper, lower := 360.0, 0.0, 180.0, 0.0
	for _, p := range all {
		left, right = min(left, p.lon+180), max(right, p.lon+180)
		upper, lower = min(upper, 90-p.lat), max(lower, 90-p.lat)
	}
	const margin, least = 6, 50
	w := max(right-left+2*margin, least, 2*(lower-upper+2*margin))
	w = min(w, 360)
	h := w / 2
	x := min(max((left+right-w)/2, 0), 360-w)
	y := min(max((upper+lower-h)/2, 0), 180-h)
	return &mapView{X: round2(x), Y: round2(y), W: round2(w), H: round2(h), Stroke: round2(w / 1000)}
}

// label writes the name right of its dot, or left of it at the edge, unless
// another name is there.
func (m *mapView) label(d *dot, name string, unit float64) {
	size := unit * 1.5
	width := size * 0.55 * float64(utf8.RuneCountInString(name))
	x := d.X + d.R + unit*0.3
	if x+width > m.X+m.W {
		x = d.X - d.R - unit*0.3 - width
	}
	b := box{x, d.Y - size/2, x + width, d.Y + size/2}
	for _, o := range m.labels {
		if b.x1 < o.x2 && o.x1 < b.x2 && b.y1 < o.y2 && o.y1 < b.y2 {
			return
		}
	}
	m.labels = append(m.labels, b)
	d.Label, d.LX, d.LY, d.Size = name, round2(x), round2(d.Y+size/3), round2(size)
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }

// land returns the path of the square degrees in the frame that are set.
func land(m *mapView) string {
	var path strings.Builder
	row := 0
	for line := range strings.Lines(landBits) {
		if line[0] == '#' {
			continue
		}
		if y := float64(row); y+1 > m.Y && y < m.Y+m.H {
			for x := max(0, int(m.X)); x < min(360, int(m.X+m.W)+1); x++ {
				if landAt(line, x) {
					run := 1
					for x+run < 360 && landAt(line, x+run) {
						run++
					}
					fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, row, run, run)
					x += run
				}
			}
		}
		row++
	}
	return path.String()
}

func landAt(line string, x int) bool {
	digit := strings.IndexByte(hexDigits, line[x/4])
	return digit&(8>>(x%4)) != 0
}

// grid adds meridians and parallels, some five of them each way.
func (m *mapView) grid() {
	step := 60.0
	for _, s := range []float64{30, 20, 10, 5} {
		if m.W/s <= 8 {
			step = s
		}
	}
	size := m.W / 70
	for x := math.Ceil(m.X/step) * step; x <= m.X+m.W; x += step {
		m.Lines = append(m.Lines, gridLine{x, m.Y, x, m.Y + m.H, degrees(x-180, "E", "W"), round2(x + size/4), round2(m.Y + m.H - size/2), round2(size)})
	}
	for y := math.Ceil(m.Y/step) * step; y <= m.Y+m.H; y += step {
		m.Lines = append(m.Lines, gridLine{m.X, y, m.X + m.W, y, degrees(90-y, "N", "S"), round2(m.X + size/4), round2(y - size/4), round2(size)})
	}
}

func degrees(v float64, plus, minus string) string {
	switch {
	case v > 0:
		return fmt.Sprintf("%g°%s", v, plus)
	case v < 0:
		return fmt.Sprintf("%g°%s", -v, minus)
	}
	return "0°"
}

// timeView is the time line: a bar for each bucket, up for days that articles
// speak of, down for articles published.
type timeView struct {
	Unit        string // day, month, year or decade
	W, H        float64
	Bars        []timeBar
	Before      int // dates before the first bucket
	After       int
	TooLong     int // expressions longer than a bucket, such as a year among days
	First, Last string
}

type timeBar struct {
	X           int
	Up, Down    float64 // heights of 0 to 50
	UpY         float64
	Note, Label string
}

// buckets cuts time; the first whose count fits is taken.
var buckets = []struct {
	unit string
	of   func(article.Day) (int, string)
}{
	{"day", func(d article.Day) (int, string) { return int(d), d.String() }},
	{"month", func(d article.Day) (int, string) { y, m, _ := d.Date(); return y*12 + int(m) - 1, d.String()[:7] }},
	{"year", func(d article.Day) (int, string) { y, _, _ := d.Date(); return y, d.String()[:4] }},
	{"decade", func(d article.Day) (int, string) { y, _, _ := d.Date(); return y / 10, d.String()[:3] + "0s" }},
}

const maxBuckets = 200

// drawTime returns nil when no day is known.
func drawTime(days []dayRange, published []article.Day) *timeView {
	var all []article.Day
	for _, r := range days {
		all = append(all, r.from)
	}
	all = append(all, published...)
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	// One century-old date must not squeeze the rest: the outer 2 % stay outside.
	first, last := all[len(all)/50], all[len(all)-1-len(all)/50]
	unit := buckets[len(buckets)-1]
	for _, b := range buckets {
		from, _ := b.of(first)
		to, _ := b.of(last)
		if to-from < maxBuckets {
			unit = b
			break
		}
	}
	return fillTime(days, published, first, last, unit.unit, unit.of)
}

func fillTime(days []dayRange, published []article.Day, first, last article.Day, unit string, of func(article.Day) (int, string)) *timeView {
	from, name := of(first)
	to, lastName := of(last)
	v := &timeView{Unit: unit, First: name, Last: lastName}
	n := to - from + 1
	up, down, labels := make([]int, n), make([]int, n), make([]string, n)
	place := func(d article.Day, bars []int) {
		switch i, label := of(d); {
		case i < from:
			v.Before++
		case i > to:
			v.After++
		default:
			bars[i-from]++
			labels[i-from] = label
		}
	}
	for _, r := range days {
		a, _ := of(r.from)
		b, _ := of(r.to)
		if a != b && unit != "decade" {
			v.TooLong++
			continue
		}
		place(r.from, up)
	}
	for _, d := range published {
		place(d, down)
	}
	most := max(slices.Max(up), slices.Max(down), 1)
	for i := range n {
		if up[i]+down[i] == 0 {
			continue
		}
		b := timeBar{X: i * 8, Up: round2(50 * float64(up[i]) / float64(most)), Down: round2(50 * float64(down[i]) / float64(most))}
		b.UpY = round2(50 - b.Up)
		b.Note = fmt.Sprintf("%s: %d mentions, %d published", labels[i], up[i], down[i])
		v.Bars = append(v.Bars, b)
	}
	v.W = float64(n*8 + 6)
	v.H = round2(58 + 50*float64(slices.Max(down))/float64(most))
	return v
}
