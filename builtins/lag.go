package builtins

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"gospark/session"
)

// partitionOffsets are Kafka's offsets as a query reports them: by topic and partition.
type partitionOffsets map[string]map[string]int64

// queryLag says how far a query was behind its topics when its last batch began.
func queryLag(q *session.StreamingQuery) (string, error) {
	p := q.LastProgress()
	if p == nil {
		return "", fmt.Errorf("%s: no batch yet: %s", handle(q), q.Status().Message)
	}
	rows := [][]string{{"TOPIC", "PARTITION", "READ", "LATEST", "BEHIND"}}
	for _, s := range p.Sources {
		var read, latest partitionOffsets
		if json.Unmarshal(s.EndOffset, &read) != nil || json.Unmarshal(s.LatestOffset, &latest) != nil {
			continue // no Kafka
		}
		for _, topic := range slices.Sorted(maps.Keys(latest)) {
			for i := range len(latest[topic]) {
				part := fmt.Sprint(i)
				at, end := read[topic][part], latest[topic][part]
				rows = append(rows, []string{topic, part, fmt.Sprint(at), fmt.Sprint(end), fmt.Sprint(end - at)})
			}
		}
	}
	if len(rows) == 1 {
		return "", fmt.Errorf("%s reads no topic of Kafka; :progress shows its sources", handle(q))
	}
	return table(rows) + fmt.Sprintf("as of batch %d at %s\n", p.BatchID, p.Timestamp), nil
}
