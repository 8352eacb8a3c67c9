package resolved

import "gospark/runtime/expr"

// Timeout says what ends a group that no row comes for.
type Timeout int

const (
	NoTimeout Timeout = iota
	ProcessingTimeTimeout
	EventTimeTimeout
)

// GroupsWithState calls a function for the rows of each group, with what it has kept of the group: mapGroupsWithState,
// flatMapGroupsWithState and, as a Processor, transformWithState. Fn is a plan.GroupFunction; whoever made the relation has
// checked what it takes and yields. Grouping is as in Aggregate.
type GroupsWithState struct {
	Input     Relation
	Grouping  []expr.Expr
	Fn        any
	Attrs     []*expr.Attr
	Timeout   Timeout
	Map       bool // one row a group
	Update    bool // rows take the place of earlier ones of the group
	Processor bool
}

func (r *GroupsWithState) Output() []*expr.Attr { return r.Attrs }
func (r *GroupsWithState) Inputs() []Relation   { return []Relation{r.Input} }
func (r *GroupsWithState) Exprs() []expr.Expr   { return r.Grouping }

func (r *GroupsWithState) WithInputs(in []Relation) Relation {
	s := *r
	s.Input = in[0]
	return &s
}

func (r *GroupsWithState) WithExprs(es []expr.Expr) Relation {
	s := *r
	s.Grouping = es
	return &s
}
