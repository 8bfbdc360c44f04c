package output

import (
	"bytes"
	"strings"
)

// writeCSV writes the table as RFC 4180 describes it, with line feeds and one
// header line. Null is an empty cell, a list a JSON array in a cell. Unless raw
// is set, text that a spreadsheet would run as a formula gets an apostrophe in
// front.
func writeCSV(w *sink, t *buffer, raw bool) error {
	var line []byte
	for i, c := range t.cols {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, c.Name...)
	}
	line = append(line, '\n')
	if _, err := w.Write(line); err != nil {
		return err
	}
	var cell []byte
	for row := range t.rows {
		line = line[:0]
		for i, c := range t.cols {
			if i > 0 {
				line = append(line, ',')
			}
			cell = c.appendCSV(cell[:0], row, raw)
			line = appendCell(line, cell)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// appendCSV appends value i as it is before quoting.
func (c *column) appendCSV(b []byte, i int, raw bool) []byte {
	if c.isNull(i) {
		return b
	}
	switch c.Type {
	case String:
		s := c.str(i)
		if !raw && runs(s) {
			b = append(b, '\'')
		}
		return append(b, s...)
	case StringList:
		return c.appendJSONList(b, i)
	}
	return c.appendPlain(b, i)
}

// runs reports whether a spreadsheet would run the cell as a formula, or would
// if apostrophes in front of it were taken away.
func runs(s []byte) bool {
	s = bytes.TrimLeft(s, "'")
	return len(s) > 0 && strings.IndexByte("=+-@\t\r", s[0]) >= 0
}

// appendCell appends a cell, quoted where it must be.
func appendCell(b, cell []byte) []byte {
	if !bytes.ContainsAny(cell, "\",\r\n") && !padded(cell) {
		return append(b, cell...)
	}
	b = append(b, '"')
	for _, c := range cell {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

// padded reports whether some readers would trim the cell.
func padded(cell []byte) bool {
	return len(cell) > 0 && (cell[0] <= ' ' || cell[len(cell)-1] <= ' ')
}
