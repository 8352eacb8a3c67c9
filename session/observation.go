package session

import (
	"context"
	"fmt"
	"sync"

	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// An Observation takes metrics of the rows that pass a point of a query: df.Observe(o, Count("*").As("rows")). The first
// action fills it.
type Observation struct {
	name string
	done chan struct{}
	once sync.Once
	row  Row
}

var observations struct {
	sync.Mutex
	n int
}

// NewObservation makes an observation, with a name if one is given.
func NewObservation(name ...string) *Observation {
	o := &Observation{done: make(chan struct{})}
	if len(name) > 0 {
		o.name = name[0]
	}
	if o.name == "" {
		observations.Lock()
		observations.n++
		o.name = fmt.Sprintf("observation-%d", observations.n)
		observations.Unlock()
	}
	return o
}

// Name is the observation's name.
func (o *Observation) Name() string { return o.name }

// Get are the metrics by their names. It waits for the first action on the DataFrame to end.
func (o *Observation) Get(ctx ...context.Context) map[string]any {
	c := context.Background()
	if len(ctx) > 0 {
		c = ctx[0]
	}
	select {
	case <-o.done:
		return o.row.AsMap()
	case <-c.Done():
		raise("Observation.Get", context.Cause(c))
	}
	return nil
}

// Observe computes aggregates of the rows that pass, on the side, for an *Observation or under a name: streaming queries
// report them with their progress.
func (df *DataFrame) Observe(observation any, metric any, more ...any) *DataFrame {
	m := &logical.CollectMetrics{Input: df.rel, Metrics: names(append([]any{metric}, more...))}
	switch o := observation.(type) {
	case string:
		m.Name = o
	case *Observation:
		m.Name = o.name
		if _, taken := df.spark.observers.LoadOrStore(o.name, o); taken {
			mistake("Observe", "an Observation can be used with a DataFrame only once: %s", o.name)
		}
	default:
		mistake("Observe", "want an *Observation or a name, have %T", observation)
	}
	return df.with(m)
}

// observed fills the observation of a name.
func (s *SparkSession) observed(name string, metrics *types.Type, values []any) {
	v, ok := s.observers.LoadAndDelete(name)
	if !ok {
		return
	}
	o := v.(*Observation)
	o.once.Do(func() {
		o.row = Row{schema: metrics, values: values, zone: s.engine.Zone()}
		close(o.done)
	})
}
