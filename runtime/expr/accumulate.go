package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// The makings of accumulators. Most aggregate functions are one of three:
//
//   - fold: one typed value a group, and a flag that says whether there is one (sum, min, max, bit_or, …);
//   - moments: a fixed number of doubles a group (avg, variance, corr, …);
//   - gathered: a Go value of any type a group, boxed inputs (percentile, mode, collect_list of anything, …).

// row is the position of the i-th row.
func row(rows []int32, i int) int {
	if rows == nil {
		return i
	}
	return int(rows[i])
}

// grow makes s n long, the new elements zero.
func grow[T any](s []T, n int) []T {
	if n <= cap(s) {
		old := len(s)
		s = s[:n]
		clear(s[min(old, n):])
		return s
	}
	t := make([]T, n, max(n, 2*cap(s)))
	copy(t, s)
	return t
}

// A fold keeps one value a group. Groups without a value are null.
type fold[A, S any] struct {
	vals []S
	has  []bool
	// first is the state of a group's first value, next that of one more; merge that of two states.
	first func(a A) (S, error)
	next  func(s S, a A) (S, error)
	merge func(s, t S) (S, error)
}

func (f *fold[A, S]) Grow(n int) { f.vals, f.has = grow(f.vals, n), grow(f.has, n) }
func (f *fold[A, S]) Reset()     { f.vals, f.has = f.vals[:0], f.has[:0] }

func (f *fold[A, S]) Update(_ *Context, groups []int32, args []batch.Vector, rows []int32) error {
	in := args[0].(*batch.Vec[A])
	for i, g := range groups {
		r := row(rows, i)
		if in.Valid != nil && !in.Valid[r] {
			continue
		}
		var err error
		if f.has[g] {
			f.vals[g], err = f.next(f.vals[g], in.V[r])
		} else {
			f.vals[g], err = f.first(in.V[r])
			f.has[g] = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *fold[A, S]) Merge(_ *Context, groups []int32, state []batch.Vector, rows []int32) error {
	in := state[0].(*batch.Vec[S])
	for i, g := range groups {
		r := row(rows, i)
		if in.Valid != nil && !in.Valid[r] {
			continue
		}
		if !f.has[g] {
			f.vals[g], f.has[g] = in.V[r], true
			continue
		}
		var err error
		if f.vals[g], err = f.merge(f.vals[g], in.V[r]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold[A, S]) State() []batch.Vector { return []batch.Vector{f.column()} }

func (f *fold[A, S]) Result(*Context) (batch.Vector, error) { return f.column(), nil }

// column is a copy of the values, for whoever gets it may keep it while more are added.
func (f *fold[A, S]) column() batch.Vector {
	v := &batch.Vec[S]{V: append([]S(nil), f.vals...)}
	for _, ok := range f.has {
		if !ok {
			v.Valid = append([]bool(nil), f.has...)
			break
		}
	}
	return v
}

// same is the fold whose values, states and results have one type, and which cannot fail.
func same[T any](next func(s, a T) T) *fold[T, T] {
	step := func(s, a T) (T, error) { return next(s, a), nil }
	return &fold[T, T]{first: func(a T) (T, error) { return a, nil }, next: step, merge: step}
}

// sameType is the state of an aggregate whose state is its result.
func sameType(a *Agg) []*types.Type { return []*types.Type{a.Typ} }

// moments keeps k doubles a group, the first being the number of rows. Rows with a null argument do not count.
type moments struct {
	k      int
	args   int
	m      []float64 // k for each group
	update func(m []float64, x [2]float64)
	merge  func(m, o []float64)
	result func(m []float64) (float64, bool)
	fails  func(m []float64) error // nil: never
	x      [2]*batch.Vec[float64]
}

func (s *moments) Grow(n int) { s.m = grow(s.m, n*s.k) }
func (s *moments) Reset()     { s.m = s.m[:0] }

func (s *moments) Update(_ *Context, groups []int32, args []batch.Vector, rows []int32) error {
	for i := range s.args {
		s.x[i] = args[i].(*batch.Vec[float64])
	}
	for i, g := range groups {
		r := row(rows, i)
		var x [2]float64
		null := false
		for j := range s.args {
			v := s.x[j]
			null = null || v.Valid != nil && !v.Valid[r]
			x[j] = v.V[r]
		}
		if !null {
			s.update(s.m[int(g)*s.k:(int(g)+1)*s.k], x)
		}
	}
	return nil
}

func (s *moments) Merge(_ *Context, groups []int32, state []batch.Vector, rows []int32) error {
	o := make([]float64, s.k)
	for i, g := range groups {
		r := row(rows, i)
		for j := range o {
			o[j] = state[j].(*batch.Vec[float64]).V[r]
		}
		m := s.m[int(g)*s.k : (int(g)+1)*s.k]
		switch {
		case o[0] == 0:
		case m[0] == 0:
			copy(m, o)
		default:
			s.merge(m, o)
		}
	}
	return nil
}

func (s *moments) State() []batch.Vector {
	n := len(s.m) / s.k
	cols := make([]batch.Vector, s.k)
	for j := range cols {
		v := &batch.Vec[float64]{V: make([]float64, n)}
		for g := range v.V {
			v.V[g] = s.m[g*s.k+j]
		}
		cols[j] = v
	}
	return cols
}

func (s *moments) Result(*Context) (batch.Vector, error) {
	n := len(s.m) / s.k
	v := &batch.Vec[float64]{V: make([]float64, 0, n)}
	for g := range n {
		m := s.m[g*s.k : (g+1)*s.k]
		if s.fails != nil {
			if err := s.fails(m); err != nil {
				return nil, err
			}
		}
		if x, ok := s.result(m); ok {
			v.V = append(v.V, x)
			if v.Valid != nil {
				v.Valid = append(v.Valid, true)
			}
		} else {
			v.AppendNull()
		}
	}
	return v, nil
}

func doubles(k int) func(*Agg) []*types.Type {
	return func(*Agg) []*types.Type {
		ts := make([]*types.Type, k)
		for i := range ts {
			ts[i] = types.Double
		}
		return ts
	}
}

// gathered keeps a Go value S a group, nil before its first row. Its partial state is boxed values of the types of the
// function's State.
type gathered[S any] struct {
	agg    *Agg
	states []*S
	types  []*types.Type
	update func(ctx *Context, s *S, args []any) error
	merge  func(ctx *Context, s *S, state []any) error
	state  func(s *S) []any
	result func(ctx *Context, s *S) (any, error) // s is never nil
	row    []any
}

func (a *gathered[S]) Grow(n int) {
	a.states = grow(a.states, n)
	for i, s := range a.states {
		if s == nil {
			a.states[i] = new(S)
		}
	}
}

func (a *gathered[S]) Reset() { a.states = a.states[:0:0] }

func (a *gathered[S]) Update(ctx *Context, groups []int32, args []batch.Vector, rows []int32) error {
	a.row = grow(a.row, len(args))
	for i, g := range groups {
		r := row(rows, i)
		for k, v := range args {
			a.row[k] = v.Any(r)
		}
		if err := a.update(ctx, a.states[g], a.row); err != nil {
			return err
		}
	}
	return nil
}

func (a *gathered[S]) Merge(ctx *Context, groups []int32, state []batch.Vector, rows []int32) error {
	a.row = grow(a.row, len(state))
	for i, g := range groups {
		r := row(rows, i)
		for k, v := range state {
			a.row[k] = v.Any(r)
		}
		if err := a.merge(ctx, a.states[g], a.row); err != nil {
			return err
		}
	}
	return nil
}

func (a *gathered[S]) State() []batch.Vector {
	cols := make([]batch.Vector, len(a.types))
	for k, t := range a.types {
		cols[k] = newVector(t, len(a.states))
	}
	for _, s := range a.states {
		for k, v := range a.state(s) {
			cols[k].AppendAny(v)
		}
	}
	return cols
}

func (a *gathered[S]) Result(ctx *Context) (batch.Vector, error) {
	v := newVector(a.agg.Typ, len(a.states))
	for _, s := range a.states {
		x, err := a.result(ctx, s)
		if err != nil {
			return nil, err
		}
		v.AppendAny(x)
	}
	return v, nil
}
