package source

import (
	"fmt"
	"io"
	"os"
	"testing"
)

func TestSmoke(t *testing.T) {
	dir := os.Getenv("SMOKE")
	if dir == "" {
		t.Skip()
	}
	w, err := Open(t.Context(), Options{Metadata: os.Getenv("META")}, dir)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := w.Reader()
	for {
		it, err := w.Next(t.Context())
		if err == io.EOF {
			break
		}
		a, err := r.Read(t.Context(), it)
		fp, ferr := r.Fingerprint(t.Context(), it)
		fmt.Printf("%s %d err=%v id=%q title=%q url=%q stated=%s/%s text=%d blocks=%d fp=%s %v\n", it, it.Size(), err, a.Doc.ID, a.Doc.Title, a.Doc.URL, a.StatedFrom, a.Stated, len(a.Doc.Text), len(a.Doc.Blocks), fp, ferr)
	}
	fmt.Println(w.Skipped(), w.Leftovers())
}
