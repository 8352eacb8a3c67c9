package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// GoCall is a Go function of the user's over columns. Whoever makes it has matched the function to the arguments' types.
type GoCall struct {
	Name     string
	Args     []Expr
	Typ      *types.Type
	Null     bool
	Volatile bool // not the same value each time
	// Fn computes a row of boxed values, nil for NULL.
	Fn func(args []any) (any, error)
	// Kernel, if not nil, makes a typed loop for one task.
	Kernel func() Kernel
}

func (g *GoCall) Type() *types.Type { return g.Typ }
func (g *GoCall) Nullable() bool    { return g.Null }
func (g *GoCall) Children() []Expr  { return g.Args }
func (g *GoCall) String() string    { return g.Name + "(" + join(g.Args) + ")" }

func (g *GoCall) WithChildren(c []Expr) Expr {
	h := *g
	h.Args = c
	return &h
}

func (g *GoCall) kernel() Kernel {
	if g.Kernel != nil {
		return g.Kernel()
	}
	out := newSlots(g.Typ)
	row := make([]any, len(g.Args))
	return func(_ *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		out.reset(n)
		err := each(n, rows, func(i int) error {
			for k, a := range args {
				row[k] = a.Any(i)
			}
			v, err := g.Fn(row)
			out.setAny(i, v)
			return err
		})
		return out.vector(), err
	}
}
