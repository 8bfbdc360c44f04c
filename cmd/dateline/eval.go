package main

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/eval"
)

// evalFlags are the flags of all eval commands.
type evalFlags struct {
	stages stageFlags
	errors uint32
}

func evalCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "eval",
		Short: "Score against articles annotated by people",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(evalNames(), evalDates(), evalPlaces(), evalPublished())
	return c
}

func (f *evalFlags) command(c *cobra.Command) *cobra.Command {
	f.stages.register(c.Flags())
	c.Flags().Uint32Var(&f.errors, "errors", 0, "how many errors to list")
	return c
}

// engines runs score once for each engine of a comma-separated list.
func engines(list string, w io.Writer, score func(engine string) error) error {
	names := strings.Split(list, ",")
	for i, engine := range names {
		if len(names) > 1 {
			if i > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "== %s\n", engine)
		}
		if err := score(engine); err != nil {
			return err
		}
	}
	return nil
}

// each passes the records of a gold file through the stages. published names
// the record's field with the publication date.
func each(ctx context.Context, st pipeline.Stages, gold, published string, f func(d *article.Document)) error {
	o := pipeline.Options{Inputs: []string{gold}, Stages: st}
	if published != "" {
		o.Source.Fields = map[string]string{"published": published}
	}
	return pipeline.Each(ctx, o, func(d *article.Document, err error) error {
		if err != nil {
			return err
		}
		f(d)
		return nil
	})
}

// readGold opens a gold file, .gz allowed, for a reader of package eval, and
// sees to it that there is something to score in it.
func readGold[T any](path string, read func(io.Reader) ([]T, error), check func([]T) error) ([]T, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	list, err := read(in)
	if err == nil {
		err = check(list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

func evalDates() *cobra.Command {
	var f evalFlags
	var byType, calibration bool
	c := &cobra.Command{
		Use:   "dates GOLD.jsonl",
		Short: "Strict, relaxed and value F1 of time expressions, as TempEval-3 task A counts",
		Long:  "GOLD.jsonl: one {id, text, dct, timexes: [{start, end, type, value}]} a line; offsets are UTF-8 bytes.\nSeveral engines (--dates-engine rules,when) are scored one after the other.",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			gold, err := readGold(args[0], eval.ReadDates, eval.CheckDates)
			if err != nil {
				return err
			}
			return engines(f.stages.DatesEngine, c.OutOrStdout(), func(engine string) error {
				flags := f.stages
				flags.DatesEngine = engine
				st, err := flags.build()
				if err != nil {
					return usage(err)
				}
				var pred []eval.DatesDoc
				var docs []*article.Document
				if err := each(c.Context(), st.Stages, args[0], "dct", func(d *article.Document) {
					pred = append(pred, eval.DatesOf(d))
					docs = append(docs, d)
				}); err != nil {
					return err
				}
				score, err := eval.ScoreDates(gold, pred)
				if err != nil {
					return err
				}
				if err := score.Write(c.OutOrStdout(), byType, int(f.errors)); err != nil || !calibration {
					return err
				}
				return writeCalibration(c.OutOrStdout(), eval.CalibrateDates(gold, docs))
			})
		},
	}
	c.Flags().BoolVar(&byType, "by-type", false, "also for each TIMEX3 type")
	c.Flags().BoolVar(&calibration, "calibration", false, "also how often values of a confidence are right")
	return f.command(c)
}

func writeCalibration(w io.Writer, c eval.Calibration) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "n\tconfidence\tright\t")
	for _, b := range c.Bins {
		if b.N > 0 {
			fmt.Fprintf(tw, "%d\t%.3f\t%.3f\t\n", b.N, b.Confidence, b.Right)
		}
	}
	fmt.Fprintf(tw, "%d\texpected error\t%.3f\t\n", c.Total, c.ECE)
	return tw.Flush()
}

func evalPlaces() *cobra.Command {
	var f evalFlags
	var goldSpans, alone bool
	var km float64
	c := &cobra.Command{
		Use:   "places GOLD.jsonl",
		Short: "Recognition and resolution of toponyms, distances in km",
		Long:  "GOLD.jsonl: one {id, text, places: [{start, end, lat, lon, geonameid}]} a line; offsets are UTF-8 bytes.",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !(km >= 0 && km <= eval.MaxKm) {
				return usage(fmt.Errorf("--km %v: want 0 to %v", km, eval.MaxKm))
			}
			gold, err := readGold(args[0], eval.ReadPlaces, eval.CheckPlaces)
			if err != nil {
				return err
			}
			st, err := f.stages.build()
			if err != nil {
				return usage(err)
			}
			if goldSpans {
				resolver, err := places.New(places.Options{Index: st.index, Strict: true})
				if err != nil {
					return err
				}
				st.Extractors = []pipeline.Extractor{goldMentions(gold), resolver}
			}
			if alone {
				for i, x := range st.Extractors {
					st.Extractors[i] = oneByOne{x}
				}
			}
			var pred []eval.PlaceDoc
			if err := each(c.Context(), st.Stages, args[0], "", func(d *article.Document) { pred = append(pred, eval.PlacesOf(d)) }); err != nil {
				return err
			}
			score, err := eval.ScorePlaces(gold, pred, km)
			if err != nil {
				return err
			}
			return score.Write(c.OutOrStdout(), int(f.errors))
		},
	}
	c.Flags().BoolVar(&goldSpans, "gold-spans", false, "resolve the annotated spans instead of finding them")
	c.Flags().BoolVar(&alone, "alone", false, "resolve each article by itself, without what the others of its site say")
	c.Flags().Float64Var(&km, "km", 161, "how near a point must be to be right")
	return f.command(c)
}

// oneByOne hides that an extractor can look at all articles of a batch.
type oneByOne struct{ pipeline.Extractor }

// goldGiver is an extractor that finds what the annotators found.
type goldGiver map[string][]eval.PlaceSpan

func goldMentions(gold []eval.PlaceDoc) goldGiver {
	g := goldGiver{}
	for _, d := range gold {
		g[d.ID] = d.Places
	}
	return g
}

func (goldGiver) Name() string { return "gold" }

func (g goldGiver) Extract(_ context.Context, d *article.Document) error {
	eval.GiveSpans(d, g[d.ID])
	return nil
}

func evalPublished() *cobra.Command {
	var f evalFlags
	var pages string
	c := &cobra.Command{
		Use:   "published GOLD.tsv",
		Short: "Publication dates of web pages",
		Long:  "GOLD.tsv: columns file, date (YYYY-MM-DD, or nan for a page without one), url and part. The pages are in the\nfolder html beside it, or in --pages.",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			gold, err := readGold(args[0], eval.ReadPublishedGold, func([]eval.PublishedGold) error { return nil })
			if err != nil {
				return err
			}
			if pages == "" {
				pages = filepath.Join(filepath.Dir(args[0]), "html")
			}
			return f.published(c.Context(), c.OutOrStdout(), gold, pages)
		},
	}
	c.Flags().StringVar(&pages, "pages", "", "folder of the pages")
	return f.command(c)
}

func (f *evalFlags) published(ctx context.Context, w io.Writer, gold []eval.PublishedGold, pages string) error {
	st, err := f.stages.build()
	if err != nil {
		return usage(err)
	}
	st.Extractors = nil
	addresses, err := addressTable(gold)
	if err != nil {
		return err
	}
	defer os.Remove(addresses)
	found := map[string]article.Published{} // zero where a page has none, or cannot be read
	o := pipeline.Options{Inputs: []string{pages}, Stages: st.Stages}
	o.Source.Metadata = addresses
	err = pipeline.Each(ctx, o, func(d *article.Document, err error) error {
		found[filepath.Base(d.Source)] = d.Published
		return nil
	})
	if err != nil {
		return err
	}
	var score eval.PublishedScore
	for _, g := range gold {
		p, ok := found[filepath.Base(g.File)]
		if !ok {
			return fmt.Errorf("%s: no page %s, which the gold names", pages, g.File)
		}
		score.Add(g, p)
	}
	return score.Write(w, f.errors > 0)
}

// addressTable writes the pages' web addresses as a metadata file, without
// the dates that are to be found.
func addressTable(gold []eval.PublishedGold) (path string, err error) {
	file, err := os.CreateTemp("", "dateline-*.csv")
	if err != nil {
		return "", err
	}
	w := csv.NewWriter(file)
	err = w.Write([]string{"path", "url"})
	for _, g := range gold {
		err = errors.Join(err, w.Write([]string{g.File, g.URL}))
	}
	w.Flush()
	return file.Name(), errors.Join(err, w.Error(), file.Close())
}
