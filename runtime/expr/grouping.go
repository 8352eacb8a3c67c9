package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// grouping and grouping_id look like aggregates, but say how the rows were grouped: the planner replaces them by bits of
// the number of the grouping set. They have no accumulator that could be updated.

func init() {
	family("agg_funcs", []Function{
		{Name: "grouping", Sig: "any -> tinyint", Null: Never, Agg: replacedAgg, Doc: "1 if the column is left out of the grouping set, otherwise 0."},
		{Name: "grouping_id", API: "GroupingID", Sig: "any* -> bigint", Null: Never, Agg: replacedAgg, Doc: "The bits of grouping for all columns together."},
	})
}

var replacedAgg = &AggImpl{State: func(*Agg) []*types.Type { return nil }, New: func(a *Agg) Accumulator { return misplaced{a.Name} }}

// misplaced fails when rows come to a function that has no rows.
type misplaced struct{ name string }

func (m misplaced) err() error {
	return condition.New("UNSUPPORTED_GROUPING_EXPRESSION", "42K0E", "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup.").WithParam("function", m.name)
}

func (m misplaced) Grow(int) {}
func (m misplaced) Reset()   {}
func (m misplaced) Update(*Context, []int32, []batch.Vector, []int32) error {
	return m.err()
}
func (m misplaced) Merge(*Context, []int32, []batch.Vector, []int32) error { return m.err() }
func (m misplaced) State() []batch.Vector                                  { return nil }
func (m misplaced) Result(*Context) (batch.Vector, error)                  { return nil, m.err() }
