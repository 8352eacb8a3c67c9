package kafka

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector/kafka/broker"
	"gospark/runtime/types"
)

func TestCheckSink(t *testing.T) {
	text := func(ddl string) *types.Type {
		schema, err := types.ParseSchema(ddl)
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
	const servers = "kafka.bootstrap.servers=h:1"
	for _, c := range []struct{ schema, opts, want string }{
		{"value STRING", servers + " topic=t", ""},
		{"value BINARY, key BINARY, partition INT, other DOUBLE", servers + " topic=t", ""},
		{"value STRING, topic STRING, headers ARRAY<STRUCT<key: STRING, value: BINARY>>", servers, ""},
		{"value STRING, topic INT", servers + " topic=t", ""}, // the option wins
		{"value STRING", servers, "topic option required when no 'topic' attribute is present. Use the topic option for setting a topic"},
		{"key STRING", servers + " topic=t", "Required attribute 'value' not found"},
		{"VALUE STRING", servers + " topic=t", "Required attribute 'value' not found"},
		{"value INT", servers + " topic=t", "value attribute unsupported type int. value must be a(n) string or binary"},
		{"value STRING, key BIGINT", servers + " topic=t", "key attribute unsupported type bigint. key must be a(n) string or binary"},
		{"value STRING, topic BINARY", servers, "topic attribute unsupported type binary. topic must be a(n) string"},
		{"value STRING, partition BIGINT", servers + " topic=t", "partition attribute unsupported type bigint. partition must be a(n) int"},
		{"value STRING, headers MAP<STRING, BINARY>", servers + " topic=t", "headers must be a(n) array<struct<key:string,value:binary>>"},
		{"value STRING", "topic=t", "Option 'kafka.bootstrap.servers' must be specified for configuring Kafka producer"},
		{"value STRING", servers + " topic=t kafka.key.serializer=x", "Kafka option 'key.serializer' is not supported as keys are serialized with ByteArraySerializer."},
		{"value STRING", servers + " topic=t kafka.acks=1", "only all is supported"},
		{"value STRING", servers + " topic=t kafka.acks=all kafka.linger.ms=5 kafka.compression.type=zstd exactlyOnce=false checkpointLocation=/x", ""},
		{"value STRING", servers + " topic=t kafka.compression.type=rar", "none of none, gzip"},
		{"value STRING", servers + " topic=t kafka.security.protocol=SSL kafka.ssl.truststore.type=JKS", "only PEM"},
		{"value STRING", servers + " topic=t kafka.group.id=x", `unknown configuration "kafka.group.id"`},
		{"value STRING", servers + " tpoic=t", `did you mean "topic"?`},
	} {
		opts := map[string]string{}
		for _, o := range strings.Fields(c.opts) {
			name, value, _ := strings.Cut(o, "=")
			opts[name] = value
		}
		_, err := CheckSink(opts, text(c.schema))
		if c.want == "" {
			if err != nil {
				t.Errorf("%s with %s: %v", c.schema, c.opts, err)
			}
			continue
		}
		wantError(t, err, c.want)
	}
}

// Rows go to the topic, the partition and with the key and headers that their columns say.
func TestSinkRows(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "r1", 4)
	createTopic(t, b, "r2", 1)
	schema, err := types.ParseSchema("topic STRING, headers ARRAY<STRUCT<key: STRING, value: BINARY>>, partition INT, value BINARY, key STRING")
	if err != nil {
		t.Fatal(err)
	}
	var cols []batch.Vector
	for _, f := range schema.Fields {
		cols = append(cols, emptyColumn(f.Type))
	}
	rows := [][]any{
		{"r1", []any{types.Row{"a", "1"}, types.Row{"a", nil}}, int32(3), "v0", "k"},
		{"r1", nil, int32(0), nil, nil},
		{"r2", []any{}, nil, "v2", ""},
		{"r1", nil, nil, "v3", "key"},
		{"r1", nil, int32(3), "", "k"},
		{"r1", nil, int32(3), "not selected", "k"},
	}
	for _, row := range rows {
		for i, v := range row {
			cols[i].AppendAny(v)
		}
	}
	in := batch.Of(cols...)
	in.Sel = []int32{0, 1, 2, 3, 4}
	for _, once := range []string{"true", "false"} {
		s := sinkOf(t, b.Addr(), schema, SinkOpening{}, "exactlyOnce", once)
		if err := writeBatch(testContext(t), s, 0, in); err != nil {
			t.Fatal(err)
		}
	}
	key := partitionOf([]byte("key"), 4)
	want := []string{
		`r1-3 "k"="v0" a:"1" a:null`, `r1-3 "k"=""`, `r1-0 null=null`, fmt.Sprintf(`r1-%d "key"="v3"`, key), `r2-0 ""="v2"`,
	}
	want = append(want, want...)
	var got []string
	for topic, partitions := range map[string]int32{"r1": 4, "r2": 1} {
		ends := Offsets{}
		for p := range partitions {
			ends[TopicPartition{topic, p}] = b.PartitionInfo(topic, p).HighWatermark
		}
		for _, l := range judge(t, b.Addr(), ends, true) {
			place, rest, _ := strings.Cut(l, "@")
			_, rest, _ = strings.Cut(rest, " t=")
			_, rest, _ = strings.Cut(rest, " ")
			got = append(got, place+" "+rest)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !reflect.DeepEqual(got, want) {
		t.Error(diff(got, want))
	}
	for _, bad := range []struct {
		row  []any
		want string
	}{
		{[]any{nil, nil, nil, "v", nil}, "contains a null topic"},
		{[]any{"r1", nil, int32(4), "v", nil}, "topic r1 has 4 partitions, and a row is for partition 4"},
		{[]any{"r1", nil, int32(-1), "v", nil}, "for partition -1"},
		{[]any{"nowhere", nil, nil, "v", nil}, "topic nowhere does not exist"},
		{[]any{"r1", []any{types.Row{nil, "x"}}, nil, "v", nil}, "a header without a key"},
	} {
		one := make([]batch.Vector, len(cols))
		for i := range cols {
			one[i] = cols[i].Like(1)
			one[i].AppendAny(bad.row[i])
		}
		s := sinkOf(t, b.Addr(), schema, SinkOpening{})
		err := writeBatch(testContext(t), s, 0, batch.Of(one...))
		wantError(t, err, bad.want)
		if e, ok := condition.As(err); ok && strings.Contains(bad.want, "null topic") && e.Condition() != "KAFKA_NULL_TOPIC_IN_DATA" {
			t.Errorf("condition %s", e.Condition())
		}
	}
}

// emptyColumn is an empty column of a type.
func emptyColumn(t *types.Type) batch.Vector {
	switch t.Kind {
	case types.ArrayKind:
		return batch.NewList(emptyColumn(t.Elem), 0)
	case types.StructKind:
		s := &batch.Struct{}
		for _, f := range t.Fields {
			s.Fields = append(s.Fields, emptyColumn(f.Type))
		}
		return s
	case types.IntKind:
		return &batch.Vec[int32]{}
	}
	return &batch.Vec[string]{}
}

// A broker without what exactly once needs gets the records at least once, and the user is told; who insists gets an
// error.
func TestSinkOldBroker(t *testing.T) {
	b := startBroker(t, broker.Config{Options: []kfake.Opt{kfake.MaxVersions(kversion.V2_3_0())}})
	createTopic(t, b, "old", 1)
	var (
		mu    sync.Mutex
		lines []string
	)
	s := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: "old", Notice: func(l string) {
		mu.Lock()
		lines = append(lines, l)
		mu.Unlock()
	}}, "topic", "old")
	if err := writeBatch(testContext(t), s, 0, keyed("v", 5)); err != nil {
		t.Fatal(err)
	}
	wantValues(t, valuesOf(t, b.Addr(), "old", 1, true), expected([]string{"v"}, 5))
	mu.Lock()
	if s.Guarantee() != "at-least-once" || len(lines) != 1 || !strings.Contains(lines[0], "at least once") {
		t.Errorf("%s, %q", s.Guarantee(), lines)
	}
	mu.Unlock()
	strict := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: "old"}, "topic", "old", "exactlyOnce", "true")
	_, err := strict.Begin(testContext(t), 0)
	var old *versionError
	if !errors.As(err, &old) {
		t.Errorf("exactly once on an old broker: %v", err)
	}
}

// What a healthy cluster answers now and then holds a batch up, and no more: no record is lost or there twice.
func TestSinkTrouble(t *testing.T) {
	b := startBroker(t, broker.Config{Ports: []int{0, 0, 0}})
	createTopic(t, b, "trouble", 3)
	s := sinkOf(t, b.Addr(), keyValue, SinkOpening{QueryID: "trouble"}, "topic", "trouble")
	all := []kmsg.Key{kmsg.Produce, kmsg.InitProducerID, kmsg.AddPartitionsToTxn, kmsg.AddOffsetsToTxn, kmsg.TxnOffsetCommit, kmsg.EndTxn, kmsg.FindCoordinator}
	faults := []kfake.Fault{
		{Keys: []kmsg.Key{kmsg.AddPartitionsToTxn, kmsg.InitProducerID, kmsg.EndTxn}, Err: kerr.ConcurrentTransactions},
		{Keys: []kmsg.Key{kmsg.AddPartitionsToTxn, kmsg.EndTxn, kmsg.TxnOffsetCommit}, Err: kerr.NotCoordinator},
		{Keys: []kmsg.Key{kmsg.AddPartitionsToTxn, kmsg.TxnOffsetCommit, kmsg.OffsetFetch}, Err: kerr.CoordinatorLoadInProgress},
		{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotLeaderForPartition},
		{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.RequestTimedOut},
		{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicasAfterAppend},
		{Keys: []kmsg.Key{kmsg.OffsetFetch}, Err: kerr.UnstableOffsetCommit},
	}
	var prefixes []string
	for id := range int64(40) {
		f := faults[int(id)%len(faults)]
		f.Count = 2
		h := b.Fault(f)
		if id%5 == 0 {
			n := 0
			b.ControlKey(int16(all[int(id/5)%len(all)]), func(kmsg.Request) (kmsg.Response, error, bool) {
				n++
				return nil, errors.New("dropped"), true
			})
		}
		if id%7 == 3 {
			b.ShufflePartitionLeaders()
			b.RehashCoordinators()
		}
		if id%11 == 10 {
			s.fresh = true
		}
		prefixes = append(prefixes, fmt.Sprint("v", id, "."))
		if err := writeBatch(testContext(t), s, id, keyed(prefixes[id], 9), keyed("", 0)); err != nil {
			t.Fatalf("batch %d: %v", id, err)
		}
		h.Remove()
	}
	wantValues(t, valuesOf(t, b.Addr(), "trouble", 3, true), expected(prefixes, 9))
}

// A topic that grows is written to in all its partitions; one that goes away is an error that names it.
func TestSinkTopicChanges(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "grows", 1)
	schema := types.StructOf(append(slices.Clone(keyValue.Fields), types.Field{Name: "partition", Type: types.Int})...)
	s := sinkOf(t, b.Addr(), schema, SinkOpening{QueryID: "grows"}, "topic", "grows", "kafka.delivery.timeout.ms", "500")
	at := func(p int32, prefix string) *batch.Batch {
		r := keyed(prefix, 3)
		r.Cols = append(r.Cols, batch.VecOf([]int32{p, p, p}))
		return r
	}
	if err := writeBatch(testContext(t), s, 0, at(0, "a")); err != nil {
		t.Fatal(err)
	}
	grow(t, franz(t, b.Addr()), "grows", 3)
	if err := writeBatch(testContext(t), s, 1, at(2, "b")); err != nil {
		t.Fatal(err)
	}
	wantValues(t, valuesOf(t, b.Addr(), "grows", 3, true), expected([]string{"a", "b"}, 3))
	if err := b.DeleteTopic("grows"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	err := writeBatch(testContext(t), s, 2, at(2, "c"))
	wantError(t, err, "grows")
	if took := time.Since(start); took > within/2 {
		t.Errorf("known after %v", took)
	}
	if err := s.Abort(testContext(t), 2); err != nil {
		t.Logf("abort: %v", err)
	}
}
