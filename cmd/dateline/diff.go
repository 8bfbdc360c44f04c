package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/output"
)

func diffCommand() *cobra.Command {
	var o output.DiffOptions
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Short:   "Say what changed between two sets of tables; exit code 1 when something did",
		Example: "  dateline diff --ignore confidence --limit 20 before/ after/",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if o.Limit < 0 {
				return usage(errors.New("--limit: want a positive number, or 0"))
			}
			for _, column := range o.Ignore {
				if !output.HasColumn(column) {
					return usage(fmt.Errorf("--ignore: no table has a column %q", column))
				}
			}
			before, err := output.Open(args[0])
			if err != nil {
				return exitError{exitUsage, err}
			}
			after, err := output.Open(args[1])
			if err != nil {
				return exitError{exitUsage, err}
			}
			changed, err := output.Diff(before, after, c.OutOrStdout(), o)
			if err != nil {
				return err
			}
			if changed {
				return exitError{code: exitFailed}
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&o.Ignore, "ignore", nil, "columns whose changes do not count")
	c.Flags().IntVar(&o.Limit, "limit", 0, "articles, and rows of each, to show; the rest is only counted; 0 shows all")
	return c
}
