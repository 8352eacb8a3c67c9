package expr

import (
	"gospark/runtime/batch"
)

// AND and OR look at their right side only where the left side leaves the result open. Decided is the value of either
// side that decides: false for AND.
func logic(decided bool) *Impl {
	return &Impl{lazy: &lazyImpl{
		eager: 1,
		eval: func(_ *Call, args []Evaluator) Evaluator {
			return &logicEval{decided: decided, left: args[0], right: args[1]}
		},
		row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
			l, err := args[0]()
			if err != nil || l == decided {
				return l, err
			}
			r, err := args[1]()
			if err != nil || r == decided || r == nil {
				return r, err
			}
			return l, nil
		},
	}}
}

type logicEval struct {
	decided     bool
	left, right Evaluator
	open        []int32
	out         out[bool]
}

func (e *logicEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	v, err := e.left.Eval(ctx, b, rows)
	if err != nil {
		return nil, err
	}
	l := v.(*batch.Vec[bool])
	e.open = undecided(e.open[:0], l, e.decided, b.N, rows)
	if len(e.open) == 0 {
		return l, nil
	}
	open := e.open
	if rows == nil && len(open) == b.N {
		open = nil
	} else if rows != nil && len(open) == len(rows) {
		open = rows
	}
	w, err := e.right.Eval(ctx, b, open)
	if err != nil {
		return nil, err
	}
	r := w.(*batch.Vec[bool])
	if l.Valid == nil && r.Valid == nil {
		z := e.out.start(b.N)
		if rows == nil {
			copy(z.V, l.V[:b.N])
		} else {
			for _, i := range rows {
				z.V[i] = l.V[i]
			}
		}
		for _, i := range e.open {
			z.V[i] = r.V[i]
		}
		return z, nil
	}
	z := e.out.start(b.N)
	valid := e.out.nullable(nil)
	_ = each(b.N, rows, func(i int) error { z.V[i] = e.decided; return nil })
	for _, i := range e.open {
		lv, rv := l.Valid == nil || l.Valid[i], r.Valid == nil || r.Valid[i]
		if rv && r.V[i] == e.decided {
			continue
		}
		z.V[i] = !e.decided
		valid[i] = lv && rv
	}
	return z, nil
}

// undecided appends the positions at which v is null or not the deciding value.
func undecided(dst []int32, v *batch.Vec[bool], decided bool, n int, rows []int32) []int32 {
	if rows == nil {
		k := len(dst)
		dst = growRows(dst, k+n)
		for i, x := range v.V[:n] {
			dst[k] = int32(i)
			if x != decided || v.Valid != nil && !v.Valid[i] {
				k++
			}
		}
		return dst[:k]
	}
	for _, i := range rows {
		if v.V[i] != decided || v.Valid != nil && !v.Valid[i] {
			dst = append(dst, i)
		}
	}
	return dst
}

func growRows(s []int32, n int) []int32 {
	if n <= cap(s) {
		return s[:n]
	}
	t := make([]int32, n, max(n, batch.Size))
	copy(t, s)
	return t
}

// conjuncts are the parts of an AND, in order.
func conjuncts(e Expr) []Expr {
	if c, ok := plain(e).(*Call); ok && c.Fn.Name == "and" {
		return append(conjuncts(c.Args[0]), conjuncts(c.Args[1])...)
	}
	return []Expr{e}
}

// A Filter keeps the rows for which a condition is true.
type Filter struct {
	parts []Evaluator
	sel   [2][]int32
}

// CompileFilter makes a filter for one task. The parts of an AND narrow the rows one after the other.
func CompileFilter(e Expr) (*Filter, error) {
	f := &Filter{}
	for _, p := range conjuncts(e) {
		v, err := Compile(p)
		if err != nil {
			return nil, err
		}
		f.parts = append(f.parts, v)
	}
	return f, nil
}

// Select returns the positions among rows (nil: all of b) for which the condition is true, in their order. The slice is
// the filter's, valid until the next Select. nil means that all of b's rows are kept.
func (f *Filter) Select(ctx *Context, b *batch.Batch, rows []int32) ([]int32, error) {
	for k, p := range f.parts {
		v, err := p.Eval(ctx, b, rows)
		if err != nil {
			return nil, err
		}
		dst := &f.sel[k%2]
		*dst = selected((*dst)[:0], v.(*batch.Vec[bool]), b.N, rows)
		switch {
		case len(*dst) == 0:
			return (*dst)[:0:0], nil
		case rows != nil || len(*dst) < b.N:
			rows = *dst
		}
	}
	return rows, nil
}

// selected appends the positions at which v is true.
func selected(dst []int32, v *batch.Vec[bool], n int, rows []int32) []int32 {
	k := len(dst)
	if rows == nil {
		dst = growRows(dst, k+n)
		if v.Valid == nil {
			for i, x := range v.V[:n] {
				dst[k] = int32(i)
				k += one(x)
			}
			return dst[:k]
		}
		valid := v.Valid[:n]
		for i, x := range v.V[:n] {
			dst[k] = int32(i)
			k += one(x && valid[i])
		}
		return dst[:k]
	}
	dst = growRows(dst, k+len(rows))
	for _, i := range rows {
		dst[k] = i
		k += one(v.V[i] && (v.Valid == nil || v.Valid[i]))
	}
	return dst[:k]
}

// one is 1 for true; the compiler makes it a move, not a jump.
func one(b bool) int {
	n := 0
	if b {
		n = 1
	}
	return n
}
