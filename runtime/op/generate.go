package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// generated joins to each row the rows that a generator makes of it.
type generated struct {
	n    *plan.Generate
	in   Operator
	prog *program
	gen  expr.Generator
	made *batch.Batch
	out  *batch.Batch
	from []int32
}

var _ Operator = (*generated)(nil)

func newGenerate(n *plan.Generate, p int, in Operator, t *Task) (Operator, error) {
	prog, err := newProgram(n.Gen.Args, n.Query, p, t)
	if err != nil {
		return nil, err
	}
	ts := plan.TypesOf(n)
	return &generated{n: n, in: in, prog: prog, gen: n.Gen.Fn.Gen.New(n.Gen),
		made: emptyBatch(ts[len(n.Keep):], 0), out: emptyBatch(ts, 0)}, nil
}

func (g *generated) Next() (*batch.Batch, error) {
	for {
		b, err := g.in.Next()
		if err != nil {
			return nil, err
		}
		if b.Rows() == 0 {
			continue
		}
		args, err := g.prog.eval(b)
		if err != nil {
			return nil, err
		}
		g.made.Reset()
		if g.from, err = g.gen.Generate(g.prog.ctx, b.N, b.Sel, args, g.made.Cols, g.from[:0]); err != nil {
			return nil, err
		}
		rows, made := g.from, []int32(nil)
		if g.n.Gen.Outer {
			rows, made = withMissing(b, g.from)
		}
		if len(rows) == 0 {
			continue
		}
		g.out.Reset()
		for i, c := range g.n.Keep {
			g.out.Cols[i].Append(b.Cols[c], rows)
		}
		for i, v := range g.made.Cols {
			dst := g.out.Cols[len(g.n.Keep)+i]
			if made == nil {
				dst.Append(v, nil)
			} else {
				appendOrNull(dst, v, made)
			}
		}
		g.out.N = len(rows)
		return g.out, nil
	}
}

// withMissing adds to the rows that something was made of those of which nothing was: their number among what was made
// is -1.
func withMissing(b *batch.Batch, from []int32) (rows, made []int32) {
	k := 0
	for i := range b.Rows() {
		r := int32(b.Row(i))
		start := k
		for ; k < len(from) && from[k] == r; k++ {
			rows, made = append(rows, r), append(made, int32(k))
		}
		if k == start {
			rows, made = append(rows, r), append(made, -1)
		}
	}
	return rows, made
}

func (g *generated) Close() error { return g.in.Close() }
