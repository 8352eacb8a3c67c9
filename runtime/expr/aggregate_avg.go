package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// avg is a sum and a count. Whole numbers are added as doubles.

func avgOperand(r *Request) error {
	if err := sumOperand(r); err != nil {
		return err
	}
	if t := r.Args[0].Type(); t.Numeric() && t.Kind != types.DecimalKind {
		r.Args[0] = Implicit(r.Args[0], types.Double)
	}
	return nil
}

func avgType(args []Expr) *types.Type {
	switch t := args[0].Type(); t.Kind {
	case types.DecimalKind:
		return types.DecimalOf(min(t.Precision+4, types.MaxPrecision), min(t.Scale+4, types.MaxPrecision))
	case types.YearMonthKind:
		return types.YearToMonth
	case types.DayTimeKind:
		return types.DayToSecond
	}
	return types.Double
}

func avgState(a *Agg) []*types.Type { return []*types.Type{sumType(a.Args), types.Long} }

func newAvg(try bool) func(a *Agg) Accumulator {
	return func(a *Agg) Accumulator {
		switch t := a.Arg(0); t.Kind {
		case types.DecimalKind:
			sum := sumType(a.Args)
			return &average[types.Decimal]{null: try || a.Legacy, zero: types.DecimalOf64(0),
				add: func(s, x types.Decimal) (types.Decimal, bool) {
					z, ok := s.Add(x)
					return z, ok && z.Fits(sum.Precision)
				},
				overflow: func() error { return overflow("Overflow in sum of decimals", "try_avg") },
				divide: func(s types.Decimal, n int64) (any, bool) {
					return boxOK(types.DecimalDiv(s, t.Scale, types.DecimalOf64(n), 0, a.Typ.Precision, a.Typ.Scale))
				}, typ: a.Typ}
		case types.YearMonthKind:
			return &average[int32]{null: try, add: func(s, x int32) (int32, bool) { return s + x, !addBad(s, x) },
				overflow: func() error { return intervalOverflow("try_add") },
				divide: func(s int32, n int64) (any, bool) {
					return int32(halfUp(int64(s), n)), true
				}, typ: a.Typ}
		case types.DayTimeKind:
			return &average[int64]{null: try, add: func(s, x int64) (int64, bool) { return s + x, !addBad(s, x) },
				overflow: func() error { return intervalOverflow("try_add") },
				divide:   func(s int64, n int64) (any, bool) { return halfUp(s, n), true }, typ: a.Typ}
		}
		return &average[float64]{add: func(s, x float64) (float64, bool) { return s + x, true },
			divide: func(s float64, n int64) (any, bool) { return s / float64(n), true }, typ: a.Typ}
	}
}

func boxOK[T any](v T, ok bool) (any, bool) { return v, ok }

// halfUp is a / n, rounded half away from zero.
func halfUp(a, n int64) int64 {
	q, r := a/n, a%n
	if 2*max(r, -r) >= n {
		if a < 0 {
			return q - 1
		}
		return q + 1
	}
	return q
}

// An average is a sum of S and a count for each group. A group that overflows has the count -1.
type average[S any] struct {
	sums     []S
	n        []int64
	zero     S
	null     bool // overflow gives NULL
	add      func(s, x S) (S, bool)
	overflow func() error
	divide   func(s S, n int64) (any, bool)
	typ      *types.Type
}

func (a *average[S]) Grow(n int) { a.sums, a.n = grow(a.sums, n), grow(a.n, n) }
func (a *average[S]) Reset()     { a.sums, a.n = a.sums[:0], a.n[:0] }

func (a *average[S]) put(g int32, x S, n int64) error {
	if a.n[g] < 0 || n == 0 {
		return nil
	}
	s, ok := a.add(a.sums[g], x)
	if !ok || n < 0 {
		if !a.null && n >= 0 {
			return a.overflow()
		}
		a.n[g] = -1
		return nil
	}
	a.sums[g] = s
	a.n[g] += n
	return nil
}

func (a *average[S]) Update(_ *Context, groups []int32, args []batch.Vector, rows []int32) error {
	if d, ok := any(a).(*average[float64]); ok {
		d.sum(groups, args[0].(*batch.Vec[float64]), rows)
		return nil
	}
	in := args[0].(*batch.Vec[S])
	for i, g := range groups {
		r := row(rows, i)
		if in.Valid != nil && !in.Valid[r] {
			continue
		}
		if err := a.put(g, in.V[r], 1); err != nil {
			return err
		}
	}
	return nil
}

// sum is Update for doubles, which cannot fail.
func (a *average[S]) sum(groups []int32, in *batch.Vec[float64], rows []int32) {
	d := any(a).(*average[float64])
	for i, g := range groups {
		r := row(rows, i)
		if in.Valid == nil || in.Valid[r] {
			d.sums[g] += in.V[r]
			d.n[g]++
		}
	}
}

func (a *average[S]) Merge(_ *Context, groups []int32, state []batch.Vector, rows []int32) error {
	sums, n := state[0].(*batch.Vec[S]).V, state[1].(*batch.Vec[int64]).V
	for i, g := range groups {
		r := row(rows, i)
		if err := a.put(g, sums[r], n[r]); err != nil {
			return err
		}
	}
	return nil
}

func (a *average[S]) State() []batch.Vector {
	return []batch.Vector{batch.VecOf(append([]S(nil), a.sums...)), batch.VecOf(append([]int64(nil), a.n...))}
}

func (a *average[S]) Result(*Context) (batch.Vector, error) {
	v := newVector(a.typ, len(a.n))
	for g, n := range a.n {
		if n <= 0 {
			v.AppendNull()
			continue
		}
		x, ok := a.divide(a.sums[g], n)
		switch {
		case ok:
			v.AppendAny(x)
		case a.null:
			v.AppendNull()
		default:
			return nil, a.overflow()
		}
	}
	return v, nil
}
