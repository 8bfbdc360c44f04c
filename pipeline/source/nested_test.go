package source

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mailWith writes a message with a text and attachments: name -> content.
func mailWith(subject, text string, attached ...member) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Subject: %s\nContent-Type: multipart/mixed; boundary=\"=%s=\"\n\n", subject, subject)
	if text != "" {
		fmt.Fprintf(&b, "--=%s=\n\n%s\n", subject, text)
	}
	for _, m := range attached {
		if strings.HasSuffix(m.name, ".eml") {
			fmt.Fprintf(&b, "--=%s=\nContent-Type: message/rfc822\n\n%s\n", subject, m.content)
			continue
		}
		fmt.Fprintf(&b, "--=%s=\nContent-Type: application/octet-stream; name=\"%s\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n%s\n", subject, m.name, base64.StdEncoding.EncodeToString([]byte(m.content)))
	}
	fmt.Fprintf(&b, "--=%s=--\n", subject)
	return b.String()
}

func TestArchivesInArchives(t *testing.T) {
	inner := []member{{name: "a.txt", content: "One"}, {name: "r.jsonl", content: `{"text":"Two"}`}, {name: "a.txt", content: "Again"}}
	page := response("https://example.org/a", "200 OK\r\nContent-Type: text/html; charset=windows-1251", storyPage)
	for _, tc := range []struct {
		name, file, content string
		want                []string
	}{
		{"zip in zip", "x.zip", zipOf(t, member{name: "f/in.zip", content: zipOf(t, inner...)}, member{name: "z.txt", content: "Last"}),
			[]string{`#f/in.zip#a.txt = txt "One"`, `#f/in.zip#r.jsonl#1 = jsonl "Two"`, `#f/in.zip#a.txt~2 = txt "Again"`, `#z.txt = txt "Last"`}},
		{"tar in tar", "x.tar.gz", gz(tarOf(t, member{name: "in.tar", content: tarOf(t, inner[:1]...)}, member{name: "z.txt", content: "Last"})), []string{`#in.tar#a.txt = txt "One"`, `#z.txt = txt "Last"`}},
		{"zip in a packed tar", "x.tar.zst", zst(tarOf(t, member{name: "in.zip", content: zipOf(t, inner[0])}, member{name: "z.txt", content: "Last"})), []string{`#in.zip#a.txt = txt "One"`, `#z.txt = txt "Last"`}},
		{"packed tar in zip", "x.zip", zipOf(t, member{name: "in.tgz", content: gz(tarOf(t, inner[0]))}), []string{`#in.tgz#a.txt = txt "One"`}},
		{"gz in zip", "x.zip", zipOf(t, member{name: "a.txt.gz", content: gz("One")}, member{name: "r.csv.zst", content: zst("text\nTwo\n")}), []string{`#a.txt.gz = txt "One"`, `#r.csv.zst#1 = csv "Two"`}},
		{"WARC.gz in tar", "x.tar", tarOf(t, member{name: "w.warc.gz", content: gz(page) + gz(page)}), []string{`#w.warc.gz#1 = warc "T\n\nThe siege of the old fort ended on We..."`, `#w.warc.gz#2 = warc "T\n\nThe siege of the old fort ended on We..."`}},
		{"a packed zip", "x.zip.gz", gz(zipOf(t, inner[0])), []string{`#a.txt = txt "One"`}},
		{"Parquet in zip", "x.zip", zipOf(t, member{name: "p.parquet", content: columns(t)["a.parquet"]}), nil},
		{"attachments of a message", "x.eml", mailWith("S", "Body", member{name: "a.txt", content: "One"}, member{name: "b.png", content: "\x89PNG"}, member{name: "in.zip", content: zipOf(t, inner[0])}, member{name: "m.eml", content: mailWith("T", "Deeper", inner[1])}),
			[]string{` = eml "Body"`, `#a.txt = txt "One"`, `#in.zip#a.txt = txt "One"`, `#part-6.eml = eml "Deeper"`, `#part-6.eml#r.jsonl#1 = jsonl "Two"`}},
		{"attachments in an mbox in a tar", "x.tar", tarOf(t, member{name: "m.mbox", content: "From x\n" + mailWith("S", "Body", inner[0]) + "\nFrom y\n" + mailWith("T", "", inner[1], member{name: "b.docx", content: docx(t, "<w:p><w:t>Word</w:t></w:p>")})}),
			[]string{`#m.mbox#1 = mbox "Body"`, `#m.mbox#1#a.txt = txt "One"`, `#m.mbox#2#r.jsonl#1 = jsonl "Two"`, `#m.mbox#2#b.docx = docx "Word"`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out := readAll(t, Options{}, tree(t, map[string]string{tc.file: tc.content}))
			if tc.want == nil {
				assert.Greater(t, len(out), 100)
				return
			}
			for i := range tc.want {
				tc.want[i] = tc.file + tc.want[i]
			}
			assert.Equal(t, tc.want, lines(out))
		})
	}
	t.Run("metadata and globs", func(t *testing.T) {
		meta := tree(t, map[string]string{"m.csv": "path,published\na.txt,2020\nx.zip#in.zip#r.jsonl#1,2021\n"}) + "/m.csv"
		_, found := readAll(t, Options{Metadata: meta}, tree(t, map[string]string{"x.zip": zipOf(t, member{name: "in.zip", content: zipOf(t, inner[:2]...)})}))
		assert.Equal(t, []string{"2020", "2021"}, []string{found[0].Stated, found[1].Stated})
		dir := tree(t, map[string]string{"x.zip": zipOf(t, member{name: "in.zip", content: zipOf(t, inner...)})})
		_, out := readAll(t, Options{ExcludeGlobs: []string{"x.zip/in.zip/a.txt"}}, dir)
		assert.Equal(t, []string{`x.zip#in.zip#r.jsonl#1 = jsonl "Two"`}, lines(out))
		dir = tree(t, map[string]string{"x.tar": tarOf(t, member{name: "m.mbox", content: "From x\n" + mailWith("S", "Body", inner[:2]...)})})
		_, out = readAll(t, Options{ExcludeGlobs: []string{"x.tar/m.mbox/1/a.txt"}}, dir)
		assert.Equal(t, []string{`x.tar#m.mbox#1 = mbox "Body"`, `x.tar#m.mbox#1#r.jsonl#1 = jsonl "Two"`}, lines(out))
	})
}

func TestNestedTooDeep(t *testing.T) {
	content, mail, box := "One", mailWith("S", "Body 0"), "From x\n"+mailWith("S", "Body 0")
	for i := range maxNesting + 1 {
		name := "in.zip"
		if i == 0 {
			name = "a.txt"
		}
		content = zipOf(t, member{name: name, content: content}, member{name: "z.txt", content: "Z"})
		box = "From x\n" + mailWith(fmt.Sprint("S", i), fmt.Sprint("Body ", i+1), member{name: "m.mbox", content: box})
		mail = mailWith(fmt.Sprint("S", i), fmt.Sprint("Body ", i+1), member{name: "m.eml", content: mail})
	}
	_, out := readAll(t, Options{}, tree(t, map[string]string{"x.zip": content}))
	assert.Equal(t, []string{"x.zip#in.zip#in.zip#in.zip#in.zip: nested too deep: an archive inside 4 others is not opened", `x.zip#in.zip#in.zip#in.zip#z.txt = txt "Z"`, `x.zip#in.zip#in.zip#z.txt = txt "Z"`, `x.zip#in.zip#z.txt = txt "Z"`, `x.zip#z.txt = txt "Z"`}, lines(out))
	_, out = readAll(t, Options{}, tree(t, map[string]string{"x.eml": mail}))
	require.Len(t, out, maxNesting+1)
	assert.ErrorIs(t, out[maxNesting].err, errNesting)
	_, out = readAll(t, Options{}, tree(t, map[string]string{"x.mbox": box}))
	require.Len(t, out, maxNesting+1)
	assert.EqualError(t, out[maxNesting].err, errNesting.Error())
	assert.Equal(t, "x.mbox#1#m.mbox#1#m.mbox#1#m.mbox#1#m.mbox#1", out[maxNesting].Item.String())
}

// TestNestedBombs checks that what a file may unpack to is bounded whatever
// the way that it is put together.
func TestNestedBombs(t *testing.T) {
	level := func(n int, in member) string {
		var list []member
		for i := range n {
			list = append(list, member{name: fmt.Sprint(i, in.name), content: in.content})
		}
		return zipOf(t, list...)
	}
	// Each entry stays below what may be unpacked whatever the ratio.
	zeros := member{name: "a.png.txt", content: "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 15<<20)}
	flat := level(8, zeros)
	_, out := readAll(t, Options{}, tree(t, map[string]string{"x.zip": flat}))
	require.NotEmpty(t, out)
	last := out[len(out)-1]
	assert.Equal(t, "x.zip", last.Item.String())
	assert.EqualError(t, last.err, "too big: all in all it unpacks to more than 100 times its size (--max-expand): after 5 files")

	nested := zipOf(t, member{name: "b.zip", content: level(8, member{name: "in.zip", content: level(8, zeros)})}, member{name: "z.txt", content: "Z"})
	_, out = readAll(t, Options{}, tree(t, map[string]string{"x.zip": nested}))
	assert.Less(t, len(out), 12)
	assert.ErrorIs(t, out[len(out)-1].err, ErrTooBig)
}
