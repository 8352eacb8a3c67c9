// Package optimizer rewrites resolved relations into ones that are faster and have the same rows: conditions go down to
// where the rows come from, columns that nobody needs are not read, and what can be known before is computed before.
//
// A rule is a function of one relation, whose inputs it may look into; each has a file of its own. The rules run together
// until nothing changes, and once more when conditions that follow from others have been added; columns are pruned last, when it is settled what is needed where. Which side of a join is sent
// to the other, and whether rows must move at all, the planner decides: it knows where rows lie.
package optimizer

import (
	"gospark/runtime/expr"
	"gospark/runtime/resolved"
)

// A rule rewrites a relation whose inputs have been rewritten. It returns r itself where it has nothing to say.
type rule struct {
	name  string
	apply func(ctx *expr.Context, r resolved.Relation) resolved.Relation
}

// rules are all rules in the order in which they see a relation.
var rules = []rule{
	{"ConstantFolding", foldConstants},
	{"BooleanSimplification", simplifyBooleans},
	{"CombineFilters", combineFilters},
	{"CombineProjects", combineProjects},
	{"EliminateOuterJoin", eliminateOuterJoin},
	{"PushFilterThroughProject", pushThroughProject},
	{"PushFilterThroughAggregate", pushThroughAggregate},
	{"PushFilterThroughUnion", pushThroughUnion},
	{"PushFilterThroughOperators", pushThroughOperators},
	{"PushFilterIntoJoin", pushIntoJoin},
	{"PushFilterIntoScan", pushIntoScan},
	{"LimitPushDown", pushLimit},
	{"EliminateSorts", eliminateSorts},
	{"PropagateEmptyRelation", propagateEmpty},
	{"ConvertToLocalRelation", convertLocal},
}

// rounds bounds how often the rules run; they reach an end much earlier.
const rounds = 50

// Optimize rewrites a relation. Constants are computed in ctx.
func Optimize(r resolved.Relation, ctx *expr.Context) resolved.Relation {
	if ctx == nil {
		ctx = &expr.Context{}
	}
	r = fixedPoint(r, ctx, rules)
	r = resolved.Rewrite(r, func(r resolved.Relation) resolved.Relation { return inferFilters(ctx, r) })
	r = fixedPoint(r, ctx, rules)
	r = pruneColumns(r)
	return fixedPoint(r, ctx, rules)
}

func fixedPoint(r resolved.Relation, ctx *expr.Context, rs []rule) resolved.Relation {
	for range rounds {
		before := r
		for _, rule := range rs {
			r = resolved.Rewrite(r, func(r resolved.Relation) resolved.Relation { return rule.apply(ctx, r) })
		}
		if r == before {
			break
		}
	}
	return r
}

// substitute puts expressions in the place of attributes.
func substitute(e expr.Expr, by map[int64]expr.Expr) expr.Expr {
	return expr.Rewrite(e, func(e expr.Expr) expr.Expr {
		if a, ok := e.(*expr.Attr); ok {
			if s, ok := by[a.ID]; ok {
				return s
			}
		}
		return e
	})
}

// definitions are what the columns of a projection are computed from.
func definitions(cols []expr.Expr) map[int64]expr.Expr {
	by := map[int64]expr.Expr{}
	for _, c := range cols {
		switch c := c.(type) {
		case *expr.Alias:
			by[c.ID] = c.Child
		case *expr.Attr:
			by[c.ID] = c
		}
	}
	return by
}

// positions maps the columns of one list to those of another by position.
func positions(from, to []*expr.Attr) map[int64]expr.Expr {
	by := map[int64]expr.Expr{}
	for i, a := range from {
		by[a.ID] = to[i]
	}
	return by
}

// references are the columns an expression uses.
func references(es ...expr.Expr) map[int64]bool {
	ids := map[int64]bool{}
	for _, e := range es {
		expr.Walk(e, func(e expr.Expr) {
			if a, ok := e.(*expr.Attr); ok {
				ids[a.ID] = true
			}
		})
	}
	return ids
}

// within says whether an expression uses only columns of a list.
func within(e expr.Expr, attrs []*expr.Attr) bool {
	have := map[int64]bool{}
	for _, a := range attrs {
		have[a.ID] = true
	}
	for id := range references(e) {
		if !have[id] {
			return false
		}
	}
	return true
}

func deterministic(es ...expr.Expr) bool {
	for _, e := range es {
		if !expr.Deterministic(e) {
			return false
		}
	}
	return true
}

// movable says whether a condition may be evaluated at another place, for other rows: its value depends on the row only.
func movable(e expr.Expr) bool {
	ok := expr.Deterministic(e)
	expr.Walk(e, func(e expr.Expr) {
		if c, is := e.(*expr.Call); is && c.Fn.PerTask {
			ok = false
		}
	})
	return ok
}

// filtered puts conditions on a relation, none if there are none.
func filtered(r resolved.Relation, conditions []expr.Expr) resolved.Relation {
	if len(conditions) == 0 {
		return r
	}
	return &resolved.Filter{Input: r, Condition: resolved.Conjunction(conditions)}
}

// splitMovable parts the conditions of a filter: those that may go below, and those that stay.
func splitMovable(condition expr.Expr, below func(expr.Expr) bool) (down, stay []expr.Expr) {
	for _, e := range resolved.Conjuncts(condition) {
		if movable(e) && below(e) {
			down = append(down, e)
		} else {
			stay = append(stay, e)
		}
	}
	return down, stay
}
