package gofunc

import (
	"reflect"

	"gospark/runtime/batch"
)

// The typed loops: one generic function per shape, instantiated for the usual element types and found by the function's
// Go type. What is not in these tables runs through reflection.
var (
	typedMaps     = map[reflect.Type]func(fn any) Kernel{}
	typedFlatMaps = map[reflect.Type]func(fn any) Kernel{}
	typedFilters  = map[reflect.Type]func(fn any) func(*batch.Batch, []int32) ([]int32, error){}
	typedEaches   = map[reflect.Type]func(fn any) func(*batch.Batch) error{}
)

func init() {
	from1[string]()
	from1[int]()
	from1[int64]()
	from1[float64]()
	from1[bool]()
	pairs[string, int]()
	pairs[int, string]()
	pairs[string, string]()
	pairs[int, int]()
	pairs[string, float64]()
}

// pairs makes the loops from pairs to pairs for the usual ones.
func pairs[K, V any]() {
	typedMaps[reflect.TypeFor[func(K, V) (string, int)]()] = mapPairs[K, V, string, int]
	typedMaps[reflect.TypeFor[func(K, V) (int, string)]()] = mapPairs[K, V, int, string]
	typedMaps[reflect.TypeFor[func(K, V) (string, string)]()] = mapPairs[K, V, string, string]
	typedMaps[reflect.TypeFor[func(K, V) (int, int)]()] = mapPairs[K, V, int, int]
	typedMaps[reflect.TypeFor[func(K, V) (string, float64)]()] = mapPairs[K, V, string, float64]
}

func from1[T any]() {
	typedFilters[reflect.TypeFor[func(T) bool]()] = filter1[T]
	typedFlatMaps[reflect.TypeFor[func(T) []Pair]()] = flatMapPairs[T]
	typedEaches[reflect.TypeFor[func(T)]()] = each1[T]
	fromTo[T, string]()
	fromTo[T, int]()
	fromTo[T, int64]()
	fromTo[T, float64]()
	fromTo[T, bool]()
}

func fromTo[T, U any]() {
	typedMaps[reflect.TypeFor[func(T) U]()] = map1[T, U]
	typedFlatMaps[reflect.TypeFor[func(T) []U]()] = flatMap1[T, U]
	typedFilters[reflect.TypeFor[func(T, U) bool]()] = filter2[T, U]
	typedEaches[reflect.TypeFor[func(T, U)]()] = each2[T, U]
	three[T, U, string]()
	three[T, U, int]()
	three[T, U, int64]()
	three[T, U, float64]()
	three[T, U, bool]()
}

func three[T, U, W any]() {
	typedMaps[reflect.TypeFor[func(T) (U, W)]()] = mapToPair[T, U, W]
	typedMaps[reflect.TypeFor[func(T, U) W]()] = map2[T, U, W]
}

// room returns the column's slice grown by n, and the new part.
func room[T any](v *batch.Vec[T], n int) []T {
	at := len(v.V)
	if cap(v.V)-at < n {
		w := make([]T, at, max(2*cap(v.V), at+n))
		copy(w, v.V)
		v.V = w
	}
	v.V = v.V[:at+n]
	return v.V[at:]
}

func map1[T, U any](fn any) Kernel {
	f := fn.(func(T) U)
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		src := batch.Col[T](in, 0)
		n := in.Rows() - from
		dst := room(out.Cols[0].(*batch.Vec[U]), n)
		if in.Sel == nil {
			for i, x := range src[from:in.N] {
				dst[i] = f(x)
			}
		} else {
			for i, r := range in.Sel[from:] {
				dst[i] = f(src[r])
			}
		}
		out.N += n
		return in.Rows(), nil
	}
}

func map2[T, U, W any](fn any) Kernel {
	f := fn.(func(T, U) W)
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		a, b := batch.Col[T](in, 0), batch.Col[U](in, 1)
		n := in.Rows() - from
		dst := room(out.Cols[0].(*batch.Vec[W]), n)
		for i := range n {
			r := in.Row(from + i)
			dst[i] = f(a[r], b[r])
		}
		out.N += n
		return in.Rows(), nil
	}
}

func mapToPair[T, U, W any](fn any) Kernel {
	f := fn.(func(T) (U, W))
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		src := batch.Col[T](in, 0)
		n := in.Rows() - from
		d0, d1 := room(out.Cols[0].(*batch.Vec[U]), n), room(out.Cols[1].(*batch.Vec[W]), n)
		if in.Sel == nil {
			for i, x := range src[from:in.N] {
				d0[i], d1[i] = f(x)
			}
		} else {
			for i, r := range in.Sel[from:] {
				d0[i], d1[i] = f(src[r])
			}
		}
		out.N += n
		return in.Rows(), nil
	}
}

func flatMap1[T, U any](fn any) Kernel {
	f := fn.(func(T) []U)
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		src := batch.Col[T](in, 0)
		dst := out.Cols[0].(*batch.Vec[U])
		i, n, before := from, in.Rows(), len(dst.V)
		for ; i < n && len(dst.V) < batch.Size; i++ {
			dst.V = append(dst.V, f(src[in.Row(i)])...)
		}
		out.N += len(dst.V) - before
		return i, nil
	}
}

func mapPairs[K, V, L, W any](fn any) Kernel {
	f := fn.(func(K, V) (L, W))
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		a, b := batch.Col[K](in, 0), batch.Col[V](in, 1)
		n := in.Rows() - from
		d0, d1 := room(out.Cols[0].(*batch.Vec[L]), n), room(out.Cols[1].(*batch.Vec[W]), n)
		for i := range n {
			r := in.Row(from + i)
			d0[i], d1[i] = f(a[r], b[r])
		}
		out.N += n
		return in.Rows(), nil
	}
}

func flatMapPairs[T any](fn any) Kernel {
	f := fn.(func(T) []Pair)
	return func(in *batch.Batch, from int, out *batch.Batch) (int, error) {
		src := batch.Col[T](in, 0)
		keys, values := out.Cols[0].(*batch.Vec[any]), out.Cols[1].(*batch.Vec[any])
		i, n := from, in.Rows()
		for ; i < n && len(keys.V) < batch.Size; i++ {
			for _, p := range f(src[in.Row(i)]) {
				keys.AppendAny(p.Key)
				values.AppendAny(p.Value)
			}
		}
		out.N = len(keys.V)
		return i, nil
	}
}

func each1[T any](fn any) func(*batch.Batch) error {
	f := fn.(func(T))
	return func(in *batch.Batch) error {
		src := batch.Col[T](in, 0)
		for i := range in.Rows() {
			f(src[in.Row(i)])
		}
		return nil
	}
}

func each2[T, U any](fn any) func(*batch.Batch) error {
	f := fn.(func(T, U))
	return func(in *batch.Batch) error {
		a, b := batch.Col[T](in, 0), batch.Col[U](in, 1)
		for i := range in.Rows() {
			r := in.Row(i)
			f(a[r], b[r])
		}
		return nil
	}
}

func filter1[T any](fn any) func(*batch.Batch, []int32) ([]int32, error) {
	f := fn.(func(T) bool)
	return func(in *batch.Batch, sel []int32) ([]int32, error) {
		src := batch.Col[T](in, 0)
		if in.Sel == nil {
			for i, x := range src[:in.N] {
				if f(x) {
					sel = append(sel, int32(i))
				}
			}
			return sel, nil
		}
		for _, r := range in.Sel {
			if f(src[r]) {
				sel = append(sel, r)
			}
		}
		return sel, nil
	}
}

func filter2[T, U any](fn any) func(*batch.Batch, []int32) ([]int32, error) {
	f := fn.(func(T, U) bool)
	return func(in *batch.Batch, sel []int32) ([]int32, error) {
		a, b := batch.Col[T](in, 0), batch.Col[U](in, 1)
		for i := range in.Rows() {
			if r := in.Row(i); f(a[r], b[r]) {
				sel = append(sel, int32(r))
			}
		}
		return sel, nil
	}
}
