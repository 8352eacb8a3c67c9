package stream

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
)

// An Input is a source that a loop reads. A batch's share of it, a [Range], is fixed when the batch is generated, and
// committed when the batch has completed.
type Input struct {
	ID     int
	Name   string
	Source connector.Source
	Limit  connector.Limit  // of each batch
	From   connector.Offset // where the first batch begins; nil is where the source begins
	// PID, if set, adapts how many rows a batch takes to how fast batches are processed. Start is the rate, in rows a
	// second, until the first batch has told, and Max the highest; 0 means no limit.
	PID        *PID
	Start, Max float64

	intervalMs int64

	mu        sync.Mutex
	estimator *rateEstimator
	rate      float64
}

// A Stopper is a source that can end receiving and keep what it received.
type Stopper interface {
	Stop(ctx context.Context) error
}

// A Throttle is a source that can be told how many rows a second to receive.
type Throttle interface {
	SetRate(rowsPerSecond float64)
}

func (in *Input) start(intervalMs int64) {
	in.intervalMs = intervalMs
	if in.PID == nil {
		return
	}
	in.estimator = newRateEstimator(*in.PID, intervalMs)
	in.setRate(in.Start)
}

func (in *Input) setRate(r float64) {
	if in.Max > 0 && (r == 0 || r > in.Max) {
		r = in.Max
	}
	in.rate = r
	if t, ok := in.Source.(Throttle); ok && r > 0 {
		t.SetRate(r)
	}
}

// Rate is how many rows a second the input gets, 0 if that is not limited by backpressure.
func (in *Input) Rate() float64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.rate
}

// completed tells the estimator of a batch.
func (in *Input) completed(b *Batch, r Range) {
	if in.estimator == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if rate, ok := in.estimator.compute(b.Completed.UnixMilli(), r.Rows(), ms(b.Completed.Sub(b.Started)), ms(b.Started.Sub(b.Submitted))); ok {
		in.setRate(rate)
	}
}

// fix decides what the next batch reads. When the source fails, the batch reads nothing of it, and what there is stays
// for a later one.
func (in *Input) fix(ctx context.Context) (Range, error) {
	limit := in.Limit
	if rate := in.Rate(); rate > 0 {
		rows := max(int64(rate*float64(in.intervalMs)/1000), 1)
		if limit.Rows == 0 || rows < limit.Rows {
			limit.Rows = rows
		}
	}
	return in.take(ctx, limit)
}

func (in *Input) take(ctx context.Context, limit connector.Limit) (Range, error) {
	r := Range{Input: in, From: in.From, To: in.From}
	to, err := in.Source.Latest(ctx, in.From, limit)
	if err != nil {
		return r, fmt.Errorf("%s: %w", in.Name, err)
	}
	r.To = to
	in.From = to
	r.count()
	return r, nil
}

// A Range is what a batch reads of an input. Its From is nil for the first batch.
type Range struct {
	Input    *Input
	From, To connector.Offset
	rows     int64
	counted  *atomic.Int64 // rows are counted as they are read
}

// Empty says that there is nothing to read.
func (r *Range) Empty() bool { return string(r.From) == string(r.To) }

func (r *Range) count() {
	if r.Empty() {
		return
	}
	if c, ok := r.Input.Source.(connector.Counter); ok {
		if r.rows = c.Count(r.From, r.To); r.rows >= 0 {
			return
		}
	}
	r.rows, r.counted = 0, new(atomic.Int64)
}

// Rows is how many rows the range has; if the source cannot tell, how many of them were read so far.
func (r *Range) Rows() int64 {
	if r.counted != nil {
		return r.counted.Load()
	}
	return r.rows
}

// Metadata is what a monitor shows about the range.
func (r *Range) Metadata() map[string]any {
	if d, ok := r.Input.Source.(connector.Describer); ok && !r.Empty() {
		return d.Describe(r.From, r.To)
	}
	return nil
}

// Splits are the tasks that read the range.
func (r *Range) Splits() ([]connector.Split, error) {
	if r.Empty() {
		return nil, nil
	}
	splits, err := r.Input.Source.Splits(r.From, r.To)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Input.Name, err)
	}
	if r.counted != nil {
		for i, s := range splits {
			splits[i] = &countedSplit{Split: s, total: r.counted}
		}
	}
	return splits, nil
}

// countedSplit adds the rows of the longest of its reads to total: a split may be read again.
type countedSplit struct {
	connector.Split
	total *atomic.Int64
	mu    sync.Mutex
	most  int64
}

func (s *countedSplit) Open(ctx context.Context) (connector.Reader, error) {
	r, err := s.Split.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &countedReader{Reader: r, split: s}, nil
}

func (s *countedSplit) seen(rows int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rows > s.most {
		s.total.Add(rows - s.most)
		s.most = rows
	}
}

type countedReader struct {
	connector.Reader
	split *countedSplit
	rows  int64
}

func (r *countedReader) Next() (*batch.Batch, error) {
	b, err := r.Reader.Next()
	if err == nil {
		r.rows += int64(b.Rows())
		r.split.seen(r.rows)
	}
	return b, err
}
