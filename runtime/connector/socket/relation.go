package socket

import (
	"context"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/receiver"
	"gospark/runtime/types"
)

// A Relation is the lines of a server as a streaming DataFrame. Its offset is the number of the last line, -1 before the
// first. A connection that is refused or lost is tried again. Lines that a process received and did not commit before it
// ended are gone; the user is told how many.
type Relation struct {
	Host       string
	Port       int
	Timestamps bool
}

var _ connector.Relation = (*Relation)(nil)

// NewRelation reads the options host, port and includeTimestamp.
func NewRelation(o connector.Options) (*Relation, error) {
	r := &Relation{}
	var ok bool
	if r.Host, ok = o.Lookup("host"); !ok || r.Host == "" {
		return nil, condition.New("", "", "Set a host to read from with option(\"host\", ...).").WithFix(`add .Option("host", "localhost")`)
	}
	if _, ok = o.Lookup("port"); !ok {
		return nil, condition.New("", "", "Set a port to read from with option(\"port\", ...).").WithFix(`add .Option("port", 9999)`)
	}
	port, err := o.Int("port", 0, 1)
	if err != nil {
		return nil, err
	}
	if port > 65535 {
		return nil, connector.BadOption("port", strconv.FormatInt(port, 10), "a number from 1 to 65535")
	}
	r.Port = int(port)
	r.Timestamps, err = o.Bool("includeTimestamp", false)
	return r, err
}

// Schema is a column value, and one timestamp if it is asked for.
func (r *Relation) Schema() *types.Type {
	fields := []types.Field{{Name: "value", Type: types.String, Nullable: true}}
	if r.Timestamps {
		fields = append(fields, types.Field{Name: "timestamp", Type: types.Timestamp, Nullable: true})
	}
	return types.StructOf(fields...)
}

func (r *Relation) Limit() connector.Limit { return connector.Limit{} }

func (r *Relation) String() string {
	return fmt.Sprintf("TextSocketV2[host: %s, port: %d]", r.Host, r.Port)
}

func (r *Relation) address() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

// Open connects on a goroutine of its own, which ends with Close.
func (r *Relation) Open(_ context.Context, o connector.Opening) (connector.Source, error) {
	s := &source{relation: r, notice: o.Notice}
	s.columns = []connector.Column{{Name: "value", Elem: reflect.TypeFor[string](), Type: "string"}}
	if r.Timestamps {
		s.columns = append(s.columns, connector.Column{Name: "timestamp", Elem: reflect.TypeFor[int64](), Type: "timestamp"})
	}
	s.Source = receiver.Start(&micros{Receiver{Host: r.Host, Port: r.Port, Timestamps: r.Timestamps, Now: o.Clock.Now}},
		receiver.Options{Columns: s.columns, Parallelism: o.Parallelism, Report: s.report})
	return s, nil
}

// source gives the blocks of a receiver the numbers of their lines as offsets.
type source struct {
	*receiver.Source
	relation *Relation
	columns  []connector.Column
	notice   func(string)

	mu    sync.Mutex
	marks []mark // ascending
	lost  bool   // the connection is
}

// A mark says which block begins after a line.
type mark struct{ line, block int64 }

var (
	_ connector.Source         = (*source)(nil)
	_ connector.Waker          = (*source)(nil)
	_ connector.Counter        = (*source)(nil)
	_ connector.LatestReporter = (*source)(nil)
)

// report tells the first failure in a row, and when it is over.
func (s *source) report(st receiver.State) {
	s.mu.Lock()
	was := s.lost
	s.lost = st.Phase == receiver.Lost || was && st.Phase != receiver.Connected
	s.mu.Unlock()
	switch {
	case st.Phase == receiver.Lost && st.Attempt == 1:
		s.notice(fmt.Sprintf("%v; trying again", st.Err))
	case st.Phase == receiver.Connected && was:
		s.notice("socket " + s.relation.address() + ": connected")
	}
}

func (s *source) String() string { return s.relation.String() }

func line(o connector.Offset) (int64, error) {
	if o == nil {
		return -1, nil
	}
	n, err := strconv.ParseInt(string(o), 10, 64)
	if err != nil || n < -1 {
		return 0, fmt.Errorf("socket: offset %s is no number of a line", o)
	}
	return n, nil
}

func offset(n int64) connector.Offset { return connector.Offset(strconv.FormatInt(n, 10)) }

// block is the one that begins after a line; the first line that this process is asked about is where its blocks begin.
func (s *source) block(after int64) (int64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.marks) == 0 {
		s.marks = []mark{{after, 0}}
	}
	for _, m := range s.marks {
		if m.line == after {
			return m.block, true
		}
	}
	return 0, false
}

func number(n int64) connector.Offset {
	if n == 0 {
		return nil
	}
	return offset(n)
}

// Latest of a new query is -1, a batch without lines.
func (s *source) Latest(ctx context.Context, from connector.Offset, limit connector.Limit) (connector.Offset, error) {
	if from == nil {
		return offset(-1), nil
	}
	after, err := line(from)
	if err != nil {
		return nil, err
	}
	b, ok := s.block(after)
	if !ok {
		return nil, fmt.Errorf("socket: line %d is no end of a batch", after)
	}
	to, err := s.Source.Latest(ctx, number(b), limit)
	if err != nil {
		return nil, err
	}
	rows := s.Source.Count(number(b), to)
	if rows <= 0 {
		return from, nil
	}
	end, err := strconv.ParseInt(string(to), 10, 64)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = append(s.marks, mark{after + rows, end})
	return offset(after + rows), nil
}

// ReportLatest is the last line that was received.
func (s *source) ReportLatest() connector.Offset {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.marks) == 0 {
		return nil
	}
	last := s.marks[len(s.marks)-1]
	return offset(last.line)
}

func (s *source) between(from, to connector.Offset) (a, b connector.Offset, gone int64, err error) {
	first, err := line(from)
	if err != nil {
		return nil, nil, 0, err
	}
	last, err := line(to)
	if err != nil {
		return nil, nil, 0, err
	}
	x, ok := s.block(first)
	if !ok {
		return nil, nil, 0, fmt.Errorf("socket: line %d is no end of a batch", first)
	}
	y, ok := s.block(last)
	if !ok {
		// The batch was planned by an earlier process: this one goes on behind it.
		s.mu.Lock()
		s.marks = append(s.marks, mark{last, x})
		s.mu.Unlock()
		return nil, nil, last - first, nil
	}
	return number(x), number(y), 0, nil
}

func (s *source) Splits(from, to connector.Offset) ([]connector.Split, error) {
	a, b, gone, err := s.between(from, to)
	if err != nil {
		return nil, err
	}
	if gone > 0 {
		s.notice(fmt.Sprintf("socket %s: %d lines were received by the run before and are gone: a socket cannot be read again", s.relation.address(), gone))
		return nil, nil
	}
	return s.Source.Splits(a, b)
}

func (s *source) Count(from, to connector.Offset) int64 {
	a, b, gone, err := s.between(from, to)
	if err != nil || gone > 0 {
		return -1
	}
	return s.Source.Count(a, b)
}

func (s *source) Commit(to connector.Offset) error {
	n, err := line(to)
	if err != nil {
		return err
	}
	b, ok := s.block(n)
	if !ok {
		return fmt.Errorf("socket: line %d is no end of a batch", n)
	}
	s.mu.Lock()
	s.marks = slices.DeleteFunc(s.marks, func(m mark) bool { return m.line < n })
	s.mu.Unlock()
	return s.Source.Commit(offset(b))
}

// micros is a receiver whose timestamps are microseconds.
type micros struct{ Receiver }

func (m *micros) Run(ctx context.Context, sink receiver.Sink) error {
	if !m.Timestamps {
		return m.Receiver.Run(ctx, sink)
	}
	return m.Receiver.Run(ctx, microSink{sink})
}

type microSink struct{ receiver.Sink }

func (s microSink) Store(ctx context.Context, b *batch.Batch) error {
	times := batch.Col[time.Time](b, 1)
	us := make([]int64, len(times))
	for i, t := range times {
		us[i] = t.UnixMicro()
	}
	b.Cols[1] = batch.VecOf(us)
	return s.Sink.Store(ctx, b)
}
