package session

import (
	"context"
	"io"
	"iter"
	"reflect"

	"gospark/runtime/batch"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// A KeyValueGroupedDataset is rows grouped by what a Go function makes of them: df.GroupByKey(func(c Click) string {...}).
// Its methods take Go functions of a key and the rows of its group, which are structs, Rows, maps or values as Map has
// them, in a slice or an iter.Seq.
type KeyValueGroupedDataset struct {
	df     *DataFrame
	keyed  *DataFrame   // df with the key as its first column
	key    reflect.Type // what the function makes
	schema *types.Type  // of the rows of a group
	values *typedValues // nil: the rows are df's
}

// typedValues are the rows of groups after MapValues.
type typedValues struct{ elem reflect.Type }

// keyColumn is the name of the key in front of the rows; it cannot be typed by accident.
const keyColumn = "\x00key"

// GroupByKey groups rows by a Go function of them: func(Person) string. The key may be any type of a column, or a struct.
func (df *DataFrame) GroupByKey(f any) *KeyValueGroupedDataset {
	const want = "func(T) K"
	c := newRowCall("GroupByKey", want, f)
	if len(c.params) != 1 || len(c.results) != 1 {
		mistake("GroupByKey", "want %s, have %T", want, f)
	}
	in := df.Schema()
	g := &KeyValueGroupedDataset{df: df, key: c.results[0], schema: in}
	g.keyed = df.withKey("GroupByKey", c)
	return g
}

// withKey puts what a function makes of each row in front of it.
func (df *DataFrame) withKey(method string, c *rowCall) *DataFrame {
	zone := df.spark.engine.Zone()
	w, err := newRowWriter(c.results, zone, keyColumn)
	if err != nil {
		mistake(method, "the key: %v", err)
	}
	return df.typed(&typedFunction{method: method, in: c.params[0], zone: zone,
		schema: func(in *types.Type) (*types.Type, error) {
			return types.StructOf(append(append([]types.Field(nil), w.schema.Fields...), in.Fields...)...), nil
		},
		task: func(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error) {
			read, err := newRowReader(c.params[0], in, zone)
			if err != nil {
				return nil, err
			}
			call := c.bound(ctx)
			return func() (*batch.Batch, error) {
				b, err := next()
				if err != nil {
					return nil, err
				}
				keys := w.batch()
				out := &batch.Batch{N: b.Rows()}
				rows := make([]int32, b.Rows())
				for i := range rows {
					rows[i] = int32(b.Row(i))
					v, err := read.row(b, b.Row(i))
					if err != nil {
						return nil, err
					}
					res, err := call(v)
					if err != nil {
						return nil, err
					}
					if err := w.add(keys, 0, res...); err != nil {
						return nil, err
					}
				}
				out.Cols = append(out.Cols, keys.Cols...)
				for _, col := range b.Cols {
					dense := col.Like(len(rows))
					dense.Append(col, rows)
					out.Cols = append(out.Cols, dense)
				}
				return out, nil
			}, nil
		}}, logical.KeyRows)
}

// MapValues changes the rows of the groups with a Go function: func(Click) Slim.
func (g *KeyValueGroupedDataset) MapValues(f any) *KeyValueGroupedDataset {
	const want = "func(V) W"
	c := newRowCall("MapValues", want, f)
	if len(c.params) != 1 || len(c.results) != 1 {
		mistake("MapValues", "want %s, have %T", want, f)
	}
	zone := g.df.spark.engine.Zone()
	w, err := newRowWriter(c.results, zone)
	if err != nil {
		mistake("MapValues", "%v", err)
	}
	key := g.keyed.Schema().Fields[0]
	values := g.schema
	if _, err := newRowReader(c.params[0], values, zone); err != nil {
		raise("MapValues", err)
	}
	out := types.StructOf(append([]types.Field{key}, w.schema.Fields...)...)
	n := *g
	n.schema, n.values = w.schema, &typedValues{elem: c.results[0]}
	n.keyed = g.keyed.typed(&typedFunction{method: "MapValues", zone: zone,
		schema: func(*types.Type) (*types.Type, error) { return out, nil },
		task: func(ctx context.Context, _ *types.Type, next plan.Batches) (plan.Batches, error) {
			read, err := newRowReader(c.params[0], values, zone)
			if err != nil {
				return nil, err
			}
			call := c.bound(ctx)
			return rowLoop(next, out, func(b *batch.Batch, i int, made *batch.Batch) error {
				v, err := read.row(&batch.Batch{N: b.N, Cols: b.Cols[1:]}, i)
				if err != nil {
					return err
				}
				res, err := call(v)
				if err != nil {
					return err
				}
				made.Cols[0].Append(b.Cols[0], []int32{int32(i)})
				made.N++
				return w.add(made, 1, res...)
			}), nil
		}}, logical.MapRows)
	return &n
}

// MapGroups makes a row of each group: func(K, iter.Seq[V]) U, or with a slice.
func (g *KeyValueGroupedDataset) MapGroups(f any) *DataFrame {
	const want = "func(K, iter.Seq[V]) U or func(K, []V) U"
	c := g.groupCall("MapGroups", want, f)
	return g.groups("MapGroups", c, c.results, func(w *rowWriter, out *batch.Batch, res []reflect.Value) error {
		out.N++
		return w.add(out, 0, res...)
	})
}

// FlatMapGroups makes rows of each group: func(K, iter.Seq[V]) []U, or with a slice.
func (g *KeyValueGroupedDataset) FlatMapGroups(f any) *DataFrame {
	const want = "func(K, iter.Seq[V]) []U or func(K, []V) []U"
	c := g.groupCall("FlatMapGroups", want, f)
	if len(c.results) != 1 || elementOf(c.results[0]) == nil {
		mistake("FlatMapGroups", "want %s, have %T", want, f)
	}
	return g.groups("FlatMapGroups", c, []reflect.Type{elementOf(c.results[0])},
		func(w *rowWriter, out *batch.Batch, res []reflect.Value) error { return w.addAll(out, res[0]) })
}

// ReduceGroups puts the rows of each group together: func(V, V) V. The columns are the key and the value.
func (g *KeyValueGroupedDataset) ReduceGroups(f any) *DataFrame {
	const want = "func(V, V) V"
	c := newRowCall("ReduceGroups", want, f)
	if len(c.params) != 2 || len(c.results) != 1 || c.params[0] != c.params[1] || c.results[0] != c.params[0] {
		mistake("ReduceGroups", "want %s, have %T", want, f)
	}
	zone := g.df.spark.engine.Zone()
	w, err := newRowWriter([]reflect.Type{g.key, c.results[0]}, zone, "key", "value")
	if err != nil {
		mistake("ReduceGroups", "%v", err)
	}
	return g.runs("ReduceGroups", c.params[0], w, func(ctx context.Context, key reflect.Value, rows iter.Seq[reflect.Value], out *batch.Batch) error {
		call := c.bound(ctx)
		sum, some := reflect.New(c.params[0]).Elem(), false
		for v := range rows {
			if !some {
				sum.Set(v)
				some = true
				continue
			}
			res, err := call(sum, v)
			if err != nil {
				return err
			}
			sum.Set(res[0])
		}
		out.N++
		return w.add(out, 0, key, sum)
	})
}

// Count counts the rows of each key.
func (g *KeyValueGroupedDataset) Count() *DataFrame { return g.Agg(Count("*").As("count(1)")) }

// Agg computes aggregates of each group: the columns are the key and the aggregates.
func (g *KeyValueGroupedDataset) Agg(cols ...any) *DataFrame {
	return g.keyed.GroupBy(Col(quoted(keyColumn)).As("key")).Agg(cols...)
}

// Keys are the different keys.
func (g *KeyValueGroupedDataset) Keys() *DataFrame {
	return g.keyed.Select(Col(quoted(keyColumn)).As("value")).Distinct()
}

func (g *KeyValueGroupedDataset) groupCall(method, want string, f any) *rowCall {
	c := newRowCall(method, want, f)
	if len(c.params) != 2 || len(c.results) == 0 || !isRows(c.params[1]) {
		mistake(method, "want %s, have %T", want, f)
	}
	g.checkKey(method, c.params[0])
	return c
}

// groups calls a function with each key and its rows.
func (g *KeyValueGroupedDataset) groups(method string, c *rowCall, made []reflect.Type, put func(w *rowWriter, out *batch.Batch, res []reflect.Value) error) *DataFrame {
	w, err := newRowWriter(made, g.df.spark.engine.Zone())
	if err != nil {
		mistake(method, "%v", err)
	}
	return g.runs(method, elementOf(c.params[1]), w, func(ctx context.Context, key reflect.Value, rows iter.Seq[reflect.Value], out *batch.Batch) error {
		res, err := c.bound(ctx)(key, sequence(c.params[1], rows))
		if err != nil {
			return err
		}
		return put(w, out, res)
	})
}

// runs brings the rows of a key together, sorted by key, and calls a function with each run of equal keys.
func (g *KeyValueGroupedDataset) runs(method string, elem reflect.Type, w *rowWriter,
	group func(ctx context.Context, key reflect.Value, rows iter.Seq[reflect.Value], out *batch.Batch) error) *DataFrame {
	zone := g.df.spark.engine.Zone()
	if _, err := newRowReader(elem, g.schema, zone); err != nil {
		raise(method, err)
	}
	key := types.StructOf(g.keyed.Schema().Fields[0])
	by := Col(quoted(keyColumn))
	sorted := g.keyed.with(&logical.Repartition{Input: g.keyed.rel, Exprs: []logical.Expression{by.e}, Shuffle: true}).SortWithinPartitions(by)
	return sorted.typed(&typedFunction{method: method, zone: zone,
		schema: func(*types.Type) (*types.Type, error) { return w.schema, nil },
		task: func(ctx context.Context, _ *types.Type, next plan.Batches) (plan.Batches, error) {
			r := &keyRuns{next: next}
			var err error
			if r.keys, err = newRowReader(g.key, key, zone); err != nil {
				return nil, err
			}
			if r.rows, err = newRowReader(elem, g.schema, zone); err != nil {
				return nil, err
			}
			return func() (*batch.Batch, error) {
				out := w.batch()
				for out.N < batch.Size {
					k, err := r.begin()
					if err == io.EOF && out.N > 0 {
						return out, nil
					}
					if err != nil {
						return nil, err
					}
					if err := group(ctx, k, r.group, out); err != nil {
						return nil, err
					}
					for range r.group { // what the function has left
					}
					if r.err != nil {
						return nil, r.err
					}
				}
				return out, nil
			}, nil
		}}, logical.FlatMapRows)
}

// keyRuns reads sorted rows, one run of equal keys after another. The key is the first column.
type keyRuns struct {
	next       plan.Batches
	keys, rows *rowReader
	in         *batch.Batch
	at         int
	first      batch.Vector // the key of the run, at position 0
	err        error
}

// fill makes in and at the next row; false at the end.
func (r *keyRuns) fill() bool {
	for r.in == nil || r.at >= r.in.Rows() {
		b, err := r.next()
		if err != nil {
			if err != io.EOF {
				r.err = err
			}
			return false
		}
		r.in, r.at = b, 0
	}
	return true
}

// begin starts the next run, and returns its key.
func (r *keyRuns) begin() (reflect.Value, error) {
	if !r.fill() {
		if r.err != nil {
			return reflect.Value{}, r.err
		}
		return reflect.Value{}, io.EOF
	}
	i := r.in.Row(r.at)
	r.first = r.in.Cols[0].Like(1)
	r.first.Append(r.in.Cols[0], []int32{int32(i)})
	k, err := r.keys.row(&batch.Batch{N: r.in.N, Cols: r.in.Cols[:1]}, i)
	if err != nil {
		return k, err
	}
	own := reflect.New(k.Type()).Elem()
	own.Set(k)
	return own, nil
}

// group yields the rows of the run that are left. The vectors of a batch do not outlive it, and neither do values that
// are not copied.
func (r *keyRuns) group(yield func(reflect.Value) bool) {
	for r.err == nil && r.fill() {
		i := r.in.Row(r.at)
		if !r.in.Cols[0].Equal(i, r.first, 0) {
			return
		}
		v, err := r.rows.row(&batch.Batch{N: r.in.N, Cols: r.in.Cols[1:]}, i)
		if err != nil {
			r.err = err
			return
		}
		r.at++
		if !yield(v) {
			return
		}
	}
}
