package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// each calls f for every position of rows, nil being 0 to n-1, until it fails.
func each(n int, rows []int32, f func(i int) error) error {
	if rows == nil {
		for i := range n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	}
	for _, r := range rows {
		if err := f(int(r)); err != nil {
			return err
		}
	}
	return nil
}

// out is the result vector of a kernel, used anew for each batch.
type out[T any] struct {
	vec   batch.Vec[T]
	valid []bool
}

// start makes room for n values, without nulls.
func (o *out[T]) start(n int) *batch.Vec[T] {
	if cap(o.vec.V) < n {
		o.vec.V = make([]T, n, max(n, min(2*n, batch.Size)))
	}
	o.vec.V, o.vec.Valid = o.vec.V[:n], nil
	return &o.vec
}

// nullable gives the vector a validity of its own: in, if there are nulls in the arguments, and true otherwise.
func (o *out[T]) nullable(in []bool) []bool {
	n := len(o.vec.V)
	if cap(o.valid) < n {
		o.valid = make([]bool, max(n, min(2*n, batch.Size)))
	}
	v := o.valid[:n]
	if in != nil {
		copy(v, in)
	} else {
		for i := range v {
			v[i] = true
		}
	}
	o.vec.Valid = v
	return v
}

// A validity holds the scratch of merging the validity of arguments.
type validity []bool

// both is where both a and b are valid, for n rows; nil if all are. It may be a or b itself.
func (s *validity) both(n int, a, b []bool) []bool {
	switch {
	case a == nil && b == nil:
		return nil
	case a == nil:
		return b[:n]
	case b == nil:
		return a[:n]
	}
	if cap(*s) < n {
		*s = make([]bool, max(n, min(2*n, batch.Size)))
	}
	v := (*s)[:n]
	a, b = a[:n], b[:n]
	for i := range v {
		v[i] = a[i] && b[i]
	}
	return v
}

// validOf is the validity slice of a vector, nil if it has no nulls.
func validOf(v batch.Vector) []bool {
	switch v := v.(type) {
	case *batch.Vec[bool]:
		return v.Valid
	case *batch.Vec[int8]:
		return v.Valid
	case *batch.Vec[int16]:
		return v.Valid
	case *batch.Vec[int32]:
		return v.Valid
	case *batch.Vec[int64]:
		return v.Valid
	case *batch.Vec[float32]:
		return v.Valid
	case *batch.Vec[float64]:
		return v.Valid
	case *batch.Vec[string]:
		return v.Valid
	case *batch.Vec[types.Decimal]:
		return v.Valid
	case *batch.Vec[types.Interval]:
		return v.Valid
	case *batch.List:
		return v.Valid
	case *batch.Map:
		return v.Valid
	case *batch.Struct:
		return v.Valid
	}
	if !v.HasNulls() {
		return nil
	}
	valid := make([]bool, v.Len())
	for i := range valid {
		valid[i] = !v.Null(i)
	}
	return valid
}

// newVector makes an empty vector of a type.
func newVector(t *types.Type, capacity int) batch.Vector {
	switch t.Kind {
	case types.VoidKind, types.BooleanKind:
		return &batch.Vec[bool]{V: make([]bool, 0, capacity)}
	case types.ByteKind:
		return &batch.Vec[int8]{V: make([]int8, 0, capacity)}
	case types.ShortKind:
		return &batch.Vec[int16]{V: make([]int16, 0, capacity)}
	case types.IntKind, types.DateKind, types.YearMonthKind:
		return &batch.Vec[int32]{V: make([]int32, 0, capacity)}
	case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
		return &batch.Vec[int64]{V: make([]int64, 0, capacity)}
	case types.FloatKind:
		return &batch.Vec[float32]{V: make([]float32, 0, capacity)}
	case types.DoubleKind:
		return &batch.Vec[float64]{V: make([]float64, 0, capacity)}
	case types.DecimalKind:
		return &batch.Vec[types.Decimal]{V: make([]types.Decimal, 0, capacity)}
	case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
		return &batch.Vec[string]{V: make([]string, 0, capacity)}
	case types.CalendarKind:
		return &batch.Vec[types.Interval]{V: make([]types.Interval, 0, capacity)}
	}
	return batch.ForType(t, capacity)
}

// repeat is a column of n times the same value.
func repeat(v any, t *types.Type, n int) batch.Vector {
	if v == nil {
		return nulls(t, n)
	}
	switch x := v.(type) {
	case bool:
		return filled(x, n)
	case int8:
		return filled(x, n)
	case int16:
		return filled(x, n)
	case int32:
		return filled(x, n)
	case int64:
		return filled(x, n)
	case float32:
		return filled(x, n)
	case float64:
		return filled(x, n)
	case string:
		return filled(x, n)
	case types.Decimal:
		return filled(x, n)
	case types.Interval:
		return filled(x, n)
	}
	w := newVector(t, n)
	for range n {
		w.AppendAny(v)
	}
	return w
}

func filled[T any](x T, n int) *batch.Vec[T] {
	v := &batch.Vec[T]{V: make([]T, n)}
	for i := range v.V {
		v.V[i] = x
	}
	return v
}

// nulls is a column of n nulls.
func nulls(t *types.Type, n int) batch.Vector {
	w := newVector(t, n)
	for range n {
		w.AppendNull()
	}
	return w
}

// slots builds a column by position, for functions that take their values from several places: at first, all positions
// are null.
type slots interface {
	reset(n int)
	// copy takes values from the same positions of src.
	copy(src batch.Vector, rows []int32)
	setAny(i int, v any)
	vector() batch.Vector
}

func newSlots(t *types.Type) slots {
	switch v := newVector(t, 0).(type) {
	case *batch.Vec[bool]:
		return &typedSlots[bool]{}
	case *batch.Vec[int8]:
		return &typedSlots[int8]{}
	case *batch.Vec[int16]:
		return &typedSlots[int16]{}
	case *batch.Vec[int32]:
		return &typedSlots[int32]{}
	case *batch.Vec[int64]:
		return &typedSlots[int64]{}
	case *batch.Vec[float32]:
		return &typedSlots[float32]{}
	case *batch.Vec[float64]:
		return &typedSlots[float64]{}
	case *batch.Vec[string]:
		return &typedSlots[string]{}
	case *batch.Vec[types.Decimal]:
		return &typedSlots[types.Decimal]{}
	case *batch.Vec[types.Interval]:
		return &typedSlots[types.Interval]{}
	default:
		return &nestedSlots{like: v}
	}
}

type typedSlots[T any] struct{ out out[T] }

func (s *typedSlots[T]) reset(n int) {
	s.out.start(n)
	clear(s.out.nullable(nil))
}

func (s *typedSlots[T]) copy(src batch.Vector, rows []int32) {
	from := src.(*batch.Vec[T])
	dst, valid := s.out.vec.V, s.out.vec.Valid
	if rows == nil {
		copy(dst, from.V)
		if from.Valid != nil {
			copy(valid, from.Valid)
			return
		}
		for i := range valid {
			valid[i] = true
		}
		return
	}
	for _, r := range rows {
		dst[r] = from.V[r]
		valid[r] = from.Valid == nil || from.Valid[r]
	}
}

func (s *typedSlots[T]) setAny(i int, v any) {
	if v == nil {
		s.out.vec.Valid[i] = false
		return
	}
	s.out.vec.V[i], s.out.vec.Valid[i] = v.(T), true
}

func (s *typedSlots[T]) vector() batch.Vector {
	for _, ok := range s.out.vec.Valid {
		if !ok {
			return &s.out.vec
		}
	}
	s.out.vec.Valid = nil
	return &s.out.vec
}

// nestedSlots remembers where each value is, and gathers them in the end.
type nestedSlots struct {
	like  batch.Vector
	place []int32 // 0 null, 1 boxed, 2+k position in srcs[k]
	boxed []any
	srcs  []batch.Vector
}

func (s *nestedSlots) reset(n int) {
	if cap(s.place) < n {
		s.place, s.boxed = make([]int32, n), make([]any, n)
	}
	s.place, s.boxed, s.srcs = s.place[:n], s.boxed[:n], s.srcs[:0]
	clear(s.place)
	clear(s.boxed)
}

func (s *nestedSlots) copy(src batch.Vector, rows []int32) {
	s.srcs = append(s.srcs, src)
	k := int32(len(s.srcs) + 1)
	_ = each(len(s.place), rows, func(i int) error { s.place[i] = k; return nil })
}

func (s *nestedSlots) setAny(i int, v any) {
	s.place[i], s.boxed[i] = 1, v
	if v == nil {
		s.place[i] = 0
	}
}

func (s *nestedSlots) vector() batch.Vector {
	v := s.like.Like(len(s.place))
	var run []int32
	for i := 0; i < len(s.place); {
		switch k := s.place[i]; k {
		case 0:
			v.AppendNull()
			i++
		case 1:
			v.AppendAny(s.boxed[i])
			i++
		default:
			run = run[:0]
			for ; i < len(s.place) && s.place[i] == k; i++ {
				run = append(run, int32(i))
			}
			v.Append(s.srcs[k-2], run)
		}
	}
	return v
}
