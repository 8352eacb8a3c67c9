package session

import (
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// Union is the records of both RDDs, repetitions included.
func (r *RDD) Union(others ...*RDD) *RDD { return r.sc.Union(append([]*RDD{r}, others...)) }

// Union is the records of all RDDs given, one by one or in slices. RDDs whose keys are partitioned alike stay so.
func (sc *SparkContext) Union(rdds ...any) *RDD {
	var rs []*RDD
	for _, x := range rdds {
		switch x := x.(type) {
		case *RDD:
			rs = append(rs, x)
		case []*RDD:
			rs = append(rs, x...)
		default:
			mistake("Union", "want RDDs, have %T", x)
		}
	}
	if len(rs) == 0 {
		return sc.EmptyRDD()
	}
	if len(rs) == 1 {
		return rs[0]
	}
	rs = alike("Union", rs...)
	u := &plan.Union{Types: rs[0].shape.Elems(), Aligned: rs[0].by != nil}
	for _, r := range rs {
		u.Inputs = append(u.Inputs, r.node)
		u.Aligned = u.Aligned && r.by != nil && r.by.Same(rs[0].by)
	}
	kind := "UnionRDD"
	if u.Aligned {
		kind = "PartitionerAwareUnionRDD"
	}
	u.Origin = sc.origin("union", kind)
	out := sc.newRDD(u, rs[0].shape)
	if u.Aligned {
		out.by = rs[0].by
	}
	return out
}

// Cartesian is every pair of a record of r and one of o.
func (r *RDD) Cartesian(o *RDD) *RDD {
	return r.sc.newRDD(&plan.Cartesian{Left: r.node, Right: o.node, Origin: r.sc.origin("cartesian", "CartesianRDD")},
		gofunc.PairOf(r.shape, o.shape))
}

// Zip pairs the records of two RDDs by position. Both have as many partitions, and as many records in each.
func (r *RDD) Zip(o *RDD) *RDD {
	if n, m := r.GetNumPartitions(), o.GetNumPartitions(); n != m {
		mistake("Zip", "Can't zip RDDs with unequal numbers of partitions: List(%d, %d)", n, m)
	}
	return r.sc.newRDD(&plan.Zip{Left: r.node, Right: o.node, Origin: r.sc.origin("zip", "ZippedPartitionsRDD2")},
		gofunc.PairOf(r.shape, o.shape))
}

// Coalesce lowers the number of partitions to n by putting neighbours together, without moving rows. With shuffle it
// spreads the rows over n partitions anew, which may be more.
func (r *RDD) Coalesce(n int, shuffle ...bool) *RDD {
	number("Coalesce", []int{n}, 0)
	if len(shuffle) > 0 && shuffle[0] {
		return r.repartition("coalesce", n)
	}
	return r.sc.newRDD(&plan.Coalesce{Child: r.node, N: min(n, max(r.GetNumPartitions(), 1)), Origin: r.sc.origin("coalesce", "CoalescedRDD")}, r.shape)
}

// Repartition spreads the rows evenly over n partitions.
func (r *RDD) Repartition(n int) *RDD {
	number("Repartition", []int{n}, 0)
	return r.repartition("repartition", n)
}

func (r *RDD) repartition(op string, n int) *RDD {
	spread := r.project(r.sc.origin(op, mapRDD), 0, r.shape.Width(), r.shape)
	return r.sc.newRDD(&plan.Exchange{Child: spread.node, By: &plan.RoundRobin{N: n},
		Origin: r.sc.origin(op, mapRDD, "CoalescedRDD", "ShuffledRDD")}, r.shape)
}
