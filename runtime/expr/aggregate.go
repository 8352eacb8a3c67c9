package expr

import (
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// The usual aggregate functions: count, sum, avg, min, max and their kin.

func init() {
	family("agg_funcs", []Function{
		{Name: "count", Sig: "any... -> bigint", Null: Never, Make: count, Agg: &AggImpl{State: longState, New: newCount},
			Doc: "The number of rows, or of rows in which no argument is NULL.", Example: "count(*) FROM VALUES (NULL), (5) AS t(col) = 2"},
		{Name: "count_if", Sig: "boolean -> bigint", Null: Never, Agg: &AggImpl{State: longState, New: func(*Agg) Accumulator {
			return &counter{counts: func(args []batch.Vector, r int) bool {
				v := args[0].(*batch.Vec[bool])
				return v.V[r] && !v.Null(r)
			}}
		}}, Doc: "The number of rows for which the condition is true.", Example: "count_if(col % 2 = 0) FROM VALUES (0), (1), (2) AS t(col) = 2"},
		{Name: "sum", Sig: "any", Coerce: sumOperand, Ret: sumType, Null: Always, Agg: &AggImpl{State: sumState, New: newSum(false)},
			Doc: "The sum.", Example: "sum(col) FROM VALUES (5), (10), (15) AS t(col) = 30"},
		{Name: "try_sum", Sig: "any", Coerce: sumOperand, Ret: sumType, Null: Always, Agg: &AggImpl{State: trySumState, New: newSum(true)},
			Doc: "The sum, or NULL on overflow.", Example: "try_sum(col) FROM VALUES (9223372036854775807L), (1L) AS t(col) = NULL"},
		{Name: "avg", Aliases: []string{"mean"}, Sig: "any", Coerce: avgOperand, Ret: avgType, Null: Always, Agg: &AggImpl{State: avgState, New: newAvg(false)},
			Doc: "The mean.", Example: "avg(col) FROM VALUES (1), (2), (3) AS t(col) = 2.0"},
		{Name: "try_avg", Sig: "any", Coerce: avgOperand, Ret: avgType, Null: Always, Agg: &AggImpl{State: avgState, New: newAvg(true)},
			Doc: "The mean, or NULL on overflow.", Example: "try_avg(col) FROM VALUES (1), (2), (3) AS t(col) = 2.0"},
		{Name: "min", Sig: "any -> $1", Check: orderedOperand("min"), Null: Always, Agg: &AggImpl{State: sameType, New: newExtreme(-1)},
			Doc: "The smallest value.", Example: "min(col) FROM VALUES (10), (-1), (20) AS t(col) = -1"},
		{Name: "max", Sig: "any -> $1", Check: orderedOperand("max"), Null: Always, Agg: &AggImpl{State: sameType, New: newExtreme(1)},
			Doc: "The largest value.", Example: "max(col) FROM VALUES (10), (50), (20) AS t(col) = 50"},
		{Name: "bit_and", Exact: true, Sig: "integral -> $1", Null: Always, Agg: &AggImpl{State: sameType, New: newBits(0)}, Doc: "The bits that are set in all values.", Example: "bit_and(col) FROM VALUES (3), (5) AS t(col) = 1"},
		{Name: "bit_or", Exact: true, Sig: "integral -> $1", Null: Always, Agg: &AggImpl{State: sameType, New: newBits(1)}, Doc: "The bits that are set in any value.", Example: "bit_or(col) FROM VALUES (3), (5) AS t(col) = 7"},
		{Name: "bit_xor", Exact: true, Sig: "integral -> $1", Null: Always, Agg: &AggImpl{State: sameType, New: newBits(2)}, Doc: "The bits that are set in an odd number of values.", Example: "bit_xor(col) FROM VALUES (3), (5) AS t(col) = 6"},
		{Name: "bool_and", Aliases: []string{"every"}, Sig: "boolean -> boolean", Null: Always, Agg: &AggImpl{State: sameType, New: func(*Agg) Accumulator {
			return same(func(s, a bool) bool { return s && a })
		}}, Doc: "Whether all values are true.", Example: "bool_and(col) FROM VALUES (true), (false) AS t(col) = false"},
		{Name: "bool_or", Aliases: []string{"any", "some"}, Sig: "boolean -> boolean", Null: Always, Agg: &AggImpl{State: sameType, New: func(*Agg) Accumulator {
			return same(func(s, a bool) bool { return s || a })
		}}, Doc: "Whether a value is true.", Example: "bool_or(col) FROM VALUES (true), (false) AS t(col) = true"},
	})
}

// count(*) is count(1).
func count(r *Request) (Expr, error) {
	if r.Star {
		r.Args = []Expr{IntLit(1)}
	}
	return r.build()
}

func longState(*Agg) []*types.Type { return []*types.Type{types.Long} }

func newCount(a *Agg) Accumulator {
	constant := true
	for _, x := range a.Args {
		constant = constant && !x.Nullable()
	}
	if constant {
		return &counter{}
	}
	return &counter{counts: func(args []batch.Vector, r int) bool {
		for _, v := range args {
			if v.Null(r) {
				return false
			}
		}
		return true
	}}
}

// A counter counts rows: all, or those that counts names.
type counter struct {
	n      []int64
	counts func(args []batch.Vector, r int) bool
}

func (c *counter) Grow(n int) { c.n = grow(c.n, n) }
func (c *counter) Reset()     { c.n = c.n[:0] }

func (c *counter) Update(_ *Context, groups []int32, args []batch.Vector, rows []int32) error {
	if c.counts == nil {
		for _, g := range groups {
			c.n[g]++
		}
		return nil
	}
	if len(args) == 1 {
		if v := args[0]; !v.HasNulls() && v.Elem().Kind().String() != "bool" {
			for _, g := range groups {
				c.n[g]++
			}
			return nil
		}
	}
	for i, g := range groups {
		if c.counts(args, row(rows, i)) {
			c.n[g]++
		}
	}
	return nil
}

func (c *counter) Merge(_ *Context, groups []int32, state []batch.Vector, rows []int32) error {
	in := state[0].(*batch.Vec[int64]).V
	for i, g := range groups {
		c.n[g] += in[row(rows, i)]
	}
	return nil
}

func (c *counter) State() []batch.Vector {
	return []batch.Vector{batch.VecOf(append([]int64(nil), c.n...))}
}

func (c *counter) Result(*Context) (batch.Vector, error) { return c.State()[0], nil }

// sumOperand takes numbers and intervals; strings are read as doubles.
func sumOperand(r *Request) error {
	a := r.Args[0]
	switch t := a.Type(); {
	case t.Text() || t.Kind == types.VoidKind:
		r.Args[0] = Implicit(a, types.Double)
	case t.Kind == types.TimestampKind:
		r.Args[0] = Implicit(a, types.Double)
	case !t.Numeric() && !t.IsInterval():
		return unexpectedInput(r.Text(), 0, `"NUMERIC" or "ANSI INTERVAL"`, a)
	}
	return nil
}

func sumType(args []Expr) *types.Type {
	switch t := args[0].Type(); {
	case t.Integral():
		return types.Long
	case t.Fractional():
		return types.Double
	case t.Kind == types.DecimalKind:
		return types.DecimalOf(min(t.Precision+10, types.MaxPrecision), t.Scale)
	}
	return args[0].Type() // intervals keep their fields
}

// legacyNull says that a sum of decimals that overflows is NULL, as it is with ANSI mode off.
func legacyNull(a *Agg) bool { return a.Legacy && a.Typ.Kind == types.DecimalKind }

func sumState(a *Agg) []*types.Type {
	if legacyNull(a) {
		return trySumState(a)
	}
	return []*types.Type{a.Typ}
}

// trySumState adds whether the sum has overflowed already.
func trySumState(a *Agg) []*types.Type { return []*types.Type{a.Typ, types.Boolean} }

func newSum(try bool) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		f := plainSum(a)
		if try || legacyNull(a) {
			return &trying{inner: f}
		}
		return f
	}
}

func plainSum(a *Agg) Accumulator {
	switch t := a.Arg(0); t.Kind {
	case types.ByteKind:
		return longSum[int8](a)
	case types.ShortKind:
		return longSum[int16](a)
	case types.IntKind:
		return longSum[int32](a)
	case types.LongKind:
		return longSum[int64](a)
	case types.DayTimeKind:
		return longSum[int64](a)
	case types.YearMonthKind:
		return &fold[int32, int32]{first: func(x int32) (int32, error) { return x, nil }, next: addMonths, merge: addMonths}
	case types.FloatKind:
		return &fold[float32, float64]{first: func(x float32) (float64, error) { return float64(x), nil },
			next:  func(s float64, x float32) (float64, error) { return s + float64(x), nil },
			merge: func(s, t float64) (float64, error) { return s + t, nil }}
	case types.DecimalKind:
		add := func(s, x types.Decimal) (types.Decimal, error) {
			sum, ok := s.Add(x)
			if !ok || !sum.Fits(a.Typ.Precision) {
				return sum, overflow("Overflow in sum of decimals", "try_sum")
			}
			return sum, nil
		}
		return &fold[types.Decimal, types.Decimal]{first: func(x types.Decimal) (types.Decimal, error) { return x, nil }, next: add, merge: add}
	}
	return same(func(s, x float64) float64 { return s + x })
}

func addMonths(s, x int32) (int32, error) {
	if addBad(s, x) {
		return 0, intervalOverflow("try_add")
	}
	return s + x, nil
}

// longSum adds whole numbers as bigints.
func longSum[T whole](a *Agg) Accumulator {
	add := func(s, x int64) (int64, error) {
		if addBad(s, x) && !a.Legacy {
			if a.Typ.IsInterval() {
				return 0, intervalOverflow("try_add")
			}
			return 0, overflow("overflow", "try_add")
		}
		return s + x, nil
	}
	return &longs[T]{fold[T, int64]{first: func(x T) (int64, error) { return int64(x), nil },
		next: func(s int64, x T) (int64, error) { return add(s, int64(x)) }, merge: add}}
}

// longs is a fold of whole numbers with a loop of its own: sums are what is asked for most.
type longs[T whole] struct{ fold[T, int64] }

func (l *longs[T]) Update(ctx *Context, groups []int32, args []batch.Vector, rows []int32) error {
	in := args[0].(*batch.Vec[T])
	if in.Valid != nil {
		return l.fold.Update(ctx, groups, args, rows)
	}
	vals, has := l.vals, l.has
	for i, g := range groups {
		r := i
		if rows != nil {
			r = int(rows[i])
		}
		x := int64(in.V[r])
		s := vals[g] + x
		if (vals[g]^s)&(x^s) < 0 {
			var err error
			if s, err = l.merge(vals[g], x); err != nil {
				return err
			}
		}
		vals[g], has[g] = s, true
	}
	return nil
}

// trying makes a group NULL when its accumulator fails for it.
type trying struct {
	inner Accumulator
	bad   []bool
	one   [1]int32
	at    [1]int32
}

func (t *trying) Grow(n int) { t.inner.Grow(n); t.bad = grow(t.bad, n) }
func (t *trying) Reset()     { t.inner.Reset(); t.bad = t.bad[:0] }

func (t *trying) Update(ctx *Context, groups []int32, args []batch.Vector, rows []int32) error {
	for i, g := range groups {
		t.one[0], t.at[0] = g, int32(row(rows, i))
		if t.inner.Update(ctx, t.one[:], args, t.at[:]) != nil {
			t.bad[g] = true
		}
	}
	return nil
}

func (t *trying) Merge(ctx *Context, groups []int32, state []batch.Vector, rows []int32) error {
	last := len(state) - 1
	bad := state[last].(*batch.Vec[bool])
	for i, g := range groups {
		t.one[0], t.at[0] = g, int32(row(rows, i))
		if bad.V[t.at[0]] || t.inner.Merge(ctx, t.one[:], state[:last], t.at[:]) != nil {
			t.bad[g] = true
		}
	}
	return nil
}

func (t *trying) State() []batch.Vector {
	return append(t.inner.State(), batch.VecOf(append([]bool(nil), t.bad...)))
}

func (t *trying) Result(ctx *Context) (batch.Vector, error) {
	v, err := t.inner.Result(ctx)
	if err != nil {
		return nil, err
	}
	w := v.Like(v.Len())
	for g := range v.Len() {
		if t.bad[g] {
			w.AppendNull()
		} else {
			w.AppendAny(v.Any(g))
		}
	}
	return w, nil
}

// orderedOperand refuses types without an order.
func orderedOperand(name string) func(text string, args []Expr) error {
	return func(text string, args []Expr) error {
		if t := args[len(args)-1].Type(); !t.Ordered() {
			return notOrdered(text, name, t)
		}
		return nil
	}
}

// newExtreme is min (sign -1) and max (1).
func newExtreme(sign int) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		switch t := a.Typ; t.Kind {
		case types.ByteKind:
			return extremes[int8](sign)
		case types.ShortKind:
			return extremes[int16](sign)
		case types.IntKind, types.DateKind, types.YearMonthKind:
			return extremes[int32](sign)
		case types.LongKind, types.TimestampKind, types.TimestampNTZKind, types.TimeKind, types.DayTimeKind:
			return extremes[int64](sign)
		case types.FloatKind:
			return better(sign, func(a, b float32) int { return types.CompareFloat(float64(a), float64(b)) })
		case types.DoubleKind:
			return better(sign, types.CompareFloat)
		case types.DecimalKind:
			return better(sign, types.Decimal.Cmp)
		case types.BooleanKind:
			return better(sign, func(a, b bool) int { return one(a) - one(b) })
		case types.StringKind, types.CharKind, types.VarcharKind, types.BinaryKind:
			f := better(sign, strings.Compare)
			f.first = func(s string) (string, error) { return strings.Clone(s), nil }
			f.next = func(s, x string) (string, error) {
				if sign*strings.Compare(x, s) > 0 {
					return strings.Clone(x), nil
				}
				return s, nil
			}
			return f
		}
		t := a.Typ
		keep := func(_ *Context, s *any, args []any) error {
			if x := args[0]; x != nil && (*s == nil || sign*compareValues(t, x, *s) > 0) {
				*s = x
			}
			return nil
		}
		return &gathered[any]{agg: a, types: []*types.Type{t}, update: keep, merge: keep,
			state: func(s *any) []any { return []any{*s} }, result: func(_ *Context, s *any) (any, error) { return *s, nil }}
	}
}

func extremes[T int8 | int16 | int32 | int64](sign int) Accumulator {
	if sign > 0 {
		return same(func(s, x T) T { return max(s, x) })
	}
	return same(func(s, x T) T { return min(s, x) })
}

func better[T any](sign int, compare func(a, b T) int) *fold[T, T] {
	return same(func(s, x T) T {
		if sign*compare(x, s) > 0 {
			return x
		}
		return s
	})
}

func newBits(op int) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		switch a.Typ.Kind {
		case types.ByteKind:
			return bitFold[int8](op)
		case types.ShortKind:
			return bitFold[int16](op)
		case types.IntKind:
			return bitFold[int32](op)
		}
		return bitFold[int64](op)
	}
}

func bitFold[T whole](op int) Accumulator {
	switch op {
	case 0:
		return same(func(s, x T) T { return s & x })
	case 1:
		return same(func(s, x T) T { return s | x })
	}
	return same(func(s, x T) T { return s ^ x })
}
