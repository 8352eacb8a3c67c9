package kafka

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
)

// A SinkConfig is where rows are written to, and how. [ParseSinkOptions] makes one from Spark's and Kafka's names.
type SinkConfig struct {
	Config               // how to reach the cluster
	Topic         string // of rows without one; wins over a column
	Compression   string
	BatchBytes    int           // of one record batch, before compression: 1,000,000
	Transactional string        // transactional.id; "" makes one of the query's id
	Timeout       time.Duration // of a transaction, after which the broker aborts it: 10m
	Delivery      Delivery
}

// Delivery is what a sink promises.
type Delivery int

const (
	OnceIfAble  Delivery = iota // exactly once where the broker has transactions, else at least once
	ExactlyOnce                 // or an error
	AtLeastOnce
)

// serializerNote is Spark's reason for refusing a serializer.
const serializerNote = "Kafka option '%s.serializer' is not supported as %ss are serialized with ByteArraySerializer."

const wholeBatches = "a record batch is sent when it is full or its task has ended"

// producerKeys are the names of Kafka's producer configuration beside those that it shares with the consumer's.
var producerKeys = map[string]struct {
	set     func(c *SinkConfig, v string) error
	refused string
	ignored string
}{
	"compression.type":       {set: func(c *SinkConfig, v string) (err error) { c.Compression = v; _, err = codecOf(v); return }},
	"transactional.id":       {set: func(c *SinkConfig, v string) error { c.Transactional = v; return nil }},
	"transaction.timeout.ms": {set: producerMillis(func(c *SinkConfig) *time.Duration { return &c.Timeout })},
	"delivery.timeout.ms":    {set: producerMillis(func(c *SinkConfig) *time.Duration { return &c.RetryFor })},
	"acks": {set: func(c *SinkConfig, v string) error {
		if v == "all" || v == "-1" {
			return nil
		}
		return fmt.Errorf("only all is supported: records count as written when all replicas in sync have them")
	}},
	"enable.idempotence": {set: func(c *SinkConfig, v string) error {
		if on, err := strconv.ParseBool(v); err != nil || !on {
			return fmt.Errorf("must be true: a retry would write records twice")
		}
		return nil
	}},
	"max.request.size": {set: func(c *SinkConfig, v string) error {
		n, err := positive(v)
		c.BatchBytes = min(n, 1_000_000)
		return err
	}},

	"key.serializer":      {refused: fmt.Sprintf(serializerNote, "key", "key")},
	"value.serializer":    {refused: fmt.Sprintf(serializerNote, "value", "value")},
	"partitioner.class":   {refused: "Kafka option 'partitioner.class' is not supported; use a column named partition"},
	"interceptor.classes": {refused: "Kafka option 'interceptor.classes' is not supported"},

	"batch.size":                            {ignored: wholeBatches},
	"linger.ms":                             {ignored: wholeBatches},
	"buffer.memory":                         {ignored: wholeBatches},
	"max.block.ms":                          {ignored: "set delivery.timeout.ms"},
	"retries":                               {ignored: "it is tried again until delivery.timeout.ms is over"},
	"max.in.flight.requests.per.connection": {ignored: "a partition has one batch under way"},
	"partitioner.ignore.keys":               {ignored: "keys decide"},

	"partitioner.adaptive.partitioning.enable": {ignored: "records without a key go to one partition after the other"},
	"partitioner.availability.timeout.ms":      {ignored: "records without a key go to one partition after the other"},
}

// sharedKeys are those of the consumer that a producer has as well, beside security.…, sasl.… and ssl.….
var sharedKeys = []string{
	"bootstrap.servers", "client.id", "client.dns.lookup", "connections.max.idle.ms", "metadata.max.age.ms", "receive.buffer.bytes",
	"reconnect.backoff.max.ms", "reconnect.backoff.ms", "request.timeout.ms", "retry.backoff.max.ms", "retry.backoff.ms",
	"send.buffer.bytes", "socket.connection.setup.timeout.max.ms", "socket.connection.setup.timeout.ms",
}

func shared(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	return family == "security" || family == "sasl" || family == "ssl" || slices.Contains(sharedKeys, name)
}

func producerMillis(field func(*SinkConfig) *time.Duration) func(*SinkConfig, string) error {
	return func(c *SinkConfig, v string) error {
		n, err := positive(v)
		*field(c) = time.Duration(n) * time.Millisecond
		return err
	}
}

// sinkOptions are those without the prefix "kafka.", in lower case. What belongs to the query is left to it.
var sinkOptions = map[string]func(c *SinkConfig, v string) error{
	"topic":              func(c *SinkConfig, v string) error { c.Topic = v; return nil },
	"includeheaders":     func(*SinkConfig, string) error { return nil }, // a column headers is written if there is one
	"checkpointlocation": func(*SinkConfig, string) error { return nil },
	"queryname":          func(*SinkConfig, string) error { return nil },
	"exactlyonce": func(c *SinkConfig, v string) error {
		once, err := strconv.ParseBool(v)
		if c.Delivery = AtLeastOnce; once {
			c.Delivery = ExactlyOnce
		}
		return err
	},
}

// ParseSinkOptions makes a SinkConfig from the options of Spark's Kafka sink, whose names ignore case, and exactlyOnce.
func ParseSinkOptions(opts map[string]string) (SinkConfig, error) {
	c := SinkConfig{Config: Config{CreateTopics: true}, BatchBytes: 1_000_000, Timeout: 10 * time.Minute}
	for _, shown := range sortedNames(opts) {
		value := strings.TrimSpace(opts[shown])
		name, own := strings.CutPrefix(strings.ToLower(shown), "kafka.")
		err := error(nil)
		if own {
			err = c.setKey(name, value, shown)
		} else if set, ok := sinkOptions[name]; !ok {
			err = fmt.Errorf("kafka: unknown option %q%s", shown, suggest(shown, append(keys(sinkOptions), "kafka.bootstrap.servers")))
		} else if e := set(&c, value); e != nil {
			err = fmt.Errorf("kafka: option %s %q: %w", shown, value, e)
		}
		if err != nil {
			return c, err
		}
	}
	if len(c.Servers) == 0 {
		return c, condition.New("", "", "Option 'kafka.bootstrap.servers' must be specified for configuring Kafka producer").
			WithFix(`type .Option("kafka.bootstrap.servers", "localhost:9092")`)
	}
	_, _, err := c.Security.build()
	return c, err
}

func (c *SinkConfig) setKey(name, value, shown string) error {
	k, ok := producerKeys[name]
	switch {
	case !ok && shared(name):
		return c.set(name, value, shown)
	case !ok:
		return fmt.Errorf("kafka: unknown configuration %q%s", shown, suggest(name, append(keys(producerKeys), sharedKeys...)))
	case k.refused != "":
		return condition.New("", "", "%s", k.refused)
	case k.ignored != "":
		c.IgnoredNotes = append(c.IgnoredNotes, fmt.Sprintf("%s does nothing here: %s", shown, k.ignored))
		return nil
	}
	if err := k.set(c, value); err != nil {
		return fmt.Errorf("kafka: %s %q: %w", shown, value, err)
	}
	return nil
}
