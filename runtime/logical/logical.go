// Package logical is a DataFrame as it was written: unresolved relations, expressions and commands, as plain structs
// under Spark Connect's names. The SQL parser and the DataFrame methods both yield these; package analysis resolves them
// into a typed plan, and a remote session sends them to a cluster as they are.
//
// Values of this package are immutable once they are made, and may be shared between plans.
package logical

import "sync/atomic"

// An Origin is the place in the user's query text that a node was parsed from; nil for API calls.
type Origin struct {
	Text         string // the whole query
	Start, End   int    // byte offsets
	Line, Column int    // of Start, counted from 1
}

var lastPlanID atomic.Int64

// NextPlanID numbers relations, so that a column made from one DataFrame finds it in a plan (df.Col("a")).
func NextPlanID() int64 { return lastPlanID.Add(1) }

// A Relation yields rows. Common is embedded in each.
type Relation interface {
	Meta() *Common
	Inputs() []Relation
}

// Common is what every relation has.
type Common struct {
	PlanID int64
	Origin *Origin
}

// Meta is the relation's id and place.
func (c *Common) Meta() *Common { return c }

// An Expression is computed for each row, or for a group of rows. Base is embedded in each.
type Expression interface {
	Place() *Origin
}

// Base is what every expression has.
type Base struct{ Origin *Origin }

// Place is where the expression was written, nil for API calls.
func (b *Base) Place() *Origin { return b.Origin }

// A Command does something instead of yielding rows of an input; its result, if any, is a small table.
type Command interface {
	Relation
	command()
}
