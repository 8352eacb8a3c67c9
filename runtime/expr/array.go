package expr

import (
	"slices"
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Arrays: construction, elements, search, change. Sets are in array_set.go, sorting in array_sort.go, sequences in
// array_sequence.go.

const arrayFuncs = "array_funcs"

func init() {
	elem := func(args []Expr) *types.Type { return args[0].Type().Elem }
	family(arrayFuncs, []Function{
		{Name: "array", Sig: "any* -> ?", Null: Never, Coerce: arrayOperands, Ret: arrayType, Impl: arrayImpl,
			Doc: "An array of the arguments.", Example: "array(1, 2, 3) = [1, 2, 3]"},
		{Name: "array_contains", Sig: "array, any -> boolean", Coerce: elementLike(true), Impl: arrayContains,
			NullIf: func(args []Expr) bool { return anyNullable(args) || args[0].Type().Nullable },
			Doc:    "Whether an array has an element; NULL if it is not found and there are NULLs.", Example: "array_contains(array(1, 2, 3), 2) = true"},
		{Name: "array_position", Sig: "array, any -> bigint", Coerce: elementLike(false), Impl: arrayPosition,
			Doc: "The index of the first element that equals a value, counted from 1; 0 if there is none.", Example: "array_position(array(312, 773, 708, 708), 708) = 3"},
		{Name: "array_remove", Sig: "array, any -> $1", Coerce: elementLike(false), Impl: arrayRemove,
			Doc: "The array without the elements that equal a value.", Example: "array_remove(array(1, 2, 3, null, 3), 3) = [1, 2, NULL]"},
		{Name: "array_append", Sig: "array, any -> ?", Coerce: elementLike(false), Ret: withElement, NullIf: firstNullable,
			Impl: withNulls(func(a []any, x any) []any { return append(a[:len(a):len(a)], x) }), Doc: "The array with a value at its end.", Example: "array_append(array('b', 'd', 'c', 'a'), 'd') = [b, d, c, a, d]"},
		{Name: "array_prepend", Sig: "array, any -> ?", Coerce: elementLike(false), Ret: withElement, NullIf: firstNullable,
			Impl: withNulls(func(a []any, x any) []any { return append([]any{x}, a...) }), Doc: "The array with a value at its beginning.", Example: "array_prepend(array('b', 'd', 'c', 'a'), 'd') = [d, b, d, c, a]"},
		{Name: "array_insert", Sig: "array, int, any -> ?", Coerce: insertedLike, NullIf: func(args []Expr) bool { return anyNullable(args[:2]) },
			Ret:  func(args []Expr) *types.Type { return types.ArrayOf(elem(args), true) },
			Impl: boxedNulls(arrayInsert), Doc: "The array with a value at an index, counted from 1, or from the end if it is negative.", Example: "array_insert(array(1, 2, 3, 4), 5, 5) = [1, 2, 3, 4, 5]"},
		{Name: "array_repeat", Sig: "any, int -> ?", NullIf: func(args []Expr) bool { return args[1].Nullable() },
			Ret: func(args []Expr) *types.Type { return types.ArrayOf(args[0].Type(), args[0].Nullable()) },
			Impl: boxedNulls(func(_ *Context, args []any) (any, error) {
				if args[1] == nil {
					return nil, nil
				}
				n := max(0, int(args[1].(int32)))
				if err := room("array_repeat", int64(n), tooManyByCount); err != nil {
					return nil, err
				}
				out := make([]any, n)
				for i := range out {
					out[i] = args[0]
				}
				return out, nil
			}), Doc: "An array of a value a number of times.", Example: "array_repeat('123', 2) = [123, 123]"},
		{Name: "array_compact", Sig: "array -> ?", Ret: func(args []Expr) *types.Type { return types.ArrayOf(elem(args), false) },
			Impl: boxed(func(_ *Context, args []any) (any, error) {
				out := []any{}
				for _, x := range args[0].([]any) {
					if x != nil {
						out = append(out, x)
					}
				}
				return out, nil
			}), Doc: "The array without NULLs.", Example: "array_compact(array(1, 2, 3, null)) = [1, 2, 3]"},
		{Name: "array_join", Sig: "array<string>, string, string? -> string", Coerce: joinTexts, Impl: boxed(func(_ *Context, args []any) (any, error) {
			var parts []string
			for _, x := range args[0].([]any) {
				switch {
				case x != nil:
					parts = append(parts, x.(string))
				case len(args) == 3:
					parts = append(parts, args[2].(string))
				}
			}
			return strings.Join(parts, args[1].(string)), nil
		}), Doc: "The elements as one string with a separator; NULLs are left out, unless there is a text for them.", Example: "array_join(array('hello', 'world'), ' ') = hello world"},
		{Name: "slice", Sig: "array, int, int -> $1", Impl: boxed(slice),
			Doc: "A number of elements from an index on, counted from 1, or from the end if it is negative.", Example: "slice(array(1, 2, 3, 4), 2, 2) = [2, 3]"},
		{Name: "flatten", Sig: "any -> ?", Check: arraysInside, NullIf: func(args []Expr) bool { return args[0].Nullable() || args[0].Type().Nullable }, Ret: elem,
			Impl: boxed(func(_ *Context, args []any) (any, error) {
				n := int64(0)
				for _, x := range args[0].([]any) {
					if x == nil {
						return nil, nil
					}
					n += int64(len(x.([]any)))
				}
				if err := room("flatten", n, tooManyMade); err != nil {
					return nil, err
				}
				out := make([]any, 0, n)
				for _, x := range args[0].([]any) {
					out = append(out, x.([]any)...)
				}
				return out, nil
			}), Doc: "The elements of the arrays in an array.", Example: "flatten(array(array(1, 2), array(3, 4))) = [1, 2, 3, 4]"},
		{Name: "arrays_zip", Sig: "array* -> ?", Ret: zippedType, Impl: boxed(func(_ *Context, args []any) (any, error) {
			n := 0
			for _, a := range args {
				n = max(n, len(a.([]any)))
			}
			out := make([]any, n)
			for i := range out {
				row := make(types.Row, len(args))
				for k, a := range args {
					row[k] = elementAt(a.([]any), i)
				}
				out[i] = row
			}
			return out, nil
		}), Doc: "An array of structs of the elements of several arrays at each index.", Example: "arrays_zip(array(1, 2, 3), array(2, 3, 4)) = [{1, 2}, {2, 3}, {3, 4}]"},
		{Name: "array_size", Sig: "array -> int", Impl: sizeImpl, Doc: "The number of elements.", Example: "array_size(array('b', 'd', 'c', 'a')) = 4"},
		{Name: "reverse", Sig: "string|binary|array -> $1", Bind: func(c *Call) *Impl {
			if c.Arg(0).Kind == types.BinaryKind {
				return fn1(reverseBytes)
			}
			if c.Arg(0).Kind != types.ArrayKind {
				return fn1(reverseText)
			}
			return boxed(func(_ *Context, args []any) (any, error) {
				a := args[0].([]any)
				out := make([]any, len(a))
				for i, x := range a {
					out[len(a)-1-i] = x
				}
				return out, nil
			})
		}, Doc: "The text, or the array, backwards.", Example: "reverse('Spark SQL') = LQS krapS"},
		{Name: "get", Sig: "array!, int -> ?", Ret: elem, NullIf: itemNullable(0, true), Impl: arrayItem(0, true, nil),
			Doc: "The element at an index, counted from 0; NULL where there is none.", Example: "get(array(1, 2, 3), 0) = 1"},
	})
	family("collection_funcs", []Function{
		{Name: "size", Aliases: []string{"cardinality"}, Sig: "array|map -> int", Impl: sizeImpl, Doc: "The number of elements, or of entries.", Example: "size(array('b', 'd', 'c', 'a')) = 4"},
		{Name: "element_at", Sig: "any, any -> ?", Coerce: elementKey, Make: nullInLegacy, Ret: elem, NullIf: itemNullable(1, false), Bind: elementAtImpl(false),
			Doc: "The element at an index, counted from 1, or from the end if it is negative; or the value of a key of a map.", Example: "element_at(array(1, 2, 3), 2) = 2"},
		{Name: "try_element_at", Sig: "any, any -> ?", Coerce: elementKey, Ret: elem, NullIf: itemNullable(1, true), Bind: elementAtImpl(true),
			Doc: "element_at, and NULL for an index where there is no element.", Example: "try_element_at(array(1, 2, 3), 4) = NULL"},
	})
}

func reverseBytes(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

func arrayOperands(r *Request) error {
	t := commonOf(r.Args, types.Widen)
	if t == nil {
		return diffTypes(r.Text(), r.Fn.Name, typeListOr(r.Args))
	}
	r.Args = implicitAll(r.Args, t)
	return nil
}

func arrayType(args []Expr) *types.Type {
	return types.ArrayOf(commonOf(args, types.Widen), anyNullable(args))
}

// arrayImpl interleaves the columns of the arguments.
var arrayImpl = kernelImpl(func(c *Call) Kernel {
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		items := batch.ForType(c.Typ.Elem, n*len(args))
		out := batch.NewList(items, n)
		asked := askedFor(n, rows)
		var one [1]int32
		for i := range n {
			if asked == nil || asked[i] {
				one[0] = int32(i)
				for _, a := range args {
					items.Append(a, one[:])
				}
			}
			out.Close()
		}
		return out, nil
	}
}, func(*Call) RowFunc {
	return func(_ *Context, args []any) (any, error) { return append([]any{}, args...), nil }
})

// elementLike brings the elements of an array and a value to one type. A search needs a type that can be compared, and a
// value of some type.
func elementLike(strict bool) func(r *Request) error {
	return func(r *Request) error {
		text := r.Text()
		a, x := r.Args[0].Type(), r.Args[1].Type()
		if strict && (a.Kind == types.VoidKind || x.Kind == types.VoidKind) || r.Fn.Name == "array_position" && a.Kind == types.VoidKind {
			return nullType(text, r.Fn.Name)
		}
		if a.Kind == types.VoidKind && r.Fn.Name == "array_remove" {
			r.Args[0] = NullOf(types.ArrayOf(x, true))
			return nil
		}
		if a.Kind != types.ArrayKind && r.Fn.Name != "array_remove" {
			return unexpectedInput(text, 0, quoted("ARRAY"), r.Args[0])
		}
		var t *types.Type
		if a.Kind == types.ArrayKind {
			t = types.TightestCommon(a.Elem, x)
		}
		if t == nil {
			return arrayDiffTypes(text, r.Fn.Name, r.Args)
		}
		if adds := r.Fn.Name == "array_append" || r.Fn.Name == "array_prepend"; !adds && !t.Ordered() {
			return notOrdered(text, r.Fn.Name, t)
		}
		if !a.Elem.Same(t) {
			r.Args[0] = Implicit(r.Args[0], types.ArrayOf(t, a.Nullable))
		}
		r.Args[1] = Implicit(r.Args[1], t)
		return nil
	}
}

func arrayDiffTypes(text, function string, args []Expr) error {
	a, b := quotedType(args[0].Type()), quotedType(args[len(args)-1].Type())
	return mismatch("ARRAY_FUNCTION_DIFF_TYPES", text, "Input to "+quotedID(function)+` should have been "ARRAY" followed by a value with same element type, but it's [`+a+", "+b+"].",
		"functionName", quotedID(function), "dataType", `"ARRAY"`, "leftType", a, "rightType", b)
}

func withElement(args []Expr) *types.Type {
	t := args[0].Type()
	return types.ArrayOf(t.Elem, t.Nullable || args[1].Nullable())
}

func withNulls(f func(a []any, x any) []any) *Impl {
	return boxedNulls(func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		return f(args[0].([]any), args[1]), nil
	})
}

var arrayContains = kernelImpl(func(c *Call) Kernel {
	var o out[bool]
	t := c.Arg(1)
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		l, x := args[0].(*batch.List), args[1]
		z := o.start(n)
		valid := o.nullable(nil)
		find := finder(l.Items, x, t)
		nulls := l.Items.HasNulls()
		return z, each(n, rows, func(i int) error {
			z.V[i], valid[i] = false, !l.Null(i) && !x.Null(i)
			if !valid[i] {
				return nil
			}
			lo, hi := l.Span(i)
			z.V[i] = find(lo, hi, i) >= 0
			for j := lo; nulls && !z.V[i] && j < hi; j++ {
				if l.Items.Null(j) {
					valid[i] = false
				}
			}
			return nil
		})
	}
}, func(c *Call) RowFunc {
	t := c.Arg(1)
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		var result any = false
		for _, y := range args[0].([]any) {
			if y == nil {
				result = nil
			} else if types.Equal(args[1], y, t) {
				return true, nil
			}
		}
		return result, nil
	}
})

var arrayPosition = kernelOfRow(func(c *Call) RowFunc {
	t := c.Arg(1)
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		for i, y := range args[0].([]any) {
			if y != nil && types.Equal(args[1], y, t) {
				return int64(i + 1), nil
			}
		}
		return int64(0), nil
	}
})

var arrayRemove = kernelOfRow(func(c *Call) RowFunc {
	t := c.Arg(1)
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		out := []any{}
		for _, y := range args[0].([]any) {
			if y == nil || !types.Equal(args[1], y, t) {
				out = append(out, y)
			}
		}
		return out, nil
	}
})

func insertedLike(r *Request) error {
	text := r.Text()
	a, x := r.Args[0].Type(), r.Args[2].Type()
	if a.Kind != types.ArrayKind {
		return arrayDiffTypes(text, r.Fn.Name, r.Args)
	}
	t := types.TightestCommon(a.Elem, x)
	if t == nil {
		return arrayDiffTypes(text, r.Fn.Name, r.Args)
	}
	if !a.Elem.Same(t) {
		r.Args[0] = Implicit(r.Args[0], types.ArrayOf(t, a.Nullable))
	}
	r.Args[2] = Implicit(r.Args[2], t)
	return nil
}

func arrayInsert(_ *Context, args []any) (any, error) {
	if args[0] == nil || args[1] == nil {
		return nil, nil
	}
	a, at := args[0].([]any), int64(args[1].(int32))
	n := int64(len(a))
	if err := room("array_insert", max(at, -at, n+1), tooManyMade); err != nil {
		return nil, err
	}
	var out []any
	switch {
	case at == 0:
		return nil, indexOfZero()
	case at > n:
		out = append(append(out, a...), make([]any, at-1-n)...)
		return append(out, args[2]), nil
	case at > 0:
		out = append(append(out, a[:at-1]...), args[2])
		return append(out, a[at-1:]...), nil
	case -at > n+1:
		out = append([]any{args[2]}, make([]any, -at-1-n)...)
		return append(out, a...), nil
	}
	at += n + 1
	out = append(append(out, a[:at]...), args[2])
	return append(out, a[at:]...), nil
}

func slice(_ *Context, args []any) (any, error) {
	a, start, n := args[0].([]any), int(args[1].(int32)), int(args[2].(int32))
	switch {
	case start == 0:
		return nil, invalidParameter("START", "slice", "start", "Expects a positive or a negative value for `start`, but got 0.")
	case n < 0:
		return nil, invalidParameter("LENGTH", "slice", "length", "Expects `length` greater than or equal to 0, but got "+strconv.Itoa(n)+".", "length", strconv.Itoa(n))
	case start < 0:
		start += len(a)
	default:
		start--
	}
	if start < 0 || start >= len(a) {
		return []any{}, nil
	}
	return a[start:min(len(a), start+n)], nil
}

func arraysInside(text string, args []Expr) error {
	if t := args[0].Type(); t.Kind != types.ArrayKind || t.Elem.Kind != types.ArrayKind {
		return unexpectedInput(text, 0, `"ARRAY" of "ARRAY"`, args[0])
	}
	return nil
}

func zippedType(args []Expr) *types.Type {
	t := types.StructOf()
	for i, a := range args {
		name := ownName(a)
		if name == "" {
			name = strconv.Itoa(i)
		}
		t.Fields = append(t.Fields, types.Field{Name: name, Type: a.Type().Elem, Nullable: true})
	}
	return types.ArrayOf(t, false)
}

// joinTexts wants texts behind the array: nothing else is made one.
func joinTexts(r *Request) error {
	text := r.Text()
	for i, a := range r.Args[1:] {
		if t := a.Type(); !t.Text() && t.Kind != types.VoidKind {
			return unexpectedInput(text, i+1, quoted("STRING"), a)
		}
	}
	return nil
}

func reverseText(s string) string {
	rs := []rune(s)
	for i, j := 0, len(rs)-1; i < j; i, j = i+1, j-1 {
		rs[i], rs[j] = rs[j], rs[i]
	}
	return string(rs)
}

// sizeImpl is the number of elements; of NULL it is NULL, or -1 with ANSI mode off.
var sizeImpl = kernelImpl(func(c *Call) Kernel {
	var o out[int32]
	minus := c.Legacy && c.Fn.Name == "size"
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		l := args[0].(spans)
		z := o.start(n)
		if !minus {
			z.Valid = validCopy(l, n)
		}
		return z, each(n, rows, func(i int) error {
			if l.Null(i) {
				z.V[i] = -1
				return nil
			}
			lo, hi := l.Span(i)
			z.V[i] = int32(hi - lo)
			return nil
		})
	}
}, func(c *Call) RowFunc {
	minus := c.Legacy && c.Fn.Name == "size"
	return func(_ *Context, args []any) (any, error) {
		switch a := args[0].(type) {
		case []any:
			return int32(len(a)), nil
		case types.MapValue:
			return int32(len(a.Keys)), nil
		}
		if minus {
			return int32(-1), nil
		}
		return nil, nil
	}
})

// elementKey converts the second argument of element_at to an index, or to a key.
func elementKey(r *Request) error {
	text := r.Text()
	c, k := r.Args[0].Type(), r.Args[1].Type()
	switch c.Kind {
	case types.ArrayKind:
		if k.Integral() && k.Kind != types.LongKind {
			r.Args[1] = Implicit(r.Args[1], types.Int)
			return nil
		}
		return unexpectedInput(strings.TrimPrefix(text, "try_"), 1, quoted("INT"), r.Args[1])
	case types.MapKind:
		t := types.TightestCommon(c.Key, k)
		if t == nil {
			return mapDiffTypes(text, r.Fn.Name, r.Args)
		}
		if !c.Key.Same(t) {
			r.Args[0] = Implicit(r.Args[0], types.MapOf(t, c.Elem, c.Nullable))
		}
		r.Args[1] = Implicit(r.Args[1], t)
		return nil
	}
	return unexpectedInput(text, 0, typeChoice([]string{"ARRAY", "MAP"}), r.Args[0])
}

func elementAtImpl(quiet bool) func(c *Call) *Impl {
	array := arrayItem(1, quiet, func(i int64, n int) *condition.Error {
		return condition.New("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "22003", "The index %d is out of bounds. The array has %d elements. "+
			"Use `try_element_at` to tolerate accessing element at invalid index and return NULL instead.", i, n).
			WithParam("indexValue", strconv.FormatInt(i, 10)).WithParam("arraySize", strconv.Itoa(n))
	})
	return func(c *Call) *Impl {
		if c.Arg(0).Kind == types.MapKind {
			return mapItem
		}
		return array
	}
}
