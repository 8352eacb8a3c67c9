package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// pushIntoScan tells a source the conditions that its rows have to meet. The filter stays: a source may do with them what
// it can.
func pushIntoScan(_ *expr.Context, r resolved.Relation) resolved.Relation {
	f, ok := r.(*resolved.Filter)
	if !ok {
		return r
	}
	s, ok := f.Input.(*resolved.Scan)
	if !ok {
		return r
	}
	filters := s.Filters
next:
	for _, e := range resolved.Conjuncts(f.Condition) {
		if !movable(e) || len(references(e)) == 0 {
			continue
		}
		for _, d := range filters {
			if expr.Equal(d, e) {
				continue next
			}
		}
		filters = append(filters[:len(filters):len(filters)], e)
	}
	if len(filters) == len(s.Filters) {
		return r
	}
	t := *s
	t.Filters = filters
	return &resolved.Filter{Input: &t, Condition: f.Condition}
}
