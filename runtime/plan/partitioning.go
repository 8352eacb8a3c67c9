package plan

import (
	"fmt"
	"math"
	"sort"
	"time"
	"unicode/utf8"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/javarand"
)

// A Partitioning assigns rows to the partitions of an exchange. Assign writes the partition of each selected row of b
// into out, one per row; it is used by one task at a time (New makes the task's own).
type Partitioning interface {
	Partitions() int
	New(task int) func(b *batch.Batch, out []int32) error
	// Same says whether rows with equal keys lie in the same partition under both, so that a join needs no exchange.
	Same(o Partitioning) bool
	String() string
}

// Hash is Spark's HashPartitioner on the first Keys columns: the key's Java hashCode modulo the partitions, so that rows
// lie where they lie in Spark.
type Hash struct {
	N, Keys int
}

func (h *Hash) Partitions() int { return h.N }

func (h *Hash) Same(o Partitioning) bool {
	p, ok := o.(*Hash)
	return ok && *p == *h
}

func (h *Hash) String() string { return fmt.Sprintf("hashpartitioning(%d)", h.N) }

func (h *Hash) New(int) func(*batch.Batch, []int32) error {
	n := int32(h.N)
	return func(b *batch.Batch, out []int32) error {
		for c := range h.Keys {
			javaHash(b, c, out, c > 0)
		}
		for i, x := range out {
			p := x % n
			if p < 0 {
				p += n
			}
			out[i] = p
		}
		return nil
	}
}

// javaHash writes, or folds into out as a tuple does, the hash codes of column c.
func javaHash(b *batch.Batch, c int, out []int32, fold bool) {
	put := func(i int, h int32) {
		if fold {
			h = out[i]*31 + h
		}
		out[i] = h
	}
	switch v := b.Cols[c].(type) {
	case *batch.Vec[string]:
		if v.Valid == nil {
			for i := range out {
				put(i, JavaStringHash(v.V[b.Row(i)]))
			}
			return
		}
	case *batch.Vec[int]:
		if v.Valid == nil {
			for i := range out {
				put(i, javaLong(int64(v.V[b.Row(i)])))
			}
			return
		}
	}
	for i := range out {
		put(i, JavaHash(b.Cols[c].Any(b.Row(i))))
	}
}

// JavaStringHash is String.hashCode over the UTF-16 units of s.
func JavaStringHash(s string) int32 {
	var h int32
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return wideHash(s, h, i)
		}
		h = 31*h + int32(s[i])
	}
	return h
}

func wideHash(s string, h int32, i int) int32 {
	for _, r := range s[i:] {
		if r >= 0x10000 {
			r -= 0x10000
			h = 31*h + (0xD800 + r>>10)
			r = 0xDC00 + r&0x3FF
		}
		h = 31*h + r
	}
	return h
}

// javaLong is Integer.hashCode where the value fits an Int, which Go's int stands for, and Long.hashCode above.
func javaLong(x int64) int32 {
	if x == int64(int32(x)) {
		return int32(x)
	}
	return int32(x ^ int64(uint64(x)>>32))
}

// JavaHash is the hashCode of a value's counterpart in Java; types without one get a stable hash of ours.
func JavaHash(v any) int32 {
	switch x := v.(type) {
	case nil:
		return 0
	case string:
		return JavaStringHash(x)
	case int:
		return javaLong(int64(x))
	case int8:
		return int32(x)
	case int16:
		return int32(x)
	case int32:
		return x
	case int64:
		return javaLong(x)
	case uint8:
		return int32(x)
	case bool:
		if x {
			return 1231
		}
		return 1237
	case float64:
		if x == 0 {
			x = 0
		}
		b := math.Float64bits(x)
		return int32(b ^ b>>32)
	case time.Time:
		return javaLong(x.UnixNano())
	}
	h := batch.HashAny(0, v)
	return int32(h ^ h>>32)
}

// RoundRobin spreads rows evenly, starting at another partition in each task: the one Spark's repartition starts at.
type RoundRobin struct{ N int }

func (r *RoundRobin) Partitions() int          { return r.N }
func (r *RoundRobin) Same(o Partitioning) bool { return false }
func (r *RoundRobin) String() string           { return fmt.Sprintf("RoundRobinPartitioning(%d)", r.N) }

func (r *RoundRobin) New(task int) func(*batch.Batch, []int32) error {
	next := javarand.New(int64(javarand.ByteSwap32(int32(task)))).NextInt(r.N)
	return func(b *batch.Batch, out []int32) error {
		for i := range out {
			if next++; next >= r.N {
				next = 0
			}
			out[i] = int32(next)
		}
		return nil
	}
}

// By is a partitioner given by the user: a function from the key to a number, taken modulo N. The key is the first column,
// or boxed from the first ones if Key says that it has several.
type By struct {
	N   int
	Of  func(key any) (int, error)
	Key gofunc.Shape
}

func (f *By) Partitions() int          { return f.N }
func (f *By) Same(o Partitioning) bool { return o == Partitioning(f) }
func (f *By) String() string           { return fmt.Sprintf("partitionBy(%d)", f.N) }

func (f *By) New(int) func(*batch.Batch, []int32) error {
	return func(b *batch.Batch, out []int32) error {
		for i := range out {
			row := b.Row(i)
			key := b.Cols[0].Any(row)
			if f.Key.IsTuple() {
				key = f.Key.Box(b, row, 0)
			}
			p, err := f.Of(key)
			if err != nil {
				return err
			}
			if p %= f.N; p < 0 {
				p += f.N
			}
			out[i] = int32(p)
		}
		return nil
	}
}

// Range puts rows into partitions by the order of a column: all keys of a partition are below those of the next. The
// engine calls SetSample with keys of the child before rows are assigned.
type Range struct {
	N, Col int
	Desc   bool
	bounds []any
	set    bool
}

// SampleSize is how many keys of each child partition make good bounds.
func (r *Range) SampleSize(childPartitions int) int {
	return max(3*20*r.N/max(childPartitions, 1), 1)
}

// NeedsSample says that bounds are not known yet.
func (r *Range) NeedsSample() bool { return !r.set && r.N > 1 }

// SetSample makes the bounds from a sample of keys.
func (r *Range) SetSample(keys []any) {
	sort.SliceStable(keys, func(i, j int) bool {
		c := batch.CompareAny(keys[i], keys[j])
		return c < 0 != r.Desc && c != 0
	})
	r.set = true
	for p := 1; p < r.N && len(keys) > 0; p++ {
		k := keys[p*len(keys)/r.N]
		if n := len(r.bounds); n == 0 || batch.CompareAny(r.bounds[n-1], k) != 0 {
			r.bounds = append(r.bounds, k)
		}
	}
}

func (r *Range) Partitions() int          { return r.N }
func (r *Range) Same(o Partitioning) bool { return o == Partitioning(r) }
func (r *Range) String() string           { return fmt.Sprintf("rangepartitioning(%d)", r.N) }

func (r *Range) New(int) func(*batch.Batch, []int32) error {
	return func(b *batch.Batch, out []int32) error {
		for i := range out {
			k := b.Cols[r.Col].Any(b.Row(i))
			out[i] = int32(sort.Search(len(r.bounds), func(j int) bool {
				c := batch.CompareAny(k, r.bounds[j])
				if r.Desc {
					c = -c
				}
				return c < 0
			}))
		}
		return nil
	}
}
