package expr

import (
	"fmt"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// CastMode says what a value does that cannot be converted.
type CastMode uint8

const (
	ANSI   CastMode = iota // it is an error
	Legacy                 // it becomes NULL, or is cut, as with spark.sql.ansi.enabled=false
	Try                    // it becomes NULL
)

// Cast converts a value to a type. An implicit one was put in by type coercion, and is not seen in names.
type Cast struct {
	Child    Expr
	To       *types.Type
	Mode     CastMode
	Implicit bool
	Origin   *condition.Context
}

func (c *Cast) Type() *types.Type { return c.To }
func (c *Cast) Children() []Expr  { return []Expr{c.Child} }

func (c *Cast) Nullable() bool {
	return c.Child.Nullable() || c.Mode == Try && !c.Child.Type().Same(c.To) || castNullable(c.Child.Type(), c.To)
}

func (c *Cast) WithChildren(cs []Expr) Expr {
	d := *c
	d.Child = cs[0]
	return &d
}

func (c *Cast) String() string {
	if c.Implicit {
		return c.Child.String()
	}
	name := "CAST("
	if c.Mode == Try {
		name = "TRY_CAST("
	}
	return name + c.Child.String() + " AS " + strings.ToUpper(c.To.String()) + ")"
}

func (c *Cast) at(err error) error {
	if e, ok := err.(*condition.Error); ok && e.Query == nil {
		e.Query = c.Origin
	}
	return err
}

// castNullable says whether the cast of a value that is not null may be null: Spark's rule, which the schema of a
// result shows.
func castNullable(from, to *types.Type) bool {
	switch {
	case from.Kind == types.VoidKind || from.Same(to) || from.Text() && to.Text():
		return false
	case from.Text():
		return to.Kind != types.BinaryKind
	case to.Text():
		return false
	case from.Kind == types.TimestampKind && (to.Kind == types.ByteKind || to.Kind == types.ShortKind || to.Kind == types.IntKind):
		return true
	case from.Fractional() && to.Kind == types.TimestampKind:
		return true
	case from.Kind == types.TimestampKind && to.Kind == types.DateKind:
		return false
	case to.Kind == types.DateKind:
		return true
	case from.Kind == types.DateKind:
		return to.Kind != types.TimestampKind
	case to.Kind == types.CalendarKind:
		return true
	case to.Kind == types.DecimalKind:
		return !fitsDecimal(from, to)
	case (from.Fractional() || from.Kind == types.DecimalKind) && to.Integral():
		return true
	}
	return false
}

// fitsDecimal says whether all values of a type fit a decimal type.
func fitsDecimal(from, to *types.Type) bool {
	switch from.Kind {
	case types.BooleanKind:
		return to.Precision > to.Scale
	case types.ByteKind, types.ShortKind, types.IntKind, types.LongKind, types.DecimalKind:
		f := types.DecimalFor(from)
		return to.Precision-to.Scale >= f.Precision-f.Scale && to.Scale >= f.Scale
	}
	return false
}

// NewCast makes the cast a user asked for, or says why there is none between the types.
func NewCast(child Expr, to *types.Type, mode CastMode) (Expr, error) {
	c := &Cast{Child: child, To: to, Mode: mode}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// widening are the conversions between numbers that cannot fail.
var widening = map[[2]types.Kind]*Impl{
	{types.ByteKind, types.ShortKind}:   fn1(convert[int8, int16]),
	{types.ByteKind, types.IntKind}:     fn1(convert[int8, int32]),
	{types.ByteKind, types.LongKind}:    fn1(convert[int8, int64]),
	{types.ByteKind, types.FloatKind}:   fn1(convert[int8, float32]),
	{types.ByteKind, types.DoubleKind}:  fn1(convert[int8, float64]),
	{types.ShortKind, types.IntKind}:    fn1(convert[int16, int32]),
	{types.ShortKind, types.LongKind}:   fn1(convert[int16, int64]),
	{types.ShortKind, types.FloatKind}:  fn1(convert[int16, float32]),
	{types.ShortKind, types.DoubleKind}: fn1(convert[int16, float64]),
	{types.IntKind, types.LongKind}:     fn1(convert[int32, int64]),
	{types.IntKind, types.FloatKind}:    fn1(convert[int32, float32]),
	{types.IntKind, types.DoubleKind}:   fn1(convert[int32, float64]),
	{types.LongKind, types.FloatKind}:   fn1(convert[int64, float32]),
	{types.LongKind, types.DoubleKind}:  fn1(convert[int64, float64]),
	{types.FloatKind, types.DoubleKind}: fn1(convert[float32, float64]),
}

type number interface {
	int8 | int16 | int32 | int64 | float32 | float64
}

func convert[A, B number](a A) B { return B(a) }

func (c *Cast) kernel() Kernel {
	from := c.Child.Type()
	if from.Same(c.To) || from.Text() && c.To.Kind == types.StringKind {
		return func(_ *Context, _ int, _ []int32, args []batch.Vector) (batch.Vector, error) { return args[0], nil }
	}
	if w := widening[[2]types.Kind{from.Kind, c.To.Kind}]; w != nil {
		return w.kernel(nil)
	}
	s := newSlots(c.To)
	return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		s.reset(n)
		err := each(n, rows, func(i int) error {
			x := args[0].Any(i)
			if x == nil {
				return nil
			}
			v, err := c.convert(ctx, x)
			if err == nil {
				s.setAny(i, v)
			}
			return err
		})
		return s.vector(), err
	}
}

func (c *Cast) check() error { return nil }

func (c *Cast) convert(ctx *Context, v any) (any, error) {
	from := c.Child.Type()
	if from.Same(c.To) || from.Text() && c.To.Kind == types.StringKind {
		return v, nil
	}
	return nil, fmt.Errorf("expr: cast of %s to %s", from, c.To)
}
