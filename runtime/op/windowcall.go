package op

import (
	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// A windowCall is one function of a window operator and the column it makes.
type windowCall struct {
	n      *plan.Window
	frame  frameBounds
	args   [2]int // the arguments among the program's results
	filter int    // the condition of an aggregate; -1: none
	fn     expr.WindowFunction
	acc    expr.Accumulator
	out    batch.Vector

	views   []batch.Vector
	rows    []int32 // scratch
	groups  []int32
	passing []int32 // rows that meet the filter, and for each row how many of them come before it
	before  []int32
	pick    []int32
}

// newWindowCall prepares a call, and adds what it needs to the expressions of the program.
func newWindowCall(n *plan.Window, call *plan.WindowCall, es []expr.Expr) (*windowCall, []expr.Expr) {
	c := &windowCall{n: n, filter: -1, out: batch.ForType(call.Func.Type(), 0)}
	c.frame = frameBounds{call: call, key: len(n.Partition)}
	add := func(e expr.Expr) int {
		es = append(es, e)
		return len(es) - 1
	}
	if v := call.Lower.Value; v != nil {
		c.frame.lower = add(v)
	}
	if v := call.Upper.Value; v != nil {
		c.frame.upper = add(v)
	}
	c.args[0] = len(es)
	switch f := call.Func.(type) {
	case *expr.Agg:
		es = append(es, f.Inputs()...)
		c.args[1] = len(es)
		c.acc = f.Accumulator()
		if f.Filter != nil {
			c.filter = add(f.Filter)
		}
	case *expr.Call:
		es = append(es, f.Args...)
		c.args[1] = len(es)
		c.fn = f.Fn.Window(f)
	}
	return c, es
}

// eval adds the values of the rows of a partition, which start at base.
func (c *windowCall) eval(ctx *expr.Context, p *expr.Partition, vs []batch.Vector, base int) error {
	var key expr.SortKey
	if len(c.n.Order) > 0 {
		key = c.n.Order[0]
	}
	c.frame.set(p, vs, base, key)
	c.views = c.views[:0]
	for _, v := range vs[c.args[0]:c.args[1]] {
		c.views = append(c.views, v.View(base, base+p.N))
	}
	if c.fn != nil {
		v, err := c.fn.Eval(ctx, p, c.views)
		if err != nil {
			return err
		}
		c.out.Append(firstRows(v, p.N), nil)
		return nil
	}
	if c.filter >= 0 {
		c.pass(vs[c.filter].View(base, base+p.N).(*batch.Vec[bool]), p.N)
	}
	return c.aggregate(ctx, p)
}

func firstRows(v batch.Vector, n int) batch.Vector {
	if v.Len() == n {
		return v
	}
	return v.View(0, n)
}

// pass finds the rows that meet the aggregate's condition.
func (c *windowCall) pass(v *batch.Vec[bool], n int) {
	c.passing, c.before = c.passing[:0], c.before[:0]
	for i := range n {
		c.before = append(c.before, int32(len(c.passing)))
		if v.V[i] && !v.Null(i) {
			c.passing = append(c.passing, int32(i))
		}
	}
	c.before = append(c.before, int32(len(c.passing)))
}

// add appends the rows of a frame that count, as members of a group.
func (c *windowCall) add(lo, hi, group int32) {
	if c.filter >= 0 {
		for _, r := range c.passing[c.before[lo]:c.before[hi]] {
			c.rows, c.groups = append(c.rows, r), append(c.groups, group)
		}
		return
	}
	for r := lo; r < hi; r++ {
		c.rows, c.groups = append(c.rows, r), append(c.groups, group)
	}
}

// flush updates the accumulator with the rows added.
func (c *windowCall) flush(ctx *expr.Context) error {
	if len(c.rows) == 0 {
		return nil
	}
	err := c.acc.Update(ctx, c.groups, c.views, c.rows)
	c.rows, c.groups = c.rows[:0], c.groups[:0]
	return err
}

// aggregate computes an aggregate function over frames. Frames that grow from the first row take one accumulation;
// others are accumulated each by itself, as many side by side as make up a batch of rows.
func (c *windowCall) aggregate(ctx *expr.Context, p *expr.Partition) error {
	growing := true
	for i := range p.N {
		if p.Lo[i] != 0 || i > 0 && p.Hi[i] < p.Hi[i-1] {
			growing = false
			break
		}
	}
	if growing {
		return c.growing(ctx, p)
	}
	for i := 0; i < p.N; {
		c.acc.Reset()
		c.pick = c.pick[:0]
		groups := int32(0)
		for ; i < p.N && len(c.rows) < batch.Size; i++ {
			if i == 0 || groups == 0 || p.Lo[i] != p.Lo[i-1] || p.Hi[i] != p.Hi[i-1] {
				c.add(p.Lo[i], p.Hi[i], groups)
				groups++
			}
			c.pick = append(c.pick, groups-1)
		}
		c.acc.Grow(int(groups))
		if err := c.flush(ctx); err != nil {
			return err
		}
		v, err := c.acc.Result(ctx)
		if err != nil {
			return err
		}
		c.out.Append(v, c.pick)
	}
	return nil
}

func (c *windowCall) growing(ctx *expr.Context, p *expr.Partition) error {
	c.acc.Reset()
	c.acc.Grow(1)
	done := int32(0)
	for i := 0; i < p.N; {
		hi := p.Hi[i]
		c.add(done, hi, 0)
		done = hi
		if err := c.flush(ctx); err != nil {
			return err
		}
		v, err := c.acc.Result(ctx)
		if err != nil {
			return err
		}
		c.pick = c.pick[:0]
		for ; i < p.N && p.Hi[i] == hi; i++ {
			c.pick = append(c.pick, 0)
		}
		c.out.Append(v, c.pick)
	}
	return nil
}
