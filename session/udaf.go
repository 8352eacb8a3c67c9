package session

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/analysis"
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// An Aggregator is an aggregate function made of Go functions, for UDF().Register and Udaf: Zero is the state of no rows, a
// value or a func() B; Reduce, func(B, T...) B, adds a row; Merge, func(B, B) B, puts two states together; Finish,
// func(B) R, is the result (nil: the state is). States and results are of types that columns can have.
//
//	spark.UDF().Register("longest", Aggregator{Zero: "", Reduce: func(b, s string) string { ... }, Merge: ...})
//
// Rows with a NULL for a parameter that cannot be nil are left out.
type Aggregator struct {
	Zero, Reduce, Merge, Finish any
}

// Udaf is an aggregate function made of Go functions, to be called on columns.
func Udaf(a Aggregator) *UserDefinedFunction {
	u, err := newUserAggregate("udaf", a)
	if err != nil {
		raise("Udaf", err)
	}
	return &UserDefinedFunction{name: "udaf", bind: u}
}

// A userAggregate is an Aggregator that has been checked.
type userAggregate struct {
	name          string
	zero          func() reflect.Value
	reduce, merge *rowCall
	finish        *rowCall // nil: the state is the result
	state         reflect.Type
	params        []*types.Type
	out           reflect.Type
	typ           *types.Type
	null          bool
	fn            *expr.Function
}

var (
	_ analysis.Function = (*userAggregate)(nil)
	_ analysis.GoBinder = (*userAggregate)(nil)
)

func newUserAggregate(name string, a Aggregator) (*userAggregate, error) {
	u := &userAggregate{name: name, reduce: newRowCall(name, "func(B, T...) B", a.Reduce), merge: newRowCall(name, "func(B, B) B", a.Merge)}
	if len(u.reduce.params) == 0 || len(u.reduce.results) != 1 {
		return nil, fmt.Errorf("%s: Reduce: want func(B, T...) B, have %T", name, a.Reduce)
	}
	u.state = u.reduce.params[0]
	if u.reduce.results[0] != u.state {
		return nil, fmt.Errorf("%s: Reduce takes a %v and gives a %v", name, u.state, u.reduce.results[0])
	}
	if m := u.merge; len(m.params) != 2 || len(m.results) != 1 || m.params[0] != u.state || m.params[1] != u.state || m.results[0] != u.state {
		return nil, fmt.Errorf("%s: Merge: want func(%v, %v) %v, have %T", name, u.state, u.state, u.state, a.Merge)
	}
	z := reflect.ValueOf(a.Zero)
	switch {
	case a.Zero == nil:
		u.zero = func() reflect.Value { return reflect.Zero(u.state) }
	case z.Kind() == reflect.Func && z.Type().NumIn() == 0 && z.Type().NumOut() == 1 && z.Type().Out(0) == u.state:
		u.zero = func() reflect.Value { return z.Call(nil)[0] }
	case z.Type() == u.state:
		u.zero = func() reflect.Value { return z }
	default:
		return nil, fmt.Errorf("%s: Zero: want a %v, have %T", name, u.state, a.Zero)
	}
	u.out = u.state
	if a.Finish != nil {
		u.finish = newRowCall(name, "func(B) R", a.Finish)
		if f := u.finish; len(f.params) != 1 || len(f.results) != 1 || f.params[0] != u.state {
			return nil, fmt.Errorf("%s: Finish: want func(%v) R, have %T", name, u.state, a.Finish)
		}
		u.out = u.finish.results[0]
	}
	for i, p := range u.reduce.params[1:] {
		t, _, err := typeOf(p)
		if err != nil {
			return nil, fmt.Errorf("%s: parameter %d: %w", name, i+1, err)
		}
		u.params = append(u.params, t)
	}
	var err error
	if u.typ, u.null, err = typeOf(u.out); err != nil {
		return nil, fmt.Errorf("%s: result: %w", name, err)
	}
	st, _, err := typeOf(u.state)
	if err != nil {
		return nil, fmt.Errorf("%s: state: %w", name, err)
	}
	u.fn = &expr.Function{Name: name, Agg: &expr.AggImpl{
		State: func(*expr.Agg) []*types.Type { return []*types.Type{st} },
		New:   func(*expr.Agg) expr.Accumulator { return &userAccumulator{u: u, state: st} },
	}}
	return u, nil
}

// Call is a call in SQL.
func (u *userAggregate) Call(name string, args []expr.Expr, o expr.Options) (expr.Expr, error) {
	args, err := convertArgs(name, args, u.params)
	if err != nil {
		return nil, err
	}
	return &expr.Agg{Fn: u.fn, Name: name, Args: args, Distinct: o.Distinct, Filter: o.Filter, Typ: u.typ, Null: u.null, Origin: o.Origin}, nil
}

// Bind is a call of the API.
func (u *userAggregate) Bind(name string, args []expr.Expr) (expr.Expr, error) {
	return u.Call(name, args, expr.Options{})
}

// convertArgs converts arguments to the types of parameters.
func convertArgs(name string, args []expr.Expr, params []*types.Type) ([]expr.Expr, error) {
	if len(args) != len(params) {
		return nil, fmt.Errorf("%s: want %d arguments, have %d", name, len(params), len(args))
	}
	out := make([]expr.Expr, len(args))
	for i, a := range args {
		if !a.Type().Same(params[i]) {
			a = &expr.Cast{Child: a, To: params[i], Implicit: true, Mode: types.CastAnsi}
		}
		out[i] = a
	}
	return out, nil
}

// userAccumulator holds a state for each group.
type userAccumulator struct {
	u      *userAggregate
	state  *types.Type
	states []reflect.Value
}

func (a *userAccumulator) Grow(n int) {
	for len(a.states) < n {
		v := reflect.New(a.u.state).Elem()
		v.Set(a.u.zero())
		a.states = append(a.states, v)
	}
}

func (a *userAccumulator) Reset() { a.states = a.states[:0:0] }

func zoneOf(ctx *expr.Context) *time.Location {
	if ctx == nil || ctx.Zone == nil {
		return time.UTC
	}
	return ctx.Zone
}

func (a *userAccumulator) Update(ctx *expr.Context, groups []int32, args []batch.Vector, rows []int32) error {
	params := a.u.reduce.params
	in := make([]reflect.Value, len(params))
	set := make([]func(batch.Vector, int) error, len(params))
	for k := range args {
		in[k+1] = reflect.New(params[k+1]).Elem()
		var err error
		if set[k+1], err = setter(in[k+1], a.u.params[k], zoneOf(ctx)); err != nil {
			return err
		}
	}
	call := a.u.reduce.bound(context.Background())
next:
	for i, g := range groups {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		for k, v := range args {
			if v.Null(r) && !nilable(params[k+1]) {
				continue next
			}
			if err := set[k+1](v, r); err != nil {
				return fmt.Errorf("%s: argument %d: %w", a.u.name, k+1, err)
			}
		}
		in[0] = a.states[g]
		out, err := call(in...)
		if err != nil {
			return err
		}
		a.states[g].Set(out[0])
	}
	return nil
}

func (a *userAccumulator) Merge(ctx *expr.Context, groups []int32, state []batch.Vector, rows []int32) error {
	call := a.u.merge.bound(context.Background())
	for i, g := range groups {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		other := reflect.New(a.u.state).Elem()
		if err := fromPhysical(other, state[0].Any(r), a.state, zoneOf(ctx)); err != nil {
			return fmt.Errorf("%s: %w", a.u.name, err)
		}
		out, err := call(a.states[g], other)
		if err != nil {
			return err
		}
		a.states[g].Set(out[0])
	}
	return nil
}

func (a *userAccumulator) State() []batch.Vector {
	v := batch.ForType(a.state, len(a.states))
	for _, s := range a.states {
		x, err := toPhysical(s, a.state, time.UTC)
		if err != nil {
			panic(err) // the type has been checked
		}
		v.AppendAny(x)
	}
	return []batch.Vector{v}
}

func (a *userAccumulator) Result(ctx *expr.Context) (batch.Vector, error) {
	v := batch.ForType(a.u.typ, len(a.states))
	for _, s := range a.states {
		if a.u.finish != nil {
			out, err := a.u.finish.bound(context.Background())(s)
			if err != nil {
				return nil, err
			}
			s = out[0]
		}
		x, err := toPhysical(s, a.u.typ, zoneOf(ctx))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.u.name, err)
		}
		v.AppendAny(x)
	}
	return v, nil
}
