package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dateline-nlp/dateline/output"
	"github.com/dateline-nlp/dateline/pipeline"
)

func statusCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status TABLES",
		Short: "Say what a folder of tables holds, what made it, and what is stale",
		Long: `Say what a folder of tables holds, from which version and with which options, and
what the same command would take over from it today. Reads no articles and no
metadata: batches in which these are others than they were are made anew.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := inspect(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(s)
			}
			return s.write(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// status is what `dateline status` says.
type status struct {
	Out string `json:"folder"`
	*pipeline.State
	Version string            `json:"version,omitempty"` // that wrote the tables
	Flags   map[string]string `json:"flags,omitempty"`   // with which they were written
	Stale   []string          `json:"stale,omitempty"`   // why the same command would make them anew
	Reused  int64             `json:"reusable_batches"`  // by the same command, where inputs are as they were
}

func inspect(out string) (*status, error) {
	st, err := pipeline.Inspect(out)
	if err != nil {
		return nil, err
	}
	s := &status{Out: out, State: st, Flags: map[string]string{}}
	if st.Tables == nil {
		return s, nil
	}
	s.Version, _ = st.Tables.Facts["version"].(string)
	flags, _ := st.Tables.Facts["flags"].(map[string]any)
	for name, v := range flags {
		s.Flags[name] = fmt.Sprint(v)
	}
	identity, err := identityOf(s.Flags, st.Tables.Inputs)
	switch {
	case err != nil:
		s.Stale = append(s.Stale, fmt.Sprintf("the command would fail today: %v", err))
	case st.Tables.Schema != output.SchemaVersion:
		s.Stale = append(s.Stale, fmt.Sprintf("the tables have schema %s, this program writes %s", st.Tables.Schema, output.SchemaVersion))
	case identity == st.Tables.Identity:
		s.Reused = st.Kept[identity].Number
	case st.Tables.Facts["program"] != programIdentity():
		s.Stale = append(s.Stale, "another build of the program wrote the tables")
	default:
		s.Stale = append(s.Stale, "a file that the options name (model or gazetteer) is not what it was")
	}
	for _, t := range st.Missing {
		s.Stale = append(s.Stale, "the table "+t+" is gone; a run puts it back")
	}
	return s, nil
}

// identityOf returns the identity that a run with these flags would have now.
func identityOf(flags map[string]string, inputs []string) (string, error) {
	var f extractFlags
	fl := pflag.NewFlagSet("extract", pflag.ContinueOnError)
	f.register(fl)
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if err := fl.Set(name, flags[name]); err != nil {
			return "", err
		}
	}
	o, err := f.options(inputs, nil, io.Discard)
	return o.Identity, err
}

func (s *status) write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	line("folder", "%s", s.Out)
	if s.Writing {
		line("at work", "a run is writing there now")
	}
	if s.Swap {
		line("interrupted", "finished tables wait to be put in place; the next run does it")
	}
	if t := s.Tables; t == nil {
		line("tables", "none")
	} else {
		line("written by", "dateline %s, tables of schema %s", s.Version, t.Schema)
		line("inputs", "%s", strings.Join(t.Inputs, " "))
		line("options", "%s", cmp.Or(flagText(s.Flags), "defaults"))
		for _, x := range slices.Sorted(maps.Keys(t.Rows)) {
			line("rows", "%s %d", x, t.Rows[x])
		}
		if len(s.Stale) == 0 {
			line("stale", "nothing: program and options are those of the tables")
		}
	}
	for _, x := range s.Stale {
		line("stale", "%s", x)
	}
	var kept pipeline.Batches
	for _, b := range s.Kept {
		kept.Number += b.Number
		kept.Documents += b.Documents
	}
	line("kept", "%d batches of %d articles, %.1f MB", kept.Number, kept.Documents, float64(s.Bytes)/1e6)
	if s.Tables != nil {
		line("reusable", "%d batches by the same command, where articles are as they were", s.Reused)
	}
	return tw.Flush()
}

// flagText prints flags as they are typed.
func flagText(flags map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		list = append(list, fmt.Sprintf("--%s=%s", name, flags[name]))
	}
	return strings.Join(list, " ")
}
