package expr

import (
	"gospark/runtime/batch"
)

// A HigherKernel is the kernel of a higher-order function. Arguments that are lambdas are nil in args; fns has them, in
// their order.
type HigherKernel func(ctx *Context, n int, rows []int32, args []batch.Vector, fns []*Applied) (batch.Vector, error)

// Applied is a lambda that can be applied to columns of elements.
type Applied struct {
	body     Evaluator
	captured []Evaluator
	outer    []batch.Vector // captured, for this batch
	spread   *batch.Batch
}

// Apply evaluates the lambda for elements: params are one column for each of its parameters, and from[i] is the
// position, in the batch around, that element i belongs to. The result is valid until the next Apply.
func (f *Applied) Apply(ctx *Context, params []batch.Vector, from []int32) (batch.Vector, error) {
	b := f.spread
	b.N = len(from)
	b.Cols = append(b.Cols[:0], params...)
	for _, v := range f.outer {
		w := v.Like(len(from))
		w.Append(v, from)
		b.Cols = append(b.Cols, w)
	}
	return f.body.Eval(ctx, b, nil)
}

func (c *compiler) higher(e *Call, impl *Impl) (Evaluator, error) {
	h := &higherEval{in: make([]batch.Vector, len(e.Args)), args: make([]Evaluator, len(e.Args)), kernel: impl.higher(e), at: e.at}
	for i, a := range e.Args {
		l, ok := a.(*Lambda)
		if !ok {
			var err error
			if h.args[i], err = c.compile(a); err != nil {
				return nil, err
			}
			continue
		}
		body, captured := l.Closure()
		eval, err := Compile(body)
		if err != nil {
			return nil, err
		}
		outer, err := c.all(captured)
		if err != nil {
			return nil, err
		}
		h.fns = append(h.fns, &Applied{body: eval, captured: outer, outer: make([]batch.Vector, len(outer)), spread: &batch.Batch{}})
	}
	return h, nil
}

type higherEval struct {
	args   []Evaluator
	in     []batch.Vector
	fns    []*Applied
	kernel HigherKernel
	at     func(error) error
}

func (h *higherEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	for i, a := range h.args {
		if a == nil {
			continue
		}
		var err error
		if h.in[i], err = a.Eval(ctx, b, rows); err != nil {
			return nil, err
		}
	}
	for _, f := range h.fns {
		for i, c := range f.captured {
			var err error
			if f.outer[i], err = c.Eval(ctx, b, rows); err != nil {
				return nil, err
			}
		}
	}
	out, err := h.kernel(ctx, b.N, rows, h.in, h.fns)
	if err != nil {
		err = h.at(err)
	}
	return out, err
}
