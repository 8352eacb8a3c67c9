package expr

import "gospark/runtime/types"

// retyped is an expression whose values are taken for those of another type with the same Go type: the months of an
// interval as an int.
type retyped struct {
	child Expr
	typ   *types.Type
}

func (r *retyped) Type() *types.Type          { return r.typ }
func (r *retyped) Nullable() bool             { return r.child.Nullable() }
func (r *retyped) Children() []Expr           { return []Expr{r.child} }
func (r *retyped) String() string             { return r.child.String() }
func (r *retyped) WithChildren(c []Expr) Expr { return &retyped{c[0], r.typ} }
