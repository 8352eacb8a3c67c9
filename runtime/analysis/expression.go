package analysis

import (
	"errors"
	"strconv"
	"strings"

	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

func itoa(n int) string { return strconv.Itoa(n) }

// resolve makes the typed expression of an unresolved one.
func (n *names) resolve(e logical.Expression) expr.Expr {
	switch e := e.(type) {
	case *logical.Literal:
		return &expr.Lit{Value: e.Value, Typ: e.Type}
	case *logical.UnresolvedAttribute:
		return n.column(e)
	case *logical.UnresolvedFunction:
		return n.call(e)
	case *logical.Alias:
		return n.aliased(e)
	case *logical.Cast:
		return n.cast(e)
	case *logical.Window:
		return n.window(e)
	case *logical.UnresolvedExtractValue:
		return n.extract(plain(n.resolve(e.Child)), plain(n.resolve(e.Extraction)), e.Origin)
	case *logical.UpdateFields:
		return n.updateField(e)
	case *logical.SubqueryExpression:
		return n.subquery(e)
	case *logical.ExpressionString:
		parsed, err := n.Parser.ParseExpression(e.Text)
		if err != nil {
			raise(e.Origin, err)
		}
		return n.resolve(parsed)
	case *logical.Parameter:
		return n.parameter(e)
	case *logical.NamedArgument:
		return n.resolve(e.Value)
	case *logical.Outer:
		return n.outerColumn(e)
	case *logical.GoFunction:
		return n.goFunction(e)
	case *logical.LambdaVariable:
		return n.column(&logical.UnresolvedAttribute{Base: e.Base, Parts: []string{e.Name}})
	case *logical.LambdaFunction:
		fail(e.Origin, "INTERNAL_ERROR", "message", "Found the unresolved operator: 'Project [unresolvedalias("+unboundLambda(e)+")]")
	case *logical.UnresolvedStar:
		fail(e.Origin, "INVALID_USAGE_OF_STAR_OR_REGEX", "elem", "'*'", "prettyName", "expression")
	case *logical.UnresolvedRegex:
		fail(e.Origin, "INVALID_USAGE_OF_STAR_OR_REGEX", "elem", "regular expression '"+e.Pattern+"'", "prettyName", "expression")
	case *logical.SortOrder:
		return n.resolve(e.Child)
	}
	fail(e.Place(), "INTERNAL_ERROR", "message", "an expression of this kind is not known")
	return nil
}

func (n *names) resolveAll(es []logical.Expression) []expr.Expr {
	out := make([]expr.Expr, len(es))
	for i, e := range es {
		out[i] = plain(n.resolve(e))
	}
	return out
}

// plain takes the name of a field or bare function away where it is not the name of a column.
func plain(e expr.Expr) expr.Expr {
	if a, ok := e.(*expr.Alias); ok {
		return plain(a.Child)
	}
	return e
}

func (n *names) aliased(e *logical.Alias) expr.Expr {
	child := n.resolve(e.Child)
	if len(e.Names) != 1 {
		fail(e.Origin, "MULTI_ALIAS_WITHOUT_GENERATOR", "expr", sqlText(child), "names", strings.Join(e.Names, ", "))
	}
	a := alias(plain(child), e.Names[0])
	if e.Metadata != nil {
		a.Metadata = e.Metadata
	}
	return a
}

func (n *names) castMode(try bool) types.CastMode {
	switch {
	case try:
		return types.CastTry
	case n.Legacy:
		return types.CastLegacy
	}
	return types.CastAnsi
}

func (n *names) cast(e *logical.Cast) expr.Expr {
	child := n.resolve(e.Child)
	c, err := expr.NewCast(plain(child), e.Type.Unbounded(), n.castMode(e.Try))
	if err != nil {
		raise(e.Origin, err)
	}
	if x, ok := c.(*expr.Cast); ok && x.Origin == nil {
		y := *x
		y.Origin = contextOf(e.Origin)
		c = &y
	}
	return c
}

func (n *names) parameter(e *logical.Parameter) expr.Expr {
	if e.Name != "" {
		if v, ok := n.Args[e.Name]; ok {
			return n.resolve(v)
		}
		fail(e.Origin, "UNBOUND_SQL_PARAMETER", "name", e.Name)
	}
	if e.Position < len(n.Positional) {
		return n.resolve(n.Positional[e.Position])
	}
	place := 0
	if e.Origin != nil {
		place = e.Origin.Start
	}
	fail(e.Origin, "UNBOUND_SQL_PARAMETER", "name", "_"+itoa(place))
	return nil
}

// A GoBinder makes the call of a user's Go function on columns: the session's functions implement it.
type GoBinder interface {
	Bind(name string, args []expr.Expr) (expr.Expr, error)
}

// ErrOuter is the cause of the error of a relation that names columns of a query around it, when there is none: it can be
// resolved as a part of another.
var ErrOuter = errors.New("a column of the query around, and there is none")

// outerColumn is a column of the query around.
func (n *names) outerColumn(e *logical.Outer) expr.Expr {
	if n.env.outer == nil {
		err := newError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "objectName", strings.TrimPrefix(logical.Text(e.Child), "'"))
		err.Cause = ErrOuter
		raise(e.Origin, err)
	}
	return n.env.outer.through(n.env.outer.names.resolve(e.Child))
}

func (n *names) goFunction(e *logical.GoFunction) expr.Expr {
	b, ok := e.Fn.(GoBinder)
	if !ok {
		fail(e.Origin, "INTERNAL_ERROR", "message", "a Go function that cannot be bound")
	}
	call, err := b.Bind(e.Name, n.resolveAll(e.Args))
	if err != nil {
		raise(e.Origin, err)
	}
	return call
}

// implicit converts an expression to a type that it can be converted to without being asked.
func (n *names) implicit(e expr.Expr, t *types.Type) expr.Expr { return implicit(e, t, n.Legacy) }

func implicit(e expr.Expr, t *types.Type, legacy bool) expr.Expr {
	if e.Type().Same(t) {
		return e
	}
	if l, ok := e.(*expr.Lit); ok && l.Value == nil {
		return expr.NullOf(t)
	}
	mode := types.CastAnsi
	if legacy {
		mode = types.CastLegacy
	}
	return &expr.Cast{Child: e, To: t, Implicit: true, Mode: mode}
}
