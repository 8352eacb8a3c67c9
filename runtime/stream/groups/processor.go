package groups

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"gospark/runtime/plan"
	"gospark/runtime/state"
)

// A Processor is the function of transformWithState. It is shared; New makes what one task uses.
type Processor struct {
	Time TimeMode
	// Variables are declared before the query starts, in order.
	Variables []Variable
	New       func(ctx context.Context) (Handler, error)
}

// TimeMode says what timers and times to live go by.
type TimeMode = Timeout

// A Variable is something that is kept of each key.
type Variable struct {
	Name string
	Kind Kind
	Key  Codec // of a map
	Item Codec
	// TTL in ms of processing time after which an entry is forgotten that is not written again; 0: never.
	TTL int64
}

// Kind is a kind of variable.
type Kind int

const (
	Value Kind = iota
	List
	Map
)

// A Handler is called for the rows of each key, and for each timer that has gone off. Close is called in the end.
type Handler interface {
	Rows(h *Handle, key []any, rows [][]any, emit func(row []any)) error
	Expired(h *Handle, key []any, at int64, emit func(row []any)) error
	Close() error
}

var _ plan.GroupFunction = (*Processor)(nil)

func (p *Processor) Name() string { return "transformWithStateExec" }

func (p *Processor) Tables() []plan.GroupTable {
	var ts []plan.GroupTable
	for _, v := range p.Variables {
		value := v.Item.Type
		if v.TTL > 0 {
			value = "expires BIGINT, " + value
		}
		switch v.Kind {
		case Value:
			ts = append(ts, plan.GroupTable{Name: "value." + v.Name, Value: value})
		case List:
			ts = append(ts, plan.GroupTable{Name: "list." + v.Name, Value: "ARRAY<" + value + ">"})
		case Map:
			ts = append(ts, plan.GroupTable{Name: "map." + v.Name, Value: "MAP<" + v.Key.Type + ", " + value + ">"})
		}
		if v.TTL > 0 {
			ts = append(ts, plan.GroupTable{Name: "ttl." + v.Name, Value: "expires BIGINT"})
		}
	}
	return append(ts, plan.GroupTable{Name: "timers", Tail: 8, Value: "timers in " + timeNames[p.Time]}, plan.GroupTable{Name: "timersOf", Value: "ARRAY<BIGINT>"})
}

// Due is the first timer: it goes off at its time.
func (p *Processor) Due(s *state.Store) (ms int64, ok bool) {
	if p.Time != ProcessingTime {
		return 0, false
	}
	return earliest(s.Table("timers"), timerTime)
}

func (p *Processor) Start(t plan.GroupTask) (plan.GroupRunner, error) {
	handler, err := p.New(t.Ctx)
	if err != nil {
		return nil, err
	}
	r := &processor{p: p, t: t, handler: handler, handle: &Handle{t: t, time: p.Time, variables: map[string]*variable{}}}
	for _, v := range p.Variables {
		if r.handle.variables[v.Name] != nil {
			return nil, fmt.Errorf("state variable with name %s has already been defined in the StatefulProcessor", v.Name)
		}
		r.handle.variables[v.Name] = newVariable(v, t)
	}
	if p.Time != NoTimeout {
		r.handle.timers, r.handle.timersOf = t.Store.Table("timers"), t.Store.Table("timersOf")
	}
	return r, nil
}

type processor struct {
	p       *Processor
	t       plan.GroupTask
	handler Handler
	handle  *Handle
}

func (r *processor) Rows(g plan.Group, rows [][]any, emit func([]any)) error {
	r.handle.key = g.Bytes
	if err := r.handler.Rows(r.handle, g.Key, rows, emit); err != nil {
		return err
	}
	return r.handle.finish()
}

// Expired calls the handler for the timers that have gone off, the earliest first, and forgets what has lived long enough.
func (r *processor) Expired(emit func([]any)) error {
	if limit, ok := r.limit(); ok {
		for _, x := range r.handle.due(limit) {
			key, err := r.t.Key(x.key)
			if err != nil {
				return err
			}
			r.handle.key = x.key
			if !slices.Contains(r.handle.ListTimers(), x.at) { // an earlier one has taken it away
				continue
			}
			if err := r.handler.Expired(r.handle, key, x.at, emit); err != nil {
				return err
			}
			r.handle.DeleteTimer(x.at)
			if err := r.handle.finish(); err != nil {
				return err
			}
		}
	}
	for _, v := range r.p.Variables {
		if err := r.handle.variables[v.Name].forget(); err != nil {
			return err
		}
	}
	return nil
}

func (r *processor) limit() (int64, bool) {
	switch r.p.Time {
	case ProcessingTime:
		return r.t.Now, true
	case EventTime:
		return r.t.Watermark, r.t.Watermark != plan.NoWatermark
	}
	return 0, false
}

func (r *processor) Metrics() plan.StateMetrics {
	m := plan.StateMetrics{Updated: r.handle.updated, Removed: r.handle.removed}
	for _, v := range r.handle.variables {
		m.Total += int64(v.table.Len())
		m.Removed += v.removed
		m.Updated += v.updated
	}
	return m
}

func (r *processor) Close() error { return r.handler.Close() }

// A Handle is what a handler has of the key that it is called for. It is good during the call.
type Handle struct {
	t                plan.GroupTask
	time             TimeMode
	key              []byte
	variables        map[string]*variable
	timers, timersOf *state.Table
	updated, removed int64
	err              error
}

func (h *Handle) fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// finish writes what a call has changed, and gives its first mistake.
func (h *Handle) finish() error {
	err := h.err
	h.err = nil
	for _, v := range h.variables {
		if e := v.finish(); err == nil {
			err = e
		}
	}
	return err
}

// ProcessingTime and Watermark are those of the batch, in ms; without a watermark it is an error.
func (h *Handle) ProcessingTime() int64 { return h.t.Now }

func (h *Handle) Watermark() (int64, error) {
	if h.t.Watermark == plan.NoWatermark {
		return 0, errNoWatermark
	}
	return h.t.Watermark, nil
}

func (h *Handle) variable(name string, kind Kind) *variable {
	v := h.variables[name]
	if v == nil || v.Kind != kind {
		h.missing(name)
		return nil
	}
	v.load(h.key)
	return v
}

func (h *Handle) missing(name string) {
	h.fail(fmt.Errorf("there is no such state variable %q; declare it", name))
}

// RegisterTimer calls the handler again when the time (ms) has come; when it has already, that is in this batch.
func (h *Handle) RegisterTimer(at int64) {
	if !h.timed() {
		return
	}
	h.timers.Put(slotOf(at), timerName(h.key, at), nil)
	list := h.ListTimers()
	for _, x := range list {
		if x == at {
			return
		}
	}
	h.setTimers(append(list, at))
}

// DeleteTimer takes a timer of the key away.
func (h *Handle) DeleteTimer(at int64) {
	if !h.timed() {
		return
	}
	h.timers.Remove(slotOf(at), timerName(h.key, at))
	var left []int64
	for _, x := range h.ListTimers() {
		if x != at {
			left = append(left, x)
		}
	}
	h.setTimers(left)
}

// ListTimers are the timers of the key.
func (h *Handle) ListTimers() []int64 {
	if !h.timed() {
		return nil
	}
	b, _ := h.timersOf.Get(0, h.key)
	var list []int64
	for ; len(b) >= 8; b = b[8:] {
		list = append(list, int64(binary.LittleEndian.Uint64(b)))
	}
	return list
}

func (h *Handle) timed() bool {
	if h.timers == nil {
		h.fail(fmt.Errorf("timers are not supported in time mode None; use TimeModeProcessingTime or TimeModeEventTime"))
	}
	return h.timers != nil
}

func (h *Handle) setTimers(list []int64) {
	if len(list) == 0 {
		h.timersOf.Remove(0, h.key)
		return
	}
	var b []byte
	for _, at := range list {
		b = binary.LittleEndian.AppendUint64(b, uint64(at))
	}
	h.timersOf.Put(0, h.key, b)
}

func timerName(key []byte, at int64) []byte {
	return binary.BigEndian.AppendUint64(append([]byte(nil), key...), uint64(at))
}

func timerTime(name, _ []byte) int64 { return int64(binary.BigEndian.Uint64(name[len(name)-8:])) }

// A timer that has gone off.
type timer struct {
	at  int64
	key []byte
}

// due lists the timers that have gone off at a time, the earliest first.
func (h *Handle) due(limit int64) []timer {
	var all []timer
	for _, k := range over(h.timers, limit, timerTime) {
		all = append(all, timer{timerTime(k, nil), k[:len(k)-8]})
	}
	slices.SortFunc(all, func(a, b timer) int { return cmp.Or(cmp.Compare(a.at, b.at), bytes.Compare(a.key, b.key)) })
	return all
}
