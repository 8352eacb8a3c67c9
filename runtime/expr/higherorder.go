package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Functions of functions: which they are, and what their lambdas take. The analysis makes calls of them by
// [ResolveHigher]. How they compute is in higherorder_array.go and higherorder_map.go.

const lambdaFuncs = "lambda_funcs"

func init() {
	elem := func(args []Expr) *types.Type { return args[0].Type() }
	body := func(i int) func([]Expr) *types.Type { return func(args []Expr) *types.Type { return args[i].Type() } }
	family(lambdaFuncs, []Function{
		{Name: "transform", Sig: "array, lambda -> ?", Coerce: lambdaOperands, NullIf: firstNullable, Impl: transformImpl,
			Ret: func(args []Expr) *types.Type { return types.ArrayOf(args[1].Type(), args[1].Nullable()) },
			Doc: "The array of what a function makes of each element, and of its index if it takes two arguments.", Example: "transform(array(1, 2, 3), x -> x + 1) = [2, 3, 4]"},
		{Name: "filter", Sig: "array, lambda -> ?", Coerce: lambdaOperands, NullIf: firstNullable, Check: predicate(1), Ret: elem, Impl: filterImpl,
			Doc: "The elements for which a function, of it and perhaps its index, is true.", Example: "filter(array(1, 2, 3), x -> x % 2 == 1) = [1, 3]"},
		{Name: "exists", Sig: "array, lambda -> boolean", Coerce: lambdaOperands, NullIf: firstOrBody, Check: predicate(1), Impl: existsImpl(true),
			Doc: "Whether a function is true for one element.", Example: "exists(array(1, 2, 3), x -> x % 2 == 0) = true"},
		{Name: "forall", API: "ForAll", Sig: "array, lambda -> boolean", Coerce: lambdaOperands, NullIf: firstOrBody, Check: predicate(1), Impl: existsImpl(false),
			Doc: "Whether a function is true for all elements.", Example: "forall(array(1, 2, 3), x -> x % 2 == 0) = false"},
		{Name: "aggregate", Aliases: []string{"reduce"}, Sig: "array, any, lambda, lambda? -> ?", Coerce: lambdaOperands, Check: mergeType, Ret: body(3),
			NullIf: func(args []Expr) bool { return args[0].Nullable() || args[3].Nullable() }, Impl: aggregateImpl,
			Doc: "A value that a function makes of a start and all elements in turn, and perhaps a last function of that.", Example: "aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x) = 6"},
		{Name: "zip_with", Sig: "array, array, lambda -> ?", Coerce: lambdaOperands, NullIf: func(args []Expr) bool { return anyNullable(args[:2]) }, Impl: zipWithImpl,
			Ret: func(args []Expr) *types.Type { return types.ArrayOf(args[2].Type(), args[2].Nullable()) },
			Doc: "The array of what a function makes of the elements of two arrays at each index; the shorter one goes on with NULL.", Example: "zip_with(array(1, 2), array(3, 4), (x, y) -> x + y) = [4, 6]"},
		{Name: "map_filter", Sig: "map, lambda -> ?", Coerce: lambdaOperands, NullIf: firstNullable, Check: predicate(1), Ret: elem, Impl: mapFilterImpl,
			Doc: "The entries of a map for which a function of key and value is true.", Example: "map_filter(map(1, 0, 2, 2, 3, -1), (k, v) -> k > v) = {1 -> 0, 3 -> -1}"},
		{Name: "transform_keys", Sig: "map, lambda -> ?", Coerce: lambdaOperands, NullIf: firstNullable, Check: func(text string, args []Expr) error { return mapKeyType(text, args[1].Type()) },
			Ret: func(args []Expr) *types.Type {
				return types.MapOf(args[1].Type(), args[0].Type().Elem, args[0].Type().Nullable)
			}, Impl: transformKeysImpl,
			Doc: "The map with other keys, made by a function of key and value.", Example: "transform_keys(map(1, 1), (k, v) -> k + 1) = {2 -> 1}"},
		{Name: "transform_values", Sig: "map, lambda -> ?", Coerce: lambdaOperands, NullIf: firstNullable,
			Ret: func(args []Expr) *types.Type {
				return types.MapOf(args[0].Type().Key, args[1].Type(), args[1].Nullable())
			}, Impl: transformValuesImpl,
			Doc: "The map with other values, made by a function of key and value.", Example: "transform_values(map(1, 1), (k, v) -> v + 1) = {1 -> 2}"},
		{Name: "map_zip_with", Sig: "map, map, lambda -> ?", Coerce: lambdaOperands, NullIf: func(args []Expr) bool { return anyNullable(args[:2]) }, Impl: mapZipWithImpl,
			Ret: func(args []Expr) *types.Type {
				return types.MapOf(args[0].Type().Key, args[2].Type(), args[2].Nullable())
			},
			Doc: "A map of the keys of two maps to what a function makes of each key and both values.", Example: "map_zip_with(map(1, 'a'), map(1, 'x'), (k, v1, v2) -> concat(v1, v2)) = {1 -> ax}"},
	})
}

// lambdaOperands checks what is not a lambda; a value in the place of one is a lambda that always yields it.
func lambdaOperands(r *Request) error {
	shape := lambdaShapes[r.Fn.Name]
	for i, k := range shape.kinds {
		if r.Args[i].Type().Kind != k {
			return unexpectedInput(r.Text(), i, quoted(kindNames[k]), r.Args[i])
		}
	}
	for i, a := range r.Args {
		if _, ok := a.(*Lambda); ok || r.Fn.sig.at(i).text != "lambda" && r.Fn.sig.at(i).text != "lambda?" {
			continue
		}
		r.Args[i] = &Lambda{Params: shape.params(r.Args, i, 1), Body: a}
	}
	return nil
}

// kindNames are the types in messages.
var kindNames = map[types.Kind]string{types.ArrayKind: "ARRAY", types.MapKind: "MAP"}

func firstNullable(args []Expr) bool { return args[0].Nullable() }
func firstOrBody(args []Expr) bool   { return args[0].Nullable() || args[1].Nullable() }

// predicate checks that a lambda yields a boolean.
func predicate(i int) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		if args[i].Type().Kind != types.BooleanKind && args[i].Type().Kind != types.VoidKind {
			return unexpectedInput(text, i, quoted("BOOLEAN"), args[i])
		}
		return nil
	}
}

// mergeType checks that the state of aggregate keeps its type.
func mergeType(text string, args []Expr) error {
	if !args[2].Type().Same(args[1].Type()) {
		return unexpectedInput(text, 2, quotedType(args[1].Type()), args[2])
	}
	return nil
}

// A LambdaSource is a lambda whose parameters have no types yet.
type LambdaSource interface {
	// Names are those of the parameters.
	Names() []string
	// Bind is the body with the parameters in the place of their names.
	Bind(params []*LambdaVar) (Expr, error)
	// Text is how messages show a lambda that could not be bound: lambdafunction(x, x).
	Text() string
}

// A lambdaShape is what the lambdas of a function take: of the arguments before it, the parameters of the i-th argument,
// as many as it may have. A shape with fewer than a lambda names is an error.
type lambdaShape struct {
	// kinds are the types of the first arguments.
	kinds []types.Kind
	// params are the parameters of the lambda at an argument, n being how many it names.
	params func(args []Expr, i, n int) []*LambdaVar
}

func variable(t *types.Type, null bool) *LambdaVar {
	return &LambdaVar{ID: NextID(), Typ: t, Null: null}
}

func elementOf(e Expr) *LambdaVar { return variable(e.Type().Elem, e.Type().Nullable) }

func keyAndValue(args []Expr, _, _ int) []*LambdaVar {
	t := args[0].Type()
	return []*LambdaVar{variable(t.Key, false), variable(t.Elem, t.Nullable)}
}

func elementAndIndex(args []Expr, _, n int) []*LambdaVar {
	ps := []*LambdaVar{elementOf(args[0])}
	if n == 2 {
		ps = append(ps, variable(types.Int, false))
	}
	return ps
}

func elementOnly(args []Expr, _, _ int) []*LambdaVar { return []*LambdaVar{elementOf(args[0])} }

var (
	oneArray  = []types.Kind{types.ArrayKind}
	twoArrays = []types.Kind{types.ArrayKind, types.ArrayKind}
	oneMap    = []types.Kind{types.MapKind}
	twoMaps   = []types.Kind{types.MapKind, types.MapKind}
)

var lambdaShapes = map[string]lambdaShape{
	"transform": {oneArray, elementAndIndex}, "filter": {oneArray, elementAndIndex},
	"exists": {oneArray, elementOnly}, "forall": {oneArray, elementOnly},
	"array_sort": {oneArray, func(args []Expr, _, _ int) []*LambdaVar {
		return []*LambdaVar{elementOf(args[0]), elementOf(args[0])}
	}},
	"aggregate": {oneArray, func(args []Expr, i, _ int) []*LambdaVar {
		ps := []*LambdaVar{variable(args[1].Type(), true)}
		if i == 2 {
			ps = append(ps, elementOf(args[0]))
		}
		return ps
	}},
	"zip_with": {twoArrays, func(args []Expr, _, _ int) []*LambdaVar {
		return []*LambdaVar{variable(args[0].Type().Elem, true), variable(args[1].Type().Elem, true)}
	}},
	"map_filter": {oneMap, keyAndValue}, "transform_keys": {oneMap, keyAndValue}, "transform_values": {oneMap, keyAndValue},
	"map_zip_with": {twoMaps, func(args []Expr, _, _ int) []*LambdaVar {
		return []*LambdaVar{variable(args[0].Type().Key, false), variable(args[0].Type().Elem, true), variable(args[1].Type().Elem, true)}
	}},
}

// unbound is a lambda in a message.
type unbound struct{ text string }

func (u *unbound) Type() *types.Type        { return types.Void }
func (u *unbound) Nullable() bool           { return false }
func (u *unbound) Children() []Expr         { return nil }
func (u *unbound) WithChildren([]Expr) Expr { return u }
func (u *unbound) String() string           { return u.text }

// identity is the lambda x -> x.
type identityLambda struct{}

func (identityLambda) Names() []string                    { return []string{"x"} }
func (identityLambda) Bind(ps []*LambdaVar) (Expr, error) { return ps[0], nil }
func (identityLambda) Text() string                       { return "lambdafunction(x, x)" }

// ResolveHigher is [Resolve] for a call with lambdas: where lambdas has one, the argument is nil. The parameters get the
// types that the function gives them.
func ResolveHigher(name string, args []Expr, lambdas []LambdaSource, o Options) (Expr, error) {
	name = strings.ToLower(name)
	f := registry[name]
	if f == nil {
		return nil, unresolvedRoutine(name)
	}
	args = append([]Expr(nil), args...)
	lambdas = append([]LambdaSource(nil), lambdas...)
	if f.Name == "aggregate" && len(args) == 3 {
		args, lambdas = append(args, nil), append(lambdas, identityLambda{})
	}
	shape, ok := lambdaShapes[f.Name]
	if !ok {
		return nil, condition.New("INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION", "42K0D",
			"Invalid lambda function call. A lambda function should only be used in a higher order function. However, %s is not a higher order function.", quotedID(name))
	}
	if n := len(args); n < f.sig.least || n > len(f.sig.params) {
		return nil, wrongCount(name, f.sig.expected(), n)
	}
	r := &Request{Fn: f, Name: name, Options: o, name: f.shown(name)}
	for i, l := range lambdas {
		if l != nil {
			r.Args = append(r.Args, &unbound{l.Text()})
		} else {
			r.Args = append(r.Args, args[i])
		}
	}
	for i, k := range shape.kinds {
		if args[i] == nil || args[i].Type().Kind != k {
			return nil, unexpectedInput(r.Text(), i, quoted(kindNames[k]), r.Args[i])
		}
	}
	if len(shape.kinds) == 2 && shape.kinds[0] == types.MapKind {
		if err := r.sameKeys(args); err != nil {
			return nil, err
		}
	}
	for i, l := range lambdas {
		if l == nil {
			continue
		}
		names := l.Names()
		params := shape.params(args, i, len(names))
		if len(params) != len(names) {
			return nil, condition.New("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH", "42K0D",
				"Invalid lambda function call. A higher order function expects %d arguments, but got %d.", len(names), len(params)).
				WithParam("expectedNumArgs", strconv.Itoa(len(names))).WithParam("actualNumArgs", strconv.Itoa(len(params)))
		}
		for k, p := range params {
			p.Name = names[k]
		}
		body, err := l.Bind(params)
		if err != nil {
			return nil, err
		}
		args[i] = &Lambda{Params: params, Body: body}
	}
	return Resolve(name, args, o)
}

// sameKeys converts the keys of two maps to one type.
func (r *Request) sameKeys(args []Expr) error {
	a, b := args[0].Type(), args[1].Type()
	if a.Key.Same(b.Key) {
		return nil
	}
	t := types.TightestCommon(a.Key, b.Key)
	if t == nil {
		return mismatch("MAP_ZIP_WITH_DIFF_TYPES", r.Text(), "Input to the `map_zip_with` should have been two maps with compatible key types, but it's ["+
			quotedType(a.Key)+", "+quotedType(b.Key)+"].", "functionName", "`map_zip_with`", "leftType", quotedType(a.Key), "rightType", quotedType(b.Key))
	}
	args[0] = Implicit(args[0], types.MapOf(t, a.Elem, a.Nullable))
	args[1] = Implicit(args[1], types.MapOf(t, b.Elem, b.Nullable))
	return nil
}
