package expr

import (
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Access to parts: s.field, a[0], m['key'], and a field of all structs in an array.

func init() {
	access := func(c *Call) string { return c.Args[0].String() + "." + c.Args[2].(*Lit).Value.(string) }
	index := func(c *Call) string { return c.Args[0].String() + "[" + c.Args[1].String() + "]" }
	family(structFuncs, []Function{
		{Name: "getstructfield", Internal: true, Sig: "struct, int, string -> ?", Text: access,
			Ret: func(args []Expr) *types.Type { return fieldAt(args, args[0].Type()).Type },
			NullIf: func(args []Expr) bool {
				return args[0].Nullable() || fieldAt(args, args[0].Type()).Nullable
			}, Impl: structField},
		{Name: "getarraystructfields", Internal: true, Sig: "array, int, string -> ?", Text: access,
			Ret: func(args []Expr) *types.Type {
				t := args[0].Type()
				f := fieldAt(args, t.Elem)
				return types.ArrayOf(f.Type, t.Nullable || f.Nullable)
			}, Impl: structFields},
		{Name: "getarrayitem", Internal: true, Exact: true, Sig: "array, integral -> ?", Text: index,
			Ret: func(args []Expr) *types.Type { return args[0].Type().Elem }, NullIf: itemNullable(0, false), Make: nullInLegacy, Impl: arrayItem(0, false, invalidArrayIndex)},
		{Name: "getmapvalue", Internal: true, Sig: "map, any -> ?", Text: index, Coerce: mapKeyOperand,
			Ret: func(args []Expr) *types.Type { return args[0].Type().Elem }, Null: Always, Impl: mapItem},
	})
}

// fieldAt is the field that a call of getstructfield is about; t is the type of the struct.
func fieldAt(args []Expr, t *types.Type) types.Field { return t.Fields[args[1].(*Lit).Value.(int32)] }

// Extract is a part of a value: a field of a struct, or of all structs in an array, by a constant name; an element of an
// array, counted from 0; the value of a key of a map.
func Extract(child, part Expr, o Options) (Expr, error) {
	t := child.Type()
	name, named := "", false
	if l, ok := plain(part).(*Lit); ok && l.Typ.Text() {
		name, named = l.Value.(string)
	}
	switch {
	case t.Kind == types.StructKind && named, t.Kind == types.ArrayKind && t.Elem.Kind == types.StructKind && named:
		s := t
		if t.Kind == types.ArrayKind {
			s = t.Elem
		}
		i, err := findField(s, name)
		if err != nil {
			return nil, err
		}
		return fieldOf(child, i, name, o)
	case t.Kind == types.StructKind:
		return nil, condition.New("INVALID_EXTRACT_FIELD_TYPE", "42000",
			"Field name should be a non-null string literal, but it's %s.", quoted(part.String())).WithParam("extraction", quoted(part.String()))
	case t.Kind == types.ArrayKind:
		return Resolve("getarrayitem", []Expr{child, part}, o)
	case t.Kind == types.MapKind:
		return Resolve("getmapvalue", []Expr{child, part}, o)
	}
	return nil, condition.New("INVALID_EXTRACT_BASE_FIELD_TYPE", "42000",
		"Can't extract a value from %s. Need a complex type [STRUCT, ARRAY, MAP] but got %s.", quoted(child.String()), quotedType(t)).
		WithParam("base", quoted(child.String())).WithParam("other", quotedType(t))
}

func findField(t *types.Type, name string) (int, error) {
	found, count := -1, 0
	for i, f := range t.Fields {
		if strings.EqualFold(f.Name, name) {
			found = i
			count++
		}
	}
	switch count {
	case 0:
		return -1, fieldNotFound(name, t)
	case 1:
		return found, nil
	}
	return -1, condition.New("AMBIGUOUS_REFERENCE_TO_FIELDS", "42000",
		"Ambiguous reference to the field %s. It appears %d times in the schema.", quotedID(name), count).
		WithParam("field", quotedID(name)).WithParam("count", strconv.Itoa(count))
}

// FieldAt is the i-th field of a struct, whatever others are called.
func FieldAt(child Expr, i int, o Options) (Expr, error) {
	return fieldOf(child, i, child.Type().Fields[i].Name, o)
}

// fieldOf is the i-th field of a struct, or of the structs of an array; name is what the user called it.
func fieldOf(child Expr, i int, name string, o Options) (Expr, error) {
	f := "getstructfield"
	if child.Type().Kind == types.ArrayKind {
		f = "getarraystructfields"
	}
	return Resolve(f, []Expr{child, IntLit(int32(i)), StringLit(name)}, o)
}

// structField is the field's own column: in a struct that is null the fields are null.
var structField = kernelImpl(func(c *Call) Kernel {
	i := int(c.Args[1].(*Lit).Value.(int32))
	return func(_ *Context, _ int, _ []int32, args []batch.Vector) (batch.Vector, error) {
		return args[0].(*batch.Struct).Fields[i], nil
	}
}, func(c *Call) RowFunc {
	i := int(c.Args[1].(*Lit).Value.(int32))
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		return args[0].(types.Row)[i], nil
	}
})

var structFields = kernelImpl(func(c *Call) Kernel {
	i := int(c.Args[1].(*Lit).Value.(int32))
	return func(_ *Context, _ int, _ []int32, args []batch.Vector) (batch.Vector, error) {
		l := args[0].(*batch.List)
		return &batch.List{Offsets: l.Offsets, Items: l.Items.(*batch.Struct).Fields[i], Valid: l.Valid}, nil
	}
}, func(c *Call) RowFunc {
	i := int(c.Args[1].(*Lit).Value.(int32))
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		var out []any
		for _, s := range args[0].([]any) {
			if s == nil {
				out = append(out, nil)
				continue
			}
			out = append(out, s.(types.Row)[i])
		}
		return out, nil
	}
})

// itemNullable says whether an element may be null: unless it is known to be one of the elements written in the call.
// base is the index of the first element; quiet that a wrong index yields NULL.
func itemNullable(base int, quiet bool) func(args []Expr) bool {
	return func(args []Expr) bool {
		made, ok := plain(args[0]).(*Call)
		at, isLit := args[1].(*Lit)
		if !ok || made.Fn.Name != "array" || !isLit || at.Value == nil || !at.Typ.Integral() {
			return true
		}
		i := wholeValue(at.Value) - int64(base)
		if base == 1 && i < 0 {
			i += int64(len(made.Args)) + 1
		}
		if i < 0 || i >= int64(len(made.Args)) {
			return quiet
		}
		return made.Args[i].Nullable()
	}
}

// nullInLegacy is for functions that yield NULL instead of an error with ANSI mode off.
func nullInLegacy(r *Request) (Expr, error) {
	e, err := r.build()
	if c, ok := e.(*Call); ok && r.Legacy {
		c.Null = true
	}
	return e, err
}

func invalidArrayIndex(i int64, n int) *condition.Error {
	return condition.New("INVALID_ARRAY_INDEX", "22003", "The index %d is out of bounds. The array has %d elements. "+
		"Use the SQL function `get()` to tolerate accessing element at invalid index and return NULL instead.", i, n).
		WithParam("indexValue", strconv.FormatInt(i, 10)).WithParam("arraySize", strconv.Itoa(n))
}

// arrayItem is the element at an index that counts from base; from base 1, negative ones count from the end. A wrong
// index is the error of invalid, or NULL if the function is quiet or ANSI mode is off.
func arrayItem(base int64, quiet bool, invalid func(i int64, n int) *condition.Error) *Impl {
	// place is where in an array of n elements an index points; ok is false for no element.
	place := func(i int64, n int) (int, bool, error) {
		at := i - base
		if base == 1 && i <= 0 {
			if i == 0 {
				return 0, false, indexOfZero()
			}
			at = i + int64(n)
		}
		return int(at), at >= 0 && at < int64(n), nil
	}
	return kernelImpl(func(c *Call) Kernel {
		quiet := quiet || c.Legacy
		var at []int32
		return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
			l, index := args[0].(*batch.List), args[1]
			at = slicesOf(at, n, -1)
			err := each(n, rows, func(i int) error {
				if l.Null(i) || index.Null(i) {
					return nil
				}
				lo, hi := l.Span(i)
				k := wholeAt(index, i)
				p, ok, err := place(k, hi-lo)
				switch {
				case err != nil:
					return err
				case ok:
					at[i] = int32(lo + p)
				case !quiet:
					return invalid(k, hi-lo)
				}
				return nil
			})
			return gather(l.Items, at), err
		}
	}, func(c *Call) RowFunc {
		quiet := quiet || c.Legacy
		return func(_ *Context, args []any) (any, error) {
			if args[0] == nil || args[1] == nil {
				return nil, nil
			}
			l, k := args[0].([]any), wholeValue(args[1])
			p, ok, err := place(k, len(l))
			switch {
			case err != nil:
				return nil, err
			case ok:
				return l[p], nil
			case !quiet:
				return nil, invalid(k, len(l))
			}
			return nil, nil
		}
	})
}

func indexOfZero() *condition.Error {
	return condition.New("INVALID_INDEX_OF_ZERO", "22003",
		"The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).")
}

// wholeAt is the i-th value of a column of whole numbers.
func wholeAt(v batch.Vector, i int) int64 {
	switch v := v.(type) {
	case *batch.Vec[int32]:
		return int64(v.V[i])
	case *batch.Vec[int64]:
		return v.V[i]
	}
	return wholeValue(v.Any(i))
}

// slicesOf is a slice of n times x, in the room of s if it has enough.
func slicesOf(s []int32, n int, x int32) []int32 {
	if cap(s) < n {
		s = make([]int32, n)
	}
	s = s[:n]
	for i := range s {
		s[i] = x
	}
	return s
}

// gather is a column of the values of src at positions, null where a position is negative.
func gather(src batch.Vector, at []int32) batch.Vector {
	out := src.Like(len(at))
	for i := 0; i < len(at); {
		j := i
		for j < len(at) && at[j] >= 0 {
			j++
		}
		if j > i {
			out.Append(src, at[i:j])
		}
		for ; j < len(at) && at[j] < 0; j++ {
			out.AppendNull()
		}
		i = j
	}
	return out
}

// mapKeyOperand converts the second argument to the type of the map's keys.
func mapKeyOperand(r *Request) error {
	text := r.Text()
	m := r.Args[0].Type()
	if m.Kind != types.MapKind {
		return nil
	}
	t := r.Args[1].Type()
	if t.Kind != m.Key.Kind && types.ImplicitCast(t, m.Key) == nil {
		return unexpectedInput(text, 1, quotedType(m.Key), r.Args[1])
	}
	r.Args[1] = Implicit(r.Args[1], m.Key)
	return nil
}

// mapItem is the value of a key, NULL if there is none.
var mapItem = kernelImpl(func(c *Call) Kernel {
	key := c.Arg(0).Key
	var at []int32
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		m, want := args[0].(*batch.Map), args[1]
		at = slicesOf(at, n, -1)
		find := finder(m.Keys, want, key)
		_ = each(n, rows, func(i int) error {
			if !m.Null(i) && !want.Null(i) {
				lo, hi := m.Span(i)
				at[i] = find(lo, hi, i)
			}
			return nil
		})
		return gather(m.Items, at), nil
	}
}, func(c *Call) RowFunc {
	key := c.Arg(0).Key
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		m := args[0].(types.MapValue)
		for i, k := range m.Keys {
			if types.Equal(k, args[1], key) {
				return m.Values[i], nil
			}
		}
		return nil, nil
	}
})

// finder looks for the i-th value of want between two positions of parts; -1 if it is not there.
func finder(parts, want batch.Vector, t *types.Type) func(lo, hi, i int) int32 {
	switch p := parts.(type) {
	case *batch.Vec[string]:
		return findIn(p, want.(*batch.Vec[string]))
	case *batch.Vec[int32]:
		return findIn(p, want.(*batch.Vec[int32]))
	case *batch.Vec[int64]:
		return findIn(p, want.(*batch.Vec[int64]))
	}
	return func(lo, hi, i int) int32 {
		x := want.Any(i)
		for j := lo; j < hi; j++ {
			if y := parts.Any(j); y != nil && types.Equal(x, y, t) {
				return int32(j)
			}
		}
		return -1
	}
}

func findIn[T comparable](parts, want *batch.Vec[T]) func(lo, hi, i int) int32 {
	return func(lo, hi, i int) int32 {
		x := want.V[i]
		for j := lo; j < hi; j++ {
			if parts.V[j] == x && !parts.Null(j) {
				return int32(j)
			}
		}
		return -1
	}
}
