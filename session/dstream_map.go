package session

import (
	"reflect"
	"time"

	"gospark/runtime/condition"
)

// Map applies f to every record; two results make a pair.
func (d *DStream) Map(f any) *DStream {
	return d.each("map", func(r *RDD) *RDD { return r.Map(f) })
}

// FlatMap applies f, which returns a slice, to every record, and strings the results together.
func (d *DStream) FlatMap(f any) *DStream {
	return d.each("flatMap", func(r *RDD) *RDD { return r.FlatMap(f) })
}

// Filter keeps the records for which f is true.
func (d *DStream) Filter(f any) *DStream {
	return d.each("filter", func(r *RDD) *RDD { return r.Filter(f) })
}

// MapPartitions applies f to the records of each partition of a batch: func([]T) []U.
func (d *DStream) MapPartitions(f any) *DStream {
	return d.each("mapPartitions", func(r *RDD) *RDD { return r.MapPartitions(f) })
}

// MapPartitionsWithIndex is MapPartitions with the partition's number as f's first parameter.
func (d *DStream) MapPartitionsWithIndex(f any) *DStream {
	return d.each("mapPartitionsWithIndex", func(r *RDD) *RDD { return r.MapPartitionsWithIndex(f) })
}

// Glom makes one record, a slice, of each partition of a batch.
func (d *DStream) Glom() *DStream { return d.each("glom", (*RDD).Glom) }

// Repartition spreads the records of each batch evenly over n partitions.
func (d *DStream) Repartition(n int) *DStream {
	return d.each("repartition", func(r *RDD) *RDD { return r.Repartition(n) })
}

// Union is the records of this and other streams.
func (d *DStream) Union(others ...*DStream) *DStream {
	all := append([]*DStream{d}, others...)
	var proto *RDD
	protos := make([]*RDD, len(all))
	for i, s := range all {
		if protos[i] = s.proto; s.proto == nil {
			protos = nil
			break
		}
	}
	if protos != nil {
		proto = d.ssc.empty(alike("Union", protos...)[0].shape)
	}
	n := d.ssc.newStream("union", proto, all...)
	n.make = func(t int64) *RDD {
		rs := make([]*RDD, len(all))
		for i, s := range all {
			if rs[i] = s.at(t); rs[i] == nil {
				return nil
			}
		}
		return d.ssc.sc.unite(rs)
	}
	return n
}

// Transform applies f, func(*RDD) *RDD or func(*RDD, time.Time) *RDD, to the RDD of each batch. It runs when the batch
// does, so it may look at data outside the stream that changes.
func (d *DStream) Transform(f any) *DStream { return transform(d.ssc, f, []*DStream{d}) }

// TransformWith is Transform with the RDDs of two streams: func(a, b *RDD) *RDD, or with a last time.Time.
func (d *DStream) TransformWith(other *DStream, f any) *DStream {
	return transform(d.ssc, f, []*DStream{d, other})
}

var (
	rddType  = reflect.TypeFor[*RDD]()
	timeType = reflect.TypeFor[time.Time]()
)

func transform(ssc *StreamingContext, f any, streams []*DStream) *DStream {
	if len(streams) == 0 {
		condition.New("", "", "Transform: there is no stream").WithFix("give the streams after the function").Raise()
	}
	call := rddFunc("Transform", f, len(streams), true)
	n := ssc.newStream("transform", nil, streams...)
	n.make = func(t int64) *RDD {
		rs := make([]*RDD, len(streams))
		for i, s := range streams {
			if rs[i] = s.at(t); rs[i] == nil {
				return nil
			}
		}
		r := call(rs, t)
		if r == nil {
			mistake("Transform", "the function returned nil; return an RDD, sc.EmptyRDD() if there is nothing")
		}
		return r
	}
	return n
}

// rddFunc checks a function over RDDs: one parameter for each, or a slice of them, and perhaps the batch time; one RDD as
// result if returns is set; perhaps an error.
func rddFunc(method string, f any, n int, returns bool) func(rs []*RDD, t int64) *RDD {
	v := reflect.ValueOf(f)
	bad := func() func([]*RDD, int64) *RDD {
		want := "func(*RDD"
		for range n - 1 {
			want += ", *RDD"
		}
		want += ")"
		if returns {
			want += " *RDD"
		}
		mistake(method, "want %s, perhaps with a last parameter time.Time, have %T", want, f)
		return nil
	}
	if v.Kind() != reflect.Func || v.IsNil() {
		return bad()
	}
	t := v.Type()
	ins := t.NumIn()
	timed := ins > 0 && t.In(ins-1) == timeType
	if timed {
		ins--
	}
	slice := ins == 1 && t.In(0) == reflect.SliceOf(rddType)
	if !slice {
		if ins != n {
			return bad()
		}
		for i := range ins {
			if t.In(i) != rddType {
				return bad()
			}
		}
	}
	outs := t.NumOut()
	fails := outs > 0 && t.Out(outs-1) == reflect.TypeFor[error]()
	if fails {
		outs--
	}
	if returns && (outs != 1 || t.Out(0) != rddType) || !returns && outs > 0 {
		return bad()
	}
	return func(rs []*RDD, ms int64) *RDD {
		var args []reflect.Value
		if slice {
			args = append(args, reflect.ValueOf(rs))
		} else {
			for _, r := range rs {
				args = append(args, reflect.ValueOf(r))
			}
		}
		if timed {
			args = append(args, reflect.ValueOf(time.UnixMilli(ms)))
		}
		out := v.Call(args)
		if fails && !out[len(out)-1].IsNil() {
			panic(out[len(out)-1].Interface())
		}
		if !returns {
			return nil
		}
		return out[0].Interface().(*RDD)
	}
}

// Cache keeps each batch's records once they are computed, for streams that several operations are made of.
func (d *DStream) Cache() *DStream {
	d.ssc.defining("cache")
	d.cached = true
	return d
}

// Persist is Cache; records are kept in memory, whatever the level.
func (d *DStream) Persist(level ...any) *DStream { return d.Cache() }

// Checkpoint sets how often state is written to the checkpoint directory, and how often mapWithState looks for keys that
// time out: a multiple of the slide, ten times it if not set.
func (d *DStream) Checkpoint(interval any) *DStream {
	d.ssc.defining("checkpoint")
	ms := millis("Checkpoint", "interval", interval)
	if ms%d.slide != 0 {
		condition.New("", "", "Checkpoint: %d ms is not a multiple of the stream's slide, %d ms", ms, d.slide).
			WithFix("give a multiple of %s", intervalText(d.slide)).Raise()
	}
	d.every, d.asked = ms, true
	return d
}

// Slice is the RDDs of the batches from one time to another, both included, as far as they are kept: see
// StreamingContext.Remember.
func (d *DStream) Slice(from, to time.Time) []*RDD {
	if d.ssc.GetState() == StreamingInitialized {
		condition.New("", "", "Slice: the stream has no batches yet").WithFix("start the context first").Raise()
	}
	var rs []*RDD
	zero := d.ssc.turn.zero
	align := func(t int64) int64 { return zero + (t-zero)/d.slide*d.slide }
	for t := max(align(from.UnixMilli()), zero+d.slide); t <= align(to.UnixMilli()); t += d.slide {
		if r := d.past(t); r != nil {
			rs = append(rs, r)
		}
	}
	return rs
}
