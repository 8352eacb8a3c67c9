package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// windowed adds the columns of window functions. Its input is sorted by partition and order; it reads all of it, finds
// where window partitions and, in them, rows equal in the order end, and lets each function compute one partition after
// another.
type windowed struct {
	n     *plan.Window
	in    Operator
	prog  *program // partition, order, and what each call needs, over all rows at once
	calls []*windowCall
	rows  *held
	chunks
}

var _ Operator = (*windowed)(nil)

func newWindow(n *plan.Window, p int, in Operator, t *Task) (Operator, error) {
	w := &windowed{n: n, in: in, rows: newHeld(plan.TypesOf(n.Child), n.Query)}
	es := append([]expr.Expr(nil), n.Partition...)
	for _, k := range n.Order {
		es = append(es, k.Child)
	}
	for i := range n.Calls {
		var c *windowCall
		c, es = newWindowCall(n, &n.Calls[i], es)
		w.calls = append(w.calls, c)
	}
	var err error
	w.prog, err = newProgram(es, n.Query, p, t)
	return w, err
}

func (w *windowed) Next() (*batch.Batch, error) {
	if w.out == nil {
		if err := w.rows.all(w.in); err != nil {
			return nil, err
		}
		if err := w.compute(); err != nil {
			return nil, err
		}
	}
	return w.chunk()
}

func (w *windowed) compute() error {
	n := w.rows.N
	w.out = &batch.Batch{N: n, Cols: append([]batch.Vector(nil), w.rows.Cols...)}
	if n == 0 {
		return nil
	}
	vs, err := w.prog.eval(w.rows.Batch)
	if err != nil {
		return err
	}
	np := len(w.n.Partition)
	order := vs[np : np+len(w.n.Order)]
	part := &expr.Partition{}
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && equalAt(vs[:np], hi-1, hi) {
			hi++
		}
		peers(part, order, lo, hi)
		for _, c := range w.calls {
			if err := c.eval(w.prog.ctx, part, vs, lo); err != nil {
				return err
			}
		}
		lo = hi
	}
	for _, c := range w.calls {
		w.out.Cols = append(w.out.Cols, c.out)
	}
	return nil
}

func equalAt(vs []batch.Vector, i, j int) bool {
	for _, v := range vs {
		if !v.Equal(i, v, j) {
			return false
		}
	}
	return true
}

// peers describes rows lo to hi as a partition.
func peers(p *expr.Partition, order []batch.Vector, lo, hi int) {
	p.N, p.Peer = hi-lo, grow(p.Peer, hi-lo)
	p.Peer[0] = 0
	for i := 1; i < p.N; i++ {
		p.Peer[i] = int32(i)
		if equalAt(order, lo+i-1, lo+i) {
			p.Peer[i] = p.Peer[i-1]
		}
	}
}

func (w *windowed) Close() error {
	w.rows.free()
	return w.in.Close()
}
