package kafka

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gospark/runtime/connector"
)

// Offsets are positions by partition. Their JSON is Spark's: {"clicks":{"0":23,"1":5}}, topics and partitions in order.
type Offsets map[TopicPartition]int64

// ParseOffsets reads the JSON form. Nil means no offsets.
func ParseOffsets(o connector.Offset) (Offsets, error) {
	if o == nil {
		return nil, nil
	}
	byTopic, err := parseByTopic[int64](o)
	if err != nil {
		return nil, fmt.Errorf(`kafka: offsets %s: %w; want {"topic":{"0":23,"1":5}}`, o, err)
	}
	return byTopic, nil
}

// parseByTopic reads {"topic":{"partition":value}}.
func parseByTopic[V any](text []byte) (map[TopicPartition]V, error) {
	var raw map[string]map[string]*V
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("more than one value")
	}
	m := map[TopicPartition]V{}
	for topic, parts := range raw {
		for id, v := range parts {
			n, err := strconv.ParseInt(id, 10, 32)
			if err != nil || n < 0 || v == nil {
				return nil, fmt.Errorf("topic %q has no partition %q", topic, id)
			}
			m[TopicPartition{topic, int32(n)}] = *v
		}
	}
	return m, nil
}

// JSON is the canonical form: equal offsets give equal bytes.
func (o Offsets) JSON() connector.Offset {
	var b bytes.Buffer
	b.WriteByte('{')
	topic, first := "", true
	for _, tp := range o.partitions() {
		switch {
		case first || tp.Topic != topic:
			if !first {
				b.WriteString("},")
			}
			topic, first = tp.Topic, false
			name, err := json.Marshal(topic)
			if err != nil {
				panic(err) // a string always marshals
			}
			b.Write(name)
			b.WriteString(":{")
		default:
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%d":%d`, tp.Partition, o[tp])
	}
	if !first {
		b.WriteByte('}')
	}
	b.WriteByte('}')
	return b.Bytes()
}

// partitions are sorted by topic and number.
func (o Offsets) partitions() []TopicPartition { return sorted(keys(o)) }

func sorted(parts []TopicPartition) []TopicPartition {
	slices.SortFunc(parts, TopicPartition.compare)
	return parts
}
