package expr

import (
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Call is a function of the registry over arguments that have the types it wants.
type Call struct {
	Fn     *Function
	Name   string // the name it is shown by: the function's, or the alias the user wrote
	Args   []Expr
	Typ    *types.Type
	Null   bool
	Legacy bool // spark.sql.ansi.enabled=false: overflow wraps, bad input yields NULL
	// IgnoreNulls makes a window function look at rows with a value only.
	IgnoreNulls bool
	// Seedless says that the last argument is a seed the user did not write.
	Seedless bool
	Origin   *condition.Context
	body     *Impl // bound to the types of the arguments
}

func (c *Call) Type() *types.Type { return c.Typ }
func (c *Call) Nullable() bool    { return c.Null }
func (c *Call) Children() []Expr  { return c.Args }

func (c *Call) WithChildren(args []Expr) Expr {
	d := *c
	d.Args = args
	if c.Fn.Bind != nil { // an implementation may have looked at its arguments, at constants above all
		d.body = c.Fn.Bind(&d)
	}
	return &d
}

func (c *Call) String() string {
	if c.Fn.Text != nil {
		return c.Fn.Text(c)
	}
	return c.Name + "(" + join(c.Args) + ")"
}

// Arg is the type of the i-th argument.
func (c *Call) Arg(i int) *types.Type { return c.Args[i].Type() }

// Constant is the value of the i-th argument if it is a constant.
func (c *Call) Constant(i int) (value any, ok bool) {
	l, ok := c.Args[i].(*Lit)
	if !ok {
		return nil, false
	}
	return l.Value, true
}

// at says where in the query an error came from.
func (c *Call) at(err error) error { return condition.In(err, c.Origin) }
