package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/output"
)

func reportCommand() *cobra.Command {
	var o output.ReportOptions
	var out string
	c := &cobra.Command{
		Use:   "report TABLES",
		Short: "Show tables as one self-contained HTML file: articles with marks, map, timeline, counts",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			tables, err := output.Open(args[0])
			if err != nil {
				return err
			}
			if out == "-" {
				return output.Report(tables, c.OutOrStdout(), o)
			}
			f, err := os.Create(out)
			if err != nil {
				return err
			}
			if err := errors.Join(output.Report(tables, f, o), f.Close()); err != nil {
				return errors.Join(err, os.Remove(out))
			}
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "report.html", "file to write; - for standard output")
	c.Flags().StringVar(&o.Title, "title", "", "heading (default dateline)")
	c.Flags().IntVar(&o.Articles, "articles", 0, "articles to show with their marks (default 200; -1 for none)")
	return c
}
