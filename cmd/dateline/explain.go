package main

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dateline-nlp/dateline/pipeline"
	"github.com/dateline-nlp/dateline/pipeline/source"
)

func explainCommand() *cobra.Command {
	var f stageFlags
	var src source.Options
	var allLanguages bool
	c := &cobra.Command{
		Use:   "explain FILE[#MEMBER][:BYTE]",
		Short: "Say why an article has the rows it has: rules, candidates and their scores",
		Long: `Say why an article has the rows it has: rules, candidates and their scores. What a run
settles at its end (links between entities, copies, your overrides) is not shown; nor
what the other articles of a run tell of a site's home region.`,
		Example: "  dateline explain articles/siege.txt\n  dateline explain articles/siege.txt:409\n" +
			"  dateline explain news.jsonl#12:409",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			st, err := f.forArticles(src)
			if err != nil {
				return err
			}
			file, member, at := splitTarget(args[0])
			return pipeline.Explain(c.Context(), c.OutOrStdout(), pipeline.Options{Source: src, Stages: st.Stages, AllLanguages: allLanguages}, file, member, at)
		},
	}
	c.Flags().StringVar(&src.Metadata, "metadata", "", "CSV or JSONL beside the articles, as for extract")
	c.Flags().StringToStringVar(&src.Fields, "field", nil, "which field of a record holds what, as for extract")
	c.Flags().StringVar(&src.Encoding, "encoding", "", "character encoding of text that does not say it (default: detected)")
	c.Flags().BoolVar(&allLanguages, "all-languages", false, "extract from an article that is not English as well")
	f.register(c.Flags())
	return c
}

// splitTarget takes FILE#MEMBER:BYTE apart; at is -1 without a byte. What
// looks like a member or an offset but is part of a file's name stays there.
func splitTarget(s string) (file, member string, at int) {
	at = -1
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !isFile(s) {
		if n, err := strconv.Atoi(s[i+1:]); err == nil && n >= 0 {
			s, at = s[:i], n
		}
	}
	if i := strings.LastIndexByte(s, '#'); i >= 0 && !isFile(s) {
		s, member = s[:i], s[i+1:]
	}
	return s, member, at
}

func isFile(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
