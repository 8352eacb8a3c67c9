package expr

import (
	"strings"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/types"
)

// Cast converts a value to a type. An implicit one was put in by type coercion, and is not seen in names; nor are casts
// to types with parts.
type Cast struct {
	Child    Expr
	To       *types.Type
	Mode     types.CastMode
	Implicit bool
	Origin   *condition.Context
}

func (c *Cast) Type() *types.Type { return c.To }
func (c *Cast) Children() []Expr  { return []Expr{c.Child} }

func (c *Cast) Nullable() bool {
	return types.CastNullable(c.Child.Type(), c.To, c.Child.Nullable(), c.Mode)
}

func (c *Cast) WithChildren(cs []Expr) Expr {
	d := *c
	d.Child = cs[0]
	return &d
}

func (c *Cast) String() string {
	if c.Implicit || c.To.Nested() {
		return c.Child.String()
	}
	name := "CAST("
	if c.Mode == types.CastTry {
		name = "TRY_CAST("
	}
	return name + c.Child.String() + " AS " + strings.ToUpper(c.To.String()) + ")"
}

func (c *Cast) at(err error) error { return condition.In(err, c.Origin) }

// NewCast makes the cast a user asked for, or says why there is none between the types.
func NewCast(child Expr, to *types.Type, mode types.CastMode) (Expr, error) {
	c := &Cast{Child: child, To: to, Mode: mode}
	if from := child.Type(); !types.CanCast(from, to, mode) {
		return nil, types.CastMismatch(from, to, mode, c.String())
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

// reading are casts of strings that make no garbage.
var reading = map[types.Kind]*Impl{
	types.ByteKind:   readWhole(types.Byte, types.Int64ToInt8),
	types.ShortKind:  readWhole(types.Short, types.Int64ToInt16),
	types.IntKind:    readWhole(types.Int, types.Int64ToInt32),
	types.LongKind:   readWhole(types.Long, func(v int64) (int64, bool) { return v, true }),
	types.DoubleKind: readString(types.Double, types.StringToFloat64),
	types.DateKind:   readString(types.Date, types.StringToDate),
}

func readWhole[T any](to *types.Type, narrow func(int64) (T, bool)) *Impl {
	return readString(to, func(s string) (T, bool) {
		v, ok := types.StringToInt64(s)
		if !ok {
			var zero T
			return zero, false
		}
		return narrow(v)
	})
}

func readString[T any](to *types.Type, parse func(string) (T, bool)) *Impl {
	return fn1x(func(_ *Context, s string) (T, bool, error) {
		v, ok := parse(s)
		if !ok {
			return v, false, types.InvalidInput(s, types.String, to)
		}
		return v, true, nil
	})
}

func (c *Cast) kernel() Kernel {
	from := c.Child.Type()
	if from.Same(c.To) || heldAsBytes(from) && heldAsBytes(c.To) {
		return func(_ *Context, _ int, _ []int32, args []batch.Vector) (batch.Vector, error) { return args[0], nil }
	}
	if w := widening[[2]types.Kind{from.Kind, c.To.Kind}]; w != nil {
		return w.kernel(nil)
	}
	if r := reading[c.To.Kind]; r != nil && from.Text() && c.Mode == types.CastAnsi && !c.special() {
		return r.kernel(nil)
	}
	s := newSlots(c.To)
	var convert func(any) (any, error)
	return func(ctx *Context, n int, rows []int32, args []batch.Vector) (batch.Vector, error) {
		if convert == nil {
			var err error
			if convert, err = c.caster(ctx); err != nil {
				return nil, err
			}
		}
		s.reset(n)
		err := each(n, rows, func(i int) error {
			v, err := convert(args[0].Any(i))
			if err == nil {
				s.setAny(i, v)
			}
			return err
		})
		return s.vector(), err
	}
}

// heldAsBytes says whether values are held as strings of bytes, which a cast from one to the other leaves as they are.
func heldAsBytes(t *types.Type) bool { return t.Text() || t.Kind == types.BinaryKind }

func (c *Cast) caster(ctx *Context) (func(any) (any, error), error) {
	now := func() time.Time { return time.UnixMicro(ctx.Now) }
	f, err := types.Caster(c.Child.Type(), c.To, types.CastOptions{Mode: c.Mode, Zone: zoneOf(ctx), Now: now})
	if err != nil || !c.special() {
		return f, err
	}
	return func(v any) (any, error) {
		if s, ok := v.(string); ok {
			if at, ok := types.SpecialTime(s, zoneOf(ctx), now); ok {
				return specialValues[c.To.Kind](at, zoneOf(ctx)), nil
			}
		}
		return f(v)
	}, nil
}

// specialValues are the values of a time under the types that know words for times.
var specialValues = map[types.Kind]func(micros int64, zone *time.Location) any{
	types.DateKind:         func(m int64, z *time.Location) any { return types.DateOf(m, z) },
	types.TimestampKind:    func(m int64, _ *time.Location) any { return m },
	types.TimestampNTZKind: func(m int64, z *time.Location) any { return types.ToLocal(m, z) },
}

// special says whether words such as 'today' are read as times: constants are, columns are not.
func (c *Cast) special() bool {
	return specialValues[c.To.Kind] != nil && c.Child.Type().Text() && Foldable(c.Child)
}

func (c *Cast) convert(ctx *Context, v any) (any, error) {
	f, err := c.caster(ctx)
	if err != nil {
		return nil, err
	}
	return f(v)
}
