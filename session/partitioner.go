package session

import (
	"math"
	"reflect"
	"strconv"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// A Partitioner assigns keys to partitions.
type Partitioner struct{ by plan.Partitioning }

// HashPartitioner is Spark's: the key's Java hash code modulo n.
func HashPartitioner(n int) *Partitioner {
	if n < 1 {
		mistake("HashPartitioner", "want at least one partition, have %d", n)
	}
	return &Partitioner{by: &plan.Hash{N: n, Keys: 1}}
}

// NumPartitions is the number of partitions.
func (p *Partitioner) NumPartitions() int { return p.by.Partitions() }

// GetPartition is the partition of a key.
func (p *Partitioner) GetPartition(key any) int {
	s := shapeOfValue(key)
	b := s.NewBatch(1)
	if err := s.Unbox(key, b.Cols, 0); err != nil {
		raise("GetPartition", err)
	}
	b.N = 1
	out := make([]int32, 1)
	if err := p.forKey(s).New(0)(b, out); err != nil {
		raise("GetPartition", err)
	}
	return int(out[0])
}

// String names the kind and the number of partitions.
func (p *Partitioner) String() string { return p.by.String() }

// forKey is the partitioning for keys of several columns.
func (p *Partitioner) forKey(key gofunc.Shape) plan.Partitioning {
	if h, ok := p.by.(*plan.Hash); ok {
		return &plan.Hash{N: h.N, Keys: key.Width()}
	}
	return p.by
}

// shapeOfValue is the shape of a boxed record, pairs to the bottom.
func shapeOfValue(v any) gofunc.Shape {
	switch x := v.(type) {
	case Pair:
		return gofunc.PairOf(shapeOfValue(x.Key), shapeOfValue(x.Value))
	case Tuple:
		if len(x) < 3 {
			return gofunc.LeafOf[Tuple]()
		}
		s := gofunc.Shape{}
		for _, e := range x {
			s.Parts = append(s.Parts, shapeOfValue(e))
		}
		return s
	case nil:
		return anyLeaf
	}
	return gofunc.Leaf(reflect.TypeOf(v))
}

// partitioning is the one for a shuffle of rs by key: that of the RDD with most partitions if it has a partitioner,
// else a hash over n partitions, the default if n is not given.
func (sc *SparkContext) partitioning(method string, key gofunc.Shape, n []int, rs ...*RDD) plan.Partitioning {
	if k := number(method, n, 0); k > 0 {
		return &plan.Hash{N: k, Keys: key.Width()}
	}
	most := 1
	var best plan.Partitioning
	for _, r := range rs {
		most = max(most, r.GetNumPartitions())
		if r.by != nil && (best == nil || r.by.Partitions() > best.Partitions()) {
			best = r.by
		}
	}
	def := most
	if c, err := strconv.Atoi(sc.conf.Get("spark.default.parallelism")); err == nil && c > 0 {
		def = c
	}
	if best != nil && (math.Log10(float64(most))-math.Log10(float64(best.Partitions())) < 1 || def <= best.Partitions()) {
		return best
	}
	return &plan.Hash{N: def, Keys: key.Width()}
}

// number is the optional count of partitions.
func number(method string, n []int, or int) int {
	switch {
	case len(n) == 0:
		return or
	case len(n) > 1:
		mistake(method, "want one number of partitions, have %d", len(n))
	case n[0] < 1:
		mistake(method, "Number of partitions (%d) must be positive.", n[0])
	}
	return n[0]
}

// exchanged moves r's rows to where by wants them, unless they are there.
func (r *RDD) exchanged(op string, by plan.Partitioning) *RDD {
	if r.by != nil && r.by.Same(by) {
		return r
	}
	x := r.sc.newRDD(&plan.Exchange{Origin: r.hidden(op), Child: r.node, By: by}, r.shape)
	x.by = by
	return x
}

// PartitionBy moves pairs to the partitions of their keys: PartitionBy(n), PartitionBy(n, func(key K) int) or
// PartitionBy(HashPartitioner(n)). Nothing moves if they are there already.
func (r *RDD) PartitionBy(n any, f ...any) *RDD {
	p := r.keyed("PartitionBy")
	by := p.userPartitioning("PartitionBy", n, f...)
	if p.by != nil && p.by.Same(by) {
		return p
	}
	x := r.sc.newRDD(&plan.Exchange{Origin: r.sc.origin("partitionBy", "ShuffledRDD"), Child: p.node, By: by}, p.shape)
	x.by = by
	return x
}

func (r *RDD) userPartitioning(method string, n any, f ...any) plan.Partitioning {
	key := r.shape.Key()
	switch x := n.(type) {
	case *Partitioner:
		return x.forKey(key)
	case int:
		k := number(method, []int{x}, 0)
		if len(f) == 0 || f[0] == nil {
			return &plan.Hash{N: k, Keys: key.Width()}
		}
		of := check(gofunc.Caller[int](method, "func(%s) int", f[0], key))
		return &plan.By{N: k, Key: key, Of: of}
	}
	mistake(method, "want a number of partitions or a partitioner, have %T", n)
	return nil
}

// rangePartitioning spreads the order of a column over n partitions.
func rangePartitioning(n, col int, desc bool, t reflect.Type, method string) *plan.Range {
	if !batch.Ordered(t) {
		mistake(method, "values of type %s have no order; give a key function that returns a number or string", gofunc.TypeName(t))
	}
	return &plan.Range{N: n, Col: col, Desc: desc}
}
