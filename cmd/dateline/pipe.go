package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/article"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

func pipeCommand() *cobra.Command {
	var f stageFlags
	var src source.Options
	var table string
	var allLanguages bool
	c := &cobra.Command{
		Use:   "pipe",
		Short: "Arrow IPC stream of articles in, Arrow IPC stream of one table out",
		Long: `Read an Arrow IPC stream of articles from standard input (columns text, and where
there are any id, published, title, url, ...) and write the rows of one table as an
Arrow IPC stream to standard output, for Spark, Ray, DuckDB and the like. An Arrow
file will do as well. Articles that cannot be used are named on standard error; the
exit code is 3 then. A stream without rows gives a table without rows; no stream at
all, or one that breaks off, is a failure. What needs a whole run (entities,
duplicate_of) is for extract.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := f.forArticles(src)
			if err != nil {
				return err
			}
			w := bufio.NewWriterSize(c.OutOrStdout(), 1<<16)
			out, err := output.NewStream(w, table)
			if err != nil {
				return usage(err)
			}
			aside, err := pipe(c.Context(), pipeline.Options{Source: src, Stages: st.Stages, AllLanguages: allLanguages}, c.InOrStdin(), out, c.ErrOrStderr())
			if err := errors.Join(err, out.Close(), w.Flush()); err != nil {
				return err
			}
			if aside > 0 {
				return exitError{code: exitSetAside}
			}
			return nil
		},
	}
	c.Flags().StringVar(&table, "table", output.Mentions, "documents, sentences, mentions, places, dates or errors")
	c.Flags().StringToStringVar(&src.Fields, "field", nil, "which column holds what, such as text=story,published=when")
	c.Flags().BoolVar(&allLanguages, "all-languages", false, "extract from articles that are not English as well")
	f.register(c.Flags())
	return c
}

// pipedArticles is how many articles go into a record batch.
const pipedArticles = 256

// pipe passes the articles of an Arrow stream through the stages. It returns
// how many were set aside.
func pipe(ctx context.Context, o pipeline.Options, in io.Reader, out *output.Stream, stderr io.Writer) (aside int, err error) {
	o.Inputs, o.Source.Stdin, o.Source.StdinFormat = []string{"-"}, in, "arrow"
	tables, docs := output.NewBatch(output.Options{}), 0
	var broken error
	flush := func() error {
		err := out.Write(tables)
		tables.Reset()
		docs = 0
		return err
	}
	err = pipeline.Each(ctx, o, func(d *article.Document, err error) error {
		var x *pipeline.SetAside
		switch {
		case !errors.As(err, &x):
		case x.Member == "": // the stream as a whole
			broken = streamError(x.Err)
			return nil
		default:
			aside++
			fmt.Fprintln(stderr, err)
			tables.AddFailure(x.Failure)
			return nil
		}
		if err := tables.Add(d); err != nil {
			return err
		}
		if docs++; docs >= pipedArticles {
			return flush()
		}
		return nil
	})
	return aside, errors.Join(err, broken, flush())
}

// streamError says what is wrong with standard input; nil for a stream without
// rows, which is none.
func streamError(text string) error {
	switch text {
	case "empty: no records":
		return nil
	case "empty":
		return errors.New("standard input is empty: want an Arrow IPC stream of articles")
	default:
		return fmt.Errorf("standard input: %s", text)
	}
}
