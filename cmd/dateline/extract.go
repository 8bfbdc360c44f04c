package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/remote"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

// extractFlags are the flags of extract, as given.
type extractFlags struct {
	out, shard, logFormat string
	overrides, metrics    string
	formats               string
	batch                 int64
	workers               int
	strict, quiet, csvRaw bool
	allLanguages          bool
	docTimeout            time.Duration
	work                  string
	maxFetch              int64
	source                source.Options
	stages                stageFlags
	given                 map[string]string // the flags that were given
}

func extractCommand() *cobra.Command {
	f := extractFlags{}
	c := &cobra.Command{
		Use:   "extract [flags] INPUT...",
		Short: "Read articles and write the tables",
		Long: `Read articles from folders, files, globs, addresses or - (standard input), print a
summary, and write the tables. An address is s3://BUCKET/PATH, gs://BUCKET/PATH or
azblob://CONTAINER/PATH for a file or all files below it, http:// or https:// for
one file. Nothing else is ever fetched.

` + exitHelp,
		Example: "  dateline extract --out tables articles/\n  zcat news.jsonl.gz | dateline extract --format arrow,csv -",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.given = givenFlags(c.Flags())
			s, err := f.run(c.Context(), args, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
			return f.exit(c.Context(), s, err, c.ErrOrStderr())
		},
	}
	f.register(c.Flags())
	return c
}

// exit turns what a run came to into an exit code.
func (f *extractFlags) exit(ctx context.Context, s *pipeline.Summary, err error, stderr io.Writer) error {
	if err != nil && ctx.Err() != nil {
		err = exitError{exitInterrupted, errors.New("interrupted; the earlier tables are as they were, finished batches are kept")}
	}
	switch {
	case err != nil && f.logFormat == "json":
		code, text := failure(ctx, err)
		slog.New(slog.NewJSONHandler(stderr, nil)).Error(text, "exit", code)
		return exitError{code: code}
	case err != nil:
		return err
	case s.SetAside() > 0:
		return exitError{code: exitSetAside}
	}
	return nil
}

func (f *extractFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.out, "out", "tables", "folder for the tables, or an address: s3://, gs://, azblob://")
	fl.StringVar(&f.work, "work", "", "folder for what is fetched from addresses and for tables on their way to one (default: OUT/.dateline/fetched, or in the user's cache)")
	fl.Int64Var(&f.maxFetch, "max-fetch", remote.DefaultMaxObject, "bytes of the largest file fetched from an address")
	fl.StringVar(&f.formats, "format", "parquet", "parquet, arrow, jsonl, csv: one or several")
	fl.StringVar(&f.source.Metadata, "metadata", "", "CSV or JSONL beside the articles: path (or id), published, title, url, ...")
	fl.StringVar(&f.overrides, "overrides", "", "CSV with your word on entities: action (merge, split, rename, kind, ignore, place), kind, name (an entity id or canonical name; for split and place what is written, for kind either), to, doc")
	fl.StringToStringVar(&f.source.Fields, "field", nil, "which field of a record holds what, such as text=story,published=when")
	fl.StringSliceVar(&f.source.Include, "include", nil, "take only paths that match these globs")
	fl.StringSliceVar(&f.source.ExcludeGlobs, "exclude", nil, "leave out paths that match these globs")
	fl.BoolVar(&f.source.FollowSymlinks, "follow-symlinks", false, "follow links that lead out of an input folder")
	fl.StringVar(&f.source.Encoding, "encoding", "", "character encoding of text that does not say it (default: detected)")
	fl.Int64Var(&f.source.MaxArticle, "max-article", source.DefaultMaxArticle, "bytes of the largest article; larger ones are set aside")
	fl.Int64Var(&f.source.MaxExpand, "max-expand", source.DefaultMaxExpand, "how many times its size a compressed file may unpack to")
	fl.IntVar(&f.workers, "workers", 0, "workers (default: one for each processor)")
	fl.DurationVar(&f.docTimeout, "doc-timeout", time.Minute, "how long one article may take before it is set aside; 0 for no limit")
	fl.StringVar(&f.shard, "shard", "", "I/N: take only every N-th batch, from the I-th (0 to N-1)")
	fl.Int64Var(&f.batch, "batch", 4<<20, "bytes of input in a batch")
	fl.BoolVar(&f.allLanguages, "all-languages", false, "extract from articles that are not English as well")
	fl.BoolVar(&f.strict, "strict", false, "fail at the first input that would be set aside")
	fl.BoolVar(&f.quiet, "quiet", false, "no progress and no summary; errors and warnings stay")
	fl.StringVar(&f.logFormat, "log-format", "text", "text; or json: progress, warnings and the summary as JSON lines on standard error, and nothing on standard output")
	fl.StringVar(&f.metrics, "metrics", "", "HOST:PORT or :PORT (of this machine alone): serve Prometheus metrics at /metrics while the run lasts")
	fl.BoolVar(&f.csvRaw, "csv-raw", false, "do not guard CSV cells that a spreadsheet would run as formulas")
	f.stages.register(fl)
}

// givenFlags returns the flags that were given, with their values as they may
// be given again.
func givenFlags(fl *pflag.FlagSet) map[string]string {
	given := map[string]string{}
	fl.Visit(func(x *pflag.Flag) {
		v := x.Value.String()
		if t := x.Value.Type(); t == "stringSlice" || t == "stringToString" {
			v = strings.TrimSuffix(strings.TrimPrefix(v, "["), "]")
		}
		given[x.Name] = v
	})
	return given
}

// options turns the flags into those of a run.
func (f *extractFlags) options(inputs []string, stdin io.Reader, stderr io.Writer) (pipeline.Options, error) {
	o := pipeline.Options{
		Inputs: inputs, Source: f.source, Out: f.out,
		Tables:  output.Options{CSVRaw: f.csvRaw},
		Workers: f.workers, BatchSize: f.batch, Strict: f.strict, Shards: 1, AllLanguages: f.allLanguages, DocTimeout: f.docTimeout,
	}
	o.Source.Stdin = stdin
	var errs []error
	var err error
	if o.Tables.Formats, err = output.ParseFormats(f.formats); err != nil {
		errs = append(errs, fmt.Errorf("--format: %w", err))
	}
	if f.shard != "" {
		if o.Shard, o.Shards, err = parseShard(f.shard); err != nil {
			errs = append(errs, err)
		}
	}
	level := slog.LevelInfo
	if f.quiet {
		level = slog.LevelWarn
	}
	switch f.logFormat {
	case "text": // the summary says it all
	case "json":
		o.Log = slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: level}))
	default:
		errs = append(errs, fmt.Errorf("--log-format %q: want text or json", f.logFormat))
	}
	if f.overrides != "" {
		var err error
		if o.Overrides, err = pipeline.ReadOverrides(f.overrides); err != nil {
			errs = append(errs, err)
		}
	}
	if f.out == "" {
		errs = append(errs, errors.New("--out: want a folder"))
	}
	if f.workers < 0 || f.batch <= 0 {
		errs = append(errs, errors.New("--workers and --batch: want positive numbers"))
	}
	stages, err := f.stages.build()
	errs = append(errs, err, o.Source.Validate())
	if err := errors.Join(errs...); err != nil {
		return o, usage(err)
	}
	if err := stages.readLanguages(); err != nil {
		return o, err
	}
	o.Stages = stages.Stages
	o.Place = stages.places.Entry
	o.Facts = maps.Clone(stages.facts)
	o.Facts["program"], o.Facts["flags"] = programIdentity(), f.given
	o.Identity = stages.identity(f.source, f.csvRaw, f.formats)
	if err := o.Validate(); err != nil {
		return o, usage(err)
	}
	return o, nil
}

func (f *extractFlags) run(ctx context.Context, inputs []string, stdin io.Reader, stdout, stderr io.Writer) (*pipeline.Summary, error) {
	at := f.addresses(inputs, stderr)
	if err := at.start(); err != nil {
		return nil, err
	}
	o, err := f.options(at.local, stdin, stderr)
	if err != nil {
		return nil, err
	}
	if err := at.fetch(ctx, &o); err != nil {
		return nil, err
	}
	inputs = o.Inputs
	progress := newProgress(stderr, f.quiet, o.Log)
	o.Progress = progress.report
	if f.metrics != "" {
		m, err := serveMetrics(f.metrics)
		if err != nil {
			return nil, usage(err)
		}
		defer m.close()
		o.Progress = func(now pipeline.Progress) { progress.report(now); m.report(now) }
	}
	counting, stop := context.WithCancel(ctx)
	defer stop()
	progress.measure(counting, inputs, f.out, o.Source.Wants)
	s, err := pipeline.Run(ctx, o)
	progress.finish()
	if nothing := errors.Is(err, pipeline.ErrNothing); err != nil && !(nothing && s != nil) {
		if nothing {
			at.forget()
		}
		return nil, err
	}
	if err == nil {
		err = at.publish(ctx, s)
	}
	return s, errors.Join(err, f.finish(s, o.Log, stdout, stderr))
}

// finish says what a run came to.
func (f *extractFlags) finish(s *pipeline.Summary, log *slog.Logger, stdout, stderr io.Writer) error {
	if !f.quiet && log == nil {
		return s.Write(stdout)
	}
	for _, warning := range s.Warnings() {
		if log != nil {
			log.Warn(warning)
		} else {
			fmt.Fprintln(stderr, "dateline:", warning)
		}
	}
	if log != nil {
		log.Info("finished", "tables", s.Out, "summary", s)
	}
	return nil
}

func parseShard(s string) (i, n int, err error) {
	a, b, ok := strings.Cut(s, "/")
	i, err1 := strconv.Atoi(a)
	n, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || n < 1 || i < 0 || i >= n {
		return 0, 1, fmt.Errorf("--shard %q: want I/N with I from 0 to N-1", s)
	}
	return i, n, nil
}

// parseNow reads the --now flag; the zero time stands for an empty one.
func parseNow(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("--now %q: want YYYY-MM-DD", s)
	}
	return t, nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
