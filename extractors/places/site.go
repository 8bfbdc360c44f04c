package places

import (
	"context"
	"math"
	"strings"
	"sync"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Profiles are what a run has learnt of the home regions of its sites: where
// the places of a site's articles are. They are filled by Resolver.Learn and
// read by resolvers made with Resolver.With; the sums do not depend on the
// order of the articles. The zero value is ready for use. Learn may be called
// from several goroutines, but not while a resolver reads.
type Profiles struct {
	mu    sync.Mutex
	sites map[string]*profile
}

// profile sums up a site's articles, in thousandths of a name.
type profile struct {
	countries map[int16]int64
	admin1s   map[int32]int64
	near      map[cell]int64 // in a cell and the eight around it
	total     int64
}

// siteEvidence is what the address of an article says, and what the site's
// other articles say.
type siteEvidence struct {
	tld     int16
	name    string // letters of the host name, without the top-level domain
	profile *profile
	own     *profile // what the article itself gave the profile; nil: not known yet
}

// host returns the host name of a document's site.
func host(d *article.Document) string {
	h := d.Site
	if h == "" {
		h = d.URL
		if i := strings.Index(h, "://"); i >= 0 {
			h = h[i+3:]
		}
		if i := strings.IndexAny(h, "/?#:"); i >= 0 {
			h = h[:i]
		}
	}
	return strings.TrimPrefix(strings.ToLower(h), "www.")
}

// siteEvidence completes what is known of the site of an article.
func (r *Resolver) siteEvidence(d *article.Document, s siteEvidence) siteEvidence {
	h := host(d)
	if h == "" {
		return s
	}
	if i := strings.LastIndexByte(h, '.'); i >= 0 {
		s.tld = int16(r.facts.tld[h[i+1:]])
		s.name = h[:i]
	}
	if p := r.o.Profiles; p != nil && s.profile == nil {
		s.profile = p.sites[h]
	}
	return s
}

// features sets what the site says of a candidate.
func (s *siteEvidence) features(c *cand) {
	f := c.feats
	if s.tld != 0 && c.country == s.tld {
		f[fHomeTLD] = 1
	}
	p := s.profile
	if p == nil || p.total-s.own.total < 2000 {
		return
	}
	total := float32(p.total - s.own.total)
	f[fHomeCountry] = float32(p.countries[c.country]-s.own.countries[c.country]) / total
	if c.admin1 != 0 {
		f[fHomeAdmin1] = float32(p.admin1s[c.admin1]-s.own.admin1s[c.admin1]) / total
	}
	f[fHomeNear] = float32(p.near[c.cell]-s.own.near[c.cell]) / total
}

// Learn adds what an article's places say about the home region of its site.
// It does not change the document. Articles without a site say nothing.
func (r *Resolver) Learn(p *Profiles, d *article.Document) {
	h := host(d)
	if h == "" {
		return
	}
	own := r.profileOf(d)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.merge(h, own)
}

// profileOf returns what one article's places say.
func (r *Resolver) profileOf(d *article.Document) *profile {
	w := r.pool.Get().(*work)
	defer r.release(w)
	w.run(d)
	own := new(profile)
	own.add(w)
	return own
}

func (p *Profiles) merge(host string, own *profile) {
	if p.sites == nil {
		p.sites = map[string]*profile{}
	}
	s := p.sites[host]
	if s == nil {
		s = &profile{}
		p.sites[host] = s
	}
	s.merge(own)
}

// Survey lets the articles of a batch tell of their sites: look learns where
// each one's places are, extract resolves each with what the other articles of
// its site say. Otherwise extract is Extract. Both may be called from several
// goroutines; what look finds once extract has been called counts no more.
func (r *Resolver) Survey() (look, extract func(context.Context, *article.Document) error) {
	s := &survey{r: r, own: map[*article.Document]*profile{}}
	return s.look, s.extract
}

// survey is what one batch's articles say of their sites.
type survey struct {
	r        *Resolver
	mu       sync.Mutex
	closed   bool // nothing is added any more, so that reading needs no lock
	profiles Profiles
	own      map[*article.Document]*profile
}

func (s *survey) look(ctx context.Context, d *article.Document) error {
	h := host(d)
	if h == "" {
		return nil
	}
	own := s.r.profileOf(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil || s.closed {
		return err
	}
	s.own[d] = own
	s.profiles.merge(h, own)
	return nil
}

func (s *survey) extract(ctx context.Context, d *article.Document) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	own := s.own[d]
	if own == nil {
		return s.r.Extract(ctx, d)
	}
	return s.r.extract(ctx, d, siteEvidence{profile: s.profiles.sites[host(d)], own: own})
}

func (p *profile) init() {
	if p.countries == nil {
		p.countries, p.admin1s, p.near = map[int16]int64{}, map[int32]int64{}, map[cell]int64{}
	}
}

// add sums up the ranked names of one article.
func (p *profile) add(w *work) {
	p.init()
	for gi := range w.groups {
		g := &w.groups[gi]
		if g.n == 0 || g.weight < .5 {
			continue
		}
		for i := g.c0; i < g.c1; i++ {
			c := &w.cands[i]
			v := int64(c.prob*1000 + .5)
			if v < 100 || c.country == 0 || c.class == country {
				continue
			}
			p.total += v
			p.countries[c.country] += v
			if c.admin1 != 0 {
				p.admin1s[c.admin1] += v
			}
			if c.class.point() {
				for dy := int16(-1); dy <= 1; dy++ {
					for dx := int16(-1); dx <= 1; dx++ {
						p.near[cell{c.cell.lat + dy, c.cell.lon + dx}] += v
					}
				}
			}
		}
	}
}

func (p *profile) merge(q *profile) {
	p.init()
	p.total += q.total
	for k, v := range q.countries {
		p.countries[k] += v
	}
	for k, v := range q.admin1s {
		p.admin1s[k] += v
	}
	for k, v := range q.near {
		p.near[k] += v
	}
}

// cell is a degree of latitude and longitude.
type cell struct{ lat, lon int16 }

// cellOf returns the cell of a point in degrees.
func cellOf(lat, lon float64) cell {
	return cell{int16(math.Floor(lat)), int16(math.Floor(lon))}
}
