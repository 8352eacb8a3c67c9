package session

import (
	"gospark/runtime/condition"
)

// Window is the records of the last length of the stream, one RDD every slide: the stream's own slide if not given. Both
// are multiples of the stream's slide.
func (d *DStream) Window(length any, slide ...any) *DStream {
	l, s := d.window("Window", length, slide)
	return d.windowed("window", l, s)
}

// window checks a window's length and slide, in ms.
func (d *DStream) window(method string, length any, slide []any) (l, s int64) {
	l, s = millis(method, "window length", length), d.slide
	if len(slide) > 0 && slide[0] != nil {
		s = millis(method, "slide", slide[0])
	}
	for _, x := range []struct {
		what string
		ms   int64
	}{{"window", l}, {"slide", s}} {
		if x.ms%d.slide != 0 {
			condition.New("", "", "%s: The %s duration of windowed DStream (%d ms) must be a multiple of the slide duration of parent DStream (%d ms)", method, x.what, x.ms, d.slide).
				WithFix("give a multiple of %s", intervalText(d.slide)).Raise()
		}
	}
	return l, s
}

func (d *DStream) windowed(op string, length, slide int64) *DStream {
	var proto *RDD
	if d.proto != nil {
		proto = d.ssc.empty(d.proto.shape)
	}
	n := d.ssc.newStream(op, proto, d)
	n.slide, n.reach = slide, length
	d.kept = true
	n.make = func(t int64) *RDD {
		if rs := d.span(t-length, t); len(rs) > 0 {
			return d.ssc.sc.unite(rs)
		}
		return d.nothing()
	}
	return n
}

// span is the RDDs of the times after one up to another. Those of batches that failed are left out; but when it is that
// of the present batch, this one fails as well.
func (d *DStream) span(after, to int64) []*RDD {
	var rs []*RDD
	now := d.ssc.turn.batch.Time
	for t := after + d.slide; t <= to; t += d.slide {
		r := d.past(t)
		if t == now {
			r = d.at(t)
		}
		if r != nil {
			rs = append(rs, r)
		}
	}
	return rs
}

// nothing is an empty RDD of the stream's shape, nil if that is not known.
func (d *DStream) nothing() *RDD {
	if d.proto == nil {
		return nil
	}
	return d.ssc.empty(d.proto.shape)
}

// CountByWindow is the number of records in a window, counted incrementally. It needs a checkpoint directory.
func (d *DStream) CountByWindow(length, slide any) *DStream {
	one := d.each("countByWindow", func(r *RDD) *RDD {
		n := ones(r)
		return n.project(n.hidden("countByWindow"), r.shape.Width(), 1, int64Leaf)
	})
	return one.inverse("countByWindow", "CountByWindow", addInt64, subtractInt64, length, slide)
}

// ReduceByWindow combines the records of a window with f: ReduceByWindow(f, length, slide). With the inverse of f,
// ReduceByWindow(f, inverse, length, slide), it adds what enters the window and takes away what leaves it, and needs a
// checkpoint directory.
func (d *DStream) ReduceByWindow(f any, args ...any) *DStream {
	switch len(args) {
	case 2:
		l, s := d.window("ReduceByWindow", args[0], args[1:])
		return d.Reduce(f).windowed("reduceByWindow", l, s).Reduce(f)
	case 3:
		return d.inverse("reduceByWindow", "ReduceByWindow", f, args[0], args[1], args[2])
	}
	mistake("ReduceByWindow", "want (f, length, slide) or (f, inverse, length, slide), have %d arguments", len(args)+1)
	return nil
}

// inverse reduces all records of a window as those of one key.
func (d *DStream) inverse(op, method string, f, inv, length, slide any) *DStream {
	return d.each(op, sameKey).reduceInverse(op, method, f, inv, length, []any{slide}, 1, nil).
		each(op, func(r *RDD) *RDD { return r.Values() })
}

// ReduceByKeyAndWindow combines the values of each key in a window with f:
//
//	ReduceByKeyAndWindow(f, length[, slide[, partitions]])
//	ReduceByKeyAndWindow(f, inverse, length[, slide[, partitions[, filter]]])
//
// With the inverse of f, it adds what enters the window and takes away what leaves it; keys stay at what is left of them,
// such as 0, unless filter, a func(K, V) bool, drops them. That form needs a checkpoint directory.
func (d *DStream) ReduceByKeyAndWindow(f any, args ...any) *DStream {
	const method = "ReduceByKeyAndWindow"
	if len(args) == 0 {
		mistake(method, "want (f, length, slide), have no length")
	}
	if isFunc(args[0]) {
		inv := args[0]
		length, slide, n, rest := windowArgs(method, args[1:])
		var filter any
		if len(rest) > 0 {
			filter = rest[0]
		}
		return d.reduceInverse("reduceByKeyAndWindow", method, f, inv, length, slide, d.parallelism(n), filter)
	}
	length, slide, n, rest := windowArgs(method, args)
	if len(rest) > 0 {
		mistake(method, "a filter needs the inverse function: ReduceByKeyAndWindow(f, inverse, length, slide, partitions, filter)")
	}
	l, s := d.window(method, length, slide)
	return d.ReduceByKey(f, n...).windowed("reduceByKeyAndWindow", l, s).ReduceByKey(f, n...)
}

// windowArgs takes apart length[, slide[, partitions[, rest]]].
func windowArgs(method string, args []any) (length any, slide []any, n []int, rest []any) {
	if len(args) == 0 {
		mistake(method, "the window length is missing")
	}
	length, args = args[0], args[1:]
	if len(args) > 0 {
		slide, args = args[:1], args[1:]
	}
	if len(args) > 0 && !isFunc(args[0]) {
		k, ok := args[0].(int)
		if !ok || k < 1 {
			mistake(method, "want a number of partitions, have %v (%T)", args[0], args[0])
		}
		n, args = []int{k}, args[1:]
	}
	return length, slide, n, args
}

// GroupByKeyAndWindow collects the values of each key in a window: GroupByKeyAndWindow(length[, slide[, partitions]]).
func (d *DStream) GroupByKeyAndWindow(length any, args ...any) *DStream {
	const method = "GroupByKeyAndWindow"
	_, slide, n, _ := windowArgs(method, append([]any{length}, args...))
	l, s := d.window(method, length, slide)
	parts := d.parallelism(n)
	grouped := d.each("groupByKeyAndWindow", func(r *RDD) *RDD { return r.keyed(method).PartitionBy(parts) })
	return grouped.windowed("groupByKeyAndWindow", l, s).GroupByKey(parts)
}

// CountByValueAndWindow counts how often each record occurs in a window: CountByValueAndWindow(length, slide[,
// partitions]). It needs a checkpoint directory.
func (d *DStream) CountByValueAndWindow(length, slide any, partitions ...int) *DStream {
	const method = "CountByValueAndWindow"
	positive := func(_ any, n int64) bool { return n != 0 }
	one := d.each("countByValueAndWindow", func(r *RDD) *RDD {
		requireHashable(method, "record", r.shape)
		return ones(r)
	})
	return one.
		reduceInverse("countByValueAndWindow", method, addInt64, subtractInt64, length, []any{slide}, d.parallelism(partitions), positive)
}
