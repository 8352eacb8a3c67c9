package session

import (
	"iter"
	"reflect"
	"sync"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/types"
)

// groupValues makes Go values of the rows that a function over groups with state is called with, and rows of what it
// yields. Tasks share it.
type groupValues struct {
	key  reflect.Type
	keys *types.Type // the key's column
	zone *time.Location
	rows reflect.Type // the parameter: a slice or an iter.Seq
	read sync.Pool    // *groupReader
	out  *rowWriter
	many bool // the function yields any number of rows
}

// A groupReader is what one call at a time reads rows with.
type groupReader struct {
	row *rowReader
	b   *batch.Batch
}

// groupValues binds the rows of the groups to a parameter, and what a function yields to columns.
func (g *KeyValueGroupedDataset) groupValues(method string, rows reflect.Type, results []reflect.Type, many bool) *groupValues {
	v := &groupValues{key: g.key, keys: g.keyed.Schema().Fields[0].Type, zone: g.df.spark.engine.Zone(), rows: rows, many: many}
	elem, schema := elementOf(rows), g.schema
	if _, err := newRowReader(elem, schema, v.zone); err != nil {
		raise(method, err)
	}
	v.read.New = func() any {
		r, err := newRowReader(elem, schema, v.zone)
		if err != nil {
			panic(err) // it was made before
		}
		return &groupReader{r, batchOf(schema)}
	}
	if many {
		results = []reflect.Type{elementOf(results[0])}
	}
	var err error
	if v.out, err = newRowWriter(results, v.zone); err != nil {
		mistake(method, "%v", err)
	}
	return v
}

// keyOf is the key as a Go value.
func (v *groupValues) keyOf(key []any) (reflect.Value, error) {
	k := reflect.New(v.key).Elem()
	return k, fromPhysical(k, key[0], v.keys, v.zone)
}

// call calls a function with the rows, and hands on what it yields.
func (v *groupValues) call(rows [][]any, f func(rows reflect.Value) ([]reflect.Value, error), emit func([]any)) error {
	read := v.read.Get().(*groupReader)
	defer v.read.Put(read)
	read.b.Reset()
	for _, r := range rows {
		for c, col := range read.b.Cols {
			col.AppendAny(r[c+1])
		}
		read.b.N++
	}
	var failed error
	over := false
	res, err := f(sequence(v.rows, read.values(&failed, &over)))
	if err == nil {
		err = v.put(res, emit) // a sequence may read rows only now
	}
	over = true
	if err == nil {
		err = failed
	}
	return err
}

// values are the rows until the call is over; what goes wrong is in failed, and ends them.
func (r *groupReader) values(failed *error, over *bool) iter.Seq[reflect.Value] {
	return func(yield func(reflect.Value) bool) {
		for i := 0; !*over && i < r.b.N; i++ {
			x, err := r.row.row(r.b, i)
			if err != nil {
				*failed = err
				return
			}
			if !yield(x) {
				return
			}
		}
	}
}

// put hands on the row, or the rows, that a function gave.
func (v *groupValues) put(res []reflect.Value, emit func([]any)) error {
	b := v.out.batch()
	if v.many {
		if err := v.out.addAll(b, res[0]); err != nil {
			return err
		}
	} else {
		b.N++
		if err := v.out.add(b, 0, res...); err != nil {
			return err
		}
	}
	for i := range b.N {
		row := make([]any, len(b.Cols))
		for c, col := range b.Cols {
			row[c] = col.Any(i)
		}
		emit(row)
	}
	return nil
}
