package query_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gospark/runtime/expr"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
	"gospark/runtime/stream"
	"gospark/runtime/stream/groups"
	"gospark/runtime/stream/query"
	"gospark/runtime/types"
)

// summing sums the values of each key of the stream s; a key without rows for 10 s gives the negative sum and is
// forgotten.
func (w *world) summing(sink *durableSink) query.Config {
	cfg := w.config("SELECT k, v FROM s", plan.UpdateMode, sink)
	in := cfg.Relation
	cfg.Relation = &resolved.GroupsWithState{Input: in, Grouping: []expr.Expr{in.Output()[0]}, Update: true, Timeout: resolved.ProcessingTimeTimeout,
		Attrs: []*expr.Attr{{ID: expr.NextID(), Name: "sum", Typ: types.Long}},
		Fn: &groups.Function{Timeout: groups.ProcessingTime,
			State: groups.Codec{Type: "BIGINT",
				Encode: func(v any) ([]byte, error) { return binary.LittleEndian.AppendUint64(nil, uint64(v.(int64))), nil },
				Decode: func(b []byte) (any, error) { return int64(binary.LittleEndian.Uint64(b)), nil }},
			Call: func(_ context.Context, _ []any, rows [][]any, s *groups.GroupState, emit func([]any)) error {
				sum, _ := s.Value().(int64)
				if s.HasTimedOut() {
					s.Remove()
					emit([]any{-sum})
					return nil
				}
				for _, r := range rows {
					sum += r[1].(int64)
				}
				s.Update(sum)
				s.SetTimeoutDuration(10_000)
				emit([]any{sum})
				return nil
			}}}
	return cfg
}

// text is what a sink has, batch by batch.
func (k *durableSink) text() string {
	var all []string
	for i := range int64(len(k.batches)) {
		all = append(all, strings.Trim(fmt.Sprint(k.batches[i]), "[]"))
	}
	return strings.Join(all, ", ")
}

// A query wakes when the first timeout comes, runs no batch before, and none after the last.
func TestTimeoutsWakeTheQuery(t *testing.T) {
	w := newWorld(t)
	clock := stream.NewManualClock(time.UnixMilli(1000))
	w.clock = clock
	s := w.stream("s", "k STRING, v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	q := w.start(w.summing(sink))
	w.add(s, "VALUES ('a', 1L)")
	w.all(q)
	w.awaited(clock, 11_001)
	clock.Advance(5 * time.Second)
	w.all(q) // a trigger from before the clock moved is over
	w.add(s, "VALUES ('a', 2L)")
	w.all(q)
	clock.Advance(5001 * time.Millisecond) // the alarm of the first batch: the timeout was put off
	w.awaited(clock, 16_001)
	clock.Advance(5 * time.Second)
	w.all(q)
	clock.Advance(time.Hour)
	w.all(q)
	if have := sink.text(); have != "1, 3, -3" {
		t.Errorf("batches %s", have)
	}
}

// Two kinds of trigger: timeouts do not come before the next multiple of an interval, and what is available now ends
// although there are timeouts left; another run finds those that have come since, and the one after it none.
func TestTimeoutsWithTriggers(t *testing.T) {
	for _, c := range []struct {
		name    string
		crashed bool
	}{{"ends", false}, {"dies after a batch", true}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			clock := stream.NewManualClock(time.UnixMilli(1000))
			w.clock = clock
			s := w.stream("s", "k STRING, v BIGINT")
			sink := &durableSink{batches: map[int64][]int64{}}
			w.add(s, "VALUES ('a', 1L), ('b', 2L)")
			for i, want := range []string{"1 2", "1 2", "1 2, -1 -2", "1 2, -1 -2"} {
				cfg := w.summing(sink)
				cfg.Partitions = 1
				cfg.Trigger.Kind = query.AvailableNow
				if c.crashed && i == 0 {
					cfg.Crash = func(p query.Point) {
						if p == query.AfterState {
							panic(errDied)
						}
					}
				}
				err := w.end(w.start(cfg))
				if cfg.Crash != nil {
					if !errors.Is(err, errDied) && !strings.Contains(fmt.Sprint(err), errDied.Error()) {
						t.Fatalf("ended with %v", err)
					}
				} else if err != nil {
					t.Fatal(err)
				}
				if have := sink.text(); have != want {
					t.Errorf("after run %d: %s, want %s", i, have, want)
				}
				clock.Advance(6 * time.Second)
			}
		})
	}
}

// The timeouts that a run has left come at their time in the next, without rows.
func TestTimeoutsAfterARestart(t *testing.T) {
	w := newWorld(t)
	clock := stream.NewManualClock(time.UnixMilli(1000))
	w.clock = clock
	s := w.stream("s", "k STRING, v BIGINT")
	sink := &durableSink{batches: map[int64][]int64{}}
	q := w.start(w.summing(sink))
	w.add(s, "VALUES ('a', 1L)")
	w.all(q)
	w.stop(q)
	clock.Advance(5 * time.Second)
	q = w.start(w.summing(sink))
	w.all(q)
	w.awaited(clock, 11_001)
	if have := sink.text(); have != "1" {
		t.Errorf("too early: %s", have)
	}
	clock.Advance(5001 * time.Millisecond)
	w.all(q)
	if have := sink.text(); have != "1, -1" {
		t.Errorf("batches %s", have)
	}
}
