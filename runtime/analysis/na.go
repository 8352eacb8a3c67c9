package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// chosen is the columns an operation on nulls is for: those named, or all.
func (r *resolver) chosen(in *scope, columns []string, o *logical.Origin) map[int64]bool {
	out := map[int64]bool{}
	for _, a := range in.cols {
		if len(columns) == 0 {
			out[a.ID] = true
		}
	}
	for _, name := range columns {
		found := r.columnsOf(in, name)
		switch {
		case len(found) == 0:
			unresolvedColumn(o, splitName(name), in.cols)
		case len(found) > 1:
			ambiguous(o, []string{name}, found)
		}
		out[found[0].ID] = true
	}
	return out
}

// family is the kinds of types a value of the API is meant for.
func family(t *types.Type) string {
	switch {
	case t.Numeric():
		return "number"
	case t.Text():
		return "string"
	case t.Kind == types.BooleanKind:
		return "boolean"
	}
	return ""
}

// naFill puts values in the places of nulls, and of NaN, in columns of a fitting type.
func (r *resolver) naFill(l *logical.NAFill, e *env) *scope {
	in := r.relation(l.Input, e)
	values := map[int64]*logical.Literal{}
	if len(l.Values) == 1 {
		for id := range r.chosen(in, l.Columns, l.Origin) {
			values[id] = l.Values[0]
		}
	} else {
		for i, name := range l.Columns {
			for id := range r.chosen(in, []string{name}, l.Origin) {
				values[id] = l.Values[i]
			}
		}
	}
	cols := make([]expr.Expr, len(in.cols))
	for i, a := range in.cols {
		cols[i] = a
		v := values[a.ID]
		if v == nil || family(v.Type) == "" || family(v.Type) != family(a.Typ) {
			continue
		}
		var value expr.Expr = &expr.Cast{Child: &expr.Lit{Value: v.Value, Typ: v.Type}, To: a.Typ, Implicit: true, Mode: types.CastLegacy}
		var from expr.Expr = a
		if a.Typ.Fractional() {
			from = r.must("nanvl", a, expr.NullOf(a.Typ))
		}
		cols[i] = alias(r.must("coalesce", from, expr.Fold(r.Context, value)), a.Name)
	}
	return r.selected(in, &items{exprs: cols}, l.Origin)
}

// naDrop leaves out rows with too few values that are neither null nor NaN.
func (r *resolver) naDrop(l *logical.NADrop, e *env) *scope {
	in := r.relation(l.Input, e)
	chosen := r.chosen(in, l.Columns, l.Origin)
	var args []expr.Expr
	for _, a := range in.cols {
		if chosen[a.ID] {
			args = append(args, a)
		}
	}
	least := l.MinNonNulls
	if least == 0 {
		least = len(args)
	}
	var sum expr.Expr = expr.IntLit(0)
	for _, a := range args {
		there := r.must("isnotnull", a)
		if a.Type().Fractional() {
			there = r.must("and", there, r.must("not", r.must("isnan", a)))
		}
		sum = r.must("+", sum, r.must("if", there, expr.IntLit(1), expr.IntLit(0)))
	}
	return in.over(&resolved.Filter{Input: in.rel, Condition: r.must(">=", sum, expr.IntLit(int32(least)))})
}

// naReplace puts values in the places of others.
func (r *resolver) naReplace(l *logical.NAReplace, e *env) *scope {
	in := r.relation(l.Input, e)
	chosen := r.chosen(in, l.Columns, l.Origin)
	cols := make([]expr.Expr, len(in.cols))
	for i, a := range in.cols {
		cols[i] = a
		if !chosen[a.ID] {
			continue
		}
		var args []expr.Expr
		for k, old := range l.Old {
			if old.Value != nil && (family(old.Type) == "" || family(old.Type) != family(a.Typ)) {
				args = nil
				break
			}
			args = append(args, r.must("<=>", a, r.cast(old, a.Typ)), r.cast(l.New[k], a.Typ))
		}
		if len(args) > 0 {
			cols[i] = alias(r.must("case", append(args, a)...), a.Name)
		}
	}
	return r.selected(in, &items{exprs: cols}, l.Origin)
}

func (r *resolver) cast(l *logical.Literal, t *types.Type) expr.Expr {
	if l.Value == nil {
		return expr.NullOf(t)
	}
	return expr.Fold(r.Context, implicit(&expr.Lit{Value: l.Value, Typ: l.Type}, t, true))
}
