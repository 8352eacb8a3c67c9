package session

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gospark/runtime/logical"
	"gospark/runtime/stream/groups"
)

// A TimeMode says which time the timers of TransformWithState go by: TimeModeNone, TimeModeProcessingTime or
// TimeModeEventTime.
type TimeMode string

// The time modes of TransformWithState.
const (
	TimeModeNone           TimeMode = "None"
	TimeModeProcessingTime TimeMode = "ProcessingTime"
	TimeModeEventTime      TimeMode = "EventTime"
)

// timeModes are in the order of the timeouts of relations and of package groups.
var timeModes = []TimeMode{TimeModeNone, TimeModeProcessingTime, TimeModeEventTime}

// TransformWithState keeps variables and timers of each key from batch to batch. Its argument is a Go function that gets
// a handle, makes the variables with it, and says which functions use them:
//
//	df.GroupByKey(user).TransformWithState(func(h *StatefulProcessorHandle) {
//		total := h.GetValueState("total", 0)
//		h.HandleInputRows(func(user string, rows []Event) []Update {
//			total.Update(total.Get().(int) + len(rows))
//			h.RegisterTimer(h.GetCurrentProcessingTimeMs() + 60_000)
//			return []Update{{user, total.Get().(int)}}
//		})
//		h.HandleExpiredTimer(func(user string, at time.Time) []Update {
//			total.Clear()
//			return nil
//		})
//	}, TimeModeProcessingTime)
//
// It is called once for each task, and once before, to see what variables there are: what it keeps itself is not shared.
// Variables may be added to a query that goes on from its checkpoint, and left out; their types may not change. Timers go
// by the time of batches with TimeModeProcessingTime, and by the watermark with TimeModeEventTime; without a time mode
// there are none. The output mode is that of the query.
//
// A table, which is no stream, has each key called once, with all its rows, and no state is kept.
func (g *KeyValueGroupedDataset) TransformWithState(processor func(h *StatefulProcessorHandle), timeMode ...TimeMode) *DataFrame {
	const method = "TransformWithState"
	mode := TimeModeNone
	if len(timeMode) > 0 {
		mode = timeMode[0]
	}
	at := slices.IndexFunc(timeModes, func(t TimeMode) bool { return strings.EqualFold(string(t), string(mode)) })
	if at < 0 || len(timeMode) > 1 {
		mistake(method, "want one of the time modes %v, have %v; the output mode is said by WriteStream().OutputMode", timeModes, timeMode)
	}
	if processor == nil {
		mistake(method, "want a func(h *StatefulProcessorHandle), have nil")
	}
	h := &StatefulProcessorHandle{zone: g.df.spark.engine.Zone()}
	processor(h)
	h.sealed = true
	p := g.bindProcessor(h)
	if p.expired == nil && at > 0 {
		mistake(method, "the time mode is %s, and there is no h.HandleExpiredTimer; leave the time mode out", mode)
	}
	declared := h.variables
	fn := &groups.Processor{Time: groups.TimeMode(at), Variables: declared, New: func(ctx context.Context) (groups.Handler, error) {
		t := &processorTask{shape: p, handle: &StatefulProcessorHandle{zone: h.zone, declared: declared}}
		return t, called(func() error {
			processor(t.handle)
			t.handle.sealed = true
			t.bind(ctx)
			return nil
		})
	}}
	return g.groupsWithState(&logical.GroupsWithState{Timeout: logical.GroupTimeout(at), Processor: true}, fn, p.values)
}

// processorShape is what the functions of a processor take and yield.
type processorShape struct {
	values  *groupValues
	expired reflect.Type // the parameter for the time of a timer, nil: there is no function
}

const (
	inputRows    = "HandleInputRows"
	expiredTimer = "HandleExpiredTimer"
)

func (g *KeyValueGroupedDataset) bindProcessor(h *StatefulProcessorHandle) *processorShape {
	const want = "func(key K, rows []V) []U, or with an iter.Seq"
	if h.rows == nil {
		mistake("TransformWithState", "type h.HandleInputRows(%s) in the function", want)
	}
	c := newRowCall(inputRows, want, h.rows)
	if len(c.params) != 2 || len(c.results) != 1 || !isRows(c.params[1]) || elementOf(c.results[0]) == nil {
		mistake(inputRows, "want %s, have %T", want, h.rows)
	}
	g.checkKey(inputRows, c.params[0])
	s := &processorShape{values: g.groupValues(inputRows, c.params[1], c.results, true)}
	if h.expired == nil {
		return s
	}
	wanted := fmt.Sprintf("func(key %v, at time.Time) %v", g.key, c.results[0])
	e := newRowCall(expiredTimer, wanted, h.expired)
	if len(e.params) != 2 || e.params[1] != timeType && e.params[1].Kind() != reflect.Int64 || len(e.results) != 1 || e.results[0] != c.results[0] {
		mistake(expiredTimer, "want %s, have %T", wanted, h.expired)
	}
	g.checkKey(expiredTimer, e.params[0])
	s.expired = e.params[1]
	return s
}

// processorTask is a processor in one task.
type processorTask struct {
	shape         *processorShape
	handle        *StatefulProcessorHandle
	rows, expired func(...reflect.Value) ([]reflect.Value, error)
}

func (t *processorTask) bind(ctx context.Context) {
	t.rows = newRowCall(inputRows, "", t.handle.rows).bound(ctx)
	if t.shape.expired != nil {
		t.expired = newRowCall(expiredTimer, "", t.handle.expired).bound(ctx)
	}
}

// Rows calls HandleInputRows.
func (t *processorTask) Rows(h *groups.Handle, key []any, rows [][]any, emit func([]any)) error {
	k, err := t.shape.values.keyOf(key)
	if err != nil {
		return err
	}
	t.handle.h = h
	defer func() { t.handle.h = nil }()
	return t.shape.values.call(rows, func(rows reflect.Value) ([]reflect.Value, error) { return t.rows(k, rows) }, emit)
}

// Expired calls HandleExpiredTimer.
func (t *processorTask) Expired(h *groups.Handle, key []any, at int64, emit func([]any)) error {
	k, err := t.shape.values.keyOf(key)
	if err != nil {
		return err
	}
	when := reflect.ValueOf(at).Convert(reflect.TypeFor[int64]())
	if t.shape.expired == timeType {
		when = reflect.ValueOf(time.UnixMilli(at).In(t.handle.zone))
	} else {
		when = when.Convert(t.shape.expired)
	}
	t.handle.h = h
	defer func() { t.handle.h = nil }()
	res, err := t.expired(k, when)
	if err != nil {
		return err
	}
	return t.shape.values.put(res, emit)
}

// Close calls what OnClose was given.
func (t *processorTask) Close() error {
	if t.handle.close == nil {
		return nil
	}
	return called(func() error {
		t.handle.close()
		return nil
	})
}
