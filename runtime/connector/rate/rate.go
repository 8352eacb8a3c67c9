// Package rate makes rows out of nothing: a number and a time, so many a second (Relation), or so many in each batch
// whatever the time (MicroBatches). The rows between two offsets are always the same, so both can be replayed.
package rate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/seqlog"
	"gospark/runtime/types"
)

// schema is that of both kinds.
var schema = types.StructOf(
	types.Field{Name: "timestamp", Type: types.Timestamp, Nullable: true},
	types.Field{Name: "value", Type: types.Long, Nullable: true},
)

var columns = []connector.Column{
	{Name: "timestamp", Elem: reflect.TypeFor[int64](), Type: "timestamp"},
	{Name: "value", Elem: reflect.TypeFor[int64](), Type: "bigint"},
}

// A Relation makes RowsPerSecond rows a second, values from 0 on, with the moments between as their timestamps. It starts
// slowly and has its full speed after RampUp. Rows come at whole seconds after the start, which is kept in the checkpoint.
type Relation struct {
	RowsPerSecond int64
	RampUp        time.Duration
	Partitions    int // 0: as many as tasks run at once
}

var _ connector.Relation = (*Relation)(nil)

// NewRelation reads the options rowsPerSecond, rampUpTime and numPartitions.
func NewRelation(o connector.Options) (*Relation, error) {
	r := &Relation{}
	var err error
	if r.RowsPerSecond, err = o.Int("rowsPerSecond", 1, 1); err != nil {
		return nil, err
	}
	if r.RampUp, err = o.Duration("rampUpTime", 0); err != nil {
		return nil, err
	}
	n, err := o.Int("numPartitions", 0, 1)
	if err != nil {
		return nil, err
	}
	r.Partitions = int(n)
	if s := int64(r.RampUp / time.Second); s > math.MaxInt64/r.RowsPerSecond {
		return nil, condition.New("INCORRECT_RAMP_UP_RATE", "22003", "Max offset with %d rowsPerSecond is %d, but 'rampUpTimeSeconds' is %d.", r.RowsPerSecond, math.MaxInt64/r.RowsPerSecond, s)
	}
	return r, nil
}

func (r *Relation) Schema() *types.Type    { return schema }
func (r *Relation) Limit() connector.Limit { return connector.Limit{} }

// String is Spark's text, which lacks its last bracket.
func (r *Relation) String() string {
	n := "default"
	if r.Partitions > 0 {
		n = strconv.Itoa(r.Partitions)
	}
	return fmt.Sprintf("RateStreamV2[rowsPerSecond=%d, rampUpTimeSeconds=%d, numPartitions=%s", r.RowsPerSecond, int64(r.RampUp/time.Second), n)
}

// Open finds the start in the checkpoint, or writes it.
func (r *Relation) Open(ctx context.Context, o connector.Opening) (connector.Source, error) {
	s := &source{Relation: r, clock: o.Clock, partitions: r.Partitions, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if s.partitions == 0 {
		s.partitions = max(o.Parallelism, 1)
	}
	created, err := creation(o)
	if err != nil {
		return nil, err
	}
	s.created = created
	second := max(0, s.now())
	s.over.Go(func() { s.tick(second) })
	return s, nil
}

// creation is the moment in ms from which seconds are counted.
func creation(o connector.Opening) (int64, error) {
	now := o.Clock.Now().UnixMilli()
	if o.CheckpointDir == "" {
		return now, nil
	}
	log := seqlog.Log{Dir: o.CheckpointDir}
	text, ok, err := log.Get(0, "")
	if err != nil {
		return 0, err
	}
	if ok {
		ms, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s/0: the start of a rate source is no number: %q", o.CheckpointDir, text)
		}
		return ms, nil
	}
	return now, log.Put(0, "", strconv.FormatInt(now, 10))
}

// source has as its offset the number of seconds since its start.
type source struct {
	*Relation
	clock      connector.Clock
	created    int64 // ms
	partitions int
	wake       chan struct{}
	done       chan struct{}
	over       sync.WaitGroup // tick

	mu    sync.Mutex
	last  int64 // the newest second seen: a clock that is set back makes no rows twice
	bound bool
}

var (
	_ connector.Source         = (*source)(nil)
	_ connector.Waker          = (*source)(nil)
	_ connector.Counter        = (*source)(nil)
	_ connector.Bounded        = (*source)(nil)
	_ connector.LatestReporter = (*source)(nil)
)

// tick wakes the query at every second after the one given, until Close.
func (s *source) tick(second int64) {
	for {
		select {
		case <-s.clock.At(time.UnixMilli(s.created + (second+1)*1000)):
		case <-s.done:
			return
		}
		second = max(second+1, (s.clock.Now().UnixMilli()-s.created)/1000)
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *source) Columns() []connector.Column { return columns }
func (s *source) C() <-chan struct{}          { return s.wake }

func (s *source) now() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.bound {
		s.last = max(s.last, (s.clock.Now().UnixMilli()-s.created)/1000)
	}
	return s.last
}

func (s *source) Bound(context.Context) error {
	s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bound = true
	return nil
}

// Latest of a new query is second 0, a batch without rows.
func (s *source) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	if from == nil {
		return offset(0), nil
	}
	n, err := seconds(from)
	if err != nil {
		return nil, err
	}
	return offset(max(n, s.now())), nil
}

func (s *source) ReportLatest() connector.Offset { return offset(s.now()) }

func (s *source) Commit(connector.Offset) error { return nil }

func (s *source) Close() error {
	close(s.done)
	s.over.Wait()
	return nil
}

func offset(n int64) connector.Offset { return connector.Offset(strconv.FormatInt(n, 10)) }

func seconds(o connector.Offset) (int64, error) {
	if o == nil {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(o), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("rate: offset %s is no number of seconds", o)
	}
	return n, nil
}

// valueAt is the first value of a second: the sum of the speeds of those before.
func (s *source) valueAt(second int64) int64 {
	ramp := int64(s.RampUp / time.Second)
	step := s.RowsPerSecond / (ramp + 1)
	if second > ramp {
		return triangle(ramp)*step + (second-ramp)*s.RowsPerSecond
	}
	return triangle(second) * step
}

func triangle(n int64) int64 { return n * (n + 1) / 2 }

func (s *source) interval(from, to connector.Offset) (start, end int64, err error) {
	if start, err = seconds(from); err != nil {
		return 0, 0, err
	}
	if end, err = seconds(to); err != nil {
		return 0, 0, err
	}
	if start > end {
		return 0, 0, errors.New("rate: the clock of an earlier run was ahead of this one; wait, or start with another checkpoint")
	}
	return start, end, nil
}

func (s *source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	start, end, err := s.interval(from, to)
	if err != nil {
		return nil, err
	}
	first, last := s.valueAt(start), s.valueAt(end)
	if first == last {
		return nil, nil
	}
	apart := float64((end-start)*1000) / float64(last-first)
	begin := s.created + start*1000
	splits := make([]connector.Split, s.partitions)
	for p := range splits {
		splits[p] = &split{first: first + int64(p), step: int64(s.partitions), end: last, time: func(value int64) int64 {
			return (int64(math.Round(float64(value-first)*apart)) + begin) * 1000
		}}
	}
	return splits, nil
}

func (s *source) Count(from, to connector.Offset) int64 {
	start, end, err := s.interval(from, to)
	if err != nil {
		return -1
	}
	return s.valueAt(end) - s.valueAt(start)
}
