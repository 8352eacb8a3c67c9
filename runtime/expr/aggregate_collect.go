package expr

import (
	"slices"
	"strconv"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Aggregate functions that keep values: the first, the last, all, those beside an extreme.

func init() {
	family("agg_funcs", []Function{
		{Name: "first", SameAs: nil, Aliases: []string{"first_value"}, Sig: "any, boolean? -> $1", Make: ignoring, Null: Always,
			Agg: &AggImpl{State: firstState, New: newFirst(false)}, Doc: "The first value; with true as second argument the first that is not NULL.",
			Example: "first(col) FROM VALUES (10), (5), (20) AS t(col) = 10"},
		{Name: "any_value", Sig: "any, boolean? -> $1", Make: ignoring, Null: Always, Agg: &AggImpl{State: firstState, New: newFirst(false)},
			Doc: "Some value of the group; with true as second argument one that is not NULL.", Example: "any_value(col) FROM VALUES (10), (5), (20) AS t(col) = 10"},
		{Name: "last", Aliases: []string{"last_value"}, Sig: "any, boolean? -> $1", Make: ignoring, Null: Always, Agg: &AggImpl{State: firstState, New: newFirst(true)},
			Doc: "The last value; with true as second argument the last that is not NULL.", Example: "last(col) FROM VALUES (10), (5), (20) AS t(col) = 20"},
		{Name: "collect_list", SameAs: []string{"array_agg"}, Sig: "any -> ?", Ret: listType, Null: Never, Make: collecting, AggText: collectText, Agg: &AggImpl{State: sameType, New: newList},
			Doc: "All values that are not NULL, as an array.", Example: "collect_list(col) FROM VALUES (1), (2), (1) AS t(col) = [1, 2, 1]"},
		{Name: "collect_set", Sig: "any -> ?", Ret: listType, Null: Never, Check: noMapOperand, Make: collecting, AggText: collectText, Agg: &AggImpl{State: sameType, New: newDistinct},
			Doc: "The distinct values that are not NULL, as an array.", Example: "collect_set(col) FROM VALUES (1), (2), (1) AS t(col) = [1, 2]"},
		{Name: "listagg", Aliases: []string{"string_agg"}, Sig: "string|binary, string|binary = null -> $1", Null: Always, Make: listagg,
			AggText: listaggText, Agg: &AggImpl{State: pairsState, New: newListagg},
			Doc: "The values that are not NULL, one after the other with a separator.", Example: "listagg(col, ',') FROM VALUES ('a'), ('b') AS t(col) = a,b"},
		{Name: "max_by", Sig: "any, any, int? -> ?", Ret: byType, Null: Always, Check: byOperands("max_by"), Agg: &AggImpl{State: byState, New: newBy(1)},
			Doc: "The first argument of the row in which the second is largest; with a third argument, an array of that many, the largest first.", Example: "max_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS t(x, y) = b"},
		{Name: "min_by", Sig: "any, any, int? -> ?", Ret: byType, Null: Always, Check: byOperands("min_by"), Agg: &AggImpl{State: byState, New: newBy(-1)},
			Doc: "The first argument of the row in which the second is smallest; with a third argument, an array of that many, the smallest first.", Example: "min_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS t(x, y) = a"},
	})
}

// ignoreNulls takes the i-th argument, the last, for what it says about NULL.
func (r *Request) ignoreNulls(i int, text string) error {
	v, ok, err := r.constant(i)
	if err != nil {
		return err
	}
	b, is := v.(bool)
	if !ok || !is {
		return unexpectedInput(text, i, quoted("BOOLEAN"), r.Args[i])
	}
	r.IgnoreNulls = r.IgnoreNulls || b
	r.Args = r.Args[:i]
	return nil
}

// ignoring takes the second argument of first, last and any_value for what it says about NULL.
func ignoring(r *Request) (Expr, error) {
	if r.IgnoreNulls || r.RespectNulls {
		r.name = r.Fn.Name // what is written behind a call makes it another one
	}
	if len(r.Args) == 2 {
		v, ok, err := r.constant(1)
		if err != nil {
			return nil, err
		}
		b, is := v.(bool)
		if !ok || !is {
			return nil, condition.New("_LEGACY_ERROR_TEMP_1210", "", "The second argument in %s should be a boolean literal.", r.Fn.Name).
				WithParam("funcName", r.Fn.Name)
		}
		r.IgnoreNulls = r.IgnoreNulls || b
		r.Args = r.Args[:1]
	}
	return r.build()
}

// firstState is the value, and whether there is one (which may be NULL).
func firstState(a *Agg) []*types.Type { return []*types.Type{a.Typ, types.Boolean} }

type firstValue struct {
	value any
	set   bool
}

func newFirst(last bool) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		put := func(s *firstValue, v any) {
			if (last || !s.set) && (v != nil || !a.IgnoreNulls) {
				s.value, s.set = v, true
			}
		}
		return &gathered[firstValue]{agg: a, types: firstState(a),
			update: func(_ *Context, s *firstValue, args []any) error { put(s, args[0]); return nil },
			merge: func(_ *Context, s *firstValue, state []any) error {
				if state[1] == true {
					put(s, state[0])
				}
				return nil
			},
			state:  func(s *firstValue) []any { return []any{s.value, s.set} },
			result: func(_ *Context, s *firstValue) (any, error) { return s.value, nil }}
	}
}

func listType(args []Expr) *types.Type { return types.ArrayOf(args[0].Type(), false) }

// collecting takes NULL for a value behind RESPECT NULLS.
func collecting(r *Request) (Expr, error) {
	e, err := r.build()
	if a, ok := e.(*Agg); ok && r.RespectNulls {
		a.KeepNulls = true
		a.Typ = types.ArrayOf(a.Typ.Elem, true)
	}
	return e, err
}

func collectText(a *Agg) string {
	text := callText(a)
	if a.KeepNulls {
		text += " RESPECT NULLS"
	}
	return text
}

func newList(a *Agg) Accumulator {
	return &gathered[[]any]{agg: a, types: []*types.Type{a.Typ},
		update: func(_ *Context, s *[]any, args []any) error {
			if args[0] != nil || a.KeepNulls {
				*s = append(*s, args[0])
			}
			return nil
		},
		merge:  func(_ *Context, s *[]any, state []any) error { *s = append(*s, state[0].([]any)...); return nil },
		state:  func(s *[]any) []any { return []any{list(*s)} },
		result: func(_ *Context, s *[]any) (any, error) { return list(*s), nil }}
}

// list is never nil: an empty array is not NULL.
func list(s []any) []any {
	if s == nil {
		return []any{}
	}
	return slices.Clip(s)
}

func noMapOperand(text string, args []Expr) error {
	if t := args[0].Type(); hasMap(t) {
		return mismatch("UNSUPPORTED_INPUT_TYPE", text, "The input of `collect_set` can't be \"MAP\" or \"COLLATED STRING\" type data.",
			"functionName", "`collect_set`", "dataType", quoted("MAP")+" or "+quoted("COLLATED STRING"))
	}
	return nil
}

// A valueIndex finds values of a type that are equal to each other.
type valueIndex struct {
	typ    *types.Type
	at     map[uint64][]int32
	values []any
}

// add is the number of a value, which may be NULL, and whether it is new.
func (x *valueIndex) add(v any) (int, bool) {
	if x.at == nil {
		x.at = map[uint64][]int32{}
	}
	h := uint64(0)
	if v != nil {
		h = uint64(xxValue(v, x.typ, 42))
	}
	for _, i := range x.at[h] {
		if v == nil || x.values[i] == nil {
			if v == x.values[i] {
				return int(i), false
			}
			continue
		}
		if types.Equal(x.values[i], v, x.typ) {
			return int(i), false
		}
	}
	x.at[h] = append(x.at[h], int32(len(x.values)))
	x.values = append(x.values, v)
	return len(x.values) - 1, true
}

func newDistinct(a *Agg) Accumulator {
	add := func(s *hashedSet, v any, grows bool) {
		if s.typ == nil {
			s.typ = a.Arg(0)
		}
		if v != nil || a.KeepNulls {
			s.add(v, grows)
		}
	}
	return &gathered[hashedSet]{agg: a, types: []*types.Type{a.Typ},
		update: func(_ *Context, s *hashedSet, args []any) error { add(s, args[0], true); return nil },
		merge: func(_ *Context, s *hashedSet, state []any) error {
			vs := state[0].([]any)
			s.hint(len(vs))
			for _, v := range vs {
				add(s, v, false)
			}
			return nil
		},
		state:  func(s *hashedSet) []any { return []any{list(s.ordered())} },
		result: func(_ *Context, s *hashedSet) (any, error) { return list(s.ordered()), nil }}
}

func byState(a *Agg) []*types.Type {
	if len(a.Args) == 3 {
		return []*types.Type{types.ArrayOf(types.StructOf(types.Field{Name: "v", Type: a.Arg(0), Nullable: true},
			types.Field{Name: "k", Type: a.Arg(1), Nullable: true}), false)}
	}
	return []*types.Type{a.Typ, a.Arg(1)}
}

// byType is the type of the value; that of an array when the number of values is given.
func byType(args []Expr) *types.Type {
	if len(args) == 3 {
		return types.ArrayOf(args[0].Type(), true)
	}
	return args[0].Type()
}

// maxByCount is how many values max_by and min_by may be asked for.
const maxByCount = 100000

// byOperands wants keys with an order, and a number of values that is a constant.
func byOperands(name string) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		if err := orderedOperand(name)(text, args[:2]); err != nil || len(args) < 3 {
			return err
		}
		if !Foldable(args[2]) {
			return notFoldable(text, "k", types.Int, args[2])
		}
		v, err := Constant(&Context{}, args[2])
		if err != nil {
			return err
		}
		if n, ok := v.(int32); !ok || n < 1 || n > maxByCount {
			return outOfRange(text, "`k`", "[1, "+strconv.Itoa(maxByCount)+"]", textOf(v, types.Int))
		}
		return nil
	}
}

// newByCount keeps the rows with the largest or smallest keys, in order; of equal keys the first come first.
func newByCount(a *Agg, sign int) Accumulator {
	n, _ := Constant(&Context{}, a.Args[2])
	limit := int(n.(int32))
	order := func(x, y any) int {
		return -sign * compareValues(a.Arg(1), x.(types.Row)[1], y.(types.Row)[1])
	}
	put := func(s *[]any, row types.Row) {
		if row[1] == nil {
			return
		}
		at := len(*s)
		for at > 0 && order(row, (*s)[at-1]) < 0 {
			at--
		}
		if at < limit {
			*s = slices.Insert(*s, at, any(row))
			*s = (*s)[:min(len(*s), limit)]
		}
	}
	return &gathered[[]any]{agg: a, types: byState(a),
		update: func(_ *Context, s *[]any, args []any) error { put(s, types.Row{args[0], args[1]}); return nil },
		merge: func(_ *Context, s *[]any, state []any) error {
			for _, r := range state[0].([]any) {
				put(s, r.(types.Row))
			}
			return nil
		},
		state: func(s *[]any) []any { return []any{list(*s)} },
		result: func(_ *Context, s *[]any) (any, error) {
			if len(*s) == 0 {
				return nil, nil
			}
			values := make([]any, len(*s))
			for i, r := range *s {
				values[i] = r.(types.Row)[0]
			}
			return values, nil
		}}
}

type byValue struct{ value, key any }

func newBy(sign int) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		if len(a.Args) == 3 {
			return newByCount(a, sign)
		}
		t := a.Arg(1)
		put := func(_ *Context, s *byValue, args []any) error { // of equal keys the last one counts
			if k := args[1]; k != nil && (s.key == nil || sign*compareValues(t, k, s.key) >= 0) {
				s.value, s.key = args[0], k
			}
			return nil
		}
		return &gathered[byValue]{agg: a, types: byState(a), update: put, merge: put,
			state:  func(s *byValue) []any { return []any{s.value, s.key} },
			result: func(_ *Context, s *byValue) (any, error) { return s.value, nil }}
	}
}

// listagg: the separator is a constant; NULL is none.
func listagg(r *Request) (Expr, error) {
	if r.Distinct {
		for _, k := range r.Order {
			if len(r.Order) > 1 || !SemanticEqual(plainCast(k.Child), plainCast(r.Args[0])) {
				return nil, r.within("MISMATCH_WITH_DISTINCT_INPUT", "The function is invoked with DISTINCT and WITHIN GROUP but expressions "+
					quoted(r.Args[0].String())+" and "+quoted(k.Child.String())+" do not match. The WITHIN GROUP ordering expression must be picked from the function inputs.",
					"funcArg", quoted(r.Args[0].String()), "orderingExpr", quoted(k.Child.String()))
			}
		}
	}
	if v, ok, err := r.constant(1); err != nil {
		return nil, err
	} else if !ok {
		return nil, notFoldable(r.Text(), "delimiter", types.String, r.Args[1])
	} else if v == nil {
		r.Args[1] = NullOf(r.Args[0].Type())
	}
	return r.build()
}

// plainCast is an expression without its implicit conversions.
func plainCast(e Expr) Expr {
	if c, ok := plain(e).(*Cast); ok && c.Implicit {
		return plainCast(c.Child)
	}
	return plain(e)
}

func listaggText(a *Agg) string {
	var b strings.Builder
	name := a.Name
	if len(a.Order) > 0 {
		name = a.Fn.Name // what is written behind a call makes it another one
	}
	b.WriteString(name + "(")
	if a.Distinct {
		b.WriteString("DISTINCT ")
	}
	b.WriteString(a.Args[0].String() + ", " + a.Args[1].String() + ")")
	if len(a.Order) > 0 {
		keys := make([]string, len(a.Order))
		for i, k := range a.Order {
			keys[i] = k.String()
		}
		b.WriteString(" WITHIN GROUP (ORDER BY " + strings.Join(keys, ", ") + ")")
	}
	return b.String()
}

// pairsState is the values and their sort keys.
func pairsState(a *Agg) []*types.Type {
	fields := []types.Field{{Name: "v", Type: a.Arg(0), Nullable: true}}
	for _, k := range a.Order {
		fields = append(fields, types.Field{Name: "k", Type: k.Child.Type(), Nullable: true})
	}
	return []*types.Type{types.ArrayOf(types.StructOf(fields...), false)}
}

// sortRows orders rows of a value and its sort keys.
func sortRows(rows []any, order []SortKey) {
	slices.SortStableFunc(rows, func(x, y any) int {
		a, b := x.(types.Row), y.(types.Row)
		for i, k := range order {
			if c := compareKeys(k, a[i+1], b[i+1]); c != 0 {
				return c
			}
		}
		return 0
	})
}

// compareKeys orders two values of a sort key.
func compareKeys(k SortKey, a, b any) int {
	if a == nil || b == nil {
		c := one(a != nil) - one(b != nil)
		if !k.NullsFirst {
			c = -c
		}
		return c
	}
	c := compareValues(k.Child.Type(), a, b)
	if k.Desc {
		return -c
	}
	return c
}

func newListagg(a *Agg) Accumulator {
	return &gathered[[]any]{agg: a, types: pairsState(a),
		update: func(_ *Context, s *[]any, args []any) error {
			if args[0] != nil {
				*s = append(*s, append(types.Row{args[0]}, args[2:]...))
			}
			return nil
		},
		merge: func(_ *Context, s *[]any, state []any) error { *s = append(*s, state[0].([]any)...); return nil },
		state: func(s *[]any) []any { return []any{list(*s)} },
		result: func(_ *Context, s *[]any) (any, error) {
			if len(*s) == 0 {
				return nil, nil
			}
			rows := slices.Clone(*s)
			sortRows(rows, a.Order)
			parts := make([]string, len(rows))
			for i, r := range rows {
				parts[i] = r.(types.Row)[0].(string)
			}
			sep, _ := a.Constant(1)
			text, _ := sep.(string)
			return strings.Join(parts, text), nil
		}}
}
