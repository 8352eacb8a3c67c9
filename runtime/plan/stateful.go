package plan

import (
	"fmt"
	"math"

	"gospark/runtime/state"
	"gospark/runtime/types"
)

// NoWatermark is the watermark of a query that has none: nothing is late and nothing is evicted.
const NoWatermark = math.MinInt64

// A State is what an operator that remembers is given for a batch.
//
// The operator opens one store for each partition, reads and changes it, and reports what it did. It never commits: the
// query commits all stores when the sink has committed the batch. A task that is retried opens the store again, which
// forgets what the failed one changed.
type State struct {
	Operator   int    // its number in the query: 0 is the operator nearest to the sink
	Name       string // as Spark's progress shows it
	Partitions int
	Version    int64 // of the state that the batch starts from
	Mode       OutputMode
	// Late and Evict are watermarks in µs: rows older than Late are dropped, groups older than Evict are final. Late is
	// that of the batch before.
	Late, Evict int64
	// Cleans says that the operator has something to do when Evict moves, even without rows.
	Cleans bool
	// Due, if set, is when the operator has something to do without rows, in ms of processing time, when a partition's state
	// is what it was after a batch; false: it has not.
	Due func(s *state.Store) (ms int64, ok bool)
	// Tables says what is in the stores, and Keys what rows are partitioned by: the first columns of the keys of each
	// table. Tails are how many bytes follow them there.
	Tables []state.Schema
	Keys   []*types.Type
	Tails  map[string]int
	// Time is the batch's processing time in ms.
	Time int64
	// Store opens the state of a partition; Report takes what a task did.
	Store  func(partition int) (*state.Store, error)
	Report func(partition int, m StateMetrics)
}

// Table describes a table whose keys are the operator's and then tail, texts of columns, of so many bytes.
func (s *State) Table(name string, value []*types.Type, bytes int, tail string) {
	s.Tables = append(s.Tables, state.Schema{Table: name, Key: columnsDDL(s.Keys) + tail, Value: columnsDDL(value)})
	if bytes > 0 {
		if s.Tails == nil {
			s.Tails = map[string]int{}
		}
		s.Tails[name] = bytes
	}
}

// columnsDDL is columns without names.
func columnsDDL(ts []*types.Type) string {
	fields := make([]types.Field, len(ts))
	for i, t := range ts {
		fields[i] = types.Field{Name: fmt.Sprintf("_%d", i), Type: t, Nullable: true}
	}
	return types.StructOf(fields...).ToDDL()
}

// StateMetrics is what an operator did in one partition. Rows that it has in all are added from the store.
type StateMetrics struct {
	Total         int64 // rows after the batch
	Updated       int64
	Removed       int64
	Dropped       int64 // late
	UpdatesTimeMs int64
	RemovalsMs    int64
	Custom        map[string]int64
}

// Add sums the metrics of partitions.
func (m *StateMetrics) Add(o StateMetrics) {
	m.Total += o.Total
	m.Updated += o.Updated
	m.Removed += o.Removed
	m.Dropped += o.Dropped
	m.UpdatesTimeMs += o.UpdatesTimeMs
	m.RemovalsMs += o.RemovalsMs
	for k, v := range o.Custom {
		if m.Custom == nil {
			m.Custom = map[string]int64{}
		}
		m.Custom[k] += v
	}
}
