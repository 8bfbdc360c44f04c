package output

import (
	"fmt"
	"iter"
)

// Doc is a document's row with its rows of the other tables.
type Doc struct {
	Row
	Sentences, Mentions, Places, Dates []Row
}

// ofDocuments are the tables whose rows belong to a document.
var ofDocuments = []string{Sentences, Mentions, Places, Dates}

func (d *Doc) rows(table string) *[]Row {
	switch table {
	case Sentences:
		return &d.Sentences
	case Mentions:
		return &d.Mentions
	case Places:
		return &d.Places
	default:
		return &d.Dates
	}
}

// Documents yields each document with its rows, in the order of the table
// documents; memory is one document's. A row whose document does not come, or
// has been, is an error.
func (t *Tables) Documents() iter.Seq2[*Doc, error] {
	return func(yield func(*Doc, error) bool) {
		cursors := map[string]*cursor{}
		for _, table := range ofDocuments {
			next, stop := iter.Pull2(t.Rows(table))
			defer stop()
			c := &cursor{next: next}
			c.advance()
			cursors[table] = c
		}
		for row, err := range t.Rows(Documents) {
			if err != nil {
				yield(nil, err)
				return
			}
			d := &Doc{Row: row}
			for _, table := range ofDocuments {
				rows, err := cursors[table].take(row.Str("doc_id"))
				if err != nil {
					yield(nil, err)
					return
				}
				*d.rows(table) = rows
			}
			if !yield(d, nil) {
				return
			}
		}
		for _, table := range ofDocuments {
			c := cursors[table]
			if c.err == nil && c.ok {
				c.err = fmt.Errorf("%s: row of document %q: the document is not there, or not in this order", table, c.row.Str("doc_id"))
			}
			if c.err != nil {
				yield(nil, c.err)
				return
			}
		}
	}
}

// cursor stands before the next row of a table.
type cursor struct {
	next func() (Row, error, bool)
	row  Row
	err  error
	ok   bool
}

func (c *cursor) advance() { c.row, c.err, c.ok = c.next() }

// take returns the rows of a document that come next.
func (c *cursor) take(doc string) (rows []Row, err error) {
	for c.ok && c.err == nil && c.row.Str("doc_id") == doc {
		rows = append(rows, c.row)
		c.advance()
	}
	return rows, c.err
}
