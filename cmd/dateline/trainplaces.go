package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/extractors/names"
	"github.com/dateline-nlp/dateline/extractors/places"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/eval"
	"github.com/dateline-nlp/dateline/pipeline/text"
)

func trainPlaces() *cobra.Command {
	var out, file, model string
	var folds int
	var l2 float64
	c := &cobra.Command{
		Use:   "places CORPUS... [--out DIR]",
		Short: "Train the resolver of places, and score it by cross-validation",
		Long: `A CORPUS is PATH[,weight=0.1][,first=400][,unmarked=NORP]: a .jsonl file, .gz allowed, whose
toponyms are resolved ({id, text, url, places: [{start, end, geonameid, lat, lon}]} a line, byte
offsets), or whose names are marked ({text, entities: [{start, end, label}]}). "first" reads so
many articles only, "unmarked=NORP" says that its annotators left out words for peoples.

Printed is how well each corpus with resolved toponyms does when its sites are held out in turn.
With --out the tables learnt from all articles are written: the folder extractors/places/data of
the sources holds those that are built in. The same corpora give the same tables.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var corpora []places.Corpus
			var errs []error
			for _, a := range args {
				corpus, err := places.ParseCorpus(a)
				corpora, errs = append(corpora, corpus), append(errs, err)
			}
			if folds < 2 {
				errs = append(errs, errors.New("--folds: want 2 or more"))
			}
			if err := errors.Join(errs...); err != nil {
				return usage(err)
			}
			index, err := openGazetteer(file)
			if err != nil {
				return err
			}
			r, err := places.New(places.Options{Index: index})
			if err != nil {
				return err
			}
			data, err := readPlacesData(c.Context(), corpora, folds, model)
			if err != nil {
				return err
			}
			o := places.TrainOptions{L2: l2}
			resolved, err := data.CrossValidate(c.Context(), r, folds, o)
			if err != nil {
				return err
			}
			if err := writeValidation(c.OutOrStdout(), corpora, resolved); err != nil || out == "" {
				return err
			}
			tables, err := data.Tables(r, folds, o, c.ErrOrStderr())
			if err != nil {
				return err
			}
			return writeTables(c.OutOrStdout(), out, tables)
		},
	}
	fl := c.Flags()
	fl.StringVar(&out, "out", "", "folder for the tables")
	fl.IntVar(&folds, "folds", 5, "how many parts of the sites are held out in turn")
	fl.Float64Var(&l2, "pull", 0, "towards the weights set by hand (default .01)")
	fl.StringVar(&file, "gazetteer", "", "gazetteer file to use instead of the embedded one")
	fl.StringVar(&model, "names-model", "", "names model to use instead of the embedded one")
	return c
}

func readPlacesData(ctx context.Context, corpora []places.Corpus, folds int, model string) (*places.Data, error) {
	seg, err1 := text.New()
	recogniser, err2 := names.New(names.Options{ModelPath: model})
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return places.ReadData(ctx, corpora, folds, places.Readers{Segment: func(d *article.Document) { seg.Segment(d) }, Names: recogniser.Extract})
}

// writeValidation prints the scores of each corpus under each setting.
func writeValidation(w io.Writer, corpora []places.Corpus, resolved map[string][]places.Resolved) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "corpus\tsetting\tarticles\tacc@161\tof found\tsame id\trecognition F1\tP\tR\tF1\t")
	for i, c := range corpora {
		if !slices.ContainsFunc(resolved[places.Settings[0]], func(x places.Resolved) bool { return x.Corpus == i }) {
			continue // its names are marked, its toponyms not resolved
		}
		gold, err := readGold(c.Path, eval.ReadPlaces, eval.CheckPlaces)
		if err != nil {
			return err
		}
		for _, setting := range places.Settings {
			var pred []eval.PlaceDoc
			seen := map[string]bool{}
			for _, x := range resolved[setting] {
				if x.Corpus == i {
					pred = append(pred, eval.PlacesOf(x.Doc))
					seen[x.Doc.ID] = true
				}
			}
			mine := slices.DeleteFunc(slices.Clone(gold), func(d eval.PlaceDoc) bool { return !seen[d.ID] })
			s, err := eval.ScorePlaces(mine, pred, 161)
			if err != nil {
				return err
			}
			fmt.Fprintf(tw, "%s\t%s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t\n", filepath.Base(c.Path), setting, s.Documents,
				s.All.Accuracy, s.Found.Accuracy, s.ID.Same, s.Overlap.F1, s.EndToEnd.P, s.EndToEnd.R, s.EndToEnd.F1)
		}
	}
	return tw.Flush()
}

// writeTables writes what was learnt, a file a table.
func writeTables(w io.Writer, dir string, tables map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(tables[name]), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %d bytes\n", path, len(tables[name]))
	}
	return nil
}
