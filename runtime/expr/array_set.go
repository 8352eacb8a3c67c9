package expr

import (
	"gospark/runtime/types"
)

// Arrays as sets: elements are equal as in grouping, NULL equal to NULL and NaN to NaN.

func init() {
	family(arrayFuncs, []Function{
		{Name: "array_distinct", Sig: "array -> $1", Check: orderedElements(0), Impl: setImpl(func(s *arraySet, args [][]any) { s.addAll(args[0], nil) }),
			Doc: "The array without elements that came before.", Example: "array_distinct(array(1, 2, 3, null, 3)) = [1, 2, 3, NULL]"},
		{Name: "array_union", Sig: "array, array -> ?", Coerce: sameElements, Check: orderedElements(0),
			Ret:  setType(func(a, b bool) bool { return a || b }),
			Impl: setImpl(func(s *arraySet, args [][]any) { s.addAll(args[0], nil); s.addAll(args[1], nil) }),
			Doc:  "The elements that are in one of two arrays, each once.", Example: "array_union(array(1, 2, 3), array(1, 3, 5)) = [1, 2, 3, 5]"},
		{Name: "array_intersect", Sig: "array, array -> ?", Coerce: sameElements, Check: orderedElements(0),
			Ret: setType(func(a, b bool) bool { return a && b }),
			Impl: setImpl(func(s *arraySet, args [][]any) {
				other := s.of(args[1])
				s.addAll(args[0], func(key any) bool { return other[key] })
			}), Doc: "The elements that are in both of two arrays, each once.", Example: "array_intersect(array(1, 2, 3), array(1, 3, 5)) = [1, 3]"},
		{Name: "array_except", Sig: "array, array -> ?", Coerce: sameElements, Check: orderedElements(0),
			Ret: setType(func(a, _ bool) bool { return a }),
			Impl: setImpl(func(s *arraySet, args [][]any) {
				other := s.of(args[1])
				s.addAll(args[0], func(key any) bool { return !other[key] })
			}), Doc: "The elements of the first array that are not in the second, each once.", Example: "array_except(array(1, 2, 3), array(1, 3, 5)) = [2]"},
		{Name: "arrays_overlap", Sig: "array, array -> boolean", Coerce: sameElements, Check: orderedElements(0), Impl: overlapImpl,
			NullIf: func(args []Expr) bool {
				return anyNullable(args) || args[0].Type().Nullable || args[1].Type().Nullable
			},
			Doc: "Whether two arrays have an element in common; NULL if none is found and one has NULLs.", Example: "arrays_overlap(array(1, 2, 3), array(3, 4, 5)) = true"},
	})
}

// sameElements brings two arrays to one type of elements.
func sameElements(r *Request) error {
	text := r.Text()
	a, b := r.Args[0].Type(), r.Args[1].Type()
	if a.Kind == types.ArrayKind && b.Kind == types.ArrayKind {
		if t := types.TightestCommon(a.Elem, b.Elem); t != nil {
			if !a.Elem.Same(t) {
				r.Args[0] = Implicit(r.Args[0], types.ArrayOf(t, a.Nullable))
			}
			if !b.Elem.Same(t) {
				r.Args[1] = Implicit(r.Args[1], types.ArrayOf(t, b.Nullable))
			}
			return nil
		}
	}
	return mismatch("BINARY_ARRAY_DIFF_TYPES", text, "Input to function "+quotedID(r.Fn.Name)+` should have been two "ARRAY" with same element type, but it's [`+
		quotedType(a)+", "+quotedType(b)+"].", "functionName", quotedID(r.Fn.Name), "arrayType", `"ARRAY"`, "leftType", quotedType(a), "rightType", quotedType(b))
}

// orderedElements refuses arrays whose elements cannot be compared.
func orderedElements(i int) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		if t := args[i].Type(); t.Kind == types.ArrayKind && !t.Elem.Ordered() {
			name := text
			for k := range text {
				if text[k] == '(' {
					name = text[:k]
					break
				}
			}
			return notOrdered(text, name, t.Elem)
		}
		return nil
	}
}

func setType(null func(a, b bool) bool) func(args []Expr) *types.Type {
	return func(args []Expr) *types.Type {
		a, b := args[0].Type(), args[1].Type()
		t := types.Widen(a.Elem, b.Elem)
		if t == nil {
			t = a.Elem
		}
		return types.ArrayOf(t, null(a.Nullable, b.Nullable))
	}
}

// An arraySet collects elements in order, each once.
type arraySet struct {
	elem *types.Type
	seen map[any]bool
	out  []any
}

// nullKey stands for NULL.
type nullKey struct{}

func (s *arraySet) key(x any) any {
	if x == nil {
		return nullKey{}
	}
	return hashable(x, s.elem)
}

func (s *arraySet) of(a []any) map[any]bool {
	m := make(map[any]bool, len(a))
	for _, x := range a {
		m[s.key(x)] = true
	}
	return m
}

func (s *arraySet) addAll(a []any, want func(key any) bool) {
	for _, x := range a {
		k := s.key(x)
		if !s.seen[k] && (want == nil || want(k)) {
			s.seen[k] = true
			s.out = append(s.out, x)
		}
	}
}

func setImpl(f func(s *arraySet, args [][]any)) *Impl {
	return kernelOfRow(func(c *Call) RowFunc {
		elem := c.Arg(0).Elem
		return func(_ *Context, args []any) (any, error) {
			arrays := make([][]any, len(args))
			for i, a := range args {
				if a == nil {
					return nil, nil
				}
				arrays[i] = a.([]any)
			}
			s := &arraySet{elem: elem, seen: map[any]bool{}, out: []any{}}
			f(s, arrays)
			return s.out, nil
		}
	})
}

var overlapImpl = kernelOfRow(func(c *Call) RowFunc {
	elem := c.Arg(0).Elem
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		a, b := args[0].([]any), args[1].([]any)
		if len(a) == 0 || len(b) == 0 {
			return false, nil
		}
		s := &arraySet{elem: elem}
		in, null := s.of(a), false
		for _, y := range b {
			if y == nil {
				null = true
			} else if in[s.key(y)] {
				return true, nil
			}
		}
		if null || in[nullKey{}] {
			return nil, nil
		}
		return false, nil
	}
})
