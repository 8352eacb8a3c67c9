package kafka

import (
	"time"

	"gospark/runtime/connector"
)

// systemClock is the clock of a source that was given none.
type systemClock struct{}

var _ connector.Clock = systemClock{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) At(t time.Time) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(time.Until(t), func() { close(c) })
	return c
}

// hold says whether a batch has to wait because there is less to read than MinBatchRows; after MaxDelay it does not wait
// any more. The first batch does not wait, nor does one of a source that is bounded.
func (s *Source) hold(b *boundary) bool {
	cfg := &s.client.cfg
	s.mu.Lock()
	frozen, watch := s.frozen, s.watch
	s.mu.Unlock()
	if cfg.MinBatchRows == 0 || frozen != nil {
		return false
	}
	var clock connector.Clock = systemClock{}
	if s.clock != nil {
		clock = s.clock
	}
	rows := int64(0)
	for tp, end := range b.ends {
		rows += max(end-b.base[tp], 0)
	}
	now, until := clock.Now(), s.lastRun.Add(cfg.MaxDelay)
	if s.lastRun.IsZero() || !now.Before(until) || rows >= cfg.MinBatchRows || len(b.reset) > 0 {
		s.lastRun = now
		return false
	}
	s.mu.Lock()
	s.latest = b.ends
	s.mu.Unlock()
	if watch != nil {
		watch.armUntil(b.ends, clock.At(until))
	}
	return true
}
