package netcat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

func listen(t *testing.T) (*Server, chan string) {
	t.Helper()
	said := make(chan string, 100)
	s, err := Listen(0, func(text string) { said <- text })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, said
}

func hear(t *testing.T, said <-chan string, part string) string {
	t.Helper()
	select {
	case text := <-said:
		if !strings.Contains(text, part) {
			t.Fatalf("%q, want %q", text, part)
		}
		return text
	case <-time.After(patience):
		t.Fatal("not said:", part)
		return ""
	}
}

func connect(t *testing.T, s *Server, said <-chan string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(patience))
	hear(t, said, "connected")
	return c, bufio.NewReader(c)
}

func send(t *testing.T, s *Server, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if err := s.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
}

func expect(t *testing.T, r *bufio.Reader, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if got, err := r.ReadString('\n'); got != want+"\n" {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestEveryClientGetsTheLines(t *testing.T) {
	s, said := listen(t)
	_, a := connect(t, s, said)
	send(t, s, "one")
	_, b := connect(t, s, said)
	send(t, s, "two", "")
	expect(t, a, "one", "two", "")
	expect(t, b, "two", "")
	if n := s.Clients(); n != 2 {
		t.Fatal(n, "clients")
	}
}

func TestLinesAreKeptForTheFirstClient(t *testing.T) {
	s, said := listen(t)
	send(t, s, "one", "two")
	hear(t, said, fmt.Sprintf("no client on port %d yet", s.Port()))
	if n := s.Waiting(); n != 2 {
		t.Fatal(n, "lines wait")
	}
	_, r := connect(t, s, said)
	send(t, s, "three")
	expect(t, r, "one", "two", "three")
}

func TestKeptLinesAreBounded(t *testing.T) {
	s, said := listen(t)
	line := strings.Repeat("x", maxWaiting/4-1)
	send(t, s, line, line, line, line)
	if err := s.Send(t.Context(), "y"); !errors.Is(err, ErrNobody) {
		t.Fatal(err)
	}
	hear(t, said, "no client")
	_, r := connect(t, s, said)
	expect(t, r, line, line, line, line)
	send(t, s, "y")
	expect(t, r, "y")
}

func TestAClientThatGoesIsForgotten(t *testing.T) {
	s, said := listen(t)
	c, _ := connect(t, s, said)
	c.Close()
	hear(t, said, "is gone")
	send(t, s, "kept")
	hear(t, said, "no client")
	_, r := connect(t, s, said)
	expect(t, r, "kept")
}

// A sender can be ahead of its client by what the kernel and the server hold, and no more.
func TestASlowClientMakesSendWait(t *testing.T) {
	s, said := listen(t)
	_, r := connect(t, s, said)
	const lines, ahead = 100, 50
	line := strings.Repeat("x", 1<<20)
	var read atomic.Int64
	behind := make(chan int64, 1)
	go func() {
		for range lines {
			if s.Send(t.Context(), line) != nil {
				break
			}
		}
		behind <- lines - read.Load()
	}()
	for range lines {
		expect(t, r, line)
		read.Add(1)
	}
	if n := <-behind; n > ahead {
		t.Fatalf("%d MB were sent before they were read", n)
	}
}

func TestAWaitingSendCanBeCancelled(t *testing.T) {
	s, said := listen(t)
	connect(t, s, said)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		for {
			if err := s.Send(ctx, strings.Repeat("x", 1<<20)); err != nil {
				ended <- err
				return
			}
		}
	}()
	s.mu.Lock()
	for !s.full() {
		s.changed.Wait()
	}
	s.mu.Unlock()
	cancel()
	select {
	case err := <-ended:
		if err != context.Canceled {
			t.Fatal(err)
		}
	case <-time.After(patience):
		t.Fatal("still waiting")
	}
}

func TestServe(t *testing.T) {
	s, said := listen(t)
	_, r := connect(t, s, said)
	var want []string
	for i := range 20_000 {
		want = append(want, fmt.Sprintf("line %d", i))
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(t.Context(), strings.NewReader(strings.Join(want, "\n"))) }()
	expect(t, r, want...)
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 3*serveChunk)
	if err := s.Serve(t.Context(), strings.NewReader(long)); err != nil {
		t.Fatal(err)
	}
	expect(t, r, long)
}

func TestGenerate(t *testing.T) {
	s, said := listen(t)
	_, r := connect(t, s, said)
	ctx, cancel := context.WithCancel(t.Context())
	begin, ticks, ended := time.UnixMilli(0), make(chan time.Time), make(chan error)
	go func() { ended <- s.generate(ctx, 10, func(i int) string { return fmt.Sprint("n", i) }, begin, ticks) }()
	expect(t, r, "n0")
	ticks <- begin.Add(50 * time.Millisecond)
	ticks <- begin.Add(100 * time.Millisecond)
	expect(t, r, "n1")
	ticks <- begin.Add(400 * time.Millisecond)
	expect(t, r, "n2", "n3", "n4")
	cancel()
	if err := <-ended; err != context.Canceled {
		t.Fatal(err)
	}
	if err := s.Generate(t.Context(), 0, nil); err == nil {
		t.Fatal("no rate")
	}
}

func TestCloseSendsWhatIsOnItsWay(t *testing.T) {
	s, said := listen(t)
	_, r := connect(t, s, said)
	send(t, s, "last")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); string(got) != "last\n" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	if err := s.Send(t.Context(), "x"); err != ErrClosed {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal("closing twice:", err)
	}
}

func TestCloseSaysWhatNobodyCameFor(t *testing.T) {
	s, said := listen(t)
	send(t, s, "a", "b")
	hear(t, said, "no client")
	s.Close()
	hear(t, said, "no client came for the lines that waited, 2: dropped")
}

func TestAPortInUseIsAnError(t *testing.T) {
	s, _ := listen(t)
	if _, err := Listen(s.Port(), nil); err == nil || !strings.HasPrefix(err.Error(), "netcat: ") {
		t.Fatal(err)
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	s, _ := listen(t)
	if ip := s.listener.Addr().(*net.TCPAddr).IP; !slices.Equal(ip.To4(), net.IPv4(127, 0, 0, 1).To4()) {
		t.Fatal(ip)
	}
}
