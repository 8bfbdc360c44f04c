// Package dateparser stands in for the library of that name. go-trafilatura
// imports it by way of go-htmldate, for a search for dates that this project
// never asks for: package published finds them. The library allocates 95 MB for
// tables whenever a program starts; this has the names that go-htmldate uses,
// and finds nothing. .go.work puts it in the library's place; a plain "go test"
// measures go-htmldate's own thorough search.
package dateparser

import (
	"errors"
	"time"

	"github.com/markusmobius/go-dateparser/date"
)

// ParserType is one way of reading a date.
type ParserType int

// Ways of reading a date.
const (
	CustomFormat ParserType = iota
	AbsoluteTime
)

// PreferredDateSource says on which side of today a date lies.
type PreferredDateSource int

// Past is before today.
const Past PreferredDateSource = 1

// Configuration is taken and not used.
type Configuration struct {
	PreferredDateSource PreferredDateSource
	StrictParsing       bool
	CurrentTime         time.Time
}

// Parser finds nothing.
type Parser struct{ ParserTypes []ParserType }

var errNone = errors.New("no date")

// Parse finds nothing.
func (*Parser) Parse(*Configuration, string, ...string) (date.Date, error) {
	return date.Date{}, errNone
}
