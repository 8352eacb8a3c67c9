package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// project resolves a SELECT without GROUP BY. With aggregate functions it is one group.
func (r *resolver) project(l *logical.Project, e *env) *scope {
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	items := n.selectList(l.Exprs)
	for _, x := range items.exprs {
		if hasAggregate(x) {
			return r.grouped(n, items, nil, nil, l.Origin)
		}
	}
	return r.selected(in, items, l.Origin)
}

// items are the elements of a SELECT, each with a name: an *expr.Attr or *expr.Alias, or an alias of a generator.
type items struct {
	all      bool // of GROUP BY ALL
	exprs    []expr.Expr
	laterals *laterals
	names    map[int64][]string // of the columns of a generator, by the alias it has
}

// selectList resolves the elements of a SELECT and expands stars.
func (n *names) selectList(list []logical.Expression) *items {
	out := &items{laterals: &laterals{used: map[int64]bool{}}, names: map[int64][]string{}}
	m := *n
	m.laterals = out.laterals
	for _, l := range list {
		for _, e := range m.item(l, out) {
			out.exprs = append(out.exprs, e)
			if a, ok := e.(*expr.Alias); ok {
				if _, written := l.(*logical.Alias); written {
					out.laterals.aliases = append(out.laterals.aliases, a)
				}
			}
		}
	}
	return out
}

// item resolves an element of a SELECT, which a star makes several of.
func (n *names) item(l logical.Expression, out *items) []expr.Expr {
	switch l := l.(type) {
	case *logical.UnresolvedStar:
		return n.star(l)
	case *logical.UnresolvedRegex:
		return n.regex(l)
	case *logical.ExpressionString:
		parsed, err := n.Parser.ParseExpression(l.Text)
		if err != nil {
			raise(l.Origin, err)
		}
		return n.item(parsed, out)
	case *logical.Alias:
		if len(l.Names) > 1 || isGeneratorCall(l.Child) {
			e := plain(n.resolve(l.Child))
			g, ok := e.(*expr.Generate)
			if !ok {
				if len(l.Names) == 1 {
					return []expr.Expr{alias(e, l.Names[0])}
				}
				fail(l.Origin, "MULTI_ALIAS_WITHOUT_GENERATOR", "expr", sqlText(e), "names", strings.Join(l.Names, ", "))
			}
			a := alias(g, l.Names[0])
			out.names[a.ID] = l.Names
			return []expr.Expr{a}
		}
	}
	e := n.resolve(l)
	if w, ok := expr.Find[*expr.WindowCall](e); ok {
		if name := n.laterals.lateral(w); name != "" {
			fail(l.Place(), "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW", "lca", types.Quote(name), "windowExpr", sqlText(w))
		}
	}
	return []expr.Expr{n.own(n.named(e))}
}

// own makes a column of this query of one of the query around it.
func (n *names) own(e expr.Expr) expr.Expr {
	a, ok := e.(*expr.Attr)
	if !ok || n.env.outer == nil {
		return e
	}
	for i, p := range n.env.outer.params {
		if p.ID == a.ID {
			return alias(a, nameOf(n.env.outer.exprs[i]).Name)
		}
	}
	return e
}

// isGeneratorCall says whether an expression calls a generator.
func isGeneratorCall(l logical.Expression) bool {
	f, ok := l.(*logical.UnresolvedFunction)
	if !ok {
		return false
	}
	fn := expr.Lookup(f.Name)
	return fn != nil && fn.Gen != nil
}

// named gives an element of a SELECT without a name the one Spark gives it.
func (n *names) named(e expr.Expr) expr.Expr {
	switch x := e.(type) {
	case *expr.Attr:
		if name := n.laterals.lateral(e); name != "" {
			return written(x, name)
		}
		return e
	case *expr.Alias:
		return e
	case *expr.Cast:
		if a, ok := x.Child.(*expr.Attr); ok && !x.Implicit {
			return alias(e, a.Name)
		}
	}
	return alias(e, windowless(e).String())
}

// selected puts a list of elements that has no aggregate functions on a relation.
func (r *resolver) selected(in *scope, list *items, o *logical.Origin) *scope {
	rel, cols := in.rel, list.exprs
	rel, cols = r.timeWindows(rel, cols, o)
	rel, cols = r.generators(rel, list, cols, o)
	rel, cols = r.windowCalls(rel, cols)
	rel, cols = r.flatten(rel, cols)
	p := layers(rel, cols)
	under := *in
	under.rel = nil
	return &scope{rel: p, cols: p.Output(), under: &under, plans: deeper(in.plans)}
}

// layers is a projection whose elements may use the aliases of others: each uses those of the projections beneath.
func layers(rel resolved.Relation, cols []expr.Expr) *resolved.Project {
	level := map[int64]int{} // of an alias: how many projections are beneath it
	for _, c := range cols {
		if a, ok := c.(*expr.Alias); ok {
			level[a.ID] = 0
		}
	}
	levels, top := make([]int, len(cols)), 0
	for i, c := range cols {
		a, ok := c.(*expr.Alias)
		if !ok {
			if ref, ok := c.(*expr.Attr); ok {
				if l, ok := level[ref.ID]; ok { // an alias once more
					top = max(top, l+1)
				}
			}
			continue
		}
		expr.Walk(a.Child, func(e expr.Expr) {
			if ref, ok := e.(*expr.Attr); ok {
				if l, ok := level[ref.ID]; ok {
					levels[i] = max(levels[i], l+1)
				}
			}
		})
		level[a.ID] = levels[i]
		top = max(top, levels[i])
	}
	for l := 0; l < top; l++ {
		pass := attrExprs(rel.Output())
		for i, c := range cols {
			if a, ok := c.(*expr.Alias); ok && levels[i] == l {
				pass = append(pass, a)
				cols[i] = a.Attr()
			}
		}
		rel = project(rel, pass)
	}
	return project(rel, cols)
}

// hasAggregate says whether an expression computes something of a group of rows. The function of a window is no such
// thing, but its arguments may be.
func hasAggregate(e expr.Expr) bool {
	switch x := e.(type) {
	case *expr.Agg:
		return true
	case *groupingCall, *groupingID:
		return true
	case *expr.WindowCall:
		for i, c := range x.Children() {
			if i == 0 {
				for _, a := range c.Children() {
					if hasAggregate(a) {
						return true
					}
				}
			} else if hasAggregate(c) {
				return true
			}
		}
		return false
	}
	for _, c := range e.Children() {
		if hasAggregate(c) {
			return true
		}
	}
	return false
}
