package session

import (
	"context"
	"fmt"
	"io"
	"iter"
	"reflect"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// A typedFunction is a user's Go function over rows as Go values: what df.Map and its kin hold. It is matched to the
// columns by the analysis, and makes the loop of each task.
type typedFunction struct {
	method string
	in     reflect.Type // of a row
	zone   *time.Location
	// schema is the columns of what the function yields from rows with the columns in.
	schema func(in *types.Type) (*types.Type, error)
	// task makes the loop of one task.
	task func(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error)
}

var _ engine.RowFunction = (*typedFunction)(nil)

// Out is the columns of the rows that the function makes.
func (f *typedFunction) Out(in *types.Type) (*types.Type, error) {
	if f.in != nil {
		if _, err := newRowReader(f.in, in, f.zone); err != nil {
			return nil, fmt.Errorf("%s: %w", f.method, err)
		}
	}
	return f.schema(in)
}

// Task makes the loop of one task.
func (f *typedFunction) Task(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error) {
	return f.task(ctx, in, next)
}

func (df *DataFrame) typed(f *typedFunction, kind logical.TypedKind) *DataFrame {
	return df.with(&logical.TypedMap{Input: df.rel, Fn: f, Kind: kind})
}

var contextType = reflect.TypeFor[context.Context]()

// A rowCall is a user's function of rows: it may take a context first, and return an error last.
type rowCall struct {
	fn      reflect.Value
	ctx     bool
	fails   bool
	params  []reflect.Type
	results []reflect.Type
}

func newRowCall(method, want string, f any) *rowCall {
	c := &rowCall{fn: reflect.ValueOf(f)}
	if c.fn.Kind() != reflect.Func || c.fn.IsNil() || c.fn.Type().IsVariadic() {
		mistake(method, "want %s, have %T", want, f)
	}
	t := c.fn.Type()
	for i := range t.NumIn() {
		if i == 0 && t.In(i) == contextType {
			c.ctx = true
			continue
		}
		c.params = append(c.params, t.In(i))
	}
	for i := range t.NumOut() {
		if i == t.NumOut()-1 && t.Out(i) == errorType {
			c.fails = true
			continue
		}
		c.results = append(c.results, t.Out(i))
	}
	return c
}

// bound is the function of one task. What it takes and gives is good until the next call.
func (c *rowCall) bound(ctx context.Context) func(args ...reflect.Value) ([]reflect.Value, error) {
	var in []reflect.Value
	if c.ctx {
		in = append(in, reflect.ValueOf(ctx))
	}
	at := len(in)
	in = append(in, make([]reflect.Value, len(c.params))...)
	return func(args ...reflect.Value) ([]reflect.Value, error) {
		copy(in[at:], args)
		out := c.fn.Call(in)
		if c.fails {
			if e := out[len(out)-1]; !e.IsNil() {
				return nil, e.Interface().(error)
			}
			out = out[:len(out)-1]
		}
		return out, nil
	}
}

// rowLoop turns the rows of a partition into batches of others.
func rowLoop(next plan.Batches, made *types.Type, row func(b *batch.Batch, i int, out *batch.Batch) error) plan.Batches {
	var in *batch.Batch
	at, ended := 0, false
	return func() (*batch.Batch, error) {
		out := batchOf(made)
		for out.N < batch.Size && !ended {
			if in == nil || at >= in.Rows() {
				var err error
				if in, err = next(); err == io.EOF {
					ended = true
					break
				} else if err != nil {
					return nil, err
				}
				at = 0
				continue
			}
			if err := row(in, in.Row(at), out); err != nil {
				return nil, err
			}
			at++
		}
		if ended && out.N == 0 {
			return nil, io.EOF
		}
		return out, nil
	}
}

// Map makes a row of each row with a Go function: func(Person) Slim. A struct is matched to columns by the names of its
// fields or their spark or json tags, a map by its keys, a Row has all columns, and any other type is the only column.
// Several results make the columns _1, _2 and so on.
func (df *DataFrame) Map(f any) *DataFrame {
	const want = "func(T) U, with T a struct, a Row, a map or the type of the only column"
	c := newRowCall("Map", want, f)
	if len(c.params) != 1 || len(c.results) == 0 {
		mistake("Map", "want %s, have %T", want, f)
	}
	return df.rowFunction("Map", c, c.results, logical.MapRows, func(w *rowWriter, out *batch.Batch, res []reflect.Value) error {
		out.N++
		return w.add(out, 0, res...)
	})
}

// FlatMap makes rows of each row with a Go function: func(Person) []Slim, or an iter.Seq.
func (df *DataFrame) FlatMap(f any) *DataFrame {
	const want = "func(T) []U"
	c := newRowCall("FlatMap", want, f)
	if len(c.params) != 1 || len(c.results) != 1 || elementOf(c.results[0]) == nil {
		mistake("FlatMap", "want %s, have %T", want, f)
	}
	return df.rowFunction("FlatMap", c, []reflect.Type{elementOf(c.results[0])}, logical.FlatMapRows,
		func(w *rowWriter, out *batch.Batch, res []reflect.Value) error { return w.addAll(out, res[0]) })
}

// rowFunction calls a function with each row, and puts what it gives into rows of other columns.
func (df *DataFrame) rowFunction(method string, c *rowCall, made []reflect.Type, kind logical.TypedKind,
	put func(w *rowWriter, out *batch.Batch, res []reflect.Value) error) *DataFrame {
	zone := df.spark.engine.Zone()
	w, err := newRowWriter(made, zone)
	if err != nil {
		mistake(method, "%v", err)
	}
	return df.typed(&typedFunction{method: method, in: c.params[0], zone: zone,
		schema: func(*types.Type) (*types.Type, error) { return w.schema, nil },
		task: func(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error) {
			if kind == logical.MapRows {
				if loop := scalarMap(c, in, next, w.schema); loop != nil {
					return loop, nil
				}
			}
			read, err := newRowReader(c.params[0], in, zone)
			if err != nil {
				return nil, err
			}
			call := c.bound(ctx)
			return rowLoop(next, w.schema, func(b *batch.Batch, i int, out *batch.Batch) error {
				v, err := read.row(b, i)
				if err != nil {
					return err
				}
				res, err := call(v)
				if err != nil {
					return err
				}
				return put(w, out, res)
			}), nil
		}}, kind)
}

// filterRows keeps the rows for which a Go function is true.
func (df *DataFrame) filterRows(f any) *DataFrame {
	const want = "a condition, SQL text or func(T) bool"
	c := newRowCall("Filter", want, f)
	if len(c.params) != 1 || len(c.results) != 1 || c.results[0].Kind() != reflect.Bool {
		mistake("Filter", "want %s, have %T", want, f)
	}
	zone := df.spark.engine.Zone()
	return df.typed(&typedFunction{method: "Filter", in: c.params[0], zone: zone,
		schema: func(in *types.Type) (*types.Type, error) { return in, nil },
		task: func(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error) {
			keep := scalarFilter(c, in)
			read, err := newRowReader(c.params[0], in, zone)
			if err != nil {
				return nil, err
			}
			call := c.bound(ctx)
			rowByRow := func(b *batch.Batch, sel []int32) ([]int32, error) {
				for i := range b.Rows() {
					v, err := read.row(b, b.Row(i))
					if err != nil {
						return nil, err
					}
					res, err := call(v)
					if err != nil {
						return nil, err
					}
					if res[0].Bool() {
						sel = append(sel, int32(b.Row(i)))
					}
				}
				return sel, nil
			}
			return func() (*batch.Batch, error) {
				b, err := next()
				if err != nil {
					return nil, err
				}
				f := rowByRow
				if keep != nil && !b.Cols[0].HasNulls() {
					f = keep
				}
				sel, err := f(b, make([]int32, 0, b.Rows()))
				return &batch.Batch{N: b.N, Sel: sel, Cols: b.Cols}, err
			}, nil
		}}, logical.FilterRows)
}

// MapPartitions makes rows of the rows of each partition: func(iter.Seq[Person]) iter.Seq[Slim], or with slices.
func (df *DataFrame) MapPartitions(f any) *DataFrame {
	const want = "func(iter.Seq[T]) iter.Seq[U], or with slices"
	c := newRowCall("MapPartitions", want, f)
	if len(c.params) != 1 || len(c.results) != 1 || elementOf(c.params[0]) == nil || elementOf(c.results[0]) == nil {
		mistake("MapPartitions", "want %s, have %T", want, f)
	}
	zone, elem := df.spark.engine.Zone(), elementOf(c.params[0])
	w, err := newRowWriter([]reflect.Type{elementOf(c.results[0])}, zone)
	if err != nil {
		mistake("MapPartitions", "%v", err)
	}
	return df.typed(&typedFunction{method: "MapPartitions", in: elem, zone: zone,
		schema: func(*types.Type) (*types.Type, error) { return w.schema, nil },
		task: func(ctx context.Context, in *types.Type, next plan.Batches) (plan.Batches, error) {
			read, err := newRowReader(elem, in, zone)
			if err != nil {
				return nil, err
			}
			done := false
			return func() (*batch.Batch, error) {
				if done {
					return nil, io.EOF
				}
				done = true
				var failed error
				res, err := c.bound(ctx)(sequence(c.params[0], rowsOfBatches(next, read, &failed)))
				if err != nil {
					return nil, err
				}
				out := w.batch()
				if err := w.addAll(out, res[0]); err != nil {
					return nil, err
				}
				return out, failed
			}, nil
		}}, logical.FlatMapRows)
}

// elementOf is the type of the elements of a slice, array or iter.Seq; nil for other types.
func elementOf(t reflect.Type) reflect.Type {
	switch {
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		return t.Elem()
	case t.Kind() == reflect.Func && t.CanSeq():
		return t.In(0).In(0)
	}
	return nil
}

// rowsOfBatches are the rows of a partition as Go values; what goes wrong is in failed, and ends them.
func rowsOfBatches(next plan.Batches, read *rowReader, failed *error) iter.Seq[reflect.Value] {
	return func(yield func(reflect.Value) bool) {
		for {
			b, err := next()
			if err == io.EOF {
				return
			}
			if err != nil {
				*failed = err
				return
			}
			for i := range b.Rows() {
				v, err := read.row(b, b.Row(i))
				if err != nil {
					*failed = err
					return
				}
				if !yield(v) {
					return
				}
			}
		}
	}
}

// sequence makes an argument that is a slice or an iter.Seq of values.
func sequence(t reflect.Type, values iter.Seq[reflect.Value]) reflect.Value {
	if t.Kind() == reflect.Slice {
		all := reflect.MakeSlice(t, 0, 0)
		for v := range values {
			all = reflect.Append(all, v)
		}
		return all
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		for v := range values {
			if !args[0].Call([]reflect.Value{v})[0].Bool() {
				break
			}
		}
		return nil
	})
}
