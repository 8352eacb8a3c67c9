package analysis

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
)

// special are the calls that are not functions of the registry: they stand for something in the relation.
var special = map[string]func(n *names, f *logical.UnresolvedFunction) expr.Expr{}

func init() {
	special["grouping"] = (*names).groupingCall
	special["grouping_id"] = (*names).groupingIDCall
}

// call resolves a call of a function: a user's, or a built-in one.
func (n *names) call(f *logical.UnresolvedFunction) expr.Expr {
	over := n.over
	if over {
		m := *n
		m.over = false // of this function only, not of its arguments
		n = &m
	}
	name := strings.ToLower(f.Name)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "system."), "builtin.")
	o := n.options(f)
	o.Over = over
	if !f.Internal {
		if user := n.env.catalog.Function(strings.TrimPrefix(name, "session.")); user != nil {
			e, err := user.Call(f.Name, n.arguments(f), o)
			if err != nil {
				raise(f.Origin, err)
			}
			return e
		}
	}
	if s := special[name]; s != nil {
		return s(n, f)
	}
	if name == "range" { // the one table function that is no generator
		fail(f.Origin, "NOT_A_SCALAR_FUNCTION", "functionName", quoteParts([]string{name}))
	}
	if expr.Lookup(name) == nil {
		n.unresolvedRoutine(f.Origin, f.Name)
	}
	if e := n.higherOrder(name, f, o); e != nil {
		return e
	}
	return n.builtin(name, n.arguments(f), o, f.Origin)
}

// unresolvedRoutine says that nobody knows a function.
func (n *names) unresolvedRoutine(o *logical.Origin, name string) {
	fail(o, "UNRESOLVED_ROUTINE", "routineName", quoteParts(strings.Split(name, ".")), "searchPath", n.searchPath())
}

func (n *names) options(f *logical.UnresolvedFunction) expr.Options {
	o := expr.Options{Distinct: f.Distinct, IgnoreNulls: f.IgnoreNulls, RespectNulls: f.RespectNull, Legacy: n.Legacy, Origin: contextOf(f.Origin),
		Context: n.Context}
	if f.Filter != nil {
		o.Filter = plain(n.resolve(f.Filter))
	}
	for _, s := range f.WithinGroup {
		o.Order = append(o.Order, n.sortKey(s))
	}
	return o
}

// builtin makes the call of a built-in function.
func (n *names) builtin(name string, args []expr.Expr, o expr.Options, origin *logical.Origin) expr.Expr {
	e, err := expr.Resolve(name, args, o)
	if err != nil {
		raise(origin, err)
	}
	return e
}

// keepsNames are the functions that take the names of their arguments: struct(a AS x).
var keepsNames = map[string]bool{"struct": true, "row": true, "named_struct": true}

// arguments resolves the arguments of a call. A star among them stands for all columns.
func (n *names) arguments(f *logical.UnresolvedFunction) []expr.Expr {
	var out []expr.Expr
	for _, a := range f.Args {
		if star, ok := a.(*logical.UnresolvedStar); ok {
			if len(star.Target) == 1 && len(f.Args) == 1 && !f.Internal && strings.EqualFold(f.Name, "count") {
				fail(f.Origin, "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT", "tableName", quoteParts(star.Target))
			}
			out = append(out, n.star(star)...)
			continue
		}
		e := n.resolve(a)
		if !keepsNames[f.Name] {
			e = plain(e)
		}
		out = append(out, e)
	}
	return out
}

// try resolves and gives the error instead of raising it.
func try(f func() expr.Expr) (e expr.Expr, err error) {
	defer condition.Catch(&err)
	return f(), nil
}
