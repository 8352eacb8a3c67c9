package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// lateralKind is the use of a query in FROM that uses the relations before it.
const lateralKind = expr.SubqueryKind(-1)

// lateralJoin resolves LATERAL: the right side may use columns of the left.
func (r *resolver) lateralJoin(l *logical.Join, left *scope, e *env) *scope {
	o := &outer{names: r.names(left, e)}
	inner := e.with()
	inner.outer = o
	right := r.relation(l.Right, inner)
	rel := only(right)
	typ := joinTypes[l.Type]
	j := &resolved.Join{Left: left.rel, Right: rel, Type: typ}
	s := r.joined(j, left, right)
	if inlined, ok := r.inlineOver(rel, left.rel, o, typ == resolved.LeftOuter); ok && l.Condition == nil {
		s.rel = inlined
		s.cols = refresh(s.cols, inlined)
		return s
	}
	base, outerExprs := r.flatten(left.rel, o.exprs)
	d := r.decorrelate(&subplan{rel: rel, params: o.params}, outerExprs, base, lateralKind)
	j.Left, j.Right = base, d.rel
	condition := d.conditions
	if l.Condition != nil {
		c := plain(r.names(s, e).resolve(l.Condition))
		b, ok := boolean(c)
		if !ok {
			fail(l.Condition.Place(), "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE", "joinCondition", sqlText(c), "conditionType", typeText(c.Type()))
		}
		condition = append(condition, b)
	}
	j.Condition = r.all(condition)
	s.rel = j
	return s
}

// inlineOver computes a lateral query row by row, if that can be: projections, filters and generators over no relation.
func (r *resolver) inlineOver(rel, left resolved.Relation, o *outer, keep bool) (resolved.Relation, bool) {
	bind := func(e expr.Expr) expr.Expr {
		return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
			if a, ok := e.(*expr.Attr); ok {
				for i, p := range o.params {
					if p.ID == a.ID {
						return o.exprs[i]
					}
				}
			}
			return e
		})
	}
	switch x := rel.(type) {
	case *resolved.LocalRelation:
		return left, isOneRow(x)
	case *resolved.Project:
		in, ok := r.inlineOver(x.Input, left, o, keep)
		if !ok {
			return nil, false
		}
		cols := attrExprs(left.Output())
		for _, c := range x.Cols {
			cols = append(cols, bind(c))
		}
		return project(in, cols), true
	case *resolved.Filter:
		in, ok := r.inlineOver(x.Input, left, o, keep)
		return &resolved.Filter{Input: in, Condition: bind(x.Condition)}, ok && !keep
	case *resolved.Generate:
		in, ok := r.inlineOver(x.Input, left, o, keep)
		if !ok {
			return nil, false
		}
		g := *bind(x.Gen).(*expr.Generate)
		attrs := x.Attrs
		if keep && !g.Outer {
			g.Outer = true
			attrs = make([]*expr.Attr, len(x.Attrs))
			for i, a := range x.Attrs {
				attrs[i] = nullableAttr(a)
			}
		}
		return &resolved.Generate{Input: in, Gen: &g, Attrs: attrs}, true
	}
	return nil, false
}

// isOneRow says whether a relation is what SELECT without FROM reads.
func isOneRow(rel resolved.Relation) bool {
	x, ok := rel.(*resolved.LocalRelation)
	return ok && len(x.Attrs) == 0 && len(x.Rows) == 1
}
