package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// A cte is a common table expression, and those defined before it. It is resolved anew wherever it is used.
type cte struct {
	table *logical.SubqueryAlias
	env   *env // where it was defined
	up    *cte
	rec   *recursion // while it is resolved itself, of WITH RECURSIVE
	deep  bool       // may be recursive
	used  bool
}

// recursion is the resolution of a recursive table: its columns so far, nil until the anchor is known.
type recursion struct {
	key   int64
	attrs []*expr.Attr
	used  int
}

func (c *cte) find(r *resolver, name string) *cte {
	for ; c != nil; c = c.up {
		if r.same(c.table.Name, name) {
			return c
		}
	}
	return nil
}

func (r *resolver) withTables(l *logical.With, e *env) *scope {
	inner := e.with()
	var tables []*cte
	for _, t := range l.Tables {
		c := &cte{table: t, up: inner.ctes, deep: l.Recursive}
		c.env = inner.with()
		inner = inner.with()
		inner.ctes = c
		tables = append(tables, c)
	}
	s := r.relation(l.Input, inner)
	for _, c := range tables {
		if !c.used { // its mistakes are mistakes nevertheless
			r.cteReference(c, nil)
		}
	}
	return s
}

// cteReference is a use of a common table expression.
func (r *resolver) cteReference(c *cte, l *logical.NamedTable) *scope {
	c.used = true
	if c.rec != nil {
		if c.rec.attrs == nil {
			fail(l.Origin, "INVALID_RECURSIVE_CTE")
		}
		if c.rec.used++; c.rec.used > 1 {
			fail(l.Origin, "INVALID_RECURSIVE_REFERENCE.NUMBER")
		}
		attrs := make([]*expr.Attr, len(c.rec.attrs))
		for i, a := range c.rec.attrs {
			b := *a
			b.ID, b.Qualifier = expr.NextID(), []string{c.table.Name}
			attrs[i] = &b
		}
		return leafScope(&resolved.RecursiveRef{Key: c.rec.key, Attrs: attrs})
	}
	if c.deep {
		if s := r.recursive(c); s != nil {
			return s
		}
	}
	return r.renamed(r.relation(c.table.Input, c.env), c.table.Name, c.table.Columns, c.table.Origin)
}

// recursive resolves a table that refers to itself: anchor UNION [ALL] step. It is nil if the table does not.
func (r *resolver) recursive(c *cte) *scope {
	if !mentions(c.table.Input, c.table.Name, r) {
		return nil
	}
	u, env := unionBeneath(c.table.Input, c.env)
	if u == nil || mentions(u.Left, c.table.Name, r) {
		fail(c.table.Origin, "INVALID_RECURSIVE_CTE")
	}
	anchor := r.relation(u.Left, env)
	names := c.table.Columns
	if len(names) == 0 {
		for _, a := range anchor.cols {
			names = append(names, a.Name)
		}
	} else if len(names) != len(anchor.cols) {
		fail(c.table.Origin, "ASSIGNMENT_ARITY_MISMATCH", "numExpr", itoa(len(anchor.cols)), "numTarget", itoa(len(names)))
	}
	rec := &recursion{key: expr.NextID()}
	for i, a := range anchor.cols {
		rec.attrs = append(rec.attrs, &expr.Attr{ID: expr.NextID(), Name: names[i], Typ: a.Typ, Null: true})
	}
	self := *c
	self.rec, self.used = rec, true
	stepEnv := env.with()
	stepEnv.ctes = &self
	step := r.relation(u.Right, stepEnv)
	if len(step.cols) != len(anchor.cols) {
		fail(u.Origin, "NUM_COLUMNS_MISMATCH", "operator", "UNION", "firstNumColumns", itoa(len(anchor.cols)),
			"invalidOrdinalNum", "second", "invalidNumColumns", itoa(len(step.cols)))
	}
	checkRecursion(step.rel, rec.key, c.table.Origin)
	rel := &resolved.Recursive{Key: rec.key, Anchor: only(anchor), Step: r.stepColumns(step, rec.attrs, u), Attrs: rec.attrs,
		Distinct: !u.All, Name: c.table.Name, MaxDepth: 100, MaxRows: 1000000}
	return &scope{rel: rel, cols: qualified(rec.attrs, c.table.Name)}
}

// stepColumns converts what a step yields to the types of the anchor.
func (r *resolver) stepColumns(step *scope, want []*expr.Attr, u *logical.SetOperation) resolved.Relation {
	cols := make([]expr.Expr, len(want))
	for i, a := range step.cols {
		cols[i] = a
		if a.Typ.Same(want[i].Typ) {
			continue
		}
		if t := types.Widen(want[i].Typ, a.Typ); t == nil || !t.Same(want[i].Typ) && !castable(a, want[i].Typ) {
			incompatible(u.Origin, "UNION", 1, i, a.Typ, want[i].Typ)
		}
		cols[i] = alias(r.implicitly(a, want[i].Typ), a.Name)
	}
	return project(step.rel, cols)
}

func (r *resolver) implicitly(e expr.Expr, t *types.Type) expr.Expr { return implicit(e, t, r.Legacy) }

func castable(e expr.Expr, t *types.Type) bool {
	_, err := expr.NewCast(e, t, types.CastAnsi)
	return err == nil
}

// unionBeneath finds the UNION of a recursive table, under its own WITH if there is one.
func unionBeneath(l logical.Relation, e *env) (*logical.SetOperation, *env) {
	switch l := l.(type) {
	case *logical.SetOperation:
		if l.Kind == logical.Union {
			return l, e
		}
	case *logical.Deduplicate:
		if len(l.Columns) == 0 {
			return unionBeneath(l.Input, e)
		}
	case *logical.SubqueryAlias:
		return unionBeneath(l.Input, e)
	}
	return nil, e
}

// mentions says whether a relation reads a table by name.
func mentions(l logical.Relation, name string, r *resolver) bool {
	if t, ok := l.(*logical.NamedTable); ok {
		return len(t.Parts) == 1 && r.same(t.Parts[0], name)
	}
	for _, in := range l.Inputs() {
		if mentions(in, name, r) {
			return true
		}
	}
	return false
}

// checkRecursion refuses references in places where a step cannot have them.
func checkRecursion(rel resolved.Relation, key int64, o *logical.Origin) {
	has := func(rel resolved.Relation) (found bool) {
		resolved.Walk(rel, func(rel resolved.Relation) {
			ref, ok := rel.(*resolved.RecursiveRef)
			found = found || ok && ref.Key == key
		})
		return found
	}
	resolved.Walk(rel, func(rel resolved.Relation) {
		bad := false
		switch rel := rel.(type) {
		case *resolved.Aggregate, *resolved.Distinct, *resolved.Window:
			bad = has(rel)
		case *resolved.Join:
			left, right := has(rel.Left), has(rel.Right)
			switch rel.Type {
			case resolved.Inner:
			case resolved.RightOuter:
				bad = left
			case resolved.FullOuter:
				bad = left || right
			default:
				bad = right
			}
		}
		if bad {
			fail(o, "INVALID_RECURSIVE_REFERENCE.PLACE")
		}
	})
}
