package expr

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gospark/runtime/types"
)

// Percentiles, median and mode: the values of a group with how often each occurs. percentile_approx is exact here, which
// is within any accuracy asked for.

func init() {
	family("agg_funcs", []Function{
		{Name: "percentile", Sig: "double|yearmonth|daytime, double|array<double>, bigint = 1 -> ?", Coerce: percentageOperand, Check: percentages(1), Ret: percentileType, Null: Always,
			Agg: &AggImpl{State: countsState, New: newPercentile(1, false)}, Doc: "The value below which a part of the values lies, between values in proportion; the third argument is how often a row counts.",
			Example: "percentile(col, 0.3) FROM VALUES (0), (10) AS t(col) = 3.0"},
		{Name: "median", Sig: "double|yearmonth|daytime -> ?", Ret: percentileType, Null: Always, Agg: &AggImpl{State: countsState, New: newPercentile(-1, false)},
			Doc: "The value in the middle.", Example: "median(col) FROM VALUES (0), (10) AS t(col) = 5.0"},
		{Name: "percentile_cont", Sig: "double|array<double>", Make: percentileWithin, Ret: withinType, Null: Always, AggText: withinText, Agg: &AggImpl{State: countsState, New: newPercentile(0, false)},
			Doc: "The percentile, between values in proportion.", Example: "percentile_cont(0.25) WITHIN GROUP (ORDER BY col) FROM VALUES (0), (10) AS t(col) = 2.5"},
		{Name: "percentile_disc", Sig: "double|array<double>", Make: percentileWithin, Ret: withinType, Null: Always, AggText: withinText, Agg: &AggImpl{State: countsState, New: newPercentile(0, true)},
			Doc: "The percentile, as one of the values.", Example: "percentile_disc(0.25) WITHIN GROUP (ORDER BY col) FROM VALUES (0), (10) AS t(col) = 0.0"},
		{Name: "percentile_approx", Aliases: []string{"approx_percentile"}, Sig: "numeric|date|timestamp|timestamp_ntz|yearmonth|daytime, double|array<double>, bigint = 10000 -> ?",
			Check: approxOperands, Ret: approxType, Null: Always, Agg: &AggImpl{State: countsState, New: newApprox},
			Doc: "The percentile, as one of the values.", Example: "percentile_approx(col, 0.5, 100) FROM VALUES (0), (6), (7), (9), (10) AS t(col) = 7"},
		{Name: "mode", Sig: "any?, boolean? -> $1", Null: Always, Make: mode, AggText: modeText, Agg: &AggImpl{State: countsState, New: newMode},
			Doc: "The value that occurs most often.", Example: "mode(col) FROM VALUES (0), (10), (10) AS t(col) = 10"},
	})
}

func percentageOperand(r *Request) error {
	if len(r.Args) > 2 && r.Args[2].Type().Integral() {
		r.Args[2] = Implicit(r.Args[2], types.Long)
	}
	return nil
}

// approxOperands checks the percentages, and the accuracy: a positive int.
func approxOperands(text string, args []Expr) error {
	if err := percentages(1)(text, args); err != nil {
		return err
	}
	if !Foldable(args[2]) {
		return notFoldable(text, "accuracy", written(args[2]).Type(), args[2])
	}
	v, err := Constant(&Context{}, args[2])
	if err != nil {
		return err
	}
	n, ok := v.(int64)
	switch {
	case !ok:
		return mismatch("UNEXPECTED_NULL", text, "The `accuracy` must not be null.", "exprName", "accuracy")
	case n <= 0 || n > math.MaxInt32:
		return outOfRange(text, "accuracy", "(0, "+strconv.Itoa(math.MaxInt32)+"]", strconv.FormatInt(n, 10)+"L")
	}
	return nil
}

// percentages checks the argument that says which percentiles: a constant, or an array, from 0 to 1.
func percentages(i int) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		if t := written(args[i]).Type(); t.Kind == types.ArrayKind && t.Nullable {
			return unexpectedInput(text, i, quotedType(types.ArrayOf(types.Double, false)), written(args[i]))
		}
		if !Foldable(args[i]) {
			return notFoldable(text, "percentage", args[i].Type(), args[i])
		}
		v, err := Constant(&Context{}, args[i])
		if err != nil {
			return err
		}
		if v == nil {
			return mismatch("UNEXPECTED_NULL", text, "The `percentage` must not be null.", "exprName", "percentage")
		}
		ps, ok := v.([]any)
		if !ok {
			ps = []any{v}
		}
		for _, p := range ps {
			if f, ok := p.(float64); !ok || f < 0 || f > 1 {
				current := fmt.Sprint(p)
				if ok {
					current = (DoubleLit(f)).SQLText()
				}
				return outOfRange(text, "percentage", "[0.0, 1.0]", current)
			}
		}
		return nil
	}
}

func percentileType(args []Expr) *types.Type {
	t := args[0].Type()
	switch t.Kind {
	case types.YearMonthKind:
		t = types.YearToMonth
	case types.DayTimeKind:
		t = types.DayToSecond
	default:
		t = types.Double
	}
	if len(args) > 1 && args[1].Type().Kind == types.ArrayKind {
		return types.ArrayOf(t, false)
	}
	return t
}

func approxType(args []Expr) *types.Type {
	if args[1].Type().Kind == types.ArrayKind {
		return types.ArrayOf(args[0].Type(), false)
	}
	return args[0].Type()
}

// withinType is the type of a percentile of the sort key.
func withinType(args []Expr) *types.Type {
	if args[0].Type().Kind == types.ArrayKind {
		return types.ArrayOf(types.Double, false)
	}
	return types.Double
}

// percentileWithin: the values are those of the sort key, made doubles.
func percentileWithin(r *Request) (Expr, error) {
	if err := r.oneOrder(); err != nil {
		return nil, err
	}
	key := r.Order[0]
	t := implicitType(key.Child, []class{classes["numeric"], classes["daytime"], classes["yearmonth"]})
	if t == nil {
		return nil, unexpectedInput(r.Text(), 0, typeChoice([]string{"NUMERIC", "INTERVAL DAY TO SECOND", "INTERVAL YEAR TO MONTH"}), key.Child)
	}
	if t.Numeric() {
		t = types.Double
	}
	key.Child = Implicit(key.Child, t)
	r.Order = []SortKey{key}
	e, err := r.build()
	if err != nil {
		return nil, err
	}
	text := r.Text()
	if r.Fn.Name == "percentile_cont" { // it stands for percentile
		text = r.Fn.Name + "(" + join([]Expr{key.Child, r.Args[0]}) + ")"
	}
	if err := percentages(0)(text, r.Args); err != nil {
		return nil, err
	}
	a := e.(*Agg)
	a.Typ = percentileType([]Expr{key.Child, r.Args[0]})
	return a, nil
}

func withinText(a *Agg) string {
	if len(a.Order) == 0 {
		return a.Name + "(" + join(a.Args) + ")"
	}
	direction := ""
	if a.Order[0].Desc {
		direction = " DESC"
	}
	return a.Name + "(" + join(a.Args) + ") WITHIN GROUP (ORDER BY " + a.Order[0].Child.String() + direction + ")"
}

// valueOf is the expression whose values are counted.
func (a *Agg) valueExpr() Expr {
	if a.Fn.AggText != nil && len(a.Order) > 0 {
		return a.Order[0].Child
	}
	return a.Args[0]
}

func countsState(a *Agg) []*types.Type {
	return []*types.Type{types.ArrayOf(a.valueExpr().Type(), false), types.ArrayOf(types.Long, false)}
}

// counts is how often each value occurs.
type counts struct {
	index valueIndex
	n     []int64
}

func (c *counts) add(t *types.Type, v any, n int64) {
	c.index.typ = t
	i, fresh := c.index.add(v)
	if fresh {
		c.n = append(c.n, 0)
	}
	c.n[i] += n
}

// sorted is the values in order with the number of rows up to each.
func (c *counts) sorted(desc bool) (values []any, upto []int64) {
	order := make([]int, len(c.n))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		x := compareValues(c.index.typ, c.index.values[i], c.index.values[j])
		if desc {
			return -x
		}
		return x
	})
	total := int64(0)
	for _, i := range order {
		total += c.n[i]
		values, upto = append(values, c.index.values[i]), append(upto, total)
	}
	return values, upto
}

// counting makes an accumulator of counts. value is the position of the values among the inputs, frequency that of how often
// a row counts, or -1.
func counting(a *Agg, value, frequency int, result func(c *counts) any) Accumulator {
	t := a.valueExpr().Type()
	return &gathered[counts]{agg: a, types: countsState(a),
		update: func(_ *Context, c *counts, args []any) error {
			n := int64(1)
			if frequency >= 0 {
				f, ok := args[frequency].(int64)
				if !ok || f == 0 {
					return nil
				}
				if f < 0 {
					return negativeFrequency(a.Args[frequency], f)
				}
				n = f
			}
			if v := args[value]; v != nil {
				c.add(t, v, n)
			}
			return nil
		},
		merge: func(_ *Context, c *counts, state []any) error {
			ns := state[1].([]any)
			for i, v := range state[0].([]any) {
				c.add(t, v, ns[i].(int64))
			}
			return nil
		},
		state: func(c *counts) []any {
			ns := make([]any, len(c.n))
			for i, n := range c.n {
				ns[i] = n
			}
			return []any{list(c.index.values), ns}
		},
		result: func(_ *Context, c *counts) (any, error) {
			if len(c.n) == 0 {
				return nil, nil
			}
			return result(c), nil
		}}
}

// newPercentile has the percentages in argument i (-1: the median; 0: the values are those of the sort key).
func newPercentile(i int, discrete bool) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		ps, many := []float64{0.5}, false
		if i >= 0 {
			ps, many = percentagesOf(a.Args[i])
		}
		value, frequency, desc := 0, -1, false
		switch i {
		case 0:
			value, desc = len(a.Args), a.Order[0].Desc
		case 1:
			frequency = 2
		}
		return counting(a, value, frequency, func(c *counts) any {
			values, upto := c.sorted(desc)
			return perPercentage(ps, many, func(p float64) any {
				return percentileAt(values, upto, p, discrete)
			})
		})
	}
}

func percentagesOf(e Expr) (ps []float64, many bool) {
	v, err := Constant(&Context{}, e)
	if err != nil {
		return nil, false
	}
	vs, many := v.([]any)
	if !many {
		vs = []any{v}
	}
	for _, x := range vs {
		if f, ok := x.(float64); ok {
			ps = append(ps, f)
		}
	}
	return ps, many
}

func perPercentage(ps []float64, many bool, f func(p float64) any) any {
	if !many {
		return f(ps[0])
	}
	if len(ps) == 0 {
		return nil
	}
	out := make([]any, len(ps))
	for i, p := range ps {
		out[i] = f(p)
	}
	return out
}

// percentileAt is the value at a part p of the rows: at position p*(n-1), between two values in proportion.
func percentileAt(values []any, upto []int64, p float64, discrete bool) any {
	n := upto[len(upto)-1]
	at := func(position int64) any {
		i, _ := slices.BinarySearch(upto, position+1)
		return values[i]
	}
	if discrete {
		return at(max(int64(math.Ceil(p*float64(n)))-1, 0))
	}
	position := p * float64(n-1)
	lower := math.Floor(position)
	lo, hi := at(int64(lower)), at(int64(math.Ceil(position)))
	switch x := lo.(type) {
	case float64:
		y := hi.(float64)
		if lo == hi || position == lower {
			return x
		}
		return (math.Ceil(position)-position)*x + (position-lower)*y
	case int32:
		y := hi.(int32)
		if x == y || position == lower {
			return x
		}
		return int32((math.Ceil(position)-position)*float64(x) + (position-lower)*float64(y))
	case int64:
		y := hi.(int64)
		if x == y || position == lower {
			return x
		}
		return int64((math.Ceil(position)-position)*float64(x) + (position-lower)*float64(y))
	}
	return lo
}

func newApprox(a *Agg) Accumulator {
	ps, many := percentagesOf(a.Args[1])
	return counting(a, 0, -1, func(c *counts) any {
		values, upto := c.sorted(false)
		return perPercentage(ps, many, func(p float64) any { return percentileAt(values, upto, p, true) })
	})
}

// newMode chooses the value seen first among those that occur equally often.
// mode is of its argument, or of the values it is to order by: then, and if a second argument is true, the first of the
// values in order is taken of those that occur equally often.
func mode(r *Request) (Expr, error) {
	if len(r.Args) == 0 {
		if err := r.oneOrder(); err != nil {
			return nil, err
		}
		r.Args = []Expr{r.Order[0].Child}
		return r.build()
	}
	if len(r.Order) > 0 {
		return nil, r.unsupported("WITHIN GROUP (ORDER BY ...)")
	}
	if len(r.Args) == 2 {
		text := r.Text()
		v, ok, err := r.constant(1)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, notFoldable(text, "deterministic", types.Boolean, r.Args[1])
		}
		if _, is := v.(bool); !is {
			return nil, unexpectedInput(text, 1, quotedType(types.Boolean), r.Args[1])
		}
	}
	return r.build()
}

func modeText(a *Agg) string {
	// The direction that is shown is the one in which the value is looked for: the smallest is the first of the largest.
	switch {
	case len(a.Order) > 0 && !a.Order[0].Desc:
		return a.Name + "() WITHIN GROUP (ORDER BY " + a.Order[0].Child.String() + " DESC)"
	case len(a.Order) > 0:
		return a.Name + "() WITHIN GROUP (ORDER BY " + a.Order[0].Child.String() + ")"
	case len(a.Args) > 1:
		if v, _ := a.Constant(1); v == true {
			return a.Name + "() WITHIN GROUP (ORDER BY " + a.Args[0].String() + " DESC)"
		}
		return a.Name + "(" + a.Args[0].String() + ")"
	}
	return a.Name + "(" + join(a.Args) + ")"
}

func newMode(a *Agg) Accumulator {
	sign := 0 // of the order among equals
	if len(a.Order) > 0 {
		sign = 1
		if a.Order[0].Desc {
			sign = -1
		}
	} else if len(a.Args) > 1 {
		if v, _ := a.Constant(1); v == true {
			sign = 1
		}
	}
	return counting(a, 0, -1, func(c *counts) any {
		order := openOrder(c.index.values, a.Arg(0)) // whose first counts among equals
		best := order[0]
		for _, i := range order {
			n := c.n[i]
			if n > c.n[best] || n == c.n[best] && sign*compareValues(a.Arg(0), c.index.values[i], c.index.values[best]) < 0 {
				best = i
			}
		}
		return c.index.values[best]
	})
}
