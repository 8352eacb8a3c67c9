package analysis

import (
	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
)

// aggregate resolves GROUP BY, HAVING and the SELECT above them.
func (r *resolver) aggregate(l *logical.Aggregate, e *env) *scope {
	if l.Kind == logical.Pivot {
		return r.pivot(l, e)
	}
	in := r.relation(l.Input, e)
	n := r.names(in, e)
	g := &groupBy{names: n, l: l}
	g.early()
	n = g.names
	list := n.selectList(l.Aggregates)
	list.exprs = g.replaced(list.exprs)
	keys := g.windowedKeys(list, g.keys(list))
	n = g.names
	list.all = l.Kind == logical.GroupByAll
	if l.FromAPI {
		list.exprs = append(g.columns(keys), list.exprs...)
	}
	return r.groupedBy(n, list, keys, g.sets(list), l.Having, l.Origin, g.session)
}

// grouped is groupedBy without HAVING.
func (r *resolver) grouped(n *names, list *items, keys []expr.Expr, having logical.Expression, o *logical.Origin) *scope {
	return r.groupedBy(n, list, keys, nil, having, o, nil)
}

// groupedBy makes the aggregation of keys and what SELECT needs of it. Sets are positions in keys, nil without grouping
// sets.
func (r *resolver) groupedBy(n *names, list *items, keys []expr.Expr, sets [][]int, having logical.Expression,
	o *logical.Origin, session *expr.Attr) *scope {
	g := &grouping{resolver: r, input: n.scope, o: o, made: map[int64]bool{}, defs: map[int64]expr.Expr{}}
	g.laterals, g.outer, g.all = list.laterals, n.env.outer, list.all
	g.node = &resolved.Aggregate{Input: n.scope.rel, Session: -1}
	for _, k := range keys {
		if g, ok := expr.Find[*expr.Generate](k); ok {
			fail(o, "UNSUPPORTED_EXPR_FOR_OPERATOR", "invalidExprSqls", sqlText(g))
		}
	}
	g.group(keys, sets)
	if session != nil {
		for i, k := range g.keys {
			if a, ok := k.expr.(*expr.Attr); ok && a.ID == session.ID {
				g.node.Session = i
			}
		}
	}
	lifted := &items{names: list.names, laterals: list.laterals}
	for _, x := range list.exprs {
		y := g.liftItem(x)
		g.made[nameOf(y).ID] = true
		if a, ok := y.(*expr.Alias); ok {
			g.defs[a.ID] = a.Child
		}
		lifted.exprs = append(lifted.exprs, y)
	}
	base := &scope{rel: g.node, cols: nil, plans: n.scope.plans}
	if having != nil {
		base.rel = r.havingFilter(g, n, having, lifted)
	}
	s := r.selected(base, lifted, o)
	s.under, s.group = n.scope, g
	return s
}

// liftItem lifts an element of SELECT, which keeps its name and identity.
func (g *grouping) liftItem(x expr.Expr) expr.Expr {
	switch x := x.(type) {
	case *expr.Alias:
		child := g.lift(x.Child)
		if a, ok := child.(*expr.Attr); ok && a.ID == x.ID {
			return written(a, x.Name) // SELECT's own alias is what is grouped by
		}
		return &expr.Alias{ID: x.ID, Name: x.Name, Child: child, Metadata: x.Metadata}
	case *expr.Attr:
		y := g.lift(x)
		if a, ok := y.(*expr.Attr); ok && a.Name == x.Name {
			if len(a.Qualifier) == 0 && len(x.Qualifier) > 0 {
				b := *a
				b.Qualifier = x.Qualifier
				return &b
			}
			return a
		}
		return alias(y, x.Name)
	}
	return g.lift(x)
}

// havingFilter puts HAVING between the aggregation and SELECT.
func (r *resolver) havingFilter(g *grouping, n *names, having logical.Expression, list *items) resolved.Relation {
	out := &scope{cols: attrsIn(list.exprs)}
	c := g.having(n, having, out)
	noWindow(c, "HAVING", having.Place())
	if b, ok := boolean(c); ok {
		c = b
	} else {
		fail(having.Place(), "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "sqlExpr", sqlText(c), "filter", sqlText(c), "type", typeText(c.Type()))
	}
	return r.kept(g.node, c)
}

// group sets the grouping expressions of the aggregation, and expands the input for grouping sets.
func (g *grouping) group(keys []expr.Expr, sets [][]int) {
	if sets != nil {
		g.expand(keys, sets)
		return
	}
	rel, flat := g.flatten(g.node.Input, keys)
	g.node.Input = rel
	for i, k := range flat {
		var at *expr.Attr
		element := g.comparable(k)
		k := element
		switch x := k.(type) {
		case *expr.Attr:
			at = x
		case *expr.Alias:
			at = x.Attr()
		default:
			a := alias(k, k.String())
			element, at = a, a.Attr()
		}
		if g.made[at.ID] {
			continue // the same column twice
		}
		g.node.Grouping = append(g.node.Grouping, element)
		g.keys = append(g.keys, groupKey{expr: plain(keys[i]), attr: at})
		g.made[at.ID] = true
	}
}

// comparable is a grouping expression that is equal for equal maps: with their entries in order.
func (g *grouping) comparable(k expr.Expr) expr.Expr {
	if _, generator := expr.Find[*expr.Generate](k); generator || !expr.HasMap(k.Type()) {
		return k
	}
	switch x := k.(type) {
	case *expr.Attr:
		return alias(g.must("mapsort", x), x.Name)
	case *expr.Alias:
		return &expr.Alias{ID: x.ID, Name: x.Name, Child: g.must("mapsort", x.Child), Metadata: x.Metadata}
	}
	return alias(g.must("mapsort", k), k.String())
}

// groupBy resolves the elements of a GROUP BY.
type groupBy struct {
	*names
	l        *logical.Aggregate
	done     map[logical.Expression]expr.Expr
	held     error
	window   *windowColumn
	session  *expr.Attr
	resolved []expr.Expr
}

// early resolves the elements that need nothing of SELECT. Time windows become columns of the input, which SELECT may
// then use.
func (g *groupBy) early() {
	g.done = map[logical.Expression]expr.Expr{}
	var order []logical.Expression
	g.each(func(l logical.Expression) { order = append(order, l) })
	for _, l := range order {
		if _, ok := position(l); ok {
			continue
		}
		e, err := try(func() expr.Expr { return g.resolve(l) })
		if err != nil {
			if c, ok := condition.As(err); ok && c.Condition() == "CANNOT_PARSE_INTERVAL" {
				raise(l.Place(), err)
			}
			if g.held == nil {
				g.held = err
			}
			continue
		}
		g.done[l] = e
	}
	g.extendInput(order)
}

// each calls f for all elements, also those within rollup, cube and grouping_sets.
func (g *groupBy) each(f func(l logical.Expression)) {
	var walk func(l logical.Expression)
	walk = func(l logical.Expression) {
		if u, ok := l.(*logical.UnresolvedFunction); ok && (isSetsCall(u) || u.Internal && u.Name == "row") {
			for _, a := range u.Args {
				walk(a)
			}
			if isSetsCall(u) {
				return
			}
			return
		}
		f(l)
	}
	for _, l := range g.l.Grouping {
		walk(l)
	}
	for _, set := range g.l.Sets {
		for _, l := range set {
			walk(l)
		}
	}
}

func isSetsCall(u *logical.UnresolvedFunction) bool {
	return u.Internal && (u.Name == "rollup" || u.Name == "cube" || u.Name == "grouping_sets")
}

// element is a grouping expression: of early, a position in SELECT, or an alias in it.
func (g *groupBy) element(l logical.Expression, list *items) expr.Expr {
	if i, ok := position(l); ok {
		if i < 1 || i > len(list.exprs) {
			fail(l.Place(), "GROUP_BY_POS_OUT_OF_RANGE", "index", itoa(i), "size", itoa(len(list.exprs)))
		}
		x := list.exprs[i-1]
		if hasAggregate(x) {
			fail(l.Place(), "GROUP_BY_POS_AGGREGATE", "index", itoa(i), "aggExpr",
				plain(x).String()+" AS "+quoteIfNeeded([]string{nameOf(x).Name}))
		}
		return x
	}
	if e, ok := g.done[l]; ok {
		e = g.named(e)
		g.checkKey(plain(e), l.Place())
		return e
	}
	if u, ok := l.(*logical.UnresolvedAttribute); ok && len(u.Parts) == 1 {
		for _, x := range list.exprs {
			if a, ok := x.(*expr.Alias); ok && g.same(a.Name, u.Parts[0]) {
				g.checkKey(a.Child, l.Place())
				return a
			}
		}
	}
	// What is left may use aliases within an expression.
	m := *g.names
	m.laterals = &laterals{aliases: aliasesIn(list.exprs), used: map[int64]bool{}}
	e, err := try(func() expr.Expr { return m.resolve(l) })
	if err != nil {
		if g.held != nil {
			raise(l.Place(), g.held)
		}
		raise(l.Place(), err)
	}
	defs := map[int64]expr.Expr{}
	for _, a := range m.laterals.aliases {
		defs[a.ID] = a.Child
	}
	e = expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok && defs[a.ID] != nil {
			return defs[a.ID]
		}
		return e
	})
	g.checkKey(plain(e), l.Place())
	return g.named(e)
}

func aliasesIn(es []expr.Expr) []*expr.Alias {
	var out []*expr.Alias
	for _, e := range es {
		if a, ok := e.(*expr.Alias); ok {
			out = append(out, a)
		}
	}
	return out
}

// keys are the grouping expressions, each once; sets refers to them by position.
func (g *groupBy) keys(list *items) []expr.Expr {
	if g.l.Kind == logical.GroupByAll {
		if l := g.columnAll(list); l != nil {
			return []expr.Expr{g.element(l, list)}
		}
		for _, x := range list.exprs {
			if !hasAggregate(x) {
				g.checkKey(plain(x), g.l.Origin)
				g.resolved = append(g.resolved, x)
			}
		}
		return g.resolved
	}
	g.each(func(l logical.Expression) { g.index(l, list) })
	return g.resolved
}

// columnAll is the column of the name all, if there is one, which goes before the meaning of GROUP BY ALL.
func (g *groupBy) columnAll(list *items) logical.Expression {
	l := &logical.UnresolvedAttribute{Base: logical.Base{Origin: g.l.Origin}, Parts: []string{"all"}}
	if e := g.inScope(g.scope, l.Parts, g.l.Origin); e != nil {
		g.done[l] = e
		return l
	}
	for _, a := range aliasesIn(list.exprs) {
		if g.same(a.Name, "all") {
			return l
		}
	}
	return nil
}

// index is the position of an element among the keys.
func (g *groupBy) index(l logical.Expression, list *items) int {
	e := g.element(l, list)
	for i, k := range g.resolved {
		if expr.SemanticEqual(plain(k), plain(e)) {
			return i
		}
	}
	g.resolved = append(g.resolved, e)
	return len(g.resolved) - 1
}

// columns are the grouping expressions as columns of the result.
func (g *groupBy) columns(keys []expr.Expr) []expr.Expr {
	out := make([]expr.Expr, len(keys))
	for i, k := range keys {
		out[i] = g.named(k)
	}
	return out
}
