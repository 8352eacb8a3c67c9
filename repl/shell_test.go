package repl

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gospark/repl/interp"
	"gospark/repl/terminal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted evaluates by calling the function a text names.
type scripted struct {
	Evaluator
	do map[string]func(ctx context.Context, emit func(Echo)) error
}

func (s *scripted) Eval(ctx context.Context, src Source, emit func(Echo)) error {
	if f := s.do[src.Text]; f != nil {
		return f(ctx, emit)
	}
	emit(Echo{Name: "res0", Type: "string", Text: src.Text})
	return nil
}

func (s *scripted) Results() int { return 0 }

func (s *scripted) TypeOf(string) (string, error) { return "", errors.New("undefined") }

// output is a writer that can be waited for.
type output struct {
	mu      sync.Mutex
	b       bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) expect(t *testing.T, text string) {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		o.mu.Lock()
		changed, got := o.changed, o.b.String()
		o.mu.Unlock()
		if strings.Contains(got, text) {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("no %q in %q", text, got)
		}
	}
}

// bench is a shell with its inputs, signals and clock in the test's hands.
type bench struct {
	out, err *output
	in       *io.PipeWriter
	signals  chan os.Signal
	code     chan int
	mu       sync.Mutex
	now      time.Time
}

func newBench(t *testing.T, cfg Config) *bench {
	t.Helper()
	r, w := io.Pipe()
	b := &bench{out: newOutput(), err: newOutput(), in: w, signals: make(chan os.Signal), code: make(chan int, 1), now: time.Unix(0, 0)}
	cfg.Printer = terminal.NewPrinter(b.out, b.err)
	cfg.Stdin, cfg.Signals = r, b.signals
	cfg.Now = func() time.Time {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.now
	}
	sh := New(cfg)
	go func() { b.code <- sh.Run() }()
	t.Cleanup(func() { w.Close() })
	b.err.expect(t, defaultPrompt)
	return b
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	b.now = b.now.Add(d)
	b.mu.Unlock()
}

func (b *bench) send(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(b.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

func TestSecondInterruptGivesUp(t *testing.T) {
	started, finish := make(chan struct{}), make(chan struct{})
	b := newBench(t, Config{Interp: &scripted{do: map[string]func(context.Context, func(Echo)) error{
		"stuck": func(ctx context.Context, emit func(Echo)) error {
			close(started)
			<-finish // deaf to ctx
			emit(Echo{Name: "late", Type: "int", Text: "1"})
			return nil
		},
	}}})
	b.send(t, "stuck")
	<-started
	b.signals <- os.Interrupt
	b.signals <- os.Interrupt // too soon: nothing more
	b.pass(interruptWithin)
	b.signals <- os.Interrupt
	b.err.expect(t, errAbandoned.Error())

	b.send(t, "next") // waits for its turn
	close(finish)
	b.out.expect(t, "res0: string = next\n")
	if s := b.out.String(); strings.Contains(s, "late") {
		t.Errorf("what was given up is still shown: %q", s)
	}
	b.in.Close()
	if code := <-b.code; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestInterruptsAtTheEmptyPrompt(t *testing.T) {
	b := newBench(t, Config{Interp: &scripted{}})
	prompts := func(n int) {
		t.Helper()
		b.err.expect(t, strings.Repeat(defaultPrompt, n))
	}
	b.signals <- os.Interrupt
	prompts(2)
	b.pass(2 * doubleInterrupt)
	b.signals <- os.Interrupt
	prompts(3)
	if strings.Contains(b.err.String(), ":quit") {
		t.Error("two slow interrupts are taken for a wish to leave")
	}
	b.pass(doubleInterrupt / 2)
	b.signals <- os.Interrupt
	b.err.expect(t, "to leave, type :quit or press Ctrl-D\n"+defaultPrompt)
	b.in.Close()
	<-b.code
}

func TestClose(t *testing.T) {
	held := make(chan struct{})
	t.Cleanup(func() { close(held) })
	for _, c := range []struct {
		name    string
		close   func(ctx context.Context) error
		timeout time.Duration
		signals []os.Signal
		code    int
		says    string
	}{
		{"in time", func(context.Context) error { return nil }, time.Minute, nil, 0, ""},
		{"something left", func(context.Context) error { return errors.New("query clicks") }, time.Minute, nil, 1, "not everything stopped: query clicks\n"},
		{"keeps to the deadline", func(ctx context.Context) error { <-ctx.Done(); return errors.New("query clicks") }, time.Millisecond, nil, 1, "not everything stopped: query clicks\n"},
		{"another signal", func(ctx context.Context) error { <-held; return nil }, time.Minute, []os.Signal{os.Interrupt}, 130, "left without waiting"},
		{"the same signal at once", func(ctx context.Context) error { <-ctx.Done(); return nil }, 20 * time.Millisecond, []os.Signal{syscall.SIGTERM}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			closing := make(chan struct{})
			now := time.Now()
			b := newBench(t, Config{Interp: &scripted{}, Now: func() time.Time { return now }, CloseTimeout: c.timeout, Close: func(ctx context.Context) error {
				close(closing)
				return c.close(ctx)
			}})
			b.signals <- syscall.SIGTERM
			<-closing
			for _, s := range c.signals {
				b.signals <- s
			}
			if code := <-b.code; code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			b.err.expect(t, c.says)
		})
	}
}

func TestCommandsOfOthers(t *testing.T) {
	began := make(chan struct{})
	b := newBench(t, Config{
		Interp: &scripted{},
		Commands: []Command{{Name: "tail", Args: "query", Short: "show a query's batches", Help: "Until Ctrl-C.",
			Run: func(sh *Shell, args string) error {
				sh.Print("tailing " + args)
				close(began)
				<-sh.Context().Done()
				return nil
			}}},
		Settings: []Setting{{Name: "table", Values: []string{"spark", "pretty"}, Get: func() string { return "spark" }, Set: func(string) error { return errors.New("set") }}},
	})
	b.send(t, ":help tail")
	b.out.expect(t, ":tail query\nshow a query's batches\n\nUntil Ctrl-C.\n")
	b.send(t, ":help")
	b.out.expect(t, ":edit [n]             edit the last input, or number n of :history, in $EDITOR\n                      and evaluate it\n")
	b.send(t, ":ta q1")
	<-began
	b.signals <- os.Interrupt
	b.send(t, ":set table pretty")
	b.err.expect(t, "set\n")
	b.send(t, ":quit")
	if code := <-b.code; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestInString(t *testing.T) {
	for text, want := range map[string]bool{
		`x`: false, `"`: true, `"a"`: false, `"a\"`: true, "`a\n": true, `'"'`: false, `"a", "`: true,
		`// "`: false, "// x\n\"": true, `/* " */`: false, `/* "`: false, `/* */ "`: true, "\"a\nb": false, `'a`: false,
	} {
		if got := inString(text); got != want {
			t.Errorf("inString(%q) = %v", text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"history", "help", "load", "log", "quit"}
	for name, want := range map[string]string{"hsitory": "history", "hepl": "help", "lod": "load", "xyz": "", "q": "", "quti": "quit"} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestErrorsOfFilesAndLines(t *testing.T) {
	st := newStyle(false)
	for _, c := range []struct {
		err  Error
		want string
	}{
		{Error{Kind: interp.Type, Line: 1, Col: 4, Msg: "undefined: y", SourceLine: "x, y"}, "x, y\n   ^ undefined: y"},
		{Error{Kind: interp.Panic, Msg: "boom"}, "panic: boom"},
		{Error{Kind: interp.Interrupted, File: "f.go", Line: 3, Col: 1, Msg: "x"}, "interrupted"},
		{Error{Kind: interp.Syntax, File: "f.go", Line: 3, Col: 9, Msg: "m", SourceLine: "\t日本 x"}, "f.go:3:9: m\n\t日本 x\n\t     ^"},
		{Error{Kind: interp.Type, Line: 1, Col: 1, Msg: "m", SourceLine: "a", More: []Error{{Line: 1, Col: 90, Msg: "n", SourceLine: "b"}}}, "a\n^ m\nb\n ^ n"},
	} {
		if got := st.located(&c.err); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}
