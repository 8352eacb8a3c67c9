package kafka

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"gospark/runtime/connector"
	"gospark/runtime/connector/kafka/broker"
)

func TestParseConfig(t *testing.T) {
	base := map[string]any{"bootstrap.servers": "a:1, b:2"}
	cases := []struct {
		params map[string]any
		show   func(c Config) any
		want   any
		err    string
	}{
		{nil, func(c Config) any { return c.Servers }, []string{"a:1", "b:2"}, ""},
		{map[string]any{"bootstrap.servers": []string{"c:3"}}, func(c Config) any { return c.Servers }, []string{"c:3"}, ""},
		{map[string]any{"bootstrap.servers": ""}, nil, nil, "bootstrap.servers is missing"},
		{nil, func(c Config) any { return c.Start }, Start{}, ""},
		{map[string]any{"auto.offset.reset": "earliest"}, func(c Config) any { return c.Start }, Start{At: StartAtBeginning}, ""},
		{map[string]any{"auto.offset.reset": "earliest", "group.id": "g"}, func(c Config) any { return c.Start }, Start{At: StartAtGroup, ElseStart: StartAtBeginning}, ""},
		{map[string]any{"auto.offset.reset": "none", "group.id": "g"}, func(c Config) any { return c.Start }, Start{At: StartAtGroup, ElseStart: StartAtGroup}, ""},
		{map[string]any{"auto.offset.reset": "none"}, nil, nil, "needs group.id"},
		{map[string]any{"auto.offset.reset": "first"}, nil, nil, `auto.offset.reset "first": want latest, earliest or none`},
		{map[string]any{"isolation.level": "read_committed"}, func(c Config) any { return c.Committed }, true, ""},
		{map[string]any{"request.timeout.ms": 1500}, func(c Config) any { return c.RequestTimeout }, 1500 * time.Millisecond, ""},
		{map[string]any{"request.timeout.ms": 2 * time.Second}, func(c Config) any { return c.RequestTimeout }, 2 * time.Second, ""},
		{map[string]any{"request.timeout.ms": "soon"}, nil, nil, "positive whole number"},
		{map[string]any{"enable.auto.commit": false}, func(c Config) any { return c.IgnoredNotes }, []string(nil), ""},
		{map[string]any{"enable.auto.commit": true}, nil, nil, "must be false"},
		{map[string]any{"key.deserializer": "org.apache.kafka.common.serialization.StringDeserializer"}, func(c Config) any { return len(c.IgnoredNotes) }, 0, ""},
		{map[string]any{"value.deserializer": "LongDeserializer"}, nil, nil, "arrive as bytes"},
		{map[string]any{"session.timeout.ms": 1}, func(c Config) any { return c.IgnoredNotes }, []string{"session.timeout.ms does nothing here: no consumer group is joined"}, ""},
		{map[string]any{"interceptor.classes": "x"}, nil, nil, "interceptor.classes must not be set"},
		{map[string]any{"boostrap.servers": "x"}, nil, nil, `unknown configuration "boostrap.servers"; did you mean "bootstrap.servers"?`},
		{map[string]any{"quite.something.else": "x"}, nil, nil, `unknown configuration "quite.something.else"`},
		{map[string]any{"security.protocol": "TLS"}, nil, nil, `security.protocol "TLS" is none of`},
		{map[string]any{"security.protocol": "SASL_SSL", "sasl.mechanism": "GSSAPI"}, nil, nil, "is not supported"},
		{map[string]any{"sasl.mechanism": "PLAIN"}, nil, nil, "need security.protocol"},
		{map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}, nil, nil, "sasl.jaas.config is missing"},
		{map[string]any{"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": `PlainLoginModule required username="a";`}, nil, nil, "has no password"},
		{map[string]any{"ssl.truststore.type": "JKS"}, nil, nil, "only PEM"},
	}
	for _, c := range cases {
		params := map[string]any{}
		for k, v := range base {
			params[k] = v
		}
		for k, v := range c.params {
			params[k] = v
		}
		cfg, err := ParseConfig(params)
		if c.err != "" {
			wantError(t, err, c.err)
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", c.params, err)
		} else if got := c.show(cfg); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	cases := []struct {
		opts map[string]string
		show func(c Config) any
		want any
		err  string
	}{
		{map[string]string{"subscribe": "a,b"}, func(c Config) any { return c.Subscribe.String() }, "Subscribe[a, b]", ""},
		{map[string]string{"SUBSCRIBEPATTERN": "a.*"}, func(c Config) any { return c.Subscribe.String() }, "SubscribePattern[a.*]", ""},
		{map[string]string{"assign": `{"b":[1],"a":[2,0]}`}, func(c Config) any { return c.Subscribe.String() }, "Assign[a-0, a-2, b-1]", ""},
		{map[string]string{}, nil, nil, "One of the following options must be specified for Kafka source: subscribe"},
		{map[string]string{"subscribe": "a", "assign": `{"b":[1]}`}, nil, nil, "Only one of the following options can be specified"},
		{map[string]string{"subscribePattern": "a("}, nil, nil, "subscribePattern"},
		{map[string]string{"subscribe": "a"}, func(c Config) any { return c.Start }, Start{}, ""},
		{map[string]string{"subscribe": "a", "startingOffsets": "earliest"}, func(c Config) any { return c.Start.At }, StartAtBeginning, ""},
		{map[string]string{"subscribe": "a", "startingoffsets": `{"a":{"0":23,"1":-2}}`}, func(c Config) any { return c.Start.Offsets }, Offsets{{"a", 0}: 23, {"a", 1}: -2}, ""},
		{map[string]string{"subscribe": "a", "startingOffsets": "start"}, nil, nil, "or earliest or latest"},
		{map[string]string{"subscribe": "a", "startingOffsets": "earliest", "startingTimestamp": "5", "startingOffsetsByTimestamp": `{"a":{"0":7}}`}, func(c Config) any { return c.Start }, Start{At: StartAtTime, Millis: 5}, ""},
		{map[string]string{"subscribe": "a", "startingOffsets": "earliest", "startingOffsetsByTimestamp": `{"a":{"0":7}}`}, func(c Config) any { return c.Start }, Start{At: StartAtTime, Times: map[TopicPartition]int64{{"a", 0}: 7}}, ""},
		{map[string]string{"subscribe": "a", "failOnDataLoss": "false", "includeHeaders": "true", "minPartitions": "8"}, func(c Config) any { return []any{c.FailOnLoss, c.Headers, c.MinSplits} }, []any{SkipLost, true, 8}, ""},
		{map[string]string{"subscribe": "a", "kafka.isolation.level": "read_committed"}, func(c Config) any { return c.Committed }, true, ""},
		{map[string]string{"subscribe": "a", "kafka.group.id": "g"}, func(c Config) any { return []any{c.GroupID, c.Start.At} }, []any{"g", StartAtEnd}, ""},
		{map[string]string{"subscribe": "a", "kafka.auto.offset.reset": "earliest"}, nil, nil, "Kafka option 'auto.offset.reset' is not supported. Instead set the source option 'startingoffsets'"},
		{map[string]string{"subscribe": "a", "kafka.key.deserializer": "x"}, nil, nil, "is not supported as keys are deserialized as byte arrays"},
		{map[string]string{"subscribe": "a", "maxOffsetPerTrigger": "1"}, nil, nil, `did you mean "maxOffsetsPerTrigger"?`},
		{map[string]string{"subscribe": "a", "bootstrap.servers": "x"}, nil, nil, `did you mean "kafka.bootstrap.servers"?`},
	}
	for _, c := range cases {
		opts := map[string]string{"kafka.bootstrap.servers": "h:9092"}
		for k, v := range c.opts {
			opts[k] = v
		}
		cfg, err := ParseOptions(opts)
		if c.err != "" {
			wantError(t, err, c.err)
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", c.opts, err)
		} else if got := c.show(cfg); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.opts, got, c.want)
		}
	}
	_, err := ParseOptions(map[string]string{"subscribe": "a"})
	wantError(t, err, "Option 'kafka.bootstrap.servers' must be specified for configuring Kafka consumer")
}

func TestParseJAAS(t *testing.T) {
	for text, want := range map[string][2]string{
		`org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b";`: {"a", "b"},
		`M required password='x y' username=u ;`:                                                      {"u", "x y"},
		`M required username="a\"q" password="p;=";`:                                                  {`a"q`, "p;="},
	} {
		user, password, err := parseJAAS(text)
		if err != nil || user != want[0] || password != want[1] {
			t.Errorf("%s: %q %q %v", text, user, password, err)
		}
	}
	_, _, err := parseJAAS(`M required user="hunter" password="secret"`)
	wantError(t, err, "no username")
}

func TestKeystoreThatIsNotPEM(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trust.jks")
	if err := os.WriteFile(file, []byte{0xfe, 0xed, 0xfe, 0xed}, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := ParseConfig(map[string]any{"bootstrap.servers": "a:1", "security.protocol": "SSL", "ssl.truststore.location": file})
	wantError(t, err, "is not PEM", "keytool -importkeystore")
}

func TestOffsetsJSON(t *testing.T) {
	for _, text := range []string{`{}`, `{"clicks":{"0":23,"1":5}}`, `{"a":{"2":1,"10":2},"b\"c":{"0":9223372036854775807}}`} {
		o, err := ParseOffsets(connector.Offset(text))
		if err != nil || string(o.JSON()) != text {
			t.Errorf("%s becomes %s, %v", text, o.JSON(), err)
		}
	}
	for _, text := range []string{`[]`, `{"a":1}`, `{"a":{"x":1}}`, `{"a":{"-1":1}}`, `{"a":{"0":null}}`, `{"a":{"0":"1"}}`, `{"a":{"0":1}} {}`, `{`} {
		if o, err := ParseOffsets(connector.Offset(text)); err == nil {
			t.Errorf("%s is taken for %v", text, o)
		}
	}
}

// The expected values are Spark's rate limit worked out by hand: floor(limit * lag / total), at least 1.
func TestShare(t *testing.T) {
	of := func(v ...int64) Offsets {
		o := Offsets{}
		for i, x := range v {
			o[TopicPartition{"t", int32(i)}] = x
		}
		return o
	}
	cases := []struct {
		from, ends            Offsets
		limit, floor, ceiling int64
		want                  Offsets
	}{
		{of(0, 0), of(100, 50), 0, 0, 0, of(100, 50)},
		{of(0, 0), of(100, 50), 150, 0, 0, of(100, 50)},
		{of(0, 0), of(100, 50), 30, 0, 0, of(20, 10)},
		{of(10, 0, 7), of(110, 50, 7), 31, 0, 0, of(30, 10, 7)},
		{of(0, 0), of(1_000_000, 1), 10, 0, 0, of(9, 1)},
		{of(0, 0), of(1000, 3), 10, 5, 0, of(9, 3)},
		{of(0, 0), of(1000, 500), 0, 0, 100, of(100, 100)},
		{of(5), of(3), 10, 0, 0, of(3)},
	}
	for _, c := range cases {
		if got := share(c.from, c.ends, c.limit, c.floor, c.ceiling); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v to %v, limit %d: %v, want %v", c.from, c.ends, c.limit, got, c.want)
		}
	}
}

func TestDivide(t *testing.T) {
	r := func(p int32, from, until int64) OffsetRange { return OffsetRange{TopicPartition{"t", p}, from, until} }
	cases := []struct {
		in      []OffsetRange
		atLeast int
		want    string
	}{
		{[]OffsetRange{r(0, 0, 10), r(1, 0, 10)}, 0, "[0,10) [0,10)"},
		{[]OffsetRange{r(0, 0, 10), r(1, 0, 10)}, 4, "[0,5) [5,10) [0,5) [5,10)"},
		{[]OffsetRange{r(0, 0, 100), r(1, 50, 52)}, 4, "[0,25) [25,50) [50,75) [75,100) [50,52)"},
		{[]OffsetRange{r(0, 7, 9)}, 10, "[7,8) [8,9)"},
	}
	for _, c := range cases {
		got := ""
		for _, x := range divide(c.in, c.atLeast, 0) {
			got += fmt.Sprintf(" [%d,%d)", x.From, x.Until)
		}
		if got != " "+c.want {
			t.Errorf("%v into %d: %s, want %s", c.in, c.atLeast, got, c.want)
		}
	}
}

// AvailableNow reads to where the logs ended when it began, in as many batches as the limit asks for.
func TestAvailableNow(t *testing.T) {
	b := startBroker(t, broker.Config{})
	createTopic(t, b, "n", 1)
	cl := franz(t, b.Addr())
	produceValues(t, cl, "n", 0, "a", 10)
	s := openSource(t, testConfig(b.Addr(), "n"))
	if err := s.Bound(testContext(t)); err != nil {
		t.Fatal(err)
	}
	produceValues(t, cl, "n", 0, "b", 10)
	rows, end := readAll(t, s, 4)
	if len(rows) != 10 || string(end) != `{"n":{"0":10}}` {
		t.Errorf("%d rows to %s", len(rows), end)
	}
	d := s.Describe(connector.Offset(`{"n":{"0":3}}`), end)
	if d["Description"] != "topic: n\tpartition: 0\toffsets: 3 to 10" {
		t.Errorf("described as %q", d)
	}
	if m := d["metrics"].(map[string]string); m["maxOffsetsBehindLatest"] != "10" || m["avgOffsetsBehindLatest"] != "10.0" {
		t.Errorf("metrics %v", m)
	}
}
