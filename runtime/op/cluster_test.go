package op

import (
	"context"
	"fmt"
	"io"
	"math"
	"testing"

	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// drawKeys is a column of keys that are often the same. Some strings have their first bytes and their length in common.
func drawKeys(t *rapid.T, kind *types.Type, n int, nulls bool) batch.Vector {
	v := batch.ForType(kind, n)
	texts := []string{"", "a", "a\x00", "abc", "abcd", "abcde", "abcdefgh", "abcdefgh\x00", "abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmnoq",
		"abcdefgh-jklmnop", "abcdefghijklmnopqrstuvw"}
	for range n {
		x := rapid.IntRange(0, 12).Draw(t, "key")
		switch {
		case nulls && x == 12:
			v.AppendNull()
		case kind == types.String:
			v.AppendAny(texts[x])
		case kind == types.Double:
			v.AppendAny([]float64{math.NaN(), math.Copysign(0, -1), 0, 1, math.Inf(1)}[x%5])
		case kind == types.Int:
			v.AppendAny(int32(x) << 28)
		default:
			v.AppendAny(types.Decimal{Hi: int64(x - 5), Lo: uint64(x % 2)})
		}
	}
	return v
}

// passing yields copies of batches, and overwrites each when the next is asked for.
type passing struct {
	batches []*batch.Batch
	last    *batch.Batch
}

func (p *passing) Next() (*batch.Batch, error) {
	if p.last != nil {
		for _, c := range p.last.Cols {
			switch v := c.(type) {
			case *batch.Vec[string]:
				clear(v.V)
			case *batch.Vec[int64]:
				clear(v.V)
			case *batch.Vec[int32]:
				clear(v.V)
			}
		}
	}
	if len(p.batches) == 0 {
		return nil, io.EOF
	}
	b := p.batches[0]
	p.batches = p.batches[1:]
	p.last = &batch.Batch{N: b.N, Sel: b.Sel}
	for _, c := range b.Cols {
		w := c.Like(b.N)
		w.Append(c, nil)
		p.last.Cols = append(p.last.Cols, w)
	}
	return p.last, nil
}

func (p *passing) Close() error { return nil }

// TestClusters groups the same rows with clusters, which are small so that they fill, and without.
func TestClusters(t *testing.T) {
	call := func(name string, args ...expr.Expr) *expr.Agg {
		e, err := expr.Resolve(name, args, expr.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return e.(*expr.Agg)
	}
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]*types.Type{types.String, types.String, types.Double, types.Int, types.DecimalOf(38, 0)}), 1, 3).Draw(t, "keys")
		ts := append(append([]*types.Type(nil), kinds...), types.Long, types.String)
		nulls := rapid.IntRange(0, 4).Draw(t, "nulls from") // on, keys have nulls
		var bs []*batch.Batch
		for i := range 4 {
			n := rapid.IntRange(1, 60).Draw(t, "rows")
			b := &batch.Batch{N: n}
			for _, kind := range kinds {
				b.Cols = append(b.Cols, drawKeys(t, kind, n, i >= nulls))
			}
			v := &batch.Vec[int64]{}
			for r := range n {
				v.V = append(v.V, int64(1000*i+r))
			}
			b.Cols = append(b.Cols, v, drawKeys(t, types.String, n, true))
			if rapid.Bool().Draw(t, "select") {
				b.Sel = []int32{}
				for r := range n {
					if r%3 > 0 {
						b.Sel = append(b.Sel, int32(r))
					}
				}
			}
			bs = append(bs, b)
		}
		k := len(kinds)
		node := &plan.HashAggregate{Origin: &plan.Origin{}, Child: scanOf(ts), Aggs: []*expr.Agg{call("sum", col(k, types.Long)), call("count", col(k+1, types.String)),
			call("max", col(k+1, types.String)), call("collect_list", col(k, types.Long))}}
		for i, kind := range kinds {
			node.Keys = append(node.Keys, col(i, kind))
		}
		if rapid.Bool().Draw(t, "partial") {
			node.Mode = plan.Partial
		}
		room, short := rapid.IntRange(1, 9).Draw(t, "room"), rapid.Bool().Draw(t, "short keys at once")
		grouped := func(clusters bool) map[string]string {
			o, err := newHashAggregate(node, 0, &passing{batches: bs}, &Task{Ctx: context.Background()})
			if err != nil {
				t.Fatal(err)
			}
			a := o.(*hashAggregate)
			if a.apart = -1; clusters {
				a.apart = 0
				if short {
					a.table.cached = 0
				}
				cols, err := a.prog.eval(bs[0])
				if err != nil {
					t.Fatal(err)
				}
				if !a.cluster(&batch.Batch{N: bs[0].N, Sel: bs[0].Sel, Cols: cols}) {
					t.Fatal("no clusters")
				}
				a.clusters.room = room
			}
			m := map[string]string{}
			err = Drain(o, func(b *batch.Batch) error {
				for r := range b.N {
					var key, values string
					for c, v := range b.Cols {
						if c < k {
							key += fmt.Sprintf("%v|", v.Any(r))
						} else {
							values += fmt.Sprintf("%v|", v.Any(r))
						}
					}
					if _, there := m[key]; there {
						t.Fatalf("%q is there twice", key)
					}
					m[key] = values
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		if got, want := grouped(true), grouped(false); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("with clusters:\n%v\nwithout:\n%v", got, want)
		}
	})
}

// An aggregate may not have the hashes of one whose rows it reads: they come in the order of those.
func TestSeeds(t *testing.T) {
	ts := []*types.Type{types.Long}
	var n plan.Node = scanOf(ts)
	seen := map[uint64]bool{0: true} // of all other tables
	for range 3 {
		n = &plan.HashAggregate{Origin: &plan.Origin{}, Child: n, Keys: []expr.Expr{col(0, types.Long)}}
		o, err := newHashAggregate(n.(*plan.HashAggregate), 0, &passing{}, &Task{Ctx: context.Background()})
		if err != nil {
			t.Fatal(err)
		}
		seed := o.(*hashAggregate).table.seed
		if seen[seed] {
			t.Errorf("the seed %x is another's", seed)
		}
		seen[seed] = true
		n = &plan.Exchange{Origin: &plan.Origin{}, Child: n, By: &plan.HashRows{N: 2}}
	}
}
