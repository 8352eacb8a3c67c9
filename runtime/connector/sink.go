package connector

import (
	"context"
	"errors"

	"gospark/runtime/batch"
)

// A Sink takes the rows of batches. Committing the same batch twice has the effect of once.
//
// Begin, Commit and Abort are called from one goroutine, for one batch at a time, in the order of ids; a batch that was
// not committed may begin again, also after a restart, with the same rows but not always in the same partitions. Between
// Begin and Commit there is one Writer per task. Begin says done when it knows that the batch is committed already: then
// nothing is written and Commit is not called. Close is called once, in any state; what was not committed is dropped.
type Sink interface {
	Begin(ctx context.Context, id int64) (done bool, err error)
	// Writer is called once per task, from the tasks' goroutines.
	Writer(ctx context.Context, id int64, partition int) (Writer, error)
	// Commit takes what the writers' Commit gave, by partition.
	Commit(ctx context.Context, id int64, written []any) error
	Abort(ctx context.Context, id int64) error
	Close() error
	// String is the description in progress reports.
	String() string
}

// A Writer takes the rows of one task. It is used by one goroutine, and different writers at the same time; the batch is
// valid during Write only. Commit says that all rows are there, and what it returns goes to the sink's Commit; it makes
// nothing visible. Either Commit or Abort is called, once; after a failed Commit comes Abort.
type Writer interface {
	Write(b *batch.Batch) error
	Commit() (any, error)
	Abort() error
}

// An Uncounted sink is shown without a number of output rows (-1), as Spark does for those that are handed a whole batch.
type Uncounted interface {
	Sink
	Uncounted()
}

// A Withholding sink shows nobody anything of a batch before Commit, if Withholds says so: then the tasks may run before
// it is certain which rows are in the batch.
type Withholding interface {
	Sink
	Withholds() bool
}

// A Repeatable error of a sink says that the batch may begin again at once, in the same run: Begin puts right what stood
// in its way. A sink gives it a limited number of times.
type Repeatable interface {
	error
	Repeatable() bool
}

// CanRepeat says whether a batch that failed with err may begin again.
func CanRepeat(err error) bool {
	var r Repeatable
	return errors.As(err, &r) && r.Repeatable()
}
