package analysis

import (
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// names is where the names in an expression are looked up, in this order: parameters of lambdas, columns, what is beneath
// them, lateral aliases, functions without parentheses, and columns of the query around.
type names struct {
	*resolver
	env   *env
	scope *scope
	// beneath says that columns under those of the scope may be used too: ORDER BY and HAVING may.
	beneath bool
	// laterals are the aliases to the left in the same SELECT.
	laterals *laterals
	lambdas  *lambdaFrame
	// over says that the function to be resolved is that of a window.
	over bool
}

func (r *resolver) names(s *scope, e *env) *names { return &names{resolver: r, env: e, scope: s} }

// lambdaFrame is the parameters of a lambda around.
type lambdaFrame struct {
	params []*expr.LambdaVar
	up     *lambdaFrame
}

// outer is the query around a subquery, and what the subquery uses of it.
type outer struct {
	names  *names
	params []*expr.Attr // stand in the subquery's plan for exprs
	exprs  []expr.Expr
}

// refer makes a column of the subquery that stands for an expression of the query around.
func (o *outer) refer(e expr.Expr) *expr.Attr {
	for i, x := range o.exprs {
		if expr.Equal(x, e) {
			return o.params[i]
		}
	}
	name := e.String()
	if a, ok := e.(*expr.Attr); ok {
		name = quoteIfNeeded(append(append([]string(nil), a.Qualifier...), a.Name))
	}
	p := &expr.Attr{ID: expr.NextID(), Name: "outer(" + name + ")", Typ: e.Type(), Null: e.Nullable()}
	o.params, o.exprs = append(o.params, p), append(o.exprs, e)
	return p
}

// column finds what a name stands for.
func (n *names) column(u *logical.UnresolvedAttribute) expr.Expr {
	if u.PlanID != 0 {
		return n.planColumn(u)
	}
	if e := n.find(u.Parts, u.Origin); e != nil {
		return e
	}
	unresolvedColumn(u.Origin, u.Parts, n.suggestions())
	return nil
}

func (n *names) suggestions() []*expr.Attr { return n.scope.cols }

// find is column without the error; nil if there is nothing.
func (n *names) find(parts []string, o *logical.Origin) expr.Expr {
	for f := n.lambdas; f != nil; f = f.up {
		for _, v := range f.params {
			if n.same(v.Name, parts[0]) {
				return n.fields(v, parts[1:], o)
			}
		}
	}
	for s := n.scope; s != nil; s = s.under {
		if e := n.inScope(s, parts, o); e != nil {
			return e
		}
		if !n.beneath {
			break
		}
	}
	if n.laterals != nil {
		if e := n.laterals.find(n, parts, o); e != nil {
			return e
		}
	}
	if e := n.bareFunction(parts, o); e != nil {
		return e
	}
	if n.env.outer != nil {
		// What is ambiguous around is not found, as in Spark.
		if e, err := try(func() expr.Expr { return n.env.outer.names.find(parts, o) }); err == nil && e != nil {
			return n.env.outer.through(e)
		}
	}
	return nil
}

// through lets an expression of the query around into the subquery: its columns become references.
func (o *outer) through(e expr.Expr) expr.Expr {
	return expr.RewriteDown(e, func(e expr.Expr) (expr.Expr, bool) {
		if a, ok := e.(*expr.Attr); ok {
			return o.refer(a), true
		}
		return e, false
	})
}

func (n *names) inScope(s *scope, parts []string, o *logical.Origin) expr.Expr {
	found, fields := n.lookup(s.cols, s.hidden, parts)
	switch {
	case len(found) == 0:
		return nil
	case len(found) > 1:
		ambiguous(o, parts, found)
	}
	return n.fields(written(found[0], parts[len(parts)-len(fields)-1]), fields, o)
}

// written is a column under its name as it was written: that is the name it has in a result.
func written(a *expr.Attr, name string) *expr.Attr {
	if a.Name == name {
		return a
	}
	b := *a
	b.Name = name
	return &b
}

// fields takes fields of a value, by name. The last is the name of the result.
func (n *names) fields(e expr.Expr, path []string, o *logical.Origin) expr.Expr {
	if len(path) == 0 {
		return e
	}
	for _, f := range path {
		e = n.extract(e, expr.StringLit(f), o)
	}
	return alias(e, path[len(path)-1])
}

// bare are the functions that need no parentheses.
var bare = map[string]bool{"current_date": true, "current_timestamp": true, "current_time": true, "current_user": true,
	"user": true, "session_user": true, "localtimestamp": true, "grouping__id": true}

func (n *names) bareFunction(parts []string, o *logical.Origin) expr.Expr {
	name := strings.ToLower(parts[0])
	if len(parts) != 1 || !bare[name] {
		return nil
	}
	if name == "grouping__id" {
		return alias(&groupingID{origin: o}, name)
	}
	if expr.Lookup(name) == nil {
		return nil
	}
	e := n.builtin(name, nil, expr.Options{Origin: contextOf(o)}, o)
	return alias(e, e.String())
}

// planColumn finds a column of a DataFrame, as df.Col gives it: the relation with its plan id is looked for beneath.
func (n *names) planColumn(u *logical.UnresolvedAttribute) expr.Expr {
	best, count := -1, 0
	var at planColumns
	for s := n.scope; s != nil; s = s.under {
		for _, p := range s.plans {
			if p.id != u.PlanID {
				continue
			}
			switch {
			case best < 0 || p.depth < best:
				best, count, at = p.depth, 1, p
			case p.depth == best:
				count++
			}
		}
		if best >= 0 {
			break
		}
	}
	if best < 0 {
		if n.env.outer != nil {
			return n.env.outer.through(n.env.outer.names.planColumn(u))
		}
		fail(u.Origin, "CANNOT_RESOLVE_DATAFRAME_COLUMN", "name", quoteParts(u.Parts))
	}
	if count > 1 {
		fail(u.Origin, "AMBIGUOUS_COLUMN_REFERENCE", "name", quoteParts(u.Parts))
	}
	found, fields := n.lookup(at.cols, nil, u.Parts)
	switch {
	case len(found) == 0:
		unresolvedColumn(u.Origin, u.Parts, at.cols)
	case len(found) > 1:
		ambiguous(u.Origin, u.Parts, found)
	}
	for s := n.scope; s != nil; s = s.under {
		for _, a := range append(append([]*expr.Attr(nil), s.cols...), s.hidden...) {
			if a.ID == found[0].ID {
				return n.fields(a, fields, u.Origin)
			}
		}
		if !n.beneath {
			break
		}
	}
	fail(u.Origin, "CANNOT_RESOLVE_DATAFRAME_COLUMN", "name", quoteParts(u.Parts))
	return nil
}

// laterals are the aliases that have been given so far in a SELECT.
type laterals struct {
	aliases []*expr.Alias
	used    map[int64]bool
}

// find takes the alias of a name. Columns of the input have gone before.
func (l *laterals) find(n *names, parts []string, o *logical.Origin) expr.Expr {
	var found []*expr.Alias
	for _, a := range l.aliases {
		if n.same(a.Name, parts[0]) {
			found = append(found, a)
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
	default:
		fail(o, "AMBIGUOUS_LATERAL_COLUMN_ALIAS", "name", quoteParts(parts), "n", itoa(len(found)))
	}
	a := found[0].Attr()
	l.used[a.ID] = true
	a.Name = lateralText(a.Name)
	return n.fields(a, parts[1:], o)
}

// lateralText is how the use of an alias in the same SELECT is shown.
func lateralText(name string) string {
	return "lateralAliasReference(" + quoteIfNeeded([]string{name}) + ")"
}

// lateral is the name of the alias that an expression uses, "" if it uses none.
func (l *laterals) lateral(e expr.Expr) (name string) {
	if l == nil {
		return ""
	}
	expr.Walk(e, func(e expr.Expr) {
		if a, ok := e.(*expr.Attr); ok && l.used[a.ID] {
			for _, x := range l.aliases {
				if x.ID == a.ID {
					name = x.Name
				}
			}
		}
	})
	return name
}

// constant computes an expression that depends on no row.
func (n *names) constant(e expr.Expr) (any, bool) {
	if l, ok := e.(*expr.Lit); ok {
		return l.Value, true
	}
	if !expr.Foldable(e) {
		return nil, false
	}
	v, err := expr.Constant(n.Context, e)
	if err != nil {
		raise(nil, err)
	}
	return v, true
}

// boolean says whether an expression may stand where a condition is wanted.
func boolean(e expr.Expr) (expr.Expr, bool) { return e, e.Type().Kind == types.BooleanKind }
