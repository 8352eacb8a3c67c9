package batch

import (
	"cmp"
	"slices"
	"strings"

	"gospark/runtime/types"
)

// Comparator orders row i of one column against row j of another of the same element type: nulls first, NaN above all
// numbers, -0 equal to 0, false before true, strings by bytes, arrays and structs by their parts.
func Comparator(v, w Vector) func(i, j int) int {
	order := valueOrder(v, w)
	if !v.HasNulls() && !w.HasNulls() {
		return order
	}
	return func(i, j int) int {
		if ni, nj := v.Null(i), w.Null(j); ni || nj {
			return boolInt(!ni) - boolInt(!nj)
		}
		return order(i, j)
	}
}

func valueOrder(v, w Vector) func(i, j int) int {
	switch v := v.(type) {
	case *Vec[string]:
		return typedOrder(v, w, strings.Compare)
	case *Vec[int]:
		return typedOrder(v, w, cmp.Compare[int])
	case *Vec[int8]:
		return typedOrder(v, w, cmp.Compare[int8])
	case *Vec[int16]:
		return typedOrder(v, w, cmp.Compare[int16])
	case *Vec[int32]:
		return typedOrder(v, w, cmp.Compare[int32])
	case *Vec[int64]:
		return typedOrder(v, w, cmp.Compare[int64])
	case *Vec[float32]:
		return typedOrder(v, w, func(x, y float32) int { return compareFloat(float64(x), float64(y)) })
	case *Vec[float64]:
		return typedOrder(v, w, compareFloat)
	case *Vec[bool]:
		return typedOrder(v, w, func(x, y bool) int { return boolInt(x) - boolInt(y) })
	case *Vec[types.Decimal]:
		return typedOrder(v, w, types.Decimal.Cmp)
	case *List:
		return listOrder(v, w.(*List))
	case *Struct:
		return structOrder(v, w.(*Struct))
	}
	return func(i, j int) int { return CompareAny(v.Any(i), w.Any(j)) }
}

func typedOrder[T any](v *Vec[T], w Vector, compare func(x, y T) int) func(i, j int) int {
	x, y := v.V, w.(*Vec[T]).V
	return func(i, j int) int { return compare(x[i], y[j]) }
}

func listOrder(v, w *List) func(i, j int) int {
	items := Comparator(v.Items, w.Items)
	return func(i, j int) int {
		lo, hi := v.Span(i)
		from, to := w.Span(j)
		for k := range min(hi-lo, to-from) {
			if c := items(lo+k, from+k); c != 0 {
				return c
			}
		}
		return cmp.Compare(hi-lo, to-from)
	}
}

func structOrder(v, w *Struct) func(i, j int) int {
	fields := make([]func(i, j int) int, len(v.Fields))
	for k, f := range v.Fields {
		fields[k] = Comparator(f, w.Fields[k])
	}
	return func(i, j int) int {
		for _, f := range fields {
			if c := f(i, j); c != 0 {
				return c
			}
		}
		return 0
	}
}

// SortRows sorts rows, positions in v, by their values; it is stable. Nulls come first, last when desc.
func SortRows(v Vector, rows []int32, desc bool) {
	order := Comparator(v, v)
	if desc {
		slices.SortStableFunc(rows, func(a, b int32) int { return -order(int(a), int(b)) })
		return
	}
	slices.SortStableFunc(rows, func(a, b int32) int { return order(int(a), int(b)) })
}
