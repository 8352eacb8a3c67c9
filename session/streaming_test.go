package session

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"gospark/runtime/progress"
)

// fails runs f and returns the text of the error that stops it.
func fails(t *testing.T, f func()) string {
	t.Helper()
	err := Try(f)
	if err == nil {
		t.Fatal("no error")
	}
	return err.Error()
}

// collected notes the records of each batch as text.
type collected struct {
	mu      sync.Mutex
	batches []string
}

func (c *collected) add(d *DStream) *collected {
	d.ForeachRDD(func(r *RDD) {
		var s []string
		for _, v := range r.Collect() {
			s = append(s, recordText(v))
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.batches = append(c.batches, strings.Join(sorted(s), " "))
	})
	return c
}

func (c *collected) expect(t *testing.T, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !reflect.DeepEqual(c.batches, want) {
		t.Errorf("got  %q\nwant %q", c.batches, want)
	}
}

func TestDefinitionMistakes(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	in := b.ssc.QueueStream([][]string{{"a"}})
	pairs := in.Map(func(s string) (string, int) { return s, 1 })
	other := NewStreamingContext(b.sc, "1s")
	for _, c := range []struct {
		want string
		f    func()
	}{
		{"Map: want func(string) T or func(string) (K, V), have func(int) int", func() { in.Map(func(int) int { return 0 }) }},
		{"ReduceByKey: want an RDD of pairs, have RDD[string]", func() { in.ReduceByKey(sumOf) }},
		{"must be a multiple of the slide duration of parent DStream (1000 ms); give a multiple of Seconds(1)", func() { in.Window("1500ms") }},
		{"The slide duration of windowed DStream (2500 ms)", func() { in.Window("5s", "2500ms") }},
		{"Array of parents have different slide times: 1000 ms and 2000 ms", func() { in.Union(in.Window("2s", "2s")) }},
		{"the streams belong to different streaming contexts", func() { in.Union(other.QueueStream([][]string{{"a"}})) }},
		{`window length: have 10 (int); give a duration: Seconds(10), 10*time.Second or "10s"`, func() { in.Window(10) }},
		{"want func(newValues []V, state *S) *S", func() { pairs.UpdateStateByKey(sumOf) }},
		{"UpdateStateByKey: the values are int, but the function takes []string", func() {
			pairs.UpdateStateByKey(func(v []string, s *int) *int { return s })
		}},
		{"MapWithState: the values are int, but the function takes string", func() {
			pairs.MapWithState(func(k string, v string, s *State) int { return 0 })
		}},
		{"StateSnapshots: the stream was not made by MapWithState", func() { pairs.StateSnapshots() }},
		{"ForeachRDD: want func(*RDD), perhaps with a last parameter time.Time", func() { in.ForeachRDD(func(s string) {}) }},
		{"Transform: want func(*RDD) *RDD", func() { in.Transform(func(r *RDD) {}) }},
		{"want names of topics or one *regexp.Regexp", func() { b.ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:9092"}) }},
		{"want a port from 1 to 65535, have 0", func() { b.ssc.SocketTextStream("localhost", 0) }},
		{"have a []string; give a slice of RDDs, a slice of slices or a channel of slices", func() { b.ssc.QueueStream([]string{"a"}) }},
		{"the stream is of int, but an element of the queue is an RDD[string]", func() {
			b.ssc.QueueStream([]*RDD{b.sc.Parallelize([]string{"a"})}, true, b.sc.Parallelize([]int{1}))
		}},
		{"batch interval: 0s is not a positive number of milliseconds", func() { NewStreamingContext(b.sc, 0*time.Second) }},
		{"inverse: want func(int, int) int", func() { pairs.ReduceByKeyAndWindow(sumOf, func(a string) string { return a }, "2s", "1s") }},
		{"a filter needs the inverse function", func() {
			pairs.ReduceByKeyAndWindow(sumOf, "2s", "1s", 2, func(string, int) bool { return true })
		}},
	} {
		t.Run(c.want, func(t *testing.T) {
			if got := fails(t, c.f); !strings.Contains(got, c.want) {
				t.Error(got)
			}
		})
	}
}

func TestLifecycle(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	if got := fails(t, b.ssc.Start); got != "No output operations registered, so nothing to execute; add one to a stream before Start, such as .Print()" {
		t.Error(got)
	}
	in := b.ssc.QueueStream([][]string{{"a"}, {"b"}})
	in.Print()
	counts := in.Map(func(s string) (string, int) { return s, 1 }).UpdateStateByKey(runningSum)
	counts.Print()
	if got := fails(t, b.ssc.Start); !strings.Contains(got, "The checkpoint directory has not been set: updateStateByKey at streaming_test.go:") ||
		!strings.Contains(got, "type ssc.Checkpoint(") {
		t.Error(got)
	}
	b.ssc.Checkpoint(t.TempDir())
	if s := b.ssc.GetState().String(); s != "INITIALIZED" {
		t.Error(s)
	}
	b.ssc.Start()
	if s := b.ssc.GetState().String(); s != "ACTIVE" {
		t.Error(s)
	}
	if got := fails(t, func() { in.Print() }); !strings.Contains(got, "after starting a context is not supported; stop this one with ssc.Stop(false), or define another: ssc2 := NewStreamingContext(sc, Seconds(1))") {
		t.Error(got)
	}
	b.run(1)
	if got := b.sc.StreamingContexts(); len(got) != 1 || got[0] != b.ssc {
		t.Errorf("%d contexts", len(got))
	}
	st := b.ssc.Status()
	if st.Batches != 1 || st.Last == nil || len(st.Outputs) != 2 || !strings.HasPrefix(st.Outputs[0], "print at streaming_test.go:") || st.Inputs[0].Name != "queue stream" {
		t.Errorf("%+v", st)
	}
	b.ssc.Stop(false)
	if s := b.ssc.GetState().String(); s != "STOPPED" {
		t.Error(s)
	}
	if got := fails(t, b.ssc.Start); got != "StreamingContext has already been stopped; define a new one: ssc = NewStreamingContext(sc, Seconds(1))" {
		t.Error(got)
	}
	if got := fails(t, func() { in.Print() }); !strings.Contains(got, "after stopping a context is not supported") {
		t.Error(got)
	}
	if n := len(b.sc.StreamingContexts()); n != 0 {
		t.Errorf("%d contexts are listed after Stop", n)
	}
	again := NewStreamingContext(b.sc, "500 milliseconds")
	c := (&collected{}).add(again.QueueStream([][]int{{1, 2}}))
	b.ssc, b.ms = again, 500
	again.Start()
	b.run(1)
	c.expect(t, "1 2")
}

func TestPrintIsOneBlockAndCanBeMuted(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	var w countingWriter
	b.sc.cfg.Out = &w
	b.ssc.QueueStream([][]string{{"b", "a"}, {"c"}, {"d", "e", "f"}}).Print(2)
	b.ssc.Start()
	b.run(1)
	b.ssc.Mute()
	b.run(1)
	if n := b.ssc.Unmute(); n != 1 {
		t.Errorf("%d blocks were muted, want 1", n)
	}
	b.run(1)
	want := []string{
		"-------------------------------------------\nTime: 1000001000 ms\n-------------------------------------------\nb\na\n\n",
		"-------------------------------------------\nTime: 1000003000 ms\n-------------------------------------------\nd\ne\n...\n\n"}
	if !reflect.DeepEqual(w.writes, want) {
		t.Errorf("%q", w.writes)
	}
	if st := b.ssc.Status(); st.MutedBlocks != 0 || st.Batches != 3 {
		t.Errorf("%+v", st)
	}
}

func TestPPrintTimes(t *testing.T) {
	b := newStreamBench(t, Milliseconds(500), nil)
	b.ssc.QueueStream([][]float64{{1e16, 1.5}, {2}}).PPrint()
	b.ssc.Start()
	b.run(2)
	at := func(ms int64) string { return time.UnixMilli(ms).Format("2006-01-02 15:04:05") }
	want := rule + "Time: " + at(1000000500) + ".500000\n" + rule + "1e+16\n1.5\n\n" + rule + "Time: " + at(1000001000) + "\n" + rule + "2.0\n\n"
	if got := b.out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

type countingWriter struct{ writes []string }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.writes = append(w.writes, string(p))
	return len(p), nil
}

func TestFailingBatchNamesThePlaceAndTheStreamGoesOn(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]int{{1}, {2, 0}, {5}, {10}})
	tenths := in.Map(func(x int) int { return 10 / x })
	state := (&collected{}).add(tenths.Map(func(x int) (string, int) { return "sum", x }).UpdateStateByKey(runningSum))
	window := (&collected{}).add(tenths.Window("2s"))
	b.ssc.Start()
	b.run(4)
	state.expect(t, `["sum",10]`, `["sum",12]`, `["sum",13]`)
	window.expect(t, "10", "2", "1 2")
	st := b.ssc.Status()
	if st.Failed != 1 || st.Batches != 4 {
		t.Errorf("%+v", st)
	}
	got := fails(t, b.ssc.AwaitTermination)
	if !strings.Contains(got, "map at streaming_test.go:") || !strings.Contains(got, "integer divide by zero") {
		t.Error(got)
	}
}

func TestPanicInForeachRDD(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.QueueStream([][]int{{1}}).ForeachRDD(func(r *RDD) { panic("no") })
	b.ssc.Start()
	b.run(1)
	if got := fails(t, b.ssc.AwaitTermination); !strings.Contains(got, "foreachRDD at streaming_test.go:") || !strings.Contains(got, "panic: no") {
		t.Error(got)
	}
}

func TestStopOnFailureEndsTheContext(t *testing.T) {
	b := newStreamBench(t, Seconds(1), map[string]string{"spark.streaming.stopOnFailure": "true"})
	b.ssc.QueueStream([][]int{{1}}).ForeachRDD(func(r *RDD) error { return errors.New("no") })
	b.ssc.Start()
	b.clock.Advance(Seconds(1))
	<-b.ssc.over
	if s := b.ssc.Status(); s.State != StreamingStopped || s.Err == nil {
		t.Errorf("%+v", s)
	}
}

func TestAwaitDetachesAndTheStreamGoesOn(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	c := (&collected{}).add(b.ssc.QueueStream([][]int{{1}, {2}}))
	b.ssc.Start()
	ctx, cancel := context.WithCancelCause(t.Context())
	b.sc.cfg.Context = func() context.Context { return ctx }
	interrupted := errors.New("interrupted")
	cancel(interrupted)
	if err := Try(b.ssc.AwaitTermination); !errors.Is(err, interrupted) {
		t.Errorf("%v", err)
	}
	b.run(2)
	c.expect(t, "1", "2")
	b.sc.cfg.Context = nil
	if b.ssc.AwaitTerminationOrTimeout(Milliseconds(1)) {
		t.Error("the context has not stopped")
	}
	b.ssc.Stop(false)
	if !b.ssc.AwaitTerminationOrTimeout(Minutes(1)) {
		t.Error("the context has stopped")
	}
}

func TestStopFromAnOutput(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	c := &collected{}
	in := b.ssc.QueueStream([][]int{{1}, {2}})
	in.ForeachRDD(func(r *RDD) { b.ssc.Stop(false, true) })
	c.add(in)
	b.ssc.Start()
	b.clock.Advance(Seconds(1))
	<-b.ssc.over
	c.expect(t, "1")
}

func TestStopOfTheSparkContextStopsStreams(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	c := (&collected{}).add(b.ssc.QueueStream([][]int{{1}}))
	b.ssc.Start()
	b.run(1)
	b.ssc.Stop()
	if b.ssc.GetState() != StreamingStopped {
		t.Error("still running")
	}
	if err := Try(func() { b.sc.Parallelize([]int{1}).Count() }); err == nil {
		t.Error("the SparkContext runs")
	}
	c.expect(t, "1")
}

func TestSeveralContextsRunSideBySide(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	two := NewStreamingContext(b.sc, Seconds(2))
	c1, c2 := (&collected{}).add(b.ssc.QueueStream([][]int{{1}, {2}})), (&collected{}).add(two.QueueStream([][]int{{10}}))
	b.ssc.Start()
	two.Start()
	b.run(2)
	if err := two.loop.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	c1.expect(t, "1", "2")
	c2.expect(t, "10")
	if b.ssc.ID() != "stream-1" || two.ID() != "stream-2" {
		t.Error(b.ssc.ID(), two.ID())
	}
}

func TestQueueFedByAChannel(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	lines := make(chan []string, 10)
	one := (&collected{}).add(b.ssc.QueueStream(lines))
	b.ssc.Start()
	lines <- []string{"a"}
	lines <- []string{"b", "c"}
	b.run(1)
	b.run(1)
	b.run(1)
	lines <- []string{"d"}
	b.run(1)
	one.expect(t, `"a"`, `"b" "c"`, "", `"d"`)
}

func TestQueueAllAtOnceWithDefault(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	all := (&collected{}).add(b.ssc.QueueStream([][]Pair{{{Key: "a", Value: 1}}, {}, {{Key: "b", Value: 2}}}, false, []Pair{{Key: "none", Value: 0}}))
	b.ssc.Start()
	b.run(2)
	all.expect(t, `["a",1] ["b",2]`, `["none",0]`)
}

func TestQueueIsPulledOnlyWhenAnOutputNeedsIt(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	c := (&collected{}).add(b.ssc.QueueStream([][]int{{1}, {2}, {3}}).Window(Seconds(2), Seconds(3)))
	b.ssc.Start()
	b.run(6)
	c.expect(t, "1 2", "3")
}

func TestTransformJoinsStaticData(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	names := b.sc.Parallelize([]Pair{{Key: "a", Value: "Anna"}, {Key: "b", Value: "Ben"}})
	in := b.ssc.QueueStream([][]string{{"a", "x"}, {"b"}}).Map(func(s string) (string, int) { return s, 1 })
	var times []int64
	joined := in.Transform(func(r *RDD, at time.Time) *RDD {
		times = append(times, b.batch(at))
		return r.Join(names)
	})
	if e := joined.ShellType(); e != "DStream[any]" {
		t.Error(e)
	}
	if e := in.ShellType(); e != "DStream[(string, int)]" {
		t.Error(e)
	}
	c := (&collected{}).add(joined.MapValues(func(n int, name string) string { return name }))
	with := (&collected{}).add(in.TransformWith(in, func(a, b *RDD) *RDD { return a.Union(b) }))
	b.ssc.Start()
	b.run(2)
	c.expect(t, `["a","Anna"]`, `["b","Ben"]`)
	with.expect(t, `["a",1] ["a",1] ["x",1] ["x",1]`, `["b",1] ["b",1]`)
	if !reflect.DeepEqual(times, []int64{1, 2}) {
		t.Errorf("transform ran for the batches %v", times)
	}
}

func TestSliceAndRemember(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Remember(Seconds(3))
	in := b.ssc.QueueStream([][]int{{1}, {2}, {3}, {4}, {5}})
	in.ForeachRDD(func(r *RDD) { r.Count() })
	if got := fails(t, func() { in.Slice(time.Now(), time.Now()) }); !strings.Contains(got, "start the context first") {
		t.Error(got)
	}
	b.ssc.Start()
	b.run(5)
	var got []any
	for _, r := range in.Slice(time.UnixMilli(0), b.clock.Now()) {
		got = append(got, r.Collect()...)
	}
	if !reflect.DeepEqual(got, []any{3, 4, 5}) {
		t.Errorf("%v", got)
	}
}

func TestListener(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.QueueStream([][]int{{1}}).Print()
	if got := fails(t, func() { b.ssc.AddStreamingListener(func(int) {}) }); !strings.Contains(got, "want a func of an event") {
		t.Error(got)
	}
	var times []int64
	b.ssc.AddStreamingListener(func(e StreamingBatchCompleted) { times = append(times, b.batch(time.UnixMilli(e.BatchTime))) })
	b.ssc.Start()
	if StreamingContextGetActive(b.sc) != b.ssc {
		t.Error("the context is active")
	}
	b.run(2)
	b.ssc.Stop(false) // delivers what was emitted
	if !reflect.DeepEqual(times, []int64{1, 2}) {
		t.Errorf("%v", times)
	}
	if StreamingContextGetActive(b.sc) != nil {
		t.Error("no context is active")
	}
}

func TestSaveAsTextFiles(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	dir := t.TempDir()
	b.ssc.QueueStream([][]string{{"a"}}).SaveAsTextFiles(dir+"/out", "txt")
	b.ssc.Start()
	b.run(1)
	var all string
	for _, p := range []string{"part-00000", "part-00001"} {
		text, err := os.ReadFile(dir + "/out-1000001000.txt/" + p)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	if all != "a\n" {
		t.Errorf("%q", all)
	}
}

func TestJobsBelongToTheirBatch(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	var mu sync.Mutex
	var jobs []progress.JobStart
	var done []progress.BatchCompleted
	remove := b.sc.Bus().Listen("test", func(e progress.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e := e.(type) {
		case progress.JobStart:
			jobs = append(jobs, e)
		case progress.BatchCompleted:
			done = append(done, e)
		}
	})
	in := b.ssc.QueueStream([][]string{{"a b"}}).FlatMap(strings.Fields)
	in.Print()
	in.ForeachRDD(func(r *RDD) { r.Count() })
	b.ssc.Start()
	b.run(1)
	remove()
	if len(jobs) != 2 || len(done) != 1 {
		t.Fatalf("%d jobs, %d batches", len(jobs), len(done))
	}
	for _, j := range jobs {
		if j.Context != "stream-1" || j.BatchTime != 1000001000 {
			t.Errorf("%+v", j)
		}
	}
	if jobs[1].OutputOp != 1 || !strings.HasPrefix(jobs[1].Name, "count at streaming_test.go:") {
		t.Errorf("%+v", jobs[1])
	}
	if got := done[0].Outputs; len(got[0].Jobs) != 1 || len(got[1].Jobs) != 1 || !strings.HasPrefix(got[0].Name, "print at streaming_test.go:") {
		t.Errorf("%+v", got)
	}
}
