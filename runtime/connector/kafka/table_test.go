package kafka

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"gospark/runtime/connector/kafka/broker"
)

func TestTable(t *testing.T) { checkTable(t, startBroker(t, broker.Config{Ports: []int{0, 0}})) }

func checkTable(t *testing.T, b cluster) {
	createTopic(t, b, "table", 2, "retention.ms", "-1")
	cl := franz(t, b.Addr())
	for i := range 10 {
		for p := range int32(2) {
			produce(t, cl, &kgo.Record{Topic: "table", Partition: p, Value: fmt.Appendf(nil, "%d.%d", p, i), Timestamp: time.UnixMilli(1_700_000_000_000 + int64(i)*1000)})
		}
	}
	cases := []struct {
		opts string // name=value, with spaces between
		want string
		err  string
	}{
		{"", "0.0-9 1.0-9", ""},
		{"startingOffsets=earliest endingOffsets=latest", "0.0-9 1.0-9", ""},
		{`startingOffsets={"table":{"0":3,"1":-2}}`, "0.3-9 1.0-9", ""},
		{`endingOffsets={"table":{"0":3,"1":-1}}`, "0.0-2 1.0-9", ""},
		{`startingOffsets={"table":{"0":3,"1":4}} endingOffsets={"table":{"0":3,"1":5}}`, "1.4-4", ""},
		{"startingTimestamp=1700000005000", "0.5-9 1.5-9", ""},
		{"startingTimestamp=1700000004500 endingTimestamp=1700000007000", "0.5-6 1.5-6", ""},
		{`startingOffsetsByTimestamp={"table":{"0":1700000008000,"1":1700000009000}}`, "0.8-9 1.9-9", ""},
		{`endingOffsetsByTimestamp={"table":{"0":1700000001000,"1":1800000000000}}`, "0.0-0 1.0-9", ""},
		{"startingTimestamp=1800000000000", "", "no record of table-0 is as late"},
		{"startingTimestamp=1800000000000 startingOffsetsByTimestampStrategy=latest", "", ""},
		{"minPartitions=6 maxRecordsPerPartition=4 maxOffsetsPerTrigger=1", "0.0-9 1.0-9", ""},
		{"startingOffsets=latest", "", "starting offset can't be latest for batch queries on Kafka"},
		{"endingOffsets=earliest", "", "ending offset can't be earliest for batch queries on Kafka"},
		{`startingOffsets={"table":{"0":-1,"1":-2}}`, "", "startingOffsets for table-0 can't be latest for batch queries on Kafka"},
		{`endingOffsets={"table":{"0":-1,"1":-2}}`, "", "ending offset for table-1 can't be earliest for batch queries on Kafka"},
		{`startingOffsets={"table":{"0":1}} endingOffsets={"table":{"0":3,"1":5}}`, "", "should have the same topic-partitions"},
		{`startingOffsets={"table":{"0":4,"1":0}} endingOffsets={"table":{"0":3,"1":5}}`, "", "start offset 4 is greater than the end offset 3 for topic table partition 0"},
		{`startingTimestamp=1700000009000 endingOffsets={"table":{"0":3,"1":5}}`, "", "resolved start offset 9 is greater than the resolved end offset 3"},
		{`endingOffsets={"table":{"0":30,"1":5}}`, "", "ending offset is not in the log"},
		{`endingOffsets={"table":{"0":30,"1":5}} failOnDataLoss=false`, "0.0-9 1.0-4", ""},
		{`startingOffsets={"table":{"0":1}}`, "", "says nothing about table-1"},
	}
	for _, c := range cases {
		opts := map[string]string{"kafka.bootstrap.servers": b.Addr(), "subscribe": "table", "kafka.isolation.level": "read_committed"}
		for _, o := range strings.Fields(c.opts) {
			name, value, _ := strings.Cut(o, "=")
			opts[name] = value
		}
		table, err := NewTable(opts)
		var got []string
		if err == nil {
			splits, e := table.Splits(testContext(t), []int{1})
			if err = e; err == nil {
				for _, row := range cells(t, splits) {
					got = append(got, row[0].(string))
				}
			}
			if strings.Contains(c.opts, "minPartitions") && len(splits) != 6 {
				t.Errorf("%s: %d splits", c.opts, len(splits))
			}
			if table.open != nil || table.uses != 0 {
				t.Errorf("%s: a connection is left", c.opts)
			}
		}
		if c.err != "" {
			wantError(t, err, c.err)
			continue
		}
		if err != nil || spans(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.opts, spans(got), err, c.want)
		}
	}
}

// spans writes 0.3 0.4 0.5 as 0.3-5.
func spans(values []string) string {
	slices.Sort(values)
	var out []string
	for i := 0; i < len(values); {
		p, first, _ := strings.Cut(values[i], ".")
		j := i
		for j+1 < len(values) && strings.HasPrefix(values[j+1], p+".") {
			j++
		}
		_, last, _ := strings.Cut(values[j], ".")
		if n := int(last[0]-first[0]) + 1; n != j-i+1 {
			return fmt.Sprint("gaps in ", values)
		}
		out = append(out, fmt.Sprintf("%s.%s-%s", p, first, last))
		i = j + 1
	}
	return strings.Join(out, " ")
}

func TestRelationRefuses(t *testing.T) {
	for opts, want := range map[string]string{
		"endingOffsets=latest":                                  "ending offset not valid in streaming queries",
		`endingOffsetsByTimestamp={}`:                           "ending timestamp not valid in streaming queries",
		"maxTriggerDelay=soon":                                  "want a time such as 15m",
		"minOffsetsPerTrigger=9 maxOffsetsPerTrigger=8":         "The value of minOffsetPerTrigger(9) is higher than the maxOffsetsPerTrigger(8).",
		"minPartitions=0":                                       "positive",
		"kafka.enable.auto.commit=true":                         "Kafka option 'enable.auto.commit' is not supported",
		"kafka.group.id=g kafka.interceptor.classes=x":          "Kafka option 'interceptor.classes' is not supported",
		"startingTimestamp=yesterday":                           "want a single long value",
		"kafka.security.protocol=SSL kafka.isolation.level=all": "want read_committed or read_uncommitted",
	} {
		m := map[string]string{"kafka.bootstrap.servers": "nowhere:1", "subscribe": "t"}
		for _, o := range strings.Fields(opts) {
			name, value, _ := strings.Cut(o, "=")
			m[name] = value
		}
		_, err := NewRelation(m)
		wantError(t, err, want)
	}
}
