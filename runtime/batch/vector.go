package batch

import (
	"reflect"
	"slices"
)

// A Vector is one column. Positions are positions in the column; a nil rows argument means all of them.
//
// Append and AppendAny need a vector of the same element type; AppendAny takes nil for a null.
// Hash folds the hash of row rows[i] into h[i] (so several columns make one key) and is the same in every process.
type Vector interface {
	Len() int
	Elem() reflect.Type
	Null(i int) bool
	HasNulls() bool
	Any(i int) any         // boxed, for the edges; nil when null
	Values() reflect.Value // the underlying slice
	Like(capacity int) Vector
	View(lo, hi int) Vector
	Append(src Vector, rows []int32)
	AppendAny(v any)
	AppendNull()
	Reset()
	Hash(rows []int32, h []uint64)
	Equal(i int, o Vector, j int) bool // two nulls are equal: the equality of grouping
}

// Vec is the vector of a Go type known at compile time. Valid is nil when there is no null.
type Vec[T any] struct {
	V     []T
	Valid []bool
}

var _ Vector = (*Vec[string])(nil)

// VecOf wraps a finished slice.
func VecOf[T any](v []T) *Vec[T] { return &Vec[T]{V: v} }

func (v *Vec[T]) Len() int           { return len(v.V) }
func (v *Vec[T]) Elem() reflect.Type { return reflect.TypeFor[T]() }
func (v *Vec[T]) Null(i int) bool    { return v.Valid != nil && !v.Valid[i] }
func (v *Vec[T]) HasNulls() bool     { return v.Valid != nil }

func (v *Vec[T]) Any(i int) any {
	if v.Null(i) {
		return nil
	}
	return v.V[i]
}

func (v *Vec[T]) Values() reflect.Value { return reflect.ValueOf(v.V) }

func (v *Vec[T]) Like(capacity int) Vector { return &Vec[T]{V: make([]T, 0, capacity)} }

func (v *Vec[T]) View(lo, hi int) Vector {
	w := &Vec[T]{V: v.V[lo:hi:hi]}
	if v.Valid != nil {
		w.Valid = v.Valid[lo:hi:hi]
	}
	return w
}

func (v *Vec[T]) Reset() { v.V, v.Valid = v.V[:0], nil }

func (v *Vec[T]) Append(src Vector, rows []int32) {
	s := src.(*Vec[T])
	if v.Valid != nil || s.Valid != nil {
		v.appendValid(s, rows)
	}
	if rows == nil {
		if n := len(s.V); n > cap(v.V)-len(v.V) { // by half again, as append does, would copy large columns too often
			v.V = slices.Grow(v.V, max(n, len(v.V)))
		}
		v.V = append(v.V, s.V...)
		return
	}
	n := len(v.V)
	v.V = growTo(v.V, n+len(rows))
	out, in := v.V[n:], s.V
	for k, r := range rows {
		out[k] = in[r]
	}
}

func (v *Vec[T]) appendValid(s *Vec[T], rows []int32) {
	n := len(v.V)
	if v.Valid == nil {
		v.Valid = make([]bool, n, cap(v.V))
		for i := range v.Valid {
			v.Valid[i] = true
		}
	}
	m := len(rows)
	if rows == nil {
		m = len(s.V)
	}
	for k := range m {
		r := k
		if rows != nil {
			r = int(rows[k])
		}
		v.Valid = append(v.Valid, s.Valid == nil || s.Valid[r])
	}
}

func (v *Vec[T]) AppendAny(x any) {
	if x == nil {
		v.AppendNull()
		return
	}
	v.V = append(v.V, x.(T))
	if v.Valid != nil {
		v.Valid = append(v.Valid, true)
	}
}

func (v *Vec[T]) AppendNull() {
	var zero T
	if v.Valid == nil {
		v.Valid = make([]bool, len(v.V), cap(v.V))
		for i := range v.Valid {
			v.Valid[i] = true
		}
	}
	v.V = append(v.V, zero)
	v.Valid = append(v.Valid, false)
}

func growTo[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	t := make([]T, n, max(n, 2*cap(s)))
	copy(t, s)
	return t
}

// Opaque is the vector of a Go type that is known only at run time, such as a struct typed at the prompt.
type Opaque struct {
	S     reflect.Value // of kind Slice
	Valid []bool
}

var _ Vector = (*Opaque)(nil)

func (v *Opaque) Len() int           { return v.S.Len() }
func (v *Opaque) Elem() reflect.Type { return v.S.Type().Elem() }
func (v *Opaque) Null(i int) bool    { return v.Valid != nil && !v.Valid[i] }
func (v *Opaque) HasNulls() bool     { return v.Valid != nil }

func (v *Opaque) Any(i int) any {
	if v.Null(i) {
		return nil
	}
	return v.S.Index(i).Interface()
}

func (v *Opaque) Values() reflect.Value { return v.S }

func (v *Opaque) Like(capacity int) Vector {
	return &Opaque{S: reflect.MakeSlice(v.S.Type(), 0, capacity)}
}

func (v *Opaque) View(lo, hi int) Vector {
	w := &Opaque{S: v.S.Slice3(lo, hi, hi)}
	if v.Valid != nil {
		w.Valid = v.Valid[lo:hi:hi]
	}
	return w
}

func (v *Opaque) Reset() { v.S, v.Valid = v.S.Slice(0, 0), nil }

func (v *Opaque) Append(src Vector, rows []int32) {
	s := src.(*Opaque)
	if rows == nil {
		n := v.S.Len()
		v.S = reflect.AppendSlice(v.S, s.S)
		v.appendValid(n, s, s.S.Len(), func(k int) int { return k })
		return
	}
	n := v.S.Len()
	for _, r := range rows {
		v.S = reflect.Append(v.S, s.S.Index(int(r)))
	}
	v.appendValid(n, s, len(rows), func(k int) int { return int(rows[k]) })
}

func (v *Opaque) appendValid(before int, s *Opaque, m int, at func(int) int) {
	if v.Valid == nil && s.Valid == nil {
		return
	}
	v.allValid(before)
	for k := range m {
		v.Valid = append(v.Valid, s.Valid == nil || s.Valid[at(k)])
	}
}

func (v *Opaque) allValid(n int) {
	if v.Valid == nil {
		v.Valid = make([]bool, n)
		for i := range v.Valid {
			v.Valid[i] = true
		}
	}
}

func (v *Opaque) AppendAny(x any) {
	if x == nil && v.Elem().Kind() != reflect.Interface {
		v.AppendNull()
		return
	}
	e := reflect.New(v.Elem()).Elem()
	if x != nil {
		e.Set(reflect.ValueOf(x))
	}
	v.S = reflect.Append(v.S, e)
	if v.Valid != nil {
		v.Valid = append(v.Valid, true)
	}
}

func (v *Opaque) AppendNull() {
	v.allValid(v.S.Len())
	v.S = reflect.Append(v.S, reflect.Zero(v.Elem()))
	v.Valid = append(v.Valid, false)
}
