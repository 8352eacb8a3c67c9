package exec

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
)

// TestSpread meets two parts that wait for each other where a slot is free, and does them one after another where none is.
func TestSpread(t *testing.T) {
	s := New(Config{Slots: 3})
	if _, ok := s.acquire(t.Context()); !ok { // the task's own
		t.Fatal("no slot")
	}
	meet := make(chan int)
	err := s.Spread(t.Context(), 2, func(p int) error {
		select {
		case meet <- p:
		case <-meet:
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.slots); n != 2 {
		t.Fatalf("%d slots are free, want 2", n)
	}
	for range 2 {
		if _, ok := s.acquire(t.Context()); !ok {
			t.Fatal("no slot")
		}
	}
	var order []int
	if err := s.Spread(t.Context(), 4, func(p int) error { order = append(order, p); return nil }); err != nil || fmt.Sprint(order) != "[0 1 2 3]" {
		t.Fatalf("%v, %v", order, err)
	}
}

func TestSpreadEnds(t *testing.T) {
	bad := errors.New("bad")
	cancelled, cancel := context.WithCancelCause(t.Context())
	for name, test := range map[string]struct {
		ctx  context.Context
		f    func(part int) error
		want string
	}{
		"an error":     {t.Context(), func(int) error { return bad }, "bad"},
		"a panic":      {t.Context(), func(int) error { panic("worse") }, "panic: worse"},
		"cancellation": {cancelled, func(int) error { cancel(bad); return nil }, "bad"},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(Config{Slots: 4})
			var parts atomic.Int64
			err := s.Spread(test.ctx, 1000, func(p int) error {
				parts.Add(1)
				return test.f(p)
			})
			if err == nil || err.Error() != test.want {
				t.Fatalf("%v, want %s", err, test.want)
			}
			if n := parts.Load(); n > 4 {
				t.Fatalf("%d parts ran", n)
			}
			if n := len(s.slots); n != 4 {
				t.Fatalf("%d slots are free, want 4", n)
			}
		})
	}
}
