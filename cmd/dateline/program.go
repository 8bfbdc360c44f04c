package main

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io"
	"os"
)

// programIdentity names the running program: any change of code, rules,
// lexicons, model or gazetteer makes earlier batches stale. It is the build id
// that the Go linker leaves in the file, whose last part is a hash of all of
// the program; without one it is the hash of the file, which takes longer than
// the rest of a run over unchanged articles.
func programIdentity() string {
	path, err := os.Executable()
	if err != nil {
		return version()
	}
	if id := buildID(path); id != "" {
		return id
	}
	return fileSum(path)
}

// buildID returns the Go build id of a program, "" when it has none. ELF files
// have it in a note, others at the front of their code.
func buildID(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	var id []byte
	if x, err := elf.NewFile(f); err == nil {
		if note := x.Section(".note.go.buildid"); note != nil {
			if data, err := note.Data(); err == nil && len(data) > 16 {
				id = data[16:] // behind three lengths and the name "Go"
			}
		}
	} else {
		front := make([]byte, 64<<10)
		n, _ := io.ReadFull(io.NewSectionReader(f, 0, int64(len(front))), front)
		_, rest, _ := bytes.Cut(front[:n], []byte("\xff Go build ID: \""))
		id, _, _ = bytes.Cut(rest, []byte("\"\n \xff"))
	}
	id = bytes.TrimRight(id, "\x00")
	if bytes.Count(id, []byte("/")) != 3 { // action and content, of the main package and of the program
		return ""
	}
	return string(id)
}

func fileSum(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
