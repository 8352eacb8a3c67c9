package session

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/stream/groups"
	"gospark/runtime/types"
)

// A GroupStateTimeout says by which time the state of a key times out: NoTimeout, ProcessingTimeTimeout or
// EventTimeTimeout.
type GroupStateTimeout string

// The timeouts of MapGroupsWithState and FlatMapGroupsWithState.
const (
	NoTimeout             GroupStateTimeout = "NoTimeout"
	ProcessingTimeTimeout GroupStateTimeout = "ProcessingTimeTimeout"
	EventTimeTimeout      GroupStateTimeout = "EventTimeTimeout"
)

// timeouts are in the order of those of relations and of package groups.
var timeouts = []GroupStateTimeout{NoTimeout, ProcessingTimeTimeout, EventTimeTimeout}

// A GroupState is what a function of MapGroupsWithState or FlatMapGroupsWithState knows of its key besides the state
// itself. It is good during the call. A timeout is for once: a call that does not set it again takes it away.
type GroupState struct {
	s       *groups.GroupState
	removed bool
}

// Exists says whether the key had a state before the call.
func (s *GroupState) Exists() bool { return s.s.Exists() }

// Remove takes the state of the key away when the call is over.
func (s *GroupState) Remove() { s.removed = true }

// HasTimedOut says that the call is because of the timeout: there are no rows.
func (s *GroupState) HasTimedOut() bool { return s.s.HasTimedOut() }

// SetTimeoutDuration calls the function again so long after the batch, if no row of the key comes before: "10 minutes", a
// time.Duration, or a number of ms. It is for ProcessingTimeTimeout.
func (s *GroupState) SetTimeoutDuration(d any) {
	s.s.SetTimeoutDuration(stateMillis("SetTimeoutDuration", d))
}

// SetTimeoutTimestamp calls the function again when the watermark has passed a time, a time.Time or ms since 1970, and a
// duration more if one is given: SetTimeoutTimestamp(last.At, "10 minutes"). It is for EventTimeTimeout.
func (s *GroupState) SetTimeoutTimestamp(at any, more ...any) {
	ms := stateTime("SetTimeoutTimestamp", at)
	for _, d := range more {
		ms += stateMillis("SetTimeoutTimestamp", d)
	}
	s.s.SetTimeoutTimestamp(ms)
}

// GetCurrentWatermarkMs is the watermark of the batch, in ms since 1970. It needs WithWatermark.
func (s *GroupState) GetCurrentWatermarkMs() int64 {
	ms, err := s.s.Watermark()
	if err != nil {
		raise("GetCurrentWatermarkMs", err)
	}
	return ms
}

// GetCurrentProcessingTimeMs is the time of the batch, in ms since 1970.
func (s *GroupState) GetCurrentProcessingTimeMs() int64 { return s.s.ProcessingTime() }

// stateMillis is a duration in ms: a number of them, a time.Duration or a text.
func stateMillis(method string, d any) int64 {
	if v := reflect.ValueOf(d); v.IsValid() && v.CanInt() && v.Type() != durationType {
		if v.Int() <= 0 {
			mistake(method, "want a positive duration, have %d", v.Int())
		}
		return v.Int()
	}
	return millis(method, "duration", d)
}

// stateTime is a time in ms since 1970: a number of them or a time.Time.
func stateTime(method string, at any) int64 {
	if t, ok := at.(time.Time); ok {
		return t.UnixMilli()
	}
	v := reflect.ValueOf(at)
	if !v.IsValid() || !v.CanInt() || v.Type() == durationType {
		mistake(method, "want a time.Time or ms since 1970, have %v (%T)", at, at)
	}
	return v.Int()
}

// MapGroupsWithState makes a row of each key that has rows in a batch, with a Go function that keeps a state of the key
// from batch to batch:
//
//	df.GroupByKey(user).MapGroupsWithState(ProcessingTimeTimeout, func(user string, rows []Event, s *Info, g *GroupState) Update {
//		s.Events += len(rows)
//		g.SetTimeoutDuration("10 minutes")
//		return Update{user, s.Events}
//	})
//
// The state is a Go value of any type that a column can have, here an Info. A new key begins with its zero value; what the
// function has made of it when it returns is kept, unless it calls g.Remove. The rows may be an iter.Seq. With a timeout,
// a key is called once more without rows when its time has come, and g.HasTimedOut says so: without a g.Remove its state
// stays. The timeout may be left out. The query needs OutputMode("update").
//
// A table, which is no stream, has each key called once, with all its rows, and no state is kept.
func (g *KeyValueGroupedDataset) MapGroupsWithState(timeoutAndFunc ...any) *DataFrame {
	const method = "MapGroupsWithState"
	n := len(timeoutAndFunc)
	if n == 0 || n > 2 {
		mistake(method, "want a timeout and a function, have %d arguments", n)
	}
	timeout := any(NoTimeout)
	if n == 2 {
		timeout = timeoutAndFunc[0]
	}
	return g.withState(method, timeout, timeoutAndFunc[n-1], &logical.GroupsWithState{Map: true, Update: true})
}

// FlatMapGroupsWithState is MapGroupsWithState for functions that yield any number of rows, []U or an iter.Seq[U]:
//
//	df.GroupByKey(user).FlatMapGroupsWithState("append", EventTimeTimeout, func(user string, rows []Event, s *Info, g *GroupState) []Session {...})
//
// The output mode, "append" or "update", is that of the query. It says whether the rows are new ones, or take the place of
// earlier ones of the key.
func (g *KeyValueGroupedDataset) FlatMapGroupsWithState(outputMode string, timeout, f any) *DataFrame {
	const method = "FlatMapGroupsWithState"
	update := strings.EqualFold(outputMode, plan.UpdateMode.String())
	if !update && !strings.EqualFold(outputMode, plan.AppendMode.String()) {
		mistake(method, "the output mode is \"append\" or \"update\", have %q", outputMode)
	}
	return g.withState(method, timeout, f, &logical.GroupsWithState{Update: update})
}

// A groupsFunction is a function over groups with the columns of what it yields.
type groupsFunction struct {
	plan.GroupFunction
	made *types.Type
}

// Out is the columns of the rows that the function makes.
func (f *groupsFunction) Out(*types.Type) (*types.Type, error) { return f.made, nil }

// groupsWithState is the relation of a function over the groups.
func (g *KeyValueGroupedDataset) groupsWithState(r *logical.GroupsWithState, f plan.GroupFunction, v *groupValues) *DataFrame {
	r.Input, r.Fn = g.keyed.rel, &groupsFunction{f, v.out.schema}
	return g.df.with(r)
}

func (g *KeyValueGroupedDataset) withState(method string, timeout, f any, r *logical.GroupsWithState) *DataFrame {
	want := "func(key K, rows []V, s *S, g *GroupState) []U, or with an iter.Seq"
	if r.Map {
		want = "func(key K, rows []V, s *S, g *GroupState) U, or with an iter.Seq of rows"
	}
	c := newRowCall(method, want, f)
	if len(c.params) != 4 || len(c.results) == 0 || !isRows(c.params[1]) || c.params[2].Kind() != reflect.Pointer ||
		c.params[3] != reflect.TypeFor[*GroupState]() || !r.Map && (len(c.results) != 1 || elementOf(c.results[0]) == nil) {
		mistake(method, "want %s, have %T", want, f)
	}
	g.checkKey(method, c.params[0])
	at := slices.IndexFunc(timeouts, func(t GroupStateTimeout) bool { return strings.EqualFold(string(t), fmt.Sprint(timeout)) })
	if at < 0 {
		mistake(method, "there is no timeout %q; it is one of %v", fmt.Sprint(timeout), timeouts)
	}
	r.Timeout = logical.GroupTimeout(at)
	v := g.groupValues(method, c.params[1], c.results, !r.Map)
	kept := c.params[2].Elem()
	codec, err := stateCodec(kept, v.zone)
	if err != nil {
		mistake(method, "the state: %v", err)
	}
	return g.groupsWithState(r, &groups.Function{Timeout: groups.Timeout(at), State: codec,
		Call: func(ctx context.Context, key []any, rows [][]any, s *groups.GroupState, emit func([]any)) error {
			k, err := v.keyOf(key)
			if err != nil {
				return err
			}
			now := reflect.New(kept)
			if s.Exists() {
				now.Elem().Set(reflect.ValueOf(s.Value()))
			}
			state := &GroupState{s: s}
			err = v.call(rows, func(rows reflect.Value) ([]reflect.Value, error) {
				return c.bound(ctx)(k, rows, now, reflect.ValueOf(state))
			}, emit)
			switch {
			case err != nil:
				return err
			case state.removed:
				s.Remove()
			case s.Exists() || !now.Elem().IsZero():
				s.Update(now.Elem().Interface())
			}
			return nil
		}}, v)
}

// isRows says whether a parameter takes the rows of a group.
func isRows(t reflect.Type) bool { return elementOf(t) != nil && t.Kind() != reflect.Array }

func (g *KeyValueGroupedDataset) checkKey(method string, t reflect.Type) {
	if t != g.key {
		mistake(method, "the key is a %v, and the function takes a %v", g.key, t)
	}
}
