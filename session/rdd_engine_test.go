package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gospark/runtime/progress"
)

// events runs f and returns what happened meanwhile.
func events(sc *SparkContext, f func()) (all []progress.Event) {
	remove := sc.Bus().Listen("test", func(e progress.Event) { all = append(all, e) })
	f()
	remove()
	return all
}

// told is what a run did, in short.
type told struct {
	jobs, stages, skipped, tasks, failed int
	written, read                        int64
}

func tell(all []progress.Event) (s told) {
	for _, e := range all {
		switch e := e.(type) {
		case progress.JobStart:
			s.jobs++
			s.skipped += len(e.Skipped)
		case progress.StageCompleted:
			s.stages++
		case progress.TaskEnd:
			s.tasks++
			if e.Err != "" {
				s.failed++
			}
			s.written += e.Metrics.ShuffleWriteRows
			s.read += e.Metrics.ShuffleReadRows
		}
	}
	return s
}

// TestStages says how many stages and tasks run, and how many rows move, for each way of writing a job.
func TestStages(t *testing.T) {
	words := func(sc *SparkContext) *RDD { // two partitions of 100 records over 3 keys
		return sc.Range(0, 200, 1, 2).Map(func(i int) (string, int) { return fmt.Sprint("k", i%3), i })
	}
	for _, c := range []struct {
		name string
		run  func(sc *SparkContext)
		want told
	}{
		{"narrow operations are one stage", func(sc *SparkContext) {
			sc.Range(0, 100, 1, 3).Map(func(x int) int { return x }).Filter(func(x int) bool { return x > 5 }).Count()
		}, told{jobs: 1, stages: 1, tasks: 3}},
		{"ReduceByKey moves one row for each key and partition", func(sc *SparkContext) {
			words(sc).ReduceByKey(plus).Count()
		}, told{jobs: 1, stages: 2, tasks: 4, written: 6, read: 6}},
		{"AggregateByKey, FoldByKey and CombineByKey as well", func(sc *SparkContext) {
			words(sc).AggregateByKey(0, plus, plus).Count()
			words(sc).FoldByKey(0, plus).Count()
			words(sc).CombineByKey(func(v int) int { return v }, plus, plus).Count()
		}, told{jobs: 3, stages: 6, tasks: 12, written: 18, read: 18}},
		{"GroupByKey moves every row", func(sc *SparkContext) {
			words(sc).GroupByKey().Count()
		}, told{jobs: 1, stages: 2, tasks: 4, written: 200, read: 200}},
		{"a shuffle that is there is skipped", func(sc *SparkContext) {
			r := words(sc).ReduceByKey(plus)
			r.Count()
			r.Count()
		}, told{jobs: 2, stages: 3, skipped: 1, tasks: 6, written: 6, read: 12}},
		{"what is partitioned alike does not move again", func(sc *SparkContext) {
			r := words(sc).ReduceByKey(plus)
			r.MapValues(func(v int) int { return v + 1 }).Join(r).ReduceByKey(func(a, b Pair) Pair { return a }).Count()
		}, told{jobs: 1, stages: 2, tasks: 4, written: 6, read: 12}},
		{"a union of what is partitioned alike stays so", func(sc *SparkContext) {
			r := words(sc).PartitionBy(2)
			r.Union(r).ReduceByKey(plus).Count()
		}, told{jobs: 1, stages: 2, tasks: 4, written: 200, read: 400}},
		{"map side stages of a join run beside each other", func(sc *SparkContext) {
			words(sc).ReduceByKey(plus, 2).Join(words(sc).GroupByKey(2)).Count()
		}, told{jobs: 1, stages: 3, tasks: 6, written: 206, read: 206}},
		{"Take computes no more than it needs", func(sc *SparkContext) {
			sc.Range(0, 1000, 1, 10).Take(3)
		}, told{jobs: 1, stages: 1, tasks: 1}},
		{"Take goes on when there is too little", func(sc *SparkContext) {
			sc.Range(0, 10, 1, 10).Take(3)
		}, told{jobs: 2, stages: 2, tasks: 5}},
		{"Lookup computes the key's partition", func(sc *SparkContext) {
			words(sc).PartitionBy(8).Lookup("k1")
		}, told{jobs: 1, stages: 2, tasks: 3, written: 200, read: 67}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newContext(t)
			if got := tell(events(sc, func() { c.run(sc) })); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestRetries(t *testing.T) {
	s, err := New(Config{Master: "local[2,3]"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	sc := s.SparkContext()
	var calls atomic.Int64
	counted := sc.LongAccumulator("counted")
	flaky := sc.Range(0, 10, 1, 2).Map(func(x int) (int, error) {
		counted.Add(1)
		if x == 4 && calls.Add(1) < 3 {
			return 0, errors.New("not yet")
		}
		return x, nil
	})
	all := events(sc, func() {
		if got := flaky.Sum(); got != 45 {
			t.Errorf("sum = %v, want 45", got)
		}
	})
	if got := tell(all); got.failed != 2 || got.tasks != 4 {
		t.Errorf("%+v, want 2 failed attempts of 4", got)
	}
	if got := counted.Value(); got != 10 {
		t.Errorf("accumulator = %d, want 10: failed attempts count nothing", got)
	}
	err = Try(func() { sc.Range(3).Map(func(x int) (int, error) { return 0, errors.New("never") }).Count() })
	if err == nil || !strings.Contains(err.Error(), "failed 3 times, most recent failure: map at rdd_engine_test.go:") || !strings.HasSuffix(err.Error(), "never") {
		t.Errorf("error = %v", err)
	}
}

func TestCacheIsComputedOnce(t *testing.T) {
	sc := newContext(t)
	var calls atomic.Int64
	before := sc.Range(0, 100, 1, 4).Map(func(x int) int { calls.Add(1); return x })
	derived := before.Map(func(x int) int { return -x }) // made before Cache is called
	before.Cache()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := before.Sum(); got != 4950 {
				t.Errorf("sum = %v", got)
			}
		})
	}
	wg.Wait()
	if got := derived.Sum(); got != -4950 {
		t.Errorf("sum = %v", got)
	}
	if got := calls.Load(); got != 100 {
		t.Errorf("%d calls, want 100", got)
	}
	before.Unpersist()
	before.Count()
	if got := calls.Load(); got != 200 {
		t.Errorf("%d calls after Unpersist, want 200", got)
	}
}

func TestConcurrentJobsShareAShuffle(t *testing.T) {
	sc := newContext(t)
	var calls atomic.Int64
	r := sc.Range(0, 1000, 1, 4).Map(func(x int) (int, int) { calls.Add(1); return x % 10, x }).ReduceByKey(plus)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if n := r.Count(); n != 10 {
				t.Errorf("count = %d", n)
			}
		})
	}
	wg.Wait()
	if got := calls.Load(); got != 1000 {
		t.Errorf("%d calls, want 1000", got)
	}
	r.CleanShuffleDependencies()
	r.Count()
	if got := calls.Load(); got != 2000 {
		t.Errorf("%d calls after the shuffle was dropped, want 2000", got)
	}
}

// TestUnpersistWhileJobsRun drops a cache that hides a shuffle, again and again: a job that was cut when the rows were there
// must not take their absence for an empty result.
func TestUnpersistWhileJobsRun(t *testing.T) {
	sc := newContext(t)
	r := sc.Range(0, 100, 1, 2).Map(func(x int) (int, int) { return x % 10, x }).ReduceByKey(plus)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				r.Cache()
				r.Unpersist()
				r.CleanShuffleDependencies()
			}
		}
	})
	for range 200 {
		if n := r.Count(); n != 10 {
			t.Errorf("count = %d, want 10", n)
			break
		}
	}
	close(stop)
	wg.Wait()
}

func TestInterrupt(t *testing.T) {
	for _, c := range []struct {
		name string
		task func(ctx context.Context, started chan<- bool, release <-chan bool)
	}{
		{"a function that watches its context", func(ctx context.Context, started chan<- bool, _ <-chan bool) {
			started <- true
			<-ctx.Done()
		}},
		{"a function that watches nothing", func(_ context.Context, started chan<- bool, release <-chan bool) {
			started <- true
			<-release
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			s, err := New(Config{Master: "local[2]", Context: func() context.Context { return ctx }})
			if err != nil {
				t.Fatal(err)
			}
			started, release := make(chan bool, 2), make(chan bool)
			r := s.SparkContext().Range(0, 2, 1, 2).Map(func(ctx context.Context, x int) int {
				c.task(ctx, started, release)
				return x
			})
			done := make(chan error)
			go func() { done <- Try(func() { r.Collect() }) }()
			<-started
			cancel()
			select {
			case err := <-done:
				if err == nil || !strings.HasSuffix(err.Error(), "interrupted") {
					t.Errorf("error = %v, want interrupted", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("Collect does not return")
			}
			close(release)
			s.Stop()
		})
	}
}

func TestCancelByGroupAndTag(t *testing.T) {
	for _, c := range []struct {
		name   string
		begin  func(sc *SparkContext)
		cancel func(sc *SparkContext)
		want   string
	}{
		{"group", func(sc *SparkContext) { sc.SetJobGroup("g", "a group") }, func(sc *SparkContext) { sc.CancelJobGroup("g") }, "job group g"},
		{"tag", func(sc *SparkContext) { sc.AddJobTag("t") }, func(sc *SparkContext) { sc.CancelJobsWithTag("t") }, "job tag t"},
		{"all", func(*SparkContext) {}, func(sc *SparkContext) { sc.CancelAllJobs() }, "all jobs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sc := newContext(t)
			started := make(chan bool, 1)
			c.begin(sc)
			r := sc.Range(0, 1, 1, 1).Map(func(ctx context.Context, x int) int { started <- true; <-ctx.Done(); return x })
			done := make(chan error)
			go func() { done <- Try(func() { r.Count() }) }()
			<-started
			if ids := sc.StatusTracker().GetActiveJobIDs(); len(ids) != 1 || sc.StatusTracker().GetJobInfo(ids[0]).Status != "RUNNING" {
				t.Errorf("active jobs = %v", ids)
			}
			c.cancel(sc)
			if err := <-done; err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want …%s…", err, c.want)
			}
		})
	}
}

func TestActionsInTasksAreRefused(t *testing.T) {
	sc := newContext(t)
	other := sc.Range(3)
	err := Try(func() { sc.Range(2).Map(func(x int) int { return int(other.Count()) }).Collect() })
	if err == nil || !strings.Contains(err.Error(), "SPARK-5063") {
		t.Errorf("error = %v", err)
	}
}

func TestCheckpointEndsLineage(t *testing.T) {
	sc := newContext(t)
	var calls atomic.Int64
	r := sc.Range(0, 10, 1, 2).Map(func(x int) int { calls.Add(1); return x })
	r.Checkpoint()
	if r.IsCheckpointed() {
		t.Error("checkpointed before an action")
	}
	r.Map(func(x int) int { return x }).First() // uses one partition
	if got := r.ToDebugString(); !r.IsCheckpointed() || !strings.Contains(got, "ReliableCheckpointRDD") || strings.Contains(got, "range") {
		t.Errorf("lineage = %s", got)
	}
	r.Count()
	if calls.Load() != 10 {
		t.Errorf("%d calls, want 10", calls.Load())
	}
}
