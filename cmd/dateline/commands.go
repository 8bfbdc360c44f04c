package main

import "github.com/spf13/cobra"

// commands are the subcommands, in the order of the help text.
func commands() []*cobra.Command {
	return []*cobra.Command{
		extractCommand(), statusCommand(), diffCommand(), explainCommand(), reportCommand(), pipeCommand(),
		evalCommand(), gazetteerCommand(), trainCommand(),
	}
}
