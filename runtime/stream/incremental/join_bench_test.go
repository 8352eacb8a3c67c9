package incremental_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

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

// joinLoads are streams to be joined: in each batch there are new keys, with so many rows on each side. Rows meet when
// that of b is not more than so long after that of a.
var joinLoads = []struct {
	name          string
	keys, a, b    int
	within        string
	join          string
	withinSeconds int64
}{
	{"1 match", 100_000, 1, 1, "1 SECOND", "JOIN", 1},
	{"1 match, left outer", 100_000, 1, 1, "1 SECOND", "LEFT JOIN", 1},
	{"100 matches", 200, 100, 100, "1 SECOND", "JOIN", 1},
	{"100 matches, left outer", 200, 100, 100, "1 SECOND", "LEFT JOIN", 1},
	{"100 candidates, no match", 200, 100, 100, "0 SECONDS", "JOIN", 0},
}

// BenchmarkStreamJoin joins two streams on one slot, with state in memory, and a loop over maps does the same; figures are
// per second of processor time.
func BenchmarkStreamJoin(b *testing.B) {
	for _, l := range joinLoads {
		rows := func(at int64, n int) []*batch.Batch { return rowsOfKeys(at, l.keys, n) }
		const later = 400_000 // µs that b is after a
		b.Run(l.name+"/engine", func(b *testing.B) {
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
			r, err := st.engine.Parse("SELECT a.k, a.v, b.v w FROM a " + l.join + " b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL " + l.within)
			if err != nil {
				b.Fatal(err)
			}
			states, err := state.Open("", state.Options{})
			if err != nil {
				b.Fatal(err)
			}
			q, err := st.query(r, plan.AppendMode, states, 1)
			if err != nil {
				b.Fatal(err)
			}
			var out int64
			count := func(_ *op.Task, o op.Operator) (any, error) {
				return nil, op.Drain(o, func(b *batch.Batch) error { out += int64(b.Rows()); return nil })
			}
			m := joinMeter{probes: l.keys * (l.a + l.b)}
			for i := int64(0); b.Loop(); i++ {
				at := (base + i) * 1_000_000
				splits := [][]connector.Split{{&connector.MemorySplit{Batches: rows(at, l.a)}}, {&connector.MemorySplit{Batches: rows(at+later, l.b)}}}
				m.start()
				if _, err := q.Run(context.Background(), incremental.Batch{Time: 1, Splits: splits, Job: exec.Job{Name: "bench"}, Action: count}); err != nil {
					b.Fatal(err)
				}
				if err := q.Commit(context.Background()); err != nil {
					b.Fatal(err)
				}
				m.stop()
			}
			m.report(b, out)
		})
		b.Run(l.name+"/maps", func(b *testing.B) {
			var loop mapJoin
			loop.reset()
			m := joinMeter{probes: l.keys * (l.a + l.b)}
			var out int64
			for i := int64(0); b.Loop(); i++ {
				at := (base + i) * 1_000_000
				left, right := rows(at, l.a), rows(at+later, l.b)
				m.start()
				out += loop.batch(left, right, l.withinSeconds*1_000_000, at-6_000_000, l.join == "LEFT JOIN")
				m.stop()
			}
			m.report(b, out)
		})
	}
}

// joinMeter sums up the processor time of what is measured.
type joinMeter struct {
	probes, batches int
	from, spent     time.Duration
}

func processorTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u) // of this process it cannot fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (m *joinMeter) start() { m.from = processorTime() }
func (m *joinMeter) stop()  { m.spent += processorTime() - m.from; m.batches++ }

func (m *joinMeter) report(b *testing.B, out int64) {
	b.ReportMetric(float64(m.probes*m.batches)/m.spent.Seconds(), "probes/s")
	b.ReportMetric(float64(out)/m.spent.Seconds(), "rows/s")
	b.ReportMetric(0, "ns/op")
}

// rowsOfKeys makes n rows of each of some keys that no other second has.
func rowsOfKeys(at int64, keys, n int) (bs []*batch.Batch) {
	names := make([]string, keys)
	for i := range names {
		names[i] = fmt.Sprint("key", at/1_000_000, "-", uint32(i*2654435761)%1_000_003)
	}
	for lo := 0; lo < n*keys; lo += batch.Size {
		ts, ks, vs := &batch.Vec[int64]{}, &batch.Vec[string]{}, &batch.Vec[int32]{}
		for i := lo; i < min(n*keys, lo+batch.Size); i++ {
			ts.V = append(ts.V, at+int64(i))
			ks.V = append(ks.V, names[i%keys])
			vs.V = append(vs.V, int32(i%7))
		}
		bs = append(bs, batch.Of(ts, ks, vs))
	}
	return bs
}

// mapJoin is the join as a loop over maps: the limit without columns and without state that survives.
type mapJoin struct {
	left, right map[string][]mapRow
	keys        map[int64][]string // by second
	k           []string
	v, w        []int32
}

type mapRow struct {
	ts  int64
	v   int32
	met bool
}

func (j *mapJoin) reset() {
	j.left, j.right, j.keys = map[string][]mapRow{}, map[string][]mapRow{}, map[int64][]string{}
}

func (j *mapJoin) batch(left, right []*batch.Batch, within, until int64, outer bool) (out int64) {
	each := func(bs []*batch.Batch, f func(ts int64, k string, v int32)) {
		for _, b := range bs {
			ts, ks, vs := b.Cols[0].(*batch.Vec[int64]).V, b.Cols[1].(*batch.Vec[string]).V, b.Cols[2].(*batch.Vec[int32]).V
			for i := range ts {
				f(ts[i], ks[i], vs[i])
			}
			out += int64(len(j.k))
			j.k, j.v, j.w = j.k[:0], j.v[:0], j.w[:0]
		}
	}
	put := func(k string, v, w int32) { j.k, j.v, j.w = append(j.k, k), append(j.v, v), append(j.w, w) }
	each(left, func(ts int64, k string, v int32) {
		met := false
		for _, r := range j.right[k] {
			if r.ts >= ts && r.ts <= ts+within {
				met = true
				put(k, v, r.v)
			}
		}
		rows, known := j.left[k]
		j.left[k] = append(rows, mapRow{ts, v, met})
		if !known {
			j.keys[ts/1_000_000] = append(j.keys[ts/1_000_000], k)
		}
	})
	each(right, func(ts int64, k string, v int32) {
		rows := j.left[k]
		for i, r := range rows {
			if ts >= r.ts && ts <= r.ts+within {
				rows[i].met = true
				put(k, r.v, v)
			}
		}
		j.right[k] = append(j.right[k], mapRow{ts: ts, v: v})
	})
	for second, keys := range j.keys {
		if second*1_000_000 > until {
			continue
		}
		for _, k := range keys {
			for _, r := range j.left[k] {
				if outer && !r.met {
					put(k, r.v, 0)
				}
			}
			delete(j.left, k)
			delete(j.right, k)
		}
		delete(j.keys, second)
	}
	return out + int64(len(j.k))
}
