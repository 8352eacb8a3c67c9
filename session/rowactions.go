package session

import (
	"context"
	"errors"
	"iter"
	"reflect"

	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/types"
)

// Head returns the first row, or the first n, as Take does.
func (df *DataFrame) Head(n ...int) []Row { return df.rows("head", number("Head", n, 1)) }

// Tail returns the last n rows.
func (df *DataFrame) Tail(n int) []Row {
	return df.rowsOf(df.execute("tail", &logical.Tail{Input: df.rel, Count: &logical.Literal{Value: int32(n), Type: types.Int}}))
}

// CollectAsList is Collect.
func (df *DataFrame) CollectAsList() []Row { return df.Collect() }

// TakeAsList is Take.
func (df *DataFrame) TakeAsList(n int) []Row { return df.Take(n) }

// rowsOf are the rows of a result.
func (df *DataFrame) rowsOf(r *engine.Result) []Row {
	rows, zone := []Row{}, df.spark.engine.Zone()
	for _, v := range r.Rows() {
		rows = append(rows, Row{schema: r.Schema, values: v, zone: zone})
	}
	return rows
}

func (df *DataFrame) prepare(method string) *engine.Prepared {
	p, err := df.spark.engine.Prepare(df.resolved())
	if err != nil {
		raise(method, err)
	}
	return p
}

// ToLocalIterator yields the rows one partition at a time, computed when it is reached.
func (df *DataFrame) ToLocalIterator() iter.Seq[Row] {
	p := df.prepare("ToLocalIterator")
	return func(yield func(Row) bool) {
		for i := range p.Partitions() {
			ctx, job := df.spark.job("toLocalIterator")
			r, err := p.Run(ctx, job, i)
			if err != nil {
				raise("ToLocalIterator", err)
			}
			for _, row := range df.rowsOf(r) {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// Foreach calls a function with each row, in the tasks. It takes a Row, or a struct, map or value as Map does.
func (df *DataFrame) Foreach(f any) {
	c := newRowCall("Foreach", "func(Row)", f)
	if len(c.params) != 1 || len(c.results) != 0 {
		mistake("Foreach", "want func(Row), have %T", f)
	}
	df.eachPartition("Foreach", c.params[0], func(ctx context.Context, rows iter.Seq[reflect.Value]) error {
		call := c.bound(ctx)
		for v := range rows {
			if _, err := call(v); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForeachPartition calls a function with the rows of each partition, in the tasks: func(iter.Seq[Row]) or func([]Row), or
// of structs in the place of Row.
func (df *DataFrame) ForeachPartition(f any) {
	const want = "func(iter.Seq[Row]) or func([]Row)"
	c := newRowCall("ForeachPartition", want, f)
	if len(c.params) != 1 || len(c.results) != 0 || elementOf(c.params[0]) == nil {
		mistake("ForeachPartition", "want %s, have %T", want, f)
	}
	df.eachPartition("ForeachPartition", elementOf(c.params[0]), func(ctx context.Context, rows iter.Seq[reflect.Value]) error {
		_, err := c.bound(ctx)(sequence(c.params[0], rows))
		return err
	})
}

// eachPartition runs a function over the rows of each partition, as values of a Go type.
func (df *DataFrame) eachPartition(method string, elem reflect.Type, f func(context.Context, iter.Seq[reflect.Value]) error) {
	schema, zone := df.Schema(), df.spark.engine.Zone()
	if _, err := newRowReader(elem, schema, zone); err != nil {
		raise(method, err)
	}
	ctx, job := df.spark.job(string(method[0]|0x20) + method[1:])
	err := df.prepare(method).Each(ctx, job, func(ctx context.Context, o op.Operator) error {
		read, err := newRowReader(elem, schema, zone)
		if err != nil {
			return err
		}
		var failed error
		err = f(ctx, rowsOfBatches(o.Next, read, &failed))
		return errors.Join(failed, err, o.Close())
	})
	if err != nil {
		raise(method, err)
	}
}

// Reduce puts all rows together with a Go function, func(T, T) T, in no certain order; it is an error if there is no row.
func (df *DataFrame) Reduce(f any) any {
	const want = "func(T, T) T"
	c := newRowCall("Reduce", want, f)
	if len(c.params) != 2 || len(c.results) != 1 || c.params[0] != c.params[1] || c.results[0] != c.params[0] {
		mistake("Reduce", "want %s, have %T", want, f)
	}
	read, err := newRowReader(c.params[0], df.Schema(), df.spark.engine.Zone())
	if err != nil {
		raise("Reduce", err)
	}
	r := df.execute("reduce", df.rel)
	ctx, _ := df.spark.job("reduce")
	call := c.bound(ctx)
	sum, some := reflect.New(c.params[0]).Elem(), false
	check0("Reduce", func() error {
		for _, b := range r.Batches {
			for i := range b.Rows() {
				v, err := read.row(b, b.Row(i))
				if err != nil {
					return err
				}
				if !some {
					sum.Set(v)
					some = true
					continue
				}
				out, err := call(sum, v)
				if err != nil {
					return err
				}
				sum.Set(out[0])
			}
		}
		return nil
	})
	if !some {
		mistake("Reduce", "the DataFrame is empty")
	}
	return sum.Interface()
}
