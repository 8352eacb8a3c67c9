package analysis

import (
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/logical"
)

// higherOrder resolves a call with lambdas; nil if there are none. The function says what their parameters are.
func (n *names) higherOrder(name string, f *logical.UnresolvedFunction, o expr.Options) expr.Expr {
	found := false
	args := make([]expr.Expr, len(f.Args))
	lambdas := make([]expr.LambdaSource, len(f.Args))
	for _, a := range f.Args {
		_, ok := a.(*logical.LambdaFunction)
		found = found || ok
	}
	if !found {
		return nil
	}
	for i, a := range f.Args {
		if l, ok := a.(*logical.LambdaFunction); ok {
			n.checkLambda(l)
			lambdas[i] = &lambdaSource{names: n, lambda: l}
		} else {
			args[i] = plain(n.resolve(a))
		}
	}
	e, err := expr.ResolveHigher(name, args, lambdas, o)
	if err != nil {
		raise(f.Origin, err)
	}
	return e
}

// checkLambda refuses parameters of the same name.
func (n *names) checkLambda(l *logical.LambdaFunction) {
	for i, a := range l.Args {
		for _, b := range l.Args[:i] {
			if n.same(a, b) {
				fail(l.Origin, "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
					"args", joined(l.Args, func(s string) string { return "`" + s + "`" }), "caseSensitiveConfig", `"spark.sql.caseSensitive"`)
			}
		}
	}
}

// A lambdaSource is a lambda as it was written, and where its names are looked up.
type lambdaSource struct {
	names  *names
	lambda *logical.LambdaFunction
}

var _ expr.LambdaSource = (*lambdaSource)(nil)

func (s *lambdaSource) Names() []string { return s.lambda.Args }

// Bind resolves the body, in which the parameters go before columns.
func (s *lambdaSource) Bind(params []*expr.LambdaVar) (e expr.Expr, err error) {
	defer condition.Catch(&err)
	m := *s.names
	m.lambdas = &lambdaFrame{params: params, up: s.names.lambdas}
	return plain(m.resolve(s.lambda.Body)), nil
}

// Text shows the lambda with its parameters by their names.
func (s *lambdaSource) Text() string {
	body := "…"
	null := make([]*expr.LambdaVar, len(s.lambda.Args))
	for i, a := range s.lambda.Args {
		null[i] = &expr.LambdaVar{ID: expr.NextID(), Name: a, Typ: expr.Null.Typ, Null: true}
	}
	if e, err := s.Bind(null); err == nil {
		body = expr.Rewrite(e, func(e expr.Expr) expr.Expr {
			if v, ok := e.(*expr.LambdaVar); ok && slices.Contains(null, v) { // not the parameters of lambdas inside
				return &expr.Attr{ID: v.ID, Name: v.Name, Typ: v.Typ}
			}
			return e
		}).String()
	}
	return "lambdafunction(" + strings.Join(append([]string{body}, s.lambda.Args...), ", ") + ")"
}

// unboundLambda is a lambda as Spark shows one that no function takes.
func unboundLambda(l *logical.LambdaFunction) string {
	body := "…"
	if u, ok := l.Body.(*logical.UnresolvedAttribute); ok {
		body = "lambda '" + strings.Join(u.Parts, ".")
	}
	for _, a := range l.Args {
		body += ", lambda '" + a
	}
	return "lambdafunction(" + body + ", false)"
}
