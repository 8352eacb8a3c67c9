package connector

import (
	"context"
	"time"

	"gospark/runtime/types"
)

// A Relation is a streaming source as DataFrames see it: a schema and what was asked for. It holds no connection and may
// be used by any number of queries at the same time; each started query opens its own Source.
//
// The Source yields batches whose columns are the schema's, in its order, with the physical types of runtime/types (binary
// is a string of bytes, a timestamp microseconds). With a [Pruner], only the columns that the query reads.
type Relation interface {
	Schema() *types.Type
	String() string
	Open(ctx context.Context, o Opening) (Source, error)
	// Limit is how much one batch may take, from the options (maxOffsetsPerTrigger, maxFilesPerTrigger, ...).
	Limit() Limit
}

// A Clock is the time a source goes by; At is closed once the clock has reached t.
type Clock interface {
	Now() time.Time
	At(t time.Time) <-chan struct{}
}

// Opening is what a query gives to the source that it opens. The source may keep files of its own below CheckpointDir,
// which is sources/<i> of the query's checkpoint and may not exist yet. The context of Open ends with the query.
type Opening struct {
	CheckpointDir string
	QueryID       string // the same after a restart from the checkpoint
	Index         int    // of the source in the query
	Parallelism   int    // how many tasks run at the same time
	Clock         Clock
	Zone          *time.Location
	// Resumed is the last planned offset of a query that goes on, nil for a new one.
	Resumed Offset
	// Notice tells the user one line: skipped records, a connection that is tried again.
	Notice func(line string)
}

// A Pruner is a Source that can leave columns out. Prune is called at most once, before Splits: batches then have the
// columns at these positions of the schema, in this order.
type Pruner interface {
	Prune(columns []int)
}

// A Bounded source can be stopped at what is there: after Bound, Latest goes no further than the position at the time
// of the call, in as many batches as the limit makes. The available-now trigger needs it; a source without it is read in
// one batch.
type Bounded interface {
	Bound(ctx context.Context) error
}

// A LatestReporter knows the newest position, which may be past what a limited batch takes. It is shown as latestOffset;
// nil is shown as null.
type LatestReporter interface {
	ReportLatest() Offset
}

// A Measured source adds numbers to its part of a progress report, such as how far it is behind.
type Measured interface {
	Metrics(consumed Offset) map[string]string
}
