package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/extractors/names"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/eval"
)

func evalNames() *cobra.Command {
	var f evalFlags
	var o eval.NamesOptions
	var calibration bool
	c := &cobra.Command{
		Use:   "names GOLD.jsonl|GOLD.conll",
		Short: "Exact and relaxed F1 of names",
		Long: `GOLD.jsonl: one {id, text, entities: [{start, end, label}]} a line; offsets are UTF-8
bytes; the whole pipeline reads the text, so the score is that of the tables.
GOLD.conll, or any other name: a token and, last on the line, its IOB tag, with tabs
or spaces between; the recogniser alone reads the given tokens. Both may be .gz.
Several engines (--names-engine crf,cascade,prose) are scored one after the other.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			columns := !slices.Contains([]string{".jsonl", ".ndjson", ".json"}, filepath.Ext(strings.TrimSuffix(args[0], ".gz")))
			read := eval.ReadNames
			if columns {
				read = eval.ReadNameColumns
			}
			gold, err := readGold(args[0], read, o.Check)
			if err != nil {
				return err
			}
			return engines(f.stages.NamesEngine, c.OutOrStdout(), func(engine string) error {
				flags := f.stages
				flags.NamesEngine = engine
				var docs []*article.Document
				if columns {
					docs, err = recognise(c.Context(), flags, gold)
				} else {
					docs, err = extractAll(c.Context(), flags, args[0])
				}
				if err != nil {
					return err
				}
				pred := make([]eval.NamesDoc, len(docs))
				for i, d := range docs {
					pred[i] = eval.NamesOf(d)
				}
				score, err := eval.ScoreNames(gold, pred, o)
				if err != nil {
					return err
				}
				if err := score.Write(c.OutOrStdout(), int(f.errors)); err != nil || !calibration {
					return err
				}
				return writeCalibration(c.OutOrStdout(), eval.CalibrateNames(gold, docs, o))
			})
		},
	}
	c.Flags().StringSliceVar(&o.Labels, "labels", []string{"PER", "ORG", "LOC"}, "labels to score, of PER, ORG, LOC, NORP, MISC")
	c.Flags().StringVar(&o.Only, "only", "", "score gold entries with this flag alone: named or leaf")
	c.Flags().BoolVar(&o.Fold, "fold", false, "read NORP as MISC, as CoNLL has it")
	c.Flags().BoolVar(&calibration, "calibration", false, "also how often names of a confidence are right")
	return f.command(c)
}

func extractAll(ctx context.Context, flags stageFlags, gold string) (docs []*article.Document, err error) {
	st, err := flags.build()
	if err != nil {
		return nil, usage(err)
	}
	err = each(ctx, st.Stages, gold, "", func(d *article.Document) { docs = append(docs, d) })
	return docs, err
}

// recognise runs the recogniser alone on given tokens.
func recognise(ctx context.Context, flags stageFlags, gold []eval.NamesDoc) ([]*article.Document, error) {
	r, err := names.New(names.Options{Engine: flags.NamesEngine, ModelPath: flags.NamesModel, Misc: true})
	if err != nil {
		return nil, usage(err)
	}
	docs := make([]*article.Document, len(gold))
	for i := range gold {
		docs[i] = gold[i].Document()
		if err := r.Extract(ctx, docs[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}
