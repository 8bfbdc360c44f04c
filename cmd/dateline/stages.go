package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/dateline-nlp/dateline/extractors/dates"
	"github.com/dateline-nlp/dateline/extractors/names"
	"github.com/dateline-nlp/dateline/extractors/organisations"
	"github.com/dateline-nlp/dateline/extractors/people"
	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/gazetteer"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/language"
	"github.com/dateline-nlp/dateline/pipeline/published"
	"github.com/dateline-nlp/dateline/pipeline/source"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

// stageFlags choose the stages of a run.
type stageFlags struct {
	NamesEngine string `json:"names_engine"`
	NamesModel  string `json:"names_model,omitempty"`
	DatesEngine string `json:"dates_engine"`
	DateOrder   string `json:"date_order,omitempty"`
	Gazetteer   string `json:"gazetteer,omitempty"`
	Published   string `json:"published,omitempty"`
	Now         string `json:"now,omitempty"`
}

func (f *stageFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.NamesEngine, "names-engine", names.Cascade, "cascade, crf or prose")
	fl.StringVar(&f.NamesModel, "names-model", "", "model file to use instead of the embedded one")
	fl.StringVar(&f.DatesEngine, "dates-engine", dates.EngineRules, "rules or when")
	fl.StringVar(&f.DateOrder, "date-order", "", "how 3/4/2020 is read: mdy or dmy (default: mdy in text; a publication date stays unknown)")
	fl.StringVar(&f.Gazetteer, "gazetteer", "", "gazetteer file to use instead of the embedded one")
	fl.StringVar(&f.Published, "published", "", "publication date (YYYY-MM-DD) of articles that state none")
	fl.StringVar(&f.Now, "now", "", "no article is published later than this day (YYYY-MM-DD)")
}

// stages are the built stages with what identifies them.
type stages struct {
	pipeline.Stages
	facts  map[string]any
	places *places.Resolver
	index  *gazetteer.Index
}

func (f *stageFlags) build() (*stages, error) {
	now, err := parseNow(f.Now)
	var flag article.Day
	if f.Published != "" {
		var derr error
		if flag, derr = article.ParseDay(f.Published); derr != nil {
			err = errors.Join(err, fmt.Errorf("--published: %w", derr))
		}
	}
	order, oerr := parseOrder(f.DateOrder)
	if err := errors.Join(err, oerr); err != nil {
		return nil, err
	}
	index, gerr := openGazetteer(f.Gazetteer)
	if gerr != nil {
		return nil, gerr
	}
	seg, err1 := text.New()
	finder, err2 := published.New(published.Options{Now: now, Flag: flag, DateOrder: f.DateOrder})
	nx, err3 := names.New(names.Options{Engine: f.NamesEngine, ModelPath: f.NamesModel})
	dx, err4 := dates.New(dates.Options{Engine: f.DatesEngine, Order: order})
	px, err5 := places.New(places.Options{Index: index})
	pe, err6 := people.New(people.Options{})
	or, err7 := organisations.New(organisations.Options{})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return nil, err
	}
	return &stages{
		Stages: pipeline.Stages{Segmenter: seg, Published: finder, Extractors: []pipeline.Extractor{nx, pe.Kinds(), dx, px, pe, or}},
		places: px,
		index:  index,
		facts:  map[string]any{"version": version(), "options": f, "gazetteer": index.Version(), "names_model": nx.Model()},
	}, nil
}

// forArticles builds the stages for articles as they are found, in any
// language, and checks how they are to be read.
func (f *stageFlags) forArticles(src source.Options) (*stages, error) {
	st, err := f.build()
	if err := errors.Join(err, src.Validate()); err != nil {
		return nil, usage(err)
	}
	return st, st.readLanguages()
}

// readLanguages makes articles that are not English be left alone.
func (s *stages) readLanguages() (err error) {
	s.Language, err = language.New()
	return err
}

func parseOrder(s string) (dates.Order, error) {
	switch s {
	case "", "mdy":
		return dates.MDY, nil
	case "dmy":
		return dates.DMY, nil
	}
	return 0, fmt.Errorf("--date-order %q: want mdy or dmy", s)
}

func openGazetteer(path string) (*gazetteer.Index, error) {
	if path == "" {
		return gazetteer.Embedded()
	}
	return gazetteer.Open(path)
}

// identity names all that decides what the rows of an input are, besides the
// input and what the metadata file says of it.
func (s *stages) identity(src source.Options, csvRaw bool, formats string) string {
	src.Stdin = nil
	what, _ := json.Marshal([]any{programIdentity(), s.facts, src.Fields, src.Encoding, src.MaxArticle, src.MaxExpand, src.Metadata != "", csvRaw, formats})
	sum := sha256.Sum256(what)
	return hex.EncodeToString(sum[:])
}
