// Package dateline only pins the modules that the packages below are about to use.
package dateline

import (
	_ "github.com/apache/arrow/go/v15/arrow"
	_ "github.com/apache/arrow/go/v15/parquet/pqarrow"
	_ "github.com/jdkato/prose/v2"
	_ "github.com/klauspost/compress/zstd"
	_ "github.com/markusmobius/go-htmldate"
	_ "github.com/markusmobius/go-trafilatura"
	_ "github.com/neurosnap/sentences/english"
	_ "github.com/olebedev/when"
	_ "github.com/olebedev/when/rules/en"
	_ "github.com/schollz/progressbar/v3"
	_ "github.com/spf13/cobra"
	_ "golang.org/x/net/html/charset"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/text/unicode/norm"
)
