package expr

import "gospark/runtime/batch"

// Lambdas over the elements of arrays: all elements of all rows are one column, for which the lambda is evaluated once.

// A lambdaFunc is a lambda as the row functions see it.
type lambdaFunc = func(args ...any) (any, error)

// A spread is the elements of the rows a function is computed for, as one column.
type spread struct {
	offsets []int32 // of each position of the batch; those not asked for have no elements
	at      []int32 // where each element is among the column's
	from    []int32 // the position it belongs to
	index   []int32 // its index in its array
}

// spans is a column of arrays or maps.
type spans interface {
	batch.Vector
	Span(i int) (lo, hi int)
}

func spreadOf(l spans, n int, rows []int32) *spread {
	s := &spread{offsets: make([]int32, n+1)}
	asked := askedFor(n, rows)
	if n > 0 && asked == nil {
		first, _ := l.Span(0)
		_, last := l.Span(n - 1)
		room := make([]int32, 0, 3*(last-first))
		k := last - first
		s.at, s.from, s.index = room[:0:k], room[k:k:2*k], room[2*k:2*k:3*k]
	}
	for i := range n {
		if (asked == nil || asked[i]) && !l.Null(i) {
			lo, hi := l.Span(i)
			for j := lo; j < hi; j++ {
				s.at, s.from, s.index = append(s.at, int32(j)), append(s.from, int32(i)), append(s.index, int32(j-lo))
			}
		}
		s.offsets[i+1] = int32(len(s.at))
	}
	return s
}

// askedFor marks the positions of rows; nil if they are all.
func askedFor(n int, rows []int32) []bool {
	if rows == nil {
		return nil
	}
	asked := make([]bool, n)
	for _, r := range rows {
		asked[r] = true
	}
	return asked
}

// pick is a column of the values at positions.
func pick(v batch.Vector, at []int32) batch.Vector {
	w := v.Like(len(at))
	if len(at) == 0 { // nil would be all
		return w
	}
	w.Append(v, at)
	return w
}

// validCopy is the validity of the first n rows, nil if there are no nulls.
func validCopy(v batch.Vector, n int) []bool {
	valid := validOf(v)
	if valid == nil {
		return nil
	}
	return append([]bool(nil), valid[:n]...)
}

var transformImpl = higherImpl(func(c *Call) HigherKernel {
	withIndex := len(c.Args[1].(*Lambda).Params) == 2
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		l := args[0].(*batch.List)
		s := spreadOf(l, n, rows)
		params := []batch.Vector{pick(l.Items, s.at)}
		if withIndex {
			params = append(params, batch.VecOf(s.index))
		}
		v, err := fns[0].Apply(ctx, params, s.from)
		if err != nil {
			return nil, err
		}
		return &batch.List{Offsets: s.offsets, Items: cut(v, len(s.at)), Valid: validCopy(l, n)}, nil
	}
}, func(c *Call) RowFunc {
	withIndex := len(c.Args[1].(*Lambda).Params) == 2
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		out := []any{}
		for i, x := range args[0].([]any) {
			v, err := applyTo(args[1], withIndex, x, int32(i))
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
})

func applyTo(f any, withIndex bool, x any, i int32) (any, error) {
	if withIndex {
		return f.(lambdaFunc)(x, i)
	}
	return f.(lambdaFunc)(x)
}

var filterImpl = higherImpl(func(c *Call) HigherKernel {
	withIndex := len(c.Args[1].(*Lambda).Params) == 2
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		l := args[0].(*batch.List)
		s := spreadOf(l, n, rows)
		params := []batch.Vector{pick(l.Items, s.at)}
		if withIndex {
			params = append(params, batch.VecOf(s.index))
		}
		v, err := fns[0].Apply(ctx, params, s.from)
		if err != nil {
			return nil, err
		}
		kept, offsets := s.keep(v.(*batch.Vec[bool]))
		return &batch.List{Offsets: offsets, Items: pick(l.Items, kept), Valid: validCopy(l, n)}, nil
	}
}, func(c *Call) RowFunc {
	withIndex := len(c.Args[1].(*Lambda).Params) == 2
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		out := []any{}
		for i, x := range args[0].([]any) {
			v, err := applyTo(args[1], withIndex, x, int32(i))
			if err != nil {
				return nil, err
			}
			if v == true {
				out = append(out, x)
			}
		}
		return out, nil
	}
})

// keep is the elements for which v is true.
func (s *spread) keep(v *batch.Vec[bool]) (at, offsets []int32) {
	offsets = make([]int32, len(s.offsets))
	for i := range len(offsets) - 1 {
		for j := s.offsets[i]; j < s.offsets[i+1]; j++ {
			if v.V[j] && !v.Null(int(j)) {
				at = append(at, s.at[j])
			}
		}
		offsets[i+1] = int32(len(at))
	}
	return at, offsets
}

// existsImpl is exists (until the lambda is true) and forall (until it is false): where it is NULL and nothing decides,
// the result is NULL. An element behind the deciding one must not raise an error: after one, elements are looked at one
// by one.
func existsImpl(until bool) *Impl {
	return higherImpl(func(*Call) HigherKernel {
		var o out[bool]
		return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
			l := args[0].(*batch.List)
			s := spreadOf(l, n, rows)
			z := o.start(n)
			valid := o.nullable(nil)
			for i := range n {
				valid[i], z.V[i] = !l.Null(i), !until
			}
			items := pick(l.Items, s.at)
			all, err := fns[0].Apply(ctx, []batch.Vector{items}, s.from)
			if err != nil {
				return z, s.oneByOne(n, func(i, j int) (bool, error) {
					v, err := fns[0].Apply(ctx, []batch.Vector{items.View(j, j+1)}, s.from[j:j+1])
					if err != nil {
						return false, err
					}
					return decide(z.V, valid, i, v.(*batch.Vec[bool]), 0, until), nil
				})
			}
			v := all.(*batch.Vec[bool])
			return z, s.oneByOne(n, func(i, j int) (bool, error) { return decide(z.V, valid, i, v, j, until), nil })
		}
	}, func(*Call) RowFunc {
		return func(_ *Context, args []any) (any, error) {
			if args[0] == nil {
				return nil, nil
			}
			var result any = !until
			for _, x := range args[0].([]any) {
				v, err := args[1].(lambdaFunc)(x)
				switch {
				case err != nil:
					return nil, err
				case v == nil:
					result = nil
				case v == until:
					return until, nil
				}
			}
			return result, nil
		}
	})
}

// oneByOne calls f for the elements of each position until it says that there is no need for more.
func (s *spread) oneByOne(n int, f func(i, j int) (bool, error)) error {
	for i := range n {
		for j := s.offsets[i]; j < s.offsets[i+1]; j++ {
			if done, err := f(i, int(j)); err != nil {
				return err
			} else if done {
				break
			}
		}
	}
	return nil
}

func decide(z, valid []bool, i int, v *batch.Vec[bool], j int, until bool) bool {
	switch {
	case v.Null(j):
		valid[i] = false
	case v.V[j] == until:
		z[i], valid[i] = until, true
		return true
	}
	return false
}

// aggregateImpl goes through all arrays at once, element by element.
var aggregateImpl = higherImpl(func(c *Call) HigherKernel {
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		l, zero := args[0].(*batch.List), args[1]
		var open []int32 // positions that have elements left
		asked := askedFor(n, rows)
		for i := range n {
			if (asked == nil || asked[i]) && !l.Null(i) {
				open = append(open, int32(i))
			}
		}
		var state batch.Vector = pick(zero, open)
		ended, from := zero.Like(len(open)), make([]int32, 0, len(open))
		place := slicesOf(nil, n, -1)
		for k := 0; len(open) > 0; k++ {
			var stop, on, items, next []int32
			for p, i := range open {
				if lo, hi := l.Span(int(i)); lo+k < hi {
					on, items, next = append(on, int32(p)), append(items, int32(lo+k)), append(next, i)
					continue
				}
				place[i] = int32(len(from))
				from = append(from, i)
				stop = append(stop, int32(p))
			}
			if stop != nil {
				ended.Append(state, stop)
			}
			if next == nil {
				break
			}
			v, err := fns[0].Apply(ctx, []batch.Vector{pick(state, on), pick(l.Items, items)}, next)
			if err != nil {
				return nil, err
			}
			state, open = v, next
		}
		v, err := fns[1].Apply(ctx, []batch.Vector{ended}, from)
		if err != nil {
			return nil, err
		}
		return gather(v, place), nil
	}
}, func(*Call) RowFunc {
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		state := args[1]
		for _, x := range args[0].([]any) {
			var err error
			if state, err = args[2].(lambdaFunc)(state, x); err != nil {
				return nil, err
			}
		}
		return args[3].(lambdaFunc)(state)
	}
})

var zipWithImpl = higherImpl(func(*Call) HigherKernel {
	return func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error) {
		a, b := args[0].(*batch.List), args[1].(*batch.List)
		out := &batch.List{Offsets: make([]int32, n+1)}
		var left, right, from []int32
		asked := askedFor(n, rows)
		for i := range n {
			if a.Null(i) || b.Null(i) {
				if out.Valid == nil {
					out.Valid = filled(true, n).V
				}
				out.Valid[i] = false
			} else if asked == nil || asked[i] {
				alo, ahi := a.Span(i)
				blo, bhi := b.Span(i)
				for k := range max(ahi-alo, bhi-blo) {
					left, right = append(left, within(alo+k, ahi)), append(right, within(blo+k, bhi))
					from = append(from, int32(i))
				}
			}
			out.Offsets[i+1] = int32(len(from))
		}
		v, err := fns[0].Apply(ctx, []batch.Vector{gather(a.Items, left), gather(b.Items, right)}, from)
		if err != nil {
			return nil, err
		}
		out.Items = cut(v, len(from))
		return out, nil
	}
}, func(*Call) RowFunc {
	return func(_ *Context, args []any) (any, error) {
		if args[0] == nil || args[1] == nil {
			return nil, nil
		}
		a, b := args[0].([]any), args[1].([]any)
		out := make([]any, max(len(a), len(b)))
		for i := range out {
			var err error
			if out[i], err = args[2].(lambdaFunc)(elementAt(a, i), elementAt(b, i)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
})

// within is a position, or -1 if it is not before the end.
func within(at, end int) int32 {
	if at < end {
		return int32(at)
	}
	return -1
}

// elementAt is the i-th element, nil behind the end.
func elementAt(a []any, i int) any {
	if i < len(a) {
		return a[i]
	}
	return nil
}
