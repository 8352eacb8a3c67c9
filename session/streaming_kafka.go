package session

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"gospark/runtime/batch"
	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
)

// KafkaParams are settings of a Kafka client under Kafka's names: "bootstrap.servers", "auto.offset.reset", "group.id",
// "security.protocol".
type KafkaParams map[string]any

// A KafkaRecord is a record of a topic. Key and Value are nil if they are null.
type KafkaRecord struct {
	Topic     string
	Partition int
	Offset    int64
	Key       []byte
	Value     []byte
	Timestamp time.Time
	Headers   []KafkaHeader
}

// String is the record for people: what is not UTF-8 in key and value is quoted.
func (r KafkaRecord) String() string {
	return fmt.Sprintf("KafkaRecord(topic = %s, partition = %d, offset = %d, key = %s, value = %s)", r.Topic, r.Partition, r.Offset, kafkaText(r.Key), kafkaText(r.Value))
}

func kafkaText(b []byte) string {
	switch {
	case b == nil:
		return "null"
	case utf8.Valid(b):
		return string(b)
	}
	return strconv.Quote(string(b))
}

// A KafkaHeader is a header of a record.
type KafkaHeader = kafka.Header

// An OffsetRange is what a batch read of a Kafka partition: the offsets from FromOffset up to UntilOffset, not including
// it.
type OffsetRange struct {
	Topic       string
	Partition   int
	FromOffset  int64
	UntilOffset int64
}

// Count is the number of offsets.
func (r OffsetRange) Count() int64 { return r.UntilOffset - r.FromOffset }

func init() { batch.Register[KafkaRecord]() }

// KafkaDirectStream reads topics of Kafka: one partition of a batch for each partition of a topic. Records are
// KafkaRecords. Topics are names, or one *regexp.Regexp that whole names match.
//
//	records := ssc.KafkaDirectStream(KafkaParams{"bootstrap.servers": "localhost:9092", "auto.offset.reset": "earliest"}, "clicks")
//	values := records.Map(func(r KafkaRecord) string { return string(r.Value) })
//
// No consumer group is joined. See HasOffsetRanges and DStream.CommitAsync for offsets.
func (ssc *StreamingContext) KafkaDirectStream(params KafkaParams, topics ...any) *DStream {
	const method = "KafkaDirectStream"
	cfg, err := kafka.ParseConfig(params)
	if err != nil {
		raise(method, err)
	}
	cfg.Subscribe = kafkaSubscription(method, topics)
	cfg.Headers = true
	seconds := float64(ssc.interval) / 1000
	cfg.MaxRows = int64(ssc.number("spark.streaming.kafka.maxRatePerPartition", 0) * seconds)
	cfg.MinRows = int64(max(ssc.number("spark.streaming.kafka.minRatePerPartition", 1)*seconds, 1))
	k := &kafkaStream{ranges: map[plan.Node][]OffsetRange{}}
	trouble := &kafkaTrouble{since: map[string]time.Time{}}
	cfg.Status = func(s kafka.Status) {
		if trouble.news(s) {
			ssc.sc.cfg.Notice(ssc.Name() + ": " + s.String())
		}
	}
	k.in = &inputStream{open: func(*inputStream) (connector.Source, error) {
		src, err := kafka.Open(ssc.sc.scope().ctx, cfg)
		if err != nil {
			return nil, err
		}
		k.source = src
		ssc.tellOlder(src, cfg.Subscribe.String())
		return src, nil
	}}
	raw := ssc.newInput("createDirectStream", "KafkaDirectStream "+cfg.Subscribe.String(), gofunc.Shape{Parts: kafkaColumns}, k.in)
	d := raw.each("createDirectStream", kafkaRecords)
	d.kafka = k
	return d
}

// kafkaTrouble remembers which failures were told: the first of a row is news, and so is its end.
type kafkaTrouble struct {
	mu    sync.Mutex
	since map[string]time.Time // by what failed
}

func (k *kafkaTrouble) news(s kafka.Status) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	since, told := k.since[s.What]
	switch {
	case s.Lost > 0:
		return true
	case s.Err == nil:
		delete(k.since, s.What)
		return told
	}
	k.since[s.What] = s.Since
	return !told || !since.Equal(s.Since)
}

// tellOlder says what a start at the end of the log leaves unread. It is no failure not to know it.
func (ssc *StreamingContext) tellOlder(src *kafka.Source, topics string) {
	if ssc.saved != nil {
		return
	}
	n, err := src.Older(ssc.sc.scope().ctx)
	if err == nil && n > 0 {
		ssc.sc.cfg.Notice(fmt.Sprintf(`%s: starts at the end of %s and leaves %d older records unread; "auto.offset.reset": "earliest" reads them`, ssc.Name(), topics, n))
	}
}

func kafkaSubscription(method string, topics []any) (s kafka.Subscription) {
	for _, t := range topics {
		switch t := t.(type) {
		case string:
			s.Topics = append(s.Topics, t)
		case []string:
			s.Topics = append(s.Topics, t...)
		case *regexp.Regexp:
			s.Pattern = t.String()
		default:
			mistake(method, "want names of topics or a *regexp.Regexp, have %T", t)
		}
	}
	if (len(s.Topics) > 0) == (s.Pattern != "") {
		mistake(method, "want names of topics or one *regexp.Regexp; as in ssc.KafkaDirectStream(params, \"clicks\")")
	}
	return s
}

// kafkaColumns are those of the source's rows.
var kafkaColumns = []gofunc.Shape{stringLeaf, stringLeaf, stringLeaf, gofunc.LeafOf[int32](), int64Leaf, int64Leaf, gofunc.LeafOf[int32](),
	gofunc.LeafOf[[]kafka.Header]()}

// kafkaRecords makes records of rows.
func kafkaRecords(r *RDD) *RDD {
	out := gofunc.LeafOf[KafkaRecord]()
	return r.sc.newRDD(&plan.MapPartitions{Origin: r.sc.origin("createDirectStream", "KafkaRDD"), Child: r.node, Types: out.Elems(),
		New: passing(func(b *batch.Batch) (*batch.Batch, error) { return batch.Of(batch.VecOf(kafkaBatch(b))), nil })}, out)
}

// kafkaBatch copies a batch: the bytes of its keys and values into one piece of memory.
func kafkaBatch(b *batch.Batch) []KafkaRecord {
	key, value := b.Cols[0].(*batch.Vec[string]), b.Cols[1].(*batch.Vec[string])
	topic, partition := batch.Col[string](b, 2), batch.Col[int32](b, 3)
	offset, micros := batch.Col[int64](b, 4), batch.Col[int64](b, 5)
	headers := b.Cols[7].(*batch.Vec[[]kafka.Header])
	size := 0
	for i := range b.Rows() {
		r := b.Row(i)
		size += len(key.V[r]) + len(value.V[r])
	}
	arena := make([]byte, 0, size)
	bytes := func(v *batch.Vec[string], r int) []byte {
		if v.Null(r) {
			return nil
		}
		n := len(arena)
		arena = append(arena, v.V[r]...)
		return arena[n:len(arena):len(arena)]
	}
	out := make([]KafkaRecord, b.Rows())
	for i := range out {
		r := b.Row(i)
		out[i] = KafkaRecord{Topic: topic[r], Partition: int(partition[r]), Offset: offset[r],
			Key: bytes(key, r), Value: bytes(value, r), Timestamp: time.UnixMicro(micros[r])}
		if !headers.Null(r) && len(headers.V[r]) > 0 {
			out[i].Headers = slices.Clone(headers.V[r])
		}
	}
	return out
}

// kafkaStream is what is known of a stream's offsets: by RDD, as long as the stream keeps it.
type kafkaStream struct {
	in     *inputStream
	source *kafka.Source
	mu     sync.Mutex
	ranges map[plan.Node][]OffsetRange
}

// note keeps the offsets of the RDD of the present batch.
func (k *kafkaStream) note(r *RDD) {
	b := &k.in.ssc.turn.batch.Ranges[k.in.place()]
	if b.To == nil {
		return // the topics could not be asked yet
	}
	parts, err := k.source.OffsetRanges(b.From, b.To)
	if err != nil {
		raise("createDirectStream", err)
	}
	ranges := make([]OffsetRange, len(parts))
	for i, p := range parts {
		ranges[i] = OffsetRange{Topic: p.Topic, Partition: int(p.Partition), FromOffset: p.From, UntilOffset: p.Until}
	}
	slices.SortFunc(ranges, func(a, b OffsetRange) int {
		if c := strings.Compare(a.Topic, b.Topic); c != 0 {
			return c
		}
		return a.Partition - b.Partition
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ranges[r.node] = ranges
}

func (k *kafkaStream) forget(r *RDD) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.ranges, r.node)
}

// HasOffsetRanges is what the RDD of a batch of a KafkaDirectStream read. It takes the stream's own RDDs, as ForeachRDD
// gives them: not those that Map or another operation made of them.
func HasOffsetRanges(r *RDD) []OffsetRange {
	for _, ssc := range r.sc.StreamingContexts() {
		ssc.mu.Lock()
		streams := slices.Clone(ssc.streams)
		ssc.mu.Unlock()
		for _, d := range streams {
			if d.kafka == nil {
				continue
			}
			d.kafka.mu.Lock()
			ranges, ok := d.kafka.ranges[r.node]
			d.kafka.mu.Unlock()
			if ok {
				return slices.Clone(ranges)
			}
		}
	}
	mistake("HasOffsetRanges", "the RDD was not made by a KafkaDirectStream; call it on the stream's own RDD, in the first ForeachRDD or Transform")
	return nil
}

// CommitAsync stores the ends of offset ranges in Kafka under the group.id of the stream, for tools that show lag and for
// a later start. It does not wait; onComplete, a func(error), hears how it went.
func (d *DStream) CommitAsync(ranges []OffsetRange, onComplete ...func(error)) {
	if d.kafka == nil {
		mistake("CommitAsync", "the stream was not made by KafkaDirectStream; call it on that stream")
	}
	if d.kafka.source == nil {
		mistake("CommitAsync", "the stream has not started")
	}
	offsets := kafka.Offsets{}
	for _, r := range ranges {
		offsets[kafka.TopicPartition{Topic: r.Topic, Partition: int32(r.Partition)}] = r.UntilOffset
	}
	done := func(err error) {
		if err != nil {
			d.ssc.sc.cfg.Notice(d.ssc.Name() + ": " + err.Error())
		}
	}
	if len(onComplete) > 0 {
		done = onComplete[0]
	}
	d.kafka.source.CommitAsync(offsets.JSON(), done)
}
