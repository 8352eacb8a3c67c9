package session

import (
	"sync"
	"time"

	"gospark/runtime/condition"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// A DStream is a stream of records cut into batches: an RDD for every batch. Its operations are those of RDDs, applied to
// each batch, and windows and state over several.
type DStream struct {
	ssc     *StreamingContext
	op      string // Spark's name of the method that made it
	site    string // the user's place
	reads   string // what an input is, such as SocketTextStream localhost:9999
	proto   *RDD   // an empty RDD of the stream's shape; nil if only a batch can tell
	slide   int64  // ms from one RDD to the next
	parents []*DStream
	// reach is how far back, in ms, the RDDs of parents are read: the RDDs after t-reach up to t make the one of t. Zero
	// is the RDD of t only.
	reach int64
	// make makes the RDD of time t, or nil if there is none. It runs once for each t, on the loop's goroutine.
	make func(t int64) *RDD
	// kept says that an RDD is computed as soon as it is made, because later ones are made of it: its lineage is cut.
	kept   bool
	cached bool
	// steady says that each RDD is made of the one before, so that none may be left out.
	steady    bool
	needsDir  bool  // needs a checkpoint directory
	every     int64 // ms from one checkpoint to the next
	asked     bool  // the user set every
	recalled  func(*RDD)
	keep      int64 // ms that RDDs are kept
	useful    bool  // an output is made of it
	children  []*DStream
	snapshots *mapWithState
	kafka     *kafkaStream

	mu   sync.Mutex
	made map[int64]made
}

// made is the outcome of make.
type made struct {
	rdd *RDD
	err any // what make panicked with
}

// newStream adds a stream that has the slide of its first parent.
func (ssc *StreamingContext) newStream(op string, proto *RDD, parents ...*DStream) *DStream {
	ssc.defining(op)
	d := &DStream{ssc: ssc, op: op, site: ssc.sc.site(), proto: proto, slide: ssc.interval, parents: parents, made: map[int64]made{}}
	for i, p := range parents {
		if p.ssc != ssc {
			condition.New("", "", "%s: the streams belong to different streaming contexts", op).WithFix("make all of them with one NewStreamingContext").Raise()
		}
		if i == 0 {
			d.slide = p.slide
		} else if p.slide != d.slide {
			condition.New("", "", "%s: Array of parents have different slide times: %d ms and %d ms", op, d.slide, p.slide).
				WithFix("give both windows the same slide").Raise()
		}
	}
	for _, p := range parents {
		p.children = append(p.children, d)
	}
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.streams = append(ssc.streams, d)
	return d
}

// Context is the streaming context of the stream.
func (d *DStream) Context() *StreamingContext { return d.ssc }

// SlideDuration is the time from one RDD of the stream to the next.
func (d *DStream) SlideDuration() time.Duration { return time.Duration(d.slide) * time.Millisecond }

// ShellType is the stream's type as the shell shows it: DStream[(string, int)]. The type of what Transform makes is known
// when the first batch runs.
func (d *DStream) ShellType() string {
	if d.proto == nil {
		return "DStream[any]"
	}
	return "DStream[" + elementText(d.proto.shape) + "]"
}

// each makes a stream by applying an RDD operation to every RDD of d. The operation is applied once, now, to an empty RDD,
// which checks it and tells the shape of its result.
func (d *DStream) each(op string, f func(*RDD) *RDD) *DStream {
	n := d.ssc.newStream(op, d.ssc.try(d.proto, f), d)
	n.make = func(t int64) *RDD {
		r := d.at(t)
		if r == nil {
			return nil
		}
		return f(r)
	}
	return n
}

// both is each over the RDDs of two streams.
func (d *DStream) both(op string, o *DStream, f func(l, r *RDD) *RDD) *DStream {
	var proto *RDD
	if d.proto != nil && o.proto != nil {
		proto = d.ssc.try(d.proto, func(l *RDD) *RDD { return f(l, o.proto) })
	}
	n := d.ssc.newStream(op, proto, d, o)
	n.make = func(t int64) *RDD {
		l, r := d.at(t), o.at(t)
		if l == nil || r == nil {
			return nil
		}
		return f(l, r)
	}
	return n
}

// try applies f to an empty RDD; nil when the shape is not known.
func (ssc *StreamingContext) try(proto *RDD, f func(*RDD) *RDD) *RDD {
	ssc.defining("define")
	if proto == nil {
		return nil
	}
	return ssc.empty(f(proto).shape)
}

// empty is an RDD without partitions.
func (ssc *StreamingContext) empty(s gofunc.Shape) *RDD {
	return ssc.sc.newRDD(&plan.Scan{Origin: ssc.sc.origin("emptyRDD", "EmptyRDD"), Types: s.Elems()}, s)
}

// valid says whether the stream has an RDD at t: multiples of its slide from the start on.
func (d *DStream) valid(t int64) bool {
	since := t - d.ssc.turn.zero
	return since > 0 && since%d.slide == 0
}

// at is the RDD of t, made when it is asked for first; nil if the stream has none then. What make panicked with is
// panicked with again.
func (d *DStream) at(t int64) *RDD {
	if !d.valid(t) {
		return nil
	}
	m, ok := d.look(t)
	if !ok {
		m = d.build(t)
		d.mu.Lock()
		d.made[t] = m
		d.mu.Unlock()
	}
	if m.err != nil {
		panic(m.err)
	}
	return m.rdd
}

// past is the RDD of an earlier batch, nil if it was not made or failed.
func (d *DStream) past(t int64) *RDD {
	m, _ := d.look(t)
	return m.rdd
}

func (d *DStream) look(t int64) (made, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, ok := d.made[t]
	return m, ok
}

func (d *DStream) build(t int64) (m made) {
	s := d.ssc.turn.scope
	site := s.site
	s.site = d.site
	defer func() {
		s.site = site
		if p := recover(); p != nil {
			m = made{err: p}
		}
	}()
	r := d.make(t)
	switch {
	case r == nil:
	case d.kept:
		r = d.ssc.sc.materialise(d.op, r)
	case d.cached:
		r = r.cached()
	}
	if d.kafka != nil && r != nil {
		d.kafka.note(r)
	}
	return made{rdd: r}
}

// forget drops the RDDs that no later batch is made of.
func (d *DStream) forget(t int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for u, m := range d.made {
		if u > t-d.keep {
			continue
		}
		delete(d.made, u)
		if d.cached && m.rdd != nil {
			m.rdd.uncached()
		}
		if d.kafka != nil && m.rdd != nil {
			d.kafka.forget(m.rdd)
		}
	}
}

// retain makes the stream, and what it is made of, keep RDDs for at least ms.
func (d *DStream) retain(ms int64) {
	d.keep, d.useful = max(d.keep, ms, d.slide), true
	for _, p := range d.parents {
		p.retain(d.keep + d.reach)
	}
}

// wanted says whether an output will be made of the RDD of t: now, or in a later batch whose window has it.
func (d *DStream) wanted(t int64) bool {
	if !d.useful || !d.valid(t) {
		return false
	}
	if d.steady {
		return true
	}
	for _, c := range d.children {
		if c.reach == 0 {
			if c.wanted(t) {
				return true
			}
			continue
		}
		first := t + (c.slide-(t-d.ssc.turn.zero)%c.slide)%c.slide
		for u := first; u < t+c.reach; u += c.slide {
			if c.wanted(u) {
				return true
			}
		}
	}
	return d.ssc.turn.shown[d]
}
