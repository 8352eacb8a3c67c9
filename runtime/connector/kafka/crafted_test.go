package kafka

import (
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
	"pgregory.net/rapid"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

// crafted is a record batch as a log may hold one after compaction: values at offsets, and a last offset beyond them.
type crafted struct {
	base, last int64
	at         []int64 // offsets of the records left
	codec      uint16
	attributes uint16
	producer   int64
	raw        []byte // instead of values: one control record
}

func (c crafted) bytes(t testing.TB) []byte {
	t.Helper()
	var e encoder
	var d deflater
	// Records that compaction removes leave gaps in the offset deltas, so the deltas are written by hand.
	for _, at := range c.at {
		e.append(1000+at, []byte("k"), fmt.Appendf(nil, "v%d", at), nil)
	}
	if c.raw != nil {
		e.append(1000, c.raw, nil, nil)
	}
	count := e.count
	if count == 0 {
		e.buf = make([]byte, batchHeader)
	} else if c.raw == nil {
		e = encoder{}
		e.buf, e.base, e.max, e.count = make([]byte, batchHeader), 1000, 1000+c.last, count
		for _, at := range c.at {
			var one encoder
			one.append(1000, []byte("k"), fmt.Appendf(nil, "v%d", at), nil)
			body := one.buf[batchHeader+2:] // behind length and attributes
			delta := appendVarint(nil, at-c.base)
			record := append([]byte{0, 0}, delta...) // attributes, time delta 0
			record = append(record, body[2:]...)     // behind time and offset delta
			e.buf = append(appendVarint(e.buf, int64(len(record))), record...)
		}
	}
	b, err := e.finish(&d, c.codec|c.attributes, producerID{c.producer, 0}, 0)
	if err != nil {
		t.Fatal(err)
	}
	b = slices.Clone(b)
	order.PutUint64(b, uint64(c.base))
	order.PutUint32(b[23:], uint32(c.last-c.base))
	sign(b)
	return b
}

func sign(b []byte) { order.PutUint32(b[batchCRC:], crc32.Checksum(b[batchAttributes:], castagnoli)) }

func appendVarint(b []byte, v int64) []byte {
	u := uint64(v<<1) ^ uint64(v>>63)
	for ; u >= 0x80; u >>= 7 {
		b = append(b, byte(u)|0x80)
	}
	return append(b, byte(u))
}

func seq(from, n int64) []int64 {
	s := make([]int64, n)
	for i := range s {
		s[i] = from + int64(i)
	}
	return s
}

// serve makes the broker answer fetches from the given batches: from the one that holds the offset asked for on, cut
// at the partition's limit as a real broker does.
func serve(b *broker.Broker, end int64, aborted []abortedTxn, batches ...[]byte) (asked *[]int64) {
	asked = new([]int64)
	b.ControlKey(int16(kmsg.Fetch), func(kreq kmsg.Request) (kmsg.Response, error, bool) {
		b.KeepControl()
		req := kreq.(*kmsg.FetchRequest)
		resp := req.ResponseKind().(*kmsg.FetchResponse)
		for _, t := range req.Topics {
			for _, p := range t.Partitions {
				*asked = append(*asked, p.FetchOffset)
				out := kmsg.NewFetchResponseTopicPartition()
				out.Partition, out.HighWatermark, out.LastStableOffset = p.Partition, end, end
				for _, a := range aborted {
					x := kmsg.NewFetchResponseTopicPartitionAbortedTransaction()
					x.ProducerID, x.FirstOffset = a.producer, a.first
					out.AbortedTransactions = append(out.AbortedTransactions, x)
				}
				out.RecordBatches = []byte{}
				for _, batch := range batches {
					var h recordBatch
					if _, _, err := nextBatch(batch, &h); err != nil || h.next() > p.FetchOffset {
						out.RecordBatches = append(out.RecordBatches, batch...)
					}
				}
				if limit := int(p.PartitionMaxBytes); len(out.RecordBatches) > limit {
					out.RecordBatches = out.RecordBatches[:limit]
				}
				rt := kmsg.NewFetchResponseTopic()
				rt.Topic = t.Topic
				rt.Partitions = append(rt.Partitions, out)
				resp.Topics = append(resp.Topics, rt)
			}
		}
		return resp, nil, true
	})
	return asked
}

// Logs as only a real broker leaves them behind.
func TestCraftedLogs(t *testing.T) {
	abortMarker := []byte{0, 0, 0, 0}
	commitMarker := []byte{0, 0, 0, 1}
	cases := []struct {
		name        string
		batches     []crafted
		aborted     []abortedTxn
		from, until int64
		maxBytes    int
		want        []int64
	}{
		{name: "record-less batch first", from: 0, until: 10, want: seq(5, 5),
			batches: []crafted{{base: 0, last: 4}, {base: 5, last: 9, at: seq(5, 5)}}},
		{name: "record-less batch last", from: 0, until: 10, want: seq(0, 5),
			batches: []crafted{{base: 0, last: 4, at: seq(0, 5)}, {base: 5, last: 9}}},
		{name: "record-less batch twice, in the middle", from: 0, until: 20, want: []int64{0, 1, 2, 3, 4, 15, 16, 17, 18, 19},
			batches: []crafted{{base: 0, last: 4, at: seq(0, 5)}, {base: 5, last: 9}, {base: 10, last: 14}, {base: 15, last: 19, at: seq(15, 5)}}},
		{name: "nothing but record-less batches", from: 0, until: 10,
			batches: []crafted{{base: 0, last: 9}}},
		{name: "gaps at both ends and in the middle", from: 0, until: 30, want: []int64{3, 7, 8, 21},
			batches: []crafted{{base: 0, last: 19, at: []int64{3, 7, 8}}, {base: 20, last: 29, at: []int64{21}}}},
		{name: "tail gap, gzip", from: 0, until: 20, want: []int64{3, 7},
			batches: []crafted{{base: 0, last: 19, at: []int64{3, 7}, codec: codecGzip}}},
		{name: "tail gap, zstd, then missing offsets between batches", from: 0, until: 60, want: []int64{3, 50},
			batches: []crafted{{base: 0, last: 19, at: []int64{3}, codec: codecZstd}, {base: 50, last: 59, at: []int64{50}, codec: codecLZ4}}},
		{name: "range inside one batch", from: 4, until: 7, want: []int64{4, 5, 6},
			batches: []crafted{{base: 0, last: 9, at: seq(0, 10)}}},
		{name: "range ends inside a gap", from: 4, until: 8, want: []int64{4},
			batches: []crafted{{base: 0, last: 9, at: []int64{0, 4, 9}}}},
		{name: "batch larger than the limit", from: 0, until: 100, maxBytes: 100, want: seq(0, 100),
			batches: []crafted{{base: 0, last: 49, at: seq(0, 50)}, {base: 50, last: 99, at: seq(50, 50)}}},
		{name: "limit inside a header", from: 0, until: 20, maxBytes: 11, want: seq(0, 20),
			batches: []crafted{{base: 0, last: 9, at: seq(0, 10)}, {base: 10, last: 19, at: seq(10, 10)}}},
		{name: "cut after some batches", from: 0, until: 40, maxBytes: 360, want: seq(0, 40),
			batches: []crafted{{base: 0, last: 9, at: seq(0, 10)}, {base: 10, last: 19, at: seq(10, 10)}, {base: 20, last: 29, at: seq(20, 10)}, {base: 30, last: 39, at: seq(30, 10)}}},
		{name: "aborted and committed transactions of one producer", from: 0, until: 9, want: []int64{3, 4},
			aborted: []abortedTxn{{7, 6}, {7, 0}}, // in no order
			batches: []crafted{
				{base: 0, last: 1, at: seq(0, 2), attributes: transactional, producer: 7},
				{base: 2, last: 2, raw: abortMarker, attributes: transactional | control, producer: 7},
				{base: 3, last: 4, at: seq(3, 2), attributes: transactional, producer: 7},
				{base: 5, last: 5, raw: commitMarker, attributes: transactional | control, producer: 7},
				{base: 6, last: 7, at: seq(6, 2), attributes: transactional, producer: 7},
				{base: 8, last: 8, raw: abortMarker, attributes: transactional | control, producer: 7}}},
		{name: "aborted transaction that began before the range", from: 2, until: 6, want: []int64{3, 5},
			aborted: []abortedTxn{{7, 0}},
			batches: []crafted{
				{base: 0, last: 2, at: seq(0, 3), attributes: transactional, producer: 7},
				{base: 3, last: 3, at: seq(3, 1), producer: -1},
				{base: 4, last: 4, raw: abortMarker, attributes: transactional | control, producer: 7},
				{base: 5, last: 5, at: seq(5, 1), attributes: transactional, producer: 7}}},
		{name: "a marker whose record was removed", from: 0, until: 4, want: []int64{0, 3},
			batches: []crafted{
				{base: 0, last: 0, at: seq(0, 1), producer: -1},
				{base: 1, last: 2, attributes: transactional | control, producer: 7},
				{base: 3, last: 3, at: seq(3, 1), producer: -1}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := startBroker(t, broker.Config{})
			createTopic(t, b, "c", 1)
			var log [][]byte
			for _, x := range c.batches {
				log = append(log, x.bytes(t))
			}
			asked := serve(b, c.batches[len(c.batches)-1].last+1, c.aborted, log...)
			cfg := testConfig(b.Addr(), "c")
			cfg.MaxBytes = c.maxBytes
			s := openSource(t, cfg)
			got, err := readRange(testContext(t), s, Offsets{{"c", 0}: c.from}.JSON(), Offsets{{"c", 0}: c.until}.JSON())
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, at := range c.want {
				want = append(want, fmt.Sprintf("c-0@%09d t=1000000/0 \"k\"=\"v%d\"", at, at))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s\nasked for %v", diff(got, want), *asked)
			}
			if len(*asked) > 2*len(c.batches)+2 {
				t.Errorf("%d fetches: %v", len(*asked), *asked)
			}
		})
	}
}

// LogAppendTime: the batch's maximum is the time of each of its records.
func TestLogAppendTime(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "c", 1)
	batch := crafted{base: 0, last: 2, at: seq(0, 3), attributes: appendTime}.bytes(t)
	order.PutUint64(batch[35:], 1_700_000_000_123)
	sign(batch)
	serve(b, 3, nil, batch)
	got, err := readRange(testContext(t), openSource(t, testConfig(b.Addr(), "c")), nil, connector.Offset(`{"c":{"0":3}}`))
	if err != nil || len(got) != 3 || !strings.Contains(got[2], "t=1700000000123000/1") {
		t.Errorf("%q, %v", got, err)
	}
}

// A damaged answer ends the read with the partition and the offset; it is never taken for data.
func TestDamagedBatch(t *testing.T) {
	good := crafted{base: 0, last: 11, at: seq(0, 10)}.bytes(t)
	cases := map[string]struct {
		damage func(b []byte) []byte
		want   string
	}{
		"checksum":     {func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, "checksum"},
		"old format":   {func(b []byte) []byte { b[batchMagic] = 1; return b }, "message format 1"},
		"length":       {func(b []byte) []byte { order.PutUint32(b[8:], 3); return b }, "impossible length"},
		"record count": {func(b []byte) []byte { order.PutUint32(b[57:], 11); sign(b); return b }, "beyond the batch"},
		"fewer":        {func(b []byte) []byte { order.PutUint32(b[57:], 9); sign(b); return b }, "bytes after its 9 records"},
		"codec":        {func(b []byte) []byte { order.PutUint16(b[batchAttributes:], 6); sign(b); return b }, "unknown codec 6"},
		"not gzip":     {func(b []byte) []byte { order.PutUint16(b[batchAttributes:], codecGzip); sign(b); return b }, "gzip"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := startBroker(t, broker.Config{})
			createTopic(t, b, "c", 1)
			serve(b, 12, nil, c.damage(slices.Clone(good)))
			_, err := readRange(testContext(t), openSource(t, testConfig(b.Addr(), "c")), nil, connector.Offset(`{"c":{"0":12}}`))
			wantError(t, err, "c-0 at offset", c.want)
		})
	}
}

// Whatever the bytes, decoding them gives an error or rows in the range, and ends. With the checksum right, so that the
// damage gets past it.
func TestDecodeGarbage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var log []byte
		offset := int64(0)
		for range rapid.IntRange(1, 3).Draw(rt, "batches") {
			n := rapid.Int64Range(0, 20).Draw(rt, "records")
			c := crafted{base: offset, last: offset + max(n, 1) - 1, at: seq(offset, n), codec: uint16(rapid.IntRange(0, 4).Draw(rt, "codec"))}
			b := c.bytes(t)
			for range rapid.IntRange(0, 3).Draw(rt, "flips") {
				i := rapid.IntRange(0, len(b)-1).Draw(rt, "at")
				b[i] ^= byte(rapid.IntRange(1, 255).Draw(rt, "flip"))
			}
			if len(b) >= batchHeader {
				sign(b)
			}
			log = append(log, b...)
			offset = c.last + 1
		}
		log = log[:rapid.IntRange(0, len(log)).Draw(rt, "cut")]
		from, until := int64(2), offset
		d := decoder{committed: true, offset: from, until: until}
		d.feed(&fetched{records: log})
		r := newRows(TopicPartition{"c", 0}, 7, layout{headers: true})
		last := from - 1
		for steps := 0; ; steps++ {
			if steps > 1000 {
				rt.Fatal("does not end")
			}
			r.reset()
			_, err := d.fill(r)
			for _, at := range r.finish().Cols[4].(*batch.Vec[int64]).V {
				if at <= last || at >= until {
					rt.Fatalf("offset %d after %d, range [%d,%d)", at, last, from, until)
				}
				last = at
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				if !strings.Contains(err.Error(), "record batch at offset") {
					rt.Fatalf("error %v", err)
				}
				return
			}
		}
	})
}

// Whatever a broker answers, reading it ends, with or without an error, and allocates no more than the answer justifies.
func TestReadGarbageAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answer := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.ByteRange(0, 3), rapid.Just(byte(0xff))), 0, 200).Draw(t, "answer")
		for version := int16(4); version <= 12; version++ {
			m := clusterMeta{topics: map[string]topicMeta{}}
			m.read(version, &wireReader{b: answer})
			if len(m.topics) > len(answer) || len(m.brokers) > len(answer) {
				t.Fatalf("%d topics, %d brokers", len(m.topics), len(m.brokers))
			}
			if version > 11 {
				continue
			}
			if parts, err := readFetched(&wireReader{b: answer}, version, true); err == nil && len(parts) > len(answer) {
				t.Fatalf("%d partitions", len(parts))
			}
		}
	})
}
