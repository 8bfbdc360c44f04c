package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dateline-nlp/dateline/pipeline/source/pdf/pdftest"
)

func deflated(content string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return pdftest.Stream("/Filter/FlateDecode", b.String())
}

// pages writes a file of pages with the fonts F1 (Helvetica) and F2 of more.
func pages(more []string, contents ...string) string {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"}
	objects = append(objects, more...)
	kids := ""
	for _, c := range contents {
		n := len(objects)
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</X1 4 0 R>>>>/Contents "+fmt.Sprint(n+2)+" 0 R>>", pdftest.Stream("", c))
		kids += fmt.Sprintf("%d 0 R ", n+1)
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(contents), kids)
	return pdftest.File("", objects...)
}

// drawn draws lines of text below one another.
func drawn(x, y, size float64, text ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BT /F1 %g Tf %g TL %g %g Td\n", size, size*1.2, x, y)
	for _, l := range text {
		fmt.Fprintf(&b, "(%s) Tj T*\n", l)
	}
	b.WriteString("ET\n")
	return b.String()
}

func readString(ctx context.Context, raw string, o Options) (*Document, error) {
	return Read(ctx, []byte(raw), o)
}

func show(d *Document) (out []string) {
	for _, p := range d.Paragraphs {
		out = append(out, strings.Repeat("#", map[Kind]int{Title: 1, Heading: 2}[p.Kind])+p.Text)
	}
	return out
}

func TestRead(t *testing.T) {
	story := []string{"The siege of the old fort ended on Wednesday, when the last", "of the men walked out of the gate with raised hands, offi-", "cials of the town said to reporters at the five-", "year memorial. A five-year-old boy met the Prime Minis-", "ter al-", "Sudani in the town.", "More words follow here in the next paragraph of the same", "article, which ends soon."}
	first := "The siege of the old fort ended on Wednesday, when the last of the men walked out of the gate with raised hands, officials of the town said to reporters at the five-year memorial. A five-year-old boy met the Prime Minister al-Sudani in the town."
	var columns strings.Builder
	left := []string{"The siege of the old fort ended", "on Wednesday, when the last of", "them walked out with raised", "hands, officials said."}
	right := []string{"Talks will go on next week in", "the town hall of the town, its", "mayor told reporters before", "the gate of the fort."}
	for i := range left {
		columns.WriteString(drawn(50, 700-float64(i)*12, 10, left[i]) + drawn(320, 700-float64(i)*12, 10, right[i]))
	}
	unicode := pdftest.Stream("", "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <0417> <0002> <D83DDE00> endbfchar 1 beginbfrange <0010> <0012> <0430> endbfrange endcmap")
	composite := []string{"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[6 0 R]>>", unicode, "<</Type/Font/Subtype/CIDFontType2/DW 600/W[16[500 500]18 18 500]>>"}
	coded := []string{"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding 7 0 R/ToUnicode 5 0 R/DescendantFonts[6 0 R]>>",
		pdftest.Stream("", "2 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange 1 beginbfrange <20> <7e> <0020> endbfrange 1 beginbfchar <8001> <00e9> endbfchar 1 beginbfrange <8002> <8003> [<0061> <0062>] endbfrange"),
		"<</Type/Font/Subtype/CIDFontType2/W[1 95 500 200[700 700 700]]>>",
		pdftest.Stream("", "2 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange 1 begincidrange <20> <7e> 1 endcidrange 3 begincidchar <8001> 200 <8002> 201 <8003> 202 endcidchar")}
	for _, tc := range []struct {
		name string
		raw  string
		want []string
	}{
		{"codes of one byte and of two", pages(coded, "BT /F2 10 Tf 50 700 Td (Caf) Tj <8001> Tj ( x) Tj <80028003> Tj 1 0 0 1 98.5 700 Tm (y) Tj ET"), []string{"Café xab y"}},
		{"operators of text", pages(nil, "BT /F1 10 Tf 12 TL 50 700 Td 2 Tc 3 Tw 90 Tz 3 Ts (One) Tj 0 Ts (two) ' 1 1 (three) \" T* (four) Tj 0 -12 TD (five) Tj 0 Tc 0 Tw 100 Tz T* (six) Tj ET"), []string{"One two three four five six"}},
		{"a line in parts", pages(nil, "BT /F1 10 Tf 50 700 Td (Left) Tj 200 0 Td (right) Tj ET"), []string{"Left right"}},
		{"escapes", pages(nil, "BT /F1 10 Tf 50 700 Td (a\\n\\r\\t\\b\\f\\(\\)\\\\\\53\\053\\x\\\r\nb\\\rc) Tj <4> Tj /F#31 10 Tf <5 A 5b> Tj /F1#zz 10 Tf % note\n (d) Tj ET"), []string{"a ()\\++xbc@Z[d"}},
		{"a list that is not closed", pages(nil, "BT /F1 10 Tf 50 700 Td [(One) -300 (two) TJ 0 -12 Td [[(x)] <</A true>> (three)] TJ ET"), []string{"One two three"}},
		{"title, heading, paragraphs, hyphens", pages(nil, drawn(100, 750, 24, "Siege ends")+drawn(50, 700, 10, story...)+drawn(50, 560, 14, "What came before")+drawn(50, 530, 10, "It had lasted two weeks.")),
			[]string{"#Siege ends", first, "More words follow here in the next paragraph of the same article, which ends soon.", "##What came before", "It had lasted two weeks."}},
		{"across pages", pages(nil, drawn(50, 700, 10, story[:2]...), drawn(50, 700, 10, story[2:4]...)), []string{"The siege of the old fort ended on Wednesday, when the last of the men walked out of the gate with raised hands, officials of the town said to reporters at the five-year memorial. A five-year-old boy met the Prime Minis-"}},
		{"two columns drawn row by row", pages(nil, columns.String()), []string{strings.Join(left, " "), strings.Join(right, " ")}},
		{"kerning and word gaps", pages(nil, "BT /F1 10 Tf 50 700 Td [(W)80(ords)-300(apart)] TJ 60 0 Td (x) Tj ET"), []string{"Words apart x"}},
		{"characters", pages(nil, "BT /F1 10 Tf 50 700 Td (\\223Caf\\351\\224 \\(na\\357ve\\)\\\n) Tj <20 41> Tj ET"), []string{"“Café” (naïve) A"}},
		{"a composite font", pages(composite, "BT /F2 10 Tf 50 700 Td <0001 0010 00110012> Tj <0002> Tj ET"), []string{"Забв😀"}},
		{"names of glyphs", pages([]string{"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Own/FirstChar 1/LastChar 6/Widths[600 600 600 600 600 600]/Encoding<</Differences[1/fi/uni0417/quotedblleft/f_i/A.sc 6/u1F600]>>>>"}, "BT /F2 10 Tf 50 700 Td <010203040506> Tj ET"), []string{"fiЗ“fiA😀"}},
		{"a form", pages([]string{pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 10 10]/Resources<</Font<</F9 3 0 R>>>>", "BT /F9 10 Tf 50 600 Td (In a form) Tj ET")}, drawn(50, 700, 10, "On the page.")+"q /X1 Do Q"), []string{"On the page.", "In a form"}},
		{"a form that draws itself", pages([]string{pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F9 3 0 R>>/XObject<</X1 4 0 R>>>>", "BT /F9 10 Tf 50 600 Td (x) Tj ET /X1 Do")}, "/X1 Do"), []string{"x"}},
		{"the page's number is none of its text", pages(nil, drawn(50, 700, 10, "Words.")+"/Artifact <</Type /Pagination>> BDC "+drawn(50, 20, 10, "7")+" EMC"), []string{"Words."}},
		{"turned by a quarter", pages(nil, "BT /F1 10 Tf 0 1 -1 0 100 100 Tm (Up the) Tj 0 1 -1 0 112 100 Tm (page) Tj ET"), []string{"Up the page"}},
		{"drawn twice to look bold", pages(nil, "BT /F1 10 Tf 1 0 0 1 50 700 Tm (H) Tj 1 0 0 1 50.3 700 Tm (H) Tj ET"), []string{"H"}},
		{"an inline image", pages(nil, "BI /W 1 /H 1 ID \x00EI(\x01 EI "+drawn(50, 700, 10, "Words.")), []string{"Words."}},
		{"bytes before the header", "\r\n\r\n" + pages(nil, drawn(50, 700, 10, "Words.")), []string{"Words."}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := readString(t.Context(), tc.raw, Options{})
			require.NoError(t, err)
			assert.Equal(t, tc.want, show(d))
		})
	}
	t.Run("running heads", func(t *testing.T) {
		var contents []string
		for i := range 4 {
			contents = append(contents, drawn(50, 780, 8, "The Example, 2 January 2020")+drawn(50, 700, 10, fmt.Sprintf("Story %c is told.", 'A'+i), "It is short.")+drawn(300, 20, 8, fmt.Sprintf("Page %d of 4", i+1)))
		}
		d, err := readString(t.Context(), pages(nil, contents...), Options{})
		require.NoError(t, err)
		assert.NotContains(t, strings.Join(show(d), " "), "Example")
		assert.NotContains(t, strings.Join(show(d), " "), "Page")
	})
	t.Run("information", func(t *testing.T) {
		raw := pdftest.File("/Info 3 0 R", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]>>", "<</Title(Siege ends)/Author<FEFF0041006E006E>>>",
			"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R>>", pdftest.Stream("", drawn(50, 700, 10, "Words.")))
		d, err := readString(t.Context(), raw, Options{})
		require.NoError(t, err)
		assert.Equal(t, []any{"Siege ends", "Ann", 1, []string{"Words."}}, []any{d.Title, d.Author, d.Pages, show(d)})
	})
}

func TestErrors(t *testing.T) {
	whole := pages(nil, drawn(50, 700, 10, "Words."))
	image := []string{pdftest.Stream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", "x")}
	unknown := []string{"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/DW 600>>]>>"}
	encryption := "<</Filter/Standard/V 1/R 2/Length 40/P -4/O<" + strings.Repeat("61", 32) + ">/U<" + strings.Repeat("62", 32) + ">>>"
	torn := pdftest.File("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>", strings.Replace(deflated("BT (Words.) Tj ET"), "stream\nx", "stream\ny", 1))
	bomb := pdftest.File("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>", deflated(strings.Repeat("BT ET ", 1<<20)), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for _, tc := range []struct {
		name, want, raw string
	}{
		{"no PDF", "not a PDF file", "words"},
		{"nothing", "not a PDF file", ""},
		{"pictures alone", "no text: nothing but pictures on its pages (scanned?)", pages(image, "/X1 Do")},
		{"empty pages", "no text: the pages are empty", pages(nil, "")},
		{"letters that nobody knows", "no text: its fonts do not say which letters they show", pages(unknown, "BT /F2 10 Tf <00010002> Tj ET")},
		{"encrypted", "encrypted: a password is needed", pdftest.File("/ID[<31><31>]/Encrypt 3 0 R", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>", encryption)},
		{"encrypted, as the trailer itself says", "encrypted: a password is needed", pdftest.File("/ID[<31><31>]/Encrypt"+encryption, "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>")},
		{"a header alone", "the file is cut off", whole[:9]},
		{"cut off in a page", "the file is cut off", whole[:strings.Index(whole, "Words.")]},
		{"no pages", "broken: its list of pages cannot be read: ", pdftest.File("", "<</Type/Catalog>>")},
		{"a page that is missing", "broken: page 2 cannot be read: ", strings.Replace(whole, "/Count 1", "/Count 2", 1)},
		{"a packed page that is torn", "broken: page 1 cannot be read: ", torn},
		{"no objects", "broken: its table of objects cannot be read: ", "%PDF-1.7\ntrailer\n<</Size 1>>\nstartxref\n9\n%%EOF\n"},
		{"a bomb", "unpacks to too much", bomb},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := readString(t.Context(), tc.raw, Options{MaxDecoded: 1 << 20})
			require.Error(t, err)
			if strings.HasSuffix(tc.want, ": ") { // the library's words follow
				assert.True(t, strings.HasPrefix(err.Error(), tc.want), "%q", err)
			} else {
				assert.EqualError(t, err, tc.want)
			}
		})
	}
	_, err := readString(t.Context(), pages(nil, drawn(50, 700, 10, "Too many words.")), Options{MaxText: 5})
	assert.ErrorIs(t, err, ErrTooBig)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = readString(ctx, whole, Options{})
	assert.ErrorIs(t, err, context.Canceled)
	for n := range whole { // cut off anywhere: an error, or what is left of it
		d, err := readString(t.Context(), whole[:n], Options{})
		switch {
		case err == nil:
			assert.Equal(t, []string{"Words."}, show(d))
		case n >= len("%PDF-"):
			assert.EqualError(t, err, "the file is cut off", n)
		}
	}
}

func TestGlyphTable(t *testing.T) {
	assert.Equal(t, 'А', glyphNames()["afii10017"])
	assert.Equal(t, '“', glyphNames()["quotedblleft"])
	assert.Equal(t, "ffi", glyphText("ffi"))
	assert.Empty(t, glyphText("no such name"))
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(pages(nil, drawn(50, 700, 10, "Words.", "More.")+drawn(300, 700, 10, "x"))))
	f.Add([]byte(pages([]string{"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 5 0 R/DescendantFonts[6 0 R]>>", pdftest.Stream("", "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <10> [<0041>] endbfrange"), "<</W[1[500]2 3 600]/DW 1>>"}, "BT /F2 10 Tf [<0001>-500<0102>] TJ (a) ' 1 2 (b) \" ET")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			t.Skip()
		}
		d, err := Read(t.Context(), raw, Options{MaxDecoded: 1 << 20, MaxText: 1 << 16})
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		for _, p := range d.Paragraphs {
			require.NotEmpty(t, p.Text)
			require.Equal(t, strings.ToValidUTF8(p.Text, "?"), p.Text)
			require.NotContains(t, p.Text, "\n")
		}
	})
}

// FuzzContent follows arbitrary operators of a page.
func FuzzContent(f *testing.F) {
	for _, seed := range []string{drawn(50, 700, 10, "Words.", "More."), "BT /F1 1e300 Tf 1 0 0 1e300 0 0 Tm (x) Tj ET", "q q Q Q Q [[[(a)", "BI ID EI", "/X1 Do", "/Artifact BMC EMC EMC", "(\\777\\(", "<4", "1 2 3 re 12-34 --5 .. Td"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		_, _ = readString(t.Context(), pages(nil, content), Options{MaxText: 1 << 16})
		parseCMap([]byte(content)).text(1, 5)
	})
}

func BenchmarkRead(b *testing.B) {
	var contents []string
	for range 10 {
		contents = append(contents, drawn(50, 700, 10, strings.Split(strings.Repeat("The siege of the old fort ended on Wednesday, when the last\n", 40), "\n")...))
	}
	raw := pages(nil, contents...)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readString(b.Context(), raw, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
