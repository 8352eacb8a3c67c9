package session

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/collect"
	"gospark/runtime/expr"
	"gospark/runtime/gofunc"
	"gospark/runtime/logical"
	"gospark/runtime/resolved"
	"gospark/runtime/stream/query"
	"gospark/runtime/types"
)

// ForeachBatch calls f, func(df *DataFrame, batchID int64), with or without an error as its result, for each batch. The
// rows of the batch are computed once and held until f returns, so it may use them several times. A batch whose end was
// not recorded before a crash comes again under the same id.
//
//	df.WriteStream().ForeachBatch(func(df *DataFrame, id int64) { df.Show() }).Start()
func (w *DataStreamWriter) ForeachBatch(f any) *DataStreamWriter {
	call, err := batchFunc(f)
	if err != nil {
		raise("ForeachBatch", err)
	}
	w.format = "foreachbatch"
	w.special = func(q *StreamingQuery, w *DataStreamWriter, _ connector.Options) (*streamSink, error) {
		return &streamSink{open: func(so query.SinkOpening) (connector.Sink, error) {
			return collect.NewUncounted(collect.Sink{Name: "ForeachBatchSink", Commit: func(ctx context.Context, id int64, r *collect.Rows) error {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				df, release := q.spark.held(so.Schema, r.Partitions)
				defer release()
				return call(df, id)
			}}), nil
		}}, nil
	}
	return w
}

// batchFunc is a function of ForeachBatch, with its panics as errors.
func batchFunc(f any) (func(df *DataFrame, id int64) error, error) {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil, fmt.Errorf("want func(df *DataFrame, batchID int64), have %T", f)
	}
	t := v.Type()
	if t.NumIn() != 2 || t.In(0) != reflect.TypeFor[*DataFrame]() || !t.In(1).ConvertibleTo(reflect.TypeFor[int64]()) || t.In(1).Kind() == reflect.String ||
		t.NumOut() > 1 || t.NumOut() == 1 && t.Out(0) != errorType {
		return nil, fmt.Errorf("want func(df *DataFrame, batchID int64), with or without an error as its result, have %s", gofunc.TypeName(t))
	}
	return func(df *DataFrame, id int64) error {
		return called(func() error {
			out := v.Call([]reflect.Value{reflect.ValueOf(df), reflect.ValueOf(id).Convert(t.In(1))})
			if len(out) == 1 && !out[0].IsNil() {
				return out[0].Interface().(error)
			}
			return nil
		})
	}, nil
}

// heldFormat is the format under which a DataFrame of ForeachBatch finds its rows.
const heldFormat = "rows of a batch"

// A heldRegistry has the rows of the batches that functions are working on.
type heldRegistry struct {
	mu   sync.Mutex
	last int
	rows map[string]*heldRows
}

func (r *heldRegistry) find(key string) (resolved.Source, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if h := r.rows[key]; h != nil {
		return h, nil
	}
	return nil, fmt.Errorf("the rows of a batch are gone when the function of ForeachBatch has returned; use them inside it")
}

// heldRows are rows in memory, by partition.
type heldRows struct {
	schema *types.Type
	parts  [][]*batch.Batch
}

func (h *heldRows) Schema() *types.Type { return h.schema }
func (h *heldRows) String() string      { return "ForeachBatch" }

// Splits are the partitions of the batch.
func (h *heldRows) Splits(columns []int, _ []expr.Expr) ([]connector.Split, error) {
	splits := make([]connector.Split, len(h.parts))
	for i, p := range h.parts {
		s := &connector.MemorySplit{}
		for _, b := range p {
			c := &batch.Batch{N: b.N, Sel: b.Sel}
			for _, col := range columns {
				c.Cols = append(c.Cols, b.Cols[col])
			}
			s.Batches = append(s.Batches, c)
		}
		splits[i] = s
	}
	return splits, nil
}

// held is a DataFrame of rows in memory, which are there until release.
func (s *SparkSession) held(schema *types.Type, parts [][]*batch.Batch) (df *DataFrame, release func()) {
	r := &s.streams.held
	r.mu.Lock()
	r.last++
	key := strconv.Itoa(r.last)
	if r.rows == nil {
		r.rows = map[string]*heldRows{}
	}
	r.rows[key] = &heldRows{schema, parts}
	r.mu.Unlock()
	release = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.rows, key)
	}
	return s.frame(&logical.DataSource{Format: heldFormat, Options: map[string]string{heldFormat: key}}), release
}
