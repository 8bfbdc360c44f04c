package source

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/source/pdf/pdftest"
)

// pdfOf writes a PDF file of one page with a headline and lines of text.
func pdfOf(headline string, lines ...string) string {
	content := fmt.Sprintf("BT /F1 24 Tf 50 700 Td (%s) Tj /F1 10 Tf 12 TL 0 -40 Td ", headline)
	for _, l := range lines {
		content += fmt.Sprintf("(%s) Tj T* ", l)
	}
	content += "ET"
	return pdftest.File("/Info 6 0 R", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", pdftest.Stream("", content), "<</Title(Microsoft Word - draft7.doc)/Author(Ann Lee)>>")
}

func TestPDF(t *testing.T) {
	_, out := readAll(t, Options{}, tree(t, map[string]string{"a.pdf": pdfOf("Siege ends", "The siege ended on Wednesday, offi-", "cials said."), "b.pdf": "no PDF", "c.pdf": "PK\x03\x04", "d.zip": zipOf(t, member{name: "x.pdf", content: pdfOf("T", "In a zip file.")})}))
	require.Len(t, out, 4)
	require.NoError(t, out[0].err)
	d := out[0].Doc
	assert.Equal(t, "Siege ends\n\nThe siege ended on Wednesday, officials said.", d.Text)
	assert.Equal(t, []string{"Siege ends", "Ann Lee", "pdf"}, []string{d.Title, d.Byline, d.Format})
	assert.Equal(t, "Siege ends", d.TextOf(d.Blocks[0].Span))
	assert.Equal(t, []string{"b.pdf: PDF: not a PDF file", "c.pdf: not text: the content is ZIP", `d.zip#x.pdf = pdf "T\n\nIn a zip file."`}, lines(out)[1:])
}
