// Package memory has streams and tables that live in this process: a [Stream] that a program or a test adds rows to, and
// a [Table] that a query writes into and SQL reads.
package memory

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/types"
)

// A Stream is rows that are added by hand. Each addition is one step of its offset: 0 after the first, so a query that
// goes on from a checkpoint wants the same additions in the same order. What was added is kept, and each query reads all
// of it. It is safe for concurrent use.
type Stream struct {
	name   string
	schema *types.Type

	mu    sync.Mutex
	added []*batch.Batch
	open  map[*source]struct{}
}

var _ connector.Relation = (*Stream)(nil)

// NewStream makes a stream of rows of a schema.
func NewStream(name string, schema *types.Type) *Stream {
	return &Stream{name: name, schema: schema, open: map[*source]struct{}{}}
}

// Add adds rows, which must be of the schema and not be changed any more. It gives the offset after them.
func (s *Stream) Add(rows *batch.Batch) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = append(s.added, rows)
	for o := range s.open {
		select {
		case o.wake <- struct{}{}:
		default:
		}
	}
	return int64(len(s.added)) - 1
}

// Rows is how many rows were added.
func (s *Stream) Rows() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.added {
		n += int64(b.Rows())
	}
	return n
}

func (s *Stream) Schema() *types.Type    { return s.schema }
func (s *Stream) Limit() connector.Limit { return connector.Limit{} }
func (s *Stream) String() string         { return "MemoryStream[" + s.name + "]" }

// Open starts at the first addition.
func (s *Stream) Open(context.Context, connector.Opening) (connector.Source, error) {
	o := &source{Stream: s, wake: make(chan struct{}, 1), bound: -1}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[o] = struct{}{}
	return o, nil
}

type source struct {
	*Stream
	wake  chan struct{}
	bound int // how many additions are read at most, -1: all
}

var (
	_ connector.Source         = (*source)(nil)
	_ connector.Waker          = (*source)(nil)
	_ connector.Counter        = (*source)(nil)
	_ connector.Bounded        = (*source)(nil)
	_ connector.LatestReporter = (*source)(nil)
)

func (s *source) Columns() []connector.Column {
	cs := make([]connector.Column, len(s.schema.Fields))
	for i, f := range s.schema.Fields {
		cs[i] = connector.Column{Name: f.Name, Elem: f.Type.GoType(), Type: f.Type.String()}
	}
	return cs
}

func (s *source) C() <-chan struct{} { return s.wake }

func (s *source) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bound >= 0 {
		return s.bound
	}
	return len(s.added)
}

func (s *source) Bound(context.Context) error {
	s.bound = s.size()
	return nil
}

// Latest takes all there is, or additions until there are so many rows.
func (s *source) Latest(_ context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	at, err := position(from)
	if err != nil {
		return nil, err
	}
	n := s.size()
	if at >= n {
		return from, nil
	}
	if limit.Rows > 0 {
		s.mu.Lock()
		rows := int64(0)
		for i := at; i < n; i++ {
			if rows += int64(s.added[i].Rows()); rows > limit.Rows && i > at {
				n = i // ends the loop
			}
		}
		s.mu.Unlock()
	}
	return offset(n), nil
}

func (s *source) ReportLatest() connector.Offset { return offset(s.size()) }

func offset(n int) connector.Offset {
	if n == 0 {
		return nil
	}
	return connector.Offset(strconv.Itoa(n - 1))
}

// position is how many additions an offset lies after.
func position(o connector.Offset) (int, error) {
	if o == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(string(o))
	if err != nil {
		return 0, fmt.Errorf("memory: offset %s is no number of an addition", o)
	}
	return n + 1, nil
}

func (s *source) between(from, to connector.Offset) ([]*batch.Batch, error) {
	a, err := position(from)
	if err != nil {
		return nil, err
	}
	b, err := position(to)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a > b || b > len(s.added) {
		return nil, fmt.Errorf("%s: additions %d to %d are wanted and there are %d: the checkpoint is of another stream", s, a, b-1, len(s.added))
	}
	return s.added[a:b:b], nil
}

// Splits is one split for each addition that has rows.
func (s *source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	added, err := s.between(from, to)
	var splits []connector.Split
	for _, b := range added {
		if b.Rows() > 0 {
			splits = append(splits, &connector.MemorySplit{Batches: []*batch.Batch{b}})
		}
	}
	return splits, err
}

func (s *source) Count(from, to connector.Offset) (n int64) {
	added, err := s.between(from, to)
	if err != nil {
		return -1
	}
	for _, b := range added {
		n += int64(b.Rows())
	}
	return n
}

func (s *source) Commit(connector.Offset) error { return nil }

func (s *source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, s)
	return nil
}
