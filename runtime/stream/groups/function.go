// Package groups is functions over groups of rows that remember something of each group from batch to batch.
//
// A [Function] is mapGroupsWithState and flatMapGroupsWithState: it is called with the rows of a key and one state value.
// A [Processor] is transformWithState: it declares variables (a value, a list, a map), which may forget what is in them
// after a while, and timers, several for a key. Both are plan.GroupFunction, which the operator calls.
//
// Values of keys and rows are of their columns' physical types. What is kept is bytes: whoever makes a function says how
// its values become bytes and back.
package groups

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// Timeout says what ends a group that no row comes for.
type Timeout int

const (
	NoTimeout Timeout = iota
	ProcessingTime
	EventTime
)

// timeNames are the times as the record of state has them: a time of one kind means nothing to the other.
var timeNames = [...]string{NoTimeout: "no time", ProcessingTime: "processing time", EventTime: "event time"}

// A Codec turns values that are kept into bytes and back. Type is a text that is the same as long as the bytes mean the
// same: state of another type is refused.
type Codec struct {
	Type   string
	Encode func(v any) ([]byte, error)
	Decode func(b []byte) (any, error)
}

// A Function is called for each key with the rows of the batch and the key's state, and again without rows when the
// key's time is over.
type Function struct {
	Timeout Timeout
	State   Codec
	Call    func(ctx context.Context, key []any, rows [][]any, s *GroupState, emit func(row []any)) error
}

var _ plan.GroupFunction = (*Function)(nil)

func (f *Function) Name() string { return "flatMapGroupsWithState" }

func (f *Function) Tables() []plan.GroupTable {
	return []plan.GroupTable{{Name: "groups", Value: "timeout BIGINT, " + f.State.Type}, {Name: "timeouts", Value: "timeouts in " + timeNames[f.Timeout]}}
}

// Due is the millisecond after the first timeout: what times out does so before the time of a batch, not at it.
func (f *Function) Due(s *state.Store) (ms int64, ok bool) {
	if f.Timeout != ProcessingTime {
		return 0, false
	}
	ms, ok = earliest(s.Table("timeouts"), valueTime)
	return ms + 1, ok
}

func (f *Function) Start(t plan.GroupTask) (plan.GroupRunner, error) {
	return &function{f: f, t: t, groups: t.Store.Table("groups"), timeouts: t.Store.Table("timeouts"), called: map[string]bool{}}, nil
}

// function is a Function in one task. A group is a value of its timeout in ms (0: none), a byte that says whether there
// is a state, and the state; a second table has the timeouts by group, in slots of them.
type function struct {
	f                *Function
	t                plan.GroupTask
	groups, timeouts *state.Table
	called           map[string]bool // keys of the batch
	m                plan.StateMetrics
}

const groupHead = 9

func (r *function) Rows(g plan.Group, rows [][]any, emit func([]any)) error {
	if r.f.Timeout != NoTimeout {
		r.called[string(g.Bytes)] = true
	}
	return r.call(g, rows, false, emit)
}

// limit is the time before which timeouts are over.
func (r *function) limit() (int64, bool) {
	switch r.f.Timeout {
	case ProcessingTime:
		return r.t.Now, true
	case EventTime:
		return r.t.Watermark, r.t.Watermark != plan.NoWatermark
	}
	return 0, false
}

// Expired calls the function for the groups without rows whose time is over.
func (r *function) Expired(emit func([]any)) error {
	limit, ok := r.limit()
	if !ok {
		return nil
	}
	for _, key := range over(r.timeouts, limit-1, valueTime) {
		if r.called[string(key)] {
			continue
		}
		values, err := r.t.Key(key)
		if err != nil {
			return err
		}
		if err := r.call(plan.Group{Key: values, Bytes: key}, nil, true, emit); err != nil {
			return err
		}
	}
	return nil
}

func (r *function) call(g plan.Group, rows [][]any, timedOut bool, emit func([]any)) error {
	s := &GroupState{timeout: r.f.Timeout, now: r.t.Now, watermark: r.t.Watermark, timedOut: timedOut}
	before := int64(0)
	if v, ok := r.groups.Get(0, g.Bytes); ok {
		before = int64(binary.LittleEndian.Uint64(v))
		if v[8] == 1 {
			x, err := r.f.State.Decode(slices.Clone(v[groupHead:]))
			if err != nil {
				return fmt.Errorf("state of a group: %w", err)
			}
			s.value, s.exists = x, true
		}
	}
	if err := r.f.Call(r.t.Ctx, g.Key, rows, s, emit); err != nil {
		return err
	}
	if s.err != nil {
		return s.err
	}
	if before != 0 && before != s.deadline {
		r.timeouts.Remove(slotOf(before), g.Bytes)
	}
	if s.deadline != 0 {
		r.timeouts.Put(slotOf(s.deadline), g.Bytes, timeValue(s.deadline))
	}
	switch {
	case s.removed && s.deadline == 0:
		r.groups.Remove(0, g.Bytes)
		r.m.Removed++
	case s.updated || s.removed || s.deadline != before:
		value := binary.LittleEndian.AppendUint64(nil, uint64(s.deadline))
		if !s.exists {
			value = append(value, 0)
		} else {
			b, err := r.f.State.Encode(s.value)
			if err != nil {
				return fmt.Errorf("state of a group: %w", err)
			}
			value = append(append(value, 1), b...)
		}
		if old, ok := r.groups.Get(0, g.Bytes); ok && bytes.Equal(old, value) {
			break
		}
		r.groups.Put(0, g.Bytes, value)
		r.m.Updated++
	}
	return nil
}

func (r *function) Metrics() plan.StateMetrics {
	r.m.Total = int64(r.groups.Len())
	return r.m
}

func (r *function) Close() error { return nil }

// GroupState is the state of one key during a call. A timeout is for once: every call has to set it again.
type GroupState struct {
	value                    any
	exists, updated, removed bool
	timedOut                 bool
	timeout                  Timeout
	now, watermark, deadline int64
	err                      error
}

// Exists says whether there is a state, Value is it (nil: there is none).
func (s *GroupState) Exists() bool { return s.exists }
func (s *GroupState) Value() any   { return s.value }

// Update sets the state, and Remove takes it away.
func (s *GroupState) Update(v any) {
	if v == nil {
		s.fail(errors.New("'null' is not a valid state value; call Remove"))
		return
	}
	s.value, s.exists, s.updated, s.removed = v, true, true, false
}

func (s *GroupState) Remove() {
	s.value, s.exists, s.updated, s.removed = nil, false, false, true
}

// HasTimedOut says that the call is because of the timeout: there are no rows.
func (s *GroupState) HasTimedOut() bool { return s.timedOut }

// ProcessingTime is the time of the batch, Watermark the watermark in it, in ms; without one it is an error.
func (s *GroupState) ProcessingTime() int64 { return s.now }

var errNoWatermark = errors.New("cannot get event time watermark timestamp without setting watermark before it; call WithWatermark")

func (s *GroupState) Watermark() (int64, error) {
	if s.watermark == plan.NoWatermark {
		return 0, errNoWatermark
	}
	return s.watermark, nil
}

// SetTimeoutDuration ends the group so many ms after the batch, if no row comes before. It is for ProcessingTime.
func (s *GroupState) SetTimeoutDuration(ms int64) {
	switch {
	case s.timeout != ProcessingTime:
		s.fail(errors.New("cannot set timeout duration without enabling processing time timeout in [map|flatMap]GroupsWithState; use ProcessingTimeTimeout"))
	case ms <= 0:
		s.fail(errors.New("timeout duration must be positive"))
	default:
		s.deadline = s.now + ms
	}
}

// SetTimeoutTimestamp ends the group when the watermark has passed a time in ms. It is for EventTime.
func (s *GroupState) SetTimeoutTimestamp(ms int64) {
	switch {
	case s.timeout != EventTime:
		s.fail(errors.New("cannot set timeout timestamp without enabling event time timeout in [map|flatMap]GroupsWithState; use EventTimeTimeout"))
	case ms <= 0:
		s.fail(errors.New("timeout timestamp must be positive"))
	case s.watermark != plan.NoWatermark && ms < s.watermark:
		s.fail(fmt.Errorf("timeout timestamp (%d) cannot be earlier than the current watermark (%d)", ms, s.watermark))
	default:
		s.deadline = ms
	}
}

func (s *GroupState) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
