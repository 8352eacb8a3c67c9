package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/logical"
	"gospark/runtime/sql"
)

// What the small analysis of the tests knows about nested values: lambdas, parts, views, subqueries, generators.

// views are the temporary views of a case.
type views map[string]logical.Relation

func viewsOf(setup []string) (v views, legacy, ok bool) {
	v = views{}
	for _, s := range setup {
		if s == "SET spark.sql.ansi.enabled=false" {
			legacy = true
			continue
		}
		rel, err := sql.Parse(s)
		if err != nil {
			return nil, false, false
		}
		view, is := rel.(*logical.CreateView)
		if !is || len(view.Name) != 1 {
			return nil, false, false
		}
		v[strings.ToLower(view.Name[0])] = view.Query
	}
	return v, legacy, true
}

type testLambda struct {
	scope *scope
	e     *logical.LambdaFunction
}

func (l testLambda) Names() []string { return l.e.Args }

func (l testLambda) Bind(params []*LambdaVar) (Expr, error) {
	inner := *l.scope
	inner.vars = append(append([]*LambdaVar(nil), l.scope.vars...), params...)
	return inner.expr(l.e.Body)
}

func (l testLambda) Text() string {
	body := "?"
	if a, ok := l.e.Body.(*logical.UnresolvedAttribute); ok {
		body = a.Parts[0]
	}
	return "lambdafunction(" + strings.Join(append([]string{body}, l.e.Args...), ", ") + ")"
}

// withLambdas resolves a call that has lambdas among its arguments; ok is false if it has none.
func (s *scope) withLambdas(e *logical.UnresolvedFunction, o Options) (x Expr, ok bool, err error) {
	lambdas := make([]LambdaSource, len(e.Args))
	args := make([]Expr, len(e.Args))
	for i, a := range e.Args {
		if l, is := a.(*logical.LambdaFunction); is {
			lambdas[i], ok = testLambda{s, l}, true
		} else if args[i], err = s.expr(a); err != nil {
			return nil, true, err
		}
	}
	if !ok {
		return nil, false, nil
	}
	x, err = ResolveHigher(e.Name, args, lambdas, o)
	return x, true, err
}

// name resolves a column, a parameter of a lambda, or a part of one.
func (s *scope) name(parts []string, o Options) (Expr, error) {
	for i := range parts {
		e := s.find(parts[i])
		if e == nil {
			continue
		}
		for _, p := range parts[i+1:] {
			var err error
			if e, err = Extract(e, StringLit(p), o); err != nil {
				return nil, err
			}
		}
		return e, nil
	}
	return nil, errUnsupported
}

func (s *scope) find(name string) Expr {
	for i := len(s.vars) - 1; i >= 0; i-- {
		if strings.EqualFold(s.vars[i].Name, name) {
			return s.vars[i]
		}
	}
	for _, c := range s.cols {
		if strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// reshapes says whether an expression makes more than a column: that is not for this test.
func reshapes(e Expr) bool {
	if _, ok := Find[*Generate](e); ok {
		return true
	}
	found := false
	Walk(e, func(e Expr) {
		w, ok := WindowOf(e)
		found = found || ok && (!w.Session && w.Slide != w.Length)
	})
	if c, ok := e.(*Call); ok && c.Fn.Name == "getstructfield" {
		_, window := WindowOf(c.Args[0])
		found = found || window
	}
	return found
}

// generated runs a selection that is one generator: its rows become the input, and its columns the selection.
func (s *selection) generated(g *Generate, names []string) error {
	ids := make([]int64, len(s.scope.cols))
	for i, c := range s.scope.cols {
		ids[i] = c.ID
	}
	args := make([]Expr, len(g.Args))
	for i, a := range g.Args {
		b, err := Bind(a, ids)
		if err != nil {
			return err
		}
		args[i] = Fold(testContext(), b)
	}
	g = g.WithChildren(args).(*Generate)
	p, err := CompileAll(args)
	if err != nil {
		return err
	}
	in, err := p.Eval(testContext(), s.input, nil)
	if err != nil {
		return err
	}
	out := make([]batch.Vector, len(g.Fields))
	for i, f := range g.Fields {
		out[i] = batch.ForType(f.Type, 0)
	}
	from, err := g.Fn.Gen.New(g).Generate(testContext(), s.input.N, nil, in, out, nil)
	if err != nil {
		return err
	}
	if g.Outer && len(from) == 0 {
		for _, v := range out {
			v.AppendNull()
		}
	}
	s.scope = &scope{legacy: s.scope.legacy, views: s.scope.views}
	s.input = batch.Of(out...)
	s.names, s.exprs = nil, nil
	for i, f := range g.Fields {
		name := f.Name
		if len(names) == len(g.Fields) {
			name = names[i]
		}
		a := &Attr{ID: NextID(), Name: name, Typ: f.Type, Null: f.Nullable}
		s.scope.cols = append(s.scope.cols, a)
		s.names, s.exprs = append(s.names, name), append(s.exprs, a)
	}
	return nil
}

// fromQuery makes the rows of a query the input.
func (s *selection) fromQuery(r logical.Relation) error {
	inner, err := analyzeIn(r, s.scope.legacy, s.scope.views)
	if err != nil {
		return err
	}
	rows, err := inner.run()
	if err != nil {
		return err
	}
	s.input.N = len(rows)
	for i, e := range inner.exprs {
		v := newVector(e.Type(), len(rows))
		for _, row := range rows {
			v.AppendAny(row[i])
		}
		s.input.Cols = append(s.input.Cols, v)
		s.scope.cols = append(s.scope.cols, &Attr{ID: NextID(), Name: inner.names[i], Typ: e.Type(), Null: e.Nullable()})
	}
	return nil
}
