package analysis

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// reach makes the columns that expressions use visible in a relation: those that a projection on the way leaves out are
// added to it.
func (r *resolver) reach(rel resolved.Relation, cols []expr.Expr) resolved.Relation {
	have := map[int64]bool{}
	for _, a := range rel.Output() {
		have[a.ID] = true
	}
	var missing []*expr.Attr
	for _, c := range cols {
		expr.Walk(c, func(e expr.Expr) {
			if a, ok := e.(*expr.Attr); ok && !have[a.ID] {
				have[a.ID] = true
				missing = append(missing, a)
			}
		})
	}
	return expose(rel, missing)
}

// expose adds columns of relations beneath to the projections above them.
func expose(rel resolved.Relation, want []*expr.Attr) resolved.Relation {
	have := map[int64]bool{}
	for _, a := range rel.Output() {
		have[a.ID] = true
	}
	var missing []*expr.Attr
	for _, a := range want {
		if !have[a.ID] {
			missing = append(missing, a)
		}
	}
	if len(missing) == 0 {
		return rel
	}
	switch x := rel.(type) {
	case *resolved.Project:
		below := expose(x.Input, missing)
		cols := append([]expr.Expr(nil), x.Cols...)
		now := map[int64]bool{}
		for _, a := range below.Output() {
			now[a.ID] = true
		}
		for _, a := range missing {
			if now[a.ID] {
				cols = append(cols, a)
			}
		}
		return project(below, cols)
	case *resolved.Filter, *resolved.Sort, *resolved.Limit, *resolved.Offset, *resolved.Tail, *resolved.Sample, *resolved.Window, *resolved.Generate,
		*resolved.Repartition, *resolved.WithWatermark:
		return rel.WithInputs([]resolved.Relation{expose(rel.Inputs()[0], missing)})
	case *resolved.Cached: // what is kept does not have them
		return expose(x.Input, missing)
	case *resolved.Join: // made of a subquery in SELECT
		left := expose(x.Left, missing)
		y := *x
		y.Left = left
		return &y
	}
	return rel
}
