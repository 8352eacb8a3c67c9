package stream

import (
	"sync"
	"time"
)

// A ManualClock stands still until it is moved. It is safe for concurrent use.
type ManualClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[chan struct{}]time.Time
}

var _ Clock = (*ManualClock)(nil)

// NewManualClock makes a clock that stands at t.
func NewManualClock(t time.Time) *ManualClock {
	return &ManualClock{now: t, waiting: map[chan struct{}]time.Time{}}
}

func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *ManualClock) At(t time.Time) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan struct{})
	if t.After(c.now) {
		c.waiting[ch] = t
	} else {
		close(ch)
	}
	return ch
}

// Advance moves the clock on and wakes who waited for it.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for ch, t := range c.waiting {
		if !t.After(c.now) {
			delete(c.waiting, ch)
			close(ch)
		}
	}
}
