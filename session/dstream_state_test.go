package session

import (
	"strings"
	"testing"
	"time"
)

func TestUpdateStateByKeyStartsFromInitialPairs(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"b"}, {"a"}}).Map(func(s string) (string, int) { return s, 1 })
	c := (&collected{}).add(in.UpdateStateByKey(runningSum, []Pair{{Key: "a", Value: 10}}))
	b.ssc.Start()
	b.run(2)
	c.expect(t, `["a",10] ["b",1]`, `["a",11] ["b",1]`)
}

func TestUpdateStateByKeyForms(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"a", "a"}, {"bb"}, {}}).Map(func(s string) (string, int) { return s, len(s) })
	type seen struct{ N, Calls int }
	structs := (&collected{}).add(in.UpdateStateByKey(func(v []int, s *seen) *seen {
		if s == nil {
			s = &seen{}
		}
		s.N += len(v) // in place: the state of the last batch must not change with it
		s.Calls++
		return s
	}))
	keyed := (&collected{}).add(in.UpdateStateByKey(func(k string, v []int, s *string) *string {
		r := k + strings.Repeat("!", len(v))
		return &r
	}, 3))
	slices := (&collected{}).add(in.UpdateStateByKey(func(v, s []int) []int { return append(s, v...) }))
	b.ssc.Start()
	b.run(3)
	structs.expect(t, `["a",{"N":2,"Calls":1}]`, `["a",{"N":2,"Calls":2}] ["bb",{"N":1,"Calls":1}]`, `["a",{"N":2,"Calls":3}] ["bb",{"N":1,"Calls":2}]`)
	keyed.expect(t, `["a","a!!"]`, `["a","a"] ["bb","bb!"]`, `["a","a"] ["bb","bb"]`)
	slices.expect(t, `["a",[1,1]]`, `["a",[1,1]] ["bb",[2]]`, `["a",[1,1]] ["bb",[2]]`)
}

// A state is kept up to date in batches in which no output looks at it.
func TestStateBehindASlowWindow(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"a"}, {"a"}, {"a"}, {"a"}}).Map(func(s string) (string, int) { return s, 1 })
	c := (&collected{}).add(in.UpdateStateByKey(runningSum).Window(Seconds(1), Seconds(2)))
	b.ssc.Start()
	b.run(4)
	c.expect(t, `["a",2]`, `["a",4]`)
}

func TestMapWithStateInitialAndSnapshots(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"b"}, {"a", "a"}, {}}).Map(func(s string) (string, int) { return s, 1 })
	mapped := in.MapWithState(StateSpecFunction(total).InitialState(b.sc.Parallelize([]Pair{{Key: "a", Value: 10}})))
	out, snap := (&collected{}).add(mapped), (&collected{}).add(mapped.StateSnapshots())
	b.ssc.Start()
	b.run(3)
	out.expect(t, `["b",1]`, `["a",11] ["a",12]`, "")
	snap.expect(t, `["a",10] ["b",1]`, `["a",12] ["b",1]`, `["a",12] ["b",1]`)
}

// Keys time out at checkpoints only, every ten batches by default, as in Spark.
func TestMapWithStateTimeout(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"a", "b"}, {}, {}, {}, {}, {"b"}}).Map(func(s string) (string, int) { return s, 1 })
	spec := func() *StateSpec {
		return StateSpecFunction(func(at time.Time, k string, v *int, s *State) *string {
			if s.IsTimingOut() {
				r := k + " gone, value " + recordText(v)
				return &r
			}
			s.Update(s.GetOr(0).(int) + *v)
			return nil
		}).Timeout(Seconds(4))
	}
	slow := in.MapWithState(spec())
	quick := in.MapWithState(spec())
	quick.Checkpoint(Seconds(1))
	slowOut, quickOut := (&collected{}).add(slow), (&collected{}).add(quick)
	snap := (&collected{}).add(slow.StateSnapshots())
	b.ssc.Start()
	b.run(11)
	slowOut.expect(t, "", "", "", "", "", "", "", "", "", `"a gone, value null"`, "")
	quickOut.expect(t, "", "", "", "", "", `"a gone, value null"`, "", "", "", "", `"b gone, value null"`)
	if got := snap.batches[9]; got != `["b",2]` {
		t.Errorf("after the timeout: %s", got)
	}
}

func TestMapWithStateOfAFailedBatchStaysAsItWas(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]string{{"a"}, {"a", "b", "boom"}, {"a", "b"}}).Map(func(s string) (string, int) { return s, 1 })
	c := (&collected{}).add(in.MapWithState(func(k string, v int, s *State) (string, int) {
		n := v + s.GetOr(0).(int)
		s.Update(n)
		if k == "boom" {
			panic("boom")
		}
		return k, n
	}))
	b.ssc.Start()
	b.run(3)
	c.expect(t, `["a",1]`, `["a",2] ["b",1]`)
	if got := fails(t, b.ssc.AwaitTermination); !strings.Contains(got, "mapWithState at dstream_state_test.go:") || !strings.Contains(got, "panic: boom") {
		t.Error(got)
	}
}

func TestStateMisuse(t *testing.T) {
	s := &State{}
	if got := fails(t, func() { s.Get() }); !strings.Contains(got, "State is not set") {
		t.Error(got)
	}
	s.Update(1)
	s.Remove()
	if got := fails(t, func() { s.Update(2) }); !strings.Contains(got, "after it has been removed") {
		t.Error(got)
	}
	out := &State{exists: true, timingOut: true}
	if got := fails(t, func() { out.Update(2) }); !strings.Contains(got, "timing out") {
		t.Error(got)
	}
}

// Keys that Go cannot compare, tuples, and a NaN, which is not equal to itself, are keys like others.
func TestMapWithStateKeys(t *testing.T) {
	b := newStreamBench(t, Seconds(1), nil)
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]int{{1, 2, 1}, {1}})
	nan := 0.0
	c := (&collected{}).add(in.Map(func(x int) Pair { return Pair{Key: Pair{Key: x, Value: nan / nan}, Value: 1} }).
		MapWithState(func(k any, v any, s *State) int {
			n := s.GetOr(0).(int) + v.(int)
			s.Update(n)
			return n
		}))
	b.ssc.Start()
	b.run(2)
	c.expect(t, "1 1 2", "3")
}
