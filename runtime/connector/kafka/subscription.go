package kafka

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/segmentio/kafka-go"

	"gospark/runtime/condition"
)

// A Subscription says which partitions are read. Exactly one field is set.
type Subscription struct {
	Topics  []string         // all partitions of these
	Pattern string           // all partitions of the topics whose whole name matches, now and later
	Assign  []TopicPartition // these only
}

// String is Spark's description.
func (s Subscription) String() string {
	switch {
	case s.Pattern != "":
		return fmt.Sprintf("SubscribePattern[%s]", s.Pattern)
	case len(s.Assign) > 0:
		names := make([]string, len(s.Assign))
		for i, tp := range s.Assign {
			names[i] = tp.String()
		}
		return fmt.Sprintf("Assign[%s]", strings.Join(names, ", "))
	}
	return fmt.Sprintf("Subscribe[%s]", strings.Join(s.Topics, ", "))
}

func (s Subscription) check() error {
	set := 0
	for _, is := range []bool{len(s.Topics) > 0, s.Pattern != "", len(s.Assign) > 0} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("kafka: one of subscribe, subscribePattern and assign must be given, not %d of them", set)
	}
	_, err := s.pattern()
	return err
}

// checkOptions is check in the words of the options, whose names are given.
func (s Subscription) checkOptions(given map[string]string) error {
	const names = "subscribe, subscribePattern, assign. See the docs for more details."
	set := 0
	for _, name := range []string{"subscribe", "subscribepattern", "assign"} {
		if _, ok := given[name]; ok {
			set++
		}
	}
	switch {
	case set == 0:
		return condition.New("", "", "One of the following options must be specified for Kafka source: %s", names)
	case set > 1:
		return condition.New("", "", "Only one of the following options can be specified for Kafka source: %s", names)
	case given["subscribe"] != "" && len(s.Topics) == 0:
		return condition.New("", "", "No topics to subscribe to as specified value for option 'subscribe' is ''")
	case given["assign"] != "" && len(s.Assign) == 0:
		return condition.New("", "", "No topicpartitions to assign as specified value for option 'assign' is '{}'")
	case given["subscribepattern"] != "" && s.Pattern == "":
		return condition.New("", "", "Pattern to subscribe is empty as specified value for option 'subscribePattern' is ''")
	}
	return s.check()
}

func (s Subscription) pattern() (*regexp.Regexp, error) {
	re, err := regexp.Compile("^(?:" + s.Pattern + ")$")
	if err != nil {
		return nil, fmt.Errorf("kafka: subscribePattern %q: %w (the syntax is Go's: https://pkg.go.dev/regexp/syntax)", s.Pattern, err)
	}
	return re, nil
}

// A missingError says that subscribed topics or partitions do not exist.
type missingError struct {
	missing []string
	have    []string
	created bool // the broker was asked to create them
}

func (e *missingError) Error() string {
	what := "topic " + e.missing[0]
	if len(e.missing) > 1 {
		what = "topics " + strings.Join(e.missing, ", ")
	}
	have := "the cluster has no topics"
	if len(e.have) > 0 {
		shown := e.have[:min(len(e.have), 10)]
		have = "the cluster has " + strings.Join(shown, ", ")
		if more := len(e.have) - len(shown); more > 0 {
			have += fmt.Sprintf(" and %d more", more)
		}
	}
	verb := "does not exist"
	if len(e.missing) > 1 {
		verb = "do not exist"
	}
	if e.created {
		verb += " (and the broker creates none by itself)"
	}
	return fmt.Sprintf("kafka: %s %s; %s", what, verb, have)
}

func (e *missingError) Unwrap() error { return kafka.UnknownTopicOrPartition }

// found is what a subscription covers at one moment.
type found struct {
	partitions []TopicPartition // sorted
	ids        map[string]topicID
	missing    []string // subscribed by name, and not there
}

// discover asks the cluster what the subscription covers now. Trouble that passes is tried again.
func (s *Source) discover(ctx context.Context) (*found, error) {
	retry := s.client.retry(func() string { return "metadata" })
	for {
		f, err := s.discoverOnce(ctx)
		if err == nil {
			retry.works()
			return f, nil
		}
		if err := retry.again(ctx, err); err != nil {
			return nil, err
		}
	}
}

func (s *Source) discoverOnce(ctx context.Context) (*found, error) {
	sub := s.client.cfg.Subscribe
	var names []string // nil: all
	wanted := map[string]map[int32]bool{}
	for _, t := range sub.Topics {
		names, wanted[t] = append(names, t), nil
	}
	for _, tp := range sub.Assign {
		if wanted[tp.Topic] == nil {
			names, wanted[tp.Topic] = append(names, tp.Topic), map[int32]bool{}
		}
		wanted[tp.Topic][tp.Partition] = true
	}
	m, err := s.client.metadata(ctx, names, s.client.cfg.CreateTopics && sub.Pattern == "")
	if err != nil {
		return nil, err
	}
	f := &found{ids: map[string]topicID{}}
	for name, t := range m.topics {
		if sub.Pattern != "" && (t.internal || !s.matches.MatchString(name)) {
			continue
		}
		switch err := brokerError(t.err); {
		case t.err == int16(kafka.UnknownTopicOrPartition):
			continue
		case err != nil:
			return nil, fmt.Errorf("topic %s: %w", name, err)
		}
		f.ids[name] = t.id
		for _, p := range t.partitions {
			if only := wanted[name]; only == nil || only[p.id] {
				f.partitions = append(f.partitions, TopicPartition{name, p.id})
			}
		}
	}
	sorted(f.partitions)
	for _, name := range names {
		if _, ok := f.ids[name]; !ok && !slices.Contains(f.missing, name) {
			f.missing = append(f.missing, name)
		}
	}
	for _, tp := range sub.Assign {
		if _, ok := slices.BinarySearchFunc(f.partitions, tp, TopicPartition.compare); !ok && !slices.Contains(f.missing, tp.Topic) {
			f.missing = append(f.missing, tp.String())
		}
	}
	return f, nil
}
