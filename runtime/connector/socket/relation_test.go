package socket

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/stream"
)

// A relation's offsets are numbers of lines; what an earlier process received and did not commit is gone and counted.
func TestRelationCountsLines(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conns := make(chan net.Conn, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(conns)
				return
			}
			conns <- c
		}
	}()
	r := &Relation{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Timestamps: true}
	var notes []string
	open := func() (connector.Source, net.Conn) {
		s, err := r.Open(context.Background(), connector.Opening{Clock: stream.System, Parallelism: 1, Notice: func(s string) { notes = append(notes, s) }})
		if err != nil {
			t.Fatal(err)
		}
		return s, <-conns
	}
	s, c := open()
	latest := func(from string) string {
		t.Helper()
		for range 100 {
			to, err := s.Latest(context.Background(), connector.Offset(from), connector.Limit{})
			if err != nil {
				t.Fatal(err)
			}
			if string(to) != from {
				return string(to)
			}
			select {
			case <-s.(connector.Waker).C():
			case <-time.After(10 * time.Second):
				t.Fatal("nothing comes")
			}
		}
		return from
	}
	lines := func(from, to string) string {
		t.Helper()
		splits, err := s.Splits(connector.Offset(from), connector.Offset(to))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, sp := range splits {
			rd, err := sp.Open(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			for {
				b, err := rd.Next()
				if err != nil {
					break
				}
				if us := batch.Col[int64](b, 1)[0]; time.Since(time.UnixMicro(us)) > time.Hour {
					t.Errorf("received at %d", us)
				}
				all = append(all, batch.Col[string](b, 0)...)
			}
			rd.Close()
		}
		return strings.Join(all, " ")
	}
	first, err := s.Latest(context.Background(), nil, connector.Limit{})
	if err != nil || string(first) != "-1" {
		t.Fatalf("begins at %s %v", first, err)
	}
	if _, err := c.Write([]byte("a\nb\n")); err != nil {
		t.Fatal(err)
	}
	one := latest("-1")
	for one != "1" {
		one = latest(one)
	}
	if got := lines("-1", "1"); got != "a b" {
		t.Errorf("lines %s", got)
	}
	if err := s.Commit(connector.Offset("1")); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The next process is asked for lines 2 to 4, which its predecessor had received.
	s, c = open()
	defer s.Close()
	defer c.Close()
	if err := s.Commit(connector.Offset("1")); err != nil {
		t.Fatal(err)
	}
	notes = nil
	if got := lines("1", "4"); got != "" || len(notes) != 1 || !strings.Contains(notes[0], "3 lines were received by the run before and are gone") {
		t.Errorf("%q %v", got, notes)
	}
	if _, err := c.Write([]byte("c\n")); err != nil {
		t.Fatal(err)
	}
	if to := latest("4"); to != "5" || lines("4", to) != "c" {
		t.Errorf("goes on to %s", to)
	}
}
