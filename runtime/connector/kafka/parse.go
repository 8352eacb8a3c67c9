package kafka

import (
	"fmt"
	"strings"
	"time"
)

// ParseConfig makes a Config from Kafka's names, as a direct stream takes them. Values may be text, numbers, booleans
// or durations. Without group.id the stream starts at auto.offset.reset, with it at the group's offsets if it has any.
func ParseConfig(params map[string]any) (Config, error) {
	c := Config{CreateTopics: true}
	for _, name := range sortedNames(params) {
		if err := c.set(name, fmt.Sprint(asText(params[name])), name); err != nil {
			return c, err
		}
	}
	if c.GroupID != "" {
		c.Start = Start{At: StartAtGroup, ElseStart: c.Start.At}
	} else if c.Start.At == StartAtGroup {
		return c, fmt.Errorf("kafka: auto.offset.reset none needs group.id, whose offsets are then the start")
	}
	if len(c.Servers) == 0 {
		return c, fmt.Errorf("kafka: bootstrap.servers is missing")
	}
	_, _, err := c.Security.build()
	return c, err
}

// asText writes a duration as Kafka does, in milliseconds, and a list with commas.
func asText(v any) any {
	switch v := v.(type) {
	case time.Duration:
		return v.Milliseconds()
	case []string:
		return strings.Join(v, ",")
	}
	return v
}

// set applies one of Kafka's keys; shown is the name as the user wrote it.
func (c *Config) set(name, value, shown string) error {
	k, ok := consumerKeys[name]
	switch {
	case !ok:
		return fmt.Errorf("kafka: unknown configuration %q%s", shown, suggest(name, keys(consumerKeys)))
	case k.refused != "":
		return fmt.Errorf("kafka: %s must not be set: %s", shown, k.refused)
	case k.ignored != "":
		c.IgnoredNotes = append(c.IgnoredNotes, fmt.Sprintf("%s does nothing here: %s", shown, k.ignored))
		return nil
	}
	if err := k.set(c, strings.TrimSpace(value)); err != nil {
		if strings.Contains(name, "jaas") {
			value = "…"
		}
		return fmt.Errorf("kafka: %s %q: %w", shown, value, err)
	}
	return nil
}
