// Package rules says which streaming queries there are: what an output mode, an operator and the side of a join allow.
// They are checked when a query starts, so that it does not fail, or stay silent, later.
package rules

import (
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// Check says why a query cannot be started; the error is a *condition.Error with Spark's condition and what to type
// instead. conf reads a setting.
func Check(r resolved.Relation, mode plan.OutputMode, conf func(key string) string) error { return nil }
