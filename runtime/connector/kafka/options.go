package kafka

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// refusedOptions are keys of Kafka that a query must not set, because the source depends on them.
var refusedOptions = map[string]string{
	"auto.offset.reset":   "use startingOffsets, which says where a new query begins",
	"key.deserializer":    "keys are binary columns; use a cast or a function on the column key",
	"value.deserializer":  "values are binary columns; use a cast or a function on the column value",
	"enable.auto.commit":  "offsets are kept in the checkpoint and never committed",
	"interceptor.classes": "records are not passed through Java classes",
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
	option("startingOffsets", setStartingOffsets)
	option("startingTimestamp", func(c *Config, v string) (err error) {
		c.Start.At, c.Start.Times = StartAtTime, nil
		c.Start.Millis, err = strconv.ParseInt(v, 10, 64)
		return err
	})
	option("startingOffsetsByTimestamp", func(c *Config, v string) (err error) {
		c.Start.At = StartAtTime
		c.Start.Times, err = parseByTopic[int64]([]byte(v))
		return err
	})
	option("startingOffsetsByTimestampStrategy", func(c *Config, v string) error {
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
	option("maxOffsetsPerTrigger", wholeNumber) // applied by the trigger, as the limit of a batch
	option("minOffsetsPerTrigger", wholeNumber)
	option("maxTriggerDelay", func(*Config, string) error { return nil })
	option("groupIdPrefix", ignored("groupIdPrefix does nothing here: "+noGroup))
	option("kafkaConsumer.pollTimeoutMs", func(c *Config, v string) error { return consumerKeys["default.api.timeout.ms"].set(c, v) })
	option("fetchOffset.numRetries", ignored("fetchOffset.numRetries does nothing here: offsets are asked for again until kafka.default.api.timeout.ms is over"))
	option("fetchOffset.retryIntervalMs", ignored("fetchOffset.retryIntervalMs does nothing here: the interval grows from some milliseconds to kafka.retry.backoff.max.ms"))
}

func wholeNumber(_ *Config, v string) error {
	if n, err := strconv.ParseInt(v, 10, 64); err != nil || n <= 0 {
		return fmt.Errorf("want a positive whole number")
	}
	return nil
}

func setAssign(c *Config, v string) error {
	var byTopic map[string][]int32
	if err := json.Unmarshal([]byte(v), &byTopic); err != nil {
		return fmt.Errorf(`want {"topic":[0,1]}: %w`, err)
	}
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		for _, p := range byTopic[topic] {
			c.Subscribe.Assign = append(c.Subscribe.Assign, TopicPartition{topic, p})
		}
	}
	sorted(c.Subscribe.Assign)
	return nil
}

func setStartingOffsets(c *Config, v string) (err error) {
	switch strings.ToLower(v) {
	case "latest":
		c.Start.At = StartAtEnd
	case "earliest":
		c.Start.At = StartAtBeginning
	default:
		c.Start.At = StartAtOffsets
		if c.Start.Offsets, err = parseByTopic[int64]([]byte(v)); err != nil {
			return fmt.Errorf(`want latest, earliest or {"topic":{"0":23,"1":-2}}: %w`, err)
		}
	}
	return nil
}

// startOptions in the order of their precedence, the last one first.
var startOptions = []string{"startingoffsets", "startingoffsetsbytimestamp", "startingtimestamp"}

// ParseOptions makes a Config from the options of Spark's Kafka source, whose names ignore case; Kafka's own names have
// the prefix "kafka.".
func ParseOptions(opts map[string]string) (Config, error) {
	c := Config{CreateTopics: true}
	lower := map[string]string{}
	for _, name := range sortedNames(opts) {
		lower[strings.ToLower(name)] = name
	}
	var names []string
	for name := range lower {
		if !slices.Contains(startOptions, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range append(names, startOptions...) {
		shown, given := lower[name]
		if !given {
			continue
		}
		value := strings.TrimSpace(opts[shown])
		if own, ok := strings.CutPrefix(name, "kafka."); ok {
			if why, refused := refusedOptions[own]; refused {
				return c, fmt.Errorf("kafka: option %s must not be set: %s", shown, why)
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
		return c, fmt.Errorf("kafka: option kafka.bootstrap.servers is missing")
	}
	if err := c.Subscribe.check(); err != nil {
		return c, err
	}
	_, _, err := c.Security.build()
	return c, err
}
