package expr

import (
	"fmt"

	"gospark/runtime/batch"
)

// Compile makes an evaluator of an expression whose columns are positions, for one task.
func Compile(e Expr) (Evaluator, error) {
	p, err := CompileAll([]Expr{e})
	if err != nil {
		return nil, err
	}
	return single{p}, nil
}

type single struct{ p *Program }

func (s single) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	vs, err := s.p.Eval(ctx, b, rows)
	if err != nil {
		return nil, err
	}
	return vs[0], nil
}

// A Program evaluates several expressions over the same rows; what they have in common is computed once.
type Program struct {
	roots []Evaluator
	out   []batch.Vector
	round *int64
}

// CompileAll makes a program of expressions, for one task.
func CompileAll(es []Expr) (*Program, error) {
	c := newCompiler()
	for _, e := range es {
		c.count(e)
	}
	p := &Program{round: c.round, out: make([]batch.Vector, len(es))}
	for _, e := range es {
		v, err := c.compile(e)
		if err != nil {
			return nil, err
		}
		p.roots = append(p.roots, v)
	}
	return p, nil
}

// Eval computes all expressions. The vectors, and the slice of them, are valid until the next Eval.
func (p *Program) Eval(ctx *Context, b *batch.Batch, rows []int32) ([]batch.Vector, error) {
	*p.round++
	for i, r := range p.roots {
		v, err := r.Eval(ctx, b, rows)
		if err != nil {
			return nil, err
		}
		p.out[i] = v
	}
	return p.out, nil
}

// A compiler makes evaluators of expressions that are all evaluated for the same rows. The branches of a lazy function
// see fewer rows: they have compilers of their own, and share nothing with what is around them.
type compiler struct {
	ids    *numbering
	uses   map[int]int
	shared map[int]*shared
	round  *int64
}

func newCompiler() *compiler {
	return &compiler{ids: newNumbering(false), uses: map[int]int{}, shared: map[int]*shared{}, round: new(int64)}
}

// eager are the children of e that are evaluated for all rows e is.
func eager(e Expr) []Expr {
	switch e := e.(type) {
	case *Call:
		if l := e.impl().lazy; l != nil {
			return e.Args[:l.eager]
		}
		var es []Expr
		for _, a := range e.Args {
			if l, ok := a.(*Lambda); ok {
				_, captured := l.Closure()
				es = append(es, captured...)
				continue
			}
			es = append(es, a)
		}
		return es
	case *Lambda:
		return nil
	}
	return e.Children()
}

func (c *compiler) count(e Expr) {
	id := c.ids.number(e)
	c.uses[id]++
	if c.uses[id] > 1 {
		return
	}
	for _, d := range eager(e) {
		c.count(d)
	}
}

func (c *compiler) compile(e Expr) (Evaluator, error) {
	switch e := e.(type) {
	case *Col:
		return column(e.Index), nil
	case *Lit:
		return &constant{lit: e}, nil
	case *Alias:
		return c.compile(e.Child)
	case *Shown:
		return c.compile(e.Child)
	case *retyped:
		return c.compile(e.child)
	}
	id := c.ids.number(e)
	if s, ok := c.shared[id]; ok {
		return s, nil
	}
	v, err := c.node(e)
	if err != nil {
		return nil, err
	}
	if c.uses[id] > 1 {
		s := &shared{inner: v, now: c.round}
		c.shared[id] = s
		return s, nil
	}
	return v, nil
}

func (c *compiler) node(e Expr) (Evaluator, error) {
	switch e := e.(type) {
	case *Cast:
		child, err := c.compile(e.Child)
		if err != nil {
			return nil, err
		}
		return &callEval{args: []Evaluator{child}, in: make([]batch.Vector, 1), kernel: e.kernel(), at: e.at}, nil
	case *GoCall:
		args, err := c.all(e.Args)
		if err != nil {
			return nil, err
		}
		return &callEval{args: args, in: make([]batch.Vector, len(args)), kernel: e.kernel()}, nil
	case *Call:
		return c.call(e)
	}
	return nil, fmt.Errorf("expr: %T %s cannot be evaluated for a row", e, e)
}

func (c *compiler) all(es []Expr) ([]Evaluator, error) {
	out := make([]Evaluator, len(es))
	for i, e := range es {
		var err error
		if out[i], err = c.compile(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *compiler) call(e *Call) (Evaluator, error) {
	impl := e.impl()
	switch {
	case impl.lazy != nil:
		args := make([]Evaluator, len(e.Args))
		for i, a := range e.Args {
			var err error
			if i < impl.lazy.eager {
				args[i], err = c.compile(a)
			} else {
				args[i], err = Compile(a)
			}
			if err != nil {
				return nil, err
			}
		}
		return impl.lazy.eval(e, args), nil
	case impl.higher != nil:
		return c.higher(e, impl)
	case impl.kernel == nil:
		return nil, fmt.Errorf("expr: function %s cannot be evaluated for a row", e.Fn.Name)
	}
	args, err := c.all(e.Args)
	if err != nil {
		return nil, err
	}
	return &callEval{args: args, in: make([]batch.Vector, len(args)), kernel: impl.kernel(e), at: e.at}, nil
}

// callEval evaluates the arguments for the same rows, and then the function.
type callEval struct {
	args   []Evaluator
	in     []batch.Vector
	kernel Kernel
	at     func(error) error
}

func (v *callEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	for i, a := range v.args {
		var err error
		if v.in[i], err = a.Eval(ctx, b, rows); err != nil {
			return nil, err
		}
	}
	out, err := v.kernel(ctx, b.N, rows, v.in)
	if err != nil && v.at != nil {
		err = v.at(err)
	}
	return out, err
}

// column is a reference to the input.
type column int

func (i column) Eval(_ *Context, b *batch.Batch, _ []int32) (batch.Vector, error) {
	return b.Cols[i], nil
}

// shared computes an expression that occurs several times once in a round.
type shared struct {
	inner Evaluator
	now   *int64
	round int64
	vec   batch.Vector
	err   error
}

func (s *shared) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	if s.round != *s.now {
		s.vec, s.err = s.inner.Eval(ctx, b, rows)
		s.round = *s.now
	}
	return s.vec, s.err
}
