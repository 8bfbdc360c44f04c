package source

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// input is one thing named by the caller.
type input struct {
	name  string // as given
	path  string // to open; of a glob the folder that it starts from
	glob  string // on the path below the input; "" for none
	label string // tells inputs apart; "" when there is but one
}

// Absent says why there is nothing at a name that [Open] takes; nil where
// there is something, be it an empty folder.
func (o Options) Absent(name string) error {
	if name == "-" {
		return nil
	}
	in := newInputs([]string{name})[0]
	if _, err := os.Stat(in.path); err != nil {
		return cmp.Or(o.Missing[in.path], withoutPath(err))
	}
	return nil
}

// newInputs reads the arguments of Open.
func newInputs(names []string) []input {
	var ins []input
	for _, name := range names {
		in := input{name: name, path: name}
		if root, glob := splitGlob(name); glob != "" && !exists(name) {
			in.path, in.glob = root, glob
		}
		ins = append(ins, in)
	}
	if len(ins) < 2 {
		return ins
	}
	for i := range ins {
		ins[i].label = label(ins, i)
	}
	return ins
}

// label is the shortest tail of an input's path that no other input shares.
// For a file, that is of the folder it is in.
func label(ins []input, i int) string {
	own := tails(ins[i])
	for n := range own {
		unique := true
		for j := range ins {
			if other := tails(ins[j]); j != i && other[min(n, len(other)-1)] == own[n] && other[len(other)-1] != own[len(own)-1] {
				unique = false
			}
		}
		if unique {
			return own[n]
		}
	}
	return own[len(own)-1]
}

// tails returns the last component of an input's path, the last two, and so on.
func tails(in input) []string {
	p := filepath.ToSlash(filepath.Clean(in.path))
	if formatOf(p).name != "" {
		p = path.Dir(p)
	}
	parts := strings.Split(strings.TrimPrefix(p, "/"), "/")
	var out []string
	for n := 1; n <= len(parts); n++ {
		out = append(out, printable(strings.Join(parts[len(parts)-n:], "/")))
	}
	return out
}

// splitGlob splits a pattern into the folder it starts from and the rest.
func splitGlob(name string) (root, glob string) {
	parts := strings.Split(filepath.ToSlash(name), "/")
	for i, p := range parts {
		if strings.ContainsAny(p, "*?[") {
			root = strings.Join(parts[:i], "/")
			if root == "" && i > 0 {
				root = "/"
			}
			return cmp.Or(root, "."), strings.Join(parts[i:], "/")
		}
	}
	return name, ""
}

// matches reports whether the input's glob takes a path below the input.
func (in input) matches(rel string) bool { return in.glob == "" || matchGlob(in.glob, rel) }

// deeper reports whether the input's glob may match below a folder.
func (in input) deeper(rel string) bool {
	if in.glob == "" || strings.Contains(in.glob, "**") {
		return true
	}
	globs, dirs := strings.Split(in.glob, "/"), strings.Split(strings.TrimSuffix(rel, "/"), "/")
	if len(dirs) >= len(globs) {
		return false
	}
	return matchGlob(strings.Join(globs[:len(dirs)], "/"), strings.Join(dirs, "/"))
}

func matchesAny(globs []string, rel string) bool {
	for _, g := range globs {
		if matchGlob(g, rel) || !strings.Contains(g, "/") && matchGlob(g, path.Base(rel)) {
			return true
		}
	}
	return false
}

// matchGlob is path.Match with "**" for any number of folders.
func matchGlob(glob, name string) bool {
	return matchParts(strings.Split(glob, "/"), strings.Split(name, "/"))
}

func matchParts(globs, names []string) bool {
	for len(globs) > 0 {
		if globs[0] == "**" {
			for i := 0; i <= len(names); i++ {
				if matchParts(globs[1:], names[i:]) {
					return true
				}
			}
			return false
		}
		if len(names) == 0 {
			return false
		}
		if ok, _ := path.Match(globs[0], names[0]); !ok {
			return false
		}
		globs, names = globs[1:], names[1:]
	}
	return len(names) == 0
}

// realPath is the absolute path with all links resolved, as far as it exists.
func realPath(p string) string {
	abs, err := filepath.Abs(p)
	if err != nil {
		return p
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return abs
}

func exists(p string) bool { _, err := filepath.EvalSymlinks(p); return err == nil }

// hiddenPath reports whether a component of the path starts with a point.
func hiddenPath(rel string) bool {
	for _, p := range strings.Split(filepath.ToSlash(rel), "/") {
		if len(p) > 1 && p[0] == '.' && p != ".." {
			return true
		}
	}
	return false
}

// printable makes a path valid UTF-8: bytes that are none become \xNN.
func printable(p string) string {
	p = filepath.ToSlash(p)
	if utf8.ValidString(p) {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRuneInString(p[i:])
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, p[i])
		} else {
			b.WriteString(p[i : i+n])
		}
		i += n
	}
	return b.String()
}

// extOf names the reason why a file's format is not read.
func extOf(rel string) string {
	ext := strings.ToLower(path.Ext(printable(rel)))
	if ext == "" || len(ext) > 12 {
		return "no extension"
	}
	return ext
}

// peek returns the first bytes of r, and a reader that still gives them.
func peek(r io.Reader) (io.Reader, []byte, error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(r, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	head = head[:n]
	return io.MultiReader(bytes.NewReader(head), r), head, err
}

// readLimited reads all of r, up to limit bytes; size is how many are expected.
func readLimited(r io.Reader, size, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(min(size, limit)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, tooBig(limit)
	}
	return buf.Bytes(), nil
}

// maxSkip is how many times the largest article is read on for the end of a
// record that is larger.
const maxSkip = 32

// endless returns an error for a record that has gone on for too long to wait
// for its end.
func endless(size, limit int64) error {
	most := maxSkip * max(limit, 1<<20)
	if size <= most {
		return nil
	}
	return fmt.Errorf("%w: a record of more than %d bytes, of which no end is in sight (--max-article)", ErrTooBig, most)
}

func tooBig(limit int64) error {
	return fmt.Errorf("%w: more than %d bytes (--max-article)", ErrTooBig, limit)
}
