package op

import "gospark/runtime/batch"

// differing adds to wrong the rows, by their place in the selection, whose value is not that of their key. An id of -1
// is no key.
func differing(wrong []int32, k batch.Vector, ids []int32, src batch.Vector, sel []int32) []int32 {
	switch k := k.(type) {
	case *batch.Vec[string]:
		wrong = differingOf(wrong, k, ids, src.(*batch.Vec[string]), sel)
	case *batch.Vec[int64]:
		wrong = differingOf(wrong, k, ids, src.(*batch.Vec[int64]), sel)
	case *batch.Vec[int32]:
		wrong = differingOf(wrong, k, ids, src.(*batch.Vec[int32]), sel)
	case *batch.Vec[bool]:
		wrong = differingOf(wrong, k, ids, src.(*batch.Vec[bool]), sel)
	case *batch.Vec[int]:
		wrong = differingOf(wrong, k, ids, src.(*batch.Vec[int]), sel)
	default:
		for i, id := range ids {
			if id >= 0 && !k.Equal(int(id), src, at(sel, i)) {
				wrong = append(wrong, int32(i))
			}
		}
	}
	return wrong
}

func differingOf[T comparable](wrong []int32, k *batch.Vec[T], ids []int32, src *batch.Vec[T], sel []int32) []int32 {
	if k.Valid == nil && src.Valid == nil {
		keys, values := k.V, src.V
		if sel == nil {
			values = values[:len(ids)]
			for i, id := range ids {
				if id >= 0 && keys[id] != values[i] {
					wrong = append(wrong, int32(i))
				}
			}
			return wrong
		}
		for i, id := range ids {
			if id >= 0 && keys[id] != values[sel[i]] {
				wrong = append(wrong, int32(i))
			}
		}
		return wrong
	}
	for i, id := range ids {
		if id < 0 {
			continue
		}
		row := at(sel, i)
		if a, b := k.Null(int(id)), src.Null(row); a != b || !a && k.V[id] != src.V[row] {
			wrong = append(wrong, int32(i))
		}
	}
	return wrong
}
