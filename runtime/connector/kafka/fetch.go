package kafka

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/segmentio/kafka-go/protocol"
)

// fetchAll is the limit on the whole of an answer: none. Partitions have limits of their own, and a broker that runs
// into the outer one may leave out the list of aborted transactions.
const fetchAll = 1 << 30

// A fetchPosition asks for the records of one partition from an offset on. The broker sends whole record batches, the
// first of which may start before offset, and at least one of them however large.
type fetchPosition struct {
	tp       TopicPartition
	offset   int64
	maxBytes int32
}

// fetchOptions apply to all partitions of a request.
type fetchOptions struct {
	committed bool
	wait      time.Duration // how long the broker may wait for minBytes
	minBytes  int32
	buffer    func(int) []byte
}

// An abortedTxn is a transaction whose records, from offset first on, do not count under read_committed. It ends with
// the producer's abort marker.
type abortedTxn struct{ producer, first int64 }

// A fetched is a partition's part of an answer. records is a view into the answer.
type fetched struct {
	tp      TopicPartition
	err     int16
	end     int64 // what a reader of the request's isolation level sees as the end of the log
	start   int64 // -1: unknown
	aborted []abortedTxn
	records []byte
}

// fetch sends one request for partitions that node leads. The answer may lack some of them.
func (c *Client) fetch(ctx context.Context, node int32, at []fetchPosition, o fetchOptions) ([]fetched, error) {
	var parts []fetched
	err := c.do(ctx, &call{
		node: node, key: protocol.Fetch, min: 4, max: 11, buffer: o.buffer,
		request: func(version int16, b []byte) []byte { return putFetchRequest(b, version, at, o, c.cfg.ClientRack) },
		response: func(version int16, r *wireReader) (err error) {
			parts, err = readFetched(r, version, o.committed)
			return
		},
	}, o.wait)
	return parts, err
}

func putFetchRequest(b []byte, version int16, at []fetchPosition, o fetchOptions, rack string) []byte {
	b = order.AppendUint32(b, 0xffffffff) // not a replica
	b = order.AppendUint32(b, uint32(o.wait.Milliseconds()))
	b = order.AppendUint32(b, uint32(o.minBytes))
	b = order.AppendUint32(b, fetchAll)
	b = putBool(b, o.committed)
	if version >= 7 {
		b = order.AppendUint32(b, 0)          // session
		b = order.AppendUint32(b, 0xffffffff) // epoch: no session
	}
	// Partitions of a topic need not be neighbours: a topic may come twice.
	b = order.AppendUint32(b, uint32(len(at)))
	for _, p := range at {
		b = putString(b, p.tp.Topic)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint32(b, uint32(p.tp.Partition))
		if version >= 9 {
			b = order.AppendUint32(b, 0xffffffff) // any leader epoch
		}
		b = order.AppendUint64(b, uint64(p.offset))
		if version >= 5 {
			b = order.AppendUint64(b, ^uint64(0)) // no log start offset: not a replica
		}
		b = order.AppendUint32(b, uint32(p.maxBytes))
	}
	if version >= 7 {
		b = order.AppendUint32(b, 0) // forgotten
	}
	if version >= 11 {
		b = putString(b, rack)
	}
	return b
}

func readFetched(r *wireReader, version int16, committed bool) ([]fetched, error) {
	r.int32() // throttle time
	if version >= 7 {
		if code := r.int16(); code != 0 {
			return nil, brokerError(code)
		}
		r.int32() // session
	}
	var parts []fetched
	for n := r.count(6); n > 0 && r.err == nil; n-- {
		topic := r.string()
		for k := r.count(30); k > 0 && r.err == nil; k-- {
			p := fetched{tp: TopicPartition{topic, r.int32()}, err: r.int16(), start: -1}
			highWatermark, lastStable := r.int64(), r.int64()
			p.end = highWatermark
			if committed {
				p.end = lastStable
			}
			if version >= 5 {
				p.start = r.int64()
			}
			for a := r.count(16); a > 0 && r.err == nil; a-- {
				p.aborted = append(p.aborted, abortedTxn{r.int64(), r.int64()})
			}
			if version >= 11 {
				r.int32() // preferred replica
			}
			if size := r.int32(); size > 0 {
				p.records = r.take(int(size))
			}
			slices.SortFunc(p.aborted, func(a, b abortedTxn) int { return cmp.Compare(a.first, b.first) })
			parts = append(parts, p)
		}
	}
	return parts, nil
}
