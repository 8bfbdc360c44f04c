// Package date holds what a search for dates gives.
package date

import "time"

// Date is a date that was found; the zero value is none.
type Date struct{ Time time.Time }
