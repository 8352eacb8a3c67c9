package plan

import (
	"reflect"
	"sync"

	"gospark/runtime/types"
)

// EventTime passes rows on and notes the times in Col: the column that a watermark is declared on, a timestamp or a
// window of which the end counts.
type EventTime struct {
	*Origin
	Query *Query
	Child Node
	Col   int
	Name  string // the column's
	Delay int64  // µs

	mu    sync.Mutex
	stats map[int]TimeStats // by partition
}

// TimeStats sums up times in ms. Rows without a time count as 0, as in Spark's reports, but never move the largest on.
type TimeStats struct {
	Count    int64
	Min, Max int64
	Avg      float64
	timed    bool // some row has a time
}

// Add notes a time.
func (s *TimeStats) Add(ms int64) {
	s.Merge(TimeStats{Count: 1, Min: ms, Max: ms, Avg: float64(ms), timed: true})
}

// AddNull notes a row without a time.
func (s *TimeStats) AddNull() { s.Merge(TimeStats{Count: 1}) }

// AddMicros notes many times in µs: those of the selected rows, or all.
func (s *TimeStats) AddMicros(us []int64, sel []int32) {
	n := len(us)
	if sel != nil {
		n = len(sel)
	}
	if n == 0 {
		return
	}
	at := func(i int) int64 {
		if sel != nil {
			i = int(sel[i])
		}
		ms := us[i] / 1000
		if us[i]%1000 < 0 {
			ms--
		}
		return ms
	}
	first := at(0)
	o := TimeStats{Count: int64(n), Min: first, Max: first, timed: true}
	var sum int64 // from the first one on
	const far = 1 << 40
	for i := range n {
		ms := at(i)
		o.Min, o.Max = min(o.Min, ms), max(o.Max, ms)
		sum += ms - first
	}
	if n < 16 || n > 1<<20 || o.Max-o.Min > far { // few are averaged as Spark does it, and the sum has room for the others
		for i := range n {
			s.Add(at(i))
		}
		return
	}
	o.Avg = float64(first) + float64(sum)/float64(n)
	s.Merge(o)
}

// Merge adds other times.
func (s *TimeStats) Merge(o TimeStats) {
	if o.Count == 0 {
		return
	}
	if s.Count == 0 {
		*s = o
		return
	}
	switch {
	case !s.timed:
		s.Max = o.Max
	case o.timed:
		s.Max = max(s.Max, o.Max)
	}
	s.timed = s.timed || o.timed
	s.Min = min(s.Min, o.Min)
	s.Count += o.Count
	s.Avg += (o.Avg - s.Avg) * float64(o.Count) / float64(s.Count) // a sum would lose digits
}

// Report takes the times of a partition; a task that is retried reports again.
func (n *EventTime) Report(partition int, s TimeStats) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stats == nil {
		n.stats = map[int]TimeStats{}
	}
	n.stats[partition] = s
}

// Stats is the times of all partitions.
func (n *EventTime) Stats() TimeStats {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all TimeStats
	for _, s := range n.stats {
		all.Merge(s)
	}
	return all
}

func (n *EventTime) Children() []Node           { return []Node{n.Child} }
func (n *EventTime) Partitions() int            { return n.Child.Partitions() }
func (n *EventTime) ColumnTypes() []*types.Type { return TypesOf(n.Child) }
func (n *EventTime) Elems() []reflect.Type      { return n.Child.Elems() }
