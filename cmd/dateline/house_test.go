package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed says which packages of the project a package may import; a name
// with /... stands for all below it. ARCHITECTURE.md draws the same.
var allowed = map[string][]string{
	"cmd/dateline":             {"pipeline/...", "extractors/...", "gazetteer", "output"},
	"pipeline":                 {"pipeline/source", "pipeline/published", "pipeline/text", "pipeline/language", "pipeline/duplicates", "pipeline/article", "output"},
	"pipeline/duplicates":      {"pipeline/article"},
	"pipeline/article":         {},
	"pipeline/language":        {},
	"pipeline/text":            {"pipeline/article"},
	"pipeline/source":          {"pipeline/article", "pipeline/source/pdf"},
	"pipeline/source/pdf":      {},
	"pipeline/remote":          {},
	"pipeline/remote/s3test":   {},
	"pipeline/published":       {"pipeline/article"},
	"pipeline/eval":            {"pipeline/article"},
	"extractors/names":         {"pipeline/article", "pipeline/text"},
	"extractors/dates":         {"pipeline/article", "pipeline/text"},
	"extractors/people":        {"pipeline/article", "pipeline/text"},
	"extractors/organisations": {"pipeline/article", "pipeline/text"},
	"extractors/places":        {"pipeline/article", "pipeline/text", "gazetteer"},
	"gazetteer":                {},
	// For tests.
	"pipeline/source/pdf/pdftest": {},
	// In place of a library, see .go.work.
	"pipeline/source/dateparser":      {},
	"pipeline/source/dateparser/date": {},
	"output":                          {"pipeline/article"},
}

// TestHouse reads every import of the project and holds it against the plan.
// Tests may import more than the package itself.
func TestHouse(t *testing.T) {
	const module = "github.com/dateline-nlp/dateline/"
	seen := map[string]bool{}
	root := "../.."
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "out" || name == "node_modules") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		require.NoError(t, err)
		pkg := filepath.ToSlash(rel)
		may, known := allowed[pkg]
		assert.True(t, known, "package %s is not in the plan", pkg)
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, i := range file.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			require.NoError(t, err)
			ours, ok := strings.CutPrefix(imported, module)
			if strings.HasPrefix(imported, "github.com/apache/arrow/") {
				assert.True(t, pkg == "output" || pkg == "pipeline/source", "%s imports arrow: only output and the reader of columnar input may", path)
			}
			if ok {
				assert.True(t, permits(may, ours), "%s: %s must not import %s", path, pkg, ours)
			}
		}
		return nil
	})
	require.NoError(t, err)
	for pkg := range allowed {
		assert.True(t, seen[pkg], "the plan names %s, which is not there", pkg)
	}
}

func permits(may []string, pkg string) bool {
	for _, m := range may {
		if below, all := strings.CutSuffix(m, "/..."); m == pkg || all && (pkg == below || strings.HasPrefix(pkg, below+"/")) {
			return true
		}
	}
	return false
}
