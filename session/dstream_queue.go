package session

import (
	"reflect"
	"sync"

	"gospark/runtime/condition"
	"gospark/runtime/gofunc"
)

// QueueStream makes a stream of a queue: a slice of RDDs, a slice of slices, or a channel of slices, which feeds the
// stream while it runs. Each batch takes one element of the queue; with the first option false, all that are there.
// A second option is the RDD or slice of batches that find the queue empty.
//
//	ssc.QueueStream([][]string{{"a b", "c"}, {"d"}})
//	lines := make(chan []string, 10)
//	ssc.QueueStream(lines)
func (ssc *StreamingContext) QueueStream(queue any, options ...any) *DStream {
	q := &queueStream{ssc: ssc, oneAtATime: true}
	var or any
	for i, o := range options {
		if one, ok := o.(bool); ok && i == 0 {
			q.oneAtATime = one
			continue
		}
		or = o
	}
	v := reflect.ValueOf(queue)
	if v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Slice {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Slice && (v.Type().Elem().Kind() == reflect.Slice || v.Type().Elem() == reflect.TypeFor[*RDD]()):
		for i := range v.Len() {
			q.ready = append(q.ready, v.Index(i).Interface())
		}
	case v.Kind() == reflect.Chan && v.Type().ChanDir()&reflect.RecvDir != 0 && v.Type().Elem().Kind() == reflect.Slice:
		q.feed = v
	default:
		condition.New("", "", "QueueStream: have a %T", queue).
			WithFix("give a slice of RDDs, a slice of slices or a channel of slices, as in ssc.QueueStream([][]string{{\"a\", \"b\"}, {\"c\"}})").Raise()
	}
	q.kind(v.Type().Elem(), or)
	for _, v := range q.ready {
		if r, ok := v.(*RDD); ok {
			q.rdd(r)
		}
	}
	d := ssc.newStream("queueStream", ssc.empty(q.none.shape))
	d.make = q.make
	ssc.mu.Lock()
	defer ssc.mu.Unlock()
	ssc.inputs = append(ssc.inputs, &inputStream{ssc: ssc, id: len(ssc.inputs), name: "queue stream", fixed: q.fix})
	return d
}

type queueStream struct {
	ssc        *StreamingContext
	oneAtATime bool
	none       *RDD // of a batch that finds the queue empty
	feed       reflect.Value

	mu    sync.Mutex
	ready []any         // not yet taken
	taken int           // how many were taken so far
	seen  map[int64]int // how many had come when the input of a batch was fixed
}

// kind finds the type of the records.
func (q *queueStream) kind(elem reflect.Type, or any) {
	switch {
	case or != nil:
		q.none = q.rdd(or)
	case elem.Kind() == reflect.Slice:
		all := reflect.MakeSlice(elem, 0, 0)
		for _, v := range q.ready {
			all = reflect.AppendSlice(all, reflect.ValueOf(v))
		}
		_, shape := recordsOf("QueueStream", all.Interface())
		q.none = q.empty(shape)
	case len(q.ready) > 0:
		q.none = q.empty(q.ready[0].(*RDD).shape)
	default:
		condition.New("", "", "QueueStream: the queue is empty, so the type of its records is not known").
			WithFix("give a typed slice or a channel, as in make(chan []string)").Raise()
	}
}

// empty is an RDD of one empty partition.
func (q *queueStream) empty(s gofunc.Shape) *RDD {
	sc := q.ssc.sc
	return sc.newRDD(scanOf(sc.origin("makeRDD", "ParallelCollectionRDD"), s.NewBatch(0), s, 1), s)
}

// rdd makes an RDD of the stream's type of an element of the queue.
func (q *queueStream) rdd(v any) *RDD {
	r, ok := v.(*RDD)
	if !ok {
		r = q.ssc.sc.Parallelize(v)
	}
	if q.none == nil {
		return r
	}
	s := q.none.shape
	if !fits(r.shape, s) {
		mistake("QueueStream", "the stream is of %s, but an element of the queue is an %s", s, r.ShellType())
	}
	return r.cast("QueueStream", s)
}

// fits says whether records of one shape can be those of another: columns of any are checked value by value.
func fits(a, b gofunc.Shape) bool {
	if _, ok := gofunc.Common(a, b); !ok {
		return false
	}
	to := b.Elems()
	for i, t := range a.Elems() {
		if t != to[i] && t != anyLeaf.Elem && to[i] != anyLeaf.Elem {
			return false
		}
	}
	return true
}

// fix notes what had come when the input of batch t was fixed.
func (q *queueStream) fix(t int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.feed.IsValid() {
		return
	}
	for {
		v, ok := q.feed.TryRecv()
		if !ok {
			break
		}
		q.ready = append(q.ready, v.Interface())
	}
	if q.seen == nil {
		q.seen = map[int64]int{}
	}
	q.seen[t] = q.taken + len(q.ready)
}

// take is the elements of the queue for batch t.
func (q *queueStream) take(t int64) []any {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.ready)
	if q.feed.IsValid() {
		n = q.seen[t] - q.taken
		for u := range q.seen {
			if u <= t {
				delete(q.seen, u)
			}
		}
	}
	if q.oneAtATime {
		n = min(n, 1)
	}
	got := q.ready[:n:n]
	q.ready = q.ready[n:]
	q.taken += n
	return got
}

func (q *queueStream) make(t int64) *RDD {
	var rs []*RDD
	for _, v := range q.take(t) {
		rs = append(rs, q.rdd(v))
	}
	switch len(rs) {
	case 0:
		return q.none
	case 1:
		return rs[0]
	}
	return q.ssc.sc.unite(rs)
}
