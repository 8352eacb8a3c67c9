package receiver

import (
	"context"
	"sync"
	"time"
)

// rateLimit spreads rows over time: a piece may pass when the pieces before it have had their share of it. The zero
// rate lets everything pass.
type rateLimit struct {
	clock Clock

	mu      sync.Mutex
	rate    float64 // rows per second
	free    time.Time
	changed chan struct{} // closed, and made anew, when the rate changes
}

func newRateLimit(clock Clock, rate float64) *rateLimit {
	return &rateLimit{clock: clock, rate: rate, changed: make(chan struct{})}
}

func (l *rateLimit) set(rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if rate == l.rate {
		return
	}
	l.rate, l.free = rate, time.Time{}
	close(l.changed)
	l.changed = make(chan struct{})
}

// wait waits until some of rows may pass and says how many: at most those of a tenth of a second, so that a batch of
// rows comes evenly and not as a lump after a long pause.
func (l *rateLimit) wait(ctx context.Context, rows int) (int, error) {
	for {
		n, delay, changed := l.reserve(rows)
		if delay <= 0 {
			return n, ctx.Err()
		}
		select {
		case <-l.clock.After(delay):
		case <-changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// reserve lets n rows pass, or tells how long to wait and then ask again.
func (l *rateLimit) reserve(rows int) (n int, delay time.Duration, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate <= 0 {
		return rows, 0, nil
	}
	now := l.clock.Now()
	if d := l.free.Sub(now); d > 0 {
		return 0, d, l.changed
	}
	n = min(rows, max(1, int(l.rate/10)))
	if l.free.Before(now.Add(-time.Second / 10)) {
		l.free = now // time in which nothing came is not saved up
	}
	l.free = l.free.Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	return n, 0, nil
}
