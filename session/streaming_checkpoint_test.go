package session

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// replayable is a source of fixed lines that can be read again; each batch takes one.
type replayable struct{ lines []string }

var _ connector.Source = (*replayable)(nil)

func (s *replayable) Columns() []connector.Column {
	return []connector.Column{{Name: "value", Elem: reflect.TypeFor[string]()}}
}

func (s *replayable) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	n, _ := strconv.Atoi(string(from))
	if n == len(s.lines) {
		return from, nil
	}
	return json.RawMessage(strconv.Itoa(n + 1)), nil
}

func (s *replayable) Splits(from, to connector.Offset) ([]connector.Split, error) {
	n, _ := strconv.Atoi(string(from))
	return []connector.Split{&connector.MemorySplit{Batches: []*batch.Batch{batch.Of(batch.VecOf(s.lines[n : n+1]))}}}, nil
}

func (s *replayable) Commit(connector.Offset) error { return nil }
func (s *replayable) Close() error                  { return nil }
func (s *replayable) String() string                { return "replayable" }

// statefulProgram defines everything that a checkpoint has to keep.
func statefulProgram(b *streamBench, lines []string) (*StreamingContext, []*collected) {
	ssc := NewStreamingContext(b.sc, Seconds(1))
	in := ssc.newInput("test", "replayable", stringLeaf, &inputStream{open: func(*inputStream) (connector.Source, error) {
		return &replayable{lines}, nil
	}})
	pairs := in.FlatMap(strings.Fields).Map(func(w string) (string, int) { return w, 1 })
	state := pairs.UpdateStateByKey(runningSum)
	state.Checkpoint(Seconds(1))
	mapped := pairs.MapWithState(func(k string, v int, s *State) string {
		n := s.GetOr(0).(int) + v
		s.Update(n)
		return fmt.Sprint(k, n)
	})
	var all []*collected
	for _, d := range []*DStream{state, mapped, mapped.StateSnapshots(),
		pairs.ReduceByKeyAndWindow(sumOf, differ, Seconds(3), Seconds(1)), pairs.Window(Seconds(3)).ReduceByKey(sumOf)} {
		all = append(all, (&collected{}).add(d))
	}
	return ssc, all
}

// A program that goes on from the checkpoint of any batch computes what one that was never interrupted does.
func TestGoingOnFromACheckpoint(t *testing.T) {
	lines := []string{"a b", "a", "c c b", "a", "d", "b b", "a c", "d"}
	dir := t.TempDir()
	whole := newStreamBench(t, Seconds(1), nil)
	ssc, want := statefulProgram(whole, lines)
	ssc.Checkpoint(dir)
	whole.ssc = ssc
	ssc.Start()
	saved := map[int]string{}
	for i := range lines {
		whole.run(1)
		times, err := checkpointTimes(dir)
		if err != nil || len(times) == 0 || len(times) > checkpointsKept {
			t.Fatalf("checkpoints %v, %v", times, err)
		}
		name := checkpointPrefix + strconv.FormatInt(times[len(times)-1], 10)
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		saved[i+1] = t.TempDir()
		if err := os.WriteFile(filepath.Join(saved[i+1], name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for after := 1; after < len(lines); after++ {
		b := newStreamBench(t, Seconds(1), nil)
		b.clock.Advance(time.Duration(after) * time.Second)
		var got []*collected
		b.ssc = StreamingContextGetOrCreate(saved[after], func() *StreamingContext {
			ssc, all := statefulProgram(b, lines)
			got = all
			return ssc
		})
		b.ssc.Start()
		b.run(len(lines) - after)
		b.ssc.Stop(false)
		for i := range got {
			if !reflect.DeepEqual(got[i].batches, want[i].batches[after:]) {
				t.Errorf("stream %d after batch %d:\ngot  %q\nwant %q", i, after, got[i].batches, want[i].batches[after:])
			}
		}
	}
}

func TestCheckpointAtTheEnd(t *testing.T) {
	dir := t.TempDir()
	lines := []string{"a b", "a", "c"}
	first := newStreamBench(t, Seconds(1), nil)
	ssc, _ := statefulProgram(first, lines)
	ssc.Checkpoint(dir)
	first.ssc = ssc
	ssc.Start()
	first.run(2)
	ssc.Stop(false, true)

	// Some time later; nothing came meanwhile.
	b := newStreamBench(t, Seconds(1), nil)
	b.clock.Advance(Minutes(5))
	var got []*collected
	b.ssc = StreamingContextGetOrCreate(dir, func() *StreamingContext {
		ssc, all := statefulProgram(b, lines)
		got = all
		return ssc
	})
	b.ssc.Start()
	b.run(1)
	got[0].expect(t, `["a",2] ["b",1] ["c",1]`)
	got[1].expect(t, `"c1"`)
	got[4].expect(t, `["c",1]`)
}

func TestCheckpointOfAnotherProgramIsRefused(t *testing.T) {
	dir := t.TempDir()
	b := newStreamBench(t, Seconds(1), nil)
	ssc, _ := statefulProgram(b, []string{"a"})
	ssc.Checkpoint(dir)
	b.ssc = ssc
	ssc.Start()
	b.run(1)
	ssc.Stop(false)
	got := fails(t, func() {
		StreamingContextGetOrCreate(dir, func() *StreamingContext {
			ssc := NewStreamingContext(b.sc, Seconds(1))
			ssc.SocketTextStream("localhost", 9999).Print()
			return ssc
		})
	})
	if !strings.Contains(got, "was made by other operations") || !strings.Contains(got, "delete "+dir) {
		t.Error(got)
	}
}

func TestCheckpointThatCannotBeWrittenIsTold(t *testing.T) {
	var notices []string
	b := newStreamBench(t, Seconds(1), nil)
	b.sc.cfg.Notice = func(l string) { notices = append(notices, l) }
	b.ssc.Checkpoint(t.TempDir())
	in := b.ssc.QueueStream([][]int{{1}, {2}})
	s := in.Map(func(x int) (int, int) { return x, x }).UpdateStateByKey(func(v []int, s *chan int) *chan int {
		c := make(chan int)
		return &c
	})
	s.Checkpoint(Seconds(1))
	s.ForeachRDD(func(r *RDD) { r.Count() })
	b.ssc.Start()
	b.run(2)
	if len(notices) != 1 || !strings.Contains(notices[0], "no checkpoint is written: updateStateByKey at streaming_checkpoint_test.go:") {
		t.Errorf("%q", notices)
	}
	if st := b.ssc.Status(); st.Failed != 0 {
		t.Errorf("%+v", st)
	}
}
