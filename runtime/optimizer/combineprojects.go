package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// combineProjects computes in one projection what two compute after each other, unless something would be computed
// twice for it. A projection that changes nothing goes.
func combineProjects(_ *expr.Context, r resolved.Relation) resolved.Relation {
	p, ok := r.(*resolved.Project)
	if !ok {
		return r
	}
	if same(p.Cols, p.Input.Output()) {
		return p.Input
	}
	q, ok := p.Input.(*resolved.Project)
	if !ok || !inlines(p.Cols, q.Cols) {
		return r
	}
	by := definitions(q.Cols)
	cols := make([]expr.Expr, len(p.Cols))
	for i, c := range p.Cols {
		if a, ok := c.(*expr.Attr); ok { // keeps its name and identity
			cols[i] = c
			for _, d := range q.Cols {
				if resolved.Named(d).ID == a.ID {
					cols[i] = d
				}
			}
			continue
		}
		cols[i] = substitute(c, by)
	}
	return &resolved.Project{Input: q.Input, Cols: cols}
}

// same says whether a projection passes its input's columns as they are.
func same(cols []expr.Expr, in []*expr.Attr) bool {
	if len(cols) != len(in) {
		return false
	}
	for i, c := range cols {
		if a, ok := c.(*expr.Attr); !ok || a.ID != in[i].ID {
			return false
		}
	}
	return true
}

// inlines says whether what lower computes may stand where upper uses it.
func inlines(upper, lower []expr.Expr) bool {
	if !deterministic(lower...) {
		return false
	}
	uses := map[int64]int{}
	for _, e := range upper {
		expr.Walk(e, func(e expr.Expr) {
			if a, ok := e.(*expr.Attr); ok {
				uses[a.ID]++
			}
		})
	}
	for _, e := range lower {
		a, ok := e.(*expr.Alias)
		if ok && uses[a.ID] > 1 && !cheap(a.Child) {
			return false
		}
	}
	return true
}

// cheap says whether computing an expression twice is no loss.
func cheap(e expr.Expr) bool {
	switch e.(type) {
	case *expr.Attr, *expr.Lit:
		return true
	}
	return false
}
