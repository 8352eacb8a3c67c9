package kafka

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gospark/runtime/condition"
)

// refusedOptions are keys of Kafka that a query must not set, with the reason in Spark's words.
var refusedOptions = map[string]string{
	"auto.offset.reset": "Kafka option 'auto.offset.reset' is not supported. Instead set the source option 'startingoffsets' " +
		"to 'earliest' or 'latest' to specify where to start",
	"key.deserializer": "Kafka option 'key.deserializer' is not supported as keys are deserialized as byte arrays " +
		"with ByteArrayDeserializer. Use DataFrame operations to explicitly deserialize the keys.",
	"value.deserializer": "Kafka option 'value.deserializer' is not supported as values are deserialized as byte arrays " +
		"with ByteArrayDeserializer. Use DataFrame operations to explicitly deserialize the values.",
	"enable.auto.commit":  "Kafka option 'enable.auto.commit' is not supported",
	"interceptor.classes": "Kafka option 'interceptor.classes' is not supported",
}

// options are the names of Spark's Kafka source, in lower case, with the names as documented.
var options = map[string]struct {
	name string
	set  func(c *Config, v string) error
}{}

func option(name string, set func(c *Config, v string) error) {
	options[strings.ToLower(name)] = struct {
		name string
		set  func(c *Config, v string) error
	}{name, set}
}

func init() {
	ignored := func(why string) func(*Config, string) error {
		return func(c *Config, _ string) error { c.IgnoredNotes = append(c.IgnoredNotes, why); return nil }
	}
	option("subscribe", func(c *Config, v string) error { c.Subscribe.Topics = splitList(v); return nil })
	option("subscribePattern", func(c *Config, v string) error { c.Subscribe.Pattern = v; return nil })
	option("assign", setAssign)
	option("startingOffsets", func(c *Config, v string) error { return c.Start.setOffsets(v) })
	option("startingOffsetsByTimestamp", func(c *Config, v string) error { return c.Start.setTimes(v) })
	option("startingTimestamp", func(c *Config, v string) error { return c.Start.setTime(v) })
	option("endingOffsets", func(c *Config, v string) error { return c.End.setOffsets(v) })
	option("endingOffsetsByTimestamp", func(c *Config, v string) error { return c.End.setTimes(v) })
	option("endingTimestamp", func(c *Config, v string) error { return c.End.setTime(v) })
	option("startingOffsetsByTimestampStrategy", func(c *Config, v string) error {
		v = strings.ToLower(v)
		if v != "error" && v != "latest" {
			return fmt.Errorf("want error or latest")
		}
		c.Start.ElseEnd = v == "latest"
		return nil
	})
	option("failOnDataLoss", func(c *Config, v string) error {
		fail, err := strconv.ParseBool(v)
		if c.FailOnLoss = FailOnDataLoss; !fail {
			c.FailOnLoss = SkipLost
		}
		return err
	})
	option("includeHeaders", func(c *Config, v string) (err error) { c.Headers, err = strconv.ParseBool(v); return })
	option("minPartitions", func(c *Config, v string) (err error) { c.MinSplits, err = positive(v); return })
	option("maxRecordsPerPartition", func(c *Config, v string) error { return wholeNumber(&c.MaxSplitRows, v) })
	option("maxOffsetsPerTrigger", func(c *Config, v string) error { return wholeNumber(&c.MaxBatchRows, v) })
	option("minOffsetsPerTrigger", func(c *Config, v string) error { return wholeNumber(&c.MinBatchRows, v) })
	option("maxTriggerDelay", func(c *Config, v string) (err error) { c.MaxDelay, err = delay(v); return })
	option("groupIdPrefix", ignored("groupIdPrefix does nothing here: "+noGroup))
	option("kafkaConsumer.pollTimeoutMs", func(c *Config, v string) error { return consumerKeys["default.api.timeout.ms"].set(c, v) })
	option("fetchOffset.numRetries", ignored("fetchOffset.numRetries does nothing here: offsets are asked for again until kafka.default.api.timeout.ms is over"))
	option("fetchOffset.retryIntervalMs", ignored("fetchOffset.retryIntervalMs does nothing here: the interval grows from some milliseconds to kafka.retry.backoff.max.ms"))
}

func wholeNumber(field *int64, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("want a positive whole number")
	}
	*field = n
	return nil
}

// delayUnits are those of Spark's time strings; none means milliseconds.
var delayUnits = map[string]time.Duration{
	"": time.Millisecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second,
	"m": time.Minute, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
}

func delay(v string) (time.Duration, error) {
	digits := strings.TrimRight(v, "abcdefghijklmnopqrstuvwxyz")
	unit, ok := delayUnits[v[len(digits):]]
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
	if !ok || err != nil || n < 0 || n > math.MaxInt64/int64(unit) {
		return 0, fmt.Errorf("want a time such as 15m, 30s or 500ms")
	}
	return time.Duration(n) * unit, nil
}

func setAssign(c *Config, v string) error {
	var byTopic map[string][]int32
	if err := json.Unmarshal([]byte(v), &byTopic); err != nil {
		return fmt.Errorf(`want e.g. {"topicA":[0,1],"topicB":[0,1]}: %w`, err)
	}
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		for _, p := range byTopic[topic] {
			c.Subscribe.Assign = append(c.Subscribe.Assign, TopicPartition{topic, p})
		}
	}
	sorted(c.Subscribe.Assign)
	return nil
}

func (p *Start) setOffsets(v string) (err error) {
	switch strings.ToLower(v) {
	case "latest":
		p.At = StartAtEnd
	case "earliest":
		p.At = StartAtBeginning
	default:
		p.At = StartAtOffsets
		if p.Offsets, err = parseByTopic[int64]([]byte(v)); err != nil {
			return fmt.Errorf(`want e.g. {"topicA":{"0":23,"1":-1},"topicB":{"0":-2}}, or earliest or latest: %w`, err)
		}
	}
	return nil
}

func (p *Start) setTimes(v string) (err error) {
	p.At = StartAtTime
	if p.Times, err = parseByTopic[int64]([]byte(v)); err != nil {
		err = fmt.Errorf(`want e.g. {"topicA":{"0":123456789,"1":123456789}} in milliseconds: %w`, err)
	}
	return err
}

func (p *Start) setTime(v string) (err error) {
	p.At, p.Times = StartAtTime, nil
	if p.Millis, err = strconv.ParseInt(v, 10, 64); err != nil {
		err = fmt.Errorf("want a single long value")
	}
	return err
}

// positionOptions say where to begin and to end; a later one here wins over those before it.
var positionOptions = []string{
	"startingoffsets", "startingoffsetsbytimestamp", "startingtimestamp",
	"endingoffsets", "endingoffsetsbytimestamp", "endingtimestamp",
}

// ParseOptions makes a Config from the options of Spark's Kafka source, whose names ignore case; Kafka's own names have
// the prefix "kafka.".
func ParseOptions(opts map[string]string) (Config, error) {
	c := Config{CreateTopics: true}
	lower := lowerNames(opts)
	var names []string
	for name := range lower {
		if !slices.Contains(positionOptions, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range append(names, positionOptions...) {
		shown, given := lower[name]
		if !given {
			continue
		}
		value := strings.TrimSpace(opts[shown])
		if own, ok := strings.CutPrefix(name, "kafka."); ok {
			if why, refused := refusedOptions[own]; refused {
				return c, condition.New("", "", "%s", why)
			}
			if err := c.set(own, value, shown); err != nil {
				return c, err
			}
			continue
		}
		o, ok := options[name]
		if !ok {
			known := make([]string, 0, len(options))
			for _, o := range options {
				known = append(known, o.name)
			}
			for k := range consumerKeys {
				known = append(known, "kafka."+k)
			}
			return c, fmt.Errorf("kafka: unknown option %q%s", shown, suggest(shown, known))
		}
		if err := o.set(&c, value); err != nil {
			return c, fmt.Errorf("kafka: option %s %q: %w", o.name, value, err)
		}
	}
	if len(c.Servers) == 0 {
		return c, condition.New("", "", "Option 'kafka.bootstrap.servers' must be specified for configuring Kafka consumer").
			WithFix(`type .Option("kafka.bootstrap.servers", "localhost:9092")`)
	}
	if c.MinBatchRows > 0 && c.MaxBatchRows > 0 && c.MinBatchRows > c.MaxBatchRows {
		return c, condition.New("", "", "The value of minOffsetPerTrigger(%d) is higher than the maxOffsetsPerTrigger(%d).", c.MinBatchRows, c.MaxBatchRows)
	}
	if err := c.Subscribe.checkOptions(lower); err != nil {
		return c, err
	}
	_, _, err := c.Security.build()
	return c, err
}

// lowerNames maps the names of options in lower case to those that were given.
func lowerNames(opts map[string]string) map[string]string {
	lower := map[string]string{}
	for _, name := range sortedNames(opts) {
		lower[strings.ToLower(name)] = name
	}
	return lower
}
