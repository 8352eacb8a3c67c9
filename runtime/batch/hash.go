package batch

import (
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"time"
	"unsafe"

	"gospark/runtime/types"
)

// The hash is a multiply-fold mix of 8-byte words (the construction of wyhash). It has no random seed: partitions, and
// with them the order in which rows are printed, are the same in every run, and state on disk keeps its partition.
const (
	k0 = 0xa0761d6478bd642f
	k1 = 0xe7037ed1a0b428db
	k2 = 0x8ebc6af09c88c6e3
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// HashUint64 folds one word into a hash.
func HashUint64(h, x uint64) uint64 { return mix(h^x^k0, (x^h)*k1|1) ^ mix(x^k2, k1) }

// HashString folds the bytes of a string into a hash.
func HashString(h uint64, s string) uint64 {
	n := len(s)
	p := unsafe.Pointer(unsafe.StringData(s))
	var a, b uint64
	switch {
	case n >= 8:
		i := 0
		for ; n-i > 16; i += 16 {
			h = mix(word(p, i)^k1, word(p, i+8)^h)
		}
		if n-i > 8 {
			a = word(p, i)
		} else {
			a = 0
		}
		b = word(p, n-8)
	case n >= 4:
		a = uint64(*(*uint32)(p))<<32 | uint64(*(*uint32)(unsafe.Add(p, n-4)))
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	return mix(k1^uint64(n), mix(a^k1, b^h^k0))
}

func word(p unsafe.Pointer, i int) uint64 { return *(*uint64)(unsafe.Add(p, i)) }

func (v *Vec[T]) Hash(rows []int32, h []uint64) {
	switch s := any(v.V).(type) {
	case []string:
		hashRows(s, v.Valid, rows, h, HashString)
	case []int:
		hashRows(s, v.Valid, rows, h, func(h uint64, x int) uint64 { return HashUint64(h, uint64(x)) })
	case []int64:
		hashRows(s, v.Valid, rows, h, func(h uint64, x int64) uint64 { return HashUint64(h, uint64(x)) })
	case []int32:
		hashRows(s, v.Valid, rows, h, func(h uint64, x int32) uint64 { return HashUint64(h, uint64(int64(x))) })
	case []float64:
		hashRows(s, v.Valid, rows, h, hashFloat)
	case []bool:
		hashRows(s, v.Valid, rows, h, hashBool)
	case []float32:
		hashRows(s, v.Valid, rows, h, func(h uint64, x float32) uint64 { return hashFloat(h, float64(x)) })
	case []types.Decimal:
		hashRows(s, v.Valid, rows, h, hashDecimal)
	case []types.Interval:
		hashRows(s, v.Valid, rows, h, hashInterval)
	default:
		hashRows(v.V, v.Valid, rows, h, func(h uint64, x T) uint64 { return HashAny(h, any(x)) })
	}
}

func hashDecimal(h uint64, d types.Decimal) uint64 {
	return HashUint64(HashUint64(h, uint64(d.Hi)), d.Lo)
}

func hashInterval(h uint64, i types.Interval) uint64 {
	return HashUint64(HashUint64(HashUint64(h, uint64(i.Months)), uint64(i.Days)), uint64(i.Micros))
}

func hashBool(h uint64, x bool) uint64 {
	if x {
		return HashUint64(h, 1)
	}
	return HashUint64(h, 0)
}

// hashFloat gives equal floats equal hashes: -0 and 0, and all NaNs.
func hashFloat(h uint64, x float64) uint64 {
	switch {
	case x == 0:
		x = 0
	case x != x:
		x = math.NaN()
	}
	return HashUint64(h, math.Float64bits(x))
}

const nullHash = 0x9e3779b97f4a7c15

func hashRows[T any](s []T, valid []bool, rows []int32, h []uint64, f func(uint64, T) uint64) {
	if rows == nil && valid == nil {
		for i, x := range s[:len(h)] {
			h[i] = f(h[i], x)
		}
		return
	}
	for i := range h {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		if valid != nil && !valid[r] {
			h[i] = HashUint64(h[i], nullHash)
			continue
		}
		h[i] = f(h[i], s[r])
	}
}

func (v *Opaque) Hash(rows []int32, h []uint64) {
	for i := range h {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		if v.Null(r) {
			h[i] = HashUint64(h[i], nullHash)
			continue
		}
		h[i] = hashReflect(h[i], v.S.Index(r))
	}
}

// HashAny hashes a boxed value as the typed paths would.
func HashAny(h uint64, x any) uint64 {
	switch x := x.(type) {
	case nil:
		return HashUint64(h, nullHash)
	case string:
		return HashString(h, x)
	case int:
		return HashUint64(h, uint64(x))
	case int64:
		return HashUint64(h, uint64(x))
	case float64:
		return hashFloat(h, x)
	case bool:
		return hashBool(h, x)
	case time.Time:
		return HashUint64(h, uint64(x.UnixNano()))
	}
	return hashReflect(h, reflect.ValueOf(x))
}

func hashReflect(h uint64, v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.Invalid:
		return HashUint64(h, nullHash)
	case reflect.Bool:
		return hashBool(h, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return HashUint64(h, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return HashUint64(h, v.Uint())
	case reflect.Float32, reflect.Float64:
		return hashFloat(h, v.Float())
	case reflect.Complex64, reflect.Complex128:
		return hashFloat(hashFloat(h, real(v.Complex())), imag(v.Complex()))
	case reflect.String:
		return HashString(h, v.String())
	case reflect.Interface:
		return hashReflect(h, v.Elem())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		return HashUint64(h, uint64(v.Pointer()))
	case reflect.Struct:
		for i := range v.NumField() {
			h = hashReflect(h, v.Field(i))
		}
		return h
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			h = hashReflect(h, v.Index(i))
		}
		return HashUint64(h, uint64(v.Len()))
	}
	panic(fmt.Sprintf("batch: a value of type %v cannot be a key", v.Type()))
}

// Hashable says whether values of t can be keys: all of a type's parts have an equality.
func Hashable(t reflect.Type) bool {
	return t.Comparable() && t.Kind() != reflect.Func
}

func (v *Vec[T]) Equal(i int, o Vector, j int) bool {
	w := o.(*Vec[T])
	if ni, nj := v.Null(i), w.Null(j); ni || nj {
		return ni && nj
	}
	switch s := any(v.V).(type) {
	case []string:
		return s[i] == any(w.V).([]string)[j]
	case []int:
		return s[i] == any(w.V).([]int)[j]
	case []int64:
		return s[i] == any(w.V).([]int64)[j]
	case []float64:
		a, b := s[i], any(w.V).([]float64)[j]
		return a == b || a != a && b != b
	case []float32:
		a, b := s[i], any(w.V).([]float32)[j]
		return a == b || a != a && b != b
	case []int32:
		return s[i] == any(w.V).([]int32)[j]
	case []bool:
		return s[i] == any(w.V).([]bool)[j]
	case []types.Decimal:
		return s[i] == any(w.V).([]types.Decimal)[j]
	case []types.Interval:
		return s[i] == any(w.V).([]types.Interval)[j]
	}
	return EqualAny(v.V[i], w.V[j])
}

func (v *Opaque) Equal(i int, o Vector, j int) bool {
	w := o.(*Opaque)
	if ni, nj := v.Null(i), w.Null(j); ni || nj {
		return ni && nj
	}
	return EqualAny(v.S.Index(i).Interface(), w.S.Index(j).Interface())
}

// EqualAny is the equality of grouping on boxed values: Go's ==, but a NaN equals itself, and slices by element.
func EqualAny(a, b any) bool {
	if f, ok := a.(float64); ok && f != f {
		g, ok := b.(float64)
		return ok && g != g
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if reflect.TypeOf(a).Comparable() {
		return a == b
	}
	return reflect.DeepEqual(a, b)
}
