package expr

import (
	"math"
	"strconv"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// Window functions that number the rows of a partition.

func init() {
	family("window_funcs", []Function{
		{Name: "row_number", Sig: "-> int", Null: Never, Window: numbered(func(p *Partition, out []int32) {
			for i := range out {
				out[i] = int32(i + 1)
			}
		}), Doc: "The number of the row in its window partition, from 1.", Example: "row_number() OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 1"},
		{Name: "rank", Sig: "any* -> int", Null: Never, Text: capitals, Window: numbered(ranks),
			Doc:     "One more than the number of rows before the row in the order. Rows that are equal have the same rank, and leave gaps.",
			Example: "rank() OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 1"},
		{Name: "dense_rank", Sig: "any* -> int", Null: Never, Text: capitals, Window: numbered(func(p *Partition, out []int32) {
			rank := int32(0)
			for i := range out {
				if p.Peer[i] == int32(i) {
					rank++
				}
				out[i] = rank
			}
		}), Doc: "The rank of the row without gaps: one more than the number of different rows before it.",
			Example: "dense_rank() OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 1"},
		{Name: "percent_rank", Sig: "any* -> double", Null: Never, Text: capitals, Window: numbered(func(p *Partition, out []float64) {
			for i := range out {
				if p.N > 1 {
					out[i] = float64(p.Peer[i]) / float64(p.N-1)
				}
			}
		}), Doc: "The rank less one, by the number of rows less one.", Example: "percent_rank() OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 0.0"},
		{Name: "cume_dist", Sig: "-> double", Null: Never, Window: numbered(func(p *Partition, out []float64) {
			for i := 0; i < len(out); {
				end := p.PeerEnd(i)
				for x := float64(end) / float64(p.N); i < end; i++ {
					out[i] = x
				}
			}
		}), Doc: "The part of the rows that come before the row or equal it.", Example: "cume_dist() OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 1.0"},
		{Name: "ntile", Sig: "any = 1 -> int", Null: Never, Make: ntile, Window: func(c *Call) WindowFunction {
			v, _ := c.Constant(0)
			n := v.(int32)
			return &rowNumbers[int32]{func(p *Partition, out []int32) { tiles(int(n), out) }}
		}, Doc: "Divides the rows into buckets that differ by at most one row, and numbers them from 1.",
			Example: "ntile(2) OVER (ORDER BY col) FROM VALUES (10) AS t(col) = 1"},
	})
}

// capitals is the name of a column of a rank: its arguments do not count.
func capitals(c *Call) string { return strings.ToUpper(c.Fn.Name) + "()" }

// rowNumbers is a window function that only looks at the positions of rows.
type rowNumbers[T any] struct {
	fill func(p *Partition, out []T)
}

func numbered[T any](fill func(p *Partition, out []T)) func(*Call) WindowFunction {
	return func(*Call) WindowFunction { return &rowNumbers[T]{fill} }
}

func (f *rowNumbers[T]) Eval(_ *Context, p *Partition, _ []batch.Vector) (batch.Vector, error) {
	v := &batch.Vec[T]{V: make([]T, p.N)}
	f.fill(p, v.V)
	return v, nil
}

func ranks(p *Partition, out []int32) {
	for i := range out {
		out[i] = p.Peer[i] + 1
	}
}

// tiles puts len(out) rows into n buckets; the first ones have one more where they cannot all be equal.
func tiles(n int, out []int32) {
	size, longer := len(out)/n, len(out)%n
	for i, bucket := 0, int32(1); i < len(out); bucket++ {
		end := i + size
		if int(bucket) <= longer {
			end++
		}
		for ; i < end; i++ {
			out[i] = bucket
		}
	}
}

// ntile needs a positive constant.
func ntile(r *Request) (Expr, error) {
	a, text := r.Args[0], r.Text()
	v, ok, err := r.constant(0)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, notFoldable(text, "buckets", a.Type(), a)
	case a.Type().Kind != types.IntKind:
		return nil, unexpectedInput(text, 0, quotedType(types.Int), a)
	}
	n, ok := v.(int32)
	if !ok || n <= 0 {
		return nil, outOfRange(text, "buckets", "(0, "+strconv.Itoa(math.MaxInt32)+"]", strconv.Itoa(int(n)))
	}
	r.Args[0] = IntLit(n)
	return r.build()
}
