package output

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dateline-nlp/dateline/pipeline/article"
)

// Row is one row of a table, read from any format. Every method panics when the
// table has no such column: names come from code, not from data.
type Row struct {
	Schema *Schema
	cells  []any // in the order of the schema: string, int64, float32, float64, bool, article.Day, []string, nil
}

// Value returns the cell: a string, int64 (for int32 as well), float32,
// float64, bool, article.Day or []string, or nil for null.
func (r Row) Value(column string) any {
	i := r.Schema.Index(column)
	if i < 0 {
		panic(fmt.Sprintf("output: table %s has no column %s", r.Schema.Table, column))
	}
	return r.cells[i]
}

// Null reports whether the cell is null.
func (r Row) Null(column string) bool { return r.Value(column) == nil }

// Str returns a string; "" for null.
func (r Row) Str(column string) string { s, _ := r.Value(column).(string); return s }

// Int returns a number of an int32 or int64 column; 0 for null.
func (r Row) Int(column string) int { n, _ := r.Value(column).(int64); return int(n) }

// Float returns a number of a float32 or float64 column; 0 for null.
func (r Row) Float(column string) float64 {
	switch v := r.Value(column).(type) {
	case float32:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// Bool returns a bool.
func (r Row) Bool(column string) bool { b, _ := r.Value(column).(bool); return b }

// Day returns a day; the zero Day for null.
func (r Row) Day(column string) article.Day { d, _ := r.Value(column).(article.Day); return d }

// List returns a list of strings.
func (r Row) List(column string) []string { l, _ := r.Value(column).([]string); return l }

// Copy returns a row that stays as it is when r's table is read on or edited.
func (r Row) Copy() Row { return Row{r.Schema, slices.Clone(r.cells)} }

// Text returns the cell as people read it: strings as they are, the shortest
// decimal that gives the number back, YYYY-MM-DD, a JSON list, "null".
func (r Row) Text(column string) string { return cellText(r.Value(column)) }

func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float32:
		return string(appendFloat(nil, float64(v), 32))
	case float64:
		return string(appendFloat(nil, v, 64))
	case bool:
		return strconv.FormatBool(v)
	case article.Day:
		return v.String()
	case []string:
		b := []byte{'['}
		for i, s := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendJSONString(b, []byte(s))
		}
		return string(append(b, ']'))
	}
	return "null"
}
