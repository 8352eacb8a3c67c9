package session

import (
	"reflect"

	"gospark/runtime/condition"
	"gospark/runtime/gofunc"
)

// A State is what mapWithState knows of a key.
type State struct {
	value            any
	exists           bool
	updated, removed bool
	timingOut        bool
}

// Exists says whether the key has a state.
func (s *State) Exists() bool { return s.exists }

// Get is the state. It fails if there is none: see Exists and GetOr.
func (s *State) Get() any {
	if !s.exists {
		mistake("State.Get", "State is not set; ask Exists first, or use GetOr")
	}
	return s.value
}

// GetOr is the state, or the value given if there is none.
func (s *State) GetOr(or any) any {
	if !s.exists {
		return or
	}
	return s.value
}

// Update sets the state.
func (s *State) Update(v any) {
	switch {
	case s.removed:
		mistake("State.Update", "Cannot update the state after it has been removed")
	case s.timingOut:
		mistake("State.Update", "Cannot update the state that is timing out")
	}
	s.value, s.exists, s.updated = v, true, true
}

// Remove removes the state.
func (s *State) Remove() {
	switch {
	case s.timingOut:
		mistake("State.Remove", "Cannot remove the state that is timing out")
	case s.removed:
		mistake("State.Remove", "Cannot remove the state that has already been removed")
	}
	s.value, s.exists, s.updated, s.removed = nil, false, false, true
}

// IsTimingOut says that the key is removed after this call, because it had no values for the time set as timeout.
func (s *State) IsTimingOut() bool { return s.timingOut }

// A StateSpec says how MapWithState keeps state.
type StateSpec struct {
	f       any
	initial *RDD
	slice   any
	parts   int
	timeout int64
}

// StateSpecFunction makes a spec of a function that is called for each record, and once for a key that times out:
//
//	func(key K, value V, state *State) T
//
// The value may be a *V, which is nil when the key times out; a V is zero then. The batch time, a time.Time, may come
// first. Two results make a pair; a result that is a nil pointer makes no record.
func StateSpecFunction(f any) *StateSpec { return &StateSpec{f: f} }

// InitialState gives keys a state to start with: an RDD or a slice of pairs.
func (s *StateSpec) InitialState(pairs any) *StateSpec {
	if r, ok := pairs.(*RDD); ok {
		s.initial = r.keyed("InitialState")
		return s
	}
	if reflect.ValueOf(pairs).Kind() != reflect.Slice {
		mistake("InitialState", "want an RDD or a slice of pairs, have %T", pairs)
	}
	s.slice = pairs
	return s
}

// NumPartitions sets the number of partitions of the state.
func (s *StateSpec) NumPartitions(n int) *StateSpec {
	s.parts = number("NumPartitions", []int{n}, 0)
	return s
}

// Timeout removes keys that had no values for the duration d. As in Spark, they are looked for at every checkpoint of the
// stream only: every ten batches, unless DStream.Checkpoint sets another interval.
func (s *StateSpec) Timeout(d any) *StateSpec {
	s.timeout = millis("Timeout", "duration", d)
	return s
}

// MapWithState keeps a state for each key and calls a function for each record: see StateSpecFunction. The argument is a
// StateSpec, or its function. Keys without records cost nothing. It needs a checkpoint directory.
func (d *DStream) MapWithState(spec any) *DStream {
	const method = "MapWithState"
	s, ok := spec.(*StateSpec)
	if !ok {
		s = StateSpecFunction(spec)
	}
	if s.slice != nil {
		s.initial = d.ssc.sc.Parallelize(s.slice).keyed("InitialState")
	}
	m := &mapWithState{spec: s, fn: bindMapping(s.f), parts: s.parts}
	if m.parts == 0 {
		m.parts = d.parallelism(nil)
	}
	var proto *RDD
	if d.proto != nil {
		in := d.proto.keyed(method)
		m.fn.check(in.shape)
		proto = d.ssc.empty(m.fn.out)
	}
	n := d.ssc.newStream("mapWithState", proto, d)
	n.kept, n.steady, n.needsDir, n.snapshots = true, true, true, m
	n.every = 10 * n.slide
	n.make = func(t int64) *RDD {
		in := d.at(t)
		if in == nil {
			return nil
		}
		return m.step(in.keyed(method), t, s.timeout > 0 && (t-d.ssc.turn.zero)%n.every == 0)
	}
	return n
}

// StateSnapshots is, for a stream made by MapWithState, the state of all keys after each batch.
func (d *DStream) StateSnapshots() *DStream {
	if d.snapshots == nil {
		condition.New("", "", "StateSnapshots: the stream was not made by MapWithState").WithFix("call it on what MapWithState returned").Raise()
	}
	m := d.snapshots
	var proto *RDD
	if p := d.parents[0].proto; p != nil {
		proto = d.ssc.empty(gofunc.PairOf(p.keyed("StateSnapshots").shape.Key(), anyLeaf))
	}
	n := d.ssc.newStream("stateSnapshots", proto, d)
	n.make = func(t int64) *RDD {
		if d.at(t) == nil {
			return nil
		}
		return m.snapshot(d.ssc.sc)
	}
	return n
}
