package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/gazetteer"
)

func gazetteerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "gazetteer",
		Short: "Build a gazetteer, or look a name up",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(gazetteerBuild(), gazetteerLookup())
	return c
}

func gazetteerBuild() *cobra.Command {
	var o gazetteer.BuildOptions
	var alone bool
	c := &cobra.Command{
		Use:   "build --out FILE [--sources DIR] [--dump DIR] [--table FILE...]",
		Short: "Build a gazetteer file from sources, a GeoNames dump, or tables of your own",
		Long: `Build a gazetteer file. Tables add to the embedded gazetteer unless --alone is
given or sources or a dump are named; later layers may replace places of earlier
ones. Rows that cannot be used are reported with file and line, and counted: the exit
code is then 3, and 1 without a file when a table has no other rows. Rows of a table
about one place add to each other; one that contradicts a row before it cannot be used.`,
		Example: "  dateline gazetteer build --dump geonames/ --out world.bin\n" +
			"  dateline gazetteer build --table districts.csv --out mine.bin\n  dateline extract --gazetteer mine.bin articles/",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !alone && o.Sources == "" && o.Dump == "" {
				base, err := gazetteer.Embedded()
				if err != nil {
					return err
				}
				o.Base = base
			}
			if err := o.Validate(); err != nil {
				return usage(err)
			}
			o.Progress = stageProgress(c.ErrOrStderr())
			r, err := gazetteer.Build(c.Context(), o)
			if err != nil {
				writeBad(c.ErrOrStderr(), r)
				return err
			}
			writeBuild(c.OutOrStdout(), o.Out, r)
			if r.Bad > 0 {
				return exitError{exitSetAside, fmt.Errorf("set aside: %d rows", r.Bad)}
			}
			return nil
		},
	}
	fl := c.Flags()
	fl.StringVar(&o.Out, "out", "", "file to write")
	fl.StringVar(&o.Sources, "sources", "", "folder of composed sources, as the embedded gazetteer is built from")
	fl.StringVar(&o.Dump, "dump", "", "folder of a GeoNames dump: allCountries.txt, alternateNamesV2.txt, ...")
	fl.StringSliceVar(&o.Tables, "table", nil, "CSV or TSV files of your own places")
	fl.StringVar(&o.Classes, "classes", "", "feature classes to keep of a dump (default AHLPSTUV)")
	fl.StringSliceVar(&o.Languages, "languages", nil, "languages of alternate names to keep of a dump (default: English and unmarked)")
	fl.IntVar(&o.MemoryMiB, "memory", 256, "MiB for sorting")
	fl.StringVar(&o.TempDir, "temp", "", "folder for intermediate files (default: that of --out)")
	fl.BoolVar(&alone, "alone", false, "do not start from the embedded gazetteer")
	return c
}

// stageProgress prints a line when a stage begins, and every few seconds.
func stageProgress(w io.Writer) func(stage string, done, total int64) {
	var last string
	var at time.Time
	return func(stage string, done, total int64) {
		if stage == last && time.Since(at) < plainEvery {
			return
		}
		last, at = stage, time.Now()
		if total > 0 {
			fmt.Fprintf(w, "%s: %d of %d\n", stage, done, total)
		} else {
			fmt.Fprintf(w, "%s: %d\n", stage, done)
		}
	}
}

func writeBuild(w io.Writer, out string, r gazetteer.Report) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "file\trows\tkept\tbad")
	for _, f := range r.Files {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\n", f.Path, f.Rows, f.Kept, f.Bad)
	}
	tw.Flush()
	writeBad(w, r)
	fmt.Fprintf(w, "%s: %d places, %d names, %d bytes, version %s\n", out, r.Places, r.Names, r.Bytes, r.Version)
}

// writeBad lists the rows that could not be used.
func writeBad(w io.Writer, r gazetteer.Report) {
	for _, e := range r.Errors {
		fmt.Fprintln(w, e)
	}
	if more := r.Bad - len(r.Errors); more > 0 {
		fmt.Fprintf(w, "... and %d more bad rows\n", more)
	}
}

func gazetteerLookup() *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:     `lookup NAME|"NAME, CONTAINER"`,
		Short:   "Print the places that bear a name, the most salient first",
		Long:    "Print the places that bear a name, the most salient first; of \"Paris, Texas\" those in any\ncountry, state or county called Texas.",
		Example: "  dateline gazetteer lookup Paris\n  dateline gazetteer lookup \"Paris, Texas\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			x, err := openGazetteer(file)
			if err != nil {
				return err
			}
			found, err := candidates(x, args[0])
			if err != nil {
				return err
			}
			tw := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "place_id\tname\tcode\tcountry\tadmin1\tlat\tlon\tpopulation\tname is\tmatch")
			for _, f := range found {
				e := x.Entry(f.ID)
				fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%.4f\t%.4f\t%d\t%s\t%s\n", e.ID, e.Name, e.Code, cmp.Or(e.Country, "-"),
					cmp.Or(e.Admin1, "-"), e.Lat, e.Lon, e.Population, f.Kind, f.Match)
			}
			return tw.Flush()
		},
	}
	c.Flags().StringVar(&file, "gazetteer", "", "gazetteer file to use instead of the embedded one")
	return c
}

// candidates returns the places that bear a name; where none does, and it has
// a comma, those that bear what is before the last one and lie in a place that
// bears what is after it.
func candidates(x *gazetteer.Index, name string) ([]gazetteer.Candidate, error) {
	found := x.AppendCandidates(nil, name)
	comma := strings.LastIndexByte(name, ',')
	if len(found) > 0 {
		return found, nil
	}
	if comma < 0 {
		return nil, fmt.Errorf("%q is in no gazetteer", name)
	}
	inner, outer := strings.TrimSpace(name[:comma]), strings.TrimSpace(name[comma+1:])
	containers := x.AppendCandidates(nil, outer)
	if len(containers) == 0 {
		return nil, fmt.Errorf("%q, which %q is to lie in, is in no gazetteer", outer, inner)
	}
	found, err := candidates(x, inner)
	if err != nil {
		return nil, err
	}
	all := len(found)
	found = slices.DeleteFunc(found, func(f gazetteer.Candidate) bool {
		return !slices.ContainsFunc(containers, func(c gazetteer.Candidate) bool { return liesIn(x, f.ID, c.ID) })
	})
	if len(found) == 0 {
		return nil, fmt.Errorf("none of the %d places called %q is known to lie in %q; look up %[2]q alone to see them", all, inner, outer)
	}
	return found, nil
}

// liesIn reports whether a place is known to lie in a country or a division.
func liesIn(x *gazetteer.Index, id, in gazetteer.ID) bool {
	if id == in {
		return false
	}
	admin1, ok1 := x.Admin1(id)
	admin2, ok2 := x.Admin2(id)
	country := x.Countries()[x.CountryNumber(id)].Place
	return ok1 && admin1 == in || ok2 && admin2 == in || country == in
}
