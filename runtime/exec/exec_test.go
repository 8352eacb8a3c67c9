package exec_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/exec"
	"gospark/runtime/gofunc"
	"gospark/runtime/op"
	"gospark/runtime/plan"
)

func origin(op string) *plan.Origin { return &plan.Origin{Op: op} }

// lines is a scan of one partition for each argument.
func lines(parts ...[]string) *plan.Scan {
	s := &plan.Scan{Origin: origin("parallelize"), Types: []reflect.Type{reflect.TypeFor[string]()}}
	for _, p := range parts {
		s.Splits = append(s.Splits, &connector.MemorySplit{Batches: []*batch.Batch{batch.Of(batch.VecOf(p))}})
	}
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func wordCount(in plan.Node, n int) plan.Node {
	fm := must(gofunc.FlatMap("FlatMap", strings.Fields, gofunc.LeafOf[string]()))
	words := &plan.MapElements{Origin: origin("flatMap"), Child: in, Fn: fm}
	pair := must(gofunc.Map("Map", func(w string) (string, int) { return w, 1 }, fm.Out))
	ones := &plan.MapElements{Origin: origin("map"), Child: words, Fn: pair}
	sum := must(gofunc.Reduce("ReduceByKey", func(a, b int) int { return a + b }, pair.Out.Value()))
	part := &plan.Aggregate{Origin: origin("reduceByKey"), Child: ones, Keys: 1, Fn: sum, Mode: plan.Partial}
	x := &plan.Exchange{Origin: origin("reduceByKey"), Child: part, By: &plan.Hash{N: n, Keys: 1}}
	return &plan.Aggregate{Origin: origin("reduceByKey"), Child: x, Keys: 1, Fn: sum, Mode: plan.Final}
}

func collect(s *exec.Scheduler, n plan.Node, shape gofunc.Shape) ([]string, error) {
	rs, err := s.Run(context.Background(), &exec.Job{Plan: n, Name: "collect", Action: func(t *op.Task, o op.Operator) (any, error) {
		var out []any
		err := op.Drain(o, func(b *batch.Batch) error {
			out = shape.BoxAll(out, b)
			return nil
		})
		return out, err
	}})
	var ss []string
	for _, r := range rs {
		if r != nil {
			for _, v := range r.([]any) {
				ss = append(ss, fmt.Sprint(v))
			}
		}
	}
	sort.Strings(ss)
	return ss, err
}

func TestWordCount(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	defer s.Close(context.Background())
	got, err := collect(s, wordCount(lines([]string{"a b a", ""}, []string{"c a"}, nil), 2), gofunc.PairOf(gofunc.LeafOf[string](), gofunc.LeafOf[int]()))
	if err != nil {
		t.Fatal(err)
	}
	if want := "[(a,3) (b,1) (c,1)]"; fmt.Sprint(got) != want {
		t.Errorf("word count = %v, want %s", got, want)
	}
}

func TestPanicNamesTheOperation(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2, MaxFailures: 2})
	defer s.Close(context.Background())
	attempts := make(chan int, 10)
	fn := must(gofunc.Map("Map", func(w string) int { attempts <- 1; return len(w[5:]) }, gofunc.LeafOf[string]()))
	_, err := collect(s, &plan.MapElements{Origin: &plan.Origin{Op: "map", Site: "snippet:3"}, Child: lines([]string{"abc"}), Fn: fn}, fn.Out)
	want := "failed 2 times, most recent failure: map at snippet:3: panic: runtime error: slice bounds out of range"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want …%s…", err, want)
	}
	if len(attempts) != 2 {
		t.Errorf("%d attempts, want 2", len(attempts))
	}
}

// A task that does not hear of its cancellation is left behind, and its slot goes to other jobs.
func TestStuckTasksLoseTheirSlots(t *testing.T) {
	s := exec.New(exec.Config{Slots: 2})
	stuck, free := make(chan bool, 2), make(chan bool)
	fn := must(gofunc.Map("Map", func(w string) int { stuck <- true; <-free; return 0 }, gofunc.LeafOf[string]()))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-stuck
		<-stuck
		cancel()
	}()
	_, err := s.Run(ctx, &exec.Job{Plan: &plan.MapElements{Origin: origin("map"), Child: lines([]string{"a"}, []string{"b"}), Fn: fn}, Name: "collect",
		Action: func(_ *op.Task, o op.Operator) (any, error) {
			return nil, op.Drain(o, func(*batch.Batch) error { return nil })
		}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the cancelled job ended with %v", err)
	}
	got, err := collect(s, wordCount(lines([]string{"a b a"}, []string{"c a"}), 2), gofunc.PairOf(gofunc.LeafOf[string](), gofunc.LeafOf[int]()))
	if err != nil || fmt.Sprint(got) != "[(a,3) (b,1) (c,1)]" {
		t.Errorf("the job after it: %v, %v", got, err)
	}
	if err := s.Close(context.Background()); err == nil || err.Error() != "2 tasks did not stop" {
		t.Errorf("Close says %v", err)
	}
	close(free)
	for deadline := time.Now().Add(10 * time.Second); s.Close(context.Background()) != nil; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("the tasks have not ended")
		}
	}
}
