package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Generate is a function that makes rows of each row: explode. The generate operator evaluates its arguments, and
// joins what it makes to the input.
type Generate struct {
	Fn     *Function
	Name   string
	Args   []Expr
	Fields []types.Field // of the rows it makes
	Outer  bool          // a row of nulls where it makes none
	Legacy bool
}

// Type is the struct of the generated columns, or the column's type if there is one.
func (g *Generate) Type() *types.Type {
	if len(g.Fields) == 1 {
		return g.Fields[0].Type
	}
	return types.StructOf(g.Fields...)
}

func (g *Generate) Nullable() bool   { return true }
func (g *Generate) Children() []Expr { return g.Args }

func (g *Generate) WithChildren(c []Expr) Expr {
	h := *g
	h.Args = c
	return &h
}

func (g *Generate) String() string { return g.Name + "(" + join(g.Args) + ")" }

// Arg is the type of the i-th argument.
func (g *Generate) Arg(i int) *types.Type { return g.Args[i].Type() }

// A Generator makes rows. It belongs to one task.
type Generator interface {
	// Generate appends to out, one vector for each field, the rows made of each of rows (positions in args; nil: 0 to
	// n-1), and to from the position each was made of.
	Generate(ctx *Context, n int, rows []int32, args []batch.Vector, out []batch.Vector, from []int32) ([]int32, error)
}
