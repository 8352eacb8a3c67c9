package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/runtime/exec"
)

// What is typed, computed and cancelled at the prompt meanwhile does not change what a stream computes.
func TestStreamIsUndisturbedByThePrompt(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	const batches = 150
	feed := make(chan []string, batches)
	want := map[string]int{}
	random := rand.New(rand.NewPCG(1, 2))
	for range batches {
		var lines []string
		for range random.IntN(40) {
			w := string(rune('a' + random.IntN(20)))
			lines = append(lines, w+" x")
			want[w]++
			want["x"]++
		}
		feed <- lines
	}
	got := map[string]int{}
	var last map[string]int
	pairs := b.ssc.QueueStream(feed).FlatMap(strings.Fields).Map(func(w string) (string, int) { return w, 1 })
	pairs.ReduceByKey(sumOf).ForeachRDD(func(r *RDD) {
		for _, p := range r.Collect() {
			got[p.(Pair).Key.(string)] += p.(Pair).Value.(int)
		}
	})
	pairs.UpdateStateByKey(runningSum).ForeachRDD(func(r *RDD) {
		last = map[string]int{}
		for _, p := range r.Collect() {
			last[p.(Pair).Key.(string)] = p.(Pair).Value.(int)
		}
	})
	b.ssc.Start()

	over := make(chan struct{})
	var prompts sync.WaitGroup
	for i := range 3 {
		prompts.Go(func() {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			for {
				select {
				case <-over:
					return
				default:
				}
				ctx, cancel := context.WithCancelCause(context.Background())
				leave := b.sc.enter(&scope{ctx: ctx, group: "prompt"})
				stop := time.AfterFunc(time.Duration(random.IntN(2000))*time.Microsecond, func() { cancel(&exec.Cancelled{Reason: "Ctrl-C"}) })
				err := Try(func() {
					b.sc.Range(20000).Map(func(x int) (int, int) { return x % 10, x }).ReduceByKey(sumOf).Collect()
				})
				stop.Stop()
				cancel(nil)
				leave()
				var c *exec.Cancelled
				if err != nil && !errors.As(err, &c) {
					t.Error(err)
				}
				if random.IntN(10) == 0 {
					b.sc.CancelJobGroup("prompt")
				}
			}
		})
	}
	b.run(batches)
	close(over)
	prompts.Wait()
	b.ssc.Stop(false, true)
	for w, n := range want {
		if got[w] != n || last[w] != n {
			t.Errorf("%s: %d in batches, %d in state, want %d", w, got[w], last[w], n)
		}
	}
	if st := b.ssc.Status(); st.Failed > 0 {
		t.Errorf("%+v", st)
	}
}

// Thousands of batches with windows and state hold no more memory than a few.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("runs thousands of batches")
	}
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	feed := make(chan []string, 1)
	in := b.ssc.QueueStream(feed).Cache()
	pairs := in.FlatMap(strings.Fields).Map(func(w string) (string, int) { return w, 1 })
	pairs.UpdateStateByKey(runningSum).Print()
	pairs.MapWithState(total).Print()
	pairs.ReduceByKeyAndWindow(sumOf, differ, Seconds(5), Seconds(1)).Print()
	pairs.Window(Seconds(4), Seconds(2)).ReduceByKey(sumOf).Print()
	b.sc.cfg.Out = &countingOnly{}
	b.ssc.Start()
	run := func(n int) {
		for range n {
			feed <- []string{"a b c", "a"}
			b.run(1)
		}
	}
	heap := func() uint64 {
		var m runtime.MemStats
		for range 3 { // nodes are dropped by clean-up functions, which run after a collection
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	run(200)
	before := heap()
	run(1000)
	after := heap()
	if after > before+before/4+1<<20 {
		t.Errorf("%d KB after 200 batches, %d KB after 1200", before>>10, after>>10)
	}
	t.Logf("%d KB after 200 batches, %d KB after 1200", before>>10, after>>10)
}

type countingOnly struct{ blocks int }

func (c *countingOnly) Write(p []byte) (int, error) {
	c.blocks++
	return len(p), nil
}

// BenchmarkBatch is the fixed cost of a batch of ten lines: the word count that everybody begins with.
func BenchmarkBatch(b *testing.B) {
	bench := newStreamBench(b, Milliseconds(50), nil)
	out := &countingOnly{}
	bench.sc.cfg.Out = out
	feed := make(chan []string, 1)
	bench.ssc.QueueStream(feed).FlatMap(strings.Fields).
		Map(func(w string) (string, int) { return w, 1 }).ReduceByKey(sumOf).Print()
	lines := make([]string, 10)
	for i := range lines {
		lines[i] = "the quick brown fox " + string(rune('a'+i))
	}
	bench.ssc.Start()
	b.ResetTimer()
	for range b.N {
		feed <- lines
		bench.run(1)
	}
	b.StopTimer()
	if out.blocks != b.N {
		b.Fatalf("%d blocks for %d batches", out.blocks, b.N)
	}
}
