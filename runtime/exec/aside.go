package exec

import (
	"context"

	"gospark/runtime/op"
)

// Aside runs work as a task on the calling goroutine, beside the slots: for work that has no end and waits most of its
// time, and would otherwise keep a slot from everybody. Panics become errors, interpreted code is interrupted when ctx
// ends, and an action called from within is refused, as in any task. It is not retried.
//
// What work has added to accumulators counts when it calls applied, and not at all after that.
func (s *Scheduler) Aside(ctx context.Context, work func(t *op.Task, applied func()) error) error {
	t := &op.Task{Ctx: ctx, Env: s}
	run := &Running{task: t}
	acc := &updates{}
	return s.execute(ctx, run, func() error {
		return work(t, func() {
			run.commit(acc)
			run.updates = nil
		})
	})
}
