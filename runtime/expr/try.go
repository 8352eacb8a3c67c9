package expr

import (
	"gospark/runtime/batch"
	"gospark/runtime/condition"
)

// try yields NULL where its argument fails. Only if the column fails as a whole is it computed row by row.
var tryFunction = &Function{Name: "try", Internal: true, Sig: "any -> $1", Null: Always,
	Text: func(c *Call) string { return c.Args[0].String() },
	Impl: &Impl{lazy: &lazyImpl{
		eager: 0,
		eval: func(c *Call, args []Evaluator) Evaluator {
			return &tryEval{child: args[0], out: newSlots(c.Typ)}
		},
		row: func(_ *Call, _ *Context, args []func() (any, error)) (any, error) {
			v, err := args[0]()
			if _, ok := condition.As(err); ok {
				return nil, nil
			}
			return v, err
		},
	}}}

// tryOf is e, and NULL where e is an error.
func tryOf(e Expr) Expr {
	return &Call{Fn: tryFunction, Name: "try", Args: []Expr{e}, Typ: e.Type(), Null: true}
}

type tryEval struct {
	child Evaluator
	out   slots
	row   [1]int32
}

func (t *tryEval) Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error) {
	v, err := t.child.Eval(ctx, b, rows)
	if _, ok := condition.As(err); !ok {
		return v, err
	}
	t.out.reset(b.N)
	err = each(b.N, rows, func(i int) error {
		t.row[0] = int32(i)
		v, err := t.child.Eval(ctx, b, t.row[:])
		if err == nil {
			t.out.setAny(i, v.Any(i))
		} else if _, ok := condition.As(err); ok {
			err = nil
		}
		return err
	})
	return t.out.vector(), err
}
