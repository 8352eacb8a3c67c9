// Package resolved is a query whose names are found and whose types are known: relations with typed expressions
// (package expr), in which a column is an attribute with an identity. Package analysis makes it, the optimizer rewrites
// it, and the planner turns it into operators.
//
// What is here is what execution needs, and no more. Aliases of relations, views, common table expressions and star
// expansions are gone; PIVOT, ROLLUP and sliding time windows have become [Aggregate] and [Expand]; subqueries in
// expressions have become joins ([Join] has the kinds that they need). An expression holds no *expr.Subquery.
//
// The shape of expressions by node:
//
//   - [Project].Cols: each an *expr.Attr of the input or an *expr.Alias. They contain no aggregates, window functions
//     or generators.
//   - [Aggregate].Grouping: each an *expr.Attr of the input or an *expr.Alias. [Aggregate].Aggs: each an *expr.Alias of
//     exactly one *expr.Agg over the input. What SELECT computes of them is a Project above.
//   - [Window].Calls: each an *expr.Alias of exactly one *expr.WindowCall; all have the same partition and order.
//   - [Generate].Gen is the only place of an *expr.Generate.
//
// Trees are immutable and may share parts. An attribute's id is made by one node of a tree only; a relation that is used
// twice is resolved twice. The Null of an attribute may differ between places (above an outer join it is true): go by
// ID.
package resolved

import "gospark/runtime/expr"

// A Relation yields rows with the columns of Output.
//
// WithInputs and WithExprs make the same relation over other inputs and with other expressions, as many and in the order
// in which Inputs and Exprs give them. Output may be computed anew by each call; it must not be changed.
type Relation interface {
	Output() []*expr.Attr
	Inputs() []Relation
	WithInputs(in []Relation) Relation
	// Exprs are the expressions evaluated for the rows of the inputs.
	Exprs() []expr.Expr
	WithExprs(es []expr.Expr) Relation
}

// Rewrite replaces relations bottom up; what f leaves alone is shared with r.
func Rewrite(r Relation, f func(Relation) Relation) Relation {
	in := r.Inputs()
	var changed []Relation
	for i, c := range in {
		if d := Rewrite(c, f); d != c {
			if changed == nil {
				changed = append([]Relation(nil), in...)
			}
			changed[i] = d
		}
	}
	if changed != nil {
		r = r.WithInputs(changed)
	}
	return f(r)
}

// Walk calls f for r and everything below it, inputs first.
func Walk(r Relation, f func(Relation)) {
	for _, c := range r.Inputs() {
		Walk(c, f)
	}
	f(r)
}

// MapExprs rewrites the expressions of one relation.
func MapExprs(r Relation, f func(expr.Expr) expr.Expr) Relation {
	es := r.Exprs()
	var changed []expr.Expr
	for i, e := range es {
		if d := f(e); d != e {
			if changed == nil {
				changed = append([]expr.Expr(nil), es...)
			}
			changed[i] = d
		}
	}
	if changed == nil {
		return r
	}
	return r.WithExprs(changed)
}

// Named is the attribute that an element of a projection makes: an *expr.Attr itself, an *expr.Alias its own.
func Named(e expr.Expr) *expr.Attr {
	switch e := e.(type) {
	case *expr.Attr:
		return e
	case *expr.Alias:
		return e.Attr()
	}
	panic("resolved: " + e.String() + " has no name")
}

func named(es []expr.Expr) []*expr.Attr {
	as := make([]*expr.Attr, len(es))
	for i, e := range es {
		as[i] = Named(e)
	}
	return as
}

// leaf is embedded in relations without inputs, and unary's methods are what most relations with one have in common.
type leaf struct{}

func (leaf) Inputs() []Relation { return nil }
func (leaf) Exprs() []expr.Expr { return nil }

type noExprs struct{}

func (noExprs) Exprs() []expr.Expr { return nil }
