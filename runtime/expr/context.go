package expr

import (
	"time"

	"gospark/runtime/batch"
)

// An Evaluator computes an expression for rows of a batch: positions in its columns, nil for all of 0 to b.N-1.
//
// The vector returned has a value at each of these positions, and room for (at least) b.N; what is at other positions
// has no meaning. It belongs to the evaluator, must not be changed, and is valid until the next Eval and as long as b is.
// Errors are only raised for the positions asked for.
type Evaluator interface {
	Eval(ctx *Context, b *batch.Batch, rows []int32) (batch.Vector, error)
}

// A Context is what evaluation depends on besides its rows. It belongs to one task.
type Context struct {
	Zone      *time.Location // of the session
	Now       int64          // start of the query, µs since 1970
	Partition int            // of the task: spark_partition_id, rand, monotonically_increasing_id
	User      string
	Catalog   string
	Database  string
	Version   string
	InputFile string // of the file being read
	// LastMapKeyWins keeps the last value of a repeated map key instead of an error
	// (spark.sql.mapKeyDedupPolicy=LAST_WIN).
	LastMapKeyWins bool
}
