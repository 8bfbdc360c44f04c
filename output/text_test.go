package output

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONL(t *testing.T) {
	d := sampleDocument("a.txt", sampleText)
	d.Title = "<b>\"é\"\\\n\x01\u2028</b> & \U0001F600"
	d.Places[0].PlaceID, d.Places[0].Name, d.Places[0].Lat, d.Places[0].Lon = "gn:1", "n", -33.1, 1e-9
	d.Places[0].Confidence = 0.1
	tables := writeTables(t, Options{Formats: []Format{JSONL}}, d)
	read := func(table string) string {
		data, err := os.ReadFile(tables.Files(table)[0])
		require.NoError(t, err)
		line, _, _ := strings.Cut(string(data), "\n")
		return line
	}
	assert.Contains(t, read(Documents), `{"doc_id":"a.txt","source":"a.txt","member":null,"format":"txt",`)
	assert.Contains(t, read(Documents), `"title":"<b>\"é\"\\\n\u0001\u2028</b> & 😀"`)
	assert.Equal(t, `{"mention_id":"a.txt#7-11","doc_id":"a.txt","sentence":0,"text":"Iran","byte_start":7,"byte_end":11,"char_start":6,"char_end":10,`+
		`"place_id":"gn:1","geonames_id":null,"name":"n","lat":-33.1,"lon":1e-09,"feature_class":null,"feature_code":null,"country":null,`+
		`"admin1":null,"admin2":null,"population":null,"precision":null,"role":"literal","actor_country":null,"candidates":0,`+
		`"second_place_id":null,"confidence":0.1,"rule":"places/sample"}`, read(Places))
}

func TestCSV(t *testing.T) {
	d := sampleDocument("-a.txt", sampleText)
	d.Title, d.Byline = "=HYPERLINK(\"http://x\")", "'+1"
	line := func(raw bool) string {
		tables := writeTables(t, Options{Formats: []Format{CSV}, CSVRaw: raw}, d)
		data, err := os.ReadFile(tables.Files(Documents)[0])
		require.NoError(t, err)
		_, row, _ := strings.Cut(string(data), "\n")
		return row
	}
	assert.Contains(t, line(false), `'-a.txt,'-a.txt,,txt,`)
	assert.Contains(t, line(false), `"'=HYPERLINK(""http://x"")",''+1,en,`, "guarded, so that what is read back is what was written")
	assert.Contains(t, line(true), `"=HYPERLINK(""http://x"")",'+1,en,`)
	d.Places[0].PlaceID, d.Places[0].Lon = "x", -44.5
	tables := writeTables(t, Options{Formats: []Format{CSV}}, d)
	data, err := os.ReadFile(tables.Files(Places)[0])
	require.NoError(t, err)
	assert.Contains(t, string(data), ",-44.5,", "numbers are no formulas")
}

// TestReadErrors looks at what a reader says of files that are not what they
// should be.
func TestReadErrors(t *testing.T) {
	f := func(name string, format Format, want string, change func(data string) string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			tables := writeTables(t, Options{Formats: []Format{format}}, sampleDocument("a.txt", strings.Repeat(sampleText, 50)))
			file := tables.Files(Dates)[0]
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, []byte(change(string(data))), 0o666))
			opened, err := Open(tables.Dir)
			if err == nil {
				_, err = opened.All(Dates)
			}
			require.ErrorContains(t, err, file+": ")
			assert.ErrorContains(t, err, want)
			if opened != nil {
				for _, err := range opened.Documents() {
					if err != nil {
						assert.ErrorContains(t, err, want)
					}
				}
			}
		})
	}
	half := func(s string) string { return s[:len(s)/2] }
	replace := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	for _, format := range formats {
		if format != JSONL { // an empty JSONL file is an empty table
			f("empty "+string(format), format, "", func(string) string { return "" })
		}
		f("half "+string(format), format, "", half)
		f("last byte gone "+string(format), format, "", func(s string) string { return s[:len(s)-1] })
	}
	f("not Parquet", Parquet, "", func(string) string { return strings.Repeat("no table ", 99) })
	f("rubbish in a page", Parquet, "", func(s string) string {
		return s[:200] + strings.Repeat("\xff", 2000) + s[2200:]
	})
	f("rubbish in the footer", Parquet, "", func(s string) string {
		return s[:len(s)-400] + strings.Repeat("\xff", 300) + s[len(s)-100:]
	})
	f("version", Parquet, "schema version 9.0.0: this program reads "+SchemaVersion, replace(metaVersion+"\x18\x051.0.0", metaVersion+"\x18\x059.0.0"))
	f("column gone", JSONL, "line 1: no column value", replace(`"value":`, `"valeu":`))
	f("no JSON", JSONL, "line 2: ", replace("}\n{", "}\nx{"))
	f("wrong type", JSONL, `line 1: byte_start: "\"25\"": want int32`, replace(`"byte_start":25`, `"byte_start":"25"`))
	f("too large", JSONL, `line 1: byte_start: "3000000000": want int32`, replace(`"byte_start":25`, `"byte_start":3000000000`))
	f("no day", JSONL, `line 1: date_to: day "2020-02-30": want YYYY-MM-DD`, replace(`"date_to":"2020-01-01"`, `"date_to":"2020-02-30"`))
	f("null", JSONL, "row 1: rule: null", replace(`"rule":"dates/sample"`, `"rule":null`))
	f("bool", JSONL, `line 1: relative: "1": want bool`, replace(`"relative":true`, `"relative":1`))
	f("header", CSV, "no column value", replace(",value,", ",valeu,"))
	f("ragged", CSV, "line 3: 23 cells, want 22", replace("\na.txt#d41-42,", "\na.txt#d41-42,,"))
	f("stray quote", CSV, "line 2: quote within or after a cell", replace("DATE", `D"ATE`))
	f("infinite", CSV, `line 2: confidence: "Inf": want float32`, replace(",0.875,", ",Inf,"))

	t.Run("the columns of a later minor version", func(t *testing.T) {
		tables := writeTables(t, Options{Formats: []Format{JSONL}}, sampleDocument("a.txt", sampleText))
		data, err := os.ReadFile(tables.Files(Dates)[0])
		require.NoError(t, err)
		changed := strings.Replace(string(data), `"mod":"APPROX",`, `"later":[1,{}],`, 1)
		require.NoError(t, os.WriteFile(tables.Files(Dates)[0], []byte(changed), 0o666))
		rows, err := tables.All(Dates)
		require.NoError(t, err)
		assert.True(t, rows[0].Null("mod"), "a nullable column that is not there is null")
	})
}

// TestTornFiles cuts columnar files everywhere: what a crash leaves is an error.
// (Bytes changed in the middle are beyond the library: it takes lengths in
// metadata at their word.)
func TestTornFiles(t *testing.T) {
	for _, format := range []Format{Parquet, Arrow} {
		tables := writeTables(t, Options{Formats: []Format{format}}, sampleDocument("a.txt", sampleText))
		file := tables.Files(Dates)[0]
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for n := 0; n < len(data); n += 1 + n/50 {
			require.NoError(t, os.WriteFile(file, data[:n], 0o666))
			_, err := tables.All(Dates)
			require.ErrorContains(t, err, file, "%s cut at %d of %d", format, n, len(data))
		}
	}
}

func TestOpen(t *testing.T) {
	_, err := Open("no-such-folder")
	assert.ErrorIs(t, err, os.ErrNotExist)
	dir := t.TempDir()
	_, err = Open(dir)
	assert.EqualError(t, err, dir+": no tables")
	require.NoError(t, NewBatch(Options{Formats: []Format{CSV}}).Write(dir, "part-0"))
	_, err = Open(dir)
	assert.EqualError(t, err, dir+": no .csv file of table entities")
	tables := writeTables(t, Options{Formats: []Format{CSV, Parquet}})
	assert.Equal(t, Parquet, tables.Format)
	require.NoError(t, os.WriteFile(tables.Dir+"/mentions/.part-9.parquet.tmp", nil, 0o666))
	require.NoError(t, os.WriteFile(tables.Dir+"/mentions/.part-9.parquet", nil, 0o666))
	require.NoError(t, os.WriteFile(tables.Dir+"/mentions/_x.parquet", nil, 0o666))
	rows, err := tables.All(Mentions)
	require.NoError(t, err)
	assert.Empty(t, rows)
	for _, err := range tables.Rows("tables") {
		assert.EqualError(t, err, `no table "tables"`)
	}
}

// FuzzReadCSV checks the CSV reader against the standard library's, and that
// what is printed from rows reads back as the same rows.
func FuzzReadCSV(f *testing.F) {
	for _, s := range hostile {
		f.Add("source,member,stage,error,bytes\n" + s + ",,read,why,1\n\"" + strings.ReplaceAll(s, `"`, `""`) + "\",x,read,why,\n")
	}
	f.Add("bytes,error,stage,source\n1,a,b,c\n,,,\n")
	f.Add("source,member,stage,error,bytes\n\"a\"\"b\n\r\",,,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readTextRows(text, CSV)
		if !strings.ContainsRune(text, '\r') { // the library's reader changes line ends
			r := csv.NewReader(strings.NewReader(text))
			r.FieldsPerRecord = -1
			_, theirs := r.ReadAll()
			if theirs != nil && err == nil {
				t.Fatalf("the standard library says %v", theirs)
			}
		}
		if err == nil {
			require.Equal(t, rows, rereadRows(t, rows, CSV))
		}
	})
}

func FuzzReadJSONL(f *testing.F) {
	for _, s := range hostile {
		quoted, err := json.Marshal(s)
		require.NoError(f, err)
		f.Add(`{"source":` + string(quoted) + `,"member":null,"stage":"read","error":"why","bytes":1}` + "\n")
		f.Add(`{"source":` + string(appendJSONString(nil, []byte(s))) + `,"stage":"read","error":"why"}` + "\n")
	}
	f.Add(`{"source":"a","stage":"b","error":"c","bytes":1e3}` + "\n{}\n[]\nnull\n")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readTextRows(text, JSONL)
		if err == nil {
			require.Equal(t, rows, rereadRows(t, rows, JSONL))
		}
	})
}

// FuzzStrings checks that every string comes back from both text formats, and
// that the standard library reads the JSON as the same string.
func FuzzStrings(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Add("\xff\xc0 broken")
	f.Fuzz(func(t *testing.T, s string) {
		b := newBuffer(SchemaOf(Errors))
		b.text(s).known(s).text("read").text(s).knownLong(int64(len(s))).end()
		want := expected(b)
		for _, raw := range []bool{false, true} {
			require.Equal(t, want, reread(t, b, CSV, raw))
		}
		require.Equal(t, want, reread(t, b, JSONL, false))
		var theirs string
		require.NoError(t, json.Unmarshal(appendJSONString(nil, b.cols[0].str(0)), &theirs))
		require.Equal(t, string(b.cols[0].str(0)), theirs)
		require.True(t, utf8.ValidString(theirs))
	})
}

func readTextRows(text string, format Format) (rows [][]any, err error) {
	read := func(r io.Reader, s *Schema, yield func([]any) error) error { return readCSV(r, s, false, yield) }
	if format == JSONL {
		read = readJSONL
	}
	err = read(strings.NewReader(text), SchemaOf(Errors), func(cells []any) error {
		for i, c := range cells {
			if s, ok := c.(string); ok && (!utf8.ValidString(s) || s == "" && SchemaOf(Errors).Columns[i].Nullable) {
				return io.ErrUnexpectedEOF // no table holds such strings
			}
			if n, ok := c.(int64); ok && n == 0 || c == nil && !SchemaOf(Errors).Columns[i].Nullable {
				return io.ErrUnexpectedEOF
			}
		}
		rows = append(rows, cells)
		return nil
	})
	return rows, err
}

func rereadRows(t *testing.T, rows [][]any, format Format) [][]any {
	t.Helper()
	b := newBuffer(SchemaOf(Errors))
	for _, cells := range rows {
		b.row(cells)
	}
	return reread(t, b, format, false)
}

// reread writes a buffer and reads it again.
func reread(t *testing.T, b *buffer, format Format, raw bool) (rows [][]any) {
	t.Helper()
	var out bytes.Buffer
	w := &sink{w: bufio.NewWriter(&out)}
	yield := func(cells []any) error { rows = append(rows, cells); return nil }
	if format == JSONL {
		require.NoError(t, writeJSONL(w, b))
		require.NoError(t, w.flush())
		require.NoError(t, readJSONL(&out, b.schema, yield))
		return rows
	}
	require.NoError(t, writeCSV(w, b, raw))
	require.NoError(t, w.flush())
	require.NoError(t, readCSV(&out, b.schema, raw, yield))
	return rows
}
