package op

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"gospark/runtime/batch"
	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/types"
)

// benchBatches are n rows, each added by a function.
func benchBatches(n int, ts []*types.Type, fill func(b *batch.Batch, rng *rand.Rand)) []*batch.Batch {
	rng := rand.New(rand.NewPCG(1, 2))
	var bs []*batch.Batch
	for ; n > 0; n -= batch.Size {
		b := emptyBatch(ts, batch.Size)
		for range min(n, batch.Size) {
			fill(b, rng)
			b.N++
		}
		bs = append(bs, b)
	}
	return bs
}

func add[T any](b *batch.Batch, c int, x T) {
	v := b.Cols[c].(*batch.Vec[T])
	v.V = append(v.V, x)
}

func benchCall(b *testing.B, name string, args ...expr.Expr) expr.Expr {
	e, err := expr.Resolve(name, args, expr.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// measure runs an operator over n rows, b.N times.
func measure(b *testing.B, n int, make func(t *Task) (Operator, error)) {
	b.Helper()
	perRow(b, n, func() int { return yielded(b, make) })
}

// yielded is how many rows an operator yields.
func yielded(b *testing.B, make func(t *Task) (Operator, error)) (rows int) {
	o, err := make(&Task{Ctx: context.Background()})
	if err == nil {
		err = Drain(o, func(out *batch.Batch) error { rows += out.Rows(); return nil })
	}
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

// perRow measures a function that takes n rows: the time of a row, and the processor's time, which other processes make
// longer by less. Garbage is collected as seldom as in the shell.
func perRow(b *testing.B, n int, run func() (rows int)) {
	b.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	rows, start := 0, cpuTime()
	for b.Loop() {
		rows += run()
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N)/float64(n), "cpu-ns/row")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
	b.ReportMetric(float64(rows)/float64(b.N), "rows")
}

// cpuTime is what the process has used, all threads together.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func scanOf(ts []*types.Type) *plan.Scan { return &plan.Scan{Origin: &plan.Origin{}, Schema: ts} }

func col(i int, t *types.Type) *expr.Col { return &expr.Col{Index: i, Typ: t} }

// Each of these runs an operator beside a plain loop that does the same to the same columns, with Go's own map and sort.

func BenchmarkFilterProject(b *testing.B) {
	const n = 4 << 20
	ts := []*types.Type{types.Long, types.Double}
	bs := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, int64(r.IntN(100))); add(b, 1, r.Float64()) })
	scan := scanOf(ts)
	filter := &plan.Select{Origin: &plan.Origin{}, Child: scan, Condition: benchCall(b, ">", col(0, types.Long), expr.LongLit(30))}
	project := &plan.Compute{Origin: &plan.Origin{}, Child: filter, Exprs: []expr.Expr{
		benchCall(b, "*", col(1, types.Double), expr.DoubleLit(2)), benchCall(b, "+", col(0, types.Long), expr.LongLit(1))}}
	b.Run("engine", func(b *testing.B) {
		measure(b, n, func(t *Task) (Operator, error) {
			o, err := newSelect(filter, 0, InMemory(t.Ctx, bs), t)
			if err != nil {
				return nil, err
			}
			return newCompute(project, 0, o, t)
		})
	})
	b.Run("loop", func(b *testing.B) {
		doubles, longs := make([]float64, batch.Size), make([]int64, batch.Size)
		perRow(b, n, func() (rows int) {
			for _, in := range bs {
				x, y, k := values[int64](in, 0), values[float64](in, 1), 0
				for i, v := range x {
					if v > 30 {
						doubles[k], longs[k] = y[i]*2, v+1
						k++
					}
				}
				rows += k
			}
			return rows
		})
	})
}

func values[T any](b *batch.Batch, c int) []T { return b.Cols[c].(*batch.Vec[T]).V }

func BenchmarkGroup(b *testing.B) {
	const n = 4 << 20
	for _, keys := range []int{1000, 1000000} {
		b.Run(fmt.Sprintf("string/%d", keys), func(b *testing.B) {
			ts := []*types.Type{types.String, types.Long}
			var text []byte
			bs := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) {
				if cap(text)-len(text) < 16 {
					text = make([]byte, 0, 64<<10)
				}
				at := len(text)
				text = append(append(text, "key-"...), fmt.Sprintf("%07d", r.IntN(keys))...)
				add(b, 0, unsafe.String(&text[at], len(text)-at)) // as sources make them: views into a block
				add(b, 1, r.Int64N(100))
			})
			b.Run("engine", func(b *testing.B) { group(b, ts, bs, n, col(0, types.String)) })
			b.Run("loop", func(b *testing.B) { mapLoop[string](b, bs, n) })
		})
		b.Run(fmt.Sprintf("two/%d", keys), func(b *testing.B) {
			ts := []*types.Type{types.Long, types.Long}
			bs := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, r.Int64N(int64(keys)/10)); add(b, 1, r.Int64N(10)) })
			group(b, ts, bs, n, col(0, types.Long), col(1, types.Long))
		})
	}
}

// mapLoop sums and counts by key with Go's map.
func mapLoop[K comparable](b *testing.B, bs []*batch.Batch, n int) {
	type state struct{ sum, count int64 }
	perRow(b, n, func() int {
		m := map[K]*state{}
		for _, in := range bs {
			vs := values[int64](in, 1)
			for i, k := range values[K](in, 0) {
				s := m[k]
				if s == nil {
					s = &state{}
					m[k] = s
				}
				s.sum += vs[i]
				s.count++
			}
		}
		return len(m)
	})
}

func group(b *testing.B, ts []*types.Type, bs []*batch.Batch, n int, keys ...expr.Expr) {
	sum := benchCall(b, "sum", col(1, types.Long)).(*expr.Agg)
	count := benchCall(b, "count", col(1, types.Long)).(*expr.Agg)
	node := &plan.HashAggregate{Origin: &plan.Origin{}, Child: scanOf(ts), Keys: keys, Aggs: []*expr.Agg{sum, count}}
	measure(b, n, func(t *Task) (Operator, error) { return newHashAggregate(node, 0, InMemory(t.Ctx, bs), t) })
}

func BenchmarkSortDoubles(b *testing.B) {
	const n = 10_000_000
	ts := []*types.Type{types.Double}
	bs := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, r.NormFloat64()) })
	node := &plan.SortRows{Origin: &plan.Origin{}, Child: scanOf(ts), Keys: []expr.SortKey{{Child: col(0, types.Double)}}, Limit: -1}
	b.Run("engine", func(b *testing.B) {
		measure(b, n, func(t *Task) (Operator, error) { return newSortRows(node, 0, InMemory(t.Ctx, bs), t) })
	})
	b.Run("loop", func(b *testing.B) {
		perRow(b, n, func() int {
			all := make([]float64, 0, n)
			for _, in := range bs {
				all = append(all, values[float64](in, 0)...)
			}
			slices.Sort(all)
			return len(all)
		})
	})
}

func BenchmarkTop100(b *testing.B) {
	const n = 4 << 20
	ts := []*types.Type{types.Double}
	bs := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, r.NormFloat64()) })
	node := &plan.SortRows{Origin: &plan.Origin{}, Child: scanOf(ts), Keys: []expr.SortKey{{Child: col(0, types.Double)}}, Limit: 100}
	measure(b, n, func(t *Task) (Operator, error) { return newSortRows(node, 0, InMemory(t.Ctx, bs), t) })
}

// BenchmarkJoin joins 4 M rows with rows that have other keys each, and measures the two parts of it: the build, for each
// held row, and the probe, for each streamed one.
func BenchmarkJoin(b *testing.B) {
	const n = 4 << 20
	ts := []*types.Type{types.Long, types.Long}
	node := &plan.JoinRows{Origin: &plan.Origin{}, Left: scanOf(ts), Right: scanOf(ts),
		LeftKeys: []expr.Expr{col(0, types.Long)}, RightKeys: []expr.Expr{col(0, types.Long)}}
	for _, keys := range []int{1000, 1000000} {
		for kind, key := range map[string]func(i int64) int64{"dense": func(i int64) int64 { return i }, "sparse": func(i int64) int64 { return i * 0x9e3779b97f4a7c }} {
			probe := benchBatches(n, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, key(r.Int64N(int64(keys)))); add(b, 1, r.Int64()) })
			i := int64(0)
			build := benchBatches(keys, ts, func(b *batch.Batch, r *rand.Rand) { add(b, 0, key(i)); add(b, 1, -i); i++ })
			join := func(b *testing.B, probe []*batch.Batch) *joinRows {
				t := &Task{Ctx: context.Background()}
				o, err := newJoinRows(node, 0, InMemory(t.Ctx, probe), InMemory(t.Ctx, build), t)
				if err == nil {
					err = o.(*joinRows).readHeld()
				}
				if err != nil {
					b.Fatal(err)
				}
				return o.(*joinRows)
			}
			b.Run(fmt.Sprintf("%d/%s/build/engine", keys, kind), func(b *testing.B) {
				perRow(b, keys, func() int { return join(b, nil).held.N })
			})
			b.Run(fmt.Sprintf("%d/%s/build/loop", keys, kind), func(b *testing.B) {
				perRow(b, keys, func() int { return len(joinMap(build)) })
			})
			b.Run(fmt.Sprintf("%d/%s/probe/engine", keys, kind), func(b *testing.B) {
				j := join(b, nil)
				perRow(b, n, func() (rows int) {
					j.stream, j.over = InMemory(j.t.Ctx, probe), false
					for {
						out, err := j.Next()
						if err == io.EOF {
							return rows
						}
						if err != nil {
							b.Fatal(err)
						}
						rows += out.Rows()
					}
				})
			})
			b.Run(fmt.Sprintf("%d/%s/probe/loop", keys, kind), func(b *testing.B) {
				out := [4][]int64{}
				for c := range out {
					out[c] = make([]int64, batch.Size)
				}
				m := joinMap(build)
				perRow(b, n, func() (rows int) {
					for _, in := range probe {
						vs, n := values[int64](in, 1), 0
						for i, k := range values[int64](in, 0) {
							if v, ok := m[k]; ok {
								out[0][n], out[1][n], out[2][n], out[3][n] = k, vs[i], k, v
								n++
							}
						}
						rows += n
					}
					return rows
				})
			})
		}
	}
}

// joinMap is the second column by the first.
func joinMap(bs []*batch.Batch) map[int64]int64 {
	m := map[int64]int64{}
	for _, in := range bs {
		vs := values[int64](in, 1)
		for i, k := range values[int64](in, 0) {
			m[k] = vs[i]
		}
	}
	return m
}

// BenchmarkMisses is the limit of all tables that are larger than the caches: what it costs to read a word at random from
// 64 MiB, when reads wait for each other, and when they do not.
func BenchmarkMisses(b *testing.B) {
	const lines, reads = 1 << 20, 1 << 20
	words := make([]uint64, 8*lines)
	r := rand.New(rand.NewPCG(1, 2))
	order := r.Perm(lines)
	for i, at := range order {
		words[8*at] = uint64(8 * order[(i+1)%lines])
	}
	b.Run("dependent", func(b *testing.B) {
		at := uint64(0)
		perRow(b, reads, func() int {
			for range reads {
				at = words[at]
			}
			return int(at & 1)
		})
	})
	b.Run("independent", func(b *testing.B) {
		out := make([]uint64, batch.Size)
		perRow(b, reads, func() int {
			for lo := 0; lo < reads; lo += batch.Size {
				for i, at := range order[lo : lo+batch.Size] {
					out[i] = words[8*at]
				}
			}
			return int(out[0] & 1)
		})
	})
}
