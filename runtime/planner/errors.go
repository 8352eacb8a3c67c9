package planner

import (
	"fmt"

	"gospark/runtime/condition"
	"gospark/runtime/resolved"
)

func recursionLimit(r *resolved.Recursive) error {
	return condition.New("RECURSION_LEVEL_LIMIT_EXCEEDED", "42836",
		"Recursion level limit %d reached but query has not exhausted, try increasing it like 'WITH RECURSIVE t(col) MAX RECURSION LEVEL 200'.", r.MaxDepth).
		WithParam("levelLimit", fmt.Sprint(r.MaxDepth))
}

func recursionRows(r *resolved.Recursive) error {
	return condition.New("RECURSION_ROW_LIMIT_EXCEEDED", "42836",
		"Recursion row limit %d reached but query has not exhausted, try setting a larger LIMIT value when querying the CTE relation.", r.MaxRows).
		WithParam("rowLimit", fmt.Sprint(r.MaxRows))
}
