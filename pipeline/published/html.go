package published

import (
	"bytes"
	"time"

	"github.com/markusmobius/go-htmldate"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// page finds the publication date of a web page.
func (p *Finder) page(d *article.Document, page []byte) candidate {
	if len(page) == 0 {
		return candidate{}
	}
	opts := htmldate.Options{UseOriginalDate: true, URL: d.URL, MinDate: p.opts.Earliest.Time(), MaxDate: time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC), SkipExtensiveSearch: true}
	if !p.opts.Now.IsZero() {
		opts.MaxDate = p.opts.Now.AddDate(0, 0, 1)
	}
	res, err := htmldate.FromReader(bytes.NewReader(page), opts)
	if err != nil || res.IsZero() {
		return candidate{}
	}
	return candidate{article.DayOf(res.DateTime), article.DayPrecision, "html", res.SrcString}
}
