package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

func (r *resolver) distinctSorted(in *scope, column expr.Expr) resolved.Relation {
	a := alias(column, "value")
	d := &resolved.Distinct{Input: project(in.rel, []expr.Expr{a})}
	return &resolved.Sort{Input: d, Order: []expr.SortKey{{Child: a.Attr(), NullsFirst: true}}, Global: true}
}

func (r *resolver) describe(l *logical.Describe, e *env) *scope {
	fail(l.Origin, "INTERNAL_ERROR", "message", "describe")
	return nil
}
