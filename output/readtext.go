package output

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// readJSONL reads one object a line. Unknown keys are skipped.
func readJSONL(f io.Reader, s *Schema, yield func([]any) error) error {
	r := bufio.NewReaderSize(f, 64<<10)
	for line := 1; ; line++ {
		text, err := r.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if len(text) == 0 {
			return nil
		}
		if text[len(text)-1] != '\n' {
			return fmt.Errorf("line %d: cut short", line)
		}
		cells, err := jsonRow(s, text)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := yield(cells); err != nil {
			return err
		}
	}
}

func jsonRow(s *Schema, line []byte) ([]any, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil {
		return nil, err
	}
	cells := make([]any, len(s.Columns))
	for i, c := range s.Columns {
		raw, ok := object[c.Name]
		if !ok && !c.Nullable {
			return nil, fmt.Errorf("no column %s", c.Name)
		}
		if !ok || string(raw) == "null" {
			continue
		}
		v, err := jsonCell(c.Type, raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		cells[i] = v
	}
	return cells, nil
}

func jsonCell(t Type, raw json.RawMessage) (any, error) {
	if t != String && t != Date && t != StringList {
		return parseCell(t, string(raw))
	}
	if t == StringList {
		list := []string{}
		err := json.Unmarshal(raw, &list)
		return list, err
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	return parseCell(t, s)
}

// parseCell reads what appendPlain wrote, and strings as they are.
func parseCell(t Type, s string) (any, error) {
	switch t {
	case String:
		return s, nil
	case Int32:
		n, err := strconv.ParseInt(s, 10, 32)
		return n, badCell(t, s, err)
	case Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		return n, badCell(t, s, err)
	case Float32:
		v, err := parseFloat(s, 32)
		return float32(v), badCell(t, s, err)
	case Float64:
		v, err := parseFloat(s, 64)
		return v, badCell(t, s, err)
	case Bool:
		if s != "true" && s != "false" {
			return nil, badCell(t, s, strconv.ErrSyntax)
		}
		return s == "true", nil
	case Date:
		return article.ParseDay(s)
	default:
		list := []string{}
		err := json.Unmarshal([]byte(s), &list)
		return list, badCell(t, s, err)
	}
}

// parseFloat takes no infinities: they are in no table.
func parseFloat(s string, bits int) (float64, error) {
	v, err := strconv.ParseFloat(s, bits)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = strconv.ErrRange
	}
	return v, err
}

func badCell(t Type, s string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q: want %s", s, t)
}

// readCSV reads what writeCSV writes. An empty cell is null in a nullable
// column.
func readCSV(f io.Reader, s *Schema, raw bool, yield func([]any) error) error {
	r := &csvReader{r: bufio.NewReaderSize(f, 64<<10), line: 1}
	header, err := r.read()
	if err == io.EOF {
		return errors.New("no header line")
	}
	if err != nil {
		return err
	}
	columns, err := matchHeader(s, header)
	if err != nil {
		return err
	}
	width := len(header)
	for {
		line := r.line
		record, err := r.read()
		if err == io.EOF {
			return nil
		}
		if err == nil && len(record) != width {
			err = fmt.Errorf("%d cells, want %d", len(record), width)
		}
		var cells []any
		if err == nil {
			cells, err = csvRow(s, columns, record, raw)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := yield(cells); err != nil {
			return err
		}
	}
}

// matchHeader is matchColumns for a header line.
func matchHeader(s *Schema, header []string) ([]int, error) {
	at := map[string]int{}
	for i, name := range header {
		at[name] = i
	}
	columns := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		k, ok := at[c.Name]
		if !ok && !c.Nullable {
			return nil, fmt.Errorf("no column %s", c.Name)
		}
		if !ok {
			k = -1
		}
		columns[i] = k
	}
	return columns, nil
}

func csvRow(s *Schema, columns []int, record []string, raw bool) ([]any, error) {
	cells := make([]any, len(columns))
	for i, k := range columns {
		if k < 0 || record[k] == "" && s.Columns[i].Nullable {
			continue
		}
		cell := record[k]
		if t := s.Columns[i].Type; t == String && !raw && cell != "" && cell[0] == '\'' && runs([]byte(cell)) {
			cell = cell[1:]
		}
		v, err := parseCell(s.Columns[i].Type, cell)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Columns[i].Name, err)
		}
		cells[i] = v
	}
	return cells, nil
}

// csvReader reads RFC 4180 as writeCSV writes it. The standard library's reader
// turns a carriage return and line feed within a cell into a line feed, and
// with it the offsets of everything after it.
type csvReader struct {
	r    *bufio.Reader
	line int // next line, from 1
	cell []byte
}

// read returns the next record; io.EOF after the last one.
func (r *csvReader) read() ([]string, error) {
	if _, err := r.r.Peek(1); err != nil {
		return nil, err
	}
	var record []string
	for {
		last, err := r.readCell()
		if err != nil {
			return nil, err
		}
		record = append(record, string(r.cell))
		if last {
			return record, nil
		}
	}
}

var errQuote = errors.New("quote within or after a cell")

// readCell reads one cell and the mark behind it, and reports whether the cell
// was the record's last.
func (r *csvReader) readCell() (last bool, err error) {
	r.cell = r.cell[:0]
	quoted, closed := false, false
	for {
		c, err := r.r.ReadByte()
		if err == io.EOF {
			return false, errors.New("cut short")
		}
		if err != nil {
			return false, err
		}
		switch {
		case quoted && c == '"':
			quoted, closed = false, true
		case quoted:
			if c == '\n' {
				r.line++
			}
			r.cell = append(r.cell, c)
		case c == '"' && closed:
			r.cell = append(r.cell, c)
			quoted, closed = true, false
		case c == '"' && len(r.cell) == 0:
			quoted = true
		case c == ',':
			return false, nil
		case c == '\n':
			r.line++
			return true, nil
		case c == '"' || closed:
			return false, errQuote
		default:
			r.cell = append(r.cell, c)
		}
	}
}
