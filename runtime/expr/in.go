package expr

import (
	"fmt"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// in resolves x IN (…): all sides get their common type.
func in(r *Request) (Expr, error) {
	text := inShown(r.Args)
	t := commonOf(r.Args, types.Widen)
	if t == nil && allOneShape(r.Args) {
		if t = r.Args[0].Type(); t.Ordered() {
			return &Call{Fn: r.Fn, Name: "in", Args: r.Args, Typ: types.Boolean, Null: anyNullable(r.Args), Origin: r.Origin}, nil
		}
	}
	if t == nil {
		return nil, diffTypes(text, "in", typeList(r.Args))
	}
	if !t.Ordered() && t.Kind != types.CalendarKind {
		return nil, notOrdered(text, "in", t)
	}
	args := implicitAll(r.Args, t)
	return &Call{Fn: r.Fn, Name: "in", Args: args, Typ: types.Boolean, Null: anyNullable(args), Origin: r.Origin}, nil
}

// allOneShape says whether values have the same type but for the names of fields: rows are compared by position.
func allOneShape(args []Expr) bool {
	for _, a := range args[1:] {
		if !sameShape(args[0].Type(), a.Type()) {
			return false
		}
	}
	return true
}

func inText(c *Call) string { return inShown(c.Args) }

func inShown(args []Expr) string {
	return fmt.Sprintf("(%s IN (%s))", args[0], join(args[1:]))
}

// inImpl looks constants up in a set, and compares with the values of the other arguments in order, each for the rows
// that are still open.
func inImpl() *Impl {
	return &Impl{lazy: &lazyImpl{
		eager: 1,
		eval: func(c *Call, args []Evaluator) Evaluator {
			e := &inEval{value: args[0], typ: c.Arg(0)}
			var constants []any
			for i, a := range c.Args[1:] {
				if l, ok := a.(*Lit); ok {
					e.null = e.null || l.Value == nil
					if l.Value != nil {
						constants = append(constants, l.Value)
					}
					continue
				}
				e.others = append(e.others, args[i+1])
			}
			e.set = newSet(c.Arg(0), constants)
			return e
		},
		row: func(c *Call, _ *Context, args []func() (any, error)) (any, error) {
			x, err := args[0]()
			if err != nil || x == nil {
				return nil, err
			}
			null := false
			for _, constants := range []bool{true, false} { // constants first, as the set has them
				for i, a := range args[1:] {
					if _, ok := c.Args[i+1].(*Lit); ok != constants {
						continue
					}
					y, err := a()
					if err != nil {
						return nil, err
					}
					if y == nil {
						null = true
					} else if types.Equal(x, y, c.Arg(0)) {
						return true, nil
					}
				}
			}
			if null {
				return nil, nil
			}
			return false, nil
		},
	}}
}

// A valueSet is a set of constants, typed where that pays.
type valueSet interface {
	// find sets dst[i] where the value at i is in the set.
	find(dst []bool, v batch.Vector, rows []int32)
}

func newSet(t *types.Type, values []any) valueSet {
	switch newVector(t, 0).(type) {
	case *batch.Vec[int32]:
		return typedSet[int32](values)
	case *batch.Vec[int64]:
		return typedSet[int64](values)
	case *batch.Vec[string]:
		return typedSet[string](values)
	}
	return &boxedSet{typ: t, values: values}
}

type comparableSet[T comparable] map[T]struct{}

func typedSet[T comparable](values []any) valueSet {
	s := comparableSet[T]{}
	for _, v := range values {
		s[v.(T)] = struct{}{}
	}
	return s
}

func (s comparableSet[T]) find(dst []bool, v batch.Vector, rows []int32) {
	in := v.(*batch.Vec[T]).V
	_ = each(len(dst), rows, func(i int) error { _, dst[i] = s[in[i]]; return nil })
}

type boxedSet struct {
	typ    *types.Type
	values []any
}

func (s *boxedSet) find(dst []bool, v batch.Vector, rows []int32) {
	_ = each(len(dst), rows, func(i int) error {
		dst[i] = false
		if x := v.Any(i); x != nil {
			for _, y := range s.values {
				if types.Equal(x, y, s.typ) {
					dst[i] = true
					break
				}
			}
		}
		return nil
	})
}

type inEval struct {
	value  Evaluator
	typ    *types.Type
	set    valueSet
	null   bool // one of the constants is NULL
	others []Evaluator
	out    out[bool]
	open   [2][]int32
}

func (e *inEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	v, err := e.value.Eval(ctx, b, rows)
	if err != nil {
		return nil, err
	}
	z := e.out.start(b.N)
	e.set.find(z.V, v, rows)
	valid := validOf(v)
	if valid == nil && !e.null && len(e.others) == 0 {
		return z, nil
	}
	ok := e.out.nullable(valid)
	open := e.open[0][:0]
	_ = each(b.N, rows, func(i int) error {
		switch {
		case !ok[i]:
			z.V[i] = false
		case !z.V[i]:
			ok[i] = !e.null
			open = append(open, int32(i))
		}
		return nil
	})
	e.open[0] = open
	for k, o := range e.others {
		if len(open) == 0 {
			break
		}
		w, err := o.Eval(ctx, b, open)
		if err != nil {
			return nil, err
		}
		rest := e.open[(k+1)%2][:0]
		for _, i := range open {
			switch y := w.Any(int(i)); {
			case y == nil:
				ok[i] = false
				rest = append(rest, i)
			case types.Equal(v.Any(int(i)), y, e.typ):
				z.V[i], ok[i] = true, true
			default:
				rest = append(rest, i)
			}
		}
		e.open[(k+1)%2] = rest
		open = rest
	}
	return z, nil
}
