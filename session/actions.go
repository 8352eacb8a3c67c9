package session

import (
	"io"
	"iter"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

// inParts runs an action and gives what each partition returned, in order.
func inParts[T any](r *RDD, name string, parts []int, f func(t *op.Task, o op.Operator) (T, error)) []T {
	rs := r.sc.run(name, r, parts, func(t *op.Task, o op.Operator) (any, error) { return f(t, o) })
	out := make([]T, len(rs))
	for i, x := range rs {
		out[i], _ = x.(T)
	}
	return out
}

// batches runs the plan and gives all rows, copied, in order.
func (r *RDD) batches(name string) []*batch.Batch {
	var all []*batch.Batch
	for _, p := range inParts(r, name, nil, func(t *op.Task, o op.Operator) (out []*batch.Batch, err error) {
		err = op.Drain(o, func(b *batch.Batch) error {
			t.Metrics.ResultRows += int64(b.Rows())
			out = append(out, b.Clone())
			return nil
		})
		return out, err
	}) {
		all = append(all, p...)
	}
	return all
}

// Collect returns all records, in partition order. Pairs are Pair values.
func (r *RDD) Collect() []any {
	all := []any{}
	for _, b := range r.batches("collect") {
		all = r.shape.BoxAll(all, b)
	}
	return all
}

// CollectWithJobGroup is Collect under a job group and description.
func (r *RDD) CollectWithJobGroup(group, description string, interrupt ...bool) []any {
	s := *r.sc.scope()
	s.group, s.desc = group, description
	defer r.sc.within(&s)()
	return r.Collect()
}

// CollectInto appends the records to a slice: CollectInto(&words). Pairs go into a []Pair or into a map:
// CollectInto(&counts).
func (r *RDD) CollectInto(into any) {
	p := reflect.ValueOf(into)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Slice && p.Elem().Kind() != reflect.Map {
		mistake("CollectInto", "want a pointer to a slice or to a map, such as &words, have %T", into)
	}
	to := p.Elem()
	if to.Kind() == reflect.Map {
		r.collectIntoMap(to)
		return
	}
	for _, b := range r.batches("collectInto") {
		if !r.shape.IsTuple() && r.shape.Elem == to.Type().Elem() && !b.Cols[0].HasNulls() {
			to.Set(reflect.AppendSlice(to, b.Cols[0].Values()))
			continue
		}
		for i := range b.N {
			v, err := gofunc.As(r.shape.Box(b, i, 0), to.Type().Elem())
			if err != nil {
				mistake("CollectInto", "%v", err)
			}
			to.Set(reflect.Append(to, v))
		}
	}
}

func (r *RDD) collectIntoMap(to reflect.Value) {
	p := r.pairs("CollectInto")
	if to.IsNil() {
		to.Set(reflect.MakeMap(to.Type()))
	}
	key, kw := p.shape.Key(), p.shape.Key().Width()
	for _, b := range p.batches("collectInto") {
		for i := range b.N {
			k, err := gofunc.As(key.Box(b, i, 0), to.Type().Key())
			if err != nil {
				mistake("CollectInto", "key: %v", err)
			}
			v, err := gofunc.As(p.shape.Value().Box(b, i, kw), to.Type().Elem())
			if err != nil {
				mistake("CollectInto", "value: %v", err)
			}
			to.SetMapIndex(k, v)
		}
	}
}

// CollectAsMap returns pairs as a map; of equal keys the last one stays.
func (r *RDD) CollectAsMap() map[any]any {
	p := r.keyed("CollectAsMap")
	out := map[any]any{}
	kw := p.shape.Key().Width()
	for _, b := range p.batches("collectAsMap") {
		for i := range b.N {
			out[p.shape.Key().Box(b, i, 0)] = p.shape.Value().Box(b, i, kw)
		}
	}
	return out
}

// Count is the number of records.
func (r *RDD) Count() int64 {
	var n int64
	for _, c := range r.counts("count", nil) {
		n += c
	}
	return n
}

func (r *RDD) counts(name string, parts []int) []int64 {
	return inParts(r, name, parts, func(_ *op.Task, o op.Operator) (n int64, err error) {
		err = op.Drain(o, func(b *batch.Batch) error {
			n += int64(b.Rows())
			return nil
		})
		return n, err
	})
}

// takeScale is by how much more partitions each further round of Take tries, as in Spark.
const takeScale = 4

// Take returns the first n records. It computes as few partitions as it can: one first, then more.
func (r *RDD) Take(n int) []any { return r.take("take", n) }

func (r *RDD) take(name string, n int) []any {
	out := []any{}
	total := r.GetNumPartitions()
	for done := 0; done < total && len(out) < n; {
		try := 1
		if done > 0 {
			if try = done * takeScale; len(out) > 0 {
				have := 2 * len(out)
				try = min(max((3*n*done+have-1)/have-done, 1), try) // half as many again as it looks
			}
		}
		var parts []int
		for p := done; p < min(done+try, total); p++ {
			parts = append(parts, p)
		}
		want := n - len(out)
		for _, rows := range inParts(r, name, parts, func(_ *op.Task, o op.Operator) ([]any, error) {
			return r.head(o, want)
		}) {
			out = append(out, rows[:min(len(rows), n-len(out))]...)
		}
		done += len(parts)
	}
	return out
}

// head reads up to n records and closes o.
func (r *RDD) head(o op.Operator, n int) (out []any, err error) {
	defer func() {
		if e := o.Close(); err == nil {
			err = e
		}
	}()
	for len(out) < n {
		b, err := o.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for i := range min(b.Rows(), n-len(out)) {
			out = append(out, r.shape.Box(b, b.Row(i), 0))
		}
	}
	return out, nil
}

// First is the first record; an empty RDD is an error.
func (r *RDD) First() any {
	rows := r.take("first", 1)
	if len(rows) == 0 {
		emptyCollection("First")
	}
	return rows[0]
}

// IsEmpty says whether there is no record.
func (r *RDD) IsEmpty() bool { return len(r.take("isEmpty", 1)) == 0 }

func emptyCollection(method string) { mistake(method, "empty collection") }

// Foreach calls f for every record, in the tasks.
func (r *RDD) Foreach(f any) {
	each := check(gofunc.Each("Foreach", f, r.shape))
	where := &plan.Origin{Op: "foreach", Site: r.sc.site()}
	inParts(r, "foreach", nil, func(t *op.Task, o op.Operator) (struct{}, error) {
		call := each(t.Ctx)
		return struct{}{}, op.Drain(o, func(b *batch.Batch) error {
			return op.Located(where, func() error { return call(b) })
		})
	})
}

// ForeachPartition calls f, func([]T) or func(iter.Seq[T]), once for each partition.
func (r *RDD) ForeachPartition(f any) {
	fn := check(gofunc.OnPartition("ForeachPartition", f, r.shape, false, false))
	where := &plan.Origin{Op: "foreachPartition", Site: r.sc.site()}
	inParts(r, "foreachPartition", nil, func(t *op.Task, o op.Operator) (_ struct{}, err error) {
		defer func() {
			if e := o.Close(); err == nil {
				err = e
			}
		}()
		run := fn.New(t.Ctx)
		return struct{}{}, op.Located(where, func() error {
			_, err := partitionRows(where, run, t.Partition, o.Next)
			return err
		})
	})
}

// Lookup returns the values of a key. It computes one partition if the keys' partitions are known.
func (r *RDD) Lookup(key any) []any {
	p := r.keyed("Lookup")
	var parts []int
	if p.by != nil {
		parts = []int{(&Partitioner{by: p.by}).GetPartition(key)}
	}
	k, kw := p.shape.Key(), p.shape.Key().Width()
	out := []any{}
	for _, vs := range inParts(p, "lookup", parts, func(_ *op.Task, o op.Operator) (vs []any, err error) {
		err = op.Drain(o, func(b *batch.Batch) error {
			for i := range b.Rows() {
				if row := b.Row(i); batch.EqualAny(k.Box(b, row, 0), key) {
					vs = append(vs, p.shape.Value().Box(b, row, kw))
				}
			}
			return nil
		})
		return vs, err
	}) {
		out = append(out, vs...)
	}
	return out
}

// ToLocalIterator yields the records, computing one partition after another: for x := range rdd.ToLocalIterator().
func (r *RDD) ToLocalIterator() iter.Seq[any] {
	return func(yield func(any) bool) {
		for p := range r.GetNumPartitions() {
			for _, rows := range inParts(r, "toLocalIterator", []int{p}, func(_ *op.Task, o op.Operator) (out []any, err error) {
				err = op.Drain(o, func(b *batch.Batch) error {
					out = r.shape.BoxAll(out, b)
					return nil
				})
				return out, err
			}) {
				for _, x := range rows {
					if !yield(x) {
						return
					}
				}
			}
		}
	}
}

// RunJob applies f, func([]T) []U or with iterators, to the partitions given, or all, and returns what it yields.
func (sc *SparkContext) RunJob(r *RDD, f any, partitions ...int) []any {
	fn := check(gofunc.OnPartition("RunJob", f, r.shape, false, true))
	where := &plan.Origin{Op: "runJob", Site: sc.site()}
	out := []any{}
	for _, b := range inParts(r, "runJob", partitions, func(t *op.Task, o op.Operator) (b *batch.Batch, err error) {
		defer func() {
			if e := o.Close(); err == nil {
				err = e
			}
		}()
		err = op.Located(where, func() error {
			b, err = partitionRows(where, fn.New(t.Ctx), t.Partition, o.Next)
			return err
		})
		return b, err
	}) {
		out = fn.Out.BoxAll(out, b)
	}
	return out
}
