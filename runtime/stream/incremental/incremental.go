// Package incremental runs a streaming query batch by batch: each micro-batch is planned anew from the resolved relation,
// with the splits that lie between two offsets in the place of the streams, and with the watermarks in force; its
// operators find what they remember in the state of the batch before.
//
// It knows nothing of triggers, offset logs and sinks. Whoever drives a [Query] decides when a batch runs and with what,
// writes down what it is about to do, and gives the rows to a sink:
//
//	q, err := incremental.New(config)            // the query's rules are checked here
//	q.Resume(position)                           // after a restart, from the logs
//	err = q.Open()                               // whether the state that is there is this query's
//	for each batch:
//	    report, err := q.Run(ctx, batch)         // runs the tasks; the action writes to the sink
//	    … commit the sink …
//	    err = q.Commit(ctx)                      // commits all state, moves the watermark
//	    … write the commit log: q.Position().Watermark …
//	    q.Due()                                  // when a batch without data has something to do
//
// Two watermarks act in a batch, as in Spark: groups older than that of the batch itself are final, rows older than that
// of the batch before are late.
package incremental

import (
	"context"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/exec"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
	"gospark/runtime/resolved"
	"gospark/runtime/state"
)

// A Config is what a query is made of.
type Config struct {
	// Relation is analysed, not optimised.
	Relation resolved.Relation
	Mode     plan.OutputMode
	// Conf reads a setting: those of spark.sql.streaming matter here. Nil: the defaults.
	Conf func(key string) string
	// Settings are for the planner. Source and Stream are set by the query.
	Settings  planner.Settings
	Scheduler *exec.Scheduler
	// State is the state of the query's operators. The version that batch n starts from is n. Nil: in memory.
	State *state.Provider
	// Partitions is how many partitions state has: spark.sql.shuffle.partitions when the query was first started.
	Partitions int
}

// A Source is a stream that the query reads. A source that is used in several places is read once and counts once.
type Source struct {
	Relation resolved.Source
	Scans    []*resolved.Scan
	// Columns are the positions in its schema that the query needs, ascending. When the splits of batches hold only
	// these (connector.Pruner), set Pruned.
	Columns []int
	Pruned  bool
}

// A Position is where a query stands, besides the offsets of its sources. The zero Position is that of a new query.
type Position struct {
	Batch     int64 // the next one
	Watermark int64 // in ms, of that batch
	Previous  int64 // in ms, of the batch before it
}

// A Batch is what one micro-batch runs on. Its id and watermarks are those of the query's position.
type Batch struct {
	Time int64 // in ms since 1970: current_timestamp, and processing time
	// Splits are the rows of the i-th source in this batch; none: it has no new rows. Source, if not nil, is asked
	// instead, for each place where the source is used.
	Splits [][]connector.Split
	Source func(i int, s *resolved.Scan) ([]connector.Split, error)
	// Job says whom the job belongs to; Action takes a partition of the result, as in exec.Job.
	Job    exec.Job
	Action func(t *op.Task, o op.Operator) (any, error)

	version int64 // of the state that it starts from
}

// A Report is what a batch did.
type Report struct {
	Batch int64
	Rows  []int64 // read, by source
	// Watermark in ms is the one used in the batch; HasWatermark says whether the query has one at all.
	Watermark    int64
	HasWatermark bool
	// Times are the event times seen in the batch, of the first watermark operator that saw any.
	Times     plan.TimeStats
	Operators []OperatorReport
	Results   []any // of the action, by partition
	Physical  plan.Node
	Planning  time.Duration // what making Physical took
}

// An OperatorReport is what a stateful operator did, under Spark's names. Total is known once state is committed.
type OperatorReport struct {
	Operator   int
	Name       string
	Partitions int
	plan.StateMetrics
	CommitMs    int64
	MemoryBytes int64
	NumStores   int
}

// Run runs the batch at the query's position. On an error nothing has changed, and the batch may be run again.
func (q *Query) Run(ctx context.Context, b Batch) (*Report, error) { return q.run(ctx, b) }
