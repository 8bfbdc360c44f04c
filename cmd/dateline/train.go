package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/extractors/names"
)

func trainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a model from annotated text",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(trainNames(), trainPlaces())
	return c
}

func trainNames() *cobra.Command {
	var o names.TrainOptions
	var out string
	c := &cobra.Command{
		Use:   "names CORPUS... --out MODEL",
		Short: "Train a recogniser of names",
		Long: `A CORPUS is PATH[,weight=0.5][,every=2][,unmarked=NORP+MISC][,only=LOC][,misc=NORP+MISC]:
a .jsonl file ({id, text, entities: [{start, end, label}]} a line, byte offsets)
or, under any other name, CoNLL columns with tabs or spaces between (a token and,
last on the line, its IOB tag, as in CoNLL-2003); .gz allowed. Labels are PER, ORG,
LOC, NORP and MISC; others are no names. "every" takes each n-th article alone,
"unmarked" names kinds that its annotators left unmarked, "only" the kinds that they
marked at all, "misc" kinds that a MISC may stand for.

The same corpora, options and seed give the same model. With --from a model, with
--continue the embedded one, goes on learning from your annotations.`,
		Example: "  dateline train names --continue desk.jsonl --out desk.bin\n" +
			"  dateline train names --from desk.bin more.jsonl --out desk2.bin\n  dateline extract --names-model desk2.bin articles/",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var errs []error
			for _, a := range args {
				corpus, err := names.ParseCorpus(a)
				errs = append(errs, err)
				o.Corpora = append(o.Corpora, corpus)
			}
			if out == "" {
				errs = append(errs, errors.New("--out is needed"))
			}
			if err := errors.Join(append(errs, o.Validate())...); err != nil {
				return usage(err)
			}
			o.Continue = o.Continue || o.From != ""
			report := stageProgress(c.ErrOrStderr())
			o.Progress = func(stage string, done, total int) { report(stage, int64(done), int64(total)) }
			model, err := names.Train(c.Context(), o)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, model, 0o644); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d bytes\n", out, len(model))
			return err
		},
	}
	fl := c.Flags()
	fl.StringVar(&out, "out", "", "model file to write")
	fl.StringVar(&o.From, "from", "", "model that goes on learning from your annotations instead of starting afresh")
	fl.BoolVar(&o.Continue, "continue", false, "the embedded model goes on learning")
	fl.StringVar(&o.Resources.Words, "words", "", "folder of word clusters and name lists, to make the word lists anew")
	fl.StringVar(&o.Resources.Places, "places", "", "folder of gazetteer sources, to make the word lists anew")
	fl.IntVar(&o.Passes, "passes", 0, "over the corpora, for the CRF (default 6)")
	fl.IntVar(&o.Headings, "headings", 0, "every n-th sentence is copied in capitals, title case and lower case (default 16; -1 for none)")
	fl.IntVar(&o.Swap, "swap", 0, "every n-th sentence with names is copied with other names of the same kinds (default none)")
	fl.IntVar(&o.Folds, "folds", 0, "of cross-validation that lowers the weight of doubtful annotations (default none)")
	fl.IntVar(&o.NetworkPasses, "network-passes", 0, "over the corpora, for the network (default 6; -1 for no network)")
	fl.IntVar(&o.Width, "width", 0, "of the network (default 96)")
	fl.Float64Var(&o.Dropout, "dropout", 0, "of the network's layers (default 0.4)")
	fl.Float64Var(&o.FeatureDropout, "feature-dropout", 0, "of the network's features (default 0.15)")
	fl.Float64Var(&o.Mix, "mix", 0, "weight of the network's scores beside the CRF's (default 0.6)")
	fl.IntVar(&o.HoldOut, "hold-out", 0, "every n-th article is kept to calibrate confidence (default 5; -1 for none)")
	fl.Uint64Var(&o.Seed, "seed", 1, "of the random numbers")
	fl.StringSliceVar(&o.Without, "without", nil, "feature families to leave out: "+strings.Join(names.FeatureFamilies(), ", "))
	return c
}
