package main

import (
	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/output"
)

func diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what changed between two sets of tables; exit code 1 when something did",
		Args:  cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			before, err := output.Open(args[0])
			if err != nil {
				return exitError{exitUsage, err}
			}
			after, err := output.Open(args[1])
			if err != nil {
				return exitError{exitUsage, err}
			}
			changed, err := output.Diff(before, after, c.OutOrStdout(), output.DiffOptions{})
			if err != nil {
				return err
			}
			if changed {
				return exitError{code: exitFailed}
			}
			return nil
		},
	}
}
