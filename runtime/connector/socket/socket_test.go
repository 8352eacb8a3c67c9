package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/receiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// sink collects lines.
type sink struct {
	mu        sync.Mutex
	lines     []string
	times     []time.Time
	stored    chan struct{} // capacity 1
	connected chan struct{}
}

func newSink() *sink {
	return &sink{stored: make(chan struct{}, 1), connected: make(chan struct{}, 10)}
}

func (s *sink) Connected() { s.connected <- struct{}{} }

func (s *sink) Store(ctx context.Context, b *batch.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, batch.Col[string](b, 0)...)
	if len(b.Cols) > 1 {
		s.times = append(s.times, batch.Col[time.Time](b, 1)...)
	}
	select {
	case s.stored <- struct{}{}:
	default:
	}
	return ctx.Err()
}

func (s *sink) await(t *testing.T, n int) []string {
	t.Helper()
	for deadline := time.After(patience); ; {
		s.mu.Lock()
		got := slices.Clone(s.lines)
		s.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-s.stored:
		case <-deadline:
			t.Fatalf("%d lines of %d came", len(got), n)
		}
	}
}

// serve hands each connection to the next of the given functions, and closes it after.
func serve(t testing.TB, conns ...func(net.Conn)) *Receiver {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer l.Close()
		for _, f := range conns {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return &Receiver{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}
}

func says(text string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, text) } }

func silent(c net.Conn) { io.Copy(io.Discard, c) }

func TestLinesArrive(t *testing.T) {
	long := strings.Repeat("0123456789", 1<<20)
	junk := make([]byte, 1<<16)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range junk {
		if junk[i] = byte(rng.Uint32()); junk[i] == '\n' || junk[i] == '\r' {
			junk[i] = 0xFF
		}
	}
	for _, c := range []struct {
		name, text string
		want       []string // nil: one line, whatever it is
		malformed  bool
	}{
		{"lines", "a\nb b\n\nc\n", []string{"a", "b b", "", "c"}, false},
		{"carriage returns", "a\r\nb\rc\n", []string{"a", "b", "c"}, false},
		{"closed in the middle of a line", "a\nb", []string{"a", "b"}, false},
		{"closed at once", "", []string{}, false},
		{"not UTF-8", "\xff\xfeé\n\xe2\x82", []string{"\uFFFD\uFFFDé", "\uFFFD"}, true},
		{"a long line", long + "\nb\n", []string{long, "b"}, false},
		{"binary", string(junk), nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, s := serve(t, says(c.text)), newSink()
			if err := r.Run(t.Context(), s); !errors.Is(err, ErrClosed) {
				t.Fatal(err)
			}
			if len(s.connected) != 1 {
				t.Error("the connection was not reported")
			}
			if c.want == nil && len(s.lines) == 1 {
				c.want = s.lines
			}
			if !slices.Equal(s.lines, c.want) {
				t.Fatalf("%.100q, want %.100q", s.lines, c.want)
			}
			if (r.Malformed() > 0) != c.malformed {
				t.Error(r.Malformed(), "malformed")
			}
		})
	}
}

func TestALineIsThereAtOnce(t *testing.T) {
	next := make(chan string)
	r, s := serve(t, func(c net.Conn) {
		for text := range next {
			io.WriteString(c, text)
		}
	}), newSink()
	ended := make(chan error)
	go func() { ended <- r.Run(t.Context(), s) }()
	next <- "one\ntw"
	s.await(t, 1)
	next <- "o\n"
	s.await(t, 2)
	next <- "three\r" // without waiting for a \n
	if got := s.await(t, 3); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Fatal(got)
	}
	close(next)
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
}

func TestTimestamps(t *testing.T) {
	at := time.UnixMilli(12345)
	r, s := serve(t, says("a\nb\n")), newSink()
	r.Timestamps, r.Now = true, func() time.Time { return at }
	r.Run(t.Context(), s)
	if !slices.Equal(s.times, []time.Time{at, at}) || len(r.Columns()) != 2 {
		t.Fatal(s.times, r.Columns())
	}
}

func TestCancelClosesTheConnection(t *testing.T) {
	r, s := serve(t, silent), newSink()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx, s) }()
	<-s.connected
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("still reading")
	}
}

// A line is whole when it has ended or the peer has closed the connection in order.
func TestHalfALineIsNoLine(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, c := range []struct {
		end  func(net.Conn)
		want string
	}{
		{func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, "; 4 bytes of an unfinished line are lost"},
		{func(c net.Conn) { cancel(); silent(c) }, "context canceled"},
	} {
		s := newSink()
		r := serve(t, func(conn net.Conn) {
			io.WriteString(conn, "half\nhalf")
			<-s.stored // both were read: they were sent at once
			c.end(conn)
		})
		err := r.Run(ctx, s)
		if err == nil || !strings.HasSuffix(err.Error(), c.want) || !slices.Equal(s.lines, []string{"half"}) {
			t.Errorf("%v, %q", err, s.lines)
		}
	}
}

func TestRefusedSaysWhatToDo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	err = (&Receiver{Host: "127.0.0.1", Port: port}).Run(t.Context(), newSink())
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"localhost": "socket localhost:9999: connection refused: no server listens there; start one with nc -lk 9999 in another terminal, or :nc 9999 here",
		"::1":       "socket [::1]:9999: connection refused: no server listens there; start one with nc -lk 9999 in another terminal, or :nc 9999 here",
		"shop":      "socket shop:9999: connection refused: no server listens there; start one on shop with nc -lk 9999",
	} {
		if got := (&RefusedError{Host: host, Port: 9999}).Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// impatient does not wait before it connects again.
type impatient struct{}

func (impatient) Now() time.Time { return time.UnixMilli(0) }
func (impatient) After(d time.Duration) <-chan time.Time {
	c := make(chan time.Time, 1)
	if d < patience {
		c <- time.UnixMilli(0)
	}
	return c
}

func TestConnectsAgain(t *testing.T) {
	r := serve(t, says("a\n"), says("b"), says("c\n"), silent)
	states := make(chan receiver.State, 100)
	src := receiver.Start(r, receiver.Options{
		Columns: r.Columns(), Clock: impatient{}, Report: func(s receiver.State) { states <- s },
	})
	for i := 0; i < 4; {
		select {
		case s := <-states:
			if s.Phase == receiver.Connected {
				i++
			} else if !errors.Is(s.Err, ErrClosed) || s.Attempt != 1 {
				t.Fatal(s)
			}
		case <-time.After(patience):
			t.Fatal("connections:", i)
		}
	}
	if err := src.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(drain(t, src)); got != "[a b c]" {
		t.Fatal(got)
	}
	if err := src.Close(); err != nil {
		t.Fatal(err)
	}
}

func drain(t testing.TB, src connector.Source) (all []string) {
	t.Helper()
	to, err := src.Latest(t.Context(), nil, connector.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	splits, err := src.Splits(nil, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range splits {
		rd, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for {
			b, err := rd.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, batch.Col[string](b, 0)...)
		}
	}
	return all
}

func TestColumnsAreTheBatches(t *testing.T) {
	if got := (&Receiver{}).Columns(); len(got) != 1 || got[0].Elem != reflect.TypeFor[string]() {
		t.Fatal(got)
	}
}

// A sender is made to wait while the buffer is full, and nothing is lost.
func TestBackpressureLosesNothing(t *testing.T) {
	const n = 200_000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "line %d of a text that does not fit into the buffer\n", i)
	}
	r := serve(t, says(text.String()), silent)
	src := receiver.Start(r, receiver.Options{Columns: r.Columns(), MaxRows: 10_000, Clock: impatient{}})
	defer src.Close()
	var from connector.Offset
	for seen := 0; seen < n; {
		to, err := src.Latest(t.Context(), from, connector.Limit{})
		if err != nil {
			t.Fatal(err)
		}
		if src.Count(from, to) == 0 {
			select {
			case <-src.C():
			case <-time.After(patience):
				t.Fatal("stuck at line", seen)
			}
			continue
		}
		if held := src.Stats().HeldRows; held > 10_000 {
			t.Fatal(held, "rows are held")
		}
		splits, err := src.Splits(from, to)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range splits {
			rd, _ := s.Open(t.Context())
			for {
				b, err := rd.Next()
				if err != nil {
					break
				}
				for _, l := range batch.Col[string](b, 0) {
					if want := fmt.Sprintf("line %d of", seen); !strings.HasPrefix(l, want) {
						t.Fatalf("%q, want %q", l, want)
					}
					seen++
				}
			}
		}
		if err := src.Commit(to); err != nil {
			t.Fatal(err)
		}
		from = to
	}
}
