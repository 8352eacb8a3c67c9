package incremental_test

import (
	"context"
	"fmt"
	"testing"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/stream/incremental"
	"gospark/runtime/types"
)

// BenchmarkBatch runs batches of a stream with its state in memory: rows a second on one slot.
func BenchmarkBatch(b *testing.B) {
	const rows, keys = 200_000, 100_000
	for _, c := range []struct {
		name, sql string
		mode      plan.OutputMode
		keys      int
	}{
		{"filter", "SELECT k, v FROM a WHERE v > 3", plan.AppendMode, keys},
		{"window count", "SELECT window.start s, k, count(*) n FROM a GROUP BY window(ts, '1 minute'), k", plan.UpdateMode, 1000},
		{"key sum", "SELECT k, count(*) n, sum(v) t FROM a GROUP BY k", plan.UpdateMode, keys},
		{"distinct", "SELECT k FROM a", plan.AppendMode, keys},
		{"join", "SELECT a.k, b.v FROM a JOIN b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL 1 SECOND", plan.AppendMode, keys},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := exec.New(exec.Config{Slots: 1})
			st := newStage(s, nil)
			schema, err := types.ParseDDL(sourceDDL)
			if err != nil {
				b.Fatal(err)
			}
			for _, name := range []string{"a", "b"} {
				st.table(&files{name: name, schema: schema}, func(r logical.Relation) logical.Relation {
					return &logical.WithWatermark{Input: r, EventTime: "ts", Delay: "5 seconds"}
				})
			}
			r, err := st.engine.Parse(c.sql)
			if err != nil {
				b.Fatal(err)
			}
			if c.name == "distinct" {
				r = &logical.Deduplicate{Input: r, Columns: []string{"k"}}
			}
			states, err := state.Open("", state.Options{})
			if err != nil {
				b.Fatal(err)
			}
			q, err := st.query(r, c.mode, states, 1)
			if err != nil {
				b.Fatal(err)
			}
			at, read := int64(base)*1_000_000, int64(0)
			for b.Loop() {
				b.StopTimer()
				splits := make([][]connector.Split, len(q.Sources()))
				for i := range splits {
					splits[i] = []connector.Split{&connector.MemorySplit{Batches: rowsFrom(at, rows, c.keys)}}
				}
				at += 1_000_000
				b.StartTimer()
				rep, err := q.Run(context.Background(), incremental.Batch{Time: 1, Splits: splits, Job: exec.Job{Name: "bench"}, Action: discard})
				if err != nil {
					b.Fatal(err)
				}
				if err := q.Commit(context.Background()); err != nil {
					b.Fatal(err)
				}
				for _, n := range rep.Rows {
					read += n
				}
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("empty batch", func(b *testing.B) {
		s := exec.New(exec.Config{Slots: 2})
		st := newStage(s, nil)
		schema, err := types.ParseDDL(sourceDDL)
		if err != nil {
			b.Fatal(err)
		}
		st.table(&files{name: "a", schema: schema}, func(r logical.Relation) logical.Relation { return r })
		r, err := st.engine.Parse("SELECT k, count(*) n FROM a GROUP BY k")
		if err != nil {
			b.Fatal(err)
		}
		q, err := st.query(r, plan.UpdateMode, nil, 2)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := q.Run(context.Background(), incremental.Batch{Time: 1, Job: exec.Job{Name: "bench"}, Action: discard}); err != nil {
				b.Fatal(err)
			}
			if err := q.Commit(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func discard(_ *op.Task, o op.Operator) (any, error) {
	return nil, op.Drain(o, func(*batch.Batch) error { return nil })
}

// rowsFrom makes rows within a second.
func rowsFrom(at int64, n, keys int) (bs []*batch.Batch) {
	names := make([]string, keys)
	for i := range names {
		names[i] = fmt.Sprint("key", i)
	}
	for lo := 0; lo < n; lo += batch.Size {
		ts, ks, vs := &batch.Vec[int64]{}, &batch.Vec[string]{}, &batch.Vec[int32]{}
		for i := lo; i < min(n, lo+batch.Size); i++ {
			ts.V = append(ts.V, at+int64(i))
			ks.V = append(ks.V, names[uint32(i*2654435761)%uint32(keys)])
			vs.V = append(vs.V, int32(i%7))
		}
		bs = append(bs, batch.Of(ts, ks, vs))
	}
	return bs
}
