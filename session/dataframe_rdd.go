package session

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/engine"
	"gospark/runtime/gofunc"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

func init() { batch.Register[Row]() }

// RDD is the DataFrame's rows as an RDD of Row.
func (df *DataFrame) RDD() *RDD {
	p := df.prepare("RDD")
	schema, zone := df.Schema(), df.spark.engine.Zone()
	sc := df.spark.sc
	n := &plan.MapPartitions{Origin: sc.origin("rdd", "MapPartitionsRDD"), Child: p.Node(), Types: []reflect.Type{rowType},
		New: func(_ context.Context, _ int, next plan.Batches) (plan.Batches, error) {
			return func() (*batch.Batch, error) {
				b, err := next()
				if err != nil {
					return nil, err
				}
				rows := make([]Row, b.Rows())
				for i := range rows {
					values := make([]any, len(b.Cols))
					for c, v := range b.Cols {
						values[c] = v.Any(b.Row(i))
					}
					rows[i] = Row{schema: schema, values: values, zone: zone}
				}
				return &batch.Batch{N: len(rows), Cols: []batch.Vector{batch.VecOf(rows)}}, nil
			}, nil
		}}
	return sc.newRDD(n, gofunc.Leaf(rowType))
}

// ToDF makes a DataFrame of the RDD's records, as CreateDataFrame does.
func (r *RDD) ToDF(schema ...any) *DataFrame { return r.sc.spark.CreateDataFrame(r, schema...) }

// rddSource is the records of an RDD as rows.
type rddSource struct {
	rdd    *RDD
	schema *types.Type
	zone   *time.Location
}

var _ engine.PlannedSource = (*rddSource)(nil)

func (s *rddSource) Schema() *types.Type { return s.schema }
func (s *rddSource) String() string      { return s.rdd.String() }

// Plan makes rows of records, of the columns that are wanted.
func (s *rddSource) Plan(o *plan.Origin, columns []int) plan.Node {
	fields := make([]types.Field, len(columns))
	ts := make([]*types.Type, len(columns))
	for i, c := range columns {
		fields[i] = s.schema.Fields[c]
		ts[i] = fields[i].Type
	}
	made := types.StructOf(fields...)
	shape := s.rdd.shape
	return &plan.MapPartitions{Origin: o, Child: s.rdd.node, Types: plan.ElemsOf(ts), Schema: ts,
		New: func(_ context.Context, _ int, next plan.Batches) (plan.Batches, error) {
			return rowLoop(next, made, func(b *batch.Batch, i int, out *batch.Batch) error {
				row, err := toRow(recordValue(shape.Box(b, i, 0)), s.schema, s.zone)
				if err != nil {
					return err
				}
				for k, c := range columns {
					out.Cols[k].AppendAny(row[c])
				}
				out.N++
				return nil
			}), nil
		}}
}

// recordValue is a record whose parts go by position.
func recordValue(v any) reflect.Value {
	switch v := v.(type) {
	case Pair:
		return reflect.ValueOf([]any{v.Key, v.Value})
	case Tuple:
		return reflect.ValueOf([]any(v))
	}
	return reflect.ValueOf(v)
}

// fromRDD is the DataFrame of an RDD. Its columns come from the type of its records, or from the first ones.
func (s *SparkSession) fromRDD(r *RDD, schema []any) *DataFrame {
	sample := reflect.MakeSlice(reflect.SliceOf(r.shape.GoType()), 0, 0)
	if t := r.shape.GoType(); r.shape.IsTuple() || t.Kind() == reflect.Interface || t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t == rowType {
		values := []any{}
		for _, v := range r.Take(sampleSize) {
			values = append(values, recordValue(v).Interface())
		}
		sample = reflect.ValueOf(values)
	}
	t, err := rowSchema(sample, schema)
	if err != nil {
		raise("CreateDataFrame", err)
	}
	return s.frame(&logical.SourceRelation{Source: &rddSource{rdd: r, schema: t, zone: s.engine.Zone()}})
}

// sampleSize is how many records tell the types of columns.
const sampleSize = 100

// heldSource is rows that have been computed, a batch list a partition.
type heldSource struct {
	schema *types.Type
	parts  [][]*batch.Batch
}

var _ engine.PlannedSource = (*heldSource)(nil)

func (h *heldSource) Schema() *types.Type { return h.schema }
func (h *heldSource) String() string      { return fmt.Sprintf("checkpoint of %d partitions", len(h.parts)) }

// Plan scans the columns that are wanted.
func (h *heldSource) Plan(o *plan.Origin, columns []int) plan.Node {
	n := &plan.Scan{Origin: o}
	for _, c := range columns {
		n.Schema = append(n.Schema, h.schema.Fields[c].Type)
	}
	n.Types = plan.ElemsOf(n.Schema)
	for _, part := range h.parts {
		split := &connector.MemorySplit{}
		for _, b := range part {
			picked := &batch.Batch{N: b.N, Sel: b.Sel}
			for _, c := range columns {
				picked.Cols = append(picked.Cols, b.Cols[c])
			}
			split.Batches = append(split.Batches, picked)
		}
		n.Splits = append(n.Splits, split)
	}
	return n
}

// Checkpoint computes the rows and is a DataFrame of them, which knows nothing of how they were made. They are in memory.
func (df *DataFrame) Checkpoint(eager ...bool) *DataFrame {
	p := df.prepare("Checkpoint")
	h := &heldSource{schema: df.Schema(), parts: make([][]*batch.Batch, p.Partitions())}
	for i := range h.parts {
		ctx, job := df.spark.job("checkpoint")
		r, err := p.Run(ctx, job, i)
		if err != nil {
			raise("Checkpoint", err)
		}
		h.parts[i] = r.Batches
	}
	if len(h.parts) == 0 {
		h.parts = [][]*batch.Batch{nil}
	}
	return df.spark.frame(&logical.SourceRelation{Source: h})
}

// LocalCheckpoint is Checkpoint.
func (df *DataFrame) LocalCheckpoint(eager ...bool) *DataFrame { return df.Checkpoint(eager...) }
