package session

import (
	"iter"
	"reflect"
	"time"

	"gospark/runtime/stream/groups"
)

// A StatefulProcessorHandle makes the variables of TransformWithState, takes its functions, and has its timers. Variables
// and timers are those of the key that a function is called for.
type StatefulProcessorHandle struct {
	rows, expired any
	close         func()

	zone      *time.Location
	variables []groups.Variable
	declared  []groups.Variable // in a task: what there was when the query was defined
	sealed    bool
	h         *groups.Handle // nil: no function is at work
}

// HandleInputRows says what is called for each key that has rows in a batch: func(key K, rows []V) []U, or with an
// iter.Seq.
func (h *StatefulProcessorHandle) HandleInputRows(f any) { h.rows = f }

// HandleExpiredTimer says what is called for each timer that has gone off: func(key K, at time.Time) []U, or with the time
// in ms as an int64. It yields rows as HandleInputRows does.
func (h *StatefulProcessorHandle) HandleExpiredTimer(f any) { h.expired = f }

// OnClose says what is called when a task is over.
func (h *StatefulProcessorHandle) OnClose(f func()) { h.close = f }

// now is the handle of the key at hand.
func (h *StatefulProcessorHandle) now(method string) *groups.Handle {
	if h.h == nil {
		mistake(method, "there is no key here; call it in HandleInputRows or HandleExpiredTimer")
	}
	return h.h
}

// RegisterTimer calls HandleExpiredTimer for the key when the time has come, a time.Time or ms since 1970. A time that is
// over has come in the same batch. A key may have several timers.
func (h *StatefulProcessorHandle) RegisterTimer(at any) {
	h.now("RegisterTimer").RegisterTimer(stateTime("RegisterTimer", at))
}

// DeleteTimer takes a timer of the key away.
func (h *StatefulProcessorHandle) DeleteTimer(at any) {
	h.now("DeleteTimer").DeleteTimer(stateTime("DeleteTimer", at))
}

// ListTimers are the timers of the key, in ms since 1970, with the one that has just gone off.
func (h *StatefulProcessorHandle) ListTimers() []int64 { return h.now("ListTimers").ListTimers() }

// GetCurrentProcessingTimeMs is the time of the batch, in ms since 1970.
func (h *StatefulProcessorHandle) GetCurrentProcessingTimeMs() int64 {
	return h.now("GetCurrentProcessingTimeMs").ProcessingTime()
}

// GetCurrentWatermarkMs is the watermark of the batch, in ms since 1970. It needs WithWatermark.
func (h *StatefulProcessorHandle) GetCurrentWatermarkMs() int64 {
	ms, err := h.now("GetCurrentWatermarkMs").Watermark()
	if err != nil {
		raise("GetCurrentWatermarkMs", err)
	}
	return ms
}

// stateVariable is what variables of all kinds have.
type stateVariable struct {
	handle *StatefulProcessorHandle
	name   string
	item   reflect.Type
	key    reflect.Type // of a map
}

// variable declares a variable; samples are a value of its items, and before it one of the keys of a map.
func (h *StatefulProcessorHandle) variable(method, name string, kind groups.Kind, ttl []any, samples ...any) stateVariable {
	if h.sealed {
		mistake(method, "make the variable %q in the function of TransformWithState, before its functions are called", name)
	}
	v := stateVariable{handle: h, name: name}
	d := groups.Variable{Name: name, Kind: kind}
	for i, s := range samples {
		t := reflect.TypeOf(s)
		if t == nil || t.Kind() == reflect.Pointer {
			mistake(method, "want a value of the type of %q, such as 0 or Info{}, have %v", name, t)
		}
		var err error
		if i == len(samples)-1 {
			v.item = t
			d.Item, err = stateCodec(t, h.zone)
		} else {
			v.key = t
			d.Key, err = stateKeyCodec(t, h.zone)
		}
		if err != nil {
			mistake(method, "%q: %v", name, err)
		}
	}
	switch len(ttl) {
	case 0:
	case 1:
		d.TTL = stateMillis(method, ttl[0])
	default:
		mistake(method, "want one duration after which %q is forgotten, have %d", name, len(ttl))
	}
	if name == "" {
		mistake(method, "a variable needs a name")
	}
	for _, other := range h.variables {
		if other.Name == name {
			mistake(method, "there is a variable %q already", name)
		}
	}
	if h.declared != nil && !declares(h.declared, d) {
		mistake(method, "the variable %q was not there when the query was defined; make the same variables each time", name)
	}
	h.variables = append(h.variables, d)
	return v
}

func declares(vs []groups.Variable, d groups.Variable) bool {
	for _, v := range vs {
		if v.Name == d.Name {
			return v.Kind == d.Kind && v.TTL == d.TTL && v.Item.Type == d.Item.Type && v.Key.Type == d.Key.Type
		}
	}
	return false
}

// of is the value of a type, or its zero value for nil.
func of(v any, t reflect.Type) any {
	if v == nil {
		return reflect.Zero(t).Interface()
	}
	return v
}

// value is a value to be kept, as one of a type.
func (v stateVariable) value(method string, x any, t reflect.Type) any {
	y, err := stateValue(x, t)
	if err != nil {
		mistake(method, "%q: %v", v.name, err)
	}
	return y
}

func (v stateVariable) now(method string) *groups.Handle { return v.handle.now(method) }

// A ValueState is one value of each key.
type ValueState struct{ v stateVariable }

// GetValueState makes a variable that has one value of each key. The zero value says what type it has: 0, "" or Info{}.
// With a duration, "10 minutes" or a time.Duration, it is forgotten so long after it was written.
func (h *StatefulProcessorHandle) GetValueState(name string, zero any, ttl ...any) *ValueState {
	return &ValueState{h.variable("GetValueState", name, groups.Value, ttl, zero)}
}

// Exists says whether the key has a value.
func (s *ValueState) Exists() bool { return s.v.now("Exists").Exists(s.v.name) }

// Get is the value, the zero value when there is none: total.Get().(int).
func (s *ValueState) Get() any { return of(s.v.now("Get").Value(s.v.name), s.v.item) }

// Update sets the value.
func (s *ValueState) Update(x any) {
	s.v.now("Update").SetValue(s.v.name, s.v.value("Update", x, s.v.item))
}

// Clear takes the value away.
func (s *ValueState) Clear() { s.v.now("Clear").Clear(s.v.name) }

// A ListState is a list of each key.
type ListState struct{ v stateVariable }

// GetListState makes a variable that has a list of each key. The zero value says what type its items have. With a
// duration, an item is forgotten so long after it was written.
func (h *StatefulProcessorHandle) GetListState(name string, zero any, ttl ...any) *ListState {
	return &ListState{h.variable("GetListState", name, groups.List, ttl, zero)}
}

// Exists says whether the key has items.
func (s *ListState) Exists() bool { return s.v.now("Exists").Exists(s.v.name) }

// Get is the items.
func (s *ListState) Get() []any { return s.v.now("Get").List(s.v.name) }

// Put makes the items of a slice those of the list.
func (s *ListState) Put(items any) { s.v.now("Put").SetList(s.v.name, s.items("Put", items)) }

// AppendValue adds an item.
func (s *ListState) AppendValue(x any) {
	s.v.now("AppendValue").AppendList(s.v.name, s.v.value("AppendValue", x, s.v.item))
}

// AppendList adds the items of a slice.
func (s *ListState) AppendList(items any) {
	s.v.now("AppendList").AppendList(s.v.name, s.items("AppendList", items)...)
}

// Clear empties the list.
func (s *ListState) Clear() { s.v.now("Clear").Clear(s.v.name) }

func (s *ListState) items(method string, items any) (all []any) {
	v := reflect.ValueOf(items)
	if v.Kind() != reflect.Slice {
		mistake(method, "%q: want a slice, have %T", s.v.name, items)
	}
	for i := range v.Len() {
		all = append(all, s.v.value(method, v.Index(i).Interface(), s.v.item))
	}
	return all
}

// A MapState is a map of each key.
type MapState struct{ v stateVariable }

// GetMapState makes a variable that has a map of each key. The zero values say what types its keys and values have. With a
// duration, an entry is forgotten so long after it was written.
func (h *StatefulProcessorHandle) GetMapState(name string, zeroKey, zeroValue any, ttl ...any) *MapState {
	return &MapState{h.variable("GetMapState", name, groups.Map, ttl, zeroKey, zeroValue)}
}

// Exists says whether the key has entries.
func (s *MapState) Exists() bool { return s.v.now("Exists").Exists(s.v.name) }

// ContainsKey says whether there is an entry.
func (s *MapState) ContainsKey(key any) bool {
	return s.v.now("ContainsKey").Get(s.v.name, s.v.value("ContainsKey", key, s.v.key)) != nil
}

// GetValue is the value of an entry, the zero value when there is none.
func (s *MapState) GetValue(key any) any {
	return of(s.v.now("GetValue").Get(s.v.name, s.v.value("GetValue", key, s.v.key)), s.v.item)
}

// UpdateValue sets an entry.
func (s *MapState) UpdateValue(key, value any) {
	s.v.now("UpdateValue").Put(s.v.name, s.v.value("UpdateValue", key, s.v.key), s.v.value("UpdateValue", value, s.v.item))
}

// RemoveKey takes an entry away.
func (s *MapState) RemoveKey(key any) {
	s.v.now("RemoveKey").Remove(s.v.name, s.v.value("RemoveKey", key, s.v.key))
}

// Iterator is the keys and values of the entries, in the order in which they were first put.
func (s *MapState) Iterator() iter.Seq2[any, any] {
	return func(yield func(any, any) bool) { s.v.now("Iterator").Entries(s.v.name, yield) }
}

// Keys are the keys of the entries.
func (s *MapState) Keys() (keys []any) {
	for k := range s.Iterator() {
		keys = append(keys, k)
	}
	return keys
}

// Values are the values of the entries.
func (s *MapState) Values() (values []any) {
	for _, v := range s.Iterator() {
		values = append(values, v)
	}
	return values
}

// Clear empties the map.
func (s *MapState) Clear() { s.v.now("Clear").Clear(s.v.name) }
