package expr

import "gospark/runtime/types"

// compareValues orders two boxed values of a type, neither of them null. Calendar intervals have no order, but are
// equal or not.
func compareValues(t *types.Type, a, b any) int {
	if t.Kind == types.CalendarKind {
		if a == b {
			return 0
		}
		return 1
	}
	return types.Compare(a, b, t)
}
