package kafka

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"gospark/runtime/connector"
)

// Count is an upper bound of the rows between two offsets: compaction and transactions leave gaps.
func (s *Source) Count(from, to connector.Offset) int64 {
	ranges, err := s.ranges(from, to)
	if err != nil {
		return -1
	}
	n := int64(0)
	for _, r := range ranges {
		n += r.Until - r.From
	}
	return n
}

// Describe gives the ranges of a batch ("offsets", and Spark's text of them under "Description") and how far behind the
// ends of the logs it stops ("metrics", under Spark's names and, as there, as text).
func (s *Source) Describe(from, to connector.Offset) map[string]any {
	ranges, err := s.ranges(from, to)
	if err != nil {
		return nil
	}
	lines := make([]string, len(ranges))
	for i, r := range ranges {
		lines[i] = fmt.Sprintf("topic: %s\tpartition: %d\toffsets: %d to %d", r.Topic, r.Partition, r.From, r.Until)
	}
	d := map[string]any{"offsets": ranges, "Description": strings.Join(lines, "\n")}
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	if len(latest) == 0 {
		return d
	}
	d["latestOffset"] = latest.JSON()
	d["metrics"] = s.Metrics(to)
	return d
}

// ReportLatest is where the logs ended when Latest was last called; nil before.
func (s *Source) ReportLatest() connector.Offset {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.latest == nil {
		return nil
	}
	return s.latest.JSON()
}

// Metrics says how far a position is behind the ends of the logs, under Spark's names.
func (s *Source) Metrics(consumed connector.Offset) map[string]string {
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	at, err := ParseOffsets(consumed)
	if err != nil || len(latest) == 0 || consumed == nil {
		return nil
	}
	var sum, most int64
	least := int64(-1)
	for tp, end := range latest {
		behind := max(end-at[tp], 0)
		sum, most = sum+behind, max(most, behind)
		if least < 0 || behind < least {
			least = behind
		}
	}
	return map[string]string{
		"minOffsetsBehindLatest": fmt.Sprint(least),
		"maxOffsetsBehindLatest": fmt.Sprint(most),
		"avgOffsetsBehindLatest": javaDouble(float64(sum) / float64(len(latest))),
	}
}

// javaDouble is how Spark writes an average: with a decimal point.
func javaDouble(f float64) string {
	b, _ := json.Marshal(f)
	if !bytes.ContainsAny(b, ".e") {
		b = append(b, ".0"...)
	}
	return string(b)
}
