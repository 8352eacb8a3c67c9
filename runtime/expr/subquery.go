package expr

import (
	"fmt"

	"gospark/runtime/types"
)

// SubqueryKind is a use of a query inside an expression.
type SubqueryKind int

const (
	ScalarSubquery SubqueryKind = iota
	ExistsSubquery
	InSubquery
)

// Subquery is a query inside an expression. The optimizer replaces it: by a join, or by a constant when it has been run.
type Subquery struct {
	ID     int64
	Kind   SubqueryKind
	Plan   any    // the resolved relation; analysis knows its type
	Values []Expr // the left side of IN
	Outer  []Expr // columns of the query around it that Plan uses
	Typ    *types.Type
	Null   bool
}

func (s *Subquery) Type() *types.Type { return s.Typ }
func (s *Subquery) Nullable() bool    { return s.Null }
func (s *Subquery) Children() []Expr {
	return append(append([]Expr(nil), s.Values...), s.Outer...)
}

func (s *Subquery) WithChildren(c []Expr) Expr {
	t := *s
	n := len(s.Values)
	t.Values, t.Outer = append([]Expr(nil), c[:n]...), append([]Expr(nil), c[n:]...)
	return &t
}

func (s *Subquery) String() string {
	switch s.Kind {
	case ExistsSubquery:
		return "exists(" + join(s.Outer) + ")"
	case InSubquery:
		return fmt.Sprintf("(%s IN (listquery(%s)))", join(s.Values), join(s.Outer))
	}
	return "scalarsubquery(" + join(s.Outer) + ")"
}
