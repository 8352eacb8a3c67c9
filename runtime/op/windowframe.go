package op

import (
	"sort"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
)

// A frameBounds computes where the frame of each row of a partition lies.
type frameBounds struct {
	call         *plan.WindowCall
	key          int // the sort key among the program's results
	lower, upper int // the values that bounds by value are compared with, among the program's results
	lo, hi       []int32
}

// set fills p.Lo and p.Hi for the rows of p, which start at base.
func (f *frameBounds) set(p *expr.Partition, vs []batch.Vector, base int, key expr.SortKey) {
	f.lo, f.hi = grow(f.lo, p.N), grow(f.hi, p.N)
	p.Lo, p.Hi = f.lo, f.hi
	if f.call.Rows {
		f.byCount(p.N)
		return
	}
	f.byValue(p, vs, base, key)
}

func (f *frameBounds) byCount(n int) {
	for i := range n {
		lo, hi := 0, n
		if b := f.call.Lower; !b.Unbounded {
			lo = clamp(int64(i)+b.Offset, n)
		}
		if b := f.call.Upper; !b.Unbounded {
			hi = clamp(int64(i)+b.Offset+1, n)
		}
		f.lo[i], f.hi[i] = int32(lo), int32(max(hi, lo))
	}
}

func clamp(i int64, n int) int { return int(min(max(i, 0), int64(n))) }

func (f *frameBounds) byValue(p *expr.Partition, vs []batch.Vector, base int, key expr.SortKey) {
	var lower, upper func(row int, j int) int // the order of row j's key and the bound of a row
	if f.call.Lower.Value != nil {
		lower = sortColumn{vs[f.key], key.Desc, key.NullsFirst}.order(vs[f.lower])
	}
	if f.call.Upper.Value != nil {
		upper = sortColumn{vs[f.key], key.Desc, key.NullsFirst}.order(vs[f.upper])
	}
	end := p.N
	for i := p.N - 1; i >= 0; i-- {
		lo, hi := 0, p.N
		switch b := f.call.Lower; {
		case lower != nil:
			lo = sort.Search(p.N, func(j int) bool { return lower(base+j, base+i) >= 0 })
		case !b.Unbounded:
			lo = int(p.Peer[i])
		}
		switch b := f.call.Upper; {
		case upper != nil:
			hi = sort.Search(p.N, func(j int) bool { return upper(base+j, base+i) > 0 })
		case !b.Unbounded:
			hi = end
		}
		f.lo[i], f.hi[i] = int32(lo), int32(max(hi, lo))
		if int(p.Peer[i]) == i {
			end = i
		}
	}
}
