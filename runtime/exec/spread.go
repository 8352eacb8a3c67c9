package exec

import (
	"context"
	"sync/atomic"

	"gospark/runtime/op"
)

// Spread does the parts of a task's work: see [op.Env]. A slot that helps is taken only if it is free at the moment, so
// that no task waits for another, and given back when no part is left.
func (s *Scheduler) Spread(ctx context.Context, parts int, f func(part int) error) error {
	var next atomic.Int64
	work := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = op.PanicError(p)
			}
			if err != nil {
				next.Store(int64(parts))
			}
		}()
		for {
			p := int(next.Add(1) - 1)
			if p >= parts {
				return nil
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := f(p); err != nil {
				return err
			}
		}
	}
	helpers := 0
	errs := make(chan error, min(parts, s.cfg.Slots))
	for helpers+1 < min(parts, s.cfg.Slots) {
		slot, ok := s.spare(ctx)
		if !ok {
			break
		}
		helpers++
		go func() {
			err := work()
			s.slots <- slot
			errs <- err
		}()
	}
	err := work()
	for range helpers {
		if e := <-errs; err == nil {
			err = e
		}
	}
	return err
}

// spare takes a slot that is free.
func (s *Scheduler) spare(ctx context.Context) (slot int, ok bool) {
	if ctx.Err() != nil {
		return 0, false
	}
	select {
	case slot = <-s.slots:
		return slot, true
	default:
		return 0, false
	}
}
