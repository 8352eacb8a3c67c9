package stream

import (
	"context"
	"sync"
	"time"
)

// A ManualClock stands still until it is moved. It is safe for concurrent use.
type ManualClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[chan struct{}]time.Time
	changed chan struct{} // closed when somebody else waits
}

var _ Clock = (*ManualClock)(nil)

// NewManualClock makes a clock that stands at t.
func NewManualClock(t time.Time) *ManualClock {
	return &ManualClock{now: t, waiting: map[chan struct{}]time.Time{}, changed: make(chan struct{})}
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
		close(c.changed)
		c.changed = make(chan struct{})
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

// Awaited returns when somebody waits for the moment t, or with the error of ctx. A test that has to know that the clock is
// looked at before it moves the clock on waits with it.
func (c *ManualClock) Awaited(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		changed := c.changed
		for _, w := range c.waiting {
			if w.Equal(t) {
				c.mu.Unlock()
				return nil
			}
		}
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
