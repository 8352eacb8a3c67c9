package main

import (
	"fmt"
	"strings"
	"testing"
)

// batches of the stream below; each takes 50 ms.
const disturbedBatches = 160

// independent is a stream whose functions are closures made by functions of the user's, and that sums up what it sees.
var independent = fmt.Sprintf(`func plus(k int) func(int) int { return func(i int) int { return i + k } }
func modulo(n int) func(int) (int, int) { return func(i int) (int, int) { return i %% n, i } }
type total struct{ mu sync.Mutex; sums map[int]int; batches int }
func (t *total) add(r *RDD) int { rows := r.Collect(); t.mu.Lock(); defer t.mu.Unlock(); for _, x := range rows { p := x.(Pair); t.sums[p.Key.(int)] += p.Value.(int) }; t.batches++; return t.batches }
func (t *total) count() int { t.mu.Lock(); defer t.mu.Unlock(); return t.batches }
seen := &total{sums: map[int]int{}}
over := make(chan bool, 1)
queue := [][]int{}; for b := range %d { queue = append(queue, []int{b, b + 1, 3 * b, 7}) }
ssc := NewStreamingContext(sc, "50ms")
ssc.QueueStream(queue).Map(plus(3)).Filter(func(i int) bool { return plus(1)(i) %% 11 != 0 }).Map(modulo(5)).ReduceByKey(func(a, b int) int { return plus(a)(b) }).ForeachRDD(func(r *RDD) { if seen.add(r) == %[1]d { over <- true } })
ssc.Start()`, disturbedBatches)

// A stream's results do not depend on the prompt: evaluations are interrupted, and what the stream's functions were made
// of is redefined, while it runs.
func TestPromptDoesNotDisturbStreams(t *testing.T) {
	want := map[int]int{}
	for b := range disturbedBatches {
		for _, i := range []int{b, b + 1, 3 * b, 7} {
			if i += 3; (i+1)%11 != 0 {
				want[i%5] += i
			}
		}
	}
	p := atPrompt(t, 200, 50)
	p.Send("\x1b[200~" + independent + "\x1b[201~\r")
	p.Expect("ssc: StreamingContext\n")
	p.empty()
	for i := range 50 {
		p.Send([]string{
			"for {}",
			"for i := 0; ; i++ { plus(i)(i) }",
			"func() { defer func() { recover() }(); for { plus(3)(1) } }()",
			"sc.Parallelize([]int{1, 2, 3}).Map(plus(1)).Map(func(i int) int { for { i++ } }).Count()",
		}[i%4] + "\r")
		p.Wait("evaluation", func() bool { return strings.HasSuffix(p.Marked(), "\n▏") })
		p.Send("\x03")
		p.Wait("interrupt", func() bool { return strings.Count(p.All(), "interrupted") == i+1 })
		p.empty()
		switch i % 5 {
		case 1:
			p.do("func plus(k int) func(int) int { return func(i int) int { return -1000000 } }")
		case 2:
			p.do("func modulo(n int) func(int) (int, int) { panic(\"the new one\") }")
		case 3:
			p.do("type total struct{ other string }")
		case 4:
			p.do("seen.count() < 0 || ssc.GetState() == StreamingActive")
		}
		if i == 10 {
			if got := p.do("len(over)"); !strings.HasSuffix(got, "int = 0") {
				t.Fatalf("the stream was over before the prompt disturbed it: %s", got)
			}
		}
	}
	p.do("<-over")
	if got, want := p.do("fmt.Println(seen.batches, seen.sums)"), fmt.Sprint(disturbedBatches, want); got != want {
		t.Errorf("the disturbed stream summed up %s\nwant %s", got, want)
	}
	p.Send(":quit\r")
	p.exits(0)
}
