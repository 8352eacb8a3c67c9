package interp

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// evaluation runs a text on a goroutine of its own and cancels it as soon as it is running.
func (c *console) interrupt(t *testing.T, text string, after time.Duration) (took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), after)
	defer cancel()
	start := time.Now()
	err := c.Eval(ctx, Source{Text: text}, nil)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Interrupted || !errors.Is(err, ErrInterrupted) {
		t.Fatalf("%s: got %v, want an interruption", text, err)
	}
	return time.Since(start) - after
}

func (c *console) must(t testing.TB, text string) (val string) {
	t.Helper()
	val, _, err := c.eval(text, time.Minute)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return val
}

// endless are snippets that do not end by themselves.
var endless = []string{
	"for {}",
	"for i := 0; ; i++ { _ = i * 2 }",
	"for { time.Sleep(time.Hour) }",
	"time.Sleep(time.Hour)",
	"<-make(chan int)",
	"make(chan int) <- 1",
	"select {}",
	"for range (chan int)(nil) {}",
	"var wg sync.WaitGroup; wg.Add(1); wg.Wait()",
	"var mu sync.Mutex; mu.Lock(); mu.Lock()",
	"for { func() { defer func() { recover() }(); for {} }() }",
	"func spin(n int) int { return spin(n-1) + spin(n-2) }; var stop = func(n int) int { if n <= 0 { return 1 }; return 1 }; func fibo(n int) int { if n < 2 { return n }; return fibo(n-1) + fibo(n-2) }; fibo(90)",
	"func() { L: goto L }()",
	"sort.Slice(make([]int, 1000), func(i, j int) bool { for {}; return true })",
	"for i := range 1 << 60 { _ = i }",
	"for x := range func(yield func(int) bool) { for yield(1) {} } { _ = x }",
}

func TestInterruptAnything(t *testing.T) {
	for _, text := range endless {
		con := newConsole(t)
		late := con.interrupt(t, text, 30*time.Millisecond)
		for range 5 { // a busy machine is late for reasons of its own, though not each time
			if late > 200*time.Millisecond {
				late = con.interrupt(t, text, 30*time.Millisecond)
			}
		}
		if late > 200*time.Millisecond {
			t.Errorf("%s: the prompt was back %v after the interruption", text, late)
		}
		if got := con.must(t, "1 + 1"); got != "2" {
			t.Errorf("after %s: 1 + 1 is %s", text, got)
		}
	}
}

// TestInterruptionsLeaveCallbacksAlone interrupts endless loops while functions made earlier are called from
// compiled goroutines. None of them may return anything wrong, ever.
func TestInterruptionsLeaveCallbacksAlone(t *testing.T) {
	con := newConsole(t)
	con.must(t, `base := 40
type Acc struct { N int }
func (a *Acc) Add(n int) int { a.N += n; return a.N }
func add(n int) int { t := 0; for i := range 3 { t += i }; a := &Acc{n}; return a.Add(base) + t - 3 }`)
	var f func(int) int
	err := con.Eval(context.Background(), Source{Text: `func(n int) int { s := strings.Repeat("x", n%7); return add(n) + len(s) - n%7 }`}, func(e Echo) { f = e.Value.(func(int) int) })
	if err != nil {
		t.Fatal(err)
	}
	quit := make(chan struct{})
	var calls, wrong atomic.Int64
	ended := make(chan struct{})
	const callers = 3
	for range callers {
		go func() {
			defer func() { ended <- struct{}{} }()
			for n := 0; ; n++ {
				select {
				case <-quit:
					return
				default:
				}
				calls.Add(1)
				if got := f(n); got != n+40 {
					wrong.Add(1)
				}
			}
		}()
	}
	for i := range 50 {
		con.interrupt(t, endless[i%2], 5*time.Millisecond)
		con.must(t, "add(2)")
	}
	before := calls.Load()
	con.must(t, "base := 7; func add(n int) int { return 0 }")
	for calls.Load() < before+1000 {
		con.must(t, "add(2)")
	}
	close(quit)
	for range callers {
		<-ended
	}
	if wrong.Load() != 0 {
		t.Errorf("%d of %d calls returned something wrong", wrong.Load(), calls.Load())
	}
}

func TestInterruptGoroutine(t *testing.T) {
	for _, body := range []string{"for {}", "time.Sleep(time.Hour)", "for { time.Sleep(time.Hour) }", "select {}"} {
		con := newConsole(t)
		var f func(chan bool)
		if err := con.Eval(context.Background(), Source{Text: "func(started chan bool) { started <- true; " + body + " }"}, func(e Echo) { f = e.Value.(func(chan bool)) }); err != nil {
			t.Fatal(err)
		}
		started, id, ended := make(chan bool), make(chan uint64, 1), make(chan any)
		go func() {
			defer func() { ended <- recover() }()
			id <- GoroutineID()
			f(started)
		}()
		<-started
		con.InterruptGoroutine(<-id)
		if r := <-ended; r != ErrInterrupted {
			t.Errorf("%s: the goroutine ended with %v", body, r)
		}
		if con.stops.pending.Load() != 0 {
			t.Errorf("%s: an interruption that was noticed is still pending", body)
		}
	}
}

// On a goroutine of compiled code too deep a recursion is a panic.
func TestEndlessRecursionInCallback(t *testing.T) {
	con := newConsole(t)
	val := con.must(t, "func f(n int) int { return f(n+1) + 1 }; sc.Goroutines(1, f)")
	if !strings.Contains(val, "recursion is too deep") {
		t.Errorf("got %s", val)
	}
}

func TestEndlessRecursion(t *testing.T) {
	for _, text := range []string{
		"func f(n int) int { return f(n+1) + 1 }; f(0)",
		"var f func(n int) int; f = func(n int) int { return f(n+1) + 1 }; f(0)",
		"type T struct{}; func (t T) String() string { return fmt.Sprint(t) }; fmt.Sprint(T{})",
		"func even(n int) bool { return odd(n+1) }; func odd(n int) bool { return even(n+1) }; even(0)",
		"type L struct{ next *L }; func (l *L) Len() int { if l == nil { return 0 }; return 1 + l.next.Len() }; l := &L{}; l.next = l; l.Len()",
		"type I interface { M() int }; type X struct{ i I }; func (x *X) M() int { return x.i.M() }; x := &X{}; x.i = x; x.M()",
	} {
		con := newConsole(t)
		_, _, err := con.eval(text, time.Minute)
		var e *Error
		if !errors.As(err, &e) || e.Kind != Panic || !strings.Contains(e.Msg, "recursion is too deep") {
			t.Errorf("%s: got %v", text, err)
		}
		if got := con.must(t, "1 + 1"); got != "2" {
			t.Errorf("after %s: 1 + 1 is %s", text, got)
		}
	}
}

func TestDeepRecursionThatEnds(t *testing.T) {
	con := newConsole(t)
	con.must(t, "func sum(n int) int { if n == 0 { return 0 }; return n + sum(n-1) }")
	if got := con.must(t, "sum(10000)"); got != "50005000" {
		t.Errorf("sum(10000) is %s", got)
	}
}

func TestPanicInGoroutine(t *testing.T) {
	reported := make(chan *Error, 1)
	in, err := New(Config{OnPanic: func(e *Error) { reported <- e }})
	if err != nil {
		t.Fatal(err)
	}
	err = in.Eval(context.Background(), Source{Text: "x := 1\ngo func() {\n\tpanic(fmt.Sprint(\"lost \", x))\n}()", File: "a.go", Line: 10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case e := <-reported:
		if e.Kind != Panic || e.Msg != "lost 1" || e.File != "a.go" || e.Line != 12 {
			t.Errorf("reported %v", e)
		}
	case <-time.After(time.Minute):
		t.Fatal("not reported")
	}
}
