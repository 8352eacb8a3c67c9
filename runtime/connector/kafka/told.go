package kafka

import (
	"sync"
	"time"
)

// toldTrouble remembers which failures were told: the first of a row is news, and so is its end.
type toldTrouble struct {
	mu    sync.Mutex
	since map[string]time.Time // by what failed
}

func (t *toldTrouble) news(s Status) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	since, told := t.since[s.What]
	switch {
	case s.Lost > 0:
		return true
	case s.Err == nil:
		delete(t.since, s.What)
		return told
	}
	if t.since == nil {
		t.since = map[string]time.Time{}
	}
	t.since[s.What] = s.Since
	return !told || !since.Equal(s.Since)
}
