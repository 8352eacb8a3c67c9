package progress

import (
	"sync"
	"sync/atomic"
)

// queueSize bounds what a listener may lag behind: some seconds of the busiest stream.
const queueSize = 8192

// A Bus carries events to listeners. The zero value is ready; Emit on a nil bus does nothing.
type Bus struct {
	mu        sync.Mutex
	listeners []*listener
	closed    bool
}

type listener struct {
	name    string
	queue   chan Event
	dropped atomic.Int64
	done    chan struct{}
}

// Listen delivers every later event to f, one at a time, on a goroutine of the bus. The function returned removes the
// listener, delivers what is still queued and waits until f has returned, so f must not call it, nor Close.
func (b *Bus) Listen(name string, f func(Event)) (remove func()) {
	l := &listener{name: name, queue: make(chan Event, queueSize), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for e := range l.queue {
			f(e)
		}
	}()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		close(l.queue)
		return func() { <-l.done }
	}
	b.listeners = append(b.listeners, l)
	return func() { b.remove(l) }
}

func (b *Bus) remove(l *listener) {
	b.mu.Lock()
	for i, x := range b.listeners {
		if x == l {
			b.listeners = append(b.listeners[:i:i], b.listeners[i+1:]...)
			close(l.queue)
			break
		}
	}
	b.mu.Unlock()
	<-l.done
}

// Emit hands e to all listeners and never blocks.
func (b *Bus) Emit(e Event) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.listeners {
		select {
		case l.queue <- e:
		default:
			l.dropped.Add(1)
		}
	}
}

// Dropped tells how many events each listener lost.
func (b *Bus) Dropped() map[string]int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := map[string]int64{}
	for _, l := range b.listeners {
		m[l.name] += l.dropped.Load()
	}
	return m
}

// Close delivers what is queued and ends the goroutines.
func (b *Bus) Close() {
	b.mu.Lock()
	ls := b.listeners
	b.listeners, b.closed = nil, true
	for _, l := range ls {
		close(l.queue)
	}
	b.mu.Unlock()
	for _, l := range ls {
		<-l.done
	}
}
