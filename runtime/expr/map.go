package expr

import (
	"slices"
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Maps.

const mapFuncs = "map_funcs"

func init() {
	keysOf := func(args []Expr) *types.Type { return types.ArrayOf(args[0].Type().Key, false) }
	family(mapFuncs, []Function{
		{Name: "map", API: "CreateMap", Sig: "any* -> ?", Null: Never, Coerce: mapOperands, Ret: mapType, Check: madeMapKey, Impl: mapImpl,
			Doc: "A map of keys and values in turn.", Example: "map(1.0, '2', 3.0, '4') = {1.0 -> 2, 3.0 -> 4}"},
		{Name: "map_from_arrays", Sig: "array, array -> ?", Ret: func(args []Expr) *types.Type {
			return types.MapOf(args[0].Type().Elem, args[1].Type().Elem, args[1].Type().Nullable)
		}, Check: madeMapKey0, Impl: mapFromArrays, Doc: "A map of an array of keys and one of values.", Example: "map_from_arrays(array(1.0, 3.0), array('2', '4')) = {1.0 -> 2, 3.0 -> 4}"},
		{Name: "map_from_entries", Sig: "any -> ?", Check: entryStructs, NullIf: func(args []Expr) bool { return args[0].Nullable() || args[0].Type().Nullable },
			Ret: func(args []Expr) *types.Type {
				f := args[0].Type().Elem.Fields
				return types.MapOf(f[0].Type, f[1].Type, f[1].Nullable)
			}, Impl: mapFromEntries, Doc: "A map of an array of structs of a key and a value.", Example: "map_from_entries(array(struct(1, 'a'), struct(2, 'b'))) = {1 -> a, 2 -> b}"},
		{Name: "mapsort", Internal: true, Sig: "any -> $1", Impl: kernelOfRow(func(c *Call) RowFunc {
			return func(_ *Context, args []any) (any, error) { return sortedMaps(args[0], c.Typ), nil }
		})},
		{Name: "map_concat", Sig: "any* -> ?", Coerce: mapConcatOperands, Ret: mapConcatType, Impl: mapConcat,
			Doc: "The entries of several maps in one.", Example: "map_concat(map(1, 'a', 2, 'b'), map(3, 'c')) = {1 -> a, 2 -> b, 3 -> c}"},
		{Name: "map_keys", Sig: "map -> ?", Ret: keysOf, Impl: boxed(func(_ *Context, args []any) (any, error) { return args[0].(types.MapValue).Keys, nil }),
			Doc: "The keys as an array.", Example: "map_keys(map(1, 'a', 2, 'b')) = [1, 2]"},
		{Name: "map_values", Sig: "map -> ?", Ret: func(args []Expr) *types.Type { return types.ArrayOf(args[0].Type().Elem, args[0].Type().Nullable) },
			Impl: boxed(func(_ *Context, args []any) (any, error) { return args[0].(types.MapValue).Values, nil }),
			Doc:  "The values as an array.", Example: "map_values(map(1, 'a', 2, 'b')) = [a, b]"},
		{Name: "map_entries", Sig: "map -> ?", Ret: func(args []Expr) *types.Type {
			t := args[0].Type()
			return types.ArrayOf(types.StructOf(types.Field{Name: "key", Type: t.Key}, types.Field{Name: "value", Type: t.Elem, Nullable: t.Nullable}), false)
		}, Impl: boxed(func(_ *Context, args []any) (any, error) {
			m := args[0].(types.MapValue)
			out := make([]any, len(m.Keys))
			for i, k := range m.Keys {
				out[i] = types.Row{k, m.Values[i]}
			}
			return out, nil
		}), Doc: "The entries as an array of structs.", Example: "map_entries(map(1, 'a', 2, 'b')) = [{1, a}, {2, b}]"},
		{Name: "str_to_map", Exact: true, Sig: "string, string = ',', string = ':' -> ?", Ret: func([]Expr) *types.Type { return types.MapOf(types.String, types.String, true) },
			Bind: strToMap, Doc: "A map of a text of pairs; the text between pairs, and between key and value, are regular expressions.", Example: "str_to_map('a:1,b:2,c:3', ',', ':') = {a -> 1, b -> 2, c -> 3}"},
		{Name: "map_contains_key", Sig: "map, any -> boolean", Null: Always, Coerce: mapKeyLike, Bind: func(c *Call) *Impl {
			key := c.Arg(0).Key
			return boxed(func(_ *Context, args []any) (any, error) {
				for _, k := range args[0].(types.MapValue).Keys {
					if types.Equal(k, args[1], key) {
						return true, nil
					}
				}
				return false, nil
			})
		}, Doc: "Whether a map has a key.", Example: "map_contains_key(map(1, 'a', 2, 'b'), 1) = true"},
	})
}

// sortedMaps is a value whose maps have their entries by key.
func sortedMaps(v any, t *types.Type) any {
	if v == nil || !hasMap(t) {
		return v
	}
	switch t.Kind {
	case types.MapKind:
		m := v.(types.MapValue)
		order := make([]int, len(m.Keys))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, j int) int { return types.Compare(m.Keys[i], m.Keys[j], t.Key) })
		out := types.MapValue{Keys: make([]any, len(order)), Values: make([]any, len(order))}
		for i, k := range order {
			out.Keys[i], out.Values[i] = m.Keys[k], sortedMaps(m.Values[k], t.Elem)
		}
		return out
	case types.ArrayKind:
		out := slices.Clone(v.([]any))
		for i, x := range out {
			out[i] = sortedMaps(x, t.Elem)
		}
		return out
	}
	out := slices.Clone(v.(types.Row))
	for i, x := range out {
		out[i] = sortedMaps(x, t.Fields[i].Type)
	}
	return out
}

// A mapBuilder collects the entries of a map: keys must not be null nor repeat, unless the last one wins.
type mapBuilder struct {
	out  types.MapValue
	seen map[any]int
	key  *types.Type
	last bool
}

func (b *mapBuilder) start(ctx *Context, key *types.Type) {
	*b = mapBuilder{out: types.MapValue{Keys: []any{}, Values: []any{}}, seen: map[any]int{}, key: key, last: ctx.LastMapKeyWins}
}

func (b *mapBuilder) put(k, v any) error {
	if k == nil {
		return condition.New("NULL_MAP_KEY", "2200E", "Cannot use null as map key.")
	}
	switch f := k.(type) { // a map has one NaN and one zero
	case float64:
		k = f + 0
	case float32:
		k = f + 0
	}
	h := hashable(k, b.key)
	if at, ok := b.seen[h]; ok {
		if !b.last {
			text := textOf(k, b.key)
			return condition.New("DUPLICATED_MAP_KEY", "23505", "Duplicate map key %s was found, please check the input data.\n"+
				"If you want to remove the duplicated keys, you can set \"spark.sql.mapKeyDedupPolicy\" to \"LAST_WIN\" so that the key inserted at last takes precedence.", text).
				WithParam("key", text).WithParam("mapKeyDedupPolicy", `"spark.sql.mapKeyDedupPolicy"`)
		}
		b.out.Values[at] = v
		return nil
	}
	b.seen[h] = len(b.out.Keys)
	b.out.Keys, b.out.Values = append(b.out.Keys, k), append(b.out.Values, v)
	return nil
}

func (b *mapBuilder) value() types.MapValue { return b.out }

// notANumber stands for NaN, which Go finds unlike itself.
type notANumber struct{}

// hashable is a Go value that is equal for values that are equal in SQL: NaN equals itself, and -0 is 0.
func hashable(v any, t *types.Type) any {
	switch v := v.(type) {
	case float64:
		if v != v {
			return notANumber{}
		}
		return v + 0
	case float32:
		if v != v {
			return notANumber{}
		}
		return v + 0
	case []any, types.Row, types.MapValue:
		return string(appendKey(nil, v, t))
	}
	return v
}

// appendKey writes a value so that different values have different bytes.
func appendKey(b []byte, v any, t *types.Type) []byte {
	if v == nil {
		return append(b, 'n')
	}
	switch t.Kind {
	case types.ArrayKind:
		b = append(b, '[')
		for _, e := range v.([]any) {
			b = appendKey(b, e, t.Elem)
		}
		return append(b, ']')
	case types.StructKind:
		b = append(b, '{')
		for i, e := range v.(types.Row) {
			b = appendKey(b, e, t.Fields[i].Type)
		}
		return append(b, '}')
	case types.MapKind:
		m := v.(types.MapValue)
		b = append(b, '(')
		for i, k := range m.Keys {
			b = appendKey(appendKey(b, k, t.Key), m.Values[i], t.Elem)
		}
		return append(b, ')')
	case types.DoubleKind:
		v = v.(float64) + 0
	case types.FloatKind:
		v = v.(float32) + 0
	}
	s := textOf(v, t)
	b = append(b, 'v')
	b = append(b, itoa(len(s))...)
	b = append(b, ':')
	return append(b, s...)
}

// mapKeyType refuses maps as keys.
func mapKeyType(text string, key *types.Type) error {
	if hasMap(key) {
		return mismatch("INVALID_MAP_KEY_TYPE", text, "The key of map cannot be/contain "+quotedType(key)+".", "keyType", quotedType(key))
	}
	return nil
}

func madeMapKey(text string, args []Expr) error {
	if len(args) == 0 {
		return nil
	}
	return mapKeyType(text, args[0].Type())
}

func madeMapKey0(text string, args []Expr) error { return mapKeyType(text, args[0].Type().Elem) }

func mapOperands(r *Request) error {
	if n := len(r.Args); n%2 == 1 {
		return wrongCount(r.Name, "2n (n > 0)", n)
	}
	text := r.Text()
	for side, kind := range []string{"KEY", "VALUE"} {
		var es []Expr
		for i := side; i < len(r.Args); i += 2 {
			es = append(es, r.Args[i])
		}
		t := commonOf(es, types.Widen)
		if t == nil {
			word := strings.ToLower(kind) + "s"
			list := typeList(es)
			return mismatch("CREATE_MAP_"+kind+"_DIFF_TYPES", text, "The given "+word+" of function `map` should all be the same type, but they are "+list+".",
				"functionName", "`map`", "dataType", list)
		}
		for i := side; i < len(r.Args); i += 2 {
			r.Args[i] = Implicit(r.Args[i], t)
		}
	}
	return nil
}

func mapType(args []Expr) *types.Type {
	var keys, values []Expr
	for i := 0; i+1 < len(args); i += 2 {
		keys, values = append(keys, args[i]), append(values, args[i+1])
	}
	return types.MapOf(commonOf(keys, types.Widen), commonOf(values, types.Widen), anyNullable(values))
}

var mapImpl = kernelOfRow(func(c *Call) RowFunc {
	var b mapBuilder
	return func(ctx *Context, args []any) (any, error) {
		b.start(ctx, c.Typ.Key)
		for i := 0; i < len(args); i += 2 {
			if err := b.put(args[i], args[i+1]); err != nil {
				return nil, err
			}
		}
		return b.value(), nil
	}
})

var mapFromArrays = kernelOfRow(func(c *Call) RowFunc {
	return func(ctx *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		keys, values := args[0].([]any), args[1].([]any)
		if len(keys) != len(values) {
			return nil, condition.New("_LEGACY_ERROR_TEMP_2128", "", "The key array and value array of MapData must have the same length.")
		}
		var b mapBuilder
		b.start(ctx, c.Typ.Key)
		for i, k := range keys {
			if err := b.put(k, values[i]); err != nil {
				return nil, err
			}
		}
		return b.value(), nil
	}
})

func entryStructs(text string, args []Expr) error {
	t := args[0].Type()
	if t.Kind != types.ArrayKind || t.Elem.Kind != types.StructKind || len(t.Elem.Fields) != 2 {
		return unexpectedInput(text, 0, `"ARRAY" of pair "STRUCT"`, args[0])
	}
	return mapKeyType(text, t.Elem.Fields[0].Type)
}

var mapFromEntries = kernelOfRow(func(c *Call) RowFunc {
	return func(ctx *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		var b mapBuilder
		b.start(ctx, c.Typ.Key)
		for _, e := range args[0].([]any) {
			if e == nil {
				return nil, nil
			}
		}
		for _, e := range args[0].([]any) {
			if err := b.put(e.(types.Row)[0], e.(types.Row)[1]); err != nil {
				return nil, err
			}
		}
		return b.value(), nil
	}
})

func mapConcatOperands(r *Request) error {
	text := r.Text()
	t := types.Void
	for _, a := range r.Args {
		if a.Type().Kind != types.MapKind {
			list := typeList(r.Args)
			return mismatch("MAP_CONCAT_DIFF_TYPES", text, "The `map_concat` should all be of type map, but it's "+list+".", "functionName", "`map_concat`", "dataType", list)
		}
		if t = types.Widen(t, a.Type()); t == nil {
			return diffTypes(text, r.Fn.Name, typeList(r.Args))
		}
	}
	if len(r.Args) > 0 {
		r.Args = implicitAll(r.Args, t)
	}
	return nil
}

func mapConcatType(args []Expr) *types.Type {
	if len(args) == 0 {
		return types.MapOf(types.String, types.String, false)
	}
	return commonOf(args, types.Widen)
}

var mapConcat = kernelOfRow(func(c *Call) RowFunc {
	return func(ctx *Context, args []any) (any, error) {
		var b mapBuilder
		b.start(ctx, c.Typ.Key)
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		for _, a := range args {
			m := a.(types.MapValue)
			for i, k := range m.Keys {
				if err := b.put(k, m.Values[i]); err != nil {
					return nil, err
				}
			}
		}
		return b.value(), nil
	}
})

// mapKeyLike brings the keys of a map and a value to one type.
func mapKeyLike(r *Request) error {
	text := r.Text()
	m, t := r.Args[0].Type(), r.Args[1].Type()
	if m.Kind == types.MapKind && t.Kind == types.VoidKind {
		return nullType(text, r.Fn.Name)
	}
	wide := (*types.Type)(nil)
	if m.Kind == types.MapKind {
		wide = types.TightestCommon(m.Key, t)
	}
	if wide == nil {
		return mapDiffTypes(text, r.Fn.Name, r.Args)
	}
	if !m.Key.Same(wide) {
		r.Args[0] = Implicit(r.Args[0], types.MapOf(wide, m.Elem, m.Nullable))
	}
	r.Args[1] = Implicit(r.Args[1], wide)
	return nil
}

func nullType(text, function string) error {
	return mismatch("NULL_TYPE", text, "Null typed values cannot be used as arguments of "+quotedID(function)+".", "functionName", quotedID(function))
}

func mapDiffTypes(text, function string, args []Expr) error {
	a, b := quotedType(args[0].Type()), quotedType(args[1].Type())
	return mismatch("MAP_FUNCTION_DIFF_TYPES", text, "Input to "+quotedID(function)+` should have been "MAP" followed by a value with same key type, but it's [`+a+", "+b+"].",
		"functionName", quotedID(function), "dataType", `"MAP"`, "leftType", a, "rightType", b)
}

// strToMap splits by patterns: pairs from each other, and each into a key and what is behind it.
func strToMap(c *Call) *Impl {
	between, inside := compiled(c, 1, splitting), compiled(c, 2, splitting)
	return boxed(func(ctx *Context, args []any) (any, error) {
		pairs, err := between(args[1].(string))
		if err != nil {
			return nil, err
		}
		parts, err := inside(args[2].(string))
		if err != nil {
			return nil, err
		}
		var b mapBuilder
		b.start(ctx, types.String)
		for _, pair := range pairs.split(nil, args[0].(string), -1) {
			kv := parts.split(nil, pair, 2)
			var v any
			if len(kv) == 2 {
				v = kv[1]
			}
			if err := b.put(kv[0], v); err != nil {
				return nil, err
			}
		}
		return b.value(), nil
	})
}

func splitting(text string) (*javaPattern, error) {
	p, err := compilePattern(text)
	if err != nil {
		return nil, patternError("str_to_map", text)
	}
	return p, nil
}
