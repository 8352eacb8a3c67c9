// Package op is how a node processes batches: one operator per file, and [Build], the only place that maps a node to its
// operator.
//
// Operators pull. One goroutine, the task's, pulls through all fused operators of a stage. There is no parallelism inside,
// but that an operator that holds all its rows may have parts of the work on them done by slots nobody uses, see
// [Env.Spread].
package op

import (
	"context"
	"io"

	"gospark/runtime/batch"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

// An Operator yields the batches of one partition.
//
// The batch returned by Next is valid until the next Next; the end is io.EOF, and Next is not called again after it or
// after an error. Close is called once, in any state.
type Operator interface {
	Next() (*batch.Batch, error)
	Close() error
}

// A Task is what operators know of the task they run in. It is used by the task's goroutine only.
type Task struct {
	Ctx       context.Context
	Partition int
	Attempt   int
	Metrics   progress.TaskMetrics
	Env       Env
	InputFile string // being read, for input_file_name
}

// Env is what a task asks of the engine.
type Env interface {
	// Shuffle is the rows that all map tasks of an exchange wrote for a partition, in map task order.
	Shuffle(x *plan.Exchange, partition int) ([]*batch.Batch, error)
	// Cached is what a cache holds for a partition. If it holds nothing, one task computes the rows, which are kept and
	// immutable then; others that want the same partition wait for it.
	Cached(ctx context.Context, c *plan.Cache, partition int, compute func() ([]*batch.Batch, error)) ([]*batch.Batch, error)
	// Slots is how many tasks run at once.
	Slots() int
	// Spread calls f for each of the parts of a task's work, from 0 on: on the calling goroutine, and at the same time on
	// slots that no task wants. What f calls must not be a user's function: it is not known to run in a task. No part
	// begins after one has failed, or after the end of ctx; when Spread returns, none runs.
	Spread(ctx context.Context, parts int, f func(part int) error) error
}

// slots is how many parts are worth making of the task's work.
func (t *Task) slots() int {
	if t == nil || t.Env == nil {
		return 1
	}
	return t.Env.Slots()
}

// spread does the parts of the task's work, one after another where there is nobody to help.
func (t *Task) spread(parts int, f func(part int) error) error {
	if parts > 1 && t.slots() > 1 {
		return t.Env.Spread(t.Ctx, parts, f)
	}
	for p := range parts {
		if err := f(p); err != nil {
			return err
		}
	}
	return nil
}

// Drain calls f for every batch and closes the operator.
func Drain(o Operator, f func(*batch.Batch) error) (err error) {
	defer func() {
		if e := o.Close(); err == nil {
			err = e
		}
	}()
	for {
		b, err := o.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if b.Rows() == 0 {
			continue
		}
		if err := f(b); err != nil {
			return err
		}
	}
}

// InMemory yields finished batches.
func InMemory(ctx context.Context, bs []*batch.Batch) Operator { return &slice{batches: bs, ctx: ctx} }

// slice yields batches that are in memory; nothing to close.
type slice struct {
	batches []*batch.Batch
	ctx     context.Context
}

var _ Operator = (*slice)(nil)

func (s *slice) Next() (*batch.Batch, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, context.Cause(s.ctx)
	}
	if len(s.batches) == 0 {
		return nil, io.EOF
	}
	b := s.batches[0]
	s.batches = s.batches[1:]
	return b, nil
}

func (s *slice) Close() error { return nil }
