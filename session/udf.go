package session

import (
	"fmt"
	"reflect"

	"gospark/runtime/analysis"
	"gospark/runtime/expr"
	"gospark/runtime/types"
)

// UDFRegistration registers Go functions for SQL.
type UDFRegistration struct{ spark *SparkSession }

// UDF registers Go functions for use in SQL and in the API.
func (s *SparkSession) UDF() *UDFRegistration { return &UDFRegistration{s} }

// Register makes a Go function callable by a name in SQL. It takes and yields Go values of the columns' types, pointers
// for columns that may be NULL; a function without pointers yields NULL where an argument is. A second result, an error,
// fails the task. An Aggregator is registered as an aggregate function.
func (u *UDFRegistration) Register(name string, f any) *UserDefinedFunction {
	if a, ok := f.(Aggregator); ok {
		agg, err := newUserAggregate(name, a)
		if err != nil {
			raise("Register", err)
		}
		u.spark.engine.Catalog.SetFunction(name, agg)
		return &UserDefinedFunction{name: name, bind: agg}
	}
	fn, err := newUserFunction(name, f, u.spark)
	if err != nil {
		raise("Register", err)
	}
	u.spark.engine.Catalog.SetFunction(name, fn)
	return &UserDefinedFunction{name: name, bind: fn}
}

// UserDefinedFunction is a Go function over columns.
type UserDefinedFunction struct {
	name string
	bind analysis.GoBinder
}

// Call applies the function to columns.
func (u *UserDefinedFunction) Call(cols ...any) *Column { return udfColumn(u.name, u.bind, cols) }

// A userFunction is a user's Go function, matched to the types of columns.
type userFunction struct {
	name   string
	fn     reflect.Value
	params []*types.Type
	nulls  []bool // the parameter takes NULL
	out    *types.Type
	null   bool
	spark  *SparkSession
}

var (
	_ analysis.Function = (*userFunction)(nil)
	_ analysis.GoBinder = (*userFunction)(nil)

	errorType = reflect.TypeFor[error]()
)

func newUserFunction(name string, f any, spark *SparkSession) (*userFunction, error) {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil, fmt.Errorf("%s: want a function, have %T", name, f)
	}
	t := v.Type()
	if t.IsVariadic() || t.NumOut() == 0 || t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != errorType {
		return nil, fmt.Errorf("%s: want a function with one result, or a result and an error; have %v", name, t)
	}
	u := &userFunction{name: name, fn: v, spark: spark}
	for i := range t.NumIn() {
		c, null, err := typeOf(t.In(i))
		if err != nil {
			return nil, fmt.Errorf("%s: parameter %d: %w", name, i+1, err)
		}
		u.params, u.nulls = append(u.params, c), append(u.nulls, null)
	}
	var err error
	if u.out, u.null, err = typeOf(t.Out(0)); err != nil {
		return nil, fmt.Errorf("%s: result: %w", name, err)
	}
	return u, nil
}

// Call is a call in SQL.
func (u *userFunction) Call(name string, args []expr.Expr, _ expr.Options) (expr.Expr, error) {
	return u.Bind(name, args)
}

// Bind makes the call on columns, which are converted to the parameters' types.
func (u *userFunction) Bind(name string, args []expr.Expr) (expr.Expr, error) {
	if len(args) != len(u.params) {
		return nil, fmt.Errorf("%s: want %d arguments, have %d", name, len(u.params), len(args))
	}
	call := &expr.GoCall{Name: name, Typ: u.out, Null: u.null, Volatile: true}
	for i, a := range args {
		call.Null = call.Null || a.Nullable() && !u.nulls[i]
		if !a.Type().Same(u.params[i]) {
			a = &expr.Cast{Child: a, To: u.params[i], Implicit: true, Mode: types.CastAnsi}
		}
		call.Args = append(call.Args, a)
	}
	zone := u.spark.engine.Zone()
	call.Fn = func(args []any) (any, error) {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			if a == nil && !u.nulls[i] {
				return nil, nil
			}
			in[i] = reflect.New(u.fn.Type().In(i)).Elem()
			if err := fromPhysical(in[i], a, u.params[i], zone); err != nil {
				return nil, fmt.Errorf("%s: argument %d: %w", name, i+1, err)
			}
		}
		out := u.fn.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			return nil, out[1].Interface().(error)
		}
		return toPhysical(out[0], u.out, zone)
	}
	return call, nil
}
