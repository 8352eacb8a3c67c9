package rate

import (
	"context"
	"encoding/json"
	"fmt"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// MicroBatches makes RowsPerBatch rows in every batch, all with one timestamp, which is Start ms for the first batch and
// Advance ms later for each of the next: batches are the same in every run. There is always another batch.
type MicroBatches struct {
	RowsPerBatch int64
	Partitions   int // 0: as many as tasks run at once
	Start        int64
	Advance      int64
}

var _ connector.Relation = (*MicroBatches)(nil)

// NewMicroBatches reads the options rowsPerBatch, numPartitions, startTimestamp and advanceMillisPerBatch. parallelism
// is the number of partitions where none is given.
func NewMicroBatches(o connector.Options, parallelism int) (*MicroBatches, error) {
	r := &MicroBatches{}
	if _, ok := o.Lookup("rowsPerBatch"); !ok {
		return nil, condition.New("", "", "the source rate-micro-batch needs the option rowsPerBatch").WithFix(`add .Option("rowsPerBatch", 10)`)
	}
	var err error
	if r.RowsPerBatch, err = o.Int("rowsPerBatch", 0, 1); err != nil {
		return nil, err
	}
	n, err := o.Int("numPartitions", int64(parallelism), 1)
	if err != nil {
		return nil, err
	}
	r.Partitions = int(n)
	if r.Start, err = o.Int("startTimestamp", 0, 0); err != nil {
		return nil, err
	}
	if r.Advance, err = o.Int("advanceMillisPerBatch", 1000, 0); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *MicroBatches) Schema() *types.Type    { return schema }
func (r *MicroBatches) Limit() connector.Limit { return connector.Limit{} }

func (r *MicroBatches) String() string {
	return fmt.Sprintf("RatePerMicroBatchStream[rowsPerBatch=%d, numPartitions=%d, startTimestamp=%d, advanceMsPerBatch=%d]",
		r.RowsPerBatch, r.Partitions, r.Start, r.Advance)
}

// Open keeps nothing: an offset says it all.
func (r *MicroBatches) Open(context.Context, connector.Opening) (connector.Source, error) {
	return &microBatches{MicroBatches: r}, nil
}

type microBatches struct {
	*MicroBatches
	bound   bool
	bounded connector.Offset // where the batch after Bound ends
}

var (
	_ connector.Source  = (*microBatches)(nil)
	_ connector.Counter = (*microBatches)(nil)
	_ connector.Bounded = (*microBatches)(nil)
)

// reached is an offset: how many values there were, and the timestamp of the next batch.
type reached struct {
	Offset    int64 `json:"offset"`
	Timestamp int64 `json:"timestamp"`
}

func (s *microBatches) reached(o connector.Offset) (r reached, err error) {
	if o == nil {
		return reached{Timestamp: s.Start}, nil
	}
	if err := json.Unmarshal(o, &r); err != nil {
		return r, fmt.Errorf("rate-micro-batch: offset %s: %w", o, err)
	}
	return r, nil
}

func (s *microBatches) Columns() []connector.Column { return columns }

// Bound: what is there at any time is one batch.
func (s *microBatches) Bound(context.Context) error {
	s.bound = true
	return nil
}

func (s *microBatches) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	r, err := s.reached(from)
	if err != nil {
		return nil, err
	}
	if s.bounded != nil {
		return s.bounded, nil
	}
	to, err := json.Marshal(reached{r.Offset + s.RowsPerBatch, r.Timestamp + s.Advance})
	if s.bound {
		s.bounded = to
	}
	return to, err
}

func (s *microBatches) Splits(from, to connector.Offset) ([]connector.Split, error) {
	a, err := s.reached(from)
	if err != nil {
		return nil, err
	}
	b, err := s.reached(to)
	if err != nil {
		return nil, err
	}
	splits := make([]connector.Split, s.Partitions)
	for p := range splits {
		splits[p] = &split{first: a.Offset + int64(p), step: int64(s.Partitions), end: b.Offset, time: func(int64) int64 { return a.Timestamp * 1000 }}
	}
	return splits, nil
}

func (s *microBatches) Count(from, to connector.Offset) int64 {
	a, err := s.reached(from)
	if err != nil {
		return -1
	}
	b, err := s.reached(to)
	if err != nil {
		return -1
	}
	return b.Offset - a.Offset
}

func (s *microBatches) Commit(connector.Offset) error { return nil }
func (s *microBatches) Close() error                  { return nil }
