package progress

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// collect returns a listener function and what it has seen; read the slice only after the bus or the listener is closed.
func collect() (func(Event), *[]Event) {
	var seen []Event
	return func(e Event) { seen = append(seen, e) }, &seen
}

func TestEveryListenerGetsEventsInOrder(t *testing.T) {
	var bus Bus
	f, a := collect()
	g, b := collect()
	bus.Listen("a", f)
	bus.Emit(JobStart{ID: 0})
	bus.Listen("b", g)
	for i := 1; i < 1000; i++ {
		bus.Emit(JobStart{ID: i})
	}
	bus.Close()
	for name, c := range map[string]struct {
		seen  []Event
		first int
	}{"a": {*a, 0}, "b": {*b, 1}} {
		if len(c.seen) != 1000-c.first {
			t.Fatalf("%s saw %d events, want %d", name, len(c.seen), 1000-c.first)
		}
		for i, e := range c.seen {
			if got := e.(JobStart).ID; got != i+c.first {
				t.Fatalf("%s: event %d is of job %d", name, i, got)
			}
		}
	}
	if d := bus.Dropped(); d["a"]+d["b"] != 0 {
		t.Errorf("dropped %v", d)
	}
}

func TestSlowListenerLosesAndCounts(t *testing.T) {
	var bus Bus
	started, release := make(chan struct{}), make(chan struct{})
	seen := 0
	bus.Listen("slow", func(Event) {
		if seen++; seen == 1 {
			close(started)
			<-release
		}
	})
	f, quick := collect()
	bus.Emit(JobEnd{})
	<-started // so the queue is empty and stays as it is
	for range queueSize + 7 {
		bus.Emit(JobEnd{})
	}
	if d := bus.Dropped()["slow"]; d != 7 {
		t.Errorf("dropped %d, want 7", d)
	}
	bus.Listen("quick", f)
	bus.Emit(JobEnd{ID: 1})
	if d := bus.Dropped(); d["slow"] != 8 || d["quick"] != 0 {
		t.Errorf("dropped %v, want 8 of slow and none of quick", d)
	}
	close(release)
	bus.Close()
	if seen != queueSize+1 {
		t.Errorf("slow saw %d, want %d", seen, queueSize+1)
	}
	if len(*quick) != 1 {
		t.Errorf("quick saw %d, want 1", len(*quick))
	}
}

func TestRemoveDeliversWhatIsQueuedAndWaits(t *testing.T) {
	var bus Bus
	f, seen := collect()
	remove := bus.Listen("a", f)
	for i := range 100 {
		bus.Emit(JobEnd{ID: i})
	}
	remove()
	if len(*seen) != 100 {
		t.Errorf("saw %d, want 100", len(*seen))
	}
	bus.Emit(JobEnd{})
	remove()
	bus.Close()
	if len(*seen) != 100 {
		t.Errorf("saw %d after it was removed", len(*seen))
	}
}

func TestClosedAndNilBus(t *testing.T) {
	var none *Bus
	none.Emit(JobEnd{})

	var bus Bus
	bus.Close()
	bus.Close()
	bus.Emit(JobEnd{})
	f, seen := collect()
	remove := bus.Listen("late", f)
	bus.Emit(JobEnd{})
	remove()
	if len(*seen) != 0 {
		t.Errorf("a closed bus delivered %v", *seen)
	}
}

func TestConcurrentEmittersKeepTheirOwnOrder(t *testing.T) {
	var bus Bus
	f, seen := collect()
	bus.Listen("all", f)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 500 {
				bus.Emit(JobStart{Name: fmt.Sprint(g), ID: i})
			}
		})
	}
	wg.Wait()
	bus.Close()
	of := map[string][]int{}
	for _, e := range *seen {
		j := e.(JobStart)
		of[j.Name] = append(of[j.Name], j.ID)
	}
	for g, ids := range of {
		if len(ids) != 500 || !slices.IsSorted(ids) {
			t.Errorf("emitter %s: %d events, sorted %v", g, len(ids), slices.IsSorted(ids))
		}
	}
	if len(of) != 4 {
		t.Errorf("saw %d emitters", len(of))
	}
}
