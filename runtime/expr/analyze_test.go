package expr

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// A small analysis for the tests: SELECT of expressions, with or without aggregates of one group, over nothing or over
// VALUES.

var errUnsupported = errors.New("not for this test")

func testContext() *Context {
	return &Context{Zone: time.UTC, Now: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC).UnixMicro(), User: "me", Catalog: "spark_catalog", Database: "default"}
}

type scope struct {
	cols   []*Attr
	vars   []*LambdaVar
	views  views
	legacy bool
}

// A selection is what the tests evaluate: expressions over the columns of a batch.
type selection struct {
	names []string
	exprs []Expr
	scope *scope
	input *batch.Batch
}

func analyzeQuery(r logical.Relation, legacy bool) (*selection, error) {
	return analyzeIn(r, legacy, nil)
}

func analyzeIn(r logical.Relation, legacy bool, v views) (*selection, error) {
	s := &selection{scope: &scope{legacy: legacy, views: v}, input: &batch.Batch{N: 1}}
	if o, ok := r.(*logical.Sort); ok { // rows are compared as a set
		r = o.Input
	}
	var in logical.Relation
	var exprs []logical.Expression
	switch r := r.(type) {
	case *logical.Project:
		in, exprs = r.Input, r.Exprs
	case *logical.Aggregate:
		if len(r.Grouping) > 0 || r.Having != nil || r.Kind != logical.GroupBy {
			return nil, errUnsupported
		}
		in, exprs = r.Input, r.Aggregates
	default:
		return nil, errUnsupported
	}
	if err := s.from(in); err != nil {
		return nil, err
	}
	for _, e := range exprs {
		if star, ok := e.(*logical.UnresolvedStar); ok && star.Target == nil {
			for _, c := range s.scope.cols {
				s.names, s.exprs = append(s.names, c.Name), append(s.exprs, c)
			}
			continue
		}
		var names []string
		if a, ok := e.(*logical.Alias); ok && len(a.Names) > 1 {
			names, e = a.Names, a.Child
		}
		x, err := s.scope.expr(e)
		if err != nil {
			return nil, err
		}
		if a, ok := x.(*Alias); ok && names == nil {
			if _, generates := a.Child.(*Generate); generates {
				names, x = []string{a.Name}, a.Child
			}
		}
		if g, ok := x.(*Generate); ok {
			if len(exprs) > 1 {
				return nil, errUnsupported
			}
			return s, s.generated(g, names)
		}
		if reshapes(x) {
			return nil, errUnsupported
		}
		name := x.String()
		if a, ok := e.(*logical.UnresolvedAttribute); ok && len(a.Parts) > 1 {
			name = a.Parts[len(a.Parts)-1]
		} else if a, ok := x.(*Alias); ok {
			name = a.Name
		} else if c, ok := x.(*Cast); ok {
			if a, ok := c.Child.(*Attr); ok {
				name = a.Name
			}
		}
		s.names = append(s.names, name)
		s.exprs = append(s.exprs, x)
	}
	return s, nil
}

func (s *selection) from(r logical.Relation) error {
	var columns []string
	if a, ok := r.(*logical.SubqueryAlias); ok {
		columns, r = a.Columns, a.Input
	}
	switch r := r.(type) {
	case nil, *logical.OneRow:
		return nil
	case *logical.Values:
		rows := make([][]Expr, len(r.Rows))
		for i, row := range r.Rows {
			for _, e := range row {
				x, err := s.scope.expr(e)
				if err != nil {
					return err
				}
				rows[i] = append(rows[i], x)
			}
		}
		s.input.N = len(rows)
		for k := range rows[0] {
			t, null := types.Void, false
			for _, row := range rows {
				if t = types.Widen(t, row[k].Type()); t == nil {
					return errUnsupported
				}
				null = null || row[k].Nullable()
			}
			v := newVector(t, len(rows))
			for _, row := range rows {
				x, err := Constant(testContext(), Implicit(row[k], t))
				if err != nil {
					return err
				}
				v.AppendAny(x)
			}
			s.input.Cols = append(s.input.Cols, v)
			name := fmt.Sprint("col", k+1)
			if columns != nil {
				name = columns[k]
			}
			s.scope.cols = append(s.scope.cols, &Attr{ID: NextID(), Name: name, Typ: t, Null: null})
		}
		return nil
	case *logical.NamedTable:
		if v := s.scope.views[strings.ToLower(r.Parts[0])]; v != nil && len(r.Parts) == 1 {
			return s.fromQuery(v)
		}
	case *logical.Project:
		return s.fromQuery(r)
	}
	return errUnsupported
}

func (s *scope) exprs(es []logical.Expression) ([]Expr, error) {
	out := make([]Expr, len(es))
	for i, e := range es {
		var err error
		if out[i], err = s.expr(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *scope) expr(e logical.Expression) (Expr, error) {
	switch e := e.(type) {
	case *logical.Literal:
		return &Lit{Value: e.Value, Typ: e.Type}, nil
	case *logical.Alias:
		x, err := s.expr(e.Child)
		if err != nil || len(e.Names) != 1 {
			return nil, errors.Join(err, errWhen(len(e.Names) != 1))
		}
		return &Alias{ID: NextID(), Name: e.Names[0], Child: x}, nil
	case *logical.Cast:
		x, err := s.expr(e.Child)
		if err != nil {
			return nil, err
		}
		mode := types.CastAnsi
		if s.legacy {
			mode = types.CastLegacy
		}
		if e.Try {
			mode = types.CastTry
		}
		return NewCast(x, e.Type, mode)
	case *logical.UnresolvedAttribute:
		return s.name(e.Parts, Options{Legacy: s.legacy})
	case *logical.UnresolvedExtractValue:
		x, err := s.expr(e.Child)
		if err != nil {
			return nil, err
		}
		part, err := s.expr(e.Extraction)
		if err != nil {
			return nil, err
		}
		return Extract(x, part, Options{Legacy: s.legacy})
	case *logical.UnresolvedFunction:
		o := Options{Distinct: e.Distinct, IgnoreNulls: e.IgnoreNulls, Legacy: s.legacy, Context: testContext()}
		if len(e.Args) == 1 {
			if _, ok := e.Args[0].(*logical.UnresolvedStar); ok {
				if e.Name != "count" {
					return nil, errUnsupported
				}
				o.Star = true
				e = &logical.UnresolvedFunction{Name: e.Name, Filter: e.Filter}
			}
		}
		if x, ok, err := s.withLambdas(e, o); ok {
			return x, err
		}
		args, err := s.exprs(e.Args)
		if err != nil {
			return nil, err
		}
		if e.Filter != nil {
			if o.Filter, err = s.expr(e.Filter); err != nil {
				return nil, err
			}
		}
		for _, k := range e.WithinGroup {
			x, err := s.expr(k.Child)
			if err != nil {
				return nil, err
			}
			o.Order = append(o.Order, SortKey{Child: x, Desc: k.Descending, NullsFirst: k.NullsFirst})
		}
		return Resolve(e.Name, args, o)
	}
	return nil, errUnsupported
}

func errWhen(b bool) error {
	if b {
		return errUnsupported
	}
	return nil
}

// run evaluates the selection: rows of boxed values.
func (s *selection) run() ([][]any, error) {
	ctx := testContext()
	ids := make([]int64, len(s.scope.cols))
	for i, c := range s.scope.cols {
		ids[i] = c.ID
	}
	grouped := false
	bound := make([]Expr, len(s.exprs))
	for i, e := range s.exprs {
		b, err := Bind(e, ids)
		if err != nil {
			return nil, err
		}
		var failed error
		bound[i] = Rewrite(b, func(e Expr) Expr {
			a, ok := e.(*Agg)
			if !ok {
				return e
			}
			grouped = true
			v, err := aggregateOne(ctx, a, s.input)
			if err != nil && failed == nil {
				failed = err
			}
			return &Lit{Value: v, Typ: a.Typ}
		})
		if failed != nil {
			return nil, failed
		}
		bound[i] = Fold(ctx, bound[i])
	}
	in := s.input
	if grouped {
		in = &batch.Batch{N: 1}
	}
	p, err := CompileAll(bound)
	if err != nil {
		return nil, err
	}
	vs, err := p.Eval(ctx, in, nil)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, in.N)
	for r := range rows {
		for _, v := range vs {
			rows[r] = append(rows[r], v.Any(r))
		}
	}
	return rows, nil
}

// aggregateOne computes an aggregate over all rows as one group: half of them in another accumulator, which is merged.
func aggregateOne(ctx *Context, a *Agg, in *batch.Batch) (any, error) {
	eval, err := CompileAll(a.Inputs())
	if err != nil {
		return nil, err
	}
	var rows []int32
	for i := range in.N {
		rows = append(rows, int32(i))
	}
	if a.Filter != nil {
		f, err := CompileFilter(a.Filter)
		if err != nil {
			return nil, err
		}
		kept, err := f.Select(ctx, in, rows)
		if err != nil {
			return nil, err
		}
		rows = append([]int32(nil), kept...)
	}
	args, err := eval.Eval(ctx, in, rows)
	if err != nil {
		return nil, err
	}
	if a.Distinct {
		seen := map[string]bool{}
		var kept []int32
		for _, r := range rows {
			key, null := "", false
			for _, v := range args {
				null = null || v.Null(int(r))
				key += fmt.Sprintf("%#v|", v.Any(int(r)))
			}
			if !seen[key] && !null {
				seen[key] = true
				kept = append(kept, r)
			}
		}
		rows = kept
	}
	half := len(rows) / 2
	parts := [][]int32{rows[:half], rows[half:]}
	total := a.Accumulator()
	total.Grow(1)
	for i, part := range parts {
		acc := total
		if i == 1 {
			acc = a.Accumulator()
			acc.Grow(1)
		}
		if len(part) > 0 {
			if err := acc.Update(ctx, make([]int32, len(part)), args, part); err != nil {
				return nil, err
			}
		}
		if i == 1 {
			if err := total.Merge(ctx, []int32{0}, acc.State(), nil); err != nil {
				return nil, err
			}
		}
	}
	v, err := total.Result(ctx)
	if err != nil {
		return nil, err
	}
	return v.Any(0), nil
}
